"""`Cells`: a column as its distinct texts and which row holds which, so that no guess reads cells one by one."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from survey_analysis.frames.encode import normal
from survey_analysis.frames.raw import RawTable
from survey_analysis.typing import FloatArray, IntArray

MOST_LOOKED_AT = 2000  # distinct texts that a pattern is tried on first


@dataclass(frozen=True, eq=False)
class Cells:
    """Filled cells of a column: the distinct texts in order of appearance, how often each stands there.

    `codes` holds, for each row, the place of its text in `texts`; -1 for an empty cell.
    """

    name: str
    texts: tuple[str, ...]
    counts: IntArray
    rows: int
    codes: IntArray

    @classmethod
    def of(cls, raw: RawTable, name: str) -> Cells:
        """Cells of a column that are not blank."""
        column = raw.coded(name)
        codes, texts = column.codes, column.texts.tolist()
        whole = cls(name, tuple(texts), column.counts, len(codes), codes)
        if len(texts) <= MOST_LOOKED_AT and any(t.endswith((".0", ".00")) for t in texts):
            whole = _merged(name, codes, [normal(t) for t in texts])  # "1.0" and "1" are one answer
        return whole.without({t for t in texts if not t or (t[0].isspace() and not t.strip())})

    def without(self, blank: Collection[str]) -> Cells:
        """The same cells with some texts taken for blank."""
        gone = self.known.intersection(blank) if blank else blank
        if not gone:
            return self
        kept = np.array([i for i, t in enumerate(self.texts) if t not in gone], dtype=np.int64)
        place = np.full(len(self.texts) + 1, -1, dtype=np.int64)
        place[kept] = np.arange(len(kept))
        texts = tuple(t for t in self.texts if t not in gone)
        return Cells(self.name, texts, self.counts[kept], self.rows, _small(place[self.codes], len(kept)))

    @cached_property
    def known(self) -> frozenset[str]:
        """The distinct texts, to look one up."""
        return frozenset(self.texts)

    @property
    def filled(self) -> int:
        """Number of filled cells."""
        return int(self.counts.sum())

    @property
    def first(self) -> tuple[str, ...]:
        """The first distinct texts, enough to say that a pattern does not hold."""
        return self.texts[:MOST_LOOKED_AT]

    @property
    def plain(self) -> str:
        """Lower-case words of the name: "StartDate" is "start date"."""
        return plain(self.name)

    @cached_property
    def numbers(self) -> FloatArray | None:
        """Distinct texts as numbers; None when one is no number or none is filled."""
        try:
            found = np.array([float(t) for t in self.first])
            if len(self.texts) > len(found):
                found = np.array(self.texts, dtype=object).astype(float)
        except ValueError:
            return None
        return found if len(found) and bool(np.isfinite(found).all()) else None

    @cached_property
    def whole(self) -> bool:
        """Whether all filled cells are whole numbers."""
        return self.numbers is not None and bool((self.numbers == np.round(self.numbers)).all())

    @property
    def mean(self) -> float:
        """Mean of a column of numbers."""
        assert self.numbers is not None  # noqa: S101  callers have looked
        return float(self.numbers @ self.counts / self.filled)

    def by_row(self) -> FloatArray:
        """Numbers of every row, NaN where empty; of a column of numbers."""
        assert self.numbers is not None  # noqa: S101  callers have looked
        out: FloatArray = np.append(self.numbers, np.nan)[self.codes]
        return out


def plain(name: str) -> str:
    """Lower-case words of a name.

    >>> plain("StartDate"), plain("api_stu.2")
    ('start date', 'api stu 2')
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r"[^a-z0-9]+", " ", spaced.casefold()).strip()


def constant_within(inner: Cells, outer: Cells) -> bool:
    """Whether a column has one value in all rows that share a value of the other."""
    both = (inner.codes >= 0) & (outer.codes >= 0)
    if not both.any():
        return False
    pairs = inner.codes[both].astype(np.int64) * (len(outer.texts) + 1) + outer.codes[both]
    return len(np.unique(pairs)) == len(np.unique(outer.codes[both]))


def _merged(name: str, codes: IntArray, texts: Sequence[str]) -> Cells:
    """Cells of texts of which some are alike."""
    place = {t: i for i, t in enumerate(dict.fromkeys(texts))}
    codes = np.array([place[t] for t in texts], dtype=np.int64)[codes]
    counts = np.bincount(codes, minlength=len(place)).astype(np.int64)
    return Cells(name, tuple(place), counts, len(codes), _small(codes, len(place)))


def _small(codes: IntArray, distinct: int) -> IntArray:
    """Places in the smallest integers that hold them: a file of a million rows has many."""
    kind = np.int8 if distinct < 128 else np.int16 if distinct < 32768 else np.int32
    out: IntArray = codes.astype(kind, copy=False)
    return out
