"""Rubin's rules over results: the same verb on every completed copy, combined into one result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import pandas as pd

from survey_analysis.core.intervals import ShareMethod, interval, t_interval, t_quantile
from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.core.quadratic import t_test
from survey_analysis.core.rubin import Combined, SmallSample, rubin
from survey_analysis.errors import EstimationError
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData
from survey_analysis.typing import FloatArray

DfComplete = Literal["own"] | float
_AVERAGED = ("deff", "n", "n_a", "n_b", "n_effective", "n_missing", "n_weighted", "estimate_a", "estimate_b",
             "effect_size", "detectable")  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """How results of completed copies are combined.

    Attributes
    ----------
    df_complete : "own" or float
        Degrees of freedom had nothing been missing: those of each row ("own"), or a number; infinite is
        Rubin (1987) and the default of R `mitools::MIcombine`.
    small_sample : {"barnard-rubin", "mitools"}
        See `core.rubin.rubin`.
    """

    df_complete: DfComplete = "own"
    small_sample: SmallSample = "barnard-rubin"

    def __post_init__(self) -> None:
        if self.df_complete != "own" and (isinstance(self.df_complete, str) or not self.df_complete > 0):
            raise EstimationError(
                f"df_complete = {self.df_complete!r} is no number of degrees of freedom.",
                hint='give "own" or a number above 0.',
            )
        if self.small_sample not in get_args(SmallSample):
            raise EstimationError(
                f"small_sample = {self.small_sample!r} is not known.", hint='"barnard-rubin" or "mitools".'
            )

    def complete(self, df: Sequence[FloatArray]) -> FloatArray | float:
        """Complete-data degrees of freedom: the rows' own (their mean over copies), or a number."""
        if self.df_complete != "own":
            return float(self.df_complete)
        own = np.mean(df, axis=0)
        return np.where(own > 0, own, np.nan)

    def combine(
        self, thetas: Sequence[FloatArray], covariances: Sequence[FloatArray], df: Sequence[FloatArray]
    ) -> Combined:
        """Rubin's rules over estimates, their covariances and degrees of freedom."""
        return rubin(thetas, covariances, df_complete=self.complete(df), small_sample=self.small_sample)


DEFAULT_RULES = Rules()


def combine_estimates(results: Sequence[EstimateData], rules: Rules) -> EstimateData:
    """Combine the same estimate from m completed copies of a survey.

    Returns
    -------
    EstimateData
        With `missing_information`, the fraction of missing information of each row, and the total
        covariance. Bases are the means over copies. It holds no evidence: comparisons are made in each copy.

    Raises
    ------
    EstimationError
        Fewer than two results, or results that differ in what they are about.
    """
    first = same_rows(
        [r.rows for r in results],
        [(r.keys, r.topic.question, r.topic.statistic, r.topic.score, r.level) for r in results],
    )
    head = results[0]
    found = rules.combine(
        [column(r.rows, "estimate") for r in results],
        [r.vcov for r in results],
        [column(r.rows, "df") for r in results],
    )
    rows = averaged(first, [r.rows for r in results])
    rows["estimate"], rows["std_error"], rows["df"] = found.theta, np.sqrt(np.diag(found.vcov)), found.df
    rows["conf_low"], rows["conf_high"], rows["method"] = _limits(head, rows, found)
    rows.insert(list(rows.columns).index("method"), "missing_information", found.missing_information)
    return replace(
        head,
        rows=rows,
        vcov=found.vcov,
        evidence=None,
        r_code="",
        provenance=replace(head.provenance, variance=said(head.provenance.variance, found.m)),
    )


