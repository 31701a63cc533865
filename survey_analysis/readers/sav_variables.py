"""Variables of an SPSS system file, as bytes that are decoded later: their records, and those of value labels.

The layout is that of "System File Format" in the PSPP manual.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from survey_analysis.readers.sav_records import DamagedError

Raw = float | bytes
Labels = Mapping[Raw, bytes]

UNIT = 8  # bytes of a number, and what texts are padded to
LONGEST = 255  # bytes of a text that is one variable, and those used of each part of a longer one
_COUNTED = 252  # bytes by which the parts of a longer one are counted
_RECORD = 32
_INDEX = 4
BIGGEST = math.ldexp(2 - 2**-52, 1023)


@dataclass(frozen=True)
class Variable:
    """A variable of the file.

    Attributes
    ----------
    name, short
        Long name (the short one where there is none), and the short name of at most eight bytes.
    width
        Bytes of a text; 0 of a number.
    parts
        Where it stands in a row: first unit of eight bytes, and the bytes used, of each part.
    missing
        Lowest and highest of each span of missing codes.
    """

    name: bytes
    short: bytes
    width: int
    parts: tuple[tuple[int, int], ...]
    form: int = 0
    label: bytes = b""
    labels: Labels = field(default_factory=dict)
    missing: tuple[tuple[Raw, Raw], ...] = ()
    level: int = 0

    @property
    def unit(self) -> int:
        """Where it begins in a row."""
        return self.parts[0][0]


@dataclass(frozen=True)
class Limits:
    """Numbers with a meaning of their own, by record 7/4."""

    missing: float = -BIGGEST
    highest: float = BIGGEST
    lowest: float = math.nextafter(-BIGGEST, 0)

    def end(self, code: Raw) -> Raw:
        """End of a range: infinite where it is LOWEST or HIGHEST."""
        return -math.inf if code == self.lowest else math.inf if code == self.highest else code


def variable(data: bytes, place: int, order: str, unit: int, limits: Limits) -> Variable | None:
    """The variable of a record; None where a text goes on."""
    width, labelled, count, form = struct.unpack_from(f"{order}iiii", data, place + 4)
    if not -1 <= width <= LONGEST or labelled not in (0, 1) or not -3 <= count <= 3:
        raise DamagedError(f"The variable at byte {place} has width {width} and {count} missing values.")
    if width < 0:
        return None
    short = text_of(data[place + 24 : place + _RECORD])
    at, label = place + _RECORD, b""
    if labelled:
        (length,) = struct.unpack_from(f"{order}i", data, at)
        label = data[at + 4 : at + 4 + length]
        at += 4 + (length + 3) // 4 * 4
    codes = [code_of(data[at + UNIT * j : at + UNIT * (j + 1)], width, order) for j in range(abs(count))]
    spans: list[tuple[Raw, Raw]] = []
    if count < 0:  # a range, and perhaps one code more
        if count == -1:
            raise DamagedError(f"The variable at byte {place} has a range of {-count} missing values.")
        spans, codes = [(limits.end(codes[0]), limits.end(codes[1]))], codes[2:]
    spans += [(c, c) for c in codes]
    parts = ((unit, width),)
    return Variable(short, short, width, parts, form >> 16 & 0xFF, label, missing=tuple(spans))


def code_of(raw: bytes, width: int, order: str) -> Raw:
    """A code as it stands in labels and missing values: a number, or a text as cells hold it."""
    if width:
        return text_of(raw)
    (number,) = struct.unpack(f"{order}d", raw)
    if math.isnan(number):
        raise DamagedError("A code of a number is none.")
    return float(number)


def text_of(raw: bytes) -> bytes:
    """A text without the blanks at its end, up to the first NUL."""
    return raw.partition(b"\0")[0].rstrip(b" ")


def check_widths(units: Sequence[Variable | None]) -> None:
    """A text of more than 8 bytes has one record more (of width -1) for each 8 that follow, and nothing else has."""
    open_ = 0
    for j, found in enumerate(units, start=1):
        if (found is None) != (open_ > 0):
            width = found.width if found else -1
            raise DamagedError(
                f"Variable record {j} has width {width}, and {open_} more belong to a text before it."
            )
        open_ = max(0, -(-found.width // UNIT) - 1) if found else open_ - 1
    if open_ or not units:
        raise DamagedError(
            f"Its {len(units)} variable records end within a text." if units else "It has no variables."
        )


def joined(heads: Sequence[Variable], widths: Mapping[bytes, int]) -> list[Variable]:
    """Variables in which the parts of each very long text are one."""
    out, j = [], 0
    while j < len(heads):
        head, width = heads[j], widths.get(heads[j].short, 0)
        count = -(-width // _COUNTED) if width > LONGEST else 1
        out.append(_whole(head, heads[j : j + count], width, count) if count > 1 else head)
        j += count
    return out


def _whole(head: Variable, parts: Sequence[Variable], width: int, count: int) -> Variable:
    if (
        len(parts) < count
        or any(p.width != LONGEST for p in parts[:-1])
        or LONGEST * (count - 1) + parts[-1].width < width
    ):
        held = ", ".join(str(p.width) for p in parts[:4])
        raise DamagedError(f"A text of {width} bytes has no room in {len(parts)} variables of {held} bytes.")
    return replace(head, width=width, parts=tuple(p.parts[0] for p in parts))


def value_labels(
    data: bytes, place: int, order: str, units: Sequence[Variable | None]
) -> tuple[list[tuple[bytes, bytes]], list[Variable]]:
    """Value labels of a record, codes as bytes, and the variables that have them."""
    (count,) = struct.unpack_from(f"{order}i", data, place + 4)
    at, pairs = place + 8, []
    for _ in range(count):
        length = data[at + UNIT]
        pairs.append((data[at : at + UNIT], data[at + UNIT + 1 : at + UNIT + 1 + length]))
        at += UNIT + (length + UNIT) // UNIT * UNIT
    kind, number = struct.unpack_from(f"{order}ii", data, at)
    if kind != _INDEX or not 0 < number <= len(units):
        raise DamagedError(f"The value labels at byte {place} are those of {number} variables.")
    found = []
    for unit in struct.unpack_from(f"{order}{number}i", data, at + 8):
        one = units[unit - 1] if 0 < unit <= len(units) else None
        if one is None or one.width > UNIT:
            raise DamagedError(
                f"The value labels at byte {place} are those of record {unit} of {len(units)}, which cannot have any."
            )
        found.append(one)
    return pairs, found


def by_name(names: Iterable[bytes]) -> dict[bytes, int]:
    """Places of names, also in capitals, as some writers refer to them."""
    listed = list(names)
    return {n.upper(): j for j, n in enumerate(listed)} | {n: j for j, n in enumerate(listed)}
