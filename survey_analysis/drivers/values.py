"""What an outcome and its predictors hold for every row: scores of questions and constructs, or a box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_analysis.core import scores
from survey_analysis.errors import EstimationError, ScoreError, names_of
from survey_analysis.estimation.constructs import construct_score, items_of
from survey_analysis.estimation.scoring import box, numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical
from survey_analysis.study.codebook import Construct, Question
from survey_analysis.typing import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Named:
    """A question or a construct: how it is called, what it runs over, the ends of its scale."""

    name: str
    label: str
    over: str
    items: tuple[Question, ...]
    construct: Construct | None = None

    @property
    def scale_range(self) -> tuple[float, float] | None:
        """Lowest and highest score of a declared scale, None for a number without one."""
        scale = None if self.items[0].inferred else self.items[0].scale
        known = [s for s in (scale.scores if scale else ()) if s is not None]
        return (min(known), max(known)) if known else None

    def scored(self, survey: SurveyData, subject: str) -> tuple[FloatArray, BoolArray]:
        """Scores (n,), NaN where missing, and who was asked."""
        about = subject if self.over else ""
        if self.construct is not None:
            score, _, asked = construct_score(survey, self.construct, self.items, about)
            return score, asked
        variable = survey.table.variable(self.name, about)
        scores_of = numbers(self.items[0], variable, "mean")
        _refuse_names(self.items[0])
        return scores_of, np.asarray(variable.missing != 1)

    def boxed(
        self, survey: SurveyData, subject: str, top: int | None, answers: Sequence[str] | None
    ) -> tuple[FloatArray, BoolArray, tuple[str, ...], str]:
        """1 where an answer of the box was given, 0 for any other, NaN where missing; labels and score."""
        variable = survey.table.variable(self.name, subject if self.over else "")
        if self.construct is not None or not isinstance(variable, Categorical):
            raise ScoreError(
                f"'{self.name}' has no answers to count.",
                where="top= and answers= are for questions on a scale.",
                hint="leave them out: scores are used as they are.",
            )
        chosen, name = box(self.items[0], variable.scale, top, None, answers)
        every = variable.scale.answers
        y, x = scores.share(range(len(every)), chosen).rows(variable.codes)
        labels = tuple(every[j].label for j in chosen)
        return np.where(x > 0, y, np.nan), np.asarray(variable.missing != 1), labels, name


def _refuse_names(question: Question) -> None:
    """Raise for three or more answers whose codes may be nothing but names: an order must be declared."""
    levels = question.scale.levels if question.kind == "single" and question.scale else ()
    plain = all(x.label == x.code for x in levels)
    if len(levels) < 3 or plain or any(x.score is not None for x in levels):
        return
    raise ScoreError(
        f"The codes of '{question.name}' may be names: nothing says that its answers have an order.",
        where="answers: " + ", ".join(x.label for x in levels[:8]),
        hint='declare kind = "likert" or scores on its scale, or take a comparison of two groups with by=.',
    )


def named(survey: SurveyData, name: str) -> Named:
    """A question or construct by name.

    Raises
    ------
    ColumnNotFoundError
        No such name.
    """
    construct = survey.table.codebook.constructs.get(name)
    if construct is not None:
        items = items_of(survey, construct)
        label = construct.text or construct.short or construct.name.capitalize()
        return Named(name, label, items[0].over, tuple(items), construct)
    question = survey.table.question(name)
    return Named(name, question.short or question.text or name, question.over, (question,))


def predictors_of(survey: SurveyData, outcome: Named, on: str | Sequence[str]) -> list[Named]:
    """The predictors, checked against each other and the outcome.

    Raises
    ------
    EstimationError
        None, one named twice, the outcome itself or an item of it, an item beside its construct, or a battery
        over other subjects than the outcome's.
    """
    wanted = names_of(on, "on=")
    if not wanted:
        raise EstimationError("on= names no predictor.", hint="name questions or constructs in a list.")
    twice = [x for x in wanted if wanted.count(x) > 1]
    if twice:
        raise EstimationError(f"on= names '{twice[0]}' twice.", hint="name each predictor once.")
    found = [named(survey, x) for x in wanted]
    owner: dict[str, str] = {q.name: outcome.name for q in outcome.items}
    for one in found:
        for item in one.items:
            if item.name in owner:
                other = owner[item.name]
                raise EstimationError(
                    f"'{one.name}' and '{other}' share the item '{item.name}'."
                    if one.name != other
                    else f"'{one.name}' is the outcome and a predictor.",
                    hint="a score must not be related to itself: leave one of them out.",
                )
            owner[item.name] = one.name
        if one.over and one.over != outcome.over:
            raise EstimationError(
                f"'{one.name}' is asked about every {one.over}; '{outcome.name}' is "
                + (f"asked about every {outcome.over}." if outcome.over else "not."),
                hint="take predictors that were rated together with the outcome, or questions about the person.",
            )
    return found
