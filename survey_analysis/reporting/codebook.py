"""The codebook as a document: a question a section, with wording, routing, answers and who did not give one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from survey_analysis.errors import ReportError, closest
from survey_analysis.files import write_file
from survey_analysis.frames.data import SurveyData
from survey_analysis.plurals import counted
from survey_analysis.reporting.document import (
    Block,
    Callout,
    Definitions,
    Paragraph,
    Report,
    Run,
    Section,
    TableBlock,
    Text,
    plain,
)
from survey_analysis.reporting.finder import to_found_html
from survey_analysis.reporting.pdf import to_pdf
from survey_analysis.reporting.tabbook import created_of
from survey_analysis.results.codebook import CodebookData, CodebookQuestion
from survey_analysis.tables.codebook import (
    columns_text,
    long_codes_text,
    missing_codes_text,
    overview_table,
    question_anchor,
    question_table,
)
from survey_analysis.tables.xlsx import Book, Sheet, book_bytes
from survey_analysis.wording.audit import base_line
from survey_analysis.wording.codebook import FAVOURABLE, answered_line, facts_line, number_text, reading
from survey_analysis.wording.lines import date_range
from survey_analysis.wording.numbers import count
from survey_analysis.wording.questions import questions_counted

FORMATS = ("html", "pdf", "xlsx")
SIMULATED = "SIMULATED DATA. No people were surveyed."


def codebook_report(data: CodebookData, survey: SurveyData) -> Report:
    """The codebook for the report's renderers.

    Raises
    ------
    ReportError
        There is no question.
    """
    if not data.questions:
        raise ReportError("The codebook has no question.", hint="the data have no columns.")
    shown = [q for q in data.questions if not q.personal]
    labels = Counter(q.label for q in shown)
    sections = [
        Section(
            question_anchor(i, q),
            str(i),
            f"{q.label} ({q.name})" if labels[q.label] > 1 else q.label,
            _blocks(q, data, question_anchor(i, q)),
        )
        for i, q in enumerate(shown, start=1)
    ]
    p = data.provenance
    told = questions_counted(survey.study, sum(q.inferred for q in data.questions))
    return Report(
        title=f"Codebook: {survey.study.about.title or survey.study.name}",
        sections=(*sections, *_appendix(data, survey)),
        created=created_of(p),
        subtitle=f"{told}, in {counted(data.columns, 'column')} of the data.",
        meta=_meta(data, survey),
        language=survey.study.about.language,
        banner=SIMULATED if p.simulated else None,
        footer=f"{p.study}. Data {p.data_hash[:12]}." if p.data_hash else p.study,
    )


def _blocks(q: CodebookQuestion, data: CodebookData, name: str) -> tuple[Block, ...]:
    blocks: list[Block] = [Paragraph((Run(q.name, "code"), Run(f" {facts_line(q)}")), "small")]
    if q.wording:
        blocks.append(Paragraph(q.wording, "lead"))
    facts = _facts(q)
    if facts:
        blocks.append(Definitions(facts))
    table = question_table(q, data, id_=f"{name}.answers")
    return (*blocks, TableBlock(table)) if table is not None else tuple(blocks)


def _facts(q: CodebookQuestion) -> tuple[tuple[Text, Text], ...]:
    one = q.parts[0] if len(q.parts) == 1 else None
    ends = [number_text(x) for x in q.valid_range] if q.valid_range else []
    facts: list[tuple[str, Text]] = [
        (
            "Columns" if len(q.columns) > 1 else "Column",
            _code(columns_text(q)) if q.columns != (q.name,) else "",
        ),
        ("Answered", answered_line(one) if one and not one.subject else ""),
        ("Base", q.base),
        ("Asked if", _code(q.asked_if)),
        ("Routing and data", _bases(q)),
        ("Scale", q.scale),
        ("Favourable answers", f"{FAVOURABLE[q.favourable]} on the scale" if q.favourable else ""),
        ("Cells hold", long_codes_text(q)),
        ("Codes for no answer", missing_codes_text(q)),
        ("Valid numbers", f"{ends[0]} to {ends[1]}" if ends else ""),
        ("Nets", "; ".join(f"{net}: {', '.join(held)}" for net, held in q.nets)),
        ("Part of", ", ".join(q.constructs)),
        ("Direction", "worded against its construct; answers are counted turned round" if q.reverse else ""),
    ]
    return tuple((term, text) for term, text in facts if text)


def _code(text: str) -> Text:
    return (Run(text, "code"),) if text else ""


def _bases(q: CodebookQuestion) -> str:
    """What routing and data say; of a battery the subjects that do not agree."""
    lines = [(p.subject, p.base) for p in q.parts if p.base is not None]
    if len(lines) == 1 and not lines[0][0]:
        return base_line(lines[0][1])
    told = [f"{subject}: {base_line(line)}" for subject, line in lines if not line.agrees]
    if told or not lines:
        return " ".join(told)
    gone = ", but for those who broke off before" if any(line.broke_off for _, line in lines) else ""
    return f"Routing and data say the same of every subject{gone}."


def _appendix(data: CodebookData, survey: SurveyData) -> tuple[Section, ...]:
    personal = [q for q in data.questions if q.personal]
    parts: list[tuple[str, str, tuple[Block, ...]]] = []
    if personal:
        items = tuple(
            (Run(q.name, "code"),) if q.label == q.name else (Run(q.name, "code"), Run(f" {q.label}"))
            for q in personal
        )
        names = Definitions(tuple((item, "Named here, never shown.") for item in items))
        parts.append(("personal", "Columns that tell who somebody is", (names,)))
    constructs = survey.study.codebook.constructs.values()
    if constructs:
        told = tuple(
            (
                c.short or c.name,
                f"{', '.join(c.items)}; the mean of those answered, where at least {c.minimum_answered} are.",
            )
            for c in constructs
        )
        parts.append(("constructs", "Constructs and their items", (Definitions(told),)))
    lines: list[Text] = [(Run(f"{term} ", "strong"), Run(text)) for term, text in reading(data)]
    parts.append(("reading", "How to read this codebook", (Callout("How to read this", tuple(lines)),)))
    return tuple(Section(id_, "ABC"[i], title, blocks) for i, (id_, title, blocks) in enumerate(parts))


def _meta(data: CodebookData, survey: SurveyData) -> tuple[tuple[str, Text], ...]:
    p = data.provenance
    facts = (
        ("Rows", count(data.rows)),
        ("Field dates", date_range(p.dates)),
        ("Kind of sample", p.sample_kind or ""),
        ("Population", p.population),
        (
            "Weights",
            "not used: several samples or waves" if data.pooled else p.weighting if data.weighted else "none",
        ),
        ("Cleaning", p.cleaning if survey.log.entries else "not cleaned"),
        ("Fewest people shown", str(data.minimum)),
    )
    return tuple((k, v) for k, v in facts if v)


def _xlsx(report: Report, data: CodebookData) -> bytes:
    tables = tuple(report.tables())
    sheets = [Sheet("Questions", (overview_table(data),))]
    if tables:
        sheets.append(Sheet("Answers", tables))
    return book_bytes(
        Book(
            title=report.title,
            subtitle=report.subtitle,
            sheets=tuple(sheets),
            created=report.created,
            guide=tuple(f"{term} {text}" for term, text in reading(data)),
            banner=report.banner,
            facts=tuple((k, plain(v)) for k, v in report.meta),
        )
    )


_WRITERS: dict[str, Callable[[Report, CodebookData], bytes | str]] = {
    "html": lambda report, _: to_found_html(report),
    "pdf": lambda report, _: to_pdf(report, dense=True),
    "xlsx": _xlsx,
}


def codebook_content(data: CodebookData, survey: SurveyData, form: str) -> bytes | str:
    """Content of a codebook document in one format.

    Raises
    ------
    ReportError
        An unknown format; no question.
    """
    if form not in _WRITERS:
        raise ReportError(f"'{form}' is no format of a codebook document.", hint=closest(form, FORMATS))
    return _WRITERS[form](codebook_report(data, survey), data)


def write_codebook(data: CodebookData, survey: SurveyData, path: str | Path) -> Path:
    """Write a codebook document in the format of the path's suffix, atomically."""
    target = Path(path)
    return write_file(target, codebook_content(data, survey, target.suffix.lower().lstrip(".")))
