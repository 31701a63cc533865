"""From a survey to a report: which sections there are, in which order, and the files they become."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from survey_analysis.cleaning.flow import ONE_SAMPLE, BaseBox, with_bases
from survey_analysis.errors import StudyError, SurveyAnalysisError, closest
from survey_analysis.estimation.origin import provenance as origin
from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.before import headline_before
from survey_analysis.reporting.built import BuiltReport
from survey_analysis.reporting.document import Report, Run, Section, Text
from survey_analysis.reporting.findings import Findings, find_all
from survey_analysis.reporting.parts import Part, said
from survey_analysis.reporting.section_claims import claims_part
from survey_analysis.reporting.section_conversations import conversations_part
from survey_analysis.reporting.section_findings import findings_part
from survey_analysis.reporting.section_method import (
    disclosure_part,
    howto_part,
    limits_part,
    log_part,
    manifest_part,
    method_part,
    published_part,
    topline_part,
    weighting_part,
)
from survey_analysis.reporting.section_open_ends import open_ends_part
from survey_analysis.reporting.section_results import (
    likelihood_part,
    perceptions_part,
    question_part,
)
from survey_analysis.reporting.section_robustness import follow_all, notes, robust_in, robustness_part
from survey_analysis.reporting.section_who import who_part
from survey_analysis.results.process import Flow, FlowStep
from survey_analysis.results.test import TestData
from survey_analysis.study.place import declared_at
from survey_analysis.wording.flow_note import flow_note
from survey_analysis.wording.limits import LimitFacts
from survey_analysis.wording.lines import date_range
from survey_analysis.wording.ratios import trimmed_largest

Progress = Callable[[str], None]

_SECTIONS: dict[str, Callable[[SurveyData, Mapping[str, Any]], Part]] = {
    "perceptions": perceptions_part,
    "likelihood": likelihood_part,
    "conversations": conversations_part,
    "open_ends": open_ends_part,
    "questions": question_part,
}
_APPENDIX = {"topline": topline_part}


def build_report(survey: SurveyData, *, progress: Progress | None = None) -> BuiltReport:
    """Build the report that the study file asks for.

    Raises
    ------
    StudyError
        A section or a finding that does not exist.
    """
    tell = progress or (lambda _text: None)
    study = survey.study
    facts = origin(survey, None, survey.frame.weight > 0)
    tell("findings")
    found = find_all(survey)
    flow = _flow(survey)
    tests = [f.test for f in found.findings if f.test is not None]
    before = headline_before(survey, found)
    followed = follow_all(survey, found, tell)
    limit_facts = replace(_limit_facts(survey, found, tests, before), robust_in=robust_in(followed))
    note = ""
    if flow is not None and before is not None and found.headline is not None:
        note = flow_note(
            flow,
            simulated=study.simulated,
            before=before,
            after=float(found.headline.rows["estimate"].iloc[0]),
            headline=_headline_name(found),
        )
    parts = [findings_part(found, limit_facts, notes(followed)), who_part(survey, flow, facts, note)]
    appendix: list[Part] = []
    for i, entry in enumerate(study.report.sections):
        kind, options = _one(entry, i)
        tell(kind)
        with declared_at(f"report.sections[{i}].{kind}"):
            if kind in _APPENDIX:
                appendix.append(_APPENDIX[kind](survey, options))
            else:
                parts.append(_SECTIONS[kind](survey, options))
    tell("method")
    howto, guide = howto_part(facts, compared=any((t.rows["base"] == "common").any() for t in tests))
    parts += [
        published_part(survey),
        claims_part(survey),
        robustness_part(followed),
        method_part(survey, facts, tests, flow),
        limits_part(limit_facts),
        howto,
    ]
    appendix += [log_part(survey, flow), weighting_part(survey), manifest_part(survey, facts)]
    document = _document(survey, parts, appendix, guide)
    every = [*parts, *appendix]
    charts = {k: c for p in every for k, c in p.charts.items()}
    results = {k: r for p in every for k, r in p.results.items()}
    return BuiltReport(document, charts, results, found)


def _one(entry: Mapping[str, object], i: int) -> tuple[str, Mapping[str, Any]]:
    known = (*_SECTIONS, *_APPENDIX)
    if len(entry) != 1:
        raise StudyError(
            "A section of the report is one kind with its options.",
            where=f"[study.toml: report.sections[{i}]]",
            hint=f"known: {', '.join(known)}",
        )
    kind, options = next(iter(entry.items()))
    if kind not in known or not isinstance(options, Mapping):
        raise StudyError(
            f"There is no section '{kind}'.",
            where=f"[study.toml: report.sections[{i}]]",
            hint=closest(kind, known),
        )
    return kind, options


def _document(survey: SurveyData, parts: list[Part], appendix: list[Part], guide: tuple[str, ...]) -> Report:
    study = survey.study
    sections, omitted = _numbered(parts, appendix)
    banner = "SIMULATED DATA. No people were surveyed." if study.simulated else None
    draft = Report(
        title=study.report.title or study.about.title or study.name,
        subtitle=study.report.subtitle,
        sections=sections,
        created=_created(survey),
        meta=_meta(survey),
        language=study.about.language,
        banner=banner,
        omitted=omitted,
        guide=guide,
        footer=f"{study.name}. Data {survey.table.raw.digest[:12]}."
        if survey.table.raw.digest
        else study.name,
    )
    checklist = disclosure_part(draft.questions())
    if checklist.blocks:
        number = chr(ord("A") + sum(1 for s in sections if not s.number.isdigit()))
        return replace(draft, sections=(*sections, checklist.section(number)))
    return draft


def _numbered(parts: list[Part], appendix: list[Part]) -> tuple[tuple[Section, ...], tuple[str, ...]]:
    sections: list[Section] = []
    omitted: list[str] = []
    for group, first in ((parts, "1"), (appendix, "A")):
        number = 0
        for part in group:
            if not part.blocks:
                omitted.append(f"{part.title}: left out, {part.omitted}.")
                continue
            label = str(number + 1) if first == "1" else chr(ord("A") + number)
            sections.append(part.section(label))
            number += 1
    return tuple(sections), tuple(omitted)


def _created(survey: SurveyData) -> dt.date:
    """The last field date: files carry no clock."""
    for text in reversed(survey.study.sample.dates):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            continue
    return dt.date(2000, 1, 1)


def _meta(survey: SurveyData) -> tuple[tuple[str, Text], ...]:
    sample = survey.study.sample
    kind: Text = sample.kind or (Run("What kind of sample is it?", "question"),)
    return (
        ("Sponsor", said(sample.sponsor, "Who paid for the survey?")),
        ("Conducted by", said(sample.conductor, "Who conducted the survey?")),
        (
            "Field dates",
            said(date_range(sample.dates) if sample.dates else "", "When was the survey in the field?"),
        ),
        ("Kind of sample", kind),
        *((("Version", survey.study.about.version),) if survey.study.about.version else ()),
    )


def _flow(survey: SurveyData) -> Flow | None:
    """The flow with one box for each analysis base."""
    if survey.flow is None:
        return None
    flow = with_bases(survey.flow, _bases(survey))
    named = tuple(
        (survey.study.sample_of(s).label or s if s else s, tuple(_short(step) for step in steps))
        for s, steps in flow.samples
    )
    return replace(flow, samples=named)


def _short(step: FlowStep) -> FlowStep:
    """The label says why somebody left; a reason that repeats the rule stands once, in the cleaning log."""
    return replace(step, reason="") if step.kind in ("quality", "platform", "eligibility") else step


def _bases(survey: SurveyData) -> list[BaseBox]:
    """Respondents behind the headline question, by sample."""
    told = survey.study.report.headline
    name = str(told.get("question", "")) if told else ""
    if not name:
        return []
    question = survey.table.question(name)
    samples = survey.study.samples
    codes = samples.codes if samples else {ONE_SAMPLE: ""}
    out = []
    for subject in question.columns or ("",):
        known = survey.table.variable(name, subject).known()
        label = question.short or name
        if question.over:
            label = survey.study.codebook.subjects[question.over].labels[subject].lower()
        for sample, code in codes.items():
            rows = known & (survey.table.raw.column(samples.column) == code).to_numpy() if samples else known
            if rows.any():
                out.append(
                    BaseBox(sample, f"{'rated' if question.over else 'answered'} {label}", int(rows.sum()))
                )
    return out


def _headline_name(found: Findings) -> str:
    assert found.headline is not None  # noqa: S101  the caller checked
    e = found.headline
    who = ", ".join(d.label_of(k).lower() for d, k in zip(e.dims, e.keys[0], strict=True))
    return f"{e.topic.short or e.topic.question}" + (f", {who}" if who else "")


def _limit_facts(
    survey: SurveyData, found: Findings, tests: list[TestData], before: float | None
) -> LimitFacts:
    e = found.headline
    question = survey.table.question(e.topic.question) if e is not None else None
    margins = tuple(dict.fromkeys(m.margin.lower() for w in survey.weighting for m in w.margins))
    double = tuple(
        q.short for q in survey.study.codebook if q.kind == "likert" and " and " in q.short.lower()
    )
    talk = next((f.extremes for f in found.findings if f.extremes is not None), None)
    return LimitFacts(
        provenance=e.provenance if e is not None else origin(survey, None, survey.frame.weight > 0),
        weighting_variables=margins,
        comparison=tests[0] if tests else None,
        exposed=bool(question and question.over),
        scale_points=len(question.scale.levels)
        if question and question.kind == "likert" and question.scale
        else None,
        answers=e.topic.answers if e is not None else (),
        top_answer=_top_answer(survey, e) if e is not None else None,
        double_barrelled=double,
        heaped=talk.heaped if talk is not None else None,
        trimmed_ratio=trimmed_largest(talk) if talk is not None else None,
        cleaned=bool(survey.log.entries),
        headline=_headline_name(found) if e is not None else "",
        headline_raw=before,
        comparisons=found.planned or None,
        sponsor=survey.study.sample.sponsor,
        randomised=survey.study.design.randomised,
    )


def _top_answer(survey: SurveyData, e: Any) -> float | None:
    from survey_analysis.estimation.proportion import proportion  # noqa: PLC0415

    if not e.topic.score.startswith("top"):
        return None
    try:
        where = {d.name: k for d, k in zip(e.dims, e.keys[0], strict=True)} or None
        return float(proportion(survey, e.topic.question, top=1, where=where).rows["estimate"].iloc[0])
    except SurveyAnalysisError:
        return None
