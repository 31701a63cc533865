"""Means, totals and the Net Promoter Score."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from survey_analysis.errors import ScoreError
from survey_analysis.estimation.assemble import Column, assemble
from survey_analysis.estimation.cells import Cells, cells
from survey_analysis.estimation.export import column_name
from survey_analysis.estimation.origin import base_texts, topic
from survey_analysis.estimation.rcode import answered, number
from survey_analysis.estimation.scoring import missing_in, numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Numeric
from survey_analysis.results.estimate import EstimateData, Statistic, Unit
from survey_analysis.study.codebook import Question
from survey_analysis.typing import By, FloatArray, Where


def mean(
    survey: SurveyData, question: str, *, by: By = None, where: Where = None, level: float = 0.95
) -> EstimateData:
    """Estimate the mean of a number or of scale scores.

    Parameters
    ----------
    question : str
        A numeric question, or one on a scale (its declared scores, else its numeric codes).
    by, where, level
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
    return _scored(survey, question, "mean", "score", by, where, level, lambda v: v)


def total(
    survey: SurveyData, question: str, *, by: By = None, where: Where = None, level: float = 0.95
) -> EstimateData:
    """Estimate the population total of a number.

    It means something only when the weights sum to the population.

    Parameters
    ----------
    question : str
        A numeric question, or one on a scale.
    by, where, level
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
    sum(w y), z = w y (R `svytotal`).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"visits": [0, 2, 4, 10], "w": [10, 10, 20, 10]})
    >>> sa.read(data, weight="w").total("visits").value
    200.0
    """
    return _scored(survey, question, "total", "count", by, where, level, lambda v: v)


def nps(
    survey: SurveyData, question: str, *, by: By = None, where: Where = None, level: float = 0.95
) -> EstimateData:
    """Estimate the Net Promoter Score: share of 9-10 minus share of 0-6 on an 11-point scale, as -1 to 1.

    Parameters
    ----------
    question : str
        Likelihood to recommend, 0 to 10.
    by, where, level
        As in `proportion`.

    Returns
    -------
    EstimateData
        Promoters minus detractors, -1 to 1.

    Raises
    ------
    ScoreError
        Answers outside 0-10.

    Notes
    -----
    The mean of the scores -1, 0, 1 with its design variance (statistics 2.14); by 100 gives points.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> sa.read(pd.DataFrame({"rec": [10, 9, 8, 3]})).nps("rec").value
    0.25
    """

    def promoter(values: FloatArray) -> FloatArray:
        known = values[~np.isnan(values)]
        if known.size and (known.min() < 0 or known.max() > 10):
            raise ScoreError(
                f"NPS needs answers from 0 to 10; '{question}' has {known.min():g} to {known.max():g}.",
                hint="declare missing codes on its scale.",
            )
        return np.where(np.isnan(values), np.nan, (values >= 9) * 1.0 - (values <= 6) * 1.0)

    return _scored(survey, question, "nps", "points", by, where, level, promoter)


def _scored(
    survey: SurveyData,
    name: str,
    statistic: Statistic,
    unit: Unit,
    by: By,
    where: Where,
    level: float,
    score: Callable[[FloatArray], FloatArray],
) -> EstimateData:
    question = survey.table.question(name)
    found = cells(survey, question, by, where)
    columns = _columns(survey, question, found, statistic, score)
    about = topic(survey, question, statistic, unit, score=statistic)
    bases = base_texts(question.base, name, where, found)
    return assemble(survey, found, columns, about, bases, where=where, level=level, method="t")


def _columns(
    survey: SurveyData,
    question: Question,
    found: Cells,
    statistic: Statistic,
    score: Callable[[FloatArray], FloatArray],
) -> list[Column]:
    out = []
    for i, cell in enumerate(found.cells):
        variable = survey.table.variable(question.name, cell.subject)
        values = score(numbers(question, variable, statistic))
        base = cell.mask & ~np.isnan(values)
        y = np.where(base, values, 0.0)
        r = _r(column_name(question.name, cell.subject), statistic, isinstance(variable, Numeric))
        out.append(Column(i, "", y, base.astype(np.float64), missing_in(variable.missing, cell.mask), r))
    return out


def _r(column: str, statistic: Statistic, numeric: bool) -> tuple[str, str]:
    """R expressions; scores of a scale are exported beside its labels, as `<column>.score`."""
    value = number(column if numeric else f"{column}.score")
    if statistic == "nps":
        value = f"(({value} >= 9) - ({value} <= 6))"
    return value, answered(column if numeric else f"{column}.score")
