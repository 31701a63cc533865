"""Categorical answers of the same people to two or more questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.simple_intervals import PairedProportions, one_proportion, paired_proportions
from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.result import EffectSize, SimpleTest, counts, known, matrix

if TYPE_CHECKING:
    from scipy import stats
    from statsmodels.stats import contingency_tables as sm_contingency_tables
else:
    stats = Lazily("scipy.stats")
    sm_contingency_tables = Lazily("statsmodels.stats.contingency_tables")


def mcnemar(
    table: ArrayLike,
    *,
    variant: Literal["mid-p", "exact", "chi-square", "corrected"] = "mid-p",
    level: float = 0.95,
    method: PairedProportions = "bonett-price",
) -> SimpleTest:
    """Two shares of the same people.

    Parameters
    ----------
    table : array_like of counts, shape (2, 2)
        [[both, only the first], [only the second, neither]].
    variant : {"mid-p", "exact", "chi-square", "corrected"}
        mid-p is the exact binomial p less half the probability of what was seen (Fagerland, Lydersen &
        Laake 2013, recommended); "chi-square" (b - c)² / (b + c), "corrected" with Edwards' correction.
    method : {"bonett-price", "newcombe", "wald"}
        Interval of the difference.

    Returns
    -------
    SimpleTest
        Effects: odds ratio b / c with its exact interval, Cohen's g.

    Notes
    -----
    R `mcnemar.test`, `binom.test(b, b + c)`; statistics 2.13.

    Examples
    --------
    >>> round(mcnemar([[10, 9], [3, 8]]).p, 6)
    0.092285
    """
    known("variant", variant, ("mid-p", "exact", "chi-square", "corrected"))
    t = counts(table, fourfold=True)
    b, c, n = int(t[0, 1]), int(t[1, 0]), int(t.sum())
    if b + c == 0:
        raise EstimationError("everybody gave the same answer twice: there is nothing to test.")
    statistic, p = _discordant(b, c, variant)
    low, high = paired_proportions(int(t[0, 0]), b, c, int(t[1, 1]), level=level, method=method)
    return SimpleTest(
        f"paired shares, McNemar {variant}",
        statistic,
        p,
        n,
        df=1.0 if variant in ("chi-square", "corrected") else float("nan"),
        estimate=(b - c) / n,
        estimate_name="difference of shares",
        low=low,
        high=high,
        level=level,
        effects=_paired_effects(b, c, level),
        details={"b": float(b), "c": float(c)},
    )


def _discordant(b: int, c: int, variant: str) -> tuple[float, float]:
    if variant in ("chi-square", "corrected"):
        gap = abs(b - c) - (1 if variant == "corrected" and b != c else 0)
        statistic = gap * gap / (b + c)
        return statistic, float(stats.chi2.sf(statistic, 1))
    exact = min(1.0, 2 * float(stats.binom.cdf(min(b, c), b + c, 0.5)))
    if variant == "exact":
        return float(min(b, c)), exact
    seen = float(stats.binom.pmf(b, b + c, 0.5))
    return float(min(b, c)), 1 - seen / 2 if b == c else exact - seen


def _paired_effects(b: int, c: int, level: float) -> tuple[EffectSize, ...]:
    low, high = one_proportion(b, b + c, level=level, method="clopper-pearson")
    odds = tuple(q / (1 - q) if q < 1 else float("inf") for q in (low, high))
    return (
        EffectSize("odds ratio", b / c if c else float("inf"), odds[0], odds[1], level),
        EffectSize("Cohen's g", max(b, c) / (b + c) - 0.5),
    )


def cochran_q(answers: ArrayLike) -> SimpleTest:
    """Several shares of the same people (Cochran 1950), through statsmodels `cochrans_q`.

    Parameters
    ----------
    answers : array_like of 0 and 1, shape (people, questions)

    Returns
    -------
    SimpleTest
        Effect Q / (n (k - 1)), Kendall-type eta squared (Serlin, Carr & Marascuilo 1982).

    Notes
    -----
    Q = (k-1) [k sum G_j² - (sum G_j)²] / [k sum L_i - sum L_i²] (statistics 2.13).

    Examples
    --------
    >>> round(cochran_q([[1, 1, 0], [1, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 0]]).statistic, 4)
    3.5
    """
    m = matrix(answers)
    if not np.isin(m, (0, 1)).all():
        raise EstimationError("answers must be 0 or 1.")
    n, k = m.shape
    if (m.sum(1) % k == 0).all():
        raise EstimationError("everybody gave the same answer to all: there is nothing to test.")
    found = sm_contingency_tables.cochrans_q(m)
    q = float(found.statistic)
    return SimpleTest(
        "paired shares, Cochran's Q",
        q,
        float(stats.chi2.sf(q, k - 1)),
        n,
        df=float(k - 1),
        effects=(EffectSize("eta squared (Q / n(k-1))", q / (n * (k - 1))),),
        details={"shares": m.mean(0)},
    )


def marginal_homogeneity(
    table: ArrayLike, *, variant: Literal["stuart-maxwell", "bhapkar"] = "stuart-maxwell"
) -> SimpleTest:
    """Equality of all shares of two answers that the same people gave on one scale.

    Parameters
    ----------
    table : array_like of counts, shape (k, k)
    variant : {"stuart-maxwell", "bhapkar"}
        Covariance under the null, or as found (statsmodels `SquareTable.homogeneity`).

    Examples
    --------
    >>> round(marginal_homogeneity([[20, 10, 5], [3, 30, 15], [0, 5, 40]]).statistic, 4)
    13.7647
    """
    known("variant", variant, ("stuart-maxwell", "bhapkar"))
    t = counts(table, square=True)
    used = t[:, (t.sum(0) + t.sum(1)) > 0][(t.sum(0) + t.sum(1)) > 0]
    found = sm_contingency_tables.SquareTable(used, shift_zeros=False).homogeneity(variant.replace("-", "_"))
    statistic, df = float(found.statistic), float(found.df)
    if not np.isfinite(statistic):
        raise EstimationError("the margins have no covariance: too few people changed their answer.")
    words = "Stuart-Maxwell" if variant == "stuart-maxwell" else "Bhapkar"
    return SimpleTest(
        f"marginal homogeneity, {words}", statistic, float(stats.chi2.sf(statistic, df)), int(t.sum()), df=df
    )


def bowker(table: ArrayLike) -> SimpleTest:
    """Symmetry of a square table (Bowker 1948; R `mcnemar.test` for k > 2, which counts empty pairs as here).

    Notes
    -----
    sum (t_ij - t_ji)² / (t_ij + t_ji) over pairs that somebody is in, on k (k - 1) / 2 df.

    Examples
    --------
    >>> round(bowker([[20, 10, 5], [3, 30, 15], [0, 5, 40]]).statistic, 4)
    13.7692
    """
    t = counts(table, square=True)
    k = len(t)
    i, j = np.triu_indices(k, 1)
    both = t[i, j] + t[j, i]
    used = both > 0
    statistic = float((((t[i, j] - t[j, i]) ** 2)[used] / both[used]).sum())
    df = k * (k - 1) / 2
    return SimpleTest("symmetry, Bowker", statistic, float(stats.chi2.sf(statistic, df)), int(t.sum()), df=df)
