"""Rows of dots with intervals on one axis: the body that most figures share.

Wide: label, panel, columns of numbers. Narrow: label and numbers above the panel of each row. The dots stand in
axes whose x is the estimate itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from survey_analysis.figures.axis import Axis, Scale
from survey_analysis.figures.brackets import Link, draw_links, lane_width, lanes
from survey_analysis.figures.layout import Sheet, width_of, wrap
from survey_analysis.figures.style import (
    ACCENT,
    GRID,
    INK,
    MUTED,
    PAPER,
    RULE,
    TINT,
    WHISKER,
    Weight,
    line_height,
)


@dataclass(frozen=True)
class Series:
    """One kind of mark; `offset` moves it below the middle of the row (inches)."""

    key: str
    label: str = ""
    colour: str = ACCENT
    marker: str | tuple[tuple[float, float], ...] = "o"  # a name of matplotlib, or the corners of a shape
    hollow: bool = False
    offset: float = 0.0
    area: float = 40.0
    whisker: str = WHISKER
    thickness: float = 2.6


@dataclass(frozen=True)
class Mark:
    """One estimate with its interval (none where a limit is not finite)."""

    series: str
    value: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Cell:
    """A text in a column right of the panel."""

    text: str
    weight: Weight = "regular"
    colour: str = INK


@dataclass(frozen=True)
class Column:
    """Heading of a column; `inline` is how its cells read when there is no column (narrow)."""

    heading: str
    inline: str = "{}"
    main: bool = False
    series: str = ""  # the series whose mark stands before the heading


@dataclass(frozen=True)
class Row:
    """One labelled row; `heading` opens a group above it."""

    label: str
    marks: tuple[Mark, ...]
    cells: tuple[Cell, ...] = ()
    heading: str = ""
    strong: bool = False
    tint: bool = False
    tag: str = ""


@dataclass(frozen=True)
class RowTable:
    """All that `draw_rows` needs."""

    rows: tuple[Row, ...]
    series: tuple[Series, ...]
    axis: Axis
    ticks: tuple[str, ...]
    columns: tuple[Column, ...] = ()
    reference: tuple[float, str] | None = None
    reference_colour: str = INK
    links: tuple[Link, ...] = ()
    key: bool = False
    key_narrow: bool = False  # a key on the narrow chart only: wide, the marks stand in the column headings
    spine: str = ""  # series whose marks a line joins to the first mark of the row
    axis_title: str = ""
    name: str = "rows"
    pitch: float = 0.36
    links_title: str = ""
    links_note: str = ""  # stands below brackets
    links_instead: str = ""  # stands where the brackets do not fit
    note: str = ""


@dataclass
class _Frame:
    """Measures of one layout."""

    label_right: float
    left: float
    right: float
    columns: list[float] = field(default_factory=list)
    links_left: float = 0.0


_GAP: Final = 0.18


def draw_rows(
    sheet: Sheet, table: RowTable, *, left: float | None = None, right: float | None = None
) -> Axes:
    """Draw the rows below what is on the sheet, between `left` and `right` (inches)."""
    edge_left = sheet.left if left is None else left
    edge_right = sheet.right if right is None else right
    frame = _measure(sheet, table, edge_left, edge_right)
    if table.key or (table.key_narrow and sheet.narrow):
        _key(sheet, table.series, edge_left if sheet.narrow else frame.left)
    _headings(sheet, table, frame)
    top = sheet.y
    middles, bottom = _labels(sheet, table, frame, edge_left, edge_right)
    sheet.y = bottom
    axes = sheet.panel(
        frame.left,
        top,
        frame.right - frame.left,
        bottom - top,
        (table.axis.low, table.axis.high),
        log=table.axis.log,
        name=table.name,
    )
    ends = Scale(table.axis.low, table.axis.high, frame.left, frame.right, table.axis.log)
    _grid(sheet, table, axes, [m - top for m in middles], bottom - top)
    _marks(table, axes, [m - top for m in middles])
    links = _shown_links(sheet, table)
    if links:
        draw_links(sheet, links, middles, frame.links_left, labelled=_labelled(sheet, table))
    _axis_texts(sheet, table, ends)
    words = [table.links_note if links else table.links_instead] if table.links else []
    _notes(sheet, [*words, table.note])
    return axes


def painter(table: RowTable) -> Callable[[Sheet], None]:
    """A chart that is nothing but these rows."""

    def paint(sheet: Sheet) -> None:
        draw_rows(sheet, table)

    return paint


def _notes(sheet: Sheet, notes: Sequence[str]) -> None:
    size = sheet.sizes.small
    for note in notes:
        if note:
            lines = wrap(note, sheet.span, size)
            sheet.y += 0.09
            sheet.y += sheet.lines(sheet.left, sheet.y, lines, size=size, colour=MUTED, middle=False)


def _shown_links(sheet: Sheet, table: RowTable) -> tuple[Link, ...]:
    """All brackets, or none where there are too many to tell apart."""
    return table.links if len(lanes(table.links)) <= (4 if sheet.narrow else 8) else ()


def _labelled(sheet: Sheet, table: RowTable) -> bool:
    return not sheet.narrow and len(lanes(table.links)) <= 3


def _measure(sheet: Sheet, table: RowTable, left: float, right: float) -> _Frame:
    sizes = sheet.sizes
    room = lane_width(_shown_links(sheet, table), sizes.small, labelled=_labelled(sheet, table))
    if sheet.narrow:
        ends = max(width_of(t, sizes.small) for t in (table.ticks[0], table.ticks[-1])) / 2
        return _Frame(left, left + max(ends, 0.12), right - max(ends, 0.12) - room, [], right - room)
    widest = max((width_of(r.label, sizes.label, _weight(r)) for r in table.rows), default=0.0)
    widest = max(widest, *(width_of(r.tag, sizes.small) for r in table.rows), 0.0)
    label = min(widest, 0.34 * (right - left))
    edges: list[float] = []
    edge = right - room - (0.07 if any(r.tint for r in table.rows) else 0.0)
    for i in range(len(table.columns) - 1, -1, -1):
        cells = [width_of(r.cells[i].text, sizes.value, r.cells[i].weight) for r in table.rows if r.cells]
        mark = 0.2 if table.columns[i].series else 0.0
        most = min(1.15, 0.45 * (right - left) / len(table.columns))
        words = [min(width_of(w, sizes.small) + mark, most) for w in table.columns[i].heading.split()]
        edges.insert(0, edge)
        edge -= max([*cells, *words]) + _GAP
    return _Frame(left + label, left + label + 0.2, edge - 0.06, edges, right - room + 0.14)


def _weight(row: Row) -> Weight:
    return "semibold" if row.strong else "regular"


def _key(sheet: Sheet, series: Sequence[Series], left: float) -> None:
    """Names of the marks, above the rows, wrapped to the width."""
    size = sheet.sizes.small
    x, y = left, sheet.y + line_height(size) / 2
    for one in series:
        if not one.label:
            continue
        needed = 0.17 + width_of(one.label, size)
        if x > left and x + needed > sheet.right:
            x, y = left, y + line_height(size) * 1.15
        axes = sheet.panel(x, y - 0.08, 0.16, 0.16, (0, 1), name="key")
        _dots(axes, one, [0.5], [0.08])
        lines = wrap(one.label, sheet.right - x - 0.2, size)
        for i, line in enumerate(lines):
            sheet.text(x + 0.2, y + i * line_height(size), line, size=size, colour=MUTED)
        y += (len(lines) - 1) * line_height(size)
        x += needed + 0.24
    sheet.y = y + line_height(size) / 2 + 0.14


def _headings(sheet: Sheet, table: RowTable, frame: _Frame) -> None:
    """Column headings, and the name of the reference line, on one base."""
    size = sheet.sizes.small
    height = 0.0
    blocks = []
    if not sheet.narrow:
        limits = [frame.right, *frame.columns]
        for i, column in enumerate(table.columns):
            room = frame.columns[i] - limits[i] - (0.28 if column.series else 0.08)
            lines = wrap(column.heading, max(room, 0.3), size) or [""]
            blocks.append((frame.columns[i], lines))
        if table.links and table.links_title and _labelled(sheet, table):
            room = lane_width(table.links, size, labelled=True) - 0.14
            blocks.append((-frame.links_left, wrap(table.links_title, room, size)))
        height = max((len(lines) for _, lines in blocks), default=0) * line_height(size)
    label = _reference_lines(sheet, table, frame)
    height = max(height, len(label) * line_height(size))
    base = sheet.y + height
    for x, lines in blocks:
        for i, line in enumerate(reversed(lines)):
            y = base - (i + 0.5) * line_height(size)
            sheet.text(abs(x), y, line, size=size, colour=MUTED, align="right" if x > 0 else "left")
    if not sheet.narrow:
        _heading_marks(sheet, table, [(x, lines) for x, lines in blocks if x > 0], base)
    if label:
        _reference_label(sheet, table, frame, label, base - len(label) / 2 * line_height(size))
    sheet.y = base + (0.08 if height else 0.0)


def _heading_marks(
    sheet: Sheet, table: RowTable, blocks: Sequence[tuple[float, list[str]]], base: float
) -> None:
    """The mark of a series before the first line of its column's heading."""
    size = sheet.sizes.small
    series = {s.key: s for s in table.series}
    for column, (x, lines) in zip(table.columns, blocks, strict=True):
        if column.series in series:
            left = x - width_of(lines[0], size) - 0.2
            y = base - (len(lines) - 0.5) * line_height(size)
            axes = sheet.panel(left, y - 0.08, 0.16, 0.16, (0, 1), name="key")
            _dots(axes, series[column.series], [0.5], [0.08])


