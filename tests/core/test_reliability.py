"""Reliability, polychoric correlations and factors: closed forms, known truth, weights as copies, influence."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from survey_analysis.core import factorability, icc, omega, reliability
from survey_analysis.core.bivariate import bivariate_cdf
from survey_analysis.core.covariance import covariance
from survey_analysis.core.efa import factor_model, fit_of, minres
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.item_moments import ItemMoments, Smooth
from survey_analysis.core.item_tables import ItemTables
from survey_analysis.core.polychoric import LARGEST, polychoric, polychoric_ml
from survey_analysis.core.polyserial import polyserial, polyserial_ml
from survey_analysis.core.replicate_make import jackknife
from survey_analysis.core.rotation import oblimin, promax
from survey_analysis.core.statistic import estimate
from survey_analysis.errors import EstimationError


def answers(
    n: int = 300, k: int = 4, seed: int = 3, *, missing: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """Items of one trait on a scale of five, and weights."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 1)) + rng.normal(size=(n, k)) * np.linspace(0.6, 1.4, k)
    x = np.clip(np.round(3 + x), 1, 5)
    x[rng.random((n, k)) < missing] = np.nan
    return x, rng.uniform(0.3, 3.0, n)


def everybody(x: np.ndarray) -> np.ndarray:
    return np.ones(len(x), dtype=bool)


def test_bivariate_distribution_is_scipy_s() -> None:
    rng = np.random.default_rng(1)
    for h, k, r in zip(*rng.normal(size=(2, 40)) * 2, rng.uniform(-0.999, 0.999, 40), strict=True):
        exact = stats.multivariate_normal([0, 0], [[1, r], [r, 1]]).cdf([h, k])
        assert bivariate_cdf(h, k, r) == pytest.approx(exact, abs=5e-8)  # scipy's own error is 1e-8
    edges = [-np.inf, -1.0, 0.0, 2.0, np.inf]
    for a in edges:
        for b in edges:
            assert bivariate_cdf(a, b, 0.0) == pytest.approx(stats.norm.cdf(a) * stats.norm.cdf(b), abs=1e-15)
    for h in (-0.7, 0.0, 1.3):
        assert bivariate_cdf(h, np.inf, 0.6) == pytest.approx(stats.norm.cdf(h), abs=1e-15)


def test_tetrachoric_of_a_median_split_is_the_sine() -> None:
    for rho in (-0.9, -0.2, 0.0, 0.5, 0.97):
        both = 0.25 + np.arcsin(rho) / (2 * np.pi)
        table = np.array([[both, 0.5 - both], [0.5 - both, both]])
        assert polychoric(table)[0] == pytest.approx(rho, abs=1e-9)
        assert polychoric_ml(table * 500).rho == pytest.approx(rho, abs=1e-6)


def test_polychoric_of_exact_cell_shares_is_the_truth() -> None:
    """Shares of a normal with rho = 0.6 cut anywhere give 0.6 back, by either method, and many tables at once."""
    a, b = np.array([-40, -1.2, 0.1, 0.9, 40]), np.array([-40, -0.3, 1.4, 40])
    corners = bivariate_cdf(a[:, None], b[None, :], 0.6)
    shares = np.diff(np.diff(corners, axis=0), axis=1)
    assert polychoric(shares)[0] == pytest.approx(0.6, abs=1e-9)
    assert polychoric_ml(1000 * shares).rho == pytest.approx(0.6, abs=1e-6)
    many = polychoric(np.array([shares, shares[::-1], 7 * shares]))
    assert many == pytest.approx([0.6, -0.6, 0.6], abs=1e-9)


def test_polychoric_of_tables_without_a_maximum() -> None:
    assert polychoric([[10, 0], [0, 10]])[0] == LARGEST
    assert polychoric([[0, 10], [10, 0]])[0] == -LARGEST
    assert np.isnan(polychoric([[10, 5], [0, 0]])[0])
    assert np.isnan(polychoric([[0, 0], [0, 0]])[0])
    with pytest.raises(EstimationError, match="fewer than two"):
        polychoric_ml([[3, 4], [0, 0]])


def test_an_empty_category_does_not_matter() -> None:
    table = np.array([[20.0, 10, 5], [8, 16, 9], [3, 9, 21]])
    wide = np.insert(np.insert(table, 1, 0, axis=0), 3, 0, axis=1)
    assert polychoric(wide)[0] == pytest.approx(polychoric(table)[0], abs=1e-10)


def test_polyserial_recovers_the_truth() -> None:
    rng = np.random.default_rng(5)
    n = 20_000
    x = rng.normal(size=n)
    y = np.digitize(0.5 * x + np.sqrt(0.75) * rng.normal(size=n), [-0.8, 0.3, 1.0])
    w = np.ones(n)
    assert polyserial(x, y, w) == pytest.approx(0.5, abs=4 * 0.01)
    assert polyserial_ml(x, y, w) == pytest.approx(0.5, abs=4 * 0.008)
    with pytest.raises(EstimationError, match="does not vary"):
        polyserial(x, np.zeros(n), w)


