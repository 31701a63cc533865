"""Workbooks: numbers, dates, errors, sheets, headers."""

from __future__ import annotations

import datetime as dt

import pytest
import xlsxwriter

from survey_analysis.errors import DataError
from survey_analysis.readers.read import read_table


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as out:
        day = out.add_format({"num_format": "yyyy-mm-dd"})
        moment = out.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        span = out.add_format({"num_format": "[h]:mm:ss"})
        out.add_worksheet("cover")
        data = out.add_worksheet('Data & "more"')
        names = ["whole", "part", "truth", "day", "moment", "span", "error", "formula", "text"]
        data.write_row(0, 0, names)
        data.write(1, 0, 3)
        data.write(1, 1, 0.1)
        data.write(1, 2, True)
        data.write_datetime(1, 3, dt.datetime.fromisoformat("2024-03-01"), day)
        data.write_datetime(1, 4, dt.datetime.fromisoformat("2024-03-01 08:28:09"), moment)
        data.write(1, 5, 1.25, span)
        data.write_formula(1, 6, "=NA()", None, "#N/A")
        data.write_formula(1, 7, "=1+1", None, 2)
        data.write_string(1, 8, "007")
        data.write(3, 8, "after a blank row")
        data.write_formula(3, 0, "=1/0", None, "#DIV/0!")
        hidden = out.add_worksheet("codes")
        hidden.write_row(0, 0, ["code", "label"])
        hidden.write_row(1, 0, [1, "Yes"])
        hidden.hide()
    return path


def test_cells(book) -> None:
    raw = read_table(book)
    assert raw.frame.to_numpy().tolist() == [
        ["3", "0.1", "TRUE", "2024-03-01", "2024-03-01 08:28:09", "30:00:00", "#N/A", "2", "007"],
        ["#DIV/0!", "", "", "", "", "", "", "", "after a blank row"],
    ]
    assert raw.notes == (
        "Sheet 'Data & \"more\"' was read; also there: 'cover', 'codes'.",
        "Cells with a spreadsheet error, kept as text: 2 (#DIV/0!, #N/A).",
        "Blank rows left out: 1, the first is row 3.",
    )


def test_sheet_by_name_even_hidden(book) -> None:
    raw = read_table(book, sheet="codes")
    assert raw.frame.to_numpy().tolist() == [["1", "Yes"]]


def test_unknown_and_empty_sheets(book) -> None:
    with pytest.raises(DataError) as found:
        read_table(book, sheet="code")
    assert str(found.value) == "'book.xlsx' has no sheet 'code'.\n  Hint: did you mean 'codes' or 'cover'?"
    with pytest.raises(DataError) as found:
        read_table(book, sheet="cover")
    assert str(found.value) == (
        "The sheet 'cover' of 'book.xlsx' is empty.\n  Hint: known: 'Data & \"more\"', 'codes'."
    )


def test_surveymonkey_header_in_a_workbook(tmp_path) -> None:
    path = tmp_path / "monkey.xlsx"
    with xlsxwriter.Workbook(str(path)) as out:
        sheet = out.add_worksheet()
        sheet.write_row(0, 0, ["Respondent ID", "Which shops?", "", "Why?"])
        sheet.write_row(1, 0, ["", "Alpha", "Beta", "Open-Ended Response"])
        sheet.write_row(2, 0, [1, "Alpha", "", "near"])
    raw = read_table(path)
    assert raw.columns == ("Respondent ID", "q01_1", "q01_2", "q02")
    assert raw.wording["q01_2"] == "Which shops? - Beta"
    assert raw.frame.iloc[0].tolist() == ["1", "Alpha", "", "near"]


def test_encoding_has_no_meaning(book) -> None:
    with pytest.raises(DataError, match="encoding= has no meaning"):
        read_table(book, encoding="utf-8")
