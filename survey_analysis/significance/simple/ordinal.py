"""Association of two ordered answers: concordance measures, trend and correlation tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.result import (
    NAN,
    Alternative,
    EffectSize,
    SimpleTest,
    counts,
    groups,
    known,
    pair,
)

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")


def ordinal_association(table: ArrayLike) -> SimpleTest:
    """Concordance of two ordered answers, with Kendall's test as p.

    Parameters
    ----------
    table : array_like of counts, shape (r, c)
        Levels in order; columns are the answer explained where a measure has a direction.

    Returns
    -------
    SimpleTest
        Effects: gamma (Goodman & Kruskal), tau-b, tau-c (Stuart), Somers' d and lambda of columns given
        rows. `details`: concordant and discordant pairs.

    Examples
    --------
    >>> round(ordinal_association([[20, 10, 5], [5, 10, 20]]).effect("gamma").value, 4)
    0.7297
    """
    t = counts(table)
    n, (r, c) = float(t.sum()), t.shape
    concordant = sum(t[i, j] * t[i + 1 :, j + 1 :].sum() for i in range(r) for j in range(c))
    discordant = sum(t[i, j] * t[i + 1 :, :j].sum() for i in range(r) for j in range(c))
    gap, total = float(concordant - discordant), n * (n - 1) / 2
    tied_rows = float((t.sum(1) * (t.sum(1) - 1)).sum()) / 2
    tied_columns = float((t.sum(0) * (t.sum(0) - 1)).sum()) / 2
    if total in (tied_rows, tied_columns):
        raise EstimationError("everybody gave the same answer: there is no order to compare.")
    least, modal = min(r, c), float(t.sum(0).max())
    somers = stats.somersd(t.astype(np.int64))
    effects = (
        EffectSize("gamma", gap / float(concordant + discordant)),
        EffectSize("tau-b", gap / ((total - tied_rows) * (total - tied_columns)) ** 0.5),
        EffectSize("tau-c", 2 * least * gap / (n * n * (least - 1))),
        EffectSize("Somers' d", gap / (total - tied_rows)),
        EffectSize("lambda", (float(t.max(1).sum()) - modal) / (n - modal) if n > modal else NAN),
    )
    return SimpleTest(
        "ordinal association, test of Somers' d",
        gap,
        float(somers.pvalue),
        int(n),
        estimate=float(somers.statistic),
        estimate_name="Somers' d",
        effects=effects,
        details={"concordant": float(concordant), "discordant": float(discordant)},
    )


def linear_by_linear(
    table: ArrayLike, *, row_scores: ArrayLike | None = None, column_scores: ArrayLike | None = None
) -> SimpleTest:
    """Linear-by-linear association (Mantel 1963): z = sqrt(n - 1) r of the scores.

    Scores are 1, 2, 3, ... unless given. `coin::lbl_test`.

    Examples
    --------
    >>> round(linear_by_linear([[20, 10, 5], [5, 10, 20]]).statistic, 4)
    4.2122
    """
    t = counts(table)
    scores = []
    for given, size in zip((row_scores, column_scores), t.shape, strict=True):
        s = np.arange(1.0, size + 1) if given is None else np.asarray(given, dtype=np.float64)
        if s.shape != (size,):
            raise EstimationError("one score a level is needed.", where=f"{s.shape} for {size} levels")
        scores.append(s)
    n = float(t.sum())
    a, b = scores[0] - (t.sum(1) @ scores[0]) / n, scores[1] - (t.sum(0) @ scores[1]) / n
    r = float(a @ t @ b) / float((t.sum(1) @ a**2) * (t.sum(0) @ b**2)) ** 0.5
    z = (n - 1) ** 0.5 * r
    return SimpleTest(
        "linear-by-linear association",
        z,
        float(2 * stats.norm.sf(abs(z))),
        int(n),
        estimate=r,
        estimate_name="correlation of scores",
    )


def correlation_test(
    x: ArrayLike,
    y: ArrayLike,
    *,
    level: float = 0.95,
    method: Literal["pearson", "spearman", "kendall"] = "pearson",
) -> SimpleTest:
    """Test that two answers of the same people are unrelated.

    Parameters
    ----------
    method : {"pearson", "spearman", "kendall"}
        Pearson: t on n - 2 and Fisher's z interval. Spearman: the same t on ranks. Kendall: tau-b, normal
        with the tie-corrected variance.

    Notes
    -----
    R `cor.test(method =, exact = FALSE)`.

    Examples
    --------
    >>> round(correlation_test([1, 2, 3, 4, 5], [2, 1, 4, 3, 6]).estimate, 4)
    0.822
    """
    known("method", method, ("pearson", "spearman", "kendall"))
    a, b = pair(x, y, least=3)
    n = len(a)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        raise EstimationError("everybody gave the same answer: a correlation is not defined.")
    if method == "kendall":
        return _kendall(a, b)
    if method == "spearman":
        a, b = stats.rankdata(a), stats.rankdata(b)
    r = float(np.corrcoef(a, b)[0, 1])
    t = r * ((n - 2) / ((1 - r) * (1 + r))) ** 0.5 if abs(r) < 1 else float(np.sign(r)) * np.inf
    low = high = NAN
    if method == "pearson" and n > 3 and abs(r) < 1:
        half = float(stats.norm.ppf(0.5 + level / 2)) / (n - 3) ** 0.5
        low, high = float(np.tanh(np.arctanh(r) - half)), float(np.tanh(np.arctanh(r) + half))
    return SimpleTest(
        f"{method.capitalize()} correlation",
        t,
        float(2 * stats.t.sf(abs(t), n - 2)),
        n,
        df=float(n - 2),
        estimate=r,
        estimate_name="r" if method == "pearson" else "rho",
        low=low,
        high=high,
        level=level,
        details={"S": (n**3 - n) * (1 - r) / 6} if method == "spearman" else {},
    )


def _kendall(a: np.ndarray, b: np.ndarray) -> SimpleTest:
    found = stats.kendalltau(a, b, method="asymptotic")
    z = float(np.sign(found.statistic)) * float(stats.norm.isf(float(found.pvalue) / 2))
    return SimpleTest(
        "Kendall's tau-b",
        z,
        float(found.pvalue),
        len(a),
        estimate=float(found.statistic),
        estimate_name="tau",
    )


def jonckheere(values: ArrayLike, by: ArrayLike, *, alternative: Alternative = "two-sided") -> SimpleTest:
    """Jonckheere-Terpstra test of a trend over ordered groups, normal with the tie-corrected variance.

    Parameters
    ----------
    by : array_like
        Groups; their sorted order is the order tested.

    Notes
    -----
    J counts the pairs in order over all pairs of groups, ties half. Variance with ties in Hollander, Wolfe
    & Chicken (2014), 6.2.

    Examples
    --------
    >>> round(jonckheere([40, 35, 38, 43, 44, 41, 38, 40, 47, 44], [1, 1, 1, 1, 2, 2, 2, 3, 3, 3]).statistic, 1)
    25.5
    """
    _, split = groups(values, by)
    j = 0.0
    for i, first in enumerate(split):
        for second in split[i + 1 :]:
            gap = second[None, :] - first[:, None]
            j += float((gap > 0).sum() + 0.5 * (gap == 0).sum())
    sizes = np.array([len(s) for s in split], dtype=np.float64)
    ties = np.unique(np.concatenate(split), return_counts=True)[1].astype(np.float64)
    n = sizes.sum()
    mean = float((n * n - (sizes**2).sum()) / 4)
    z = (j - mean) / _jonckheere_variance(n, sizes, ties) ** 0.5
    tails = float(stats.norm.cdf(z)), float(stats.norm.sf(z))
    known("alternative", alternative, ("two-sided", "less", "greater"))
    p = 2 * min(tails) if alternative == "two-sided" else tails[alternative == "greater"]
    return SimpleTest("trend over ordered groups, Jonckheere-Terpstra", j, p, int(n), details={"z": z})


def _jonckheere_variance(n: float, sizes: np.ndarray, ties: np.ndarray) -> float:
    def cubic(k: np.ndarray | float) -> float:
        return float(np.sum(k * (k - 1) * (2 * k + 5)))

    def three(k: np.ndarray | float) -> float:
        return float(np.sum(k * (k - 1) * (k - 2)))

    def two(k: np.ndarray | float) -> float:
        return float(np.sum(k * (k - 1)))

    first = (cubic(n) - cubic(sizes) - cubic(ties)) / 72
    second = three(sizes) * three(ties) / (36 * n * (n - 1) * (n - 2)) if n > 2 else 0.0
    return first + second + two(sizes) * two(ties) / (8 * n * (n - 1))
