"""Shares of R² among correlated predictors: LMG and its relatives, from correlation matrices alone.

All subsets at once: sweeping one predictor after the other out of the matrix, for the half of the subsets that
hold it, gives the R² of all 2^k subsets in about six multiplications a subset. LMG is a weighted sum of them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

EXACT: Final = 20
"""Predictors up to which all subsets are gone through; a million subsets of 20 take about 20 ms."""
AT_ONCE: Final = 1 << 20
"""Subsets times matrices that are held at once."""
SINGULAR: Final = 1e-9
"""Smallest share of a predictor's variance that the others may leave."""


class Room:
    """Arrays that the sweeps of b matrices of k predictors write into, again and again; 50 MB for 20 predictors."""

    def __init__(self, k: int, b: int) -> None:
        self.rows = [[np.empty((k + 1 - i, 2 << p, b)) for i in range(p + 1, k)] for p in range(k)]
        self.slopes = [np.empty((k - p, 1 << p, b)) for p in range(k)]
        self.r2 = [np.empty((2 << p, b)) for p in range(k)]


def subset_r2(R: Floats, room: Room | None = None) -> Floats:
    """R² of every subset of predictors.

    Parameters
    ----------
    R : ndarray, shape (b, k + 1, k + 1)
        Correlation matrices, the outcome last; the predictors' part positive definite.
    room : Room, optional
        Where to work; the result stands in it and lasts until the next call.

    Returns
    -------
    ndarray, shape (2^k, b)
        Row s holds the subset of the predictors whose bits are set in s.

    Examples
    --------
    >>> R = np.array([[[1.0, 0.0, 0.6], [0.0, 1.0, 0.3], [0.6, 0.3, 1.0]]])
    >>> subset_r2(R)[:, 0].round(6).tolist()
    [0.0, 0.36, 0.09, 0.45]
    """
    k = R.shape[1] - 1
    room = Room(k, len(R)) if room is None else room
    rows = [np.ascontiguousarray(R[:, i, i:].T)[:, None, :] for i in range(k)]  # row i from its diagonal on
    r2 = np.zeros((1, len(R)))
    for p in range(k):
        pivot, n = rows[p], 1 << p
        slope = np.divide(pivot[1:], pivot[0], out=room.slopes[p])
        for i in range(p + 1, k):
            both = room.rows[p][i - p - 1]
            both[:, :n] = rows[i]
            swept = both[:, n:]
            np.multiply(slope[i - p - 1], pivot[i - p :], out=swept)
            np.subtract(rows[i], swept, out=swept)
            rows[i] = both
        grown = room.r2[p]
        grown[:n] = r2
        np.multiply(slope[-1], pivot[-1], out=grown[n:])
        grown[n:] += r2
        r2 = grown
    return r2


@lru_cache(maxsize=4)
def _sizes(k: int) -> NDArray[np.int8]:
    """Number of predictors in every subset."""
    out = np.zeros(1, dtype=np.int8)
    for _ in range(k):
        out = np.concatenate([out, out + 1])
    return out


@lru_cache(maxsize=4)
def _weights(k: int) -> tuple[Floats, Floats]:
    """Weight of R²(S) in every LMG, and in that of a member besides, for every subset.

    The orders in which exactly S precedes j are a share 1 / (k C(k-1, |S|)) of all.
    """
    before = np.array([1 / (k * comb(k - 1, s)) for s in range(k)] + [0.0])
    member = before + np.concatenate([[0.0], before[:-1]])
    sizes = _sizes(k)
    return before[sizes], member[sizes]


def _bits(k: int) -> Floats:
    return ((np.arange(1 << k)[None, :] >> np.arange(k)[:, None]) & 1).astype(np.float64)


def lmg_of_subsets(r2: Floats) -> Floats:
    """LMG shares from the R² of all subsets (2^k, b); shape (b, k)."""
    k = len(r2).bit_length() - 1
    before, member = _weights(k)
    weighted = r2 * member[:, None]
    low = k // 2
    square = weighted.reshape(1 << (k - low), 1 << low, r2.shape[1])
    inside = np.concatenate([_bits(low) @ square.sum(axis=0), _bits(k - low) @ square.sum(axis=1)])
    return np.asarray((inside - before @ r2).T)


def kruskal_of_subsets(r2: Floats) -> Floats:
    """Average squared partial correlations from the R² of all subsets; shape (b, k)."""
    k = len(r2).bit_length() - 1
    before = _weights(k)[0]
    out = np.empty((r2.shape[1], k))
    with np.errstate(divide="ignore", invalid="ignore"):
        for j in range(k):
            pair = r2.reshape(1 << (k - 1 - j), 2, 1 << j, r2.shape[1])
            share = before.reshape(1 << (k - 1 - j), 2, 1 << j)[:, 0]
            partial = (pair[:, 1] - pair[:, 0]) / (1 - pair[:, 0])
            out[:, j] = np.einsum("as,asb->b", share, partial)
    return out


