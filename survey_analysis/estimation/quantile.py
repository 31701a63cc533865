"""Quantiles, medians and the distribution function of numbers."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

from survey_analysis.core.quantile_intervals import QuantileMethod
from survey_analysis.core.quantiles import QuantileRule
from survey_analysis.errors import EstimationError, numbers_of
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cells, cells
from survey_analysis.estimation.export import column_name
from survey_analysis.estimation.fits import Column, quantile_fits
from survey_analysis.estimation.origin import topic
from survey_analysis.estimation.rcode import answered, number
from survey_analysis.estimation.scoring import missing_in, numbers
from survey_analysis.estimation.several import asked, crossed, joined, measure, texts
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Numeric
from survey_analysis.results.estimate import Dim, EstimateData
from survey_analysis.study.codebook import Question
from survey_analysis.typing import By, DesignEffect, EstimateDf, ProportionInterval, Where


def quantile(
    survey: SurveyData,
    question: str | Sequence[str],
    q: float | Sequence[float] = 0.5,
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    method: QuantileMethod = "woodruff",
    rule: QuantileRule = "math",
    df: EstimateDf = "domain",
) -> EstimateData:
    """Estimate quantiles of a number or of scale scores.

    Parameters
    ----------
    question : str or sequence of str
        As in `mean`.
    q : float or sequence of float
        Orders, above 0 and below 1; several have a row each, with their joint covariance.
    by, where, level, df
        As in `proportion`.
    method : {"woodruff", "xlogit", "beta", "asin", "score", "quantile"}
        Interval: the quantiles at the limits of the distribution function, made by a t, logit,
        Korn-Graubard or arcsine interval; every value that a test keeps; or, with replicate weights only,
        from the spread of the quantiles of the replicates.
    rule : {"math", "school", "shahvaish", "shahvaish-r", "hf1", ..., "hf9"}
        Definition of a quantile, see `core.quantiles.weighted_quantile`. "math" is the smallest value at which
        the distribution function reaches q.

    Returns
    -------
    EstimateData
        In units of the answers. The standard error is the length of the interval over 2 t. A limit that the
        data do not reach is NaN.

    Raises
    ------
    ScoreError
        The question has no numbers.
    EstimationError
        An order outside 0 to 1; replicates asked for and not there.

    Notes
    -----
    Woodruff (1952); Francisco and Fuller (1991); R `svyquantile` (its `interval.type="mean"` is "woodruff").
    z is the influence of F at the quantile, scaled to that standard error.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"visits": [0, 2, 4, 10, 12, 13, 20], "w": [1, 1, 2, 1, 1, 2, 1]}), weight="w")
    >>> survey.quantile("visits", [0.25, 0.5]).to_frame()["estimate"].tolist()
    [4.0, 10.0]
    """
    orders = numbers_of(q, "q", "q=0.5")
    wrong = [p for p in orders if not 0 < p < 1]
    if wrong or not orders:
        raise EstimationError(
            f"q = {wrong[0]:g} is not the order of a quantile." if wrong else "no quantile was asked for.",
            hint="give numbers between 0 and 1, such as q=0.5.",
        )
    questions, several = asked(survey, question)
    found = cells(survey, questions[0], by, where)
    dims, keys = _measured(questions, orders, several=several, many=np.ndim(q) > 0)
    out = _in_order(found, dims, keys)
    columns = []
    for i, (one, c, p) in enumerate(product(questions, range(len(found.cells)), orders)):
        columns.append(_column(survey, one, found, c, i, p))
    score = "median" if orders == [0.5] else "quantile"
    about = joined(topic(survey, questions[0], "quantile", "score", score=score), questions)
    bases = tuple(t for t in texts(questions, where, found) for _ in orders)
    return assemble(
        survey, out, columns, about, bases, asked=Asked(where, level, df), fit=quantile_fits(rule, method)
    )


def median(
    survey: SurveyData,
    question: str | Sequence[str],
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    method: QuantileMethod = "woodruff",
    rule: QuantileRule = "math",
    df: EstimateDf = "domain",
) -> EstimateData:
    """Estimate the median: `quantile` of order 0.5.

    Parameters
    ----------
    question, by, where, level, method, rule, df
        As in `quantile`.

    Returns
    -------
    EstimateData
        In units of the answers.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> sa.read(pd.DataFrame({"visits": [0, 2, 4, 10, 12, 13, 20]})).median("visits").value
    10.0
    """
    return quantile(survey, question, 0.5, by=by, where=where, level=level, method=method, rule=rule, df=df)


def cdf(
    survey: SurveyData,
    question: str,
    at: float | Sequence[float],
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    method: ProportionInterval = "logit",
    df: EstimateDf = "domain",
    deff: DesignEffect = "with-replacement",
) -> EstimateData:
    """Estimate the distribution function: the share of answers at or below each value of `at`.

    Parameters
    ----------
    question : str
        As in `mean`.
    at : float or sequence of float
        Values, in units of the answers; one row each.
    by, where, level, method, df, deff
        As in `proportion`.

    Returns
    -------
    EstimateData
        Shares as 0-1, in the order of `at`.

    Raises
    ------
    ScoreError
        The question has no numbers.

    Notes
    -----
    F(t) = sum(w 1[y <= t]) / sum(w x), a share like any other (R `svycdf`).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> sa.read(pd.DataFrame({"visits": [0, 2, 4, 10]})).cdf("visits", [2, 4]).to_frame()["estimate"].tolist()
    [0.5, 0.75]
    """
    points = numbers_of(at, "at", "at=[1, 5]")
    if not points or not np.isfinite(points).all():
        raise EstimationError("at= needs numbers.", hint="give values of the answers, such as at=[1, 5].")
    one = survey.table.question(question)
    found = cells(survey, one, by, where)
    columns = []
    for i, cell in enumerate(found.cells):
        variable = survey.table.variable(one.name, cell.subject)
        values = numbers(one, variable, "cdf")
        base = (cell.mask & ~np.isnan(values)).astype(np.float64)
        name = column_name(one.name, cell.subject) + ("" if isinstance(variable, Numeric) else ".score")
        lost = missing_in(variable.missing, cell.mask)
        for t in points:
            r = (f"({answered(name)} & {number(name)} <= {t!r})", answered(name))
            columns.append(Column(i, f"at most {t:g}", base * (values <= t), base, lost, r))
    about = topic(survey, one, "cdf", "share", score="share at or below")
    bases = texts([one], where, found)
    wanted = Asked(where, level, df, deff)
    return assemble(survey, found, columns, about, bases, asked=wanted, method=method)


def _measured(
    questions: Sequence[Question], orders: Sequence[float], *, several: bool, many: bool
) -> tuple[tuple[Dim | None, Dim | None], list[tuple[str, str]]]:
    """Dimensions of what is measured: the question before the groups, the order after them."""
    names, ps = [q.name for q in questions], [f"{p:g}" for p in orders]
    first = measure("question", "Question", names) if several else None
    last = measure("quantile", "Quantile", ps) if many else None
    return (first, last), [(n, p) for n in names for p in ps]


def _in_order(found: Cells, dims: tuple[Dim | None, Dim | None], keys: Sequence[tuple[str, str]]) -> Cells:
    first, last = dims
    names, orders = list(dict.fromkeys(k[0] for k in keys)), list(dict.fromkeys(k[1] for k in keys))
    inner = crossed(found, [last] if last else [], [(p,) if last else () for p in orders], after=True)
    return crossed(inner, [first] if first else [], [(n,) if first else () for n in names])


def _column(survey: SurveyData, question: Question, found: Cells, cell: int, place: int, p: float) -> Column:
    who = found.cells[cell]
    variable = survey.table.variable(question.name, who.subject)
    values = numbers(question, variable, "quantile")
    base = who.mask & ~np.isnan(values)
    lost = missing_in(variable.missing, who.mask)
    return Column(place, "", np.where(base, values, 0.0), base.astype(np.float64), lost, p=p)
