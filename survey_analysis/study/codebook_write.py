"""A codebook's tables as files: a workbook to edit in, or CSV files; texts cannot become formulas."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from survey_analysis.errors import StudyError
from survey_analysis.lazily import Lazily
from survey_analysis.study.codebook import Codebook
from survey_analysis.study.codebook_csv import csv_text
from survey_analysis.study.codebook_files import beside_csv
from survey_analysis.study.codebook_rows import Row, rows_of
from survey_analysis.study.codebook_table import (
    COLUMNS,
    KINDS,
    MISSING,
    ORIGINS,
    SheetName,
    letters_of,
    protect,
)

xlsxwriter: Any = Lazily("xlsxwriter")

CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001  a workbook has no zone; never the clock
_LONGEST = 32767
_TALLEST = 12  # lines that a row shows
_SPARE = 400  # rows below the last in which the lists still help
_WIDTHS = {
    "text": 60, "short": 26, "option": 34, "label": 44, "asked_if": 34, "base": 34, "predicate": 34, "phrase": 34,
    "column": 20, "question": 20, "scale": 18, "net": 24, "item": 20, "construct": 20, "minimum_answered": 18,
    "instrument": 26, "low": 8, "high": 8, "reverse": 9, "exclusive": 10, "score": 8, "outside": 9, "last": 7, "other": 8,
}  # fmt: skip
_YES_NO = ("reverse", "exclusive", "outside", "last", "other")
_LISTS: Mapping[str, Sequence[str]] = {
    "kind": KINDS,
    "missing": MISSING,
    "favourable": ("last", "first"),
    "origin": ORIGINS,
} | dict.fromkeys(_YES_NO, ("yes", "no"))
GUIDE = (
    ("What this is", 'The codebook of a survey: what its columns mean. Edit it, save it, and name it in the study file: [study] codebook = "codebook.xlsx"; or read it with Codebook.from_excel("codebook.xlsx").'),
    ("Questions", "One row a column of the export. Rows that share a question are its subjects (a battery) or its options (several answers). What is said of a question stands in one of its rows. The order of the rows is the order of the questions."),
    ("Left out", "A column without a row is described by what the data hold. Rows may be removed and added."),
    ("origin", "declared: said in the study file or a codebook. data: found in the data and nobody has checked it; once the codebook is named in a study file, the row counts as declared. derived, library: made by the study file, where their answers are changed."),
    ("Scales", "One row an answer, first to last: its code in the data, its label, a score where it is not the code. missing: the code is no answer, and why. outside: in the base, with no place on the scale. favourable: at which end of the scale the favourable answers are. exclusive, other: of several answers whose codes stand in the cells: the one that stands alone, and the one that other text counts as."),
    ("Codes of one question", 'A row of Scales with a question in place of a scale: a code that is no answer to that question, or with "not selected" or "selected" the text of a cell that was not, or was, chosen.'),
    ("Nets", "One row an answer that is counted in a net. A row without a net and with last = yes keeps the answer at the end of sorted tables."),
    ("Texts", "Cells are text, so that 01 stays 01 and a label may begin with =. An apostrophe at the start of a cell, where you see one, keeps blanks or another apostrophe behind it."),
    ("The study file", "What the study file says itself goes before what stands here."),
)  # fmt: skip


def workbook_bytes(book: Codebook) -> bytes:
    """The codebook as a workbook to edit: the same codebook, the same bytes.

    Raises
    ------
    StudyError
        A text that a cell cannot hold.
    """
    stream = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    workbook = xlsxwriter.Workbook(stream, options)
    workbook.set_properties({"title": "Codebook", "created": CREATED})
    pen = _Pen(workbook)
    tables = rows_of(book)
    for sheet, rows in tables.items():
        if rows or sheet in ("Questions", "Scales", "Nets"):
            pen.table(sheet, rows)
    pen.guide()
    pen.names(sorted({r["scale"] for r in tables["Scales"] if r.get("scale")}))
    workbook.close()
    return stream.getvalue()


def csv_files(book: Codebook, path: Path) -> dict[str, str]:
    """The codebook as CSV files by name, all of them: the questions, and the other tables beside them."""
    return {
        beside_csv(path, sheet).name: csv_text(COLUMNS[sheet], rows) for sheet, rows in rows_of(book).items()
    }


class _Pen:
    """Formats and sheets of one workbook while it is written."""

    def __init__(self, workbook: Any) -> None:
        self.workbook = workbook
        body = {
            "num_format": "@",
            "text_wrap": True,
            "valign": "top",
            "font_name": "Calibri",
            "font_size": 11,
        }
        self.body = workbook.add_format(body)
        self.inert = workbook.add_format(body | {"quote_prefix": True})
        self.found = workbook.add_format(body | {"font_color": "#566173", "italic": True})
        self.head = workbook.add_format(
            {"bold": True, "bg_color": "#EEF4F8", "bottom": 1, "bottom_color": "#0A5C8F", "valign": "vcenter"}
        )

    def table(self, sheet: SheetName, rows: Sequence[Row]) -> None:
        """One table: a frozen head, lists to choose from, columns as wide as their texts need."""
        ws, columns = self.workbook.add_worksheet(sheet), COLUMNS[sheet]
        ws.freeze_panes(1, 2 if sheet == "Questions" else 1)
        ws.set_row(0, 20)
        ws.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
        ws.set_landscape()
        ws.fit_to_pages(1, 0)
        ws.repeat_rows(0)
        for i, column in enumerate(columns):
            ws.set_column(i, i, _WIDTHS.get(column, 14), self.body)
            ws.write_string(0, i, column, self.head)
            self._list(ws, column, i, len(rows))
        for number, row in enumerate(rows, start=1):
            tall = max(_lines(row.get(c, ""), _WIDTHS.get(c, 14)) for c in columns)
            if tall > 1:
                ws.set_row(number, 15 * min(tall, _TALLEST))
            for i, column in enumerate(columns):
                text = protect(row.get(column, ""), formulas=False)
                if text:
                    _check(text, f"{sheet}!{letters_of(i)}{number + 1}")
                    ws.write_string(number, i, text, self._look(text, row))

    def _look(self, text: str, row: Row) -> Any:
        if text.startswith(("=", "+", "-", "@")):
            return self.inert
        return self.found if row.get("origin") == "data" else self.body

    def _list(self, ws: Any, column: str, place: int, rows: int) -> None:
        """A list of what may stand in a column; scales may be new ones, so that theirs only warns."""
        told: dict[str, Any] = {"validate": "list", "ignore_blank": True}
        if column in _LISTS:
            told |= {
                "source": list(_LISTS[column]),
                "error_title": column,
                "error_message": f"Choose one of: {', '.join(_LISTS[column])}; or leave it empty.",
            }
        elif column == "scale" and ws.get_name() == "Questions":
            told |= {
                "source": "=ScaleNames",
                "error_type": "warning",
                "error_title": "scale",
                "error_message": "No scale of this name was there when the codebook was written.",
            }
        else:
            return
        ws.data_validation(1, place, rows + _SPARE, place, told)

    def guide(self) -> None:
        """The sheet that says how to edit the others."""
        ws = self.workbook.add_worksheet("How to use")
        ws.set_column(0, 0, 24)
        ws.set_column(1, 1, 96)
        strong = self.workbook.add_format({"bold": True, "valign": "top"})
        wrap = self.workbook.add_format({"text_wrap": True, "valign": "top"})
        for row, (term, meaning) in enumerate(GUIDE):
            ws.write_string(row, 0, term, strong)
            ws.write_string(row, 1, meaning, wrap)
            ws.set_row(row, 15.5 * (len(meaning) // 92 + 1) + 4)

    def names(self, scales: Sequence[str]) -> None:
        """Names of scales, on a hidden sheet, for the list beside the questions."""
        ws = self.workbook.add_worksheet("Lists")
        ws.hide()
        for row, name in enumerate(scales):
            ws.write_string(row, 0, name, self.body)
        self.workbook.define_name("ScaleNames", f"=Lists!$A$1:$A${max(len(scales), 1)}")


def _lines(text: str, width: int) -> int:
    """Lines that a text takes in a column of that width."""
    return sum(-(-max(len(line), 1) // width) for line in text.split("\n"))


def _check(text: str, place: str) -> None:
    """A cell holds so much, and no character that is none."""
    if len(text) > _LONGEST:
        raise StudyError(
            f"A text of {len(text)} characters does not fit in a cell.",
            where=place,
            hint=f"a cell holds {_LONGEST}; write the codebook as CSV.",
        )
    if any(c in text for c in "\ufffe\uffff") or any("\ud800" <= c <= "\udfff" for c in text):
        raise StudyError(
            "A text holds a character that no workbook can hold.", where=place, hint="remove it."
        )
