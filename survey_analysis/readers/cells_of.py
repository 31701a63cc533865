"""Cells of one column of a block: as numbers where they are short, else each distinct one once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.frames.coded import smallest
from survey_analysis.frames.packed import Packed
from survey_analysis.readers.fields import PAD, Block, NotPlain
from survey_analysis.typing import IntArray

WORD = 8  # bytes that are taken as one number
MOST_LABELS = 40  # distinct cells of a block that are compared one by one
_KEPT = np.array([*((1 << 8 * n) - 1 for n in range(WORD + 1))], dtype=np.uint64)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, from the golden ratio: spreads the bits (Knuth 1998, section 6.4)
_TURN = np.uint64(29)
_QUOTE = ord('"')

Keys = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows of a column: which of the cells each holds (None: each its own), and the cells, end to end."""

    codes: IntArray | None
    data: NDArray[np.uint8]
    lengths: IntArray

    def __len__(self) -> int:
        return len(self.lengths if self.codes is None else self.codes)

    @classmethod
    def of(cls, cells: Sequence[bytes], codes: IntArray | None = None) -> Part:
        """Cells, and which of them each row holds."""
        data = np.frombuffer(b"".join([*cells, b"\0"]), dtype=np.uint8)
        return cls(codes, data[:-1], np.array([len(c) for c in cells], dtype=np.int64))

    @property
    def spread(self) -> bool:
        """Whether most cells differ."""
        return 2 * len(self.lengths) > len(self)


def words(block: Block, j: int) -> Keys | None:
    """Each cell as the number that its bytes are, lowest first; None where one is longer than eight bytes.

    No cell holds a NUL, so no two cells are one number.
    """
    starts, lengths, longest = block.starts[j], block.lengths[j], block.longest[j]
    if longest > WORD:
        return None
    data = block.data
    if longest <= 2:
        out: Keys = data[starts] * (lengths > 0)
        if longest == 2:
            out = out | (data[starts + 1] * (lengths > 1)).astype(np.uint16) << np.uint16(8)
        return out
    kind = np.uint32 if longest <= 4 else np.uint64  # the fewest bytes that hold it
    out = _windows(data, kind)[starts]
    out &= _KEPT.astype(kind)[lengths]
    return out


def words_of(cells: Sequence[bytes]) -> Keys | None:
    """The same of some cells."""
    if any(len(c) > WORD for c in cells):
        return None
    return np.array([int.from_bytes(c, "little") for c in cells], dtype=np.uint64)


def bytes_of(keys: Keys) -> list[bytes]:
    """The bytes of cells from their numbers."""
    found: list[bytes] = keys.astype("<u8").view("S8").tolist()
    return found


def each(block: Block, j: int) -> Part:
    """Cells of any length, equal ones apart: for a column in which most differ."""
    lengths = block.lengths[j].astype(np.int64)
    return Part(None, _gathered(block.data, block.starts[j], lengths), lengths)


def by_ends(block: Block, j: int) -> Part | None:
    """Cells told apart by their length, first and last eight bytes, as labels are; None where that does not do."""
    data, starts, lengths = block.data, block.starts[j], block.lengths[j].astype(np.int64)
    windows, some = _windows(data, np.uint64), np.minimum(lengths, WORD)
    first, last = windows[starts] & _KEPT[some], windows[starts + lengths - some] & _KEPT[some]
    codes, distinct = pd.factorize(
        ((first * _MIX) ^ (first >> _TURN) ^ last) * _MIX ^ lengths.astype(np.uint64)
    )
    if len(distinct) > MOST_LABELS:
        return None
    chosen = np.empty(len(distinct), dtype=np.int64)
    for code in range(len(distinct)):
        rows = np.flatnonzero(codes == code)
        chosen[code], size = rows[0], int(lengths[rows[0]])
        if size == 0:
            same = not lengths[rows].any()
        else:
            cells = _windows(data, f"V{size}")[starts[rows]].view(np.uint8).reshape(-1, size)
            same = bool((lengths[rows] == size).all()) and bool((cells == cells[0]).all())
        if not same:
            return None
    return _chosen(data, starts, lengths, codes, chosen)


def by_words(block: Block, j: int) -> Part:
    """Cells of any length, told apart by a mixture of all their eight-byte words."""
    data, starts, lengths = block.data, block.starts[j], block.lengths[j].astype(np.int64)
    codes, first = _distinct(data, starts, lengths)
    return each(block, j) if first is None else _chosen(data, starts, lengths, codes, first)