def sampled_orders(k: int, count: int, seed: int) -> Codes:
    """Random orders of k predictors, each followed by its reverse; shape (count, k), count even."""
    rng = np.random.default_rng(seed)
    drawn = np.array([rng.permutation(k) for _ in range(count // 2)], dtype=np.intp)
    return np.concatenate([drawn, drawn[:, ::-1]], axis=1).reshape(-1, k)


def increments(R: Floats, order: Codes) -> Floats:
    """What each predictor adds to R² when they enter in an order, in the predictors' own places; (b, k)."""
    k = R.shape[1] - 1
    placed = np.append(order, k)
    root = np.linalg.cholesky(R[:, placed[:, None], placed])
    out = np.empty((len(R), k))
    out[:, order] = root[:, -1, :-1] ** 2
    return out


def _by_orders(R: Floats, orders: Codes, *, partial: bool) -> Floats:
    total = np.zeros((len(R), R.shape[1] - 1))
    for order in orders:
        added = increments(R, order)
        if partial:
            left = 1 - np.cumsum(added[:, order], axis=1) + added[:, order]
            added[:, order] = added[:, order] / left
        total += added
    return total / len(orders)


def monte_carlo_error(R: Floats, orders: Codes) -> Floats:
    """Standard errors of LMG from sampled orders, pairs of an order and its reverse as units; shape (b, k)."""
    pairs = [
        (increments(R, a) + increments(R, b)) / 2 for a, b in zip(orders[::2], orders[1::2], strict=True)
    ]
    return np.asarray(np.std(pairs, axis=0, ddof=1) / np.sqrt(len(pairs)))


def _over_subsets(R: Floats, measure: Callable[[Floats], Floats]) -> Floats:
    k = R.shape[1] - 1
    step = min(len(R), max(1, AT_ONCE >> k))
    room = Room(k, step)
    whole = [measure(subset_r2(R[i : i + step], room)) for i in range(0, len(R) - step + 1, step)]
    rest = R[len(whole) * step :]
    return np.concatenate([*whole, *([measure(subset_r2(rest))] if len(rest) else [])])


def lmg(R: Floats, orders: Codes | None = None) -> Floats:
    """LMG (Shapley) shares: what a predictor adds to R², averaged over all orders of entry.

    Parameters
    ----------
    R : ndarray, shape (b, k + 1, k + 1)
        Correlation matrices, the outcome last.
    orders : ndarray of int, shape (M, k), optional
        Average over these orders instead of all.

    Returns
    -------
    ndarray, shape (b, k)
        They sum to R².

    Notes
    -----
    Lindeman, Merenda and Gold (1980); R `relaimpo::calc.relimp(type = "lmg")`.

    Examples
    --------
    >>> R = np.array([[[1.0, 0.5, 0.6], [0.5, 1.0, 0.6], [0.6, 0.6, 1.0]]])
    >>> lmg(R).round(6).tolist()
    [[0.24, 0.24]]
    """
    return _over_subsets(R, lmg_of_subsets) if orders is None else _by_orders(R, orders, partial=False)


def kruskal(R: Floats, orders: Codes | None = None) -> Floats:
    """Squared partial correlations averaged over all orders (Kruskal 1987); they do not sum to R²."""
    return _over_subsets(R, kruskal_of_subsets) if orders is None else _by_orders(R, orders, partial=True)


def betas(R: Floats) -> Floats:
    """Standardised coefficients of the full regression; shape (b, k)."""
    return np.asarray(np.linalg.solve(R[:, :-1, :-1], R[:, :-1, -1:])[..., 0])


def r_squared(R: Floats) -> Floats:
    """R² of the full regression; shape (b,)."""
    return np.asarray((betas(R) * R[:, :-1, -1]).sum(axis=1))


def johnson(R: Floats) -> Floats:
    """Relative weights: the regression on the nearest orthogonal predictors, carried back; sums to R².

    X = P D Q', Z = P Q', L = Q D Q': w_j = Σ_m L_jm² β_m² with β = L⁻¹ r (Johnson 2000).
    """
    roots, axes = np.linalg.eigh(R[:, :-1, :-1])
    size = np.sqrt(np.maximum(roots, 0.0))
    L = (axes * size[:, None, :]) @ np.swapaxes(axes, 1, 2)
    inverse = (axes / size[:, None, :]) @ np.swapaxes(axes, 1, 2)
    beta = inverse @ R[:, :-1, -1:]
    return np.asarray((L**2 @ beta**2)[..., 0])


def first(R: Floats) -> Floats:
    """R² of each predictor alone."""
    return np.asarray(R[:, :-1, -1] ** 2)


def last(R: Floats) -> Floats:
    """What each predictor adds to the R² of all the others: the squared semi-partial correlation."""
    inverse = np.linalg.inv(R[:, :-1, :-1])
    return np.asarray(betas(R) ** 2 / np.diagonal(inverse, axis1=1, axis2=2))


def pratt(R: Floats) -> Floats:
    """Standardised coefficient times correlation (Pratt 1987); sums to R² and may be negative."""
    return np.asarray(betas(R) * R[:, :-1, -1])


def regular(R: Floats) -> NDArray[np.bool_]:
    """Matrices whose predictors are finite and none of them a combination of the others; shape (b,)."""
    known = np.asarray(np.isfinite(R).all(axis=(1, 2)), dtype=bool)
    safe = np.where(known[:, None, None], R, np.eye(R.shape[1]))
    return np.asarray(known & (np.linalg.eigvalsh(safe[:, :-1, :-1])[:, 0] > SINGULAR))
