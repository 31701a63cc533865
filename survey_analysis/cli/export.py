"""`survey-analysis export`: the cleaned and weighted data for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_analysis.cli.prepare import check_folder, prepared
from survey_analysis.cli.report import name_of
from survey_analysis.cli.terminal import Progress, emit, visible
from survey_analysis.errors import ReportError
from survey_analysis.plurals import counted


def run(arguments: argparse.Namespace) -> int:
    """Write the data in every format asked for and say what each cannot hold."""
    study, folder = Path(arguments.study), Path(arguments.out)
    name = arguments.name or name_of(study)
    if Path(name).name != name or name in (".", ".."):
        raise ReportError(f"'{name}' is not a name for files.", hint="leave folders to --out.")
    check_folder(folder)
    with Progress() as progress:
        survey = prepared(study, arguments.data, progress)
        records = []
        for form in arguments.to:
            progress(f"writing: {form}")
            # the data of Triple-S are a .csv of the same name
            place = f"{name}_triple_s" if form == "sss" and "csv" in arguments.to else name
            records.append(survey.export(folder / f"{place}.{form}", questions=arguments.questions))
    emit(
        f"{visible(survey.study.name)}"
        + (". SIMULATED DATA: no people were surveyed." if survey.study.simulated else ".")
    )
    for record in records:
        emit()
        emit(f"{visible(str(folder / record.name))}  {counted(record.rows, 'respondent')}")
        for note in record.notes:
            emit(f"  {visible(note)}")
    return 0
