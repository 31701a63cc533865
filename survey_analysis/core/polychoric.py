"""Polychoric correlations of ordered answers from weighted tables: thresholds first, then the correlation."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from survey_analysis.core.bivariate import FAR, bivariate_cdf, bivariate_pdf, normal_pdf, rectangles
from survey_analysis.core.frame import Floats
from survey_analysis.errors import ConvergenceError, EstimationError

LARGEST = 0.9999  # beyond it the likelihood has no maximum inside (a table with empty corners)
TINY = 1e-300
STEPS = 60
STEP = 1e-5
SLOPE = 1e-11  # the score, a share of the table, is zero below this


class Latent(NamedTuple):
    """A latent correlation with its thresholds; `variance` is that of rho from the observed information."""

    rho: float
    rows: Floats
    columns: Floats
    variance: float
    loglik: float


def thresholds(shares: ArrayLike) -> Floats:
    """Normal quantiles of cumulative shares (..., c): shape (..., c - 1); infinite beside empty ends.

    Examples
    --------
    >>> thresholds([0.5, 0.3413447460685429, 0.1586552539314571]).round(6).tolist()
    [0.0, 1.0]
    """
    p = np.asarray(shares, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        cumulative = np.cumsum(p, axis=-1) / p.sum(axis=-1, keepdims=True)
    # what is left of 1 by rounding is an empty last category
    cumulative = np.where(cumulative > 1 - 1e-13, 1.0, cumulative)
    return np.asarray(special.ndtri(cumulative[..., :-1]))


def polychoric(tables: ArrayLike, rows: ArrayLike | None = None, columns: ArrayLike | None = None) -> Floats:
    """Two-step polychoric correlations of b tables at once.

    Parameters
    ----------
    tables : array_like, shape (b, r, c) or (r, c)
        Weighted counts.
    rows, columns : array_like, shape (b, r - 1) and (b, c - 1), optional
        Thresholds; those of the tables' own margins when left out.

    Returns
    -------
    ndarray, shape (b,)
        The maximiser of Σ p_ij log P_ij(rho) at the given thresholds; NaN for an empty table or one where
        only one row or column was answered, ± 0.9999 where the likelihood rises to the edge.

    Notes
    -----
    Olsson (1979); R `psych::polychoric` (thresholds of everybody who answered the item) and
    `polycor::polychor` (of the table). The score equation is solved by Fisher steps kept inside a bracket.

    Examples
    --------
    >>> polychoric([[40, 10], [10, 40]]).round(6).tolist()  # sin(2 pi (0.4 - 1/4))
    [0.809017]
    """
    counts = np.asarray(tables, dtype=np.float64)
    counts = counts[None] if counts.ndim == 2 else counts
    with np.errstate(invalid="ignore"):
        p = counts / counts.sum(axis=(1, 2), keepdims=True)
    a = _edged(thresholds(p.sum(axis=2)) if rows is None else rows, len(p))
    b = _edged(thresholds(p.sum(axis=1)) if columns is None else columns, len(p))
    varied = ((p.sum(axis=2) > 0).sum(axis=1) > 1) & ((p.sum(axis=1) > 0).sum(axis=1) > 1)
    varied &= np.isfinite(p).all(axis=(1, 2)) & np.isfinite(a).all(axis=1) & np.isfinite(b).all(axis=1)
    out = np.full(len(p), np.nan)
    if varied.any():
        out[varied] = _solve(p[varied], a[varied], b[varied])
    return out


def _edged(cuts: ArrayLike, count: int) -> Floats:
    """Thresholds between the two infinities, as limits of the categories; shape (b, c + 1)."""
    inner = np.asarray(cuts, dtype=np.float64)
    inner = np.broadcast_to(inner, (count, inner.shape[-1]))
    edge = np.full((count, 1), FAR)
    return np.concatenate([-edge, np.clip(inner, -FAR, FAR), edge], axis=1)


def cell_shares(a: Floats, b: Floats, rho: Floats) -> tuple[Floats, Floats]:
    """P_ij and its derivative by rho, for limits a (n, r + 1), b (n, c + 1) and rho (n,)."""
    h, k, r = a[:, :, None], b[:, None, :], rho[:, None, None]
    inside = rectangles(bivariate_cdf(h, k, r))
    return np.maximum(inside, 0.0), rectangles(bivariate_pdf(h, k, r))


def _score(p: Floats, a: Floats, b: Floats, rho: Floats) -> tuple[Floats, Floats]:
    """Score and expected information of rho, for shares p."""
    shares, slope = cell_shares(a, b, rho)
    safe = np.maximum(shares, TINY)
    score = np.where(p > 0, p * slope / safe, 0.0).sum(axis=(1, 2))
    information = np.where(shares > TINY, slope**2 / safe, 0.0).sum(axis=(1, 2))
    return score, np.maximum(information, 1e-12)


def _solve(p: Floats, a: Floats, b: Floats) -> Floats:
    low, high = np.full(len(p), -LARGEST), np.full(len(p), LARGEST)
    rho = np.zeros(len(p))
    active = np.arange(len(p))
    for _ in range(STEPS):
        score, information = _score(p[active], a[active], b[active], rho[active])
        up = score > 0
        low[active] = np.where(up, rho[active], low[active])
        high[active] = np.where(up, high[active], rho[active])
        step = rho[active] + score / information
        inside = (step > low[active]) & (step < high[active])
        middle = (low[active] + high[active]) / 2
        done = (np.abs(score) < SLOPE) | (high[active] - low[active] < 1e-13)
        rho[active] = np.where(done, rho[active], np.where(inside, step, middle))
        active = active[~done]
        if not len(active):
            break
    edge = LARGEST - np.abs(rho) < 1e-6
    return np.where(edge, np.sign(rho) * LARGEST, rho)


class TwoStep(NamedTuple):
    """Slopes of a two-step polychoric correlation: by the cell shares, and by either set of thresholds."""

    cells: Floats
    rows: Floats
    columns: Floats


def slopes(p: Floats, rows: Floats, columns: Floats, rho: float) -> TwoStep:
    """How a two-step correlation moves with the table (r, c) and with the thresholds.

    Notes
    -----
    From the score equation S(p, a, b, rho) = 0: d rho = -(dS/d.) / (dS/d rho), the latter exact.
    """
    a, b = _edged(rows, 1), _edged(columns, 1)
    inner = a.shape[1] - 2
    size = np.concatenate([a[0, 1:-1], b[0, 1:-1], [rho]])
    moved = np.where(np.abs(size) < FAR, STEP, 0.0)  # a threshold at infinity stays there
    shift = np.vstack([np.diag(moved), -np.diag(moved)])
    edges_a, edges_b = np.repeat(a, len(shift), axis=0), np.repeat(b, len(shift), axis=0)
    edges_a[:, 1:-1] += shift[:, :inner]
    edges_b[:, 1:-1] += shift[:, inner:-1]
    table = np.broadcast_to(p, (len(shift), *p.shape))
    up, down = np.split(_score(table, edges_a, edges_b, rho + shift[:, -1])[0], 2)
    slope = (up - down) / (2 * STEP)
    shares, by_rho = (x[0] for x in cell_shares(a, b, np.array([rho])))
    ratio = np.where(shares > TINY, by_rho / np.maximum(shares, TINY), 0.0)
    bend = slope[-1]
    return TwoStep(-ratio / bend, -slope[:inner] / bend, -slope[inner:-1] / bend)


def polychoric_ml(table: ArrayLike) -> Latent:
    """Maximum likelihood of correlation and thresholds together.

    Raises
    ------
    EstimationError
        Fewer than two rows or columns with an answer.
    ConvergenceError
        No maximum was found.

    Notes
    -----
    R `polycor::polychor(ML = TRUE)`, whose simplex search stops a little before the maximum.

    Examples
    --------
    >>> round(polychoric_ml([[40, 10], [10, 40]]).rho, 6)
    0.809017
    """
    counts = np.asarray(table, dtype=np.float64)
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(counts.shape) < 2:
        raise EstimationError("the table has fewer than two rows or columns with an answer.")
    r, total = counts.shape[0], float(counts.sum())
    p = counts / total
    start = np.concatenate(
        [[np.arctanh(polychoric(p)[0])], thresholds(p.sum(axis=1)), thresholds(p.sum(axis=0))]
    )

    def loss(x: Floats) -> tuple[float, Floats]:
        rho, a, b = np.tanh(x[:1]), _edged(x[1:r], 1), _edged(x[r:], 1)
        if (np.diff(a) <= 0).any() or (np.diff(b) <= 0).any():
            return np.inf, np.zeros_like(x)
        shares, slope = (v[0] for v in cell_shares(a, b, rho))
        ratio = np.where(p > 0, p / np.maximum(shares, TINY), 0.0)
        value = -float(np.where(p > 0, p * np.log(np.maximum(shares, TINY)), 0.0).sum())
        across = _across(a[0], b[0], float(rho[0]))
        down = _across(b[0], a[0], float(rho[0]))
        by_row = [float(((ratio[i] - ratio[i + 1]) * across[i]).sum()) for i in range(r - 1)]
        by_column = [float(((ratio[:, j] - ratio[:, j + 1]) * down[j]).sum()) for j in range(len(x) - r)]
        gradient = np.array([float((ratio * slope).sum()) * (1 - rho[0] ** 2), *by_row, *by_column])
        return value, -gradient

    found = optimize.minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-9, "maxiter": 500})
    if not found.success and np.abs(found.jac).max() > 1e-6:
        raise ConvergenceError("the polychoric likelihood has no maximum inside.", where=str(found.message))
    rho = float(np.tanh(found.x[0]))
    inverse = np.linalg.inv(_hessian(lambda v: loss(v)[1], found.x) * total)
    variance = float(inverse[0, 0]) * (1 - rho**2) ** 2
    return Latent(rho, found.x[1:r], found.x[r:], variance, -float(found.fun) * total)


def _across(a: Floats, b: Floats, rho: float) -> Floats:
    """dP(X <= a_i, b_j < Y <= b_j+1) / d a_i for inner limits i: shape (r - 1, c)."""
    inner = a[1:-1, None]
    upper = special.ndtr((b[None, :] - rho * inner) / np.sqrt(1 - rho**2))
    return np.asarray(normal_pdf(inner) * np.diff(upper, axis=1))


def _hessian(gradient: Callable[[Floats], Floats], x: Floats, step: float = 1e-5) -> Floats:
    columns = []
    for i in range(len(x)):
        move = np.zeros_like(x)
        move[i] = step
        columns.append((gradient(x + move) - gradient(x - move)) / (2 * step))
    out = np.column_stack(columns)
    return np.asarray((out + out.T) / 2)
