"""Exploratory factors of a correlation matrix by minimum residuals or maximum likelihood, and their fit."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from survey_analysis.core.factors import LOWEST, ml_factors
from survey_analysis.core.frame import Floats
from survey_analysis.core.rotation import Rotation, rotate
from survey_analysis.errors import ConvergenceError, EstimationError

Extraction = Literal["minres", "ml"]


class Solution(NamedTuple):
    """Loadings (p, q), correlations of factors (q, q), uniquenesses (p,); columns by variance explained."""

    loadings: Floats
    phi: Floats
    uniqueness: Floats


class Fit(NamedTuple):
    """How well a factor model reproduces the correlations; NaN where there are no degrees of freedom."""

    objective: float
    statistic: float
    df: int
    p_value: float
    empirical: float
    rms: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    tli: float
    bic: float


def smc(matrix: ArrayLike) -> Floats:
    """Squared multiple correlation of each item with the others, 1 - 1 / (R⁻¹)_jj, held within 0 and 1.

    Examples
    --------
    >>> smc([[1, 0.5], [0.5, 1]]).tolist()
    [0.25, 0.25]
    """
    r = np.asarray(matrix, dtype=np.float64)
    return np.clip(1 - 1 / np.diag(np.linalg.inv(r)), 0.0, 1.0)


def degrees(items: int, factors: int) -> int:
    """Degrees of freedom of a factor model: p (p - 1) / 2 - p q + q (q - 1) / 2."""
    return items * (items - 1) // 2 - items * factors + factors * (factors - 1) // 2


def minres(matrix: ArrayLike, factors: int) -> Floats:
    """Unrotated loadings (p, q) by minimum residuals, that is unweighted least squares.

    Raises
    ------
    EstimationError
        As many factors as items, or more.
    ConvergenceError
        No minimum was found.

    Notes
    -----
    Harman and Jones (1966): uniquenesses ψ that minimise Σ_{i<j} (r_ij - (ΛΛ′)_ij)², Λ from the q largest
    eigenvalues of R - Ψ (Jöreskog 1977; R `psych::fa(fm = "minres")`). Held above 0.005, as R does.

    Examples
    --------
    >>> minres([[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]], 1).round(3).ravel().tolist()
    [0.8, 0.7, 0.6]
    """
    r = np.asarray(matrix, dtype=np.float64)
    p = len(r)
    if not 0 < factors < p:
        raise EstimationError(f"{factors} factors are too many for {p} items.", hint="take fewer factors.")
    quick = _one_factor(r) if factors == 1 and p > 2 else None
    if quick is not None:
        return quick[:, None] * (-1.0 if quick.sum() < 0 else 1.0)

    def loss(psi: Floats) -> tuple[float, Floats]:
        values, vectors = np.linalg.eigh(r - np.diag(psi))
        rest = values[: p - factors]
        lost = values[p - factors :]
        # an eigenvalue below zero has no loading: it stays in the residual
        low = np.minimum(lost, 0.0)
        slope = -(vectors[:, : p - factors] ** 2 @ rest) - vectors[:, p - factors :] ** 2 @ low
        return float((rest**2).sum() + (low**2).sum()) / 2, np.asarray(slope)

    start = np.clip(1 - _start(r), LOWEST, 1.0)
    bounds = [(LOWEST, 1.0)] * p
    found = optimize.minimize(
        loss, start, jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 5000, "ftol": 1e-15, "gtol": 1e-9},
    )  # fmt: skip
    if not found.success and found.status != 2:  # 2: no further descent in double precision
        raise ConvergenceError("the factor model did not converge.", where=str(found.message))
    values, vectors = np.linalg.eigh(r - np.diag(found.x))
    top = np.maximum(values[::-1][:factors], 0.0)
    loadings = vectors[:, ::-1][:, :factors] * np.sqrt(top)
    return np.asarray(loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0))


def _one_factor(r: Floats, *, steps: int = 30) -> Floats | None:
    """One minres factor by Newton steps on its loadings; None where they do not settle inside the bounds.

    The same minimum as the search over uniquenesses, some thirty times as fast: bootstraps need it.
    """
    values, vectors = np.linalg.eigh(r - np.diag(1 - _start(r)))
    loading = vectors[:, -1] * np.sqrt(max(float(values[-1]), 1e-6))
    for _ in range(steps):
        product = np.outer(loading, loading)
        rest = r - product
        np.fill_diagonal(rest, 0.0)
        slope = -(rest @ loading)
        bend = product - rest
        np.fill_diagonal(bend, float(loading @ loading) - loading**2)
        if np.linalg.eigvalsh(bend)[0] <= 1e-10:
            return None
        step = np.linalg.solve(bend, slope)
        loading = loading - step
        if not np.abs(loading).max() < np.sqrt(1 - LOWEST):
            return None
        if np.abs(step).max() < 1e-13:
            return np.asarray(loading)
    return None


def _start(r: Floats) -> Floats:
    """Communalities to start from; those of a singular matrix are the largest correlations."""
    if np.linalg.eigvalsh(r)[0] > 1e-8:
        return smc(r)
    off = np.abs(r - np.diag(np.diag(r)))
    return np.asarray(off.max(axis=0))


def factor_model(
    matrix: ArrayLike,
    factors: int,
    *,
    extraction: Extraction = "minres",
    rotation: Rotation = "oblimin",
    tolerance: float | None = None,
) -> Solution:
    """Extract and rotate factors.

    Parameters
    ----------
    matrix : array_like, shape (p, p)
        Correlations.
    factors : int
    extraction : {"minres", "ml"}
    rotation : {"none", "varimax", "oblimin", "promax"}
    tolerance : float, optional
        As in `rotate`.

    Notes
    -----
    Columns stand by the variance they explain, diag(Φ Λ′Λ), with positive sums (R `psych::fa`).
    """
    r = np.asarray(matrix, dtype=np.float64)
    raw = minres(r, factors) if extraction == "minres" else ml_factors(r, factors, rotation="none").loadings
    loadings, phi = rotate(raw, rotation, tolerance=tolerance)
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    loadings, phi = loadings * sign, phi * np.outer(sign, sign)
    if rotation != "none":
        order = np.argsort(-np.diag(phi @ loadings.T @ loadings), kind="stable")
        loadings, phi = loadings[:, order], phi[np.ix_(order, order)]
    common = np.einsum("ij,jk,ik->i", loadings, phi, loadings)
    return Solution(loadings, phi, 1 - common)


def fit_of(matrix: ArrayLike, solution: Solution, n: float, *, level: float = 0.9) -> Fit:
    """Fit statistics of a factor model for n people (R `psych::fa.stats`).

    Notes
    -----
    Objective tr(M⁻¹R) - log|M⁻¹R| - p with M the model; χ² = (n - 1 - (2p + 5)/6 - 2q/3) times it (Bartlett
    1950); empirical χ² = n Σ residuals²; RMSEA with its `level` interval; TLI; BIC. They hold for simple
    samples: weights enter the correlations only.
    """
    r = np.asarray(matrix, dtype=np.float64)
    p, q = solution.loadings.shape
    model = solution.loadings @ solution.phi @ solution.loadings.T
    residual = r - model
    np.fill_diagonal(residual, 0.0)
    np.fill_diagonal(model, 1.0)
    ratio = np.linalg.solve(model, r)
    objective = float(np.trace(ratio) - np.linalg.slogdet(ratio)[1] - p)
    df = degrees(p, q)
    factor = (n - 1) - (2 * p + 5) / 6 - 2 * q / 3
    statistic = max(objective * factor, 0.0)
    off = float((residual**2).sum())
    none = -float(np.linalg.slogdet(r)[1])
    if df <= 0:
        lost = float("nan")
        return Fit(
            objective,
            statistic,
            df,
            lost,
            off * n,
            np.sqrt(off / (p * (p - 1))),
            lost,
            lost,
            lost,
            lost,
            lost,
        )
    null, own = none * 2 / (p * (p - 1)), objective / df
    rmsea = np.sqrt(max(statistic / (df * n) - 1 / (n - 1), 0.0))
    low, high = _rmsea_limits(statistic, df, n, level)
    return Fit(
        objective, statistic, df, float(stats.chi2.sf(statistic, df)), off * n,
        float(np.sqrt(off / (p * (p - 1)))), float(rmsea), low, high,
        float((null - own) / (null - 1 / factor)), float(statistic - df * np.log(n)),
    )  # fmt: skip


def _rmsea_limits(statistic: float, df: int, n: float, level: float) -> tuple[float, float]:
    tail, out = (1 - level) / 2, []
    for p in (1 - tail, tail):
        if stats.chi2.cdf(statistic, df) <= p:
            out.append(0.0)
            continue

        def gap(shift: float, p: float = p) -> float:
            return float(stats.ncx2.cdf(statistic, df, shift)) - p

        top = max(n, statistic) + 2 * n
        out.append(float(np.sqrt(optimize.brentq(gap, 1e-10, top, xtol=1e-12) / (n - 1) / df)))
    return out[0], out[1]
