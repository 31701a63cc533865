"""`Coded`: a column as its distinct texts and which row holds which, so that nothing reads cells one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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


class CodedColumns:
    """The columns of a table: coded when asked for, and cells and frame made when asked for; each made once.

    Parameters
    ----------
    frame
        The frame, where there is one.
    held, cells
        Else every column, coded or cell by cell, and `names` in file order.
    """

    def __init__(
        self,
        frame: pd.DataFrame | None,
        held: dict[str, Coded] | None = None,
        cells: dict[str, NDArray[np.object_]] | None = None,
        names: Sequence[str] = (),
    ) -> None:
        self._frame = frame
        self.held = held or {}
        self._cells = cells or {}
        self.names = tuple(names) if frame is None else tuple(frame.columns)
        self._known = frozenset(self.names)

    def __len__(self) -> int:
        if self._frame is not None:
            return len(self._frame)
        first = self.names[0]
        return len(self.held[first] if first in self.held else self._cells[first])

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def is_of(self, frame: pd.DataFrame) -> bool:
        """Whether these are the columns of that very frame."""
        return self._frame is frame

    @property
    def frame(self) -> pd.DataFrame:
        """All columns as text."""
        if self._frame is None:
            cells = {j: self._array(name) for j, name in enumerate(self.names)}
            self._frame = pd.DataFrame(cells, dtype=object, copy=False)
            self._frame.columns = pd.Index(self.names)
            self._cells = {}
        return self._frame

    def series(self, name: str) -> pd.Series:
        """One column as text."""
        if self._frame is not None:
            return self._frame[name]
        return pd.Series(self._array(name), name=name, dtype=object, copy=False)

    def column(self, name: str) -> Coded:
        """One column, coded."""
        if name not in self.held:
            self.held[name] = Coded.of(self.series(name))
        return self.held[name]

    def rows(self, keep: BoolArray) -> CodedColumns:
        """The same columns of some rows; no text is made for it."""
        places = np.flatnonzero(keep)
        held = {name: column.rows(places) for name, column in self.held.items()}
        if self._frame is not None and len(held) < len(self.names):
            frame = self._frame.loc[keep].reset_index(drop=True)
            return CodedColumns(frame, held)
        cells = {n: self._cells[n][places] for n in self.names if n not in held}
        return CodedColumns(None, held, cells, self.names)

    def _array(self, name: str) -> NDArray[np.object_]:
        if name not in self._cells:
            self._cells[name] = self.held[name].cells()
        return self._cells[name]


def coded(column: pd.Series | Coded) -> Coded:
    """A column, coded unless it is."""
    return column if isinstance(column, Coded) else Coded.of(column)


def smallest(codes: IntArray, distinct: int) -> IntArray:
    """Places in the smallest integers that hold them: a file of a million rows has many."""
    kind = np.int8 if distinct <= 128 else np.int16 if distinct <= 32768 else np.int32
    out: IntArray = codes.astype(kind, copy=False)
    return out
