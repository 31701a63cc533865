"""SAS transport files (.xpt, versions 5 and 8): fixed records, numbers of IBM machines, tagged missing values.

Read here and not through pyreadstat, which leaves out what a tag says and every data set but the first. The
layout is SAS's own: "The Record Layout of a Data Set in SAS Transport (XPORT) Format".
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers import readstat, sas_cells
from survey_analysis.readers.counted import counted_texts
from survey_analysis.readers.frame import table_of
from survey_analysis.readers.headers import checked_names
from survey_analysis.readers.source import Source
from survey_analysis.readers.tables import chosen_table
from survey_analysis.readers.texts import needs_rows
from survey_analysis.readers.xpt_header import Member, Variable, members

_TAGS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ_", dtype=np.uint8)


def sniff(data: bytes) -> bool:
    """Whether the bytes begin like a SAS transport file."""
    return data.startswith((b"HEADER RECORD*******LIBRARY", b"HEADER RECORD*******LIBV8"))


def read(source: Source) -> RawTable:
    """Read one data set of a SAS transport file; see `read_table`."""
    found = members(source)
    named, notes = chosen_table(source, [m.name for m in found])
    member = next(m for m in found if m.name == named)
    rows, blank = _rows(source, member)
    names, more = checked_names([v.name for v in member.variables], source.name)
    needs_rows(source.name, len(rows), len(names))
    encoding, fits = _encoding(source, member, rows)
    columns: dict[str, np.ndarray] = {}
    tags: dict[str, set[str]] = {}
    outside: list[str] = []
    for name, variable in zip(names, member.variables, strict=True):
        cells = rows[:, variable.at : variable.at + variable.width]
        if variable.is_text:
            columns[name] = _strings(cells, encoding)
            continue
        numbers, tag = ibm_numbers(cells)
        texts, lost = counted_texts(numbers, sas_cells.writer(variable.form, numbers))
        columns[name], tags[name] = readstat.with_tags(texts, tag), set(tag) - {""}
        outside += [name] * bool(lost)
    missing = {n: readstat.tag_codes(t, ()) for n, t in tags.items() if t}
    made = table_of(columns, {}, set(), (), source.name, "xpt", source.digest)
    return replace(
        made,
        wording={n: v.label for n, v in zip(names, member.variables, strict=True) if v.label},
        label_sets={
            n: s for n, v in zip(names, member.variables, strict=True) if (s := sas_cells.label_set(v.form))
        },
        missing=missing,
        notes=(
            f"SAS transport file, {fits}.",
            *(n.replace("of the database", "of the file") for n in notes),
            *more,
            *((f"Rows of blanks at the end, left out as filling: {blank}.",) if blank else ()),
            *readstat.tag_note(missing),
            *readstat.columns_note("Dates that no calendar holds, left as numbers, in", outside),
        ),
    )


def ibm_numbers(cells: np.ndarray) -> tuple[pd.Series, np.ndarray]:
    r"""Numbers of IBM's base-16 floating point, and the tags of missing values ("" elsewhere).

    Parameters
    ----------
    cells : uint8 (n, 2 to 8)
        Sign and exponent in the first byte, the fraction in the others; shorter numbers lack its end.

    >>> numbers, tags = ibm_numbers(np.frombuffer(b"A\x18\0\0\0\0\0\0B\0\0\0\0\0\0\0", np.uint8).reshape(2, 8))
    >>> numbers.tolist(), tags.tolist()
    ([1.5, nan], ['', 'B'])
    """
    wide = np.zeros((len(cells), 8), dtype=np.uint8)
    wide[:, : cells.shape[1]] = cells
    first = wide[:, 0]
    fraction = wide.view(">u8")[:, 0] & np.uint64((1 << 56) - 1)
    exponent = 4 * ((first & 0x7F).astype(np.int64) - 64) - 56
    numbers = np.ldexp(fraction.astype(np.float64), exponent) * np.where(first & 0x80, -1.0, 1.0)
    void = (fraction == 0) & (np.isin(first, _TAGS) | (first == ord(".")))
    numbers[void] = np.nan
    letters = np.array([*map(chr, range(256))], dtype=object)
    tags = np.where(void & (first != ord(".")), letters[first], "").astype(object)
    return pd.Series(numbers), tags


def _rows(source: Source, member: Member) -> tuple[np.ndarray, int]:
    """Bytes of the observations, and how many blank ones at the end were taken for filling."""
    data = np.frombuffer(source.data, dtype=np.uint8)[member.start : member.stop]
    width = member.width
    count = len(data) // width if member.rows is None else member.rows
    rest = data[count * width :]
    if count * width > len(data) or (rest != ord(" ")).any() or len(source.data) % 80:
        raise DataError(
            f"'{source.name}' is cut off: its last record is not whole.",
            where=f"{len(source.data)} bytes; observations take {width} bytes each.",
            hint="copy or export it again.",
        )
    rows = data[: count * width].reshape(count, width)
    blank = 0
    if member.rows is None:  # records are filled up to 80 bytes, so short rows may be filling
        while (
            blank < count
            and (len(rest) + (blank + 1) * width) < 80
            and (rows[count - 1 - blank] == ord(" ")).all()
        ):
            blank += 1
    texts_only = all(
        v.is_text for v in member.variables
    )  # no number is a row of blanks, so those are filling
    return rows[: count - blank], blank if texts_only else 0


def _strings(cells: np.ndarray, encoding: str) -> np.ndarray:
    width = cells.shape[1]
    known, codes = np.unique(np.ascontiguousarray(cells).view(f"S{width}")[:, 0], return_inverse=True)
    texts = np.array([v.rstrip(b" ").decode(encoding) for v in known.tolist()], dtype=object)
    out: np.ndarray = texts[codes]
    return out


def _encoding(source: Source, member: Member, rows: np.ndarray) -> tuple[str, str]:
    """Encoding of the texts and a phrase for the note: the format does not say."""
    texts: list[Variable] = [v for v in member.variables if v.is_text]
    tried = (source.encoding,) if source.encoding else ("utf-8", "cp1252")
    for name in tried:
        try:
            for v in texts:
                np.unique(rows[:, v.at : v.at + v.width], axis=0).tobytes().decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        return name, f"text in {name}" + ("" if source.encoding else ", as it fits; the format does not say")
    raise DataError(
        f"The text of '{source.name}' is not {' or '.join(tried)}.",
        hint="give the encoding it was saved in.",
    )
