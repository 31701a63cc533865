"""`survey-analysis diff`: what moved between two runs, and why."""

from __future__ import annotations

import argparse

from survey_analysis.bound.runs import diff
from survey_analysis.cli.terminal import emit, visible, width
from survey_analysis.tables.text import to_text

SAME, MOVED = 0, 1


def run(arguments: argparse.Namespace) -> int:
    """Print the inputs that do not agree and the numbers that moved; 1 when any did."""
    found = diff(arguments.run_a, arguments.run_b)
    if arguments.format == "csv":
        from survey_analysis.reporting.write import frames_csv  # noqa: PLC0415  the report's renderers with it

        emit(frames_csv([found.to_frame()]).rstrip("\n"))
    else:
        emit(visible(to_text(found.inputs_table(), width=width())))
        emit()
        emit(visible(to_text(found.table(everything=arguments.all), width=width())))
    return SAME if found.same else MOVED
