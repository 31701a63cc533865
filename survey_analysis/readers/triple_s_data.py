"""The data file of a Triple-S survey: records cut into fields, fields into cells."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias

from survey_analysis.errors import DataError
from survey_analysis.plurals import counted
from survey_analysis.readers.texts import number_text
from survey_analysis.readers.triple_s_file import Definition, Variable

Chosen: TypeAlias = frozenset[str] | None  # codes that were chosen; None where the field is empty


def read_fields(definition: Definition, text: str, name: str) -> tuple[list[list[str]], tuple[str, ...]]:
    """Fields of each variable, one a respondent, and notes; a CSV spread comes with a NUL between fields.

    Raises
    ------
    DataError
        No records, a record that is too short, a CSV row with too few fields.
    """
    body = text.removeprefix("\ufeff").removesuffix("\x1a")
    return (_fixed if definition.layout == "fixed" else _rows)(definition, body, name)


def _fixed(definition: Definition, text: str, name: str) -> tuple[list[list[str]], tuple[str, ...]]:
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    lines = lines[definition.skip :]
    _needs_records(lines, name)
    width = max(v.finish for v in definition.variables)
    short = [(i, len(line)) for i, line in enumerate(lines, definition.skip + 1) if len(line) < width]
    if short:
        shown = ", ".join(f"line {i} has {n}" for i, n in short[:3])
        more = f", and {len(short) - 3} more" if len(short) > 3 else ""
        last = " The last record is one of them." if short[-1][0] == len(lines) + definition.skip else ""
        raise DataError(
            f"{len(short)} of {counted(len(lines), 'record')} of '{name}' {'is' if len(short) == 1 else 'are'} shorter than the variables need.",
            where=f"'{definition.name}' needs {width} characters; {shown}{more}.{last}",
            hint="the file is cut off, in another encoding, or does not belong to this metadata file.",
        )
    beyond = sum(bool(line[width:].strip()) for line in lines)
    notes = (
        (
            f"In '{name}' {counted(beyond, 'record goes', 'records go')} on after character {width}, where no variable lies.",
        )
        if beyond
        else ()
    )
    return [[line[v.start - 1 : v.finish] for line in lines] for v in definition.variables], notes


def _rows(definition: Definition, text: str, name: str) -> tuple[list[list[str]], tuple[str, ...]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        rows = [(reader.line_num, row) for row in reader if row]
    except csv.Error as error:
        raise DataError(
            f"'{name}' is not comma-separated as Triple-S asks.",
            where=f"Line {reader.line_num}: {error}.",
            hint='a quote inside a quoted field is written twice (""); or the file is cut off.',
        ) from None
    rows = rows[definition.skip :]
    _needs_records(rows, name)
    _one_field_each(definition)
    width = max(v.finish for v in definition.variables)
    short = [(line, len(row)) for line, row in rows if len(row) < width]
    if short:
        raise DataError(
            f"{len(short)} of {counted(len(rows), 'row')} of '{name}' {'has' if len(short) == 1 else 'have'} fewer fields than the variables need.",
            where=f"'{definition.name}' needs {width}; line {short[0][0]} has {short[0][1]}.",
            hint="the file is cut off, has another delimiter, or does not belong to this metadata file.",
        )
    extra = Counter(len(row) for _, row in rows if len(row) > width)
    notes = (
        (
            f"In '{name}' {counted(extra.total(), 'row has', 'rows have')} more fields than the {width} described.",
        )
        if extra
        else ()
    )
    return [["\0".join(row[v.start - 1 : v.finish]) for _, row in rows] for v in definition.variables], notes


def _one_field_each(definition: Definition) -> None:
    for v in definition.variables:
        if v.finish > v.start and (v.spread is None or v.spread[0] != v.finish - v.start + 1):
            raise DataError(
                f"'{v.name}' takes {v.finish - v.start + 1} fields of a CSV row.",
                where=f"'{definition.name}': start {v.start}, finish {v.finish}.",
                hint="only a spread multiple may take several fields, one a subfield; export it again.",
            )


def _needs_records(records: Sequence[object], name: str) -> None:
    if not records:
        raise DataError(f"'{name}' has no records.", hint="check the export and its filters.")


def plain_cells(variable: Variable, fields: list[str], name: str) -> list[str]:
    """Cells of a variable that is not multiple: codes without padding, ISO dates and times, texts.

    Raises
    ------
    DataError
        Fields that the type of the variable cannot hold, with their counts.
    """
    if variable.kind == "character":
        return [f.rstrip() for f in fields]
    readers: dict[str, Callable[[str], str]] = {
        "single": (lambda t: t) if variable.literal else _integer,
        "quantity": _number,
        "logical": _truth,
        "date": _date,
        "time": _time,
    }
    return _decoded(variable, fields, readers[variable.kind], name)


def chosen_codes(variable: Variable, fields: list[str], name: str) -> tuple[list[Chosen], tuple[str, ...]]:
    """Codes chosen in each record of a multiple variable, and a note on codes that are not described."""
    known = frozenset(variable.codes)
    if not known:
        raise DataError(
            f"The multiple variable '{variable.name}' has no values.", hint="its codes must be described."
        )
    reader = _bits(variable) if variable.spread is None else _subfields(variable)
    chosen = _decoded(variable, fields, reader, name)
    odd = Counter(code for row in chosen if row for code in row if code not in known)
    if not odd:
        return chosen, ()
    shown = ", ".join(f"{c} ({n})" for c, n in sorted(odd.items())[:5])
    return [row if row is None else row & known for row in chosen], (
        f"'{variable.name}' holds codes that have no value in the metadata, left out as the standard asks: {shown}.",
    )


def _decoded(variable: Variable, fields: list[str], reader: Callable[[str], object], name: str) -> list:  # type: ignore[type-arg]
    """Each distinct field read once; blank is an empty cell."""
    known: dict[str, object] = {}
    bad: Counter[str] = Counter()
    empty: object = None if variable.kind == "multiple" else ""
    for field in dict.fromkeys(fields):
        text = field.replace("\0", " ").strip()
        try:
            known[field] = reader(field if variable.kind == "multiple" else text) if text else empty
        except ValueError:
            bad[field] = 0
    if bad:
        bad.update(f for f in fields if f in bad)
        shown = ", ".join(f"{f!r} ({n})" for f, n in bad.most_common(4))
        first = next(i for i, f in enumerate(fields, 1) if f in bad)
        raise DataError(
            f"{counted(bad.total(), 'record holds', 'records hold')} something that the {variable.kind} '{variable.name}' cannot be.",
            where=f"'{name}': {shown}; the first is record {first}.",
            hint="the data and the metadata file do not belong together, or the data were edited.",
        )
    return [known[f] for f in fields]


def _integer(text: str) -> str:
    if not (text.isascii() and text.removeprefix("-").isdigit()):
        raise ValueError(text)
    return str(int(text))


def _number(text: str) -> str:
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", text, flags=re.ASCII):
        raise ValueError(text)
    if len(text) > 15:  # more digits than a float holds: an identifier, kept as written
        return text.lstrip("+")
    return number_text(float(text))


def _truth(text: str) -> str:
    if text not in ("0", "1"):
        raise ValueError(text)
    return text


def _date(text: str) -> str:
    return "" if text == "00000000" else dt.datetime.strptime(text, "%Y%m%d").date().isoformat()  # noqa: DTZ007


def _time(text: str) -> str:
    return dt.datetime.strptime(text, "%H%M%S").time().isoformat()  # noqa: DTZ007


def _bits(variable: Variable) -> Callable[[str], frozenset[str]]:
    """One character a code; those after the last described code are padding."""
    need = max(int(c) for c in variable.codes)

    def read(field: str) -> frozenset[str]:
        if len(field) < need or set(field) - set("01 "):
            raise ValueError(field)
        return frozenset(str(i) for i, x in enumerate(field, 1) if x == "1")

    return read


def _subfields(variable: Variable) -> Callable[[str], frozenset[str]]:
    """Codes in consecutive subfields; blank and 0 are subfields that were not needed."""
    assert variable.spread is not None  # noqa: S101  the caller has looked
    count, given = variable.spread
    width = given or max(len(c) for c in variable.codes)

    def read(field: str) -> frozenset[str]:
        if "\0" in field:
            parts = field.split("\0")[:count]
        elif count == 1:
            parts = [field]
        else:
            parts = [field[i * width : (i + 1) * width] for i in range(count)]
            if field[count * width :].strip(" 0"):
                raise ValueError(field)
        codes = (p.strip() for p in parts)
        if variable.literal:
            return frozenset(c for c in codes if c)
        return frozenset(number for c in codes if c and (number := _integer(c)) != "0")

    return read