def _reference_room(sheet: Sheet, frame: _Frame) -> tuple[float, float]:
    return (sheet.left, sheet.right) if sheet.narrow else (frame.left - 0.1, frame.right + 0.1)


def _reference_lines(sheet: Sheet, table: RowTable, frame: _Frame) -> list[str]:
    low, high = _reference_room(sheet, frame)
    return wrap(table.reference[1], high - low, sheet.sizes.small, "semibold") if table.reference else []


def _reference_label(sheet: Sheet, table: RowTable, frame: _Frame, lines: Sequence[str], y: float) -> None:
    """Name of the reference line above it, moved inward where it would leave the panel."""
    size = sheet.sizes.small
    value = table.reference[0] if table.reference else 0.0
    x = Scale(table.axis.low, table.axis.high, frame.left, frame.right, table.axis.log).at(value)
    half = max(width_of(line, size, "semibold") for line in lines) / 2
    low, high = _reference_room(sheet, frame)
    x = min(max(x, low + half), max(high - half, low + half))
    sheet.lines(x, y, lines, size=size, weight="semibold", colour=table.reference_colour, align="center")


def _labels(
    sheet: Sheet, table: RowTable, frame: _Frame, left: float, right: float
) -> tuple[list[float], float]:
    """Draw labels and cells row by row; middles of the panels' rows and the bottom, in inches."""
    middles: list[float] = []
    y = sheet.y
    for i, row in enumerate(table.rows):
        if row.heading:
            y += 0.16 if i else 0.0
            used = wrap(row.heading, right - left, sheet.sizes.heading, "semibold")
            y += sheet.lines(
                left, y, used, size=sheet.sizes.heading, weight="semibold", colour=ACCENT, middle=False
            )
            y += 0.05
        draw = _narrow_row if sheet.narrow else _wide_row
        height, middle = draw(sheet, table, row, frame, y, left, right)
        if row.tint and not sheet.narrow:
            sheet.box(left - 0.06, y, right - left + 0.06, height, fill=TINT, radius=0.03)
        middles.append(middle)
        y += height
    return middles, y


