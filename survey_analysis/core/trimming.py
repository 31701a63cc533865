"""Limits on weights: trim what lies outside and, if asked, hand it to the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey_analysis.core.blocks import Floats
from survey_analysis.errors import ConvergenceError, WeightingError

Rows = NDArray[np.bool_]
MOST_ROUNDS = 1000
AT_LIMIT = 1e-9
"""A weight this close to a limit, relative to it, lies on it: limits are often taken from the weights."""


@dataclass(frozen=True, eq=False)
class TrimResult:
    """Trimmed weights.

    Attributes
    ----------
    weight : ndarray, shape (n,)
    trimmed : int
        Rows that were moved to a limit, in any round.
    moved : float
        Weight taken from (or, negative, given to) the trimmed rows, net.
    rounds : int
    """

    weight: Floats
    trimmed: int
    moved: float
    rounds: int


def trim(
    weight: ArrayLike,
    *,
    lower: float = -np.inf,
    upper: float = np.inf,
    redistribute: bool = True,
    strict: bool = False,
) -> TrimResult:
    """Hold weights between two limits (R `trimWeights`).

    Parameters
    ----------
    weight : array_like, shape (n,)
        Rows with weight 0 are out of the sample and stay 0.
    lower, upper : float
        Smallest and largest weight, in the units of the weights.
    redistribute : bool
        True adds what was taken to the untrimmed weights in equal parts, so that the sum stays; False lets
        the sum change.
    strict : bool
        True repeats until no weight lies outside after the redistribution; False makes one round.

    Raises
    ------
    WeightingError
        A lower limit above the upper one; `strict` without redistribution.
    ConvergenceError
        No weights between the limits have this sum.

    Examples
    --------
    >>> trim([1, 2, 9], upper=6).weight.tolist()
    [2.5, 3.5, 6.0]
    """
    w = np.asarray(weight, dtype=np.float64)
    if not lower < upper:
        raise WeightingError(f"the limits {lower:g} and {upper:g} leave no room for a weight.")
    if strict and not redistribute:
        raise WeightingError("strict trimming repeats the redistribution, and there is none.")
    used, touched = w != 0, np.zeros(len(w), dtype=bool)
    mean = float(w[used].mean()) if used.any() else 0.0
    if strict and not lower <= mean <= upper:
        raise ConvergenceError(
            "no weights between the limits have this sum.",
            where=f"mean weight {mean:.6g}, limits {lower:g} to {upper:g}",
            hint="the mean weight must lie between the limits.",
        )
    new, rounds = w, 0
    outside = used & _beyond(w, lower, upper)
    while outside.any() and rounds < (MOST_ROUNDS if strict else 1):
        rounds += 1
        touched |= outside
        new = _once(new, outside, used, lower, upper, redistribute=redistribute)
        outside = used & _beyond(new, lower, upper)
    moved = float((w - np.clip(w, lower, upper))[used].sum())
    return TrimResult(new, int(touched.sum()), moved, rounds)


def _beyond(w: Floats, lower: float, upper: float) -> Rows:
    low, high = (0.0 if np.isinf(bound) else AT_LIMIT * abs(bound) for bound in (lower, upper))
    return np.asarray((w < lower - low) | (w > upper + high))


def _once(w: Floats, outside: Rows, used: Rows, lower: float, upper: float, *, redistribute: bool) -> Floats:
    cut = np.where(outside, np.clip(w, lower, upper), w)
    free = used & ~outside
    if redistribute and not free.any():
        raise ConvergenceError(
            "every weight lies outside the limits, so nobody can take what is trimmed.",
            where=f"limits {lower:g} to {upper:g}, {int(used.sum())} weights",
            hint="widen the limits, or trim without redistribution.",
        )
    if redistribute:
        cut[free] += float((w - cut).sum()) / int(free.sum())
    return cut


@dataclass(frozen=True)
class TrimStep:
    """Trimming that can be repeated on other weights (replicates), with the same limits."""

    lower: float
    upper: float
    redistribute: bool = True
    strict: bool = False

    def __call__(self, start: Floats, /) -> Floats:
        """Trimmed weights."""
        return trim(
            start, lower=self.lower, upper=self.upper, redistribute=self.redistribute, strict=self.strict
        ).weight