@pytest.mark.parametrize("missing", ["complete", "pairwise"])
def test_doubling_a_person_is_weight_two(missing: str) -> None:
    x, w = answers(120, missing=0.0 if missing == "complete" else 0.1)
    twice = np.concatenate([x, x[:40]])
    weights = [np.concatenate([2 * w[:40], w[40:]]), np.concatenate([w, w[:40]])]
    found = []
    for data, weight in zip((x, twice), weights, strict=True):
        m = ItemMoments.of(data, everybody(data), weight, missing=missing)  # type: ignore[arg-type]
        c = m.split(m.theta(weight))[1]
        r = reliability.correlation_of(c) if missing == "complete" else np.eye(4)
        poly = ItemTables.of(data, everybody(data), missing=missing).matrix(weight)  # type: ignore[arg-type]
        values = [reliability.alpha_of(poly), *omega.omega_one_factor(poly)]
        if missing == "complete":  # pairwise, n/(n-1) of every pair counts rows
            values += [reliability.alpha_of(c), reliability.alpha_of(r), *omega.omega_one_factor(r)]
            values += [factorability.kmo(r).overall, *reliability.item_statistics(c).r_corrected]
            values += list(icc.icc_values(np.zeros(4), c, 1e9))
        found.append(values)
    assert found[0] == pytest.approx(found[1], rel=1e-8)


def test_moments_are_those_of_numpy_with_equal_weights() -> None:
    x, _ = answers(80, missing=0.15)
    w = np.full(len(x), 2.5)
    m = ItemMoments.of(x, everybody(x), w, missing="pairwise")
    means, c = m.split(m.theta(w))
    assert means == pytest.approx(np.nanmean(x, axis=0))
    for i in range(4):
        for j in range(4):
            both = ~np.isnan(x[:, i]) & ~np.isnan(x[:, j])
            assert c[i, j] == pytest.approx(np.cov(x[both, i], x[both, j])[0, 1])
    sums = (w @ m.parts())[None, :]
    assert m.of_sums(sums)[0] == pytest.approx(m.theta(w))


@pytest.mark.parametrize("missing", ["complete", "pairwise"])
def test_influence_is_the_derivative_by_the_weights(missing: str) -> None:
    """Of moments, of alpha and omega, and of polychoric correlations: one person's weight moved a little."""
    x, w = answers(150, missing=0.1)
    m = ItemMoments.of(x, everybody(x), w, missing=missing)  # type: ignore[arg-type]
    tables = ItemTables.of(x, everybody(x), missing=missing)  # type: ignore[arg-type]

    def coefficients(v: np.ndarray) -> np.ndarray:
        c = m.split(v)[1]
        return np.array([reliability.alpha_of(c), *omega.omega_one_factor(reliability.correlation_of(c))])

    for statistic, close in ((m, 1e-6), (Smooth(m, coefficients), 1e-5), (tables, 1e-5)):
        theta, z = statistic.influence(w)
        assert theta == pytest.approx(statistic.theta(w))
        for person in (0, 17, 44):
            step = 1e-4 * w[person]
            up, down = w.copy(), w.copy()
            up[person] += step
            down[person] -= step
            slope = (statistic.theta(up) - statistic.theta(down)) / (2 * step) * w[person]
            if not np.isnan(x[person]).any():
                assert slope == pytest.approx(z[person], abs=close * np.abs(z).max())
        assert np.abs(z.sum(axis=0)).max() < 1e-6 * np.abs(z).sum(axis=0).max()


def test_taylor_and_jackknife_agree() -> None:
    x, w = answers(200)
    m = ItemMoments.of(x, everybody(x), w)
    alpha = Smooth(m, lambda v: np.array([reliability.alpha_of(m.split(v)[1])]))
    poly = ItemTables.of(x, everybody(x))
    frame = DesignFrame.of(w)
    from dataclasses import replace

    again = replace(frame, replicates=jackknife(frame))
    for statistic in (alpha, poly):
        first, second = (np.sqrt(np.diag(covariance(estimate(statistic, f)[1], f))) for f in (frame, again))
        assert second == pytest.approx(first, rel=0.05)


def test_feldt_covers_parallel_normal_items() -> None:
    """Alpha 0.8 of four parallel items: the interval holds it in 95% of samples (binomial tolerance of 3 SE)."""
    rng = np.random.default_rng(11)
    hits, runs, n, k = 0, 600, 60, 4
    for _ in range(runs):
        x = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
        low, high = reliability.feldt_interval(reliability.alpha_of(np.cov(x.T)), n, k)
        hits += low <= 0.8 <= high
    assert abs(hits / runs - 0.95) < 3 * np.sqrt(0.95 * 0.05 / runs)


