"""`Coded`: a column as its distinct texts and which row holds which, so that nothing reads cells one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.typing import BoolArray, IntArray


@dataclass(frozen=True, eq=False)
class Coded:
    """Distinct texts of a column, each of which some row holds, and the place of every row's text among them.

    Examples
    --------
    >>> column = Coded.of(pd.Series(["b", "a", "b"], name="q", dtype=object))
    >>> column.texts.tolist(), column.codes.tolist(), column.counts.tolist()
    (['b', 'a'], [0, 1, 0], [2, 1])
    """

    name: str
    texts: NDArray[np.object_]
    codes: IntArray

    @classmethod
    def of(cls, column: pd.Series) -> Coded:
        """A column of text, coded in the order in which the texts appear."""
        codes, texts = pd.factorize(column.to_numpy(dtype=object))
        return cls(str(column.name), np.asarray(texts, dtype=object), smallest(codes, len(texts)))

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def counts(self) -> IntArray:
        """Rows of each text."""
        return np.bincount(self.codes, minlength=len(self.texts)).astype(np.int64)

    def rows(self, places: IntArray) -> Coded:
        """Some rows; texts that none of them holds are gone."""
        codes = self.codes[places]
        counts = np.bincount(codes, minlength=len(self.texts))
        there = counts > 0
        if there.all():
            return Coded(self.name, self.texts, codes)
        place = np.cumsum(there) - 1
        texts = self.texts[there]
        return Coded(self.name, texts, smallest(place.astype(codes.dtype)[codes], len(texts)))

    def cells(self) -> NDArray[np.object_]:
        """The text of every row; equal texts are one object."""
        out: NDArray[np.object_] = self.texts.take(self.codes)
        return out


@dataclass(eq=False)
class CodedColumns:
    """Coded columns of one frame, made when asked for and kept while that frame is."""

    frame: pd.DataFrame
    held: dict[str, Coded] = field(default_factory=dict)

    def column(self, name: str) -> Coded:
        """One column."""
        if name not in self.held:
            self.held[name] = Coded.of(self.frame[name])
        return self.held[name]

    def rows(self, keep: BoolArray, frame: pd.DataFrame) -> CodedColumns:
        """The same columns of some rows, of which `frame` is the frame."""
        places = np.flatnonzero(keep)
        return CodedColumns(frame, {name: column.rows(places) for name, column in self.held.items()})


def coded(column: pd.Series | Coded) -> Coded:
    """A column, coded unless it is."""
    return column if isinstance(column, Coded) else Coded.of(column)


def smallest(codes: IntArray, distinct: int) -> IntArray:
    """Places in the smallest integers that hold them: a file of a million rows has many."""
    kind = np.int8 if distinct <= 128 else np.int16 if distinct <= 32768 else np.int32
    out: IntArray = codes.astype(kind, copy=False)
    return out
