"""The topline as a document: N and dates under the title, a question a section, how it was done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from survey_analysis.errors import ReportError, closest
from survey_analysis.files import write_file
from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.document import (
    Block,
    Callout,
    Definitions,
    Heading,
    Paragraph,
    Report,
    Run,
    Section,
    TableBlock,
    Text,
    plain,
)
from survey_analysis.reporting.html import to_html
from survey_analysis.reporting.parts import said
from survey_analysis.reporting.pdf import to_pdf
from survey_analysis.reporting.section_method import method_part
from survey_analysis.reporting.tabbook import created_of
from survey_analysis.results.topline import ToplineData, ToplineQuestion
from survey_analysis.tables.docx import docx_bytes
from survey_analysis.tables.estimates import anchor
from survey_analysis.tables.markdown import to_markdown
from survey_analysis.tables.model import Table
from survey_analysis.tables.text import to_text
from survey_analysis.tables.topline import topline_table
from survey_analysis.tables.xlsx import Book, Sheet, book_bytes
from survey_analysis.wording.intervals import weighted
from survey_analysis.wording.lines import date_range, question_wording
from survey_analysis.wording.numbers import count
from survey_analysis.wording.topline import DERIVED, NOT_ASKED, READING, left_out_lines, open_line

FORMATS = ("html", "pdf", "docx", "xlsx", "md", "txt")
SIMULATED = "SIMULATED DATA. No people were surveyed."


def topline_document(data: ToplineData, survey: SurveyData) -> Report:
    """The topline for the report's renderers."""
    asked = [q for q in data.questions if not q.derived]
    sections = [
        Section(anchor("q", question.name), str(i), question.label, _blocks(question))
        for i, question in enumerate(asked, start=1)
    ]
    sections += _derived(data, len(asked) + 1)
    p = data.provenance
    method = method_part(survey, p, (), survey.flow, data.samples)
    method = replace(method, title="How the survey was done")
    return Report(
        title=f"Topline: {survey.study.about.title or survey.study.name}",
        sections=(*sections, _reading(data), method.section("B")),
        created=created_of(p),
        subtitle="Percentages, unless noted. They may not add to 100% because of rounding.",
        meta=_meta(data, survey),
        language=survey.study.about.language,
        banner=SIMULATED if p.simulated else None,
        omitted=left_out_lines(data.left_out, data.checks),
        footer=f"{p.study}. Data {p.data_hash[:12]}." if p.data_hash else p.study,
    )


def _derived(data: ToplineData, number: int) -> list[Section]:
    """What was made from answers, under one heading."""
    made = [q for q in data.questions if q.derived]
    if not made:
        return []
    blocks = [b for q in made for b in (Heading(q.label), *_blocks(q))]
    return [Section("derived", str(number), DERIVED, (Paragraph(NOT_ASKED), *blocks))]


def _blocks(question: ToplineQuestion) -> tuple[Block, ...]:
    table = topline_table(question)
    if table is not None:
        return (TableBlock(table),)
    wording, counted = question_wording(question.topic), Paragraph(open_line(question))
    return (Paragraph((Run(wording, "strong"),)), counted) if wording else (counted,)


def _reading(data: ToplineData) -> Section:
    lines: list[Text] = [(Run(f"{term} ", "strong"), Run(text)) for term, text in reading(data)]
    return Section("reading", "A", "How to read the topline", (Callout("How to read this", tuple(lines)),))


def reading(data: ToplineData) -> tuple[tuple[str, str], ...]:
    """Marks and bases, and whether the figures are weighted."""
    if weighted(data.provenance):
        how = "Percentages, means and medians are weighted; bases and counts are not."
    else:
        how = "Nothing is weighted."
    return (*READING, ("Weights.", how))


def _meta(data: ToplineData, survey: SurveyData) -> tuple[tuple[str, Text], ...]:
    sample = survey.study.sample_of(data.samples[0] if len(data.samples) == 1 else "")
    p = data.provenance
    facts: list[tuple[str, Text]] = [
        ("Respondents", f"N = {count(data.people)}"),
        ("Field dates", said(date_range(p.dates), "When was the survey in the field?")),
        ("Sponsor", said(sample.sponsor, "Who paid for the survey?")),
        ("Conducted by", said(sample.conductor, "Who conducted the survey?")),
        ("Kind of sample", said(p.sample_kind or "", "What kind of sample is it?")),
    ]
    extra = [("Filter", p.where), ("Columns", data.banner), ("Sample", p.sample)]
    return (*facts, *((k, v) for k, v in extra if v))


def topline_content(data: ToplineData, survey: SurveyData, form: str) -> bytes | str:
    """Content of a topline in one format.

    Raises
    ------
    ReportError
        An unknown format.
    MissingExtraError
        .docx without the extra `office`.
    """
    if form not in _WRITERS:
        raise ReportError(f"'{form}' is no format of a topline.", hint=closest(form, FORMATS))
    return _WRITERS[form](topline_document(data, survey))


def write_topline(data: ToplineData, survey: SurveyData, path: str | Path) -> Path:
    """Write a topline in the format of the path's suffix, atomically."""
    target = Path(path)
    return write_file(target, topline_content(data, survey, target.suffix.lower().lstrip(".")))


def _facts(report: Report) -> tuple[tuple[str, str], ...]:
    first = (("Simulated data", "No people were surveyed."),) if report.banner else ()
    return (*first, *((k, plain(v)) for k, v in report.meta), ("Figures", report.subtitle))


def _appendix(report: Report) -> tuple[tuple[str, str], ...]:
    """Questions without a table, reading and method as label and text."""
    out: list[tuple[str, str]] = []
    for section in report.sections:
        if any(isinstance(b, TableBlock) for b in section.blocks):
            continue
        label = section.title
        for block in section.blocks:
            match block:
                case Heading(text):
                    label = text
                case Paragraph(text):
                    out.append((label, plain(text)))
                case Callout(_, lines):
                    out += [(label, plain(line)) for line in lines]
                case Definitions(items):
                    out += [(plain(term), plain(meaning)) for term, meaning in items]
                case _:
                    continue
    return (*out, *(("Not shown", line) for line in report.omitted))


def _docx(report: Report) -> bytes:
    return docx_bytes(
        list(report.tables()),
        title=report.title,
        facts=_facts(report),
        after=_appendix(report),
        created=report.created,
    )


def _xlsx(report: Report) -> bytes:
    names = {}
    for section in report.sections:
        title = section.title
        for block in section.blocks:
            if isinstance(block, Heading):
                title = block.text
            elif isinstance(block, TableBlock):
                names[block.table.id] = title
    return book_bytes(
        Book(
            title=report.title,
            subtitle=report.subtitle,
            sheets=tuple(Sheet(names[t.id], (t,)) for t in report.tables()),
            created=report.created,
            guide=tuple(f"{label.rstrip('.')}. {text}" for label, text in _appendix(report)),
            banner=report.banner,
            facts=_facts(report),
        )
    )


def _joined(render: Callable[[Table], str]) -> Callable[[Report], str]:
    def write(report: Report) -> str:
        head = "\n".join([report.title, *(f"{k}: {v}" for k, v in _facts(report))])
        foot = "\n".join(f"{k}: {v}" for k, v in _appendix(report))
        return "\n\n".join([head, *(render(t) for t in report.tables()), foot]) + "\n"

    return write


_WRITERS: dict[str, Callable[[Report], bytes | str]] = {
    "html": to_html,
    "pdf": to_pdf,
    "docx": _docx,
    "xlsx": _xlsx,
    "md": _joined(to_markdown),
    "txt": _joined(to_text),
}
