"""From cells to answers: typed missing, unknown codes with counts, sets of options, numbers."""

from __future__ import annotations

import numpy as np
import pytest
from builders import LIKELY, likely, survey

from survey_analysis.errors import UnknownCodeError
from survey_analysis.frames.variables import MISSING_KINDS


def kinds(data, name, subject=""):
    """Missing kind of each row, "answered" where there is an answer."""
    return [MISSING_KINDS[k] for k in data.table.variable(name, subject).missing]


def test_every_missing_cell_says_why():
    assert kinds(likely(), "q") == ["answered"] * 4 + ["dont_know", "refused", "no_answer", "not_asked"]


def test_n_missing_counts_who_was_asked_and_gave_no_answer():
    row = likely().proportion("q", top=2).to_frame().iloc[0]
    assert (row["n"], row["n_missing"]) == (4, 3)
    by_sex = likely().mean("q", by="sex").to_frame()
    assert by_sex["n_missing"].tolist() == [2, 1]
    assert by_sex["n"].tolist() == [2, 2]


def test_an_empty_cell_without_routing_is_no_answer():
    """Only a declared routing makes an empty cell "not asked": an undeclared one is nobody's excuse."""
    data = survey({"q": ["1", "", "2"]}, questions={"q": {"levels": [1, 2]}})
    assert kinds(data, "q") == ["answered", "no_answer", "answered"]
    assert data.proportion("q", answers=["1"]).to_frame()["n_missing"].tolist() == [1]


def test_codes_written_with_decimals_or_blanks_are_the_same_code():
    data = survey(
        {"q": ["1", "1.0", " 1 ", "5.00", "Extremely"]}, questions={"q": {"kind": "likert", "levels": LIKELY}}
    )
    assert data.table.variable("q").values().tolist() == [1, 1, 1, 5, 5]


def test_labels_of_missing_codes_are_missing_too():
    data = survey(
        {"q": ["1", "Prefer not to say"]},
        questions={"q": {"levels": [1, 2], "missing": [[99, "refused", "Prefer not to say"]]}},
    )
    assert kinds(data, "q") == ["answered", "refused"]


def test_empty_texts_are_declared():
    data = survey(
        {"q": ["1", "NA", "n/a", ""], "n": ["1", "NA", "2", "n/a"]},
        study={"missing_text": ["NA", "n/a"]},
        questions={"q": {"levels": [1]}, "n": {"kind": "numeric"}},
    )
    assert data.table.variable("q").known().tolist() == [True, False, False, False]
    assert data.mean("n").value == 1.5


def test_answers_off_the_scale_are_an_error_with_their_counts():
    data = survey(
        {"Q1": ["1", "6", "6", "9", "2"]},
        questions={"q": {"column": "Q1", "kind": "likert", "levels": LIKELY}},
    )
    with pytest.raises(UnknownCodeError) as caught:
        data.proportion("q")
    assert caught.value.what == "3 answers to 'q' (column 'Q1') are not on the scale q."
    assert caught.value.where == "Found '6' (2 rows), '9' (1 row); the scale has 1, 2, 3, 4, 5."


def test_an_answer_outside_the_scale_is_in_the_base_and_has_no_score():
    data = survey(
        {"q": ["1", "5", "6", "6"]},
        questions={"q": {"kind": "likert", "levels": LIKELY, "outside": [[6, "Never heard of it"]]}},
    )
    assert data.proportion("q", top=2).value == 0.25
    assert data.mean("q").value == 3
    shares = data.proportion("q").to_frame()
    assert shares["level"].tolist()[-1] == "Never heard of it"
    assert shares["estimate"].tolist() == [0.25, 0, 0, 0, 0.25, 0.5]


def test_a_reversed_item_is_turned_and_what_lies_off_its_scale_is_not():
    data = survey(
        {"q": ["1", "2", "5", "6", ""]},
        questions={"q": {"kind": "likert", "levels": LIKELY, "outside": [[6, "Unsure"]], "reverse": True}},
    )
    assert data.table.variable("q").codes.tolist() == [4, 3, 0, 5, -1]


