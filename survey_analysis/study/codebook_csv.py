"""Codebook tables as CSV text that spreadsheets show as it is and that reads back exactly."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from survey_analysis.study.codebook_table import protect


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    r"""Rows as CSV, missing cells empty, texts protected from being run as formulas.

    Examples
    --------
    >>> csv_text(["column", "text"], [{"column": "q1", "text": "=1+1"}, {"column": "q2"}])
    "column,text\nq1,'=1+1\nq2,\n"
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    quoting = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(columns)
    for row in rows:
        cells = [protect(row.get(c, "")) for c in columns]
        (quoting if any("\r" in x for x in cells) else writer).writerow(cells)  # a bare \r needs quotes too
    return buffer.getvalue()
