"""One file with all waves, as one survey a wave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.cells import variable_levels
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.table import Table


def split_waves(survey: SurveyData, by: str) -> dict[str, SurveyData]:
    """Split a file that holds all waves, to clean and weight each of them and to stack them again.

    Parameters
    ----------
    by : str
        The question or column that tells the waves apart, in the order of its answers.

    Returns
    -------
    dict of str to Survey
        One survey a wave, labelled by the answers; waves nobody is in are left out. The codebook is the same.

    Raises
    ------
    EstimationError
        Rows of no wave, or of two; a survey that was cleaned or weighted (its rows belong together then).

    Notes
    -----
    Strata and units of the file are split with the rows: a stratum that spans waves becomes one a wave.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> table = pd.DataFrame({"year": ["2024", "2025", "2025"], "q": ["yes", "no", "yes"]})
    >>> {label: len(s) for label, s in sa.split_waves(sa.read(table), "year").items()}
    {'2024': 1, '2025': 2}
    """
    if survey.weights is not None or survey.log.entries or survey.waves is not None:
        raise EstimationError(
            "The survey was cleaned, weighted or stacked before it was split.",
            hint="split what was read, then clean and weight each wave.",
        )
    dim, levels = variable_levels(survey, by)
    masks = [np.zeros(len(survey), dtype=bool) if m is None else m for _, m in levels]
    times = np.sum(masks, axis=0)
    lost = int((times != 1).sum())
    if lost:
        raise EstimationError(
            f"{lost:,} row{'s are' if lost > 1 else ' is'} in no wave or in two.",
            where=f"by = '{by}'",
            hint="filter the file before it is read, or correct the column.",
        )
    labels = dict(dim.levels)
    raw = survey.table.raw
    out = {}
    for (key, _), mask in zip(levels, masks, strict=True):
        if mask.any():
            part = raw.with_frame(raw.frame[mask].reset_index(drop=True))
            part = replace(part, digest=f"{raw.digest} {by}={key}" if raw.digest else "")
            out[labels[key]] = replace(survey, table=Table(part, survey.study), joint=None)
    return out