def test_factors_reproduce_an_exact_model() -> None:
    pattern = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0.5, 0], [0, 0.75], [0, 0.65], [0, 0.55], [0, 0.85]])
    phi = np.array([[1, 0.4], [0.4, 1]])
    r = pattern @ phi @ pattern.T
    np.fill_diagonal(r, 1.0)
    for extraction in ("minres", "ml"):
        found = factor_model(r, 2, extraction=extraction, rotation="oblimin")  # type: ignore[arg-type]
        assert np.abs(found.loadings) @ np.ones(2) == pytest.approx(pattern.sum(axis=1), abs=2e-4)
        assert found.phi[0, 1] == pytest.approx(0.4, abs=1e-4)
        fit = fit_of(r, found, 500)
        assert fit.statistic < 1e-4
        assert fit.p_value > 0.999
    turned = promax(minres(r, 2))
    assert turned.loadings @ turned.phi @ turned.loadings.T == pytest.approx(minres(r, 2) @ minres(r, 2).T)
    again = oblimin(minres(r, 2))
    assert again.loadings @ again.phi @ again.loadings.T == pytest.approx(minres(r, 2) @ minres(r, 2).T)


def test_omega_hierarchical_of_an_exact_bifactor_model() -> None:
    """Loadings proportional within groups: Schmid-Leiman finds them (Yung, Thissen and McLeod 1999)."""
    second = np.array([0.8, 0.7, 0.6])
    first = np.array([0.8, 0.7, 0.6, 0.75, 0.65, 0.7, 0.6, 0.8, 0.7])
    home = np.repeat(np.arange(3), 3)
    general, own = first * second[home], first * np.sqrt(1 - second[home] ** 2)
    r = np.outer(general, general) + np.outer(own, own) * (home[:, None] == home)
    np.fill_diagonal(r, 1.0)
    found = omega.omega(r, 3)
    assert found.hierarchical == pytest.approx(general.sum() ** 2 / r.sum(), abs=1e-5)
    assert found.total == pytest.approx((r.sum() - (1 - first**2).sum()) / r.sum(), abs=1e-5)


def test_splits_of_two_and_of_many_items() -> None:
    pair = reliability.split_halves([[1, 0.5], [0.5, 1]])
    assert (pair.average, pair.splits) == (pytest.approx(reliability.spearman_brown(0.5)), 1)
    r = np.full((20, 20), 0.3) + 0.7 * np.eye(20)
    with pytest.raises(EstimationError, match="92,378 splits"):
        reliability.split_halves(r)
    assert reliability.split_halves(r, seed=1).average == pytest.approx(reliability.alpha_of(r))


def test_the_mean_of_all_even_splits_is_alpha() -> None:
    """Cronbach (1951): of the covariance matrix with equal variances, all splits average to alpha."""
    x, _ = answers(100, 6)
    r = np.corrcoef(x.T)
    assert reliability.split_halves(r).average == pytest.approx(reliability.alpha_of(r), rel=1e-12)


def test_singular_and_constant_matrices() -> None:
    x, _ = answers(60, 3)
    r = np.corrcoef(np.column_stack([x, x[:, 0]]).T)
    assert reliability.is_singular(r)
    with pytest.raises(EstimationError, match="singular"):
        factorability.kmo(r)
    with pytest.raises(EstimationError, match="singular"):
        factorability.bartlett(r, 60)
    found = reliability.item_statistics(np.cov(np.column_stack([x, x[:, 0]]).T))
    assert np.isnan(found.r_corrected).all()
    assert np.isfinite(found.r_dropped).all()
    constant = np.cov(np.column_stack([x, np.full(60, 3.0)]).T)
    assert np.isnan(reliability.correlation_of(constant)[3]).all()
    assert np.isfinite(reliability.alpha_of(constant))
    with pytest.raises(EstimationError, match="too many"):
        minres(np.eye(3), 3)
    with pytest.raises(EstimationError, match="at least two"):
        omega.schmid_leiman(np.eye(3), 1)


def test_parallel_analysis_counts_factors() -> None:
    rng = np.random.default_rng(2)
    trait = rng.normal(size=(600, 2))
    x = np.column_stack(
        [trait[:, [0]] + rng.normal(size=(600, 4)), trait[:, [1]] + rng.normal(size=(600, 4))]
    )
    found = factorability.parallel(np.corrcoef(x.T), 600, seed=1)
    assert (found.above_mean, found.above_quantile) == (2, 2)
    assert found.simulated_mean.sum() == pytest.approx(8, rel=1e-9)
    with pytest.raises(EstimationError, match="more people"):
        factorability.parallel(np.eye(8), 8, seed=1)
