"""Rank tests of simple samples: Mann-Whitney, signed rank, Kruskal-Wallis, Friedman, Kolmogorov-Smirnov."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.effects import cliff_delta, rank_biserial
from survey_analysis.significance.simple.exact_ranks import (
    rank_sum_distribution,
    signed_rank_distribution,
)
from survey_analysis.significance.simple.result import (
    Alternative,
    EffectSize,
    SimpleTest,
    groups,
    known,
    matrix,
    numbers,
    pair,
    two_sided,
)
from survey_analysis.typing import FloatArray

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")

RankVariant = Literal["normal", "corrected", "exact"]
VARIANTS = ("normal", "corrected", "exact")


def mann_whitney(
    x: ArrayLike,
    y: ArrayLike,
    *,
    variant: RankVariant = "corrected",
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> SimpleTest:
    """Mann-Whitney test that answers of x tend to be above those of y.

    Parameters
    ----------
    variant : {"corrected", "normal", "exact"}
        Normal with the tie-corrected variance, with or without continuity correction of 1/2; or the exact
        permutation distribution of the mid-ranks, ties included.

    Returns
    -------
    SimpleTest
        `statistic` is U = pairs with x above y, ties half; `estimate` the Hodges-Lehmann shift, the median
        of all differences, with the interval of the shifts that the test does not reject at 1 - level.
        Effects: rank-biserial correlation, Cliff's delta, P(x > y) + P(x = y)/2.

    Notes
    -----
    R `wilcox.test(x, y, exact =, correct =, conf.int = TRUE)`, which finds the shift by a root search where
    this takes the order statistic itself; exact with ties: `coin::wilcox_test(distribution = "exact")`.

    Examples
    --------
    >>> round(mann_whitney([1.1, 2.7, 3.9, 8.2], [2.2, 4.4, 10.3], variant="exact").p, 6)
    0.628571
    """
    known("variant", variant, VARIANTS)
    known("alternative", alternative, ("two-sided", "less", "greater"))
    a, b = numbers(x, "x"), numbers(y, "y")
    n, m = len(a), len(b)
    ranks = stats.rankdata(np.concatenate([a, b]))
    u = float(ranks[:n].sum()) - n * (n + 1) / 2
    z = _standardised(u, n * m / 2, _rank_sum_variance(ranks, n, m) ** 0.5)
    if variant == "exact":
        p = _exact_rank_sum(ranks, n, alternative)
    else:
        p = _normal_p(u - n * m / 2, _rank_sum_variance(ranks, n, m) ** 0.5, variant, alternative)
    low, high = _shift_interval(a, b, variant, alternative, level)
    effects: list[EffectSize] = [rank_biserial(a, b, level=level)]
    if min(n, m) > 1:
        effects.append(cliff_delta(a, b, level=level))
    return SimpleTest(
        f"Mann-Whitney, {variant}",
        u,
        p,
        n + m,
        estimate=float(np.median(a[:, None] - b[None, :])),
        estimate_name="shift (Hodges-Lehmann)",
        low=low,
        high=high,
        level=level,
        effects=(*effects, EffectSize("P(x > y)", u / (n * m))),
        details={"z": z},
    )


def _rank_sum_variance(ranks: FloatArray, n: int, m: int) -> float:
    total = n + m
    ties = np.unique(ranks, return_counts=True)[1].astype(np.float64)
    out = n * m / 12 * (total + 1 - float((ties**3 - ties).sum()) / (total * (total - 1)))
    if not out > 0:
        raise EstimationError("everybody gave the same answer: there is nothing to rank.")
    return out


def _standardised(value: float, mean: float, se: float) -> float:
    return (value - mean) / se


def _normal_p(gap: float, se: float, variant: str, alternative: Alternative) -> float:
    half = 0.5 if variant == "corrected" else 0.0
    if alternative == "two-sided":
        return min(1.0, float(2 * stats.norm.sf((abs(gap) - half) / se)))
    less, more = float(stats.norm.cdf((gap + half) / se)), float(stats.norm.sf((gap - half) / se))
    return two_sided(less, more, alternative)


def _exact_rank_sum(ranks: FloatArray, n: int, alternative: Alternative) -> float:
    """Two-sided: sums at least as far from the mean, which is twice the tail where nobody is tied."""
    values, weights = rank_sum_distribution(ranks, n)
    seen, mean = float(ranks[:n].sum()), n * float(ranks.mean())
    if alternative == "two-sided":
        return min(1.0, float(weights[np.abs(values - mean) >= abs(seen - mean) - 1e-9].sum()))
    side = values <= seen + 1e-9 if alternative == "less" else values >= seen - 1e-9
    return min(1.0, float(weights[side].sum()))


def _shift_interval(
    a: FloatArray, b: FloatArray, variant: str, alternative: Alternative, level: float
) -> tuple[float, float]:
    """Order statistics of the differences at which the test of a shift just stops rejecting.

    Between two neighbouring differences no pair is tied, so the variance of U there corrects for ties
    within x and within y only.
    """
    gaps = np.sort((a[:, None] - b[None, :]).ravel())
    n, m, total = len(a), len(b), len(gaps)
    tail = (1 - level) / 2 if alternative == "two-sided" else 1 - level
    if variant == "exact":
        values, weights = rank_sum_distribution(np.arange(1.0, n + m + 1), n)
        inside = np.cumsum(weights) >= tail - 1e-12  # qwilcox
        skip = max(1, round(float(values[inside][0]) - n * (n + 1) / 2))
    else:
        ties = np.concatenate([np.unique(v, return_counts=True)[1] for v in (a, b)]).astype(np.float64)
        N = n + m
        se = (n * m / 12 * (N + 1 - float((ties**3 - ties).sum()) / (N * (N - 1)))) ** 0.5
        half = 0.5 if variant == "corrected" else 0.0
        skip = int(np.floor(total / 2 - half - float(stats.norm.isf(tail)) * se)) + 1
        skip = min(max(skip, 1), total)
    low, high = float(gaps[skip - 1]), float(gaps[total - skip])
    return (low if alternative != "less" else -np.inf), (high if alternative != "greater" else np.inf)


def signed_rank(
    x: ArrayLike,
    y: ArrayLike | None = None,
    *,
    mu: float = 0.0,
    variant: RankVariant = "corrected",
    zeros: Literal["pratt", "wilcoxon"] = "pratt",
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> SimpleTest:
    """Wilcoxon signed-rank test that the differences x - y (or x) are symmetric around mu.

    Parameters
    ----------
    zeros : {"pratt", "wilcoxon"}
        Pratt (1959) ranks the zeros and then leaves them out; Wilcoxon leaves them out first.
    variant : {"corrected", "normal", "exact"}
        As in `mann_whitney`.

    Returns
    -------
    SimpleTest
        `statistic` is V, the sum of positive ranks; `estimate` the pseudomedian (median of Walsh averages)
        with its interval, of the differences that are not zero.

    Notes
    -----
    R `wilcox.test(paired = TRUE)` is zeros="wilcoxon"; `coin::wilcoxsign_test` gives both.

    Examples
    --------
    >>> round(signed_rank([1.8, 0.5, 1.6, 2.5, 1.7], [0.9, 0.6, 0.65, 2.0, 1.1], variant="exact").p, 4)
    0.125
    """
    known("variant", variant, VARIANTS)
    known("zeros", zeros, ("pratt", "wilcoxon"))
    known("alternative", alternative, ("two-sided", "less", "greater"))
    every = (numbers(x, "x") if y is None else np.subtract(*pair(x, y, least=1))) - mu
    gap = every[every != 0]
    if not len(gap):
        raise EstimationError("nobody's answers differ: there is nothing to rank.")
    ranks = stats.rankdata(np.abs(every))[every != 0] if zeros == "pratt" else stats.rankdata(np.abs(gap))
    v, mean, se = float(ranks[gap > 0].sum()), float(ranks.sum()) / 2, float((ranks**2).sum()) ** 0.5 / 2
    if variant == "exact":
        p = _exact_signed(ranks, v, alternative)
    else:
        p = _normal_p(v - mean, se, variant, alternative)
    walsh = _walsh(gap)
    low, high = _walsh_interval(gap, walsh, variant, alternative, level)
    return SimpleTest(
        f"Wilcoxon signed rank, {variant}, zeros by {zeros.capitalize()}",
        v,
        p,
        len(every),
        estimate=float(np.median(walsh)) + mu,
        estimate_name="pseudomedian",
        low=low + mu,
        high=high + mu,
        level=level,
        effects=(rank_biserial(gap, np.zeros(len(gap)), paired=True, level=level),),
        details={"z": (v - mean) / se, "zeros": float(len(every) - len(gap))},
    )


def _exact_signed(ranks: FloatArray, v: float, alternative: Alternative) -> float:
    values, weights = signed_rank_distribution(ranks)
    less, more = float(weights[values <= v + 1e-9].sum()), float(weights[values >= v - 1e-9].sum())
    return two_sided(min(less, 1.0), min(more, 1.0), alternative)


def _walsh(gap: FloatArray) -> FloatArray:
    i, j = np.triu_indices(len(gap))
    return np.sort((gap[i] + gap[j]) / 2)


def _walsh_interval(
    gap: FloatArray, walsh: FloatArray, variant: str, alternative: Alternative, level: float
) -> tuple[float, float]:
    n, total = len(gap), len(walsh)
    tail = (1 - level) / 2 if alternative == "two-sided" else 1 - level
    if variant == "exact":
        values, weights = signed_rank_distribution(np.arange(1.0, n + 1))
        skip = max(1, int(values[np.cumsum(weights) >= tail - 1e-12][0]))
    else:
        se = (n * (n + 1) * (2 * n + 1) / 24) ** 0.5
        half = 0.5 if variant == "corrected" else 0.0
        skip = int(np.floor(total / 2 - half - float(stats.norm.isf(tail)) * se)) + 1
        skip = min(max(skip, 1), total)
    low, high = float(walsh[skip - 1]), float(walsh[total - skip])
    return (low if alternative != "less" else -np.inf), (high if alternative != "greater" else np.inf)


def kruskal_wallis(values: ArrayLike, by: ArrayLike) -> SimpleTest:
    """Kruskal-Wallis test that several groups answer alike (R `kruskal.test`).

    Returns
    -------
    SimpleTest
        Effects: rank epsilon squared H / (n - 1), eta squared (H - k + 1) / (n - k).

    Examples
    --------
    >>> round(kruskal_wallis([1, 2, 3, 4, 5, 7, 2, 2, 3], list("aaabbbccc")).statistic, 4)
    5.7275
    """
    _, split = groups(values, by)
    n, k = sum(map(len, split)), len(split)
    if np.ptp(np.concatenate(split)) == 0:
        raise EstimationError("everybody gave the same answer: there is nothing to rank.")
    found = stats.kruskal(*split)
    h = float(found.statistic)
    effects = (
        EffectSize("epsilon squared (ranks)", h / (n - 1)),
        EffectSize("eta squared (ranks)", (h - k + 1) / (n - k)),
    )
    return SimpleTest("Kruskal-Wallis", h, float(found.pvalue), n, df=float(k - 1), effects=effects)


def friedman(answers: ArrayLike) -> SimpleTest:
    """Friedman's test, with ties, that the same people rate several things alike; Kendall's W.

    Parameters
    ----------
    answers : array_like, shape (people, things)

    Returns
    -------
    SimpleTest
        Effect Kendall's W; `details`: mean ranks, Iman & Davenport's (1980) F with its df and p.

    Notes
    -----
    R `friedman.test`; statistics 2.13. One formula for k = 2 and above, where scipy needs three.

    Examples
    --------
    >>> round(friedman([[1, 2, 4], [2, 2, 5], [3, 5, 5], [1, 3, 3]]).statistic, 4)
    6.6154
    """
    m = matrix(answers)
    n, k = m.shape
    ranks = np.apply_along_axis(stats.rankdata, 1, m)
    ties = sum(
        float((c**3 - c).sum()) for c in (np.unique(r, return_counts=True)[1].astype(float) for r in ranks)
    )
    scale = n * k * (k + 1) - ties / (k - 1)
    if not scale > 0:
        raise EstimationError("everybody rated all alike: there is nothing to rank.")
    chi2 = float(12 * ((ranks.sum(0) - n * (k + 1) / 2) ** 2).sum() / scale)
    w = chi2 / (n * (k - 1))
    f = (n - 1) * chi2 / (n * (k - 1) - chi2) if w < 1 else float("inf")
    df2 = float((n - 1) * (k - 1))
    return SimpleTest(
        "Friedman",
        chi2,
        float(stats.chi2.sf(chi2, k - 1)),
        n,
        df=float(k - 1),
        effects=(EffectSize("Kendall's W", w),),
        details={
            "mean_ranks": ranks.mean(0),
            "iman_davenport_f": f,
            "iman_davenport_df2": df2,
            "iman_davenport_p": float(stats.f.sf(f, k - 1, df2)),
        },
    )


def kolmogorov_smirnov(
    x: ArrayLike, y: ArrayLike, *, variant: Literal["asymptotic", "exact"] = "asymptotic"
) -> SimpleTest:
    """Largest gap between two distribution functions (R `ks.test`).

    Parameters
    ----------
    variant : {"asymptotic", "exact"}
        Exact assumes that nobody is tied, and refuses ties.

    Examples
    --------
    >>> round(kolmogorov_smirnov([1, 2, 3, 4], [3, 5, 6, 7], variant="asymptotic").statistic, 4)
    0.75
    """
    known("variant", variant, ("asymptotic", "exact"))
    a, b = numbers(x, "x"), numbers(y, "y")
    if variant == "exact" and len(np.unique(np.concatenate([a, b]))) < len(a) + len(b):
        raise EstimationError(
            "answers are tied: the exact distribution does not hold.", hint='variant="asymptotic"'
        )
    found = stats.ks_2samp(a, b, method="exact" if variant == "exact" else "asymp")
    d, p = float(found.statistic), float(found.pvalue)
    if variant == "asymptotic":
        p = float(stats.kstwobign.sf(d * (len(a) * len(b) / (len(a) + len(b))) ** 0.5))
    return SimpleTest(f"Kolmogorov-Smirnov, {variant}", d, p, len(a) + len(b), estimate=d, estimate_name="D")
