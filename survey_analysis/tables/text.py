"""Plain text: what a terminal and `repr` show."""

from __future__ import annotations

import unicodedata
from textwrap import wrap

from survey_analysis.fonts import inert
from survey_analysis.tables.model import Align, Row, Table

_LABEL = 44
_GAP = "   "


def to_text(table: Table, *, width: int = 100) -> str:
    """Table as plain text; columns that do not fit the width continue in a second block.

    Examples
    --------
    >>> from survey_analysis.tables.model import Cell, Column, Row
    >>> rows = (Row("Likely", (Cell("82", 82.1, mark="B"), Cell("73", 73.0)), kind="net"),)
    >>> columns = (Column("Micro", span="Source", letter="A"), Column("Average", span="Source", letter="B"))
    >>> print(to_text(Table("t", "Would follow", columns, rows, base="rated both", notes=("Letters: 95%.",))))
    Would follow
    Base: rated both
    <BLANKLINE>
                     Source
             Micro   Average
              (A)      (B)
    ------------------------
    Likely     82B        73
    <BLANKLINE>
    Letters: 95%.
    """
    head = wrap(_clean(table.title), width)
    if table.base:
        head += wrap(f"Base: {_clean(table.base)}", width)
    labels = {id(row): _label_lines(row, width) for row in table.rows}
    beside = [_width(line) for row in table.rows if row.kind != "section" for line in labels[id(row)]]
    stub = max([*beside, _width(_clean(table.stub)), 6])
    widths = [_column_width(table, i) for i in range(len(table.columns))]
    blocks = [_block(table, labels, stub, widths, part) for part in _parts(table, widths, stub, width)]
    notes = [line for note in table.notes for line in wrap(_clean(note), width)]
    return "\n".join([*head, "", "\n\n".join(blocks), *([""] if notes else []), *notes])


def _parts(table: Table, widths: list[int], stub: int, width: int) -> list[list[int]]:
    """Columns of each block; those under one heading stay together where they fit."""
    parts: list[list[int]] = [[]]
    used = stub
    for group in _groups(table, widths, width - stub):
        size = sum(len(_GAP) + widths[i] for i in group)
        if parts[-1] and used + size > width:
            parts.append([])
            used = stub
        parts[-1] += group
        used += size
    return parts


def _groups(table: Table, widths: list[int], room: int) -> list[list[int]]:
    """Columns that are not parted: those of a heading that fits a line, every other alone."""
    spans = table.spans if table.has_spans else ()
    together = {s.start: list(range(s.start, s.start + s.width)) for s in spans if s.label}
    out: list[list[int]] = []
    i = 0
    while i < len(widths):
        group = together.get(i, [i])
        if sum(len(_GAP) + widths[j] for j in group) > room:
            group = [i]
        out.append(group)
        i = group[-1] + 1
    return out


def _block(table: Table, labels: dict[int, list[str]], stub: int, widths: list[int], part: list[int]) -> str:
    lines = [line.rstrip() for line in _head(table, stub, widths, part)]
    lines.append("-" * (stub + sum(len(_GAP) + widths[i] for i in part)))
    for row in table.rows:
        *above, last = labels[id(row)]
        lines.extend(above)
        if row.kind == "section":
            lines.append(last)
            continue
        cells = [_pad(_cell(table, row, i), widths[i], table.align(row, i)) for i in part]
        lines.append((_pad(last, stub, "left") + _GAP + _GAP.join(cells)).rstrip())
    return "\n".join(lines)


def _head(table: Table, stub: int, widths: list[int], part: list[int]) -> list[str]:
    lines: list[str] = []
    if table.has_spans:
        line, done = " " * stub, -1
        for span in table.spans:
            inside = [i for i in range(span.start, span.start + span.width) if i in part and i > done]
            if inside:
                room = sum(widths[i] for i in inside) + len(_GAP) * (len(inside) - 1)
                line += _GAP + _pad(_clip(_clean(span.label), room), room, "center")
                done = inside[-1]
        lines.append(line)
    titles = [_pad(_clean(table.columns[i].label), widths[i], table.columns[i].align) for i in part]
    lines.append(_pad(_clean(table.stub), stub, "left") + _GAP + _GAP.join(titles))
    if table.has_letters:
        named = [f"({table.columns[i].letter})" if table.columns[i].letter else "" for i in part]
        lines.append(
            " " * stub
            + _GAP
            + _GAP.join(_pad(x, widths[i], "center") for x, i in zip(named, part, strict=True))
        )
    return lines


def _cell(table: Table, row: Row, index: int) -> str:
    """Text and mark; the mark is padded so that digits stand under each other."""
    cell = row.cells[index]
    return _clean(cell.text) + _clean(cell.mark).ljust(table.mark_width(index))


def _column_width(table: Table, index: int) -> int:
    column = table.columns[index]
    cells = [_width(_cell(table, row, index)) for row in table.rows if row.cells]
    return max([*cells, _width(_clean(column.label)), len(column.letter) + 2 if column.letter else 0])


def _label_lines(row: Row, width: int) -> list[str]:
    """A label in lines; a section's label has the whole width, as no cells stand beside it."""
    indent = "  " * row.indent
    room = (width if row.kind == "section" else _LABEL) - len(indent)
    return [indent + line for line in wrap(_clean(row.label), room) or [""]]


def _clean(text: str) -> str:
    return " ".join(inert(text).split())


def _width(text: str) -> int:
    """Terminal columns of a text: wide East Asian characters and emoji take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def _clip(text: str, room: int) -> str:
    return text if _width(text) <= room else text[: max(room - 1, 0)] + "…"


def _pad(text: str, width: int, align: Align) -> str:
    room = max(width - _width(text), 0)
    if align == "left":
        return text + " " * room
    if align == "right":
        return " " * room + text
    return " " * (room // 2) + text + " " * (room - room // 2)
