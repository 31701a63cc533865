"""Intervals of noncentrality: the parameters under which the statistic seen is just not surprising.

Steiger & Fouladi (1997): solve F(statistic; ncp) = 1 - alpha/2 and alpha/2. Effect sizes are functions of the
noncentrality, so their limits follow.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from scipy import optimize

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily

if TYPE_CHECKING:
    from scipy import integrate, stats
else:
    integrate = Lazily("scipy.integrate")
    stats = Lazily("scipy.stats")

Limits = tuple[float, float]


def t_noncentrality(t: float, df: float, level: float = 0.95) -> Limits:
    """Limits of the noncentrality of a t statistic.

    Examples
    --------
    >>> [round(v, 3) for v in t_noncentrality(2.5, 30)]
    [0.422, 4.54]
    """

    def cdf(ncp: float) -> float:
        if ncp == 0:
            return float(stats.t.cdf(t, df))
        found = float(stats.nct.cdf(t, df, ncp))
        return found if np.isfinite(found) else _nct(t, df, ncp)

    tail, step = _tail(level), 1.0
    while cdf(t - step) < 1 - tail:
        step *= 2
    low, step = t - step, 1.0
    while cdf(t + step) > tail:
        step *= 2
    return _solve(cdf, 1 - tail, low, t + step), _solve(cdf, tail, low, t + step)


def _nct(t: float, df: float, ncp: float) -> float:
    """Noncentral t by its definition, where the library's series has no value: mean of Phi(t s - ncp)."""

    def part(q: float) -> float:
        return float(stats.norm.cdf(t * (stats.chi2.ppf(q, df) / df) ** 0.5 - ncp))

    return float(integrate.quad(part, 0, 1, limit=200)[0])


def f_noncentrality(f: float, df1: float, df2: float, level: float = 0.95) -> Limits:
    """Limits of the noncentrality of an F statistic, at least 0.

    Examples
    --------
    >>> [round(v, 3) for v in f_noncentrality(4.0, 3, 50)]
    [0.578, 28.027]
    """
    return _from_zero(
        lambda ncp: float(stats.ncf.cdf(f, df1, df2, ncp) if ncp > 0 else stats.f.cdf(f, df1, df2)), level
    )


def chi2_noncentrality(statistic: float, df: float, level: float = 0.95) -> Limits:
    """Limits of the noncentrality of a chi-square statistic, at least 0.

    Examples
    --------
    >>> [round(v, 3) for v in chi2_noncentrality(20.0, 6)]
    [2.619, 35.348]
    """
    return _from_zero(
        lambda ncp: float(stats.ncx2.cdf(statistic, df, ncp) if ncp > 0 else stats.chi2.cdf(statistic, df)),
        level,
    )


def _tail(level: float) -> float:
    if not 0 < level < 1:
        raise EstimationError(f"level = {level} is not between 0 and 1.")
    return (1 - level) / 2


def _from_zero(cdf: Callable[[float], float], level: float) -> Limits:
    tail = _tail(level)
    out = []
    for wanted in (1 - tail, tail):
        if cdf(0.0) <= wanted:
            out.append(0.0)
            continue
        high = 1.0
        while cdf(high) > wanted:
            high *= 2
        out.append(_solve(cdf, wanted, 0.0, high))
    return out[0], out[1]


def _solve(cdf: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    return float(optimize.brentq(lambda v: cdf(v) - wanted, low, high, xtol=1e-12, rtol=8.9e-16))
