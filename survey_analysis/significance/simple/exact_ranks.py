"""Exact permutation distributions of rank sums, mid-ranks included (Streitberg & Roehmel 1986)."""

from __future__ import annotations

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.typing import FloatArray

LARGEST = 60_000_000
"""Cells of the table of sums beyond which the exact distribution is refused."""


def rank_sum_distribution(ranks: FloatArray, n: int) -> tuple[FloatArray, FloatArray]:
    """Values and probabilities of the sum of n of the ranks drawn without replacement.

    Parameters
    ----------
    ranks : ndarray
        Mid-ranks of everybody; multiples of 1/2.
    n : int
        Size of the first group.

    Raises
    ------
    EstimationError
        Too many people: take the normal approximation.

    Examples
    --------
    >>> values, weights = rank_sum_distribution(np.array([1.0, 2.0, 3.5, 3.5]), 2)
    >>> values.tolist(), weights.round(4).tolist()
    ([3.0, 4.5, 5.5, 7.0], [0.1667, 0.3333, 0.3333, 0.1667])
    """
    scores = np.round(2 * ranks).astype(np.int64)
    top = int(np.sort(scores)[-n:].sum()) + 1
    _small(n * top * len(scores) // 64)
    ways = np.zeros((n + 1, top))
    ways[0, 0] = 1.0
    for seen, s in enumerate(scores, start=1):
        # probabilities, not counts: the share of draws stays within double range
        for j in range(min(n, seen), 0, -1):
            ways[j, s:] += ways[j - 1, : top - s]
        if seen % 64 == 0:
            ways /= 2.0**32
    return _kept(ways[n])


def signed_rank_distribution(ranks: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Values and probabilities of the sum of positive ranks when every sign is a coin toss.

    Examples
    --------
    >>> values, weights = signed_rank_distribution(np.array([1.0, 2.0]))
    >>> values.tolist(), weights.tolist()
    ([0.0, 1.0, 2.0, 3.0], [0.25, 0.25, 0.25, 0.25])
    """
    scores = np.round(2 * ranks).astype(np.int64)
    top = int(scores.sum()) + 1
    _small(top * len(scores) // 64)
    ways = np.zeros(top)
    ways[0] = 1.0
    for s in scores:
        ways[s:] = (ways[s:] + ways[: top - s]) / 2
        ways[:s] /= 2
    return _kept(ways)


def _kept(ways: FloatArray) -> tuple[FloatArray, FloatArray]:
    place = np.flatnonzero(ways)
    return place / 2, ways[place] / ways[place].sum()


def _small(cells: int) -> None:
    if cells > LARGEST:
        raise EstimationError(
            "There are too many people for the exact distribution.", hint='variant="corrected"'
        )
