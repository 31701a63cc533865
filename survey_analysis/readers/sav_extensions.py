"""What the extension records of an SPSS system file say of its variables, as bytes that are decoded later.

The layout is that of "System File Format" in the PSPP manual.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from survey_analysis.readers.sav_records import DamagedError

MACHINE, LIMITS, LEVELS, LONG_NAMES, LONG_WIDTHS, MANY_CASES = 3, 4, 11, 13, 14, 16
ENCODING, LONG_LABELS, LONG_MISSING = 20, 21, 22
_MISSING = 8  # bytes of a missing code of a long text


@dataclass(frozen=True)
class Machine:
    """Record 7/3: code page, and how numbers are stored (1: IEEE 754)."""

    numbers: int
    page: int


class Parts:
    """Reads numbers and counted bytes one after another."""

    def __init__(self, data: bytes, order: str) -> None:
        self._data, self._order, self.at = data, order, 0

    @property
    def left(self) -> int:
        """Bytes that have not been read."""
        return len(self._data) - self.at

    def next(self, length: int) -> bytes:
        """Bytes that are read next."""
        return self._data[self.at : self.at + length]

    def number(self) -> int:
        """A number of four bytes."""
        return int(struct.unpack(f"{self._order}i", self.take(4))[0])

    def take(self, length: int) -> bytes:
        """So many bytes."""
        if not 0 <= length <= self.left:
            raise DamagedError(f"A part of {length} bytes stands where {self.left} are left.")
        self.at += length
        return self._data[self.at - length : self.at]

    def text(self) -> bytes:
        """Bytes after their number."""
        return self.take(self.number())


def machine(contents: Sequence[bytes], order: str) -> Machine | None:
    """Record 7/3."""
    if not contents:
        return None
    found = struct.unpack_from(f"{order}8i", contents[0])
    return Machine(found[4], found[7])


def many_cases(contents: Sequence[bytes], order: str) -> int | None:
    """Rows by record 7/16, which has room for more than the header."""
    cases = struct.unpack_from(f"{order}qq", contents[0])[1] if contents else -1
    return int(cases) if cases >= 0 else None


def encoding(contents: Sequence[bytes]) -> str:
    """Name by record 7/20, as the file writes it; "" where there is none."""
    return contents[0].strip(b" \0").decode("ascii", "backslashreplace") if contents else ""


def long_names(contents: Sequence[bytes]) -> dict[bytes, bytes]:
    r"""Record 7/13: long names by the short ones.

    >>> long_names([b"V1=kangaroo\tV2=lion"])
    {b'V1': b'kangaroo', b'V2': b'lion'}
    """
    return _pairs(contents)


def long_widths(contents: Sequence[bytes]) -> dict[bytes, int]:
    r"""Record 7/14: bytes of the texts that take several variables, by short names.

    >>> long_widths([b"V1=00600\0\tV2=00300\0\t"])
    {b'V1': 600, b'V2': 300}
    """
    try:
        return {short: int(width) for short, width in _pairs(contents).items()}
    except ValueError:
        raise DamagedError("The width of a very long text is no number.") from None


def _pairs(contents: Sequence[bytes]) -> dict[bytes, bytes]:
    parts = (p.strip(b"\0").partition(b"=") for content in contents for p in content.split(b"\t"))
    return {short: value for short, is_, value in parts if is_}


def long_labels(contents: Sequence[bytes], order: str) -> list[tuple[bytes, list[tuple[bytes, bytes]]]]:
    """Record 7/21: value labels of texts of more than eight bytes, by names."""
    out = []
    for content in contents:
        parts = Parts(content, order)
        while parts.left:
            name = parts.text()
            parts.number()  # the width, which the variable has
            count = parts.number()
            if not 0 <= count <= parts.left // 8:
                raise DamagedError(f"The value labels of a long text are {count}.")
            out.append((name, [(parts.text(), parts.text()) for _ in range(count)]))
    return out


def long_missing(contents: Sequence[bytes], order: str) -> list[tuple[bytes, list[bytes]]]:
    """Record 7/22: missing codes of texts of more than eight bytes, by names.

    Old versions of PSPP wrote the length before each code, not once.
    """
    out, length = [], struct.pack(f"{order}i", _MISSING)
    for content in contents:
        parts = Parts(content, order)
        while parts.left:
            name = parts.text()
            count, width = parts.take(1)[0], parts.number()
            if not 0 < count <= 3 or width != _MISSING:
                raise DamagedError(f"The missing codes of a long text are {count}, of {width} bytes.")
            codes = [parts.take(width)]
            for _ in range(1, count):
                if parts.next(4) == length:
                    parts.take(4)
                codes.append(parts.take(width))
            out.append((name, codes))
    return out


def levels(content: bytes, order: str, count: int) -> list[int] | None:
    """Record 7/11: levels of so many variables; None where it is not as long.

    Each has a level, a width that old files lack, and an alignment.
    """
    found = struct.unpack(f"{order}{len(content) // 4}i", content[: len(content) // 4 * 4])
    step = next((s for s in (3, 2) if len(found) == s * count), 0)
    return list(found[::step]) if step else None
