"""Slides of questions: as the study file says, or the declared findings and the questions of the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pydantic import ValidationError

from survey_analysis.errors import StudyError, SurveyAnalysisError
from survey_analysis.estimation.mean import mean, nps
from survey_analysis.estimation.proportion import proportion
from survey_analysis.estimation.subset import subset
from survey_analysis.figures.native import stacked
from survey_analysis.figures.plot import known_facts, plot
from survey_analysis.figures.plot_trend import plot_trend
from survey_analysis.figures.pptx import slide_of
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.scores import perceptions
from survey_analysis.plurals import counted
from survey_analysis.reporting.findings import Finding, find_all
from survey_analysis.reporting.section_findings import spoken
from survey_analysis.results.deck import SlideData
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData
from survey_analysis.results.waves import TrendData
from survey_analysis.significance.compare import compare
from survey_analysis.study.codebook import Question
from survey_analysis.study.deck import DeckSlide
from survey_analysis.study.place import declared_at
from survey_analysis.waves.trend import trend
from survey_analysis.wording.alt import FigureKind
from survey_analysis.wording.check import check_text
from survey_analysis.wording.comparisons import difference_sentence
from survey_analysis.wording.decks import marks_note, slide_notes
from survey_analysis.wording.facts import MINIMUM
from survey_analysis.wording.levels import printed, sentence
from survey_analysis.wording.ratios import extremes_sentence
from survey_analysis.wording.titles import title_for
from survey_analysis.wording.trend import trend_facts

Entry = str | Mapping[str, Any] | DeckSlide
_MOST: Final = 12  # answers of a bar chart that can still be read


def question_slides(survey: SurveyData, slides: Sequence[Entry] | None) -> list[SlideData]:
    """One slide an entry; without entries those of `[deck]`, else findings, then questions."""
    declared = survey.study.deck.slides
    made: list[SlideData] = []
    if slides is not None:
        for i, entry in enumerate(slides):
            made += _entry(survey, _read(entry, i))
    elif declared:
        for i, told in enumerate(declared):
            with declared_at(f"deck.slides[{i}]"):
                made += _entry(survey, told)
    else:
        made += _findings(survey)
        for question in _asked(survey):
            made += _entry(survey, DeckSlide(question=question.name, by=question.over or None))
    if not made:
        raise StudyError(
            "The deck would have no slide of a question.",
            where=f"{counted(len(survey.study.codebook.questions), 'question is', 'questions are')} declared.",
            hint='name questions: slides=["q1", "q2"], or declare them in a study file.',
        )
    return _apart(made)


def _read(entry: Entry, i: int) -> DeckSlide:
    if isinstance(entry, DeckSlide):
        return entry
    told = {"question": entry} if isinstance(entry, str) else dict(entry)
    try:
        return DeckSlide.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(x) for x in first["loc"])
        raise StudyError(
            f"A slide cannot be read: {first['msg']}.",
            where=f"slides[{i}]{'.' + place if place else ''}",
            hint="keys: " + ", ".join(DeckSlide.model_fields),
        ) from error


def _apart(slides: Sequence[SlideData]) -> list[SlideData]:
    """Slides about the same are numbered, in their order: shapes are found by name."""
    seen, out = Counter[str](), []
    for data in slides:
        seen[data.key] += 1
        out.append(replace(data, key=f"{data.key}-{seen[data.key]}") if seen[data.key] > 1 else data)
    return out


def _asked(survey: SurveyData) -> Iterator[Question]:
    """Questions that the report shows; of a study without report sections all that can be charted."""
    book = survey.study.codebook
    names: list[str] = []
    for section in survey.study.report.sections:
        for kind, options in section.items():
            told = options if isinstance(options, Mapping) else {}
            if kind == "likelihood":
                names.append(str(told.get("question", "")))
            elif kind == "questions":
                some = told.get("questions", [])
                names += [some] if isinstance(some, str) else [str(x) for x in some]
    told_all = names or [q.name for q in book if not survey.study.report.findings]
    for name in dict.fromkeys(told_all):
        question = survey.table.question(name)
        if question.kind == "open" or (not names and not _chartable(survey, question)):
            continue
        yield question


def _chartable(survey: SurveyData, question: Question) -> bool:
    """A question that enough people answered, with answers that a chart has room for."""
    if question.kind == "numeric":
        return bool(question.text or question.short)
    try:
        found = proportion(survey, question.name, by=question.over or None)
    except SurveyAnalysisError:
        return False
    return len(set(found.rows["level"])) <= _MOST and float(found.rows["n"].max()) >= MINIMUM


def _entry(survey: SurveyData, told: DeckSlide) -> list[SlideData]:
    result = _result(survey, told)
    kind = _kind(survey, told, result)
    if isinstance(result, TrendData):
        chart = plot_trend(result)
        facts = trend_facts(result)
        data = slide_of(chart)
    else:
        test = compare(result, told.compare_to) if told.compare_to else None
        options = _compared(test) if kind == "dots" else {}
        if kind == "likert":
            options["summary"] = _summary(survey, told, result)
        chart = plot(result, kind, **options)
        facts = [*known_facts(result), *(known_facts(test) if test is not None else [])]
        said = ""
        if test is not None:
            i, own = spoken(test, told.focus)
            said = f"{sentence(result)}\n{difference_sentence(test, i, own=own)}"
        notes = slide_notes(result, said, test=test)
        data = slide_of(chart, notes=notes, marks=marks_note(test) if test is not None else "")
        if told.chart == "number" or (len(result) == 1 and not told.chart):
            data = _headed(survey, told, data, result)
    if told.chart in ("column", "bar", "stacked") and data.chart is not None:
        form = stacked(data.chart) if told.chart == "stacked" else replace(data.chart, form=told.chart)
        data = replace(data, chart=form)
    if told.title:
        data = replace(data, title=told.title, issues=tuple(str(x) for x in check_text(told.title, *facts)))
    if told.notes:
        data = replace(data, notes=f"{told.notes}\n{data.notes}")
    layout = told.layout or survey.study.deck.layout
    return [replace(data, key=told.name or data.key, layout=layout)]


def _result(survey: SurveyData, told: DeckSlide) -> EstimateData | TrendData:
    if told.constructs:
        return perceptions(
            survey, list(told.constructs), top=told.top, bottom=told.bottom, by=told.by, where=told.where
        )
    name, question = told.question, survey.table.question(told.question)
    if told.statistic == "trend" or told.chart == "line":
        answers = list(told.answers) if told.answers else None
        return trend(survey, name, answers=answers, top=told.top, where=told.where)
    by = list(told.by) if isinstance(told.by, tuple) else told.by
    if told.statistic == "nps":
        return nps(survey, name, by=by, where=told.where)
    if told.statistic == "mean" or (question.kind == "numeric" and not told.statistic):
        return mean(survey, name, by=by, where=told.where)
    answers = list(told.answers) if told.answers else None
    return proportion(
        survey, name, top=told.top, bottom=told.bottom, answers=answers, by=by, where=told.where
    )


def _compared(test: TestData | None) -> dict[str, Any]:
    """The test for a figure of its estimate, on the same people where there are such comparisons."""
    if test is None:
        return {}
    return {"test": test, "base": "common" if "common" in set(test.rows["base"]) else "own"}


def _summary(survey: SurveyData, told: DeckSlide, result: EstimateData) -> EstimateData:
    """The favourable half of the scale, which title and alternative text of a Likert chart speak of."""
    points = [x for x in result.topic.scale if x[1] not in result.topic.outside]
    by = list(told.by) if isinstance(told.by, tuple) else told.by
    return proportion(survey, told.question, top=max(len(points) // 2, 1), by=by, where=told.where)


def _kind(survey: SurveyData, told: DeckSlide, result: EstimateData | TrendData) -> FigureKind:
    """All answers of a scale diverge; one share is a number; everything else bars."""
    if told.chart in ("likert", "stacked"):
        return "likert"
    if isinstance(result, TrendData) or told.chart or told.constructs:
        return "dots"
    scale = [x for x in result.topic.scale if x[1] not in result.topic.outside]
    likert = survey.table.question(told.question).kind == "likert"
    whole = result.topic.statistic == "proportion" and not result.topic.answers
    return "likert" if whole and likert and 2 <= len(scale) <= 7 else "dots"


def _headed(survey: SurveyData, told: DeckSlide, data: SlideData, result: EstimateData) -> SlideData:
    """The number of everybody, or of the focus, large beside its bars; the title says whose it is."""
    over = survey.table.question(told.question).over if told.question else ""
    groups = [told.by] if isinstance(told.by, str) else list(told.by or ())
    one: EstimateData = result
    if len(result) > 1 and told.focus:
        labels = [
            {*keys, *(d.label_of(k) for d, k in zip(result.dims, keys, strict=True))} for keys in result.keys
        ]
        rows = [i for i, names in enumerate(labels) if told.focus in names]
        if len(rows) != 1:
            raise StudyError(
                f"The focus '{told.focus}' is {'no' if not rows else 'more than one'} row of the result.",
                hint="name a level of by=, with top= or answers= for one share each.",
            )
        one = subset(result, rows)
    elif len(result) > 1:
        if told.constructs or over in groups or (not told.top and not told.bottom and not told.answers):
            raise StudyError(
                "A slide with a number needs one number.",
                hint="give focus=, or top= or answers= for a share.",
            )
        everybody = _result(survey, told.model_copy(update={"by": None}))
        assert isinstance(everybody, EstimateData)  # noqa: S101  no trend without waves
        one = everybody
    return _number(replace(data, title=title_for(one, "headline")), one, alone=len(result) == 1)


def _number(data: SlideData, result: EstimateData, *, alone: bool) -> SlideData:
    """The first estimate as a big number; alone, it needs no chart."""
    if not len(result):
        return data
    number = printed(float(result.rows["estimate"].iloc[0]), result.topic.unit, result.topic.statistic)
    return replace(data, number=number, chart=None if alone else data.chart)


def _findings(survey: SurveyData) -> list[SlideData]:
    """The headline and the declared findings, in the words and the family of the report."""
    found = find_all(survey)
    out = []
    if found.headline is not None and found.headline_all is not None:
        one, all_ = found.headline, found.headline_all
        share = all_.topic.unit == "share" and bool(all_.topic.answers)
        style: dict[str, Any] = {"focus": found.focus} if found.focus and share else {}
        chart = plot(all_, "headline" if share and (found.focus or len(all_) == 1) else "dots", **style)
        data = slide_of(chart, key="headline", notes=slide_notes(one))
        data = replace(data, title=title_for(one, "headline") if share else data.title)
        out.append(_number(data, one, alone=len(all_) == 1))
    return [*out, *(_finding(f, found.focus) for f in found.findings)]


def _finding(finding: Finding, focus: str) -> SlideData:
    key = f"finding-{finding.name}"
    if finding.ratios is not None and finding.extremes is not None:
        said = extremes_sentence(finding.extremes, finding.what)
        return slide_of(plot(finding.ratios, "ratios"), key=key, notes=slide_notes(finding.estimate, said))
    test: TestData | None = finding.test
    if test is None:
        return slide_of(plot(finding.estimate, "dots"), key=key, notes=slide_notes(finding.estimate))
    i, own = spoken(test, finding.focus or focus)
    said = f"{sentence(finding.estimate)}\n{difference_sentence(test, i, own=own)}"
    notes = slide_notes(finding.estimate, said, test=test)
    return slide_of(
        plot(finding.estimate, "dots", **_compared(test)), key=key, notes=notes, marks=marks_note(test)
    )
