"""Internal consistency of items as functions of their covariance matrix: alpha and its relatives, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from survey_analysis.core.efa import smc
from survey_analysis.core.frame import Floats
from survey_analysis.errors import EstimationError

SINGULAR = 1e-10
MOST_SPLITS = 10_000


class ItemStatistics(NamedTuple):
    """Of each item (k,): its correlations with the scale, and coefficients of the scale without it.

    `r_total` with the sum of all items, `r_standardised` with the sum of standardised items, `r_corrected`
    the same with smc in place of the item's own variance (psych's r.cor), `r_dropped` with the sum of the
    other items (the corrected item-total correlation).
    """

    r_total: Floats
    r_standardised: Floats
    r_corrected: Floats
    r_dropped: Floats
    alpha_dropped: Floats
    standardised_dropped: Floats
    lambda6_dropped: Floats


class Scales(NamedTuple):
    """Several scales: alpha (s,), correlations (s, s) of their sums, and corrected for attenuation."""

    alpha: Floats
    correlation: Floats
    corrected: Floats


class Splits(NamedTuple):
    """Spearman-Brown of all splits into halves, 4 r_ab / Σ R; `every` is False when they were sampled."""

    largest: float
    smallest: float
    average: float
    splits: int
    every: bool


def correlation_of(covariance: ArrayLike) -> Floats:
    """Correlations of a covariance matrix; NaN beside a variance of zero."""
    c = np.asarray(covariance, dtype=np.float64)
    sd = np.sqrt(np.where(np.diag(c) > 0, np.diag(c), np.nan))
    out = c / np.outer(sd, sd)
    np.fill_diagonal(out, np.where(np.isfinite(sd), 1.0, np.nan))
    return np.asarray(out)


def is_singular(correlation: ArrayLike) -> bool:
    """Whether an item is a sum of others (or a pairwise matrix is not one of correlations)."""
    r = np.asarray(correlation, dtype=np.float64)
    return bool(np.isfinite(r).all() and np.linalg.eigvalsh(r)[0] <= SINGULAR)


def alpha_of(matrix: ArrayLike) -> float:
    """k/(k-1) (1 - tr C / Σ C): Cronbach's alpha of a covariance matrix, standardised of correlations.

    Examples
    --------
    >>> round(alpha_of([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]), 4)
    0.75
    """
    c = np.asarray(matrix, dtype=np.float64)
    k, total = len(c), float(c.sum())
    return k / (k - 1) * (1 - float(np.trace(c)) / total) if total > 0 else float("nan")


def spearman_brown(r: float, times: float = 2.0) -> float:
    """Reliability of a scale `times` as long: k r / (1 + (k - 1) r)."""
    return float(times * r / (1 + (times - 1) * r))


def average_correlation(correlation: ArrayLike) -> float:
    """Mean of the correlations between items."""
    r = np.asarray(correlation, dtype=np.float64)
    return float(r[np.tril_indices(len(r), -1)].mean())


def lambda2(matrix: ArrayLike) -> float:
    """Guttman's lambda 2: (off-diagonal sum + sqrt(k/(k-1) Σ off²)) / Σ."""
    c = np.asarray(matrix, dtype=np.float64)
    off, k = c - np.diag(np.diag(c)), len(c)
    return float((off.sum() + np.sqrt((off**2).sum() * k / (k - 1))) / c.sum())


def lambda6(correlation: ArrayLike) -> float:
    """Guttman's lambda 6: 1 - Σ (1 - smc) / Σ R."""
    r = np.asarray(correlation, dtype=np.float64)
    return float(1 - (1 - smc(r)).sum() / r.sum())


def alpha_se(covariance: ArrayLike, n: float) -> float:
    """Standard error of alpha under normal answers of a simple sample of n.

    Notes
    -----
    van Zyl, Neudecker and Nel (2000); Duhachek and Iacobucci (2004); `ase` of R `psych::alpha`.
    """
    c = np.asarray(covariance, dtype=np.float64)
    k, total, trace = len(c), float(c.sum()), float(np.trace(c))
    squared = c @ c
    q = 2 * k**2 / ((k - 1) ** 2 * total**3) * (
        total * (np.trace(squared) + trace**2) - 2 * trace * squared.sum()
    )  # fmt: skip
    return float(np.sqrt(q / n))


def feldt_interval(alpha: float, n: float, items: int, level: float = 0.95) -> tuple[float, float]:
    """Feldt's interval of alpha for a simple sample of n people.

    Notes
    -----
    1 - (1 - alpha) F, F with n - 1 and (n - 1)(k - 1) degrees of freedom (Feldt 1965; Feldt, Woodruff and
    Salih 1987; R `psych::alpha.ci`).

    Examples
    --------
    >>> [round(x, 3) for x in feldt_interval(0.8, 100, 5)]
    [0.731, 0.856]
    """
    df, tail = (n - 1, (n - 1) * (items - 1)), (1 - level) / 2
    low, high = (float(stats.f.ppf(p, *df)) for p in (1 - tail, tail))
    return 1 - (1 - alpha) * low, 1 - (1 - alpha) * high


