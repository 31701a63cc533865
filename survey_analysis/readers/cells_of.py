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
_KEPT = np.array([*((1 << 8 * n) - 1 for n in range(WORD + 1))], dtype=np.uint64)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, from the golden ratio: spreads the bits (Knuth 1998, section 6.4)
_TURN = np.uint64(29)
_QUOTE = ord('"')

Keys = NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True, eq=False)
class Part:
    """Some rows of a column: which of the cells each holds, and the cells end to end, with a key that equal ones share.

    `codes` is None where every row holds its own.
    """

    codes: IntArray | None
    keys: NDArray[np.uint64]
    data: NDArray[np.uint8]
    lengths: IntArray

    def __len__(self) -> int:
        return len(self.keys if self.codes is None else self.codes)

    @classmethod
    def of(cls, cells: Sequence[bytes]) -> Part:
        """Cells, one a row."""
        lengths = np.array([len(c) for c in cells], dtype=np.int64)
        data = np.frombuffer(b"".join(cells) + bytes(PAD), dtype=np.uint8)
        return _part(data, np.cumsum(lengths) - lengths, lengths, each=False)

    @property
    def spread(self) -> bool:
        """Whether most cells differ."""
        return 2 * len(self.keys) > len(self)


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


def part(block: Block, j: int, *, each: bool) -> Part:
    """Cells of any length: equal ones are found by a mixture of their eight-byte words, and then compared.

    `each` leaves equal cells apart for now, where there are few.
    """
    return _part(block.data, block.starts[j], block.lengths[j].astype(np.int64), each=each)


def joined(parts: Sequence[Part], *, doubled: bool) -> tuple[Packed, IntArray]:
    """Distinct cells of all rows in order of appearance, and the place of each row's among them."""
    keys = np.concatenate([p.keys for p in parts])
    apart = len(parts) > 1 and parts[1].codes is None and bool(pd.Index(keys).is_unique)  # for most ids
    data = np.concatenate([*(p.data for p in parts), np.zeros(PAD, dtype=np.uint8)])
    lengths = np.concatenate([p.lengths for p in parts])
    starts = np.cumsum(lengths) - lengths
    places, first = (np.arange(len(keys)), None) if apart else _distinct(data, starts, lengths, keys)
    if first is not None:
        data, lengths = _gathered(data, starts[first], lengths[first]), lengths[first]
        starts = np.cumsum(lengths) - lengths
    ends = np.cumsum([len(p.keys) for p in parts])
    each = [(places[end - len(p.keys) : end], p.codes) for p, end in zip(parts, ends, strict=True)]
    codes = smallest(np.concatenate([own if of is None else own[of] for own, of in each]), len(lengths))
    doubled = doubled and bool((data == _QUOTE).any())
    return Packed(data, starts, starts + lengths, doubled), codes


def _part(data: NDArray[np.uint8], starts: IntArray, lengths: IntArray, *, each: bool) -> Part:
    mixed = lengths.astype(np.uint64) * _MIX  # else a short cell is what its length undoes
    for _, rows, word in _by_word(data, starts, lengths):
        some = (mixed[rows] ^ word) * _MIX
        mixed[rows] = some ^ some >> _TURN
    if not each:
        codes, first = _distinct(data, starts, lengths, mixed)
        if first is not None:
            held = _gathered(data, starts[first], lengths[first])
            return Part(codes, mixed[first], held, lengths[first])
    return Part(None, mixed, _gathered(data, starts, lengths), lengths)


def _distinct(
    data: NDArray[np.uint8], starts: IntArray, lengths: IntArray, keys: NDArray[np.uint64]
) -> tuple[IntArray, IntArray | None]:
    """Place of each cell among the distinct ones, and the first cell of each (None: they all differ).

    Cells of one key must be equal.
    """
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
    at, shortest, longest = 0, int(lengths.min(initial=WORD)), int(lengths.max(initial=0))
    while at + WORD <= shortest:
        yield at, slice(None), windows[starts + at]
        at += WORD
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
