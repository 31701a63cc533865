"""Which items a scale has, and the answers to them in one group of people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_analysis.core.item_moments import Missing, answered_columns
from survey_analysis.errors import EstimationError, names_of
from survey_analysis.estimation.cells import Cell
from survey_analysis.estimation.constructs import items_of
from survey_analysis.estimation.loops import loop_of
from survey_analysis.estimation.scoring import numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import Evidence
from survey_analysis.study.codebook import Construct, Question
from survey_analysis.typing import BoolArray, FloatArray


@dataclass(frozen=True)
class ScaleItems:
    """A scale: a construct of the study file, or a list of items."""

    name: str
    label: str
    items: tuple[Question, ...]
    base: str

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the items."""
        return tuple(q.name for q in self.items)


@dataclass(frozen=True, eq=False)
class GroupAnswers:
    """Answers (n, k) of everybody, NaN where missing, and who of a group counts.

    Attributes
    ----------
    inside : ndarray of bool, shape (n,)
        The group.
    counted : ndarray of bool, shape (n, k)
        Which answers count, by the rule for missing ones.
    base : ndarray of bool, shape (n,)
        People behind the coefficients, who have weight.
    factor : ndarray, shape (n,)
        Factor on the weights.
    """

    x: FloatArray
    inside: BoolArray
    counted: BoolArray
    base: BoolArray
    factor: FloatArray
    n: int
    n_missing: int


def scales_asked(survey: SurveyData, asked: str | Sequence[str] | None) -> list[ScaleItems]:
    """The scales that names stand for: constructs, each a scale, or questions, together one scale.

    Raises
    ------
    ColumnNotFoundError
        An unknown name.
    EstimationError
        No constructs; constructs and items mixed; one item.
    """
    known = survey.table.codebook.constructs
    if asked is None and not known:
        raise EstimationError(
            "The study file declares no constructs.",
            hint='name the items: survey.reliability(["a", "b", "c"]).',
        )
    names = list(known) if asked is None else names_of(asked, "the scale")
    twice = [n for n in names if names.count(n) > 1]
    if twice:
        raise EstimationError(f"'{twice[0]}' is named twice.", hint="name each once.")
    constructs = [n for n in names if n in known]
    if len(constructs) == len(names) and names:
        return [_construct(survey, known[n]) for n in names]
    for name in names:
        if name not in known:
            survey.table.question(name)  # an unknown name is its error, with the nearest ones
    if constructs:
        raise EstimationError(
            f"'{constructs[0]}' is a construct, '{next(n for n in names if n not in known)}' an item.",
            hint="ask for constructs, or for the items of one scale.",
        )
    if len(names) < 2:
        raise EstimationError(
            "One item has no internal consistency." if names else "No item was named.",
            hint="name two items or more, or a construct.",
        )
    declared = [
        n for n in names if not survey.table.question(n).inferred
    ]  # found scales end where answers do
    items_of(survey, Construct(name="these items", items=tuple(declared)))
    items = tuple(survey.table.question(n) for n in names)
    if len({(q.over, tuple(q.columns)) for q in items}) > 1 and any(q.over for q in items):
        raise EstimationError("These items run over different subjects.", hint="ask for them apart.")
    short = [q.short or q.name for q in items]
    label = ", ".join(short) if len(short) <= 3 else f"{short[0]} to {short[-1]}"
    return [ScaleItems("items", label, items, "")]


def _construct(survey: SurveyData, construct: Construct) -> ScaleItems:
    label = construct.text or construct.short or construct.name.capitalize()
    return ScaleItems(construct.name, label, tuple(items_of(survey, construct)), construct.base)


def people_of(survey: SurveyData, over: str) -> Evidence:
    """Who is a person, and the loop of the subjects: what counts people and weights ratings."""
    loop, asked = loop_of(survey, over)
    nobody = np.zeros((len(survey), 0))
    return Evidence(nobody, None, nobody > 0, survey.frame, (), loop, asked, survey.person)


def answers_of(
    survey: SurveyData, scale: ScaleItems, cell: Cell, evidence: Evidence, missing: Missing
) -> GroupAnswers:
    """Answers of a group to the items of a scale, reversed items turned."""
    variables = [survey.table.variable(q.name, cell.subject) for q in scale.items]
    x = np.column_stack([numbers(q, v, "reliability") for q, v in zip(scale.items, variables, strict=True)])
    asked = np.logical_or.reduce([np.asarray(v.missing != 1) for v in variables])
    counted = answered_columns(x, cell.mask, missing)
    base = counted.any(axis=1) & (survey.frame.weight > 0)
    lost = cell.mask & asked & (survey.frame.weight > 0) & ~base
    return GroupAnswers(
        x,
        cell.mask,
        counted,
        base,
        evidence.factor(frozenset({cell.subject})),
        evidence.people(base),
        evidence.people(lost),
    )
