"""Who was removed, by the id a panel company knows: read again from the source file, which alone has it."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from survey_analysis.errors import DataError, SurveyAnalysisWarning
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.readers.load import load
from survey_analysis.results.process import SourceFile


def rejected_ids(survey: SurveyData, column: str, *, removed: str = "quality") -> pd.DataFrame:
    """Ids of respondents that cleaning removed, with stage and reason; for the panel company alone.

    The survey itself holds no ids: the source file is read again, and must be the same bytes.

    Parameters
    ----------
    column
        Column of the source file that holds the id.
    removed : {"quality", "all"}
        Those excluded for quality, or everybody who was removed.

    Returns
    -------
    DataFrame
        The column, `stage`, `reason`; in file order.

    Raises
    ------
    DataError
        Not cleaned; no source file (a frame was read); the file is gone or changed; no removed row has an id.

    Warns
    -----
    SurveyAnalysisWarning
        Some removed rows have no id: they came from elsewhere.
    """
    if survey.removed is None:
        raise DataError("Nobody has been excluded: the survey is not cleaned.", hint="call .clean() first.")
    if removed not in ("quality", "all"):
        raise DataError(f"removed = {removed!r} is not possible.", hint='give "quality" or "all".')
    raw = _again(survey.source)
    if len(raw) != survey.removed.received:
        raise DataError(
            f"The file has {counted(len(raw), 'row')}; {counted(survey.removed.received, 'was', 'were')} cleaned."
        )
    ids = raw.column(column).astype(str).str.strip().to_numpy(dtype=object)
    rows = [
        (int(row), stage, reason)
        for row, stage, reason in survey.removed.rows
        if removed == "all" or stage == "quality"
    ]
    known = [x for x in rows if ids[x[0]]]
    if rows and not known:
        raise DataError(
            f"None of {counted(len(rows), 'removed row')} has a '{column}'.",
            hint="name the column that holds the id of the panel company.",
        )
    if len(known) < len(rows):
        warnings.warn(
            f"{len(rows) - len(known)} of {len(rows)} removed rows {'has' if len(rows) - len(known) == 1 else 'have'} no '{column}' and {'is' if len(rows) - len(known) == 1 else 'are'} not in the file.",
            SurveyAnalysisWarning,
            stacklevel=3,
        )
    found = pd.DataFrame(known, columns=["row", "stage", "reason"]).sort_values("row", kind="stable")
    out = pd.DataFrame({column: ids[found["row"].to_numpy(dtype=np.int64)]}, dtype=object)
    return out.assign(stage=found["stage"].to_numpy(), reason=found["reason"].to_numpy())


def _again(source: SourceFile | None) -> RawTable:
    if source is None:
        raise DataError(
            "The survey was not read from one file, so that no ids can be looked up.",
            hint="read the export from its file, then clean.",
        )
    raw = load(
        Path(source.path),
        source.metadata or None,
        encoding=source.encoding,
        header_rows=source.header_rows,
        sheet=source.sheet,
        delimiter=source.delimiter,
        table=source.table,
        decimal=source.decimal,
    )
    if raw.digest != source.digest:
        raise DataError(
            f"'{raw.name}' is no longer the file that was read.",
            where=f"SHA-256 {raw.digest[:12]}…, was {source.digest[:12]}….",
            hint="read and clean the file as it is now.",
        )
    return raw
