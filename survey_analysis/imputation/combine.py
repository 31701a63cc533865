"""Rubin's rules over results: the same verb on every completed copy, combined into one result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from survey_analysis.core.intervals import interval, t_interval
from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.core.quadratic import t_test
from survey_analysis.core.rubin import Combined, SmallSample, rubin
from survey_analysis.errors import EstimationError
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData
from survey_analysis.typing import FloatArray, ProportionInterval

DfComplete = Literal["own"] | float


def combine_estimates(
    results: Sequence[EstimateData],
    *,
    df_complete: DfComplete = "own",
    small_sample: SmallSample = "barnard-rubin",
) -> EstimateData:
    """Combine the same estimate from m completed copies of a survey.

    Parameters
    ----------
    results : sequence of EstimateData
        Same question, same rows, one an imputation.
    df_complete : "own" or float
        Degrees of freedom had nothing been missing: those of each row ("own"), or a number; infinite is
        Rubin (1987) and the default of R `mitools::MIcombine`.
    small_sample : {"barnard-rubin", "mitools"}
        See `core.rubin.rubin`.

    Returns
    -------
    EstimateData
        With `missing_information`, the fraction of missing information of each row, and the total
        covariance. It holds no evidence: compare within each copy and combine the comparisons.

    Raises
    ------
    EstimationError
        Fewer than two results, or results whose rows differ.
    """
    first = _same([r.rows for r in results], [(r.keys, r.topic.question, r.topic.statistic) for r in results])
    head = results[0]
    found = rubin(
        [r.rows["estimate"].to_numpy() for r in results],
        [r.vcov for r in results],
        df_complete=_complete([r.rows["df"].to_numpy() for r in results], df_complete),
        small_sample=small_sample,
    )
    rows = first.copy()
    variance = np.diag(found.vcov)
    rows["estimate"], rows["std_error"], rows["df"] = found.theta, np.sqrt(variance), found.df
    rows["conf_low"], rows["conf_high"], rows["method"] = _limits(head, rows, found)
    for name in ("deff", "n", "n_effective", "n_missing", "n_weighted"):
        if name in rows:
            rows[name] = np.mean([r.rows[name].to_numpy(dtype=np.float64) for r in results], axis=0)
    rows.insert(list(rows.columns).index("method"), "missing_information", found.missing_information)
    note = f"{head.provenance.variance}; {found.m} imputations combined by Rubin's rules"
    return replace(
        head,
        rows=rows,
        vcov=found.vcov,
        evidence=None,
        r_code="",
        provenance=replace(head.provenance, variance=note),
    )


def combine_tests(
    results: Sequence[TestData],
    *,
    df_complete: DfComplete = "own",
    small_sample: SmallSample = "barnard-rubin",
) -> TestData:
    """Combine the same differences from m completed copies, row by row; p-values are adjusted anew.

    Raises
    ------
    EstimationError
        Tests other than differences: an F or χ² statistic has no standard error to combine.
    """
    head = results[0] if results else None
    if head is None or head.kind != "difference":
        raise EstimationError(
            "Only differences are combined over imputations.",
            where=f"found {head.kind if head else 'no'} tests",
            hint="combine the estimates and test the combined ones.",
        )
    first = _same([r.rows for r in results], [(r.kind, r.topic.question) for r in results])
    rows = first.copy()
    made = [
        rubin(
            [[r.rows["estimate"].iloc[i]] for r in results],
            [[[r.rows["std_error"].iloc[i] ** 2]] for r in results],
            df_complete=_complete([r.rows["df"].to_numpy()[[i]] for r in results], df_complete),
            small_sample=small_sample,
        )
        for i in range(len(first))
    ]
    theta = np.array([c.theta[0] for c in made])
    variance = np.array([c.vcov[0, 0] for c in made])
    df = np.array([c.df[0] for c in made])
    rows["estimate"], rows["std_error"], rows["df"] = theta, np.sqrt(variance), df
    rows["conf_low"], rows["conf_high"] = t_interval(theta, variance, df, head.level)
    rows["statistic"], rows["p_value"] = t_test(theta, np.sqrt(variance), df)
    for name in ("estimate_a", "estimate_b", "effect_size", "detectable"):
        if name in rows:
            rows[name] = np.mean([r.rows[name].to_numpy(dtype=np.float64) for r in results], axis=0)
    rows = rows.drop(columns=[c for c in ("effect_low", "effect_high") if c in rows])
    for base in rows["base"].unique():
        inside = (rows["base"] == base).to_numpy()
        rows.loc[inside, "p_adjusted"] = adjust_p(rows.loc[inside, "p_value"].to_numpy(), head.family.adjust)
    rows["method"] = [f"{m}, Rubin" for m in rows["method"]]
    return replace(head, rows=rows, vcov=None)


def _same(rows: Sequence[pd.DataFrame], about: Sequence[object]) -> pd.DataFrame:
    """The first of several frames that are about the same things."""
    if len(rows) < 2:
        raise EstimationError(
            "Combining needs at least two results.", hint="give one result for each imputation."
        )
    if any(len(r) != len(rows[0]) for r in rows) or any(a != about[0] for a in about):
        raise EstimationError(
            "The results are not the same estimate.",
            where="rows: " + ", ".join(str(len(r)) for r in rows[:8]),
            hint="run one verb with the same arguments on every imputation.",
        )
    return rows[0]


def _complete(df: Sequence[FloatArray], asked: DfComplete) -> FloatArray | float:
    """Complete-data degrees of freedom: the rows' own (their mean over copies), or a number."""
    if asked == "own":
        own = np.mean(df, axis=0)
        return np.where(own > 0, own, np.nan)
    if not float(asked) > 0:
        raise EstimationError(f"df_complete = {asked} is no number of degrees of freedom.")
    return float(asked)


def _limits(head: EstimateData, rows: pd.DataFrame, found: Combined) -> tuple[FloatArray, FloatArray, list[str]]:
    """Limits at the combined degrees of freedom, by the method the estimate was asked for."""
    variance = np.diag(found.vcov)
    used = [str(m) for m in rows["method"]]
    method = next((m for m in used if m in ("logit", "wilson", "beta", "asin", "xlogit")), "t")
    if head.topic.statistic == "proportion" and method != "t":
        name: ProportionInterval = method  # type: ignore[assignment]
        low, high, said = interval(
            found.theta,
            variance,
            found.df,
            n=rows["n"].to_numpy(),
            n_effective=rows["n_effective"].to_numpy(),
            level=head.level,
            method=name,
        )
        return low, high, [f"{m}, Rubin" for m in said]
    low, high = t_interval(found.theta, variance, found.df, head.level)
    return low, high, ["t, Rubin"] * len(rows)
