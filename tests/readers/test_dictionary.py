"""Codebooks as people write them, against the labels that were written."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

import survey_analysis as sa
from survey_analysis.cli import main
from survey_analysis.errors import DataError

DATA = "ID,Sex,Q1\n1,1,5\n2,2,99\n3,1,4\n"
SEX, Q1 = (("1", "Male"), ("2", "Female")), (("4", "Likely"), ("5", "Very likely"), ("99", "Don't know"))
LONG = [
    ["Variable", "Label", "Value", "Value label"],
    ["Sex", "Sex of respondent", "1", "Male"], ["", "", "2", "Female"],
    ["Q1", "How likely?", "4", "Likely"], ["", "", "5", "Very likely"], ["", "", "99", "Don't know"],
]  # fmt: skip
FORMS = {
    "long": LONG,
    "name repeated": [LONG[0], *([r[0] or ("Sex" if i < 3 else "Q1"), *r[1:]] for i, r in enumerate(LONG[1:], 1))],
    "title above": [["Codebook of the study", "", "", ""], *LONG],
    "wide": [
        ["Variable Name", "Description", "Values"],
        ["sex", "Sex of respondent", "1 = Male; 2 = Female"],
        ["Q1", "How likely?", "4=Likely, 5=Very likely, 99=Don't know"],
    ],
    "wide by lines": [
        ["Field", "Question text", "Value labels"],
        ["Sex", "Sex of respondent", "1: Male\n2: Female"],
        ["Q1", "How likely?", "4: Likely\n5: Very likely\n99: Don't know"],
    ],
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    (tmp_path / "data.csv").write_text(DATA)
    return tmp_path / "data.csv"


def book(path: Path, sheets: dict[str, list[list[str]]], *, numbers: bool = True) -> Path:
    with xlsxwriter.Workbook(path, {"strings_to_numbers": numbers}) as out:
        for name, rows in sheets.items():
            sheet = out.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    sheet.write(i, j, cell)
    return path


def check(survey: sa.Survey) -> None:
    raw = survey.table.raw
    assert raw.labels["Sex"] == SEX
    assert raw.labels["Q1"] == Q1
    assert (raw.wording["Sex"], raw.wording["Q1"]) == ("Sex of respondent", "How likely?")
    assert survey.proportion("Sex", answers=["Male"]).value == pytest.approx(2 / 3)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mark", [",", ";", "xlsx"])
def test_wording_and_labels_come_along(data, form, mark) -> None:
    rows = FORMS[form]
    if mark == "xlsx":
        path = book(data.with_name("book.xlsx"), {"Read me": [["Hello"]], "Variables": rows})
    else:
        path = data.with_name("book.csv")
        path.write_text("\n".join(mark.join('"' + c + '"' for c in row) for row in rows))
    check(sa.read(data, metadata=path))


def test_a_sheet_of_the_workbook_itself(tmp_path, capsys) -> None:
    """An agency's workbook: data first, codebook second; the reader says what to do, and that works."""
    rows = [line.split(",") for line in DATA.strip().split("\n")]
    path = book(tmp_path / "agency.xlsx", {"Data": rows, "Codebook": LONG})
    assert main(["inspect", str(path)]) == 0
    out = " ".join(capsys.readouterr().out.split())
    assert "Sheet 'Codebook' seems to describe the columns: metadata = \"agency.xlsx\" reads it" in out
    check(sa.read(path, metadata=path))


def test_two_labels_of_one_code_are_refused(data) -> None:
    path = data.with_name("book.csv")
    path.write_text("Variable,Value,Value label\nSex,1,Male\nSex,1,Man\n")
    with pytest.raises(DataError, match="two labels to the code '1' of 'Sex'"):
        sa.read(data, metadata=path)


def test_other_tables_are_no_codebooks(data) -> None:
    with pytest.raises(DataError, match="is no metadata file"):
        sa.read(data, metadata=data)
