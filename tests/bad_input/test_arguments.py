"""Arguments of the wrong kind, and answers that allow no number: an error that says so, or no test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa


def data(n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    return pd.DataFrame(
        {
            "sex": np.tile(["man", "woman"], n // 2),
            "region": np.tile(["n", "s", "e"], n // 3),
            "age": rng.integers(18, 80, n),
            "spend": np.exp(rng.normal(3, 1, n)).round(3),
            "same": 5,
            "zero": 0,
            "row": np.arange(n),
            "w": rng.uniform(0.5, 2, n).round(4),
            "area": np.r_[[""], np.tile(["a", "b", "c"], n)[: n - 1]],
        }
    )


@pytest.fixture(scope="module")
def survey() -> sa.Survey:
    return sa.read(data(), weight="w")


CALLS = {
    "question none": (lambda s: s.mean(None), "no name"),
    "question number": (lambda s: s.mean(3), "no name"),
    "no question": (lambda s: s.mean([]), "at least 1 is needed"),
    "by number": (lambda s: s.mean("spend", by=3), "no name"),
    "where number": (lambda s: s.mean("spend", where=3), "not a filter"),
    "where a column": (lambda s: s.mean("spend", where=pd.Series([True])), "not a filter"),
    "level text": (lambda s: s.mean("spend", level="95"), "not a confidence level"),
    "quantile text": (lambda s: s.quantile("spend", q="a"), "no number"),
    "cdf text": (lambda s: s.cdf("spend", at=["a"]), "no number"),
    "row number": (lambda s: s.mean("spend", by="sex")[0], "no name"),
    "contrast list": (lambda s: s.mean("spend", by="sex").contrast([1]), "not a mapping"),
    "contrast text": (lambda s: s.mean("spend", by="sex").contrast({"d": {"man": "a"}}), "no number"),
    "transform name": (lambda s: s.mean("spend", by="sex").transform({"d": "log"}), "not a row"),
    "transform vector": (lambda s: s.mean("spend", by="sex").transform({"d": lambda t: t}), "2 numbers"),
    "transform fails": (
        lambda s: s.mean("spend", by="sex").transform({"d": lambda t: t["a"]}),
        "cannot be computed",
    ),
    "ratio to zero": (lambda s: s.ratio("spend", "zero"), "0 for everybody"),
    "independence none": (lambda s: s.independence(None, "sex"), "no question"),
    "shares text": (lambda s: s.goodness_of_fit("sex", ["a", "b"]), "no number"),
    "shares number": (lambda s: s.goodness_of_fit("sex", 3), "2 answers"),
    "share negative": (lambda s: s.goodness_of_fit("sex", {"man": -0.5, "woman": 1.5}), "above 0"),
    "mu text": (lambda s: s.ttest("spend", mu="a"), "no number"),
    "formula none": (lambda s: s.glm(None), "not a text"),
    "predict number": (lambda s: s.glm("spend ~ age").predict(3), "not a table"),
    "predict lengths": (lambda s: s.glm("spend ~ age + sex").predict({"age": [1], "sex": []}), "no table"),
    "predict text": (lambda s: s.glm("spend ~ age").predict({"age": ["a"]}), "no number"),
    "targets list": (lambda s: s.rake(["sex"]), "not a mapping"),
    "targets number": (lambda s: s.rake({"sex": 0.5}), "one number"),
    "target text": (lambda s: s.rake({"sex": {"man": "a", "woman": 0.5}}), "no number"),
    "cap text": (lambda s: s.rake({"sex": {"man": 0.5, "woman": 0.5}}, cap="a"), "no number"),
    "counts list": (lambda s: s.poststratify(["sex"], [1, 2]), "not a mapping"),
    "totals list": (lambda s: s.calibrate([1]), "not a mapping"),
    "total text": (lambda s: s.calibrate({"1": "x"}), "no number"),
    "limit text": (lambda s: s.trim(upper="a"), "no number"),
    "population list": (lambda s: s.standardize("sex", [1, 2]), "not a mapping"),
    "reference number": (lambda s: s.propensity(3, model=["sex"]), "not a survey"),
    "seed text": (lambda s: s.replicates(method="bootstrap", n=10, seed="a"), "no number"),
    "plot of a t test": (lambda s: s.ttest("spend", mu=30).plot(), "no figure"),
    "plot of ranks": (lambda s: s.rank_test("spend", "sex").plot(), "no figure"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_argument_is_named(survey, name):
    call, words = CALLS[name]
    with pytest.raises(sa.SurveyAnalysisError) as caught:
        call(survey)
    assert words in str(caught.value)


READS = {
    "weight number": ({"weight": 3}, "valid string"),
    "rule number": ({"lonely_psu": 3}, "lonely_psu"),
    "nest text": ({"nest": "yes"}, "True or False"),
    "replicates text": ({"replicates": "rw*"}, "not a mapping"),
    "study list": ({"study": ["a"]}, "study= is a list"),
    "empty stratum": ({"strata": "area"}, "1 row has no 'area'"),
    "empty unit": ({"psu": "area"}, "1 row has no 'area'"),
}


@pytest.mark.parametrize("name", READS)
def test_a_wrong_design_is_named(name):
    options, words = READS[name]
    with pytest.raises(sa.SurveyAnalysisError) as caught:
        sa.read(data(), **options)
    assert words in str(caught.value)


@pytest.mark.parametrize("by", ["sex", "region"])
def test_ranks_of_a_constant_are_no_test(survey, by):
    row = survey.rank_test("same", by).rows.iloc[0]
    assert row["method"] == "no test"
    assert np.isnan(row["p_value"])
    assert "everybody gave the same answer" in row["note"]


def test_agreement_with_oneself_is_no_test(survey):
    row = survey.kappa("sex", "sex").rows.iloc[0]
    assert row["estimate"] == 1.0
    assert "no test" in row["method"]
    assert "no variance" in row["note"]


def test_levels_are_not_given_a_plural_s(survey):
    assert survey.mean("spend", by="sex").test().rows["contrast"][0] == "all levels of sex equal"
    assert survey.rank_test("spend", "region").rows["contrast"][0] == "all levels of region equal"


def test_two_people_are_always_on_a_line():
    row = sa.read(data().iloc[:2]).correlation(["spend", "age"]).rows.iloc[0]
    assert abs(row["estimate"]) == pytest.approx(1.0, abs=1e-12)
    assert np.isnan([row["std_error"], row["conf_low"], row["conf_high"]]).all()


def test_a_column_half_empty_is_no_long_file():
    """Rows without an answer share nothing: they are no ratings of one person."""
    n = 400
    rng = np.random.default_rng(0)
    wide = pd.DataFrame(
        {
            "amount": np.where(np.arange(n) < n * 0.55, "", rng.normal(size=n).round(6).astype(str)),
            "rating": rng.integers(1, 6, n),
            "serial": np.arange(n),
        }
    )
    assert len(sa.read(wide)) == n


@pytest.mark.parametrize("groups", ["same", "row"])
def test_a_random_intercept_needs_groups(groups):
    with pytest.raises(sa.SurveyAnalysisError, match="cannot be estimated"):
        sa.read(data()).mixed("age ~ sex", groups=groups)
