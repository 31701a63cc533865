"""DOCX: Word tables that people can go on editing; python-docx is the extra `office`."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from typing import Any

from survey_analysis.errors import MissingExtraError, ReportError
from survey_analysis.fonts import inert
from survey_analysis.tables.docx_style import (
    BASE,
    LABEL,
    NOTE,
    NUMBER,
    SMALL,
    keep_together,
    rule_below,
    set_styles,
    style_table,
)
from survey_analysis.tables.model import Row, Table
from survey_analysis.tables.typst import panels

_MOST = 14  # columns that fit a page on its side
_WIDE = 8  # columns above which labels and letters are smaller
_WHOLE = 18  # rows of a table that is not broken over pages
_PAGE_MM, _NUMBER_MM = 267.0, 26.0
_LABEL_MM = {"": 80.0, SMALL: 58.0}


def docx_bytes(
    tables: Sequence[Table],
    *,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
    after: Sequence[tuple[str, str]] = (),
    created: dt.date,
) -> bytes:
    """Tables as a Word document: head rows that repeat, letters raised, notes below.

    `facts` stand before the tables, `after` under them. A table wider than a page is cut into panels between headings, each with the row labels.

    Raises
    ------
    MissingExtraError
        python-docx is not installed: `pip install "survey-analysis[office]"`.
    ReportError
        There is no table.
    """
    if not tables:
        raise ReportError(f"The document '{title}' has no tables.", hint="add at least one table.")
    document = _document(title, created)
    _facts(document, facts)
    for table in tables:
        _table(document, table)
    _facts(document, after)
    stream = io.BytesIO()
    document.save(stream)
    return _settled(stream.getvalue(), created)


def _facts(document: Any, facts: Sequence[tuple[str, str]]) -> None:
    for label, fact in facts:
        line = document.add_paragraph()
        line.add_run(f"{inert(label).rstrip('.')}: ").bold = True
        line.add_run(inert(fact))


def _document(title: str, created: dt.date) -> Any:
    try:
        from docx import Document  # noqa: PLC0415  an extra
        from docx.enum.section import WD_ORIENT  # noqa: PLC0415
        from docx.shared import Mm  # noqa: PLC0415
    except ImportError as error:
        raise MissingExtraError(
            "Word documents need python-docx.", hint='pip install "survey-analysis[office]"'
        ) from error
    document = Document()
    properties = document.core_properties
    properties.title, properties.author = inert(title), ""
    properties.created = properties.modified = dt.datetime.combine(created, dt.time())
    set_styles(document)
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    page.page_width, page.page_height = Mm(297), Mm(210)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(page, side, Mm(15))
    document.add_heading(inert(title), level=0)
    return document


def _table(document: Any, table: Table) -> None:
    document.add_heading(inert(table.title), level=2)
    if table.base:
        document.add_paragraph(f"Base: {inert(table.base)}", style=BASE)
    for part in panels(table, _MOST):
        _panel(document, table, part)
    for place, note in enumerate(table.notes, start=1):
        line = document.add_paragraph(inert(note), style=NOTE)
        line.paragraph_format.keep_with_next = place < len(table.notes) or None


def _panel(document: Any, table: Table, part: range) -> None:
    heads = 2 if any(table.columns[i].span for i in part) else 1
    small = SMALL if len(part) > _WIDE else ""
    made = document.add_table(rows=heads, cols=len(part) + 1)
    made.autofit = False
    style_table(made)
    if heads == 2:
        _spans(made, table, part, small)
    _heads(made.rows[heads - 1].cells, table, part, small)
    for row in made.rows[:heads]:
        _repeat(row)
    for row in table.rows:
        _row(made, row, part, small)
    keep_together(made, heads, _WHOLE)
    _set_widths(made, len(part), _LABEL_MM[small])


def _heads(cells: Sequence[Any], table: Table, part: range, small: str) -> None:
    _write(cells[0], table.stub, LABEL + small, bold=True)
    for place, i in enumerate(part, start=1):
        column = table.columns[i]
        letter = f" ({column.letter})" if column.letter else ""
        _write(cells[place], column.label + letter, NUMBER + small, bold=True)
    for cell in cells:
        rule_below(cell, heavy=True)


def _set_widths(made: Any, columns: int, label_mm: float) -> None:
    """Labels have room for a line, numbers stand near them; Word reads the widths of cells."""
    from docx.shared import Mm  # noqa: PLC0415  an extra

    widths = [Mm(label_mm), *[Mm(min(_NUMBER_MM, (_PAGE_MM - label_mm) / max(columns, 1)))] * columns]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = width
    for row in made._tbl.tr_lst:  # noqa: SLF001  row.cells would be slow on large tables
        place = 0
        for cell in row.tc_lst:
            cell.width = sum(widths[place : place + cell.grid_span])
            place += cell.grid_span


def _spans(made: Any, table: Table, part: range, small: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH  # noqa: PLC0415  an extra

    first = made.rows[0].cells
    for span in table.spans:
        inside = [i for i in range(span.start, span.start + span.width) if i in part]
        if span.label and inside:
            a, b = inside[0] - part.start + 1, inside[-1] - part.start + 1
            merged = first[a].merge(first[b]) if b > a else first[a]
            _write(merged, span.label, LABEL + small, bold=True)
            merged.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            rule_below(merged, heavy=False)


def _row(made: Any, row: Row, part: range, small: str) -> None:
    cells = made.add_row().cells
    bold = row.kind in {"net", "section"}
    _write(cells[0], "\u2003" * row.indent + row.label, LABEL + small, bold=bold)
    if row.kind == "section":
        cells[0].merge(cells[-1])
        return
    for place, i in enumerate(part, start=1):
        cell = row.cells[i]
        _write(cells[place], cell.text, NUMBER + small, bold=bold, mark=cell.mark)


def _write(cell: Any, text: str, style: str, *, bold: bool = False, mark: str = "") -> None:
    line = cell.paragraphs[0]
    line.style = style
    line.add_run(inert(text)).bold = bold or None
    if mark:
        raised = line.add_run(inert(mark))
        raised.font.superscript, raised.bold = True, False


def _repeat(row: Any) -> None:
    """Head rows stand on every page."""
    from docx.oxml import OxmlElement  # noqa: PLC0415  an extra
    from docx.oxml.ns import qn  # noqa: PLC0415

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)  # noqa: SLF001  python-docx has no name for it


def _settled(content: bytes, created: dt.date) -> bytes:
    """The same archive with the document's own date on every member, so that equal input gives equal bytes."""
    out = io.BytesIO()
    stamp = (max(created.year, 1980), created.month, created.day, 0, 0, 0)
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in sorted(source.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            entry = zipfile.ZipInfo(name, date_time=stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(name))
    return out.getvalue()
