"""Calibration distances: how far a factor g may move from 1, as a function of u = x′λ / σ².

Each has its link g = F(u), the slope F′ and the potential ∫F, whose sum is the convex function that
calibration minimises (Deville and Särndal 1992). Bounds are limits of the factor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey_analysis.errors import WeightingError

Floats = NDArray[np.float64]
DistanceName = Literal["linear", "raking", "logit"]
MOST = 500.0  # exp() beyond this says nothing any more


@dataclass(frozen=True, eq=False)
class Distance:
    """Factor as a function of u, its slope and its integral.

    Attributes
    ----------
    name : str
    link, slope, potential : callable
        F, F′ and ∫₀F, elementwise.
    bounded : bool
        True when factors have limits, so that some totals are out of reach.
    """

    name: str
    link: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    potential: Callable[[Floats], Floats]
    bounded: bool = False


def distance(name: DistanceName, lower: ArrayLike | None = None, upper: ArrayLike | None = None) -> Distance:
    """Distance by name, with the limits of its factor.

    Parameters
    ----------
    name : {"linear", "raking", "logit"}
        g = 1 + u, exp(u), or the logit that stays between its bounds (R `cal.linear`, `cal.raking`,
        `cal.logit`). Linear and raking with bounds are cut off at them.
    lower, upper : float or array_like, shape (n,), optional
        Limits of the factor, lower < 1 < upper; "logit" needs both.

    Raises
    ------
    WeightingError
        Bounds that do not lie on both sides of 1; logit without bounds; an unknown name.

    Examples
    --------
    >>> d = distance("logit", 0.5, 2)
    >>> d.link(np.array([0.0])).tolist(), d.slope(np.array([0.0])).tolist()
    ([1.0], [1.0])
    """
    if name not in ("linear", "raking", "logit"):
        raise WeightingError(
            f"'{name}' is not a calibration method.", hint='give "linear", "raking" or "logit".'
        )
    if lower is None and upper is None:
        if name == "logit":
            raise WeightingError("logit calibration needs bounds.", hint="give bounds=(0.3, 3), for example.")
        return _LINEAR if name == "linear" else _RAKING
    low = np.asarray(-np.inf if lower is None else lower, dtype=np.float64)
    high = np.asarray(np.inf if upper is None else upper, dtype=np.float64)
    _check(name, low, high)
    if name == "logit":
        return _logit(low, high)
    return _cut(_LINEAR if name == "linear" else _RAKING, low, high)


def _check(name: str, low: Floats, high: Floats) -> None:
    if not ((low < 1) & (high > 1)).all():
        raise WeightingError(
            "bounds of the factor must lie below and above 1.",
            where=f"found {float(low.max()):g} to {float(high.min()):g}",
            hint="calibration starts from factor 1.",
        )
    if name == "logit" and not (np.isfinite(low).all() and np.isfinite(high).all()):
        raise WeightingError("logit calibration needs a lower and an upper bound.")


def _one_plus(u: Floats) -> Floats:
    return 1 + u


def _ones(u: Floats) -> Floats:
    return np.ones_like(u)


def _square(u: Floats) -> Floats:
    return u + u**2 / 2


def _exp(u: Floats) -> Floats:
    return np.asarray(np.exp(np.minimum(u, MOST)))


_LINEAR = Distance("linear", _one_plus, _ones, _square)
_RAKING = Distance("raking", _exp, _exp, _exp)


def _cut(free: Distance, low: Floats, high: Floats) -> Distance:
    """A distance whose factor stops at its bounds; the potential goes on in a straight line there."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = [
            bound - 1 if free.name == "linear" else np.where(bound > 0, np.log(np.maximum(bound, 0)), -np.inf)
            for bound in (low, high)
        ]
    bottom, top = (np.asarray(e, dtype=np.float64) for e in ends)

    def link(u: Floats) -> Floats:
        return np.asarray(np.clip(free.link(np.clip(u, bottom, top)), low, high))

    def slope(u: Floats) -> Floats:
        return np.where((u > bottom) & (u < top), free.slope(np.clip(u, bottom, top)), 0.0)

    def potential(u: Floats) -> Floats:
        inside = np.clip(u, bottom, top)
        return np.asarray(free.potential(inside) + (u - inside) * link(u))

    return Distance(free.name, link, slope, potential, bounded=True)


def _logit(low: Floats, high: Floats) -> Distance:
    """Deville and Särndal (1992), case 6: F = (L(U-1) + U(1-L)e^{Au}) / ((U-1) + (1-L)e^{Au})."""
    a = (high - low) / ((1 - low) * (high - 1))

    def share(u: Floats) -> Floats:
        """(1-L)e^{Au} / ((U-1) + (1-L)e^{Au}), without overflow."""
        odds = np.log((1 - low) / (high - 1)) + a * u
        return np.asarray(np.exp(-np.logaddexp(0.0, -odds)))

    def link(u: Floats) -> Floats:
        return np.asarray(low + (high - low) * share(u))

    def slope(u: Floats) -> Floats:
        p = share(u)
        return np.asarray((high - low) * a * p * (1 - p))

    def potential(u: Floats) -> Floats:
        odds = np.log((1 - low) / (high - 1)) + a * u
        return np.asarray(low * u + (high - low) / a * np.logaddexp(0.0, odds))

    return Distance("logit", link, slope, potential, bounded=True)
