"""Tables of counts: chi-square and its effect sizes, exact tests, goodness of fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.noncentral import chi2_noncentrality
from survey_analysis.significance.simple.result import (
    NAN,
    Alternative,
    EffectSize,
    SimpleTest,
    counts,
    known,
)
from survey_analysis.typing import FloatArray

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")

LARGEST = 20_000_000
"""Tables that the exact r x c test lists before it refuses."""


def chi_square(
    table: ArrayLike,
    *,
    statistic: Literal["pearson", "likelihood-ratio"] = "pearson",
    correction: bool = False,
    level: float = 0.95,
) -> SimpleTest:
    """Independence of rows and columns.

    Parameters
    ----------
    table : array_like of counts, shape (r, c)
        Rows and columns without anybody are an error.
    statistic : {"pearson", "likelihood-ratio"}
        X² = sum (O - E)² / E, or G = 2 sum O log(O / E).
    correction : bool
        Yates' correction, for 2 x 2 tables.

    Returns
    -------
    SimpleTest
        Effects: Cramér's V with its noncentral interval, bias-corrected V (Bergsma 2013), Cohen's w,
        contingency coefficient, Tschuprow's T; phi (signed) for 2 x 2. `details`: expected counts, Pearson
        and adjusted residuals.

    Notes
    -----
    R `chisq.test(correct =)`, scipy `chi2_contingency`.

    Examples
    --------
    >>> round(chi_square([[10, 20], [30, 20]]).p, 6)
    0.020921
    """
    known("statistic", statistic, ("pearson", "likelihood-ratio"))
    t = _filled(counts(table))
    if correction and t.shape != (2, 2):
        raise EstimationError("Yates' correction is for 2 x 2 tables.", where=f"shape {t.shape}")
    kind: Literal["pearson", "log-likelihood"] = "pearson" if statistic == "pearson" else "log-likelihood"
    value, p, df, expected = stats.chi2_contingency(t, correction=correction, lambda_=kind)
    plain = float(((t - expected) ** 2 / expected).sum())
    n = t.sum()
    pearson = (t - expected) / np.sqrt(expected)
    adjusted = pearson / np.sqrt((1 - t.sum(1, keepdims=True) / n) * (1 - t.sum(0, keepdims=True) / n))
    words = "Pearson" if statistic == "pearson" else "likelihood ratio"
    return SimpleTest(
        f"independence, {words} chi-square" + (" with continuity correction" if correction else ""),
        float(value),
        float(p),
        int(n),
        df=float(df),
        level=level,
        effects=association(t, plain, level),
        details={"expected": expected, "pearson_residuals": pearson, "adjusted_residuals": adjusted},
    )


def association(t: FloatArray, statistic: float, level: float) -> tuple[EffectSize, ...]:
    """Effect sizes of a table from its Pearson chi-square."""
    n, (r, c) = float(t.sum()), t.shape
    phi2, df, least = statistic / n, (r - 1) * (c - 1), min(r, c) - 1
    low, high = ((limit / n / least) ** 0.5 for limit in chi2_noncentrality(statistic, df, level))
    corrected = max(0.0, phi2 - df / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    out = [
        EffectSize("Cramér's V", (phi2 / least) ** 0.5, low, min(high, 1.0), level),
        EffectSize("Cramér's V, bias-corrected", (corrected / min(rows - 1, columns - 1)) ** 0.5),
        EffectSize("Cohen's w", phi2**0.5, low * least**0.5, high * least**0.5, level),
        EffectSize("contingency coefficient", (phi2 / (1 + phi2)) ** 0.5),
        EffectSize("Tschuprow's T", (phi2 / df**0.5) ** 0.5),
    ]
    if (r, c) == (2, 2):
        out.append(EffectSize("phi", float(np.sign(t[0, 0] * t[1, 1] - t[0, 1] * t[1, 0])) * phi2**0.5))
    return tuple(out)


def goodness_of_fit(observed: ArrayLike, shares: ArrayLike) -> SimpleTest:
    """Pearson test that the answers have given shares (R `chisq.test(x, p = shares)`).

    Parameters
    ----------
    shares : array_like
        Sum to 1, none 0.

    Examples
    --------
    >>> round(goodness_of_fit([30, 50, 20], [0.3, 0.45, 0.25]).statistic, 4)
    1.5556
    """
    o, s = np.asarray(observed, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    if o.shape != s.shape or o.ndim != 1 or len(o) < 2:
        raise EstimationError("give one share an answer.", where=f"{o.shape} counts, {s.shape} shares")
    if (s <= 0).any() or abs(s.sum() - 1) > 1e-9:
        raise EstimationError("shares must be above 0 and sum to 1.", where=f"sum {s.sum():g}")
    found = stats.chisquare(o, o.sum() * s / s.sum())
    w = EffectSize("Cohen's w", (float(found.statistic) / float(o.sum())) ** 0.5)
    return SimpleTest(
        "goodness of fit, Pearson chi-square",
        float(found.statistic),
        float(found.pvalue),
        int(o.sum()),
        df=float(len(o) - 1),
        effects=(w,),
        details={"expected": o.sum() * s},
    )


def fisher_exact(
    table: ArrayLike, *, alternative: Alternative = "two-sided", level: float = 0.95
) -> SimpleTest:
    """Fisher's exact test; two-sided p adds all tables no likelier than the one seen.

    Parameters
    ----------
    table : array_like of counts, shape (r, c)
        2 x 2: the conditional odds ratio and its exact interval are given too.

    Raises
    ------
    EstimationError
        A larger table with too many tables of the same margins to list; use `chi_square`.

    Notes
    -----
    R `fisher.test`. Larger tables are listed in full (Freeman & Halton 1951).

    Examples
    --------
    >>> round(fisher_exact([[3, 11], [9, 8]]).p, 6)
    0.137818
    """
    known("alternative", alternative, ("two-sided", "less", "greater"))
    t = counts(table)
    if t.shape != (2, 2):
        if alternative != "two-sided":
            raise EstimationError("a larger table has no direction.", hint='alternative="two-sided"')
        return SimpleTest("independence, Fisher-Freeman-Halton exact", NAN, _freeman_halton(t), int(t.sum()))
    whole = t.astype(np.int64)
    p = float(stats.fisher_exact(whole, alternative=alternative).pvalue)
    ratio = stats.contingency.odds_ratio(whole, kind="conditional")
    interval = ratio.confidence_interval(level, alternative)
    return SimpleTest(
        "independence, Fisher exact",
        NAN,
        p,
        int(t.sum()),
        estimate=float(ratio.statistic),
        estimate_name="odds ratio (conditional)",
        low=float(interval.low),
        high=float(interval.high),
        level=level,
    )


def boschloo_exact(table: ArrayLike, *, alternative: Alternative = "two-sided") -> SimpleTest:
    """Boschloo's unconditional exact test of two proportions; groups are the columns.

    Uniformly more powerful than Fisher's (Boschloo 1970); scipy `boschloo_exact`.

    Examples
    --------
    >>> round(boschloo_exact([[74, 31], [43, 32]]).statistic, 4)
    0.0483
    """
    t = counts(table, fourfold=True)
    found = stats.boschloo_exact(t.astype(np.int64), alternative=alternative, n=64)
    return SimpleTest(
        "two proportions, Boschloo exact", float(found.statistic), float(found.pvalue), int(t.sum())
    )


def _filled(t: FloatArray) -> FloatArray:
    empty = int((t.sum(0) == 0).sum() + (t.sum(1) == 0).sum())
    if empty:
        raise EstimationError(f"{empty} rows or columns of the table are empty.", hint="leave them out.")
    return t


def _freeman_halton(t: FloatArray) -> float:
    """Sum of the probabilities of all tables with these margins that are no likelier than the one seen."""
    t = t if t.shape[0] >= t.shape[1] else t.T
    t = t[np.argsort(t.sum(1), kind="stable")]  # the largest row follows from the others
    columns = t.sum(0)
    left, logs = columns[None, :], np.zeros(1)
    for row in t[:-1]:
        ways = _compositions(int(row.sum()), columns)
        _listed(len(left) * len(ways))
        rest = (left[:, None, :] - ways[None, :, :]).reshape(-1, len(columns))
        own = (logs[:, None] - special.gammaln(ways + 1).sum(1)[None, :]).ravel()
        keep = (rest >= 0).all(axis=1)
        left, logs = rest[keep], own[keep]
    logs = logs - special.gammaln(left + 1).sum(1)
    seen = -float(special.gammaln(t + 1).sum())
    weights = np.exp(logs - logs.max())
    return float(weights[logs <= seen + 1e-7].sum() / weights.sum())


def _compositions(total: int, caps: FloatArray) -> FloatArray:
    """Ways to put `total` into columns of at most `caps`, column by column."""
    ways, left = np.zeros((1, 0)), np.array([float(total)])
    for j, cap in enumerate(caps):
        room = float(caps[j + 1 :].sum())  # what the columns after this one can take
        low, high = np.maximum(left - room, 0.0), np.minimum(left, cap)
        sizes = (high - low + 1).astype(np.int64)
        _listed(int(sizes.sum()))
        start = np.repeat(np.cumsum(sizes) - sizes, sizes)
        value = np.repeat(low, sizes) + np.arange(int(sizes.sum())) - start
        ways = np.column_stack([np.repeat(ways, sizes, axis=0), value])
        left = np.repeat(left, sizes) - value
    return ways


def _listed(size: int) -> None:
    if size > LARGEST:
        raise EstimationError(
            "There are too many tables with these margins to list them all.", hint="use chi_square(table)."
        )
