"""`survey-analysis topline`: every question with its answers, in the formats asked for."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_analysis.cli.prepare import check_folder, name_for, prepared, title_line
from survey_analysis.cli.terminal import Progress, emit, visible
from survey_analysis.errors import ColumnNotFoundError, closest
from survey_analysis.files import write_files
from survey_analysis.plurals import counted
from survey_analysis.reporting.topline import topline_content
from survey_analysis.wording.numbers import count

_WHAT = {
    "html": "the topline as one page",
    "pdf": "the topline on paper",
    "docx": "the topline to edit in Word",
    "xlsx": "the topline as a workbook, a sheet a question",
    "md": "the topline in Markdown",
    "txt": "the topline as plain text",
}


def run(arguments: argparse.Namespace) -> int:
    """Write every format asked for, all or none."""
    study, folder = Path(arguments.study), Path(arguments.out)
    name = name_for(study, arguments.name, "_topline")
    check_folder(folder)
    with Progress() as progress:
        survey = prepared(study, arguments.data, progress)
        if arguments.filter and arguments.filter not in survey.study.filters:
            raise ColumnNotFoundError(
                f"There is no filter '{arguments.filter}'.",
                hint=closest(arguments.filter, survey.study.filters),
            )
        progress("counting")
        made = survey.topline(
            by=arguments.banner or None, where=arguments.filter or arguments.where, rows=arguments.only
        )
        files: dict[str, bytes | str] = {}
        for form in arguments.to:
            progress(f"writing: {form}")
            files[f"{name}.{form}"] = topline_content(made, survey, form)
        written = write_files(folder, files)
    emit(title_line(survey))
    derived = sum(q.derived for q in made.questions)
    of_them = f" ({count(derived)} derived)" if derived else ""
    emit(f"{counted(len(made), 'question')}{of_them}, N = {count(made.people)}.")
    if made.checks:
        emit(f"Left out, as an attention check is for cleaning: {visible(', '.join(made.checks))}.")
    if made.left_out:
        emit(f"Left out, as nobody counted here answered: {visible(', '.join(made.left_out))}.")
    emit()
    for path in written:
        emit(f"{visible(str(path))}  {_WHAT[path.suffix[1:]]}")
    return 0
