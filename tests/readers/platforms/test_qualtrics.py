"""Qualtrics surveys over exports of numbers and of texts, and the real three-row export."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import survey_analysis as sa
from survey_analysis.errors import DataError
from survey_analysis.frames.table import Table
from survey_analysis.readers.companions import describe
from survey_analysis.readers.read import read_table
from survey_analysis.study.build import build
from survey_analysis.study.expressions import evaluate, parse
from survey_analysis.study.file import StudyFile

FIXTURES = Path(__file__).parent / "fixtures"
QSF = FIXTURES / "qualtrics.qsf"


@pytest.fixture(params=["numbers", "texts"])
def raw(request):
    return describe(read_table(FIXTURES / f"qualtrics_{request.param}.csv"), QSF)


def asked(raw, column):
    """Respondents of the fixture to whom a column was asked, by the routing."""
    study = build(StudyFile(), columns=raw.columns, folder="", source="")
    shown = np.asarray(evaluate(parse(raw.routing[column]), Table(raw, study).resolve))
    return {r for r, s in zip(raw.column("ResponseId"), shown, strict=True) if s}


def test_wording_is_without_markup_and_scripts(raw):
    assert raw.wording["follow"] == "Do you follow creators?"
    assert raw.wording["where_4_TEXT"] == "Where do you follow them? - Other - Text"
    assert raw.wording["panel"] == "Embedded data: panel"
    assert raw.stems["trust_big"] == raw.stems["trust_small"] == "How much do you trust ..."
    assert raw.items["trust_small"] == "small accounts"
    assert raw.items["contact_1"] == "City"


def test_labels_are_for_what_the_cells_hold():
    numbers = describe(read_table(FIXTURES / "qualtrics_numbers.csv"), QSF)
    assert numbers.labels["follow"] == (("1", "Yes"), ("0", "No"), ("98", "Don't know"))
    assert numbers.labels["trust_big"] == (("1", "Not at all"), ("2", "Somewhat"), ("3", "A lot"))
    assert "The export holds the codes of the answers." in numbers.notes
    texts = describe(read_table(FIXTURES / "qualtrics_texts.csv"), QSF)
    assert texts.labels["follow"] == (("yes", "Yes"), ("no", "No"), ("dk", "Don't know"))
    assert texts.labels["trust_big"] == tuple((t, t) for t in ("Not at all", "Somewhat", "A lot"))
    assert "The export holds the texts of the answers." in texts.notes
    for raw in (numbers, texts):
        assert not [n for n in raw.notes if "none of the answers listed" in n]


def test_measure(raw):
    assert {c for c, m in raw.measure.items() if m == "scale"} == {"hours_1", "hours_2", "spend_1", "spend_2"}
    ordinal = {"trust_big", "trust_small", "rank_1", "rank_2", "nps"}
    assert {c for c, m in raw.measure.items() if m == "ordinal"} == ordinal


def test_sets(raw):
    sets = {s.name: s for s in raw.sets}
    assert set(sets) == {"where", "brands_1", "brands_2"}
    assert sets["where"].kind == "dichotomy"
    assert sets["where"].options[1] == ("where_2", "Photo, stories")
    assert sets["brands_1"].text == "Which did you ... - Alpha"


def test_seen_and_not_answered_is_missing():
    raw = describe(read_table(FIXTURES / "qualtrics_numbers.csv"), QSF)
    assert [(m.code, m.kind) for m in raw.missing["nps"]] == [("-99", "no_answer")]
    assert {s.name: s.counted for s in raw.sets} == {"where": (), "brands_1": (), "brands_2": ("1", "2")}
    assert "-99 is read as seen and not answered." in raw.notes


# Worked out by hand from the survey and the six respondents of the fixture.
BY_HAND = {
    "where_1": {"R_1", "R_2", "R_3", "R_6"},  # follow is Yes
    "trust_big": {"R_1", "R_2", "R_6"},  # and not "None of these"
    "hours_1": {"R_1", "R_6"},  # trusts one of them a lot, and video
    "why": {"R_1"},  # more than 10 hours of video
    "contact_1": {"R_1", "R_2", "R_4"},  # the branch of panel A
    "nps": {"R_1", "R_2", "R_3", "R_5", "R_6"},  # No was sent to the end before it
}


@pytest.mark.parametrize("column", BY_HAND)
def test_routing_holds_for_those_who_were_asked(raw, column):
    assert asked(raw, column) == BY_HAND[column]


def test_routing_parses_and_what_cannot_be_said_is_quoted(raw):
    for text in raw.routing.values():
        parse(text)
    assert "spend_1" not in raw.routing
    note = next(n for n in raw.notes if "'spend'" in n)
    assert "is not translated" in note
    assert "QID1 Displayed" in note


def test_exclusive_answers_the_trash_and_embedded_data_are_noted(raw):
    notes = " ".join(raw.notes)
    assert "'where': chosen alone are 'None of these'." in notes
    assert "Questions in the trash, left out: 1." in notes
    assert "Embedded data: 'panel'." in notes
    assert "old" not in raw.wording


def test_several_answers_in_one_column(write):
    text = 'ResponseId,follow,where,brands_1,nps\nR_1,1,"1,2",1,9\nR_2,1,4,"1,2",8\nR_3,0,,,\n'
    raw = describe(read_table(write("one.csv", text)), QSF)
    where, brands = raw.sets
    assert (where.name, where.kind, where.columns, where.separator) == ("where", "joined", ("where",), ",")
    assert where.options[2] == ("4", "Other")
    survey = sa.read(write("one.csv", text), metadata=QSF)
    assert survey.proportion("where", answers=["Video"]).value == 1 / 2
    assert (brands.kind, brands.options) == ("joined", (("1", "see"), ("2", "buy")))


def test_answers_that_the_survey_does_not_list_are_counted(write):
    text = 'ResponseId,follow,where,nps\nR_1,1,"1,7",9\nR_2,3,"2,8",8\nR_3,0,1,11\n'
    raw = describe(read_table(write("one.csv", text)), QSF)
    assert "Cells that are none of the answers listed: 'follow' (1), 'where' (2), 'nps' (1)." in raw.notes


def renumbered(**payload):
    """The survey with another payload of the question with several answers."""
    whole = json.loads(QSF.read_text(encoding="utf-8"))
    for element in whole["SurveyElements"]:
        if element["PrimaryAttribute"] == "QID2":
            element["Payload"].update(payload)
    return json.dumps(whole)


def test_columns_without_import_ids_are_numbered_by_what_their_header_says(write):
    """Recode values 2, 1, 5, 4 for the choices 1, 2, 4, 5: both ways to number fit the columns 1, 2, 4, 5."""
    survey = write("s.qsf", renumbered(RecodeValues={"1": "2", "2": "1", "4": "5", "5": "4"}))
    names = "V1,where_1,where_2,where_4,where_5"
    texts = 'ResponseID,"Where - Photo, stories",Where - Video,Where - None of these,Where - Other'
    raw = describe(read_table(write("d.csv", f"{names}\n{texts}\nR_1,1,,,\n")), survey)
    shown = dict(raw.sets[0].options)
    assert shown["where_1"] == "Photo, stories"
    assert shown["where_5"] == "Other"


def test_columns_that_could_be_numbered_both_ways_are_not_described(write):
    survey = write("s.qsf", renumbered(RecodeValues={"1": "2", "2": "1", "4": "5", "5": "4"}))
    raw = describe(
        read_table(write("d.csv", "follow,where_1,where_2,where_4,where_5\n1,1,,,\n0,,,,\n")), survey
    )
    assert not raw.sets
    assert "Columns of 'where' could be numbered by choice or by recode value" in " ".join(raw.notes)


def test_side_by_side_columns_are_matrices_over_the_same_statements(write):
    part = {"QuestionText": "now", "QuestionType": "Matrix", "Selector": "Likert", "SubSelector": "SingleAnswer",
            "Answers": {"1": {"Display": "Low"}, "2": {"Display": "High"}}, "AnswerOrder": ["1", "2"]}  # fmt: skip
    payload = {
        "QuestionText": "Compare", "DataExportTag": "sbs", "QuestionID": "QID2", "QuestionType": "SBS", "Selector": "SBSMatrix",
        "Choices": {"1": {"Display": "Food"}, "2": {"Display": "Rent"}}, "ChoiceOrder": ["1", "2"],
        "AdditionalQuestions": {"1": part, "2": {**part, "QuestionText": "later"}},
    }  # fmt: skip
    data = "ResponseId,sbs#1_1,sbs#1_2,sbs#2_1,sbs#2_2\nR_1,1,2,2,2\nR_2,2,2,1,1\n"
    raw = describe(read_table(write("d.csv", data)), write("s.qsf", renumbered(**payload)))
    assert raw.wording["sbs#2_1"] == "Compare - later - Food"
    assert raw.labels["sbs#1_2"] == (("1", "Low"), ("2", "High"))


def test_an_export_of_2016_with_import_ids_in_the_older_form(write):
    """Columns numbered by recode values, import ids with hyphens, export tags of statements behind that of the question."""
    text = json.loads(renumbered(RecodeValues={"1": "10", "2": "11", "4": "12", "5": "13"}))
    for element in text["SurveyElements"]:
        if element["PrimaryAttribute"] == "QID12":
            recodes = {"1": "20", "2": "21"}
            element["Payload"].update(
                RecodeValues=recodes, ChoiceDataExportTags={"1": "first", "2": "second"}
            )
    names = "ResponseID,where_10,where_11,where_12,where_13,where_12_TEXT,brands_first_20,brands_first_21,brands_second_20"
    keys = [
        "responseId",
        "QID2-1",
        "QID2-2",
        "QID2-4",
        "QID2-5",
        "QID2-4-TEXT",
        "QID12-1-1",
        "QID12-1-2",
        "QID12-2-1",
    ]
    ids = ",".join("{'ImportId': '" + key + "'}" for key in keys)
    header = f"{names}\n{names}\n{ids}\n"
    raw = describe(
        read_table(write("d.csv", header + "R_1,1,,1,,a,1,,1\nR_2,,1,,,,,1,\n")),
        write("s.qsf", json.dumps(text)),
    )
    sets = {s.text: s.options for s in raw.sets}
    assert sets["Where do you follow them?"] == (
        ("where_10", "Video"), ("where_11", "Photo, stories"), ("where_12", "Other"), ("where_13", "None of these"),
    )  # fmt: skip
    assert sets["Which did you ... - Alpha"] == (("brands_first_20", "see"), ("brands_first_21", "buy"))
    assert raw.wording["where_12_TEXT"].endswith("Other - Text")
    without = header.split("\n", maxsplit=1)[0] + "\nR_1,1,,1,,a,1,,1\nR_2,,1,,,,,1,\n"
    again = describe(read_table(write("e.csv", without)), write("s.qsf", json.dumps(text)))
    assert again.sets == raw.sets


def test_loops_are_questions_of_their_own(write):
    text = "ResponseId,1_trust_big,2_trust_big,1_nps\nR_1,3,1,9\nR_2,1,2,8\n"
    raw = describe(read_table(write("loop.csv", text)), QSF)
    assert raw.wording["2_trust_big"] == "How much do you trust ... (loop 2) - big accounts"
    assert raw.labels["2_trust_big"][0] == ("1", "Not at all")
    assert "Columns of loops" in " ".join(raw.notes)


def test_the_real_three_row_export(shared):
    """Its survey was not published: a small one with the same import ids, and another name of the text question."""
    path = shared("file-samples", "qualtrics_3row.csv")
    bare = read_table(path)
    assert bare.keys["Q2"] == "QID2_TEXT"
    assert bare.keys["StartDate"] == "startDate"
    raw = describe(bare, FIXTURES / "qualtrics_3row.qsf")
    assert raw.wording["Q1"] == bare.wording["Q1"] == "This is a multiple choice question."
    assert raw.wording["Q2"] == bare.wording["Q2"]
    assert raw.labels["Q1"] == (("1", "First"), ("2", "Second"), ("3", "Third"))
    assert raw.frame.equals(bare.frame)
    found = sa.inspect(path, metadata=FIXTURES / "qualtrics_3row.qsf")
    levels = {c.column: c.levels for c in found.columns}
    assert levels["Q1"] == ("First", "Second", "Third")
    assert dict(raw.labels["Q1"])[raw.frame.loc[0, "Q1"]] == "Second"  # its one respondent chose 2


@pytest.mark.parametrize("kind", ["numbers", "texts"])
def test_an_estimate_is_the_count_by_hand(kind):
    survey = sa.read(FIXTURES / f"qualtrics_{kind}.csv", metadata=QSF)
    assert survey.proportion("follow", answers=["Yes"]).value == 4 / 6
    assert survey.proportion("where", answers=["Photo, stories"]).value == 2 / 4  # of those who follow
    assert survey.proportion("trust_big", answers=["A lot"]).value == 2 / 3
    assert survey.proportion("brands_2", answers=["buy"]).value == 2 / 3  # R_1 and R_6 of R_1, R_3, R_6
    found = sa.inspect(FIXTURES / f"qualtrics_{kind}.csv", metadata=QSF)
    levels = {c.column: c.levels for c in found.columns}
    assert levels["follow"] == ("Yes", "No", "Don't know")


def broken():
    text = QSF.read_text(encoding="utf-8")
    whole = json.loads(text)
    elements = whole["SurveyElements"]
    entry = '{"SurveyEntry": {}, "SurveyElements": '
    return {
        "cut": text[: len(text) // 2],
        "no_elements": entry + '"x"}',
        "element": entry + "[3]}",
        "payload": entry + '[{"Element": "SQ", "PrimaryAttribute": "QID1", "Payload": "x"}]}',
        "choices": entry + '[{"Element": "SQ", "PrimaryAttribute": "QID1", "Payload": {"Choices": 7}}]}',
        "choice": entry
        + '[{"Element": "SQ", "PrimaryAttribute": "QID1", "Payload": {"Choices": {"1": "x"}}}]}',
        "blocks": entry + '[{"Element": "BL", "Payload": "x"}]}',
        "nested": entry + "[" * 100_000,
        "flow": entry + '[{"Element": "FL", "Payload": ' + '{"Flow": [' * 200 + "]}" * 200 + "}]}",
        "latin": '{"SurveyEntry": "\xe9'.encode("latin-1"),
        "nothing_known": json.dumps({**whole, "SurveyElements": elements[:1]}),
    }


@pytest.mark.parametrize("name", list(broken()))
def test_malformed_surveys_are_refused(write, name):
    with pytest.raises(DataError):
        describe(read_table(FIXTURES / "qualtrics_numbers.csv"), write("s.qsf", broken()[name]))


@pytest.mark.parametrize("value", [None, [], {}, "x", 3, True, {"0": 1}, {"0": {"0": 5}}, {"Type": "x"}])
def test_odd_logic_gives_no_routing_and_no_crash(write, value):
    survey = write("s.qsf", renumbered(DisplayLogic=value))
    try:
        raw = describe(read_table(FIXTURES / "qualtrics_numbers.csv"), survey)
    except DataError:
        assert value in ("x", 3, True)
        return
    # what cannot be read leaves the question without routing; without logic the skip before it is all there is
    assert raw.routing.get("where_1") == (None if value else "follow != '98' or follow is missing")
    assert any("'where' is not translated" in n for n in raw.notes) is bool(value)
