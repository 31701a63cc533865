"""`read_table`: a file of any known format as a `RawTable`."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from survey_analysis.errors import DataError
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.decimals import with_decimal
from survey_analysis.readers.registry import choose
from survey_analysis.readers.source import Source
from survey_analysis.readers.titles import total_note


def read_table(
    path: str | Path,
    *,
    encoding: str = "",
    header_rows: int | None = None,
    sheet: str = "",
    delimiter: str = "",
    table: str = "",
    decimal: str = "",
) -> RawTable:
    r"""Read a survey export as text, with the wording, labels and missing codes that the file has.

    The format is found from content before name. Everything the reader had to decide stands in
    `RawTable.notes`; what it cannot decide it refuses. No cell is changed, but for
    the writing of numbers where `decimal` says so, and no row is lost.

    Parameters
    ----------
    path
        CSV, TSV or other delimited text (also .gz), Excel .xlsx, SPSS .sav, .zsav or .por, Stata .dta, SAS
        .sas7bdat or .xpt, Parquet, Arrow or Feather, a DuckDB or SQLite database.
    encoding
        Encoding of the text where detection needs help; for SPSS, Stata and SAS, overrides the one in the file.
    header_rows
        Number of header rows, 1 to 3, where detection needs help.
    sheet
        Sheet of a workbook; the first visible one that is not empty when left out.
    delimiter
        One character.
    table
        Table of a database, or data set of a SAS transport file; needed where there are several.
    decimal
        "," where numbers are written "1.234,5", "." where they are written "1,234.5".

    Raises
    ------
    DataError
        A missing, unreadable, empty or unsupported file; an encoding or delimiter that does not fit or
        is not clear; ragged rows; duplicate column names; an option that the format has no use for.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "answers.csv"
    >>> _ = file.write_text("id;follow\n1;5\n2;4\n")
    >>> raw = read_table(file)
    >>> raw.columns, len(raw), raw.notes
    (('id', 'follow'), 2, ("Delimiter semicolon (';').",))
    """
    if header_rows is not None and header_rows not in (1, 2, 3):
        raise DataError(f"header_rows = {header_rows} is not possible.", hint="give 1, 2 or 3.")
    place = Path(path)
    source = Source(place, None, encoding, header_rows, sheet, delimiter, table, decimal)
    reader, notes = choose(source)
    raw = with_decimal(reader.read(source), decimal)
    ends = _total(raw) if raw.format in ("csv", "xlsx") else ()
    return raw.changed(notes=(*notes, *raw.notes, *ends)) if notes or ends else raw


def _total(raw: RawTable) -> tuple[str, ...]:
    """A note on a last row that reads like a total, from its first filled cell."""
    last = np.array([len(raw) - 1])
    for name in raw.columns:
        text = str(raw.coded(name).rows(last).texts[0])
        if text.strip():
            return total_note([name], [text], len(raw))
    return ()
