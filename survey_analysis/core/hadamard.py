"""Hadamard matrices: the balance of half samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Signs = NDArray[np.int8]


def hadamard(at_least: int) -> Signs:
    """Make the smallest Hadamard matrix of at least that order that Sylvester and Paley reach.

    Parameters
    ----------
    at_least : int

    Returns
    -------
    ndarray of +1 and -1, shape (m, m)
        Orthogonal rows and columns; the first column and the first row are +1. m is 1, 2 or a multiple of 4;
        the few multiples that need other constructions (the first is 92) give way to the next one.

    Notes
    -----
    Sylvester (1867): H ⊗ [[1, 1], [1, -1]]. Paley (1933): order q + 1 for a prime q ≡ 3 mod 4, order 2 (q + 1)
    for a prime q ≡ 1 mod 4, from the squares modulo q.

    Examples
    --------
    >>> h = hadamard(11).astype(int)
    >>> h.shape, bool((h @ h.T == 12 * np.eye(12)).all())
    ((12, 12), True)
    """
    order = max(at_least, 1)
    while True:
        made = _of_order(order)
        if made is not None:
            return _normal(made)
        order += 1


def _of_order(order: int) -> Signs | None:
    if order == 1:
        return np.ones((1, 1), dtype=np.int8)
    if order == 2:
        return np.array([[1, 1], [1, -1]], dtype=np.int8)
    if order % 4:
        return None
    if _is_prime(order - 1):
        return _paley_one(order - 1)
    half = order // 2
    if half % 4 == 2 and _is_prime(half - 1):
        return _paley_two(half - 1)
    smaller = _of_order(half)
    return None if smaller is None else np.kron(smaller, np.array([[1, 1], [1, -1]], dtype=np.int8))


def _jacobsthal(q: int) -> Signs:
    """+1 where column minus row is a square modulo q, -1 where it is not, 0 on the diagonal."""
    squares = np.full(q, -1, dtype=np.int8)
    squares[np.unique(np.arange(1, q, dtype=np.int64) ** 2 % q)] = 1
    squares[0] = 0
    index = np.arange(q)
    return np.asarray(squares[(index[None, :] - index[:, None]) % q])


def _paley_one(q: int) -> Signs:
    out = np.zeros((q + 1, q + 1), dtype=np.int8)
    out[0, 1:], out[1:, 0] = 1, -1
    out[1:, 1:] = _jacobsthal(q)
    return out + np.eye(q + 1, dtype=np.int8)


def _paley_two(q: int) -> Signs:
    core = np.zeros((q + 1, q + 1), dtype=np.int8)
    core[0, 1:], core[1:, 0] = 1, 1
    core[1:, 1:] = _jacobsthal(q)
    plus = np.array([[1, 1], [1, -1]], dtype=np.int8)
    minus = np.array([[1, -1], [-1, -1]], dtype=np.int8)
    return np.kron(core, plus) + np.kron(np.eye(q + 1, dtype=np.int8), minus)


def _normal(signs: Signs) -> Signs:
    """The same matrix with +1 in the first column and row."""
    out = signs * signs[:, :1]
    return np.asarray(out * out[:1, :], dtype=np.int8)


def _is_prime(q: int) -> bool:
    return q > 1 and all(q % d for d in range(2, int(q**0.5) + 1))
