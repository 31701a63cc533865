"""Analysis of variance of simple samples: one-way, Welch, several factors, repeated measures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.effects import explained_variance
from survey_analysis.significance.simple.noncentral import f_noncentrality
from survey_analysis.significance.simple.result import EffectSize, SimpleTest, groups, known, matrix, numbers
from survey_analysis.typing import FloatArray

if TYPE_CHECKING:
    from scipy import stats
    from statsmodels.stats import oneway as sm_oneway
else:
    stats = Lazily("scipy.stats")
    sm_oneway = Lazily("statsmodels.stats.oneway")


def one_way(
    values: ArrayLike,
    by: ArrayLike,
    *,
    variances: Literal["equal", "unequal"] = "unequal",
    level: float = 0.95,
) -> SimpleTest:
    """Equality of the means of several groups: Welch's F (default) or the classical one.

    Parameters
    ----------
    variances : {"unequal", "equal"}

    Returns
    -------
    SimpleTest
        Effects: eta, omega and epsilon squared, Cohen's f, all of the classical F.

    Notes
    -----
    R `oneway.test(var.equal = FALSE | TRUE)`; Welch (1951) through statsmodels `anova_oneway`.

    Examples
    --------
    >>> round(one_way([1, 2, 3, 4, 5, 7, 2, 2, 3], list("aaabbbccc"), variances="equal").statistic, 4)
    8.2727
    """
    known("variances", variances, ("equal", "unequal"))
    names, split = groups(values, by, least=2)
    if all(np.ptp(s) == 0 for s in split):
        raise EstimationError("nobody differs within a group: there is no variance to compare with.")
    n, k = sum(map(len, split)), len(split)
    f = float(stats.f_oneway(*split).statistic)
    statistic, df1, df2 = f, float(k - 1), float(n - k)
    if variances == "unequal":
        if any(np.ptp(s) == 0 for s in split):
            raise EstimationError("a group has no variance.", hint='variances="equal"')
        welch = sm_oneway.anova_oneway(split, use_var="unequal", welch_correction=True)
        statistic, df1, df2 = float(welch.statistic), float(welch.df_num), float(welch.df_denom)
    return SimpleTest(
        "one-way ANOVA" + (", Welch" if variances == "unequal" else ""),
        statistic,
        float(stats.f.sf(statistic, df1, df2)),
        n,
        df=df1,
        df_residual=df2,
        level=level,
        effects=explained_variance(f, k - 1, n - k, level=level),
        details={f"mean {name}": float(s.mean()) for name, s in zip(names, split, strict=True)},
    )


@dataclass(frozen=True)
class AnovaTable:
    """Analysis of variance of several factors, terms in order, residual last (statistic and p NaN there)."""

    kind: str
    terms: tuple[str, ...]
    df: FloatArray
    sum_of_squares: FloatArray
    statistic: FloatArray
    p: FloatArray
    effects: tuple[EffectSize, ...]
    n: int


def factorial(
    values: ArrayLike,
    factors: Mapping[str, ArrayLike],
    *,
    kind: Literal["I", "II", "III"] = "II",
    interactions: Literal["all", "none"] = "all",
    level: float = 0.95,
) -> AnovaTable:
    """Analysis of variance of several factors.

    Parameters
    ----------
    factors : mapping of name to groups
    kind : {"I", "II", "III"}
        Sums of squares in sequence; each term given all that do not hold it; each given all others, with
        sum-to-zero contrasts.
    interactions : {"all", "none"}

    Returns
    -------
    AnovaTable
        `effects` are partial eta squared with noncentral limits, one a term.

    Notes
    -----
    R `anova(lm)` and `car::Anova(type = 2 | 3)`, whose type III has an intercept row, as here.

    Examples
    --------
    >>> table = factorial([1, 2, 3, 5, 4, 6], {"a": list("xxyyxy"), "b": list("uvuvvu")}, interactions="none")
    >>> table.df.tolist()
    [1.0, 1.0, 3.0]
    """
    known("kind", kind, ("I", "II", "III"))
    known("interactions", interactions, ("all", "none"))
    y = numbers(values, "values")
    terms = _terms(tuple(factors), interactions)
    blocks = _blocks(factors, terms, len(y))
    full = _rss(y, [blocks[t] for t in ((), *terms)])
    df_rest = len(y) - int(np.linalg.matrix_rank(np.column_stack([blocks[t] for t in ((), *terms)])))
    if df_rest < 1:
        raise EstimationError("there are as many cells as people: nothing is left for the error.")
    tested = [(), *terms] if kind == "III" else terms
    ss = np.array([_term_ss(y, t, terms, blocks, kind) for t in tested])
    df = np.array([float(blocks[t].shape[1]) for t in tested])
    f = ss / df / (full / df_rest)
    p = stats.f.sf(f, df, df_rest)
    effects = tuple(
        _partial(" × ".join(t), float(v), float(d), df_rest, level)
        for t, v, d in zip(tested, f, df, strict=True)
        if t
    )
    nan = [float("nan")]
    return AnovaTable(
        kind,
        (*(" × ".join(t) or "intercept" for t in tested), "residual"),
        np.append(df, df_rest),
        np.append(ss, full),
        np.append(f, nan),
        np.append(p, nan),
        effects,
        len(y),
    )


Term = tuple[str, ...]


def _terms(names: Term, interactions: str) -> list[Term]:
    sizes = range(1, len(names) + 1) if interactions == "all" else range(1, 2)
    return [t for size in sizes for t in combinations(names, size)]


def _blocks(factors: Mapping[str, ArrayLike], terms: Sequence[Term], n: int) -> dict[Term, FloatArray]:
    """Sum-to-zero columns of each term; () is the intercept."""
    single = {}
    for name, by in factors.items():
        levels, place = np.unique(np.asarray(by), return_inverse=True)
        if len(place) != n or len(levels) < 2:
            raise EstimationError(f"factor '{name}' needs one group a person and two groups or more.")
        code = np.vstack([np.eye(len(levels) - 1), -np.ones(len(levels) - 1)])
        single[name] = code[place]
    out: dict[Term, FloatArray] = {(): np.ones((n, 1))}
    for term in terms:
        made = np.ones((n, 1))
        for name in term:
            made = (made[:, :, None] * single[name][:, None, :]).reshape(n, -1)
        out[term] = made
    X = np.column_stack([out[t] for t in out])
    if np.linalg.matrix_rank(X) < X.shape[1]:
        raise EstimationError(
            "a combination of levels is empty.", hint='interactions="none", or join levels.'
        )
    return out


def _rss(y: FloatArray, columns: Sequence[FloatArray]) -> float:
    q, _ = np.linalg.qr(np.column_stack(columns)) if columns else (np.zeros((len(y), 0)), None)
    rest = y - q @ (q.T @ y)
    rest = rest - q @ (q.T @ rest)
    return float(rest @ rest)


def _term_ss(
    y: FloatArray, term: Term, terms: Sequence[Term], blocks: Mapping[Term, FloatArray], kind: str
) -> float:
    if kind == "I":
        given = [(), *terms[: list(terms).index(term)]]
    elif kind == "II":
        given = [(), *(t for t in terms if not set(term) <= set(t))]
    else:
        given = [t for t in ((), *terms) if t != term]
    base = [blocks[t] for t in given]
    q = np.linalg.qr(np.column_stack(base))[0] if base else np.zeros((len(y), 0))
    own = blocks[term] - q @ (q.T @ blocks[term])
    part = np.linalg.qr(own)[0].T @ (y - q @ (q.T @ y))
    return float(part @ part)


def _partial(name: str, f: float, df1: float, df2: float, level: float) -> EffectSize:
    low, high = f_noncentrality(f, df1, df2, level)
    return EffectSize(
        f"partial eta squared, {name}",
        df1 * f / (df1 * f + df2),
        low / (low + df2),
        high / (high + df2),
        level,
    )


def repeated_measures(answers: ArrayLike) -> SimpleTest:
    """Equality of the means of several questions of the same people, with corrections for sphericity.

    Parameters
    ----------
    answers : array_like, shape (people, questions)

    Returns
    -------
    SimpleTest
        p is Greenhouse-Geisser's. `details`: uncorrected p, Huynh-Feldt epsilon and p, Mauchly's W with the
        chi-square of first order and of Box's second (R `mauchly.test`).

    Notes
    -----
    Greenhouse & Geisser (1959), Huynh & Feldt (1976), Mauchly (1940), generalised eta² Olejnik & Algina (2003).

    Examples
    --------
    >>> round(repeated_measures([[1, 2, 4], [2, 2, 5], [3, 5, 5], [1, 3, 3]]).statistic, 4)
    10.7143
    """
    m = matrix(answers)
    n, k = m.shape
    mean = m.mean()
    between, people = n * float(((m.mean(0) - mean) ** 2).sum()), k * float(((m.mean(1) - mean) ** 2).sum())
    rest = float(((m - m.mean(1, keepdims=True) - m.mean(0) + mean) ** 2).sum())
    if rest <= 0:
        raise EstimationError("everybody's answers move together: there is no error variance.")
    df1, df2 = k - 1, (n - 1) * (k - 1)
    f = between / df1 / (rest / df2)
    spherical = _sphericity(m)
    gg, hf = float(spherical["epsilon_gg"]), min(1.0, float(spherical["epsilon_hf"]))
    return SimpleTest(
        "repeated-measures ANOVA, Greenhouse-Geisser",
        f,
        float(stats.f.sf(f, gg * df1, gg * df2)),
        n,
        df=gg * df1,
        df_residual=gg * df2,
        effects=(
            EffectSize("partial eta squared", between / (between + rest)),
            EffectSize("generalised eta squared", between / (between + people + rest)),
        ),
        details={
            "p_uncorrected": float(stats.f.sf(f, df1, df2)),
            "p_hf": float(stats.f.sf(f, hf * df1, hf * df2)),
            **spherical,
        },
    )


def _sphericity(m: FloatArray) -> dict[str, float]:
    n, k = m.shape
    p = k - 1
    contrasts = np.linalg.qr(np.column_stack([np.ones(k), np.eye(k)[:, 1:]]))[0][:, 1:]
    M = contrasts.T @ np.cov(m, rowvar=False) @ contrasts
    trace = float(np.trace(M))
    gg = trace**2 / (p * float((M**2).sum()))
    hf = (n * p * gg - 2) / (p * (n - 1 - p * gg))
    w = float(np.linalg.det(M)) / (trace / p) ** p if p > 1 else 1.0
    out = {"epsilon_gg": gg, "epsilon_hf": hf, "mauchly_w": w}
    if p > 1:
        df = p * (p + 1) / 2 - 1
        rho = 1 - (2 * p * p + p + 2) / (6 * p * (n - 1))
        statistic = -(n - 1) * rho * float(np.log(w))
        first, second = float(stats.chi2.sf(statistic, df)), float(stats.chi2.sf(statistic, df + 4))
        top = (p + 2) * (p - 1) * (p - 2) * (2 * p**3 + 6 * p**2 + 3 * p + 2)
        weight = top / (288 * ((n - 1) * p * rho) ** 2)
        out |= {"mauchly_p_chi_square": first, "mauchly_p": first + weight * (second - first)}
    return out
