"""Intraclass correlations of k ratings of the same people, from their means and covariances."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from survey_analysis.core.frame import Floats

FORMS = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")


class MeanSquares(NamedTuple):
    """Between people, within people, between ratings, residual."""

    between: float
    within: float
    ratings: float
    residual: float


class Icc(NamedTuple):
    """One of six forms with its F test and limits."""

    form: str
    value: float
    statistic: float
    df1: float
    df2: float
    p_value: float
    low: float
    high: float


def mean_squares(means: ArrayLike, covariance: ArrayLike, n: float) -> MeanSquares:
    """Mean squares of a two-way layout of n people and k ratings.

    Parameters
    ----------
    means : array_like, shape (k,)
    covariance : array_like, shape (k, k)
        With the divisor n - 1.
    n : float
        People.
    """
    m, c = np.asarray(means, dtype=np.float64), np.asarray(covariance, dtype=np.float64)
    k = len(m)
    between = float(c.sum()) / k
    residual = (float(np.trace(c)) - between) / (k - 1)
    ratings = n * float(((m - m.mean()) ** 2).sum()) / (k - 1)
    within = ((n - 1) * (k - 1) * residual + (k - 1) * ratings) / (n * (k - 1))
    return MeanSquares(between, within, ratings, residual)


def icc_values(means: ArrayLike, covariance: ArrayLike, n: float) -> Floats:
    """The six forms, in the order of `FORMS`.

    Notes
    -----
    Shrout and Fleiss (1979), McGraw and Wong (1996): one-way, two-way with ratings drawn at random, two-way
    with these ratings only; each for one rating and for the mean of k.
    """
    s, k = mean_squares(means, covariance, n), len(np.asarray(means))
    b, w, j, e = s.between, s.within, s.ratings, s.residual
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.array(
            [
                np.divide(b - w, b + (k - 1) * w),
                np.divide(b - e, b + (k - 1) * e + k * (j - e) / n),
                np.divide(b - e, b + (k - 1) * e),
                np.divide(b - w, b),
                np.divide(b - e, b + (j - e) / n),
                np.divide(b - e, b),
            ]
        )


def icc_classical(means: ArrayLike, covariance: ArrayLike, n: int, *, level: float = 0.95) -> list[Icc]:
    """All six forms with F and limits for a simple sample of n people.

    Notes
    -----
    F-based limits of Shrout and Fleiss (1979), Satterthwaite's for ICC2; R `psych::ICC(lmer = FALSE)`.

    Examples
    --------
    >>> rows = icc_classical([2.0, 3.0], [[1.0, 0.6], [0.6, 1.0]], 50)
    >>> [round(r.value, 3) for r in rows]
    [0.284, 0.402, 0.6, 0.443, 0.574, 0.75]
    """
    s, k = mean_squares(means, covariance, n), len(np.asarray(means))
    values = icc_values(means, covariance, n)
    tail = 1 - (1 - level) / 2
    one = (s.between / s.within, n - 1.0, n * (k - 1.0))
    two = (s.between / s.residual, n - 1.0, (n - 1.0) * (k - 1))
    limits = {
        "ICC1": _limits(one, k, tail),
        "ICC2": _limits_of_two(s, float(values[1]), n, k, tail),
        "ICC3": _limits(two, k, tail),
    }
    out = []
    for form, value in zip(FORMS, values, strict=True):
        f, df1, df2 = one if "1" in form else two
        low, high = limits[form[:4]]
        if form.endswith("k"):
            low, high = (k * x / (1 + (k - 1) * x) for x in (low, high))
        out.append(Icc(form, float(value), f, df1, df2, float(stats.f.sf(f, df1, df2)), low, high))
    return out


def _limits(test: tuple[float, float, float], k: int, tail: float) -> tuple[float, float]:
    f, df1, df2 = test
    low, high = f / stats.f.ppf(tail, df1, df2), f * stats.f.ppf(tail, df2, df1)
    return float((low - 1) / (low + k - 1)), float((high - 1) / (high + k - 1))


def _limits_of_two(s: MeanSquares, value: float, n: int, k: int, tail: float) -> tuple[float, float]:
    ratio = s.ratings / s.residual
    rest = n * (1 + (k - 1) * value) - k * value
    df = (k - 1) * (n - 1) * (k * value * ratio + rest) ** 2
    df /= (n - 1) * k**2 * value**2 * ratio**2 + rest**2
    up, down = stats.f.ppf(tail, n - 1, df), stats.f.ppf(tail, df, n - 1)
    spread = k * s.ratings + (k * n - k - n) * s.residual
    low = n * (s.between - up * s.residual) / (up * spread + n * s.between)
    high = n * (down * s.between - s.residual) / (spread + n * down * s.between)
    return float(low), float(high)
