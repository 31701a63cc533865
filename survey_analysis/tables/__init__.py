"""One table model, and one file for each way to print it."""

from __future__ import annotations

from survey_analysis.tables.html import to_html
from survey_analysis.tables.markdown import to_markdown
from survey_analysis.tables.model import Align, Cell, Column, Row, RowKind, Span, Table
from survey_analysis.tables.text import to_text
from survey_analysis.tables.typst import to_typst
from survey_analysis.tables.xlsx import Book, Sheet, book_bytes, write_book

__all__ = [
    "Align",
    "Book",
    "Cell",
    "Column",
    "Row",
    "RowKind",
    "Sheet",
    "Span",
    "Table",
    "book_bytes",
    "to_html",
    "to_markdown",
    "to_text",
    "to_typst",
    "write_book",
]
