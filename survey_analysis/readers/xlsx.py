"""Excel workbooks (.xlsx, .xlsm) through calamine: one sheet, numbers as short text, dates as ISO."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile
from typing import Any

import python_calamine as calamine

from survey_analysis.errors import DataError, closest
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.readers.dictionary_heads import LOOKED_AT, heading
from survey_analysis.readers.forms import with_form
from survey_analysis.readers.headers import MOST_HEADER_ROWS, read_header
from survey_analysis.readers.source import Source
from survey_analysis.readers.texts import (
    duration_text,
    frame_of,
    moment_text,
    needs_rows,
    number_text,
    without_empty_end,
)
from survey_analysis.readers.titles import without_titles
from survey_analysis.readers.xlsx_parts import check_extent, check_parts, damaged, sheet_text
from survey_analysis.study.workbook_parts import UNPACKING, column

_ERROR = re.compile(
    r"<(?:\w+:)?c\b(?=[^>]*\st=\"e\")[^>]*\sr=\"([A-Z]+)(\d+)\".*?<(?:\w+:)?v>([^<]*)<", re.DOTALL
)


def sniff(data: bytes) -> bool:
    """Whether the bytes are a zip with a workbook in it."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except UNPACKING:  # damaged, or a kind of zip that no workbook is
        return False


def read(source: Source) -> RawTable:
    """Read one sheet of a workbook; see `read_table`."""
    check_parts(source.data, source.name)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(source.data))
        sheet, note = _sheet(book, source)
        text = bounded(source, sheet)
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
    except calamine.CalamineError as error:
        raise damaged(source.name, str(error)) from None
    rows = [[_text(cell) for cell in row] for row in cells]
    errors = _errors(text)
    for row, place, shown in errors:
        if row >= len(rows) or place >= len(rows[row]):
            raise damaged(
                source.name, f"An error cell lies outside of the {counted(len(rows), 'row')} of '{sheet}'."
            )
        rows[row][place] = shown
    rows, blank = _without_blank(rows)
    if not rows:
        raise DataError(f"The sheet '{sheet}' of '{source.name}' is empty.", hint=_others(book, sheet))
    titles: tuple[str, ...] = ()
    if source.header_rows is None:
        rows, _, titles = without_titles(rows)
    rows, ended = without_empty_end(rows)
    header = read_header(rows[:MOST_HEADER_ROWS], source.name, source.header_rows)
    body = rows[header.rows :]
    needs_rows(source.name, len(body), len(header.names))
    raw = RawTable(
        frame=frame_of(body, header.names),
        wording=header.wording,
        keys=header.keys,
        notes=(*note, *_error_note(errors), *titles, *blank, *ended, *header.notes),
        digest=source.digest,
        format="xlsx",
        name=source.name,
    )
    return with_form(raw)


def _sheet(book: Any, source: Source) -> tuple[str, tuple[str, ...]]:
    """The sheet asked for, else the first visible one that holds cells; the others are named."""
    names = list(book.sheet_names)
    if source.sheet:
        if source.sheet not in names:
            raise DataError(
                f"'{source.name}' has no sheet '{source.sheet}'.", hint=closest(source.sheet, names)
            )
        return source.sheet, ()
    visible = [
        m.name
        for m in book.sheets_metadata
        if m.visible == calamine.SheetVisibleEnum.Visible and m.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    for name in visible:
        bounded(source, name)
        if book.get_sheet_by_name(name).to_python(nrows=1):
            rest = [n for n in names if n != name]
            said = (f"Sheet '{name}' was read; also there: {', '.join(map(repr, rest))}.",) if rest else ()
            return name, (*said, *_codebooks(book, source, [n for n in rest if n in visible]))
    raise DataError(f"'{source.name}' has no visible sheet with cells.", hint="export it again.")


def _codebooks(book: Any, source: Source, sheets: list[str]) -> tuple[str, ...]:
    """A note on another sheet that describes the columns."""
    for name in sheets:
        bounded(source, name)
        if heading(book.get_sheet_by_name(name).to_python(nrows=LOOKED_AT)):
            told = json.dumps(source.name, ensure_ascii=False)
            return (f"Sheet {name!r} seems to describe the columns: metadata = {told} reads it.",)
    return ()


def bounded(source: Source, sheet: str) -> str:
    """XML of a sheet that can be read: calamine holds every empty cell between two filled ones."""
    text = sheet_text(source.data, sheet, source.name)
    check_extent(text, sheet, source.name)
    return text


def _others(book: Any, sheet: str) -> str:
    return closest("", [n for n in book.sheet_names if n != sheet])


def _text(cell: object) -> str:
    """Text of a cell as Excel's own CSV would have it, dates as ISO."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return number_text(cell)
    if isinstance(cell, dt.timedelta):
        return duration_text(cell)
    if isinstance(cell, dt.date | dt.time):
        return moment_text(cell)
    raise DataError(f"A cell holds a {type(cell).__name__}, which has no text form.", hint="export CSV.")


def _without_blank(rows: list[list[str]]) -> tuple[list[list[str]], tuple[str, ...]]:
    blank = [i + 1 for i, row in enumerate(rows) if not any(row)]
    kept = [row for row in rows if any(row)]
    inside = [i for i in blank if i < max((n + 1 for n, row in enumerate(rows) if any(row)), default=0)]
    note = (f"Blank rows left out: {len(inside)}, the first is row {inside[0]}.",) if inside else ()
    return kept, note


def _errors(text: str) -> list[tuple[int, int, str]]:
    """Row, column and text of error cells ("#N/A"), which calamine reads as empty."""
    if 't="e"' not in text:
        return []
    return [(int(row) - 1, column(letters), value) for letters, row, value in _error_cells(text)]


def _error_cells(text: str) -> list[tuple[str, str, str]]:
    return [m.groups() for m in _ERROR.finditer(text)]  # type: ignore[misc]


def _error_note(errors: list[tuple[int, int, str]]) -> tuple[str, ...]:
    if not errors:
        return ()
    texts = ", ".join(sorted({text for _, _, text in errors}))
    return (f"Cells with a spreadsheet error, kept as text: {len(errors)} ({texts}).",)
