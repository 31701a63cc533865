"""`survey-analysis validate`: a study file against its data, every problem at once."""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from survey_analysis.cli.terminal import Progress, complain, emit, tell, visible
from survey_analysis.errors import DriftError, PersonalDataWarning, StudyError, SurveyAnalysisError
from survey_analysis.frames.described import FileFacts
from survey_analysis.frames.raw import RawTable
from survey_analysis.planning import checks
from survey_analysis.planning.checks import Checked
from survey_analysis.plurals import counted
from survey_analysis.readers.load import load
from survey_analysis.reading import read
from survey_analysis.study.build import build
from survey_analysis.study.file import StudyFile
from survey_analysis.study.load import load_raw, parse, problems
from survey_analysis.survey import Survey
from survey_analysis.wording.numbers import count

PARTS = ("study file", "data", "codebook", "columns", "design", "samples", "cleaning", "answers", "declarations", "weighting", "report")  # fmt: skip
INDENT = 11  # of what belongs to a part


def run(arguments: argparse.Namespace) -> int:
    """Print what is fine and every problem; 1 when there is one.

    Raises
    ------
    StudyError
        The study file is missing or no TOML, so that nothing can be checked.
    """
    study = Path(arguments.study)
    with Progress() as progress:
        done = list(check(study, Path(arguments.data) if arguments.data else None, progress))
    emit(f"{visible(str(study))}\n")
    for checked in done:
        for line in _lines(checked):
            tell(line, after="  " if line.startswith(" " * INDENT) else " " * INDENT)
    n = sum(len(checked.problems) for checked in done)
    emit(f"\n{n} problem{'' if n == 1 else 's'}." if n else "\nNo problems.")
    return 1 if n else 0


def check(study: Path, data: Path | None, say: Callable[[str], None]) -> Iterator[Checked]:
    """Check part after part; a part whose ground is missing is named as not checked."""
    raw_file, _ = load_raw(study)
    wrong = problems(raw_file, study.name)
    if wrong:
        yield Checked("study file", problems=wrong)
        yield from _rest("study file", "the study file cannot be used")
        return
    yield Checked("study file", f"'{study.name}' is valid")
    file = parse(raw_file, study.name)
    say("reading")
    raw, checked = _data(file, study, data)
    yield checked
    book = checks.codebook(file, raw)
    yield book
    if raw is None or book.problems:
        yield from _rest(
            "codebook", "the data cannot be read" if raw is None else "the codebook has problems"
        )
        return
    resolved = build(file, columns=raw.columns, described=FileFacts(raw, file))
    _warn(checks.personal(resolved, raw))
    lacking = checks.columns(resolved, raw)
    if lacking.problems and data is not None:  # a delivery is compared as a whole, not only by its columns
        try:
            read(study, data=data)
        except DriftError as error:
            yield Checked("delivery", problems=(error,))
            yield from _rest("codebook", "the delivery differs from the study")
            return
        except SurveyAnalysisError:
            pass  # the columns that are missing say more
    yield lacking
    if lacking.problems:
        yield from _rest("columns", "columns are missing")
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PersonalDataWarning)  # said above
            survey = read(study, data=data)
    except DriftError as error:
        yield Checked("delivery", problems=(error,))
        yield from _rest("columns", "the delivery differs from the study")
        return
    except SurveyAnalysisError as error:
        yield Checked("design", problems=(error,))
        yield from _rest("design", "the design cannot be used")
        return
    yield Checked("design", _design(survey))
    yield from _survey(survey, say)


def _survey(survey: Survey, say: Callable[[str], None]) -> Iterator[Checked]:
    yield checks.samples(survey)
    say("cleaning")
    cleaned, checked = _cleaned(survey)
    yield checked
    say("answers")
    ground = cleaned or survey
    yield checks.questions(ground, cleaned=cleaned is not None)
    yield checks.expressions(ground, cleaned=cleaned is not None)
    if cleaned is None:
        yield from _rest("declarations", "cleaning failed")
        return
    say("weighting")
    weights = checks.weighting(cleaned)
    yield weights
    if weights.problems:
        yield from _rest("weighting", "weighting failed")
        return
    say("report")
    yield checks.report(cleaned.weight() if cleaned.study.weighting else cleaned)


def _data(file: StudyFile, study: Path, data: Path | None) -> tuple[RawTable | None, Checked]:
    told = file.study
    if data is None and not told.data:
        hint = 'data = "responses.csv" in [study], or --data FILE.'
        lacking = StudyError("The study file names no data.", where="[study.toml: study.data]", hint=hint)
        return None, Checked("data", problems=(lacking,))
    options = {
        "encoding": told.encoding,
        "sheet": told.sheet,
        "delimiter": told.delimiter,
        "table": told.table,
        "decimal": told.decimal,
    }
    try:
        beside = study.parent / told.metadata if told.metadata else None
        raw = load(data or study.parent / told.data, beside, header_rows=told.header_rows, **options)
    except SurveyAnalysisError as error:
        return None, Checked("data", problems=(error,))
    read_in = f"'{raw.name}': {counted(len(raw), 'row')}, {counted(len(raw.columns), 'column')}."
    return raw, Checked("data", "\n".join([read_in, *raw.notes]))


def _design(survey: Survey) -> str:
    frame = survey.frame
    design = survey.study.design
    if design.id and not design.psu and frame.n_psu < frame.n:
        people = f"{count(frame.n)} rows by {counted(frame.n_psu, 'respondent')}: '{design.id}' repeats"
        return f"{people}; rows of one respondent count as one sampling unit"
    units = "" if frame.is_element else f" in {counted(frame.n_psu, 'sampling unit')}"
    strata = f" in {count(frame.n_strata)} strata" if frame.n_strata > 1 else ""
    return f"{counted(frame.n, 'respondent')}{units}{strata}"


def _cleaned(survey: Survey) -> tuple[Survey | None, Checked]:
    try:
        cleaned = survey.clean()
        cleaned.frame  # noqa: B018  the design of those who are left
    except SurveyAnalysisError as error:
        return None, Checked("cleaning", problems=(error,))
    told = survey.study.clean
    if not told.rules and not told.repairs:
        return cleaned, Checked("cleaning", "no rules declared; every answer fits the codebook")
    rules = f"{counted(cleaned.log.n_rules, 'rule or repair', 'rules and repairs')}"
    return cleaned, Checked(
        "cleaning", f"{rules}; {count(len(cleaned))} of {count(len(survey))} respondents kept"
    )


def _rest(after: str, why: str) -> Iterator[Checked]:
    yield Checked(", ".join(PARTS[PARTS.index(after) + 1 :]), skipped=why)


def _warn(personal: tuple[str, ...]) -> None:
    if personal:
        complain(
            f"warning: these columns seem to hold personal data: {visible('; '.join(personal))}.\n"
            "  They are withheld at reading. Name them under personal = [...] or hashed = [...] in [roles]; one that is\n"
            "  none, under not_personal = [...]."
        )


def _lines(checked: Checked) -> list[str]:
    if checked.skipped:
        return [f"  skipped  {checked.part}: {checked.skipped}"]
    if not checked.problems:
        first, *rest = visible(checked.fine).split("\n")
        return [f"  fine     {checked.part}: {first}", *(f"{' ' * INDENT}{line}" for line in rest)]
    lines = []
    for problem in checked.problems:
        first, *rest = visible(str(problem)).split("\n")
        lines += [f"  PROBLEM  {checked.part}: {first}", *(f"{' ' * INDENT}{line.strip()}" for line in rest)]
    return lines
