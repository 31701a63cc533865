"""Variances, covariances, correlations: R `svyvar`, `withReplicates`, numpy; several questions in one result."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from oracles.harness import entries, numbers

import survey_analysis as sa
from estimation.r_designs import DESIGNS, survey
from survey_analysis.core.covariance import covariance
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.moments import Correlations, Covariances, StandardDeviations, moments
from survey_analysis.errors import EstimationError

CLOSED = {"rtol": 1e-9, "atol": 0}


@pytest.mark.oracle
@pytest.mark.parametrize("design", [d for d in DESIGNS if d != "dnh"])
def test_svyvar(design):
    theirs = entries("01_taylor")[f"taylor.{design}.var"]["values"]
    upper = np.triu_indices(2)
    got = survey(design).covariance(["api00", "api99"]).to_frame()
    np.testing.assert_allclose(got["estimate"], np.array(theirs["estimate"]["data"])[upper], **CLOSED)
    np.testing.assert_allclose(got["std_error"], np.array(theirs["se"]["data"])[upper], **CLOSED)
    both = survey(design).variance(["api00", "api99"]).to_frame()
    np.testing.assert_allclose(both["estimate"], np.diag(theirs["estimate"]["data"]), **CLOSED)
    np.testing.assert_allclose(both["std_error"], np.diag(theirs["se"]["data"]), **CLOSED)
    assert both["question"].tolist() == ["api00", "api99"]


@pytest.mark.oracle
def test_covariances_and_correlations_of_four():
    theirs = entries("01_taylor")["taylor.cor"]["values"]
    names = ["api00", "api99", "meals", "ell"]
    upper = np.triu_indices(4)
    got = survey("dstrat").covariance(names).to_frame()
    np.testing.assert_allclose(got["estimate"], np.array(theirs["cov"]["data"])[upper], **CLOSED)
    got = survey("dstrat").correlation(names).to_frame()
    np.testing.assert_allclose(
        got["estimate"], np.array(theirs["cor"]["data"])[np.triu_indices(4, 1)], **CLOSED
    )


@pytest.mark.oracle
def test_correlations_at_replicates():
    done = 0
    for identifier, entry in entries("03_replicates").items():
        if identifier.endswith(".with"):
            got = survey(identifier.split(".")[1]).correlation(["api00", "meals"])
            np.testing.assert_allclose(got.value, entry["values"]["estimate"], **CLOSED)
            np.testing.assert_allclose(got.std_error, entry["values"]["se"], **CLOSED)
            done += 1
    assert done >= 9


@pytest.mark.oracle
@pytest.mark.parametrize("design", [d for d in DESIGNS if d != "dnh"])
def test_coefficient_of_variation(design):
    theirs = entries("01_taylor")[f"taylor.{design}.cv"]["values"]
    for key, got in (("mean", survey(design).mean("api00")), ("total", survey(design).total("enroll"))):
        np.testing.assert_allclose(got.std_error / got.value, theirs[key], **CLOSED)


@pytest.mark.oracle
@pytest.mark.parametrize("design", [d for d in DESIGNS if d != "dnh"])
def test_tables_of_counts(design):
    theirs = entries("01_taylor")[f"taylor.{design}.table"]["values"]
    data = survey(design)
    counts = np.array(theirs["counts"]["data"])
    ours = data.total("stype", by="sch.wide").to_frame()["estimate"].to_numpy().reshape(2, 3)
    np.testing.assert_allclose(ours.T, counts, **CLOSED)
    np.testing.assert_allclose(data.total("stype").to_frame()["estimate"], counts.sum(axis=1), **CLOSED)
    shares = data.proportion("sch.wide", by="stype").to_frame()["estimate"].to_numpy().reshape(3, 2)
    np.testing.assert_allclose(shares, numbers(theirs["row_prop"]["data"]).reshape(3, 2), **CLOSED)


@pytest.mark.oracle
def test_kish():
    theirs = entries("01_taylor")["taylor.kish"]["values"]
    data = survey("dnh")
    whole = data.proportion("race").to_frame()["n_effective"]
    np.testing.assert_allclose(whole, theirs["n_eff"], **CLOSED)
    by_sex = data.proportion("race", by="RIAGENDR").to_frame().groupby("RIAGENDR")["n_effective"].first()
    np.testing.assert_allclose(by_sex, list(theirs["by_sex"].values()), **CLOSED)


class TestSeveral:
    @pytest.mark.oracle
    @pytest.mark.parametrize("design", ["dstrat", "dclus1", "dclus2wr"])
    def test_ratios_of_several_numerators_and_denominators(self, design):
        theirs = entries("01_taylor")[f"taylor.{design}.ratio2"]["values"]
        got = survey(design).ratio(["api00", "api99"], ["meals", "ell"])
        np.testing.assert_allclose(got.to_frame()["estimate"], numbers(theirs["estimate"]), **CLOSED)
        np.testing.assert_allclose(got.to_frame()["std_error"], numbers(theirs["se"]), **CLOSED)
        np.testing.assert_allclose(np.diag(got.vcov), numbers(theirs["se"]) ** 2, **CLOSED)
        assert got["ell", "api99"].to_frame()["question"].tolist() == ["api99"]

    @pytest.mark.oracle
    @pytest.mark.parametrize("design", ["dstrat", "dclus1"])
    def test_means_of_several_by_groups(self, design):
        theirs = entries("01_taylor")[f"taylor.{design}.by_mean"]["values"]
        got = survey(design).mean(["api00", "api99"], by="stype", deff="without-replacement")
        np.testing.assert_allclose(got.to_frame()["estimate"], numbers(theirs["estimate"]), **CLOSED)
        v = np.array(theirs["vcov"]["data"])
        np.testing.assert_allclose(got.vcov, v, rtol=0, atol=1e-9 * np.abs(v).max())
        deff = [theirs["table"][f"DEff.api{y}"] for y in ("00", "99")]
        np.testing.assert_allclose(got.to_frame()["deff"], np.ravel(deff), **CLOSED)
        assert "without-replacement" in got.explain()
        assert got.design_effect == "without-replacement"

    @pytest.mark.oracle
    def test_degrees_of_freedom_asked_for(self):
        data = survey("dnh")
        where = "race == '4'"
        assert data.mean("age", where=where).to_frame()["df"][0] == 15
        assert data.mean("age", where=where, df="design").to_frame()["df"][0] == 16
        assert data.mean("age", where=where, df=7).to_frame()["df"][0] == 7
        for wrong in (0, -1, True, "residual"):
            with pytest.raises(EstimationError, match="df ="):
                data.mean("age", df=wrong)
        with pytest.raises(EstimationError, match="deff ="):
            data.mean("age", deff="replace")

    def test_each_question_has_its_own_base(self):
        data = sa.read(pd.DataFrame({"a": [1.0, 2.0, 6.0, np.nan], "b": [2.0, np.nan, 4.0, 9.0]}))
        got = data.mean(["a", "b"]).to_frame()
        assert got["estimate"].tolist() == [3, 5]
        assert got["n"].tolist() == [3, 3]
        got = data.correlation(["a", "b"]).to_frame()
        assert got["n"].tolist() == [2]
        with pytest.raises(EstimationError, match="named twice"):
            data.mean(["a", "a"])
        with pytest.raises(EstimationError, match="at least 2"):
            data.correlation(["a"])


class TestForms:
    def test_simple_samples_are_those_of_numpy(self):
        x = np.random.default_rng(4).normal(size=(30, 2))
        data = sa.read(pd.DataFrame(x, columns=["a", "b"]))
        np.testing.assert_allclose(data.variance("a").value, x[:, 0].var(ddof=1), rtol=1e-12)
        np.testing.assert_allclose(data.std_dev("a").value, x[:, 0].std(ddof=1), rtol=1e-12)
        np.testing.assert_allclose(data.correlation(["a", "b"]).value, np.corrcoef(x.T)[0, 1], rtol=1e-12)

    @pytest.mark.parametrize("kind", ["variance", "std_dev", "covariance", "correlation"])
    def test_influence_is_the_derivative_by_the_weights(self, kind):
        rng = np.random.default_rng(9)
        a, b = rng.normal(size=(2, 12))
        w, base = rng.uniform(0.5, 2, 12), np.array([1.0] * 9 + [0.0] * 3)
        b = a if kind in ("variance", "std_dev") else b
        _, z = moments(a, b, base, w, kind)
        one = Covariances(a[:, None], b[:, None], base[:, None], np.array([9.0]))
        statistic = {"std_dev": StandardDeviations(one), "correlation": Correlations(one)}.get(kind, one)
        for i in range(12):
            h = 1e-6 * w[i]
            ahead, behind = w.copy(), w.copy()
            ahead[i], behind[i] = w[i] + h, w[i] - h
            slope = (statistic.theta(ahead)[0] - statistic.theta(behind)[0]) / (2 * h)
            assert z[i, 0] == pytest.approx(w[i] * slope, rel=1e-6, abs=1e-9)

    def test_sums_give_the_same_at_replicates(self):
        rng = np.random.default_rng(1)
        a, b = rng.normal(1000, 1, size=(2, 20, 3))
        statistic = Covariances(a, b, np.ones((20, 3)), np.full(3, 20.0))
        weights = rng.uniform(0, 2, (20, 5))
        slow = np.array([statistic.theta(w) for w in weights.T])
        np.testing.assert_allclose(statistic.of_sums(weights.T @ statistic.parts()), slow, rtol=1e-9)

    def test_correlation_of_a_variable_with_itself_has_no_variance(self):
        x = np.random.default_rng(0).normal(size=15)
        theta, z = moments(x, -2 * x, np.ones(15), np.ones(15), "correlation")
        assert theta[0] == pytest.approx(-1)
        assert covariance(z, DesignFrame.of(np.ones(15)))[0, 0] < 1e-25

    def test_constants_and_single_respondents(self):
        data = sa.read(pd.DataFrame({"c": [3.3] * 5, "v": [1.0, 2.0, 2.0, 4.0, 9.0], "g": list("aaaab")}))
        got = data.variance("c").to_frame().iloc[0]
        assert (got["estimate"], got["std_error"]) == (0, 0)
        got = data.correlation(["c", "v"]).to_frame().iloc[0]
        assert np.isnan(got["estimate"])
        assert "does not vary" in got["method"]
        got = data.variance("v", by="g").to_frame()
        assert got["method"].tolist() == ["t", "not defined: one respondent"]
        assert np.isnan(got["estimate"][1])

    def test_fisher_interval_stays_inside(self):
        data = sa.read(pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 6], "b": [1.0, 2, 3, 4, 5, 7]}))
        low, high = data.correlation(["a", "b"]).interval
        assert 0 < low < high < 1
        r, se = data.correlation(["a", "b"]).value, data.correlation(["a", "b"]).std_error
        half = 2.570581835636315 * se / (1 - r * r)  # t of 5 degrees of freedom
        np.testing.assert_allclose(
            np.arctanh([low, high]), np.arctanh(r) + np.array([-half, half]), rtol=1e-9
        )

    @pytest.mark.parametrize("verb", ["variance", "std_dev"])
    def test_explained(self, verb):
        text = getattr(sa.read(pd.DataFrame({"v": [1.0, 2.0, 4.0]})), verb)("v").explain()
        assert re.search("svyvar", text)

    def test_compared_between_groups(self):
        data = sa.read(rows_with_groups())
        got = data.std_dev("v", by="g").compare().to_frame().iloc[0]
        parts = data.std_dev("v", by="g").to_frame()["std_error"]
        assert got["std_error"] == pytest.approx(np.hypot(*parts), rel=1e-9)


def rows_with_groups() -> pd.DataFrame:
    rng = np.random.default_rng(12)
    return pd.DataFrame({"v": rng.normal(size=80), "g": rng.choice(["a", "b"], 80)})
