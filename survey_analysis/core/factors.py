"""Principal components and maximum-likelihood factors of a weighted correlation matrix."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize

from survey_analysis.core.frame import Floats
from survey_analysis.errors import ConvergenceError, EstimationError

LOWEST = 0.005  # uniquenesses are held above it, as R does: a Heywood case ends there


class Components(NamedTuple):
    """Standard deviations (k,), largest first, and directions (p, k) of principal components."""

    std_dev: Floats
    rotation: Floats


class Factors(NamedTuple):
    """Uniquenesses (p,) and rotated loadings (p, q), by variance explained, of a factor model."""

    uniqueness: Floats
    loadings: Floats


def weighted_correlation(x: ArrayLike, w: ArrayLike) -> Floats:
    """Correlations of the columns of x (n, p) with weights w (n,).

    Raises
    ------
    EstimationError
        Missing values, or a column that does not vary.

    Examples
    --------
    >>> weighted_correlation([[0, 0], [1, 1], [2, 0]], [1, 1, 1])[0, 1].round(6).item()
    0.0
    """
    values, weight = np.asarray(x, dtype=np.float64), np.asarray(w, dtype=np.float64)
    if not np.isfinite(values).all():
        raise EstimationError("the items have missing values.", hint="keep the complete rows.")
    centred = values - weight @ values / weight.sum()
    cov = (centred * weight[:, None]).T @ centred / weight.sum()
    sd = np.sqrt(np.diag(cov))
    if not (sd > 1e-12 * np.abs(values).max(axis=0, initial=1e-300)).all():
        raise EstimationError("an item does not vary.", hint="leave it out.")
    return np.asarray(cov / np.outer(sd, sd))


def principal_components(matrix: ArrayLike) -> Components:
    """Principal components of a correlation or covariance matrix (p, p); signs are arbitrary.

    Notes
    -----
    R `svyprcomp` takes the columns times √w and centres them at their plain mean, which is not the weighted
    correlation matrix unless the weights are equal.
    """
    values, vectors = np.linalg.eigh(np.asarray(matrix, dtype=np.float64))
    return Components(np.sqrt(np.maximum(values[::-1], 0.0)), vectors[:, ::-1])


def ml_factors(
    matrix: ArrayLike,
    factors: int,
    *,
    tolerance: float = 1e-12,
    rotation: Literal["none", "varimax"] = "varimax",
) -> Factors:
    """Fit a factor model to a correlation matrix by maximum likelihood.

    Parameters
    ----------
    matrix : array_like, shape (p, p)
        Correlations, positive definite.
    factors : int
        q, with (p - q)² at least p + q.
    tolerance : float
        When the varimax rotation stops (`varimax`); R's is 1e-5, some way before the best rotation.
    rotation : {"none", "varimax"}

    Returns
    -------
    Factors

    Raises
    ------
    EstimationError
        Too many factors for the items, or a singular matrix.
    ConvergenceError
        No minimum was found.

    Notes
    -----
    Jöreskog (1967): minimise Σ (e_j - log e_j) over the smaller p - q eigenvalues e of Ψ^-½ R Ψ^-½. Kaiser (1958).
    R `factanal`, `svyfactanal`.
    """
    r = np.asarray(matrix, dtype=np.float64)
    p = len(r)
    if factors < 1 or (p - factors) ** 2 < p + factors:
        raise EstimationError(f"{factors} factors are too many for {p} items.", hint="take fewer factors.")
    if np.linalg.eigvalsh(r)[0] <= 1e-12:
        raise EstimationError(
            "the correlation matrix is singular: an item is a sum of others.", hint="leave it out."
        )
    start = np.clip((1 - 0.5 * factors / p) / np.diag(np.linalg.inv(r)), LOWEST, 1.0)
    found = optimize.minimize(
        _discrepancy, start, args=(r, factors), jac=True, method="L-BFGS-B", bounds=[(LOWEST, 1.0)] * p,
        options={"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-10},
    )  # fmt: skip
    if not found.success and found.status != 2:  # 2: no further descent in double precision
        raise ConvergenceError("the factor model did not converge.", where=str(found.message))
    loadings = _loadings(found.x, r, factors)
    if factors > 1 and rotation == "varimax":
        loadings = varimax(loadings, tolerance=tolerance)
    order = np.argsort(-(loadings**2).sum(axis=0), kind="stable")
    loadings = loadings[:, order]
    return Factors(found.x, loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))


def _scaled_eigen(psi: Floats, r: Floats) -> tuple[Floats, Floats]:
    root = np.sqrt(psi)
    values, vectors = np.linalg.eigh(r / np.outer(root, root))
    return values[::-1], vectors[:, ::-1]


def _discrepancy(psi: Floats, r: Floats, q: int) -> tuple[float, Floats]:
    values, _ = _scaled_eigen(psi, r)
    rest = values[q:]
    loadings = _loadings(psi, r, q)
    gap = loadings @ loadings.T + np.diag(psi) - r
    return float((rest - np.log(rest)).sum() - len(rest)), np.asarray(np.diag(gap) / psi**2)


def _loadings(psi: Floats, r: Floats, q: int) -> Floats:
    values, vectors = _scaled_eigen(psi, r)
    return np.asarray(np.sqrt(psi)[:, None] * vectors[:, :q] * np.sqrt(np.maximum(values[:q] - 1.0, 0.0)))


def varimax(loadings: ArrayLike, *, tolerance: float = 1e-12, most: int = 2000) -> Floats:
    """Rotate loadings (p, q) to simple structure: varimax on rows scaled to length one (Kaiser 1958).

    It stops when the criterion grows by less than `tolerance` of itself.

    Examples
    --------
    >>> np.abs(varimax([[0.8, 0.3], [0.7, 0.2], [0.2, 0.9], [0.1, 0.6]])).round(3).tolist()
    [[0.817, 0.249], [0.711, 0.156], [0.256, 0.886], [0.137, 0.593]]
    """
    raw = np.asarray(loadings, dtype=np.float64)
    length = np.sqrt((raw**2).sum(axis=1))
    safe = np.where(length > 0, length, 1.0)
    x = raw / safe[:, None]
    turn, before = np.eye(x.shape[1]), 0.0
    for _ in range(most):
        z = x @ turn
        u, size, v = np.linalg.svd(x.T @ (z**3 - z * (z**2).mean(axis=0)))
        turn = u @ v
        if abs(size.sum() - before) <= tolerance * size.sum():
            break
        before = float(size.sum())
    return np.asarray((x @ turn) * safe[:, None])
