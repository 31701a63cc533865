"""The tab book: banner tables as a workbook, a page, a PDF or a document, with an index and how to read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from survey_analysis.errors import ReportError, closest
from survey_analysis.files import write_file
from survey_analysis.reporting.document import Callout, Definitions, Report, Run, Section, TableBlock
from survey_analysis.reporting.html import to_html
from survey_analysis.reporting.pdf import to_pdf
from survey_analysis.results.crosstab import BookData, CrosstabData
from survey_analysis.results.letters import LetterRule
from survey_analysis.results.provenance import Provenance
from survey_analysis.tables.crosstabs import crosstab_table
from survey_analysis.tables.docx import docx_bytes
from survey_analysis.tables.latex import to_latex
from survey_analysis.tables.layout import Layout
from survey_analysis.tables.markdown import to_markdown
from survey_analysis.tables.model import Table
from survey_analysis.tables.text import to_text
from survey_analysis.tables.xlsx import Book, Sheet, book_bytes
from survey_analysis.wording.apa import apa_lines
from survey_analysis.wording.howto import Reading, how_to_read
from survey_analysis.wording.lines import date_range

Named = tuple[str, Table]
FORMATS = ("xlsx", "html", "pdf", "docx", "md", "tex", "txt")


def write_tabbook(
    book: BookData, path: str | Path, layout: Layout | None = None, *, extra: tuple[Named, ...] = ()
) -> Path:
    """Write a book in the format of the path's suffix, atomically.

    Parameters
    ----------
    book : BookData
    path : path
        Ends in .xlsx, .html, .pdf, .docx, .md, .tex or .txt.
    layout : Layout, optional
        What the tables print.
    extra : tuple of (name, Table)
        Pages that stand before the tables.

    Raises
    ------
    ReportError
        An unknown format; no table; the folder is missing, full or read-only; a table that does not fit.
    """
    target = Path(path)
    form = target.suffix.lower().lstrip(".")
    return write_file(target, tabbook_content(book, form, layout or Layout(), extra=extra))


def tabbook_content(
    book: BookData, form: str, layout: Layout, *, extra: tuple[Named, ...] = ()
) -> bytes | str:
    """Content of a book in one format.

    Raises
    ------
    ReportError
        An unknown format; no table; a table that does not fit.
    """
    if form not in _WRITERS:
        raise ReportError(f"'{form}' is no format of a tab book.", hint=closest(form, FORMATS))
    return _WRITERS[form](book, layout, extra)


def tables_of(book: BookData, layout: Layout, extra: tuple[Named, ...] = ()) -> list[Named]:
    """Every page by name: what stands before, then a table a question (and weight)."""
    made = [(_name(t), crosstab_table(t, layout)) for t in book.tables]
    return [*extra, *made]


def _name(crosstab: CrosstabData) -> str:
    return (crosstab.topic.short or crosstab.topic.question) + (
        f", {crosstab.weight}" if crosstab.weight else ""
    )


def _xlsx(book: BookData, layout: Layout, extra: tuple[Named, ...]) -> bytes:
    return book_bytes(
        Book(
            title=title_of(book),
            subtitle=_subtitle(book),
            sheets=tuple(Sheet(name, (table,)) for name, table in tables_of(book, layout, extra)),
            created=created(book),
            guide=tuple(f"{line.term} {line.text}" for line in _guide(book)),
            banner="SIMULATED DATA. No people were surveyed." if book.provenance.simulated else None,
            facts=tuple(settings(book)),
            footer=" · ".join(f"{k}: {v}" for k, v in settings(book) if k in ("Filter", "Letters")),
        )
    )


def book_document(book: BookData, layout: Layout, extra: tuple[Named, ...] = ()) -> Report:
    """The book as a document of the report's renderers: one section a table, how to read it first."""
    sections = [
        Section(f"s-{table.id}", str(i), name, (TableBlock(table),))
        for i, (name, table) in enumerate(tables_of(book, layout, extra), start=1)
    ]
    lines = tuple((Run(f"{x.term} ", "strong"), Run(x.text)) for x in _guide(book))
    facts = Definitions(tuple(settings(book)))
    guide = Section("how-to-read", "A", "How to read the tables", (Callout("How to read this", lines), facts))
    return Report(
        title=title_of(book),
        sections=(*sections, guide),
        created=created(book),
        subtitle=_subtitle(book),
        meta=tuple(
            (k, v) for k, v in settings(book) if k in ("Field dates", "Kind of sample", "Letters", "Filter")
        ),
        banner="SIMULATED DATA. No people were surveyed." if book.provenance.simulated else None,
        footer=f"{book.provenance.study}. Data {book.provenance.data_hash[:12]}.",
    )


