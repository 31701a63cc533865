"""Codebook files to tables: a workbook, or a CSV with others beside it; nothing is interpreted here."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from survey_analysis.errors import StudyError, closest
from survey_analysis.study.base import code
from survey_analysis.study.codebook_table import (
    COLUMNS,
    NEEDED,
    Line,
    SheetName,
    Tables,
    letters_of,
    unprotect,
)
from survey_analysis.study.unreadable import unreadable
from survey_analysis.study.workbook_parts import UnfitError, check_parts, sheet_text, too_far

_WORKBOOKS = (".xlsx", ".xlsm")
_ERROR = re.compile(r'<(?:\w+:)?c\b(?=[^>]*\st="e")[^>]*\sr="([A-Z]+\d+)"')
_EMPTY = re.compile(
    r'<(?:\w+:)?c\b[^>]*\sr="([A-Z]+\d+)"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*'
    r"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)


def read_tables(path: Path) -> Tables:
    """The tables of a codebook file.

    Parameters
    ----------
    path
        A workbook (.xlsx) with the sheet "Questions", or a CSV of the questions; "codebook.scales.csv", ".nets.",
        ".subjects." and ".constructs." beside "codebook.csv" hold the other tables.

    Raises
    ------
    StudyError
        The file cannot be read, or has a sheet or column that a codebook does not have.
    """
    if path.suffix.lower() in _WORKBOOKS:
        return Tables(path.name, _workbook(path))
    lines = {"Questions": _csv(path, "Questions")}
    for sheet in COLUMNS:
        beside = beside_csv(path, sheet)
        if sheet != "Questions" and beside.is_file():
            lines[sheet] = _csv(beside, sheet)
    return Tables(path.name, lines)  # type: ignore[arg-type]


def beside_csv(path: Path, sheet: SheetName) -> Path:
    """The CSV of a table: "codebook.csv" for the questions, "codebook.scales.csv" for the scales."""
    return path if sheet == "Questions" else path.with_name(f"{path.stem}.{sheet.lower()}{path.suffix}")


def _csv(path: Path, sheet: SheetName) -> tuple[Line, ...]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise unreadable(error, f"codebook '{path.name}'") from None
    reader = csv.reader(io.StringIO(text, newline=""))
    names = next(reader, [])
    _check_columns(names, sheet, path.name, lambda _i: f"[{path.name}: line 1]")
    lines, number = [], reader.line_num + 1
    for row in reader:
        if len(row) > len(names):
            raise StudyError(
                f"A row of the codebook has {len(row)} cells for {len(names)} columns.",
                where=f"[{path.name}: line {number}]",
                hint="put texts that hold a comma in double quotes.",
            )
        cells = {c: unprotect(v) for c, v in zip(names, row, strict=False)}
        if any(cells.values()):
            lines.append(Line(cells, path.name, number))
        number = reader.line_num + 1
    return tuple(lines)


def _workbook(path: Path) -> dict[SheetName, tuple[Line, ...]]:
    import python_calamine as calamine  # noqa: PLC0415  only where a codebook is a workbook

    try:
        data = path.read_bytes()
    except OSError as error:
        raise unreadable(error, f"codebook '{path.name}'") from None
    try:
        check_parts(data)
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        _check_sheets(book.sheet_names, path.name)
        held: list[SheetName] = [s for s in COLUMNS if s in book.sheet_names]
        for sheet in held:  # before any is read: calamine holds every empty cell between two filled ones
            _check_cells(sheet_text(data, sheet), sheet, path.name)
        sheets = {s: book.get_sheet_by_name(s).to_python(skip_empty_area=False) for s in held}
    except (calamine.CalamineError, UnfitError) as error:
        raise StudyError(
            f"The codebook '{path.name}' cannot be read as a workbook.",
            where=str(error),
            hint="open it and save it again as .xlsx.",
        ) from None
    return {s: _sheet(sheets[s], s, path.name) for s in held}


def _check_sheets(names: Sequence[str], file: str) -> None:
    """The questions are there, and no sheet is nearly one of ours; other sheets are the user's own."""
    for name in names:
        near = get_close_matches(name.casefold(), [s.casefold() for s in COLUMNS], n=1, cutoff=0.75)
        if name not in COLUMNS and near:
            raise StudyError(
                f"The codebook '{file}' has a sheet '{name}'.", hint=closest(name.capitalize(), COLUMNS)
            )
    if "Questions" not in names:
        raise StudyError(
            f"The codebook '{file}' has no sheet 'Questions'.",
            where="It has " + ", ".join(f"'{n}'" for n in names) + ".",
            hint="survey.codebook.to_excel() writes the form.",
        )


def _check_cells(xml: str, sheet: SheetName, file: str) -> None:
    """None is far from all others; a formula that failed ("#N/A") or was never computed would read as an empty cell."""
    if far := too_far(xml):
        raise StudyError(
            f"The sheet '{sheet}' of the codebook '{file}' is almost empty, and too large to read.",
            where=far,
            hint="delete what lies outside of the table.",
        )
    for pattern, what in ((_ERROR, "a spreadsheet error"), (_EMPTY, "a formula without a value")):
        found = pattern.search(xml)
        if found:
            raise StudyError(
                f"A cell of the codebook holds {what}.",
                where=f"[{file}: {sheet}!{found.group(1)}]",
                hint="type the text itself.",
            )


def _sheet(rows: list[list[Any]], sheet: SheetName, file: str) -> tuple[Line, ...]:
    names = [str(c).strip() for c in (rows[0] if rows else [])]
    while names and not names[-1]:
        names.pop()
    _check_columns(names, sheet, file, lambda i: f"[{file}: {sheet}!{letters_of(max(i, 0))}1]")
    lines = []
    for number, row in enumerate(rows[1:], start=2):
        for i, value in enumerate(row):
            if isinstance(value, dt.date | dt.time | dt.timedelta) or (i >= len(names) and value != ""):
                raise _not_text(value, file, f"{sheet}!{letters_of(i)}{number}")
        cells = {c: _text(v) for c, v in zip(names, row, strict=False)}
        if any(cells.values()):
            lines.append(Line(cells, file, number, sheet, tuple(names)))
    return tuple(lines)


def _not_text(value: object, file: str, place: str) -> StudyError:
    if isinstance(value, dt.date | dt.time | dt.timedelta):
        return StudyError(
            "A cell of the codebook holds a date or time.",
            where=f"[{file}: {place}]",
            hint="format the cell as text and type it again.",
        )
    return StudyError(
        "A cell of the codebook stands right of its columns.",
        where=f"[{file}: {place}]",
        hint="remove it; notes can have a sheet of their own.",
    )


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return code(cell) if isinstance(cell, int | float) else unprotect(str(cell))


def _check_columns(names: Sequence[str], sheet: SheetName, file: str, where: Any) -> None:
    known = COLUMNS[sheet]
    wrong = [n for n in names if n not in known or names.count(n) > 1]
    if not wrong and NEEDED[sheet] in names:
        return
    what = wrong[0] if wrong else f"(no '{NEEDED[sheet]}')"
    raise StudyError(
        f"The codebook '{file}' has a column it should not have or lacks one: {what}.",
        where=where(names.index(what) if wrong else -1),
        hint="each column once." if what in known else closest(what, known),
    )
