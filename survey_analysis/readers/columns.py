"""Columns of blocks of cells: each distinct text made once, and a small number a row that says which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.frames.coded import Coded, smallest
from survey_analysis.readers.cells_of import bytes_of, each, hashed, words
from survey_analysis.readers.fields import Block, unquoted
from survey_analysis.typing import IntArray

MOST_CODED = 0.5  # share of distinct texts in the first block above which a column is held cell by cell
FEW_KEYS = 1 << 16  # keys that are looked up in a table of all


class Column:
    """A column in the making; `first` holds the texts of the rows before the blocks."""

    def __init__(self, first: Sequence[str]) -> None:
        self.first = list(first)
        self.words: list[NDArray[np.unsignedinteger]] = []  # as long as all cells are short
        self.place: dict[bytes, int] = {}  # of a cell as it lies, quotes included
        self.texts: dict[str, int] = {}
        self.codes: list[IntArray] = []
        self.cells: list[NDArray[np.object_]] = []  # of a column in which most cells differ

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        no_words = not any(w.any() for w in self.words)
        return not any(self.first) and no_words and not self.cells and {*self.texts} <= {""}

    def add(self, block: Block, j: int, text: str | None) -> None:
        """The cells of the next block; `text` is the block where all its characters are ASCII."""
        if self.cells:
            self.cells.append(each(block, j, text))
            return
        keys = words(block, j)
        if keys is not None and not self.codes:
            self.words.append(keys)
            return
        self._words_coded()
        codes, found = hashed(block, j) if keys is None else _looked_up(keys)
        if not self.codes and len(found) > MOST_CODED * len(codes) and len(codes) > 1:
            self.cells.append(each(block, j, text))
            return
        self._code(codes, found)

    def made(self, name: str, first: int) -> Coded | NDArray[np.object_]:
        """The rows from `first` on, coded or cell by cell."""
        before = self.first[first:]
        if self.cells:
            return np.concatenate([np.array(before, dtype=object), *self.cells])
        words, self.words = self.words, []
        earlier, self.texts = self.texts, {t: i for i, t in enumerate(dict.fromkeys(before))}
        if words:
            keys = np.concatenate(words)
            del words
            self._code(*_looked_up(keys))
            codes = self.codes
        else:  # numbers that the texts of the rows before the blocks come first
            place = np.array([self.texts.setdefault(t, len(self.texts)) for t in earlier], dtype=np.int64)
            codes = [smallest(place, len(self.texts))[c] for c in self.codes]
        texts = np.array([*self.texts], dtype=object)
        start = np.array([self.texts[t] for t in before], dtype=np.int8)
        return Coded(name, texts, smallest(np.concatenate([start, *codes]), len(texts)))

    def _words_coded(self) -> None:
        """Short cells so far, coded, because a longer one has come."""
        earlier, self.words = self.words, []
        for keys in earlier:
            self._code(*_looked_up(keys))

    def _code(self, codes: IntArray, found: Sequence[bytes]) -> None:
        """Keep cells that hold these distinct ones."""
        for cell in found:
            if cell not in self.place:
                self.place[cell] = self.texts.setdefault(unquoted(cell.decode()), len(self.texts))
        known = np.array([self.place[cell] for cell in found], dtype=np.int64)
        self.codes.append(smallest(known, len(self.texts))[codes])


def _looked_up(keys: NDArray[np.unsignedinteger]) -> tuple[IntArray, list[bytes]]:
    """Place of each key among the distinct ones, in order of appearance, and the bytes they stand for."""
    if keys.dtype.itemsize > 2:
        codes, distinct = pd.factorize(keys)
        return codes, bytes_of(np.asarray(distinct))
    first = np.full(FEW_KEYS if keys.dtype.itemsize == 2 else 256, -1, dtype=np.int64)
    first[keys[::-1]] = np.arange(len(keys) - 1, -1, -1)  # of equal keys the last written, so the first
    there = np.flatnonzero(first >= 0)
    ordered = there[np.argsort(first[there])]
    place = np.zeros(len(first), dtype=np.int64)
    place[ordered] = np.arange(len(ordered))
    return smallest(place, len(ordered))[keys], bytes_of(ordered.astype(np.uint64))
