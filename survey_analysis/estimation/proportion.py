"""Shares: of each answer, of boxes, of options, of anything any-of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.core import scores
from survey_analysis.errors import ScoreError
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cells, cells
from survey_analysis.estimation.export import column_name
from survey_analysis.estimation.fits import Column
from survey_analysis.estimation.origin import base_texts, topic
from survey_analysis.estimation.quick import Counted, carries, quick_shares
from survey_analysis.estimation.rcode import answered, gives
from survey_analysis.estimation.scoring import box, missing_in, no_answers, unusable
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Multiple
from survey_analysis.results.estimate import EstimateData
from survey_analysis.study.codebook import Question
from survey_analysis.typing import By, DesignEffect, EstimateDf, ProportionInterval, Where


def proportion(
    survey: SurveyData,
    question: str,
    *,
    top: int | None = None,
    bottom: int | None = None,
    answers: Sequence[str] | None = None,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    method: ProportionInterval = "logit",
    df: EstimateDf = "domain",
    deff: DesignEffect = "with-replacement",
) -> EstimateData:
    """Estimate the share giving an answer.

    Without `top`, `bottom` or `answers` every answer (or option) has its row; with one of them, one row
    a cell: the share in the `top` (most favourable) or `bottom` box, or giving any of `answers`.

    Parameters
    ----------
    question : str
        A single, Likert or multiple-response question, or a battery of them.
    top, bottom : int, optional
        Size of the box, counted from the favourable or unfavourable end of the scale.
    answers : sequence of str, optional
        Labels or codes; the share giving any of them (a net; of a multiple-response question, any-of).
    by : str or sequence of str, optional
        Variables to break down by; their levels are crossed.
    where : str or mapping, optional
        Domain. Others stay in the design and count as zeros.
    level : float
        Confidence level.
    method : str
        "logit", "wilson", "korn-graubard", "beta", "t", "asin", "xlogit", "likelihood", "clopper-pearson" or
        "agresti-coull".
        Interval, see `core.intervals.interval`; the last three take p q / V for n. At a share of 0 or 1
        Korn-Graubard limits hold whatever is asked.
    df : {"domain", "design"} or float
        Degrees of freedom of the intervals: of each row's domain, of the whole design (R `degf`), or a number.
    deff : {"with-replacement", "without-replacement"}
        Simple random sample that the design effect compares with; the latter is R's `deff=TRUE` and NaN where
        the weights do not add up to a population.

    Returns
    -------
    EstimateData
        Shares as 0-1, in scale order.

    Raises
    ------
    ScoreError
        The question has no such box or answer; numbers and text have no shares.
    EmptyDomainError, EstimationError
        Nobody is in the domain; samples of different populations would be pooled.

    Notes
    -----
    p = sum(w y) / sum(w x), y = 1 for the answer, x = 1 for any valid answer in the domain; variance from
    z = w (y - p x) / sum(w x) (Binder 1983; R `svymean`, `svyciprop`), degrees of freedom of the domain.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"buy": ["yes", "no", "yes", "yes"], "w": [1, 1, 2, 1]})
    >>> share = sa.read(data, weight="w").proportion("buy", answers=["yes"])
    >>> share.value, round(share.std_error, 3)
    (0.8, 0.217)
    """
    asked = survey.table.question(question)
    if sum(x is not None for x in (top, bottom, answers)) > 1:
        raise ScoreError("Give only one of top=, bottom= and answers=.")
    found = cells(survey, asked, by, where)
    wanted = Asked(where, level, df, deff)
    quick = _quick(survey, asked, found, top, bottom, answers, wanted, method)
    if quick is not None:
        return quick
    if asked.kind == "multiple":
        columns, labels = option_columns(survey, asked, found, top, bottom, answers)
        score = "any of" if labels else ""
    elif asked.kind in ("single", "likert"):
        columns, labels, score = answer_columns(survey, asked, found, top, bottom, answers)
    else:
        raise ScoreError(
            f"'{question}' is {'a number' if asked.kind == 'numeric' else 'open text'}; it has no shares.",
            where="proportion() is defined for single, likert and multiple-response questions.",
            hint="use survey.mean() for numbers, or derive bands: [derived.NAME] levels = {...}",
        )
    about = topic(survey, asked, "proportion", "share", score=score, answers=labels)
    bases = base_texts(asked.base, asked.name, where, found)
    return assemble(survey, found, columns, about, bases, asked=wanted, method=method)


def _quick(
    survey: SurveyData,
    question: Question,
    found: Cells,
    top: int | None,
    bottom: int | None,
    answers: Sequence[str] | None,
    asked: Asked,
    method: ProportionInterval,
) -> EstimateData | None:
    """The same shares from one table of sums, where question and design are plain enough."""
    if question.kind not in ("single", "likert") or question.over:
        return None
    variable = survey.table.variable(question.name)
    if not isinstance(variable, Categorical) or not carries(
        survey, len(variable.scale.answers), len(found.cells)
    ):
        return None
    name, codes, score = column_name(question.name, ""), variable.codes, ""
    labels: tuple[str, ...] = ()
    if top is None and bottom is None and answers is None:
        counted = [Counted(a.label, j, _r(name, [a.label])) for j, a in enumerate(variable.scale.answers)]
    else:
        chosen, score = box(question, variable.scale, top, bottom, answers)
        labels = tuple(variable.scale.answers[j].label for j in chosen)
        codes = np.where(codes < 0, -1, np.isin(codes, chosen)).astype(np.int16)
        counted = [Counted("", 1, _r(name, labels))]
    about = topic(survey, question, "proportion", "share", score=score, answers=labels)
    bases = base_texts(question.base, question.name, asked.where, found)
    missing = unusable(variable.missing)
    return quick_shares(survey, found, codes, counted, missing, about, bases, asked=asked, method=method)


def answer_columns(
    survey: SurveyData,
    question: Question,
    found: Cells,
    top: int | None,
    bottom: int | None,
    answers: Sequence[str] | None,
) -> tuple[list[Column], tuple[str, ...], str]:
    """Columns of the answers of a single or Likert question, the labels counted, the name of the score."""
    columns: list[Column] = []
    labels: tuple[str, ...] = ()
    score = ""
    for i, cell in enumerate(found.cells):
        variable = survey.table.variable(question.name, cell.subject)
        if not isinstance(variable, Categorical):
            raise ScoreError(f"'{question.name}' has no answers to count.")
        lost = missing_in(variable.missing, cell.mask)
        name = column_name(question.name, cell.subject)
        if top is None and bottom is None and answers is None:
            counted: list[tuple[str, tuple[int, ...], tuple[str, ...]]] = [
                (a.label, (j,), (a.label,)) for j, a in enumerate(variable.scale.answers)
            ]
        else:
            chosen, score = box(question, variable.scale, top, bottom, answers)
            labels = tuple(variable.scale.answers[j].label for j in chosen)
            counted = [("", chosen, labels)]
        for level, places, named in counted:
            y, x = scores.share(range(len(variable.scale.answers)), places).rows(variable.codes)
            columns.append(Column(i, level, y * cell.mask, x * cell.mask, lost, _r(name, named)))
    return columns, labels, score


def option_columns(
    survey: SurveyData,
    question: Question,
    found: Cells,
    top: int | None,
    bottom: int | None,
    answers: Sequence[str] | None,
) -> tuple[list[Column], tuple[str, ...]]:
    """Columns of the options of a multiple-response question, and the labels counted."""
    if top is not None or bottom is not None:
        raise ScoreError(
            f"'{question.name}' is a multiple-response question; it has no boxes.",
            hint="give answers=[...] for the share choosing any of them.",
        )
    columns: list[Column] = []
    labels: tuple[str, ...] = ()
    for i, cell in enumerate(found.cells):
        variable = survey.table.variable(question.name, cell.subject)
        assert isinstance(variable, Multiple)  # noqa: S101  kind "multiple" encodes to it
        name = column_name(question.name, cell.subject)
        base = (cell.mask & variable.known()).astype(np.float64)
        lost = missing_in(variable.missing, cell.mask)
        if answers is not None:
            if not answers:
                raise no_answers(question.name)
            picked = variable.positions(tuple(answers))
            labels = tuple(variable.options[j].label for j in picked)
            columns.append(
                Column(
                    i,
                    "",
                    base * variable.chosen[:, picked].any(axis=1),
                    base,
                    lost,
                    _r_any(name, variable, picked),
                )
            )
            continue
        for j, option in enumerate(variable.options):
            columns.append(
                Column(i, option.label, base * variable.chosen[:, j], base, lost, _r_any(name, variable, [j]))
            )
    return columns, labels


def _r(column: str, labels: Sequence[str]) -> tuple[str, str]:
    return gives(column, labels), answered(column)


def _r_any(column: str, variable: Multiple, picked: Sequence[int]) -> tuple[str, str]:
    names = [f"{column}.{variable.options[j].code}" for j in picked]
    return f"({' | '.join(gives(n, ['1']) for n in names)})", answered(names[0])
