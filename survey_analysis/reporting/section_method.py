"""Published figures, method, limits, how to read, and the appendices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from survey_analysis.errors import StudyError, closest
from survey_analysis.estimation.origin import variance_text
from survey_analysis.estimation.proportion import proportion
from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.document import (
    Callout,
    Definitions,
    Heading,
    Paragraph,
    Run,
    TableBlock,
    plain,
)
from survey_analysis.reporting.parts import Collector, Part, statement_text
from survey_analysis.reporting.section_who import weighting_tables
from survey_analysis.results.process import Flow, WeightingData
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.test import TestData
from survey_analysis.tables.crosstabs import crosstab_table
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.tables.process import flow_table, log_table
from survey_analysis.tabulation.verb import tabulate
from survey_analysis.wording.howto import how_to_read
from survey_analysis.wording.intervals import label_of
from survey_analysis.wording.limits import LimitFacts, limits
from survey_analysis.wording.lines import sentence_of
from survey_analysis.wording.methods import SampleFacts, sample_statement
from survey_analysis.wording.numbers import percent, percent_interval
from survey_analysis.wording.phrases import listed
from survey_analysis.wording.procedures import ai_statement, comparisons_statement, weights_statement
from survey_analysis.wording.published import BY_CONSTRUCTION


def published_part(survey: SurveyData) -> Part:
    """What others printed against what is shown here: source, number, base, comparable or not."""
    out = Collector("published", "What was published against what is shown here")
    entries = survey.study.published
    if not entries:
        return out.done("the study file cites no published figures")
    rows, label = [], ""
    for entry in entries:
        estimate = proportion(survey, entry.question, top=entry.top, where=dict(entry.where) or None)
        row = estimate.rows.iloc[0]
        label = label_of(estimate.provenance, level=estimate.level, length="short")
        who = ", ".join(d.label_of(k) for d, k in zip(estimate.dims, estimate.keys[0], strict=True))
        name = survey.table.question(entry.question).short or entry.question
        rows.append(
            Row(
                f"{name}, {who}" if who else name,
                (
                    Cell(percent(entry.value), entry.value, "0%"),
                    Cell(percent(float(row["estimate"]), 1), float(row["estimate"]), "0.0%"),
                    Cell(percent_interval(float(row["conf_low"]), float(row["conf_high"]), 1)),
                    Cell(f"{entry.cite}; unit: {entry.unit}", align="left"),
                    Cell(entry.comparable or "not stated", align="left"),
                ),
            )
        )
    simulated = survey.study.simulated
    columns = (
        Column("Published"),
        Column("Here"),
        Column(label or "Interval"),
        Column("Source and unit", align="left"),
        Column("Comparable? Why not", align="left"),
    )
    note = BY_CONSTRUCTION if simulated else "Published figures are cited, not computed."
    table = Table(
        "published-figures", "Published figures beside the estimates", columns, tuple(rows), notes=(note,)
    )
    out.add(Paragraph(note, "lead"), TableBlock(table))
    return out.done()


def method_part(
    survey: SurveyData,
    provenance: Provenance,
    tests: Sequence[TestData],
    flow: Flow | None,
    samples: Collection[str] = (),
) -> Part:
    """One statement a sample (those named, else all), then weights, tests, definitions shown, AI."""
    out = Collector("method", "Method")
    for name, weighting in _sample_names(survey):
        if samples and name not in samples:
            continue
        statement = sample_statement(sample_facts(survey, name, flow), weighting)
        out.add(Heading(statement.heading), Paragraph(statement_text(statement)))
    statements = [weights_statement(provenance)]
    if tests:
        statements.append(comparisons_statement(*tests))
    statements.append(ai_statement(survey.study.sample.ai))
    for statement in statements:
        out.add(Heading(statement.heading), Paragraph(statement_text(statement)))
    said = " ".join(plain(b.text) for b in out.blocks if isinstance(b, Paragraph))
    labels = {survey.study.sample_of(n).label or n for n in samples} | {"", *samples}
    for weighting in survey.weighting:
        if samples and weighting.sample not in labels:
            continue
        told = sentence_of(weighting.statement)
        if told not in said:
            out.add(Paragraph(told, "small"))
    if survey.study.report.definitions:
        out.add(
            Heading(
                "Definitions shown to respondents"
                if not survey.study.simulated
                else "Definitions in the questionnaire"
            )
        )
        out.add(Definitions(tuple(survey.study.report.definitions.items())))
    return out.done()


def _sample_names(survey: SurveyData) -> list[tuple[str, WeightingData | None]]:
    samples = survey.study.samples
    by_label = {w.sample: w for w in survey.weighting}
    if samples is None:
        return [("", by_label.get(survey.study.sample.label, by_label.get("")))]
    return [(n, by_label.get(survey.study.sample_of(n).label or n)) for n in samples.members]


def sample_facts(survey: SurveyData, name: str, flow: Flow | None) -> SampleFacts:
    """What the study file and the flow say of one sample."""
    sample = survey.study.sample_of(name)
    samples = survey.study.samples
    n = len(survey)
    if samples is not None and name:
        n = int((survey.table.raw.column(samples.column) == samples.codes[name]).sum())
    removed = [
        (s.label, s.n)
        for key, steps in (flow.samples if flow else ())
        if key in (name, "", sample.label)
        for s in steps
        if s.kind == "quality"
    ]
    return SampleFacts(
        kind=sample.kind,
        label=sample.label if samples is not None else "",
        conductor=sample.conductor,
        sponsor=sample.sponsor,
        population=sample.population,
        mode=sample.mode,
        languages=sample.languages,
        dates=sample.dates,
        n=n,
        frame=sample.frame,
        benchmark=sample.benchmark,
        quotas=sample.quotas,
        invited=sample.invited,
        exclusions=tuple(removed),
        fixed=survey.study.clean.fixed if survey.study.clean.fixed != "not said" else "",
        list_size=sample.list_size,
        program=sample.program,
        version=survey.study.about.version,
        seed=sample.seed,
        matched=sample.published_matched,
        variance=variance_text(survey),
        ai=sample.ai,
        coverage=sample.coverage,
        selection=sample.selection,
        process=sample.process,
        rate_name=sample.rate_name,
        rate=sample.rate,
        partial_rule=sample.partial_rule,
        completion=sample.completion,
        check=sample.check,
        wider_group=sample.wider_group,
        adjusted_for=_weighted_by(survey, sample.label or name),
    )


def _weighted_by(survey: SurveyData, sample: str) -> str:
    """Margins that one sample was weighted to."""
    names = [m.margin.lower() for w in survey.weighting if w.sample in (sample, "") for m in w.margins]
    return listed(list(dict.fromkeys(names)))


def limits_part(facts: LimitFacts) -> Part:
    """Limits under the headings of the total survey error frame."""
    out = Collector("limits", "Limits")
    out.add(Definitions(tuple((x.heading, x.text) for x in limits(facts))))
    return out.done()


def howto_part(provenance: Provenance, *, compared: bool) -> tuple[Part, tuple[str, ...]]:
    """The box "how to read the numbers", and its lines for the workbook."""
    out = Collector("how-to-read", "How to read the numbers")
    lines = how_to_read(provenance, sources_compared=compared)
    out.add(Callout("How to read this", tuple((Run(f"{x.term} ", "strong"), Run(x.text)) for x in lines)))
    return out.done(), tuple(f"{x.term} {x.text}" for x in lines)


def topline_part(survey: SurveyData, entry: Mapping[str, Any]) -> Part:
    """Banner tables in questionnaire order."""
    allowed = ("banner", "questions", "sample", "where")
    for key in entry:
        if key not in allowed:
            raise StudyError(f"'{key}' is not an option of 'topline'.", hint=closest(key, allowed))
    out = Collector("topline", "Banner tables, in questionnaire order")
    where = entry.get("where") or ({"sample": entry["sample"]} if entry.get("sample") else None)
    book = tabulate(survey, entry.get("questions"), by=entry.get("banner"), where=where, letters=None)
    for crosstab in book.tables:
        out.add(TableBlock(crosstab_table(crosstab)))
    return out.done()


def log_part(survey: SurveyData, flow: Flow | None) -> Part:
    """Cleaning log and flow as tables."""
    out = Collector("cleaning", "Cleaning log and respondent flow")
    if not survey.log.entries:
        return out.done("the data were not cleaned")
    out.add(TableBlock(log_table(survey.log)))
    if flow is not None:
        out.add(TableBlock(flow_table(flow)))
    return out.done()


def weighting_part(survey: SurveyData) -> Part:
    """Margins before and after, every sample."""
    out = Collector("weighting-tables", "Weighting: margins before and after")
    if not survey.weighting:
        return out.done("the survey was not weighted here")
    out.add(*weighting_tables(survey))
    return out.done()


def disclosure_part(questions: Sequence[str]) -> Part:
    """Facts that nobody stated, as questions."""
    out = Collector("disclosure", "Disclosure checklist")
    if not questions:
        return out.done("every fact that the report needs was stated")
    out.add(Callout("Not stated yet", tuple((Run(q, "question"),) for q in questions), "question"))
    return out.done()


def manifest_part(survey: SurveyData, provenance: Provenance) -> Part:
    """What made the numbers: data hash, versions, the study file."""
    out = Collector("manifest", "Manifest")
    facts = [
        ("Data, SHA-256", provenance.data_hash or "not a file"),
        ("Design", provenance.design),
        ("Variance", provenance.variance),
        *((f"Version of {k}", v) for k, v in provenance.versions.items()),
    ]
    out.add(Definitions(tuple(facts)))
    for note in survey.table.raw.notes:
        out.add(Paragraph(note, "small"))
    if survey.study.source:
        out.add(Paragraph("The study file, resolved, is written beside the report (study.json).", "small"))
    return out.done()
