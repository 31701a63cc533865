"""Which score is valid for which kind of question, as a table, and the boxes of a scale."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import ScoreError
from survey_analysis.frames.variables import MISSING_KINDS, Categorical, Encoded, Numeric, Text
from survey_analysis.plurals import counted
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import Scale
from survey_analysis.typing import BoolArray, FloatArray

VALID: dict[str, tuple[str, ...]] = {
    "proportion": ("single", "likert", "multiple"),
    "top and bottom box": ("single", "likert"),
    "mean": ("single", "likert", "numeric"),
    "total": ("single", "likert", "numeric"),
    "ratio": ("numeric",),
    "nps": ("single", "likert", "numeric"),
}
"""Statistics and the kinds of question they are defined for; others take what a mean takes."""


def box(
    question: Question,
    scale: Scale,
    top: int | None,
    bottom: int | None,
    answers: Sequence[str] | None,
) -> tuple[tuple[int, ...], str]:
    """Positions of the answers counted, and the name of the score."""
    if answers is not None:
        if isinstance(answers, str):
            raise ScoreError("answers= is one text.", hint=f"give a list: answers=[{answers!r}]")
        if not answers:
            raise no_answers(question.name)
        return scale.positions(list(answers)), "net" if len(answers) > 1 else "share"
    if question.inferred:
        raise ScoreError(
            f"The scale of '{question.name}' was found from the data; which end is favourable is not known.",
            where="answers: " + ", ".join(x.label for x in scale.levels[:8]),
            hint="name the answers: answers=[...], or declare the scale in a study file.",
        )
    if top is not None:
        return scale.top(top), f"top{top}"
    assert bottom is not None  # noqa: S101  the caller gave one of the three
    return scale.bottom(bottom), f"bottom{bottom}"


def no_answers(name: str) -> ScoreError:
    """An empty list of answers: the share giving none of nothing is not a number anybody asked for."""
    return ScoreError(
        f"answers= names no answer of '{name}'.", hint="name at least one, or leave answers= out."
    )


def numbers(question: Question, variable: Encoded, statistic: str) -> FloatArray:
    """Numbers of a variable; NaN where missing. Error for kinds the statistic is not defined for."""
    if isinstance(variable, Numeric):
        return variable.values()
    if isinstance(variable, Categorical):
        if not has_scores(question):
            raise ScoreError(
                f"The answers of '{question.name}' are words and have no scores.",
                where="answers: " + ", ".join(x.label for x in variable.scale.levels[:8]),
                hint="declare a scale with codes or scores in a study file.",
            )
        return variable.values()
    refuse_empty(question, variable)
    raise ScoreError(
        f"'{question.name}' is {'a multiple-response question' if question.kind == 'multiple' else 'open text'}; "
        f"{'an' if statistic[:1] in tuple('aeiou') else 'a'} {'intraclass correlation' if statistic == 'icc' else statistic} is not defined for it.",
        where=f"{statistic}() takes " + ", ".join(VALID.get(statistic, VALID["mean"])) + " questions.",
    )


def refuse_empty(question: Question, variable: Encoded) -> None:
    """An error for a column without any answer, which nothing tells from open text."""
    if isinstance(variable, Text) and not variable.known().any():
        raise ScoreError(
            f"Nobody answered '{question.name}'.",
            where=f"{counted(len(variable.missing), 'row, empty', 'rows, all empty')}.",
            hint="leave it out, or check the name of the column.",
        )


def has_scores(question: Question) -> bool:
    """True for numbers, Likert scales, and answers that have scores or are numbers."""
    if question.kind in ("numeric", "likert"):
        return True
    levels = question.scale.levels if question.kind == "single" and question.scale else ()
    scored = any(x.score is not None for x in levels)
    return bool(levels) and (scored or all(_is_number(x.code) for x in levels))


_UNUSABLE = np.array([k not in ("answered", "not_asked", "not_applicable") for k in MISSING_KINDS])


def missing_in(missing: NDArray[np.uint8], mask: BoolArray) -> int:
    """People in a domain who were asked and gave no usable answer (don't know, refused, blank, break-off)."""
    return int(np.count_nonzero(mask & unusable(missing)))


def unusable(missing: NDArray[np.uint8]) -> BoolArray:
    """Who was asked and gave no usable answer."""
    return _UNUSABLE[missing]


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
