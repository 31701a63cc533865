"""`survey-analysis codebook`: every question with its counts as a document, or the codebook to be edited."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Literal

from survey_analysis.cli.prepare import check_folder, name_for, prepared, title_line
from survey_analysis.cli.terminal import Progress, emit, tell, visible
from survey_analysis.errors import ReportError
from survey_analysis.files import write_files
from survey_analysis.plurals import counted
from survey_analysis.reading import read
from survey_analysis.reporting.codebook import codebook_content
from survey_analysis.tabulation.codebook import codebook_data
from survey_analysis.wording.numbers import count
from survey_analysis.wording.questions import questions_counted

_WHAT = {
    "html": "the codebook as one page with a search box",
    "pdf": "the codebook on paper",
    "xlsx": "the codebook as a workbook",
}
_EDITED = (".xlsx", ".csv")


def run(arguments: argparse.Namespace) -> int:
    """Write every format asked for, all or none; the codebook to edit goes to its own path."""
    study = Path(arguments.study)
    if arguments.edit:
        _edit(study, arguments.data, Path(arguments.edit), "all" if arguments.all else "declared")
    elif arguments.all:
        raise ReportError("--all goes with --edit.", hint="the document lists every column anyway.")
    formats = arguments.to or ([] if arguments.edit else ["html"])
    if formats:
        _document(study, arguments, formats)
    return 0


def _edit(study: Path, data: str | None, path: Path, columns: Literal["declared", "all"]) -> None:
    if path.suffix.lower() not in _EDITED:
        raise ReportError(f"'{path.name}' is neither .xlsx nor .csv.", hint="name the file to write.")
    check_folder(path.parent)
    survey = read(study, data=data)
    book = survey.codebook
    (book.to_excel if path.suffix.lower() == ".xlsx" else book.to_csv)(path, columns=columns)
    left = len(book.found) if columns == "declared" and book.questions else 0
    written = questions_counted(survey.study.model_copy(update={"coded": {}}), len(book.found) - left)
    emit(f'{visible(str(path))}  {written}, to edit; name it in [study]: codebook = "{visible(path.name)}"')
    tell("What the study file says itself goes before the codebook: take out of it what you edit here.")
    if left:
        tell(
            f"Left out: {counted(left, 'column')} that nobody declared; --all lists them, and each row then counts as declared."
        )


def _document(study: Path, arguments: argparse.Namespace, formats: list[str]) -> None:
    folder = Path(arguments.out)
    name = name_for(study, arguments.name, "_codebook")
    check_folder(folder)
    with Progress() as progress:
        survey = prepared(study, arguments.data, progress)
        progress("counting")
        data = codebook_data(survey, minimum=arguments.minimum)
        files: dict[str, bytes | str] = {}
        for form in formats:
            progress(f"writing: {form}")
            files[f"{name}.{form}"] = codebook_content(data, survey, form)
        written = write_files(folder, files)
    emit(title_line(survey))
    audit = survey.base_audit()
    found = sum(q.inferred and q.name not in survey.codebook for q in data.questions)
    emit(f"{questions_counted(survey.study, found)}; {counted(data.rows, 'row')}.")
    if audit.unanswered or audit.unasked:
        emit(
            f"Routing and data disagree: {count(audit.unanswered)} asked without an answer, "
            f"{count(audit.unasked)} answered without being asked (survey.base_audit() lists the rows)."
        )
    emit()
    for path in written:
        emit(f"{visible(str(path))}  {_WHAT[path.suffix[1:]]}")
