"""The compressed blocks of a .zsav file: their list is checked, then each is unpacked with a bound.

The layout is that of "System File Format" in the PSPP manual.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from survey_analysis.errors import DataError
from survey_analysis.readers.sav_dictionary import Dictionary

_BLOCK, _HEAD = 24, 24
_MOST_BLOCK = 2**26  # writers use 0x3FF000
_CHUNK = 2**22
MOST_RATIO, RATIO_FROM = 500, 2**28  # rows of nothing but blanks shrink to a five-hundredth


@dataclass(frozen=True)
class _Packed:
    """One block: where it lies, its bytes there, and once unpacked."""

    at: int
    packed: int
    full: int


def unpacked(data: bytes, found: Dictionary, name: str) -> Iterator[bytes]:
    """Bytecode of a file, some of it at a time.

    Raises
    ------
    DataError
        Blocks that do not fit the file or each other, that cannot be unpacked, or that swell without end.
    """
    try:
        blocks = _blocks(data, found.start, found.order)
    except struct.error:
        raise _damaged(name, "It ends within the list of its blocks.") from None
    if isinstance(blocks, str):
        raise _damaged(name, blocks)
    total = sum(b.full for b in blocks)
    if total > max(RATIO_FROM, MOST_RATIO * len(data)):
        raise _damaged(name, f"Its {len(data):,} bytes unpack to {total:,}.")
    for number, block in enumerate(blocks, start=1):
        yield from _unpacked(data, block, number, name)


def _damaged(name: str, reason: str) -> DataError:
    return DataError(
        f"The compressed data of the SPSS file '{name}' are damaged.",
        where=reason,
        hint="copy it again from where it came, or save it again from SPSS.",
    )


def _blocks(data: bytes, start: int, order: str) -> list[_Packed] | str:
    """The list of blocks, or what is wrong with it."""
    begins, trailer, length = struct.unpack_from(f"{order}qqq", data, start)
    if begins != start or not start < trailer <= len(data) - _HEAD or trailer + length != len(data):
        return f"Its list of blocks is said to be at byte {trailer}, of {length} bytes."
    _, _, size, count = struct.unpack_from(f"{order}qqii", data, trailer)
    if not 0 < size <= _MOST_BLOCK or count < 0 or length != _HEAD + _BLOCK * count:
        return f"It announces {count} blocks of {size} bytes."
    at, out = start + _HEAD, []
    for j in range(count):
        _, place, full, packed = struct.unpack_from(f"{order}qqii", data, trailer + _HEAD + _BLOCK * j)
        if place != at or not 0 < full <= size or not 0 < packed <= trailer - at:
            return f"Block {j + 1} is said to be at byte {place}, of {packed} bytes."
        out.append(_Packed(at, packed, full))
        at += packed
    return out


def _unpacked(data: bytes, block: _Packed, number: int, name: str) -> Iterator[bytes]:
    unpack = zlib.decompressobj()
    left, come = data[block.at : block.at + block.packed], 0
    try:
        while not unpack.eof and (part := unpack.decompress(left, _CHUNK)):
            left, come = unpack.unconsumed_tail, come + len(part)
            if come > block.full:
                break
            yield part
    except zlib.error as error:
        raise _damaged(name, f"Block {number} cannot be unpacked: {error}.") from None
    if come != block.full or not unpack.eof:
        raise _damaged(name, f"Block {number} does not hold the {block.full} bytes that it announces.")
