"""Cells of one column of a block: as numbers where they are short, by their content, or one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.readers.fields import Block, NotPlain, unquoted
from survey_analysis.typing import IntArray

_WORD = 8  # bytes that are taken as one number
_KEPT = np.array([*((1 << 8 * n) - 1 for n in range(_WORD + 1))], dtype=np.uint64)
_MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, from the golden ratio: spreads the bits (Knuth 1998, section 6.4)
_TURN = np.uint64(29)
_QUOTE = ord('"')

Keys = NDArray[np.unsignedinteger[Any]]


def words(block: Block, j: int) -> Keys | None:
    """Each cell as the number that its bytes are, lowest first; None where one is longer than eight bytes.

    No cell holds a NUL, so no two cells are one number.
    """
    starts = block.starts[j]
    lengths = block.ends[j] - starts
    longest = int(lengths.max())
    if longest > _WORD:
        return None
    if longest <= 1:
        return np.where(lengths > 0, block.data[starts], np.uint8(0))
    kind = "<u2" if longest == 2 else "<u4" if longest <= 4 else "<u8"  # the fewest bytes that hold it
    out: Keys = _windows(block, kind)[starts] & _KEPT[lengths].astype(kind)
    return out


def bytes_of(keys: Keys) -> list[bytes]:
    """The bytes of cells from their numbers."""
    found: list[bytes] = keys.astype("<u8").view("S8").tolist()
    return found


def hashed(block: Block, j: int) -> tuple[IntArray, list[bytes]]:
    """Place of each cell among the distinct ones, in order of appearance, and those, for cells of any length.

    Equal cells are found by a mixture of their eight-byte words, and every cell is then compared with the
    one it is said to equal.
    """
    starts, ends = block.starts[j], block.ends[j]
    mixed = (ends - starts).astype(np.uint64)
    for _, rows, word in _by_word(block, j):
        mixed[rows] = (mixed[rows] ^ word) * _MIX
        mixed[rows] ^= mixed[rows] >> _TURN
    codes, distinct = pd.factorize(mixed)
    first = np.empty(len(distinct), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)
    same = first[codes]
    if bool((ends - starts != (ends - starts)[same]).any()):
        raise NotPlain
    windows = _windows(block, "<u8")
    for at, rows, word in _by_word(block, j):
        other = starts[same[rows]] + at
        left = np.minimum((ends - starts)[rows] - at, _WORD)
        if bool((word != (windows[other] & _KEPT[left])).any()):
            raise NotPlain
    data = block.data
    return codes, [data[starts[i] : ends[i]].tobytes() for i in first]


def _by_word(block: Block, j: int) -> Iterator[tuple[int, IntArray, Keys]]:
    """Offset, the rows that reach so far, and their next eight bytes."""
    starts = block.starts[j]
    lengths = block.ends[j] - starts
    windows = _windows(block, "<u8")
    rows = np.flatnonzero(lengths > 0)
    at = 0
    while len(rows):
        left = np.minimum(lengths[rows] - at, _WORD)
        yield at, rows, windows[starts[rows] + at] & _KEPT[left]
        at += _WORD
        rows = rows[lengths[rows] > at]


def each(block: Block, j: int, text: str | None) -> NDArray[np.object_]:
    """The text of every cell, a new one for each."""
    starts, ends = block.starts[j], block.ends[j]
    cells = _of_one_length(block, j)
    if cells is None and text is not None:
        cells = [text[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    elif cells is None:
        data = block.data.tobytes()
        cells = [data[a:b].decode() for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    if block.quoted and bool((block.data[starts] == _QUOTE).any()):
        cells = [unquoted(c) for c in cells]
    out = np.empty(len(cells), dtype=object)
    out[:] = cells
    return out


def _of_one_length(block: Block, j: int) -> list[str] | None:
    """The cells, cut from one text, where all are equally long and none holds a line end; else None."""
    lengths = block.ends[j] - block.starts[j]
    size = int(lengths[0])
    if size == 0 or bool((lengths != size).any()):
        return None
    table = _windows(block, f"V{size + 1}")[block.starts[j]].view(np.uint8).reshape(-1, size + 1)
    table[:, size] = ord("\n")
    cells = table.tobytes().decode().split("\n")
    return cells[:-1] if len(cells) == len(lengths) + 1 else None


def _windows(block: Block, kind: str) -> NDArray[Any]:
    """What is read from each byte of the block on, as one number or as so many bytes."""
    size = np.dtype(kind).itemsize
    return np.ndarray((len(block.data) - size + 1,), kind, block.data, strides=(1,))
