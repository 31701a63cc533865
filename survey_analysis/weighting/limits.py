"""The verb `trim`: hold weights between limits."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from survey_analysis.core.blocks import CalibrationBlock
from survey_analysis.core.trimming import TrimStep
from survey_analysis.core.trimming import trim as core_trim
from survey_analysis.errors import WeightingError, numbers_of
from survey_analysis.frames.data import SurveyData
from survey_analysis.typing import BoolArray
from survey_analysis.weighting.diagnostics import Outcome, rows_in, start_weights, with_weights

Unit = Literal["weight", "mean", "median"]


def trim(
    survey: SurveyData,
    *,
    where: str | None = None,
    lower: float | None = None,
    upper: float | None = None,
    unit: Unit = "weight",
    redistribute: bool = True,
    strict: bool = False,
) -> SurveyData:
    """Hold the weights of everybody (or of the domain `where`) between two limits.

    Parameters
    ----------
    lower, upper : float, optional
        Smallest and largest weight.
    unit : {"weight", "mean", "median"}
        The limits are weights, or multiples of the mean or the median weight.
    redistribute : bool
        True adds what was taken to the untrimmed weights in equal parts, so that the total stays; False
        lets the total change.
    strict : bool
        True repeats until no weight lies outside; after one round the redistribution may have lifted some
        above the limit.

    Returns
    -------
    Survey

    Raises
    ------
    WeightingError
        No limit, or limits that leave no room.
    ConvergenceError
        No weights between the limits have this total.

    Notes
    -----
    R `trimWeights`. Margins that were met before no longer hold: `.weighting` shows the miss when they are
    raked with a cap instead (`rake(cap=)`), where both hold. The limits are taken as fixed: earlier
    calibration keeps its residuals, as in R; replicate weights are trimmed at the same limits.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"q": ["a", "b", "a"], "w": [1, 2, 9]}), weight="w")
    >>> survey.trim(upper=6).weights.tolist()
    [2.5, 3.5, 6.0]
    """
    for option, limit in (("lower", lower), ("upper", upper)):
        if limit is not None:
            numbers_of(limit, option, f"{option}=5")
    return trim_rows(
        survey, rows_in(survey, where), "all", lower, upper, unit, redistribute=redistribute, strict=strict
    )


def trim_rows(
    survey: SurveyData,
    rows: BoolArray,
    name: str,
    lower: float | None,
    upper: float | None,
    unit: Unit,
    *,
    redistribute: bool,
    strict: bool,
) -> SurveyData:
    """Trim rows as the options say."""
    if lower is None and upper is None:
        raise WeightingError("There is no limit to trim at.", hint="give lower=, upper= or both.")
    if unit not in get_args(Unit):
        raise WeightingError(f"unit = '{unit}' is not known.", hint='give "weight", "mean" or "median".')
    start = survey.weights if survey.weights is not None else start_weights(survey, "", rows)
    inside = start[rows]
    one = {"weight": 1.0, "mean": float(inside.mean()), "median": float(np.median(inside))}[unit]
    low, high = -np.inf if lower is None else lower * one, np.inf if upper is None else upper * one
    step = TrimStep(low, high, redistribute, strict)
    result = core_trim(inside, lower=low, upper=high, redistribute=redistribute, strict=strict)
    block = CalibrationBlock(
        np.flatnonzero(rows), inside, np.empty((len(inside), 0)), weight=result.weight, reweigh=step
    )
    of = {"weight": "", "mean": " times their mean", "median": " times their median"}[unit]
    limits = " and ".join(
        f"{word} {value:g}{of}"
        for word, value in (("at least", lower), ("at most", upper))
        if value is not None
    )
    kept = "the rest spread over the others" if redistribute else "without redistribution"
    outcome = Outcome(
        "trim", result.weight, f"weights trimmed to {limits}, {kept}", capped=result.trimmed,
        bounds=(None if lower is None else low, None if upper is None else high), iterations=result.rounds,
    )  # fmt: skip
    return with_weights(survey, start, block, name, outcome)