def title_of(book: BookData) -> str:
    """Study and banner."""
    return (
        f"{book.provenance.study}: tables by {book.banner}"
        if book.banner
        else f"{book.provenance.study}: tables"
    )


def _subtitle(book: BookData) -> str:
    return f"Filter: {book.provenance.where}" if book.provenance.where else ""


def settings(book: BookData) -> list[tuple[str, str]]:
    """What the numbers rest on: field, sample, weighting, filter, letters, versions."""
    p = book.provenance
    facts = [
        ("Field dates", date_range(p.dates) if p.dates else ""),
        ("Kind of sample", p.sample_kind or ""),
        ("Design", p.design),
        ("Weighting", p.weighting),
        ("Cleaning", p.cleaning),
        ("Filter", p.where),
        ("Letters", _rule(book)),
        ("Data, SHA-256", p.data_hash),
        ("Version", p.versions.get("survey-analysis", "")),
    ]
    return [(k, v) for k, v in facts if v]


def _rule(book: BookData) -> str:
    tested = [t.letters for t in book.tables if t.letters is not None]
    if not tested:
        return "none"
    rule: LetterRule = tested[0].rule
    against = rule.against if isinstance(rule.against, str) else "chosen pairs"
    levels = ", ".join(f"{100 * x:g}%" for x in rule.levels)
    adjusted = "not adjusted" if rule.adjust == "none" else f"{rule.adjust} over the {rule.family}"
    return f"{rule.convention or 'design-based'}, against {against}, {levels}, {adjusted}"


def _guide(book: BookData) -> tuple[Reading, ...]:
    tests = sum(t.letters.tests for t in book.tables if t.letters is not None)
    rules = [t.letters.rule for t in book.tables if t.letters is not None]
    alpha = 1 - rules[0].levels[0] if rules else 0.05
    margin = rules[0].margin if rules else None
    return how_to_read(book.provenance, letter_tests=tests, alpha=alpha, delta=margin)


def created(book: BookData) -> dt.date:
    """The last field date, so that equal input gives equal bytes."""
    return created_of(book.provenance)


def created_of(provenance: Provenance) -> dt.date:
    """The last field date of a result's survey."""
    for text in reversed(provenance.dates):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            continue
    return dt.date(2000, 1, 1)


def _docx(book: BookData, layout: Layout, extra: tuple[Named, ...]) -> bytes:
    plain = replace(layout, tests=False)  # in Word the tests stand as APA writes them
    tables = [table for _, table in extra]
    for crosstab in book.tables:
        table = crosstab_table(crosstab, plain)
        tests = apa_lines(crosstab) if layout.tests else ()
        tables.append(replace(table, notes=(*table.notes, *tests)))
    return docx_bytes(tables, title=title_of(book), facts=settings(book), created=created(book))


def _joined(render: Callable[[Table], str]) -> Callable[[BookData, Layout, tuple[Named, ...]], str]:
    def write(book: BookData, layout: Layout, extra: tuple[Named, ...]) -> str:
        return "\n\n".join(render(table) for _, table in tables_of(book, layout, extra)) + "\n"

    return write


_WRITERS: dict[str, Callable[[BookData, Layout, tuple[Named, ...]], bytes | str]] = {
    "xlsx": _xlsx,
    "html": lambda b, x, e: to_html(book_document(b, x, e)),
    "pdf": lambda b, x, e: to_pdf(book_document(b, x, e)),
    "docx": _docx,
    "md": _joined(to_markdown),
    "tex": _joined(to_latex),
    "txt": _joined(to_text),
}
