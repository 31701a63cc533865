"""SPSS portable files (.por): codes as text, value labels, user-missing codes.

Read here and not through pyreadstat, which empties the cells that hold user-missing codes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers import readstat, spss_cells
from survey_analysis.readers.counted import counted_texts
from survey_analysis.readers.frame import table_of
from survey_analysis.readers.headers import checked_names
from survey_analysis.readers.missing_kinds import missing_kind
from survey_analysis.readers.por_records import TAG, DamagedError, Parser, Portable, Variable, one_line
from survey_analysis.readers.source import Source
from survey_analysis.readers.texts import needs_rows
from survey_analysis.study.scales import MissingCode


def sniff(data: bytes) -> bool:
    """Whether the bytes begin like a portable file."""
    return one_line(data[:600])[456:464] == TAG


def read(source: Source) -> RawTable:
    """Read a portable file; see `read_table`."""
    try:
        found = Parser(source.data).parse()
    except DamagedError as error:
        raise DataError(
            f"The SPSS portable file '{source.name}' cannot be read.",
            where=f"{str(error).capitalize()}.",
            hint="the file is cut off or damaged: export it again, or save it as .sav.",
        ) from None
    encoding, fits = _encoding(source, found)
    lay = [v.name.decode(encoding) for v in found.variables]
    names, more = checked_names(lay, source.name)
    needs_rows(source.name, len(found.cells[0]), len(names))
    columns, labels, missing, outside = {}, {}, {}, []
    for j, (name, variable) in enumerate(zip(names, found.variables, strict=True)):
        columns[name], code, lost = _column(variable, found, j, encoding)
        outside += [name] * bool(lost)
        if variable.labels:
            labels[name] = tuple((code(v), t.decode(encoding).strip()) for v, t in variable.labels.items())
        if codes := _missing(variable, columns[name], code, dict(labels.get(name, ()))):
            missing[name] = codes
    made = table_of(columns, labels, set(), (), source.name, "por", source.digest)
    return replace(
        made,
        wording=readstat.wording_of(
            {n: v.label.decode(encoding) for n, v in zip(names, found.variables, strict=True)}
        ),
        missing=missing,
        notes=(
            f"SPSS portable file, {fits}.",
            *more,
            *readstat.columns_note("Columns with user-missing codes declared in the file", missing),
            *readstat.columns_note("Dates that no calendar holds, left as numbers, in", outside),
        ),
    )


def _column(
    variable: Variable, found: Portable, j: int, encoding: str
) -> tuple[np.ndarray, Callable[[object], str], int]:
    """Text cells of a variable, how it writes a code, and how many dates no calendar holds."""
    if variable.width:

        def text(value: object) -> str:
            return bytes(value).rstrip(b" ").decode(encoding)  # type: ignore[call-overload, no-any-return]

        return np.array([text(v) for v in found.cells[j]], dtype=object), text, 0
    write = spss_cells.writer(variable.form)
    numbers = pd.Series(found.cells[j], dtype="float64")
    texts, lost = counted_texts(numbers, write)
    return texts, lambda v: "" if v is None else spss_cells.safely(write, float(v)), lost


def _missing(
    variable: Variable, cells: np.ndarray, code: Callable[[object], str], labels: dict[str, str]
) -> tuple[MissingCode, ...]:
    """Single codes as declared; of a range, the codes that the data or the labels hold."""
    codes: dict[str, None] = {}
    held = dict.fromkeys([*cells.tolist(), *labels])
    for low, high in variable.missing:
        if low == high:
            codes[code(low)] = None
        elif not variable.width:
            codes |= dict.fromkeys(sorted((c for c in held if _between(c, low, high)), key=float))
    return tuple(
        MissingCode(code=c, kind=missing_kind(labels.get(c, "")), label=labels.get(c, "")) for c in codes
    )


def _between(text: str, low: object, high: object) -> bool:
    try:
        return float(low) <= float(text) <= float(high)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


def _encoding(source: Source, found: Portable) -> tuple[str, str]:
    """Encoding of the texts and a phrase for the note: the format does not say."""
    texts = [t for v in found.variables for t in (v.name, v.label, *v.labels.values())]
    texts += [c for cells, v in zip(found.cells, found.variables, strict=True) if v.width for c in cells]  # type: ignore[misc]
    tried = (source.encoding,) if source.encoding else ("utf-8", "cp1252")
    for name in tried:
        try:
            for text in texts:
                text.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        return name, f"text in {name}" + ("" if source.encoding else ", as it fits; the format does not say")
    raise DataError(
        f"The text of '{source.name}' is not {' or '.join(tried)}.", hint="give the encoding it was saved in."
    )
