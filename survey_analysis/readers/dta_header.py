"""Header of a Stata file, read before anything is allocated: its release, rows, row width and parts."""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from survey_analysis.errors import DataError
from survey_analysis.plurals import counted
from survey_analysis.readers.source import Source

_OLD = frozenset((102, 103, 104, 105, 108, 110, 111, 112, 113, 114, 115))
_NEW = re.compile(
    rb"<stata_dta><header><release>(\d{3})</release><byteorder>(MSF|LSF)</byteorder><K>", re.DOTALL
)
_LONG = 32768
_WIDTHS = {_LONG: 8, 65526: 8, 65527: 4, 65528: 4, 65529: 2, 65530: 1}
_WIDTHS_111 = {255: 8, 254: 4, 253: 4, 252: 2, 251: 1}
_WIDTHS_OLD = {ord("d"): 8, ord("f"): 4, ord("l"): 4, ord("i"): 2, ord("b"): 1}
_BREADTH, _BREADTH_LONG = len("<data></data>"), len("<strls></strls>")


class _DamagedError(Exception):
    """The header contradicts itself."""


@dataclass(frozen=True)
class Header:
    """What a Stata file announces; `long_texts` are the places of columns with texts outside the rows (strL)."""

    release: int
    rows: int
    columns: int
    long_texts: tuple[int, ...] = ()


def sniff(data: bytes) -> bool:
    """Whether the bytes begin like a Stata file of any release."""
    if data.startswith(b"<stata_dta>"):
        return True
    return len(data) > 4 and data[0] in _OLD and data[1] in (1, 2) and data[2] == 1 and data[3] in (0, 1)


def read_header(source: Source) -> Header:
    """Header of a file whose length is as announced.

    Raises
    ------
    DataError
        A header that is damaged, or a file that is shorter or longer than its header says.
    """
    with source.opened() as file:
        try:
            header, needed = _new(file) if source.head.startswith(b"<") else _old(file)
        except (struct.error, OSError, OverflowError, _DamagedError) as error:
            raise DataError(
                f"The header of the Stata file '{source.name}' is damaged.",
                where=str(error),
                hint="copy it again from where it came, or save it again.",
            ) from None
    if not header.columns:  # ReadStat would count its rows, however many
        raise DataError(
            f"The Stata file '{source.name}' has no columns.",
            where=f"Its header announces {counted(header.rows, 'row')}.",
            hint="copy it again from where it came, or save it again.",
        )
    if source.size < needed:
        raise DataError(
            f"The Stata file '{source.name}' is cut off.",
            where=f"Its header announces {counted(header.rows, 'row')} of {counted(header.columns, 'column')}, at least {counted(needed, 'byte')}; "
            f"the file has {source.size:,}.",
            hint="copy or export it again.",
        )
    return header


def _new(file: IO[bytes]) -> tuple[Header, int]:
    """Releases 117 and later: marked parts, whose places a map lists."""
    head = file.read(4096)
    found = _NEW.match(head)
    if found is None:
        raise _DamagedError("the opening marks are not as they should be")
    release, order = int(found[1]), "<" if found[2] == b"LSF" else ">"
    wide, long = ("I" if release >= 119 else "H"), ("Q" if release >= 118 else "I")
    at = found.end()
    (columns,) = struct.unpack_from(order + wide, head, at)
    at += struct.calcsize(wide) + len("</K><N>")
    (rows,) = struct.unpack_from(order + long, head, at)
    start = head.index(b"<map>", at) + len("<map>") if b"<map>" in head[at:] else len(head)
    parts = struct.unpack_from(order + "14Q", head, start)
    types, data, strings, end = parts[2], parts[9], parts[10], parts[13]  # Stata 13 leaves others at 0
    if not start < types < data < strings < end:
        raise _DamagedError("its map of parts is not in order")
    if 2 * columns > min(data, file.seek(0, 2)) - types:
        raise _DamagedError(f"the types of {columns} columns do not fit before its data")
    file.seek(types + len("<variable_types>"))
    kinds = struct.unpack(f"{order}{columns}H", file.read(2 * columns))
    width = sum(k if 0 < k <= 2045 else _known(_WIDTHS, k) for k in kinds)
    if strings - data != rows * width + _BREADTH:
        raise _DamagedError(f"{rows} rows of {width} bytes do not fill its data part")
    held = parts[11] - strings > _BREADTH_LONG
    return Header(release, rows, columns, tuple(j for j, k in enumerate(kinds) if held and k == _LONG)), end


def _old(file: IO[bytes]) -> tuple[Header, int]:
    """Releases up to 115: parts of fixed width."""
    head = file.read(10)
    release, order = head[0], ">" if head[1] == 1 else "<"
    columns, rows = struct.unpack_from(order + "Hi", head, 4)
    label = 81 if release >= 108 else 32 if release >= 103 else 30
    start = 10 + label + (18 if release >= 105 else 0)
    file.seek(start)
    width = _width_old(file.read(columns), columns, release)
    name = 33 if release >= 110 else 9
    form = 49 if release >= 114 else 12 if release >= 105 else 7
    about = 81 if release >= 108 else 32
    if rows < 0:
        raise _DamagedError(f"it announces {rows} rows")
    at = start + columns * (1 + name + form + name + about) + 2 * (columns + 1)
    if release >= 105:
        at = _after_notes(file, at, order + ("i" if release >= 110 else "h"))
    at += rows * width
    return Header(release, rows, columns), _after_labels(file, at, order, name) if release >= 108 else at


def _after_notes(file: IO[bytes], at: int, length: str) -> int:
    """Place after the notes of old releases: a type, a length and so many bytes, until both are 0."""
    size = struct.calcsize(length)
    while True:
        file.seek(at)
        kind = file.read(1)
        (count,) = struct.unpack(length, file.read(size))
        at += 1 + size + count
        if count < 0:
            raise _DamagedError(f"a note has {count} bytes")
        if kind == b"\0" and not count:
            return at


def _after_labels(file: IO[bytes], at: int, order: str, name: int) -> int:
    """Where the last table of value labels ends."""
    while True:
        file.seek(at)
        lay = file.read(4)
        if not lay:
            return at
        count = struct.unpack(order + "i", lay)[0] if len(lay) == 4 else 0
        if count < 0:
            raise _DamagedError(f"a table of value labels has {count} bytes")
        at += 4 + name + 3 + count


def _width_old(types: Sequence[int], columns: int, release: int) -> int:
    if len(types) != columns:
        raise _DamagedError(f"{columns} columns, the types of {len(types)}")
    if release >= 111:
        return sum(t if t <= 244 else _known(_WIDTHS_111, t) for t in types)
    return sum(t - 127 if t > 127 else _known(_WIDTHS_OLD, t) for t in types)


def _known(widths: Mapping[int, int], kind: int) -> int:
    if kind not in widths:
        raise _DamagedError(f"there is no storage type {kind}")
    return widths[kind]
