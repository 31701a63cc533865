"""The texts of a table of rows: key, headings, labels and columns of numbers."""

from __future__ import annotations

from collections.abc import Sequence

from survey_analysis.figures.axis import Scale
from survey_analysis.figures.brackets import lane_width
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.row_frame import Frame, labelled_links, weight_of
from survey_analysis.figures.row_marks import dots
from survey_analysis.figures.rows import Row, RowTable, Series
from survey_analysis.figures.style import ACCENT, MUTED, TINT, line_height
from survey_analysis.figures.text import width_of, wrap


def key(sheet: Sheet, series: Sequence[Series], left: float) -> None:
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
        dots(axes, one, [0.5], [0.08])
        lines = wrap(one.label, sheet.right - x - 0.2, size)
        for i, line in enumerate(lines):
            sheet.text(x + 0.2, y + i * line_height(size), line, size=size, colour=MUTED)
        y += (len(lines) - 1) * line_height(size)
        x += needed + 0.24
    sheet.y = y + line_height(size) / 2 + 0.14


def headings(sheet: Sheet, table: RowTable, frame: Frame) -> None:
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
        if table.links and table.links_title and labelled_links(sheet, table):
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
            dots(axes, series[column.series], [0.5], [0.08])


def _reference_room(sheet: Sheet, frame: Frame) -> tuple[float, float]:
    return (sheet.left, sheet.right) if sheet.narrow else (frame.left - 0.1, frame.right + 0.1)


def _reference_lines(sheet: Sheet, table: RowTable, frame: Frame) -> list[str]:
    low, high = _reference_room(sheet, frame)
    return wrap(table.reference[1], high - low, sheet.sizes.small, "semibold") if table.reference else []


def _reference_label(sheet: Sheet, table: RowTable, frame: Frame, lines: Sequence[str], y: float) -> None:
    """Name of the reference line above it, moved inward where it would leave the panel."""
    size = sheet.sizes.small
    value = table.reference[0] if table.reference else 0.0
    x = Scale(table.axis.low, table.axis.high, frame.left, frame.right, table.axis.log).at(value)
    half = max(width_of(line, size, "semibold") for line in lines) / 2
    low, high = _reference_room(sheet, frame)
    x = min(max(x, low + half), max(high - half, low + half))
    sheet.lines(x, y, lines, size=size, weight="semibold", colour=table.reference_colour, align="center")


def labels(sheet: Sheet, table: RowTable, frame: Frame) -> tuple[list[float], float]:
    """Draw labels and cells row by row; middles of the panels' rows and the bottom, in inches."""
    left, right = frame.edges
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
        height, middle = draw(sheet, table, row, frame, y)
        if row.tint and not sheet.narrow:
            sheet.box(left - 0.06, y, right - left + 0.06, height, fill=TINT, radius=0.03)
        middles.append(middle)
        y += height
    return middles, y


def _wide_row(sheet: Sheet, table: RowTable, row: Row, frame: Frame, y: float) -> tuple[float, float]:
    left = frame.edges[0]
    sizes = sheet.sizes
    lines = wrap(row.label, frame.label_right - left + 0.01, sizes.label, weight_of(row))
    tag = line_height(sizes.small) if row.tag else 0.0
    text_height = len(lines) * line_height(sizes.label) + tag
    height = max(table.pitch, text_height + 0.12)
    middle = y + height / 2
    sheet.lines(
        frame.label_right,
        middle - tag / 2,
        lines,
        weight=weight_of(row),
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


def _narrow_row(sheet: Sheet, table: RowTable, row: Row, frame: Frame, y: float) -> tuple[float, float]:
    sizes = sheet.sizes
    left, right = frame.edges[0], frame.links_left
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
    below = table.spread
    return used + 0.26 + below + 0.17, y + used + 0.14
