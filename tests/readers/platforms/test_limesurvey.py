"""LimeSurvey structures: every kind of question, of heading and of answer; relevance as routing."""

from __future__ import annotations

import numpy as np
import pytest

import survey_analysis as sa
from readers.platforms.lss import SID, question, structure
from survey_analysis.errors import DataError
from survey_analysis.frames.table import Table
from survey_analysis.readers.companions import describe
from survey_analysis.readers.read import read_table
from survey_analysis.study.build import build
from survey_analysis.study.expressions import evaluate, parse
from survey_analysis.study.file import StudyFile

AGREE = (("A1", "Disagree"), ("A2", "Neither"), ("A3", "Agree"))
QUESTIONS = (
    question("Q1", "L", "<p>Do you <b>follow</b>?</p>", answers=(("A1", "Yes"), ("A2", "No")), other="Y"),
    question("Q2", "M", "Where?", parts=(("SQ001", "Video"), ("SQ002", "Photo"), ("SQ003", "None")), other="Y",
             relevance='Q1.NAOK == "A1"', attributes=(("exclude_all_others", "SQ003"),)),
    question("Q3", "F", "They are ...", parts=(("SQ001", "honest"), ("SQ002", "kind")), answers=AGREE,
             relevance='((Q2_SQ001.NAOK == "Y" or Q2_SQ002.NAOK == "Y"))'),
    question("Q4", "N", "How old are you?"),
    question("Q5", "5", "Rate us", relevance="Q4.NAOK >= 30 and !is_empty(Q1.NAOK)"),
    question("Q6", "T", "Why?", relevance="Q3_SQ001 != 'A3'"),
    question("Q7", "R", "Rank", answers=(("A1", "Price"), ("A2", "Taste"))),
    question("Q8", "Y", "Again?", relevance="count(that.Q2.NAOK) > 1"),
    question("Q9", "1", "Both", parts=(("SQ001", "Alpha"),), answers=(("A1", "low", "0"), ("A2", "high", "0"), ("B1", "few", "1"), ("B2", "many", "1"))),
    question("Q10", ":", "Table", parts=(("R1", "Mon", "0"), ("C1", "am", "1"), ("C2", "pm", "1"))),
    question("Q11", "K", "Hours", parts=(("SQ001", "work"), ("SQ002", "rest")), relevance=f"{SID}X7X114 < 30"),
)  # fmt: skip

CODES = [
    "id", "Q1", "Q1[other]", "Q2[SQ001]", "Q2[SQ002]", "Q2[SQ003]", "Q2[other]", "Q3[SQ001]", "Q3[SQ002]", "Q4", "Q5", "Q6",
    "Q7[1]", "Q7[2]", "Q8", "Q9[SQ001][1]", "Q9[SQ001][2]", "Q10[R1_C1]", "Q10[R1_C2]", "Q11[SQ001]", "Q11[SQ002]",
]  # fmt: skip
ROWS = [
    "1,A1,,Y,Y,,,A3,A1,40,5,,A1,A2,Y,A1,B2,3,4,,",
    "2,A2,,,,,,,,50,1,,A2,A1,N,A2,B1,1,0,,",
    "3,A1,,,,Y,,,,20,,,A1,A2,Y,A1,B1,2,2,8,9",
    "4,-oth-,maybe,,,,,,,,,,A1,,N,,,,,,",
    "5,A1,,,Y,,a blog,A1,A2,25,,so,A2,,Y,A2,B2,0,0,7,7",
]
FULL = {
    "Q1": {"A1": "Yes", "A2": "No", "-oth-": "Other"},
    "Q3": {"A1": "Disagree", "A2": "Neither", "A3": "Agree"},
    "Q7": {"A1": "Price", "A2": "Taste"},
    "Q8": {"Y": "Yes", "N": "No"},
    "Q9": {"A1": "low", "A2": "high", "B1": "few", "B2": "many"},
}
HEADINGS = {
    "Q1": "Do you follow?", "Q1[other]": "Do you follow? [Other]", "Q2[SQ001]": "Where? [Video]", "Q2[SQ002]": "Where? [Photo]",
    "Q2[SQ003]": "Where? [None]", "Q2[other]": "Where? [Other]", "Q3[SQ001]": "They are ... [honest]",
    "Q3[SQ002]": "They are ... [kind]", "Q4": "How old are you?", "Q5": "Rate us", "Q6": "Why?", "Q7[1]": "Rank [Rank 1]",
    "Q7[2]": "Rank [Rank 2]", "Q8": "Again?", "Q9[SQ001][1]": "Both [Alpha][Scale 1]", "Q9[SQ001][2]": "Both [Alpha][Scale 2]",
    "Q10[R1_C1]": "Table [Mon][am]", "Q10[R1_C2]": "Table [Mon][pm]", "Q11[SQ001]": "Hours [work]", "Q11[SQ002]": "Hours [rest]",
}  # fmt: skip


