"""Raking: margins, caps, what is refused before iterating, and misses that are named."""

from __future__ import annotations

import numpy as np
import pytest

from survey_analysis.core.calibrate import (
    calibrate_linear,
    calibrate_raking,
    margin_dummies,
    poststratify,
    rake,
)
from survey_analysis.errors import ConvergenceError, WeightingError

N = 2000
TARGETS = [[0.2, 0.5, 0.3], [0.45, 0.55], [0.1, 0.2, 0.3, 0.4]]


@pytest.fixture
def sample() -> tuple[list[np.ndarray], np.ndarray]:
    rng = np.random.default_rng(8)
    margins = [rng.choice(3, N, p=[0.5, 0.3, 0.2]), rng.integers(0, 2, N), rng.integers(0, 4, N)]
    return margins, rng.uniform(0.5, 2, N)


def test_margins_hold_and_the_total_is_kept(sample):
    margins, start = sample
    got = rake(margins, TARGETS, start)
    assert got.converged
    assert got.capped == 0
    for m, t in zip(margins, TARGETS, strict=True):
        np.testing.assert_allclose(np.bincount(m, got.weight) / start.sum(), t, atol=1e-11)
    np.testing.assert_allclose(got.weight, start * got.factor, rtol=1e-15)
    np.testing.assert_allclose(got.before[1].sum(), start.sum(), rtol=1e-12)


def test_counts_and_percentages_of_the_same_population(sample):
    margins, start = sample
    counts = [np.array(t) * 5e6 for t in TARGETS]
    shares, scaled = rake(margins, TARGETS, start), rake(margins, counts, start)
    np.testing.assert_allclose(
        scaled.weight / scaled.weight.sum(), shares.weight / shares.weight.sum(), rtol=1e-9
    )
    assert scaled.weight.sum() == pytest.approx(5e6)


def test_factors_depend_on_categories_only(sample):
    margins, start = sample
    factor = rake(margins, TARGETS, start).factor
    cell = margins[0] * 8 + margins[1] * 4 + margins[2]
    for c in np.unique(cell):
        assert np.ptp(factor[cell == c]) == 0


def test_capped_weights_hold_cap_and_margins(sample):
    margins, start = sample
    free = rake(margins, TARGETS, start)
    cap = 0.7 * float(free.weight.max() / free.weight.mean())
    got = rake(margins, TARGETS, start, cap=cap)
    assert got.converged
    assert got.capped > 0
    assert got.weight.max() <= cap * got.weight.mean() * (1 + 1e-12)
    for m, t in zip(margins, TARGETS, strict=True):
        np.testing.assert_allclose(np.bincount(m, got.weight) / start.sum(), t, atol=1e-11)


def test_capped_weights_are_truncated_factors(sample):
    """Rows below the cap differ from their start by category factors alone: the bounded raking solution."""
    margins, start = sample
    got = rake(margins, TARGETS, start, cap=3.0)
    free = got.weight < got.weight.max() * (1 - 1e-9)
    x = margin_dummies(margins, [3, 2, 4])[free]
    log_factor = np.log(got.factor[free])
    fitted = x @ np.linalg.lstsq(x, log_factor, rcond=None)[0]
    np.testing.assert_allclose(log_factor, fitted, atol=1e-9)


def test_a_cap_that_does_not_bind_changes_nothing(sample):
    margins, start = sample
    np.testing.assert_allclose(
        rake(margins, TARGETS, start, cap=50).weight, rake(margins, TARGETS, start).weight
    )


def test_an_impossible_cap_is_a_named_miss(sample):
    margins, start = sample
    with pytest.raises(ConvergenceError, match="did not reach") as caught:
        rake(margins, TARGETS, start, cap=1.05, max_iterations=60)
    assert "margin" in caught.value.where
    assert "cap" in caught.value.where
    miss = rake(margins, TARGETS, start, cap=1.05, max_iterations=60, on_miss="return")
    assert not miss.converged
    assert miss.gap > 0.001


