"""Calibration of weights: post-stratification, linear and raking calibration, and what weights cost.

Raking on margins is in `core.raking`. A `CalibrationBlock` made from `margin_dummies` and the starting
weights tells the variance kernel how the weights came about.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.blocks import Codes, Floats, cluster_means
from survey_analysis.core.distance import Distance, DistanceName, distance
from survey_analysis.core.raking import RakeResult, rake
from survey_analysis.errors import ConvergenceError, WeightingError
from survey_analysis.plurals import counted

__all__ = [
    "CalibrateResult",
    "CalibrationStep",
    "Kish",
    "PoststratifyStep",
    "RakeResult",
    "calibrate",
    "calibrate_linear",
    "calibrate_raking",
    "effective_n",
    "kish",
    "margin_dummies",
    "poststratify",
    "rake",
]


NEAR = 1e-3
"""A relative miss below which the miss itself, not the dual, says whether a step helps: the dual is flat there."""
FAR = 1e8
"""λ of columns scaled to one that is this large has no end: the totals are out of reach."""


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
    base, weight = np.asarray(x, dtype=np.float64), np.asarray(w, dtype=np.float64)
    columns = base[:, None] if base.ndim == 1 else base
    squares = np.einsum("i,ij,ij->j", weight**2, columns, columns)
    sums = weight @ columns
    return np.asarray(np.divide(sums**2, squares, out=np.zeros_like(squares), where=squares > 0))


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


def poststratify(
    codes: ArrayLike, counts: ArrayLike, start: ArrayLike, *, partial: bool = False
) -> CalibrateResult:
    """Scale the weights of each cell to its population count (R `postStratify`).

    Parameters
    ----------
    codes : array_like of int, shape (n,)
        Cell of each row; -1 keeps its weight.
    counts : array_like, shape (cells,)
        Population counts.
    start : array_like, shape (n,)
    partial : bool
        True drops cells that have a count and no respondent: nobody stands for those people (R
        `postStratify(partial = TRUE)`).

    Raises
    ------
    WeightingError
        A cell has a count and no respondent (unless `partial`), or respondents and no count.

    Examples
    --------
    >>> poststratify([0, 0, 1], [60, 40, 5], [1, 1, 1], partial=True).weight.tolist()
    [30.0, 30.0, 40.0]
    """
    cell, target = np.asarray(codes, dtype=np.intp), np.asarray(counts, dtype=np.float64)
    d = np.asarray(start, dtype=np.float64)
    inside = cell >= 0
    found = np.bincount(cell[inside], weights=d[inside], minlength=len(target))
    target = np.append(target, np.zeros(len(found) - len(target)))
    lost = (found > 0) & ~(target > 0)
    bad = np.flatnonzero(lost if partial else lost | ((found <= 0) & (target > 0)))
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


def calibrate(
    x: ArrayLike,
    totals: ArrayLike,
    start: ArrayLike,
    method: Distance | DistanceName = "linear",
    *,
    spread: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    names: Sequence[str] = (),
    tolerance: float = 1e-9,
    max_iterations: int = 100,
) -> CalibrateResult:
    """Weights nearest to the starting weights that meet totals: Σ d F(x′λ/σ²) x = totals.

    Parameters
    ----------
    x : array_like, shape (n, p)
        Auxiliary variables; linearly dependent columns are allowed when the totals agree.
    totals : array_like, shape (p,)
        Their population totals.
    start : array_like, shape (n,)
        Starting weights d; rows with weight 0 stay at 0.
    method : Distance or {"linear", "raking", "logit"}
        `core.distance.distance(name, lower, upper)` makes a bounded one.
    spread : array_like, shape (n,), optional
        Working variance σ² (R `calibrate(variance=)`); positive.
    cluster : array_like of int, shape (n,), optional
        Rows of one cluster share one factor (R `calibrate(aggregate.stage=)`).
    names : sequence of str, optional
        What each column counts, for the error.
    tolerance : float
        Largest relative miss allowed.
    max_iterations : int
        Newton steps.

    Returns
    -------
    CalibrateResult

    Raises
    ------
    ConvergenceError
        The totals cannot be met: they contradict each other, or the bounds forbid them. The worst is named.

    Notes
    -----
    λ minimises the convex Σ d σ² ∫F - λ′totals (Deville and Särndal 1992; R `calibrate`, `grake`), by
    Newton's method with halved steps.

    Examples
    --------
    >>> got = calibrate([[1, 0], [1, 1], [1, 2]], [30, 36], [10, 10, 10], "raking")
    >>> round(float(got.weight @ [0, 1, 2]), 9)
    36.0
    """
    metric = distance(method) if isinstance(method, str) else method
    xs, target, d = (np.asarray(v, dtype=np.float64) for v in (x, totals, start))
    sigma = np.ones(len(d)) if spread is None else np.asarray(spread, dtype=np.float64)
    if not (sigma[d != 0] > 0).all():
        raise WeightingError(
            "the working variance must be positive.",
            where=f"{counted(int((sigma <= 0).sum()), 'row is', 'rows are')} not",
        )
    if cluster is not None:
        xs = cluster_means(xs, d, np.asarray(cluster, dtype=np.intp))
    factor, steps, gap = _newton(_Problem(xs, target, d, sigma, metric), names, tolerance, max_iterations)
    return CalibrateResult(d * factor, factor, steps, gap)


@dataclass(frozen=True, eq=False)
class CalibrationStep:
    """A calibration that can be repeated from other starting weights (replicates).

    Attributes are those of `calibrate`; `shares` are groups of columns whose totals are shares of the
    starting weight of the rows that have one of them.
    """

    x: Floats
    totals: Floats
    method: Distance
    spread: Floats | None = None
    cluster: Codes | None = None
    names: tuple[str, ...] = ()
    tolerance: float = 1e-9
    shares: tuple[tuple[int, ...], ...] = ()

    @property
    def keeps_df(self) -> bool:
        """Whether replicate designs keep their df (R `calibrate`, but for the linear method without bounds)."""
        return self.method.bounded or self.method.name != "linear"

    def targets(self, start: Floats) -> Floats:
        """Totals for these starting weights."""
        out = self.totals.copy()
        for columns in map(list, self.shares):
            out[columns] *= float(start[self.x[:, columns].any(axis=1)].sum())
        return out

    def solve(self, start: Floats) -> CalibrateResult:
        """Calibrate from these weights."""
        return calibrate(
            self.x, self.targets(start), start, self.method, spread=self.spread, cluster=self.cluster,
            names=self.names, tolerance=self.tolerance,
        )  # fmt: skip

    def __call__(self, start: Floats, /) -> Floats:
        """Calibrated weights."""
        return self.solve(start).weight


@dataclass(frozen=True, eq=False)
class PoststratifyStep:
    """A post-stratification that can be repeated from other starting weights."""

    codes: Codes
    counts: Floats
    partial: bool = False

    def __call__(self, start: Floats, /) -> Floats:
        """Post-stratified weights."""
        return poststratify(self.codes, self.counts, start, partial=self.partial).weight


def calibrate_linear(
    x: ArrayLike, totals: ArrayLike, start: ArrayLike, *, tolerance: float = 1e-9
) -> CalibrateResult:
    """GREG calibration, g = 1 + x′λ (R `calibrate(calfun="linear")`); weights may turn negative."""
    return calibrate(x, totals, start, "linear", tolerance=tolerance)


def calibrate_raking(
    x: ArrayLike,
    totals: ArrayLike,
    start: ArrayLike,
    *,
    tolerance: float = 1e-12,
    max_iterations: int = 100,
) -> CalibrateResult:
    """Exponential calibration, g = exp(x′λ) (R `calibrate(calfun="raking")`)."""
    return calibrate(x, totals, start, "raking", tolerance=tolerance, max_iterations=max_iterations)


@dataclass(frozen=True, eq=False)
class _Problem:
    """Columns scaled to one, so that tolerances and ranks do not hang on units."""

    x: Floats
    totals: Floats
    start: Floats
    sigma: Floats
    metric: Distance

    def scaled(self) -> _Problem:
        unit = np.maximum(np.abs(self.x).max(axis=0), 1e-300)
        return _Problem(self.x / unit, self.totals / unit, self.start, self.sigma, self.metric)

    def factor(self, lam: Floats) -> Floats:
        return self.metric.link(self.x @ lam / self.sigma)

    def miss(self, lam: Floats) -> Floats:
        return np.asarray(self.totals - self.x.T @ (self.start * self.factor(lam)))

    def dual(self, lam: Floats) -> float:
        u = self.x @ lam / self.sigma
        return float((self.start * self.sigma) @ self.metric.potential(u) - lam @ self.totals)

    def step(self, lam: Floats, miss: Floats) -> Floats:
        slope = self.metric.slope(self.x @ lam / self.sigma) * self.start / self.sigma
        hessian = self.x.T @ (self.x * slope[:, None])
        if self.metric.bounded:  # rows at a bound have no slope: a ridge keeps the others moving
            hessian += 1e-10 * (float(np.trace(hessian)) / len(lam) + 1e-300) * np.eye(len(lam))
            return np.asarray(np.linalg.solve(hessian, miss))
        return np.asarray(np.linalg.pinv(hessian, rcond=1e-11, hermitian=True) @ miss)


def _newton(
    problem: _Problem, names: Sequence[str], tolerance: float, max_iterations: int
) -> tuple[Floats, int, float]:
    """Factor, Newton steps and the relative miss; steps are halved while they do not help."""
    scaled = problem.scaled()
    size = np.maximum(np.abs(scaled.totals), np.abs(scaled.start) @ np.abs(scaled.x))
    size = np.where(size > 0, size, 1.0)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # out of reach, λ runs away
        lam, iteration, gap = _descend(scaled, size, max_iterations)
        if not gap <= tolerance:
            _raise_gap(problem, scaled, lam, size, names, iteration)
        return scaled.factor(lam), iteration, gap


def _descend(scaled: _Problem, size: Floats, max_iterations: int) -> tuple[Floats, int, float]:
    """λ, Newton steps and the relative miss."""
    lam = np.zeros(scaled.x.shape[1])
    gap, iteration = float(np.abs(scaled.miss(lam) / size).max()), 0
    while iteration < max_iterations and gap > 0:
        iteration += 1
        miss = scaled.miss(lam)
        step = scaled.step(lam, miss)
        now, along = scaled.dual(lam), float(miss @ step)
        new, new_gap = lam, np.inf
        for halving in range(30):
            new = lam + step / 2**halving
            new_gap = float(np.abs(scaled.miss(new) / size).max())
            if (new_gap < gap < NEAR) or scaled.dual(new) < now - 1e-4 * along / 2**halving:
                break
        else:
            break
        if not (np.isfinite(new_gap) and np.abs(scaled.x @ new / scaled.sigma).max() < FAR):
            break
        lam, gap = new, new_gap
    return lam, iteration, gap


def _raise_gap(
    problem: _Problem, scaled: _Problem, lam: Floats, size: Floats, names: Sequence[str], iterations: int
) -> None:
    relative = np.abs(scaled.miss(lam) / size)
    worst = int(np.argmax(relative))
    reached = float(problem.x[:, worst] @ (problem.start * scaled.factor(lam)))
    name = names[worst] if names else f"column {worst + 1}"
    raise ConvergenceError(
        f"calibration misses its totals by {float(relative.max()):.2g} of their size.",
        where=f"{name}: {reached:.6g} against {problem.totals[worst]:.6g}; {len(size)} totals, {iterations} iterations",
        hint="widen the bounds, or use fewer totals."
        if problem.metric.bounded
        else "check that the totals agree with each other and that each can be reached by the sample.",
    )
