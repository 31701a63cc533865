"""Where the cells of delimited bytes start and end, found for a block of whole rows at once.

Only what leaves no doubt is read here: UTF-8, rows of one width that end in a line feed, quotes that open at the
start of a cell and close at its end. Of anything else nothing is said (`None`), and `csv` reads the file
cell by cell, with its messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from survey_analysis.typing import IntArray

BLOCK, ROWS, MOST = 1 << 20, 5000, 8  # bytes; rows for which a block may be as many times as large
LARGE = 31 << 20  # glibc's threshold goes to 32 MB at most
PAD = 8  # bytes after the block, so that eight can be read from any cell
_LF, _CR, _QUOTE = 10, 13, 34


class NotPlain(Exception):  # noqa: N818  no error: a sign that the file is to be read another way
    """The bytes are not as plain as this module needs."""


@dataclass(frozen=True, eq=False)
class Block:
    """Whole rows: their bytes, and the start and length of each cell, shape (columns, rows).

    The quotes around a cell are no part of it; a quote inside lies there twice (`doubled`: some cell has one).
    """

    data: np.ndarray  # uint8, with `PAD` bytes of zero after the rows
    starts: IntArray
    lengths: IntArray
    doubled: bool

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.starts.shape[1])

    @cached_property
    def longest(self) -> list[int]:
        """Length of the longest cell of each column."""
        found: list[int] = self.lengths.max(axis=1).tolist()
        return found

    def texts(self, n: int) -> tuple[tuple[str, ...], ...]:
        """Cells of the first rows."""
        return tuple(
            tuple(
                self.data[i : i + k].tobytes().decode().replace('""', '"') for i, k in zip(a, b, strict=True)
            )
            for a, b in zip(self.starts.T[:n], self.lengths.T[:n], strict=True)
        )

    def after(self, n: int) -> Block:
        """The block without its first rows."""
        return Block(self.data, self.starts[:, n:], self.lengths[:, n:], self.doubled)


@dataclass(frozen=True, eq=False)
class _Marks:
    """Places of delimiters and line ends outside quotes, how many end a line, and how many the first line has.

    `quotes` are the places of all quotes, `cells` the numbers of the cells in which every other one stands.
    """

    places: IntArray
    lines: int
    width: int
    quotes: IntArray
    cells: IntArray


def blocks(data: memoryview, delimiter: int, longest: int) -> Iterator[Block]:
    """Blocks of whole rows, first to last.

    Parameters
    ----------
    data
        Bytes of the table without marks before it and line ends after it.
    longest
        Longest cell in bytes.

    Raises
    ------
    NotPlain
    """
    if len(data) > LARGE:
        _keep_freed_memory()
    at, size, width = 0, BLOCK, 0
    while at < len(data):
        piece = np.zeros(min(size, len(data) - at) + 1 + PAD, dtype=np.uint8)
        body = piece[: -1 - PAD]
        body[:] = np.frombuffer(data[at : at + len(body)], dtype=np.uint8)
        last = at + len(body) == len(data)
        if last:
            piece[len(body)] = _LF  # the last row ends where the file does
            body = piece[: len(body) + 1]
        found = _marks(body, delimiter, last=last)
        if found is None:
            size *= 2  # not one whole row
            continue
        width = width or found.width
        used = int(found.places[-1]) + 1
        _utf8(data[at : at + used - int(last)])
        yield _block(piece, found, delimiter, width, longest)
        at, size = at + used, min(max(BLOCK, ROWS * used // found.lines), MOST * BLOCK)


def _keep_freed_memory() -> None:
    """Have the arrays of one block lie where those of the last lay.

    glibc maps each array above a threshold anew, for the kernel to clear; to free a large one raises that threshold.
    """
    np.empty(LARGE, dtype=np.uint8)


def _marks(body: np.ndarray, delimiter: int, *, last: bool) -> _Marks | None:
    """The marks of whole rows; None where no row is whole."""
    places = np.flatnonzero((body == delimiter) | (body == _LF) | (body == _QUOTE))
    kinds = body[places]
    at = np.flatnonzero(kinds == _QUOTE)
    if len(at) % 2:
        if last:
            raise NotPlain
        places, kinds, at = places[: at[-1]], kinds[: at[-1]], at[:-1]  # what follows is inside a cell
    within = at[1::2] - at[::2] - 1
    ahead = np.cumsum(within) - within  # marks inside quotes before each pair
    outside = np.ones(len(places), dtype=bool)
    outside[at] = False
    outside[np.repeat(at[::2] + 1 - ahead, within) + np.arange(int(within.sum()))] = False
    lines = np.flatnonzero((kinds == _LF) & outside)
    if not len(lines):
        if last:
            raise NotPlain
        return None
    end = int(lines[-1]) + 1
    quotes = places[at[: np.searchsorted(at, end)]]
    cells = at[::2] - ahead - 2 * np.arange(len(within))
    width = int(np.count_nonzero(outside[: lines[0] + 1]))
    kept = places[:end][outside[:end]] if len(at) else places[:end]
    return _Marks(kept, len(lines), width, quotes, cells[: len(quotes) // 2])


def _utf8(data: memoryview) -> None:
    try:
        str(data, "utf-8")
    except UnicodeDecodeError:
        raise NotPlain from None


def _block(data: np.ndarray, found: _Marks, delimiter: int, width: int, longest: int) -> Block:
    """Cells of rows that must all be `width` wide."""
    if width == 1 or len(found.places) != found.lines * width:  # of a single column, an empty line is no cell
        raise NotPlain
    if not (data[found.places[width - 1 :: width]] == _LF).all():
        raise NotPlain
    ends = np.ascontiguousarray(found.places.reshape(-1, width).T)
    starts = np.empty_like(ends)
    np.add(ends[:-1], 1, out=starts[1:])
    np.add(ends[-1, :-1], 1, out=starts[0, 1:])
    starts[0, 0] = 0
    _cut_returns(data, starts[-1], ends[-1], found)
    opened = _cut_quotes(data, starts, ends, found, delimiter)
    lengths = np.subtract(ends, starts, dtype=np.int32, casting="unsafe")
    if int(lengths.max()) > longest:
        raise NotPlain
    return Block(data, starts, lengths, len(found.quotes) > 2 * opened)


def _cut_returns(data: np.ndarray, starts: IntArray, ends: IntArray, found: _Marks) -> None:
    """The last cells of rows without the carriage return before the line end; there is no other outside quotes."""
    returns = np.flatnonzero(data[: found.places[-1]] == _CR)
    if not len(returns):
        return
    outside = returns[np.searchsorted(found.quotes, returns) % 2 == 0]
    if not (data[outside + 1] == _LF).all():  # one that ends a row by itself
        raise NotPlain
    ends -= (data[np.maximum(ends - 1, 0)] == _CR) & (ends > starts)


def _cut_quotes(data: np.ndarray, starts: IntArray, ends: IntArray, found: _Marks, delimiter: int) -> int:
    """Cells without the quotes around them; how many are quoted.

    Every first quote opens a cell or is the second of a pair, every second one closes a cell or begins a pair.
    """
    first, second = found.quotes[::2], found.quotes[1::2]
    before = np.where(first > 0, data[first - 1], _LF)
    after = data[second + 1]
    opens = (before == delimiter) | (before == _LF)
    closes = (after == delimiter) | (after == _LF) | (after == _CR)
    if not ((opens | (before == _QUOTE)).all() and (closes | (after == _QUOTE)).all()):
        raise NotPlain
    row, column = np.divmod(found.cells[opens], len(starts))
    cells = (column, row)
    if not (np.array_equal(starts[cells], first[opens]) and np.array_equal(ends[cells] - 1, second[closes])):
        raise NotPlain
    starts[cells] += 1
    ends[cells] -= 1
    return len(row)
