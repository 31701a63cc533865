"""Estimates and their influence values: theta (k) and z (n x k), z zero outside the domain.

A statistic is finished when it has a z; its covariance is `core.covariance.covariance(z, frame)`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import DesignFrame, Floats
from survey_analysis.core.statistic import estimate
from survey_analysis.errors import EstimationError


@dataclass(frozen=True, eq=False)
class Ratio:
    """Ratio of weighted sums as a function of the weights; y and x (n, k), both finite."""

    y: Floats
    x: Floats

    def theta(self, w: Floats) -> Floats:
        """Σ w y / Σ w x; NaN where the denominator is zero."""
        total = w @ self.x
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(total != 0, (w @ self.y) / total, np.nan))

    def parts(self) -> Floats:
        """Numerators and denominators (n, 2k)."""
        return np.concatenate(np.broadcast_arrays(self.y, self.x), axis=1)

    def of_sums(self, sums: Floats) -> Floats:
        """Ratios (b, k) of their sums (b, 2k)."""
        top, base = np.split(sums, 2, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(np.where(base != 0, top / base, np.nan))

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Ratios and w (y - theta x) / Σ w x."""
        total, theta = w @ self.x, self.theta(w)
        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.multiply(theta, self.x)  # one array, worked on in place: rows can be many
            np.subtract(self.y, z, out=z)
            z *= w[:, None]
            z /= np.where(total != 0, total, np.nan)
        return theta, z


@dataclass(frozen=True, eq=False)
class Total:
    """Weighted sums as a function of the weights; y (n, k)."""

    y: Floats

    def theta(self, w: Floats) -> Floats:
        """Σ w y."""
        return np.asarray(w @ self.y)

    def parts(self) -> Floats:
        """What is summed (n, k)."""
        return self.y

    def of_sums(self, sums: Floats) -> Floats:
        """The sums themselves."""
        return sums

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Sums and w y."""
        z = w[:, None] * self.y
        return z.sum(axis=0), z


def ratio(y: ArrayLike, x: ArrayLike, design: DesignFrame | ArrayLike) -> tuple[Floats, Floats]:
    """Ratio of weighted sums, Σ w y / Σ w x: shares, means, nets, rates, in any domain.

    Parameters
    ----------
    y, x : array_like, shape (n, k) or (n,)
        Numerator and denominator, both zero outside the domain; finite everywhere.
    design : DesignFrame or array_like, shape (n,)
        The design, or weights alone.

    Returns
    -------
    theta : ndarray, shape (k,)
        NaN where the denominator sums to zero (an empty domain).
    z : ndarray, shape (n, k)
        w (y - theta x) / Σ w x; for replicate weights theta_r - theta, shape (R, k).

    Examples
    --------
    >>> theta, z = ratio([1, 0, 1], [1, 1, 1], [1, 1, 2])
    >>> float(theta[0]), z[:, 0].tolist()
    (0.75, [0.0625, -0.1875, 0.125])
    """
    top, base = np.broadcast_arrays(_finite(y, "numerator"), _finite(x, "denominator"))
    return estimate(Ratio(top, base), design)


def total(y: ArrayLike, design: DesignFrame | ArrayLike) -> tuple[Floats, Floats]:
    """Weighted sum, Σ w y; its influence values are w y.

    Examples
    --------
    >>> total([1, 0, 1], [10, 10, 20])[0].tolist()
    [30.0]
    """
    return estimate(Total(_finite(y, "variable")), design)


def linear(theta: ArrayLike, z: ArrayLike, matrix: ArrayLike) -> tuple[Floats, Floats]:
    """Linear combinations of estimates; one row of `matrix` (m, k) for each.

    Examples
    --------
    >>> linear([0.2, 0.4], [[0.1, 0.2]], [0.5, 0.5])[0].round(12).tolist()
    [0.3]
    """
    rows = np.atleast_2d(np.asarray(matrix, dtype=np.float64))
    return rows @ np.asarray(theta, dtype=np.float64), delta(z, rows)


def contrast(theta: ArrayLike, z: ArrayLike, matrix: ArrayLike) -> tuple[Floats, Floats]:
    """Contrasts of estimates: `linear` with rows that sum to zero.

    Raises
    ------
    EstimationError
        A row does not sum to zero; use `linear` for averages and other combinations.
    """
    rows = np.atleast_2d(np.asarray(matrix, dtype=np.float64))
    off = np.flatnonzero(np.abs(rows.sum(axis=1)) > 1e-12 * np.abs(rows).sum(axis=1))
    if len(off):
        raise EstimationError(
            f"row {int(off[0]) + 1} of the contrasts sums to {rows[off[0]].sum():g}, not 0.",
            hint="use linear() for combinations that are not differences.",
        )
    return linear(theta, z, rows)


def delta(z: ArrayLike, gradient: ArrayLike) -> Floats:
    """Influence values of a smooth function: z times its gradient (m, k), one row per function."""
    columns, rows = np.asarray(z, dtype=np.float64), np.atleast_2d(np.asarray(gradient, dtype=np.float64))
    lost = ~np.isfinite(columns)
    if not lost.any():
        return columns @ rows.T
    out = np.where(lost, 0.0, columns) @ rows.T  # an undefined value counts where its coefficient is not 0
    return np.where(lost.astype(np.float64) @ (rows != 0).T > 0, np.nan, out)


def _finite(values: ArrayLike, what: str) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    columns = array[:, None] if array.ndim == 1 else array
    if not np.isfinite(columns).all():
        bad = int((~np.isfinite(columns)).any(axis=1).sum())
        raise EstimationError(
            f"the {what} has missing or infinite values in {bad} of {len(columns)} rows.",
            hint="rows outside the domain must be 0 in numerator and denominator.",
        )
    return columns
