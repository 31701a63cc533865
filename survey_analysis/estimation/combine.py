"""Contrasts and smooth functions of estimates, with the joint covariance carried through (delta method)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import union_df
from survey_analysis.core.influence import delta, ratio, total
from survey_analysis.core.intervals import t_interval
from survey_analysis.errors import EstimationError, closest, numbers_of
from survey_analysis.estimation.formula import Formula, gradient
from survey_analysis.estimation.several import measure
from survey_analysis.plurals import counted
from survey_analysis.results.estimate import EstimateData, Evidence
from survey_analysis.typing import EstimateDf, FloatArray

Coefficients: TypeAlias = Mapping[str, float] | Sequence[float]
Function: TypeAlias = str | Callable[..., object]


def row_labels(estimate: EstimateData) -> list[str]:
    """Names of the rows: dimension labels and answer joined by " / "; the question where there is neither."""
    levels = estimate.rows["level"].tolist() if "level" in estimate.rows else [""] * len(estimate)
    out = []
    for keys, level in zip(estimate.keys, levels, strict=True):
        names = [d.label_of(k) for d, k in zip(estimate.dims, keys, strict=True)] + (
            [str(level)] if level else []
        )
        out.append(" / ".join(names) or estimate.topic.question)
    return out


def contrast(
    estimate: EstimateData,
    contrasts: Mapping[str, Coefficients],
    *,
    level: float | None = None,
    df: EstimateDf = "domain",
) -> EstimateData:
    """Linear combinations of the rows of an estimate.

    Parameters
    ----------
    contrasts : mapping
        Name -> coefficients: a mapping from row labels (as printed, dimensions and answer joined by " / ") to
        numbers, rows not named having 0; or one number a row. They need not sum to zero.
    level : float, optional
        That of the estimate by default.
    df : {"domain", "design"} or float
        Of everybody in the rows combined, of the design, or a number.

    Returns
    -------
    EstimateData
        One row a contrast, with their joint covariance.

    Raises
    ------
    EstimationError
        An unknown row, a wrong number of coefficients.

    Notes
    -----
    C theta with variance C V C' (R `svycontrast`).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"v": [1, 2, 4, 7], "g": ["a", "a", "b", "b"]}))
    >>> survey.mean("v", by="g").contrast({"b - a": {"b": 1, "a": -1}}).value
    4.0
    """
    names = row_labels(estimate)
    _check_mapping(contrasts, "contrasts", '{"a - b": {"a": 1, "b": -1}}')
    if not contrasts:
        raise EstimationError("no contrast was given.", hint='write {"a - b": {"a": 1, "b": -1}}.')
    matrix = np.array([_row(name, c, names) for name, c in contrasts.items()])
    theta = matrix @ estimate.rows["estimate"].to_numpy(dtype=np.float64)
    return _combined(estimate, "contrast", list(contrasts), theta, matrix, level, df)


def transform(
    estimate: EstimateData,
    functions: Mapping[str, Function],
    *,
    gradients: Mapping[str, Sequence[float]] | None = None,
    level: float | None = None,
    df: EstimateDf = "domain",
) -> EstimateData:
    """Smooth functions of the rows of an estimate.

    Parameters
    ----------
    functions : mapping
        Name -> an expression over row labels ("log(`Micro` / Average)"; labels that are no names in backquotes;
        + - * / **, log, log1p, exp, expm1, sqrt, sin, cos, tan, expit, logit), or a function of the vector of
        estimates that also takes complex numbers.
    gradients : mapping, optional
        Name -> derivatives by row, for functions that do not take complex numbers.
    level, df
        As in `contrast`.

    Returns
    -------
    EstimateData
        One row a function, with their joint covariance.

    Raises
    ------
    EstimationError
        An unknown row or function, a value that is no number, or a gradient that cannot be had.

    Notes
    -----
    Delta method: g(theta) with variance G V G', G by complex step, exact to rounding (R `svycontrast` with
    `quote()`).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"v": [1, 2, 4, 8], "g": ["a", "a", "b", "b"]}))
    >>> survey.mean("v", by="g").transform({"times": "b / a"}).value
    4.0
    """
    names = row_labels(estimate)
    theta = estimate.rows["estimate"].to_numpy(dtype=np.float64)
    _check_mapping(functions, "functions", '{"ratio": "a / b"}')
    given = dict(gradients or {})
    if unknown := set(given) - set(functions):
        raise EstimationError(f"there is no function '{min(unknown)}' to go with its gradient.")
    if not functions:
        raise EstimationError("no function was given.", hint='write {"ratio": "a / b"}.')
    values, rows = [], []
    for name, function in functions.items():
        f = Formula.of(function, names) if isinstance(function, str) else function
        value, slope = gradient(name, f, theta, given.get(name))
        values.append(value)
        rows.append(slope)
    return _combined(estimate, "transform", list(functions), np.array(values), np.array(rows), level, df)


def _check_mapping(given: object, option: str, example: str) -> None:
    if not isinstance(given, Mapping):
        raise EstimationError(
            f"{option} is a {type(given).__name__}, not a mapping of names.", hint=f"write {example}."
        )


def _row(name: str, coefficients: Coefficients, names: Sequence[str]) -> FloatArray:
    if isinstance(coefficients, Mapping):
        out = np.zeros(len(names))
        for label, value in coefficients.items():
            if names.count(label) != 1:
                what = "is not a row" if label not in names else "names several rows"
                raise EstimationError(f"'{label}' in contrast '{name}' {what}.", hint=closest(label, names))
            out[names.index(label)] = numbers_of(value, f"contrast '{name}'", '{"a": 1, "b": -1}')[0]
        return out
    vector = np.array(numbers_of(coefficients, f"contrast '{name}'", '{"a": 1, "b": -1}'))
    if vector.shape != (len(names),):
        raise EstimationError(
            f"contrast '{name}' has {counted(vector.size, 'coefficient')} for {counted(len(names), 'row')}.",
            where="rows: " + ", ".join(names[:8]),
        )
    return vector


def _combined(
    estimate: EstimateData,
    statistic: Literal["contrast", "transform"],
    names: list[str],
    theta: FloatArray,
    matrix: FloatArray,
    level: float | None,
    df: EstimateDf,
) -> EstimateData:
    """Rows of combinations: theta, and the derivatives (m, k) by the rows of the estimate."""
    used = matrix != 0
    safe = np.where(used.any(axis=0)[:, None] & used.any(axis=0)[None, :], estimate.vcov, 0.0)
    vcov = np.asarray(matrix @ safe @ matrix.T)
    variance = np.maximum(np.diag(vcov), 0.0)
    nu = _degrees(estimate, used, df)
    level = estimate.level if level is None else level
    low, high = t_interval(theta, variance, nu, level)
    n = estimate.rows["n"].to_numpy()
    rows = pd.DataFrame(
        {
            "question": estimate.topic.question,
            statistic: names,
            "estimate": theta,
            "std_error": np.sqrt(variance),
            "conf_low": low,
            "conf_high": high,
            "df": nu,
            "n": [int(_people(estimate, u, n)) for u in used],
            "method": "t",
        }
    )
    share = estimate.topic.unit == "share" and statistic == "contrast"
    return replace(
        estimate,
        rows=rows,
        vcov=vcov,
        topic=replace(
            estimate.topic,
            statistic=statistic,
            unit="points" if share else "score",
            score="",
            answers=(),
            scale_range=None,
        ),
        dims=(measure(statistic, statistic.capitalize(), names),),
        keys=tuple((n,) for n in names),
        bases=tuple(_base(estimate, u) for u in used),
        level=level,
        evidence=_evidence(estimate, matrix, used, theta),
        df_rule=df,
        r_code="",
    )


def _degrees(estimate: EstimateData, used: np.ndarray, df: EstimateDf) -> FloatArray:
    evidence = estimate.evidence
    if not isinstance(df, str):
        return np.full(len(used), float(df))
    if df not in ("domain", "design"):
        raise EstimationError(f"df = {df!r} is not known.", hint='give "domain", "design" or a number.')
    if evidence is None:
        raise EstimationError(
            "This estimate no longer holds who is in its rows.", hint="give the degrees of freedom: df=..."
        )
    if df == "design":
        return np.full(len(used), float(evidence.frame.design_df))
    return np.array([union_df(evidence.member[:, u], evidence.frame) if u.any() else np.nan for u in used])


def _people(estimate: EstimateData, used: np.ndarray, n: np.ndarray) -> int:
    evidence = estimate.evidence
    if evidence is None:
        return int(n[used].max(initial=0))
    inside = evidence.member[:, used].any(axis=1) & (evidence.frame.weight > 0)
    return evidence.people(np.asarray(inside))


def _base(estimate: EstimateData, used: np.ndarray) -> str:
    return "; ".join(dict.fromkeys(b for b, u in zip(estimate.bases, used, strict=True) if u))


def _evidence(
    estimate: EstimateData, matrix: FloatArray, used: np.ndarray, theta: FloatArray
) -> Evidence | None:
    kept = estimate.evidence
    if kept is None:
        return None
    z = np.where(used.any(axis=0), influence_of(kept), 0.0)
    member = np.column_stack([kept.member[:, u].any(axis=1) for u in used])
    return Evidence(  # not `replace`: the evidence of a table of shares is made of codes
        y=np.zeros(member.shape),
        x=member.astype(np.float64),
        member=member,
        frame=kept.frame,
        subject=("",) * len(used),
        loop=kept.loop,
        asked=kept.asked,
        person=kept.person,
        theta=theta,
        z=delta(z, matrix),
    )


def influence_of(evidence: Evidence) -> FloatArray:
    """Z of every row of an estimate, what the variance kernel takes."""
    if evidence.z is not None:
        return evidence.z
    factor = np.column_stack([evidence.factor(frozenset({s})) for s in evidence.subject])
    if evidence.x is None:
        return total(evidence.y * factor, evidence.frame)[1]
    return ratio(evidence.y * factor, evidence.x * factor, evidence.frame)[1]
