"""Tests as quadratic forms in estimates and their covariance: t, Wald F, Rao-Scott, equivalence."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from survey_analysis.core.covariance import zero_small
from survey_analysis.core.frame import Floats
from survey_analysis.errors import EstimationError


class FTest(NamedTuple):
    """An F statistic with its degrees of freedom; NaN when it cannot be computed."""

    statistic: float
    df1: float
    df2: float
    p: float


class RaoScott(NamedTuple):
    """Rao-Scott tests of independence in a table.

    Attributes
    ----------
    statistic, df1, df2, p : float
        Second order (Satterthwaite), R `svychisq(statistic="F")`.
    pearson, k : float
        Pearson X² of the weighted shares at the unweighted n, and (r - 1)(c - 1).
    first_order_p : float
        X² / mean(δ) on χ²_k, R `svychisq(statistic="Chisq")`.
    delta : tuple of float
        Generalised design effects.
    deviance : float
        Likelihood-ratio statistic G² of the same shares at the unweighted n; its δ are those of X².
    """

    statistic: float
    df1: float
    df2: float
    p: float
    pearson: float
    k: int
    first_order_p: float
    delta: tuple[float, ...]
    deviance: float


class Goodness(NamedTuple):
    """Test of given shares, R `svygofchisq`.

    Attributes
    ----------
    pearson : float
        X² of the weighted counts, on the scale of the weights.
    scale, df : float
        X² / scale is taken as χ² with df degrees of freedom (two moments).
    delta : tuple of float
        Weights of the χ² variables that X² follows.
    """

    pearson: float
    scale: float
    df: float
    delta: tuple[float, ...]


def f_tail(statistic: float, df1: float, df2: float) -> float:
    """P(F > statistic), for infinite df2 the χ² tail."""
    if not (df1 > 0 and df2 > 0):
        return float("nan")
    if np.isinf(df2):
        return float(special.gammaincc(df1 / 2, statistic * df1 / 2))
    explained = df1 * max(statistic, 0.0)
    return float(special.betaincc(df1 / 2, df2 / 2, explained / (df2 + explained)))


def t_tail(statistic: ArrayLike, df: ArrayLike) -> Floats:
    """Two-sided P(|T| > |statistic|); NaN without degrees of freedom."""
    t, nu = np.broadcast_arrays(np.asarray(statistic, dtype=np.float64), np.asarray(df, dtype=np.float64))
    usable = np.isfinite(nu) & (nu > 0)
    safe = np.where(usable, nu, 1.0)
    p = 2 * special.stdtr(safe, -np.abs(t))  # as betaincc(1/2, df/2, .), many times faster
    return np.asarray(np.where(usable, p, np.where(nu == np.inf, 2 * special.ndtr(-np.abs(t)), np.nan)))


def t_test(d: ArrayLike, se: ArrayLike, df: ArrayLike) -> tuple[Floats, Floats]:
    """Statistic d / se and its two-sided p; both NaN where the standard error is zero (never infinite).

    Examples
    --------
    >>> t, p = t_test(0.08, 0.04, 100)
    >>> float(t), round(float(p), 4)
    (2.0, 0.0482)
    """
    error = np.asarray(se, dtype=np.float64)
    t = np.asarray(d, dtype=np.float64) / np.where(error > 0, error, np.nan)
    return t, t_tail(t, df)


def equivalence(d: ArrayLike, se: ArrayLike, df: ArrayLike, margin: float) -> Floats:
    """Test |d| ≥ margin by two one-sided t tests (Schuirmann 1987); their p. The margin has no default."""
    if not margin > 0:
        raise EstimationError(f"an equivalence margin must be positive; found {margin:g}.")
    error = np.asarray(se, dtype=np.float64)
    gap = (margin - np.abs(np.asarray(d, dtype=np.float64))) / np.where(error > 0, error, np.nan)
    two_sided = t_tail(gap, df)
    return np.asarray(np.where(gap > 0, two_sided / 2, 1 - two_sided / 2))


def wald_f(
    theta: ArrayLike,
    V: ArrayLike,
    df: float,
    *,
    form: Literal["wald", "adjusted"] = "wald",
    scale: ArrayLike = 1.0,
    rank_tolerance: float = 1e-10,
) -> FTest:
    """Design Wald F test that theta = 0.

    Parameters
    ----------
    theta : array_like, shape (k,)
    V : array_like, shape (k, k)
    df : float
        Design degrees of freedom ν of the union of the domains.
    form : {"wald", "adjusted"}
        W / k on k and ν, or W (ν - k + 1) / (k ν) on k and ν - k + 1 (Fellegi 1980; Thomas and Rao 1987).
    scale : array_like
        Scale of the estimates, for the exact-zero rule.
    rank_tolerance : float
        Eigenvalues of the correlation form below it do not count; k is the rank that remains.

    Returns
    -------
    FTest
        NaN statistic when V is zero, or when theta differs from 0 where V has no variance.
    """
    t, v = np.atleast_1d(np.asarray(theta, dtype=np.float64)), np.atleast_2d(np.asarray(V, dtype=np.float64))
    se = np.sqrt(zero_small(np.diag(v), scale))
    usable = se > 0
    root = np.where(usable, se, 1.0)
    values, vectors = np.linalg.eigh(np.where(np.outer(usable, usable), v / np.outer(root, root), 0.0))
    keep = values > rank_tolerance
    k = int(keep.sum())
    coordinates = vectors.T @ (t / root)
    size = float(np.abs(t / root).max(initial=0.0))
    if k == 0 or np.abs(coordinates[~keep]).max(initial=0.0) > 1e-6 * size:
        return FTest(float("nan"), float(k), float(df), float("nan"))
    w = float((coordinates[keep] ** 2 / values[keep]).sum())
    if form == "wald":
        return FTest(w / k, float(k), float(df), f_tail(w / k, k, df))
    df2 = df - k + 1
    f = w * df2 / (k * df) if df2 > 0 else float("nan")
    return FTest(f, float(k), float(df2), f_tail(f, k, df2))


def rao_scott(p: ArrayLike, V: ArrayLike, n: float, df: float) -> RaoScott:
    """Rao-Scott test of independence from weighted cell shares and their covariance.

    Parameters
    ----------
    p : array_like, shape (r, c)
        Cell shares, summing to 1. No empty row or column.
    V : array_like, shape (r * c, r * c)
        Design covariance of the cells, in row order.
    n : float
        Unweighted number of respondents in the table.
    df : float
        Degrees of freedom of the table's domain.

    Returns
    -------
    RaoScott

    Notes
    -----
    δ are the eigenvalues of (C′D⁻¹C/n)⁻¹ (C′D⁻¹ V D⁻¹C), C the interaction contrasts orthogonal to the main
    effects. F = X²/Σδ on (Σδ)²/Σδ² and that times ν. Rao and Scott (1984); Thomas and Rao (1987).
    """
    table = np.asarray(p, dtype=np.float64)
    r, c = table.shape
    k = (r - 1) * (c - 1)
    if k == 0 or (table.sum(axis=0) <= 0).any() or (table.sum(axis=1) <= 0).any():
        raise EstimationError(
            f"a test of independence needs two filled rows and columns; the table is {r} by {c}.",
            hint="leave out answers and groups that nobody gave.",
        )
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = float(n * ((table - expected) ** 2 / expected).sum())
    cells = table.ravel()
    inverse = np.divide(1.0, cells, out=np.zeros_like(cells), where=cells > 0)
    contrasts = np.kron(_helmert(r), _helmert(c)) * inverse[:, None]
    under_srs = contrasts.T @ (contrasts * cells[:, None]) / n
    delta = np.linalg.solve(under_srs, contrasts.T @ np.asarray(V, dtype=np.float64) @ contrasts)
    deviance = 2.0 * n * float(special.rel_entr(table, expected).sum())
    trace, trace2 = float(np.trace(delta)), float(np.trace(delta @ delta))
    if not trace > 1e-12 * k:  # calibrated to every cell: nothing left to chance
        nan = float("nan")
        return RaoScott(nan, nan, nan, nan, pearson, k, nan, (0.0,) * k, deviance)
    f, df1 = pearson / trace, trace**2 / trace2
    eigenvalues = tuple(sorted(np.linalg.eigvals(delta).real.tolist(), reverse=True))
    first = float(special.gammaincc(k / 2, pearson / (trace / k) / 2))
    return RaoScott(f, df1, df1 * df, f_tail(f, df1, df1 * df), pearson, k, first, eigenvalues, deviance)


def association_wald(
    counts: ArrayLike, V: ArrayLike, df: float, *, form: Literal["wald", "adjusted"] = "wald"
) -> FTest:
    """Wald test of independence from weighted counts: all N_ij - N_i+ N_+j / N are zero.

    Parameters
    ----------
    counts : array_like, shape (r, c)
        Weighted counts. No empty row or column.
    V : array_like, shape (r * c, r * c)
        Design covariance of the counts, in row order.
    df, form
        As in `wald_f`.

    Returns
    -------
    FTest

    Notes
    -----
    Koch, Freeman and Freeman (1975): the (r - 1)(c - 1) residuals off the first row and column, their
    covariance by the delta method in the counts at their estimates, N estimated (R `svychisq`, statistics
    "Wald" and "adjWald"). Adjustment of Fellegi (1980), Thomas and Rao (1987). It grows unstable as
    (r - 1)(c - 1) comes near the degrees of freedom; `rao_scott` does not.
    """
    table = np.asarray(counts, dtype=np.float64)
    r, c = table.shape
    rows, columns, n = table.sum(axis=1), table.sum(axis=0), float(table.sum())
    residual = table - np.outer(rows, columns) / n
    in_row, in_column = np.kron(np.eye(r), np.ones(c)), np.kron(np.ones(r), np.eye(c))
    expected = (np.kron(rows, np.ones(c)), np.kron(np.ones(r), columns))
    jacobian = np.eye(r * c)
    jacobian -= (
        expected[1][:, None] * (in_row.T @ in_row) + expected[0][:, None] * (in_column.T @ in_column)
    ) / n
    jacobian += np.outer(expected[0] * expected[1], np.ones(r * c)) / n**2
    free = (np.arange(r * c).reshape(r, c)[1:, 1:]).ravel()
    v = jacobian @ np.asarray(V, dtype=np.float64) @ jacobian.T
    return wald_f(residual.ravel()[free], v[np.ix_(free, free)], df, form=form, scale=n)


def goodness_of_fit(counts: ArrayLike, V: ArrayLike, shares: ArrayLike) -> Goodness:
    """Compare weighted counts with given shares of the population.

    Parameters
    ----------
    counts : array_like, shape (k,)
        Weighted counts O.
    V : array_like, shape (k, k)
        Their design covariance.
    shares : array_like, shape (k,)
        Shares of the hypothesis, positive, summing to 1.

    Returns
    -------
    Goodness

    Notes
    -----
    X² = Σ X_i², X_i = (O_i - p_i N) / √(p_i N), N = Σ O estimated. δ are the eigenvalues of the covariance of X
    by the delta method at the estimates, as R `svygofchisq`; scale = Σδ²/Σδ, df = (Σδ)²/Σδ². Rao and Scott (1981)
    hold N fixed at n; the p-value does not depend on the scale of the weights either way.

    Examples
    --------
    >>> found = goodness_of_fit([30, 70], [[21, -21], [-21, 21]], [0.5, 0.5])
    >>> round(found.pearson, 6), round(found.scale, 6), found.df
    (16.0, 0.84, 1.0)
    """
    observed, p = np.asarray(counts, dtype=np.float64), np.asarray(shares, dtype=np.float64)
    expected = p * observed.sum()
    x = (observed - expected) / np.sqrt(expected)
    by_n = -np.sqrt(p / observed.sum()) - x / (2 * observed.sum())
    jacobian = np.diag(1 / np.sqrt(expected)) + by_n[:, None]
    v = np.asarray(V, dtype=np.float64)
    delta = np.linalg.eigvalsh(jacobian @ v @ jacobian.T)
    rounding = 1e-12 * float((np.diag(v) / expected).sum())  # shares may be fixed where the counts are not
    kept = tuple(sorted(delta[delta > rounding].tolist(), reverse=True))
    total, squares = sum(kept), sum(d * d for d in kept)
    if not total > 0:
        return Goodness(float(x @ x), float("nan"), float("nan"), ())
    return Goodness(float(x @ x), squares / total, total**2 / squares, kept)


def _helmert(levels: int) -> Floats:
    """Orthogonal contrasts of a factor, shape (levels, levels - 1)."""
    basis = np.eye(levels) - 1.0 / levels
    return np.linalg.svd(basis)[0][:, : levels - 1]
