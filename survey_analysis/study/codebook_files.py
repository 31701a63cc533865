"""Codebook files to tables: a workbook, or a CSV with others beside it; nothing is interpreted here."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
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

_WORKBOOKS = (".xlsx", ".xlsm")
_ERROR = re.compile(r'<(?:\w+:)?c\b(?=[^>]*\st="e")[^>]*\sr="([A-Z]+\d+)"')
_EMPTY = re.compile(
    r'<(?:\w+:)?c\b[^>]*\sr="([A-Z]+\d+)"[^>]*>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>[^<]*</(?:\w+:)?f>)\s*'
    r"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")


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
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = {n: book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names}
    except OSError as error:
        raise unreadable(error, f"codebook '{path.name}'") from None
    except (calamine.CalamineError, zipfile.BadZipFile) as error:
        raise StudyError(
            f"The codebook '{path.name}' cannot be read as a workbook.",
            where=str(error),
            hint="open it and save it again as .xlsx.",
        ) from None
    _check_sheets(list(sheets), path.name)
    _check_errors(data, path.name)
    return {s: _sheet(sheets[s], s, path.name) for s in COLUMNS if s in sheets}


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


def _check_errors(data: bytes, file: str) -> None:
    """A formula that failed ("#N/A") or was never computed reads as an empty cell: refuse it, by its place."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8")
        parts = {_attribute(r, "Id"): _attribute(r, "Target") for r in _RELATION.findall(relations)}
        for tag in _SHEET.findall(archive.read("xl/workbook.xml").decode("utf-8")):
            sheet, part = _attribute(tag, "name"), parts[_attribute(tag, r"\w+:id")]
            if sheet not in COLUMNS:
                continue
            path = part.lstrip("/") if part.startswith("/") else f"xl/{part}"
            xml = archive.read(path).decode("utf-8")
            for pattern, what in ((_ERROR, "a spreadsheet error"), (_EMPTY, "a formula without a value")):
                found = pattern.search(xml)
                if found:
                    raise StudyError(
                        f"A cell of the codebook holds {what}.",
                        where=f"[{file}: {sheet}!{found.group(1)}]",
                        hint="type the text itself.",
                    )


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\s{name}=\"([^\"]*)\"", tag)
    return found.group(1) if found else ""


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
