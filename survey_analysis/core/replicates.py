"""Replicate weights: the estimate at every replicate, and how squared deviations are scaled."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import DesignError, ReplicateWarning

Floats = NDArray[np.float64]
Members = NDArray[np.bool_]


class Weights(Protocol):
    """Where replicate weights come from: given columns, factors of units, or seeded draws."""

    @property
    def count(self) -> int:
        """Number of replicates R."""
        ...

    def blocks(self, weight: Floats) -> Iterator[Floats]:
        """Replicate analysis weights in order, as arrays (n, b) whose b add up to R."""
        ...

    def sums(self, weight: Floats, values: Floats) -> Floats:
        """Replicate weighted sums of `values` (n, m); shape (R, m)."""
        ...

    def rank(self, member: Members) -> int:
        """Rank of the replicate weights of some rows (n,)."""
        ...


class Analysis(Protocol):
    """The replicate weights of one design, its weighting steps repeated."""

    def blocks(self) -> Iterator[Floats]:
        """Replicate analysis weights as arrays (n, b)."""
        ...

    def sums(self, values: Floats) -> Floats:
        """Replicate weighted sums of `values` (n, m); shape (R, m)."""
        ...


class Estimator(Protocol):
    """What replicates need of a statistic: its value at any weights."""

    def theta(self, w: Floats) -> Floats:
        """Estimates (k,) at weights w (n,)."""
        ...


@runtime_checkable
class OfBlocks(Protocol):
    """A statistic that takes several columns of weights at once."""

    def theta_block(self, weights: Floats) -> Floats:
        """Estimates (b, k) at the columns of weights (n, b)."""
        ...


@runtime_checkable
class OfSums(Protocol):
    """A statistic that is a function of weighted sums: replicates then cost one matrix product."""

    def parts(self) -> Floats:
        """Columns to be summed (n, m)."""
        ...

    def of_sums(self, sums: Floats) -> Floats:
        """Estimates (b, k) from sums (b, m)."""
        ...


@dataclass(frozen=True, eq=False)
class Replicates:
    """Replicate weights and the scale of their variance.

    V = scale Σ_r rscales_r (theta_r - c)(theta_r - c)′, c the full-sample estimate (`mse`) or the mean of the
    replicate estimates whose rscale is positive (R `svrVar`).

    Attributes
    ----------
    weights : Weights
    scale : float
    rscales : ndarray, shape (R,)
    mse : bool
    method : str
        Its name, for messages and the method text.
    degf : int, optional
        Degrees of freedom that came with the weights; None is the rank of the weights minus one.
    made : bool
        True when the package made the weights from strata and units, False when they came with the data.
    """

    weights: Weights
    scale: float
    rscales: Floats
    mse: bool
    method: str = "other"
    degf: int | None = None
    made: bool = False

    def __post_init__(self) -> None:
        if self.rscales.shape != (self.weights.count,):
            raise DesignError(
                f"there are {self.weights.count} replicates and rscales for {self.rscales.size}.",
                hint="give one rscale for each replicate, in the order of the columns.",
            )
        numbers = np.append(self.rscales, self.scale)
        if not np.isfinite(numbers).all() or (numbers < 0).any():
            raise DesignError("scale and rscales of replicate weights must be numbers of at least 0.")

    @property
    def count(self) -> int:
        """Number of replicates R."""
        return self.weights.count

    def estimates(self, statistic: Estimator, weights: Analysis) -> Floats:
        """Estimates at every replicate; shape (R, k)."""
        if isinstance(statistic, OfSums):
            return statistic.of_sums(weights.sums(statistic.parts()))
        if isinstance(statistic, OfBlocks):
            return np.concatenate([statistic.theta_block(block) for block in weights.blocks()])
        return np.asarray(
            [
                statistic.theta(column)
                for block in weights.blocks()
                for column in np.ascontiguousarray(block.T)
            ]
        )

    def deviations(self, statistic: Estimator, theta: Floats, weights: Analysis) -> Floats:
        """theta_r - theta for every replicate; shape (R, k)."""
        return np.asarray(self.estimates(statistic, weights) - theta)

    def covariance(self, z: Floats) -> Floats:
        """Covariance of estimates from their deviations z (R, k).

        A replicate in which an estimate is undefined (nobody of its domain left) is left out for that
        estimate and counted in a `ReplicateWarning`; R `svrVar` leaves it out too. An estimate without any
        replicate has a NaN variance.
        """
        defined = np.isfinite(z)
        some = defined.any(axis=0)
        lost = (~defined & some).any(axis=1)
        if lost.any():
            _warn_lost(int(lost.sum()), len(z))
        centred = z if self.mse else z - _means(z, defined & (self.rscales > 0)[:, None])
        root = np.where(defined, centred, 0.0) * np.sqrt(self.scale * self.rscales)[:, None]
        known = np.where(some, 1.0, np.nan)
        return np.asarray((root.T @ root) * known[:, None] * known)


def _means(z: Floats, used: Members) -> Floats:
    return np.asarray(np.where(used, z, 0.0).sum(axis=0) / np.maximum(used.sum(axis=0), 1))


def _warn_lost(lost: int, count: int) -> None:
    warnings.warn(
        f"in {lost} of {count} replicates an estimate is undefined (nobody of its domain has weight there); "
        "its variance leaves them out.",
        ReplicateWarning,
        stacklevel=2,
    )
