"""One, two and several proportions of a simple sample."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.core.simple_intervals import (
    OneProportion,
    TwoProportions,
    one_proportion,
    two_proportions,
)
from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.result import (
    Alternative,
    EffectSize,
    Pairwise,
    SimpleTest,
    known,
    two_sided,
)
from survey_analysis.typing import Adjustment, FloatArray

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")

SIDES = ("two-sided", "less", "greater")


def one_proportion_test(
    x: int,
    n: int,
    p0: float,
    *,
    alternative: Alternative = "two-sided",
    correction: bool = False,
    level: float = 0.95,
    method: OneProportion = "wilson",
) -> SimpleTest:
    """Score test that a share is p0: z = (p - p0) / sqrt(p0 q0 / n), reported as its square.

    Parameters
    ----------
    x, n : int
    p0 : float
        The share under the null, inside 0 to 1.
    correction : bool
        Yates' continuity correction, at most 1/2 a person.
    method : str
        Interval: see `core.simple_intervals.one_proportion`.

    Notes
    -----
    R `prop.test(x, n, p0, correct = correction)`.

    Examples
    --------
    >>> round(one_proportion_test(393, 944, 0.4).p, 6)
    0.306248
    """
    _inside(p0)
    known("alternative", alternative, SIDES)
    low, high = one_proportion(x, n, level=level, method=method)
    gap = x - n * p0
    less = min(0.5, abs(gap)) if correction else 0.0
    z = float(np.sign(gap)) * (abs(gap) - less) / (n * p0 * (1 - p0)) ** 0.5
    h = 2 * np.arcsin((x / n) ** 0.5) - 2 * np.arcsin(p0**0.5)
    return SimpleTest(
        "one proportion, score test" + (" with continuity correction" if correction else ""),
        z * z,
        two_sided(float(stats.norm.cdf(z)), float(stats.norm.sf(z)), alternative),
        n,
        df=1.0,
        estimate=x / n,
        estimate_name="share",
        low=low,
        high=high,
        level=level,
        effects=(EffectSize("Cohen's h", float(h)),),
        details={"z": z},
    )


def binomial_test(
    x: int, n: int, p0: float, *, alternative: Alternative = "two-sided", level: float = 0.95
) -> SimpleTest:
    """Exact binomial test that a share is p0, with the Clopper-Pearson interval (R `binom.test`).

    The two-sided p adds all outcomes no likelier than the one seen.

    Examples
    --------
    >>> round(binomial_test(393, 944, 0.4).p, 6)
    0.318976
    """
    _inside(p0)
    found = stats.binomtest(x, n, p0, alternative=alternative)
    interval = found.proportion_ci(level, "exact")
    return SimpleTest(
        "one proportion, exact binomial test",
        float(x),
        float(found.pvalue),
        n,
        estimate=x / n,
        estimate_name="share",
        low=float(interval.low),
        high=float(interval.high),
        level=level,
    )


def two_proportion_test(
    x1: int,
    n1: int,
    x2: int,
    n2: int,
    *,
    pooled: bool = True,
    correction: bool = False,
    level: float = 0.95,
    method: TwoProportions = "newcombe",
) -> SimpleTest:
    """Test that two independent samples have the same share.

    Parameters
    ----------
    x1, n1, x2, n2 : int
    pooled : bool
        Variance under the null (the chi-square of the 2 x 2 table), or of each sample (Wald).
    correction : bool
        Yates' correction; with `pooled` only.
    method : {"newcombe", "agresti-caffo", "wald", "wald-corrected"}

    Returns
    -------
    SimpleTest
        `statistic` is z; effects Cohen's h, phi, risk ratio (log interval, Katz) and odds ratio (Woolf).

    Notes
    -----
    R `prop.test(c(x1, x2), c(n1, n2), correct = correction)` is z squared.

    Examples
    --------
    >>> round(two_proportion_test(3, 14, 9, 17).statistic, 4)
    -1.7926
    """
    low, high = two_proportions(x1, n1, x2, n2, level=level, method=method)
    if correction and not pooled:
        raise EstimationError("a continuity correction belongs to the pooled test.", hint="pooled=True")
    p1, p2, common = x1 / n1, x2 / n2, (x1 + x2) / (n1 + n2)
    inverse = 1 / n1 + 1 / n2
    pooled_se = (common * (1 - common) * inverse) ** 0.5
    se = pooled_se if pooled else (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) ** 0.5
    d = p1 - p2
    less = min(0.5 * inverse, abs(d)) if correction else 0.0
    z = float(np.sign(d)) * (abs(d) - less) / se if se > 0 else float("nan")
    name = "pooled" if pooled else "unpooled"
    return SimpleTest(
        f"two proportions, {name} z" + (" with continuity correction" if correction else ""),
        z,
        float(2 * stats.norm.sf(abs(z))),
        n1 + n2,
        estimate=d,
        estimate_name="difference of shares",
        low=low,
        high=high,
        level=level,
        effects=_two_effects((x1, n1, x2, n2), d / pooled_se if pooled_se > 0 else float("nan"), level),
        details={"p1": p1, "p2": p2},
    )


def _two_effects(cells: tuple[int, int, int, int], z: float, level: float) -> tuple[EffectSize, ...]:
    x1, n1, x2, n2 = cells
    p1, p2 = x1 / n1, x2 / n2
    q = float(stats.norm.ppf(0.5 + level / 2))
    h = float(2 * np.arcsin(p1**0.5) - 2 * np.arcsin(p2**0.5))
    wide = q * (1 / n1 + 1 / n2) ** 0.5
    out = [
        EffectSize("Cohen's h", h, h - wide, h + wide, level),
        EffectSize("phi", z / (n1 + n2) ** 0.5, level=level),
    ]
    if x1 and x2:
        out.append(_log_ratio("risk ratio", p1 / p2, 1 / x1 - 1 / n1 + 1 / x2 - 1 / n2, q, level))
    if x1 and x2 and x1 < n1 and x2 < n2:
        ratio = x1 * (n2 - x2) / (x2 * (n1 - x1))
        variance = 1 / x1 + 1 / x2 + 1 / (n1 - x1) + 1 / (n2 - x2)
        out.append(_log_ratio("odds ratio", ratio, variance, q, level))
    return tuple(out)


def _log_ratio(name: str, ratio: float, variance: float, q: float, level: float) -> EffectSize:
    wide = float(np.exp(q * variance**0.5))
    return EffectSize(name, ratio, ratio / wide, ratio * wide, level)


def several_proportions(x: ArrayLike, n: ArrayLike) -> SimpleTest:
    """Pearson test that several groups have the same share (R `prop.test`), df = groups - 1.

    Examples
    --------
    >>> round(several_proportions([20, 30, 10], [50, 50, 50]).statistic, 4)
    16.6667
    """
    hits, base = _counts(x, n)
    common = hits.sum() / base.sum()
    statistic = float(((hits - base * common) ** 2 / (base * common * (1 - common))).sum())
    df = len(hits) - 1
    effect = EffectSize("Cramér's V", (statistic / float(base.sum())) ** 0.5)
    return SimpleTest(
        "equality of several proportions, Pearson",
        statistic,
        float(stats.chi2.sf(statistic, df)),
        int(base.sum()),
        df=float(df),
        effects=(effect,),
        details={"shares": hits / base},
    )


def proportion_trend(x: ArrayLike, n: ArrayLike, *, scores: Sequence[float] | None = None) -> SimpleTest:
    """Cochran-Armitage test of a linear trend of shares over ordered groups (R `prop.trend.test`).

    Parameters
    ----------
    scores : sequence of float, optional
        Place of each group; 0, 1, 2, ... by default.

    Examples
    --------
    >>> round(proportion_trend([10, 20, 30], [50, 50, 50]).statistic, 4)
    16.6667
    """
    hits, base = _counts(x, n)
    s = np.arange(len(hits), dtype=np.float64) if scores is None else np.asarray(scores, dtype=np.float64)
    if s.shape != hits.shape:
        raise EstimationError("one score a group is needed.", where=f"{s.shape} and {hits.shape}")
    common, total = hits.sum() / base.sum(), base.sum()
    centred = s - (base * s).sum() / total
    slope = (centred * hits).sum() / (base * centred**2).sum()
    statistic = float((centred * hits).sum() ** 2 / (common * (1 - common) * (base * centred**2).sum()))
    return SimpleTest(
        "linear trend of proportions, Cochran-Armitage",
        statistic,
        float(stats.chi2.sf(statistic, 1)),
        int(total),
        df=1.0,
        estimate=float(slope),
        estimate_name="slope of the share",
    )


def pairwise_proportions(
    x: ArrayLike, n: ArrayLike, labels: Sequence[str], *, adjust: Adjustment = "holm", correction: bool = True
) -> Pairwise:
    """Every two groups by the two-proportion test (R `pairwise.prop.test`, whose default is corrected).

    Examples
    --------
    >>> pairwise_proportions([20, 30, 10], [50, 50, 50], "abc").p_adjusted.round(4).tolist()
    [0.0991, 0.0991, 0.0003]
    """
    hits, base = _counts(x, n)
    place = [(i, j) for i in range(len(hits)) for j in range(i + 1, len(hits))]
    found = [
        two_proportion_test(int(hits[i]), int(base[i]), int(hits[j]), int(base[j]), correction=correction)
        for i, j in place
    ]
    p = np.array([t.p for t in found])
    return Pairwise(
        "two proportions, pooled z" + (" with continuity correction" if correction else ""),
        tuple(labels[i] for i, _ in place),
        tuple(labels[j] for _, j in place),
        np.array([t.estimate for t in found]),
        np.array([t.statistic for t in found]),
        np.full(len(found), np.inf),
        p,
        adjust_p(p, adjust),
        adjust,
        int(base.sum()),
        low=np.array([t.low for t in found]),
        high=np.array([t.high for t in found]),
    )


def equivalence_of_proportions(
    x1: int, n1: int, x2: int, n2: int, margin: float, *, alpha: float = 0.05
) -> SimpleTest:
    """Two one-sided z tests that two shares differ by less than a declared margin (statistics 2.17).

    Parameters
    ----------
    margin : float
        Largest difference that still counts as the same, as a share; it has no default.
    alpha : float
        The interval is that of level 1 - 2 alpha.

    Examples
    --------
    >>> round(equivalence_of_proportions(120, 300, 110, 290, 0.1).p, 6)
    0.024108
    """
    if not margin > 0:
        raise EstimationError(f"margin = {margin} must be above 0.")
    low, high = two_proportions(x1, n1, x2, n2, level=1 - 2 * alpha, method="wald")
    p1, p2 = x1 / n1, x2 / n2
    se = (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2) ** 0.5
    lower, upper = (p1 - p2 + margin) / se, (p1 - p2 - margin) / se
    p_lower, p_upper = float(stats.norm.sf(lower)), float(stats.norm.cdf(upper))
    return SimpleTest(
        "equivalence of two proportions, TOST",
        min(lower, -upper),
        max(p_lower, p_upper),
        n1 + n2,
        estimate=p1 - p2,
        estimate_name="difference of shares",
        low=low,
        high=high,
        level=1 - 2 * alpha,
        details={
            "z_lower": lower,
            "z_upper": upper,
            "p_lower": p_lower,
            "p_upper": p_upper,
            "margin": margin,
        },
    )


def _inside(p0: float) -> None:
    if not 0 < p0 < 1:
        raise EstimationError(f"p0 = {p0} is not between 0 and 1.")


def _counts(x: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    hits, base = np.asarray(x, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if hits.shape != base.shape or hits.ndim != 1 or len(hits) < 2:
        raise EstimationError("give one count and one base a group.", where=f"{hits.shape} and {base.shape}")
    if (hits < 0).any() or (hits > base).any() or (base < 1).any():
        raise EstimationError("a count is not within its base.")
    if hits.sum() in (0, base.sum()):
        raise EstimationError("nobody or everybody has the answer: there is nothing to test.")
    return hits, base
