"""Multiple-response questions in every encoding come to the same answers."""

from __future__ import annotations

import pandas as pd
import pytest
from builders import survey
from hypothesis import given
from hypothesis import strategies as st

from frames.test_encode import kinds
from survey_analysis.errors import StudyError, UnknownCodeError
from survey_analysis.frames.facts import Facts, ResponseSet
from survey_analysis.frames.multiple import split_codes
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.sets import question_of

LEVELS = [[1, "Web"], [2, "Shop"], [3, "Friend, or family"], [9, "None of these"]]
SLOTS = {"kind": "multiple", "columns": ["a", "b", "c"], "levels": LEVELS, "exclusive": [9]}
JOINED = {"kind": "multiple", "column": "q", "separator": ";", "levels": LEVELS}


def chosen(data, name="m"):
    found = data.table.variable(name)
    return [
        "".join(o.code for o, hit in zip(found.options, row, strict=True) if hit) if known else None
        for row, known in zip(found.chosen, found.known(), strict=True)
    ]


def test_codes_in_any_of_the_slots():
    cells = {"a": ["2", "9", "", "1.0", "3"], "b": ["1", "", "", "3", "3"], "c": ["", "", "", "2", ""]}
    data = survey(cells, questions={"m": SLOTS})
    assert chosen(data) == ["12", "9", None, "123", "3"]
    assert [o.exclusive for o in data.table.variable("m").options] == [False, False, False, True]
    assert data.codebook.question("m").all_columns == ("a", "b", "c")


def test_codes_in_one_cell_with_a_trailing_separator():
    data = survey({"q": ["1;2;", "9", "", " 3 ; 1 "]}, questions={"m": JOINED})
    assert chosen(data) == ["12", "9", None, "13"]


def test_labels_that_hold_the_separator():
    cells = {"q": ["Web, Friend, or family", "Friend, or family", "None of these"]}
    data = survey(cells, questions={"m": JOINED | {"separator": ", "}})
    assert chosen(data) == ["13", "3", "9"]


def test_the_same_answers_from_three_encodings():
    answers = [{1, 2}, {3}, set(), {1, 3}]
    ticks = survey(
        {f"o{k}": ["1" if k in row else "2" for row in answers] for k in (1, 2, 3)},
        questions={"m": {"kind": "multiple", "selected": [1], "options": [{"column": f"o{k}", "label": str(k)} for k in (1, 2, 3)]}},
    )  # fmt: skip
    slots = survey(
        {c: [f"{sorted(row)[i]}" if i < len(row) else "" for row in answers] for i, c in enumerate("abc")},
        questions={"m": SLOTS | {"not_selected": [""]}},
    )
    joined = survey(
        {"q": [";".join(map(str, sorted(row))) for row in answers]},
        questions={"m": JOINED | {"not_selected": [""]}},
    )
    expected = [[k in row for k in (1, 2, 3)] for row in answers]
    for data in (ticks, slots, joined):
        found = data.table.variable("m")
        assert found.chosen[:, :3].tolist() == expected
        assert found.known().all()


def test_unknown_codes_are_named_with_their_counts():
    cells = {"a": ["2", "7", "7"], "b": ["", "1", ""], "c": ["", "", "oops"]}
    with pytest.raises(UnknownCodeError, match=r"3 codes.*'m'.*") as error:
        survey(cells, questions={"m": SLOTS}).table.variable("m")
    assert "'7' (2 rows), 'oops' (1 row)" in str(error.value)


def test_text_outside_the_list_counts_as_the_declared_other():
    data = survey({"q": ["1;my dog", "my cat", "2"]}, questions={"m": JOINED | {"other": 3}})
    assert chosen(data) == ["13", "3", "2"]


def test_missing_codes_not_asked_and_not_chosen_differ():
    cells = {"q": ["99", "", "", "1;2"], "f": ["1", "1", "0", "1"]}
    told = JOINED | {"missing": [[99, "refused"]], "asked_if": "f == 1"}
    data = survey(cells, questions={"m": told})
    assert kinds(data, "m") == ["refused", "no_answer", "not_asked", "answered"]


@pytest.mark.parametrize(
    ("told", "what"),
    [
        ({"kind": "multiple", "column": "q", "separator": ";"}, "needs the list of options"),
        (SLOTS | {"separator": ";"}, "3 columns and a separator"),
        (JOINED | {"exclusive": [8]}, "'8' is not an option of 'm'"),
        (JOINED | {"selected": ["x"]}, "selected has no meaning"),
        ({"kind": "open", "column": "q", "separator": ";"}, "not a multiple-response question"),
    ],
)
def test_keys_that_contradict_each_other(told, what):
    with pytest.raises(StudyError, match=what):
        survey({"q": ["1"], "a": ["1"], "b": ["1"], "c": ["1"]}, questions={"m": told})


@given(st.lists(st.sampled_from([x[1] for x in LEVELS]), unique=True, max_size=4))
def test_joined_labels_come_apart_again(labels):
    known = {str(label): i for i, (_, label) in enumerate(LEVELS)}
    assert split_codes(", ".join(labels), ", ", known) == labels


RAW = RawTable(pd.DataFrame({"q8": ["1;3;", "", "98"], "b1": ["1", "2", "2"], "b2": ["2", "1", "2"], "age": ["1", "2", "3"]}), name="d.csv")  # fmt: skip
SETS = (
    ResponseSet("sports", "joined", ("q8",), (("1", "Run"), ("3", "Swim")), "Which?", separator=";"),
    ResponseSet("brands", "dichotomy", ("b1", "b2"), (("b1", "Ace"), ("b2", "Ace")), counted=("1",)),
    ResponseSet("gone", "dichotomy", ("b1", "x9"), (("b1", "Ace"), ("x9", "Bee"))),
)


def test_sets_of_a_metadata_file_become_questions():
    raw = RAW.with_facts(Facts(sets=SETS, routing={"q8": "age < 3", "b1": "income > 1"}), "meta.json")
    assert [s.name for s in raw.sets] == ["sports", "brands"]
    assert "describes columns that the data lack: 'x9'" in " ".join(raw.notes)
    assert "Routing of 'b1' reads 'income', which the data lack; it is left out." in raw.notes
    question = question_of(raw.sets[0], raw)
    assert (question.slots, question.separator, question.asked_if) == (("q8",), ";", "age < 3")
    brands = question_of(raw.sets[1], raw)
    assert [o.label for o in brands.options] == ["Ace [b1]", "Ace [b2]"]
