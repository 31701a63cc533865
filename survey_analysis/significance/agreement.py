"""How far two classifications of the same people agree beyond chance."""

from __future__ import annotations

from typing import get_args

import numpy as np

from survey_analysis.core.agreement import AgreementWeights, Kappa, agreement_matrix
from survey_analysis.core.covariance import covariance, zero_small
from survey_analysis.core.intervals import t_interval
from survey_analysis.core.quadratic import t_test
from survey_analysis.core.statistic import estimate
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.cells import Cell, Cells, variable_levels
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.test import TestData
from survey_analysis.significance.prepare import (
    Groups,
    Row,
    as_result,
    check_level,
    check_option,
    domain,
    groups,
    need,
    omnibus_df,
)
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray, EstimateDf, Where


def kappa(
    survey: SurveyData,
    a: str,
    b: str,
    *,
    weights: AgreementWeights = "none",
    where: Where = None,
    level: float = 0.95,
    df: EstimateDf = "domain",
) -> TestData:
    """Estimate Cohen's kappa of two questions with the same answers, and test that it is zero.

    Parameters
    ----------
    a, b : str
        Questions answered by the same people, or codings of them, with the same answers.
    weights : {"none", "linear", "quadratic"}
        Whether near answers agree in part, by their distance on the scale.
    where : str or mapping, optional
        Filter; everybody else stays in the design.
    level : float
        Level of the interval.
    df : {"domain", "design"} or float

    Returns
    -------
    TestData
        One row: kappa, standard error, t interval, t and p of kappa = 0, `agreement` (share that agrees).

    Raises
    ------
    EstimationError
        The questions do not have the same answers.
    EmptyDomainError
        Nobody answered both.

    Notes
    -----
    kappa = (p_o - p_e) / (1 - p_e) of weighted shares, variance by the delta method on the cells, or from every
    replicate. Cohen (1960, 1968); Fleiss, Cohen and Everitt (1969); R `svykappa`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"coder1": list("aabbaabb"), "coder2": list("aabbabbb")})
    >>> row = sa.read(data).kappa("coder1", "coder2").to_frame().iloc[0]
    >>> float(row["estimate"]), float(row["agreement"])
    (0.75, 0.875)
    """
    check_option("weights", weights, get_args(AgreementWeights))
    check_level(level)
    found = domain(survey, where)
    first, second = groups(survey, a, found), groups(survey, b, found)
    inside = first.inside & second.inside
    need(inside, where, f"answered both '{a}' and '{b}'")
    x, y = _same_answers(survey, first, second, inside)
    row = _kappa_row(survey, x, y, inside, f"{a} and {b}", weights, df, level)
    item = survey.table.question(a)
    return as_result(survey, item, "agreement", row, inside=inside, where=where, found=found, level=level)


def kappa_of(
    survey: SurveyData,
    a: BoolArray,
    b: BoolArray,
    inside: BoolArray,
    *,
    question: Question,
    contrast: str,
    where: Where = None,
    level: float = 0.95,
) -> TestData:
    """Kappa of two yes-or-no readings (n,) of the same rows, `inside` those that have both."""
    check_level(level)

    def sides(given: BoolArray) -> BoolArray:
        return np.column_stack([given & inside, ~given & inside])

    row = _kappa_row(survey, sides(a), sides(b), inside, contrast, "none", "domain", level)
    one = Cells((), (Cell((), inside, ""),), "")
    return as_result(survey, question, "agreement", row, inside=inside, where=where, found=one, level=level)


def _kappa_row(
    survey: SurveyData,
    x: BoolArray,
    y: BoolArray,
    inside: BoolArray,
    contrast: str,
    weights: AgreementWeights,
    df: EstimateDf,
    level: float,
) -> Row:
    """Kappa of memberships (n, k) with its test."""
    statistic = Kappa(x, y, agreement_matrix(x.shape[1], weights))
    theta, z = estimate(statistic, survey.frame)
    row = _row(survey, theta[0], z, omnibus_df(df, inside, survey), level)
    agree = float(np.diag(statistic.shares(survey.frame.weight)).sum())
    row |= {"contrast": contrast, "agreement": agree}
    row |= {"method": "Cohen's kappa" + ("" if weights == "none" else f", {weights} weights")}
    if np.isnan(row["p_value"]):  # type: ignore[call-overload]
        alike = np.isnan(float(theta[0]))
        why = "everybody gave the same answer to both" if alike else "kappa has no variance in these answers"
        row |= {"method": f"{row['method']}, no test", "note": f"not tested: {why}"}
    return row


def _same_answers(
    survey: SurveyData, first: Groups, second: Groups, inside: BoolArray
) -> tuple[BoolArray, BoolArray]:
    """Members by answer, in one order; answers nobody gave to either are left out."""
    order = {label: i for i, label in enumerate((*first.levels, *first.dropped))}
    foreign = [x for x in second.levels if x not in order]
    if foreign:
        raise EstimationError(
            f"'{second.name}' has the answer '{foreign[0]}', '{first.name}' has not.",
            where=f"answers of '{first.name}': " + ", ".join(list(order)[:8]),
            hint="kappa needs the same answers in both; recode one of them.",
        )
    scale = [label for _, label in variable_levels(survey, first.name)[0].levels]
    used = [x for x in scale if x in first.levels or x in second.levels]

    def columns(found: Groups) -> BoolArray:
        empty = np.zeros(len(inside), dtype=bool)
        at = {x: found.member[:, i] & inside for i, x in enumerate(found.levels)}
        return np.column_stack([at.get(x, empty) for x in used])

    return columns(first), columns(second)


def _row(survey: SurveyData, theta: float, z: np.ndarray, nu: float, level: float) -> Row:
    variance = float(zero_small(covariance(z, survey.frame)[0, 0], 1.0))
    t, p = t_test(theta, np.sqrt(variance), nu)
    low, high = t_interval(theta, variance, nu, level)
    return {
        "estimate": float(theta),
        "std_error": float(np.sqrt(variance)),
        "conf_low": float(low),
        "conf_high": float(high),
        "statistic": float(t),
        "symbol": "t",
        "df": nu,
        "df_residual": float("nan"),
        "p_value": float(p),
    }
