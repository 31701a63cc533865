"""Intervals of coefficients: Wald, and likelihood (profile) intervals with the Rao-Scott scale."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import optimize

from survey_analysis.errors import ConvergenceError, EstimationError
from survey_analysis.models.engine import Engine
from survey_analysis.models.fit import Fit, check_level, fit_of, quantile, wald
from survey_analysis.results.model import ModelData
from survey_analysis.typing import FloatArray

ModelInterval = Literal["wald", "likelihood", "r-likelihood"]


def interval(
    model: ModelData,
    *,
    level: float | None = None,
    method: ModelInterval = "wald",
    df: float | None = None,
) -> pd.DataFrame:
    """Intervals of the coefficients.

    Parameters
    ----------
    level : float, optional
        That of the model unless given.
    method : {"wald", "likelihood", "r-likelihood"}
        "likelihood": the values b whose profile deviance exceeds the minimum by at most t² λ, λ = V_bb /
        naive_bb the generalised design effect (Rao-Scott). "r-likelihood" divides the deviance by the
        dispersion as well, as R `confint.svyglm` 4.1 does, for comparison.
    df : float, optional
        Degrees of freedom of t; those of the model unless given, `inf` for the normal.

    Returns
    -------
    DataFrame
        `term, conf_low, conf_high`.

    Raises
    ------
    EstimationError
        A likelihood interval for a model other than a generalised linear or negative binomial one.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5, 3.1, 2.2, 3.3, 4.1], "x": [1, 2, 3, 4, 5, 6, 7, 9]})
    >>> fit = sa.read(data).glm("y ~ x")
    >>> fit.interval()[["conf_low", "conf_high"]].round(3).to_numpy()[1].tolist()
    [0.085, 0.393]
    """
    chosen = model.level if level is None else level
    check_level(chosen)
    nu = model.df_residual if df is None else df
    t = quantile(nu, chosen)
    theta = model.rows["estimate"].to_numpy(dtype=np.float64)
    if method == "wald":
        low, high = wald(theta, np.sqrt(np.diag(model.vcov)), nu, chosen)
    elif method in ("likelihood", "r-likelihood"):
        low, high = _profiles(model, t, r=method == "r-likelihood")
    else:
        raise EstimationError(f"There is no interval '{method}'.", hint='use "wald" or "likelihood".')
    return pd.DataFrame({"term": list(model.names), "conf_low": low, "conf_high": high})


def _profiles(model: ModelData, t: float, *, r: bool) -> tuple[FloatArray, FloatArray]:
    fit = fit_of(model)
    if model.kind not in ("glm", "negative binomial"):
        raise EstimationError(f"A likelihood interval of a {model.kind} model is not available.")
    lam = np.diag(model.vcov) / np.diag(model.naive)
    if model.variance == "model":
        lam = np.full(
            len(lam),
            model.dispersion if model.family.startswith("quasi") or model.family == "gaussian" else 1.0,
        )
    scale = model.dispersion if r else 1.0
    k = fit.engine.X.shape[1]  # log(theta) has no profile of its own
    low, high = np.full(len(lam), np.nan), np.full(len(lam), np.nan)
    for j in range(k):
        cut = t**2 * lam[j] * scale
        low[j], high[j] = (_limit(model, fit, j, cut, side) for side in (-1.0, 1.0))
    return low, high


def _limit(model: ModelData, fit: Fit, j: int, cut: float, side: float) -> float:
    """Where the profile deviance has risen by `cut`, on one side of the estimate."""
    profile = _profile(model, fit, j)
    best, se = float(fit.theta[j]), float(np.sqrt(max(model.naive[j, j], 1e-300)))

    def gap(x: float) -> float:
        return profile(best + side * x) - cut

    step = float(np.sqrt(cut)) * se
    far = step
    for _ in range(30):
        if gap(far) > 0:
            break
        far *= 1.5
    else:
        return side * np.inf
    return best + side * float(optimize.brentq(gap, 0.0, far, xtol=1e-12 * max(far, 1e-300), rtol=1e-12))


def _profile(model: ModelData, fit: Fit, j: int) -> Callable[[float], float]:
    engine, w = fit.engine, fit.scaled
    others = [i for i in range(engine.X.shape[1]) if i != j]
    base: Engine = engine.keep(others)
    start = np.delete(fit.theta, j)

    def value(b: float) -> float:
        offset = engine.offset + b * engine.X[:, j]
        part = replace(base, offset=offset)  # type: ignore[type-var]
        if not len(start):
            return part.deviance(w, start) - model.deviance
        try:
            theta = part.start_at(start).theta(w)
        except ConvergenceError:
            theta = part.theta(w)
        return part.deviance(w, theta) - model.deviance

    return value
