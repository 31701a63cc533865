"""Columns of an SPSS file from blocks of its rows: numbers, and texts each of which is kept and decoded once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.frames.coded import Coded, smallest
from survey_analysis.readers.sav_variables import LONGEST, UNIT, Variable, text_of
from survey_analysis.readers.texts import number_text
from survey_analysis.typing import FloatArray, IntArray

Units = NDArray[np.uint64]

_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, from the golden ratio: spreads the bits (Knuth 1998, section 6.4)
_TURN = np.uint64(29)
_BLANK = np.frombuffer(b" " * UNIT, np.uint64)[0]
_NARROW = 4


@dataclass(frozen=True, eq=False)
class Texts:
    """Distinct texts of a column as bytes without blanks at their end, and which row holds which.

    `ended` counts rows whose text goes on behind a NUL, which ends it.
    """

    distinct: list[bytes]
    codes: IntArray
    ended: int = 0

    def row(self, place: int) -> int:
        """First row that holds a text, counted from 1."""
        return int(np.flatnonzero(self.codes == place)[0]) + 1

    def rows(self, place: int) -> int:
        """Rows that hold a text."""
        return int((self.codes == place).sum())


def columns_of(
    blocks: Iterable[Units], variables: Sequence[Variable], order: str, sysmis: float
) -> list[FloatArray | Texts]:
    """Columns in the order of the variables; a number that is no answer is NaN."""
    made: list[_Numbers | _Strings] = [
        _Strings(v) if v.width else _Numbers(v.unit, np.dtype(f"{order}f8"), sysmis) for v in variables
    ]
    for block in blocks:
        if len(block):
            for column in made:
                column.add(block)
    return [column.made() for column in made]


class _Numbers:
    """A column of numbers in the making."""

    def __init__(self, unit: int, kind: np.dtype[np.float64], sysmis: float) -> None:
        self._unit, self._kind, self._sysmis = unit, kind, sysmis
        self._pieces: list[FloatArray] = []

    def add(self, block: Units) -> None:
        self._pieces.append(block[:, self._unit].copy().view(self._kind).astype(np.float64))

    def made(self) -> FloatArray:
        values = np.concatenate([np.empty(0), *self._pieces])
        self._pieces = []
        values[values == self._sysmis] = np.nan
        return values


class _Strings:
    """A column of texts in the making."""

    def __init__(self, variable: Variable) -> None:
        self._parts, self._width = variable.parts, variable.width
        self._place: dict[bytes, int] = {}
        self._codes: list[IntArray] = []
        self._ended = 0

    def add(self, block: Units) -> None:
        last, size = self._parts[-1]
        held = _filled(block[:, self._parts[0][0] : last - (-size // UNIT)])
        codes, first = distinct_rows(held)
        texts = [t.rstrip(b" \0") for t in self._bytes(held[first])]
        if b"\0" in b"".join(texts):
            self._end(texts, codes)
        place = self._place
        known = np.array([place.setdefault(t, len(place)) for t in texts], dtype=np.int64)
        self._codes.append(smallest(known, len(place))[codes])

    def made(self) -> Texts:
        codes: IntArray = np.concatenate([np.empty(0, np.int8), *self._codes])
        return Texts(list(self._place), codes, self._ended)

    def _end(self, texts: list[bytes], codes: IntArray) -> None:
        """Texts end at their first NUL."""
        counts = np.bincount(codes, minlength=len(texts))
        for j, text in enumerate(texts):
            if b"\0" in text:
                self._ended += int(counts[j])
                texts[j] = text_of(text)

    def _bytes(self, held: Units) -> list[bytes]:
        """Rows as bytes; of the parts of a very long text, those that are used."""
        rows = held.view(np.uint8).reshape(len(held), -1)
        if len(self._parts) > 1:
            start = self._parts[0][0]
            cuts = [(UNIT * (unit - start), min(size, LONGEST)) for unit, size in self._parts]
            rows = np.concatenate([rows[:, at : at + size] for at, size in cuts], axis=1)
        rows = np.ascontiguousarray(rows[:, : self._width])
        found: list[bytes] = rows.view(f"S{rows.shape[1]}")[:, 0].tolist()
        return found


def _filled(held: Units) -> Units:
    """The units without those at the end that are blank in every row, but the first."""
    if held.shape[1] > _NARROW:
        there = np.flatnonzero((held != _BLANK).any(axis=0))
        held = held[:, : there[-1] + 1 if len(there) else 1]
    return np.ascontiguousarray(held)


def distinct_rows(held: Units) -> tuple[IntArray, IntArray]:
    """Place of each row among the distinct ones, in order of appearance, and where each of those is first.

    Equal rows are found by a mixture of their units, and every row is then compared with the one it is said to equal.

    >>> distinct_rows(np.array([[1, 2], [3, 4], [1, 2]], dtype=np.uint64))
    (array([0, 1, 0]), array([0, 1]))
    """
    if held.shape[1] > len(held):  # a few long texts
        return _of_bytes(held)
    if held.shape[1] == 1:
        mixed = held[:, 0]
    else:
        mixed = np.zeros(len(held), dtype=np.uint64)
        for unit in held.T:
            mixed = (mixed ^ unit) * _MIX
            mixed ^= mixed >> _TURN
    codes, distinct = pd.factorize(mixed)
    first = np.empty(len(distinct), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    if bool((held[first[codes]] != held).any()):  # two that are not equal have one mixture
        return _of_bytes(held)
    return codes, first


def _of_bytes(held: Units) -> tuple[IntArray, IntArray]:
    """The same, row by row."""
    place: dict[bytes, int] = {}
    codes = np.array([place.setdefault(row.tobytes(), len(place)) for row in held], dtype=np.int64)
    return codes, np.unique(codes, return_index=True)[1]


def coded_numbers(
    name: str, values: FloatArray, write: Callable[[float], str]
) -> tuple[Coded, FloatArray, bool]:
    """A column of numbers as texts, its distinct numbers, and whether no calendar holds one of them."""
    codes, found = pd.factorize(values, use_na_sentinel=False)
    distinct, texts, outside = np.asarray(found, dtype=np.float64), [], False
    for value in distinct.tolist():
        try:
            texts.append(write(value) if value == value else "")  # noqa: PLR0124  NaN is no number
        except (OverflowError, ValueError):
            outside = True
            texts.append(number_text(value))
    return Coded.merged(name, texts, codes), distinct, outside
