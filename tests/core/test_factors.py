"""Components and factors of weighted correlations against R `svyprcomp`, `svyfactanal` and `factanal`'s equations."""

from __future__ import annotations

import numpy as np
import pytest
from oracles.harness import design, entries, numbers

from survey_analysis.core.factors import ml_factors, principal_components, varimax, weighted_correlation
from survey_analysis.errors import EstimationError

ITEMS = {
    "factanal": ["api99", "api00", "hsg", "meals", "ell", "emer"],
    "prcomp": ["api99", "api00", "ell", "hsg", "meals", "emer"],
}


def simplicity(x: np.ndarray) -> float:
    """The varimax criterion on rows of length one."""
    return float(((x**2 / (x**2).sum(axis=1, keepdims=True)).var(axis=0)).sum())


def data(which: str) -> tuple[np.ndarray, np.ndarray]:
    d = design("dstrat", "tests_models")
    return np.column_stack([d.table[name] for name in ITEMS[which]]), d.frame.weight


@pytest.mark.oracle
def test_factors():
    values = entries("02_tests_models")["factanal.dstrat"]["values"]
    found = ml_factors(weighted_correlation(*data("factanal")), 2, tolerance=1e-5)
    np.testing.assert_allclose(found.uniqueness, numbers(values["uniquenesses"]), rtol=1e-4)
    theirs = numbers(values["loadings"]).reshape(6, 2)
    signs = np.sign((theirs * found.loadings).sum(axis=0))
    np.testing.assert_allclose(found.loadings * signs, theirs, atol=1e-4)
    better = ml_factors(weighted_correlation(*data("factanal")), 2).loadings
    assert simplicity(better) > simplicity(theirs)


@pytest.mark.oracle
def test_components_as_r_prepares_them():
    """R centres x √w at its plain mean and scales that; the components of that matrix are R's."""
    values, (x, w) = entries("02_tests_models")["prcomp.dstrat"]["values"], data("prcomp")
    prepared = np.corrcoef(x * np.sqrt(w / w.mean())[:, None], rowvar=False)
    found = principal_components(prepared)
    np.testing.assert_allclose(found.std_dev, values["sdev"], rtol=1e-9)
    np.testing.assert_allclose(np.abs(found.rotation).ravel(), numbers(values["abs_rotation"]), rtol=1e-8)
    ours = principal_components(weighted_correlation(x, w))
    assert np.abs(ours.std_dev / found.std_dev - 1).max() > 0.01


def test_weighted_correlation_counts_a_weight_of_two_twice():
    rng = np.random.default_rng(1)
    x, w = rng.normal(size=(30, 3)), rng.integers(1, 4, 30)
    np.testing.assert_allclose(
        weighted_correlation(x, w), np.corrcoef(np.repeat(x, w, axis=0), rowvar=False), rtol=1e-12
    )


def test_a_matrix_made_of_factors_is_recovered():
    loadings = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.9], [0, 0.5], [0, 0.7]])
    unique = 1 - (loadings**2).sum(axis=1)
    found = ml_factors(loadings @ loadings.T + np.diag(unique), 2)
    np.testing.assert_allclose(found.uniqueness, unique, atol=1e-6)
    np.testing.assert_allclose(found.loadings @ found.loadings.T, loadings @ loadings.T, atol=1e-6)
    np.testing.assert_allclose(np.sort(np.abs(found.loadings).max(axis=0)), [0.8, 0.9], atol=1e-5)


def test_rotation_keeps_communalities():
    raw = np.random.default_rng(2).normal(size=(7, 3))
    turned = varimax(raw)
    np.testing.assert_allclose(turned @ turned.T, raw @ raw.T, rtol=1e-10, atol=1e-12)
    assert simplicity(turned) >= simplicity(raw)


def test_what_cannot_be_factored_is_an_error():
    with pytest.raises(EstimationError, match="too many"):
        ml_factors(np.eye(4), 2)
    with pytest.raises(EstimationError, match="singular"):
        ml_factors(np.ones((6, 6)), 1)
    with pytest.raises(EstimationError, match="does not vary"):
        weighted_correlation(np.ones((5, 2)), np.ones(5))
    with pytest.raises(EstimationError, match="missing"):
        weighted_correlation([[1, np.nan], [2, 3]], [1, 1])
