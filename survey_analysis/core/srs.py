"""Variances under simple random sampling, the denominators of design effects (R `deff`)."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.covariance import zero_small
from survey_analysis.core.frame import Floats

_AT_ONCE = 2_000_000
"""Numbers handled in one piece."""

Replacement = Literal["without", "with"]
Statistic = Literal["mean", "ratio", "total"]


def srs_variance(
    y: ArrayLike,
    x: ArrayLike,
    w: ArrayLike,
    *,
    statistic: Statistic = "mean",
    replacement: Replacement = "without",
) -> Floats:
    """Variance that a simple random sample of the same size would give.

    Parameters
    ----------
    y, x : array_like, shape (n, k) or (n,)
        As in `core.influence.ratio`. For a mean or share x is 1 in the domain; for a total x marks the rows
        that are in the design.
    w : array_like, shape (n,)
        Weights.
    statistic : {"mean", "ratio", "total"}
    replacement : {"without", "with"}
        "without" multiplies by (N - n) / N, N the sum of the weights: R `deff=TRUE`. "with" is R
        `deff="replace"`.

    Returns
    -------
    ndarray, shape (k,)
        NaN where N < n (weights not scaled to the population) or n < 2.
    """
    weight = np.asarray(w, dtype=np.float64)
    top, base = (_columns(v) for v in (y, x))
    top, base = np.broadcast_arrays(top, base)
    if top.size > _AT_ONCE and top.shape[1] > 1:  # a column at a time: the copies below are of its size
        parts = [
            srs_variance(top[:, j], base[:, j], weight, statistic=statistic, replacement=replacement)
            for j in range(top.shape[1])
        ]
        return np.concatenate(parts)
    used = (base != 0) & (weight > 0)[:, None]
    n, population = used.sum(axis=0).astype(np.float64), weight @ used
    with np.errstate(divide="ignore", invalid="ignore"):
        centre = (weight @ top) / (weight @ base)
        deviation = np.where(used, top - centre * base, 0.0)
        scale = np.abs(np.where(used, top, 0.0)).max(axis=0, initial=0.0)
        s2 = zero_small((weight @ deviation**2) / population, scale) * n / (n - 1)
        variance = s2 / n
        if statistic == "total":
            variance = variance * population**2
        if statistic == "ratio":
            variance = variance * (population / (weight @ base)) ** 2
        if replacement == "without":
            variance = np.where(population >= n, variance * (population - n) / population, np.nan)
    return np.asarray(np.where(n > 1, variance, np.nan))


def deff(
    variance: ArrayLike,
    y: ArrayLike,
    x: ArrayLike,
    w: ArrayLike,
    *,
    statistic: Statistic = "mean",
    replacement: Replacement = "without",
) -> Floats:
    """Design effect: design variance over the simple random sampling variance; see `srs_variance`."""
    under_srs = srs_variance(y, x, w, statistic=statistic, replacement=replacement)
    return np.asarray(variance, dtype=np.float64) / np.where(under_srs > 0, under_srs, np.nan)


def _columns(values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    return array[:, None] if array.ndim == 1 else array
