"""Rubin's rules: one estimate from the completed copies of a survey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import Floats
from survey_analysis.errors import EstimationError

SmallSample = Literal["barnard-rubin", "mitools"]


@dataclass(frozen=True, eq=False)
class Combined:
    """Estimates combined over m imputations.

    Attributes
    ----------
    theta, vcov
        Mean of the estimates (k,), and their total covariance W + (1 + 1/m) B (k, k).
    within, between
        Diagonals of W and B.
    df
        Degrees of freedom; infinite where nothing differs between imputations.
    increase
        Relative increase of variance due to missing answers, r = (1 + 1/m) B / W.
    share
        Share of the variance due to missing answers, λ = (1 + 1/m) B / T.
    missing_information
        Fraction of missing information, (r + 2 / (ν + 3)) / (r + 1).
    m
        Number of imputations.
    """

    theta: Floats
    vcov: Floats
    within: Floats
    between: Floats
    df: Floats
    increase: Floats
    share: Floats
    missing_information: Floats
    m: int


def rubin(
    thetas: ArrayLike,
    covariances: ArrayLike,
    *,
    df_complete: ArrayLike = np.inf,
    small_sample: SmallSample = "barnard-rubin",
) -> Combined:
    """Combine estimates of m completed data sets.

    Parameters
    ----------
    thetas : array_like, shape (m, k)
    covariances : array_like, shape (m, k, k)
        Design covariance of the estimates in each completed data set.
    df_complete : array_like, broadcast to (k,)
        Degrees of freedom had nothing been missing; infinite gives Rubin (1987).
    small_sample : {"barnard-rubin", "mitools"}
        Observed-data degrees of freedom ν (ν + 1)/(ν + 3) (1 - λ), λ with the factor 1 + 1/m (Barnard and
        Rubin 1999, R `mice::pool`), or without it (R `mitools::MIcombine`); they meet as m grows.

    Returns
    -------
    Combined

    Raises
    ------
    EstimationError
        Fewer than two imputations, or shapes that do not fit.

    Notes
    -----
    T = W + (1 + 1/m) B; ν = (m - 1)(1 + 1/r)², then 1 / (1/ν + 1/ν_obs).

    Examples
    --------
    >>> found = rubin([[10.0], [12.0]], [[[4.0]], [[4.0]]])
    >>> found.theta.tolist(), found.vcov.tolist(), found.df.round(3).tolist()
    ([11.0], [[7.0]], [5.444])
    """
    theta = np.atleast_2d(np.asarray(thetas, dtype=np.float64))
    v = np.asarray(covariances, dtype=np.float64)
    m, k = theta.shape
    if m < 2:
        raise EstimationError(
            "one imputation cannot show what the missing answers cost.", hint="give 2 or more."
        )
    if v.shape != (m, k, k):
        raise EstimationError(f"{m} estimates of {k} values do not fit covariances of shape {v.shape}.")
    within_matrix = v.mean(axis=0)
    gap = theta - theta.mean(axis=0)
    between_matrix = gap.T @ gap / (m - 1)
    total = within_matrix + (1 + 1 / m) * between_matrix
    within, between = np.diag(within_matrix).copy(), np.diag(between_matrix).copy()
    between[between <= (1e-12 * np.abs(theta).max(axis=0)) ** 2] = 0.0  # rounding of equal estimates
    inflated = (1 + 1 / m) * between
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.where(inflated > 0, inflated / within, 0.0)
        nu = np.where(r > 0, (m - 1) * (1 + 1 / r) ** 2, np.inf)
        share = np.where(inflated > 0, inflated / (within + inflated), 0.0)
        counted = (
            share
            if small_sample == "barnard-rubin"
            else np.where(between > 0, between / (within + between), 0.0)
        )
    complete = np.broadcast_to(np.asarray(df_complete, dtype=np.float64), (k,))
    finite = np.isfinite(complete)
    safe = np.where(finite, complete, 1.0)
    observed = np.where(finite, (safe + 1) / (safe + 3) * safe * (1 - counted), np.inf)
    with np.errstate(divide="ignore"):
        nu = 1.0 / (1.0 / nu + 1.0 / observed)
    missing = (r + 2 / (nu + 3)) / (r + 1)
    return Combined(theta.mean(axis=0), total, within, between, nu, r, share, missing, m)


@dataclass(frozen=True)
class JointTest:
    """A pooled Wald test that k values are all zero: F on `df` and `df_residual`."""

    statistic: float
    df: float
    df_residual: float
    increase: float


def joint_test(thetas: ArrayLike, covariances: ArrayLike, *, df_complete: float = np.inf) -> JointTest:
    """Test over m completed data sets that k values are all zero.

    Parameters
    ----------
    thetas : array_like, shape (m, k)
    covariances : array_like, shape (m, k, k)
    df_complete : float
        Degrees of freedom had nothing been missing.

    Raises
    ------
    EstimationError
        Fewer than two imputations, or a singular covariance.

    Notes
    -----
    D1 = q' W⁻¹ q / (k (1 + r)), r = (1 + 1/m) tr(B W⁻¹) / k, on k and ν: Li, Raghunathan and Rubin (1991);
    for finite `df_complete` and k (m - 1) > 4 Reiter (2007), whose limit that is. It takes the
    missing information to be alike in all k values.

    Examples
    --------
    >>> found = joint_test([[1.0, 0.5], [1.4, 0.1], [1.2, 0.6]], [np.eye(2)] * 3)
    >>> round(found.statistic, 4), found.df, round(found.df_residual, 1)
    (0.7453, 2.0, 642.7)
    """
    theta = np.atleast_2d(np.asarray(thetas, dtype=np.float64))
    m, k = theta.shape
    if m < 2:
        raise EstimationError(
            "one imputation cannot show what the missing answers cost.", hint="give 2 or more."
        )
    within = np.asarray(covariances, dtype=np.float64).mean(axis=0)
    if np.linalg.matrix_rank(within) < k:
        raise EstimationError("the covariance of the tested values is singular.", hint="test fewer of them.")
    gap = theta - theta.mean(axis=0)
    between = gap.T @ gap / (m - 1)
    r = float((1 + 1 / m) * np.trace(np.linalg.solve(within, between)) / k)
    centre = theta.mean(axis=0)
    statistic = float(centre @ np.linalg.solve(within, centre)) / (k * (1 + r))
    return JointTest(statistic, float(k), _joint_df(k * (m - 1.0), r, k, df_complete), r)


def _joint_df(t: float, r: float, k: int, complete: float) -> float:
    """Denominator degrees of freedom of D1."""
    if r <= 1e-12:
        return complete
    if t <= 4:
        return t * (1 + 1 / k) * (1 + 1 / r) ** 2 / 2
    a = r * t / (t - 2)
    if not np.isfinite(complete):
        return 4 + (t - 4) * (1 + 1 / a) ** 2
    star = complete * (complete + 1) / (complete + 3)
    c0, c1, c2 = 1 / (t - 4), star - 2 * (1 + a), star - 4 * (1 + a)
    if c2 <= 0:
        return float("nan")
    inverse = 1 / c2 + c0 * (
        a**2 * c1 / ((1 + a) ** 2 * c2)
        + 8 * a**2 * c1 / ((1 + a) * c2**2)
        + 4 * a**2 / ((1 + a) * c2)
        + 4 * a**2 / (c2 * c1)
        + 16 * a**2 * c1 / c2**3
        + 8 * a**2 / c2**2
    )
    return 4 + 1 / inverse
