from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from reporting.sample import BANNER, HOSTILE, report
from survey_analysis.errors import ReportError
from survey_analysis.reporting.document import Report
from survey_analysis.reporting.xlsx import to_xlsx


@pytest.fixture(scope="module")
def content() -> bytes:
    return to_xlsx(report())


@pytest.fixture(scope="module")
def book(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def cells(book):
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_no_formula_and_no_outside_link(book, content):
    assert [cell.coordinate for cell in cells(book) if cell.data_type == "f"] == []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        sheets = [archive.read(name).decode() for name in names if name.startswith("xl/worksheets/sheet")]
        assert not any("<f>" in sheet for sheet in sheets)
        assert not any(
            "TargetMode" in archive.read(name).decode() for name in names if name.endswith(".rels")
        )
        assert not [name for name in names if "vba" in name.lower() or "externalLink" in name]
    values = {cell.value for cell in cells(book)}
    assert HOSTILE[1] in values
    assert HOSTILE[0] in values
    assert "=1+1" in values
    assert "safegpj.exe" in values


def test_index_guide_and_a_sheet_for_every_table(book):
    tables = list(report().tables())
    assert book.sheetnames[:2] == ["Contents", "How to read this"]
    assert len(book.sheetnames) == len(tables) + 2
    links = [
        cell.hyperlink.location for cell in cells(book) if cell.hyperlink and cell.parent.title == "Contents"
    ]
    assert [link.split("'!")[0].strip("'").replace("''", "'") for link in links] == book.sheetnames[1:]
    assert all(sheet["A1"].value == BANNER for sheet in book)


def test_numbers_are_numbers_and_letters_stand_beside_them(book):
    table = next(table for table in report().tables() if table.id == "t-follow")
    sheet = next(
        sheet
        for sheet in book
        if sheet.title.endswith("Very or extremely likely to"[:20]) or table.title in str(sheet["A2"].value)
    )
    found = {row[0].value: row for row in sheet.iter_rows() if row[0].value}
    row = found["Micro-influencer"]
    values = [cell.value for cell in row if isinstance(cell.value, (int, float))]
    assert values == [cell.value for cell in table.rows[0].cells]
    place = next(i for i, cell in enumerate(row) if cell.value == table.rows[0].cells[1].value)
    assert row[place + 1].value == "BC"
    assert row[place].number_format.startswith("0.0")
    assert row[place].font.b
    assert sheet.freeze_panes is not None


def test_page_set_up(book):
    for sheet in book:
        assert sheet.page_setup.paperSize == 9
        assert sheet.oddHeader.left.text
        assert "SIMULATED" in sheet.oddHeader.right.text
        assert "Page" in sheet.oddFooter.right.text


def test_same_bytes_twice(content):
    assert to_xlsx(report()) == content


def test_a_report_without_tables_is_an_error():
    sample = report()
    with pytest.raises(ReportError, match="no tables"):
        to_xlsx(Report("Empty", (sample.sections[-2],), sample.created))
