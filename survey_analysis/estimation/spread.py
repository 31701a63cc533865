"""Second moments: variances, standard deviations, covariances, correlations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, combinations_with_replacement
from typing import Literal

import numpy as np

from survey_analysis.core.item_tables import MOST_CATEGORIES
from survey_analysis.core.moments import MomentKind
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cells, cells
from survey_analysis.estimation.fits import Column, moment_fits, polychoric_fit
from survey_analysis.estimation.origin import base_texts, topic
from survey_analysis.estimation.scoring import missing_in, numbers
from survey_analysis.estimation.several import asked, by_question, crossed, joined, measure, texts
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import EstimateData
from survey_analysis.study.codebook import Question
from survey_analysis.typing import By, EstimateDf, Where


def variance(
    survey: SurveyData,
    question: str | Sequence[str],
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    df: EstimateDf = "domain",
) -> EstimateData:
    """Estimate the population variance of a number.

    Parameters
    ----------
    question : str or sequence of str
        As in `mean`; each on its own base.
    by, where, level, df
        As in `proportion`.

    Returns
    -------
    EstimateData
        In squared units of the answers; t intervals.

    Raises
    ------
    ScoreError
        The question has no numbers.

    Notes
    -----
    s² = n/(n-1) sum(w (y - m)²) / sum(w x), n the respondents in the base; z = w (n/(n-1) (y - m)² - s²) /
    sum(w x) (R `svyvar`). The factor n/(n-1) is not that of a frequency weight.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> round(sa.read(pd.DataFrame({"visits": [0, 2, 4, 10]})).variance("visits").value, 3)
    18.667
    """
    return _of_one(survey, question, "variance", by, Asked(where, level, df))


def std_dev(
    survey: SurveyData,
    question: str | Sequence[str],
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    df: EstimateDf = "domain",
) -> EstimateData:
    """Estimate the population standard deviation of a number.

    Parameters
    ----------
    question, by, where, level, df
        As in `variance`.

    Returns
    -------
    EstimateData
        In units of the answers; t intervals.

    Notes
    -----
    The square root of `variance`, z by the delta method: z / (2 s).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> round(sa.read(pd.DataFrame({"visits": [0, 2, 4, 10]})).std_dev("visits").value, 3)
    4.32
    """
    return _of_one(survey, question, "std_dev", by, Asked(where, level, df))


def covariance(
    survey: SurveyData,
    questions: Sequence[str],
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    df: EstimateDf = "domain",
) -> EstimateData:
    """Estimate the covariance matrix of several numbers, one row a pair, variances included.

    Parameters
    ----------
    questions : sequence of str
        Numeric questions, or on scales. The base are those who answered all of them.
    by, where, level, df
        As in `proportion`.

    Returns
    -------
    EstimateData
        Pairs `question`, `other` in the order of the upper triangle.

    Raises
    ------
    ScoreError, EstimationError
        A question has no numbers; fewer than two, or not about the same subjects.

    Notes
    -----
    n/(n-1) sum(w (a - ā)(b - b̄)) / sum(w x) (R `svyvar`).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"a": [0, 2, 4, 10], "b": [1, 2, 2, 5]}))
    >>> survey.covariance(["a", "b"]).to_frame()["estimate"].round(3).tolist()
    [18.667, 7.333, 3.0]
    """
    return _of_pairs(survey, questions, "covariance", "t", by, Asked(where, level, df))


def correlation(
    survey: SurveyData,
    questions: Sequence[str],
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    method: Literal["fisher", "t"] = "fisher",
    kind: Literal["pearson", "polychoric"] = "pearson",
    df: EstimateDf = "domain",
) -> EstimateData:
    """Estimate correlations of numbers, or of what ordered answers stand for, one row a pair.

    Parameters
    ----------
    questions : sequence of str
        Two or more numeric questions, or on scales. The base are those who answered all of them.
    by, where, level, df
        As in `proportion`.
    method : {"fisher", "t"}
        Interval on the scale of atanh r, which stays within -1 and 1, or r ± t SE.
    kind : {"pearson", "polychoric"}
        Of the numbers, or of normal variables behind ordered answers with at most ten levels (tetrachoric for
        two); thresholds first, then the correlation.

    Returns
    -------
    EstimateData
        Pairs `question`, `other`; NaN where an answer does not vary.

    Raises
    ------
    ScoreError, EstimationError
        A question has no numbers; fewer than two, or not about the same subjects; more than ten levels of a
        polychoric correlation.

    Notes
    -----
    r = s_ab / (s_a s_b), z by the delta method: z_ab/(s_a s_b) - r/2 (z_aa/s_a² + z_bb/s_b²). R: `svyvar`
    and `cov2cor`; for replicate weights `withReplicates` with `cov.wt`. Polychoric: Olsson (1979), z from both
    steps (Jöreskog 1994); R `polycor::polychor`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"a": [0, 2, 4, 10], "b": [1, 2, 2, 5]}))
    >>> round(survey.correlation(["a", "b"]).value, 4)
    0.98
    """
    if kind not in ("pearson", "polychoric"):
        raise EstimationError(f"kind = {kind!r} is not known.", hint='give "pearson" or "polychoric".')
    latent = kind == "polychoric"
    return _of_pairs(survey, questions, "correlation", method, by, Asked(where, level, df), latent=latent)


def _of_one(
    survey: SurveyData,
    question: str | Sequence[str],
    kind: Literal["variance", "std_dev"],
    by: By,
    wanted: Asked,
) -> EstimateData:
    questions, several = asked(survey, question)
    found = cells(survey, questions[0], by, wanted.where)
    columns = []
    for q, one in enumerate(questions):
        for i, cell in enumerate(found.cells):
            variable = survey.table.variable(one.name, cell.subject)
            values = numbers(one, variable, kind)
            base = cell.mask & ~np.isnan(values)
            lost = missing_in(variable.missing, cell.mask)
            y = np.where(base, values, 0.0)
            columns.append(Column(q * len(found.cells) + i, "", y, base.astype(np.float64), lost))
    about = joined(topic(survey, questions[0], kind, "score", score=kind), questions)
    bases = texts(questions, wanted.where, found)
    out = by_question(found, questions) if several else found
    return assemble(survey, out, columns, about, bases, asked=wanted, fit=moment_fits(kind))


def _of_pairs(
    survey: SurveyData,
    names: Sequence[str],
    kind: MomentKind,
    method: Literal["fisher", "t"],
    by: By,
    wanted: Asked,
    *,
    latent: bool = False,
) -> EstimateData:
    questions, _ = asked(survey, [names] if isinstance(names, str) else names, least=2)
    pairs = list((combinations if kind == "correlation" else combinations_with_replacement)(questions, 2))
    found = cells(survey, questions[0], by, wanted.where)
    columns = [
        column
        for i, (a, b) in enumerate(pairs)
        for column in _pair(survey, questions, a, b, found, i * len(found.cells), kind)
    ]
    dims = (
        measure("question", "Question", [a.name for a, _ in pairs]),
        measure("other", "With", [b.name for _, b in pairs]),
    )
    out = crossed(found, dims, [(a.name, b.name) for a, b in pairs])
    if latent:
        _check_levels(questions, columns)
    score = "polychoric" if latent else kind
    about = joined(topic(survey, questions[0], kind, "score", score=score), questions)
    text = questions[0].base or "respondents who answered " + " and ".join(f"'{q.name}'" for q in questions)
    bases = base_texts(text, questions[0].name, wanted.where, found) * len(pairs)
    fit = polychoric_fit(method) if latent else moment_fits(kind, method)
    return assemble(survey, out, columns, about, bases, asked=wanted, fit=fit)


def _check_levels(questions: Sequence[Question], columns: Sequence[Column]) -> None:
    """Polychoric correlations are of few ordered levels; many are better taken as numbers."""
    for c in columns:
        assert c.b is not None  # noqa: S101  the columns of pairs hold both
        most = max(len(np.unique(v[c.x != 0])) for v in (c.y, c.b))
        if most > MOST_CATEGORIES:
            raise EstimationError(
                f"A question has {most} different answers; polychoric correlations are of {MOST_CATEGORIES} at most.",
                where=", ".join(q.name for q in questions),
                hint='kind="pearson" takes them as numbers, or derive bands in the study file.',
            )


def _pair(
    survey: SurveyData,
    questions: Sequence[Question],
    a: Question,
    b: Question,
    found: Cells,
    offset: int,
    kind: str,
) -> list[Column]:
    out = []
    for i, cell in enumerate(found.cells):
        variables = {q.name: survey.table.variable(q.name, cell.subject) for q in questions}
        values = {q.name: numbers(q, variables[q.name], kind) for q in questions}
        base = cell.mask & ~np.any([np.isnan(v) for v in values.values()], axis=0)
        missing = np.maximum.reduce([v.missing for v in variables.values()])
        left, right = (np.where(base, values[q.name], 0.0) for q in (a, b))
        x = base.astype(np.float64)
        out.append(Column(offset + i, "", left, x, missing_in(missing, cell.mask), b=right))
    return out
