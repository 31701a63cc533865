"""Simultaneous critical values: the largest of several correlated estimates (statistics 2.26)."""

from __future__ import annotations

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
    matrix = np.atleast_2d(np.asarray(corr, dtype=np.float64))
    if not 0 < level < 1:
        raise EstimationError(f"a level of {level:g} is not between 0 and 1.")
    factor = _cholesky(matrix)
    rng = np.random.default_rng(seed)
    largest = []
    for start in range(0, draws, _BLOCK):
        z = rng.standard_normal((min(_BLOCK, draws - start), len(matrix))) @ factor.T
        largest.append((np.abs(z) if side == "two-sided" else z).max(axis=1))
    return float(np.quantile(np.concatenate(largest), level))


def _cholesky(corr: Floats) -> Floats:
    """Cholesky factor; a singular matrix gets the smallest ridge that works."""
    for ridge in (0.0, 1e-14, 1e-12, 1e-10, 1e-8):
        try:
            return np.asarray(np.linalg.cholesky(corr + ridge * np.eye(len(corr))), dtype=np.float64)
        except np.linalg.LinAlgError:
            continue
    raise EstimationError("the correlation matrix has negative eigenvalues.")
