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
