"""Standardised effect sizes of simple samples, with noncentral intervals.

The design-based d_av and h of `core.effects` are for weighted or clustered data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.noncentral import f_noncentrality, t_noncentrality
from survey_analysis.significance.simple.result import EffectSize, known, numbers

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")

Standardiser = Literal["equal", "unequal", "glass"]


def standardised_difference(
    x: ArrayLike,
    y: ArrayLike,
    *,
    variances: Standardiser = "equal",
    corrected: bool = False,
    level: float = 0.95,
) -> EffectSize:
    """Cohen's d of two independent samples, (mean(x) - mean(y)) / s.

    Parameters
    ----------
    variances : {"equal", "unequal", "glass"}
        s is pooled; or the root of the mean of both variances (Welch df); or that of y (Glass' delta).
    corrected : bool
        Hedges' small-sample correction, exact in gamma functions: Hedges' g.

    Notes
    -----
    d = t times the standard error in units of s; the limits are the noncentrality limits of t times the same
    (R `effectsize::cohens_d`, `hedges_g`, `glass_delta`).

    Examples
    --------
    >>> round(standardised_difference([5, 6, 9, 8], [4, 4, 5, 6]).value, 4)
    1.5435
    """
    known("variances", variances, ("equal", "unequal", "glass"))
    a, b = numbers(x, "x", least=2), numbers(y, "y", least=2)
    n1, n2 = len(a), len(b)
    v1, v2 = float(a.var(ddof=1)), float(b.var(ddof=1))
    if variances == "equal":
        df: float = n1 + n2 - 2
        s2 = ((n1 - 1) * v1 + (n2 - 1) * v2) / df
        error = s2 * (1 / n1 + 1 / n2)
    else:
        error = v1 / n1 + v2 / n2
        glass = variances == "glass"
        s2 = v2 if glass else (v1 + v2) / 2
        df = n2 - 1 if glass else error**2 / ((v1 / n1) ** 2 / (n1 - 1) + (v2 / n2) ** 2 / (n2 - 1))
    if not s2 > 0:
        raise EstimationError("everybody gave the same answer: there is no standard deviation.")
    name = {"equal": "Cohen's d", "unequal": "Cohen's d (mean variance)", "glass": "Glass' delta"}[variances]
    if corrected:
        name = name.replace("Cohen's d", "Hedges' g")
    return _from_t(name, float(a.mean() - b.mean()) / s2**0.5, (error / s2) ** 0.5, df, corrected, level)


def standardised_mean(
    x: ArrayLike, *, mu: float = 0.0, corrected: bool = False, level: float = 0.95, name: str = "Cohen's d"
) -> EffectSize:
    """Cohen's d of one sample, (mean - mu) / s; of paired differences it is d_z.

    Examples
    --------
    >>> round(standardised_mean([1, 2, 3, 4], mu=1).value, 4)
    1.1619
    """
    y = numbers(x, "x", least=2)
    s = float(y.std(ddof=1))
    if not s > 0:
        raise EstimationError("everybody gave the same answer: there is no standard deviation.")
    d = (float(y.mean()) - mu) / s
    return _from_t(name, d, len(y) ** -0.5, len(y) - 1, corrected, level)


def _from_t(name: str, d: float, unit: float, df: float, corrected: bool, level: float) -> EffectSize:
    low, high = t_noncentrality(d / unit, df, level)
    scale = unit * (hedges_factor(df) if corrected else 1.0)
    return EffectSize(name, d / unit * scale, low * scale, high * scale, level)


def hedges_factor(df: float) -> float:
    """Hedges' exact small-sample factor, gamma(df/2) / (sqrt(df/2) gamma((df-1)/2)).

    Examples
    --------
    >>> round(hedges_factor(10), 6)
    0.922746
    """
    logs = special.gammaln(df / 2) - special.gammaln((df - 1) / 2) - np.log(df / 2) / 2
    return float(np.exp(logs))


def superiority(d: EffectSize) -> EffectSize:
    """P(a random x is above a random y) of normal answers, Phi(d / sqrt 2) (McGraw & Wong 1992).

    Examples
    --------
    >>> round(superiority(EffectSize("Cohen's d", 0.5)).value, 4)
    0.6382
    """
    return _of(d, "common language effect size", lambda v: float(stats.norm.cdf(v / 2**0.5)))


def cohen_u3(d: EffectSize) -> EffectSize:
    """Share of y below the mean of x, Phi(d), of normal answers with one variance.

    Examples
    --------
    >>> round(cohen_u3(EffectSize("Cohen's d", 0.5)).value, 4)
    0.6915
    """
    return _of(d, "Cohen's U3", lambda v: float(stats.norm.cdf(v)))


def overlap(d: EffectSize) -> EffectSize:
    """Common area of two normal distributions, 2 Phi(-|d| / 2); 1 where the interval of d holds 0.

    Examples
    --------
    >>> round(overlap(EffectSize("Cohen's d", 0.5)).value, 4)
    0.8026
    """

    def area(v: float) -> float:
        return float(2 * stats.norm.cdf(-abs(v) / 2))

    ends = sorted((area(d.low), area(d.high)))
    high = 1.0 if d.low <= 0 <= d.high else ends[1]
    return EffectSize("overlap", area(d.value), ends[0], high, d.level)


def _of(d: EffectSize, name: str, rule: Callable[[float], float]) -> EffectSize:
    return EffectSize(name, rule(d.value), rule(d.low), rule(d.high), d.level)


def explained_variance(f: float, df1: float, df2: float, *, level: float = 0.95) -> tuple[EffectSize, ...]:
    """Eta, omega and epsilon squared and Cohen's f of an F statistic (of one-way ANOVA: of the whole).

    Notes
    -----
    eta² = df1 F / (df1 F + df2); omega² = df1 (F - 1) / (df1 (F - 1) + N), epsilon² = df1 (F - 1) / (df1 F +
    df2), N = df1 + df2 + 1. Limits through the noncentrality L of F: L / (L + df2); those of omega² and
    epsilon² treat the estimate as an eta² of the same df (R `effectsize`; Steiger 2004 divides by L + N).
    Cohen's f = sqrt(eta² / (1 - eta²)).

    Examples
    --------
    >>> [round(e.value, 4) for e in explained_variance(4.0, 3, 50)]
    [0.1935, 0.1429, 0.1452, 0.4899]
    """
    n = df1 + df2 + 1
    eta = df1 * f / (df1 * f + df2)
    gain = df1 * (f - 1)
    values = {
        "eta squared": eta,
        "omega squared": max(0.0, gain / (gain + n)),
        "epsilon squared": max(0.0, gain / (df1 * f + df2)),
    }
    out = []
    for name, value in values.items():
        low, high = f_noncentrality(value / (1 - value) * df2 / df1, df1, df2, level)
        out.append(EffectSize(name, value, low / (low + df2), high / (high + df2), level))
    value, low, high = ((v / (1 - v)) ** 0.5 for v in (out[0].value, out[0].low, out[0].high))
    return (*out, EffectSize("Cohen's f", value, low, high, level))


def rank_biserial(x: ArrayLike, y: ArrayLike, *, paired: bool = False, level: float = 0.95) -> EffectSize:
    """Rank-biserial correlation; for two samples it is Cliff's delta, P(x > y) - P(x < y).

    Parameters
    ----------
    paired : bool
        Matched pairs: (R+ - R-) / (R+ + R-) of the signed ranks, zeros left out (Kerby 2014).

    Notes
    -----
    Interval on Fisher's z with the null standard error of the rank statistic (R `effectsize::rank_biserial`);
    `cliff_delta` has a consistent one.

    Examples
    --------
    >>> round(rank_biserial([1, 2, 5], [0, 1, 2, 3]).value, 4)
    0.3333
    """
    a, b = numbers(x, "x"), numbers(y, "y")
    if paired:
        if len(a) != len(b):
            raise EstimationError(
                "paired answers must be of the same people.", where=f"{len(a)} and {len(b)}"
            )
        gap = (a - b)[a != b]
        m = len(gap)
        if not m:
            raise EstimationError("nobody's answers differ: there is nothing to rank.")
        ranks = stats.rankdata(np.abs(gap))
        r = float((np.sign(gap) * ranks).sum() / ranks.sum())
        se = ((2 * m**3 + 3 * m**2 + m) / 6) ** 0.5 / ((m * m + m) / 2)
    else:
        r = float(np.sign(a[:, None] - b[None, :]).mean())
        se = ((len(a) + len(b) + 1) / (3 * len(a) * len(b))) ** 0.5
    half = float(stats.norm.ppf(0.5 + level / 2)) * se
    if abs(r) == 1:
        return EffectSize("rank-biserial correlation", r, r, r, level)
    z = float(np.arctanh(r))
    return EffectSize(
        "rank-biserial correlation", r, float(np.tanh(z - half)), float(np.tanh(z + half)), level
    )


def cliff_delta(x: ArrayLike, y: ArrayLike, *, level: float = 0.95) -> EffectSize:
    """Cliff's delta, P(x > y) - P(x < y), with his consistent variance and asymmetric interval.

    Notes
    -----
    Cliff (1993); variance and limits in Feng & Cliff (2004), formulas 7 and 9.

    Examples
    --------
    >>> round(cliff_delta([1, 2, 5], [0, 1, 2, 3]).value, 4)
    0.3333
    """
    a, b = numbers(x, "x", least=2), numbers(y, "y", least=2)
    d = np.sign(a[:, None] - b[None, :])
    delta, n, m = float(d.mean()), len(a), len(b)
    rows, columns = d.mean(1) - delta, d.mean(0) - delta
    total = m * m * (rows**2).sum() + n * n * (columns**2).sum() - ((d - delta) ** 2).sum()
    v = float(total) / (m * n * (m - 1) * (n - 1))
    z = float(stats.norm.ppf(0.5 + level / 2))
    half = z * (max(v, 0.0) * ((1 - delta**2) ** 2 + z * z * max(v, 0.0))) ** 0.5
    bottom = 1 - delta**2 + z * z * max(v, 0.0)
    if bottom == 0:
        return EffectSize("Cliff's delta", delta, delta, delta, level)
    centre = delta - delta**3
    return EffectSize("Cliff's delta", delta, (centre - half) / bottom, (centre + half) / bottom, level)
