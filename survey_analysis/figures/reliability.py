"""Reliability of scales, or agreement of ratings, as dots with intervals by group."""

from __future__ import annotations

import math

from survey_analysis.figures.axis import interval_text, linear_axis, tick_texts
from survey_analysis.figures.draw_rows import painter
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.reading import interval_name, people
from survey_analysis.figures.rows import Cell, Column, Mark, Row, RowTable, Series
from survey_analysis.figures.style import MUTED, WHISKER
from survey_analysis.results.reliability import ReliabilityData
from survey_analysis.wording.numbers import fixed
from survey_analysis.wording.reliability import MainRow, main_rows


def reliability(data: ReliabilityData, caption: Caption) -> Chart:
    """Main coefficients with intervals; the axis need not start at 0.

    Parameters
    ----------
    data
        Reliability of scales (alpha, Spearman-Brown of two items) or of ratings (every form).
    caption
        The texts around the figure.

    Raises
    ------
    FigureError
        No coefficient is defined.
    """
    table = [r for r in main_rows(data) if math.isfinite(r.value)]
    if not table:
        raise FigureError(
            "No coefficient is defined, so there is nothing to draw.",
            hint="read .warnings: they say why.",
        )
    name = interval_name(data.provenance, data.level)
    axis = linear_axis([v for r in table for v in _shown(r, name)], bounds=(-math.inf, 1.0))
    rows = []
    last = ""
    for r in table:
        cells = (
            Cell(fixed(r.value, 2), "bold"),
            *([Cell(interval_text(r.low, r.high, "score", 2), colour=MUTED)] if name else []),
            Cell(people(r.n), colour=MUTED),
        )
        low, high = (r.low, r.high) if name else (math.nan, math.nan)
        heading = r.heading if r.heading != last else ""
        rows.append(Row(r.label, (Mark("dot", r.value, low, high),), cells, heading=heading))
        last = r.heading
    shown = RowTable(
        rows=tuple(rows),
        series=(Series("dot", whisker=WHISKER),),
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, "score")),
        columns=(
            Column("Coefficient", main=True),
            *([Column(name, inline=f"{name} {{}}")] if name else []),
            Column("n", inline="n = {}"),
        ),
        name="reliability",
        pitch=0.34,
    )
    return Chart("reliability", caption, painter(shown))


def _shown(row: MainRow, interval: str) -> tuple[float, ...]:
    return (row.value, row.low, row.high) if interval else (row.value,)
