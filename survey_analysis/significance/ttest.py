"""Design-based t tests: a mean against a number, two groups, two questions of the same people."""

from __future__ import annotations

import numpy as np

from survey_analysis.core.covariance import covariance, zero_small
from survey_analysis.core.differences import relation_of
from survey_analysis.core.influence import ratio
from survey_analysis.core.intervals import t_interval
from survey_analysis.core.quadratic import t_test
from survey_analysis.errors import EstimationError, numbers_of
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.test import TestData
from survey_analysis.significance.prepare import (
    Row,
    as_result,
    check_level,
    contrast_df,
    domain,
    groups,
    need,
    omnibus_df,
    people,
    two,
    values,
)
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray, DegreesOfFreedom, FloatArray, Where


def ttest(
    survey: SurveyData,
    question: str,
    *,
    by: str | None = None,
    to: str | None = None,
    mu: float = 0.0,
    where: Where = None,
    level: float = 0.95,
    df: DegreesOfFreedom = "satterthwaite",
) -> TestData:
    """Test a mean, or a difference of two means, by the design-based t test.

    Parameters
    ----------
    question : str
        A numeric question, or one on a scale.
    by : str, optional
        A variable with two groups in the domain: the second level minus the first, as R.
    to : str, optional
        A second question: this one minus that one, among people who answered both.
    mu : float
        Value of the mean, or of the difference, under the hypothesis.
    where : str or mapping, optional
        Filter; everybody else stays in the design.
    level : float
        Level of the interval.
    df : {"satterthwaite", "domain", "design"} or float
        Of a difference of two groups, Satterthwaite unless said otherwise; one mean and the same people in
        two questions have the domain's. R takes the design's less one: give that number.

    Returns
    -------
    TestData
        Of kind "difference" with `by` or `to`, else "t": estimate, standard error, interval, t, df, p.

    Raises
    ------
    EstimationError
        Both `by` and `to`, more or fewer than two groups, or a question asked about several subjects.
    EmptyDomainError
        Nobody answered.

    Notes
    -----
    t = (estimate - mu) / SE; the difference has influence values u_i = w_i [I_b (y_i - m_b)/N_b - I_a (y_i - m_a)/N_a],
    so clusters with people in both groups count as dependent. Statistics 2.4, 2.5; R `svyttest`. A mean
    without variance has no test.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"before": [5, 6, 7, 4, 6], "after": [6, 8, 7, 5, 8]})
    >>> row = sa.read(data).ttest("after", to="before").to_frame().iloc[0]
    >>> [round(float(row[x]), 3) for x in ("estimate", "statistic", "df")]
    [1.2, 3.207, 4.0]
    """
    if by is not None and to is not None:
        raise EstimationError("by= and to= are two different tests.", hint="give one of them.")
    check_level(level)
    if not np.isfinite(numbers_of(mu, "mu=", "mu=0")).all():
        raise EstimationError(f"mu = {mu} is not a number to test against.")
    item, y = values(survey, question, "mean")
    if by is not None:
        return _groups(survey, item, y, by, mu, where, level, df)
    return _people(survey, item, y, to, mu, where, level, df)


def _groups(
    survey: SurveyData,
    item: Question,
    y: FloatArray,
    by: str,
    mu: float,
    where: Where,
    level: float,
    df: DegreesOfFreedom,
) -> TestData:
    found = domain(survey, where)
    answered = groups(survey, by, found).within(~np.isnan(y))
    need(answered.inside, where, f"answered '{item.name}' and '{by}'")
    second, first = two(answered, "ttest")[::-1]
    member = answered.member[:, ::-1]
    row = _difference(survey, np.where(member, y[:, None], 0.0), member, mu, level, df)
    names: Row = {"contrast": f"{second} - {first}", "a": second, "b": first, "note": answered.note}
    return as_result(
        survey, item, "difference", names | row, inside=answered.inside, where=where, found=found,
        statistic="mean", unit="score", level=level,
    )  # fmt: skip


def _people(
    survey: SurveyData,
    item: Question,
    y: FloatArray,
    to: str | None,
    mu: float,
    where: Where,
    level: float,
    df: DegreesOfFreedom,
) -> TestData:
    found = domain(survey, where)
    inside = found.cells[0].mask & (survey.frame.weight > 0) & ~np.isnan(y)
    rule = "domain" if df == "satterthwaite" else df
    if to is None:
        need(inside, where, f"answered '{item.name}'")
        row: Row = {"contrast": f"mean = {mu:g}"} | _mean(
            survey, y, inside, mu, omnibus_df(rule, inside, survey), level
        )
        return as_result(
            survey, item, "t", row, inside=inside, where=where, found=found, statistic="mean", unit="score",
            level=level,
        )  # fmt: skip
    other, x = values(survey, to, "mean")
    inside = inside & ~np.isnan(x)
    need(inside, where, f"answered both '{item.name}' and '{to}'")
    both = np.column_stack([inside, inside])
    pair = np.where(both, np.column_stack([y, x]), 0.0)
    a, b = item.short or item.name, other.short or other.name
    names: Row = {"contrast": f"{a} - {b}", "a": a, "b": b}
    row = names | _difference(survey, pair, both, mu, level, rule)
    return as_result(
        survey, item, "difference", row | {"base": "common"}, inside=inside, where=where, found=found,
        statistic="mean", unit="score", level=level,
    )  # fmt: skip


def _mean(survey: SurveyData, y: FloatArray, inside: BoolArray, mu: float, nu: float, level: float) -> Row:
    values_of = np.where(inside, y, 0.0)
    theta, z = ratio(values_of, inside.astype(np.float64), survey.frame)
    return _t(float(theta[0]), z, values_of, survey, mu, nu, level)


def _difference(
    survey: SurveyData,
    y: FloatArray,
    member: BoolArray,
    mu: float,
    level: float,
    df: DegreesOfFreedom,
) -> Row:
    """Column 0 minus column 1 of y, each over its members; both (n, 2)."""
    frame = survey.frame
    theta, z = ratio(y, member.astype(np.float64), frame)
    gap = z[:, 0] - z[:, 1]
    nu = contrast_df(df, gap, member, survey)
    row: Row = {"estimate_a": float(theta[0]), "estimate_b": float(theta[1])}
    row |= _t(float(theta[0] - theta[1]), gap[:, None], y, survey, mu, nu, level)
    relation: str = relation_of(member[:, 0].astype(np.float64), member[:, 1].astype(np.float64), frame)
    if frame.replicates is not None and relation != "paired":
        relation = ""  # replicate weights do not say which people share a unit
    return row | {
        "n_a": people(survey, member[:, 0]),
        "n_b": people(survey, member[:, 1]),
        "relation": relation,
    }


def _t(
    estimate: float, z: FloatArray, y: FloatArray, survey: SurveyData, mu: float, nu: float, level: float
) -> Row:
    scale = float(np.abs(y).max(initial=0.0))
    variance = float(zero_small(covariance(z, survey.frame)[0, 0], scale))
    t, p = t_test(estimate - mu, np.sqrt(variance), nu)
    low, high = t_interval(estimate, variance, nu, level)
    return {
        "estimate": estimate,
        "std_error": float(np.sqrt(variance)),
        "conf_low": float(low),
        "conf_high": float(high),
        "statistic": float(t),
        "symbol": "t",
        "df": nu,
        "p_value": float(p),
        "method": "design-based t" if not np.isnan(p) else "no test",
    }
