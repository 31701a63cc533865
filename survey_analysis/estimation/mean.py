"""Means, totals and the Net Promoter Score."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Literal

import numpy as np

from survey_analysis.core import scores
from survey_analysis.errors import ScoreError
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cells, cells
from survey_analysis.estimation.export import column_name
from survey_analysis.estimation.fits import Column
from survey_analysis.estimation.origin import base_texts, topic
from survey_analysis.estimation.proportion import answer_columns, option_columns
from survey_analysis.estimation.rcode import answered, number
from survey_analysis.estimation.scoring import has_scores, missing_in, numbers
from survey_analysis.estimation.several import asked, by_question, joined, texts
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Encoded, Numeric
from survey_analysis.results.estimate import EstimateData, Statistic, Unit
from survey_analysis.study.codebook import Question
from survey_analysis.typing import By, DesignEffect, EstimateDf, FloatArray, Where


def mean(
    survey: SurveyData,
    question: str | Sequence[str],
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    df: EstimateDf = "domain",
    deff: DesignEffect = "with-replacement",
) -> EstimateData:
    """Estimate the mean of a number or of scale scores.

    Parameters
    ----------
    question : str or sequence of str
        A numeric question, or one on a scale (its declared scores, else its numeric codes). Several questions
        stand in one result with their joint covariance, each on its own base.
    by, where, level, df, deff
        As in `proportion`.

    Returns
    -------
    EstimateData
        In units of the answers.

    Raises
    ------
    ScoreError
        The question has no numbers.

    Notes
    -----
    sum(w y) / sum(w x) with z = w (y - mean x) / sum(w x) (R `svymean`), t interval on the domain's
    degrees of freedom.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"visits": [0, 2, 4, 10], "w": [1, 1, 2, 1]})
    >>> sa.read(data, weight="w").mean("visits").value
    4.0
    """
    return _scored(survey, question, "mean", "score", by, Asked(where, level, df, deff))


def total(
    survey: SurveyData,
    question: str | Sequence[str],
    *,
    of: Literal["scores", "answers"] | None = None,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    df: EstimateDf = "domain",
    deff: DesignEffect = "with-replacement",
) -> EstimateData:
    """Estimate the population total of a number, or how many people give each answer.

    It means something only when the weights sum to the population.

    Parameters
    ----------
    question : str or sequence of str
        A numeric question, one on a scale, or one whose answers are words or options. Several questions need
        numbers; they stand in one result with their joint covariance.
    of : {"scores", "answers"}, optional
        Sum the numbers, or count people answer by answer. By default numbers where there are any, else
        answers.
    by, where, level, df, deff
        As in `proportion`.

    Returns
    -------
    EstimateData
        In units of the answers, or people.

    Raises
    ------
    ScoreError
        The question has no numbers (of="scores"), or no answers (of="answers").

    Notes
    -----
    sum(w y), z = w y (R `svytotal`; counts are those of `svytable`).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"visits": [0, 2, 4, 10], "buy": ["yes", "no", "yes", "no"], "w": [10, 10, 20, 10]})
    >>> sa.read(data, weight="w").total("visits").value
    200.0
    >>> sa.read(data, weight="w").total("buy")["yes"].value
    30.0
    """
    wanted = Asked(where, level, df, deff)
    if of not in (None, "scores", "answers"):
        raise ScoreError(f"of = {of!r} is not known.", hint='give "scores" or "answers".')
    if isinstance(question, str):
        one = survey.table.question(question)
        if of == "answers" or (of is None and not has_scores(one)):
            return _counts(survey, one, by, wanted)
    elif of == "answers":
        raise ScoreError("Answers are counted for one question at a time.", hint="call total() for each.")
    return _scored(survey, question, "total", "count", by, wanted)


def nps(
    survey: SurveyData,
    question: str,
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    df: EstimateDf = "domain",
    deff: DesignEffect = "with-replacement",
) -> EstimateData:
    """Estimate the Net Promoter Score: share of 9-10 minus share of 0-6 on an 11-point scale, as -1 to 1.

    Parameters
    ----------
    question : str
        Likelihood to recommend, 0 to 10.
    by, where, level, df, deff
        As in `proportion`.

    Returns
    -------
    EstimateData
        Promoters minus detractors, -1 to 1.

    Raises
    ------
    ScoreError
        Answers that are not whole numbers from 0 to 10.

    Notes
    -----
    The mean of the scores -1, 0, 1 with its design variance (statistics 2.14); by 100 gives points.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> sa.read(pd.DataFrame({"rec": [10, 9, 8, 3]})).nps("rec").value
    0.25
    """
    return _scored(survey, question, "nps", "points", by, Asked(where, level, df, deff))


def _counts(survey: SurveyData, question: Question, by: By, wanted: Asked) -> EstimateData:
    """People by answer, or by option."""
    found = cells(survey, question, by, wanted.where)
    if question.kind == "multiple":
        columns, _ = option_columns(survey, question, found, None, None, None)
    elif question.kind in ("single", "likert"):
        columns, _, _ = answer_columns(survey, question, found, None, None, None)
    else:
        raise ScoreError(
            f"'{question.name}' is {'a number' if question.kind == 'numeric' else 'open text'}; "
            "it has no answers to count.",
            hint='use of="scores" for numbers, or derive bands: [derived.NAME] levels = {...}',
        )
    about = topic(survey, question, "total", "count", score="people")
    bases = base_texts(question.base, question.name, wanted.where, found)
    return assemble(survey, found, columns, about, bases, asked=wanted)


def _scored(
    survey: SurveyData,
    question: str | Sequence[str],
    statistic: Statistic,
    unit: Unit,
    by: By,
    wanted: Asked,
) -> EstimateData:
    questions, several = asked(survey, question)
    found = cells(survey, questions[0], by, wanted.where)
    about = joined(topic(survey, questions[0], statistic, unit, score=statistic), questions)
    bases = texts(questions, wanted.where, found)
    crossed = by_question(found, questions) if several else found
    made = chain.from_iterable(
        scored_columns(survey, one, found, statistic, i * len(found.cells)) for i, one in enumerate(questions)
    )
    return assemble(survey, crossed, list(made), about, bases, asked=wanted)


def scored_columns(
    survey: SurveyData, question: Question, found: Cells, statistic: Statistic, offset: int = 0
) -> list[Column]:
    """Columns of the numbers of a question, or of the scores of its scale."""
    out = []
    for i, cell in enumerate(found.cells):
        variable = survey.table.variable(question.name, cell.subject)
        y, x = _rows(question, variable, statistic)
        r = _r(column_name(question.name, cell.subject), statistic, isinstance(variable, Numeric))
        lost = missing_in(variable.missing, cell.mask)
        out.append(Column(offset + i, "", y * cell.mask, x * cell.mask, lost, r))
    return out


def _rows(question: Question, variable: Encoded, statistic: Statistic) -> tuple[FloatArray, FloatArray]:
    """Numerator and base of each row: the score vector over answers, or the numbers themselves."""
    values = numbers(question, variable, statistic)
    known = ~np.isnan(values)
    if statistic == "nps":
        if (known & ((values < 0) | (values > 10) | (values != np.floor(values)))).any():
            found = values[known]
            raise ScoreError(
                f"NPS needs answers from 0 to 10, whole numbers; '{question.name}' has {found.min():g} to {found.max():g}.",
                hint="declare missing codes on its scale.",
            )
        return scores.nps(range(11)).rows(np.where(known, values, -1))
    if isinstance(variable, Categorical):
        return scores.mean(variable.scale.scores).rows(variable.codes)
    return np.where(known, values, 0.0), known.astype(np.float64)


def _r(column: str, statistic: Statistic, numeric: bool) -> tuple[str, str]:
    """R expressions; scores of a scale are exported beside its labels, as `<column>.score`."""
    value = number(column if numeric else f"{column}.score")
    if statistic == "nps":
        value = f"(({value} >= 9) - ({value} <= 6))"
    return value, answered(column if numeric else f"{column}.score")
