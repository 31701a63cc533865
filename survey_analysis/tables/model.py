"""The one table model: what every renderer prints, and nothing about how.

A cell arrives with its text already formatted, so a number reads the same in a notebook, a page, a
PDF and a workbook. The unrounded value travels beside it for spreadsheets only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from survey_analysis.errors import ReportError
from survey_analysis.plurals import counted

Align = Literal["left", "right", "center"]
RowKind = Literal["body", "base", "net", "section"]

_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\Z")


def check_id(name: str, what: str) -> None:
    """Raise unless a name can serve as an anchor in a page and a PDF."""
    if not _ID.match(name):
        raise ReportError(
            f"'{name}' cannot be the id of {what}.",
            where="ids begin with a letter and hold letters, digits, '.', '_' and '-'.",
            hint="derive the id from the question's name.",
        )


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry of a table.

    Parameters
    ----------
    text
        What is printed, everywhere.
    value
        The unrounded number behind it; a workbook stores this instead of the text.
    number_format
        Spreadsheet format that prints `value` as `text`, such as ``"0.0"`` or ``"#,##0"``.
    mark
        Letters or base marks printed small beside the number, such as ``"BC"`` or ``"*"``.
    align
        Side of the column; None takes the column's.
    bar
        Length of a small bar beside the number, 0 to 1; pages, PDF and workbooks draw it, text does not.
    """

    text: str
    value: float | None = None
    number_format: str = "General"
    mark: str = ""
    align: Align | None = None
    bar: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, the heading it shares with neighbours, and the letter that names it."""

    label: str
    span: str = ""
    letter: str = ""
    align: Align = "right"


@dataclass(frozen=True, slots=True)
class Row:
    """A row: label, cells, its kind and how far its label is indented.

    A ``base`` row counts respondents, a ``net`` row sums answers and is set bold, a ``section`` row is a
    heading over the rows below it and has no cells.
    """

    label: str
    cells: tuple[Cell, ...] = ()
    kind: RowKind = "body"
    indent: int = 0


@dataclass(frozen=True, slots=True)
class Span:
    """Neighbouring columns under one shared heading; `label` is empty when there is none."""

    label: str
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table to be looked at.

    Parameters
    ----------
    id
        Anchor, unique in a document.
    title
        The caption.
    columns, rows
        The columns right of the row labels, and the rows.
    notes
        Lines under the table: test, level, comparison sets, marks.
    base
        Who the percentages are of, without the word "Base".
    stub
        Heading over the row labels, if they need one.

    Raises
    ------
    ReportError
        If a row's cells do not match the columns, or the id cannot be an anchor.

    Examples
    --------
    >>> Table("follow", "Would follow", (Column("All"),), (Row("Likely", (Cell("82", 82.1),)),))
    Would follow
    <BLANKLINE>
             All
    ------------
    Likely    82
    """

    id: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    base: str = ""
    stub: str = ""

    def __post_init__(self) -> None:
        check_id(self.id, f"table '{self.title}'")
        if not self.title.strip():
            raise ReportError(
                f"Table '{self.id}' has no title.", hint="say what is shown; it is the caption."
            )
        for row in self.rows:
            expected = 0 if row.kind == "section" else len(self.columns)
            if len(row.cells) != expected:
                raise ReportError(
                    f"Row '{row.label}' has {counted(len(row.cells), 'cell')} where {counted(expected, 'is expected', 'are expected')}.",
                    where=f"table '{self.id}', {counted(len(self.columns), 'column')}",
                    hint="give one cell a column, and none to a section row.",
                )

    @property
    def spans(self) -> tuple[Span, ...]:
        """Runs of neighbouring columns with the same shared heading; each unheaded column is its own."""
        found: list[Span] = []
        for label, run in groupby(range(len(self.columns)), key=lambda i: self.columns[i].span):
            places = list(run)
            if label:
                found.append(Span(label, places[0], len(places)))
            else:
                found.extend(Span("", i, 1) for i in places)
        return tuple(found)

    @property
    def has_spans(self) -> bool:
        """Whether any column shares a heading, so that the head has two lines."""
        return any(column.span for column in self.columns)

    @property
    def has_letters(self) -> bool:
        """Whether columns are named by letters."""
        return any(column.letter for column in self.columns)

    def align(self, row: Row, index: int) -> Align:
        """Side of one cell: its own, or its column's."""
        return row.cells[index].align or self.columns[index].align

    def mark_width(self, index: int) -> int:
        """Longest mark of a column, so that renderers reserve the same room in every row."""
        return max((len(row.cells[index].mark) for row in self.rows if row.cells), default=0)

    def blocks(self) -> Iterator[tuple[Row | None, tuple[Row, ...]]]:
        """Rows grouped under their section rows; the first group may have none."""
        head: Row | None = None
        body: list[Row] = []
        for row in self.rows:
            if row.kind == "section":
                if head is not None or body:
                    yield head, tuple(body)
                head, body = row, []
            else:
                body.append(row)
        if head is not None or body:
            yield head, tuple(body)

    def to_text(self) -> str:
        """The table as plain text."""
        from survey_analysis.tables.text import to_text  # noqa: PLC0415  (renderers need the model)

        return to_text(self)

    def to_markdown(self) -> str:
        """The table as GitHub-flavoured Markdown."""
        from survey_analysis.tables.markdown import to_markdown  # noqa: PLC0415

        return to_markdown(self)

    def to_latex(self) -> str:
        """The table as LaTeX, for `booktabs` and `longtable`."""
        from survey_analysis.tables.latex import to_latex  # noqa: PLC0415

        return to_latex(self)

    def to_html(self) -> str:
        """The table as HTML with a style of its own, for a notebook or a page without one."""
        from survey_analysis.tables.html import to_html  # noqa: PLC0415

        return to_html(self, style="notebook")

    def __repr__(self) -> str:
        from survey_analysis.tables.text import to_text  # noqa: PLC0415  (the text renderer needs the model)

        return to_text(self)

    def _repr_html_(self) -> str:
        from survey_analysis.tables.html import to_html  # noqa: PLC0415

        return to_html(self, style="notebook")
