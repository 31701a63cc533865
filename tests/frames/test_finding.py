"""Searching a survey: every place a word can stand, several words, accents, nothing private."""

from __future__ import annotations

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError, PersonalDataWarning

STUDY = {
    "subjects": {"source": {"micro": {"label": "Micro-influencer", "code": 1}, "star": {"label": "Célèbre", "code": 2}}},
    "scales": {"likely": {"levels": [[1, "Not at all"], [2, "Extremely"]], "missing": [[98, "dont_know", "No idea"]]}},
    "questions": {
        "age": {"column": "Q1", "kind": "numeric", "text": "How old are you?", "base": "everybody reached"},
        "media": {"kind": "multiple", "columns": ["M1", "M2"], "short": "Media used"},
        "buy": {"column": "Q2", "scale": "likely", "nets": {"Keen": [2]}},
        "why": {"column": "Q3", "kind": "open"},
    },
    "batteries": {"follow": {"over": "source", "columns": "F{source}", "scale": "likely"}},
    "constructs": {"trust": {"items": ["buy"], "short": "Reliance"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def survey() -> sa.Survey:
    cells = {"Q1": ["30"], "M1": ["Radio"], "M2": [""], "Q2": ["2"], "Q3": ["secret words"], "F1": ["1"], "F2": ["98"],
             "mail": ["ann@example.org"], "extra": ["left"]}  # fmt: skip
    with pytest.warns(PersonalDataWarning, match="'mail'"):
        return sa.read(pd.DataFrame(cells), study=STUDY)


@pytest.mark.parametrize(
    ("text", "question", "place"),
    [
        ("AGE", "age", "name"),
        ("old", "age", "wording"),
        ("reached", "age", "base"),
        ("used", "media", "label"),
        ("radio", "media", "answers"),
        ("m2", "media", "columns"),
        ("keen", "buy", "nets"),
        ("reliance", "buy", "constructs"),
        ("celebre", "follow", "subjects"),
        ("left", "extra", "answers"),
    ],
)
def test_a_word_is_found_where_it_stands(survey, text, question, place):
    found = survey.find(text)
    assert found["question"].tolist() == [question]
    assert place in found["found_in"][0].split(", ")
    assert list(found.columns) == ["question", "kind", "wording", "found_in", "match"]


def test_all_words_have_to_occur_and_a_phrase_as_it_is(survey):
    assert survey.find("no idea")["question"].tolist() == ["buy", "follow"]
    assert survey.find("idea micro")["question"].tolist() == ["follow"]
    assert survey.find('"not at all"')["question"].tolist() == ["buy", "follow"]
    assert survey.find('"at all not"').empty
    with pytest.raises(DataError, match="nothing to look for"):
        survey.find("  ")


def test_open_answers_and_personal_cells_are_not_searched(survey):
    assert survey.find("secret").empty
    assert survey.find("example.org").empty
    assert survey.find("mail")["found_in"].tolist() == ["name"]


def test_items_of_a_file_are_searched():
    """The wording of one column, as header rows or a metadata file give it."""
    import dataclasses

    from survey_analysis.frames.table import Table

    plain = sa.read(
        pd.DataFrame({"M1": ["1"], "M2": ["0"]}),
        study={"questions": {"m": {"kind": "multiple", "columns": ["M1", "M2"]}}},
    )
    raw = dataclasses.replace(plain.table.raw, wording={"M1": "Which media? - Wireless set"})
    survey = dataclasses.replace(plain, table=Table(raw, plain.study))
    assert survey.find("wireless")["found_in"].tolist() == ["items"]


def test_a_long_text_is_shown_around_the_word():
    study = {"questions": {"q": {"text": "word " * 40 + "needle" + " word" * 40, "kind": "open"}}}
    match = sa.read(pd.DataFrame({"q": ["x"]}), study=study).find("needle")["match"][0]
    assert "needle" in match
    assert len(match) < 100


def test_the_founding_study_is_searched():
    """ "recommend" stands in the wording of these questions of codebook.csv, and in the labels of others."""
    found = sa.datasets.load().find("recommend")
    assert {"received", "follow", "conversations"} <= set(found["question"])


LONG = "How likely is it that you would recommend this creator to a friend, a colleague or somebody of your family?"


@pytest.fixture
def long_wording():
    questions = {
        "nps": {"text": LONG, "kind": "numeric"},
        "why": {"text": "Why?", "base": "people who recommend", "kind": "open"},
    }
    return sa.read(pd.DataFrame({"nps": ["9", "3"], "why": ["", "x"]}), study={"questions": questions})


def test_it_prints_whole_wordings_one_question_a_row(long_wording):
    found = long_wording.find("recommend")
    shown = repr(found)
    assert LONG in " ".join(shown.split())
    assert "…" not in shown
    assert [line.split()[0] for line in shown.splitlines() if line[:1].strip()] == [
        "2",
        "question",
        "nps",
        "why",
    ]
    assert max(map(len, shown.splitlines())) <= 100
    assert str(found) == shown
    assert "found in base: people who recommend" in shown


def test_it_is_as_wide_as_the_terminal(long_wording, monkeypatch):
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("COLUMNS", "60")
    shown = repr(long_wording.find("recommend"))
    assert 50 < max(map(len, shown.splitlines())) <= 60
    assert LONG in " ".join(shown.split())


def test_a_notebook_shows_a_table_with_escaped_text():
    study = {"questions": {"q": {"text": "<b>needle</b> & thread", "kind": "open"}}}
    page = sa.read(pd.DataFrame({"q": ["x"]}), study=study).find("needle")._repr_html_()
    assert "&lt;b&gt;needle&lt;/b&gt; &amp; thread" in page
    assert "<b>needle" not in page
    assert 'class="sa-table"' in page
    assert page.count("<tr") == 2


def test_nothing_found_is_said(survey):
    assert repr(survey.find("zebra")) == 'No question or column holds "zebra".'
    assert "zebra" in survey.find("zebra")._repr_html_()


def test_what_was_found_is_a_frame_and_its_parts_are_plain(survey):
    found = survey.find("no idea")
    assert isinstance(found, pd.DataFrame)
    assert type(found[["question", "match"]]) is pd.DataFrame
    assert type(found.to_frame()) is pd.DataFrame
    pd.testing.assert_frame_equal(found.to_frame(), pd.DataFrame(found.to_dict("list")))
