"""Linear mixed models through statsmodels: unweighted, and labelled so."""

from __future__ import annotations

import warnings
from typing import Any, Literal

import numpy as np
import pandas as pd

from survey_analysis.errors import ConvergenceError, EstimationError
from survey_analysis.estimation.origin import provenance
from survey_analysis.frames.data import SurveyData
from survey_analysis.models.columns import Factor, column
from survey_analysis.models.design import base_of, model_matrix, right_columns, survey_source
from survey_analysis.models.fit import check_level, coefficient_rows, refuse_complex
from survey_analysis.models.formula import parse
from survey_analysis.plurals import counted
from survey_analysis.results.model import ModelData
from survey_analysis.typing import Where


def mixed(
    survey: SurveyData,
    formula: str,
    *,
    groups: str,
    where: Where = None,
    level: float = 0.95,
    method: Literal["reml", "ml"] = "reml",
    unweighted: bool = False,
) -> ModelData:
    """Fit a linear mixed model with a random intercept for each group, without weights.

    Parameters
    ----------
    formula : str
        As in `glm`; the outcome is a number.
    groups : str
        Question or column whose answers share a random intercept.
    method : {"reml", "ml"}
    unweighted : bool
        True to fit a survey with weights, clusters or strata all the same: none of them enter the model.
    where, level
        As in `glm`.

    Returns
    -------
    ModelData
        Fixed effects with normal intervals; `extra` holds the standard deviations of groups and residuals.
        Its family says "unweighted".

    Raises
    ------
    EstimationError
        A survey with weights or clusters and no `unweighted=True`.
    ConvergenceError
        The fit does not settle.

    Notes
    -----
    statsmodels `MixedLM` (R `lme4::lmer(outcome ~ ... + (1 | group))`). Cumulative mixed models (`ordinal::clmm`)
    are not available: statsmodels has none that is comparable.

    Examples
    --------
    >>> import numpy as np, pandas as pd, survey_analysis as sa
    >>> town = np.repeat(np.arange(6), 4)
    >>> data = pd.DataFrame({"town": town, "x": np.arange(24.0) % 5, "y": np.sin(np.arange(24.0)) + town})
    >>> fit = sa.read(data).mixed("y ~ x", groups="town")
    >>> fit.unweighted, list(fit.names)
    (True, ['(Intercept)', 'x'])
    """
    check_level(level)
    if not unweighted:
        refuse_complex(
            survey, "a mixed model", "unweighted=True to say so, or glm() for the design-based answer"
        )
    parsed, source = parse(formula), survey_source(survey)
    y, group = column(parsed.response, source), survey.table.raw.column(groups).to_numpy(dtype=object)
    if isinstance(y, Factor):
        raise EstimationError(f"A linear mixed model needs numbers; '{parsed.response}' holds words.")
    columns = right_columns(parsed, source)
    if parsed.offsets:
        raise EstimationError(
            "A mixed model takes no offset.", hint="subtract it from the outcome: I(y - x)."
        )
    answered = np.array([0.0 if str(g).strip() else np.nan for g in group])
    base = base_of(survey, where, {parsed.response: y, **columns, groups: answered})
    matrix = model_matrix(parsed, columns, base)
    rows = base.rows
    _check_groups(groups, len(set(group[rows])), len(rows))
    from statsmodels.regression.mixed_linear_model import MixedLM  # noqa: PLC0415  heavy; loaded when fitted

    fit = _fitted(MixedLM(y[rows], matrix.X, pd.factorize(group[rows])[0]), reml=method == "reml")
    k = len(matrix.names)
    theta = np.asarray(fit.fe_params, dtype=np.float64)
    vcov = np.asarray(fit.cov_params(), dtype=np.float64)[:k, :k]
    return ModelData(
        rows=coefficient_rows(matrix.names, theta, vcov, float("inf"), level),
        names=matrix.names,
        vcov=vcov,
        naive=vcov / float(fit.scale),
        kind="linear mixed",
        family=f"gaussian, unweighted, random intercept of {groups}, {method}",
        link="identity",
        formula=parsed.text,
        outcome=parsed.response,
        terms=matrix.terms,
        deviance=-2 * float(fit.llf),
        null_deviance=float("nan"),
        dispersion=float(fit.scale),
        df_residual=float("inf"),
        n=len(rows),
        n_missing=base.n_missing,
        missing={text: n for text, n in base.missing.items() if n},
        provenance=provenance(survey, where, base.member),
        level=level,
        loglik=float(fit.llf),
        extra={
            "sd_groups": float(np.sqrt(np.asarray(fit.cov_re)[0, 0])),
            "sd_residual": float(np.sqrt(fit.scale)),
            "groups": float(len(np.unique(pd.factorize(group[rows])[0]))),
        },
        variance="model",
        unweighted=True,
    )


def _check_groups(name: str, groups: int, n: int) -> None:
    """A random intercept needs several groups, and a group of several people (R lme4 refuses the same)."""
    if 1 < groups < n:
        return
    found = "everybody is in one group" if groups == 1 else "everybody is a group of one"
    raise EstimationError(
        f"A random intercept of '{name}' cannot be estimated: {found}.",
        where=f"{groups} group{'s' * (groups > 1)}, {counted(n, 'complete answer')}.",
        hint="name the column of the groups.",
    )


def _fitted(made: Any, *, reml: bool) -> Any:
    """The fit of the first optimiser that settles."""
    from statsmodels.tools.sm_exceptions import ConvergenceWarning  # noqa: PLC0415

    said = ""
    for optimiser in ("bfgs", "cg", "powell"):
        options = {} if optimiser == "powell" else {"gtol": 1e-10}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", ConvergenceWarning)
            try:
                fit = made.fit(reml=reml, method=optimiser, **options)
            except (ConvergenceWarning, np.linalg.LinAlgError, ValueError) as error:
                said = str(error)
                continue
        if fit.converged:
            return fit
    raise ConvergenceError(
        "The mixed model did not converge.", where=said, hint="look for groups that do not differ."
    )
