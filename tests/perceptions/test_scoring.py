"""Construct scores: sums, percent of maximum, boxes; by hand, in closed form, and as R psych scores them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from estimation import by_hand
from oracles.harness import entries, shared

import survey_analysis as sa
from perceptions.test_constructs import matrix, study
from survey_analysis.errors import EstimationError, ScoreError, UnknownCodeError

__all__ = ["study"]  # the fixture of two sources and three items, one of them reversed
ITEMS = ("honest", "fair", "sells")


def score_by_hand(x, score):
    """Scores of people (n, items) scored 1 to 5, two answers needed; NaN without a score."""
    answered = (~np.isnan(x)).sum(axis=1)
    with np.errstate(invalid="ignore"):
        mean = np.where(answered >= 2, np.nansum(x, axis=1) / np.maximum(answered, 1), np.nan)
    return {
        "sum": np.where(answered == 3, np.nansum(x, axis=1), np.nan),
        "prorated": 3 * mean,
        "pomp": 100 * (mean - 1) / 4,
        "top2": np.where(np.isnan(mean), np.nan, mean >= 4 - 1e-9),
        "bottom2": np.where(np.isnan(mean), np.nan, mean <= 2 + 1e-9),
    }[score]


ASKED = {
    "sum": {"score": "sum"},
    "prorated": {"score": "prorated"},
    "pomp": {"score": "pomp"},
    "top2": {"score": "box", "top": 2},
    "bottom2": {"score": "box", "bottom": 2},
}


@pytest.mark.parametrize("score", ASKED)
def test_scores_by_hand(study, score):
    rows = study.perceptions("trust", **ASKED[score]).to_frame()
    for source, row in zip(("micro", "average"), rows.to_dict("records"), strict=True):
        value = score_by_hand(matrix(study, source, ITEMS), score)
        base = ~np.isnan(value) * 1.0
        theta, z = by_hand.ratio(np.nan_to_num(value), base, study.frame.weight)
        assert row["estimate"] == pytest.approx(theta, rel=1e-12)
        assert row["std_error"] == pytest.approx(np.sqrt(by_hand.variance(z)), rel=1e-12)
        assert row["n"] == base.sum()


def test_a_sum_is_of_people_who_answered_everything(study):
    complete = study.perceptions("trust", score="sum").to_frame()
    prorated = study.perceptions("trust", score="prorated").to_frame()
    assert (complete["n"] < prorated["n"]).all()
    assert (complete["n"] + complete["n_missing"] == prorated["n"] + prorated["n_missing"]).all()


def test_percent_of_maximum_is_linear_in_the_mean(study):
    mean, pomp = study.perceptions("trust"), study.perceptions("trust", score="pomp")
    assert pomp.to_frame()["estimate"].to_numpy() == pytest.approx(25 * (mean.to_frame()["estimate"] - 1))
    assert pomp.vcov == pytest.approx(625 * mean.vcov)
    a, b = mean.compare("average").to_frame(), pomp.compare("average").to_frame()
    assert b["estimate"].to_numpy() == pytest.approx(25 * a["estimate"])
    assert b["p_value"].to_numpy() == pytest.approx(a["p_value"])


def test_percent_of_maximum_prints_with_one_decimal_everywhere(study):
    pomp = study.perceptions("trust", score="pomp")
    for row in pomp.to_frame().to_dict("records"):
        text = f"{np.floor(row['estimate'] * 10 + 0.5) / 10:.1f}"
        assert text in repr(pomp)
        assert text in pomp.sentence()
    table = pomp.compare("average").table()
    assert table.title.endswith("Sells: comparisons")
    gaps = [row.cells[2].text for row in table.rows if row.cells]
    assert gaps
    assert all(len(gap.partition(".")[2]) == 1 for gap in gaps)


def test_a_box_is_a_share_and_is_worded_as_what_it_is(study):
    share = study.perceptions("trust", score="box", top=2, where={"source": "micro"})
    assert share.topic.statistic == "proportion"
    assert 0 < share.interval[0] < share.value < share.interval[1] < 1
    assert "rate the items of “trust” 4 or more on average" in share.sentence()
    assert "Share of people whose mean of the items" in repr(share).replace("\n", " ")
    assert "“Very” or above" in repr(share).replace("\n", " ")
    assert "%" in share.sentence()
    assert "box of the construct mean" in share.explain()
    worst = study.perceptions("trust", score="box", bottom=1, where={"source": "micro"})
    assert "1 or less on average" in worst.sentence()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"score": "sum"}, "The mean sum score of trust, on a scale from 3 to 15, is"),
        ({"score": "prorated"}, "The mean prorated sum score of trust, on a scale from 3 to 15, is"),
        ({"score": "pomp"}, "percent of the maximum possible score of trust, on a scale from 0 to 100, is"),
        ({}, "The mean of trust, on a scale from 1 to 5, is"),
    ],
)
def test_sentences_name_the_score_and_its_range(study, asked, words):
    seen = study.perceptions("trust", **asked)
    assert words in seen["micro"].sentence()
    chart = seen.plot("dots")
    assert ("ercent of the maximum" in chart.caption.subtitle) == (asked.get("score") == "pomp")
    assert ("um score" in chart.title) == (asked.get("score") in ("sum", "prorated"))


def test_boxes_are_counted_from_the_favourable_end():
    levels = [[1, "Excellent"], [2, "Good"], [3, "Poor"]]
    study = {
        "questions": {x: {"levels": levels, "favourable": "first"} for x in "ab"},
        "constructs": {"quality": {"items": ["a", "b"]}},
    }
    survey = sa.read(pd.DataFrame({"a": [1, 1, 2, 3], "b": [1, 2, 2, 3]}), study=study)
    assert survey.perceptions("quality", score="box", top=1).value == 0.25
    assert survey.perceptions("quality", score="box", top=2).value == 0.75
    assert survey.perceptions("quality", score="box", bottom=1).value == 0.25


def test_constructs_on_different_scales_are_compared_only_as_percent_of_maximum():
    five, seven = [1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6, 7]
    study = {
        "scales": {"five": {"levels": five}, "seven": {"levels": seven}},
        "questions": {x: {"scale": "five", "kind": "likert"} for x in "ab"}
        | {x: {"scale": "seven", "kind": "likert"} for x in "cde"},
        "constructs": {
            "trust": {"items": ["a", "b"]},
            "skill": {"items": ["c", "d", "e"]},
            "short": {"items": ["a"]},
        },
    }
    data = pd.DataFrame({"a": [1, 5], "b": [3, 5], "c": [1, 7], "d": [4, 7], "e": [7, 7]})
    survey = sa.read(data, study=study)
    for asked in ({}, {"score": "sum"}, {"score": "box", "top": 2}):
        with pytest.raises(EstimationError, match="different scales") as caught:
            survey.perceptions(["trust", "skill"], **asked)
        assert "trust: 1 to 5 in 5 answers, five; skill: 1 to 7 in 7 answers, seven" in str(caught.value)
    pomp = survey.perceptions(["trust", "skill"], score="pomp").to_frame()
    assert pomp["estimate"].tolist() == [(25 + 100) / 2, (50 + 100) / 2]
    with pytest.raises(EstimationError, match="trust: 2 items, short: 1 item"):
        survey.perceptions(["trust", "short"], score="sum")
    assert len(survey.perceptions(["trust", "short"])) == 2


def test_items_of_one_construct_share_one_range():
    study = {
        "questions": {"a": {"levels": [0, 1, 2]}, "b": {"levels": [1, 2, 3]}},
        "constructs": {"trust": {"items": ["a", "b"]}},
    }
    with pytest.raises(EstimationError, match="a: 0 to 2, b: 1 to 3"):
        sa.read(pd.DataFrame({"a": [0, 1], "b": [1, 3]}), study=study).perceptions("trust")


def numeric(**of_b):
    return {
        "questions": {
            "a": {"kind": "numeric", "valid_range": [0, 10]},
            "b": {"kind": "numeric", "valid_range": [0, 10]} | of_b,
        },
        "constructs": {"trust": {"items": ["a", "b"]}},
    }


def test_numbers_are_turned_at_their_range():
    data = pd.DataFrame({"a": [0, 10, 4], "b": [10, 0, 5]})
    survey = sa.read(data, study=numeric(reverse=True))
    assert survey.mean("b").value == pytest.approx((0 + 10 + 5) / 3)
    assert survey.perceptions("trust", score="pomp").value == pytest.approx((0 + 100 + 45) / 3)
    rule = {"rule": "eligible", "label": "low b", "remove": "b < 1"}
    cleaned = sa.read(data, study=numeric(reverse=True) | {"clean": {"rules": [rule]}}).clean()
    assert cleaned.mean("b").value == pytest.approx((10 + 5) / 2)
    with pytest.raises(UnknownCodeError, match="no ends to turn it at"):
        sa.read(data, study=numeric(reverse=True, valid_range=None)).mean("b")
    with pytest.raises(ScoreError, match="no lowest and highest"):
        sa.read(data, study=numeric(valid_range=None)).perceptions("trust", score="pomp")
    with pytest.raises(ScoreError, match="no boxes"):
        survey.perceptions("trust", score="box", top=2)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"score": "median"}, "'median' is not known"),
        ({"score": "box"}, "counted from one end"),
        ({"score": "box", "top": 1, "bottom": 1}, "counted from one end"),
        ({"top": 2}, "belong to a box"),
        ({"score": "box", "top": 5}, "not possible on a scale of 5"),
    ],
)
def test_options_that_make_no_score(study, asked, message):
    with pytest.raises(ScoreError, match=message):
        study.perceptions("trust", **asked)


def test_all_same_answers_and_one_item():
    study = {
        "questions": {x: {"levels": [1, 2, 3, 4, 5]} for x in "ab"},
        "constructs": {"trust": {"items": ["a", "b"]}, "one": {"items": ["a"]}},
    }
    survey = sa.read(pd.DataFrame({"a": [4] * 6, "b": [4] * 6}), study=study)
    row = survey.perceptions("trust", score="pomp").to_frame().iloc[0]
    assert (row["estimate"], row["std_error"]) == (75, 0)
    assert survey.perceptions("one", score="box", top=2).value == 1


@pytest.mark.oracle
def test_scores_of_people_equal_psych():
    """`scoreItems(..., min = 1, max = 6, impute = "none")`: its first twenty scores are the estimates by person."""
    entry = entries("06_psychometrics")["score.items"]
    expected = np.array(entry["values"]["scores_head"]["data"], dtype=float)
    bfi = pd.read_csv(shared("oracles", "data", "bfi.csv")).head(len(expected))
    names = [f"{x}{i}" for x in "AC" for i in range(1, 6)]
    data = bfi[names].assign(person=[f"p{i}" for i in range(len(bfi))])
    turned = ("A1", "C4", "C5")
    study = {
        "study": {"missing_text": ["", "NA"]},
        "scales": {"six": {"levels": [1, 2, 3, 4, 5, 6]}},
        "questions": {n: {"kind": "likert", "scale": "six", "reverse": n in turned} for n in names}
        | {"person": {"levels": data["person"].tolist()}},
        "constructs": {x: {"items": [f"{x}{i}" for i in range(1, 6)]} for x in "AC"},
    }
    rows = sa.read(data, study=study).perceptions(["A", "C"], by="person").to_frame()
    ours = rows.pivot_table(index="person", columns="construct", values="estimate", sort=False)
    assert ours.to_numpy() == pytest.approx(expected, abs=1e-9)
