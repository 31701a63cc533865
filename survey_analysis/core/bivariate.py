"""The bivariate normal distribution, over arrays: what polychoric correlations are made of."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from survey_analysis.core.frame import Floats

FAR = 40.0  # a threshold at infinity: the distribution function is 0 or 1 there to the last digit


def bivariate_cdf(h: ArrayLike, k: ArrayLike, rho: ArrayLike) -> Floats:
    """P(X <= h, Y <= k) of standard normals with correlation rho; broadcast together.

    Parameters
    ----------
    h, k : array_like
        Limits; infinite ones count as `FAR`.
    rho : array_like
        Strictly between -1 and 1.

    Notes
    -----
    By Owen's (1956) T function, which scipy evaluates to double precision.

    Examples
    --------
    >>> round(float(bivariate_cdf(0.0, 0.0, 0.5)), 12)  # 1/4 + asin(1/2) / (2 pi)
    0.333333333333
    """
    a, b, r = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (h, k, rho)))
    a, b = np.clip(a, -FAR, FAR), np.clip(b, -FAR, FAR)
    root = np.sqrt((1 - r) * (1 + r))
    with np.errstate(divide="ignore", invalid="ignore"):
        slope_a = (b - r * a) / (a * root)
        slope_b = (a - r * b) / (b * root)
    slope_a = np.where(a == 0, np.where(b >= 0, np.inf, -np.inf), slope_a)
    slope_b = np.where(b == 0, np.where(a >= 0, np.inf, -np.inf), slope_b)
    apart = (a * b < 0) | ((a * b == 0) & (a + b < 0))
    value = (special.ndtr(a) + special.ndtr(b)) / 2 - special.owens_t(a, slope_a)
    value = value - special.owens_t(b, slope_b) - np.where(apart, 0.5, 0.0)
    origin = 0.25 + np.arcsin(r) / (2 * np.pi)
    return np.asarray(np.clip(np.where((a == 0) & (b == 0), origin, value), 0.0, 1.0))


def bivariate_pdf(h: ArrayLike, k: ArrayLike, rho: ArrayLike) -> Floats:
    """Density of standard normals with correlation rho; 0 at infinite points."""
    a, b, r = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in (h, k, rho)))
    a, b = np.clip(a, -FAR, FAR), np.clip(b, -FAR, FAR)
    rest = (1 - r) * (1 + r)
    power = (a * a - 2 * r * a * b + b * b) / (2 * rest)
    return np.asarray(np.exp(-power) / (2 * np.pi * np.sqrt(rest)))


def normal_pdf(x: ArrayLike) -> Floats:
    """Standard normal density; 0 at infinity."""
    return np.asarray(np.exp(-(np.asarray(x, dtype=np.float64) ** 2) / 2) / np.sqrt(2 * np.pi))


def rectangles(corners: Floats) -> Floats:
    """Differences of corner values (..., r + 1, c + 1) over cells: shape (..., r, c)."""
    return np.asarray(np.diff(np.diff(corners, axis=-1), axis=-2))
