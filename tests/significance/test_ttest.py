"""Design-based t tests, kappa and alpha against R `survey`, scipy and statsmodels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats
import statsmodels.api as sm
from estimation.r_designs import survey
from oracles.harness import entries, numbers

import survey_analysis as sa
from survey_analysis.errors import EmptyDomainError, EstimationError, ScoreError
from survey_analysis.perceptions.reliability import alpha

CLOSED = 1e-9
REPLICATED = ("r_jk1", "r_jk1wr", "r_jk1mse", "r_jkn", "r_jknwr", "r_boot", "r_bootfpc", "r_bootst", "r_mrb")


def agrees(row: pd.Series, values: dict, *, interval: bool = True) -> None:
    ours = [row["estimate"], row["statistic"], row["df"], row["p_value"]]
    theirs = [*numbers(values["estimate"]), *numbers(values["statistic"]), *numbers(values["parameter"])]
    np.testing.assert_allclose(ours, [*theirs, values["p.value"]], rtol=CLOSED)
    if interval:
        np.testing.assert_allclose([row["conf_low"], row["conf_high"]], values["conf.int"], rtol=CLOSED)


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["dstrat", "dw", "dclus1", "dclus2"])
def test_two_groups_and_two_times(name):
    found, s = entries("02_tests_models"), survey(name)
    groups = found[f"ttest.two.{name}"]["values"]
    times = found[f"ttest.one.{name}"]["values"]
    nu = s.frame.design_df - 1
    two = s.ttest("api00", by="comp.imp", df=nu).rows.iloc[0]
    agrees(two, groups)
    np.testing.assert_allclose(
        [two["conf_low"], two["conf_high"]], numbers(groups["ci"]["data"]), rtol=CLOSED
    )
    agrees(s.ttest("api00", to="api99", df=nu).rows.iloc[0], times)


@pytest.mark.oracle
def test_two_groups_of_a_clustered_domain():
    s = survey("dnh")
    row = s.ttest("HI_CHOL", by="RIAGENDR", df=15).rows.iloc[0]
    agrees(row, entries("02_tests_models")["ttest.dnh"]["values"])
    assert row["relation"] == "overlapping"


@pytest.mark.oracle
@pytest.mark.parametrize("name", REPLICATED)
def test_two_groups_with_replicate_weights(name):
    values = entries("03_replicates")[f"rep.{name}.ttest"]["values"]
    s = survey(name)
    agrees(s.ttest("api00", by="comp.imp", df=values["parameter"]["df"]).rows.iloc[0], values)


@pytest.mark.oracle
def test_no_t_entry_is_forgotten():
    assert sorted(i for i in entries("03_replicates") if i.endswith(".ttest")) == sorted(
        f"rep.{n}.ttest" for n in REPLICATED
    )
    found = [i for i in entries("02_tests_models") if i.startswith("ttest.")]
    assert sorted(found) == sorted(
        [f"ttest.{k}.{n}" for k in ("two", "one") for n in ("dstrat", "dw", "dclus1", "dclus2")]
        + ["ttest.dnh"]
    )


@pytest.mark.oracle
def test_kappa():
    values = entries("02_tests_models")["kappa.dstrat"]["values"]
    row = survey("dstrat").kappa("comp.imp", "sch.wide").rows.iloc[0]
    np.testing.assert_allclose(
        [row["estimate"], row["std_error"]], [values["estimate"]["kappa"], values["se"]], rtol=CLOSED
    )


@pytest.mark.oracle
def test_alpha():
    s = survey("dstrat")
    items = [s.table.variable(name).values() for name in ("api00", "api99", "meals")]
    got = alpha(np.column_stack([items[0], items[1], 100 - items[2]]), s.frame.weight)
    np.testing.assert_allclose(
        got, entries("02_tests_models")["alpha.dstrat"]["values"]["*alpha*"], rtol=CLOSED
    )


def numbers_of(seed: int = 1, n: int = 60) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = rng.normal(5, 2, n).round(2)
    return pd.DataFrame({"x": x, "y": (x + rng.normal(0.4, 1, n)).round(2), "g": rng.choice(["a", "b"], n)})


def test_one_mean_and_pairs_are_student_s_t():
    data = numbers_of()
    s = sa.read(data)
    want = scipy.stats.ttest_1samp(data["x"], 4.5)
    row = s.ttest("x", mu=4.5).rows.iloc[0]
    np.testing.assert_allclose(
        [row["statistic"], row["df"], row["p_value"]], [want.statistic, want.df, want.pvalue]
    )
    low, high = want.confidence_interval(0.95)
    np.testing.assert_allclose([row["conf_low"], row["conf_high"]], [low, high])
    pair = scipy.stats.ttest_rel(data["y"], data["x"])
    row = s.ttest("y", to="x").rows.iloc[0]
    np.testing.assert_allclose(
        [row["statistic"], row["df"], row["p_value"]], [pair.statistic, pair.df, pair.pvalue]
    )
    assert row["relation"] == "paired"
    shifted = scipy.stats.ttest_rel(data["y"], data["x"] + 0.4)
    np.testing.assert_allclose(s.ttest("y", to="x", mu=0.4).rows["p_value"][0], shifted.pvalue)


def test_two_groups_are_close_to_welch():
    """The same but for n / (n - 1): the design has one stratum, Welch's test two."""
    data = numbers_of()
    welch = scipy.stats.ttest_ind(*(data["x"][data["g"] == g] for g in "ba"), equal_var=False)
    row = sa.read(data).ttest("x", by="g").rows.iloc[0]
    assert abs(row["statistic"] / welch.statistic - 1) < 0.02
    assert row["contrast"] == "b - a"
    stratified = sa.read(data.assign(s=data["g"]), strata="s").ttest("x", by="g").rows.iloc[0]
    np.testing.assert_allclose([stratified["statistic"], stratified["df"]], [welch.statistic, welch.df])


