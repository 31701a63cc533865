"""Outcomes of models: numbers that fit a family, or answers in their order; the base they share with predictors."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np

from survey_analysis.errors import EstimationError, ScoreError
from survey_analysis.frames.data import SurveyData
from survey_analysis.models.columns import Factor, Source, Values, levels
from survey_analysis.models.design import Base, Matrix, base_of, model_matrix, right_columns
from survey_analysis.models.family import Family
from survey_analysis.models.formula import Parsed, parse
from survey_analysis.models.newton import MaximumLikelihood
from survey_analysis.plurals import counted
from survey_analysis.typing import FloatArray, Where


def response(parsed: Parsed) -> str:
    """The outcome; an error for a formula without one."""
    if not parsed.response:
        raise EstimationError(
            f"The formula names no outcome: {parsed.text}", hint="write outcome ~ predictors."
        )
    return parsed.response


def prepared(
    survey: SurveyData, parsed: Parsed, source: Source, outcome: dict[str, Values], where: Where
) -> tuple[Matrix, Base]:
    """Model matrix and base of a formula."""
    columns = right_columns(parsed, source)
    base = base_of(survey, where, {**outcome, **columns})
    return model_matrix(parsed, columns, base), base


def numeric_outcome(text: str, values: Values, family: Family) -> tuple[FloatArray, str]:
    """The outcome as numbers, and what is modelled in words."""
    if not isinstance(values, Factor):
        return values, f"share with {text[2:-1]}" if family.binary and text.startswith("I(") else text
    if not family.binary:
        raise ScoreError(
            f"The answers of '{text}' are words; the {family.name} family models numbers.",
            hint=f"use score({text}), or ordinal() or multinomial() for its answers.",
        )
    if len(values.labels) != 2:
        raise ScoreError(
            f"'{text}' has {counted(len(values.labels), 'answer')}; the {family.name} family models two.",
            where="answers: " + ", ".join(values.labels[:8]),
            hint=f'name the one to count: I({text} == "{values.labels[-1]}").',
        )
    y = np.where(values.codes < 0, np.nan, (values.codes == 1).astype(np.float64))
    return y, f"share with {text} == {values.labels[1]!r}"


def check_outcome(text: str, y: FloatArray, family: Family) -> None:
    """Raise for an outcome that its family does not model."""
    if family.binary and not np.isin(y, (0.0, 1.0)).all():
        raise ScoreError(
            f"'{text}' holds values other than 0 and 1, which the {family.name} family models.",
            where="for example " + ", ".join(f"{v:g}" for v in np.unique(y[~np.isin(y, (0, 1))])[:5]),
            hint=f"name what to count: I({text} == ...).",
        )
    if family.name.endswith("poisson") and (y < 0).any():
        raise ScoreError(f"'{text}' holds negative values, which are no counts.")
    if family.name == "poisson" and (y != np.round(y)).any():
        raise ScoreError(f"'{text}' holds values that are no counts.", hint='use family="quasipoisson".')
    if float(np.ptp(y)) == 0:
        raise EstimationError(f"Everybody in the base of the model has the same '{text}': {y[0]:g}.")


def answers(
    survey: SurveyData, parsed: Parsed, source: Source, where: Where, least: int, nominal: str | None
) -> tuple[FloatArray, tuple[str, ...], Matrix, Base]:
    """The outcome as positions of its answers, their labels, matrix and base."""
    factor = levels(response(parsed), source)
    columns = right_columns(parsed, source)
    others = right_columns(parse(f"~ {nominal}"), source) if nominal else {}
    base = base_of(survey, where, {parsed.response: factor, **columns, **others})
    counts = np.bincount(factor.codes[base.rows], minlength=len(factor.labels))
    kept = np.flatnonzero(counts > 0)
    if len(kept) < len(counts) and factor.keep_empty:
        empty = [x for x, n in zip(factor.labels, counts, strict=True) if not n]
        raise EstimationError(
            f"Nobody in the base of the model gave {counted(len(empty), 'answer of the outcome', 'answers of the outcome')} '{parsed.response}'.",
            where="no respondents: " + ", ".join(empty[:8]),
            hint=f"write drop_empty({parsed.response}) ~ ... to leave them out.",
        )
    if len(kept) < least:
        raise ScoreError(
            f"The outcome '{parsed.response}' has {counted(len(kept), 'answer')}; the model needs {least} or more.",
            hint='use glm(family="binomial") for two answers.',
        )
    y = np.searchsorted(kept, factor.codes[base.rows]).astype(np.float64)
    return y, tuple(factor.labels[k] for k in kept), model_matrix(parsed, columns, base), base


MOST_ORDERED = 30
"""Answers of an ordinal outcome above which it is a number, not a scale."""


def in_order(
    survey: SurveyData, text: str, y: FloatArray, labels: tuple[str, ...], order: Sequence[str] | None
) -> tuple[FloatArray, tuple[str, ...]]:
    """Outcome and labels from lowest to highest; an error where nothing says which is which."""
    if len(labels) > MOST_ORDERED:
        raise ScoreError(
            f"'{text}' has {counted(len(labels), 'different answer')}.",
            hint="model a number with glm(), or band it.",
        )
    if order is not None:
        if isinstance(order, str) or sorted(order) != sorted(labels):
            raise ScoreError(
                f"order= does not name the answers of '{text}', each once.",
                where=f"found {', '.join(map(str, order))}; the answers are {', '.join(labels)}.",
            )
        place = np.array([list(order).index(label) for label in labels], dtype=np.float64)
        return place[y.astype(np.intp)], tuple(order)
    name = text.strip("`")
    known = name in survey.table.codebook.questions or name in survey.table.raw.columns
    question = survey.table.question(name) if known else None
    stated = question is None or not question.inferred or name in survey.table.raw.ordered
    if stated or _numbered(labels):
        return y, labels
    raise ScoreError(
        f"The order of the answers of '{text}' is not known.",
        where="answers: " + ", ".join(labels),
        hint="give order=[lowest, ..., highest], an ordered pandas Categorical, or declare the scale in a study file.",
    )


def _numbered(labels: Sequence[str]) -> bool:
    """True for answers that carry rising numbers: codes, "18-34", "1 Low", "(19,39]"."""
    found = [re.search(r"\d+(?:\.\d+)?", label) for label in labels]
    numbers = [float(m[0]) for m in found if m]
    return len(numbers) == len(labels) and all(a < b for a, b in pairwise(numbers))


def minus_half(engine: MaximumLikelihood) -> Callable[[FloatArray, FloatArray, float], float]:
    """Log likelihood of an engine whose deviance is -2 log likelihood."""

    def loglik(theta: FloatArray, w: FloatArray, scale: float) -> float:
        del scale
        return -engine.deviance(w, theta) / 2

    return loglik
