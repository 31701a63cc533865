"""Simultaneous critical values: the largest of several correlated estimates (statistics 2.26)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import Floats
from survey_analysis.errors import EstimationError

_BLOCK = 10_000


def correlation(V: ArrayLike) -> Floats:
    """Correlation matrix of a covariance matrix.

    Raises
    ------
    EstimationError
        An estimate has no variance.
    """
    v = np.atleast_2d(np.asarray(V, dtype=np.float64))
    se = np.sqrt(np.diag(v))
    if not (se > 0).all():
        raise EstimationError("an estimate without variance has no correlation with others.")
    out: Floats = v / np.outer(se, se)
    np.fill_diagonal(out, 1.0)
    return out


def max_t_quantile(
    corr: ArrayLike,
    level: float = 0.95,
    *,
    seed: int,
    draws: int = 200_000,
    side: Literal["two-sided", "one-sided"] = "two-sided",
) -> float:
    """Quantile of max_j |Z_j| (or max_j Z_j) of a normal vector with correlation `corr`.

    Parameters
    ----------
    corr : array_like, shape (k, k)
        Correlation matrix; may be singular.
    level : float
        Simultaneous coverage.
    seed : int
        The same seed gives the same value.
    draws : int
        Normal vectors drawn.
    side : {"two-sided", "one-sided"}

    Returns
    -------
    float
        c such that all k intervals theta_j ± c se_j hold together; Šidák is the upper bound for "two-sided".

    Examples
    --------
    >>> round(max_t_quantile(np.eye(12), seed=1), 1)  # Šidák: 2.86
    2.9
    """
    _check(level)
    largest = [_largest(np.abs(z) if side == "two-sided" else z) for z in _normal(corr, seed, draws)]
    return float(np.quantile(np.concatenate(largest), level))


def max_t_p(statistic: float, corr: ArrayLike, *, seed: int, draws: int = 200_000) -> float:
    """P(max_j |Z_j| > statistic) for a normal vector with correlation `corr`: a test of all at once.

    Parameters
    ----------
    statistic : float
        The largest |z| found.
    corr, seed, draws
        As in `max_t_quantile`.

    Returns
    -------
    float
        Share of the draws beyond it, at least 1 / (draws + 1): draws cannot show a smaller one.

    Examples
    --------
    >>> round(max_t_p(1.96, [[1.0]], seed=1), 2)
    0.05
    """
    beyond = sum(int((_largest(np.abs(z)) >= statistic).sum()) for z in _normal(corr, seed, draws))
    return (beyond + 1) / (draws + 1)


def stepdown(
    statistics: ArrayLike, corr: ArrayLike, level: float = 0.95, *, seed: int, draws: int = 200_000
) -> tuple[Floats, float]:
    """Directions that are shown at `level` for all together, by steps (Romano and Wolf 2005).

    Both directions of every statistic are hypotheses. Those beyond the quantile of the largest of all are
    shown; the quantile of those left is smaller; and so on until none is added. With more than one step this
    shows at least what the simultaneous intervals show (Mogstad, Romano, Shaikh and Wilhelm 2024).

    Parameters
    ----------
    statistics : array_like, shape (m,)
        z values; NaN shows nothing.
    corr : array_like, shape (m, m)
    level, seed, draws
        As in `max_t_quantile`.

    Returns
    -------
    directions : ndarray, shape (m,)
        1 above zero, -1 below, 0 not shown.
    critical : float
        The quantile of the first step: that of the simultaneous intervals.

    Examples
    --------
    >>> shown, c = stepdown([2.3, 5.0, -4.0], np.eye(3), seed=1)
    >>> shown.tolist(), round(c, 1)
    ([1.0, 1.0, -1.0], 2.4)
    """
    _check(level)
    z = np.asarray(statistics, dtype=np.float64)
    both = np.concatenate([z, -z])
    left = np.ones(len(both), dtype=bool)
    first = float("nan")
    while left.any():
        largest = [_largest(np.concatenate([d, -d], axis=1)[:, left]) for d in _normal(corr, seed, draws)]
        c = float(np.quantile(np.concatenate(largest), level))
        first = c if np.isnan(first) else first
        new = left & (both > c)
        if not new.any():
            break
        left &= ~new
    up, down = np.split(~left, 2)
    return up.astype(np.float64) - down, first


def _normal(corr: ArrayLike, seed: int, draws: int) -> Iterator[Floats]:
    """Normal vectors with that correlation, in blocks; the same seed gives the same ones."""
    matrix = np.atleast_2d(np.asarray(corr, dtype=np.float64))
    factor = _cholesky(matrix)
    rng = np.random.default_rng(seed)
    for start in range(0, draws, _BLOCK):
        yield rng.standard_normal((min(_BLOCK, draws - start), len(matrix))) @ factor.T


def _largest(z: Floats) -> Floats:
    """Largest of each row, column by column: rows are many and short."""
    out = z[:, 0].copy()
    for column in z.T[1:]:
        np.maximum(out, column, out=out)
    return out


def _check(level: float) -> None:
    if not 0 < level < 1:
        raise EstimationError(f"a level of {level:g} is not between 0 and 1.")


def _cholesky(corr: Floats) -> Floats:
    """Cholesky factor; a singular matrix gets the smallest ridge that works."""
    for ridge in (0.0, 1e-14, 1e-12, 1e-10, 1e-8):
        try:
            return np.asarray(np.linalg.cholesky(corr + ridge * np.eye(len(corr))), dtype=np.float64)
        except np.linalg.LinAlgError:
            continue
    raise EstimationError("the correlation matrix has negative eigenvalues.")
