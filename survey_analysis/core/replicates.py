"""Replicate weights: the estimate at every replicate, and how squared deviations are scaled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Weights(Protocol):
    """Where replicate weights come from: given columns, factors of units, or seeded draws."""

    @property
    def count(self) -> int:
        """Number of replicates R."""
        ...

    def blocks(self, weight: Floats) -> Iterator[Floats]:
        """Replicate analysis weights in order, as arrays (n, b) whose b add up to R."""
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
    """

    weights: Weights
    scale: float
    rscales: Floats
    mse: bool
    method: str = "other"

    def deviations(self, theta_of: Callable[[Floats], Floats], theta: Floats, weight: Floats) -> Floats:
        """theta_r - theta for every replicate; shape (R, k)."""
        rows = [theta_of(block[:, j]) for block in self.weights.blocks(weight) for j in range(block.shape[1])]
        return np.asarray(rows) - theta

    def covariance(self, z: Floats) -> Floats:
        """Covariance of estimates from their deviations z (R, k)."""
        used = self.rscales > 0
        centred = z if self.mse else z - z[used].mean(axis=0)
        root = centred * np.sqrt(self.scale * self.rscales)[:, None]
        return np.asarray(root.T @ root)
