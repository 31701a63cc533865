"""R² of all subsets of predictors, and LMG from them.

Sweeping one predictor after the other out of the matrix, for the half of the subsets that hold it, gives the R² of
all 2^k subsets in about six multiplications a subset. LMG is a weighted sum of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import comb
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TOGETHER: Final = 13
"""Predictors whose subsets are handled as one vector, short enough for the fast memory of a processor."""


def lmg_of_subsets(R: Floats) -> Floats:
    """LMG of as many matrices at once as there is room for."""
    k = R.shape[1] - 1
    step = min(len(R), max(1, (1 << TOGETHER) >> k))
    room = Room(k, step)
    whole = [_lmg(R[i : i + step], room) for i in range(0, len(R) - step + 1, step)]
    rest = R[len(whole) * step :]
    return np.concatenate([*whole, *([_lmg(rest, Room(k, len(rest)))] if len(rest) else [])])


class Room:
    """Arrays that the sweeps of b matrices of k predictors write into, again and again.

    The first `together` predictors have a vector over all their subsets; the others a step each.
    """

    def __init__(self, k: int, b: int, together: int = TOGETHER) -> None:
        self.first = min(k, together)
        n = 1 << self.first
        self.rows = [[np.empty((k + 1 - i, 2 << p, b)) for i in range(p + 1, k)] for p in range(self.first)]
        self.slopes = [np.empty((k - p, 1 << p, b)) for p in range(self.first)]
        self.r2 = [np.empty((2 << p, b)) for p in range(self.first)]
        for p in range(self.first, k):
            self.rows.append([np.empty((k + 1 - i, n, b)) for i in range(p + 1, k)])
            self.slopes.append(np.empty((k - p, n, b)))
            self.r2.append(np.empty((n, b)))


def subset_r2(R: Floats) -> Floats:
    """R² of every subset of predictors.

    Parameters
    ----------
    R : ndarray, shape (b, k + 1, k + 1)
        Correlation matrices, the outcome last; the predictors' part positive definite.

    Returns
    -------
    ndarray, shape (2^k, b)
        Row s holds the subset of the predictors whose bits are set in s.

    Examples
    --------
    >>> R = np.array([[[1.0, 0.0, 0.6], [0.0, 1.0, 0.3], [0.6, 0.3, 1.0]]])
    >>> subset_r2(R)[:, 0].round(6).tolist()
    [0.0, 0.36, 0.09, 0.45]
    """
    k = R.shape[1] - 1
    return _of_first(R, Room(k, len(R), k))[1]


def _of_first(R: Floats, room: Room) -> tuple[list[Floats], Floats]:
    """For every subset of the first predictors: what is left of the rows of the others, and its R²."""
    k = R.shape[1] - 1
    rows = [np.ascontiguousarray(R[:, i, i:].T)[:, None, :] for i in range(k)]  # row i from its diagonal on
    r2 = np.zeros((1, len(R)))
    for p in range(room.first):
        pivot, n = rows[p], 1 << p
        slope = np.divide(pivot[1:], pivot[0], out=room.slopes[p])
        for i, both in enumerate(room.rows[p], start=p + 1):
            both[:, :n] = rows[i]
            swept = both[:, n:]
            np.multiply(slope[i - p - 1], pivot[i - p :], out=swept)
            np.subtract(rows[i], swept, out=swept)
            rows[i] = both
        grown = room.r2[p]
        grown[:n] = r2
        np.multiply(slope[-1], pivot[-1], out=grown[n:])
        grown[n:] += r2
        r2 = grown
    return rows[room.first :], r2


def _of_others(
    rows: Sequence[Floats], r2: Floats, inside: tuple[int, ...], p: int, room: Room, tally: Tally
) -> None:
    """Go through the subsets of the predictors from p on, each with the vector of those of the first."""
    if not rows:
        tally.add(r2, inside)
        return
    pivot, others = rows[0], rows[1:]
    slope = np.divide(pivot[1:], pivot[0], out=room.slopes[p])
    _of_others(others, r2, inside, p + 1, room, tally)
    for i, (row, swept) in enumerate(zip(others, room.rows[p], strict=True)):
        np.multiply(slope[i], pivot[i + 1 :], out=swept)
        np.subtract(row, swept, out=swept)
    np.multiply(slope[-1], pivot[-1], out=room.r2[p])
    np.add(room.r2[p], r2, out=room.r2[p])
    _of_others(room.rows[p], room.r2[p], (*inside, p), p + 1, room, tally)


class Tally:
    """Sums over subsets that LMG needs: of weighted R² by member, and of all.

    The orders in which exactly S precedes j are a share 1 / (k C(k-1, |S|)) of all.
    """

    def __init__(self, k: int, b: int, first: int) -> None:
        before, member = _shares_of_orders(k)
        sizes = _sizes(first)
        self.first = first
        self.before = [before[sizes + more] for more in range(k - first + 1)]
        self.member = [member[sizes + more][:, None] for more in range(k - first + 1)]
        self.by_first = np.zeros((1 << first, b))
        self.by_other = np.zeros((k - first, b))
        self.all = np.zeros(b)
        self.now = np.empty((1 << first, b))

    def add(self, r2: Floats, inside: Sequence[int]) -> None:
        """Subsets of the first predictors, each with the others `inside`."""
        np.multiply(r2, self.member[len(inside)], out=self.now)
        self.by_first += self.now
        if inside:
            self.by_other[[p - self.first for p in inside]] += self.now.sum(axis=0)
        self.all += self.before[len(inside)] @ r2

    def lmg(self) -> Floats:
        """LMG shares (b, k)."""
        return np.asarray((np.vstack([_bits(self.first) @ self.by_first, self.by_other]) - self.all).T)


@lru_cache(maxsize=4)
def _sizes(k: int) -> NDArray[np.int8]:
    """Number of predictors in every subset."""
    out = np.zeros(1, dtype=np.int8)
    for _ in range(k):
        out = np.concatenate([out, out + 1])
    return out


def _shares_of_orders(k: int) -> tuple[Floats, Floats]:
    """Weight of R²(S) in every LMG, and in that of a member besides, by the size of S."""
    before = np.array([1 / (k * comb(k - 1, s)) for s in range(k)] + [0.0])
    return before, before + np.concatenate([[0.0], before[:-1]])


@lru_cache(maxsize=4)
def _bits(k: int) -> Floats:
    return ((np.arange(1 << k)[None, :] >> np.arange(k)[:, None]) & 1).astype(np.float64)


def _lmg(R: Floats, room: Room) -> Floats:
    """LMG of matrices over all subsets; shape (b, k)."""
    tally = Tally(R.shape[1] - 1, len(R), room.first)
    rows, r2 = _of_first(R, room)
    _of_others(rows, r2, (), room.first, room, tally)
    return tally.lmg()


def kruskal_of_subsets(r2: Floats) -> Floats:
    """Average squared partial correlations from the R² of all subsets; shape (b, k)."""
    k = len(r2).bit_length() - 1
    before = _shares_of_orders(k)[0][_sizes(k)]
    out = np.empty((r2.shape[1], k))
    with np.errstate(divide="ignore", invalid="ignore"):
        for j in range(k):
            pair = r2.reshape(1 << (k - 1 - j), 2, 1 << j, r2.shape[1])
            share = before.reshape(1 << (k - 1 - j), 2, 1 << j)[:, 0]
            partial = (pair[:, 1] - pair[:, 0]) / (1 - pair[:, 0])
            out[:, j] = np.einsum("as,asb->b", share, partial)
    return out
