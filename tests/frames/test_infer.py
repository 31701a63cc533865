"""Columns no codebook declares: kinds and levels found from the cells; favourable ends never."""

from __future__ import annotations

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import ScoreError
from survey_analysis.frames.infer import MOST_LEVELS, infer_question
from survey_analysis.frames.raw import RawTable
from survey_analysis.study.scales import MissingCode


def kind(values):
    return sa.read(pd.DataFrame({"q": values})).table.question("q")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["yes", "no", "yes"], "single"),
        (["1", "2", "5"], "single"),
        ([1.0, 2.0, None], "single"),
        ([str(i) for i in range(13)], "numeric"),
        (["1.5", "2"], "numeric"),
        (["", "", ""], "open"),
        ([f"a long remark number {i}" for i in range(MOST_LEVELS + 1)], "open"),
        (["x" * 101, "y"], "open"),
        (["2024-01-01", "2024-01-02"], "single"),
    ],
)
def test_kinds(values, expected):
    assert kind(values).kind == expected


def test_few_numbers_that_the_file_calls_a_measurement_are_numbers():
    raw = RawTable(pd.DataFrame({"q": ["1", "2", "99"], "t": ["1", "many", ""]}), measure={"q": "scale", "t": "scale"},
                   missing={"q": (MissingCode(code="99", kind="refused"),)})  # fmt: skip
    found = infer_question(raw, "q", frozenset())
    assert (found.kind, found.missing) == ("numeric", (("99", "refused"),))
    assert infer_question(raw, "t", frozenset()).kind == "single"  # the cells say otherwise


def test_levels_stand_in_natural_order():
    found = kind(["30-44", "18-29", "45+", "18-29"])
    assert [x.label for x in found.scale.levels] == ["18-29", "30-44", "45+"]
    assert [x.label for x in kind(["10", "9", "2"]).scale.levels] == ["2", "9", "10"]


def test_numbers_as_levels_have_scores_and_words_have_none():
    data = sa.read(pd.DataFrame({"n": ["1", "3", "5"], "q": ["low", "high", "low"]}))
    assert data.mean("n").value == 3
    with pytest.raises(ScoreError, match="are words and have no scores"):
        data.mean("q")


def test_no_box_is_guessed():
    with pytest.raises(ScoreError, match="which end is favourable is not known") as caught:
        sa.read(pd.DataFrame({"q": ["1", "2", "3"]})).proportion("q", top=1)
    assert "answers=[...]" in caught.value.hint


def raw(cells, **more):
    return RawTable(pd.DataFrame({"q": cells}, dtype=str), **more)


def test_value_labels_of_the_file_come_first():
    found = infer_question(
        raw(
            ["1", "2", "9", "3"],
            labels={"q": (("2", "Yes"), ("1", "No"), ("9", "Refused"))},
            missing={"q": (MissingCode(code="9", kind="refused"),)},
            wording={"q": "Would you?"},
        ),
        "q",
        frozenset(),
    )
    assert (found.kind, found.text, found.inferred) == ("single", "Would you?", True)
    assert [(x.code, x.label) for x in found.scale.levels] == [("1", "No"), ("2", "Yes"), ("3", "3")]
    assert [(m.code, m.kind) for m in found.scale.missing] == [("9", "refused")]


def test_value_labels_used_twice_are_told_apart_by_their_code():
    found = infer_question(
        raw(["1", "2"], labels={"q": (("1", "Other"), ("2", "Other"), ("3", "No"))}), "q", frozenset()
    )
    assert [x.label for x in found.scale.levels] == ["Other [1]", "Other [2]", "No"]


def test_a_number_with_a_few_labelled_codes_stays_a_number():
    """SPSS files label 98 and 99 of an age; the ages themselves are not levels."""
    cells = [str(i) for i in range(18, 60)] + ["99"]
    found = infer_question(
        raw(
            cells,
            labels={"q": (("99", "Refused"),)},
            missing={"q": (MissingCode(code="99", kind="refused"),)},
        ),
        "q",
        frozenset(),
    )
    assert found.kind == "numeric"
    assert found.missing == (("99", "refused"),)


def test_missing_codes_do_not_decide_the_kind():
    found = infer_question(
        raw([*map(str, range(12)), "-99"], missing={"q": (MissingCode(code="-99", kind="no_answer"),)}),
        "q",
        frozenset(),
    )
    assert found.kind == "single"
    assert "-99" not in [x.code for x in found.scale.levels]
