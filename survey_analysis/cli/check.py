"""`survey-analysis check`: whether the claims of a study file hold."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_analysis.cli.prepare import prepared
from survey_analysis.cli.terminal import Progress, emit, visible, width
from survey_analysis.tables.claims import claims_text

FINE, FAILED = 0, 1


def run(arguments: argparse.Namespace) -> int:
    """Print claim, estimate, licence and verdict; 1 when one does not hold."""
    with Progress() as progress:
        survey = prepared(Path(arguments.study), arguments.data, progress)
        progress("checking claims")
        found = survey.claims()
    if arguments.format == "json":
        emit(found.to_json())
    elif arguments.format == "csv":
        from survey_analysis.reporting.write import frames_csv  # noqa: PLC0415  the report's renderers with it

        emit(frames_csv([found.to_frame()]).rstrip("\n"))
    else:
        emit(visible(claims_text(found, width=width())))
    return FINE if found.hold else FAILED