@pytest.mark.parametrize("cell", ["old", "12,5", "1_000", "２３", "nan", "inf", "101", "-1"])
def test_what_is_no_number_in_range_is_an_error(cell):
    data = survey({"n": ["5", cell]}, questions={"n": {"kind": "numeric", "valid_range": [0, 100]}})
    with pytest.raises(UnknownCodeError, match=r"is not numbers from 0 to 100|is not a number") as caught:
        data.mean("n")
    assert repr(cell) in caught.value.where


def test_numeric_missing_codes():
    data = survey(
        {"n": ["5", "-9", "", "7"], "a": ["1", "1", "1", "0"]},
        questions={
            "n": {
                "kind": "numeric",
                "valid_range": [0, 100],
                "missing": [[-9, "refused"]],
                "asked_if": "a == 1",
            }
        },
    )
    assert kinds(data, "n") == ["answered", "refused", "no_answer", "answered"]


OPTIONS = {
    "kind": "multiple",
    "options": [{"column": "m1", "label": "Web"}, {"column": "m2", "label": "Shop"}],
}


def test_a_set_of_options_with_zeros():
    data = survey({"m1": ["1", "0", "", "1"], "m2": ["0", "0", "", "1"]}, questions={"m": OPTIONS})
    m = data.table.variable("m")
    assert m.known().tolist() == [True, True, False, True]
    assert m.chosen.tolist() == [[True, False], [False, False], [False, False], [True, True]]
    assert data.proportion("m").to_frame()["estimate"].tolist() == [
        pytest.approx(2 / 3),
        pytest.approx(1 / 3),
    ]
    assert data.proportion("m", answers=["Web", "Shop"]).value == pytest.approx(2 / 3)


def test_ticks_only_need_routing_to_tell_none_from_not_asked():
    cells = {"m1": ["1", "", "", "1"], "m2": ["", "", "", "1"], "a": ["1", "1", "0", "1"]}
    routed = survey(cells, questions={"m": OPTIONS | {"asked_if": "a == 1", "not_selected": [""]}})
    assert routed.table.variable("m").known().tolist() == [True, True, False, True]
    plain = survey(cells, questions={"m": OPTIONS})
    assert plain.table.variable("m").known().tolist() == [True, False, False, True]


def test_declared_texts_that_mean_not_chosen():
    data = survey(
        {"m1": ["Checked", "Unchecked", "Unchecked"], "m2": ["Unchecked", "Checked", "Unchecked"]},
        questions={"m": OPTIONS | {"not_selected": ["Unchecked"]}},
    )
    assert data.table.variable("m").chosen.tolist() == [[True, False], [False, True], [False, False]]
    assert data.table.variable("m").known().all()


def test_missing_codes_of_a_set_are_typed_and_never_ticks():
    data = survey(
        {"m1": ["1", "99", "98"], "m2": ["0", "99", "98"]},
        questions={"m": OPTIONS | {"missing": [[99, "refused"], [98, "dont_know"]]}},
    )
    assert kinds(data, "m") == ["answered", "refused", "dont_know"]
    assert data.table.variable("m").chosen.tolist() == [[True, False], [False, False], [False, False]]
    assert data.proportion("m").to_frame()["n_missing"].tolist() == [2, 2]


def test_an_option_without_a_label_takes_the_text_of_its_cells():
    data = survey(
        {"m_1": ["Online shop", ""], "m_2": ["", "Market"], "m_3": ["1", "0"]},
        questions={"m": {"kind": "multiple", "columns": "m_*"}},
    )
    assert [o.label for o in data.table.variable("m").options] == ["Online shop", "Market", "m_3"]


def test_encoded_arrays_are_shared_and_never_written():
    data = likely()
    first = data.table.variable("q")
    before = first.codes.copy()
    data.proportion("q", top=2, by="sex")
    data.mean("q")
    assert data.table.variable("q") is first
    assert np.array_equal(first.codes, before)
