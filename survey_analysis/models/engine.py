"""What every fitted model offers: a `Statistic` of the coefficients, its information, and its predictions."""

from __future__ import annotations

from typing import Protocol, Self

import numpy as np

from survey_analysis.core.statistic import Statistic
from survey_analysis.typing import FloatArray, IntArray


class Engine(Statistic, Protocol):
    """A model over the complete cases of a survey; weights are those of all n rows of the frame.

    `rows` are the complete cases, k the coefficients (cut points and dispersion included).
    """

    @property
    def rows(self) -> IntArray:
        """Positions of the complete cases."""
        ...

    @property
    def X(self) -> FloatArray:  # noqa: N802  the formula's letter
        """Model matrix."""
        ...

    @property
    def offset(self) -> FloatArray:
        """Offset of the linear predictor."""
        ...

    @property
    def names(self) -> tuple[str, ...]:
        """Coefficients."""
        ...

    @property
    def outcomes(self) -> tuple[str, ...]:
        """What `response` gives a column for; ("",) for a mean."""
        ...

    def start_at(self, theta: FloatArray) -> Self:
        """The same model, whose fits begin at theta."""
        ...

    def information(self, w: FloatArray, theta: FloatArray) -> FloatArray:
        """Information matrix A (k, k) at weights w."""
        ...

    def deviance(self, w: FloatArray, theta: FloatArray) -> float:
        """Deviance, -2 log likelihood where the model has no other."""
        ...

    def keep(self, columns: list[int]) -> Self:
        """The model with these columns of X only."""
        ...

    def drop(self, positions: list[int], w: FloatArray) -> tuple[Self, FloatArray]:
        """The smaller model without those coefficients, and its estimates."""
        ...

    def linear(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Linear predictors (m,) and their gradient (m, k)."""
        ...

    def response(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> FloatArray:
        """Mean, or probability of each outcome; shape (m, c)."""
        ...

    def gradient(self, theta: FloatArray, X: FloatArray, offset: FloatArray) -> FloatArray:
        """Slope d response / d theta; shape (m, c, k)."""
        ...


def spread(z: FloatArray, rows: IntArray, n: int) -> FloatArray:
    """Influence values of the complete cases as rows of the whole frame, zero elsewhere."""
    out = np.zeros((n, z.shape[1]))
    out[rows] = z
    return out


def inverse(information: FloatArray) -> FloatArray:
    """Inverse of an information matrix, scaled so that units of the predictors do not matter."""
    size = np.sqrt(np.abs(np.diag(information)))
    size = np.where(size > 0, size, 1.0)
    return np.asarray(np.linalg.inv(information / np.outer(size, size)) / np.outer(size, size))
