"""A codebook as people write it: a table of variables with their labels, in a CSV or on a sheet of a workbook.

=====================================  ==============================================================
one row an answer                      Variable, Label, Value, Value label; the name may stand once
one row a variable                     Variable, Label, Values ("1 = Male; 2 = Female", or by lines)
wording alone                          Variable, Label
=====================================  ==============================================================
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import python_calamine as calamine

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Facts
from survey_analysis.frames.normal import normal
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers import xlsx
from survey_analysis.readers.dictionary_heads import LOOKED_AT, Rows, heading
from survey_analysis.readers.encoding import decode
from survey_analysis.readers.source import Source
from survey_analysis.readers.texts import number_text
from survey_analysis.readers.titles import without_titles
from survey_analysis.readers.xlsx_parts import check_parts, damaged

_DELIMITERS = (",", ";", "\t", "|")
_PAIR = re.compile(
    r"\s*(?P<code>-?\d+(?:\.\d+)?|[A-Za-z]{1,3})\s*(?:=|:|–|—|\.(?=\s)|\)|-(?=\s))\s*(?P<label>.+?)\s*"
)


@dataclass(frozen=True)
class _Table:
    """A codebook's rows under its heading, and the place of each role in them."""

    rows: Rows
    place: dict[str, int]

    def cell(self, row: Sequence[str], role: str) -> str:
        j = self.place.get(role, -1)
        return " ".join(row[j].split()) if 0 <= j < len(row) and role != "pairs" else ""


def sniff(data: bytes) -> bool:
    """Whether the bytes hold a table of variables with labels or values."""
    try:
        return any(_table(rows) for rows in _tables(data, "", LOOKED_AT))
    except (DataError, csv.Error):
        return False


def read(source: Source, raw: RawTable) -> Facts:
    """Wording and value labels of the columns that the table names.

    Raises
    ------
    DataError
        A damaged workbook; one code of a variable with two labels.
    """
    table = next(t for rows in _tables(source.data, source.name) if (t := _table(rows)))
    known = {c.casefold(): c for c in raw.columns}
    wording: dict[str, str] = {}
    labels: dict[str, dict[str, str]] = {}
    name = ""
    for row in table.rows:
        name = table.cell(row, "name") or name
        column = known.get(name.casefold(), name)
        if said := table.cell(row, "label"):
            wording.setdefault(column, said)
        for code, label in _answers(table, row):
            before = labels.setdefault(column, {}).setdefault(normal(code), label)
            if before != label:
                raise DataError(
                    f"'{source.name}' gives two labels to the code {code!r} of '{name}'.",
                    where=f"Found {before!r} and {label!r}.",
                    hint="correct the codebook.",
                )
    return Facts(
        wording={c: w for c, w in wording.items() if w},
        labels={c: tuple(pairs.items()) for c, pairs in labels.items()},
    )


def _answers(table: _Table, row: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Codes and labels in one row: side by side, or several in one cell."""
    code, label = table.cell(row, "value"), table.cell(row, "meaning")
    if code and label:
        yield code, label
        return
    for role in ("value", "meaning"):
        j = table.place.get(role, -1)
        if 0 <= j < len(row):
            yield from pairs_of(row[j])


def pairs_of(cell: str) -> list[tuple[str, str]]:
    """Codes and labels of a cell that lists them; none where it does not.

    Examples
    --------
    >>> pairs_of("1 = Male; 2 = Female"), pairs_of("1=Yes, often, 2=No"), pairs_of("1 to 7")
    ([('1', 'Male'), ('2', 'Female')], [('1', 'Yes, often'), ('2', 'No')], [])
    """
    for split in (r"\n", r";", r"\|", r",(?=\s*-?\w{1,3}\s*[=:])"):
        parts = [p for p in re.split(split, cell) if p.strip()]
        found = [m for p in parts if (m := _PAIR.fullmatch(p))]
        if found and len(found) == len(parts) and (len(found) > 1 or split.startswith(",")):
            return [(m["code"], m["label"]) for m in found]
    return []


def _table(rows: Rows) -> _Table | None:
    """The table, where one of the first rows is a heading of it."""
    found = heading(rows)
    return None if found is None else _Table(rows[found[0] + 1 :], found[1])


def _tables(data: bytes, name: str, most: int | None = None) -> Iterator[Rows]:
    """Rows of every sheet, or of the text file."""
    if xlsx.sniff(data):
        check_parts(data, name)
        try:
            book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
            for sheet in book.sheet_names:
                cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False, nrows=most)
                yield [[_text(c) for c in row] for row in cells]
        except calamine.CalamineError as error:
            raise damaged(name, str(error)) from None
        return
    if data.startswith((b"\x1f\x8b", b"{", b"<", b"PK")) or b"\0" in data[:512]:
        return
    text = decode(data if most is None else data[: 1 << 16].rpartition(b"\n")[0] or data, name).text
    for delimiter in _DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = [row for row, _ in zip(reader, range(most or 1_000_000), strict=False)]
        yield without_titles(rows)[0]


def _text(cell: object) -> str:
    return number_text(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else str(cell)
