"""Combined results: what they hold, print and refuse; the pooled Wald test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.core.rubin import joint_test, rubin
from survey_analysis.errors import EstimationError


def copies(m: int = 5, n: int = 200) -> sa.Imputed[sa.Survey]:
    """Simulated copies: every fifth y differs between them."""
    rng = np.random.default_rng(2)
    base = pd.DataFrame({"g": list("abcd") * (n // 4), "x": rng.normal(size=n), "w": rng.uniform(1, 2, n)})
    base["y"] = (base["x"] + rng.normal(size=n)).round(3)
    base["own"] = np.where(base["y"] > 0, "yes", "no")
    parts = []
    for _ in range(m):
        part = base.copy()
        part.loc[::5, "y"] = (part.loc[::5, "x"] + rng.normal(size=n // 5)).round(3)
        parts.append(sa.read(part, weight="w"))
    return sa.Imputed.of(parts)


def test_results_are_printed_explained_and_keep_their_covariance():
    found = copies().mean("y", by="g")
    assert found.vcov.shape == (4, 4)
    assert np.allclose(np.sqrt(np.diag(found.vcov)), found.rows["std_error"])
    assert "5 imputations" in repr(found)
    text = found.explain()
    for words in ("Rubin 1987", "m = 5", "Barnard and Rubin 1999", "missing information", "own degrees"):
        assert words in text
    assert "imputations combined" in found.provenance.variance
    assert isinstance(found, sa.Estimate)
    fit = copies().glm("y ~ x + g")
    assert isinstance(fit, sa.Model)
    assert "5 imputations" in repr(fit)
    assert "Rubin 1987" in fit.explain()
    other = copies().combining(df_complete=np.inf, small_sample="mitools").mean("y")
    assert "mitools" in other.explain()
    assert found.to_json()


def test_rows_are_addressed_and_compared_through_the_copies():
    found = copies().mean("y", by="g")
    assert found["b"].value == found.rows["estimate"].iloc[1]
    assert [round(x.value, 12) for x in found] == found.rows["estimate"].round(12).tolist()
    test = found.compare(to="a")
    gaps = found.rows["estimate"].iloc[1:].to_numpy() - found.rows["estimate"].iloc[0]
    assert np.allclose(test.rows["estimate"], gaps, rtol=1e-12)
    assert (test.rows["p_adjusted"] >= test.rows["p_value"]).all()
    assert "missing_information" in test.rows
    assert test.sentence()
    assert repr(test)
    with pytest.raises(EstimationError, match="omnibus"):
        found.test()


def test_shares_keep_the_interval_they_were_asked_for():
    for method in ("logit", "wilson", "t"):
        rows = copies().proportion("own", method=method).to_frame()
        assert set(rows["method"]) == {f"{method}, Rubin"}
        assert ((rows["conf_low"] >= 0) & (rows["conf_high"] <= 1)).all()


def test_a_result_that_does_not_differ_between_copies_is_the_result_of_one():
    done = copies()
    one, all_ = done.surveys[0].proportion("own"), done.proportion("own")
    keep = ["estimate", "std_error", "conf_low", "conf_high", "n"]
    observed = one.rows["df"] * (one.rows["df"] + 1) / (one.rows["df"] + 3)  # Barnard and Rubin at lambda = 0
    assert np.allclose(all_.rows[keep[:2]].astype(float), one.rows[keep[:2]].astype(float), rtol=1e-12)
    assert np.allclose(all_.rows["df"], observed, rtol=1e-12)
    assert (all_.rows["n"] == one.rows["n"]).all()


def test_models_do_what_models_do():
    done = copies()
    fit = done.glm("y ~ x + g")
    assert list(fit.coef.index) == list(fit.names)
    assert np.allclose(fit.interval()[["conf_low", "conf_high"]], fit.rows[["conf_low", "conf_high"]])
    for made, k in (
        (fit.predict({"x": [0.0, 1.0], "g": ["a", "b"]}), 2),
        (fit.margins("x"), 1),
        (fit.contrast({"c - b": {"g[c]": 1, "g[b]": -1}}), 1),
        (fit.pairwise("g"), 6),
    ):
        assert len(made) == k
        assert "missing_information" in made.rows
        assert "Rubin" in made.what
    by_hand = sa.combine(
        [c.predict({"x": [1.0], "g": ["a"]}) for c in (s.glm("y ~ x + g") for s in done.surveys)]
    )
    assert np.allclose(by_hand.rows["estimate"], fit.predict({"x": [1.0], "g": ["a"]}).rows["estimate"])
    one = fit.test_term("x")
    assert one.statistic == pytest.approx((fit.coef["x"] / fit.std_error["x"]) ** 2, rel=1e-12)
    assert fit.test_term("g").df == 3
    for call in (lambda: fit.quality, lambda: fit.compare(fit), lambda: fit.interval(method="likelihood")):
        with pytest.raises(EstimationError):
            call()
    with pytest.raises(EstimationError, match="no term"):
        fit.test_term("z")


def test_every_verb_runs():
    done = copies(m=2)
    for found in (
        done.total("y"), done.ratio("y", "w"), done.quantile("y", q=[0.25, 0.5]), done.median("y"),
        done.variance("y"), done.std_dev("y"), done.covariance(["x", "y"]), done.correlation(["x", "y"]),
        done.cdf("y", at=[0.0]),
    ):  # fmt: skip
        assert found.rows["estimate"].notna().all()
        assert found.rows["missing_information"].notna().any()
        assert repr(found)
        assert found.explain()
    assert done.ttest("y", by="own").p_value < 1
    assert done.ttest("y", mu=0.3).rows["statistic"].iloc[0] == pytest.approx(
        (done.mean("y").value - 0.3) / done.mean("y").std_error, rel=1e-10
    )


def test_what_cannot_be_combined_says_why():
    done = copies()
    with pytest.raises(EstimationError, match="at least two"):
        sa.combine([done.surveys[0].mean("y")])
    with pytest.raises(EstimationError, match="same things"):
        sa.combine([done.surveys[0].mean("y"), done.surveys[1].mean("x")])
    with pytest.raises(EstimationError, match="differences"):
        sa.combine([s.independence("g", "own") for s in done.surveys])
    with pytest.raises(EstimationError, match="kinds"):
        sa.combine([done.surveys[0].mean("y"), 3])  # type: ignore[list-item]
    with pytest.raises(EstimationError, match="df_complete"):
        done.combining(df_complete=0)
    with pytest.raises(EstimationError, match="small_sample"):
        done.combining(small_sample="none")  # type: ignore[arg-type]
    with pytest.raises(EstimationError, match="number of respondents"):
        sa.Imputed.of([done.surveys[0], sa.read(pd.DataFrame({"y": [1, 2]}))])
    frame = pd.DataFrame({"y": [1.0, 2.0], "w": [1.0, 2.0]})
    weighted, plain = sa.read(frame, weight="w"), sa.read(frame)
    with pytest.raises(EstimationError, match="Copy 2 has another design"):
        sa.Imputed.of([weighted, plain])


def test_the_joint_test_of_one_value_is_its_t_test():
    theta, v = [[1.1], [1.4], [0.9], [1.2], [1.3], [0.8]], [[[0.2]]] * 6
    one, t = joint_test(theta, v), rubin(theta, v)
    assert one.statistic == pytest.approx(t.theta[0] ** 2 / t.vcov[0, 0], rel=1e-12)
    assert one.increase == pytest.approx(t.increase[0], rel=1e-12)


def test_reiter_tends_to_li_raghunathan_and_rubin():
    rng = np.random.default_rng(5)
    theta, v = rng.normal(size=(10, 3)), [np.eye(3)] * 10
    large = joint_test(theta, v).df_residual
    near = joint_test(theta, v, df_complete=1e9).df_residual
    small = joint_test(theta, v, df_complete=40).df_residual
    assert near == pytest.approx(large, rel=1e-6)
    assert small < min(large, 40)


def test_the_joint_test_keeps_its_size():
    """Known normal values with between-copy noise: about 5% of true hypotheses are rejected."""
    from scipy import stats

    rng = np.random.default_rng(11)
    m, k, lost, runs = 5, 3, 0.6, 4000
    rejected = 0
    for _ in range(runs):
        seen = rng.normal(size=k) * np.sqrt(1 + lost)  # the variance of an estimate with answers missing
        theta = seen + rng.normal(size=(m, k)) * np.sqrt(lost)
        found = joint_test(theta, [np.eye(k)] * m)
        rejected += stats.f.sf(found.statistic, found.df, found.df_residual) < 0.05
    assert 0.035 < rejected / runs < 0.065
