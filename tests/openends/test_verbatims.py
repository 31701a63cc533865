"""Open answers to be coded by hand: scrubbed, without ids, harmless in a spreadsheet."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError, EstimationError, ReportError

SAID = [
    "I trust Marisol",
    "",
    "- cheap",
    "=HYPERLINK(x)",
    "call 202-555-0143",
    "cheap",
    "cheap",
    "@SUM(1)",
    "+ good",
]


@pytest.fixture
def survey():
    frame = pd.DataFrame({"why": SAID, "sex": ["w", "m", "w", "m", "w", "m", "w", "m", "w"]})
    return sa.read(frame, study={"questions": {"why": {"kind": "open"}, "sex": {"levels": ["w", "m"]}}})


def test_every_answer_once_scrubbed_and_nothing_else(survey):
    found = survey.verbatims("why")
    assert list(found.to_frame().columns) == ["number", "answer"]
    assert len(found.to_frame()) == sum(x != "" for x in SAID)
    text = found.to_frame().to_csv()
    assert "Marisol" not in text
    assert "555" not in text
    assert found.to_frame()["answer"].tolist().count("cheap") == 2


def test_where_and_numbers_that_lead_nowhere(survey):
    women = survey.verbatims("why", where="sex == 'w'").to_frame()
    assert len(women) == 5
    assert women["number"].tolist() == [1, 2, 3, 4, 5]
    letters = ["".join(c for c in a.casefold() if c.isalnum()) for a in women["answer"]]
    assert letters == sorted(letters)


def test_no_cell_runs_in_a_spreadsheet(survey, tmp_path):
    found = survey.verbatims("why")
    found.save(tmp_path / "v.csv")
    cells = pd.read_csv(tmp_path / "v.csv", keep_default_na=False)["answer"]
    assert not cells.str.startswith(("=", "+", "-", "@")).any()
    assert "'- cheap" in cells.tolist()
    found.save(tmp_path / "v.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "v.xlsx").active
    assert {c.data_type for row in sheet.iter_rows(min_row=2, min_col=2, max_col=2) for c in row} == {"s"}
    assert [c.value for c in sheet[1]] == ["number", "answer", "codes"]
    with pytest.raises(ReportError, match=r"neither \.csv nor \.xlsx"):
        found.save(tmp_path / "v.txt")


def test_what_is_no_open_answer(survey):
    with pytest.raises(DataError, match="'sex' is no open question"):
        survey.verbatims("sex")
    with pytest.raises(EstimationError, match="Nobody there"):
        survey.verbatims("why", where="sex == 'm' and sex == 'w'")


def test_by_subject(founding):
    found = founding.verbatims("why").to_frame()
    assert list(found.columns) == ["number", "source", "answer"]
    known = {"Micro-influencer", "Average consumer", "Celebrity", "Brand advocate"}
    assert set(found["source"]) == known
    micro = founding.verbatims("why", where={"source": "micro"}).to_frame()
    assert (micro["source"] == "Micro-influencer").all()
    assert len(micro) == (found["source"] == "Micro-influencer").sum()
