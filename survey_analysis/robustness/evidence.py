"""Numerators and bases of every way to read the answers, by the functions the public verbs use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey_analysis.estimation.assemble import gathered
from survey_analysis.estimation.cells import Cell, Cells, cells, stack
from survey_analysis.estimation.constructs import construct_score, items_of
from survey_analysis.estimation.fits import Column
from survey_analysis.estimation.mean import scored_columns
from survey_analysis.estimation.proportion import answer_columns, option_columns
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, missing_code
from survey_analysis.results.estimate import Evidence
from survey_analysis.robustness.measure import Measure
from survey_analysis.robustness.options import Box, Unsure
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import Scale
from survey_analysis.typing import BoolArray

Answers = tuple[Unsure | None, Box | None]


@dataclass(frozen=True, eq=False)
class Reading:
    """One way to read the answers: what is summed, and the keys of its rows."""

    evidence: Evidence
    keys: tuple[tuple[str, ...], ...]
    is_share: bool


def readings(survey: SurveyData, measure: Measure, answers: Sequence[Answers]) -> list[Reading]:
    """The evidence of every box and treatment of don't know; cells and bases are found once."""
    asked = measure.asked(survey)
    if asked is None:
        return [_constructs(survey, measure)]
    within = cells(survey, asked, measure.by, measure.where)
    boxed = {box: _columns(survey, asked, within, box) for _, box in answers}
    columns, first = gathered(survey, within, next(iter(boxed.values())), is_total=False)
    kept = [c.cell for c in columns]
    keys = tuple(within.cells[i].keys for i in kept)
    made = {box: [c for c in columns if c.cell in kept] for box, columns in boxed.items()}
    return [
        Reading(
            _evidence(survey, asked, within, made[box], first, unsure, box),
            keys,
            is_share=box is not None and box.kind != "mean",
        )
        for unsure, box in answers
    ]


def _constructs(survey: SurveyData, measure: Measure) -> Reading:
    """Construct scores, construct by construct, as `perceptions` sums them."""
    known = survey.table.codebook.constructs
    chosen = [known[name] for name in measure.constructs]
    within = cells(survey, items_of(survey, chosen[0])[0], measure.by, measure.where)
    columns: list[Column] = []
    crossed: list[Cell] = []
    for construct in chosen:
        items = items_of(survey, construct)
        for cell in within.cells:
            score = construct_score(survey, construct, items, cell.subject)[0]
            base = cell.mask & ~np.isnan(score)
            columns.append(Column(len(crossed), "", np.where(base, score, 0.0), base.astype(np.float64), 0))
            crossed.append(Cell((construct.name, *cell.keys), cell.mask, cell.subject))
    found = Cells(within.dims, tuple(crossed), within.over)
    columns, evidence = gathered(survey, found, columns, is_total=False)
    return Reading(evidence, tuple(crossed[c.cell].keys for c in columns), is_share=False)


def _columns(survey: SurveyData, asked: Question, within: Cells, box: Box | None) -> list[Column]:
    if box is None or box.kind == "mean":
        return scored_columns(survey, asked, within, "mean")
    chosen = {"top": None, "bottom": None, "answers": None} | box.asked()
    if asked.kind == "multiple":
        return option_columns(survey, asked, within, **chosen)[0]
    return answer_columns(survey, asked, within, **chosen)[0]


def _evidence(
    survey: SurveyData,
    asked: Question,
    within: Cells,
    columns: Sequence[Column],
    first: Evidence,
    unsure: Unsure | None,
    box: Box | None,
) -> Evidence:
    """Columns side by side; people who do not know join the base with a score of nothing, or of the lowest answer.

    That is what the verbs give when the study file declares the code as an answer: off the scale, or below its
    lowest with the score of that.
    """
    n = len(survey)
    y, x = stack([c.y for c in columns], n), stack([c.x for c in columns], n)
    if unsure is not None and unsure.kind == "off":
        x = x * ~stack([_off_scale(survey, asked, within, c) for c in columns], n).astype(bool)
    elif unsure is not None and unsure.kind != "excluded":
        score = _lowest(asked.scale) if box is not None and box.kind == "mean" else 0.0
        joined = stack([_said(survey, asked, within, c, unsure) for c in columns], n)
        y, x = y + score * joined, x + joined
    return replace(first, y=y, x=x, member=np.asarray(x != 0))


def _said(survey: SurveyData, asked: Question, within: Cells, column: Column, unsure: Unsure) -> BoolArray:
    """Who is in the cell and gave one of these missing answers."""
    cell = within.cells[column.cell]
    variable = survey.table.variable(asked.name, cell.subject)
    assert isinstance(variable, Categorical)  # noqa: S101  only scales have typed missing codes
    return np.asarray(np.isin(variable.missing, [missing_code(m) for m in unsure.missing]) & cell.mask)


def _off_scale(survey: SurveyData, asked: Question, within: Cells, column: Column) -> BoolArray:
    """Who gave an answer that has no place on the scale."""
    variable = survey.table.variable(asked.name, within.cells[column.cell].subject)
    assert isinstance(variable, Categorical)  # noqa: S101  only scales have such answers
    return np.asarray(variable.codes >= len(variable.scale.levels))


def _lowest(scale: Scale | None) -> float:
    """The score of the least favourable answer."""
    assert scale is not None  # noqa: S101  only scales have typed missing codes
    place = len(scale.levels) - 1 if scale.favourable == "first" else 0
    return float(scale.scores[place] or 0.0)
