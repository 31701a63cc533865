"""What `validate` looks at, one function a part; each returns what is fine or every problem it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from survey_analysis.errors import SurveyAnalysisError, UnknownCodeError, closest
from survey_analysis.estimation.cells import condition, variable_levels
from survey_analysis.frames.personal import find_personal
from survey_analysis.frames.raw import RawTable
from survey_analysis.reading import missing_columns
from survey_analysis.reporting.build import build_report
from survey_analysis.study.build import build
from survey_analysis.study.expressions import names, parse
from survey_analysis.study.file import ReportTable, StudyFile, WeightingEntry
from survey_analysis.study.study import Study
from survey_analysis.survey import Survey
from survey_analysis.weighting.targets import read_targets
from survey_analysis.wording.numbers import count

Problems = list[SurveyAnalysisError]


@dataclass(frozen=True)
class Checked:
    """One part of a study: what is fine about it, or what is wrong, or why it was not looked at."""

    part: str
    fine: str = ""
    problems: tuple[SurveyAnalysisError, ...] = ()
    skipped: str = ""


def tried(make: Callable[[], object]) -> Problems:
    """The problem that a step raises, if any."""
    try:
        make()
    except SurveyAnalysisError as error:
        return [error]
    return []


def codebook(file: StudyFile, raw: RawTable | None) -> Checked:
    """Every question, battery, derived variable and construct is built, alone first, then together."""
    columns = raw.columns if raw is not None else None
    alone = {"questions": {}, "batteries": {}, "derived": {}, "constructs": {}, "samples": {}}
    found: Problems = []
    for table in ("questions", "batteries", "derived"):
        for name, entry in getattr(file, table).items():
            one = file.model_copy(update=alone | {table: {name: entry}})
            found += tried(lambda one=one: build(one, columns=columns))  # type: ignore[misc]
    if not found:
        found = tried(lambda: build(file, columns=columns))
    if found:
        return Checked("codebook", problems=tuple(found))
    n = len(file.questions) + len(file.batteries) + len(file.derived)
    return Checked("codebook", f"{_n(n, 'question')}, {_n(len(file.constructs), 'construct')}")


def columns(study: Study, raw: RawTable) -> Checked:
    """Every column that the study file speaks of is there."""
    found = [
        SurveyAnalysisError(
            f"The data have no column '{c}'.", where=f"[study.toml: {path}]", hint=closest(c, raw.columns)
        )
        for c, path in missing_columns(study, raw).items()
    ]
    if found:
        return Checked("columns", problems=tuple(found))
    used = {c for q in study.codebook for c in q.all_columns if q.name not in study.derived}
    return Checked("columns", f"{count(len(used))} of {count(len(raw.columns))} belong to a question")


def personal(study: Study, raw: RawTable) -> tuple[str, ...]:
    """Columns that seem personal and are not declared so: a warning, as only a person can tell."""
    found = find_personal(raw, empty=study.about.missing_text)
    return tuple(f"'{c}' ({why})" for c, why in found if c not in study.roles.personal)


def samples(survey: Survey) -> Checked:
    """Every sample has respondents, and every respondent belongs to a declared sample."""
    told = survey.study.samples
    if told is None:
        return Checked("samples", "one")
    counts = survey.table.raw.column(told.column).value_counts()
    found = [
        SurveyAnalysisError(
            f"Sample '{name}' has no respondents.",
            where=f"[study.toml: samples.{name}.code] '{code}' does not stand in '{told.column}'.",
            hint=closest(code, map(str, counts.index)),
        )
        for name, code in told.codes.items()
        if code not in counts.index
    ]
    odd = {str(c): int(n) for c, n in counts.items() if c not in told.codes.values()}
    if odd:
        listed = ", ".join(f"'{c}' ({n})" for c, n in odd.items())
        found.append(
            SurveyAnalysisError(
                f"{count(sum(odd.values()))} rows belong to no declared sample.",
                where=f"[study.toml: samples] '{told.column}' also holds {listed}.",
                hint="declare the sample, or remove the rows with an eligibility rule.",
            )
        )
    fine = ", ".join(
        f"{survey.study.sample_of(n).label or n} {count(counts.get(c, 0))}" for n, c in told.codes.items()
    )
    return Checked("samples", fine, tuple(found))


def questions(survey: Survey, *, cleaned: bool) -> Checked:
    """Every question is encoded for every subject; unknown codes count only after cleaning."""
    found: Problems = []
    for question in survey.codebook:
        for subject in question.columns or ("",):
            errors = tried(lambda q=question, s=subject: survey.table.variable(q.name, s))  # type: ignore[misc]
            found += [e for e in errors if cleaned or not isinstance(e, UnknownCodeError)]
    return Checked("answers", "every question is encoded", _distinct(found))


def expressions(survey: Survey) -> Checked:
    """Filters can be evaluated, banners have levels, published figures name a question."""
    study, found = survey.study, list[SurveyAnalysisError]()
    for name, text in study.filters.items():
        found += [_at(e, f"filters.{name}") for e in tried(lambda t=text: _evaluate(survey, t))]  # type: ignore[misc]
    for name, banner in study.banners.items():
        for column in banner.columns:
            if column not in study.codebook.subjects:
                errors = tried(lambda c=column: variable_levels(survey, c))  # type: ignore[misc]
                found += [_at(e, f"banners.{name}.columns") for e in errors]
    for i, figure in enumerate(study.published):
        errors = tried(lambda f=figure: (_named(survey, f.question), condition(survey, f.where)))  # type: ignore[misc]
        found += [_at(e, f"published[{i}]") for e in errors]
    fine = f"{_n(len(study.filters), 'filter')}, {_n(len(study.banners), 'banner')}, {_n(len(study.published), 'published figure')}"
    return Checked("declarations", fine, _distinct(found))


def weighting(survey: Survey) -> Checked:
    """Every sample is weighted alone; where that fails, every margin alone, so that all problems show."""
    study, found = survey.study, list[SurveyAnalysisError]()
    for name, entry in study.weighting.items():
        errors = tried(lambda n=name, e=entry: _weighted(survey, n, e))  # type: ignore[misc]
        found += (_by_margin(survey, name, entry) or errors) if errors else []
    if not study.weighting:
        column = study.design.weight
        return Checked("weighting", f"'{column}' as it came with the file" if column else "none declared")
    return Checked("weighting", "targets line up: " + ", ".join(study.weighting), _distinct(found))


def report(survey: Survey) -> Checked:
    """The whole report is computed; where that fails, each of its parts alone, so that all problems show."""
    errors = tried(lambda: build_report(survey))
    told = survey.study.report
    if not errors:
        parts = f"{_n(len(told.findings), 'finding')}, {_n(len(told.sections), 'section')}"
        return Checked("report", f"{'headline, ' if told.headline else ''}{parts}")
    empty = told.model_copy(update={"headline": {}, "findings": (), "sections": ()})
    found: Problems = (
        _built(survey, empty.model_copy(update={"headline": told.headline})) if told.headline else []
    )
    for table in ("findings", "sections"):
        for i, entry in enumerate(getattr(told, table)):
            for error in _built(survey, empty.model_copy(update={table: (entry,)})):
                found.append(_moved(error, f"report.{table}[0]", f"report.{table}[{i}]"))
    return Checked("report", problems=_distinct(found or errors))


def _built(survey: Survey, told: ReportTable) -> Problems:
    return tried(lambda: build_report(_with(survey, report=told)))


def _by_margin(survey: Survey, name: str, entry: WeightingEntry) -> Problems:
    if entry.method != "rake":
        return []
    targets = dict(entry.targets)
    if entry.targets_file:
        errors = tried(lambda: targets.update(read_targets(Path(survey.study.folder) / entry.targets_file)))
        if errors:
            return errors
    found: Problems = []
    for margin, wanted in targets.items():
        one = entry.model_copy(update={"targets": {margin: wanted}, "targets_file": ""})
        found += tried(lambda one=one: _weighted(survey, name, one))  # type: ignore[misc]
    return found


def _weighted(survey: Survey, name: str, entry: WeightingEntry) -> Survey:
    return _with(survey, weighting={name: entry}).weight()


def _with(survey: Survey, **changes: Any) -> Survey:
    """The survey under a study with other declarations; its cells and codes stay."""
    study = survey.study.model_copy(update=changes)
    return Survey.of(survey.replace(table=replace(survey.table, study=study)))


def _evaluate(survey: Survey, text: str) -> None:
    """Evaluate a filter, for every subject when it speaks of one or of a battery."""
    book = survey.codebook
    over = {n if n in book.subjects else book.questions[n].over for n in names(parse(text)) if n in book}
    over.discard("")
    for subject in over or {""}:
        for key in book.subjects[subject].keys if subject else ("",):
            survey.table.mask(text, (subject, key) if subject else None)


def _named(survey: Survey, name: str) -> None:
    if name not in survey.codebook.constructs:
        survey.table.question(name)


def _at(error: SurveyAnalysisError, path: str) -> SurveyAnalysisError:
    where = f"[study.toml: {path}]" + (f" {error.where}" if error.where else "")
    return SurveyAnalysisError(error.what, where=where, hint=error.hint)


def _moved(error: SurveyAnalysisError, old: str, new: str) -> SurveyAnalysisError:
    return SurveyAnalysisError(
        error.what, where=error.where.replace(old, new) or f"[study.toml: {new}]", hint=error.hint
    )


def _distinct(errors: Iterable[SurveyAnalysisError]) -> tuple[SurveyAnalysisError, ...]:
    return tuple({str(e): e for e in errors}.values())


def _n(number: int, what: str) -> str:
    return f"{count(number)} {what}{'' if number == 1 else 's'}"
