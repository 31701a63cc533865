"""Headers of a SAS transport file: its data sets, their variables, and where the observations lie."""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace

from survey_analysis.errors import DataError
from survey_analysis.readers.source import Source

_RECORD = 80
_MARK = b"HEADER RECORD*******"
_FIELDS = struct.Struct(">hhhh8s40s8shhh2s8shhi32sh")


@dataclass(frozen=True)
class Variable:
    """One variable: its name and label, its format, and the bytes it takes of an observation."""

    name: str
    label: str
    form: str
    is_text: bool
    at: int
    width: int


@dataclass(frozen=True)
class Member:
    """One data set of the file; `rows` is None where the header does not count them."""

    name: str
    variables: tuple[Variable, ...]
    start: int
    stop: int
    rows: int | None

    @property
    def width(self) -> int:
        """Bytes of an observation."""
        return max(v.at + v.width for v in self.variables)


def members(source: Source) -> list[Member]:
    """Data sets in file order.

    Raises
    ------
    DataError
        A header that is cut off or damaged, or two data sets of one name.
    """
    data, found = source.data, []
    at = data.find(_MARK + b"MEMB", 0, 10 * _RECORD)
    try:
        while at >= 0:
            after = _next_member(data, at + _RECORD)
            found.append(_member(data, at, after if after >= 0 else len(data)))
            at = after
    except (struct.error, ValueError, IndexError) as error:
        raise _damaged(source, str(error)) from None
    if not found:
        raise _damaged(source, "It announces no data set.")
    names = [m.name for m in found]
    if len(set(names)) < len(names):
        raise _damaged(source, "Two data sets have one name.")
    return found


def _next_member(data: bytes, start: int) -> int:
    at = data.find(_MARK + b"MEMB", start)
    while at >= 0 and at % _RECORD:
        at = data.find(_MARK + b"MEMB", at + 1)
    return at


def _member(data: bytes, at: int, stop: int) -> Member:
    size = int(data[at + 74 : at + 78])
    name = data[at + 168 : at + (200 if data[at + 20 : at + 26] == b"MEMBV8" else 176)]
    at = _expect(data, at + 4 * _RECORD, (b"NAMESTR", b"NAMSTV8"))
    count = int(data[at - 26 : at - 22])
    if count < 1 or size not in (136, 140) or at + count * size > stop:
        raise ValueError(f"it announces {count} variables of {size} bytes")
    variables = [_variable(data[at + j * size : at + (j + 1) * size]) for j in range(count)]
    at = _filled(at + count * size)
    if data[at + 20 : at + 27] in (b"LABELV8", b"LABELV9"):
        at = _long_labels(data, at, variables)
    at = _expect(data, at, (b"OBS", b"OBSV8"))
    _check_places(variables)
    return Member(_text(name) or "unnamed", tuple(variables), at, stop, _rows(data, at) or None)


def _rows(data: bytes, at: int) -> int:
    """Observations by the header that ends there; some writers leave the count at zero, version 5 has none."""
    told = data[at - 32 : at].split(b"\0")[0].strip()
    if data[at - 60 : at - 55] != b"OBSV8" or not told:
        return 0
    if not told.isdigit():
        raise ValueError(f"the number of observations is {told!r}")
    return int(told)


def _check_places(variables: list[Variable]) -> None:
    """Variables fill an observation: each begins where the one before it ends."""
    end = 0
    for variable in sorted(variables, key=lambda v: v.at):
        if variable.at != end:
            raise ValueError(
                f"the variable '{variable.name}' is said to begin at byte {variable.at}, not at {end}"
            )
        end += variable.width


def _expect(data: bytes, at: int, names: tuple[bytes, ...]) -> int:
    """Place after a header record of one of these names."""
    record = data[at : at + _RECORD]
    if len(record) < _RECORD or not record.startswith(_MARK) or record[20:28].strip() not in names:
        raise ValueError(f"there is no {names[0].decode()} header at byte {at}")
    return at + _RECORD


def _variable(data: bytes) -> Variable:
    got = _FIELDS.unpack_from(data.ljust(140, b"\0"))
    kind, width, short, label, form, at, long = got[0], got[2], got[4], got[5], got[6], got[14], got[15]
    if kind not in (1, 2) or width < 1 or at < 0 or (kind == 1 and not 2 <= width <= 8):
        raise ValueError(f"a variable of type {kind} has {width} bytes")
    name = long if short.strip(b" \0") and long.upper().startswith(short.strip(b" \0").upper()[:1]) else short
    return Variable(_text(name) or _text(short), _text(label), _text(form), kind == 2, at, width)


def _long_labels(data: bytes, at: int, variables: list[Variable]) -> int:
    """Place after the records of long names and labels, which go before the short ones."""
    parts = 5 if data[at + 20 : at + 27] == b"LABELV9" else 3
    count = int(data[at + 48 : at + 80].split(b"\0")[0].split()[0])
    at += _RECORD
    for _ in range(count):
        place, *lengths = struct.unpack_from(f">{parts}H", data, at)
        at += 2 * parts
        texts = []
        for length in lengths:
            texts.append(_text(data[at : at + length]))
            at += length
        old = variables[place - 1]
        form = texts[2] if parts == 5 and texts[2] else old.form
        variables[place - 1] = replace(old, name=texts[0] or old.name, label=texts[1], form=form)
    return _filled(at)


def _filled(at: int) -> int:
    """Records are filled up to their length."""
    return -(-at // _RECORD) * _RECORD


def _text(data: bytes) -> str:
    plain = data.split(b"\0")[0]
    try:
        return plain.decode("utf-8").strip()
    except UnicodeDecodeError:
        return plain.decode("cp1252", "replace").strip()


def _damaged(source: Source, where: str) -> DataError:
    return DataError(
        f"The header of the SAS transport file '{source.name}' is damaged.",
        where=where,
        hint="copy it again from where it came, or save it again.",
    )
