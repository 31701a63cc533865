"""`survey.export`: the survey as a file of another program."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from survey_analysis.exports.registry import exporter
from survey_analysis.exports.weighted import weighted_table
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.exports import ExportRecord


def export(survey: SurveyData, path: str | Path, *, questions: Iterable[str] | None = None) -> ExportRecord:
    """Write the data for another program; the ending of the name says for which.

    Answers go out as codes, with labels, missing codes, measurement levels and multiple-response sets as far as the
    format holds them; derived and coded questions, weights and the columns of the design go with them. Personal
    columns never do.

    Parameters
    ----------
    path : path
        `.sav` or `.zsav`: SPSS, response sets also as syntax in a `.sps`. `.csv`, `.parquet`: with a codebook and a study
        file beside it that `sa.read` reads. `.sss`: Triple-S, its data in a `.csv` of the same name.
    questions : sequence of str, optional
        Questions or columns to write; all declared when left out, and without declarations every column.

    Returns
    -------
    ExportRecord
        What was left out or changed, and what the format cannot hold.

    Raises
    ------
    DataError
        An ending that no format has; a question that holds personal data; a text that the format cannot hold.
    ColumnNotFoundError
        No such question.
    ReportError
        A folder that cannot be written; what was there before is unchanged.
    MissingExtraError
        `.parquet` without the extra `parquet`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> from tempfile import TemporaryDirectory
    >>> survey = sa.read(pd.DataFrame({"likely": ["yes", "no", "yes"]}))
    >>> with TemporaryDirectory() as folder:
    ...     record = survey.export(f"{folder}/w1.sav")
    >>> record
    w1.sav: 3 rows
      Codes that are texts are numbers in the order of the scale: likely.
      SPSS files hold no routing, base texts, nets, favourable ends or scores; the study file does.
    """
    place = Path(path)
    found = exporter(place)
    table, notes = weighted_table(survey)
    said = found.load()(table, place, questions=questions)
    return ExportRecord(place.name, len(survey), (*notes, *said))
