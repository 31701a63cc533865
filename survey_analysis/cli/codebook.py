"""`survey-analysis codebook`: every question with its counts as a document, or the codebook to be edited."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_analysis.cli.prepare import check_folder, prepared
from survey_analysis.cli.report import name_of
from survey_analysis.cli.terminal import Progress, emit, visible
from survey_analysis.errors import ReportError
from survey_analysis.files import write_files
from survey_analysis.reading import read
from survey_analysis.reporting.codebook import codebook_content
from survey_analysis.tabulation.codebook import codebook_data
from survey_analysis.wording.numbers import count

_WHAT = {
    "html": "the codebook as one page with a search box",
    "pdf": "the same on paper",
    "xlsx": "the same as a workbook",
}
_EDITED = (".xlsx", ".csv")


def run(arguments: argparse.Namespace) -> int:
    """Write every format asked for, all or none; the codebook to edit goes to its own path."""
    study = Path(arguments.study)
    if arguments.edit:
        _edit(study, arguments.data, Path(arguments.edit))
    formats = arguments.to or ([] if arguments.edit else ["html"])
    if formats:
        _document(study, arguments, formats)
    return 0


def _edit(study: Path, data: str | None, path: Path) -> None:
    if path.suffix.lower() not in _EDITED:
        raise ReportError(f"'{path.name}' is neither .xlsx nor .csv.", hint="name the file to write.")
    check_folder(path.parent)
    book = read(study, data=data).codebook
    (book.to_excel if path.suffix.lower() == ".xlsx" else book.to_csv)(path)
    n = len(book.questions) + len(book.found)
    emit(
        f'{visible(str(path))}  {count(n)} questions to edit, for codebook = "{visible(path.name)}" in [study]'
    )


def _document(study: Path, arguments: argparse.Namespace, formats: list[str]) -> None:
    folder = Path(arguments.out)
    name = arguments.name or f"{name_of(study)}_codebook"
    if Path(name).name != name or name in (".", ".."):
        raise ReportError(f"'{name}' is not a name for files.", hint="leave folders to --out.")
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
    simulated = ". SIMULATED DATA: no people were surveyed." if survey.study.simulated else "."
    emit(f"{visible(survey.study.name)}{simulated}")
    audit = survey.base_audit()
    emit(f"{count(len(data))} questions, {count(data.rows)} rows.")
    if audit.unanswered or audit.unasked:
        emit(
            f"Routing and data disagree: {count(audit.unanswered)} asked without an answer, "
            f"{count(audit.unasked)} answered without being asked (survey.base_audit() lists the rows)."
        )
    emit()
    for path in written:
        emit(f"{visible(str(path))}  {_WHAT[path.suffix[1:]]}")
