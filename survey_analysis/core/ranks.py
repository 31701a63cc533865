"""Weighted ranks and rank scores, and what their group means are worth under the design."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from survey_analysis.core.covariance import Members
from survey_analysis.core.frame import DesignFrame, Floats
from survey_analysis.core.influence import total

Ties = Literal["mid", "order"]
Scores = Literal["wilcoxon", "kruskal-wallis", "van-der-waerden", "median"]


def weighted_ranks(y: ArrayLike, w: ArrayLike, *, ties: Ties = "mid") -> Floats:
    """Estimated place of every value in the population, between 0 and 1.

    Parameters
    ----------
    y : array_like, shape (n,)
        Finite values.
    w : array_like, shape (n,)
        Weights; positive.
    ties : {"mid", "order"}
        "mid": the weight below, plus half of the weight at that value. "order": the mean over tied rows
        of the cumulative weight in row order (R `svyranktest`), which changes with the order of the rows.

    Returns
    -------
    ndarray, shape (n,)
        Ranks over the sum of weights. Without ties both are the cumulative weight minus half of one's own.

    Notes
    -----
    Lumley and Scott (2013), Biometrika 100:831-842: the rank is the estimated distribution function, here in
    its symmetric form, as midranks are for simple samples.

    Examples
    --------
    >>> weighted_ranks([3, 1, 1, 2], [1, 1, 2, 1]).tolist()
    [0.9, 0.3, 0.3, 0.7]
    """
    values, weight = np.asarray(y, dtype=np.float64), np.asarray(w, dtype=np.float64)
    _, place = np.unique(values, return_inverse=True)
    at = np.bincount(place, weights=weight)
    if ties == "mid":
        return np.asarray((np.cumsum(at) - at / 2)[place] / weight.sum())
    order = np.argsort(place, kind="stable")
    middle = np.empty(len(values))
    middle[order] = np.cumsum(weight[order]) - weight[order] / 2
    means = np.bincount(place, weights=middle) / np.bincount(place)
    return np.asarray(means[place] / weight.sum())


def rank_scores(ranks: ArrayLike, scores: Scores) -> Floats:
    """Scores of ranks: the rank itself, its normal quantile, or whether it is above the median.

    Examples
    --------
    >>> rank_scores([0.1, 0.5, 0.9], "median").tolist()
    [0.0, 0.0, 1.0]
    """
    r = np.asarray(ranks, dtype=np.float64)
    if scores == "van-der-waerden":
        return np.asarray(special.ndtri(r))
    return np.asarray(r > 0.5, dtype=np.float64) if scores == "median" else r


def group_scores(score: ArrayLike, groups: Members, frame: DesignFrame) -> tuple[Floats, Floats]:
    """Weighted mean score of each group and its influence values, the ranks taken as known.

    Parameters
    ----------
    score : array_like, shape (n,)
        Finite in every group.
    groups : ndarray of bool, shape (n, k)
        Exclusive groups, each with a positive weight.
    frame : DesignFrame

    Returns
    -------
    theta : ndarray, shape (k,)
    z : ndarray, shape (n, k), or (R, k) for replicate weights

    Notes
    -----
    Under the hypothesis of equal distributions the estimation of the ranks adds nothing to the variance of a
    difference of mean scores (Lumley and Scott 2013), so scores and group sizes are held at their full-sample
    values, in replicates too (R `svyranktest`).
    """
    member = groups.astype(np.float64)
    values = np.where(groups.any(axis=1), np.asarray(score, dtype=np.float64), 0.0)
    size = frame.weight @ member
    theta = (frame.weight * values) @ member / size
    return theta, total(member * (values[:, None] - theta) / size, frame)[1]
