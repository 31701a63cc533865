"""The tab book: banner tables as a workbook, an index in front, how to read it behind."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from survey_analysis.reporting.files import write_file
from survey_analysis.results.crosstab import BookData
from survey_analysis.tables.crosstabs import crosstab_table
from survey_analysis.tables.layout import Layout
from survey_analysis.tables.xlsx import Book, Sheet, book_bytes
from survey_analysis.wording.howto import how_to_read


def write_tabbook(book: BookData, path: str | Path) -> Path:
    """Write the tables of a book, one sheet each, atomically.

    Raises
    ------
    ReportError
        The folder is missing, full or read-only.
    """
    sheets = tuple(Sheet(t.topic.question, (crosstab_table(t, Layout(decimals=1)),)) for t in book.tables)
    guide = tuple(f"{line.term} {line.text}" for line in how_to_read(book.provenance))
    title = f"{book.provenance.study}: {book.banner or 'total'}"
    banner = "SIMULATED DATA" if book.provenance.simulated else None
    content = book_bytes(
        Book(title=title, subtitle="", sheets=sheets, created=_created(book), guide=guide, banner=banner)
    )
    return write_file(Path(path), content)


def _created(book: BookData) -> dt.date:
    """The last field date, so that equal input gives equal bytes."""
    for text in reversed(book.provenance.dates):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            continue
    return dt.date(2000, 1, 1)
