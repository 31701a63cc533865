"""XLSX: a tab book with an index, a reading guide and one sheet a table; text stays text, numbers numbers.

Text is written as strings only, so no label can become a formula or a link.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from survey_analysis.errors import ReportError
from survey_analysis.fonts import inert
from survey_analysis.tables.model import Table
from survey_analysis.tables.workbook import INDEX, MUTED, RULE, Pen, check_fits, safe, write_sheet

GUIDE = "How to read this"
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet: its name as wanted (made valid and unique when written) and its tables."""

    name: str
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook.

    Parameters
    ----------
    title, subtitle
        Printed on the index sheet; the title is the document's.
    sheets
        The sheets, in order.
    footer
        Settings printed at the foot of every page.
    guide
        Paragraphs of the sheet "How to read this"; none leaves the sheet out.
    banner
        Such as ``"SIMULATED DATA"``: printed at the top of every sheet and of every printed page.
    facts
        Label and text pairs for the index sheet: sample, dates, weighting.
    created
        The date the file carries; never the clock, so that the same book gives the same bytes.
    """

    title: str
    sheets: tuple[Sheet, ...]
    created: dt.date
    subtitle: str = ""
    footer: str = ""
    guide: tuple[str, ...] = ()
    banner: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


def write_book(path: Path, book: Book) -> Path:
    """Write a workbook to a file and return its path."""
    path.write_bytes(book_bytes(book))
    return path


def book_bytes(book: Book) -> bytes:
    """Build a workbook.

    Raises
    ------
    ReportError
        If there is no table, a table is larger than a worksheet, or a number cannot be stored.

    Examples
    --------
    >>> from survey_analysis.tables.model import Cell, Column, Row
    >>> table = Table("t", "Would follow", (Column("All"),), (Row("=1+1", (Cell("82", 82.1, "0"),)),))
    >>> book_bytes(Book("Tab book", (Sheet("Follow", (table,)),), dt.date(2026, 1, 1)))[:2]
    b'PK'
    """
    if not any(sheet.tables for sheet in book.sheets):
        raise ReportError(f"The workbook '{book.title}' has no tables.", hint="add at least one table.")
    for sheet in book.sheets:
        for table in sheet.tables:
            check_fits(table)
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, dict(_OPTIONS))
    created = dt.datetime.combine(book.created, dt.time())
    workbook.set_properties({"title": safe(book.title), "subject": safe(book.subtitle), "created": created})
    pen = Pen(workbook, book.title, book.banner, book.footer)
    names = sheet_names([sheet.name for sheet in book.sheets])
    _index(pen, book, names)
    if book.guide:
        _guide(pen, book.guide)
    for name, sheet in zip(names, book.sheets, strict=True):
        write_sheet(pen, name, sheet.tables)
    workbook.close()
    return stream.getvalue()


def sheet_names(wanted: Sequence[str]) -> list[str]:
    r"""Valid, unique worksheet names: at most 31 characters, none of ``[]:*?/\``.

    Examples
    --------
    >>> sheet_names(["Age/sex", "age:sex", "History", "'x'"])
    ['Age sex', 'age sex 2', 'History 2', 'x']
    """
    taken = {"history", INDEX.lower(), GUIDE.lower()}
    names = []
    for name in wanted:
        base = " ".join(re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", inert(name)).split()).strip("'") or "Sheet"
        candidate, i = base[:31].strip().strip("'"), 2
        while candidate.lower() in taken:
            tail = f" {i}"
            candidate, i = base[: 31 - len(tail)].strip() + tail, i + 1
        taken.add(candidate.lower())
        names.append(candidate)
    return names


def _index(pen: Pen, book: Book, names: list[str]) -> None:
    """The first sheet: title, facts and a link to every table."""
    ws, row = pen.worksheet(INDEX)
    ws.set_column(0, 0, 32)
    ws.set_column(1, 1, 92)
    pen.headline(ws, row, book.title)
    if book.subtitle:
        row += 1
        ws.write_string(row, 0, safe(book.subtitle), pen.format(font_color=MUTED))
    row += 2
    for label, fact in book.facts:
        ws.write_string(row, 0, safe(label), pen.format(font_color=MUTED))
        ws.write_string(row, 1, safe(fact), pen.format(text_wrap=True))
        ws.set_row(row, 14.5 * (len(fact) // 88 + 1))
        row += 1
    row += 1
    head = pen.format(bold=True, bottom=1, bottom_color=RULE)
    ws.write_string(row, 0, "Sheet", head)
    ws.write_string(row, 1, "Table", head)
    ws.write_string(row, 2, "Base (n)", head)
    ws.set_column(2, 2, 12)
    if book.guide:
        row += 1
        pen.link(ws, row, GUIDE, GUIDE)
    for name, sheet in zip(names, book.sheets, strict=True):
        for table in sheet.tables:
            row += 1
            pen.link(ws, row, name, name)
            ws.write_string(row, 1, safe(table.title), pen.format(text_wrap=True))
            base = next((r.cells[0].value for r in table.rows if r.kind == "base" and r.cells), None)
            if base is not None:
                ws.write_number(row, 2, base, pen.format(num_format="#,##0"))


def _guide(pen: Pen, lines: Sequence[str]) -> None:
    """The sheet that says what a percentage, a base and a letter mean."""
    ws, row = pen.worksheet(GUIDE)
    ws.set_column(0, 0, 72)
    pen.headline(ws, row, GUIDE)
    for line in lines:
        row += 1
        ws.set_row(row, 14.5 * (len(line) // 72 + 1) + 6)
        ws.write_string(row, 0, safe(line), pen.format(text_wrap=True))
    pen.link(ws, row + 2, INDEX, "Back to contents")
