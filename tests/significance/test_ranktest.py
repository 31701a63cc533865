"""Design-based rank tests against R `survey` and scipy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from estimation.r_designs import survey
from oracles.harness import entries, numbers

import survey_analysis as sa
from significance.test_ttest import REPLICATED, agrees
from survey_analysis.core.ranks import weighted_ranks
from survey_analysis.errors import EstimationError

CLOSED = 1e-9
TESTS = {
    "wilcoxon": "wilcoxon",
    "vanderWaerden": "van-der-waerden",
    "median": "median",
    "KruskalWallis": "kruskal-wallis",
}
DESIGNS = ("dstrat", "dw", "dclus1", "dclus2")


def agrees_k(row: pd.Series, values: dict) -> None:
    """R has W under `parameter` and its degrees of freedom under `statistic`."""
    wald, k = numbers(values["parameter"]["data"])[0], values["statistic"]["df"]
    np.testing.assert_allclose(
        [row["wald"], row["df"], row["p_value"]], [wald, k, values["p.value"]], rtol=CLOSED
    )


@pytest.mark.oracle
def test_no_entry_is_forgotten():
    found = [i for i in entries("02_tests_models") if i.startswith("rank.")]
    assert sorted(found) == sorted(
        [f"rank.{k}.{d}.{t}" for k in ("two", "k") for d in DESIGNS for t in TESTS] + ["rank.dnh"]
    )
    assert sorted(i for i in entries("03_replicates") if i.endswith(".rank")) == sorted(
        f"rep.{n}.rank" for n in REPLICATED
    )


@pytest.mark.oracle
@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("name", DESIGNS)
def test_ranks(name, test):
    """R's ranks of tied answers depend on the row order; `ties="order"` is that rule."""
    found, s = entries("02_tests_models"), survey(name)
    nu = s.frame.design_df
    two = s.rank_test("api00", "comp.imp", test=TESTS[test], ties="order", df=nu - 1)
    agrees(two.rows.iloc[0], found[f"rank.two.{name}.{test}"]["values"], interval=False)
    more = s.rank_test("api00", "stype", test=TESTS[test], ties="order", df=nu - 2)
    agrees_k(more.rows.iloc[0], found[f"rank.k.{name}.{test}"]["values"])


@pytest.mark.oracle
def test_ranks_of_a_scale_in_clusters():
    s = survey("dnh")
    for test, values in entries("02_tests_models")["rank.dnh"]["values"].items():
        row = s.rank_test("age", "race", test=TESTS[test], ties="order", df=s.frame.design_df - 3)
        agrees_k(row.rows.iloc[0], values)


@pytest.mark.oracle
@pytest.mark.parametrize("name", REPLICATED)
def test_ranks_with_replicate_weights(name):
    for test, values in entries("03_replicates")[f"rep.{name}.rank"]["values"].items():
        nu = values["parameter"]["df"]
        row = survey(name).rank_test("api00", "comp.imp", test=TESTS[test], ties="order", df=nu)
        agrees(row.rows.iloc[0], values, interval=False)


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["dclus1"])
def test_equal_weights_make_both_rules_for_ties_one(name):
    s = survey(name)
    assert s.table.variable("api00").values().size > len(np.unique(s.table.variable("api00").values()))
    a, b = (s.rank_test("api00", "comp.imp", ties=t).rows.iloc[0] for t in ("mid", "order"))
    np.testing.assert_allclose(a["statistic"], b["statistic"], rtol=1e-12)


def sample(n: int = 80, seed: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "y": rng.integers(1, 6, n),
            "g": rng.choice(["a", "b"], n),
            "k": rng.choice(["a", "b", "c"], n),
            "w": rng.uniform(0.5, 2, n),
        }
    )


def test_mid_ranks_do_not_depend_on_the_row_order():
    data = sample()
    moved = data.sample(frac=1, random_state=1)
    mid = [sa.read(d, weight="w").rank_test("y", "g").rows["statistic"][0] for d in (data, moved)]
    np.testing.assert_allclose(mid[0], mid[1], rtol=1e-12)
    order = [
        sa.read(d, weight="w").rank_test("y", "g", ties="order").rows["statistic"][0] for d in (data, moved)
    ]
    assert abs(order[0] / order[1] - 1) > 1e-6


def test_ranks_of_a_simple_sample_are_midranks():
    y = sample()["y"].to_numpy(float)
    want = (scipy.stats.rankdata(y) - 0.5) / len(y)
    for ties in ("mid", "order"):
        np.testing.assert_allclose(weighted_ranks(y, np.ones(len(y)), ties=ties), want, rtol=1e-12)


def test_a_weight_of_two_is_two_people():
    y, w = np.array([1.0, 2, 2, 3, 5]), np.array([1.0, 2, 1, 1, 2])
    twice = np.repeat(y, w.astype(int))
    got = weighted_ranks(y, w)
    np.testing.assert_allclose(
        np.repeat(got, w.astype(int)), (scipy.stats.rankdata(twice) - 0.5) / len(twice)
    )


def test_the_estimate_is_the_probability_of_being_higher():
    data = sample()
    u = scipy.stats.mannwhitneyu(data["y"][data["g"] == "b"], data["y"][data["g"] == "a"]).statistic
    pairs = (data["g"] == "a").sum() * (data["g"] == "b").sum()
    row = sa.read(data).rank_test("y", "g").rows.iloc[0]
    np.testing.assert_allclose(row["estimate"], u / pairs - 0.5, rtol=1e-12)


def test_large_simple_samples_agree_with_the_classic_tests():
    """Both are valid under the hypothesis; they differ by the variance they estimate."""
    data = sample(3000, seed=9)
    s = sa.read(data)
    two = scipy.stats.mannwhitneyu(
        data["y"][data["g"] == "b"], data["y"][data["g"] == "a"], use_continuity=False, method="asymptotic"
    )
    assert abs(s.rank_test("y", "g").rows["p_value"][0] - two.pvalue) < 0.005
    more = scipy.stats.kruskal(*(data["y"][data["k"] == k] for k in "abc"))
    row = s.rank_test("y", "k", test="kruskal-wallis").rows.iloc[0]
    assert abs(row["wald"] / more.statistic - 1) < 0.05
    assert row["symbol"] == "F"


def test_what_cannot_be_tested_is_an_error():
    s = sa.read(sample().assign(one="same"))
    with pytest.raises(EstimationError, match="one group"):
        s.rank_test("y", "one")
    with pytest.raises(EstimationError, match="test = 'sign'"):
        s.rank_test("y", "g", test="sign")
    with pytest.raises(EstimationError, match="ties ="):
        s.rank_test("y", "g", ties="first")


def test_a_constant_answer_has_no_test():
    row = sa.read(pd.DataFrame({"y": [3] * 8 + [4], "g": list("aabbaabbc")})).rank_test(
        "y", "g", where="g in ['a', 'b']"
    )
    assert np.isnan(row.rows["p_value"][0])


def test_ranks_say_what_they_found():
    s = sa.read(sample())
    for test in (s.rank_test("y", "g"), s.rank_test("y", "k", test="median")):
        assert "R svyranktest" in test.explain()
        assert test.rows["method"][0] in repr(test)
        assert "rank" in test.sentence()
