"""`Coded`: a column as its distinct texts and which row holds which, so that nothing reads cells one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.frames.normal import normal, plain_numbers
from survey_analysis.frames.packed import Packed, shapes
from survey_analysis.typing import BoolArray, FloatArray, IntArray

MANY_ROWS, FEW_TEXTS = 1 << 14, 16


class Coded:
    """Distinct texts of a column, each of which some row holds, and the place of every row's text among them.

    Texts that a reader left packed are made when they are asked for: of an id that differs in every row hardly
    anybody asks.

    Parameters
    ----------
    texts
        The distinct texts, made or packed.
    codes
        Place of the text of each row, shape (rows,).
    whole
        The column these are some rows of, and the places of the texts there.
    counts
        Rows of each text, where they are known.

    Examples
    --------
    >>> column = Coded.of(pd.Series(["b", "a", "b"], name="q", dtype=object))
    >>> column.texts.tolist(), column.codes.tolist(), column.counts.tolist()
    (['b', 'a'], [0, 1, 0], [2, 1])
    """

    def __init__(
        self,
        name: str,
        texts: NDArray[np.object_] | Packed,
        codes: IntArray,
        whole: tuple[Coded, IntArray] | None = None,
        counts: IntArray | None = None,
    ) -> None:
        self.name = name
        self.codes = codes
        self._lay = texts
        if counts is not None:
            self.__dict__["counts"] = counts  # else they are counted when somebody asks
        self._whole = whole

    @classmethod
    def of(cls, column: pd.Series) -> Coded:
        """A column of text, coded in the order in which the texts appear."""
        codes, texts = pd.factorize(column.to_numpy(dtype=object))
        return cls(str(column.name), np.asarray(texts, dtype=object), smallest(codes, len(texts)))

    @classmethod
    def merged(cls, name: str, texts: Sequence[str], codes: IntArray) -> Coded:
        """A column of texts of which some may be alike."""
        place = {t: i for i, t in enumerate(dict.fromkeys(texts))}
        if len(place) < len(texts):
            codes = np.take(np.array([place[t] for t in texts], dtype=np.int64), codes)
        return cls(name, np.array([*place], dtype=object), smallest(codes, len(place)))

    def __getstate__(self) -> dict[str, object]:
        """Only what these rows hold: a file written from some rows has nothing of the others."""
        return {"name": self.name, "codes": self.codes, "_lay": self.texts, "_whole": None}

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def distinct(self) -> int:
        """Number of distinct texts."""
        return len(self._lay)

    @cached_property
    def texts(self) -> NDArray[np.object_]:
        """The distinct texts."""
        return self._lay.made() if isinstance(self._lay, Packed) else self._lay

    @cached_property
    def normal(self) -> list[str]:
        """The distinct texts in their normal form, of which some may be equal."""
        if self._whole is not None:
            whole, kept = self._whole
            return list(map(whole.normal.__getitem__, kept.tolist()))
        return [normal(t) for t in self.texts.tolist()]

    @cached_property
    def numbers(self) -> FloatArray:
        """The distinct texts as numbers, NaN where one is no plain number."""
        if self._whole is not None:
            whole, kept = self._whole
            return whole.numbers[kept]
        return plain_numbers(self.normal)

    @cached_property
    def counts(self) -> IntArray:
        """Rows of each text."""
        if self.distinct == len(self):
            return np.ones(len(self), dtype=np.int64)
        return np.bincount(self.codes, minlength=self.distinct).astype(np.int64)

    def first(self, n: int) -> list[str]:
        """The first `n` distinct texts."""
        return self._lay.first(n) if isinstance(self._lay, Packed) else self._lay[:n].tolist()

    def blanks(self) -> IntArray:
        """Places of the texts that hold nothing but white space."""
        if isinstance(self._lay, Packed):
            return self._lay.blanks()
        return np.flatnonzero([not t or (t[0].isspace() and not t.strip()) for t in self._lay.tolist()])

    def odd(self) -> IntArray:
        """Places of the texts that may not be their own normal form."""
        if isinstance(self._lay, Packed):
            return self._lay.odd()
        return np.flatnonzero([t != n for t, n in zip(self._lay.tolist(), self.normal, strict=True)])

    def places(self, texts: Collection[str]) -> IntArray:
        """Places of those of the texts that some row holds."""
        if not texts:
            return np.arange(0)
        if isinstance(self._lay, Packed):
            return self._lay.places(texts)
        return np.flatnonzero([t in texts for t in self._lay.tolist()])

    def shapes(self, start: int) -> set[str]:
        """The distinct texts from a place on with every digit as 0, each once."""
        return (
            self._lay.shapes(start) if isinstance(self._lay, Packed) else shapes(self._lay[start:].tolist())
        )

    def rows(self, places: IntArray) -> Coded:
        """Some rows; texts that none of them holds are gone."""
        codes = self.codes[places]
        whole, before = self._whole or (self, np.arange(self.distinct))
        kept = self._kept(codes)
        if len(kept) == self.distinct:
            return Coded(self.name, self._lay, codes, (whole, before))
        place = np.zeros(self.distinct, dtype=smallest_kind(len(kept)))
        place[kept] = np.arange(len(kept))
        return Coded(self.name, self._lay.take(kept), np.take(place, codes), (whole, before[kept]))

    def _kept(self, codes: IntArray) -> IntArray:
        """Places of the texts that some of the codes name; most stand among the first."""
        there = np.zeros(self.distinct, dtype=bool)
        there[codes[:MANY_ROWS]] = True
        rest = codes[MANY_ROWS:]
        if not len(rest) or there.all():
            return np.flatnonzero(there)
        lacking = np.flatnonzero(~there)
        if len(lacking) > FEW_TEXTS:
            there[rest] = True
        else:
            there[lacking] = [bool((rest == i).any()) for i in lacking.tolist()]
        return np.flatnonzero(there)

    def with_texts(self, texts: NDArray[np.object_]) -> Coded:
        """The same rows with other texts, of which some may be equal."""
        return Coded(self.name, texts, self.codes)

    def cells(self) -> NDArray[np.object_]:
        """The text of every row; equal texts are one object."""
        out: NDArray[np.object_] = np.take(self.texts, self.codes)
        return out


class CodedColumns:
    """The columns of a table: coded when asked for, and cells and frame made when asked for; each made once.

    Parameters
    ----------
    frame
        The frame, where there is one.
    held
        Columns that are coded; all of them where there is neither frame nor origin.
    names
        Columns in file order; those of the frame where there is one.
    origin
        The columns these are some rows of, and the places of the rows there.
    """

    def __init__(
        self,
        frame: pd.DataFrame | None,
        held: dict[str, Coded] | None = None,
        names: Sequence[str] = (),
        origin: tuple[CodedColumns, IntArray] | None = None,
    ) -> None:
        self._frame = frame
        self.held = held or {}
        self._cells: dict[str, NDArray[np.object_]] = {}
        self._origin = origin
        self.names = tuple(names) if frame is None else tuple(frame.columns)
        self._known = frozenset(self.names)

    def __getstate__(self) -> dict[str, object]:
        """Only these rows, as of `Coded`."""
        held = {} if self._frame is not None else {name: self.column(name) for name in self.names}
        return self.__dict__ | {"held": held, "_cells": {}, "_origin": None}

    def __len__(self) -> int:
        if self._frame is not None:
            return len(self._frame)
        return len(self.held[self.names[0]] if self._origin is None else self._origin[1])

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
            if self._origin is None:
                self.held[name] = Coded.of(self.series(name))
            else:
                whole, places = self._origin
                self.held[name] = whole.column(name).rows(places)
        return self.held[name]

    def whole(self, name: str) -> Coded:
        """One column of the columns that these are some rows of, coded."""
        return self.column(name) if self._origin is None else self._origin[0].column(name)

    def rows(self, keep: BoolArray) -> CodedColumns:
        """The same columns of some rows; nothing is made before somebody asks for a column."""
        places = np.flatnonzero(keep)
        if self._origin is None:
            return CodedColumns(None, names=self.names, origin=(self, places))
        whole, before = self._origin
        return CodedColumns(None, names=self.names, origin=(whole, before[places]))

    def _array(self, name: str) -> NDArray[np.object_]:
        if name not in self._cells:
            self._cells[name] = self.column(name).cells()
        return self._cells[name]


def coded(column: pd.Series | Coded) -> Coded:
    """A column, coded unless it is."""
    return column if isinstance(column, Coded) else Coded.of(column)


def smallest(codes: IntArray, distinct: int) -> IntArray:
    """Places in the smallest integers that hold them: a file of a million rows has many."""
    out: IntArray = codes.astype(smallest_kind(distinct), copy=False)
    return out


def smallest_kind(distinct: int) -> type[np.signedinteger]:
    """The smallest integers that number so many texts, and -1 beside them."""
    return np.int8 if distinct <= 128 else np.int16 if distinct <= 32768 else np.int32
