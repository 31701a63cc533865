"""Intervals of shares: likelihood against R, effective-n forms against statsmodels, the rules at the ends."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from oracles.harness import entries
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

import survey_analysis as sa
from estimation.r_designs import DESIGNS, survey
from survey_analysis.core.intervals import BOUNDARY, interval

ROOT = 1e-4


@pytest.mark.oracle
def test_likelihood_of_r(capsys):
    """R interpolates the profile, hence 1e-4.

    Where answers are missing R divides by a dispersion whose weights are scaled over all rows: its variance is larger
    by the mean weight of those who answered over that of all. The test applies that factor; the package does not.
    """
    worst, done = 0.0, 0
    for identifier, entry in entries("01_taylor").items():
        found = re.match(r"taylor\.(\w+)\.(by_)?ciprop(90)?_likelihood", identifier)
        if not found or found[1] not in DESIGNS:
            continue
        design, by, ninety = found.groups()
        question, answer = (
            ("awards", "Yes") if ninety else ("HI_CHOL", "1") if design == "dnh" else ("sch.wide", "No")
        )
        data, level = survey(design), 0.90 if ninety else 0.95
        share = data.proportion(
            question, answers=[answer], by="race" if by else None, method="likelihood", level=level
        )
        rows = share.to_frame()
        weight, asked = data.frame.weight, np.ones(len(data), dtype=bool)
        known = share.evidence.member
        races = data.table.raw.frame["race"].to_numpy() if design == "dnh" else None
        for j, row in enumerate(rows.itertuples()):
            group = races == rows["race"][j] if by else asked
            factor = weight[known[:, j]].mean() / weight[group].mean()
            df = len(np.unique(data.frame.psu[group])) - len(np.unique(data.frame.stratum[group]))
            got = interval(
                row.estimate,
                factor * row.std_error**2,
                df,
                n=row.n,
                n_effective=row.n,
                level=level,
                method="likelihood",
            )
            values = entry["values"]
            theirs = [values["ci_l"][j], values["ci_u"][j]] if by else values["ci"]
            worst = max(worst, float(np.abs(np.array([got.low, got.high]) / theirs - 1).max()))
            if factor == pytest.approx(1, abs=1e-12):
                np.testing.assert_allclose([row.conf_low, row.conf_high], theirs, rtol=ROOT)
            done += 1
    with capsys.disabled():
        print(f"\nsvyciprop likelihood: {done} intervals, worst relative difference {worst:.1e}")
    assert worst < ROOT
    assert done >= 19


@pytest.mark.parametrize(("k", "n"), [(3, 40), (1, 15), (20, 30), (499, 500)])
@pytest.mark.parametrize("level", [0.8, 0.95])
@pytest.mark.parametrize(
    ("ours", "theirs"), [("agresti-coull", "agresti_coull"), ("clopper-pearson", "beta")]
)
def test_effective_n_forms_are_the_binomial_ones_for_simple_samples(k, n, level, ours, theirs):
    p = k / n
    got = interval(p, p * (1 - p) / n, np.inf, n=n, n_effective=n, level=level, method=ours)
    np.testing.assert_allclose(
        [got.low, got.high], proportion_confint(k, n, 1 - level, method=theirs), rtol=1e-9
    )
    assert str(got.method) == ours


def test_likelihood_limits_solve_the_likelihood_equation():
    k, n = 7, 50
    got = interval(
        k / n, k / n * (1 - k / n) * (n - 1) / n**2, np.inf, n=n, n_effective=n, method="likelihood"
    )
    for limit in (got.low, got.high):
        ratio = 2 * (stats.binom.logpmf(k, n, k / n) - stats.binom.logpmf(k, n, limit))
        assert ratio == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-9)


@pytest.mark.parametrize("method", ["likelihood", "clopper-pearson", "agresti-coull"])
def test_public_verb_and_the_rule_at_the_ends(method):
    data = sa.read(pd.DataFrame({"buy": ["yes"] * 3 + ["no"] * 9, "all": ["yes"] * 12}))
    row = data.proportion("buy", answers=["yes"], method=method).to_frame().iloc[0]
    assert row["method"] == method
    assert 0 < row["conf_low"] < 0.25 < row["conf_high"] < 1
    assert data.proportion("all", answers=["yes"], method=method).to_frame()["method"][0] == BOUNDARY


@pytest.mark.parametrize("method", ["likelihood", "clopper-pearson", "agresti-coull"])
def test_share_without_variance_or_degrees_of_freedom(method):
    got = interval([0.3, 0.3], [0.0, 0.01], [10, 0], n=20, n_effective=20, method=method)
    assert (got.low[0], got.high[0]) == (0.3, 0.3)
    assert np.isnan(got.low[1])


@pytest.mark.oracle
def test_replicate_designs():
    done = 0
    for identifier, entry in entries("03_replicates").items():
        found = re.match(r"rep\.(r_\w+)\.ciprop_(asin|mean|beta|xlogit)$", identifier)
        if not found:
            continue
        method = {"mean": "t"}.get(found[2], found[2])
        got = survey(found[1]).proportion("awards", answers=["Yes"], method=method, df="design")
        values = entry["values"]
        np.testing.assert_allclose([got.value, got.std_error], [values["estimate"], values["se"]], rtol=1e-9)
        np.testing.assert_allclose(got.interval, values["ci"], rtol=1e-9)
        done += 1
    assert done >= 30
