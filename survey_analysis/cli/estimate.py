"""`survey-analysis estimate`: one question, as a table, CSV or JSON."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_analysis.bound.estimates import Estimate
from survey_analysis.cli.prepare import prepared
from survey_analysis.cli.terminal import Progress, emit, width
from survey_analysis.errors import ScoreError
from survey_analysis.survey import Survey
from survey_analysis.tables.text import to_text
from survey_analysis.wording.lines import source_line


def run(arguments: argparse.Namespace) -> int:
    """Estimate, then print the table with its source, or the unrounded rows."""
    with Progress() as progress:
        survey = prepared(Path(arguments.study), arguments.data, progress)
        progress("estimating")
        found = estimate(survey, arguments)
    if arguments.format == "json":
        emit(found.to_json())
    elif arguments.format == "csv":
        from survey_analysis.reporting.write import tidy_csv  # noqa: PLC0415  the report's renderers with it

        emit(tidy_csv({arguments.question: found}).rstrip("\n"))
    else:
        emit(to_text(found.table(), width=width()))
        emit()
        emit("\n".join(_origin(found)))
    return 0


def _origin(found: Estimate) -> list[str]:
    """Source line; where it points to a method page, the method stands below it."""
    facts = found.provenance
    source = source_line(facts)
    below = f"Method: {facts.weighting}. {facts.variance[:1].upper()}{facts.variance[1:]}."
    return [source, below] if "see Method" in source else [source]


def estimate(survey: Survey, asked: argparse.Namespace) -> Estimate:
    """The estimate asked for: shares, boxes, a net or a mean; of a number always a mean.

    Raises
    ------
    ScoreError
        An answer of a construct.
    """
    boxed = asked.top is not None or asked.bottom is not None or asked.answers is not None
    name, by, where = asked.question, asked.by, asked.where
    if name in survey.codebook.constructs:
        if asked.answers is not None:
            raise ScoreError(
                f"'{name}' is a construct: a mean over items, which has no answers.",
                hint="leave --answers out, ask for --top or --bottom (people whose mean reaches the box), or name "
                "one of its items: " + ", ".join(survey.codebook.constructs[name].items) + ".",
            )
        if boxed:
            return survey.perceptions(
                name, score="box", top=asked.top, bottom=asked.bottom, by=by, where=where
            )
        return survey.perceptions(name, by=by, where=where)
    if asked.mean or (not boxed and survey.table.question(name).kind == "numeric"):
        return survey.mean(name, by=by, where=where)
    return survey.proportion(
        name, top=asked.top, bottom=asked.bottom, answers=asked.answers, by=by, where=where
    )
