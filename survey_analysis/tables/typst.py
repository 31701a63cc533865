"""Typst: the table as plain data for the template, which alone decides how it looks.

Strings stay strings: the template prints them, never evaluates them. A table too wide for a page is cut
into panels, between column groups where it can be, and every panel repeats the row labels.
"""

from __future__ import annotations

from typing import Any

from survey_analysis.tables.model import Cell, Row, Table

_MOST = 12
_WIDEST = 22  # characters; longer entries wrap


def to_typst(table: Table, *, number: str = "") -> dict[str, Any]:
    """Table as a JSON structure for the report template.

    Examples
    --------
    >>> from survey_analysis.tables.model import Cell, Column
    >>> data = to_typst(Table("t", "Would follow", (Column("All"),), (Row("Likely", (Cell("82"),)),)))
    >>> data["panels"][0]["rows"][0]["cells"]
    [{'text': '82', 'mark': '', 'align': 'right'}]
    """
    return {
        "type": "table",
        "id": table.id,
        "number": number,
        "title": table.title,
        "base": table.base,
        "notes": list(table.notes),
        "panels": [_panel(table, part) for part in panels(table)],
    }


def panels(table: Table, most: int = _MOST) -> list[range]:
    """Ranges of columns that fit a page side by side.

    Examples
    --------
    >>> from survey_analysis.tables.model import Column
    >>> columns = tuple(Column(str(i), span="first" if i < 9 else "second") for i in range(15))
    >>> panels(Table("t", "Wide", columns, ()))
    [range(0, 9), range(9, 15)]
    """
    parts, start, end = [], 0, 0
    for span in table.spans:
        if end > start and span.start + span.width - start > most:
            parts.append(range(start, end))
            start = end
        end = span.start + span.width
        while end - start > most:
            parts.append(range(start, start + most))
            start += most
    parts.append(range(start, end))
    return parts


def _panel(table: Table, part: range) -> dict[str, Any]:
    columns = [table.columns[i] for i in part]
    spans = []
    for span in table.spans:
        inside = [i for i in range(span.start, span.start + span.width) if i in part]
        if inside:
            spans.append({"label": span.label, "start": inside[0] - part.start, "width": len(inside)})
    return {
        "stub": table.stub,
        "two_heads": any(column.span for column in columns),
        "spans": spans,
        "columns": [
            {"label": c.label, "letter": c.letter, "align": c.align, "span": c.span} for c in columns
        ],
        "marks": [table.mark_width(i) for i in part],
        "widths": [_width(table, i) for i in part],
        "rows": [_row(table, row, part) for row in table.rows],
    }


def _width(table: Table, i: int) -> int:
    """Share of the page a column asks for: its longest entry, or the longest word of its heading."""
    texts = [len(row.cells[i].text) for row in table.rows if row.cells]
    return min(_WIDEST, max([4, *texts, *(len(word) for word in table.columns[i].label.split())]))


def _row(table: Table, row: Row, part: range) -> dict[str, Any]:
    cells = [
        {"text": row.cells[i].text, "mark": row.cells[i].mark, "align": table.align(row, i)}
        | _bar(row.cells[i])
        for i in part
        if row.cells
    ]
    return {"label": row.label, "kind": row.kind, "indent": row.indent, "cells": cells}


def _bar(cell: Cell) -> dict[str, Any]:
    return {} if cell.bar is None else {"bar": round(cell.bar, 4)}
