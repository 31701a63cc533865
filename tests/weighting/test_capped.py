"""Capped raking by Newton's method: the weights of raking and capping in turn, found where sweeps stall."""

from __future__ import annotations

import numpy as np
import pytest

from survey_analysis.core.calibrate import calibrate_raking, margin_dummies
from survey_analysis.core.capped import calibrate_capped
from survey_analysis.core.raking import rake
from survey_analysis.errors import ConvergenceError, WeightingError

TARGETS = [np.array([0.55, 0.45]), np.array([0.3, 0.33, 0.37]), np.array([0.25] * 4)]


def sample(n: int = 1500, seed: int = 1):
    rng = np.random.default_rng(seed)
    codes = [
        rng.choice(2, n, p=[0.4, 0.6]),
        rng.choice(3, n, p=[0.6, 0.3, 0.1]),
        rng.choice(4, n, p=[0.1, 0.2, 0.3, 0.4]),
    ]
    start = rng.uniform(0.5, 2, n)
    x = margin_dummies(codes, [2, 3, 4])
    return codes, start, x, np.concatenate([t * start.sum() for t in TARGETS])


@pytest.mark.parametrize("cap", [4.5, 6.0, 9.0])
def test_the_weights_of_raking_and_capping_in_turn(cap):
    codes, start, x, totals = sample()
    swept = rake(codes, TARGETS, start, cap=cap, tolerance=1e-11)
    held = calibrate_capped(x, totals, start, cap)
    assert held.weight == pytest.approx(swept.weight, rel=1e-7)
    assert held.capped == swept.capped
    assert held.weight.max() == pytest.approx(cap * held.weight.mean(), rel=1e-10)
    assert x.T @ held.weight == pytest.approx(totals, rel=1e-9)


def test_a_cap_out_of_reach_gives_plain_raking():
    _, start, x, totals = sample()
    held = calibrate_capped(x, totals, start, 1000)
    assert held.weight == pytest.approx(calibrate_raking(x, totals, start).weight, rel=1e-9)
    assert held.capped == 0


def test_free_weights_are_start_times_margin_factors():
    """log(w/d) of the rows under the cap lies in the column space of the margins."""
    _, start, x, totals = sample()
    held = calibrate_capped(x, totals, start, 5)
    free = held.weight < 5 * held.weight.mean() * (1 - 1e-9)
    log = np.log(held.weight / start)[free]
    fitted = x[free] @ np.linalg.lstsq(x[free], log, rcond=None)[0]
    assert log == pytest.approx(fitted, abs=1e-8)


@pytest.mark.parametrize("seed", range(6))
def test_rows_without_a_target_do_not_slow_it(seed):
    rng = np.random.default_rng(seed)
    codes, start, _, _ = sample(800, seed)
    codes[0] = np.where(rng.random(800) < 0.01, -1, codes[0])
    x = margin_dummies(codes, [2, 3, 4])
    totals = np.concatenate([t * start[c >= 0].sum() for t, c in zip(TARGETS, codes, strict=True)])
    held = calibrate_capped(x, totals, start, 5)
    assert x.T @ held.weight == pytest.approx(totals, rel=1e-9)
    assert held.weight.max() <= 5 * held.weight.mean() * (1 + 1e-10)
    assert held.iterations < 60


def test_what_no_weights_can_meet_is_an_error():
    _, start, x, totals = sample()
    with pytest.raises(ConvergenceError, match="at most 2 times their mean") as caught:
        calibrate_capped(x, totals, start, 2.0, names=[f"m{i}" for i in range(9)])
    assert caught.value.where.startswith("m")
    with pytest.raises(WeightingError, match="must be above 1"):
        calibrate_capped(x, totals, start, 1.0)
