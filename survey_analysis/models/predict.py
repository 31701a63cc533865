"""Predictions for new rows, and contrasts of coefficients, with their covariance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from survey_analysis.core.quadratic import t_test
from survey_analysis.errors import ColumnNotFoundError, DataError, EstimationError, ScoreError, closest
from survey_analysis.frames.variables import Categorical, Encoded, Numeric
from survey_analysis.models.columns import Factor, Source, known
from survey_analysis.models.design import right_columns
from survey_analysis.models.fit import Fit, fit_of, wald
from survey_analysis.results.model import ModelData, ModelEstimates
from survey_analysis.study.codebook import Question
from survey_analysis.typing import FloatArray

PredictionScale = Literal["response", "link"]


def predict(
    model: ModelData,
    newdata: pd.DataFrame | Mapping[str, Sequence[object]] | None = None,
    *,
    level: float | None = None,
    scale: PredictionScale = "response",
) -> ModelEstimates:
    """Predict for new rows, with standard errors by the delta method.

    Parameters
    ----------
    newdata : DataFrame or mapping of columns, optional
        Questions of the right side, answers by label or code; the respondents of the model when left out.
    scale : {"response", "link"}
        Means, or probabilities of each answer; or linear predictors.
    level : float, optional
        That of the model unless given.

    Returns
    -------
    ModelEstimates
        Rows `row, [outcome,] estimate, std_error, df, conf_low, conf_high`.

    Raises
    ------
    ColumnNotFoundError
        A question of the formula is missing in `newdata`.
    ScoreError
        An answer that the model has not met.

    Notes
    -----
    Link: x V x'; response: (mu')² x V x' (R `predict.svyglm`).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5, 3.1, 2.2, 3.3, 4.1], "x": [1, 2, 3, 4, 5, 6, 7, 9]})
    >>> fit = sa.read(data).glm("y ~ x")
    >>> fit.predict({"x": [2, 8]}).rows["estimate"].round(3).tolist()
    [2.274, 3.705]
    """
    fit = fit_of(model)
    X, offset = new_matrix(fit, newdata)
    if scale == "link":
        values, slope = fit.engine.linear(fit.theta, X, offset)
        many = len(values) // max(len(X), 1)
        outcomes = list(fit.engine.outcomes[1:]) if many > 1 else [""]
        labels = [(i, o) for o in outcomes for i in range(len(X))]
    elif scale == "response":
        found = fit.engine.response(fit.theta, X, offset)
        values = found.reshape(-1)
        slope = fit.engine.gradient(fit.theta, X, offset).reshape(len(values), -1)
        labels = [(i, o) for i in range(len(X)) for o in fit.engine.outcomes]
    else:
        raise EstimationError(f"There is no scale '{scale}'.", hint='use "response" or "link".')
    rows = pd.DataFrame({"row": [i for i, _ in labels]})
    if any(o for _, o in labels):
        rows["outcome"] = [o for _, o in labels]
    said = f"Predicted {model.outcome}" + (" on the link scale" if scale == "link" else "")
    return estimates(rows, values, slope @ model.vcov @ slope.T, model, said, level=level, test=False)


def contrast(
    model: ModelData, combinations: Mapping[str, Mapping[str, float]], *, level: float | None = None
) -> ModelEstimates:
    """Linear combinations of coefficients, with tests that they are zero.

    Parameters
    ----------
    combinations : mapping
        For each name the coefficients by term: `{"H - M": {"stype[H]": 1, "stype[M]": -1}}`; others are 0.

    Notes
    -----
    L b, L V L' (R `svycontrast`).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5, 3.1, 2.2, 3.3, 4.1], "x": [1, 2, 3, 4, 5, 6, 7, 9]})
    >>> data["g"] = list("abcabcab")
    >>> fit = sa.read(data).glm("y ~ x + g")
    >>> found = fit.contrast({"b - c": {"g[b]": 1, "g[c]": -1}})
    >>> round(float(found.rows["estimate"].iloc[0]), 3)
    0.933
    """
    fit = fit_of(model)
    place = {name: i for i, name in enumerate(model.names)}
    L = np.zeros((len(combinations), len(place)))
    for i, parts in enumerate(combinations.values()):
        for name, factor in parts.items():
            if name not in place:
                raise ColumnNotFoundError(
                    f"The model has no coefficient '{name}'.", hint=closest(name, place)
                )
            L[i, place[name]] = factor
    rows = pd.DataFrame({"contrast": list(combinations)})
    return estimates(
        rows, L @ fit.theta, L @ model.vcov @ L.T, model, "Contrasts of coefficients", level=level, test=True
    )


def estimates(
    rows: pd.DataFrame,
    values: FloatArray,
    vcov: FloatArray,
    model: ModelData,
    what: str,
    *,
    level: float | None,
    test: bool,
) -> ModelEstimates:
    """Tidy rows of derived numbers."""
    chosen = model.level if level is None else level
    out, se = rows.copy(), np.sqrt(np.maximum(np.diag(vcov), 0.0))
    out["estimate"], out["std_error"] = values, se
    if test:
        out["statistic"], p = t_test(values, se, np.full(len(values), model.df_residual))
    out["df"] = model.df_residual
    if test:
        out["p_value"] = p
    out["conf_low"], out["conf_high"] = wald(values, se, model.df_residual, chosen)
    return ModelEstimates(out, vcov, what, model.df_residual, chosen)


def new_matrix(
    fit: Fit, newdata: pd.DataFrame | Mapping[str, Sequence[object]] | None
) -> tuple[FloatArray, FloatArray]:
    """Model matrix (columns of the engine's X) and offset of new rows."""
    if newdata is None:
        return fit.engine.X, fit.engine.offset
    table = new_table(newdata)
    source = frame_source(fit, table)
    parsed = fit.matrix.parsed
    data: dict[str, Any] = {}
    offset = np.zeros(len(table))
    for text, values in right_columns(parsed, source).items():
        bad = np.flatnonzero(~known(values))
        if len(bad):
            raise ScoreError(f"Row {int(bad[0]) + 1} of the new data has no value for '{text}'.")
        if text.startswith("offset("):
            offset = offset + np.asarray(values)
        elif isinstance(values, Factor):
            data[text] = _category(fit, text, values)
        else:
            data[text] = values
    columns = pd.DataFrame(data, index=pd.RangeIndex(len(table)))
    return engine_columns(fit, fit.matrix.at(columns)), offset


def new_table(newdata: object) -> pd.DataFrame:
    """New rows as a table, from one or from a mapping of columns of one length."""
    hint = 'give a frame, or columns of one length: {"age": [30, 50]}.'
    if not isinstance(newdata, pd.DataFrame | Mapping):
        raise DataError(f"The new data are a {type(newdata).__name__}, not a table.", hint=hint)
    try:
        return pd.DataFrame(newdata).reset_index(drop=True)
    except (TypeError, ValueError) as error:
        raise DataError(f"The new data are no table: {error}.", hint=hint) from error


def _new_numbers(name: str, values: pd.Series) -> FloatArray:
    numbers = pd.to_numeric(values, errors="coerce")
    wrong = values[numbers.isna() & values.notna()]
    if len(wrong):
        raise ScoreError(f"'{wrong.iloc[0]}' in the new data is no number; '{name}' holds numbers.")
    return numbers.to_numpy(dtype=np.float64)


def engine_columns(fit: Fit, X: FloatArray) -> FloatArray:
    """The columns that the engine holds: all, or all but the intercept."""
    return X if X.shape[1] == fit.engine.X.shape[1] else X[:, 1:]


def frame_source(fit: Fit, table: pd.DataFrame) -> Source:
    """New rows that answer the survey's questions: labels or codes for scales, numbers for numbers."""

    def question(name: str) -> Question:
        if name not in table.columns:
            raise ColumnNotFoundError(
                f"The new data have no column '{name}'.", hint=closest(name, [str(c) for c in table.columns])
            )
        return fit.survey.table.question(name)

    def variable(name: str) -> Encoded:
        known_ = fit.survey.table.variable(name)
        values = table[name]
        missing = np.zeros(len(values), dtype=np.uint8)
        if isinstance(known_, Categorical) and not _numbers_on(known_, values):
            codes = [known_.scale.positions([_code(v)])[0] for v in values]
            return Categorical(name, known_.scale, np.array(codes, dtype=np.int16), missing)
        return Numeric(name, _new_numbers(name, values), missing)

    return Source(question, variable)


def _numbers_on(variable: Categorical, values: pd.Series) -> bool:
    """True for numbers in a column of undeclared whole numbers: any number may be predicted for."""
    plain = all(x.label == x.code for x in variable.scale.levels)
    codes = {x.code for x in variable.scale.answers}
    return plain and pd.api.types.is_numeric_dtype(values) and not {_code(v) for v in values} <= codes


def _code(value: object) -> str:
    return (
        str(int(value))
        if isinstance(value, float | np.floating) and float(value).is_integer()
        else str(value)
    )


def _category(fit: Fit, text: str, values: Factor) -> pd.Categorical:
    levels = fit.matrix.levels[text]
    labels = [values.labels[c] for c in values.codes]
    unknown = next((x for x in labels if x not in levels), None)
    if unknown is not None:
        raise ScoreError(f"'{unknown}' is no answer of '{text}' in the model.", hint=closest(unknown, levels))
    return pd.Categorical(labels, categories=list(levels))
