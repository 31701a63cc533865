"""The file of excluded ids for a panel company: written by its own call only, never with a report."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from survey_analysis.cleaning.rejected import rejected_ids
from survey_analysis.errors import DataError
from survey_analysis.frames.data import SurveyData
from survey_analysis.plurals import counted
from survey_analysis.reporting.sheets import runs, write_sheet


def write_excluded_ids(
    survey: SurveyData, path: str | Path, *, column: str, removed: Literal["quality", "all"] = "quality"
) -> int:
    """Write the ids of removed respondents with stage and reason, as a panel company asks for them.

    The survey holds no ids: the source file is read again, and must be the same bytes. No report, table or archive
    ever writes this.

    Parameters
    ----------
    path : path
        .csv or .xlsx, whole or not at all.
    column : str
        Column of the source file that holds the id the company knows.
    removed : {"quality", "all"}
        Those excluded for quality, or everybody whom cleaning removed.

    Returns
    -------
    int
        How many ids were written.

    Raises
    ------
    DataError
        Not cleaned; no source file, or one that changed; no removed row with an id; ids that a spreadsheet would run.
    ColumnNotFoundError
        The file has no such column.
    ReportError
        A folder that cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import pandas as pd, survey_analysis as sa
    >>> rules = [{"rule": "eligible", "label": "nine", "remove": "q == 9"}]
    >>> study = {"clean": {"rules": rules}, "roles": {"personal": ["pid"]}}
    >>> with TemporaryDirectory() as folder:
    ...     pd.DataFrame({"pid": ["P1", "P2", "P3"], "q": [1, 9, 2]}).to_csv(f"{folder}/a.csv", index=False)
    ...     cleaned = sa.read(f"{folder}/a.csv", study=study).clean()
    ...     cleaned.write_excluded_ids(f"{folder}/rejected.csv", column="pid", removed="all")
    1
    """
    found = rejected_ids(survey, column, removed=removed)
    risky = sum(runs(str(x)) for x in found[column])
    if risky and Path(path).suffix.lower() == ".csv":
        raise DataError(
            f"{counted(risky, 'id begins', 'ids begin')} as a formula does, and would no longer be {'an id if it was' if risky == 1 else 'ids if they were'} made harmless.",
            hint="write .xlsx, where they stand as text.",
        )
    write_sheet(path, found, "excluded")
    return len(found)
