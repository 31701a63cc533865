"""Extension records of an SPSS system file, parsed from its bytes: multiple-response sets.

The layout is that of "System File Format" in the PSPP manual. Dictionary records are never compressed, so
they can be walked in .sav and .zsav alike.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

FIRST_RECORD = 176
_LAYOUT = 64
VARIABLE, LABELS, _DOCUMENT, EXTENSION, DICTIONARY_END = 2, 3, 6, 7, 999
_SETS, _LONG_NAMES, _COUNTED_SETS = 7, 13, 19


Said = Callable[[bytes], str]


class DamagedError(Exception):
    """A record contradicts itself or another."""


def utf8(raw: bytes) -> str:
    """Text of bytes, strictly."""
    return raw.decode("utf-8")


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


def mr_sets(data: bytes, said: Said, named: Said | None = None) -> tuple[MrSet, ...]:
    """Multiple-response sets of a system file, in file order; none where it has none or ends early.

    Parameters
    ----------
    said
        Text of bytes; lengths in the records count bytes.
    named
        Name of a variable from how a set calls it; else by the record of long names.
    """
    contents = list(extensions(data))
    named = named or _long_named([c for subtype, c in contents if subtype == _LONG_NAMES], said)
    found = [parse_sets(c, said, named) for subtype, c in contents if subtype in (_SETS, _COUNTED_SETS)]
    return tuple(s for sets in found for s in sets)


def _long_named(contents: Iterable[bytes], said: Said) -> Said:
    pairs = [p.partition(b"=") for c in contents for p in c.split(b"\t")]
    names = {short.upper(): said(long.rstrip(b"\0")) for short, _, long in pairs}
    return lambda short: names.get(short.upper()) or said(short)


def extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Subtype and content of every extension record; stops at anything that is no record."""
    order = byte_order(data)
    place = FIRST_RECORD
    try:
        while True:
            (kind,) = struct.unpack_from(f"{order}i", data, place)
            if kind == EXTENSION:
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
    place = FIRST_RECORD
    try:
        while True:
            (kind,) = struct.unpack_from(f"{order}i", data, place)
            if kind == DICTIONARY_END:
                return place
            if (step := record_length(data, place, kind, order)) <= 0:
                return -1
            place += step
    except struct.error:
        return -1


def record_length(data: bytes, place: int, kind: int, order: str) -> int:
    """Bytes of the record that begins there; 0 for what ends or is no dictionary."""
    if kind == VARIABLE:
        _, labelled, missing = struct.unpack_from(f"{order}iii", data, place + 4)
        length = 32 + 8 * abs(int(missing))
        if labelled:
            (label,) = struct.unpack_from(f"{order}i", data, place + 32)
            length += 4 + (int(label) + 3) // 4 * 4
        return length
    if kind == LABELS:
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
    if kind == EXTENSION:
        size, count = struct.unpack_from(f"{order}ii", data, place + 8)
        return 16 + int(size) * int(count)
    return 0


def parse_sets(content: bytes, said: Said = utf8, named: Said | None = None) -> tuple[MrSet, ...]:
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
            found, rest = _parse_set(rest)
        except (ValueError, IndexError):
            break
        out.append(found.text(said, named or said))
    return tuple(out)


@dataclass(frozen=True)
class _Set:
    """A set whose texts are not decoded."""

    name: bytes
    mark: bytes
    source: bytes
    counted: bytes
    label: bytes
    columns: tuple[bytes, ...]

    def text(self, said: Said, named: Said) -> MrSet:
        return MrSet(
            said(self.name.strip()),
            "categories" if self.mark == b"C" else "dichotomy",
            tuple(map(named, self.columns)),
            said(self.label).strip(),
            said(self.counted).strip(),
            "counted" if self.mark == b"E" else "variables",
            self.source == b"11",
        )


def _parse_set(text: bytes) -> tuple[_Set, bytes]:
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
    return _Set(name, mark, source, counted, label, tuple(columns.rstrip(b"\0").split())), rest


def _counted_string(text: bytes) -> tuple[bytes, bytes]:
    """A string written after the number of its bytes, and what follows it."""
    length, _, rest = text.partition(b" ")
    n = int(length)
    if n < 0 or n > len(rest):
        raise ValueError(n)
    return rest[:n], rest[n:].removeprefix(b" ")