def heading(code, kind):
    if code == "id" or kind == "codes":
        return code
    if kind == "equation":
        return (
            code.replace("][", "_")
            .replace("[", "_")
            .replace("]", "")
            .replace("Q9_SQ001_1", "Q9_SQ001_0")
            .replace("Q9_SQ001_2", "Q9_SQ001_1")
        )
    if kind == "both":
        return f"{code.split('[')[0]}. {HEADINGS[code]}"
    if kind == "code_text":
        return f"{code}. {HEADINGS[code]}"
    return HEADINGS[code]


def full_answer(code, cell):
    base = code.split("[")[0]
    if base == "Q2" and "other" not in code:
        return "Yes" if cell == "Y" else "No"
    return FULL.get(base, {}).get(cell, cell) if "other" not in code else cell


def export(headings, answers):
    rows = [r.split(",") for r in ROWS]
    if answers == "texts":
        rows = [[full_answer(c, x) for c, x in zip(CODES, r, strict=True)] for r in rows]
    head = ",".join(f'"{heading(c, headings)}"' for c in CODES)
    return "\n".join([head, *(",".join(r) for r in rows)]) + "\n"


@pytest.fixture(params=["new", "old"])
def survey(write, request):
    return write("survey.lss", structure(*QUESTIONS, version=request.param))


@pytest.fixture(params=["codes", "texts"])
def answers(request):
    return request.param


@pytest.fixture(params=["codes", "equation", "both", "code_text", "texts"])
def named(request):
    return request.param


def asked(raw, column):
    study = build(StudyFile(), columns=raw.columns, folder="", source="")
    shown = np.asarray(evaluate(parse(raw.routing[column]), Table(raw, study).resolve))
    return {int(r) for r, s in zip(raw.column("id"), shown, strict=True) if s}


# Worked out by hand from the equations and the five respondents.
BY_HAND = {
    "Q2[SQ001]": {1, 3, 5},
    "Q3[SQ002]": {1, 5},
    "Q5": {1, 2},
    "Q6": {5},  # without NAOK: only of those who were asked Q3
    "Q11[SQ001]": {3, 5},
}


def test_every_heading_and_answer_comes_to_the_same(write, survey, named, answers):
    raw = describe(read_table(write("data.csv", export(named, answers))), survey)
    assert len(raw.wording) == len(CODES) - 1
    at = {c: heading(c, named) for c in CODES}
    assert raw.wording[at["Q1"]] == "Do you follow?"
    assert raw.wording[at["Q3[SQ001]"]] == "They are ... - honest"
    assert raw.wording[at["Q9[SQ001][2]"]] == "Both - Alpha - Scale 2"
    assert raw.wording[at["Q10[R1_C2]"]] == "Table - Mon - pm"
    labels = {
        c: [label for _, label in raw.labels[at[c]]] for c in ("Q1", "Q3[SQ001]", "Q9[SQ001][2]", "Q7[1]")
    }
    assert labels == {
        "Q1": ["Yes", "No", "Other"],
        "Q3[SQ001]": ["Disagree", "Neither", "Agree"],
        "Q9[SQ001][2]": ["few", "many"],
        "Q7[1]": ["Price", "Taste"],
    }
    assert raw.measure[at["Q4"]] == raw.measure[at["Q11[SQ002]"]] == raw.measure[at["Q10[R1_C1]"]] == "scale"
    assert raw.measure[at["Q3[SQ002]"]] == "ordinal"
    (where,) = raw.sets
    assert [label for _, label in where.options] == ["Video", "Photo", "None"]
    assert where.counted == (("Y",) if answers == "codes" else ("Yes",))
    for column, expected in BY_HAND.items():
        assert asked(raw, at[column]) == expected, column
    assert f"The export holds the {answers} of the answers." in raw.notes
    assert not [n for n in raw.notes if "none of the answers listed" in n]


