"""Extension records of an SPSS system file, parsed from its bytes: multiple-response sets.

The layout is that of "System File Format" in the PSPP manual. Dictionary records are never compressed, so
they can be walked in .sav and .zsav alike.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_HEADER = 176
_LAYOUT = 64
_VARIABLE, _LABELS, _DOCUMENT, _EXTENSION, _END = 2, 3, 6, 7, 999
_SETS, _LONG_NAMES, _COUNTED_SETS = 7, 13, 19


@dataclass(frozen=True)
class MrSet:
    """A multiple-response set as the file writes it.

    `labels` says where the labels of the options come from: the variables, or the counted value of each
    (CATEGORYLABELS=COUNTEDVALUES); `label_of_first` that the first variable's label is the label of the set.
    """

    name: str
    kind: Literal["dichotomy", "categories"]
    columns: tuple[str, ...]
    label: str = ""
    counted: str = ""
    labels: Literal["variables", "counted"] = "variables"
    label_of_first: bool = False


def mr_sets(data: bytes, encoding: str) -> tuple[MrSet, ...]:
    """Multiple-response sets of a system file, in file order; none where it has none or ends early.

    Parameters
    ----------
    encoding
        Encoding of its texts; lengths in the records count bytes.
    """
    found: list[MrSet] = []
    names: dict[str, str] = {}
    for subtype, content in extensions(data):
        if subtype == _LONG_NAMES:
            pairs = (p.partition("=") for p in content.decode(encoding, "replace").split("\t"))
            names = {short.upper(): long.rstrip("\0") for short, _, long in pairs}
        elif subtype in (_SETS, _COUNTED_SETS):
            found += parse_sets(content, encoding)
    return tuple(_with_names(s, names) for s in found)


def _with_names(found: MrSet, names: dict[str, str]) -> MrSet:
    columns = tuple(names.get(c.upper(), c) for c in found.columns)
    return MrSet(
        found.name, found.kind, columns, found.label, found.counted, found.labels, found.label_of_first
    )


def extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Subtype and content of every extension record; stops at anything that is no record."""
    order = byte_order(data)
    place = _HEADER
    try:
        while True:
            (kind,) = struct.unpack_from(f"{order}i", data, place)
            if kind == _EXTENSION:
                subtype, size, count = struct.unpack_from(f"{order}iii", data, place + 4)
                if size < 0 or count < 0:
                    return
                yield subtype, data[place + 16 : place + 16 + size * count]
            if (step := record_length(data, place, kind, order)) <= 0:
                return
            place += step
    except struct.error:  # the file ends early; the reader of the data says so
        return


def byte_order(data: bytes) -> str:
    """Order of the bytes of numbers, as `struct` writes it."""
    return "<" if data[_LAYOUT : _LAYOUT + 4] in (b"\2\0\0\0", b"\3\0\0\0") else ">"


def dictionary_end(data: bytes) -> int:
    """Place of the record that ends the dictionary; -1 where there is none."""
    order = byte_order(data)
    place = _HEADER
    try:
        while True:
            (kind,) = struct.unpack_from(f"{order}i", data, place)
            if kind == _END:
                return place
            if (step := record_length(data, place, kind, order)) <= 0:
                return -1
            place += step
    except struct.error:
        return -1


def record_length(data: bytes, place: int, kind: int, order: str) -> int:
    """Bytes of the record that begins there; 0 for what ends or is no dictionary."""
    if kind == _VARIABLE:
        _, labelled, missing = struct.unpack_from(f"{order}iii", data, place + 4)
        length = 32 + 8 * abs(int(missing))
        if labelled:
            (label,) = struct.unpack_from(f"{order}i", data, place + 32)
            length += 4 + (int(label) + 3) // 4 * 4
        return length
    if kind == _LABELS:
        (count,) = struct.unpack_from(f"{order}i", data, place + 4)
        length = 8
        for _ in range(count):
            (label,) = struct.unpack_from("B", data, place + length + 8)
            length += 8 + (int(label) + 8) // 8 * 8
        (variables,) = struct.unpack_from(f"{order}i", data, place + length + 4)  # record type 4 follows
        return length + 8 + 4 * int(variables)
    if kind == _DOCUMENT:
        (lines,) = struct.unpack_from(f"{order}i", data, place + 4)
        return 8 + 80 * int(lines)
    if kind == _EXTENSION:
        size, count = struct.unpack_from(f"{order}ii", data, place + 8)
        return 16 + int(size) * int(count)
    return 0


def parse_sets(content: bytes, encoding: str = "utf-8") -> tuple[MrSet, ...]:
    r"""Sets of one record of subtype 7 or 19; a set that is not written as documented ends the list.

    Examples
    --------
    >>> parse_sets(b"$c=D3 Yes 10 mdgroup #2 h i j\n")
    (MrSet(name='c', kind='dichotomy', columns=('h', 'i', 'j'), label='mdgroup #2', counted='Yes',
    labels='variables', label_of_first=False),)
    """
    out: list[MrSet] = []
    rest = content
    while (rest := rest.lstrip(b"\n\0 ")).startswith(b"$"):
        try:
            found, rest = _parse_set(rest, encoding)
        except (ValueError, IndexError):
            break
        out.append(found)
    return tuple(out)


def _parse_set(text: bytes, encoding: str) -> tuple[MrSet, bytes]:
    name, _, rest = text[1:].partition(b"=")
    mark, rest = rest[:1], rest[1:]
    counted, source = b"", b""
    if mark == b"E":
        source, _, rest = rest.lstrip(b" ").partition(b" ")
    if mark in (b"D", b"E"):
        counted, rest = _counted_string(rest)
    elif mark != b"C":
        raise ValueError(mark)
    label, rest = _counted_string(rest.removeprefix(b" "))
    columns, _, rest = rest.partition(b"\n")

    def said(part: bytes) -> str:
        return part.decode(encoding, "replace").strip()

    found = MrSet(
        said(name),
        "categories" if mark == b"C" else "dichotomy",
        tuple(said(columns).rstrip("\0").split()),
        said(label),
        said(counted),
        "counted" if mark == b"E" else "variables",
        source == b"11",
    )
    return found, rest


def _counted_string(text: bytes) -> tuple[bytes, bytes]:
    """A string written after the number of its bytes, and what follows it."""
    length, _, rest = text.partition(b" ")
    n = int(length)
    if n < 0 or n > len(rest):
        raise ValueError(n)
    return rest[:n], rest[n:].removeprefix(b" ")
