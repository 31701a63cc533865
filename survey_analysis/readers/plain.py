"""Delimited text that leaves no doubt, read by columns; of any other, `csv` has the last word."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from survey_analysis.frames.coded import CodedColumns
from survey_analysis.readers.columns import Column
from survey_analysis.readers.fields import NotPlain, blocks
from survey_analysis.readers.headers import MOST_HEADER_ROWS

HEAD = (4 << 20) + 4  # bytes that hold the characters by which the delimiter is found
_MARKS = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, eq=False)
class Columns:
    """All cells of a file by column, header rows included."""

    columns: tuple[Column, ...]
    first: tuple[tuple[str, ...], ...]
    rows: int

    def without_empty_end(self) -> Columns:
        """Without last columns that are empty in every row."""
        kept = len(self.columns)
        while kept > 1 and self.columns[kept - 1].is_empty:
            kept -= 1
        return Columns(self.columns[:kept], tuple(row[:kept] for row in self.first), self.rows)

    def made(self, names: Sequence[str], first: int) -> CodedColumns:
        """The columns of the rows from `first` on."""
        held = {n: column.made(n, first) for n, column in zip(names, self.columns, strict=True)}
        return CodedColumns(None, held, names)


def head(data: bytes) -> str | None:
    """The first characters of a file of plain UTF-8; None where it is something else."""
    if data.startswith(_MARKS) or b"\0" in data:
        return None
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data[:HEAD])
    except UnicodeDecodeError:
        return None
    return text.removeprefix("\ufeff")


def columns(data: bytes, start: int, delimiter: str, longest: int) -> Columns | None:
    """All cells of the bytes from `start` on; None where they leave a doubt, or the machine has the high byte first."""
    end = len(data)
    while end > start and data[end - 1] in b"\r\n":
        end -= 1
    if not delimiter.isascii() or end == start or sys.byteorder != "little":
        return None
    found: tuple[Column, ...] = ()
    first: tuple[tuple[str, ...], ...] = ()
    rows = 0
    try:
        for block in blocks(memoryview(data)[start:end], ord(delimiter), longest):
            rows += block.rows
            if not found:
                first = block.texts(MOST_HEADER_ROWS)
                found = tuple(Column(cells) for cells in zip(*first, strict=True))
            rest = block if rows > block.rows else block.after(len(first))
            if rest.rows:
                for j, column in enumerate(found):
                    column.add(rest, j)
    except NotPlain:
        return None
    return Columns(found, first, rows)
