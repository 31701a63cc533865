"""Design effects for planning, and power of paired and clustered designs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.power_base import (
    LARGEST,
    Power,
    Sides,
    Tails,
    check_options,
    one_missing,
    solve,
    t_power,
)
from survey_analysis.significance.power_tests import means

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")


def design_effect(
    *, cluster_size: float = 1.0, icc: float = 0.0, cluster_cv: float = 0.0, weights: ArrayLike | None = None
) -> float:
    """Design effect to plan with: clusters times weights.

    Parameters
    ----------
    cluster_size : float
        People a cluster, on average (m).
    icc : float
        Correlation of two people of a cluster (rho).
    cluster_cv : float
        Coefficient of variation of the cluster sizes.
    weights : array_like, optional
        Expected weights: Kish's n sum w² / (sum w)².

    Returns
    -------
    float
        [1 + ((1 + cv²) m - 1) rho] times Kish (Kish 1965, 1987; Eldridge, Ashby & Kerry 2006).

    Examples
    --------
    >>> round(design_effect(cluster_size=20, icc=0.05), 4)
    1.95
    >>> round(design_effect(weights=[1, 1, 2, 4]), 4)
    1.375
    """
    if cluster_size < 1 or cluster_cv < 0 or not -1 < icc <= 1:
        raise EstimationError(
            "a design effect needs clusters of 1 or more, and a correlation between -1 and 1.",
            where=f"cluster_size = {cluster_size}, icc = {icc}, cluster_cv = {cluster_cv}",
        )
    clusters = 1 + ((1 + cluster_cv**2) * cluster_size - 1) * icc
    if clusters <= 0:
        raise EstimationError(f"icc = {icc} is impossible in clusters of {cluster_size:g}.")
    if weights is None:
        return clusters
    w = np.asarray(weights, dtype=np.float64)
    if w.ndim != 1 or not np.isfinite(w).all() or (w < 0).any() or not w.sum() > 0:
        raise EstimationError("weights must be numbers from 0, not all 0.")
    return clusters * float(len(w) * (w**2).sum() / w.sum() ** 2)


def paired_means(
    delta: float | None = None,
    *,
    sd: float = 1.0,
    correlation: float,
    n: float | None = None,
    power: float | None = None,
    alpha: float = 0.05,
    sides: Sides = "two-sided",
    tails: Tails = "near",
    deff: float = 1.0,
) -> Power:
    """Means of two questions of the same people, by the correlation of their answers.

    Parameters
    ----------
    sd : float
        Standard deviation of each answer; that of the differences is sd sqrt(2 (1 - correlation)).
    correlation : float
        No default: it decides the number of people.

    Examples
    --------
    >>> round(paired_means(0.2, correlation=0.5, power=0.8).n, 4)
    198.1513
    """
    if not -1 <= correlation < 1:
        raise EstimationError(f"correlation = {correlation} must be from -1 to below 1.")
    spread = sd * (2 * (1 - correlation)) ** 0.5
    found = means(
        delta, sd=spread, n=n, power=power, alpha=alpha, kind="paired", sides=sides, tails=tails, deff=deff
    )
    return replace(found, method=f"paired t test, correlation {correlation:g}")


def paired_proportions(
    p1: float,
    p2: float,
    *,
    discordant: float | None = None,
    correlation: float | None = None,
    n: float | None = None,
    power: float | None = None,
    alpha: float = 0.05,
    sides: Sides = "two-sided",
    deff: float = 1.0,
) -> Power:
    """Two shares of the same people (McNemar), by their discordance or their correlation.

    Parameters
    ----------
    p1, p2 : float
    discordant : float
        Share whose two answers differ; or
    correlation : float
        phi of the two answers: discordant = p1 q2 + p2 q1 - 2 phi sqrt(p1 q1 p2 q2).

    Notes
    -----
    n = (z_alpha sqrt(D) + z_power sqrt(D - d²))² / d², D the discordant share, d = p1 - p2 (Connor 1987).

    Examples
    --------
    >>> round(paired_proportions(0.4, 0.3, discordant=0.3, power=0.8).n, 2)
    233.09
    """
    one_missing(n=n, power=power)
    check_options(alpha, sides, "near", deff)
    share, d = _discordance(p1, p2, discordant, correlation), abs(p1 - p2)
    if d == 0:
        raise EstimationError("both shares are the same: no number of people finds a difference.")
    z = float(stats.norm.isf(alpha / (2 if sides == "two-sided" else 1)))

    def at(pairs: float) -> float:
        rest = (share - d * d) ** 0.5
        return float(stats.norm.cdf(((pairs / deff) ** 0.5 * d - z * share**0.5) / rest))

    if n is None:
        assert power is not None  # noqa: S101
        n = solve(lambda v: at(v) - power, 2.0 * deff, LARGEST, "No number of pairs")
    return Power(n, at(n), p2 - p1, alpha, 1, deff, f"paired proportions, discordant {share:.4g}")


def _discordance(p1: float, p2: float, discordant: float | None, correlation: float | None) -> float:
    if not (0 < p1 < 1 and 0 < p2 < 1):
        raise EstimationError(f"shares of {p1} and {p2} are not between 0 and 1.")
    if (discordant is None) == (correlation is None):
        raise EstimationError("give either discordant= or correlation=.")
    if discordant is None:
        assert correlation is not None  # noqa: S101
        spread = (p1 * (1 - p1) * p2 * (1 - p2)) ** 0.5
        discordant = p1 * (1 - p2) + p2 * (1 - p1) - 2 * correlation * spread
    least, most = abs(p1 - p2), min(p1 + p2, 2 - p1 - p2)
    if not least - 1e-12 <= discordant <= most + 1e-12 or discordant <= 0:
        raise EstimationError(
            f"a discordant share of {discordant:.4g} is impossible.",
            where=f"with shares of {p1:g} and {p2:g} it lies between {least:.4g} and {most:.4g}.",
        )
    return discordant


def clustered_means(
    delta: float | None = None,
    *,
    sd: float = 1.0,
    cluster_size: float,
    icc: float,
    clusters: float | None = None,
    power: float | None = None,
    alpha: float = 0.05,
    sides: Sides = "two-sided",
    tails: Tails = "near",
) -> Power:
    """Two groups of whole clusters: t on the clusters' degrees of freedom, 2 (clusters - 1).

    Parameters
    ----------
    cluster_size, icc : float
        As in `design_effect`.
    clusters : float
        Clusters a group.

    Returns
    -------
    Power
        `n` is people a group.

    Notes
    -----
    Noncentral t with ncp = delta / sd sqrt(clusters m / (2 deff)) (Donner & Klar 2000).

    Examples
    --------
    >>> round(clustered_means(0.3, cluster_size=20, icc=0.05, power=0.8).n / 20, 2)
    18.02
    """
    one_missing(delta=delta, clusters=clusters, power=power)
    check_options(alpha, sides, tails, 1.0)
    deff = design_effect(cluster_size=cluster_size, icc=icc)

    def at(gap: float, count: float) -> float:
        ncp = abs(gap) / sd * (count * cluster_size / (2 * deff)) ** 0.5
        return t_power(ncp, 2 * (count - 1), alpha, sides, tails)

    if delta is None:
        assert clusters is not None and power is not None  # noqa: S101, PT018  one is missing
        many = clusters
        delta = solve(lambda v: at(v, many) - power, sd * 1e-7, sd * 1e3, "No difference")
    gap = delta
    if clusters is None:
        assert power is not None  # noqa: S101
        clusters = solve(lambda v: at(gap, v) - power, 1.0 + 1e-6, LARGEST, "No number of clusters")
    n = clusters * cluster_size
    return Power(n, at(gap, clusters), gap, alpha, 2, deff, "clustered two-sample t test")
