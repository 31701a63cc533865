"""The same survey under another weight of the file, taken as fixed."""

from __future__ import annotations

from collections.abc import Sequence

from survey_analysis.errors import ColumnNotFoundError, DesignError, EstimationError, closest
from survey_analysis.frames.data import SurveyData


def weight_names(weight: str | Sequence[str]) -> list[str]:
    """Weights asked for, in order; "" is the survey's own."""
    names = [weight] if isinstance(weight, str) else list(weight)
    if not names:
        raise EstimationError("weight= is empty.", hint="name a weight, or leave weight= out.")
    twice = [w for w in names if names.count(w) > 1]
    if twice:
        raise EstimationError(f"weight= names '{twice[0]}' twice.", hint="name each weight once.")
    return names


def under_weight(survey: SurveyData, name: str) -> SurveyData:
    """The survey with a named weight of `[design.weights]`, or a column, as fixed weights; "" is the survey itself.

    Raises
    ------
    ColumnNotFoundError
        No such weight and no such column.
    DesignError
        The design has replicate weights or probabilities that belong to the weight they came with.
    WeightError
        Weights that are negative, missing or all zero.
    """
    if not name:
        return survey
    design = survey.study.design
    column = design.weights.get(name, name)
    known = (*design.weights, *survey.table.raw.columns)
    if column not in survey.table.raw.columns:
        raise ColumnNotFoundError(f"There is no weight '{name}'.", hint=closest(name, known))
    if design.replicates is not None or survey.replication is not None or design.pps is not None:
        raise DesignError(
            f"'{name}' cannot be put in place of the weight of this design.",
            where="its replicate weights or selection probabilities belong to the weight they came with.",
            hint="read the file again with that weight.",
        )
    study = survey.study.model_copy(update={"design": design.model_copy(update={"weight": column})})
    table = type(survey.table)(survey.table.raw, study, survey.table.not_reached)
    return survey.replace(table=table, weights=None, calibration=(), weighting=())
