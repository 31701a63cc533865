"""Are two questions related? Rao-Scott, Wald and exact tests of a two-way table."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from survey_analysis.core.quadforms import TailMethod, mixture_tail
from survey_analysis.core.quadratic import RaoScott, association_wald, rao_scott
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.independence import TwoWay, two_way
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.test import TestData
from survey_analysis.significance.prepare import (
    Row,
    as_result,
    check_option,
    domain,
    groups,
    need,
    omnibus_df,
)
from survey_analysis.typing import EstimateDf, FloatArray, Where

TableStatistic = Literal["F", "chisq", "wald", "adjusted-wald", "lincom", "saddlepoint"]
Discrepancy = Literal["pearson", "likelihood-ratio"]
Denominator = Literal["exact", "whole"]

METHODS: dict[TableStatistic, str] = {
    "F": "Rao-Scott F, second order",
    "chisq": "Rao-Scott χ², first order",
    "wald": "design Wald F",
    "adjusted-wald": "design Wald F, adjusted",
    "lincom": "Rao-Scott, exact distribution",
    "saddlepoint": "Rao-Scott, saddlepoint",
}


def independence(
    survey: SurveyData,
    row: str,
    column: str,
    *,
    where: Where = None,
    statistic: TableStatistic = "F",
    discrepancy: Discrepancy = "pearson",
    df: EstimateDf = "domain",
    denominator: Denominator = "exact",
) -> TestData:
    """Test whether the answers to two questions are independent in the population.

    Parameters
    ----------
    row, column : str
        Questions with one answer a person, or variables to break down by.
    where : str or mapping, optional
        Filter; everybody else stays in the design.
    statistic : {"F", "chisq", "wald", "adjusted-wald", "lincom", "saddlepoint"}
        "F": X² over Σδ on the two-moment degrees of freedom (second order, the default). "chisq": X² over
        the mean of δ on (r - 1)(c - 1) (first order). "lincom": the exact tail of the weighted sum of χ² that
        X² follows, over a χ² denominator; "saddlepoint": its approximation. "wald", "adjusted-wald": on
        N_ij - N_i+ N_+j / N, for few cells and many sampling units.
    discrepancy : {"pearson", "likelihood-ratio"}
        X², or the deviance G² of the log-linear model of independence. Wald tests have neither.
    df : {"domain", "design"} or float
        ν: of the people in the table, of the design (R), or a number; infinite for R's replicate designs.
    denominator : {"exact", "whole"}
        "whole" rounds the denominator's degrees of freedom down, as R does for "saddlepoint" only.

    Returns
    -------
    TestData
        One row. `pearson` (or `deviance`) is X² (G²) at the unweighted n of the table, what R reports for
        "chisq", "lincom" and "saddlepoint" (times all rows of the design over n); `mean_deff` is the mean of
        δ; `effect_size` is Cramér's V of the weighted shares. A table that cannot be tested has NaN and
        says why in `note`, as does one with empty answers.

    Raises
    ------
    EstimationError
        Multiple response, an option that does not apply, or a variable without levels.
    EmptyDomainError
        Nobody answered both.

    Notes
    -----
    X² = n Σ (p_ij - p_i+ p_+j)² / (p_i+ p_+j); δ are the generalised design effects of the interaction. Rao and
    Scott (1981, 1984); Thomas and Rao (1987); Koch, Freeman and Freeman (1975) for Wald; R `svychisq`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"sex": list("ffffmmmm") * 4, "buys": list("yyynnnny") * 4})
    >>> row = sa.read(data).independence("buys", "sex").to_frame().iloc[0]
    >>> [round(float(row[x]), 3) for x in ("pearson", "statistic", "effect_size")]
    [8.0, 7.75, 0.5]
    """
    check_option("statistic", statistic, get_args(TableStatistic))
    check_option("discrepancy", discrepancy, get_args(Discrepancy))
    check_option("denominator", denominator, get_args(Denominator))
    _refuse_unused(statistic, discrepancy, denominator)
    found = domain(survey, where)
    rows, columns = groups(survey, row, found), groups(survey, column, found)
    need(rows.inside & columns.inside, where, f"answered both '{row}' and '{column}'")
    table = two_way(survey, list(rows.member.T), list(columns.member.T))
    facts: Row = {"contrast": f"{row} by {column}", "column": columns.label}
    inside = rows.inside & columns.inside
    if isinstance(table, str):
        facts |= _no_test(table)
    else:
        nu = omnibus_df(df, table.inside, survey)
        lost = [groups_.within(inside).note for groups_ in (rows, columns)]
        facts |= {"note": "; ".join(x for x in lost if x)}
        facts |= _tested(survey, table, statistic, discrepancy, nu, whole=denominator == "whole")
    question = survey.table.question(row)
    return as_result(survey, question, "independence", facts, inside=inside, where=where, found=found)


def _refuse_unused(statistic: TableStatistic, discrepancy: Discrepancy, denominator: Denominator) -> None:
    if discrepancy != "pearson" and statistic in ("wald", "adjusted-wald"):
        raise EstimationError(
            "A Wald test has no discrepancy to choose.", hint='leave it out, or use statistic="F".'
        )
    if denominator != "exact" and statistic != "saddlepoint":
        raise EstimationError(
            'denominator="whole" is for statistic="saddlepoint" only.', hint="leave it out."
        )


def _no_test(note: str) -> Row:
    nan = float("nan")
    return {
        "statistic": nan,
        "symbol": "",
        "df": nan,
        "df_residual": nan,
        "p_value": nan,
        "method": "no test",
        "note": note,
    }


def _tested(
    survey: SurveyData,
    table: TwoWay,
    statistic: TableStatistic,
    discrepancy: Discrepancy,
    nu: float,
    *,
    whole: bool,
) -> Row:
    shares, V = table.shares(survey)
    found = rao_scott(shares, V, table.n, nu)
    if np.isnan(found.statistic):
        return _no_test("not tested: the weighting fixes every cell")
    if statistic in ("wald", "adjusted-wald"):
        made = association_wald(*table.counts(survey), nu, form="wald" if statistic == "wald" else "adjusted")
        numbers: Row = {
            "statistic": made.statistic,
            "symbol": "F",
            "df": made.df1,
            "df_residual": made.df2,
            "p_value": made.p,
        }
    else:
        x2 = found.pearson if discrepancy == "pearson" else found.deviance
        numbers = _rao_scott_row(found, x2, statistic, whole=whole)
        numbers["pearson" if discrepancy == "pearson" else "deviance"] = x2
    return numbers | {
        "mean_deff": float(np.mean(found.delta)),
        "effect": "Cramér's V",
        "effect_size": float(np.sqrt(found.pearson / table.n / (min(table.shape) - 1))),
        "method": METHODS[statistic] + (", deviance" if discrepancy == "likelihood-ratio" else ""),
    }


def _rao_scott_row(found: RaoScott, x2: float, statistic: TableStatistic, *, whole: bool) -> Row:
    mean, nan = float(np.mean(found.delta)), float("nan")
    if statistic == "F":
        p = mixture_tail(x2, _positive(found.delta), df=found.df2, method="satterthwaite")
        return _row(x2 / sum(found.delta), "F", found.df1, found.df2, p)
    if statistic == "chisq":
        p = mixture_tail(x2 / mean, np.ones(found.k), method="satterthwaite")
        return _row(x2 / mean, "χ²", float(found.k), nan, p)
    way: TailMethod = "exact" if statistic == "lincom" else "saddlepoint"
    if not whole or np.isinf(found.df2):  # a covariance taken as known leaves no denominator
        p = mixture_tail(x2, _positive(found.delta), df=found.df2, method=way)
        return _row(x2, "X²", nan, found.df2, p)
    times = np.append(np.ones(len(found.delta)), np.floor(found.df2))
    p = mixture_tail(0.0, np.append(found.delta, -x2 / found.df2), multiplicity=times, method=way)
    return _row(x2, "X²", nan, float(np.floor(found.df2)), p)


def _positive(delta: tuple[float, ...]) -> FloatArray:
    """Design effects are not negative; what rounding leaves of a zero is one."""
    return np.asarray(np.maximum(delta, 0.0), dtype=np.float64)


def _row(statistic: float, symbol: str, df: float, df_residual: float, p: float) -> Row:
    return {"statistic": statistic, "symbol": symbol, "df": df, "df_residual": df_residual, "p_value": p}
