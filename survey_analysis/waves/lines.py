"""What is followed over waves: shares of answers, boxes and the mean of every question, as numbers a row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.scoring import numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Encoded, Multiple, Text
from survey_analysis.results.crosstab import RowKind
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Followed:
    """One line of one question and subject: sum(w y) / sum(w base) in each wave."""

    question: Question
    subject: str
    kind: RowKind
    label: str
    y: FloatArray
    base: BoolArray

    @property
    def is_share(self) -> bool:
        """Whether the line is a share; the others are means."""
        return self.kind in ("answer", "net")


def followed(survey: SurveyData, question: Question) -> list[Followed]:
    """All lines of a question: answers, top and bottom two of a declared scale, the mean.

    Raises
    ------
    EstimationError
        Open text.
    """
    if question.kind == "open":
        raise EstimationError(f"'{question.name}' is open text.", hint="code it first.")
    labels = survey.table.codebook.subjects[question.over].labels if question.over else {"": ""}
    out: list[Followed] = []
    for key in question.columns if question.over else ("",):
        variable = survey.table.variable(question.name, key)
        out += [
            Followed(question, labels[key], kind, label, np.asarray(np.where(base, y, 0.0)), base)
            for kind, label, y, base in _lines(question, variable)
        ]
    return out


_Line = tuple[RowKind, str, FloatArray, BoolArray]


def _lines(question: Question, variable: Encoded) -> Iterator[_Line]:
    known = variable.known()
    if isinstance(variable, Multiple):
        for j, option in enumerate(variable.options):
            yield "answer", option.label, variable.chosen[:, j].astype(np.float64), known
        return
    if isinstance(variable, Categorical):
        for j, answer in enumerate(variable.scale.answers):
            yield "answer", answer.label, (variable.codes == j).astype(np.float64), known
        if not _boxed(question):
            return
        for label, places in (("Top 2", variable.scale.top(2)), ("Bottom 2", variable.scale.bottom(2))):
            yield "net", label, np.isin(variable.codes, places).astype(np.float64), known
    if isinstance(variable, Text):
        return
    values = numbers(question, variable, "mean")
    yield "mean", "Mean", np.nan_to_num(values), ~np.isnan(values)


def _boxed(question: Question) -> bool:
    scale = question.scale
    return (
        question.kind == "likert" and scale is not None and not question.inferred and len(scale.levels) >= 4
    )


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
    variable = survey.table.variable(question.name, key)
    known = variable.known()
    if isinstance(variable, Multiple) and answers is not None:
        hit = np.asarray(variable.chosen[:, variable.positions(tuple(answers))].any(axis=1), dtype=np.float64)
        return Followed(question, key, "net", " or ".join(answers), hit, known)
    if isinstance(variable, Categorical) and (answers is not None or top is not None):
        scale = variable.scale
        places = scale.positions(list(answers)) if answers is not None else _top(question, top)
        label = f"Top {top}" if top is not None else " or ".join(scale.answers[p].label for p in places)
        y = np.isin(variable.codes, places).astype(np.float64)
        return Followed(question, key, "net", label, y, known)
    if top is not None or answers is not None or question.kind not in ("numeric", "likert"):
        raise EstimationError(
            f"'{question.name}' is a {question.kind} question; which share is meant is not said.",
            hint='give answers=["..."]' + (", or top=2." if question.kind == "likert" else "."),
        )
    values = numbers(question, variable, "mean")
    base = ~np.isnan(values)
    y = np.asarray(np.where(base, values, 0.0), dtype=np.float64)
    return Followed(question, key, "mean", "Mean", y, base)


def _top(question: Question, top: int | None) -> tuple[int, ...]:
    scale = question.scale
    if scale is None or question.kind != "likert" or question.inferred or top is None:
        raise EstimationError(
            f"Which end of '{question.name}' is favourable is not declared.", hint="give answers=[...]."
        )
    return scale.top(top)
