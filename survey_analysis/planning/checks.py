"""What `validate` and a dry run look at, one function a part; each returns what is fine or every problem it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ParamSpec

from survey_analysis.errors import DataError, StudyError, SurveyAnalysisError, UnknownCodeError, closest
from survey_analysis.estimation.cells import condition
from survey_analysis.frames.described import FileFacts
from survey_analysis.frames.private import undeclared_personal
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.wanted import missing_columns
from survey_analysis.plurals import counted
from survey_analysis.reporting.build import build_report
from survey_analysis.study.build import build
from survey_analysis.study.expressions import names, parse
from survey_analysis.study.file import ReportTable, StudyFile, WeightingEntry
from survey_analysis.study.left_out import from_file_note
from survey_analysis.study.recodes import DerivedEntry
from survey_analysis.study.study import Study
from survey_analysis.survey import Survey
from survey_analysis.tables.layout import layout_of
from survey_analysis.tabulation.banner_entries import spans_of
from survey_analysis.tabulation.rule import rule_of
from survey_analysis.tabulation.weights import under_weight
from survey_analysis.weighting.targets import read_targets
from survey_analysis.wording.numbers import count
from survey_analysis.wording.questions import questions_counted

Problems = list[SurveyAnalysisError]
P = ParamSpec("P")


@dataclass(frozen=True)
class Checked:
    """One part of a study: what is fine about it, or what is wrong, or why it was not looked at."""

    part: str
    fine: str = ""
    problems: tuple[SurveyAnalysisError, ...] = ()
    skipped: str = ""


def tried(step: Callable[P, object], *args: P.args, **options: P.kwargs) -> Problems:
    """The problem that a step raises, if any."""
    try:
        step(*args, **options)
    except SurveyAnalysisError as error:
        return [error]
    return []


def codebook(file: StudyFile, raw: RawTable | None) -> Checked:
    """Every question, battery, derived variable and construct is built, alone first, then together."""
    columns = raw.columns if raw is not None else None
    described = FileFacts(raw, file) if raw is not None else None
    alone: dict[str, object] = {
        "questions": {},
        "batteries": {},
        "derived": {},
        "constructs": {},
        "samples": {},
        "frames": {},
        "study": file.study.model_copy(update={"order": ()}),
    }
    found: Problems = []
    for table in ("questions", "batteries"):
        for name, entry in getattr(file, table).items():
            one = file.model_copy(update=alone | {table: {name: entry}})
            found += tried(build, one, columns=columns, described=described)
    asked = {"questions": file.questions, "batteries": file.batteries}
    for name in () if found else file.derived:
        one = file.model_copy(update=alone | asked | {"derived": _with_sources(file, name)})
        found += tried(build, one, columns=columns, described=described)
    if not found:
        found = tried(build, file, columns=columns, described=described)
    if found:
        return Checked("codebook", problems=tuple(found))
    study = build(file, columns=columns, described=described)
    constructs = counted(len(study.codebook.constructs), "construct")
    told = [f"{questions_counted(study)}, {constructs}", from_file_note(study.codebook)]
    return Checked("codebook", "\n".join(filter(None, told)))


def _with_sources(file: StudyFile, name: str) -> dict[str, DerivedEntry]:
    """A derived variable after those it is recoded from."""
    wanted, at = {name}, name
    while (how := file.derived[at].recoding) is not None and how.of in file.derived and how.of not in wanted:
        at = how.of
        wanted.add(at)
    return {n: e for n, e in file.derived.items() if n in wanted}


def columns(study: Study, raw: RawTable) -> Checked:
    """Every column that the study file speaks of is there."""
    found = [
        DataError(
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
    return tuple(f"'{c}' ({why})" for c, why in undeclared_personal(raw, study))


def samples(survey: Survey) -> Checked:
    """Every declared sample has respondents (cleaning refuses respondents of no declared sample)."""
    told = survey.study.samples
    if told is None:
        return Checked("samples", "one")
    counts = survey.table.raw.column(told.column).value_counts()
    found = [
        StudyError(
            f"Sample '{name}' has no respondents.",
            where=f"[study.toml: samples.{name}.code] '{code}' does not stand in '{told.column}'.",
            hint=closest(code, map(str, counts.index)),
        )
        for name, code in told.codes.items()
        if code not in counts.index
    ]
    fine = ", ".join(
        f"{survey.study.sample_of(n).label or n} {count(counts.get(c, 0))}" for n, c in told.codes.items()
    )
    return Checked("samples", fine, tuple(found))


def questions(survey: Survey, *, cleaned: bool) -> Checked:
    """Every question is encoded for every subject; unknown codes count only after cleaning."""
    found: Problems = []
    for question in (*survey.codebook, *survey.study.coded.values()):
        for subject in question.columns or ("",):
            errors = tried(survey.table.variable, question.name, subject)
            found += [e for e in errors if cleaned or not _of_codes(e)]
    fine = "every question is encoded" if cleaned else "nothing else stands in the way of encoding"
    return Checked("answers", fine, _distinct(found))


def expressions(survey: Survey, *, cleaned: bool) -> Checked:
    """Filters can be evaluated, banners have levels, published figures name a question."""
    study = survey.study
    tries = [(f"filters.{name}", tried(_evaluate, survey, text)) for name, text in study.filters.items()]
    for name, banner in study.banners.items():
        own = [c for c in banner.columns if c not in study.codebook.subjects]
        tries += [(f"banners.{name}.columns", tried(spans_of, survey, c)) for c in own]
    for i, figure in enumerate(study.published):
        errors = tried(_named, survey, figure.question) or tried(condition, survey, figure.where)
        tries.append((f"published[{i}]", errors))
    tries += _tables(survey)
    found = [_at(e, path) for path, errors in tries for e in errors if cleaned or not _of_codes(e)]
    declared = {"filter": study.filters, "banner": study.banners, "published figure": study.published}
    fine = ", ".join(counted(len(entries), what) for what, entries in declared.items())
    return Checked("declarations", fine, _distinct(found))


def _tables(survey: Survey) -> list[tuple[str, Problems]]:
    """Names, layout and letters of `[tables]`."""
    study, told = survey.study, survey.study.tables
    rule = {k: getattr(told, k) or None for k in ("levels", "adjust", "family", "min_base", "convention")}
    tries = [("tables.banner", tried(study.banner, told.banner))] if told.banner else []
    if told.filter and told.filter not in study.filters:
        lacking = StudyError(f"There is no filter '{told.filter}'.", hint=closest(told.filter, study.filters))
        tries.append(("tables.filter", [lacking]))
    tries += [("tables.rows", tried(_named, survey, q)) for q in told.rows]
    tries.append(("tables.weight", tried(under_weight, survey, told.weight)))
    tries.append(("tables", tried(layout_of, show=told.show, decimals=told.decimals, bases=told.bases)))
    letters: Any = told.letters
    tries.append(("tables.letters", tried(rule_of, letters, rule)))
    return tries


def weighting(survey: Survey) -> Checked:
    """Every sample is weighted alone; where that fails, every margin alone, so that all problems show."""
    study, found = survey.study, list[SurveyAnalysisError]()
    for name, entry in study.weighting.items():
        errors = tried(_weighted, survey, name, entry)
        found += (_by_margin(survey, name, entry) or errors) if errors else []
    if not study.weighting:
        column = study.design.weight
        return Checked("weighting", f"'{column}' as it came with the file" if column else "none declared")
    return Checked("weighting", "targets line up: " + ", ".join(study.weighting), _distinct(found))


def report(survey: Survey) -> Checked:
    """The whole report is computed; where that fails, each of its parts alone, so that all problems show."""
    errors = tried(build_report, survey)
    told = survey.study.report
    if not errors and not (told.headline or told.findings or told.sections):
        return Checked("report", "nothing is declared under [report]: only who answered, method and limits")
    if not errors:
        parts = f"{counted(len(told.findings), 'finding')}, {counted(len(told.sections), 'section')}"
        return Checked("report", f"{'headline, ' if told.headline else ''}{parts}")
    empty = told.model_copy(update={"headline": {}, "findings": (), "sections": ()})
    found = _built(survey, empty.model_copy(update={"headline": told.headline})) if told.headline else []
    for table in ("findings", "sections"):
        for i, entry in enumerate(getattr(told, table)):
            for error in _built(survey, empty.model_copy(update={table: (entry,)})):
                found.append(_moved(error, f"report.{table}[0]", f"report.{table}[{i}]"))
    return Checked("report", problems=_distinct(found or errors))


def _built(survey: Survey, told: ReportTable) -> Problems:
    return tried(build_report, _with(survey, report=told))


def _by_margin(survey: Survey, name: str, entry: WeightingEntry) -> Problems:
    if entry.method != "rake":
        return []
    targets = dict(entry.targets)
    if entry.targets_file:
        try:
            targets |= read_targets(Path(survey.study.folder) / entry.targets_file)
        except SurveyAnalysisError as error:
            return [error]
    found: Problems = []
    for margin, wanted in targets.items():
        one = entry.model_copy(update={"targets": {margin: wanted}, "targets_file": ""})
        found += tried(_weighted, survey, name, one)
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
    used = names(parse(text))
    over = {n for n in used if n in book.subjects}
    over |= {q.over for n in used if (q := book.questions.get(n) or survey.study.coded.get(n)) and q.over}
    for subject in over or {""}:
        for key in book.subjects[subject].keys if subject else ("",):
            survey.table.mask(text, (subject, key) if subject else None)


def _named(survey: Survey, name: str) -> None:
    if name not in survey.codebook.constructs:
        survey.table.question(name)


def _of_codes(error: SurveyAnalysisError) -> bool:
    """Whether it is about codes off the scale, which repairs may still correct."""
    return isinstance(error, UnknownCodeError)


def _at(error: SurveyAnalysisError, path: str) -> SurveyAnalysisError:
    where = f"[study.toml: {path}]" + (f" {error.where}" if error.where else "")
    return SurveyAnalysisError(error.what, where=where, hint=error.hint)


def _moved(error: SurveyAnalysisError, old: str, new: str) -> SurveyAnalysisError:
    """The error with the place it has in the whole report."""
    if old not in error.where:
        return _at(error, new)
    return SurveyAnalysisError(error.what, where=error.where.replace(old, new), hint=error.hint)


def _distinct(errors: Iterable[SurveyAnalysisError]) -> tuple[SurveyAnalysisError, ...]:
    return tuple({str(e): e for e in errors}.values())
