"""What pyreadstat leaves out of an SPSS file, put into its bytes: response sets, and no date of writing."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from survey_analysis.frames.facts import ResponseSet
from survey_analysis.readers.sav_records import dictionary_end, extensions

_SETS, _LONG_NAMES = 7, 13
_STAMP, _DATE, _TIME = 92, b"01 Jan 70", b"00:00:00"
_ZLIB = b"$FL3"


def without_date(data: bytes) -> bytes:
    """The file as if written at the epoch, so that the same data are the same bytes."""
    end = _STAMP + len(_DATE) + len(_TIME)
    return data[:_STAMP] + _DATE + _TIME + data[end:]


def with_sets(data: bytes, sets: Sequence[ResponseSet]) -> bytes:
    """The file with dichotomy sets in its dictionary (extension record 7, subtype 7), as SPSS itself keeps them."""
    if not sets:
        return data
    content = "".join(_line(s, _short_names(data)) for s in sets).encode()
    record = struct.pack("<iiii", 7, _SETS, 1, len(content)) + content
    place = dictionary_end(data)
    rest = data[place:]
    if data.startswith(_ZLIB):
        rest = _shifted(rest, len(record))
    return data[:place] + record + rest


def _short_names(data: bytes) -> dict[str, str]:
    pairs = next((c for s, c in extensions(data) if s == _LONG_NAMES), b"").decode().split("\t")
    return {long: short for short, _, long in (p.partition("=") for p in pairs)}


def _line(found: ResponseSet, short: dict[str, str]) -> str:
    columns = " ".join(short.get(c, c).lower() for c in found.columns)
    (counted,) = found.counted
    return f"${found.name}=D{len(counted)} {counted} {len(found.text.encode())} {found.text} {columns}\n"


def _shifted(rest: bytes, by: int) -> bytes:
    """The end of a .zsav moved down: its data header and trailer hold places in the file."""
    out = bytearray(rest)
    header = 8
    start, trailer, length = struct.unpack_from("<qqq", rest, header)
    struct.pack_into("<qqq", out, header, start + by, trailer + by, length)
    place = trailer - start + header  # within `rest`
    (blocks,) = struct.unpack_from("<i", rest, place + 20)
    for i in range(blocks):
        at = place + 24 + 24 * i
        plain, packed = struct.unpack_from("<qq", rest, at)
        struct.pack_into("<qq", out, at, plain + by, packed + by)
    return bytes(out)
