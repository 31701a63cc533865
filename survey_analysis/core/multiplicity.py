"""Adjusted p values for a family of tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import Floats
from survey_analysis.errors import EstimationError

Adjustment = Literal["none", "bonferroni", "sidak", "holm", "holm-sidak", "hochberg", "hommel", "bh", "by"]


def adjust(p: ArrayLike, method: Adjustment = "holm") -> Floats:
    """Adjust p values for the number of tests made.

    Parameters
    ----------
    p : array_like
        Raw p values of the whole family, printed or not. NaN is a test that was not made: it stays NaN and
        does not count.
    method : {"none", "bonferroni", "sidak", "holm", "holm-sidak", "hochberg", "hommel", "bh", "by"}
        "bonferroni" and "holm" control the chance of one false finding under any dependence; "sidak",
        "holm-sidak", "hochberg" and "hommel" gain a little when the tests are independent or positively
        dependent; "bh" (Benjamini-Hochberg) controls the share of false findings, "by"
        (Benjamini-Yekutieli) that share under any dependence.

    Returns
    -------
    ndarray
        In the order and shape of `p`; R `p.adjust` ("sidak" and "holm-sidak" are not in R: statsmodels
        `multipletests`).

    Raises
    ------
    EstimationError
        An unknown method, or a p value outside 0 to 1.

    Notes
    -----
    With p_(1) <= ... <= p_(m): Holm max_{j<=i} (m-j+1) p_(j), Hochberg min_{j>=i} (m-j+1) p_(j), BH
    min_{j>=i} m p_(j)/j (statistics 2.16). Hommel (1988) is the closed test of Simes' p values: the largest
    of min_{j in I} |I| p_(j)/rank over all index sets I that hold the hypothesis.

    Examples
    --------
    >>> adjust([0.01, float("nan"), 0.04, 0.03], "holm").round(6).tolist()
    [0.03, nan, 0.06, 0.06]
    """
    if method not in _RULES:
        raise EstimationError(f"no adjustment '{method}'.", hint=f"known: {', '.join(get_args(Adjustment))}.")
    raw = np.asarray(p, dtype=np.float64)
    made = ~np.isnan(raw)
    if ((raw[made] < 0) | (raw[made] > 1)).any():
        raise EstimationError("a p value lies outside 0 to 1.")
    order = np.argsort(raw[made], kind="stable")
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(_RULES[method](raw[made][order]), 1.0)
    out = np.full(raw.shape, np.nan)
    out[made] = adjusted
    return out


def _holm(p: Floats) -> Floats:
    return np.asarray(np.maximum.accumulate(np.arange(len(p), 0, -1) * p))


def _bh(p: Floats) -> Floats:
    m = len(p)
    return np.asarray(np.minimum.accumulate((m / np.arange(1, m + 1) * p)[::-1])[::-1])


def _by(p: Floats) -> Floats:
    return _bh(p * float((1 / np.arange(1, len(p) + 1)).sum()))


def _hochberg(p: Floats) -> Floats:
    return np.asarray(np.minimum.accumulate((np.arange(len(p), 0, -1) * p)[::-1])[::-1])


def _sidak(p: Floats, tests: ArrayLike) -> Floats:
    return np.asarray(-np.expm1(np.asarray(tests) * np.log1p(-np.minimum(p, 1 - 1e-16))))


def _hommel(p: Floats) -> Floats:
    """Closure of Simes tests; for a set of size k the worst holds the largest k - 1 others.

    For p_i the candidate sets of size k are {i} and the k - 1 largest: the Simes p value of the k largest,
    or k p_i if i is below them (then i has rank 1), whichever is less.
    """
    m = len(p)
    out = p.copy()
    for k in range(2, m + 1):
        low, top = np.arange(m - k + 1), np.arange(m - k + 1, m)
        others = float((k * p[top] / np.arange(2, k + 1)).min())  # ranks 2..k of the k - 1 largest
        out[low] = np.maximum(out[low], np.minimum(k * p[low], others))
        out[top] = np.maximum(out[top], out[m - k])
    return out


_RULES: dict[str, Callable[[Floats], Floats]] = {
    "none": lambda p: p,
    "bonferroni": lambda p: len(p) * p,
    "sidak": lambda p: _sidak(p, len(p)),
    "holm": _holm,
    "holm-sidak": lambda p: np.asarray(np.maximum.accumulate(_sidak(p, np.arange(len(p), 0, -1)))),
    "hochberg": _hochberg,
    "hommel": _hommel,
    "bh": _bh,
    "by": _by,
}
