"""Where the cells of delimited bytes start and end, found for a block of whole rows at once.

Only what leaves no doubt is read here: UTF-8, rows of one width that end in a line feed, quotes that open at the
start of a cell and close at its end. Of anything else nothing is said (`None`), and `csv` reads the file
cell by cell, with its messages.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from survey_analysis.typing import BoolArray, IntArray

BLOCK = 1 << 23
PAD = 8  # bytes after the block, so that eight can be read from any cell
_LF, _CR, _QUOTE = 10, 13, 34


class NotPlain(Exception):  # noqa: N818  no error: a sign that the file is to be read another way
    """The bytes are not as plain as this module needs."""


@dataclass(frozen=True, eq=False)
class Block:
    """Whole rows: their bytes, and the start and end of each cell, shape (columns, rows)."""

    data: np.ndarray  # uint8, with `PAD` bytes of zero after the rows
    starts: IntArray
    ends: IntArray
    quoted: bool

    @property
    def rows(self) -> int:
        """Number of rows."""
        return int(self.starts.shape[1])

    def texts(self, n: int) -> tuple[tuple[str, ...], ...]:
        """Cells of the first rows."""
        cut = [
            [self.data[i:j].tobytes().decode() for i, j in zip(a, b, strict=True)]
            for a, b in zip(self.starts.T[:n], self.ends.T[:n], strict=True)
        ]
        return tuple(tuple(map(unquoted, row)) for row in cut)

    def after(self, n: int) -> Block:
        """The block without its first rows."""
        return Block(self.data, self.starts[:, n:], self.ends[:, n:], self.quoted)


def unquoted(cell: str) -> str:
    """A cell without the quotes around it."""
    return cell[1:-1].replace('""', '"') if cell.startswith('"') else cell


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
        marks, quoted = found
        ends_row = body[marks] == _LF
        width = width or int(np.argmax(ends_row)) + 1
        used = int(marks[-1]) + 1
        _utf8(data[at : at + used - int(last)])
        yield _block(piece, marks, ends_row, width, longest, quoted=quoted)
        at, size = at + used, BLOCK


def _marks(body: np.ndarray, delimiter: int, *, last: bool) -> tuple[IntArray, bool] | None:
    """Places of the delimiters and line ends of whole rows, and whether any cell is quoted."""
    marks = np.flatnonzero((body == delimiter) | (body == _LF))
    quotes = np.flatnonzero(body == _QUOTE)
    if last and len(quotes) % 2:
        raise NotPlain
    marks = _outside(marks, quotes)
    lines = np.flatnonzero(body[marks] == _LF)
    if not len(lines):
        if last:
            raise NotPlain
        return None
    marks = marks[: lines[-1] + 1]
    whole = body[: marks[-1] + 1]
    quotes = quotes[: np.searchsorted(quotes, len(whole))]
    _well_quoted(whole, quotes, delimiter)
    returns = _outside(np.flatnonzero(whole == _CR), quotes)
    if not (whole[returns + 1] == _LF).all():  # a carriage return outside quotes that ends a row by itself
        raise NotPlain
    return marks.astype(np.int32), bool(len(quotes))


def _outside(places: IntArray, quotes: IntArray) -> IntArray:
    """Those of the places before which an even number of quotes stands."""
    if not len(quotes) or not len(places):
        return places
    before = np.concatenate([[0], np.searchsorted(places, quotes), [len(places)]])
    outside = np.repeat(np.arange(len(quotes) + 1) % 2 == 0, np.diff(before))
    out: IntArray = places[outside]
    return out


def _well_quoted(body: np.ndarray, places: IntArray, delimiter: int) -> None:
    """Every first quote opens a cell or is the second of a pair, every second one closes a cell or begins a pair."""
    before = np.where(places[::2] > 0, body[places[::2] - 1], _LF)
    after = body[places[1::2] + 1]
    opens = (before == delimiter) | (before == _LF) | (before == _QUOTE)
    closes = (after == delimiter) | (after == _LF) | (after == _CR) | (after == _QUOTE)
    if not (opens.all() and closes.all()):
        raise NotPlain


def _utf8(data: memoryview) -> None:
    try:
        str(data, "utf-8")
    except UnicodeDecodeError:
        raise NotPlain from None


def _block(
    data: np.ndarray, marks: IntArray, ends_row: BoolArray, width: int, longest: int, *, quoted: bool
) -> Block:
    """Cells of rows that must all be `width` wide."""
    if width == 1 or len(marks) % width:  # of a single column, an empty line is no cell
        raise NotPlain
    line = ends_row.reshape(-1, width)
    if not line[:, -1].all() or line[:, :-1].any():
        raise NotPlain
    ends = np.ascontiguousarray(marks.reshape(-1, width).T)
    starts = np.empty_like(ends)
    starts[1:] = ends[:-1] + 1
    starts[0, 0] = 0
    starts[0, 1:] = ends[-1, :-1] + 1
    final = ends[-1]
    final -= (data[np.maximum(final - 1, 0)] == _CR) & (final > starts[-1])
    if int((ends - starts).max()) > longest:
        raise NotPlain
    return Block(data, starts, ends, quoted)
