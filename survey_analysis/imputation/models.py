"""Rubin's rules over fitted models: coefficients, numbers derived from them, and tests of terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from survey_analysis.core.intervals import t_interval
from survey_analysis.core.quadratic import f_tail, t_test
from survey_analysis.core.rubin import Combined, joint_test
from survey_analysis.errors import EstimationError, closest
from survey_analysis.imputation.combine import Rules, column, said, same_rows
from survey_analysis.results.model import ModelData, ModelEstimates, TermTest

_NUMBERS = ("estimate", "std_error", "statistic", "df", "p_value", "conf_low", "conf_high")


def combine_models(results: Sequence[ModelData], rules: Rules) -> ModelData:
    """Combine the same model fitted in m completed copies.

    Returns
    -------
    ModelData
        Coefficients with their own degrees of freedom and `missing_information`. Deviances and dispersion are
        means; `df_residual` is NaN because it differs by coefficient; there is no fit to predict from.

    Raises
    ------
    EstimationError
        Models of different formulas, families, variances or coefficients.
    """
    about = [
        (r.names, r.formula, r.kind, r.family, r.link, r.outcome, r.variance, r.level, r.unweighted)
        for r in results
    ]
    first = same_rows([r.rows for r in results], about)
    head = results[0]
    found = rules.combine(
        [column(r.rows, "estimate") for r in results],
        [r.vcov for r in results],
        [column(r.rows, "df") for r in results],
    )
    counts = {name: sum(r.missing.get(name, 0) for r in results) / len(results) for name in head.missing}
    return replace(
        head,
        rows=_filled(first, found, head.level),
        vcov=found.vcov,
        naive=np.mean([r.naive for r in results], axis=0),
        deviance=float(np.mean([r.deviance for r in results])),
        null_deviance=float(np.mean([r.null_deviance for r in results])),
        dispersion=float(np.mean([r.dispersion for r in results])),
        df_residual=float("nan"),
        n=round(np.mean([r.n for r in results])),
        n_missing=round(np.mean([r.n_missing for r in results])),
        missing={name: round(n) for name, n in counts.items()},
        provenance=replace(head.provenance, variance=said(head.provenance.variance, found.m)),
        loglik=None,
        extra={},
        fit=None,
    )


def combine_model_estimates(results: Sequence[ModelEstimates], rules: Rules) -> ModelEstimates:
    """Combine the same predictions, margins or contrasts of the models of m copies.

    Raises
    ------
    EstimationError
        Numbers about different things, or with p-values that were adjusted already.
    """
    labels = [c for c in results[0].rows if c not in _NUMBERS] if results else []
    if "p_adjusted" in labels:
        raise EstimationError(
            "Adjusted p-values are not combined.", hint='make the comparisons with adjust="none".'
        )
    about = [(r.what, r.level, r.rows[labels].to_numpy().tolist()) for r in results]
    first = same_rows([r.rows for r in results], about)
    found = rules.combine(
        [column(r.rows, "estimate") for r in results],
        [r.vcov for r in results],
        [column(r.rows, "df") for r in results],
    )
    head = results[0]
    return ModelEstimates(
        _filled(first, found, head.level),
        found.vcov,
        f"{head.what}; {found.m} imputations combined by Rubin's rules",
        float("nan"),
        head.level,
    )


def combined_term_test(models: Sequence[ModelData], terms: Sequence[str], rules: Rules) -> TermTest:
    """Test that all coefficients of some terms are zero, over the imputations.

    Notes
    -----
    The pooled Wald statistic D1 (Li, Raghunathan and Rubin 1991), for small samples with the denominator
    degrees of freedom of Reiter (2007).
    """
    head = models[0]
    unknown = [t for t in terms if t not in head.terms]
    if unknown:
        raise EstimationError(
            f"The model has no term '{unknown[0]}'.", hint=closest(unknown[0], list(head.terms))
        )
    index = np.array(sorted({i for t in terms for i in head.terms[t]}))
    complete = rules.complete([column(m.rows, "df")[index] for m in models])
    found = joint_test(
        [column(m.rows, "estimate")[index] for m in models],
        [m.vcov[np.ix_(index, index)] for m in models],
        df_complete=float(np.min(complete)),
    )
    p = f_tail(found.statistic, found.df, found.df_residual)
    return TermTest(tuple(terms), "Wald, Rubin (D1)", found.statistic, found.df, found.df_residual, p)


def _filled(first: pd.DataFrame, found: Combined, level: float) -> pd.DataFrame:
    """Rows with combined numbers; a test only where each copy has one."""
    rows = first.copy()
    variance = np.maximum(np.diag(found.vcov), 0.0)
    rows["estimate"], rows["std_error"], rows["df"] = found.theta, np.sqrt(variance), found.df
    if "statistic" in rows:
        statistic, p = t_test(found.theta, np.sqrt(variance), found.df)
        tested = rows["statistic"].notna().to_numpy()
        rows["statistic"], rows["p_value"] = np.where(tested, statistic, np.nan), np.where(tested, p, np.nan)
    rows["conf_low"], rows["conf_high"] = t_interval(found.theta, variance, found.df, level)
    rows["missing_information"] = found.missing_information
    return rows
