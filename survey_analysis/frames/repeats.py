"""Find files of one row a rating whose respondents nobody declared.

Then a person's ratings would count as independent. The signature: most rows repeat all columns but a few,
and one of those few (the thing rated) does not come twice among rows that are otherwise the same, though
by chance it would often.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.errors import DesignError
from survey_analysis.frames.raw import RawTable
from survey_analysis.typing import BoolArray, FloatArray, IntArray

MOST_ROWS = 20_000
FEWEST_ROWS = 30
MOST_VARYING = 3
MANY = 12  # distinct values that a column of a person must have, so that cells of a small table do not count
EXPECTED = 8.0  # pairs that would hold the same thing by chance, for its absence to mean something
TOLERATED = 0.05  # share of those that may be there (a row submitted twice)


@dataclass(frozen=True, eq=False)
class _Repeats:
    """Rows that share all columns but `varying`; `group` numbers them."""

    varying: tuple[int, ...]
    group: IntArray
    sizes: IntArray

    @property
    def rows(self) -> int:
        """Rows that stand with at least one other."""
        return int(self.sizes[self.sizes > 1].sum())


def check_repeats(raw: RawTable) -> None:
    """Raise when rows look like ratings by people who are not declared; called where no id and no PSU is.

    Raises
    ------
    DesignError
        Names the columns that vary and those that repeat.

    Examples
    --------
    >>> wide = pd.DataFrame({"age": ["34", "51"] * 20, "follow": ["5", "4", "2", "1"] * 10})
    >>> check_repeats(RawTable(wide))
    """
    n = min(len(raw), MOST_ROWS)
    if n < FEWEST_ROWS or len(raw.columns) < 3:
        return
    texts = [raw.column(c).iloc[:n] for c in raw.columns]
    codes = np.column_stack([pd.factorize(t)[0] for t in texts])
    empty = np.column_stack([np.asarray(t.str.strip() == "") for t in texts])
    distinct = codes.max(axis=0) + 1
    for varying in _candidates(codes, distinct):
        kept = [j for j in range(codes.shape[1]) if j not in varying]
        if not kept:
            continue
        found = _grouped(codes, varying, empty[:, max(kept, key=lambda j: distinct[j])])
        if found.rows < n / 2 or distinct[kept].max() <= MANY:
            continue
        thing = next((j for j in varying if _never_twice(codes[:, j], found)), None)
        if thing is not None:
            raise _error(raw, found, thing, kept, distinct, n)


def _candidates(codes: IntArray, distinct: IntArray) -> list[tuple[int, ...]]:
    """Sets of at most three columns in which otherwise equal rows differ.

    Rows are sorted by columns of many values (a person's weight or age), with and without those that may be
    ratings; neighbours that differ in few columns show which.
    """
    n, k = codes.shape
    every = [j for j in range(k) if distinct[j] > 0.9 * n]  # a row number differs in all rows
    if len(every) > MOST_VARYING:
        return []
    order = [int(j) for j in np.argsort(-distinct, kind="stable") if j not in every]
    out: list[tuple[int, ...]] = []
    for left_out in ((), order[:1], order[1:2], order[:2]):
        keys = [codes[:, j] for j in reversed(order) if j not in left_out]
        if not keys:
            continue
        rows = codes[np.lexsort(keys)]
        differs = rows[1:] != rows[:-1]
        near = differs[differs.sum(axis=1) <= MOST_VARYING]
        if len(near) < n / 4:
            continue
        often = near.sum(axis=0)
        top = [int(j) for j in np.argsort(-often, kind="stable")[:MOST_VARYING] if often[j] > 0]
        out += [tuple(sorted(top[:i])) for i in range(1, len(top) + 1) if set(every) <= set(top[:i])]
    return list(dict.fromkeys(out))


def _grouped(codes: IntArray, varying: tuple[int, ...], unknown: BoolArray) -> _Repeats:
    """Rows alike but for `varying`; rows without the most telling answer share nothing and stand alone."""
    rest = np.column_stack([np.delete(codes, varying, axis=1), np.cumsum(unknown) * unknown])
    _, group, sizes = np.unique(rest, axis=0, return_inverse=True, return_counts=True)
    return _Repeats(varying, group.reshape(-1).astype(np.int64), sizes.astype(np.int64))


def _never_twice(column: NDArray[np.intp], found: _Repeats) -> bool:
    """Fewer equal values within groups than chance would give, by far."""
    shares: FloatArray = np.bincount(column + 1) / len(column)
    pairs = float((found.sizes * (found.sizes - 1) / 2).sum())
    expected = pairs * float((shares**2).sum())
    cells = np.unique(np.column_stack([found.group, column]), axis=0, return_counts=True)[1]
    twice = float((cells * (cells - 1) / 2).sum())
    return expected >= EXPECTED and twice <= TOLERATED * expected


def _error(
    raw: RawTable, found: _Repeats, thing: int, kept: list[int], distinct: IntArray, n: int
) -> DesignError:
    names = [raw.columns[j] for j in found.varying]
    people = int((found.sizes > 1).sum())
    telling = sorted(kept, key=lambda j: -distinct[j])[:3]
    listed = ", ".join(f"'{raw.columns[j]}' ({distinct[j]} values)" for j in telling)
    varying = " and ".join(f"'{x}'" for x in names)
    return DesignError(
        f"{found.rows:,} of {n:,} rows repeat every column but {varying}: it looks like one row a rating, "
        "and no respondent id is declared.",
        where=f"{people:,} groups of rows share {listed}{' and more' if len(kept) > 3 else ''}; "
        f"'{raw.columns[thing]}' hardly comes twice in a group.",
        hint="name the column that tells respondents apart (id=..., or [design] id = ...); else one person's "
        "ratings would count as independent.",
    )