def test_a_mean_without_variance_has_no_test():
    row = sa.read(pd.DataFrame({"x": [3.3] * 8 + [9.0], "k": ["a"] * 8 + ["b"]})).ttest("x", where="k == 'a'")
    assert np.isnan(row.rows["p_value"][0])
    assert row.rows["method"][0] == "no test"


def test_what_cannot_be_tested_is_an_error():
    data = numbers_of().assign(h=list("uvw") * 20, words="text " + pd.Series(range(60)).astype(str))
    s = sa.read(data)
    with pytest.raises(EstimationError, match="two different tests"):
        s.ttest("x", by="g", to="y")
    with pytest.raises(EstimationError, match="'h' has 3 with answers"):
        s.ttest("x", by="h")
    with pytest.raises(EmptyDomainError):
        s.ttest("x", where="g == 'a' and g == 'b'")
    with pytest.raises(ScoreError):
        s.ttest("words")
    with pytest.raises(EstimationError, match="df ="):
        s.ttest("x", df="kish")
    with pytest.raises(EstimationError, match="level"):
        s.ttest("x", level=95)
    with pytest.raises(EstimationError, match="not a number"):
        s.ttest("x", mu=float("nan"))


def coded(n: int = 90, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    a = rng.integers(1, 5, n)
    b = np.where(rng.random(n) < 0.6, a, rng.integers(1, 5, n))
    return pd.DataFrame({"a": a, "b": b})


@pytest.mark.parametrize("weights", ["none", "linear", "quadratic"])
def test_kappa_of_a_simple_sample(weights):
    """Statsmodels has the multinomial variance; the design's has n - 1 for n."""
    data = coded()
    table = pd.crosstab(data["a"], data["b"]).to_numpy()
    wt = {"none": None, "linear": "linear", "quadratic": "quadratic"}[weights]
    want = sm.stats.cohens_kappa(table, wt=wt)
    row = sa.read(data).kappa("a", "b", weights=weights).rows.iloc[0]
    n = len(data)
    np.testing.assert_allclose(row["estimate"], want.kappa, rtol=1e-12)
    np.testing.assert_allclose(row["std_error"] ** 2 * (n - 1) / n, want.var_kappa, rtol=1e-9)


def test_kappa_of_a_jackknife_is_near_its_linearisation():
    s = sa.read(coded(200))
    a, b = s.replicates(method="JK1").kappa("a", "b").rows.iloc[0], s.kappa("a", "b").rows.iloc[0]
    np.testing.assert_allclose(a["estimate"], b["estimate"], rtol=1e-12)
    np.testing.assert_allclose(a["std_error"], b["std_error"], rtol=0.01)


@pytest.mark.oracle
def test_replicate_weights_do_not_say_who_shares_a_unit():
    s = survey("r_jk1")
    assert s.ttest("api00", by="comp.imp").rows["relation"][0] == ""
    assert s.ttest("api00", to="api99").rows["relation"][0] == "paired"
    assert s.ttest("api00", by="comp.imp").rows["df"][0] == s.frame.design_df
    assert "rank of the replicate weights" in s.kappa("comp.imp", "sch.wide").explain()


def test_kappa_needs_the_same_answers():
    data = pd.DataFrame({"a": list("xyxyxy"), "b": list("xyzxyz"), "c": list("xyyyxy")})
    with pytest.raises(EstimationError, match="has the answer 'z'"):
        sa.read(data).kappa("a", "b")
    assert sa.read(data).kappa("b", "a").rows["n"][0] == 6
    same = sa.read(data.assign(d="x", e="x")).kappa("d", "e").rows.iloc[0]
    assert np.isnan(same["estimate"])


def test_means_and_agreement_say_what_they_found():
    s = sa.read(numbers_of(n=300))
    assert sa.read(numbers_of(n=20)).ttest("x").sentence() == "X: 20 respondents; base too small to test."
    assert s.ttest("x", mu=4.5).sentence().startswith("The mean of x, ")
    assert "R svyttest" in s.ttest("x", mu=4.5).explain()
    assert "between b and a" in s.ttest("x", by="g").sentence()
    assert "found: paired" in s.ttest("y", to="x").explain()
    agreed = sa.read(coded()).kappa("a", "b")
    assert agreed.sentence().startswith("Kappa of a and b is 0.")
    assert "R svykappa" in agreed.explain()
    assert "Kappa" in repr(agreed)


def test_a_test_of_one_row_has_its_p():
    test = sa.read(numbers_of()).ttest("x", mu=4.5)
    assert test.p_value == test.rows["p_value"][0]
    assert test.statistic == test.rows["statistic"][0]
    three = sa.read(numbers_of().assign(h=list("uvw") * 20)).mean("x", by="h").compare()
    with pytest.raises(EstimationError, match="needs one row"):
        _ = three.p_value
