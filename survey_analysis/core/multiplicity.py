"""Adjusted p values for a family of tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import Floats
from survey_analysis.errors import EstimationError

Adjustment = Literal["none", "bonferroni", "sidak", "holm", "bh", "by"]


def adjust(p: ArrayLike, method: Adjustment = "holm") -> Floats:
    """Adjust p values for the number of tests made.

    Parameters
    ----------
    p : array_like
        Raw p values of the whole family, printed or not. NaN is a test that was not made: it stays NaN and
        does not count.
    method : {"none", "bonferroni", "sidak", "holm", "bh", "by"}
        "holm" controls the chance of one false finding, "bh" (Benjamini-Hochberg) the share of false ones,
        "by" (Benjamini-Yekutieli) that share under any dependence.

    Returns
    -------
    ndarray
        In the order and shape of `p`; R `p.adjust`.

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


_RULES: dict[str, Callable[[Floats], Floats]] = {
    "none": lambda p: p,
    "bonferroni": lambda p: len(p) * p,
    "sidak": lambda p: np.asarray(-np.expm1(len(p) * np.log1p(-np.minimum(p, 1 - 1e-16)))),
    "holm": _holm,
    "bh": _bh,
    "by": _by,
}
