"""Scales: boxes counted from the favourable end, answers off the scale, missing codes, scores."""

from __future__ import annotations

import pytest
from builders import LIKELY
from pydantic import ValidationError

from survey_analysis.errors import ScoreError, StudyError
from survey_analysis.study.scales import Level, Scale, scale_of


def scale(**more) -> Scale:
    return Scale(
        name="likely5", levels=LIKELY, missing=[[98, "dont_know", "Don't know"], [99, "refused"]], **more
    )


def test_boxes_are_counted_from_the_favourable_end():
    up, down = scale(), scale(favourable="first")
    assert (up.top(1), up.top(2), up.bottom(2)) == ((4,), (3, 4), (0, 1))
    assert (down.top(1), down.top(2), down.bottom(2)) == ((0,), (0, 1), (3, 4))
    assert up.ranked() == (4, 3, 2, 1, 0)
    assert down.ranked() == (0, 1, 2, 3, 4)


@pytest.mark.parametrize("k", [0, 5, 6, -1])
def test_a_box_must_leave_something_out(k):
    for side in (scale().top, scale().bottom):
        with pytest.raises(ScoreError, match=f"box of {k} is not possible on a scale of 5"):
            side(k)


def test_answers_outside_stay_in_the_base_and_out_of_every_box():
    with_outside = scale(outside=[[6, "Unfamiliar"]])
    assert [x.label for x in with_outside.answers][-1] == "Unfamiliar"
    assert with_outside.top(2) == (3, 4)
    assert with_outside.scores == (1, 2, 3, 4, 5, None)


def test_scores_are_declared_else_numeric_codes_else_ranks():
    assert scale().scores == (1, 2, 3, 4, 5)
    assert Scale(levels=[["a", "Low", 10], ["b", "High", 20]]).scores == (10, 20)
    assert Scale(levels=[["low", "Low"], ["high", "High"]]).scores == (1, 2)
    assert Scale(levels=[[0, "None"], [2.5, "Some"], [10, "All"]]).scores == (0, 2.5, 10)
    assert scale(favourable="first").scores == (1, 2, 3, 4, 5)


def test_a_partly_scored_scale_is_an_error():
    """Declared scores that stop half-way are never replaced in silence by the codes."""
    with pytest.raises(ValidationError, match="score"):
        Scale(levels=[["a", "Low", 10], ["b", "High"]])


def test_codes_are_the_same_written_as_number_or_text():
    one = Scale(levels=[[1, "No"], [2.0, "Yes"]])
    assert one == Scale(levels=[["1", "No"], [" 2", "Yes"]])
    assert one.positions([1, "Yes", 2.0]) == (0, 1)


@pytest.mark.parametrize(
    "content",
    [
        {"levels": [[1, "No"], [1.0, "Yes"]]},
        {"levels": [[1, "No"], [2, "Yes"]], "outside": [["2", "Other"]]},
        {"levels": [[1, "No"], [2, "Yes"]], "missing": [[2, "refused"]]},
    ],
)
def test_a_code_stands_for_one_thing(content):
    with pytest.raises(ValidationError, match="declared twice"):
        Scale(**content)


def test_two_answers_cannot_share_a_label():
    with pytest.raises(ValidationError, match="label"):
        Scale(levels=[[1, "Other"], [2, "Other"]])
    with pytest.raises(StudyError, match="repeat a label"):
        scale_of(["a", "b", "a"], "q")


@pytest.mark.parametrize(
    "kind", ["dont_know", "refused", "not_applicable", "no_answer", "not_asked", "break_off"]
)
def test_missing_kinds_are_typed(kind):
    found = Scale(levels=LIKELY, missing=[[99, kind]]).missing[0]
    assert (found.code, found.kind) == ("99", kind)


def test_an_unknown_missing_kind_is_an_error():
    with pytest.raises(ValidationError, match="dont_know"):
        Scale(levels=LIKELY, missing=[[99, "dontknow"]])


def test_positions_name_an_unknown_answer_and_the_nearest():
    with pytest.raises(ScoreError) as caught:
        scale().positions(["Vry"])
    assert "'Vry' is not an answer on the scale likely5" in str(caught.value)
    assert "4 = Very" in str(caught.value)
    assert "did you mean 'Very'" in caught.value.hint


def test_levels_from_plain_texts_are_their_own_labels():
    assert scale_of(["no", "yes"]).levels == (Level(code="no", label="no"), Level(code="yes", label="yes"))
    assert Scale(levels=["A", 2]).levels == (Level(code="A", label="A"), Level(code="2", label="2"))


def test_a_scale_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        scale().name = "other"  # type: ignore[misc]