def item_statistics(covariance: ArrayLike) -> ItemStatistics:
    """Item-total correlations and the scale without each item; NaN where a piece is not defined.

    Notes
    -----
    R `psych::alpha`. Lambda 6 and r_corrected need correlations that are not singular.
    """
    c = np.asarray(covariance, dtype=np.float64)
    k, r = len(c), correlation_of(covariance)
    variance, total = np.diag(c), c.sum()
    nothing = np.full(k, np.nan)
    fine = np.isfinite(r).all() and not is_singular(r)
    rest = total - 2 * c.sum(axis=0) + variance
    with np.errstate(divide="ignore", invalid="ignore"):
        r_total = c.sum(axis=0) / np.sqrt(variance * total)
        r_dropped = (c.sum(axis=0) - variance) / np.sqrt(variance * rest)
    corrected = nothing
    if fine:
        own = r.copy()
        np.fill_diagonal(own, smc(r))
        corrected = _over_root(own)
    without = [np.delete(np.arange(k), j) for j in range(k)]
    blocks = [np.ix_(keep, keep) for keep in without]
    return ItemStatistics(
        r_total,
        _over_root(r),
        corrected,
        r_dropped,
        np.array([alpha_of(c[b]) for b in blocks]) if k > 2 else nothing,
        np.array([alpha_of(r[b]) for b in blocks]) if k > 2 else nothing,
        np.array([lambda6(r[b]) for b in blocks]) if k > 2 and fine else nothing,
    )


def _over_root(r: Floats) -> Floats:
    """Column sums over the root of the whole sum; NaN where that is not above zero."""
    whole = float(r.sum())
    return np.asarray(r.sum(axis=0) / np.sqrt(whole if whole > 0 else np.nan))


def against(covariance: ArrayLike) -> Floats:
    """-1 for items that load negatively on the first component of the correlations, 1 for the others.

    Notes
    -----
    The rule of R `psych::alpha(check.keys = TRUE)`. The component's sign is that of its larger side.
    """
    r = correlation_of(covariance)
    if not np.isfinite(r).all():
        return np.ones(len(r))
    first = np.linalg.eigh(r)[1][:, -1]
    first = first * (-1.0 if first.sum() < 0 else 1.0)
    return np.where(first < -SINGULAR, -1.0, 1.0)


def scales_of(covariance: ArrayLike, members: Sequence[Sequence[int]]) -> Scales:
    """Alpha of several scales, correlations of their sums, and the same corrected for attenuation.

    Parameters
    ----------
    covariance : array_like, shape (p, p)
        Of all items, in their favourable direction.
    members : sequence of sequences of int
        Items of each scale.

    Notes
    -----
    r_ab / sqrt(alpha_a alpha_b) above the diagonal of `corrected`, r_ab below, alpha on it; R
    `psych::scoreItems(impute = "none")`. Spearman (1904).

    Examples
    --------
    >>> scales_of(np.eye(4) / 2 + 0.5, [[0, 1], [2, 3]]).correlation.round(3).tolist()
    [[1.0, 0.667], [0.667, 1.0]]
    """
    c = np.asarray(covariance, dtype=np.float64)
    key = np.zeros((len(c), len(members)))
    for j, items in enumerate(members):
        key[list(items), j] = 1.0
    alpha = np.array([alpha_of(c[np.ix_(list(m), list(m))]) for m in members])
    r = correlation_of(key.T @ c @ key)
    corrected = np.tril(r, -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        upper = np.triu(r / np.sqrt(np.outer(alpha, alpha)), 1)
    return Scales(alpha, r, corrected + upper + np.diag(alpha))


def split_halves(correlation: ArrayLike, *, seed: int | None = None) -> Splits:
    """Split-half reliabilities over all splits of standardised items into halves.

    Parameters
    ----------
    correlation : array_like, shape (k, k)
    seed : int, optional
        Above 10,000 splits so many are drawn; then it is needed.

    Raises
    ------
    EstimationError
        Too many splits and no seed; fewer than two items.

    Notes
    -----
    For an odd number of items the halves differ by one item and each is a split of its own; R
    `psych::splitHalf(brute = TRUE)` stops after half of them. Guttman (1945).
    """
    r = np.asarray(correlation, dtype=np.float64)
    k = len(r)
    if k < 2:
        raise EstimationError("a split needs at least two items.")
    half, even = k // 2, k % 2 == 0
    count = comb(k, half) // (2 if even else 1)
    every = count <= MOST_SPLITS
    if every:
        chosen = [s for s in combinations(range(k), half) if not even or 0 in s]
        member = np.zeros((len(chosen), k))
        for row, s in zip(member, chosen, strict=True):
            row[list(s)] = 1.0
    elif seed is None:
        raise EstimationError(f"{k} items have {count:,} splits.", hint="give seed= to draw from them.")
    else:
        order = np.random.default_rng(seed).random((MOST_SPLITS, k)).argsort(axis=1)
        member = (order < half).astype(np.float64)
    between = np.einsum("si,ij,sj->s", member, r, 1 - member)
    value = 4 * between / r.sum()
    return Splits(float(value.max()), float(value.min()), float(value.mean()), len(member), every)
