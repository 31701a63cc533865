"""Every two groups after an omnibus test: Tukey, Games-Howell, pairwise t and Wilcoxon, Dunn; marginal means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.ranks import mann_whitney
from survey_analysis.significance.simple.result import Pairwise, groups, known, numbers
from survey_analysis.typing import Adjustment, FloatArray

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")


def tukey(values: ArrayLike, by: ArrayLike, *, level: float = 0.95) -> Pairwise:
    """Tukey's honest differences (Tukey-Kramer), equal variances; estimate is mean(b) - mean(a).

    Notes
    -----
    R `TukeyHSD`.

    Examples
    --------
    >>> tukey([1, 2, 3, 4, 5, 7, 2, 2, 3], list("aaabbbccc")).p_adjusted.round(4).tolist()
    [0.0237, 0.9285, 0.0367]
    """
    names, split = groups(values, by)
    n, k = sum(map(len, split)), len(split)
    df = n - k
    if df < 1:
        raise EstimationError("there is one person a group: nothing is left for the error.")
    within = sum(float(((s - s.mean()) ** 2).sum()) for s in split) / df
    variances = np.array([within / len(s) for s in split])
    return _range(names, split, variances, np.full(k * (k - 1) // 2, float(df)), "Tukey-Kramer", level)


def games_howell(values: ArrayLike, by: ArrayLike, *, level: float = 0.95) -> Pairwise:
    """Games-Howell (1976): Tukey's range with each pair's own variances and Welch df; mean(b) - mean(a).

    Notes
    -----
    `rstatix::games_howell_test`.

    Examples
    --------
    >>> games_howell([1, 2, 3, 4, 5, 7, 2, 2, 3], list("aaabbbccc")).p_adjusted.round(4).tolist()
    [0.0851, 0.8762, 0.1174]
    """
    names, split = groups(values, by, least=2)
    v = np.array([s.var(ddof=1) / len(s) for s in split])
    d = np.array([len(s) - 1.0 for s in split])
    i, j = np.triu_indices(len(split), 1)
    if ((v[i] + v[j]) <= 0).any():
        raise EstimationError("two groups have no variance at all.")
    df = (v[i] + v[j]) ** 2 / (v[i] ** 2 / d[i] + v[j] ** 2 / d[j])
    return _range(names, split, v, df, "Games-Howell", level)


def _range(
    names: tuple[str, ...], split: list[FloatArray], v: FloatArray, df: FloatArray, method: str, level: float
) -> Pairwise:
    """Studentized range of all pairs from the variance of each mean."""
    i, j = np.triu_indices(len(split), 1)
    means = np.array([s.mean() for s in split])
    gap, se = means[j] - means[i], np.sqrt(v[i] + v[j])
    q = np.abs(gap) / se * 2**0.5
    k = len(split)
    p = np.array([range_tail(a, k, b) for a, b in zip(q, df, strict=True)])
    cache = {b: float(stats.studentized_range.ppf(level, k, b)) for b in sorted(set(df.tolist()))}
    half = np.array([cache[b] for b in df.tolist()]) * se / 2**0.5
    return Pairwise(
        method,
        tuple(names[a] for a in i),
        tuple(names[b] for b in j),
        gap,
        gap / se,
        df,
        np.asarray(2 * stats.t.sf(np.abs(gap / se), df)),
        p,
        "studentized range",
        sum(map(len, split)),
        std_error=se,
        low=gap - half,
        high=gap + half,
        level=level,
    )


def range_tail(q: float, k: int, df: float) -> float:
    """Upper tail of the studentized range.

    Examples
    --------
    >>> round(range_tail(3.5, 3, 20), 4)
    0.0559
    """
    return float(np.clip(stats.studentized_range.sf(q, k, df), 0.0, 1.0))


def pairwise_t(
    values: ArrayLike,
    by: ArrayLike,
    *,
    adjust: Adjustment = "holm",
    variances: Literal["pooled", "unequal"] = "unequal",
) -> Pairwise:
    """Every two groups by t: one pooled variance over all groups, or Welch a pair (R `pairwise.t.test`).

    Examples
    --------
    >>> pairwise_t([1, 2, 3, 4, 5, 7, 2, 2, 3], list("aaabbbccc"), variances="pooled").p_adjusted.round(4).tolist()
    [0.0305, 0.7246, 0.0319]
    """
    known("variances", variances, ("pooled", "unequal"))
    names, split = groups(values, by, least=2)
    i, j = np.triu_indices(len(split), 1)
    size, means = np.array([len(s) for s in split]), np.array([s.mean() for s in split])
    v = np.array([s.var(ddof=1) for s in split])
    if variances == "pooled":
        v = np.full(len(split), float(((size - 1) * v).sum() / (size.sum() - len(split))))
        df = np.full(len(i), float(size.sum() - len(split)))
    part = v / size
    if ((part[i] + part[j]) <= 0).any():
        raise EstimationError("two groups have no variance at all.")
    if variances == "unequal":
        df = (part[i] + part[j]) ** 2 / (part[i] ** 2 / (size[i] - 1) + part[j] ** 2 / (size[j] - 1))
    gap, se = means[j] - means[i], np.sqrt(part[i] + part[j])
    p = np.asarray(2 * stats.t.sf(np.abs(gap / se), df))
    return Pairwise(
        f"pairwise t, {variances} variances",
        tuple(names[a] for a in i),
        tuple(names[b] for b in j),
        gap,
        gap / se,
        df,
        p,
        adjust_p(p, adjust),
        adjust,
        int(size.sum()),
        std_error=se,
    )


def dunn(values: ArrayLike, by: ArrayLike, *, adjust: Adjustment = "holm") -> Pairwise:
    """Dunn's (1964) test after Kruskal-Wallis, ranks of all groups, corrected for ties.

    Returns
    -------
    Pairwise
        `estimate` is the difference of mean ranks, b - a (`rstatix::dunn_test`; Dunn's own z is a - b).

    Examples
    --------
    >>> dunn([1, 2, 3, 4, 5, 7, 2, 2, 3], list("aaabbbccc")).statistic.round(4).tolist()
    [2.208, 0.3046, -1.9035]
    """
    names, split = groups(values, by)
    every = np.concatenate(split)
    n = len(every)
    ranks = np.split(stats.rankdata(every), np.cumsum([len(s) for s in split])[:-1])
    ties = np.unique(every, return_counts=True)[1].astype(np.float64)
    variance = n * (n + 1) / 12 - float((ties**3 - ties).sum()) / (12 * (n - 1))
    if not variance > 0:
        raise EstimationError("everybody gave the same answer: there is nothing to rank.")
    i, j = np.triu_indices(len(split), 1)
    size, means = np.array([len(s) for s in split]), np.array([r.mean() for r in ranks])
    gap, se = means[j] - means[i], np.sqrt(variance * (1 / size[i] + 1 / size[j]))
    p = 2 * stats.norm.sf(np.abs(gap / se))
    return Pairwise(
        "Dunn",
        tuple(names[a] for a in i),
        tuple(names[b] for b in j),
        gap,
        gap / se,
        np.full(len(i), np.inf),
        p,
        adjust_p(p, adjust),
        adjust,
        n,
        std_error=se,
    )


def pairwise_wilcoxon(values: ArrayLike, by: ArrayLike, *, adjust: Adjustment = "holm") -> Pairwise:
    """Every two groups by Mann-Whitney, corrected normal (R `pairwise.wilcox.test(exact = FALSE)`).

    Examples
    --------
    >>> pairwise_wilcoxon([1, 2, 3, 4, 5, 7, 2, 2, 3], list("aaabbbccc")).p.round(4).tolist()
    [0.0809, 0.8137, 0.0765]
    """
    names, split = groups(values, by)
    i, j = np.triu_indices(len(split), 1)
    found = [mann_whitney(split[b], split[a], variant="corrected") for a, b in zip(i, j, strict=True)]
    p = np.array([t.p for t in found])
    return Pairwise(
        "pairwise Mann-Whitney, continuity correction",
        tuple(names[a] for a in i),
        tuple(names[b] for b in j),
        np.array([t.estimate for t in found]),
        np.array([t.statistic for t in found]),
        np.full(len(i), np.inf),
        p,
        adjust_p(p, adjust),
        adjust,
        sum(map(len, split)),
        low=np.array([t.low for t in found]),
        high=np.array([t.high for t in found]),
    )


@dataclass(frozen=True)
class MarginalMeans:
    """Means of the levels of a factor with the other factors held at equal shares."""

    levels: tuple[str, ...]
    mean: FloatArray
    vcov: FloatArray
    df: float
    low: FloatArray
    high: FloatArray
    n: int

    def contrasts(
        self,
        *,
        against: Literal["pairs", "first"] = "pairs",
        adjust: Adjustment | Literal["tukey"] = "tukey",
    ) -> Pairwise:
        """Differences a - b of all pairs, or of every level with the first."""
        known("against", against, ("pairs", "first"))
        k = len(self.levels)
        i, j = np.triu_indices(k, 1)
        if against == "first":
            i, j = np.arange(1, k), np.zeros(k - 1, dtype=np.intp)
        gap = self.mean[i] - self.mean[j]
        V = self.vcov
        se = np.sqrt(V[i, i] + V[j, j] - 2 * V[i, j])
        p = 2 * stats.t.sf(np.abs(gap / se), self.df)
        if adjust == "tukey":
            if against == "first":
                raise EstimationError("Tukey's range is for all pairs.", hint='adjust="holm"')
            adjusted = np.array([range_tail(q * 2**0.5, k, self.df) for q in np.abs(gap / se)])
        else:
            adjusted = adjust_p(p, adjust)
        return Pairwise(
            "marginal means",
            tuple(self.levels[a] for a in i),
            tuple(self.levels[b] for b in j),
            gap,
            gap / se,
            np.full(len(gap), self.df),
            p,
            adjusted,
            adjust,
            self.n,
            std_error=se,
        )


def marginal_means(
    values: ArrayLike, of: ArrayLike, others: Mapping[str, ArrayLike], *, level: float = 0.95
) -> MarginalMeans:
    """Estimated marginal means of an additive model: equal weight to the levels of the other factors.

    Notes
    -----
    Searle, Speed & Milliken (1980); R `emmeans(lm(y ~ of + others), ~ of)`.

    Examples
    --------
    >>> m = marginal_means([1, 2, 3, 5, 4, 6], list("xxyyxy"), {"b": list("uvuvvu")})
    >>> m.mean.round(4).tolist()
    [2.125, 4.875]
    """
    y, by = numbers(values, "values"), np.asarray(of)
    if by.shape != y.shape:
        raise EstimationError("values and groups must be of the same people.", where=f"{y.shape}, {by.shape}")
    levels = np.unique(by)
    columns = [(by == lv).astype(np.float64) for lv in levels]
    place: list[FloatArray] = [np.eye(len(levels))]
    for name, other in others.items():
        known_levels = np.unique(np.asarray(other))
        if len(np.asarray(other)) != len(y) or len(known_levels) < 2:
            raise EstimationError(f"factor '{name}' needs one group a person and two groups or more.")
        columns += [(np.asarray(other) == lv).astype(np.float64) for lv in known_levels[1:]]
        place.append(np.full((len(levels), len(known_levels) - 1), 1 / len(known_levels)))
    X, L = np.column_stack(columns), np.column_stack(place)
    if np.linalg.matrix_rank(X) < X.shape[1]:
        raise EstimationError("the factors cannot be told apart.")
    q, r = np.linalg.qr(X)
    beta = np.linalg.solve(r, q.T @ y)
    df = len(y) - X.shape[1]
    rest = y - X @ beta
    half = np.linalg.solve(r.T, L.T)
    V = half.T @ half * float(rest @ rest) / df
    mean = L @ beta
    wide = float(stats.t.ppf(0.5 + level / 2, df)) * np.sqrt(np.diag(V))
    return MarginalMeans(tuple(str(v) for v in levels), mean, V, float(df), mean - wide, mean + wide, len(y))
