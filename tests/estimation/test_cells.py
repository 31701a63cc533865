"""Who an estimate is about: crossings, domains, subjects, samples that must not be pooled."""

from __future__ import annotations

import pytest
from builders import LIKELY, ratings, survey

from survey_analysis.errors import (
    ColumnNotFoundError,
    EmptyDomainError,
    EstimationError,
    ExpressionError,
    ScoreError,
    StudyError,
)

PEOPLE = {
    "q": ["1", "5", "4", "2", "5", "3"],
    "sex": ["w", "m", "w", "m", "w", "m"],
    "age": ["2", "10", "2", "10", "10", "2"],
    "n": ["1", "2", "3", "4", "5", "6"],
    "m1": ["1", "0", "1", "0", "0", "0"],
    "m2": ["1", "1", "0", "0", "0", "1"],
}


@pytest.fixture(scope="module")
def people():
    return survey(
        PEOPLE,
        questions={
            "q": {"kind": "likert", "levels": LIKELY, "base": "everybody"},
            "sex": {"levels": [["w", "Woman"], ["m", "Man"]], "short": "Sex"},
            "age": {"levels": [[10, "Old"], [2, "Young"]], "short": "Age"},
            "n": {"kind": "numeric"},
            "m": {
                "kind": "multiple",
                "options": [{"column": "m1", "label": "Web"}, {"column": "m2", "label": "Shop"}],
            },
        },
        banners={"main": {"columns": ["sex"]}},
    )


def test_levels_stand_in_scale_order_not_in_alphabetical_or_code_order(people):
    frame = people.proportion("q", top=2, by=["age", "sex"]).to_frame()
    assert list(zip(frame["age"], frame["sex"], strict=True)) == [
        ("Old", "Woman"), ("Old", "Man"), ("Young", "Woman"), ("Young", "Man")
    ]  # fmt: skip
    assert frame["estimate"].tolist() == [1, 0.5, 0.5, 0]
    assert frame["n"].tolist() == [1, 2, 2, 1]


def test_by_a_multiple_response_question_people_stand_in_several_rows(people):
    frame = people.mean("q", by="m").to_frame()
    assert frame["m"].tolist() == ["Web", "Shop"]
    assert frame["n"].tolist() == [2, 3]
    assert frame["estimate"].tolist() == [2.5, 3.0]


def test_an_empty_crossing_is_a_row_without_numbers(people):
    frame = people.mean("q", by=["sex", "age"], where="n <= 2").to_frame()
    assert frame["n"].tolist() == [0, 1, 1, 0]
    assert frame["estimate"].isna().tolist() == [True, False, False, True]
    assert frame["method"].tolist()[0] == "no respondents"


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"by": ["sex", "sex"]}, EstimationError, "names 'sex' twice"),
        ({"by": "n"}, EstimationError, "holds numbers and has no levels"),
        ({"by": "main"}, EstimationError, "'main' is a banner"),
        ({"by": "sxe"}, ColumnNotFoundError, "no question or column 'sxe'"),
        ({"where": "n > 100"}, EmptyDomainError, "Nobody is in the domain"),
        ({"where": {"sex": "Womn"}}, ScoreError, "'Womn' is not an answer"),
        ({"where": "sex = 'w'"}, ExpressionError, "position 5"),
        ({"where": {}}, ExpressionError, "empty"),
    ],
)
def test_impossible_questions(people, kwargs, error, message):
    with pytest.raises(error, match=message):
        people.mean("q", **kwargs)


def test_the_empty_domain_is_quoted(people):
    with pytest.raises(EmptyDomainError) as caught:
        people.mean("q", where={"sex": ["Woman"], "n": 2})
    assert "sex == 'Woman' and n == '2'" in caught.value.where
    assert "6 respondents in the survey" in caught.value.where


def test_statistics_and_kinds_that_do_not_fit(people):
    with pytest.raises(ScoreError, match="has no shares"):
        people.proportion("n")
    with pytest.raises(ScoreError, match="multiple-response question; it has no boxes"):
        people.proportion("m", top=1)
    with pytest.raises(ScoreError, match="a mean is not defined"):
        people.mean("m")
    with pytest.raises(ScoreError, match="only one of"):
        people.proportion("q", top=2, bottom=1)
    with pytest.raises(ScoreError, match="answers= is one text"):
        people.proportion("q", answers="Very")
    with pytest.raises(ScoreError, match="are words and have no scores"):
        people.ratio("n", "sex")
    with pytest.raises(ScoreError, match="are words and have no scores"):
        people.mean("sex")
    with pytest.raises(ScoreError, match="NPS needs answers from 0 to 10"):
        survey({"r": ["11", "3"]}, questions={"r": {"kind": "numeric"}}).nps("r")


