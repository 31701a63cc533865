"""What a study cannot give is said, with its reason; only when everything was asked for is it left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import (
    ColumnNotFoundError,
    EstimationError,
    ScoreError,
    StudyError,
    SurveyAnalysisError,
)
from tests.robustness import small


@pytest.fixture(scope="module")
def survey():
    return small.survey()


@pytest.fixture(scope="module")
def plain():
    return sa.read(pd.DataFrame({"buy": ["yes", "no", "yes"] * 40, "w": [1, 2, 1] * 40}), weight="w")


CASES = [
    ({"over": ["cleening"]}, "'cleening' is not a decision that can be varied", "cleaning"),
    ({"over": []}, "over= names no decision", "weights"),
    ({"over": {"cleaning": []}}, "without options", "default"),
    ({"over": {"cleaning": ["without sped"]}}, "neither a quality rule of this study nor a family", "speed"),
    ({"over": {"cleaning": ["attntion"]}}, "which is no quality rule", "attention"),
    ({"over": {"cleaning": ["at least 1 of 4 families"]}}, "speaks of 4 families, but the quality rules make 2", "of 2"),
    ({"over": {"cleaning": ["attention speed=2"]}}, "'speed' is not an option", "expected"),
    ({"over": {"cleaning": ["speeders below_median=fast"]}}, "'fast' is no number", "0.3"),
    ({"over": {"weights": ["heavy"]}}, "'heavy' is not a way to weight", "cap 3"),
    ({"over": {"weights": ["without region"]}}, "'region' is not a margin", "sex"),
    ({"over": {"weights": ["cap 1"]}}, "'cap 1' is not a way to weight", "above 1"),
    ({"over": {"weights": ["declared"]}}, "Weights has one option only", "differs"),
    ({"over": {"dont_know": ["as ever"]}}, "not a way to treat don’t know", "excluded"),
    ({"over": {"dont_know": ["lowest"], "box": [1]}}, "no meaning for the boxes", "mean"),
    ({"over": {"box": [7]}}, "A box of 7 is not possible", "1 to 4"),
    ({"over": {"box": ["big"]}}, "'big' is not a box", "top-2"),
    ({"over": {"base": ["everyone"]}}, "not a base of this comparison", "common"),
    ({"value": 0.5}, "value= is for levels", "leave"),
    ({"to": "d"}, "'d' is not a level", "known"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "what", "hint"), CASES)
def test_a_comparison_that_cannot_be_varied_so(survey, asked, what, hint):
    with pytest.raises(SurveyAnalysisError) as error:
        survey.robustness("follow", **{"top": 2, "by": "source", "to": "b", **asked})
    assert what in error.value.what
    assert hint in str(error.value)


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"over": ["base"]}, "Levels have one base"),
        ({"over": {"box": ["mean"]}}, "The mean of a scale is no share"),
        ({"value": 1.5}, "is no share between 0 and 1"),
    ],
)
def test_a_level_that_cannot_be_varied_so(survey, asked, what):
    with pytest.raises(SurveyAnalysisError, match=what):
        survey.robustness("follow", top=2, where={"source": "a"}, **asked)


@pytest.mark.parametrize(
    ("over", "what"),
    [
        (["cleaning"], "No quality rules are declared"),
        (["dont_know"], "declares neither don’t know, refused nor"),
        (["box"], "Box has one option only"),
        (["base"], "Levels have one base"),
    ],
)
def test_named_decisions_of_a_plain_file_are_errors(plain, over, what):
    with pytest.raises(EstimationError, match=what):
        plain.robustness("buy", answers=["yes"], over=over)


def test_without_over_what_cannot_be_varied_is_listed(plain):
    found = plain.robustness("buy", answers=["yes"])
    assert [d.name for d in found.varied] == ["weights"]
    assert {x.dimension for x in found.left_out if not x.choice} == {"cleaning", "dont_know", "box", "base"}
    for reason in ("no quality rules are declared", "levels have one base"):
        assert f"({reason})" in found.explain()


def test_nothing_at_all_to_vary():
    survey = sa.read(pd.DataFrame({"buy": ["yes", "no"] * 40}))
    found = survey.robustness("buy", answers=["yes"])
    assert found.varied == ()
    assert found.paths == 1
    with pytest.raises(EstimationError, match="The survey is not weighted"):
        survey.robustness("buy", answers=["yes"], over=["weights"])


def test_a_survey_not_yet_cleaned_or_weighted():
    raw = sa.read(small.export(), study=small.study())
    asked = {"top": 2, "by": "source", "to": "b"}
    with pytest.raises(EstimationError, match="has not been cleaned") as error:
        raw.robustness("follow", over=["cleaning"], **asked)
    assert ".clean()" in str(error.value)
    with pytest.raises(EstimationError, match="has not been weighted"):
        raw.clean().robustness("follow", over=["weights"], **asked)
    listed = raw.robustness("follow", **asked).left_out
    assert {"cleaning", "weights"} <= {x.dimension for x in listed if not x.choice}


def test_weights_made_by_hand_cannot_be_made_again(survey):
    by_hand = sa.read(small.export(), study=small.study()).clean().rake({"sex": {"w": 0.4, "m": 0.6}})
    asked = {"top": 2, "by": "source", "to": "b"}
    for over in ("cleaning", "weights"):
        with pytest.raises(EstimationError, match="not those of its study file"):
            by_hand.robustness("follow", over=[over], **asked)
    with pytest.raises(EstimationError, match="not those of its study file"):
        survey.trim(upper=1.5).robustness("follow", over=["cleaning"], **asked)
    assert by_hand.robustness("follow", **asked).paths > 1  # the answers and the base still vary


def test_a_bare_question_needs_a_declared_finding(survey):
    with pytest.raises(EstimationError, match="the study file declares no finding on it") as error:
        survey.robustness("follow")
    assert "Surely" in str(error.value)
    with pytest.raises(ColumnNotFoundError, match="folow"):
        survey.robustness("folow")
    with pytest.raises(EstimationError, match="only one of top="):
        survey.robustness("follow", top=2, bottom=1)
    with pytest.raises(EstimationError, match="Only constructs are followed together"):
        survey.robustness(["follow", "sex"], top=2)


def test_a_bare_question_takes_what_the_study_declares():
    entry = {"question": "follow", "top": 2, "by": "source", "compare_to": "b"}
    found = small.survey(report={"findings": [entry]}).robustness("follow", over=["base"])
    assert found.kind == "difference"
    assert "report.findings[0]" in found.explain()
    head = {"question": "follow", "top": 1, "source": "c"}
    level = small.survey(report={"headline": head}).robustness("follow", over=["box"])
    assert [t.name for t in level.targets] == ["Star"]
    assert level.rows["box"].iloc[0] == "top-1"


def test_words_numbers_and_open_text():
    data = pd.DataFrame(
        {"n": np.arange(90) % 7, "g": ["a", "b", "c"] * 30, "w": [1.0, 2.0, 3.0] * 30, "t": "x y z"}
    )
    survey = sa.read(
        data, weight="w", study={"schema": 1, "questions": {"t": {"kind": "open"}, "n": {"kind": "numeric"}}}
    )
    with pytest.raises(EstimationError, match="open text"):
        survey.robustness("t")
    with pytest.raises(EstimationError, match="held against"):
        survey.robustness("n")
    means = survey.robustness("n", by="g", to="a", over=["weights"])
    assert means.rows["base"].unique().tolist() == ["own"]
    with pytest.raises(EstimationError, match="Nobody is in two"):
        survey.robustness("n", by="g", to="a", over=["base"])
    with pytest.raises(EstimationError, match="has no boxes"):
        survey.robustness("n", by="g", to="a", over=["box"])


def test_several_targets_are_addressed():
    found = small.survey().robustness("follow", top=2, by="source", to="b", over=["base"])
    for ask in (lambda: found.share_same, lambda: found.range, lambda: found.sensitive_to, found.flips):
        with pytest.raises(EstimationError, match="there are 2"):
            ask()
    with pytest.raises(ColumnNotFoundError, match="no comparison or level 'Frend'"):
        found["Frend"]
    with pytest.raises(SurveyAnalysisError, match="one comparison or level"):
        found.plot()


def test_paths_that_cannot_be_computed_are_named_and_counted():
    """A target that nobody is left for under another cleaning: those ways are in no path."""
    frame = small.export()
    frame.loc[(frame["age"] == "old") & (frame["check"] == 2), "age"] = "young"
    frame.loc[frame["check"] == 4, ["age", "seconds"]] = ["old", 400]
    targets = {"sex": {"w": 0.5, "m": 0.5}, "age": {"young": 0.3, "old": 0.7}}
    study = small.study(weighting={"all": {"targets": targets}})
    survey = sa.read(frame, study=study).clean(exclude="").weight()
    over = {"cleaning": ["attention"], "weights": ["none"]}
    found = survey.robustness("follow", top=2, by="source", to="b", over=over)
    assert [x.choice for x in found.failed] == ["cleaning attention, weights declared"]
    assert "no respondents" in found.failed[0].why
    assert found.paths == 3
    assert "could not be computed" in found.sentence()
    assert "cleaning attention, weights declared" in found.explain()


def test_all_answers_alike_and_one_source():
    frame = small.export()
    for key in "abc":
        frame[f"q_{key}"] = "5"
    survey = sa.read(frame, study=small.study()).clean().weight()
    found = survey.robustness("follow", top=2, by="source", to="b", over=["weights", "box"])
    assert set(found.rows["conclusion"]) == {"no test"}
    assert "has no test" in found.sentence()
    with pytest.raises(EstimationError, match="All answered everything compared"):
        survey.robustness("follow", top=2, by="source", to="b", over=["base"])
    with pytest.raises(EstimationError, match="no two rows"):
        survey.robustness("follow", top=2, by="source", where={"source": "b"}, to="b")


def test_a_constructs_boxes(survey):
    study = small.study(constructs={"trust": {"items": ["follow"]}})
    made = sa.read(small.export(), study=study).clean().weight()
    found = made.robustness("trust", by="source", to="b", over=["cleaning", "base"])
    assert found.rows["unit"].unique().tolist() == ["score"]
    with pytest.raises(EstimationError, match="it has no boxes"):
        made.robustness("trust", top=2)
    with pytest.raises(EstimationError, match="Constructs have no boxes"):
        made.robustness("trust", by="source", to="b", over=["box"])
    assert issubclass(ScoreError, EstimationError)
    assert issubclass(StudyError, SurveyAnalysisError)
