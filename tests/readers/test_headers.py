"""Header rows of Qualtrics and SurveyMonkey, found from content."""

from __future__ import annotations

import pytest

from survey_analysis.readers.headers import read_header
from survey_analysis.readers.read import read_table

STAR_WARS = (
    "RespondentID",
    "q01",
    "q02",
    *(f"q03_{i}" for i in range(1, 7)),
    *(f"q04_{i}" for i in range(1, 7)),
    *(f"q05_{i:02d}" for i in range(1, 15)),
    *(f"q{i:02d}" for i in range(6, 15)),
)
MONKEY = [
    ["Respondent ID", "Collector ID", "Do you shop?", "Which shops? (all)", "", "", "Why?"],
    ["", "", "Response", "Alpha", "Beta", "Other (please specify)", "Open-Ended Response"],
    ["1", "9", "Yes", "Alpha", "", "the corner", "near"],
]


def test_qualtrics_three_rows(shared) -> None:
    raw = read_table(shared("file-samples", "qualtrics_3row.csv"))
    assert len(raw) == 1
    assert raw.columns[-3:] == ("Q1", "Q2", "Q2 - Topics")
    assert raw.wording["Q1"] == "This is a multiple choice question."
    assert raw.wording["RecipientLastName"] == "Nachname des Empfängers"
    assert raw.frame.loc[0, "Q2"] == "Hello World!"
    assert raw.notes == ("Three header rows (names, wording, import ids), as Qualtrics writes them.",)


def test_qualtrics_two_rows_with_mark_and_trailing_comma(shared) -> None:
    raw = read_table(shared("file-samples", "qualtrics_legacy_2row.csv"))
    assert (len(raw), len(raw.columns)) == (1, 15)
    assert raw.columns[0] == "V1"  # no byte-order mark left on it
    assert raw.wording["V6"] == "IPAddress"
    assert raw.frame.loc[0, "V1"] == "R_2YPOQ602ER1jkf1"
    assert raw.notes == (
        "The last column has no name and no cell in any row (a trailing delimiter); left out.",
        "Two header rows (names, wording).",
    )


def test_qualtrics_whose_import_ids_were_deleted() -> None:
    rows = [
        ["StartDate", "ResponseId", "Q1"],
        ["Anfangsdatum", "Antwort-ID", "Warum?"],
        ["2024-03-01", "R_1", "x"],
    ]
    assert read_header(rows, "a.csv").rows == 2
    assert read_header([rows[0], rows[2]], "a.csv").rows == 1


def test_surveymonkey_names_are_stable_and_wording_complete(shared) -> None:
    raw = read_table(shared("star-wars", "StarWars.csv.gz"))
    assert raw.columns == STAR_WARS
    assert raw.wording["q01"] == "Have you seen any of the 6 films in the Star Wars franchise?"
    assert raw.wording["q05_14"].endswith("are unfamiliar with him/her. - Yoda")
    assert raw.wording["q14"] == "Location (Census Region)"
    assert (raw.frame["q01"] == "Yes").sum() == 936
    films = raw.frame[[f"q03_{i}" for i in range(1, 7)]]
    assert int((films != "").any(axis=1).sum()) == 835


def test_surveymonkey_parts() -> None:
    header = read_header(MONKEY, "a.csv")
    assert header.names == ("Respondent ID", "Collector ID", "q01", "q02_1", "q02_2", "q02_3", "q03")
    assert header.wording == {
        "q01": "Do you shop?",
        "q02_1": "Which shops? (all) - Alpha",
        "q02_2": "Which shops? (all) - Beta",
        "q02_3": "Which shops? (all) - Other (please specify)",
        "q03": "Why?",
    }


def test_surveymonkey_with_one_header_row_stays_as_it_is(shared) -> None:
    raw = read_table(shared("flying-etiquette", "flying-etiquette.csv.gz"))
    assert raw.columns[1] == "How often do you travel by plane?"
    assert raw.notes == ()


def test_data_are_not_taken_for_a_header() -> None:
    rows = [["id", "q1", "q2"], ["", "Response", "x"], ["2", "a", "b"]]
    assert read_header([["id", "q1", "q2"], ["1", "Response", "x"]], "a.csv").rows == 1
    assert read_header([rows[0], rows[2]], "a.csv").rows == 1


def test_declared_rows_are_obeyed(write) -> None:
    path = write("a.csv", "q1,q2\nHow old?,Why?\nskip,skip\n34,x\n")
    assert read_table(path).frame.shape == (3, 2)
    two = read_table(path, header_rows=2)
    assert (two.wording, len(two)) == ({"q1": "How old?", "q2": "Why?"}, 2)
    assert read_table(path, header_rows=3).frame["q1"].tolist() == ["34"]


def test_declaring_one_row_over_a_platform_header_is_obeyed_and_noted(shared) -> None:
    raw = read_table(shared("file-samples", "qualtrics_3row.csv"), header_rows=1)
    assert len(raw) == 3
    assert raw.notes == ("The first rows look like several header rows, but header_rows = 1 was declared.",)


def test_spaces_around_names_are_noted(write) -> None:
    raw = read_table(write("a.csv", "id , q1\n1,2\n"))
    assert raw.columns == ("id", "q1")
    assert raw.notes == ("Spaces around 2 column names were left out: 'id', 'q1'.",)


@pytest.mark.parametrize("count", [9, 10])
def test_item_numbers_sort_as_they_stand(count) -> None:
    stems = ["RespondentID", "Which?", *[""] * (count - 1)]
    options = ["", *(f"option {i}" for i in range(count))]
    names = read_header([stems, options, ["1"] * (count + 1)], "a.csv").names[1:]
    assert list(names) == sorted(names)
    assert len(names) == count
