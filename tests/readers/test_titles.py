"""Rows that are no respondents: titles above the header, totals below the last answer."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

import survey_analysis as sa
from survey_analysis.readers.read import read_table
from survey_analysis.readers.titles import title_rows, total_note

HEADER = ["ID", "Sex", "Q1"]
ROWS = [["1", "f", "5"], ["2", "m", "4"], ["3", "f", "1"]]
TITLES = [["Acme brand study 2026"], ["Exported:", "2026-03-17"], []]


def book(path: Path, rows: list[list[str]]) -> Path:
    with xlsxwriter.Workbook(path) as out:
        sheet = out.add_worksheet("Data")
        for i, row in enumerate(rows):
            sheet.write_row(i, 0, row)
    return path


def text(path: Path, rows: list[list[str]], mark: str, width: int = 0) -> Path:
    path.write_text("".join(mark.join([*row, *[""] * (width - len(row))]) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("kind", ["xlsx", "comma", "semicolon", "padded"])
def test_a_title_is_left_out_and_said(tmp_path, kind) -> None:
    rows = [*TITLES, HEADER, *ROWS]
    path = {
        "xlsx": lambda: book(tmp_path / "a.xlsx", rows),
        "comma": lambda: text(tmp_path / "a.csv", rows, ","),
        "semicolon": lambda: text(tmp_path / "a.csv", rows, ";"),
        "padded": lambda: text(tmp_path / "a.csv", rows, ",", 3),
    }[kind]()
    raw = read_table(path)
    assert raw.columns == tuple(HEADER)
    assert raw.frame.to_numpy().tolist() == ROWS
    said = " ".join(raw.notes)
    assert "'Acme brand study 2026'; 'Exported: 2026-03-17'; left out" in said


def test_declared_header_rows_are_taken_at_their_word(tmp_path) -> None:
    raw = read_table(text(tmp_path / "a.csv", [*TITLES[:2], HEADER, *ROWS], ",", 3), header_rows=1)
    assert len(raw) == 5
    assert raw.columns[0] == "Acme brand study 2026"


@pytest.mark.parametrize(
    "rows",
    [
        [HEADER, *ROWS],
        [["ID", "", ""], *ROWS],  # blank names, answers below: numbers are no names
        [["Respondent ID", "Which do you own?", "", ""], ["", "Bike", "Car", "Boat"], ["1", "Bike", "", ""]],
        [["", "Group A", "", ""], ["ID", "a", "b", "c"], ["1", "2", "3", "4"]],
        [["study", "x"], ["id", "q"]],
        [["name", "city", ""], ["Ann", "Rome", "x"]],
        [["ID", "", ""], ["x", "x", "y"]],  # the same text twice is no header
        [],
    ],
)
def test_other_first_rows_are_no_titles(rows) -> None:
    assert title_rows(rows) == 0


@pytest.mark.parametrize("word", ["Total", "TOTAL:", "Grand total", "Summe", "n = 120", "Average", "Moyenne"])
def test_a_last_row_that_reads_like_a_total_is_kept_and_said(tmp_path, word) -> None:
    path = text(tmp_path / "a.csv", [HEADER, *ROWS, [word, "", "10"]], ",")
    raw = read_table(path)
    assert len(raw) == 4
    (note,) = raw.notes
    assert note.startswith(f"The last row (4) reads '{word}' in column 'ID'")
    assert note in repr(sa.inspect(path)).replace("\n    ", " ")


def test_the_rule_that_is_offered_removes_it(tmp_path) -> None:
    """Also where its other cells are no answers: an average among codes."""
    path = text(tmp_path / "a.csv", [HEADER, *ROWS, ["Total", "", "3.33"]], ",")
    (note,) = read_table(path).notes
    rules = note.partition("rules = ")[2].partition(" under")[0]
    study = tmp_path / "study.toml"
    study.write_text(
        f'[study]\ndata = "a.csv"\n[questions.Q1]\nlevels = ["1", "2", "3", "4", "5"]\n[clean]\nrules = {rules}\n'
    )
    cleaned = sa.read(study).clean()
    assert len(cleaned) == 3
    assert cleaned.proportion("Q1", answers=["5"]).value == pytest.approx(1 / 3)


@pytest.mark.parametrize("last", [["3", "f", "1"], ["", "", "Totally agree"], ["Sam", "Total", ""]])
def test_other_last_rows_are_respondents(last) -> None:
    assert total_note(HEADER, last, 9) == ()