def joined(parts: Sequence[Part], *, doubled: bool) -> tuple[Packed, IntArray]:
    """Distinct cells of all rows in order of appearance, and the place of each row's among them."""
    data = np.concatenate([*(p.data for p in parts), np.zeros(PAD, dtype=np.uint8)])
    lengths = np.concatenate([p.lengths for p in parts])
    starts = np.cumsum(lengths) - lengths
    places, first = _distinct(data, starts, lengths, differ=len(parts) > 1 and parts[1].codes is None)
    ends = np.cumsum([len(p.lengths) for p in parts])
    own = [(places[end - len(p.lengths) : end], p.codes) for p, end in zip(parts, ends, strict=True)]
    codes = np.concatenate([found if of is None else found[of] for found, of in own])
    if first is not None:
        data, lengths = _gathered(data, starts[first], lengths[first]), lengths[first]
        starts = np.cumsum(lengths) - lengths
    doubled = doubled and bool((data == _QUOTE).any())
    return Packed(data, starts, starts + lengths, doubled), codes


def _chosen(
    data: NDArray[np.uint8], starts: IntArray, lengths: IntArray, codes: IntArray, rows: IntArray
) -> Part:
    """The part whose cells are those of some rows."""
    return Part(smallest(codes, len(rows)), _gathered(data, starts[rows], lengths[rows]), lengths[rows])


def _distinct(
    data: NDArray[np.uint8], starts: IntArray, lengths: IntArray, *, differ: bool = False
) -> tuple[IntArray, IntArray | None]:
    """Place of each cell among the distinct ones, and the first cell of each (None: they all differ).

    Cells of one key must be equal. `differ` says that they may all differ, which is quicker to see by itself.
    """
    keys = lengths.astype(np.uint64) * _MIX  # else a short cell is what its length undoes
    for _, rows, word in _by_word(data, starts, lengths):
        some = (keys[rows] ^ word) * _MIX
        keys[rows] = some ^ some >> _TURN
    if differ and pd.Index(keys).is_unique:
        return smallest(np.arange(len(keys)), len(keys)), None
    codes, distinct = pd.factorize(keys)
    codes = smallest(codes, len(distinct))
    if len(distinct) == len(codes):
        return codes, None
    new = np.zeros(len(codes), dtype=bool)  # a number not seen before is one more than the largest so far
    new[0], new[1:] = True, np.diff(np.maximum.accumulate(codes)) > 0
    first, again = np.flatnonzero(new), np.flatnonzero(~new)
    same = first[codes[again]]
    if not _equal(data, (starts[again], lengths[again]), (starts[same], lengths[same])):
        raise NotPlain
    return codes, first


def _equal(
    data: NDArray[np.uint8], some: tuple[IntArray, IntArray], others: tuple[IntArray, IntArray]
) -> bool:
    """Whether cells, by starts and lengths, hold the same as others, one by one."""
    if not np.array_equal(some[1], others[1]):
        return False
    if _uniform(some[1]):  # the others lie anywhere: they are fetched once
        return np.array_equal(_gathered(data, *some), _gathered(data, *others))
    pairs = zip(_by_word(data, *some), _by_word(data, *others), strict=True)
    return all(np.array_equal(one[2], other[2]) for one, other in pairs)


def _by_word(
    data: NDArray[np.uint8], starts: IntArray, lengths: IntArray
) -> Iterator[tuple[int, IntArray | slice, Keys]]:
    """Offset, the rows that reach so far, and their next eight bytes."""
    windows = _windows(data, np.uint64)
    if size := _uniform(lengths):
        n, low = len(starts), int(starts[0])
        packed = int(starts[-1]) - low == size * (n - 1)  # end to end: cells never overlap
        for at in range(0, size, WORD):
            found = windows[low + at :: size][:n] if packed else windows[starts + at]
            yield at, slice(None), found & _KEPT[min(WORD, size - at)]
        return
    at, longest = 0, int(lengths.max(initial=0))
    rows = np.flatnonzero(lengths > at)
    while at < longest:
        left = np.minimum(lengths[rows] - at, WORD)
        yield at, rows, windows[starts[rows] + at] & _KEPT[left]
        at += WORD
        rows = rows[lengths[rows] > at]


def _gathered(data: NDArray[np.uint8], starts: IntArray, lengths: IntArray) -> NDArray[np.uint8]:
    """The bytes of some cells, end to end."""
    if size := _uniform(lengths):
        return _windows(data, f"V{size}")[starts].view(np.uint8)
    ends = np.cumsum(lengths)
    return data[np.repeat(starts - ends + lengths, lengths) + np.arange(int(ends[-1]) if len(ends) else 0)]


def _uniform(lengths: IntArray) -> int:
    """The length of all cells; 0 where they have several."""
    size = int(lengths[0]) if len(lengths) else 0
    return size if bool((lengths == size).all()) else 0


def _windows(data: NDArray[np.uint8], kind: type | str) -> NDArray[Any]:
    """What is read from each byte on, as one number or as so many bytes."""
    size = np.dtype(kind).itemsize
    return np.ndarray((max(0, len(data) - size + 1),), np.dtype(kind), data, strides=(1,))