def _wide_row(
    sheet: Sheet, table: RowTable, row: Row, frame: _Frame, y: float, left: float, right: float
) -> tuple[float, float]:
    del right
    sizes = sheet.sizes
    lines = wrap(row.label, frame.label_right - left + 0.01, sizes.label, _weight(row))
    tag = line_height(sizes.small) if row.tag else 0.0
    text_height = len(lines) * line_height(sizes.label) + tag
    height = max(table.pitch, text_height + 0.12)
    middle = y + height / 2
    sheet.lines(
        frame.label_right,
        middle - tag / 2,
        lines,
        weight=_weight(row),
        align="right",
        name=f"{table.name}-label",
    )
    if row.tag:
        below = middle + text_height / 2 - tag / 2
        sheet.text(frame.label_right, below, row.tag, size=sizes.small, colour=MUTED, align="right")
    for x, cell in zip(frame.columns, row.cells, strict=True):
        sheet.text(
            x, middle, cell.text, size=sizes.value, weight=cell.weight, colour=cell.colour, align="right"
        )
    return height, middle


def _narrow_row(
    sheet: Sheet, table: RowTable, row: Row, frame: _Frame, y: float, left: float, right: float
) -> tuple[float, float]:
    sizes = sheet.sizes
    right = frame.links_left
    main = [c for column, c in zip(table.columns, row.cells, strict=True) if column.main]
    rest = [
        column.inline.format(c.text)
        for column, c in zip(table.columns, row.cells, strict=True)
        if not column.main and c.text
    ]
    taken = sum(width_of(c.text, sizes.value, c.weight) + 0.14 for c in main)
    lines = wrap(row.label, right - left - taken, sizes.label, "semibold")
    pitch = line_height(sizes.label)
    x = right
    for cell in reversed(main):
        sheet.text(
            x,
            y + pitch / 2,
            cell.text,
            size=sizes.value,
            weight=cell.weight,
            colour=cell.colour,
            align="right",
        )
        x -= width_of(cell.text, sizes.value, cell.weight) + 0.14
    used = sheet.lines(left, y, lines, weight="semibold", middle=False, name=f"{table.name}-label")
    small = [row.tag] if row.tag else []
    under = wrap(" · ".join([*small, *rest]), right - left, sizes.small)
    used += sheet.lines(left, y + used, under, size=sizes.small, colour=MUTED, middle=False)
    below = _spread(table.series)
    return used + 0.26 + below + 0.17, y + used + 0.14


def _spread(series: Sequence[Series]) -> float:
    return max((s.offset for s in series), default=0.0)


def _grid(sheet: Sheet, table: RowTable, axes: Axes, middles: Sequence[float], height: float) -> None:
    if sheet.narrow:
        for m in middles:
            axes.vlines(
                table.axis.ticks, m - 0.11, m + 0.11 + _spread(table.series), colors=GRID, linewidth=0.9
            )
            axes.hlines(m, table.axis.low, table.axis.high, colors=GRID, linewidth=0.9, zorder=0.5)
    else:
        axes.vlines(table.axis.ticks, 0, height, colors=GRID, linewidth=0.9, zorder=0.5, clip_on=False)
    if table.reference:
        reach = 0.12 + _spread(table.series)
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


def _marks(table: RowTable, axes: Axes, middles: Sequence[float]) -> None:
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
        _dots(axes, one, mine["value"].tolist(), y.tolist(), name=f"{table.name}-{one.key}")


def _dots(axes: Axes, one: Series, x: Sequence[float], y: Sequence[float], name: str = "") -> None:
    before = len(axes.collections)
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


def _axis_texts(sheet: Sheet, table: RowTable, ends: Scale) -> None:
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
