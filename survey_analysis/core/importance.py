"""Shares of R² among correlated predictors: LMG and its relatives, from correlation matrices alone."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from survey_analysis.core.subsets import kruskal_of_subsets, lmg_of_subsets, subset_r2

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]

EXACT: Final = 20
"""Predictors up to which all subsets are gone through; the million subsets of 20 take about a hundredth of a second."""
AT_ONCE: Final = 1 << 20
"""Subsets times matrices that are held at once."""
SINGULAR: Final = 1e-9
"""Smallest share of a predictor's variance that the others may leave."""


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
    return lmg_of_subsets(R) if orders is None else _by_orders(R, orders, partial=False)


def kruskal(R: Floats, orders: Codes | None = None) -> Floats:
    """Squared partial correlations averaged over all orders (Kruskal 1987); they do not sum to R²."""
    if orders is not None:
        return _by_orders(R, orders, partial=True)
    step = max(1, AT_ONCE >> (R.shape[1] - 1))
    return np.concatenate([kruskal_of_subsets(subset_r2(R[i : i + step])) for i in range(0, len(R), step)])


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
