"""Columns of blocks of cells: each distinct text once, and a small number a row that says which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.frames.coded import Coded, smallest
from survey_analysis.readers.cells_of import (
    Keys,
    Part,
    by_ends,
    by_words,
    bytes_of,
    each,
    joined,
    words,
    words_of,
)
from survey_analysis.readers.fields import Block
from survey_analysis.typing import IntArray

FEW_KEYS, EARLY = 200, 1 << 12


class Column:
    """A column in the making; `first` holds the texts of the rows before the blocks."""

    def __init__(self, first: Sequence[str]) -> None:
        self.first = list(first)
        self.words: list[Keys] = []  # as long as all cells are short
        self.parts: list[Part] = []
        self.labels = True  # few enough to be told apart by their ends
        self.doubled = False

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        filled = any(w.any() for w in self.words) or any(len(p.data) for p in self.parts)
        return not filled and not any(self.first)

    def add(self, block: Block, j: int) -> None:
        """The cells of the next block."""
        self.doubled |= block.doubled
        keys = None if self.parts else words(block, j)
        if keys is not None:
            self.words.append(keys)
            return
        self._words_parted()
        self.parts.append(self._part(block, j))

    def _part(self, block: Block, j: int) -> Part:
        """Long cells; the first way that does for a block goes on for the next."""
        if self.parts and self.parts[-1].spread:
            return each(block, j)
        found = by_ends(block, j) if self.labels else None
        self.labels = found is not None
        return by_words(block, j) if found is None else found

    def made(self, name: str, first: int) -> Coded:
        """The rows from `first` on."""
        before = [t.encode() for t in self.first[first:]]
        if self.doubled:
            before = [t.replace(b'"', b'""') for t in before]
        lead = words_of(before)
        if lead is None or self.parts:
            self._words_parted()
            texts, codes = joined([Part.of(before), *self.parts], doubled=self.doubled)
            return Coded(name, texts, codes)
        keys = np.concatenate([lead.astype(np.min_scalar_type(int(lead.max(initial=0)))), *self.words])
        self.words = []
        codes, cells, counts = _looked_up(keys)
        made = _texts(cells, doubled=self.doubled)
        return Coded(name, made, smallest(codes, len(cells)), counts=counts)

    def _words_parted(self) -> None:
        """Short cells so far, as parts, because a longer one has come."""
        earlier, self.words = self.words, []
        for keys in earlier:
            codes, cells, _ = _looked_up(keys)
            self.parts.append(Part.of(cells, codes))


def _texts(cells: Sequence[bytes], *, doubled: bool) -> NDArray[np.object_]:
    found = [c.decode() for c in cells]
    out = np.empty(len(cells), dtype=object)
    out[:] = [t.replace('""', '"') for t in found] if doubled else found
    return out


def _looked_up(keys: Keys) -> tuple[IntArray, list[bytes], IntArray | None]:
    """Place of each key among the distinct ones, in order of appearance, the bytes they stand for, and counts."""
    counts: IntArray = np.bincount(keys) if keys.dtype.itemsize <= 2 else np.zeros(0, dtype=np.int64)
    there = np.flatnonzero(counts)
    if not 0 < len(there) <= FEW_KEYS:
        codes, distinct = pd.factorize(keys)
        return codes, bytes_of(np.asarray(distinct)), None
    ordered = there[np.argsort([_first(keys, key) for key in there.tolist()])]
    place = np.zeros(int(there[-1]) + 1, dtype=np.int64)
    place[ordered] = np.arange(len(ordered))
    return np.take(smallest(place, len(ordered)), keys), bytes_of(ordered.astype(np.uint64)), counts[ordered]


def _first(keys: Keys, key: int) -> int:
    """First place of a key that is there; most stand early."""
    head = keys[:EARLY] == key
    return int(np.argmax(head) if head.any() else np.argmax(keys == key))
