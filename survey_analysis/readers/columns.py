"""Columns of blocks of cells: each distinct text made once, and a small number a row that says which."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.frames.coded import Coded, smallest
from survey_analysis.readers.fields import Block
from survey_analysis.typing import IntArray

MOST_CODED = 0.5  # share of distinct texts in the first rows above which a column is held cell by cell
_WORD = 8  # bytes that are compared as one number
_KEPT = np.array([(1 << 8 * n) - 1 for n in range(_WORD)] + [(1 << 64) - 1], dtype=np.uint64)
_QUOTE = ord('"')


class Column:
    """A column in the making."""

    def __init__(self) -> None:
        self.place: dict[bytes, int] = {}  # bytes of a cell as they lie, quotes included
        self.texts: dict[str, int] = {}
        self.codes: list[IntArray] = []
        self.cells: list[NDArray[np.object_]] | None = None  # of a column in which most cells differ

    def add(self, block: Block, j: int, text: str | None) -> None:
        """The cells of the next block; `text` is the block where all its characters are ASCII."""
        starts, ends = block.starts[j], block.ends[j]
        if self.cells is not None:
            self.cells.append(_each(block, starts, ends, text))
            return
        codes, found = _distinct(block, starts, ends - starts)
        if not self.codes and len(found) > MOST_CODED * len(codes) and len(codes) > 1:
            self.cells = [_each(block, starts, ends, text)]
            return
        known = np.array([self._place(cell) for cell in found], dtype=np.int64)
        self.codes.append(smallest(known, len(self.texts))[codes])

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        return self.cells is None and [*self.texts] == [""]

    def first(self, n: int) -> list[str]:
        """The texts of the first rows, which one block holds."""
        if self.cells is not None:
            return [str(c) for c in self.cells[0][:n]]
        texts = [*self.texts]
        return [texts[i] for i in self.codes[0][:n]]

    def _place(self, cell: bytes) -> int:
        """Number of the text of a cell, a new one where it has not been seen."""
        if cell not in self.place:
            self.place[cell] = self.texts.setdefault(_text(cell.decode()), len(self.texts))
        return self.place[cell]

    def made(self, name: str, first: int) -> tuple[NDArray[np.object_], Coded | None]:
        """The cells from row `first` on, and the same coded, where they were."""
        if self.cells is not None:
            return np.concatenate(self.cells)[first:], None
        texts = np.array([*self.texts], dtype=object)
        column = Coded(name, texts, smallest(np.concatenate(self.codes), len(texts)))
        column = column.rows(np.arange(first, len(column)))
        return column.cells(), column


def _text(cell: str) -> str:
    """A cell without the quotes around it."""
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


def _each(block: Block, starts: IntArray, ends: IntArray, text: str | None) -> NDArray[np.object_]:
    """The text of every cell."""
    places = zip(starts.tolist(), ends.tolist(), strict=True)
    if text is not None:
        cells = [text[i:j] for i, j in places]
    else:
        data = block.data.tobytes()
        cells = [data[i:j].decode() for i, j in places]
    if block.quoted and bool((block.data[starts] == _QUOTE).any()):
        cells = [_text(c) for c in cells]
    out = np.empty(len(cells), dtype=object)
    out[:] = cells
    return out


def _distinct(block: Block, starts: IntArray, lengths: IntArray) -> tuple[IntArray, list[bytes]]:
    """Place of each cell among the distinct ones, in order of appearance, and those."""
    longest = int(lengths.max())
    if longest <= 1:
        return _letters(np.where(lengths > 0, block.data[starts], 0))
    if longest <= _WORD:
        words = np.ndarray((len(block.data) - _WORD + 1,), "<u8", block.data, strides=(1,))
        codes, keys = pd.factorize(words[starts] & _KEPT[lengths])
        return codes, np.asarray(keys, dtype="<u8").view("S8").tolist()
    data = block.data.tobytes()
    place: dict[bytes, int] = {}
    cells = (data[i:j] for i, j in zip(starts.tolist(), (starts + lengths).tolist(), strict=True))
    codes = np.fromiter((place.setdefault(c, len(place)) for c in cells), dtype=np.int64, count=len(starts))
    return codes, [*place]


def _letters(letters: NDArray[np.uint8]) -> tuple[IntArray, list[bytes]]:
    """Cells of at most one byte; zero is an empty one."""
    there = np.flatnonzero(np.bincount(letters, minlength=256))
    first = sorted(there.tolist(), key=lambda b: int(np.argmax(letters == b)))
    place = np.zeros(256, dtype=np.int64)
    place[first] = np.arange(len(first))
    return place[letters], [bytes([b]) if b else b"" for b in first]
