"""Codebook files that swell, are damaged or hold a cell at the far end: refused in our words, before they are unpacked."""

from __future__ import annotations

import random
import zipfile

import openpyxl
import pandas as pd
import pytest
from fuzz.mutations import mutated, rezipped

import survey_analysis as sa
from survey_analysis.errors import StudyError, SurveyAnalysisError
from survey_analysis.study import workbook_parts


@pytest.fixture
def path(tmp_path):
    survey = sa.read(
        pd.DataFrame({"q": ["1", "2"]}), study={"questions": {"q": {"levels": [[1, "yes"], [2, "no"]]}}}
    )
    survey.codebook.to_excel(tmp_path / "codebook.xlsx")
    survey.codebook.to_csv(tmp_path / "codebook.csv")
    return tmp_path / "codebook.xlsx"


def _parts(path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as opened:
        return {n: opened.read(n) for n in opened.namelist()}


def test_a_codebook_that_swells(path, monkeypatch) -> None:
    """A part of eight megabytes of blanks in a file of some kilobytes; at full size it would be one of gigabytes."""
    parts = _parts(path)
    parts["xl/sharedStrings.xml"] = b" " * 2**23 + parts["xl/sharedStrings.xml"]
    path.write_bytes(rezipped(list(parts.items())))
    sa.Codebook.from_excel(path)  # within the bounds of a workbook
    monkeypatch.setattr(workbook_parts, "RATIO_FROM", 2**20)
    with pytest.raises(StudyError, match="'codebook.xlsx' cannot be read as a workbook") as found:
        sa.Codebook.from_excel(path)
    assert "unpack to more than" in found.value.where
    assert found.value.hint


def test_a_codebook_of_many_parts(path) -> None:
    path.write_bytes(rezipped([*_parts(path).items(), *((f"x{i}", b"") for i in range(10_001))]))
    with pytest.raises(StudyError) as found:
        sa.Codebook.from_excel(path)
    assert "parts" in found.value.where


def test_a_cell_at_the_far_end(path) -> None:
    book = openpyxl.load_workbook(path)
    book.create_sheet("Mine")["XFD1048576"] = "far, in a sheet that is not read"
    book.save(path)
    assert "q" in sa.Codebook.from_excel(path).questions
    book["Scales" if "Scales" in book.sheetnames else "Questions"]["XFD1048576"] = "far"
    book.save(path)
    with pytest.raises(StudyError, match="almost empty, and too large to read") as found:
        sa.Codebook.from_excel(path)
    assert "XFD1048576" in found.value.where


@pytest.mark.parametrize(
    "place", [b'"A999999999"', b'"AAAAA2"', b"'A999999999'", b'"a99999999999999999999"', b' = "ZZZZ1"']
)
def test_a_cell_beyond_every_sheet(path, place) -> None:
    """The library that reads workbooks would ask for the memory of all cells before it, and end the process."""
    parts = _parts(path)
    whole = parts["xl/worksheets/sheet1.xml"]
    place = place if b"=" in place else b"=" + place
    parts["xl/worksheets/sheet1.xml"] = whole.replace(b'r="A2"', b"r" + place)
    assert parts["xl/worksheets/sheet1.xml"] != whole
    path.write_bytes(rezipped(list(parts.items())))
    with pytest.raises(StudyError, match="almost empty, and too large to read") as found:
        sa.Codebook.from_excel(path)
    assert "a sheet has 1,048,576 rows" in found.value.where


def test_a_sheet_that_is_not_where_the_workbook_says(path) -> None:
    parts = _parts(path)
    parts["xl/_rels/workbook.xml.rels"] = parts["xl/_rels/workbook.xml.rels"].replace(
        b"sheet1.xml", b"sheet9.xml"
    )
    path.write_bytes(rezipped(list(parts.items())))
    with pytest.raises(StudyError, match="cannot be read as a workbook"):
        sa.Codebook.from_excel(path)


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_mutated_codebooks(path, ending) -> None:
    """A codebook, or a refusal that says what is wrong and where."""
    whole = path.with_suffix(f".{ending}").read_bytes()
    read = sa.Codebook.from_excel if ending == "xlsx" else sa.Codebook.from_csv
    refused, count = [], 400
    for seed in range(count):
        data, _ = mutated(whole, [b"a,b\n1,2\n"], random.Random(seed))
        path.with_suffix(f".{ending}").write_bytes(data)
        try:
            read(path.with_suffix(f".{ending}"))
        except SurveyAnalysisError as error:
            refused.append(error)
    assert 0 < len(refused) < count
    assert all(e.what and (e.where or e.hint) for e in refused)
