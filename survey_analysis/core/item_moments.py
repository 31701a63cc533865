"""Means and covariances of items as functions of the weights, and anything smooth made of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.covariance import Members
from survey_analysis.core.frame import Floats
from survey_analysis.core.moments import Covariances

Missing = Literal["complete", "pairwise"]
STEP = 1e-5


def answered_columns(x: ArrayLike, inside: Members, missing: Missing) -> Members:
    """Which answers count (n, k): all that were given, or those of people who answered every item."""
    given = ~np.isnan(np.asarray(x, dtype=np.float64)) & np.asarray(inside, dtype=bool)[:, None]
    return np.asarray(given if missing == "pairwise" else given & given.all(axis=1, keepdims=True))


@dataclass(frozen=True, eq=False)
class ItemMoments:
    """Means (k) and covariances (k (k + 1) / 2, the upper triangle by rows) of items, as one vector.

    Attributes
    ----------
    x : ndarray, shape (n, k)
        Answers; anything finite where they do not count.
    answered : ndarray of bool, shape (n, k)
        Which answers count; a covariance is over the people with both.
    n : ndarray, shape (k (k + 1) / 2,)
        Rows behind each covariance, for its factor n / (n - 1).
    """

    x: Floats
    answered: Members
    n: Floats

    @classmethod
    def of(cls, x: ArrayLike, inside: Members, w: ArrayLike, *, missing: Missing = "complete") -> ItemMoments:
        """Moments of answers (n, k) with NaN, of the people `inside` (n,)."""
        values = np.asarray(x, dtype=np.float64)
        counts = answered_columns(values, inside, missing)
        i, j = np.triu_indices(values.shape[1])
        used = counts & (np.asarray(w) > 0)[:, None]
        n = (used[:, i] & used[:, j]).sum(axis=0).astype(np.float64)
        return cls(np.where(counts, values, 0.0), counts, n)

    @property
    def items(self) -> int:
        """Number of items k."""
        return int(self.x.shape[1])

    @cached_property
    def covariances(self) -> Covariances:
        """The pairs of the upper triangle."""
        i, j = np.triu_indices(self.items)
        mass = (self.answered[:, i] & self.answered[:, j]).astype(np.float64)
        return Covariances(self.x[:, i], self.x[:, j], mass, self.n)

    def split(self, vector: Floats) -> tuple[Floats, Floats]:
        """Means (k,) and covariance matrix (k, k) of a vector."""
        k = self.items
        out = np.zeros((k, k))
        out[np.triu_indices(k)] = vector[k:]
        return vector[:k], out + np.triu(out, 1).T

    def theta(self, w: Floats) -> Floats:
        """Means and covariances at weights w (n,)."""
        return np.concatenate([self._means(w)[0], self.covariances.theta(w)])

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Means and covariances with their weighted influence values."""
        means, share = self._means(w)
        moments, z = self.covariances.influence(w)
        own = share * np.where(self.answered, self.x - means, 0.0)
        return np.concatenate([means, moments]), np.hstack([own, z])

    def parts(self) -> Floats:
        """Columns whose weighted sums give the moments."""
        own = self.answered.astype(np.float64)
        return np.hstack([own, own * self.x, self.covariances.parts()])

    def of_sums(self, sums: Floats) -> Floats:
        """Moments (r, ...) from sums of `parts`."""
        k = self.items
        base = np.where(sums[:, :k] != 0, sums[:, :k], np.nan)
        return np.hstack([sums[:, k : 2 * k] / base, self.covariances.of_sums(sums[:, 2 * k :])])

    def scale(self, vector: Floats) -> Floats:
        """The size of each moment, for a step of a numerical derivative."""
        _, c = self.split(vector)
        sd = np.sqrt(np.maximum(np.diag(c), 0.0))
        i, j = np.triu_indices(self.items)
        return np.concatenate([sd, sd[i] * sd[j]])

    def _means(self, w: Floats) -> tuple[Floats, Floats]:
        weight = w[:, None] * self.answered
        total = weight.sum(axis=0)
        share = weight / np.where(total != 0, total, np.nan)
        return (share * self.x).sum(axis=0), share


class Vector(Protocol):
    """A statistic with a size for each of its values."""

    def theta(self, w: Floats) -> Floats:
        """Values at weights w."""
        ...

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Values and influence values."""
        ...

    def scale(self, vector: Floats) -> Floats:
        """Size of each value."""
        ...


@dataclass(frozen=True, eq=False)
class Smooth:
    """Smooth functions of a vector statistic: influence values by the delta method.

    Attributes
    ----------
    inner : Vector
    function : callable
        Vector (m,) -> values (q,), NaN where undefined.

    Notes
    -----
    The gradient is a central difference in steps of 1e-5 of the size of each value: off by about 1e-10, which
    is far below a standard error's own.
    """

    inner: Vector
    function: Callable[[Floats], Floats]

    def theta(self, w: Floats) -> Floats:
        """Values at weights w (n,)."""
        return self.function(self.inner.theta(w))

    def theta_block(self, weights: Floats) -> Floats:
        """Values (b, q) at every column of weights (n, b)."""
        inner = self.inner
        if isinstance(inner, ItemMoments):
            vectors = inner.of_sums(weights.T @ inner.parts())
        else:
            block = getattr(inner, "theta_block", None)
            vectors = block(weights) if block else np.array([inner.theta(w) for w in weights.T])
        return np.array([self.function(v) for v in vectors])

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Values and their influence values; NaN where undefined."""
        vector, z = self.inner.influence(w)
        theta = self.function(vector)
        slope = gradient(self.function, vector, self.inner.scale(vector), len(theta))
        with np.errstate(invalid="ignore"):
            return theta, z @ slope.T


@dataclass(frozen=True, eq=False)
class Weighted:
    """A statistic with a factor (n,) on the weights, such as 1 / the probability that a source was asked."""

    inner: Smooth | Vector
    factor: Floats

    def theta(self, w: Floats) -> Floats:
        """Values at weights w (n,)."""
        return self.inner.theta(w * self.factor)

    def theta_block(self, weights: Floats) -> Floats:
        """Values (b, q) at every column of weights (n, b)."""
        block = getattr(self.inner, "theta_block", None)
        scaled = weights * self.factor[:, None]
        return np.asarray(block(scaled) if block else [self.inner.theta(w) for w in scaled.T])

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Values and their influence values."""
        return self.inner.influence(w * self.factor)


def gradient(function: Callable[[Floats], Floats], at: Floats, scale: Floats, values: int) -> Floats:
    """Central differences (q, m) of a function of m numbers; a number of size 0 is left where it is."""
    out = np.zeros((values, len(at)))
    for i, size in enumerate(scale):
        step = STEP * size
        if not step > 0:
            continue
        move = np.zeros(len(at))
        move[i] = step
        out[:, i] = (function(at + move) - function(at - move)) / (2 * step)
    return out
