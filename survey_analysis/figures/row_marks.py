"""The marks of a table of rows: grid, intervals, dots whose x is the estimate itself, and the axis."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from survey_analysis.figures.axis import Scale
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.rows import RowTable, Series
from survey_analysis.figures.style import GRID, MUTED, PAPER, RULE, line_height
from survey_analysis.figures.text import width_of, wrap


def grid(sheet: Sheet, table: RowTable, axes: Axes, middles: Sequence[float], height: float) -> None:
    """Light lines at the ticks and the reference line: through the panel, or a strip a row when narrow."""
    if sheet.narrow:
        for m in middles:
            axes.vlines(table.axis.ticks, m - 0.11, m + 0.11 + table.spread, colors=GRID, linewidth=0.9)
            axes.hlines(m, table.axis.low, table.axis.high, colors=GRID, linewidth=0.9, zorder=0.5)
    else:
        axes.vlines(table.axis.ticks, 0, height, colors=GRID, linewidth=0.9, zorder=0.5, clip_on=False)
    if table.reference:
        reach = 0.12 + table.spread
        strips = [(m - 0.12, m + reach) for m in middles] if sheet.narrow else [(-0.05, height)]
        axes.vlines(
            [table.reference[0]] * len(strips),
            [top for top, _ in strips],
            [bottom for _, bottom in strips],
            colors=table.reference_colour,
            linewidth=1.2,
            zorder=1,
            clip_on=False,
            gid=f"{table.name}-reference",
        )


def marks(table: RowTable, axes: Axes, middles: Sequence[float]) -> None:
    """Intervals, then dots, one collection a series in the order of the rows."""
    flat = pd.DataFrame(
        [
            (mark.series, mark.value, mark.low, mark.high, middle)
            for row, middle in zip(table.rows, middles, strict=True)
            for mark in row.marks
        ],
        columns=["series", "value", "low", "high", "y"],
    )
    if table.spine:
        for row, middle in zip(table.rows, middles, strict=True):
            xs = [m.value for m in row.marks if math.isfinite(m.value)]
            axes.hlines(middle, min(xs), max(xs), colors=RULE, linewidth=3.4, zorder=1.5)
    for one in reversed(table.series):  # the first series lies on top
        mine = flat[(flat["series"] == one.key) & flat["value"].notna()]
        if mine.empty:
            continue
        y = mine["y"] + one.offset
        known = mine["low"].notna() & mine["high"].notna()
        if known.any():
            axes.hlines(
                y[known],
                mine["low"][known],
                mine["high"][known],
                colors=one.whisker,
                linewidth=one.thickness,
                zorder=2,
                capstyle="butt",
                clip_on=False,
                gid=f"{table.name}-{one.key}-interval",
            )
        dots(axes, one, mine["value"].tolist(), y.tolist(), name=f"{table.name}-{one.key}")


def dots(axes: Axes, one: Series, x: Sequence[float], y: Sequence[float], name: str = "") -> None:
    """Marks of one series at (x, y) of the axes."""
    before = len(axes.collections)
    axes.set(xlabel=" ", ylabel=" ")  # seaborn would lay out every tick to decide on labels of its own
    sns.scatterplot(
        x=list(x),
        y=list(y),
        marker=one.marker,
        s=one.area,
        color=PAPER if one.hollow else one.colour,
        edgecolor=one.colour if one.hollow else PAPER,
        linewidth=1.4 if one.hollow else 0.9,
        ax=axes,
        legend=False,
        zorder=3,
        clip_on=False,
    )
    for collection in axes.collections[before:]:
        collection.set_gid(name or None)
    axes.set(xlabel="", ylabel="")


def axis_texts(sheet: Sheet, table: RowTable, ends: Scale) -> None:
    """Values and title of the axis; a value that would touch its neighbour is left out."""
    size = sheet.sizes.small
    y = sheet.y + 0.05 + line_height(size) / 2
    last = -math.inf
    for value, text in zip(table.axis.ticks, table.ticks, strict=True):
        x, half = ends.at(value), width_of(text, size) / 2
        if x - half < last + 0.06:
            continue
        sheet.text(x, y, text, size=size, colour=MUTED, align="center", name="tick")
        last = x + half
    sheet.y = y + line_height(size) / 2
    if table.axis_title:
        lines = wrap(table.axis_title, sheet.right - ends.left, size)
        sheet.y += 0.02
        sheet.y += sheet.lines(ends.left, sheet.y, lines, size=size, colour=MUTED, middle=False)
