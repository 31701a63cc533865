"""Columns of a banner as codes: variables side by side, a row in one column of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import Codes


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of several variables, numbered through; row r stands in columns[s, r] of variable s.

    Attributes
    ----------
    codes : ndarray of int, shape (S, n)
        `count` where a row is in no column of the variable.
    count : int
        Number of columns, C.
    each : tuple
        First column, number of columns and own codes of each variable; that number where a row is in none.
    """

    codes: Codes
    count: int
    each: tuple[tuple[int, int, Codes], ...]

    @classmethod
    def of(cls, variables: Sequence[ArrayLike], sizes: Sequence[int]) -> Columns:
        """From codes of each variable (-1 for none) and the number of its columns."""
        first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
        count = int(first[-1])
        stacked = [
            np.where(np.asarray(v) < 0, count, np.asarray(v, dtype=np.intp) + start)
            for v, start in zip(variables, first[:-1], strict=True)
        ]
        own = [
            (int(start), size, np.where(np.asarray(v) < 0, size, np.asarray(v, dtype=np.intp)))
            for v, size, start in zip(variables, sizes, first[:-1], strict=True)
        ]
        return cls(np.array(stacked, dtype=np.intp), count, tuple(own))