def test_no_answers_named_is_an_error(people):
    with pytest.raises(ScoreError, match="names no answer"):
        people.proportion("q", answers=[])
    with pytest.raises(ScoreError, match="names no answer"):
        people.proportion("m", answers=[])


def test_a_battery_is_broken_down_by_its_subjects_in_declared_order():
    data = ratings()
    for by in (None, "source", ["source"]):
        frame = data.proportion("follow", top=2, by=by).to_frame()
        assert frame["source"].tolist() == ["Micro-influencer", "Average consumer", "Celebrity"]
    crossed = data.mean("follow", by=["region", "source"]).to_frame()
    assert crossed.columns.tolist()[1:3] == ["region", "source"]
    assert crossed["region"].tolist() == ["north"] * 3 + ["south"] * 3


@pytest.mark.parametrize(
    "where", [{"source": "micro"}, {"source": "Micro-influencer"}, "source == 'micro'", {"source": ["micro"]}]
)
def test_one_subject_by_key_or_label(where):
    one = ratings().proportion("follow", top=2, where=where)
    assert len(one) == 1
    # one column and four are summed in another order: the last digit depends on the processor
    assert one.value == pytest.approx(ratings().proportion("follow", top=2)["micro"].value, rel=1e-14)


def test_a_filter_on_the_subject_and_something_else():
    data = ratings()
    both = data.mean("follow", where="source in ['micro', 'celebrity'] and region == 'north'").to_frame()
    assert both["source"].tolist() == ["Micro-influencer", "Celebrity"]
    alone = data.mean("follow", where={"source": "celebrity", "region": "north"})
    assert alone.value == both["estimate"].iloc[1]


def test_an_unknown_subject_names_the_nearest():
    with pytest.raises(ColumnNotFoundError, match="'mirco' is not a member of source") as caught:
        ratings().mean("follow", where={"source": "mirco"})
    assert "'micro'" in caught.value.hint


@pytest.fixture(scope="module")
def two_samples():
    return survey(
        {"s": ["1", "1", "1", "2", "2", "2"], "q": ["1", "5", "5", "2", "4", "1"], "sex": list("wmwmwm")},
        questions={"q": {"kind": "likert", "levels": LIKELY}, "sex": {"levels": ["w", "m"]}},
        samples={
            "column": "s",
            "public": {"code": 1, "label": "Public"},
            "panel": {"code": 2, "label": "Panel"},
        },
    )


@pytest.mark.parametrize(
    "verb",
    [
        lambda s: s.proportion("q", top=2),
        lambda s: s.mean("q", by="sex"),
        lambda s: s.total("q"),
        lambda s: s.tabulate("q", by="sex"),
        lambda s: s.mean("q", where="sex == 'w'"),
    ],
)
def test_samples_of_different_populations_are_never_pooled(two_samples, verb):
    with pytest.raises(EstimationError, match="must not be pooled") as caught:
        verb(two_samples)
    assert "Public (" in caught.value.where
    assert "Panel (" in caught.value.where
    assert "break it down by 'sample'" in caught.value.hint


def test_samples_side_by_side_or_one_of_them(two_samples):
    frame = two_samples.proportion("q", top=2, by="sample").to_frame()
    assert frame["sample"].tolist() == ["Public", "Panel"]
    assert frame["estimate"].tolist() == pytest.approx([2 / 3, 1 / 3])
    for where in ({"sample": "panel"}, {"s": "panel"}, "sample == 'panel'", "s == 2", {"s": 2}):
        assert two_samples.proportion("q", top=2, where=where).value == pytest.approx(1 / 3)


def test_base_texts_say_who(people):
    estimate = people.mean("q", by="sex", where="n > 1")
    assert estimate.bases == ("everybody, Sex: Woman, filter: n > 1", "everybody, Sex: Man, filter: n > 1")
    rated = ratings().mean("follow")
    assert rated.bases[0] == "people who rated a micro-influencer"


def test_a_study_without_weighting_says_so(people):
    with pytest.raises(StudyError, match="says nothing about weighting"):
        people.weight()
