"""`Cells`: a column as its distinct texts and which row holds which, so that no guess reads cells one by one."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from survey_analysis.frames.coded import Coded, smallest_kind
from survey_analysis.frames.normal import normal
from survey_analysis.frames.packed import shapes
from survey_analysis.frames.raw import RawTable
from survey_analysis.typing import FloatArray, IntArray

MOST_LOOKED_AT = 2000  # distinct texts that a pattern is tried on first


@dataclass(frozen=True, eq=False)
class Cells:
    """Filled cells of a column: the distinct texts in order of appearance, how often each stands there.

    `codes` holds, for each row, the place of its text among them; -1 for an empty cell. `kept` are their places
    among the texts of `column`, where not all of them count as filled.
    """

    name: str
    column: Coded
    counts: IntArray
    codes: IntArray
    kept: IntArray | None = None

    @classmethod
    def of(cls, raw: RawTable, name: str) -> Cells:
        """Cells of a column that are not blank."""
        column = raw.coded(name)
        if column.distinct <= MOST_LOOKED_AT:
            texts = column.texts.tolist()
            if any(t.endswith((".0", ".00")) for t in texts):
                column = Coded.merged(
                    name, [normal(t) for t in texts], column.codes
                )  # "1.0" and "1" are one answer
        return cls(name, column, column.counts, column.codes).leaving(column.blanks())

    def without(self, blank: Collection[str]) -> Cells:
        """The same cells with some texts taken for blank."""
        return self.leaving(self.column.places(blank))

    def leaving(self, gone: IntArray) -> Cells:
        """The same cells with some texts, by their places in the column, taken for blank."""
        before = np.arange(self.column.distinct) if self.kept is None else self.kept
        kept = np.setdiff1d(before, gone, assume_unique=True) if len(gone) else before
        if len(kept) == len(before):
            return self
        place = np.full(len(before) + 1, -1, dtype=smallest_kind(len(kept)))
        place[np.searchsorted(before, kept)] = np.arange(len(kept))
        counts = self.counts[np.searchsorted(before, kept)]
        return Cells(self.name, self.column, counts, np.take(place, self.codes), kept)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.codes)

    @property
    def distinct(self) -> int:
        """Number of distinct texts."""
        return len(self.counts)

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """All distinct texts; of a column in which every cell differs they are many."""
        texts = self.column.texts
        return tuple((texts if self.kept is None else texts[self.kept]).tolist())

    @cached_property
    def first(self) -> tuple[str, ...]:
        """The first distinct texts, enough to say that a pattern does not hold."""
        return self._head(min(self.distinct, MOST_LOOKED_AT))

    def _head(self, n: int) -> tuple[str, ...]:
        if self.kept is None or not n:
            return tuple(self.column.first(n))
        found = self.column.first(int(self.kept[n - 1]) + 1)
        return tuple(found[i] for i in self.kept[:n].tolist())

    def shapes(self) -> set[str]:
        """The distinct texts after the first with every digit as 0, for patterns that take any digit."""
        if self.distinct <= MOST_LOOKED_AT:
            return set()
        if self.kept is None:
            return self.column.shapes(MOST_LOOKED_AT)
        return shapes(self.texts[MOST_LOOKED_AT:])

    def held(self, texts: Collection[str]) -> dict[str, int]:
        """Those of the texts that some cell holds, and how many do."""
        found = self.column.places(texts)
        if self.kept is not None:
            found = np.intersect1d(found, self.kept)
        if not len(found):
            return {}
        at = found if self.kept is None else np.searchsorted(self.kept, found)
        return dict(zip(self.column.texts[found].tolist(), self.counts[at].tolist(), strict=True))

    @property
    def filled(self) -> int:
        """Number of filled cells."""
        return int(self.counts.sum())

    @property
    def plain(self) -> str:
        """Lower-case words of the name: "StartDate" is "start date"."""
        return plain(self.name)

    @cached_property
    def numbers(self) -> FloatArray | None:
        """Distinct texts as numbers; None when one is no number or none is filled."""
        try:
            found = np.array([float(t) for t in self.first])
            if self.distinct > len(found):
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
    pairs = inner.codes[both].astype(np.int64) * (outer.distinct + 1) + outer.codes[both]
    return len(np.unique(pairs)) == len(np.unique(outer.codes[both]))
