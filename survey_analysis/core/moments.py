"""Second moments as functions of the weights: variances, standard deviations, covariances, correlations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey_analysis.core.covariance import EXACT_ZERO
from survey_analysis.core.frame import DesignFrame, Floats
from survey_analysis.core.statistic import estimate

MomentKind = Literal["variance", "std_dev", "covariance", "correlation"]


@dataclass(frozen=True, eq=False)
class Covariances:
    """Covariances of pairs of variables, n/(n-1) Σ w (a - ā)(b - b̄) / Σ w; variances where b is a.

    Attributes
    ----------
    a, b : ndarray, shape (n, k)
        The two variables of each column; finite everywhere.
    mass : ndarray, shape (n, k)
        Factor on each row's weight, 0 outside the base.
    n : ndarray, shape (k,)
        Rows in each base; the same at every replicate.
    """

    a: Floats
    b: Floats
    mass: Floats
    n: Floats

    def theta(self, w: Floats) -> Floats:
        """Covariances at weights w (n,); NaN for fewer than two rows."""
        share, da, db = self._deviations(w)
        return np.asarray((share * da * db).sum(axis=0) * _bessel(self.n))

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Covariances and w (n/(n-1) (a - ā)(b - b̄) - s) / Σ w; the means add nothing at first order."""
        share, da, db = self._deviations(w)
        product = da * db * _bessel(self.n)
        theta = np.asarray((share * product).sum(axis=0))
        return theta, share * (product - theta)

    def parts(self) -> Floats:
        """Columns whose weighted sums give the covariances: base, both variables and their product, centred."""
        inside = self.mass > 0
        rows = np.maximum(inside.sum(axis=0), 1)
        a, b = (_centred(v, np.where(inside, v, 0.0).sum(axis=0) / rows, inside) for v in (self.a, self.b))
        return np.hstack([self.mass, self.mass * a, self.mass * b, self.mass * a * b])

    def of_sums(self, sums: Floats) -> Floats:
        """Covariances (r, k) from sums (r, 4 k) of `parts`."""
        base, a, b, ab = np.split(sums, 4, axis=1)
        base = np.where(base != 0, base, np.nan)
        return np.asarray((ab / base - (a / base) * (b / base)) * _bessel(self.n))

    def _deviations(self, w: Floats) -> tuple[Floats, Floats, Floats]:
        weight = w[:, None] * self.mass
        total = weight.sum(axis=0)
        share = weight / np.where(total != 0, total, np.nan)
        inside = weight > 0
        a, b = (_centred(v, (share * v).sum(axis=0), inside) for v in (self.a, self.b))
        return share, a, b


@dataclass(frozen=True, eq=False)
class StandardDeviations:
    """Square roots of the variances of `a`; influence by the delta method, z/(2 s)."""

    variances: Covariances

    def theta(self, w: Floats) -> Floats:
        """Standard deviations."""
        return np.sqrt(self.variances.theta(w))

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Standard deviations and z / (2 s); zero where the answers are all equal."""
        variance, z = self.variances.influence(w)
        theta = np.sqrt(variance)
        return theta, z / np.where(theta > 0, 2 * theta, np.inf)


@dataclass(frozen=True, eq=False)
class Correlations:
    """Pearson correlations; influence r (z_ab/s_ab - z_aa/(2 s_aa) - z_bb/(2 s_bb)), without dividing by s_ab."""

    covariances: Covariances

    def theta(self, w: Floats) -> Floats:
        """Correlations; NaN where a variable is constant."""
        parts = self._parts()
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(parts[0].theta(w) / np.sqrt(parts[1].theta(w) * parts[2].theta(w)))

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Correlations and their influence values."""
        (ab, z_ab), (aa, z_aa), (bb, z_bb) = (part.influence(w) for part in self._parts())
        with np.errstate(divide="ignore", invalid="ignore"):
            r = ab / np.sqrt(aa * bb)
            z = z_ab / np.sqrt(aa * bb) - r / 2 * (z_aa / aa + z_bb / bb)
        return r, np.where(self.covariances.n > 2, z, np.nan)  # two people are always on a line

    def _parts(self) -> tuple[Covariances, Covariances, Covariances]:
        c = self.covariances
        return c, Covariances(c.a, c.a, c.mass, c.n), Covariances(c.b, c.b, c.mass, c.n)


def moments(
    a: ArrayLike,
    b: ArrayLike,
    mass: ArrayLike,
    design: DesignFrame | ArrayLike,
    kind: MomentKind = "covariance",
) -> tuple[Floats, Floats]:
    """Second moments of pairs of variables in their domains, and the z that `covariance` takes.

    Parameters
    ----------
    a, b : array_like, shape (n, k) or (n,)
        The variables; the same for variances and standard deviations. Finite everywhere.
    mass : array_like, shape (n, k) or (n,)
        1 in the base and 0 outside, or a factor on the weights.
    design : DesignFrame or array_like, shape (n,)
        The design, or weights alone.
    kind : {"variance", "std_dev", "covariance", "correlation"}

    Returns
    -------
    theta : ndarray, shape (k,)
    z : ndarray, shape (n, k) or (R, k)

    Notes
    -----
    R `svyvar`, with its factor n/(n-1), n the rows of the base; for replicate weights each replicate has its
    own means.

    Examples
    --------
    >>> moments([1, 2, 3, 4], [1, 2, 3, 4], [1, 1, 1, 1], [1, 1, 1, 1])[0].round(6).tolist()
    [1.666667]
    """
    left, right, base = (_columns(v) for v in (a, b, mass))
    left, right, base = np.broadcast_arrays(left, right, base)
    weight = design.weight if isinstance(design, DesignFrame) else np.asarray(design, dtype=np.float64)
    n = ((base > 0) & (weight > 0)[:, None]).sum(axis=0).astype(np.float64)
    statistic = Covariances(left, right, base, n)
    if kind == "std_dev":
        return estimate(StandardDeviations(statistic), design)
    if kind == "correlation":
        return estimate(Correlations(statistic), design)
    return estimate(statistic, design)


def _centred(values: Floats, mean: Floats, inside: NDArray[np.bool_]) -> Floats:
    """Deviations from the mean, zero outside; all zero where rounding is all that is left of them."""
    deviations = np.where(inside, values - mean, 0.0)
    constant = np.abs(deviations).max(axis=0, initial=0.0) <= EXACT_ZERO * np.abs(mean)
    return np.where(constant, 0.0, deviations)


def _bessel(n: Floats) -> Floats:
    return n / np.where(n > 1, n - 1, np.nan)


def _columns(values: ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    return array[:, None] if array.ndim == 1 else array
