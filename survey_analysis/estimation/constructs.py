"""Construct scores as derived numbers: the mean of a respondent's items, when enough were answered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.scoring import numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.codebook import Construct, Question
from survey_analysis.typing import BoolArray, FloatArray


def items_of(survey: SurveyData, construct: Construct) -> list[Question]:
    """Items of a construct; they must run over the same subjects on scales of one length."""
    items = [survey.table.question(n) for n in construct.items]
    if len({q.over for q in items}) > 1:
        raise EstimationError(f"The items of '{construct.name}' run over different subjects.")
    if len({len(q.scale.levels) for q in items if q.scale}) > 1:
        raise EstimationError(
            f"The items of '{construct.name}' have scales of different length.",
            where=", ".join(f"{q.name}: {len(q.scale.levels)}" for q in items if q.scale),
            hint="use items on one scale.",
        )
    return items


def construct_score(
    survey: SurveyData, construct: Construct, items: Sequence[Question], subject: str
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Score of each respondent (NaN below the minimum answered), item matrix, and who was asked at all."""
    variables = [survey.table.variable(q.name, subject) for q in items]
    matrix = np.column_stack([numbers(q, v, "mean") for q, v in zip(items, variables, strict=True)])
    answered = (~np.isnan(matrix)).sum(axis=1)
    enough = answered >= construct.minimum_answered
    score = np.full(len(matrix), np.nan)
    score[enough] = np.nansum(matrix, axis=1)[enough] / answered[enough]
    asked = np.logical_or.reduce([np.asarray(v.missing != 1) for v in variables])
    return score, matrix, asked
