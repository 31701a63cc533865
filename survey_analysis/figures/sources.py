"""Sources compared on one page: levels, same-people differences, ranks, who rates whom higher."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from survey_analysis.figures import likert_bars
from survey_analysis.figures.axis import Axis, linear_axis, tick_texts, value_text
from survey_analysis.figures.differences import differences
from survey_analysis.figures.draw_rows import draw_rows
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.likert_bars import Bar, Bars
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.reading import interval_name, levels, people
from survey_analysis.figures.row_frame import measure
from survey_analysis.figures.rows import Cell, Column, Mark, Row, RowTable, Series
from survey_analysis.figures.style import MUTED, line_height
from survey_analysis.figures.text import width_of, wrap
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.sources import SourceData
from survey_analysis.results.test import TestData
from survey_analysis.wording.comparisons import spoken
from survey_analysis.wording.numbers import percent
from survey_analysis.wording.sources import compared, replicate_share

ANSWERS: Final = ("Second rated higher", "Both the same", "First rated higher")
MOST_PAIRS: Final = 15
"""More pairs than these: the page shows those with the source that ranks first; tables have all."""
_APART: Final = 0.24  # between panels, inches
_SPLIT: Final = 0.64  # where ranks begin beside levels
_PITCH: Final = 0.36


def sources(data: SourceData, caption: Caption) -> Chart:
    """Four panels: levels, differences among the same people, ranks, and within people.

    Parameters
    ----------
    data
        Sources compared.
    caption
        The texts around the figure.

    Raises
    ------
    FigureError
        There are several measures: the figure shows one.
    """
    known = data.ranks.measures
    if len(known) > 1:
        raise FigureError(
            f"There are {len(known)} measures; the figure shows one.",
            where="measures: " + ", ".join(known),
            hint=f"take one of them: comparison[{known[0]!r}].plot()",
        )
    ranked = bool(interval_name(data.levels.provenance, data.levels.level))
    first, second = _levels_table(data.levels, data.dim), _rank_table(data) if ranked else None
    test, bars, few = data.differences, _bars(data), ""
    if data.differences.rows["contrast"].nunique() > MOST_PAIRS:
        lead = str(data.ranks.rows.sort_values("rank", kind="stable")["source"].iloc[0])
        test, bars = _with(data.differences, lead), _bars(data, lead)
        few = f", pairs with {spoken(data.levels, lead)}"

    def paint(sheet: Sheet) -> None:
        _levels_and_ranks(sheet, first, second)
        sheet.y += _APART
        _head(sheet, f"Differences{few}")
        differences(test, caption).paint(sheet)
        if bars is not None:
            sheet.y += _APART
            _head(sheet, f"Within people: who rates the first above the second{few}")
            likert_bars.paint(sheet, bars)

    return Chart("sources", caption, paint)


def _levels_and_ranks(sheet: Sheet, first: RowTable, second: RowTable | None) -> None:
    """Side by side, a row a source, where there is room; below each other where not."""
    split = sheet.left + _SPLIT * sheet.span
    room = measure(sheet, first, sheet.left, split).label_right - sheet.left
    wraps = any(width_of(r.label, sheet.sizes.label) > room + 1e-6 for r in first.rows)
    if second is None or sheet.narrow or wraps:
        _head(sheet, "Levels")
        draw_rows(sheet, first)
        if second is not None:
            sheet.y += _APART
            _head(sheet, "Ranks")
            draw_rows(sheet, second)
        return
    top = sheet.y
    size = sheet.sizes.label
    sheet.text(split + 0.3, top + line_height(size) / 2, "Ranks", size=size, weight="semibold")
    _head(sheet, "Levels")
    start = sheet.y
    draw_rows(sheet, first, right=split)
    end, sheet.y = sheet.y, start
    unlabelled = tuple(replace(r, label="") for r in second.rows)
    draw_rows(sheet, replace(second, rows=unlabelled, note=""), left=split + 0.1)
    sheet.y = max(end, sheet.y)
    lines = wrap(second.note, sheet.span, sheet.sizes.small)
    sheet.y += 0.09
    sheet.y += sheet.lines(sheet.left, sheet.y, lines, size=sheet.sizes.small, colour=MUTED, middle=False)


def _levels_table(estimate: EstimateData, dim: str) -> RowTable:
    unit = estimate.topic.unit
    table = levels(estimate, dim)
    values = [v for r in table for v in (r.value, r.low, r.high)]
    axis = linear_axis(values, bounds=(0.0, 1.0) if unit == "share" else estimate.topic.scale_range, most=4)
    rows = tuple(
        Row(
            r.label,
            (Mark("dot", r.value, r.low, r.high),),
            (Cell(value_text(r.value, unit), "bold"), Cell(people(r.n), colour=MUTED)),
        )
        for r in table
    )
    return RowTable(
        rows=rows,
        series=(Series("dot"),),
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, unit)),
        columns=(
            Column("Mean" if unit in ("score", "pomp") else "", main=True),
            Column("n", inline="n = {}"),
        ),
        name="dots",
        pitch=_PITCH,
    )


def _rank_table(data: SourceData) -> RowTable:
    rows, k = data.ranks.rows, len(data.ranks.rows)
    drawn = []
    for r in rows.to_dict("records"):
        low, high = int(r["rank_low"]), int(r["rank_high"])
        share = replicate_share(float(r["first_share"]), short=True)
        cells = (Cell(str(low) if low == high else f"{low}–{high}", "bold"), Cell(share, colour=MUTED))
        mark = Mark("rank", float(r["rank"]), float(low), float(high))
        drawn.append(Row(str(r["source"]), (mark,), cells))
    return RowTable(
        rows=tuple(drawn),
        series=(Series("rank"),),
        axis=Axis(1 - 0.06 * k, k + 0.06 * k, tuple(float(i) for i in range(1, k + 1))),
        ticks=tuple(str(i) for i in range(1, k + 1)),
        columns=(Column("Rank", main=True), Column("First", inline="ranked first in {}")),
        note=(
            f"Rank: simultaneous {percent(data.ranks.level)} set, {compared(data, data.ranks.base)}. First: share of "
            "replicates ranked first, not a probability that a source leads."
        ),
        name="ranks",
        pitch=_PITCH,
    )


def _with(test: TestData, lead: str) -> TestData:
    """Comparisons of one source with the others: all pairs of many sources fill no page."""
    kept = ((test.rows["a"] == lead) | (test.rows["b"] == lead)).to_numpy()
    bases = tuple(b for b, keep in zip(test.bases, kept, strict=True) if keep)
    return replace(test, rows=test.rows[kept].reset_index(drop=True), bases=bases)


def _bars(data: SourceData, lead: str = "") -> Bars | None:
    found = data.within
    if found is None:
        return None
    bars = []
    for i in range(0, len(found), 3):
        up, same, down = (float(found.rows["estimate"].iloc[j]) for j in range(i, i + 3))
        one, two = str(found.rows["pair"].iloc[i]).split(" / ", 1)
        if lead and lead not in (one, two):
            continue
        n = int(found.rows["n"].iloc[i])
        bars.append(Bar(found.keys[i][-1], f"{one} − {two}", (down, same, up), (), n))
    return Bars(tuple(bars), ANSWERS, (), "middle") if bars else None


def _head(sheet: Sheet, text: str) -> None:
    size = sheet.sizes.label
    lines = wrap(text, sheet.span, size, "semibold")
    sheet.y += sheet.lines(sheet.left, sheet.y, lines, size=size, weight="semibold", middle=False) + 0.08