def test_what_cannot_be_said_is_quoted(write, survey):
    raw = describe(read_table(write("data.csv", export("codes", "codes"))), survey)
    notes = " ".join(raw.notes)
    assert "'Q8' is not translated" in notes
    assert "count(that.Q2.NAOK) > 1" in notes
    assert "'Q2': chosen alone are 'None'." in notes
    assert "base language, 'en'" in notes
    assert raw.routing["Q6"] == (
        "(`Q3[SQ001]` != 'A3' or `Q3[SQ001]` is missing) and (`Q2[SQ001]` == 'Y' or `Q2[SQ002]` == 'Y')"
    )


def test_the_relevance_of_a_group_holds_for_its_questions(write):
    survey = write("s.lss", structure(*QUESTIONS[:4], group_relevance="Q4.NAOK > 18"))
    raw = describe(read_table(write("data.csv", export("codes", "codes"))), survey)
    assert raw.routing["Q2[SQ001]"] == "Q4 > '18' and Q1 == 'A1'"


def test_conditions_that_lead_back_are_noted(write):
    one = question("Q1", "Y", "One", relevance="Q2 != 'Y'")
    two = question("Q2", "Y", "Two", relevance="Q1 != 'Y'")
    raw = describe(read_table(write("d.csv", "Q1,Q2\nY,\n,N\n")), write("s.lss", structure(one, two)))
    assert not raw.routing
    assert "lead back" in " ".join(raw.notes)


def test_not_shown_is_missing_and_ticks_of_another_language_are_refused(write):
    survey = write("s.lss", structure(*QUESTIONS[:2]))
    text = "Q1,Q2[SQ001],Q2[SQ002],Q2[SQ003]\nYes,Yes,No,No\nNo,N/A,N/A,N/A\nYes,No,Yes,No\n"
    raw = describe(read_table(write("d.csv", text)), survey)
    assert [(m.code, m.kind) for m in raw.missing["Q2[SQ001]"]] == [("N/A", "not_asked")]
    found = sa.read(write("d.csv", text), metadata=survey)
    assert found.proportion("Q2", answers=["Video"]).value == 1 / 2
    odd = "Q1,Q2[SQ001],Q2[SQ002],Q2[SQ003]\nYes,Oui,Non,Non\n"
    raw = describe(read_table(write("e.csv", odd)), survey)
    assert not raw.sets
    assert "'Q2' holds 'Non', 'Oui', not ticks" in " ".join(raw.notes)


def test_an_estimate_is_the_count_by_hand(write, survey, answers):
    data = write("data.csv", export("codes", answers))
    found = sa.read(data, metadata=survey)
    assert found.proportion("Q1", answers=["Yes"]).value == 3 / 5
    assert found.proportion("Q2", answers=["Photo"]).value == 2 / 3  # of those who follow
    assert found.mean("Q4").value == (40 + 50 + 20 + 25) / 4
    levels = {c.column: c.levels for c in sa.inspect(data, metadata=survey).columns}
    assert levels["Q3[SQ001]"] == ("Disagree", "Neither", "Agree")


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<document><LimeSurveyDocType>Survey</LimeSurveyDocType><questions>&b;</questions></document>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE d SYSTEM "file:///etc/hostname"><document>'
    "<LimeSurveyDocType>Survey</LimeSurveyDocType></document>"
)
HEAD = "<document><LimeSurveyDocType>Survey</LimeSurveyDocType>"


@pytest.mark.parametrize(
    "text",
    [
        BOMB, OUTSIDE, structure(*QUESTIONS)[:900], HEAD + "<a>" * 5000, HEAD + "</document>",
        HEAD.replace("Survey<", "Group<") + "</document>", HEAD + "<questions>&nope;</questions></document>",
        '<?xml version="1.0" encoding="no-such"?>' + HEAD + "</document>",
    ],
    ids=["entities", "outside", "cut", "nested", "empty", "group", "unknown", "encoding"],
)  # fmt: skip
def test_malformed_structures_are_refused(write, text):
    with pytest.raises(DataError):
        describe(read_table(write("d.csv", "Q1\n1\n")), write("s.lss", text))
