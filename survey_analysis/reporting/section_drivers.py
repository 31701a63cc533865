"""What the outcome of the likelihood section is associated with: shares of R², and points in its box."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from survey_analysis.drivers.points import points
from survey_analysis.drivers.verb import drivers
from survey_analysis.figures.plot_drivers import plot_drivers
from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.document import Heading, Paragraph, TableBlock
from survey_analysis.reporting.parts import Collector, figure_block
from survey_analysis.tables.drivers import drivers_table, points_table
from survey_analysis.wording.driver_points import sentence_points
from survey_analysis.wording.drivers import ASSOCIATION, MEASURES, outcome_name
from survey_analysis.wording.phrases import listed


def add_drivers(
    survey: SurveyData, out: Collector, question: str, on: Sequence[str], box: Mapping[str, Any]
) -> None:
    """Append the quadrant figure, the table of both measures, and points in the box.

    Intervals are linearised (`bootstrap=0`): a bootstrap repeats the weighting in every replicate, which takes
    longer than the rest of a report.
    """
    found = drivers(survey, question, on, bootstrap=0)
    out.results["likelihood-associations"] = found
    chart = plot_drivers(found, "quadrant")
    out.charts["likelihood-associations"] = chart
    shares = f"{listed([MEASURES[m] for m in found.methods])} shares of R², coefficients and means"
    out.add(
        Heading(f"What {outcome_name(found)} is associated with", id="likelihood-associations"),
        Paragraph(ASSOCIATION, "small"),
        figure_block("likelihood-associations", chart),
        TableBlock(drivers_table(found, title_=shares, id_="table-likelihood-associations")),
    )
    if not box:
        return
    more = points(found, **box)
    out.results["likelihood-points"] = more
    out.add(
        Paragraph(sentence_points(more)),
        TableBlock(points_table(more, id_="table-likelihood-points")),
    )
