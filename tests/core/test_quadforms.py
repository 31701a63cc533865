"""Tails of quadratic forms against closed forms, scipy and Monte-Carlo-free identities."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from scipy import integrate

from survey_analysis.core.quadforms import mixture_tail, moments_match
from survey_analysis.core.quadratic import association_wald, goodness_of_fit, rao_scott
from survey_analysis.errors import EstimationError

EXACT = 1e-11


@pytest.mark.parametrize("k", [1, 2, 3, 7, 40])
@pytest.mark.parametrize("at", [1e-3, 0.3, 1.0, 3.0, 20.0, 200.0])
def test_equal_weights_are_chi_squared(k, at):
    want = scipy.stats.chi2.sf(at * k, k)
    for weights, times in ((np.full(k, 2.5), 1.0), ([2.5], k)):
        got = mixture_tail(2.5 * at * k, weights, multiplicity=times, method="exact")
        np.testing.assert_allclose(got, want, rtol=EXACT)
    np.testing.assert_allclose(
        mixture_tail(2.5 * at * k, np.full(k, 2.5), method="satterthwaite"), want, rtol=1e-12
    )


@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize("nu", [1, 2, 3.7, 14, 200, 5000])
@pytest.mark.parametrize("f", [1e-3, 0.5, 1.0, 4.0, 40.0, 400.0])
def test_equal_weights_over_a_denominator_are_f(k, nu, f):
    want = scipy.stats.f.sf(f, k, nu)
    np.testing.assert_allclose(mixture_tail(k * f, np.ones(k), df=nu), want, rtol=EXACT)
    np.testing.assert_allclose(
        mixture_tail(k * f, np.ones(k), df=nu, method="satterthwaite"), want, rtol=EXACT
    )


@pytest.mark.parametrize("x", [0.1, 3.0, 20.0, 100.0, 600.0])
def test_pairs_of_weights_are_a_sum_of_exponentials(x):
    """Two χ²_2 of weights 1 and 3 are exponentials of means 2 and 6."""
    want = (6 * np.exp(-x / 6) - 2 * np.exp(-x / 2)) / 4
    np.testing.assert_allclose(mixture_tail(x, [1, 3], multiplicity=2), want, rtol=EXACT)
    np.testing.assert_allclose(mixture_tail(x, [1, 1, 3, 3]), want, rtol=EXACT)


@pytest.mark.parametrize("x", [-30.0, -1.0, 0.0, 0.5, 50.0])
def test_opposite_weights_are_laplace(x):
    np.testing.assert_allclose(
        mixture_tail(x, [1, -1], multiplicity=2), scipy.stats.laplace.sf(x, scale=2), rtol=EXACT
    )


@pytest.mark.parametrize(("x", "a"), [(5.0, (1.0, 0.3)), (25.0, (1.0, 0.3)), (0.4, (2.0, 0.1))])
def test_two_weights_by_convolution(x, a):
    def inner(u):
        return scipy.stats.chi2.pdf(u, 1) * scipy.stats.chi2.sf((x - a[0] * u) / a[1], 1)

    want = integrate.quad(lambda v: 2 * v * inner(v * v), 0, np.sqrt(x / a[0]), epsabs=0, epsrel=1e-12)[0]
    want += scipy.stats.chi2.sf(x / a[0], 1)
    np.testing.assert_allclose(mixture_tail(x, a), want, rtol=1e-9)


@pytest.mark.parametrize("df", [float("inf"), 12.5])
@pytest.mark.parametrize("x", [1.0, 4.0, 12.0, 40.0])
def test_the_three_ways_agree_roughly(x, df):
    p = {
        m: mixture_tail(x, [2.0, 1.0, 0.4], df=df, method=m)
        for m in ("exact", "saddlepoint", "satterthwaite")
    }
    assert abs(p["saddlepoint"] / p["exact"] - 1) < 0.1
    assert abs(p["satterthwaite"] - p["exact"]) < 0.03


def test_saddlepoint_is_smooth_through_the_mean():
    """R has no value there and changes to two moments."""
    x = 2.5 + np.array([-1e-3, -1e-5, -1e-8, 0.0, 1e-8, 1e-5, 1e-3])
    p = np.array([mixture_tail(v, [2, 0.5], method="saddlepoint") for v in x])
    assert (np.diff(p) < 0).all()
    slope = np.diff(p) / np.diff(x)
    np.testing.assert_allclose(slope, slope[0], rtol=2e-3)


def test_a_growing_denominator_has_the_chi_squared_limit():
    want = mixture_tail(9.0, [2.0, 0.5, 0.1])
    gap = [abs(mixture_tail(9.0, [2.0, 0.5, 0.1], df=nu) / want - 1) for nu in (1e2, 1e4, 1e6)]
    assert gap[0] > gap[1] > gap[2]
    assert gap[2] < 1e-5


def test_scale_and_order_do_not_matter():
    want = mixture_tail(7.0, [3.0, 1.0, 0.2], df=9)
    np.testing.assert_allclose(mixture_tail(7e6, [2e5, 3e6, 1e6], df=9), want, rtol=1e-12)


def test_edges():
    assert mixture_tail(0.0, [1.0, 2.0]) == 1.0
    assert mixture_tail(0.0, [1.0, 2.0], df=5) == 1.0
    assert mixture_tail(-1.0, [1.0]) == 1.0
    assert np.isnan(mixture_tail(1.0, [0.0, 0.0]))
    assert np.isnan(mixture_tail(1.0, [np.nan, 1.0]))
    assert np.isnan(mixture_tail(1.0, [1.0], df=0))
    np.testing.assert_allclose(mixture_tail(3.0, [1.0, 1e-20]), scipy.stats.chi2.sf(3, 1))
    with pytest.raises(EstimationError, match="negative weights"):
        mixture_tail(1.0, [1.0, -1.0], method="satterthwaite")
    with pytest.raises(EstimationError, match="is not a way"):
        mixture_tail(1.0, [1.0], method="davies")


def test_two_moments():
    a = np.array([2.0, 1.0, 0.5])
    scale, df = moments_match(a)
    np.testing.assert_allclose([scale * df, 2 * scale**2 * df], [a.sum(), 2 * (a**2).sum()])


def multinomial(p: np.ndarray, n: float) -> np.ndarray:
    return (np.diag(p) - np.outer(p, p)) / n


def test_a_multinomial_table_has_unit_design_effects():
    p = np.array([[0.1, 0.2, 0.1], [0.3, 0.1, 0.2]])
    found = rao_scott(p, multinomial(p.ravel(), 500), 500, float("inf"))
    np.testing.assert_allclose(found.delta, 1.0, rtol=1e-12)
    want = scipy.stats.chi2_contingency(p * 500, correction=False)
    np.testing.assert_allclose(
        [found.pearson, found.first_order_p, found.p], [want.statistic, want.pvalue, want.pvalue]
    )
    ratio = scipy.stats.chi2_contingency(p * 500, correction=False, lambda_="log-likelihood")
    np.testing.assert_allclose(found.deviance, ratio.statistic)


def test_wald_of_a_two_by_two_table_is_the_squared_z_of_its_residual():
    counts = np.array([[30.0, 20.0], [15.0, 35.0]])
    n = counts.sum()
    V = n**2 * multinomial(counts.ravel() / n, n)
    found = association_wald(counts, V, 50)
    residual = counts[1, 1] - counts[1].sum() * counts[:, 1].sum() / n
    step = 1e-6
    gradient = np.empty(4)
    for i in range(4):
        up, down = counts.ravel().copy(), counts.ravel().copy()
        up[i], down[i] = up[i] + step, down[i] - step
        gradient[i] = np.diff([t[3] - (t[2] + t[3]) * (t[1] + t[3]) / t.sum() for t in (down, up)])[0] / (
            2 * step
        )
    np.testing.assert_allclose(found.statistic, residual**2 / (gradient @ V @ gradient), rtol=1e-7)
    assert (found.df1, found.df2) == (1, 50)


def test_adjusted_wald_without_enough_degrees_of_freedom_has_no_test():
    p = np.full((4, 4), 1 / 16) + np.eye(4) / 100
    p /= p.sum()
    found = association_wald(p * 100, 1e4 * multinomial(p.ravel(), 100), 8, form="adjusted")
    assert np.isnan(found.p)
    assert found.df2 == 0


def test_goodness_of_fixed_counts_has_no_test():
    found = goodness_of_fit([30, 70], np.zeros((2, 2)), [0.5, 0.5])
    assert found.pearson == pytest.approx(16)
    assert np.isnan(found.df)
