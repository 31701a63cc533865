"""Average marginal effects, predictive margins and reference-grid means: models in the units of the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import covariance
from survey_analysis.core.influence import ratio
from survey_analysis.core.statistic import estimate
from survey_analysis.errors import EstimationError, closest
from survey_analysis.frames.variables import Encoded, Numeric
from survey_analysis.models.columns import Factor, Source, Values, column
from survey_analysis.models.design import survey_source
from survey_analysis.models.engine import Engine, spread
from survey_analysis.models.fit import Fit, fit_of
from survey_analysis.models.formula import tokens
from survey_analysis.models.predict import engine_columns, estimates
from survey_analysis.results.model import ModelData, ModelEstimates
from survey_analysis.typing import FloatArray

MarginVariance = Literal["joint", "r-svypredmeans"]
STEP = 1e-5
"""Half width of a numeric derivative, as a share of the predictor's standard deviation."""


@dataclass(frozen=True, eq=False)
class Averages:
    """Weighted averages of predictions over the people of a model, as a function of the weights.

    m_c = Σ w d_c(x_i, theta) / Σ w, d a combination of responses at several matrices. z is the influence of
    the average at fixed theta plus the gradient times the influence of theta: who happens to be in the
    sample counts as well.
    """

    engine: Engine
    combinations: tuple[tuple[tuple[float, FloatArray], ...], ...]  # factors and matrices of each margin
    offset: FloatArray

    def rows_at(self, theta: FloatArray) -> FloatArray:
        """Slope d of each person; shape (n, margins x outcomes)."""
        out = [
            sum(f * self.engine.response(theta, X, self.offset) for f, X in parts)
            for parts in self.combinations
        ]
        return np.hstack(out)

    def slope_at(self, theta: FloatArray, w: FloatArray) -> FloatArray:
        """Weighted average of d d / d theta; shape (margins x outcomes, k)."""
        own = w[self.engine.rows]
        share = own / own.sum()
        out = []
        for parts in self.combinations:
            part = [
                f * np.einsum("n,nck->ck", share, self.engine.gradient(theta, X, self.offset))
                for f, X in parts
            ]
            out.append(np.sum(part, axis=0))
        return np.vstack(out)

    def theta(self, w: FloatArray) -> FloatArray:
        """Averages at weights w (n,), the model fitted at them."""
        own = w[self.engine.rows]
        return np.asarray(own @ self.rows_at(self.engine.theta(w)) / own.sum())

    def influence(self, w: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Averages and weighted influence values (n, margins x outcomes)."""
        beta, z = self.engine.influence(w)
        own = w[self.engine.rows]
        d = self.rows_at(beta)
        average = own @ d / own.sum()
        here = own[:, None] * (d - average) / own.sum()
        return average, spread(here, self.engine.rows, len(w)) + z @ self.slope_at(beta, w).T


def margins(
    model: ModelData, variables: str | Sequence[str] | None = None, *, level: float | None = None
) -> ModelEstimates:
    """Average marginal effects: how much the outcome changes with a predictor, others as they are.

    Parameters
    ----------
    variables : str or list of str, optional
        Predictors (questions); all of the formula when left out.
    level : float, optional
        That of the model unless given.

    Returns
    -------
    ModelEstimates
        Rows `variable, contrast, [outcome,] estimate, ...`. A factor: its level against the first; a comparison
        such as `I(q == "Yes")`: 1 against 0; a number: the slope per unit. Shares are 0-1: times 100 they
        are percentage points.

    Raises
    ------
    EstimationError
        A variable that is not in the formula, or stands inside a comparison of several.

    Notes
    -----
    Σ w [mu(x_i with a) - mu(x_i with b)] / Σ w over the people of the model; covariance from joint influence
    values: of the coefficients and of who is in the sample.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5, 3.1], "x": [1.1, 2.2, 3.3, 4.4, 2.9]})
    >>> fit = sa.read(data).glm("y ~ x")
    >>> round(abs(float(fit.margins("x").rows["estimate"][0] - fit.coef["x"])), 6)
    0.0
    """
    fit = fit_of(model)
    known = _predictors(fit)
    wanted = (
        list(known) if variables is None else [variables] if isinstance(variables, str) else list(variables)
    )
    labels: list[tuple[str, str]] = []
    combinations: list[tuple[tuple[float, FloatArray], ...]] = []
    for variable in wanted:
        if variable not in known:
            raise EstimationError(
                f"The formula has no predictor '{variable}'.", hint=closest(variable, known)
            )
        for said, parts in _effects(fit, variable):
            labels.append((variable, said))
            combinations.append(parts)
    rows = pd.DataFrame(labels, columns=["variable", "contrast"])
    return _averaged(model, fit, rows, combinations, "Average marginal effects", level, test=True)


def predictive_margins(
    model: ModelData, factor: str, *, level: float | None = None, variance: MarginVariance = "joint"
) -> ModelEstimates:
    """Predictive margins: the average prediction were everybody in each level of a factor of the model.

    Parameters
    ----------
    factor : str
        A factor of the formula.
    variance : {"joint", "r-svypredmeans"}
        "joint" takes coefficients and sample together, covariance included; "r-svypredmeans" adds the two
        variances as if independent, as R does, for comparison.

    Notes
    -----
    R `svypredmeans(model without the factor, ~factor)` gives the estimates of the model with it.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5, 3.1, 2.2, 3.3, 4.1], "x": [1, 2, 3, 4, 5, 6, 7, 9]})
    >>> data["g"] = list("abcabcab")
    >>> fit = sa.read(data).glm("y ~ x + g")
    >>> fit.predictive_margins("g").rows["estimate"].round(3).tolist()
    [3.251, 3.063, 2.13]
    """
    fit = fit_of(model)
    if factor not in fit.matrix.levels:
        raise EstimationError(
            f"'{factor}' is no factor of the formula.", hint=closest(factor, fit.matrix.levels)
        )
    levels = fit.matrix.levels[factor]
    data = fit.matrix.data
    combinations = [((1.0, _with_level(fit, data, factor, label)),) for label in levels]
    rows = pd.DataFrame({"variable": factor, "level": list(levels)})
    what = f"Predictive margins of {factor}"
    if variance == "joint":
        return _averaged(model, fit, rows, combinations, what, level, test=False)
    if variance != "r-svypredmeans":
        raise EstimationError(f"There is no variance '{variance}'.", hint='use "joint" or "r-svypredmeans".')
    margin = Averages(fit.engine, tuple(combinations), fit.engine.offset)
    d = margin.rows_at(fit.theta)
    inside = spread(np.ones(d.shape), fit.engine.rows, len(fit.weight))
    average, z = ratio(spread(d, fit.engine.rows, len(fit.weight)), inside, fit.frame)
    slope = margin.slope_at(fit.theta, fit.weight)
    V = covariance(z, fit.frame, member=fit.base.member) + slope @ model.vcov @ slope.T
    return estimates(_by_outcome(rows, fit), average, V, model, what, level=level, test=False)


def reference_means(model: ModelData, factor: str, *, level: float | None = None) -> ModelEstimates:
    """Means of a factor's levels on the reference grid: other factors averaged equally, numbers at their mean.

    Parameters
    ----------
    factor : str
        A factor of the formula.
    level : float, optional
        That of the model unless given.

    Notes
    -----
    R `emmeans::emmeans(model, ~ factor)`, on the scale of the linear predictor. The grid is fixed: its sampling is
    not part of the standard error. Numbers are at their weighted mean.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5, 3.1, 2.2, 3.3, 4.1], "x": [1, 2, 3, 4, 5, 6, 7, 9]})
    >>> data["g"] = list("abcabcab")
    >>> fit = sa.read(data).glm("y ~ x + g")
    >>> fit.reference_means("g").rows["estimate"].round(3).tolist()
    [3.251, 3.063, 2.13]
    """
    fit = fit_of(model)
    if factor not in fit.matrix.levels:
        raise EstimationError(
            f"'{factor}' is no factor of the formula.", hint=closest(factor, fit.matrix.levels)
        )
    own = fit.weight[fit.base.rows]
    grid: dict[str, list[object]] = {}
    for text in fit.matrix.parsed.columns:
        if text in fit.matrix.levels:
            grid[text] = list(fit.matrix.levels[text])
        else:
            grid[text] = [float(own @ fit.matrix.data[text].to_numpy(dtype=np.float64) / own.sum())]
    table = pd.MultiIndex.from_product(list(grid.values()), names=list(grid)).to_frame(index=False)
    for text, labels in fit.matrix.levels.items():
        table[text] = pd.Categorical(table[text], categories=list(labels))
    X = engine_columns(fit, fit.matrix.at(table))
    offset = np.full(len(X), float(own @ fit.engine.offset / own.sum()))
    eta, slope = fit.engine.linear(fit.theta, X, offset)
    if len(eta) != len(X):
        raise EstimationError(f"Reference means of a {model.kind} model are not available.")
    levels = fit.matrix.levels[factor]
    L = np.array([(table[factor] == label).to_numpy(dtype=np.float64) for label in levels])
    L /= L.sum(axis=1, keepdims=True)
    V = L @ slope @ model.vcov @ slope.T @ L.T
    rows = pd.DataFrame({"variable": factor, "level": list(levels)})
    return estimates(rows, L @ eta, V, model, f"Reference-grid means of {factor}", level=level, test=False)


def _averaged(
    model: ModelData,
    fit: Fit,
    rows: pd.DataFrame,
    combinations: Sequence[tuple[tuple[float, FloatArray], ...]],
    what: str,
    level: float | None,
    *,
    test: bool,
) -> ModelEstimates:
    margin = Averages(fit.engine, tuple(combinations), fit.engine.offset)
    if model.variance == "model":  # a classical fit: the delta method, people taken as they are
        own = fit.weight[fit.engine.rows]
        values = own @ margin.rows_at(fit.theta) / own.sum()
        slope = margin.slope_at(fit.theta, fit.weight)
        V = slope @ model.vcov @ slope.T
    else:
        values, z = estimate(margin, fit.frame)
        V = covariance(z, fit.frame, member=fit.base.member)
    return estimates(_by_outcome(rows, fit), values, V, model, what, level=level, test=test)


def _by_outcome(rows: pd.DataFrame, fit: Fit) -> pd.DataFrame:
    outcomes = fit.engine.outcomes
    if len(outcomes) == 1:
        return rows
    out = rows.loc[rows.index.repeat(len(outcomes))].reset_index(drop=True)
    out["outcome"] = list(outcomes) * len(rows)
    return out


def _predictors(fit: Fit) -> dict[str, list[str]]:
    """Questions of the right side, and the columns that each stands in; comparisons and factors by themselves."""
    out: dict[str, list[str]] = {}
    for text in fit.matrix.parsed.columns:
        if text in fit.matrix.levels or _comparison(text):
            out.setdefault(text, []).append(text)
            continue
        for question in _questions(text, fit):
            out.setdefault(question, []).append(text)
    return out


def _comparison(text: str) -> bool:
    return text.startswith("I(") and any(
        t.text in ("==", "!=", "<", ">", "<=", ">=", "in") for t in tokens(text)
    )


def _questions(text: str, fit: Fit) -> list[str]:
    if text in fit.survey.table.raw.columns or text in fit.survey.table.codebook.questions:
        return [text]
    pieces = tokens(text)
    return [
        t.text
        for i, t in enumerate(pieces)
        if t.kind == "quoted"
        or (t.kind == "name" and not (i + 1 < len(pieces) and pieces[i + 1].text == "("))
    ]


def _effects(fit: Fit, variable: str) -> list[tuple[str, tuple[tuple[float, FloatArray], ...]]]:
    """What each effect of a predictor is called, and its factors and matrices."""
    data = fit.matrix.data
    if variable in fit.matrix.levels:
        first, *others = fit.matrix.levels[variable]
        low = _with_level(fit, data, variable, first)
        return [
            (f"{label} - {first}", ((1.0, _with_level(fit, data, variable, label)), (-1.0, low)))
            for label in others
        ]
    if variable in data and _comparison(variable):
        high, low = (engine_columns(fit, fit.matrix.at(data.assign(**{variable: v}))) for v in (1.0, 0.0))
        return [("1 - 0", ((1.0, high), (-1.0, low)))]
    numbers = _values(fit, variable)
    h = STEP * (float(np.std(numbers)) or 1.0)
    up, down = (_shifted(fit, variable, numbers + s) for s in (h, -h))
    return [("slope", ((0.5 / h, up), (-0.5 / h, down)))]


def _values(fit: Fit, variable: str) -> FloatArray:
    found = fit.survey.table.variable(variable)
    return np.asarray(found.values(), dtype=np.float64)[fit.base.rows]  # type: ignore[union-attr]


def _with_level(fit: Fit, data: pd.DataFrame, factor: str, label: str) -> FloatArray:
    same = pd.Categorical([label] * len(data), categories=list(fit.matrix.levels[factor]))
    return engine_columns(fit, fit.matrix.at(data.assign(**{factor: same})))


def _shifted(fit: Fit, variable: str, values: FloatArray) -> FloatArray:
    """The matrix with other numbers of one question, in every column that it stands in."""
    survey, rows = fit.survey, fit.base.rows
    whole = np.full(len(survey), np.nan)
    whole[rows] = values
    plain = survey_source(survey)

    def look(name: str) -> Encoded:
        if name == variable:
            return Numeric(name, whole, np.zeros(len(survey), dtype=np.uint8))
        return plain.variable(name)

    source = Source(plain.question, look)
    data = fit.matrix.data.copy()
    for text in _predictors(fit)[variable]:
        found: Values = column(text, source)
        if isinstance(found, Factor):
            raise EstimationError(f"'{text}' is a factor and has no slope.")
        data[text] = found[rows]
    return engine_columns(fit, fit.matrix.at(data))


__all__ = ["MarginVariance", "margins", "predictive_margins", "reference_means"]
