"""Means and variances of simple samples: t tests, equivalence, equality of variances, normality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.effects import standardised_difference, standardised_mean
from survey_analysis.significance.simple.result import (
    NAN,
    Alternative,
    SimpleTest,
    groups,
    known,
    numbers,
    pair,
)
from survey_analysis.typing import FloatArray

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")

SIDES = ("two-sided", "less", "greater")


def t_test_one(
    x: ArrayLike, *, mu: float = 0.0, alternative: Alternative = "two-sided", level: float = 0.95
) -> SimpleTest:
    """One-sample t test of a mean (R `t.test(x, mu = mu)`), with Cohen's d.

    Examples
    --------
    >>> round(t_test_one([5, 6, 7, 8, 9], mu=6).statistic, 4)
    1.4142
    """
    y = numbers(x, "x", least=2)
    _varies(y)
    found = stats.ttest_1samp(y, mu, alternative=alternative)
    interval = found.confidence_interval(level)
    return SimpleTest(
        "one-sample t test",
        float(found.statistic),
        float(found.pvalue),
        len(y),
        df=float(len(y) - 1),
        estimate=float(y.mean()),
        estimate_name="mean",
        low=float(interval.low),
        high=float(interval.high),
        level=level,
        effects=(standardised_mean(y, mu=mu, level=level),),
    )


def t_test_paired(
    x: ArrayLike,
    y: ArrayLike,
    *,
    mu: float = 0.0,
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> SimpleTest:
    """Paired t test of the difference x - y (R `t.test(x, y, paired = TRUE)`), with d of the differences.

    Examples
    --------
    >>> round(t_test_paired([5, 6, 9], [4, 4, 5]).statistic, 4)
    2.6458
    """
    a, b = pair(x, y)
    gap = a - b
    _varies(gap)
    found = stats.ttest_1samp(gap, mu, alternative=alternative)
    interval = found.confidence_interval(level)
    return SimpleTest(
        "paired t test",
        float(found.statistic),
        float(found.pvalue),
        len(a),
        df=float(len(a) - 1),
        estimate=float(gap.mean()),
        estimate_name="mean difference",
        low=float(interval.low),
        high=float(interval.high),
        level=level,
        effects=(standardised_mean(gap, mu=mu, level=level, name="Cohen's d_z"),),
    )


def t_test_two(
    x: ArrayLike,
    y: ArrayLike,
    *,
    mu: float = 0.0,
    variances: Literal["unequal", "equal"] = "unequal",
    alternative: Alternative = "two-sided",
    level: float = 0.95,
) -> SimpleTest:
    """Two-sample t test of mean(x) - mean(y): Welch's, or pooled.

    Parameters
    ----------
    variances : {"unequal", "equal"}
        "unequal" is Welch (1947) with the Satterthwaite df.

    Notes
    -----
    R `t.test(x, y, var.equal = FALSE | TRUE)`; Cohen's d with the noncentral-t interval.

    Examples
    --------
    >>> round(t_test_two([5, 6, 9, 8], [4, 4, 5]).p, 6)
    0.055448
    """
    known("variances", variances, ("unequal", "equal"))
    a, b = numbers(x, "x", least=2), numbers(y, "y", least=2)
    _varies(np.concatenate([a - a.mean(), b - b.mean()]))
    found = stats.ttest_ind(a, b + mu, equal_var=variances == "equal", alternative=alternative)
    interval = found.confidence_interval(level)
    return SimpleTest(
        "Welch's t test" if variances == "unequal" else "two-sample t test, pooled variance",
        float(found.statistic),
        float(found.pvalue),
        len(a) + len(b),
        df=float(found.df),
        estimate=float(a.mean() - b.mean()),
        estimate_name="difference of means",
        low=float(interval.low) + mu,
        high=float(interval.high) + mu,
        level=level,
        effects=(standardised_difference(a, b, variances=variances, level=level),),
        details={"mean_x": float(a.mean()), "mean_y": float(b.mean())},
    )


def equivalence_of_means(
    x: ArrayLike,
    y: ArrayLike,
    low: float,
    high: float,
    *,
    design: Literal["welch", "pooled", "paired"] = "welch",
    alpha: float = 0.05,
) -> SimpleTest:
    """Two one-sided t tests that mean(x) - mean(y) lies inside declared margins (Schuirmann 1987).

    Parameters
    ----------
    low, high : float
        Margins in the unit of the answers; they have no default (statistics 2.17).
    alpha : float
        The interval is that of level 1 - 2 alpha.

    Examples
    --------
    >>> round(equivalence_of_means([5, 6, 7, 6], [5, 6, 6, 7], -2, 2, design="paired").p, 4)
    0.0081
    """
    known("design", design, ("welch", "pooled", "paired"))
    if not low < high:
        raise EstimationError("the lower margin must be below the upper.", where=f"{low} and {high}")

    def test(mu: float, side: Alternative, level: float) -> SimpleTest:
        if design == "paired":
            return t_test_paired(x, y, mu=mu, alternative=side, level=level)
        variances: Literal["equal", "unequal"] = "equal" if design == "pooled" else "unequal"
        return t_test_two(x, y, mu=mu, variances=variances, alternative=side, level=level)

    lower, upper, plain = (
        test(low, "greater", 0.95),
        test(high, "less", 0.95),
        test(0.0, "two-sided", 1 - 2 * alpha),
    )
    weaker = lower if lower.p >= upper.p else upper
    return SimpleTest(
        f"equivalence of means, TOST, {design}",
        weaker.statistic,
        weaker.p,
        plain.n,
        df=plain.df,
        estimate=plain.estimate,
        estimate_name=plain.estimate_name,
        low=plain.low,
        high=plain.high,
        level=1 - 2 * alpha,
        effects=plain.effects,
        details={
            "t_lower": lower.statistic,
            "p_lower": lower.p,
            "t_upper": upper.statistic,
            "p_upper": upper.p,
        },
    )


def variance_ratio(x: ArrayLike, y: ArrayLike, *, level: float = 0.95) -> SimpleTest:
    """F test of two variances of normal answers (R `var.test`); fragile when they are not normal.

    Examples
    --------
    >>> round(variance_ratio([1, 2, 3, 4], [1, 3, 5, 9]).statistic, 4)
    0.1429
    """
    a, b = numbers(x, "x", least=2), numbers(y, "y", least=2)
    _varies(b)
    f, d1, d2 = float(a.var(ddof=1) / b.var(ddof=1)), len(a) - 1, len(b) - 1
    tails = float(stats.f.cdf(f, d1, d2)), float(stats.f.sf(f, d1, d2))
    return SimpleTest(
        "ratio of variances, F test",
        f,
        2 * min(tails),
        len(a) + len(b),
        df=float(d1),
        df_residual=float(d2),
        estimate=f,
        estimate_name="ratio of variances",
        low=f / float(stats.f.isf((1 - level) / 2, d1, d2)),
        high=f / float(stats.f.ppf((1 - level) / 2, d1, d2)),
        level=level,
    )


def equal_variances(
    values: ArrayLike,
    by: ArrayLike,
    *,
    variant: Literal["brown-forsythe", "levene", "bartlett", "fligner"] = "brown-forsythe",
) -> SimpleTest:
    """Equality of variances of several groups.

    Parameters
    ----------
    variant : {"brown-forsythe", "levene", "bartlett", "fligner"}
        Levene's test around medians or around means; Bartlett (normal answers); Fligner-Killeen (ranks).

    Notes
    -----
    R `car::leveneTest`, `bartlett.test`, `fligner.test`, through scipy.

    Examples
    --------
    >>> round(equal_variances([1, 2, 3, 1, 5, 9, 2, 2, 3], list("aaabbbccc")).p, 4)
    0.1725
    """
    known("variant", variant, ("brown-forsythe", "levene", "bartlett", "fligner"))
    _, split = groups(values, by, least=2)
    n, k = sum(map(len, split)), len(split)
    if variant in ("brown-forsythe", "levene"):
        levene = stats.levene(*split, center="median" if variant == "brown-forsythe" else "mean")
        statistic, p, residual = float(levene.statistic), float(levene.pvalue), float(n - k)
    else:
        other = stats.bartlett(*split) if variant == "bartlett" else stats.fligner(*split)
        statistic, p, residual = float(other.statistic), float(other.pvalue), NAN
    return SimpleTest(
        f"equality of variances, {variant}",
        statistic,
        p,
        n,
        df=float(k - 1),
        df_residual=residual,
    )


def shapiro_wilk(x: ArrayLike) -> SimpleTest:
    """Shapiro-Wilk test of normality (Royston 1995; R `shapiro.test`), 3 to 5,000 people.

    Examples
    --------
    >>> round(shapiro_wilk([2, 3, 3, 4, 5, 5, 6, 9]).statistic, 4)
    0.9228
    """
    y = numbers(x, "x", least=3)
    if len(y) > 5000:
        raise EstimationError(f"Shapiro-Wilk is for at most 5,000 people; there are {len(y)}.")
    _varies(y)
    found = stats.shapiro(y)
    return SimpleTest("normality, Shapiro-Wilk", float(found.statistic), float(found.pvalue), len(y))


def _varies(y: FloatArray) -> None:
    if np.ptp(y) == 0:
        raise EstimationError("everybody gave the same answer: a test has no variance to work with.")
