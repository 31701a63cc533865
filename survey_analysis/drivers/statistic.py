"""Drivers as a function of the weights: from weighted sums of products to correlations to shares of R²."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from survey_analysis.core import importance
from survey_analysis.drivers.ratings import Ratings
from survey_analysis.results.drivers import Measure, Pooling
from survey_analysis.typing import FloatArray, IntArray

SUMMING: Final = ("lmg", "johnson", "pratt")
"""Measures whose values add up to R², so that they have shares."""
STEP: Final = 1e-5
"""Step of numeric derivatives, as a share of the sum of weights."""
_PLAIN: Final[dict[str, Callable[[FloatArray], FloatArray]]] = {
    "johnson": importance.johnson,
    "first": importance.first,
    "last": importance.last,
    "pratt": importance.pratt,
    "beta": importance.betas,
}


@dataclass(frozen=True, eq=False)
class Products:
    """Sums of products of (D, X, y), D the columns whose means are taken out.

    Attributes
    ----------
    summed
        Products of the ratings of each row (n, m), upper triangle by rows; zero outside the group.
    taken
        Columns of D.
    size
        Columns in all.
    """

    summed: FloatArray
    taken: int
    size: int

    @classmethod
    def of(cls, ratings: Ratings, pooled: Pooling, weight: FloatArray) -> Products:
        """Products of ratings: means taken out overall, by subject, or by person and subject."""
        values = np.column_stack([ratings.X, ratings.y])
        own = weight[ratings.row] * ratings.factor
        centre = own @ values / own.sum()
        spread = np.sqrt(own @ (values - centre) ** 2 / own.sum())
        values = (values - centre) / np.where(spread > 0, spread, 1.0)
        D = np.ones((len(values), 1))
        if pooled in ("source-fixed-effects", "within-person"):
            D = (ratings.part[:, None] == np.arange(len(ratings.parts))).astype(np.float64)
        if pooled == "within-person":
            values, D = _demeaned(values, ratings.person), _demeaned(D[:, 1:], ratings.person)
        z = np.hstack([D, values])
        i, j = np.triu_indices(z.shape[1])
        products = z[:, i] * z[:, j] * ratings.factor[:, None]
        return cls(ratings.by_row(products, len(weight)), D.shape[1], z.shape[1])

    def correlations(self, sums: FloatArray) -> FloatArray:
        """Correlation matrices (b, k + 1, k + 1) of X and y, D taken out; NaN where a variable is constant."""
        i, j = np.triu_indices(self.size)
        A = np.zeros((len(sums), self.size, self.size))
        A[:, i, j] = A[:, j, i] = sums
        d = self.taken
        cross = A[:, :d, d:]
        C = A[:, d:, d:] - np.swapaxes(cross, 1, 2) @ np.linalg.pinv(A[:, :d, :d], hermitian=True) @ cross
        whole = np.diagonal(A[:, d:, d:], axis1=1, axis2=2)
        own = np.diagonal(C, axis1=1, axis2=2)
        size = np.sqrt(np.where(own > 1e-12 * whole, own, np.nan))
        R = C / size[:, :, None] / size[:, None, :]
        places = np.arange(R.shape[1])
        R[:, places, places] = np.where(np.isnan(size), np.nan, 1.0)
        return np.asarray(R)


def _demeaned(values: FloatArray, person: IntArray) -> FloatArray:
    _, place, counts = np.unique(person, return_inverse=True, return_counts=True)
    sums = np.zeros((len(counts), values.shape[1]))
    np.add.at(sums, place, values)
    return np.asarray(values - (sums / counts[:, None])[place])


@dataclass(frozen=True, eq=False)
class DriverStatistic:
    """R², then each measure of every predictor, then the shares of those that sum to R²."""

    products: Products
    methods: tuple[Measure, ...]
    orders: IntArray | None = None

    def parts(self) -> FloatArray:
        """What is summed (n, m)."""
        return self.products.summed

    @cached_property
    def predictors(self) -> int:
        """Number of predictors."""
        return self.products.size - self.products.taken - 1

    def of_sums(self, sums: FloatArray) -> FloatArray:
        """Estimates (b, 1 + ...) from sums (b, m); NaN where the predictors are singular."""
        R = self.products.correlations(np.asarray(sums, dtype=np.float64))
        fine = importance.regular(R)
        width = 1 + self.predictors * (len(self.methods) + sum(m in SUMMING for m in self.methods))
        out = np.full((len(R), width), np.nan)
        if fine.any():
            out[fine] = self._measured(R[fine])
        return out

    def _measured(self, R: FloatArray) -> FloatArray:
        r2 = importance.r_squared(R)[:, None]
        found = {m: self._one(m, R) for m in self.methods}
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = [found[m] / r2 for m in self.methods if m in SUMMING]
        return np.hstack([r2, *found.values(), *shares])

    def _one(self, measure: Measure, R: FloatArray) -> FloatArray:
        if measure == "lmg":
            return importance.lmg(R, self.orders)
        if measure == "kruskal":
            return importance.kruskal(R, self.orders)
        return _PLAIN[measure](R)

    def theta(self, w: FloatArray) -> FloatArray:
        """Estimates at weights w (n,)."""
        return np.asarray(self.of_sums((w @ self.parts())[None, :])[0])

    def influence(self, w: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Estimates and weighted influence values: derivatives by the sums, numeric, times what is summed."""
        parts = self.parts()
        sums = w @ parts
        theta = self.of_sums(sums[None, :])[0]
        h = STEP * float(w.sum())
        shift = h * np.eye(len(sums))
        slope = (self.of_sums(sums + shift) - self.of_sums(sums - shift)) / (2 * h)
        return theta, (w[:, None] * parts) @ slope
