"""Design-based rank tests of two or more groups, on weighted mid-ranks."""

from __future__ import annotations

from typing import get_args

import numpy as np

from survey_analysis.core.covariance import covariance, zero_small
from survey_analysis.core.quadratic import t_test, wald_f
from survey_analysis.core.ranks import Scores, Ties, group_scores, rank_scores, weighted_ranks
from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.test import TestData
from survey_analysis.significance.prepare import (
    Groups,
    Row,
    as_result,
    check_option,
    contrast_df,
    domain,
    groups,
    need,
    omnibus_df,
    values,
)
from survey_analysis.typing import DegreesOfFreedom, FloatArray, Where

NAMES: dict[Scores, str] = {
    "wilcoxon": "Wilcoxon",
    "kruskal-wallis": "Kruskal-Wallis",
    "van-der-waerden": "van der Waerden",
    "median": "median",
}


def rank_test(
    survey: SurveyData,
    question: str,
    by: str,
    *,
    test: Scores = "wilcoxon",
    ties: Ties = "mid",
    where: Where = None,
    df: DegreesOfFreedom = "satterthwaite",
) -> TestData:
    """Test whether groups of the population answer alike, on ranks instead of numbers.

    Parameters
    ----------
    question : str
        A numeric question, or one on a scale: only the order of its answers counts.
    by : str
        A variable with two or more groups.
    test : {"wilcoxon", "kruskal-wallis", "van-der-waerden", "median"}
        Scores of the ranks; the first two are the ranks themselves. Two groups have a t, more an F.
    ties : {"mid", "order"}
        "mid": weighted mid-ranks. "order": R's, where tied answers of people with different weights take
        ranks that depend on the order of the rows; the same without ties, or with equal weights.
    where : str or mapping, optional
        Filter; people are ranked among those it keeps.
    df : {"satterthwaite", "domain", "design"} or float
        Of two groups, Satterthwaite unless said otherwise; of more, the domain's. R takes the design's less
        the number of groups, plus one: give that number.

    Returns
    -------
    TestData
        Two groups: `estimate` is the mean score of the second group less that of the first (for ranks the
        probability that the second is higher, less one half), with t. More groups: F = W / (k - 1), and W
        in `wald`.

    Raises
    ------
    EstimationError
        Fewer than two groups.
    EmptyDomainError
        Nobody answered both.

    Notes
    -----
    A rank is the weighted share below plus half of that at the value. Lumley and Scott (2013), Biometrika
    100:831-842; R `svyranktest`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"score": [1, 2, 3, 4, 5, 6.5], "group": list("aababb")})
    >>> row = sa.read(data).rank_test("score", "group").to_frame().iloc[0]
    >>> round(float(row["estimate"]), 4), row["symbol"]
    (0.3889, 't')
    """
    check_option("test", test, get_args(Scores))
    check_option("ties", ties, get_args(Ties))
    item, y = values(survey, question, "mean")
    found = domain(survey, where)
    answered = groups(survey, by, found).within(~np.isnan(y))
    need(answered.inside, where, f"answered '{question}' and '{by}'")
    if len(answered.levels) < 2:
        raise EstimationError(
            f"'{by}' has one group with answers: '{answered.levels[0]}'.", hint="a test needs two."
        )
    inside = answered.inside
    score = np.zeros(len(survey))
    score[inside] = rank_scores(weighted_ranks(y[inside], survey.frame.weight[inside], ties=ties), test)
    theta, z = group_scores(score, answered.member, survey.frame)
    two = len(answered.levels) == 2
    row = _two(survey, answered, theta, z, df) if two else _more(survey, answered, theta, z, df)
    row |= {"method": f"design-based {NAMES[test]}" + (", ties in row order" if ties == "order" else "")}
    row |= {"note": answered.note}
    if np.isnan(row["p_value"]):  # type: ignore[call-overload]
        row |= {"method": "no test", "note": f"not tested: {_why(y[inside], survey.frame.weight[inside])}"}
    return as_result(
        survey, item, "rank", row, inside=inside, where=where, found=found, statistic="mean", unit="score"
    )


def _why(y: FloatArray, weight: FloatArray) -> str:
    counted = y[weight > 0]
    if (counted == counted[0]).all():
        return f"everybody gave the same answer, {counted[0]:g}"
    return "the mean scores have no variance, or too few sampling units, in this design"


def _two(survey: SurveyData, found: Groups, theta: FloatArray, z: FloatArray, df: DegreesOfFreedom) -> Row:
    gap = z[:, 1] - z[:, 0]
    nu = contrast_df(df, gap, found.member, survey)
    se = float(np.sqrt(zero_small(covariance(gap, survey.frame)[0, 0], 1.0)))
    t, p = t_test(theta[1] - theta[0], se, nu)
    first, second = found.levels
    return {
        "contrast": f"{second} - {first}",
        "a": second,
        "b": first,
        "estimate": float(theta[1] - theta[0]),
        "std_error": se,
        "statistic": float(t),
        "symbol": "t",
        "df": nu,
        "df_residual": float("nan"),
        "p_value": float(p),
    }


def _more(survey: SurveyData, found: Groups, theta: FloatArray, z: FloatArray, df: DegreesOfFreedom) -> Row:
    nu = omnibus_df("domain" if df == "satterthwaite" else df, found.inside, survey)
    made = wald_f(theta[1:] - theta[0], covariance(z[:, 1:] - z[:, :1], survey.frame), nu)
    return {
        "contrast": f"all levels of {found.label.lower()} equal",
        "statistic": made.statistic,
        "symbol": "F",
        "df": made.df1,
        "df_residual": made.df2,
        "p_value": made.p,
        "wald": made.statistic * made.df1,
    }
