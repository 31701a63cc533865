"""Does the population answer in given shares? The design-based goodness-of-fit test."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import numpy as np

from survey_analysis.core.covariance import covariance, zero_small_matrix
from survey_analysis.core.influence import total
from survey_analysis.core.quadforms import mixture_tail
from survey_analysis.core.quadratic import Goodness
from survey_analysis.core.quadratic import goodness_of_fit as core_goodness
from survey_analysis.errors import EstimationError, closest, numbers_of
from survey_analysis.estimation.cells import variable_levels
from survey_analysis.frames.data import SurveyData
from survey_analysis.plurals import counted
from survey_analysis.results.test import TestData
from survey_analysis.significance.prepare import (
    Groups,
    Row,
    as_result,
    check_option,
    domain,
    groups,
    need,
    omnibus_df,
)
from survey_analysis.typing import EstimateDf, FloatArray, Where

GoodnessStatistic = Literal["F", "chisq", "lincom", "saddlepoint"]

METHODS: dict[GoodnessStatistic, str] = {
    "F": "Rao-Scott goodness of fit, F",
    "chisq": "Rao-Scott goodness of fit, χ²",
    "lincom": "Rao-Scott goodness of fit, exact distribution",
    "saddlepoint": "Rao-Scott goodness of fit, saddlepoint",
}


def goodness_of_fit(
    survey: SurveyData,
    question: str,
    shares: Mapping[str, float] | Sequence[float],
    *,
    where: Where = None,
    statistic: GoodnessStatistic = "F",
    df: EstimateDf = "domain",
) -> TestData:
    """Test whether the answers to a question have given shares in the population.

    Parameters
    ----------
    question : str
        A question with one answer a person.
    shares : mapping or sequence
        Share of each answer, by label or in the order of the scale; positive, summing to 1.
    where : str or mapping, optional
        Filter; everybody else stays in the design.
    statistic : {"F", "chisq", "lincom", "saddlepoint"}
        "F": X² / Σδ on (Σδ)²/Σδ² and that times ν, as in a two-way table. "chisq": X² / scale as χ², R's
        choice, which takes the covariance as known. "lincom", "saddlepoint": the weighted sum of χ² itself,
        exactly or approximated, over the same denominator as "F".
    df : {"domain", "design"} or float
        ν; "chisq" has none.

    Returns
    -------
    TestData
        One row; `pearson` is X² on the scale of the weights and `scale` its divisor, both as R prints them.

    Raises
    ------
    EstimationError
        Shares that do not sum to 1, are not positive, or lack an answer that was given.
    EmptyDomainError
        Nobody answered.

    Notes
    -----
    X² = Σ (O_i - p_i N)² / (p_i N); Rao and Scott (1981); R `svygofchisq`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"seen": ["yes"] * 30 + ["no"] * 70}))
    >>> row = survey.goodness_of_fit("seen", {"yes": 0.5, "no": 0.5}).to_frame().iloc[0]
    >>> [round(float(row[x]), 3) for x in ("pearson", "statistic")]
    [16.0, 18.857]
    """
    check_option("statistic", statistic, get_args(GoodnessStatistic))
    if statistic == "chisq" and df != "domain":
        raise EstimationError('statistic="chisq" has no denominator for df=.', hint="leave df out.")
    found = domain(survey, where)
    given = groups(survey, question, found)
    need(given.inside, where, f"answered '{question}'")
    labels, p = _shares(survey, question, shares, given)
    y = np.column_stack(
        [
            given.member[:, given.levels.index(x)] if x in given.levels else np.zeros(len(survey), bool)
            for x in labels
        ]
    ).astype(np.float64)
    counts, z = total(y, survey.frame)
    V = zero_small_matrix(covariance(z, survey.frame), counts.sum())
    made = core_goodness(counts, V, p)
    nu = omnibus_df(df, given.inside, survey)
    row: Row = {"contrast": "shares as given", **_row(made, statistic, nu)}
    empty = [x for x in labels if x not in given.levels]
    row["note"] = "nobody answered " + ", ".join(f"'{x}'" for x in empty) if empty else ""
    if not made.delta:
        row["note"] = "not tested: the design or the weighting fixes every share"
    item = survey.table.question(question)
    return as_result(survey, item, "goodness", row, inside=given.inside, where=where, found=found)


def _shares(
    survey: SurveyData, name: str, shares: Mapping[str, float] | Sequence[float], given: Groups
) -> tuple[list[str], FloatArray]:
    dim, _ = variable_levels(survey, name)
    known = [label for _, label in dim.levels]
    if isinstance(shares, Mapping):
        numbers_of(list(shares.values()), "shares=", "shares={'yes': 0.5, 'no': 0.5}")
    if isinstance(shares, Mapping):
        keys = {str(k): dim.label_of(dim.key_of(str(k)) or str(k)) for k in shares}
        wrong = [k for k, label in keys.items() if label not in known]
        if wrong:
            raise EstimationError(
                f"'{wrong[0]}' is not an answer of '{name}'.", hint=closest(wrong[0], known)
            )
        named = {keys[str(k)]: float(v) for k, v in shares.items()}
    else:
        shares = numbers_of(shares, "shares=", "shares=[0.5, 0.5]")
        if len(shares) != len(known):
            raise EstimationError(
                f"shares= has {counted(len(shares), 'number')}; '{name}' has {counted(len(known), 'answer')}.",
                where="answers: " + ", ".join(known[:8]),
                hint="give one share an answer, or a mapping of answers to shares.",
            )
        named = dict(zip(known, map(float, shares), strict=True))
    lacking = [x for x in given.levels if x not in named]
    if lacking:
        raise EstimationError(
            f"shares= has no share for '{lacking[0]}', which people answered.",
            hint="give every answer a share, or leave its people out with where=.",
        )
    p = np.array(list(named.values()))
    if not (p > 0).all():
        bad = list(named)[int(np.flatnonzero(~(p > 0))[0])]
        raise EstimationError(
            f"The share of '{bad}' is {named[bad]:g}; every share must be above 0.",
            hint="leave out answers that cannot occur.",
        )
    if abs(p.sum() - 1) > 1e-6 or len(p) < 2:
        raise EstimationError(
            f"shares must be two or more and sum to 1; these {len(p)} sum to {p.sum():g}.",
            hint="divide by their sum.",
        )
    return list(named), p / p.sum()


def _row(made: Goodness, statistic: GoodnessStatistic, nu: float) -> Row:
    nan = float("nan")
    x2, delta = made.pearson, np.asarray(made.delta)
    out: Row = {"statistic": nan, "symbol": "", "df": nan, "df_residual": nan, "p_value": nan}
    if not len(delta):
        return {**out, "pearson": x2, "scale": nan, "method": "no test"}
    below = made.df * nu
    if statistic == "chisq":
        out = {"statistic": x2 / made.scale, "symbol": "χ²", "df": made.df, "df_residual": nan}
        out["p_value"] = mixture_tail(x2, delta, method="satterthwaite")
    elif statistic == "F":
        out = {"statistic": x2 / delta.sum(), "symbol": "F", "df": made.df, "df_residual": below}
        out["p_value"] = mixture_tail(x2, delta, df=below, method="satterthwaite")
    else:
        out = {"statistic": x2, "symbol": "X²", "df": nan, "df_residual": below}
        way: Literal["exact", "saddlepoint"] = "exact" if statistic == "lincom" else "saddlepoint"
        out["p_value"] = mixture_tail(x2, delta, df=below, method=way)
    return {**out, "pearson": x2, "scale": made.scale, "method": METHODS[statistic]}
