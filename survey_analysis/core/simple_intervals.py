"""Intervals of counts: one proportion, a difference of two, of a pair, and a Poisson rate.

For simple samples only: every person counts once. A weighted or clustered share takes `core.intervals`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy import optimize, special

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")

Limits = tuple[float, float]
OneProportion = Literal[
    "wald",
    "wald-corrected",
    "wilson",
    "wilson-corrected",
    "agresti-coull",
    "clopper-pearson",
    "jeffreys",
    "logit",
    "arcsine",
    "mid-p",
]
TwoProportions = Literal["wald", "wald-corrected", "newcombe", "agresti-caffo"]
PairedProportions = Literal["wald", "newcombe", "bonett-price"]


def one_proportion(x: float, n: float, *, level: float = 0.95, method: OneProportion = "wilson") -> Limits:
    """Interval of a proportion x / n.

    Parameters
    ----------
    x, n : float
        Those with the answer, and all; effective counts where a design effect is assumed.
    level : float
    method : str
        "wald" p +- z sqrt(pq/n); "wald-corrected" with 1/(2n) added; "wilson" the inverted score test
        (Wilson 1927), "wilson-corrected" that of the corrected one (R `prop.test`); "agresti-coull" Wald
        around the Wilson centre (1998); "clopper-pearson" the inverted exact test (1934; R `binom.test`);
        "mid-p" the same with half of P(X = x); "jeffreys" the beta posterior, open at 0 and n (Brown, Cai &
        DasGupta 2001); "logit" Wald on the logit; "arcsine" with Anscombe's (1948) 3/8.

    Returns
    -------
    (low, high) : float
        "wald" and "agresti-coull" may leave 0 to 1; "logit" is NaN on the side where it is not defined.

    Raises
    ------
    EstimationError
        x is not within 0..n, or an unknown method.

    Examples
    --------
    >>> [round(v, 4) for v in one_proportion(7, 20, method="wilson")]
    [0.1812, 0.5671]
    """
    _check(x, n, level)
    return _pick(_ONE, method)(float(x), float(n), level)


def two_proportions(
    x1: float, n1: float, x2: float, n2: float, *, level: float = 0.95, method: TwoProportions = "newcombe"
) -> Limits:
    """Interval of a difference x1/n1 - x2/n2 of independent samples.

    Parameters
    ----------
    x1, n1, x2, n2 : float
    level : float
    method : {"newcombe", "agresti-caffo", "wald", "wald-corrected"}
        "newcombe" squares the distances to both Wilson limits (Newcombe 1998, method 10); "agresti-caffo"
        adds one success and one failure to each (2000); "wald-corrected" is that of R `prop.test`.

    Examples
    --------
    >>> [round(v, 4) for v in two_proportions(3, 14, 9, 17)]
    [-0.5658, 0.0265]
    """
    _check(x1, n1, level)
    _check(x2, n2, level)
    return _pick(_TWO, method)((float(x1), float(n1)), (float(x2), float(n2)), level)


def paired_proportions(
    a: float, b: float, c: float, d: float, *, level: float = 0.95, method: PairedProportions = "bonett-price"
) -> Limits:
    """Interval of the difference of two shares of the same people, (b - c) / n.

    Parameters
    ----------
    a, b, c, d : float
        People with both, only the first, only the second, neither.
    level : float
    method : {"bonett-price", "newcombe", "wald"}
        "bonett-price" adds one to b and c (2012); "newcombe" is his method 10 for pairs with the corrected
        phi (1998).

    Examples
    --------
    >>> [round(v, 4) for v in paired_proportions(10, 9, 3, 8, method="newcombe")]
    [-0.0264, 0.3975]
    """
    _check(b + c, a + b + c + d, level)
    return _pick(_PAIRED, method)((a, b, c, d), level)


def poisson_rate(x: int, exposure: float, *, level: float = 0.95) -> Limits:
    """Exact interval of a rate x / exposure (Garwood 1936; R `poisson.test`).

    Examples
    --------
    >>> [round(v, 4) for v in poisson_rate(37, 12)]
    [2.171, 4.25]
    """
    if x < 0 or exposure <= 0:
        raise EstimationError("a count below 0 or no exposure.", where=f"x = {x}, exposure = {exposure}")
    alpha = _alpha(level)
    low = float(special.chdtri(2 * x, 1 - alpha / 2)) / 2 if x else 0.0
    return low / exposure, float(special.chdtri(2 * x + 2, alpha / 2)) / 2 / exposure


def _pick(rules: dict[str, Callable[..., Limits]], method: str) -> Callable[..., Limits]:
    if method not in rules:
        raise EstimationError(f"no interval '{method}'.", hint=f"known: {', '.join(rules)}.")
    return rules[method]


def _alpha(level: float) -> float:
    if not 0 < level < 1:
        raise EstimationError(f"level = {level} is not between 0 and 1.")
    return 1 - level


def _check(x: float, n: float, level: float) -> None:
    _alpha(level)
    if not 0 <= x <= n or n < 1:
        raise EstimationError("a count is not within its base.", where=f"x = {x}, n = {n}")


def _z(level: float) -> float:
    return float(special.ndtri(0.5 + level / 2))


def _around(centre: float, half: float) -> Limits:
    return centre - half, centre + half


def _wald(x: float, n: float, level: float) -> Limits:
    p = x / n
    return _around(p, _z(level) * (p * (1 - p) / n) ** 0.5)


def _wald_corrected(x: float, n: float, level: float) -> Limits:
    low, high = _wald(x, n, level)
    return low - 0.5 / n, high + 0.5 / n


def _wilson(x: float, n: float, level: float) -> Limits:
    p, z2 = x / n, _z(level) ** 2
    low, high = _around(p + z2 / (2 * n), (z2 * (p * (1 - p) / n + z2 / (4 * n * n))) ** 0.5)
    scale = 1 + z2 / n
    return (0.0 if x == 0 else low / scale), (1.0 if x == n else high / scale)


def _wilson_corrected(x: float, n: float, level: float) -> Limits:
    z2, correction = _z(level) ** 2, min(0.5, abs(x - n / 2))  # R shrinks the correction, never past 1/2
    out = []
    for sign in (-1, 1):
        p = (x + sign * correction) / n
        root = (z2 * (p * (1 - p) / n + z2 / (4 * n * n))) ** 0.5
        out.append((p + z2 / (2 * n) + sign * root) / (1 + z2 / n))
    return (0.0 if x == 0 else max(out[0], 0.0)), (1.0 if x == n else min(out[1], 1.0))


def _agresti_coull(x: float, n: float, level: float) -> Limits:
    z2 = _z(level) ** 2
    return _wald(x + z2 / 2, n + z2, level)


def _clopper_pearson(x: float, n: float, level: float) -> Limits:
    a = (1 - level) / 2
    low = float(special.betaincinv(x, n - x + 1, a)) if x else 0.0
    return low, float(special.betainccinv(x + 1, n - x, a)) if x < n else 1.0


def _jeffreys(x: float, n: float, level: float) -> Limits:
    a = (1 - level) / 2
    low = float(special.betaincinv(x + 0.5, n - x + 0.5, a)) if x else 0.0
    return low, float(special.betainccinv(x + 0.5, n - x + 0.5, a)) if x < n else 1.0


def _logit(x: float, n: float, level: float) -> Limits:
    if x in (0, n):
        return (0.0, float("nan")) if x == 0 else (float("nan"), 1.0)
    low, high = _around(float(special.logit(x / n)), _z(level) / (x * (n - x) / n) ** 0.5)
    return float(special.expit(low)), float(special.expit(high))


def _arcsine(x: float, n: float, level: float) -> Limits:
    low, high = _around(float(np.arcsin(((x + 0.375) / (n + 0.75)) ** 0.5)), _z(level) / (2 * n**0.5))
    return float(np.sin(max(low, 0.0)) ** 2), float(np.sin(min(high, np.pi / 2)) ** 2)


def _mid_p(x: float, n: float, level: float) -> Limits:
    a = (1 - level) / 2

    def below(p: float) -> float:
        return float(stats.binom.cdf(x - 1, n, p) + 0.5 * stats.binom.pmf(x, n, p)) - a

    def above(p: float) -> float:
        return float(stats.binom.sf(x, n, p) + 0.5 * stats.binom.pmf(x, n, p)) - a

    p = x / n
    low = 0.0 if x == 0 else _root(above, 0.0, p)
    return low, (1.0 if x == n else _root(below, p, 1.0))


def _root(f: Callable[[float], float], low: float, high: float) -> float:
    return float(optimize.brentq(f, low, high, xtol=1e-15, rtol=8.9e-16))


_ONE: dict[str, Callable[..., Limits]] = dict(
    zip(
        get_args(OneProportion),
        (
            _wald,
            _wald_corrected,
            _wilson,
            _wilson_corrected,
            _agresti_coull,
            _clopper_pearson,
            _jeffreys,
            _logit,
            _arcsine,
            _mid_p,
        ),
        strict=True,
    )
)

Count = tuple[float, float]


def _difference_wald(first: Count, second: Count, level: float) -> Limits:
    (x1, n1), (x2, n2) = first, second
    p1, p2 = x1 / n1, x2 / n2
    return _around(p1 - p2, _z(level) * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) ** 0.5)


def _difference_corrected(first: Count, second: Count, level: float) -> Limits:
    (x1, n1), (x2, n2) = first, second
    inverse = 1 / n1 + 1 / n2
    correction = min(0.5, abs(x1 / n1 - x2 / n2) / inverse) * inverse
    low, high = _difference_wald(first, second, level)
    return max(low - correction, -1.0), min(high + correction, 1.0)


def _newcombe(first: Count, second: Count, level: float) -> Limits:
    p1, p2 = first[0] / first[1], second[0] / second[1]
    (l1, u1), (l2, u2) = _wilson(*first, level), _wilson(*second, level)
    d = p1 - p2
    return d - float(np.hypot(p1 - l1, u2 - p2)), d + float(np.hypot(u1 - p1, p2 - l2))


def _agresti_caffo(first: Count, second: Count, level: float) -> Limits:
    return _difference_wald((first[0] + 1, first[1] + 2), (second[0] + 1, second[1] + 2), level)


_TWO: dict[str, Callable[..., Limits]] = {
    "wald": _difference_wald,
    "wald-corrected": _difference_corrected,
    "newcombe": _newcombe,
    "agresti-caffo": _agresti_caffo,
}

Fourfold = tuple[float, float, float, float]


def _paired_wald(t: Fourfold, level: float) -> Limits:
    n = sum(t)
    d = (t[1] - t[2]) / n
    return _around(d, _z(level) * (t[1] + t[2] - n * d * d) ** 0.5 / n)


def _bonett_price(t: Fourfold, level: float) -> Limits:
    n = sum(t) + 2
    p, q = (t[1] + 1) / n, (t[2] + 1) / n
    return _around(p - q, _z(level) * ((p + q - (p - q) ** 2) / n) ** 0.5)


def _paired_newcombe(t: Fourfold, level: float) -> Limits:
    a, b, c, d = t
    n = a + b + c + d
    p1, p2 = (a + b) / n, (a + c) / n
    (l1, u1), (l2, u2) = _wilson(a + b, n, level), _wilson(a + c, n, level)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    cross = a * d - b * c
    phi = 0.0 if margins == 0 else (max(cross - n / 2, 0.0) if cross > 0 else cross) / margins**0.5
    dl, du, el, eu = p1 - l1, u1 - p1, p2 - l2, u2 - p2
    low = (dl * dl - 2 * phi * dl * eu + eu * eu) ** 0.5
    high = (du * du - 2 * phi * du * el + el * el) ** 0.5
    return p1 - p2 - low, p1 - p2 + high


_PAIRED: dict[str, Callable[..., Limits]] = {
    "wald": _paired_wald,
    "newcombe": _paired_newcombe,
    "bonett-price": _bonett_price,
}
