"""What is followed over waves: shares of answers, boxes and the mean of every question, as numbers a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.loops import loop_factor
from survey_analysis.estimation.scoring import numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Encoded, Multiple
from survey_analysis.results.crosstab import RowKind
from survey_analysis.study.codebook import Question
from survey_analysis.tabulation.questions import Wanted, lines_of
from survey_analysis.typing import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Followed:
    """One line of one question and subject: sum(w y) / sum(w mass) in each wave.

    `mass` is 0 outside the base, else 1, or the factor of a loop that asked part of the subjects; `y` has it too.
    """

    question: Question
    subject: str
    kind: RowKind
    label: str
    y: FloatArray
    mass: FloatArray

    @property
    def is_share(self) -> bool:
        """Whether the line is a share; the others are means."""
        return self.kind in ("answer", "net")


def followed(survey: SurveyData, question: Question) -> list[Followed]:
    """All lines that a banner table of the question has: answers, nets, boxes, mean, net promoter score.

    Raises
    ------
    EstimationError
        Open text.
    """
    labels = survey.table.codebook.subjects[question.over].labels if question.over else {"": ""}
    out: list[Followed] = []
    for key in question.columns if question.over else ("",):
        lines = lines_of(survey, question, key, Wanted())
        for j, line in enumerate(lines.lines):
            y, base = lines.y[:, j], lines.base[:, j]
            out.append(_followed(survey, question, (key, labels[key]), (line.kind, line.label), y, base))
    return out


def _followed(
    survey: SurveyData,
    question: Question,
    subject: tuple[str, str],
    line: tuple[RowKind, str],
    y: FloatArray,
    base: BoolArray,
) -> Followed:
    factor = loop_factor(survey, question.over, subject[0])
    mass = np.asarray(base, dtype=np.float64) if factor is None else np.where(base, factor, 0.0)
    return Followed(question, subject[1], *line, np.asarray(np.where(base, y, 0.0) * mass), mass)


def chosen_line(
    survey: SurveyData,
    question: Question,
    answers: Sequence[str] | None,
    top: int | None,
    subject: str | None,
) -> Followed:
    """The one line a decomposition is about: chosen answers, a top box, or the mean.

    Raises
    ------
    EstimationError
        A battery without a subject; a question with neither answers chosen nor a mean.
    """
    key = ""
    if question.over:
        if subject is None:
            raise EstimationError(
                f"'{question.name}' is asked about every {question.over}.", hint='say which: subject="...".'
            )
        key = survey.table.codebook.subjects[question.over].key_of(subject)
    elif subject is not None:
        raise EstimationError(f"'{question.name}' has no subjects.", hint="leave subject= out.")
    if answers is not None and top is not None:
        raise EstimationError("answers= and top= are both given.", hint="give one of them.")
    kind, label, y, base = _chosen(question, survey.table.variable(question.name, key), answers, top)
    return _followed(survey, question, (key, key), (kind, label), y, base)


def _chosen(
    question: Question, variable: Encoded, answers: Sequence[str] | None, top: int | None
) -> tuple[RowKind, str, FloatArray, BoolArray]:
    """Kind, name, values and base of the one line."""
    known = variable.known()
    if isinstance(variable, Multiple) and answers is not None:
        chosen = variable.chosen[:, variable.positions(tuple(answers))].any(axis=1)
        return "net", " or ".join(answers), np.asarray(chosen, dtype=np.float64), known
    if isinstance(variable, Categorical) and (answers is not None or top is not None):
        scale = variable.scale
        places = scale.positions(list(answers)) if answers is not None else _top(question, top)
        label = f"Top {top}" if top is not None else " or ".join(scale.answers[p].label for p in places)
        return "net", label, np.isin(variable.codes, places).astype(np.float64), known
    if top is not None or answers is not None or question.kind not in ("numeric", "likert"):
        raise EstimationError(
            f"'{question.name}' is a {question.kind} question; which share is meant is not said.",
            hint='give answers=["..."]' + (", or top=2." if question.kind == "likert" else "."),
        )
    values = numbers(question, variable, "mean")
    base = ~np.isnan(values)
    return "mean", "Mean", np.asarray(np.where(base, values, 0.0), dtype=np.float64), base


def _top(question: Question, top: int | None) -> tuple[int, ...]:
    scale = question.scale
    if scale is None or question.kind != "likert" or question.inferred or top is None:
        raise EstimationError(
            f"Which end of '{question.name}' is favourable is not declared.", hint="give answers=[...]."
        )
    return scale.top(top)
