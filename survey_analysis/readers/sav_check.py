"""Whether the dictionary of an SPSS file is one, before ReadStat reads it: some damage crashes its C code.

The layout is that of "System File Format" in the PSPP manual.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from survey_analysis.errors import DataError
from survey_analysis.readers.sav_records import byte_order, record_length

_HEADER, _CASES, _COMPRESSION = 176, 80, 72
_VARIABLE, _LABELS, _INDEX, _END = 2, 3, 4, 999
_LONGEST_TEXT = 255
_BLOCK, _TRAILER = 24, 24
_MOST_BLOCK = 2**26  # writers use 0x3FF000


class _DamagedError(Exception):
    """The dictionary contradicts itself."""


@dataclass(frozen=True)
class Dictionary:
    """What the dictionary announces.

    Attributes
    ----------
    cases
        Rows by the header; None where the writer left it open.
    width
        Bytes of a row that is not compressed.
    start
        Place of the data.
    """

    cases: int | None
    width: int
    start: int
    compression: int


def checked(data: bytes, name: str) -> Dictionary:
    """The dictionary of a file that can be given to ReadStat.

    Raises
    ------
    DataError
        A record that is cut off, of no known kind, or speaks of a variable that is not there; data that end
        within a row.
    """
    try:
        found = _walk(data)
        if found.compression == 2:  # .zsav
            _check_blocks(data, found.start, byte_order(data))
    except struct.error:
        reason = "It ends in the middle of a record."
    except _DamagedError as error:
        reason = str(error)
    else:
        _check_whole(data, found, name)
        return found
    raise DataError(
        f"The dictionary of the SPSS file '{name}' is damaged.",
        where=reason,
        hint="copy it again from where it came, or save it again from SPSS.",
    )


def _walk(data: bytes) -> Dictionary:
    order = byte_order(data)
    (compression,), (cases,) = (struct.unpack_from(f"{order}i", data, at) for at in (_COMPRESSION, _CASES))
    place, before = _HEADER, 0
    widths: list[int] = []
    while True:
        (kind,) = struct.unpack_from(f"{order}i", data, place)
        if kind == _END:
            break
        if kind == _VARIABLE:
            widths.append(_width(data, place, order))
        if kind == _LABELS:
            _check_labels(data, place, order, widths)
        step = record_length(data, place, kind, order)
        if step <= 0 or place + step > len(data):
            raise _DamagedError(
                f"At byte {place} stands a record of kind {kind} and {step} bytes, after kind {before}."
            )
        place, before = place + step, kind
    _check_widths(widths)
    return Dictionary(cases if cases >= 0 else None, 8 * len(widths), place + 8, compression)


def _width(data: bytes, place: int, order: str) -> int:
    width, labelled, missing = struct.unpack_from(f"{order}iii", data, place + 4)
    if not -1 <= width <= _LONGEST_TEXT or labelled not in (0, 1) or not -3 <= missing <= 3:
        raise _DamagedError(f"The variable at byte {place} has width {width} and {missing} missing values.")
    if labelled and struct.unpack_from(f"{order}i", data, place + 32)[0] < 0:
        raise _DamagedError(f"The label of the variable at byte {place} has a negative length.")
    return int(width)


def _check_widths(widths: list[int]) -> None:
    """A text of more than 8 bytes has one record more (of width -1) for each 8 that follow, and nothing else has."""
    open_ = 0
    for j, width in enumerate(widths, start=1):
        if (width == -1) != (open_ > 0):
            raise _DamagedError(
                f"Variable record {j} has width {width}, and {open_} more belong to a text before it."
            )
        open_ = open_ - 1 if open_ else max(0, (width + 7) // 8 - 1)
    if open_ or not widths:
        raise _DamagedError(
            f"Its {len(widths)} variable records end within a text." if widths else "It has no variables."
        )


def _check_labels(data: bytes, place: int, order: str, widths: list[int]) -> None:
    (count,) = struct.unpack_from(f"{order}i", data, place + 4)
    if not 0 <= count <= len(data) // 16:
        raise _DamagedError(f"The value labels at byte {place} are {count}.")
    end = place + 8
    for _ in range(count):
        (length,) = struct.unpack_from("B", data, end + 8)
        end += 8 + (int(length) + 8) // 8 * 8
    kind, variables = struct.unpack_from(f"{order}ii", data, end)
    if kind != _INDEX or not 0 < variables <= len(widths):
        raise _DamagedError(f"The value labels at byte {place} are those of {variables} variables.")
    places = struct.unpack_from(f"{order}{variables}i", data, end + 8)
    if wrong := [p for p in places if not 0 < p <= len(widths) or not 0 <= widths[p - 1] <= 8]:
        raise _DamagedError(
            f"The value labels at byte {place} are those of record {wrong[0]} of {len(widths)}, which cannot have any."
        )


def _check_blocks(data: bytes, start: int, order: str) -> None:
    """The list of compressed blocks of a .zsav file: they fit each other and the file."""
    begins, trailer, length = struct.unpack_from(f"{order}qqq", data, start)
    if begins != start or not start < trailer <= len(data) - _TRAILER or trailer + length != len(data):
        raise _DamagedError(f"Its list of blocks is said to be at byte {trailer}, of {length} bytes.")
    _, _, size, blocks = struct.unpack_from(f"{order}qqii", data, trailer)
    if not 0 < size <= _MOST_BLOCK or blocks < 0 or length != _TRAILER + _BLOCK * blocks:
        raise _DamagedError(f"It announces {blocks} blocks of {size} bytes.")
    at = start + _BLOCK
    for j in range(blocks):
        _, packed_at, full, packed = struct.unpack_from(f"{order}qqii", data, trailer + _TRAILER + _BLOCK * j)
        if packed_at != at or not 0 < full <= size or not 0 < packed <= trailer - at:
            raise _DamagedError(f"Block {j + 1} is said to be at byte {packed_at}, of {packed} bytes.")
        at += packed


def _check_whole(data: bytes, found: Dictionary, name: str) -> None:
    """Rows that are not compressed fill the file, also where nobody counted them."""
    held = len(data) - found.start
    if found.compression == 0 and found.cases is None and held % found.width:
        raise DataError(
            f"'{name}' ends within a row.",
            where=f"A row takes {found.width} bytes; the data take {held}.",
            hint="the file is cut off; export it again.",
        )