def combine_tests(results: Sequence[TestData], rules: Rules) -> TestData:
    """Combine the same differences, ratios or t tests from m copies row by row; p-values are adjusted anew.

    Ratios are combined as logarithms. Where a test has a standard error of its own (paired shares near 0 or
    100%), p comes from that one and the interval from the other, as in each copy.

    Raises
    ------
    EstimationError
        Other tests: an F or χ² statistic has no standard error to combine.
    """
    head = results[0] if results else None
    if head is None or head.kind not in ("difference", "ratio", "t"):
        raise EstimationError(
            "Only differences, ratios and t tests are combined over imputations.",
            where=f"found {head.kind if head else 'no'} tests",
            hint="combine the estimates and compare those, or test a model's term.",
        )
    about = [(r.kind, r.topic.question, r.level, r.rows["contrast"].tolist()) for r in results]
    rows = averaged(same_rows([r.rows for r in results], about), [r.rows for r in results])
    log = head.kind == "ratio"
    theta = [np.log(column(r.rows, "estimate")) if log else column(r.rows, "estimate") for r in results]
    df = [column(r.rows, "df") for r in results]
    tested = rules.combine(theta, [_diagonal(column(r.rows, "std_error")) for r in results], df)
    limits = rules.combine(theta, [_diagonal(_half_width_error(r, log=log)) for r in results], df)
    null = np.mean(
        [
            t - column(r.rows, "statistic") * column(r.rows, "std_error")
            for t, r in zip(theta, results, strict=True)
        ],
        axis=0,
    )
    error = np.sqrt(np.diag(tested.vcov))
    low, high = t_interval(limits.theta, np.diag(limits.vcov), limits.df, head.level)
    rows["estimate"] = np.exp(tested.theta) if log else tested.theta
    rows["std_error"], rows["df"] = error, tested.df
    rows["conf_low"], rows["conf_high"] = (np.exp(low), np.exp(high)) if log else (low, high)
    rows["statistic"], rows["p_value"] = t_test(tested.theta - null, error, tested.df)
    rows = rows.drop(columns=[c for c in ("effect_low", "effect_high") if c in rows])
    if "p_adjusted" in rows:
        rows["p_adjusted"] = _adjusted(rows, head)
    rows["method"] = [f"{m}, Rubin" for m in rows["method"]]
    rows["missing_information"] = tested.missing_information
    provenance = replace(head.provenance, variance=said(head.provenance.variance, tested.m))
    return replace(head, rows=rows, vcov=None, provenance=provenance)


def column(rows: pd.DataFrame, name: str) -> FloatArray:
    """One column as numbers."""
    return rows[name].to_numpy(dtype=np.float64)


def said(variance: str, m: int) -> str:
    """The variance of a combined result in words."""
    return f"{variance}; {m} imputations combined by Rubin's rules"


def averaged(first: pd.DataFrame, rows: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """A copy of the first rows with bases and the like as means; whole numbers stay whole where all agree."""
    out = first.copy()
    for name in _AVERAGED:
        if name in out and any(not r[name].equals(first[name]) for r in rows):
            out[name] = np.mean([column(r, name) for r in rows], axis=0)
    return out


def _diagonal(error: FloatArray) -> FloatArray:
    return np.diag(error**2)


def _half_width_error(test: TestData, *, log: bool) -> FloatArray:
    """The standard error behind the limits of a test."""
    low, high = column(test.rows, "conf_low"), column(test.rows, "conf_high")
    if log:
        low, high = np.log(low), np.log(high)
    t = t_quantile(0.5 + test.level / 2, column(test.rows, "df"))
    return np.asarray((high - low) / 2 / t)


def _adjusted(rows: pd.DataFrame, head: TestData) -> FloatArray:
    """p-values adjusted over the family, each base by itself."""
    out = np.full(len(rows), np.nan)
    bases = rows["base"].to_numpy() if "base" in rows else np.zeros(len(rows))
    for base in pd.unique(bases):
        inside = bases == base
        out[inside] = adjust_p(column(rows, "p_value")[inside], head.family.adjust)
    return out


def same_rows(rows: Sequence[pd.DataFrame], about: Sequence[object]) -> pd.DataFrame:
    """The first of several frames that are about the same things.

    Raises
    ------
    EstimationError
        Fewer than two, or frames about different things.
    """
    if len(rows) < 2:
        raise EstimationError(
            "Combining needs at least two results.", hint="give one result for each imputation."
        )
    if any(len(r) != len(rows[0]) for r in rows) or any(a != about[0] for a in about):
        raise EstimationError(
            "The results are not about the same things.",
            where="rows: " + ", ".join(str(len(r)) for r in rows[:8]),
            hint="run one verb with the same arguments on every imputation.",
        )
    return rows[0]


def _limits(
    head: EstimateData, rows: pd.DataFrame, found: Combined
) -> tuple[FloatArray, FloatArray, list[str]]:
    """Limits at the combined degrees of freedom, by the method the estimate was asked for."""
    variance = np.diag(found.vcov)
    used = [str(m) for m in rows["method"]]
    method: ShareMethod = next((m for m in get_args(ShareMethod) if m in used), "t")
    if head.topic.statistic == "proportion" and method != "t":
        low, high, words = interval(
            found.theta,
            variance,
            found.df,
            n=column(rows, "n"),
            n_effective=column(rows, "n_effective"),
            level=head.level,
            method=method,
        )
        return low, high, [f"{m}, Rubin" for m in words]
    low, high = t_interval(found.theta, variance, found.df, head.level)
    return low, high, ["t, Rubin"] * len(rows)
