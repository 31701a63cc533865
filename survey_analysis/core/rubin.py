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
