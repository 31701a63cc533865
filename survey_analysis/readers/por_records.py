"""Records of an SPSS portable file: numbers in base 30, strings with their length, one letter a record.

The layout is described in the manual of PSPP ("Portable File Format").
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SYSTEM_MISSING = None
NUMBER = re.compile(rb" *(-?)([0-9A-T]*)(?:\.([0-9A-T]*))?(?:([+-])([0-9A-T]{1,3}))?/")
_VOID = re.compile(rb" *\*.", re.DOTALL)
_LONGEST = 80
_HEAD = 200 + 256
TAG = b"SPSSPORT"

Value = float | bytes | None


class DamagedError(Exception):
    """The file ends too early, or a record is not what it should be."""


@dataclass
class Variable:
    """One variable; `width` is 0 for numbers, `missing` holds lowest and highest of each span."""

    name: bytes
    width: int
    form: int
    missing: list[tuple[Value, Value]] = field(default_factory=list)
    label: bytes = b""
    labels: dict[Value, bytes] = field(default_factory=dict)


@dataclass
class Portable:
    """What the file holds: one list of values a variable."""

    variables: list[Variable] = field(default_factory=list)
    cells: list[list[Value]] = field(default_factory=list)


def one_line(data: bytes) -> bytes:
    """The file without its line ends; short lines lost blanks at their end."""
    lines = data.replace(b"\r\n", b"\n").split(b"\n")
    return b"".join([*(line.ljust(80) for line in lines[:-1]), lines[-1]])


class Parser:
    """Reads the records from the first to the end of the data."""

    def __init__(self, data: bytes) -> None:
        self._data = one_line(data)
        self._at = _HEAD + len(TAG) + 1
        self._numbers: dict[bytes, float] = {}

    def parse(self) -> Portable:
        """Dictionary and data.

        Raises
        ------
        DamagedError
        """
        found = Portable()
        self._string()  # the day and the time of writing
        self._string()
        while (tag := self._take(1)) != b"F":
            self._record(tag, found)
        if not found.variables:
            raise DamagedError("it has no variables")
        self._rows(found)
        return found

    def _record(self, tag: bytes, found: Portable) -> None:
        if tag in (b"1", b"2", b"3", b"6"):
            self._string()
        elif tag in (b"4", b"5"):
            self._number()
        elif tag == b"7":
            found.variables.append(self._variable())
        elif tag in (b"8", b"9", b"A", b"B", b"C"):
            if not found.variables:
                raise DamagedError(f"a record {tag.decode()} stands before any variable")
            self._of_variable(tag, found.variables[-1])
        elif tag == b"D":
            self._labels(found)
        elif tag == b"E":
            for _ in range(self._count()):
                self._string()
        else:
            raise DamagedError(f"there is no record '{tag.decode('latin-1')}'")

    def _variable(self) -> Variable:
        width, name = self._count(), self._string()
        formats = [self._count() for _ in range(6)]
        return Variable(name, width, formats[0])

    def _of_variable(self, tag: bytes, variable: Variable) -> None:
        if tag == b"C":
            variable.label = self._string()
            return
        first = self._value(variable)
        if tag == b"9":
            variable.missing.append((float("-inf"), first))
        elif tag == b"A":
            variable.missing.append((first, float("inf")))
        else:
            variable.missing.append((first, self._value(variable) if tag == b"B" else first))

    def _labels(self, found: Portable) -> None:
        by_name = {v.name: v for v in found.variables}
        names = [self._string() for _ in range(self._count())]
        unknown = [n for n in names if n not in by_name]
        if unknown or not names:
            raise DamagedError(f"it labels values of an unknown variable {unknown[:1]}")
        variables = [by_name[n] for n in names]
        for _ in range(self._count()):
            value, label = self._value(variables[0]), self._string()
            for variable in variables:
                variable.labels[value] = label

    def _rows(self, found: Portable) -> None:
        cells: list[list[Value]] = [[] for _ in found.variables]
        readers = [self._number if v.width == 0 else self._string for v in found.variables]
        adds = [c.append for c in cells]
        while self._take(1) != b"Z":
            self._at -= 1
            for read, add in zip(readers, adds, strict=True):
                add(read())
        found.cells = cells

    def _value(self, variable: Variable) -> Value:
        return self._number() if variable.width == 0 else self._string()

    def _take(self, length: int) -> bytes:
        taken = self._data[self._at : self._at + length]
        if len(taken) < length:
            raise DamagedError("it ends in the middle")
        self._at += length
        return taken

    def _count(self) -> int:
        value = self._number()
        if value is None or value < 0 or not value.is_integer() or value > len(self._data):
            raise DamagedError(f"a count is {value}")
        return int(value)

    def _string(self) -> bytes:
        return self._take(self._count())

    def _number(self) -> float | None:
        start = self._at
        end = self._data.find(b"/", start, start + _LONGEST) + 1
        raw = self._data[start:end] if end else b""
        if (known := self._numbers.get(raw)) is not None:
            self._at = end
            return known
        if void := _VOID.match(self._data, start):
            self._at = void.end()
            return SYSTEM_MISSING
        found = NUMBER.fullmatch(raw)
        if found is None or not (found[2] or found[3]):
            raise DamagedError(f"byte {start} of its text begins no number")
        self._at = end
        value = self._numbers[raw] = base_30(found)
        return value


def base_30(found: re.Match[bytes]) -> float:
    """Nearest number of double precision."""
    sign, whole, part, way, power = found.groups(b"")
    exponent = (int(power, 30) if power else 0) * (-1 if way == b"-" else 1) - len(part)
    digits = int(whole + part or b"0", 30)
    try:
        value = float(digits * 30**exponent) if exponent >= 0 else digits / 30**-exponent
    except OverflowError:
        raise DamagedError("a number is out of range") from None
    return -value if sign else value
