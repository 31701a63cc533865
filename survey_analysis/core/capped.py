"""Raking with a cap on the weights, by Newton's method: fast also where rows lack a target."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import Floats
from survey_analysis.errors import ConvergenceError, WeightingError


@dataclass(frozen=True, eq=False)
class CappedResult:
    """Capped weights and how they were reached.

    Attributes
    ----------
    weight : ndarray, shape (n,)
        min(start * exp(x'λ), cap * mean weight).
    iterations : int
        Newton steps.
    gap : float
        Largest miss of a total, relative to it.
    capped : int
        Rows held at the cap.
    """

    weight: Floats
    iterations: int
    gap: float
    capped: int


def calibrate_capped(
    x: ArrayLike,
    totals: ArrayLike,
    start: ArrayLike,
    cap: float,
    *,
    names: Sequence[str] = (),
    tolerance: float = 1e-10,
    max_iterations: int = 300,
) -> CappedResult:
    """Exponential calibration whose weights are at most `cap` times their mean.

    Parameters
    ----------
    x : array_like, shape (n, p)
        Margin indicators; linearly dependent columns are allowed when the totals agree.
    totals : array_like, shape (p,)
    start : array_like, shape (n,)
        Base weights, positive.
    cap : float
        Largest weight as a multiple of the mean weight of the result.
    names : sequence of str, optional
        What each column counts, for the error.
    tolerance : float
        Largest miss of a total, relative to it.

    Raises
    ------
    WeightingError
        A cap of 1 or less.
    ConvergenceError
        No weights under the cap meet the totals; the worst is named.

    Notes
    -----
    λ minimises the convex Σ h(x′λ) - λ′T with h′ = min(d exp(·), C): the weights that raking and capping in
    turn converge to (Deville and Särndal 1992, case 7 with the lower bound 0), without the slow sweeps.

    Examples
    --------
    >>> x = np.array([[1, 0], [1, 0], [1, 0], [0, 1], [0, 1], [0, 1]])
    >>> calibrate_capped(x, [2, 4], np.array([1, 1, 1, 1, 1, 1]), 1.5).weight.round(6).tolist()
    [0.666667, 0.666667, 0.666667, 1.333333, 1.333333, 1.333333]
    """
    xs, target, d = (np.asarray(v, dtype=np.float64) for v in (x, totals, start))
    if not cap > 1:
        raise WeightingError(f"a cap of {cap:g} times the mean weight cannot hold; it must be above 1.")
    size = np.maximum(np.abs(target), 1e-300)
    lam, weight = np.zeros(xs.shape[1]), d
    steps, gap = 0, np.inf
    while steps < max_iterations:
        ceiling = cap * float(weight.mean())
        lam, taken = _solve(xs, target, d, ceiling, lam, tolerance, max_iterations - steps)
        steps += max(taken, 1)
        weight = _weights(xs, d, lam, ceiling)
        gap = float((np.abs(xs.T @ weight - target) / size).max())
        if gap > tolerance or abs(cap * float(weight.mean()) / ceiling - 1) <= 1e-12:
            break
    if gap > tolerance:
        worst = int(np.argmax(np.abs(xs.T @ weight - target) / size))
        name = names[worst] if names else f"column {worst + 1}"
        raise ConvergenceError(
            f"no weights of at most {cap:g} times their mean meet the targets.",
            where=f"{name}: {float((xs.T @ weight)[worst]):.6g} against {target[worst]:.6g}",
            hint="raise the cap.",
        )
    return CappedResult(weight, steps, gap, int((_latent(xs, d, lam) > ceiling).sum()))


def _latent(x: Floats, d: Floats, lam: Floats) -> Floats:
    """Weights before the cap."""
    return np.asarray(d * np.exp(np.minimum(x @ lam, 500.0)))


def _weights(x: Floats, d: Floats, lam: Floats, ceiling: float) -> Floats:
    return np.minimum(_latent(x, d, lam), ceiling)


def _dual(x: Floats, target: Floats, d: Floats, ceiling: float, lam: Floats) -> float:
    """Value of the convex function whose gradient is the miss; linear where a weight is held."""
    free = _latent(x, d, lam)
    held = ceiling * (1 + x @ lam - np.log(ceiling / d))
    return float(np.where(free < ceiling, free, held).sum() - lam @ target)


def _solve(
    x: Floats, target: Floats, d: Floats, ceiling: float, lam: Floats, tolerance: float, most: int
) -> tuple[Floats, int]:
    """Newton steps for one ceiling, halved until the dual falls (near its floor: until the miss does)."""
    size = np.maximum(np.abs(target), 1e-300)

    def miss_at(point: Floats) -> Floats:
        return np.asarray(target - x.T @ _weights(x, d, point, ceiling))

    for step_number in range(most):
        miss = miss_at(lam)
        gap = float((np.abs(miss) / size).max())
        if gap <= tolerance / 10:
            return lam, step_number
        free = _latent(x, d, lam)
        slope = np.where(free < ceiling, free, 0.0)
        hessian = x.T @ (x * slope[:, None])
        ridge = 1e-10 * float(np.trace(hessian)) / len(target) + 1e-300
        step = np.linalg.solve(hessian + ridge * np.eye(len(target)), miss)
        step *= min(1.0, 5.0 / max(float(np.abs(step).max()), 1e-300))
        now, along = _dual(x, target, d, ceiling, lam), float(miss @ step)
        for halving in range(40):
            new = lam + step / 2**halving
            value = _dual(x, target, d, ceiling, new)
            smaller = float((np.abs(miss_at(new)) / size).max()) < gap
            if value <= now - 1e-4 * along / 2**halving or (smaller and value <= now + 1e-12 * abs(now)):
                break
        else:
            return lam, step_number + 1
        lam = new
    return lam, most
