"""The table of a survey with the weights it ended with as a column, so that writers need only a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from survey_analysis.estimation.origin import weighting_text
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.table import Table
from survey_analysis.readers.texts import number_text

COLUMN = "analysis_weight"


def weighted_table(survey: SurveyData) -> tuple[Table, tuple[str, ...]]:
    """The table with `analysis_weight` for the weights made by `.weight()`, and what of the design is lost.

    Weights of the file stay a column beside it, named "base" in `[design.weights]`. Read back, the new weights are
    taken as fixed: how they were calibrated is not in a data file.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"sex": ["f", "f", "m"]}))
    >>> weighted = survey.rake({"sex": {"f": 0.5, "m": 0.5}})
    >>> table, notes = weighted_table(weighted)
    >>> table.raw.column("analysis_weight").tolist()
    ['0.75', '0.75', '1.5']
    """
    table, notes = survey.table, _pps(survey)
    design = survey.study.design.model_copy(update={"pps": None} if notes else {})
    if survey.weights is None:
        return _with(table, design, table.raw), tuple(notes)
    name = COLUMN
    while name in table.raw.columns:
        name += "_"
    frame = table.raw.frame.copy()
    frame[name] = np.array([number_text(float(w)) for w in survey.weights], dtype=object)
    told: dict[str, Any] = {"weight": name}
    if design.weight:
        told["weights"] = {"base": design.weight} | design.weights
    notes.append(
        f"'{name}' holds the weights ({weighting_text(survey)}); read back, they are taken as fixed."
    )
    if design.replicates is not None:
        told["replicates"] = None
        notes.append("The replicate weights belong to the weights of the file and are not written.")
    if survey.replication is not None:
        notes.append("Replicate weights that were made from the design are not written.")
    return _with(table, design.model_copy(update=told), replace(table.raw, frame=frame)), tuple(notes)


def _pps(survey: SurveyData) -> list[str]:
    if survey.joint is None:
        return []
    return ["Joint inclusion probabilities are not written; read back, the design is without them."]


def _with(table: Table, design: Any, raw: Any) -> Table:
    """The same questions over that design; what is encoded stays encoded."""
    study = table.study.model_copy(update={"design": design})
    kept = table._cache if raw is table.raw else dict(table._cache)  # noqa: SLF001  the cells are the same
    return Table(raw, study, table.not_reached, kept)
