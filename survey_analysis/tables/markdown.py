"""Markdown: a pipe table for README files, issues and chat, with everything from data escaped."""

from __future__ import annotations

import re

from survey_analysis.fonts import inert
from survey_analysis.tables.model import Align, Row, Table

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$])")
_RULE: dict[Align, str] = {"left": ":--", "right": "--:", "center": ":-:"}


def to_markdown(table: Table) -> str:
    r"""Table as GitHub-flavoured Markdown.

    Examples
    --------
    >>> from survey_analysis.tables.model import Cell, Column, Row
    >>> print(to_markdown(Table("t", "Would follow", (Column("All"),), (Row("a|b", (Cell("82"),)),))))
    **Would follow**
    <BLANKLINE>
    |  | All |
    | :-- | --: |
    | a\|b | 82 |
    """
    lines = [f"**{_text(table.title)}**", ""]
    if table.base:
        lines += [f"Base: {_text(table.base)}", ""]
    lines.append(_line([_text(table.stub), *(_heading(table, i) for i in range(len(table.columns)))]))
    lines.append(_line([":--", *(_RULE[column.align] for column in table.columns)]))
    lines += [_row(row, len(table.columns)) for row in table.rows]
    for note in table.notes:
        lines += ["", _text(note)]
    return "\n".join(lines)


def _heading(table: Table, index: int) -> str:
    column = table.columns[index]
    parts = [_text(column.span) + ":"] if column.span else []
    parts.append(_text(column.label))
    if column.letter:
        parts.append(f"({_text(column.letter)})")
    return " ".join(parts)


def _row(row: Row, width: int) -> str:
    label = "&emsp;" * row.indent + _text(row.label)
    bold = row.kind in {"net", "section"}
    cells = [_text(cell.text) + (f" {_text(cell.mark)}" if cell.mark else "") for cell in row.cells] or [
        ""
    ] * width
    return _line([f"**{x}**" if bold and x else x for x in (label, *cells)])


def _line(parts: list[str]) -> str:
    return "| " + " | ".join(parts) + " |"


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(inert(text).split()))
