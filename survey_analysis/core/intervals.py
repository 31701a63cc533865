"""Intervals for shares, means and totals from an estimate, its variance and its degrees of freedom.

At a share of 0 or 1 one rule holds whatever method was asked: Korn-Graubard limits with
n* = min(n, effective n) (t_{n-1} / t_df)². R gives NaN, or limits of a fit that did not converge
(statistics 2.7).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from survey_analysis.core.frame import Floats
from survey_analysis.errors import EstimationError

ShareMethod = Literal[
    "logit",
    "xlogit",
    "wilson",
    "korn-graubard",
    "beta",
    "korn-graubard-truncated",
    "asin",
    "t",
    "likelihood",
    "clopper-pearson",
    "agresti-coull",
]
BOUNDARY = "korn-graubard (0/100% rule)"


class Interval(NamedTuple):
    """Limits and the method really used, each in the shape of the estimates."""

    low: Floats
    high: Floats
    method: NDArray[np.str_]


class _Input(NamedTuple):
    p: Floats
    variance: Floats
    t: Floats
    df: Floats
    alpha: float
    n: Floats


MANY = 30
"""Degrees of freedom above which equal ones are looked for before their quantiles are."""


def t_quantile(probability: ArrayLike, df: ArrayLike) -> Floats:
    """Student t quantile; infinite df is the normal, df of 0 or less gives NaN."""
    if (
        np.ndim(probability) == 0 and np.size(df) > MANY
    ):  # the lines of a table share their degrees of freedom
        different, place = np.unique(np.asarray(df, dtype=np.float64), return_inverse=True)
        if len(different) < np.size(df):
            return np.asarray(
                t_quantile(np.full(len(different), probability), different)[place].reshape(np.shape(df))
            )
    q, nu = np.broadcast_arrays(np.asarray(probability, dtype=np.float64), np.asarray(df, dtype=np.float64))
    usable = np.isfinite(nu) & (nu > 0)
    safe = np.where(usable, nu, 1.0)
    # the incomplete beta inverse is exact to the last digits in every scipy; stdtrit was not always
    share = special.betaincinv(0.5, safe / 2, np.abs(2 * q - 1))
    t = np.sign(q - 0.5) * np.sqrt(safe * share / (1 - share))
    return np.asarray(np.where(usable, t, np.where(nu == np.inf, special.ndtri(q), np.nan)))


def t_interval(
    theta: ArrayLike, variance: ArrayLike, df: ArrayLike, level: float = 0.95
) -> tuple[Floats, Floats]:
    """Interval theta ± t_df SE, for means, totals, ratios and differences.

    Examples
    --------
    >>> low, high = t_interval(3.2, 0.01, np.inf)
    >>> round(float(low), 3), round(float(high), 3)
    (3.004, 3.396)
    """
    half = t_quantile(0.5 + _level(level) / 2, df) * np.sqrt(np.asarray(variance, dtype=np.float64))
    centre = np.asarray(theta, dtype=np.float64)
    return centre - half, centre + half


def interval(
    p: ArrayLike,
    variance: ArrayLike,
    df: ArrayLike,
    *,
    n: ArrayLike,
    n_effective: ArrayLike,
    level: float = 0.95,
    method: ShareMethod = "logit",
) -> Interval:
    """Interval of a share.

    Parameters
    ----------
    p, variance, df : array_like
        Share (0 to 1), its design variance and degrees of freedom (of the domain).
    n, n_effective : array_like
        Unweighted base and Kish effective base. R takes the rows of the design for n.
    level : float
        Between 0 and 1.
    method : str
        "logit" (also "xlogit"): expit(logit p ± t SE / pq). "wilson": score interval with p q / V as base.
        "korn-graubard" (also "beta"): Clopper-Pearson with the df-adjusted effective base, not truncated (R);
        "korn-graubard-truncated" holds the effective base at n (NCHS). "asin": arcsine square root.
        "t": p ± t SE. With p q / V as base, not adjusted for df: "likelihood", every share whose signed root of
        the pseudo-likelihood ratio is within t (R `svyciprop(method="likelihood")`); "clopper-pearson", exact
        binomial limits; "agresti-coull", the t interval after t²/2 successes and failures are added, within 0
        and 1.

    Returns
    -------
    Interval
        Arrays in the broadcast shape. `method` names the rule when p is 0 or 1. A share without variance
        (a raked margin) has both limits equal to p; no degrees of freedom give NaN.

    Notes
    -----
    R `svyciprop`; Korn and Graubard (1998); Rao and Scott (1984) for the scaled likelihood ratio; Brown, Cai and
    DasGupta (2001) for Agresti-Coull. Shares outside 0..1 cannot occur and are refused.

    Examples
    --------
    >>> got = interval(0.0, 0.0, 399, n=400, n_effective=243)
    >>> round(float(got.high), 4), str(got.method)
    (0.0151, 'korn-graubard (0/100% rule)')
    """
    if method not in _METHODS:
        raise EstimationError(
            f"no interval method '{method}'.", hint=f"known: {', '.join(get_args(ShareMethod))}."
        )
    arrays = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (p, variance, df, n, n_effective))
    )
    share, v, nu, base, effective = arrays
    if ((share < -1e-9) | (share > 1 + 1e-9)).any():
        raise EstimationError(
            "a share lies outside 0 to 1.", where=f"from {share.min():g} to {share.max():g}"
        )
    alpha = 1 - _level(level)
    edge = (share <= 1e-12) | (share >= 1 - 1e-12)
    inner = ~edge & (v > 0)
    safe = _Input(
        np.where(inner, share, 0.5), np.where(inner, v, 1.0), t_quantile(1 - alpha / 2, nu), nu, alpha, base
    )
    low, high = _METHODS[method](safe)
    still = ~inner & (v == 0)
    low, high = (np.where(inner, x, np.where(still, share, np.nan)) for x in (low, high))
    edge_low, edge_high = _boundary(np.round(share), nu, alpha, base, effective)
    low, high = np.where(edge, edge_low, low), np.where(edge, edge_high, high)
    return Interval(low, high, np.where(edge, BOUNDARY, method))


def _logit(s: _Input) -> tuple[Floats, Floats]:
    half = s.t * np.sqrt(s.variance) / (s.p * (1 - s.p))
    return special.expit(special.logit(s.p) - half), special.expit(special.logit(s.p) + half)


def _wilson(s: _Input) -> tuple[Floats, Floats]:
    n, t2 = s.p * (1 - s.p) / s.variance, s.t**2
    centre = s.p + t2 / (2 * n)
    half = s.t / (2 * n) * np.sqrt(4 * n * s.p * (1 - s.p) + t2)
    return (centre - half) / (1 + t2 / n), (centre + half) / (1 + t2 / n)


def _korn_graubard(s: _Input) -> tuple[Floats, Floats]:
    return _clopper_pearson(s.p, s.p * (1 - s.p) / s.variance * _df_factor(s.n, s.df, s.alpha), s.alpha)


def _korn_graubard_truncated(s: _Input) -> tuple[Floats, Floats]:
    effective = s.p * (1 - s.p) / s.variance * _df_factor(s.n, s.df, s.alpha)
    return _clopper_pearson(s.p, np.minimum(effective, s.n), s.alpha)


def _asin(s: _Input) -> tuple[Floats, Floats]:
    angle = np.arcsin(np.sqrt(s.p))
    half = s.t * np.sqrt(s.variance) / (2 * np.sqrt(s.p * (1 - s.p)))
    low, high = np.maximum(angle - half, 0.0), np.minimum(angle + half, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2


def _likelihood(s: _Input) -> tuple[Floats, Floats]:
    """Shares x with 2 n* [p log(p/x) + q log(q/(1 - x))] = t²; halving on the logit scale.

    n* = p q / V (n - 1)/n: R divides the deviance by the quasi-binomial dispersion, n/(n - 1), and V not.
    """
    n, centre = s.p * (1 - s.p) / s.variance * (1 - 1 / s.n), special.logit(s.p)
    reach = s.t**2 / (2 * n * np.minimum(s.p, 1 - s.p)) + 2 * s.t / np.sqrt(n * s.p * (1 - s.p)) + 2
    limits = []
    for sign in (-1.0, 1.0):
        near, far = centre, centre + sign * reach
        for _ in range(_HALVINGS):
            middle = (near + far) / 2
            x = special.expit(middle)
            ratio = 2 * n * (special.rel_entr(s.p, x) + special.rel_entr(1 - s.p, 1 - x))
            near, far = np.where(ratio < s.t**2, middle, near), np.where(ratio < s.t**2, far, middle)
        limits.append(np.where(np.isfinite(s.t), special.expit((near + far) / 2), np.nan))
    return limits[0], limits[1]


def _clopper_pearson_design(s: _Input) -> tuple[Floats, Floats]:
    low, high = _clopper_pearson(s.p, s.p * (1 - s.p) / s.variance, s.alpha)
    known = np.isfinite(s.t)  # without degrees of freedom V says nothing
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _agresti_coull(s: _Input) -> tuple[Floats, Floats]:
    n, t2 = s.p * (1 - s.p) / s.variance, s.t**2
    p = (n * s.p + t2 / 2) / (n + t2)
    half = s.t * np.sqrt(p * (1 - p) / (n + t2))
    return np.maximum(p - half, 0.0), np.minimum(p + half, 1.0)


def _t(s: _Input) -> tuple[Floats, Floats]:
    half = s.t * np.sqrt(s.variance)
    return s.p - half, s.p + half


_METHODS: dict[str, Callable[[_Input], tuple[Floats, Floats]]] = {
    "logit": _logit,
    "xlogit": _logit,
    "wilson": _wilson,
    "korn-graubard": _korn_graubard,
    "beta": _korn_graubard,
    "korn-graubard-truncated": _korn_graubard_truncated,
    "asin": _asin,
    "t": _t,
    "likelihood": _likelihood,
    "clopper-pearson": _clopper_pearson_design,
    "agresti-coull": _agresti_coull,
}
_HALVINGS = 80  # more than the digits of a double


def _df_factor(n: Floats, df: Floats, alpha: float) -> Floats:
    return (t_quantile(1 - alpha / 2, n - 1) / t_quantile(1 - alpha / 2, df)) ** 2


def _clopper_pearson(p: Floats, n: Floats, alpha: float) -> tuple[Floats, Floats]:
    x = n * p
    low, high = special.betaincinv(x, n - x + 1, alpha / 2), special.betaincinv(x + 1, n - x, 1 - alpha / 2)
    return np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)


def _boundary(p: Floats, df: Floats, alpha: float, n: Floats, effective: Floats) -> tuple[Floats, Floats]:
    """Limits at 0 and 1: one is the boundary itself, the other α/2^(1/n*) from it."""
    star = np.minimum(n, effective) * _df_factor(n, df, alpha)
    with np.errstate(divide="ignore", invalid="ignore"):
        far = -np.expm1(np.log(alpha / 2) / star)
    known, full = np.isfinite(star) & (star > 0), p == 1
    low, high = np.where(full, 1 - far, 0.0), np.where(full, 1.0, far)
    return np.asarray(np.where(known, low, np.nan)), np.asarray(np.where(known, high, np.nan))


def _level(level: float) -> float:
    if not 0 < level < 1:
        raise EstimationError(
            f"a level of {level:g} is not between 0 and 1.", hint="write 0.95 for 95 percent."
        )
    return level
