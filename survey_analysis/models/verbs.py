"""The verbs for outcomes that are numbers: `glm` and `negative_binomial`."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from survey_analysis.core.frame import DesignFrame
from survey_analysis.frames.data import SurveyData
from survey_analysis.models.columns import column
from survey_analysis.models.design import survey_source
from survey_analysis.models.family import Family, FamilyName, LinkName
from survey_analysis.models.fit import About, ModelDf, finish
from survey_analysis.models.formula import parse
from survey_analysis.models.glm import Glm
from survey_analysis.models.negative_binomial import LOG_THETA, NegativeBinomial
from survey_analysis.models.outcomes import check_outcome, minus_half, numeric_outcome, prepared, response
from survey_analysis.results.model import ModelData, ModelVariance
from survey_analysis.typing import FloatArray, Where


def glm(
    survey: SurveyData,
    formula: str,
    *,
    where: Where = None,
    level: float = 0.95,
    family: FamilyName = "gaussian",
    link: LinkName | None = None,
    offset: str | None = None,
    df: ModelDf = "domain",
    variance: ModelVariance = "design",
) -> ModelData:
    """Fit a generalised linear model with weights and design-based standard errors.

    Parameters
    ----------
    formula : str
        `outcome ~ predictors`: `+ - : * / ^` join questions and calls. A numeric question is a number, one whose
        answers are words a factor (first answer the reference); a scored scale must say `C(q)` or
        `score(q)`. Also `I(q == "Yes")`, `drop_empty(q)`, `log(q)`, `I(q^2)`, `bs(q, df=4)`, `offset(q)`.
    where
        The domain, as in `proportion`. People without an answer to every question of the model leave it; they
        stay in the design and are counted in `n_missing`.
    family : {"gaussian", "binomial", "poisson", "quasibinomial", "quasipoisson"}
        The outcome of a binomial model is 0 or 1, a comparison, or a question of two answers (the second is
        counted).
    link : str, optional
        The usual link of the family unless named.
    offset : str, optional
        Added to the linear predictor with coefficient 1, as `+ offset(...)` in the formula.
    level : float
        Of the intervals.
    df : {"domain", "design", "normal"} or number
        Sampling units minus strata of the complete cases (or of the whole design) + 1 - coefficients.
    variance : {"design", "r-svyglm", "model"}
        "r-svyglm" stops where R's `glm` stops and takes the information one step before, for comparison with
        printed R output; "model" is the classical covariance, for simple unweighted samples only.

    Returns
    -------
    ModelData

    Raises
    ------
    ScoreError
        A scale that could be a factor or a number; an outcome that does not fit the family.
    EstimationError
        Collinear or empty terms, separation, fewer respondents than coefficients.
    ConvergenceError
        The fit does not settle.

    Notes
    -----
    Point estimates by statsmodels `GLM` with weights. z_i = w_i x_i (y_i - mu_i) mu'_i / V(mu_i) A⁻¹, A the
    expected information; the covariance is the core's (R `survey::svyglm`; Binder 1983).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5], "x": [1.1, 2.2, 3.3, 4.4], "w": [1, 2, 1, 1]})
    >>> fit = sa.read(data, weight="w").glm("y ~ x")
    >>> fit.coef.round(4).to_dict()
    {'(Intercept)': 0.6154, 'x': 0.7517}
    """
    found = Family.of(family, link)
    parsed = parse(f"{formula} + offset({offset})" if offset else formula)
    source = survey_source(survey)
    outcome = column(response(parsed), source)
    y, words = numeric_outcome(parsed.response, outcome, found)
    matrix, base = prepared(survey, parsed, source, {parsed.response: y}, where)
    own = y[base.rows]
    check_outcome(parsed.response, own, found)
    engine = Glm(matrix.X, own, matrix.offset, base.rows, found, matrix.names)
    frame = survey.frame
    if variance == "r-svyglm":
        engine = engine.as_r(frame.weight, float(frame.weight[base.domain].mean()))
    about = About(
        kind="glm",
        family=found.name,
        link=found.link,
        outcome=words,
        terms=matrix.terms,
        dispersed=found.quasi,
        dispersion=lambda theta, w: _dispersion(engine, theta, w, frame, variance, found),
        null_deviance=engine.null_deviance,
        loglik=lambda theta, w, scale: _glm_loglik(engine, theta, w, scale),
    )
    return finish(survey, engine, matrix, base, about, where=where, level=level, df=df, variance=variance)


def negative_binomial(
    survey: SurveyData,
    formula: str,
    *,
    where: Where = None,
    level: float = 0.95,
    offset: str | None = None,
    df: ModelDf = "domain",
    variance: ModelVariance = "design",
) -> ModelData:
    """Fit a negative binomial model of counts: variance mu + mu² / theta, log link.

    Parameters
    ----------
    formula : str
        As in `glm`; the outcome holds counts.
    where, level, offset, df, variance
        As in `glm`.

    Returns
    -------
    ModelData
        Coefficients, then log(theta); `extra` holds theta and its standard error.

    Raises
    ------
    ScoreError
        Outcomes that are no counts.
    EstimationError, ConvergenceError
        As in `glm`; counts without overdispersion have no finite theta.

    Notes
    -----
    Weighted maximum likelihood by our own Newton steps (statsmodels `NegativeBinomial` ignores weights),
    theta jointly. With `variance="model"` the standard errors are those of R `MASS::glm.nb`: expected
    information of the coefficients, observed information of theta.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"visits": [0, 3, 14, 1, 0, 5, 2, 9, 0, 22, 1, 13], "x": [.1, .9, 1.2] * 4})
    >>> fit = sa.read(data).negative_binomial("visits ~ x")
    >>> round(fit.extra["theta"], 2)
    0.58
    """
    parsed = parse(f"{formula} + offset({offset})" if offset else formula)
    source = survey_source(survey)
    y, words = numeric_outcome(parsed.response, column(response(parsed), source), Family.of("poisson", None))
    matrix, base = prepared(survey, parsed, source, {parsed.response: y}, where)
    own = y[base.rows]
    check_outcome(parsed.response, own, Family.of("poisson", None))
    engine = NegativeBinomial(matrix.X, own, matrix.offset, base.rows, (*matrix.names, LOG_THETA), ("",))

    def extra(theta: FloatArray, vcov: FloatArray, w: FloatArray) -> Mapping[str, float]:
        t = float(np.exp(theta[-1]))
        return {
            "theta": t,
            "theta_std_error": t * float(np.sqrt(vcov[-1, -1])),
            "residual_deviance": engine.residual_deviance(w, theta),
        }

    about = About(
        "negative binomial",
        "negative binomial",
        "log",
        words,
        matrix.terms,
        loglik=minus_half(engine),
        extra=extra,
        information=engine.expected,
    )
    return finish(survey, engine, matrix, base, about, where=where, level=level, df=df, variance=variance)


def _dispersion(
    engine: Glm, theta: FloatArray, w: FloatArray, frame: DesignFrame, variance: str, family: Family
) -> float:
    """Weighted variance of the Pearson residuals (R `summary.svyglm`); for replicates their mean square.

    For "r-svyglm" as R 4.1 prints it: times the mean weight of the complete cases over that of the domain (the
    mean of w is 1 there), and for replicate weights times n as well.
    """
    r, own = engine.pearson(theta), w[engine.rows]
    n = int((own > 0).sum())
    if variance == "model":
        return float(own @ r**2) / (n - len(theta)) if family.quasi else 1.0
    as_r = variance == "r-svyglm"
    if frame.replicates is not None:
        return float(own @ r**2 / own.sum()) * (float(own.sum()) if as_r else 1.0)
    centre = own @ r / own.sum()
    return float(own @ (r - centre) ** 2 / own.sum()) * n / (n - 1) * (float(own.mean()) if as_r else 1.0)


def _glm_loglik(engine: Glm, theta: FloatArray, w: FloatArray, scale: float) -> float:
    mu = engine.family.mean(engine.X @ theta + engine.offset)
    own = w[engine.rows]
    if engine.family.name == "gaussian":  # R `logLik.lm`: the maximum likelihood variance
        scale = float(own @ (engine.y - mu) ** 2 / own.sum())
    return engine.family.loglik(engine.y, mu, own, scale)
