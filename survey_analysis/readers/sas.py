"""SAS data sets (.sas7bdat) through pyreadstat, and catalogs of their value labels (.sas7bcat)."""

from __future__ import annotations

import struct
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyreadstat

from survey_analysis.errors import DataError
from survey_analysis.frames.facts import Facts, Labels
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers import readstat, sas_cells
from survey_analysis.readers.counted import counted_texts
from survey_analysis.readers.headers import checked_names
from survey_analysis.readers.source import Source
from survey_analysis.readers.texts import cell_text, needs_rows, number_text

_MAGIC = b"\0" * 12 + b"\xc2\xea\x81"
_REST = b"\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11"
_SWELL = 1000  # times a file may grow in memory; compressed rows of blanks come to some hundred


def sniff(data: bytes) -> bool:
    """Whether the bytes begin like a SAS data set."""
    return data.startswith(_MAGIC + b"\x60" + _REST)


def sniff_catalog(data: bytes) -> bool:
    """Whether the bytes begin like a SAS catalog."""
    return data.startswith(_MAGIC + b"\x63" + _REST)


def read(source: Source) -> RawTable:
    """Read a SAS data set; see `read_table`."""
    _check_length(source)
    _, told = readstat.load(source, "SAS file", pyreadstat.read_sas7bdat, metadataonly=True)
    _check_promise(source, int(told.number_rows or 0), len(told.column_names))
    frame, meta = readstat.load(source, "SAS file", pyreadstat.read_sas7bdat, user_missing=True)
    readstat.check_rows(source, told.number_rows, len(frame))
    names, notes = checked_names([str(n or "") for n in meta.column_names], source.name)
    needs_rows(source.name, len(frame), len(names))
    told_forms = {n: str(meta.original_variable_types.get(n) or "") for n in meta.column_names}
    forms = {n: "" if form == "NULL" else form for n, form in told_forms.items()}  # so before pyreadstat 1.3
    columns: dict[str, np.ndarray] = {}
    missing = {}
    outside: list[str] = []
    for j, (name, lay) in enumerate(zip(names, meta.column_names, strict=True)):
        values = frame.iloc[:, j]
        if str(meta.readstat_variable_types[lay]).startswith("string"):
            columns[name] = np.array([cell_text(v) for v in values], dtype=object)
            continue
        numbers, tags = readstat.split_tags(values)
        texts, lost = counted_texts(numbers, sas_cells.writer(forms[lay], numbers))
        columns[name] = readstat.with_tags(texts, tags)
        missing[name] = readstat.tag_codes(set(tags) - {""}, ())
        outside += [name] * bool(lost)
    missing = {n: codes for n, codes in missing.items() if codes}
    return RawTable(
        frame=pd.DataFrame(columns, columns=names, dtype=object, copy=False),
        wording=readstat.wording_of(meta.column_names_to_labels),
        label_sets={
            n: s for n, lay in zip(names, forms, strict=True) if (s := sas_cells.label_set(forms[lay]))
        },
        missing=missing,
        notes=(
            f"SAS file, text in {str(source.encoding or meta.file_encoding or 'an unknown encoding').lower()}.",
            *notes,
            *readstat.tag_note(missing),
            *readstat.columns_note("Dates that no calendar holds, left as numbers, in", outside),
        ),
        digest=source.digest,
        format="sas7bdat",
        name=source.name,
    )


def read_catalog(source: Source, raw: RawTable) -> Facts:
    """Value labels of the columns whose format a SAS catalog defines."""
    _, meta = readstat.load(source, "SAS catalog", _catalog)
    sets = {str(name).upper(): _labels(str(name), pairs) for name, pairs in meta.value_labels.items()}
    if not raw.label_sets:
        raise DataError(
            f"'{raw.name}' names no format that a catalog could define.",
            hint="give the catalog with the .sas7bdat or .xpt file it belongs to.",
        )
    labels = {c: sets[s] for c, s in raw.label_sets.items() if s in sets}
    missing = {}
    for column, pairs in labels.items():
        tags = [m.code[1:] for m in raw.missing.get(column, ())]
        if codes := readstat.tag_codes(tags, pairs):
            missing[column] = codes
    lacking = sorted({s for s in raw.label_sets.values() if s not in sets})
    return Facts(
        labels=labels,
        missing=missing,
        notes=readstat.columns_note(f"'{source.name}' does not define the formats", lacking),
    )


def _catalog(path: str, *, encoding: str | None, **_: object) -> tuple[pd.DataFrame, object]:
    frame, meta = pyreadstat.read_sas7bcat(path, encoding=encoding)
    return frame, meta


def _labels(name: str, pairs: Mapping[object, str]) -> Labels:
    texts = name.startswith("$")
    return tuple((_code(value, texts=texts), str(label)) for value, label in pairs.items())


def _code(value: object, *, texts: bool) -> str:
    if isinstance(value, int | float):
        return number_text(value)
    return str(value) if texts else f".{value}"


def _check_length(source: Source) -> None:
    """The file has the pages that its header announces."""
    head = source.head
    try:
        wide, shift, order = head[32] == 0x33, 4 * (head[35] == 0x33), "<" if head[37] == 1 else ">"
        header, page = struct.unpack_from(f"{order}II", head, 196 + shift)
        (pages,) = struct.unpack_from(order + ("Q" if wide else "I"), head, 204 + shift)
    except (struct.error, IndexError):
        header, page, pages = source.size + 1, 0, 0
    if header + page * pages > source.size:
        raise DataError(
            f"The SAS file '{source.name}' is cut off or damaged.",
            where=f"Its header announces {pages} pages of {page} bytes; the file has {source.size} bytes.",
            hint="copy or export it again.",
        )


def _check_promise(source: Source, rows: int, columns: int) -> None:
    """No memory is asked for that a file of this size cannot fill."""
    if rows > source.size or 8 * rows * columns > _SWELL * source.size:
        raise DataError(
            f"The header of the SAS file '{source.name}' is damaged.",
            where=f"It announces {rows} rows of {columns} columns in {source.size} bytes.",
            hint="copy it again from where it came, or save it again.",
        )
