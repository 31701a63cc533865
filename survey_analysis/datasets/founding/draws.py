"""Named streams of random numbers whose bytes do not depend on the versions of numpy's distributions.

Only `Generator.random` is used, the one call whose stream numpy keeps stable; everything else is
an inverse transform of it, so the shipped files are the same on every supported numpy.
"""

from __future__ import annotations

import zlib
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]
Texts: TypeAlias = NDArray[np.object_]

_SMALLEST = 2.0**-54


class Draws:
    """One stream, named by a seed and a word, so that adding a stream never moves another.

    Examples
    --------
    >>> first, again = Draws(1, "people"), Draws(1, "people")
    >>> bool((first.uniform(3) == again.uniform(3)).all())
    True
    >>> Draws(1, "people").uniform(1) == Draws(1, "timing").uniform(1)
    array([False])
    """

    def __init__(self, seed: int, stream: str, block: int = 0) -> None:
        entropy = np.random.SeedSequence([seed, zlib.crc32(stream.encode()), block])
        self._generator = np.random.Generator(np.random.PCG64(entropy))

    def uniform(self, *shape: int) -> Floats:
        """Uniform numbers in [0, 1)."""
        return self._generator.random(shape)

    def normal(self, *shape: int) -> Floats:
        """Standard normal numbers, by the inverse distribution function."""
        return np.asarray(ndtri(np.maximum(self.uniform(*shape), _SMALLEST)), dtype=np.float64)

    def happens(self, probability: ArrayLike, n: int) -> Bools:
        """Independent events with the given probability (one, or one per row)."""
        return np.asarray(self.uniform(n) < np.asarray(probability, dtype=np.float64))

    def whole(self, low: int, high: int, *shape: int) -> Ints:
        """Whole numbers from `low` to `high`, both included."""
        return (low + np.floor(self.uniform(*shape) * (high - low + 1))).astype(np.int64)

    def category(self, shares: ArrayLike, *shape: int) -> Ints:
        """Positions 0, 1, ... drawn with the given shares (scaled to sum to 1)."""
        edges = np.cumsum(np.asarray(shares, dtype=np.float64))
        drawn = np.searchsorted(edges[:-1] / edges[-1], self.uniform(*shape), side="right")
        return drawn.astype(np.int64)

    def pick(self, count: int, among: Bools, weight: ArrayLike = 1.0) -> Ints:
        """Exactly `count` rows of `among`, without replacement, sorted; `weight` is the relative chance.

        Efraimidis and Spirakis: the rows with the largest u^(1/weight).
        """
        rows = np.flatnonzero(among)
        if len(rows) < count:
            raise ValueError(f"{count} rows wanted, {len(rows)} available")
        relative = np.broadcast_to(np.asarray(weight, dtype=np.float64), among.shape)[rows]
        keys = np.log(np.maximum(self.uniform(len(rows)), _SMALLEST)) / relative
        return np.sort(rows[np.argsort(-keys, kind="stable")[:count]])

    def orders(self, n: int, k: int) -> Ints:
        """For each of n rows a random rank 0..k-1 of k things."""
        shuffled = np.argsort(self.uniform(n, k), axis=1, kind="stable")
        return np.argsort(shuffled, axis=1, kind="stable").astype(np.int64)
