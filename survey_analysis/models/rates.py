"""Rates of two groups by category: the ratio of weighted mean counts, and the negative binomial one beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import covariance
from survey_analysis.core.intervals import t_interval
from survey_analysis.core.statistic import estimate as kernel
from survey_analysis.errors import (
    ColumnNotFoundError,
    ConvergenceError,
    EstimationError,
    ScoreError,
    closest,
    names_of,
)
from survey_analysis.estimation.cells import variable_levels
from survey_analysis.estimation.mean import mean
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Numeric
from survey_analysis.models.negative_binomial import LOG_THETA, NegativeBinomial
from survey_analysis.results.extremes import ExtremesData
from survey_analysis.results.rates import RatesData
from survey_analysis.results.test import TestData
from survey_analysis.significance.compare import compare
from survey_analysis.significance.counts import effective_events, of_counts, side, sides_of
from survey_analysis.significance.extremes import extremes
from survey_analysis.typing import BoolArray, By, FloatArray, Where


def compare_rates(
    survey: SurveyData,
    question: str,
    *,
    groups: Sequence[str],
    between: str = "sample",
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    adjust_for: str | Sequence[str] = (),
) -> RatesData:
    """Compare the mean counts of two groups, category by category.

    Parameters
    ----------
    question : str
        A count ("how many times in the past 7 days"), or a battery of them.
    groups : sequence of str
        Two levels, by key or label: ratios are the first over the second.
    between : str
        The variable they are levels of; "sample" for two samples.
    by : str or sequence of str, optional
        Categories; of a battery its subjects without being named.
    where : str or mapping, optional
        Domain. Others stay in the design.
    level : float
    adjust_for : str or sequence of str, optional
        Questions that the negative binomial model holds besides the group: answers as a factor, numbers as they are.

    Returns
    -------
    RatesData
        Both ratios by category; largest, median and smallest with their simultaneous interval and sensitivity.

    Raises
    ------
    EstimationError
        Not two groups, or the answers are no counts.

    Notes
    -----
    Ratio of weighted means: log, delta method, joint over categories (statistics 2.26). Negative binomial:
    weighted maximum likelihood, log link, variance mu + mu² / theta, variance of the coefficients from the one kernel.
    With the group alone its ratio and standard error *are* those of the weighted means, whatever theta is: the model
    adds theta, and a ratio at the same ages (say) once `adjust_for` names them.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"g": list("aaabbb"), "n": [4, 9, 2, 1, 3, 0]})
    >>> rates = sa.read(data).compare_rates("n", groups=["a", "b"], between="g")
    >>> rates.rows[["ratio", "nb_ratio"]].round(6).values.tolist()
    [[3.75, 3.75]]
    """
    a, b = _keys(survey, question, between, _two(groups))
    extra = names_of(adjust_for, "adjust_for=") if adjust_for else []
    wanted = [] if by is None else names_of(by, "by=")
    domain = _domain(survey, where, between, [a, b])
    estimate = mean(survey, question, by=[*wanted, between], where=domain, level=level)
    test = compare(estimate, b, dim=between, as_="ratio", base="own", adjust="none", level=level)
    if not of_counts(test):
        raise EstimationError(
            f"'{question}' holds no counts: numbers from 0 up.",
            hint="compare means with survey.mean(...).compare(as_='ratio').",
        )
    rows = _rows(test)
    models = [_model(survey, test, i, extra, level) for i in range(len(test))]
    rows = pd.concat([rows, pd.DataFrame([vars(m) for m in models])], axis=1)
    found: ExtremesData | None = extremes(test) if int(np.isfinite(rows["ratio"]).sum()) > 1 else None
    labels = tuple(survey.table.question(x).short or x for x in extra)
    return RatesData(rows, estimate, test, found, tuple(extra), labels, level)


def _two(groups: Sequence[str]) -> tuple[str, str]:
    given = names_of(groups, "groups=")
    if len(given) != 2 or given[0] == given[1]:
        raise EstimationError(
            f"Rates are compared between two groups; groups= names {len(set(given))}.",
            hint='groups=["network", "control"]: the first over the second.',
        )
    return given[0], given[1]


def _keys(survey: SurveyData, question: str, between: str, groups: tuple[str, str]) -> tuple[str, str]:
    """Keys of the two groups, which may be given by label."""
    if between == survey.table.question(question).over:
        known = survey.table.codebook.subjects[between]
        return known.key_of(groups[0]), known.key_of(groups[1])
    try:
        dim, _ = variable_levels(survey, between)
    except ColumnNotFoundError as error:
        raise ColumnNotFoundError(
            f"There is no question or column '{between}' that the groups are levels of.",
            where=f"groups: {groups[0]}, {groups[1]}",
            hint="name it: between=..." if between == "sample" else error.hint,
        ) from None
    for name in groups:
        if dim.key_of(name) is None:
            raise EstimationError(
                f"'{name}' is not a level of '{between}'.",
                hint=closest(name, [x for level in dim.levels for x in level]),
            )
    return dim.key_of(groups[0]) or "", dim.key_of(groups[1]) or ""


def _domain(survey: SurveyData, where: Where, between: str, groups: list[str]) -> Where:
    """The domain within the two groups."""
    if where is None:
        return {between: groups}
    if isinstance(where, Mapping):
        if between in where:
            raise EstimationError(
                f"where= names '{between}', which groups= already does.", hint="leave it out of where=."
            )
        return {**where, between: groups}
    text = survey.study.filters.get(where, where)
    return f"({text}) and {between} in ['{groups[0]}', '{groups[1]}']"


def _rows(test: TestData) -> pd.DataFrame:
    """Tidy rows of the ratios of means."""
    rows = test.rows
    events = effective_events(test)
    out = pd.DataFrame({d.name: rows[d.name] for d in test.dims if d.name in rows})
    out["a"], out["b"] = rows["a"], rows["b"]
    out["mean_a"], out["mean_b"] = rows["estimate_a"], rows["estimate_b"]
    out["n_a"], out["n_b"] = rows["n_a"], rows["n_b"]
    out["events_a"], out["events_b"] = events[:, 0], events[:, 1]
    out["ratio"] = rows["estimate"]
    for name in ("std_error", "conf_low", "conf_high", "df", "p_value", "method"):
        out[name] = rows[name]
    return out


@dataclass(frozen=True)
class _Fit:
    nb_ratio: float = float("nan")
    nb_std_error: float = float("nan")
    nb_conf_low: float = float("nan")
    nb_conf_high: float = float("nan")
    nb_theta: float = float("nan")
    nb_n: int = 0
    nb_method: str = ""


@dataclass(frozen=True, eq=False)
class _Looped:
    """The model at weights times the loop factor of its subject."""

    model: NegativeBinomial
    factor: FloatArray

    def theta(self, w: FloatArray) -> FloatArray:
        return self.model.theta(w * self.factor)

    def influence(self, w: FloatArray) -> tuple[FloatArray, FloatArray]:
        return self.model.influence(w * self.factor)


def _model(survey: SurveyData, test: TestData, i: int, extra: Sequence[str], level: float) -> _Fit:
    """The negative binomial ratio of one category."""
    if not np.isfinite(test.rows["estimate"].iloc[i]):
        return _Fit(nb_method="no ratio: no event on one side")
    sides = sides_of(test)
    (ya, xa), (yb, xb) = (side(sides, place) for place in sides.places[i])
    if bool(((xa > 0) & (xb > 0)).any()):
        return _Fit(nb_method="not fitted: people in both groups")
    frame = survey.frame
    asked = ((xa > 0) | (xb > 0)) & (frame.weight > 0)
    names, columns, known = _covariates(survey, extra, asked)
    rows = np.flatnonzero(asked & known)
    X = np.column_stack([np.ones(len(rows)), (xa > 0)[rows], *(c[rows] for c in columns)])
    labels = ("(Intercept)", "group", *names, LOG_THETA)
    model = NegativeBinomial(X, (ya + yb)[rows], np.zeros(len(rows)), rows, labels, ("",))
    mass = xa + xb
    try:
        if np.linalg.matrix_rank(X) < X.shape[1]:
            return _Fit(nb_n=len(rows), nb_method="not fitted: collinear predictors")
        theta, z = kernel(_Looped(model, np.where(mass > 0, mass, 1.0)), frame)
    except ConvergenceError:
        return _Fit(
            nb_n=len(rows), nb_method="not fitted: no finite maximum (no overdispersion, or an answer alone)"
        )
    se = float(np.sqrt(covariance(z[:, 1], frame)[0, 0]))
    low, high = t_interval(theta[1], se * se, float(test.rows["df"].iloc[i]), level)
    with np.errstate(over="ignore"):
        size = float(np.exp(theta[-1]))
    return _Fit(
        float(np.exp(theta[1])),
        se,
        float(np.exp(low)),
        float(np.exp(high)),
        size,
        len(rows),
        "negative binomial",
    )


def _covariates(
    survey: SurveyData, names: Sequence[str], asked: BoolArray
) -> tuple[list[str], list[FloatArray], BoolArray]:
    """Columns of the predictors (first answer the reference), and who answered all of them."""
    labels: list[str] = []
    columns: list[FloatArray] = []
    known = np.ones(len(survey), dtype=bool)
    for name in names:
        question = survey.table.question(name)
        if question.over:
            raise ScoreError(
                f"'{name}' is asked about every {question.over}; it cannot be held.",
                hint="adjust_for= takes questions about the respondent.",
            )
        variable = survey.table.variable(name)
        known &= variable.known()
        if isinstance(variable, Numeric):
            labels.append(name)
            columns.append(np.nan_to_num(variable.numbers))
        elif isinstance(variable, Categorical):
            used = [j for j in range(len(variable.scale.answers)) if (variable.codes[asked] == j).any()]
            labels += [f"{name}: {variable.scale.answers[j].label}" for j in used[1:]]
            columns += [(variable.codes == j).astype(np.float64) for j in used[1:]]
        else:
            raise ScoreError(
                f"'{name}' has no single answer a respondent; it cannot be held.",
                hint="adjust_for= takes numbers and questions with one answer.",
            )
    return labels, columns, known