def test_contradicting_cells_are_a_named_miss():
    """A category that holds only people of another one cannot get more than the other one has."""
    with pytest.raises(ConvergenceError, match="rounds"):
        rake([[0, 0, 1, 1], [0, 0, 1, 1]], [[0.5, 0.5], [0.3, 0.7]], np.ones(4), max_iterations=30)


def test_zero_base_weights_stay_zero(sample):
    margins, start = sample
    start = np.where(np.arange(N) % 10 == 0, 0.0, start)
    assert (rake(margins, TARGETS, start).weight[::10] == 0).all()
    assert (rake(margins, TARGETS, start, cap=3.0).weight[::10] == 0).all()


def test_rows_without_a_target_keep_their_weight_on_that_margin(sample):
    margins, start = sample
    margins = [np.where(np.arange(N) % 7 == 0, -1, margins[0]), *margins[1:]]
    got = rake(margins, TARGETS, start)
    has = margins[0] >= 0
    np.testing.assert_allclose(
        np.bincount(margins[0][has], got.weight[has]) / start[has].sum(), TARGETS[0], atol=1e-11
    )
    np.testing.assert_allclose(np.bincount(margins[1], got.weight) / start.sum(), TARGETS[1], atol=1e-11)


@pytest.mark.parametrize(
    ("targets", "words"),
    [
        ([[0.2, 0.5, 0.2], [0.45, 0.55]], "sum to 0.9"),
        ([[0.2, 0.5, 0.3, 0.0], [0.45, 0.55, 0.0]], None),
        ([[0.2, 0.4, 0.3, 0.1], [0.45, 0.55]], "category 4 has a target and no respondent"),
        ([[0.5, 0.5, 0.0], [0.45, 0.55]], "category 3 has respondents and a target of 0"),
        ([[0.5, 0.5], [0.45, 0.55]], "do not fit its 2 targets"),
        ([[100.0, 200, 300], [100.0, 200]], "different totals"),
        ([[0.5, -0.2, 0.7], [0.45, 0.55]], "negative"),
        ([[0.2, 0.5, 0.3]], "2 margins and 1 targets"),
    ],
)
def test_targets_are_checked_before_iterating(sample, targets, words):
    margins, start = sample
    if words is None:
        assert rake(margins[:2], targets, start).converged
        return
    with pytest.raises(WeightingError, match=words):
        rake(margins[:2], targets, start)


def test_bad_base_weights_and_cap(sample):
    margins, start = sample
    with pytest.raises(WeightingError, match="base weights"):
        rake(margins, TARGETS, -start)
    with pytest.raises(WeightingError, match="above 1"):
        rake(margins, TARGETS, start, cap=0.9)


def test_poststratify_reaches_counts_and_refuses_empty_cells():
    got = poststratify([0, 0, 1, -1], [30, 20], [1, 2, 1, 5])
    assert got.weight.tolist() == [10, 20, 20, 5]
    with pytest.raises(WeightingError, match="post-stratum 3"):
        poststratify([0, 0, 1, 1], [30, 20, 10], np.ones(4))
    with pytest.raises(WeightingError, match="post-stratum 3"):
        poststratify([0, 1, 2, 2], [30, 20], np.ones(4))


def test_calibration_that_cannot_be_met_is_an_error(sample):
    margins, start = sample
    x = margin_dummies(margins[:1], [3])
    doubled = np.column_stack([x, x[:, 0]])
    with pytest.raises(ConvergenceError, match="misses its totals"):
        calibrate_linear(doubled, [1000, 700, 300, 900], start)
    with pytest.raises(ConvergenceError, match="misses its totals"):
        calibrate_raking(doubled, [1000, 700, 300, 900], start)


def test_raking_calibration_takes_steep_targets():
    """Totals far from the sample: halved steps keep Newton from running away."""
    x = np.column_stack([np.ones(200), np.linspace(0, 10, 200)])
    got = calibrate_raking(x, [200, 200 * 9.2], np.ones(200))
    np.testing.assert_allclose(x.T @ got.weight, [200, 1840], rtol=1e-11)
    assert (got.weight > 0).all()
