"""Weighting margins: each category before and after weighting, beside its target."""

from __future__ import annotations

import math
from dataclasses import replace

from survey_analysis.figures.axis import linear_axis, tick_texts
from survey_analysis.figures.draw_rows import painter
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.rows import Cell, Column, Mark, Row, RowTable, Series
from survey_analysis.figures.style import ACCENT, INK, MUTED, SECOND
from survey_analysis.results.process import MarginRow, WeightingData
from survey_analysis.wording.numbers import count, number, percent

_BAR = ((-0.15, -1.0), (0.15, -1.0), (0.15, 1.0), (-0.15, 1.0), (-0.15, -1.0))
_BEFORE = Series("before", "Before weighting", MUTED, hollow=True, area=34.0)
_AFTER = Series("after", "After weighting", ACCENT, area=40.0)
_TARGET = Series("target", "Target", SECOND, marker=_BAR, area=230.0)


def margins(weighting: WeightingData, caption: Caption, *, decimals: int = 0) -> Chart:
    """Shares of each category before and after weighting, with the target.

    Parameters
    ----------
    weighting
        What weighting did to one sample.
    caption
        The texts around the figure.
    decimals
        Decimals of percentages.

    Raises
    ------
    FigureError
        The weighting has no margins.
    """
    if not weighting.margins:
        raise FigureError(
            "The weighting has no margins to show.",
            where=f"sample '{weighting.sample}', method '{weighting.method}'",
            hint="a weight that came with the file has no targets; state it in the method text.",
        )
    table = _table(weighting, decimals)
    return Chart("margins", caption, painter(replace(table, note=_cost(weighting, caption))))


def _cost(weighting: WeightingData, caption: Caption) -> str:
    """Bases and design effect, as far as the texts around the figure do not state them already."""
    said = f"{caption.subtitle} {caption.base} {caption.note}"
    facts = (
        ("n = {}", count(weighting.n)),
        ("effective base {}", count(weighting.n_effective)),
        ("design effect from weighting {}", number(weighting.deff)),
    )
    missing = [text.format(value) for text, value in facts if value not in said]
    return f"Weighting: {'; '.join(missing)}." if missing else ""


def _table(weighting: WeightingData, decimals: int) -> RowTable:
    values = [v for m in weighting.margins for v in (m.before, m.after, m.target) if v is not None]
    axis = linear_axis(values, bounds=(0.0, 1.0))
    rows, last = [], ""
    for m in weighting.margins:
        rows.append(_row(m, decimals, heading=m.margin if m.margin != last else ""))
        last = m.margin
    return RowTable(
        rows=tuple(rows),
        series=(_AFTER, _BEFORE, _TARGET),
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, "share")),
        columns=(
            Column("Before", inline="before {}", series="before"),
            Column("After", inline="after {}", series="after", main=False),
            Column("Target", inline="target {}", series="target"),
            Column("n", inline="n = {}"),
        ),
        key_narrow=True,
        spine="before",
        name="margins",
        pitch=0.3,
    )


def _row(m: MarginRow, decimals: int, heading: str) -> Row:
    target = math.nan if m.target is None else m.target
    marks = (Mark("before", m.before), Mark("after", m.after), Mark("target", target))
    cells = (
        Cell(percent(m.before, decimals), colour=MUTED),
        Cell(percent(m.after, decimals), "bold", INK),
        Cell("none" if m.target is None else percent(m.target, decimals)),
        Cell(count(m.n), colour=MUTED),
    )
    return Row(m.category, marks, cells, heading=heading)
