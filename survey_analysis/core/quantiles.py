"""Weighted quantiles: the rules that define them, as functions of the weights."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import Codes, Floats
from survey_analysis.core.influence import Ratio
from survey_analysis.errors import EstimationError

QuantileRule = Literal[
    "math",
    "school",
    "shahvaish",
    "shahvaish-r",
    "hf1",
    "hf2",
    "hf3",
    "hf4",
    "hf5",
    "hf6",
    "hf7",
    "hf8",
    "hf9",
]
TIE = 1e-12
"""Shares of the weight closer than this are one share, so that the scale of the weights decides nothing."""


def weighted_quantile(x: ArrayLike, w: ArrayLike, p: ArrayLike, rule: QuantileRule = "math") -> Floats:
    """Quantiles of weighted values.

    Parameters
    ----------
    x, w : array_like, shape (n,)
        Values and weights; rows of weight 0 do not count.
    p : array_like
        Shares of the weight; NaN where they lie outside 0 to 1.
    rule : str
        With W_k the weight of the k smallest values and W all of it: "math" (also "hf1"): the smallest value
        whose W_k reaches p W. "school" ("hf2"): the same, halfway to the next value where W_k is p W. "hf3":
        distinct values, of two that qualify the even one. "hf4" to "hf9": straight lines through
        (p_k, x_k), p_k = W_k/W; (W_k - w_k/2)/W; W_k/(W + w_n); W_(k-1)/W_(n-1); (W_k - w_k/3)/(W + w_n/3);
        (W_k - 3 w_k/8)/(W + w_n/4). "shahvaish": the last value with p_k = (S_k + 1/2 - v_k/2)/(n + 1) at
        most p, v the weights scaled to mean 1 and S their sums. "shahvaish-r": as R 4.1-1 computes it, w_k in
        place of v_k, which depends on the scale of the weights.

    Returns
    -------
    ndarray, in the shape of p
        NaN where no row has weight.

    Notes
    -----
    Hyndman and Fan (1996), weighted as in R `svyquantile(qrule=)`; Shah and Vaish (2006).

    Examples
    --------
    >>> weighted_quantile([1, 2, 3, 4], [1, 1, 1, 1], 0.5).tolist()
    2.0
    >>> weighted_quantile([1, 2, 3, 4], [1, 1, 1, 1], [0.5, 0.75], "school").tolist()
    [2.5, 3.5]
    """
    values, weight = np.asarray(x, dtype=np.float64), np.asarray(w, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    return _of_sorted(values[order], weight[order], np.asarray(p, dtype=np.float64), rule)


@dataclass(frozen=True, eq=False)
class Quantiles:
    """Quantiles as a function of the weights, one a column.

    Attributes
    ----------
    x, mass : ndarray, shape (n, k)
        Values, and the factor on each row's weight: 0 outside the domain.
    p : ndarray, shape (k,)
    rule : str
    slope : ndarray, shape (k,), or None
        dq/dF at each quantile, for the influence values: Woodruff standard error over that of F.
    """

    x: Floats
    mass: Floats
    p: Floats
    rule: QuantileRule = "math"
    slope: Floats | None = None

    @cached_property
    def _order(self) -> Codes:
        return np.argsort(self.x, axis=0, kind="stable")

    def theta(self, w: Floats) -> Floats:
        """Quantiles at weights w (n,)."""
        out = np.empty(len(self.p))
        for j, p in enumerate(self.p):
            order = self._order[:, j]
            weight = (w * self.mass[:, j])[order]
            out[j] = float(_of_sorted(self.x[order, j], weight, np.asarray(p), self.rule))
        return out

    def cdf(self, w: Floats) -> tuple[Floats, Floats]:
        """Distribution function at the quantiles and its influence values."""
        return self.share_up_to(self.theta(w)).influence(w)

    def share_up_to(self, at: Floats) -> Ratio:
        """Share of the weight at or below `at` (k,), a ratio."""
        return Ratio((self.x <= at) * self.mass, self.mass)

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Quantiles and -(dq/dF) times the influence of F at them."""
        if self.slope is None:
            raise EstimationError(
                "influence values of a quantile need the slope of the distribution function."
            )
        theta = self.theta(w)
        _, z = self.share_up_to(theta).influence(w)
        return theta, -z * self.slope


def _of_sorted(x: Floats, w: Floats, p: Floats, rule: QuantileRule) -> Floats:
    """The rule on sorted values; p of any shape."""
    if rule not in get_args(QuantileRule):
        raise EstimationError(
            f"no quantile rule '{rule}'.", hint=f"known: {', '.join(get_args(QuantileRule))}."
        )
    used = w > 0
    x, w = x[used], w[used]
    if not len(x):
        return np.full(p.shape, np.nan)
    inside = (p >= 0) & (p <= 1)
    safe = np.where(inside, p, 0.5)
    if rule in ("math", "school", "hf1", "hf2", "hf3"):
        value = _step(x, w, safe, rule)
    elif rule in ("shahvaish", "shahvaish-r"):
        value = _shah_vaish(x, w, safe, rule)
    else:
        value = np.interp(safe, _plotting(w, rule), x)
    return np.asarray(np.where(inside, value, np.nan))


def _step(x: Floats, w: Floats, p: Floats, rule: str) -> Floats:
    if rule == "hf3":
        x, code = np.unique(x, return_inverse=True)
        w = np.asarray(np.bincount(code, weights=w), dtype=np.float64)
    share = np.cumsum(w)
    share /= share[-1]
    k = np.minimum(np.searchsorted(share, p - TIE), len(x) - 1)
    after = np.minimum(k + 1, len(x) - 1)
    tied = np.abs(share[k] - p) <= TIE
    if rule in ("school", "hf2"):
        return np.where(tied, (x[k] + x[after]) / 2, x[k])
    return np.where(tied & (k % 2 == 0), x[after], x[k]) if rule == "hf3" else x[k]


def _shah_vaish(x: Floats, w: Floats, p: Floats, rule: str) -> Floats:
    v = w / w.mean()
    point = (np.cumsum(v) + 0.5 - (v if rule == "shahvaish" else w) / 2) / (len(x) + 1)
    order = np.argsort(point, kind="stable")
    return np.asarray(x[order][np.maximum(np.searchsorted(point[order], p + TIE) - 1, 0)])


def _plotting(w: Floats, rule: str) -> Floats:
    """p_k of the interpolating rules."""
    below = np.cumsum(w)
    total, last = below[-1], w[-1]
    if rule == "hf7":
        return np.concatenate([[0.0], below[:-1]]) / (below[-2] if len(w) > 1 else 1.0)
    part, extra = {
        "hf4": (0.0, 0.0),
        "hf5": (1 / 2, 0.0),
        "hf6": (0.0, 1.0),
        "hf8": (1 / 3, 1 / 3),
        "hf9": (3 / 8, 1 / 4),
    }[rule]
    return np.asarray((below - part * w) / (total + extra * last))
