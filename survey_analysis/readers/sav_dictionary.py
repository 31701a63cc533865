"""The dictionary of an SPSS system file, read and checked before any of its data.

The layout is that of "System File Format" in the PSPP manual. What contradicts itself is refused.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from survey_analysis.errors import DataError
from survey_analysis.readers import sav_extensions as extensions
from survey_analysis.readers.sav_records import (
    DICTIONARY_END,
    EXTENSION,
    FIRST_RECORD,
    LABELS,
    VARIABLE,
    DamagedError,
    byte_order,
    record_length,
)
from survey_analysis.readers.sav_variables import (
    Limits,
    Raw,
    Variable,
    by_name,
    check_widths,
    code_of,
    joined,
    text_of,
    value_labels,
    variable,
)

_COMPRESSION, _CASES, _BIAS = 72, 80, 84
_FOREIGN = (2, 3)  # numbers of IBM 370 and VAX
T = TypeVar("T")


@dataclass(frozen=True)
class Dictionary:
    """What the dictionary announces.

    Attributes
    ----------
    cases
        Rows; None where the writer left it open.
    units
        Units of eight bytes of a row that is not compressed.
    start
        Place of the data.
    sysmis
        The number that is no answer.
    declared, page
        Encoding by record 7/20 and code page by 7/3; "" and None where there is none.
    strangers
        Names that the dictionary speaks of and no variable has.
    unlevelled
        Whether it has measurement levels that do not fit the variables.
    """

    order: str
    compression: int
    bias: float
    cases: int | None
    units: int
    start: int
    sysmis: float
    variables: tuple[Variable, ...]
    declared: str = ""
    page: int | None = None
    strangers: tuple[bytes, ...] = ()
    unlevelled: bool = False


@dataclass(frozen=True)
class _Records:
    """Places of the records, and what the extension records hold, by subtype."""

    variables: list[int] = field(default_factory=list)
    labels: list[int] = field(default_factory=list)
    extensions: dict[int, list[bytes]] = field(default_factory=dict)
    end: list[int] = field(default_factory=list)

    def of(self, subtype: int) -> list[bytes]:
        return self.extensions.get(subtype, [])


def read_dictionary(data: bytes, name: str) -> Dictionary:
    """The dictionary of a file.

    Raises
    ------
    DataError
        A record that is cut off, of no known kind, or speaks of a variable that is not there.
    """
    try:
        return _dictionary(data)
    except struct.error:
        reason = "It ends in the middle of a record."
    except DamagedError as error:
        reason = str(error)
    raise damaged(name, reason)


def damaged(name: str, reason: str) -> DataError:
    """Error of a file whose records contradict each other."""
    return DataError(
        f"The dictionary of the SPSS file '{name}' is damaged.",
        where=reason,
        hint="copy it again from where it came, or save it again from SPSS.",
    )


def _dictionary(data: bytes) -> Dictionary:
    order = byte_order(data)
    compression, cases = (struct.unpack_from(f"{order}i", data, at)[0] for at in (_COMPRESSION, _CASES))
    (bias,) = struct.unpack_from(f"{order}d", data, _BIAS)
    if compression not in (0, 1, 2) or (compression and not math.isfinite(bias)):
        raise DamagedError(f"Its compression is of kind {compression}, with a bias of {bias}.")
    found = _records(data, order)
    machine = extensions.machine(found.of(extensions.MACHINE), order)
    if machine and machine.numbers in _FOREIGN:
        raise DamagedError("Its numbers are those of an IBM 370 or a VAX.")
    limits = next(
        (Limits(*struct.unpack_from(f"{order}ddd", c)) for c in found.of(extensions.LIMITS)), Limits()
    )
    units = [variable(data, place, order, j, limits) for j, place in enumerate(found.variables)]
    check_widths(units)
    variables, strangers = _joined([v for v in units if v is not None], found)
    labels = _short_labels(data, order, found.labels, units)
    variables = [replace(v, labels=labels.get(v.unit, {})) for v in variables]
    variables, more = _with_long_codes(variables, found, order)
    levels = _levels(found.of(extensions.LEVELS), order, units, variables)
    if levels:
        variables = [replace(v, level=levels[v.unit]) for v in variables]
    return Dictionary(
        order,
        compression,
        bias,
        cases if cases >= 0 else extensions.many_cases(found.of(extensions.MANY_CASES), order),
        len(units),
        found.end[0],
        limits.missing,
        tuple(variables),
        extensions.encoding(found.of(extensions.ENCODING)),
        machine.page if machine else None,
        tuple(dict.fromkeys([*strangers, *more])),
        levels is None,
    )


def _records(data: bytes, order: str) -> _Records:
    """Places of all records up to the end of the dictionary, whose lengths make sense."""
    out, place, before = _Records(), FIRST_RECORD, 0
    while True:
        (kind,) = struct.unpack_from(f"{order}i", data, place)
        if kind == DICTIONARY_END:
            out.end.append(place + 8)
            return out
        _check_numbers(data, order, kind, place)
        step = record_length(data, place, kind, order)
        if step <= 0 or place + step > len(data):
            raise DamagedError(
                f"At byte {place} stands a record of kind {kind} and {step} bytes, after kind {before}."
            )
        if kind == VARIABLE:
            out.variables.append(place)
        elif kind == LABELS:
            out.labels.append(place)
        elif kind == EXTENSION:
            (subtype,) = struct.unpack_from(f"{order}i", data, place + 4)
            out.extensions.setdefault(subtype, []).append(data[place + 16 : place + step])
        place, before = place + step, kind


def _check_numbers(data: bytes, order: str, kind: int, place: int) -> None:
    """The numbers that a record gives of itself lead to its end."""
    one, two, three = struct.unpack_from(f"{order}iii", data, place + 4)
    if kind == VARIABLE and two and struct.unpack_from(f"{order}i", data, place + 32)[0] < 0:
        raise DamagedError(f"The label of the variable at byte {place} has a negative length.")
    if kind == LABELS and not 0 <= one <= len(data) // 16:
        raise DamagedError(f"The value labels at byte {place} are {one}.")
    if kind == EXTENSION and (two < 0 or three < 0):
        raise DamagedError(f"The record at byte {place} has {three} parts of {two} bytes.")


def _joined(heads: Sequence[Variable], found: _Records) -> tuple[list[Variable], list[bytes]]:
    """Variables with very long texts as one and with their long names, and names that none has."""
    widths, lost = _by_place(
        extensions.long_widths(found.of(extensions.LONG_WIDTHS)), [v.short for v in heads]
    )
    out = joined(heads, {heads[j].short: width for j, width in widths.items()})
    names, more = _by_place(extensions.long_names(found.of(extensions.LONG_NAMES)), [v.short for v in out])
    return [replace(v, name=names.get(j, v.name)) for j, v in enumerate(out)], [*lost, *more]


def _by_place(told: Mapping[bytes, T], names: Sequence[bytes]) -> tuple[dict[int, T], list[bytes]]:
    """What is told of names, by the place of each name, and those that are not there."""
    places, out, lost = by_name(names), {}, []
    for name, what in told.items():
        place = places.get(name, places.get(name.upper()))
        if place is None:
            lost.append(name)
        else:
            out[place] = what
    return out, lost


def _short_labels(
    data: bytes, order: str, places: Sequence[int], units: Sequence[Variable | None]
) -> dict[int, dict[Raw, bytes]]:
    """Value labels of numbers and short texts, by the unit where the variable begins."""
    out: dict[int, dict[Raw, bytes]] = {}
    for place in places:
        pairs, owners = value_labels(data, place, order, units)
        for owner in owners:
            out[owner.unit] = {code_of(raw, owner.width, order): label for raw, label in pairs}
    return out


def _with_long_codes(
    variables: Sequence[Variable], found: _Records, order: str
) -> tuple[list[Variable], list[bytes]]:
    """Variables with the value labels and missing codes of texts of more than eight bytes."""
    out, lost = list(variables), []
    places = by_name(v.short for v in out) | by_name(v.name for v in out)
    for name, labels in extensions.long_labels(found.of(extensions.LONG_LABELS), order):
        if (j := places.get(name, places.get(name.upper()))) is None or not out[j].width:
            lost.append(name)
        else:
            out[j] = replace(out[j], labels={text_of(v): label for v, label in labels})
    for name, codes in extensions.long_missing(found.of(extensions.LONG_MISSING), order):
        if (j := places.get(name, places.get(name.upper()))) is None or not out[j].width:
            lost.append(name)
        else:
            spans = [(text_of(c), text_of(c)) for c in codes]
            out[j] = replace(out[j], missing=(*out[j].missing, *spans))
    return out, lost


def _levels(
    contents: Sequence[bytes], order: str, units: Sequence[Variable | None], variables: Sequence[Variable]
) -> dict[int, int] | None:
    """Measurement level by unit: of each variable record, or of each variable; None where they fit neither."""
    if not contents:
        return {v.unit: 0 for v in variables}
    heads = [v for v in units if v is not None]
    for those in (heads, variables):
        found = extensions.levels(contents[-1], order, len(those))
        if found is not None:
            return {v.unit: level for v, level in zip(those, found, strict=True)}
    return None
