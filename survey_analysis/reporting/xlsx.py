"""XLSX: the tables of a report as a tab book, one sheet a table, numbered as in the report."""

from __future__ import annotations

from survey_analysis.reporting.document import Report, plain
from survey_analysis.tables.xlsx import Book, Sheet, book_bytes


def to_xlsx(report: Report) -> bytes:
    """The tables of the report as a workbook.

    Raises
    ------
    ReportError
        If the report has no table.
    """
    return book_bytes(to_book(report))


def to_book(report: Report) -> Book:
    """The tables of the report as sheets: number first, then as much of the title as a tab can show."""
    numbers = report.numbers()
    sheets = []
    for table in report.tables():
        number = numbers[table.id].rpartition(" ")[2]
        sheets.append(Sheet(f"{number} {table.title}", (table,)))
    return Book(
        title=report.title,
        subtitle=report.subtitle,
        sheets=tuple(sheets),
        created=report.created,
        guide=report.guide,
        banner=report.banner,
        facts=tuple((label, plain(fact)) for label, fact in report.meta),
    )
