"""Rate ratios by category on a log axis; the largest never without the median and the smallest."""

from __future__ import annotations

import math
import statistics
from dataclasses import replace
from typing import Literal

from survey_analysis.errors import closest
from survey_analysis.figures.axis import interval_text, log_axis, tick_texts
from survey_analysis.figures.draw_rows import painter
from survey_analysis.figures.errors import FigureError, one_of
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.reading import Contrast, contrasts, group_title, interval_name, people
from survey_analysis.figures.rows import Cell, Column, Mark, Row, RowTable, Series
from survey_analysis.figures.style import ACCENT, INK, MUTED, WHISKER
from survey_analysis.plurals import counted
from survey_analysis.results.test import TestData
from survey_analysis.wording.numbers import ratio, ratio_decimals


def ratios(
    test: TestData,
    caption: Caption,
    *,
    sort: Literal["estimate", "scale"] = "estimate",
    decimals: int | None = None,
) -> Chart:
    """Ratios of rates with intervals on a log axis, by category.

    The largest and the smallest are named and the median is drawn as a line, so that "up to" is never shown
    alone. A category without a finite ratio is listed below the chart.

    Parameters
    ----------
    test
        Ratios a over b, one a category.
    caption
        The texts around the figure.
    sort
        By ratio, or in the order of the test.
    decimals
        Decimals of ratios; by their size unless given.

    Raises
    ------
    FigureError
        The test holds no ratios, or none is finite.
    """
    if test.kind != "ratio":
        raise FigureError(
            "This figure shows ratios.",
            where=f"the test is of kind '{test.kind}'",
            hint='plot "differences".' if test.kind == "difference" else closest(test.kind, ("ratio",)),
        )
    one_of("sort", sort, ("estimate", "scale"))
    table = contrasts(test)
    known = [c for c in table if math.isfinite(c.value) and c.value > 0]
    if not known:
        raise FigureError(
            "No category has a ratio.",
            where=f"{counted(len(table), 'category', 'categories')}, none with events on both sides",
        )
    if sort == "estimate":
        known.sort(key=lambda c: -c.value)
    empty = [_label(c, table) for c in table if c not in known]
    note = f"No ratio, because one side has no events: {', '.join(empty)}." if empty else ""
    return Chart("ratios", caption, painter(replace(_table(test, known, table, decimals), note=note)))


def _label(c: Contrast, table: tuple[Contrast, ...]) -> str:
    pairs = {(x.a, x.b) for x in table}
    parts = [*c.group] if len(pairs) == 1 else [*c.group, f"{c.a} / {c.b}"]
    return group_title([p for p in parts if p]) or f"{c.a} / {c.b}"


def _limits(c: Contrast, decimals: int | None) -> str:
    return interval_text(c.low, c.high, "ratio", ratio_decimals(c.value) if decimals is None else decimals)


def _table(
    test: TestData, known: list[Contrast], table: tuple[Contrast, ...], decimals: int | None
) -> RowTable:
    middle = statistics.median(c.value for c in known)
    most, least = max(known, key=lambda c: c.value), min(known, key=lambda c: c.value)
    axis = log_axis([v for c in known for v in (c.value, c.low, c.high)])
    name = interval_name(test.provenance, test.level)
    rows = []
    for c in known:
        tag = "" if len(known) < 3 else ("largest" if c is most else "smallest" if c is least else "")
        cells = (
            Cell(ratio(c.value, decimals), "bold", ACCENT if c is most and tag else INK),
            *([Cell(_limits(c, decimals), colour=MUTED)] if name else []),
            Cell(people(c.n), colour=MUTED),
        )
        key = "ends" if tag else "ratio"
        rows.append(
            Row(_label(c, table), (Mark(key, c.value, c.low, c.high),), cells, strong=bool(tag), tag=tag)
        )
    sides = {(c.a, c.b) for c in table}
    title = "Ratio of rates, log scale"
    if len(sides) == 1:
        a, b = next(iter(sides))
        title = f"{a} / {b}: ratio of rates, log scale; 1 = the same rate"
    return RowTable(
        rows=tuple(rows),
        series=(
            Series("ends", colour=ACCENT, whisker=ACCENT, area=48.0),
            Series("ratio", colour=MUTED, whisker=WHISKER, area=36.0),
        ),
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, "ratio")),
        columns=(
            Column("Times", main=True),
            *([Column(name, inline=f"{name} {{}}")] if name else []),
            Column("n", inline="n = {}"),
        ),
        reference=(middle, f"Median {ratio(middle, decimals)}") if len(known) > 1 else None,
        reference_colour=INK,
        axis_title=title,
        name="ratios",
        pitch=0.34,
    )
