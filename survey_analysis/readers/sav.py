"""SPSS files (.sav, .zsav): codes as text, value labels, typed user-missing codes, multiple-response sets.

Read here and not through pyreadstat: its C code ends the process on some damaged files, and refuses names with a
character that ends in a byte below 128, as Shift-JIS has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from survey_analysis.errors import DataError
from survey_analysis.frames.coded import CodedColumns
from survey_analysis.frames.facts import Measure
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.readers.readstat import columns_note
from survey_analysis.readers.sav_columns import Texts, columns_of
from survey_analysis.readers.sav_data import blocks
from survey_analysis.readers.sav_dictionary import Dictionary, damaged, read_dictionary
from survey_analysis.readers.sav_encoding import Encoding, encoding_of
from survey_analysis.readers.sav_facts import Facts, facts, label
from survey_analysis.readers.sav_records import MrSet, mr_sets
from survey_analysis.readers.sav_sets import response_sets, set_note
from survey_analysis.readers.sav_variables import by_name
from survey_analysis.readers.source import Source
from survey_analysis.readers.strict import Strict, UndecodableError
from survey_analysis.readers.texts import needs_rows
from survey_analysis.typing import FloatArray

_LEVELS: dict[int, Measure] = {1: "nominal", 2: "ordinal", 3: "scale"}

_CONTROL = re.compile(r"[\x00-\x1f]")

Columns = Sequence[FloatArray | Texts]


def sniff(data: bytes) -> bool:
    """Whether the bytes begin like an SPSS system file."""
    return data[:4] in (b"$FL2", b"$FL3")


def read(source: Source) -> RawTable:
    """Read an SPSS file; see `read_table`."""
    found = read_dictionary(source.data, source.name)
    encoding = encoding_of(source.encoding, found.declared, found.page, source.name)
    rows = blocks(source.data, found, source.name)
    columns = columns_of(rows, found.variables, found.order, found.sysmis)
    needs_rows(source.name, _length(columns), len(columns))
    for codec in encoding.codecs:
        try:
            return _table(source, found, columns, encoding, Strict(codec))
        except UndecodableError as error:
            wrong = error
    raise DataError(
        f"The text of the SPSS file '{source.name}' is not {' or '.join(encoding.codecs)}.",
        where=wrong.where,
        hint=f'give the encoding it was saved in, such as encoding = "{_another(encoding)}".',
    )


def _another(encoding: Encoding) -> str:
    return "cp1252" if "cp1252" not in encoding.codecs else "cp1251"


def _length(columns: Columns) -> int:
    first = columns[0]
    return len(first.codes if isinstance(first, Texts) else first)


def _table(source: Source, found: Dictionary, columns: Columns, encoding: Encoding, text: Strict) -> RawTable:
    names = _names(found, text, source.name)
    said = {n: facts(v, n, c, text) for n, v, c in zip(names, found.variables, columns, strict=True)}
    sets = _sets(source.data, found, names, text)
    wording = {n: f.wording for n, f in said.items() if f.wording}
    labels = {n: f.labels for n, f in said.items() if f.labels}
    rows = _length(columns)
    return RawTable(
        frame=CodedColumns(None, {n: f.cells for n, f in said.items()}, names),  # type: ignore[arg-type]
        wording=wording,
        labels=labels,
        missing={n: f.missing for n, f in said.items() if f.missing},
        notes=(
            encoding.note(text.codec),
            *(
                (f"The file does not say how many rows it holds; {counted(rows, 'was', 'were')} read.",)
                * (found.cases is None)
            ),
            *_missing_note(said),
            *columns_note(
                "Dates that no calendar holds, left as numbers, in", [n for n in said if said[n].outside]
            ),
            *_doubts(found, columns, names, text),
            *map(set_note, sets),
        ),
        measure={
            n: _LEVELS[v.level] for n, v in zip(names, found.variables, strict=True) if v.level in _LEVELS
        },
        sets=response_sets(sets, names, wording, labels),
        digest=source.digest,
        format="sav",
        name=source.name,
    )


def _names(found: Dictionary, text: Strict, file: str) -> list[str]:
    names = [
        text.one(v.name, f"the name of variable {j}").strip(" ")
        for j, v in enumerate(found.variables, start=1)
    ]
    if "" in names or len(set(names)) < len(names) or any(_CONTROL.search(n) for n in names):
        raise damaged(file, "A variable has no name, one with a control character, or one that another has.")
    return names


def _sets(data: bytes, found: Dictionary, names: Sequence[str], text: Strict) -> tuple[MrSet, ...]:
    """Multiple-response sets; they call their variables by the short names, in small letters."""
    places = by_name(v.name for v in found.variables) | by_name(v.short for v in found.variables)

    def said(raw: bytes) -> str:
        return label(raw, "a multiple-response set", text)

    def named(raw: bytes) -> str:
        place = places.get(raw, places.get(raw.upper()))
        return said(raw) if place is None else names[place]

    return mr_sets(data, said, named)


def _missing_note(said: dict[str, Facts]) -> tuple[str, ...]:
    listed = [f"{name} {', '.join(f.spans)}" for name, f in said.items() if f.spans]
    more = f"; and {len(listed) - 5} more columns" if len(listed) > 5 else ""
    return (f"User-missing codes declared in the file: {'; '.join(listed[:5])}{more}.",) if listed else ()


def _doubts(found: Dictionary, columns: Columns, names: Sequence[str], text: Strict) -> tuple[str, ...]:
    """What is in the file and was left out."""
    ended = [
        f"{n} ({c.ended})" for n, c in zip(names, columns, strict=True) if isinstance(c, Texts) and c.ended
    ]
    strangers = [s.decode(text.codec, "backslashreplace") for s in found.strangers]
    levels = "Measurement levels that do not fit the variables were left out."
    return (
        *columns_note("A last character that its field had cut in two was left out in", text.cut),
        *columns_note("Texts end at their first NUL in (rows)", ended),
        *columns_note("Left out what the dictionary says of variables that are not there", strangers),
        *((levels,) * found.unlevelled),
    )
