"""From a model of the complete cases to `ModelData`: theta, z, the one kernel, tidy rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from survey_analysis.core.covariance import covariance, domain_df
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.quadratic import t_test
from survey_analysis.core.statistic import estimate
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.origin import provenance
from survey_analysis.frames.data import SurveyData
from survey_analysis.models.design import Base, Matrix
from survey_analysis.models.engine import Engine, inverse
from survey_analysis.results.model import ModelData, ModelKind, ModelVariance
from survey_analysis.typing import FloatArray, Where

ModelDf = Literal["domain", "design", "normal"] | float


@dataclass(frozen=True, eq=False)
class Fit:
    """What the verbs of a model work with."""

    engine: Engine
    theta: FloatArray
    frame: DesignFrame
    weight: FloatArray  # as used: those of the design, or ones
    matrix: Matrix
    base: Base
    survey: SurveyData

    @property
    def scaled(self) -> FloatArray:
        """Weights of mean 1 over the domain."""
        return np.asarray(self.weight / self.weight[self.base.domain].mean())


def _one(theta: FloatArray, w: FloatArray) -> float:
    del theta, w
    return 1.0


def _unknown(w: FloatArray) -> float:
    del w
    return float("nan")


def _nothing(theta: FloatArray, vcov: FloatArray, w: FloatArray) -> Mapping[str, float]:
    del theta, vcov, w
    return {}


@dataclass(frozen=True, eq=False)
class About:
    """Names of a model, and the few numbers its kind has of its own."""

    kind: ModelKind
    family: str
    link: str
    outcome: str
    terms: Mapping[str, tuple[int, ...]]
    dispersed: bool = False
    """Whether its model-based covariance is multiplied with a dispersion."""
    dispersion: Callable[[FloatArray, FloatArray], float] = _one
    null_deviance: Callable[[FloatArray], float] = _unknown
    loglik: Callable[[FloatArray, FloatArray, float], float] | None = None
    extra: Callable[[FloatArray, FloatArray, FloatArray], Mapping[str, float]] = _nothing
    information: Callable[[FloatArray, FloatArray], FloatArray] | None = None
    """Information of a model-based covariance where it is not the one of the engine."""


def fit_of(model: ModelData) -> Fit:
    """The fit behind a model; an error for models that keep none."""
    if not isinstance(model.fit, Fit):
        raise EstimationError(f"A {model.kind} model has no such verb.", hint="see its rows and vcov.")
    return model.fit


def finish(
    survey: SurveyData,
    engine: Engine,
    matrix: Matrix,
    base: Base,
    about: About,
    *,
    where: Where,
    level: float,
    df: ModelDf,
    variance: ModelVariance,
) -> ModelData:
    """Fit, covariance by the kernel (or the classical one on request), rows."""
    check_level(level)
    frame = survey.frame
    known = ("design", "model", "r-svyglm") if about.kind == "glm" else ("design", "model")
    if variance not in known:
        raise EstimationError(f"There is no variance '{variance}'.", hint="use " + " or ".join(known) + ".")
    if variance == "model":
        refuse_complex(survey, "the model-based variance", 'variance="design"')
    weight = frame.weight
    theta = engine.theta(weight)
    warm = engine.start_at(theta)
    fit = Fit(warm, theta, frame, weight, matrix, base, survey)
    w = fit.scaled
    naive = inverse(engine.information(w, theta))
    if variance == "model":
        own = about.information or engine.information
        dispersion = about.dispersion(theta, w)
        vcov = inverse(own(w, theta)) * (dispersion if about.dispersed else 1.0)
    else:
        _, z = estimate(warm, frame)
        vcov = covariance(z, frame, member=base.member)
        dispersion = about.dispersion(theta, w)
    nu = degrees(df, base, frame, matrix, variance=variance, dispersed=about.dispersed)
    loglik = about.loglik(theta, w, dispersion) if about.loglik and variance == "model" else None
    return ModelData(
        rows=coefficient_rows(engine.names, theta, vcov, nu, level),
        names=engine.names,
        vcov=vcov,
        naive=naive,
        kind=about.kind,
        family=about.family,
        link=about.link,
        formula=matrix.parsed.text,
        outcome=about.outcome,
        terms=about.terms,
        deviance=engine.deviance(w, theta),
        null_deviance=about.null_deviance(w),
        dispersion=dispersion,
        df_residual=nu,
        n=len(base.rows),
        n_missing=base.n_missing,
        missing={k: v for k, v in base.missing.items() if v},
        provenance=provenance(survey, where, base.member),
        level=level,
        loglik=loglik,
        extra=about.extra(theta, vcov, w),  # noqa: S610  not Django
        variance=variance,
        fit=fit,
    )


def degrees(
    df: ModelDf, base: Base, frame: DesignFrame, matrix: Matrix, *, variance: ModelVariance, dispersed: bool
) -> float:
    """Degrees of freedom of the coefficients: those of the complete cases + 1 - predictors (R `svyglm`)."""
    predictors = sum(name != "(Intercept)" for name in matrix.names)
    if isinstance(df, int | float) and not isinstance(df, bool):
        return float(df)
    if df not in ("domain", "design", "normal"):
        raise EstimationError(
            f"df={df!r} is not known.", hint='use "domain", "design", "normal" or a number.'
        )
    if df == "normal" or (variance == "model" and not dispersed):
        return float("inf")
    if variance == "model":
        return float(len(base.rows) - len(matrix.names))
    whole = float(frame.design_df) if df == "design" else float(domain_df(base.member, frame)[0])
    return whole - predictors + (0 if matrix.parsed.intercept else 1)


def coefficient_rows(
    names: tuple[str, ...], theta: FloatArray, vcov: FloatArray, df: float, level: float
) -> pd.DataFrame:
    """Tidy rows of coefficients with Wald tests and intervals; NaN without degrees of freedom."""
    se = np.sqrt(np.diag(vcov))
    statistic, p = t_test(theta, se, np.full(len(theta), df))
    low, high = wald(theta, se, df, level)
    return pd.DataFrame(
        {
            "term": list(names),
            "estimate": theta,
            "std_error": se,
            "statistic": statistic,
            "df": np.full(len(theta), df),
            "p_value": p,
            "conf_low": low,
            "conf_high": high,
        }
    )


def quantile(df: float, level: float) -> float:
    """Two-sided t quantile; NaN without degrees of freedom."""
    if not df > 0:
        return float("nan")
    tail = 0.5 + level / 2
    return float(special.ndtri(tail)) if np.isinf(df) else float(special.stdtrit(df, tail))


def wald(theta: FloatArray, se: FloatArray, df: float, level: float) -> tuple[FloatArray, FloatArray]:
    """Estimate ± t se."""
    half = quantile(df, level) * se
    return theta - half, theta + half


def check_level(level: float) -> None:
    """Raise for a level that is not a share."""
    if not 0 < level < 1:
        raise EstimationError(f"level={level} is not between 0 and 1.", hint="0.95 is a 95% interval.")


def refuse_complex(survey: SurveyData, what: str, instead: str) -> None:
    """Raise where a simple-sample method would ignore weights, clusters, strata or replicates."""
    frame = survey.frame
    w = frame.weight[frame.weight > 0]
    found = []
    if float(w.max() - w.min()) > 1e-12 * float(w.max()) or frame.calibration:
        found.append("weights that differ")
    if not frame.is_element:
        found.append("clusters")
    if frame.n_strata > 1:
        found.append("strata")
    if frame.replicates is not None:
        found.append("replicate weights")
    if found:
        raise EstimationError(
            f"This survey has {' and '.join(found)}, which {what} ignores.", hint=f"use {instead}."
        )
