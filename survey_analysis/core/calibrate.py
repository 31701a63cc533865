"""Calibration of weights: post-stratification, linear and raking calibration, and what weights cost.

Raking on margins is in `core.raking`. A `CalibrationBlock` made from `margin_dummies` and the starting
weights tells the variance kernel how the weights came about.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import Floats
from survey_analysis.core.raking import RakeResult, rake
from survey_analysis.errors import ConvergenceError, WeightingError

__all__ = [
    "CalibrateResult",
    "Kish",
    "RakeResult",
    "calibrate_linear",
    "calibrate_raking",
    "effective_n",
    "kish",
    "margin_dummies",
    "poststratify",
    "rake",
]


@dataclass(frozen=True, eq=False)
class CalibrateResult:
    """Calibrated weights: weight = start * factor; gap is the largest relative miss of a total."""

    weight: Floats
    factor: Floats
    iterations: int
    gap: float


class Kish(NamedTuple):
    """Kish design effect 1 + CV² and the effective base it leaves."""

    deff: float
    n_effective: float


def kish(w: ArrayLike) -> Kish:
    """Kish (1965) design effect n Σw² / (Σw)² and effective base (Σw)² / Σw² of positive weights.

    Examples
    --------
    >>> kish([1, 1, 2, 0])
    Kish(deff=1.125, n_effective=2.6666666666666665)
    """
    weight = np.asarray(w, dtype=np.float64)
    n = int((weight > 0).sum())
    if n == 0:
        return Kish(float("nan"), 0.0)
    effective = float(weight.sum()) ** 2 / float((weight**2).sum())
    return Kish(n / effective, effective)


def effective_n(w: ArrayLike, x: ArrayLike) -> Floats:
    """Kish effective base of each domain: (Σ w x)² / Σ (w x)², 0 where empty; x as in `influence.ratio`."""
    base = np.asarray(x, dtype=np.float64)
    wx = np.asarray(w, dtype=np.float64)[:, None] * (base[:, None] if base.ndim == 1 else base)
    squares = (wx**2).sum(axis=0)
    return np.asarray(np.divide(wx.sum(axis=0) ** 2, squares, out=np.zeros_like(squares), where=squares > 0))


def margin_dummies(codes: Sequence[ArrayLike], sizes: Sequence[int]) -> Floats:
    """Indicator columns of several margins; a code of -1 (no target) is zero in its margin.

    Examples
    --------
    >>> margin_dummies([[0, 1, -1]], [2]).tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    """
    parts = [
        (np.asarray(column, dtype=np.intp)[:, None] == np.arange(size)).astype(np.float64)
        for column, size in zip(codes, sizes, strict=True)
    ]
    return np.concatenate(parts, axis=1)


def poststratify(codes: ArrayLike, counts: ArrayLike, start: ArrayLike) -> CalibrateResult:
    """Scale the weights of each cell to its population count (R `postStratify`).

    Parameters
    ----------
    codes : array_like of int, shape (n,)
        Cell of each row; -1 keeps its weight.
    counts : array_like, shape (cells,)
        Population counts.
    start : array_like, shape (n,)

    Raises
    ------
    WeightingError
        A cell has a count and no respondent, or respondents and no count.
    """
    cell, target = np.asarray(codes, dtype=np.intp), np.asarray(counts, dtype=np.float64)
    d = np.asarray(start, dtype=np.float64)
    inside = cell >= 0
    found = np.bincount(cell[inside], weights=d[inside], minlength=len(target))
    target = np.append(target, np.zeros(len(found) - len(target)))
    bad = np.flatnonzero((found > 0) != (target > 0))
    if len(bad):
        first = int(bad[0])
        raise WeightingError(
            f"post-stratum {first + 1} cannot be reached.",
            where=f"weighted sample {found[first]:g}, target {target[first]:g}",
            hint="merge it with a neighbour, or leave rows without a target out with code -1.",
        )
    factor = np.ones(len(d))
    factor[inside] = (target / np.where(found > 0, found, 1.0))[cell[inside]]
    return CalibrateResult(d * factor, factor, 1, 0.0)


def calibrate_linear(
    x: ArrayLike, totals: ArrayLike, start: ArrayLike, *, tolerance: float = 1e-9
) -> CalibrateResult:
    """GREG calibration, g = 1 + x′λ (R `calibrate(calfun="linear")`); weights may turn negative.

    Parameters
    ----------
    x : array_like, shape (n, p)
        Auxiliary variables; linearly dependent columns are allowed when the totals agree.
    totals : array_like, shape (p,)
        Their population totals.
    start : array_like, shape (n,)
    tolerance : float
        Largest relative miss allowed.

    Raises
    ------
    ConvergenceError
        The totals cannot be met (they contradict each other).
    """
    return _newton(x, totals, start, _LINEAR, tolerance=tolerance, max_iterations=5)


def calibrate_raking(
    x: ArrayLike,
    totals: ArrayLike,
    start: ArrayLike,
    *,
    tolerance: float = 1e-12,
    max_iterations: int = 100,
) -> CalibrateResult:
    """Exponential calibration, g = exp(x′λ) (R `calibrate(calfun="raking")`); see `calibrate_linear`."""
    return _newton(x, totals, start, _RAKING, tolerance=tolerance, max_iterations=max_iterations)


class _Distance(NamedTuple):
    """Factor g as a function of x′λ, and its slope."""

    link: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]


_LINEAR = _Distance(lambda eta: 1 + eta, np.ones_like)
_RAKING = _Distance(np.exp, np.exp)


def _newton(
    x: ArrayLike,
    totals: ArrayLike,
    start: ArrayLike,
    distance: _Distance,
    *,
    tolerance: float,
    max_iterations: int,
) -> CalibrateResult:
    """Solve Σ d link(x′λ) x = totals, halving steps that make the miss larger."""
    xs, target, d = (np.asarray(v, dtype=np.float64) for v in (x, totals, start))
    unit = np.maximum(np.abs(xs).max(axis=0), 1e-300)
    xs, target = xs / unit, target / unit
    size = np.maximum(np.abs(target), d @ np.abs(xs))
    lam = np.zeros(xs.shape[1])

    def miss(point: Floats) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.asarray(target - xs.T @ (d * distance.link(xs @ point)))

    gap, iteration = float(np.abs(miss(lam) / size).max()), 0
    while iteration < max_iterations:
        iteration += 1
        hessian = xs.T @ (xs * (d * distance.slope(xs @ lam))[:, None])
        step = np.linalg.pinv(hessian, rcond=1e-11, hermitian=True) @ miss(lam)
        new, new_gap = lam, np.inf
        for halving in range(30):
            new = lam + step / 2**halving
            new_gap = float(np.abs(miss(new) / size).max())
            if new_gap < gap:
                break
        if not new_gap < gap:
            break
        lam, gap = new, new_gap
    if gap > tolerance:
        raise ConvergenceError(
            f"calibration misses its totals by {gap:.2g} of their size.",
            where=f"{len(target)} totals, {iteration} iterations",
            hint="check that the totals agree with each other and that each can be reached by the sample.",
        )
    factor = distance.link(xs @ lam)
    return CalibrateResult(d * factor, factor, iteration, gap)
