"""`survey-analysis export`: the cleaned and weighted data for other programs."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_analysis.cli.prepare import check_folder, name_for, prepared, title_line
from survey_analysis.cli.terminal import Progress, emit, visible
from survey_analysis.plurals import counted


def run(arguments: argparse.Namespace) -> int:
    """Write the data in every format asked for and say what each cannot hold."""
    study, folder = Path(arguments.study), Path(arguments.out)
    name = name_for(study, arguments.name)
    check_folder(folder)
    with Progress() as progress:
        survey = prepared(study, arguments.data, progress)
        records = []
        for form in arguments.to:
            progress(f"writing: {form}")
            # the data of Triple-S are a .csv of the same name
            place = f"{name}_triple_s" if form == "sss" and "csv" in arguments.to else name
            records.append(survey.export(folder / f"{place}.{form}", questions=arguments.questions))
    emit(title_line(survey))
    for record in records:
        emit()
        emit(f"{visible(str(folder / record.name))}  {counted(record.rows, 'respondent')}")
        for note in record.notes:
            emit(f"  {visible(note)}")
    return 0
