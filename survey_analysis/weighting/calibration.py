"""The verb `calibrate`: weights near the starting weights that meet population totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey_analysis.core.blocks import CalibrationBlock, cluster_means
from survey_analysis.core.calibrate import CalibrationStep
from survey_analysis.core.distance import Distance, DistanceName, distance
from survey_analysis.errors import ConvergenceError, WeightingError, check_amounts, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.typing import BoolArray, FloatArray
from survey_analysis.weighting.auxiliaries import Auxiliaries, Totals, auxiliaries, numbers_of
from survey_analysis.weighting.diagnostics import Outcome, rows_in, start_weights, with_weights

Bounds = tuple[float | None, float | None]
Variance = str | Mapping[str, float]


@dataclass(frozen=True)
class CalibrateOptions:
    """How to calibrate; see `calibrate`."""

    method: DistanceName = "linear"
    bounds: Bounds | None = None
    bounds_on: Literal["factor", "weight"] = "factor"
    variance: Variance | None = None
    whole_clusters: bool = False
    keep_untargeted: bool = False
    tolerance: float = 1e-9
    base: str = ""


def calibrate(
    survey: SurveyData,
    totals: Totals,
    *,
    where: str | None = None,
    method: DistanceName = "linear",
    bounds: Bounds | None = None,
    bounds_on: Literal["factor", "weight"] = "factor",
    variance: Variance | None = None,
    whole_clusters: bool = False,
    untargeted: Literal["", "keep"] = "",
    tolerance: float = 1e-9,
) -> SurveyData:
    """Calibrate the weights of everybody (or of the domain `where`) to population totals.

    w = d F(x′λ / σ²) with Σ w x = totals: the generalised regression estimator ("linear"), raking
    ("raking") or logit weights.

    Parameters
    ----------
    totals : mapping
        `"1"` to the size of the population; a numeric question to its population total; a question, or
        several crossed ("age x sex"), to a mapping of categories to counts, or to shares that sum to 1
        (of the population size where it is given, else of the starting weights). With the size given, a
        margin may leave categories out: they are the rest.
    where : str, optional
        Only these respondents are weighted.
    method : {"linear", "raking", "logit"}
        "logit" needs bounds; linear weights may turn negative without them.
    bounds : (lower, upper), optional
        Limits of the factor w / d; None for no limit on that side.
    bounds_on : {"factor", "weight"}
        "weight": the limits hold for the weights themselves.
    variance : str or mapping, optional
        Working variance σ² of the calibration model: a numeric question, or coefficients of the totals by
        name ("1", "income", "sex Woman") whose sum with the variables is σ² (R `variance=`).
    whole_clusters : bool
        True gives all members of a sampling unit one factor (R `aggregate.stage = 1`).
    untargeted : {"", "keep"}
        "keep": respondents without a target on a margin are left alone there; else they are an error.
    tolerance : float
        Largest relative miss of a total.

    Returns
    -------
    Survey

    Raises
    ------
    WeightingError
        Totals that do not fit the data, bounds that do not hold 1, a variance that is not positive.
    ConvergenceError
        The totals cannot be met within the bounds; the worst is named with its gap.

    Notes
    -----
    Deville and Särndal (1992); R `survey::calibrate`. Standard errors use calibration residuals; replicate
    weights repeat the calibration.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"sex": ["w", "w", "w", "m"], "age": [20.5, 30.25, 40.125, 50.5]}))
    >>> done = survey.calibrate({"1": 100, "sex": {"m": 50}, "age": 4000})
    >>> round(float(done.weights.sum()), 6), round(float(done.weights[3]), 6)
    (100.0, 50.0)
    """
    if untargeted not in ("", "keep"):
        raise WeightingError(
            f"untargeted = '{untargeted}' is not known.", hint='give "keep" or leave it out.'
        )
    check_amounts(totals, "totals", '{"1": 1000, "sex": {"woman": 510}}')
    options = CalibrateOptions(
        method, bounds, bounds_on, variance, whole_clusters, untargeted == "keep", tolerance
    )
    return calibrate_rows(survey, totals, rows_in(survey, where), "all", options, "totals")


def calibrate_rows(
    survey: SurveyData, totals: Totals, rows: BoolArray, name: str, options: CalibrateOptions, path: str
) -> SurveyData:
    """Calibrate rows as the options say."""
    start = start_weights(survey, options.base, rows)
    found = auxiliaries(survey, totals, rows, keep_untargeted=options.keep_untargeted, path=path)
    inside = start[rows]
    spread = _spread(survey, found, rows, options.variance, path)
    cluster = None
    if options.whole_clusters:
        cluster = np.unique(survey.frame.psu[rows], return_inverse=True)[1].reshape(-1)
    step = CalibrationStep(
        found.x,
        found.totals,
        _distance(options, inside),
        spread,
        cluster,
        found.names,
        options.tolerance,
        found.shares,
    )
    try:
        result = step.solve(inside)
    except ConvergenceError as error:
        raise ConvergenceError(error.what, where=f"[{path}] {error.where}", hint=error.hint) from None
    x = found.x if cluster is None else cluster_means(found.x, inside, cluster)
    block = CalibrationBlock(
        np.flatnonzero(rows), inside, x, weight=result.weight, spread=spread, reweigh=step
    )
    outcome = Outcome(
        options.method if options.method != "raking" else "rake", result.weight,
        f"calibrated to {', '.join(found.shown)} ({_words(options)})", found.margins, bounds=options.bounds,
        capped=_held(result.factor, inside, options), iterations=result.iterations, gap=result.gap,
    )  # fmt: skip
    return with_weights(survey, start, block, name, outcome)


def _distance(options: CalibrateOptions, start: FloatArray) -> Distance:
    if options.bounds_on not in ("factor", "weight"):
        raise WeightingError(
            f"bounds_on = '{options.bounds_on}' is not known.", hint='give "factor" or "weight".'
        )
    if options.bounds is None:
        if options.bounds_on == "weight":
            raise WeightingError(
                "bounds_on says what bounds limit, and there are none.", hint="give bounds=."
            )
        return distance(options.method)
    lower, upper = options.bounds
    if options.bounds_on == "factor":
        return distance(options.method, lower, upper)
    return distance(
        options.method, None if lower is None else lower / start, None if upper is None else upper / start
    )


def _held(factor: FloatArray, start: FloatArray, options: CalibrateOptions) -> int:
    """Rows at a bound."""
    if options.bounds is None or options.method == "logit":
        return 0
    reached = factor if options.bounds_on == "factor" else factor * start
    lower, upper = options.bounds
    low = np.zeros(len(factor), dtype=bool) if lower is None else reached <= lower * (1 + 1e-9)
    high = np.zeros(len(factor), dtype=bool) if upper is None else reached >= upper * (1 - 1e-9)
    return int((low | high).sum())


def _spread(
    survey: SurveyData, found: Auxiliaries, rows: BoolArray, variance: Variance | None, path: str
) -> FloatArray | None:
    """Working variance of each row."""
    if variance is None:
        return None
    if isinstance(variance, str):
        out = numbers_of(survey, variance, path)[rows]
    else:
        out = np.zeros(len(found.x))
        for name, coefficient in variance.items():
            if name not in found.names:
                raise WeightingError(
                    f"'{name}' in variance is none of the totals.",
                    where=f"[{path}]",
                    hint=closest(name, found.names),
                )
            out = out + coefficient * found.x[:, found.names.index(name)]
    if not (out > 0).all():
        raise WeightingError(
            "The working variance must be positive for everybody.",
            where=f"[{path}] it is not for {int((~(out > 0)).sum())} of {len(out)} respondents",
        )
    return out


def _words(options: CalibrateOptions) -> str:
    """Method and limits in words."""
    parts = [{"linear": "linear", "raking": "raking", "logit": "logit"}[options.method] + " distance"]
    if options.bounds is not None:
        lower, upper = options.bounds
        of = "factors" if options.bounds_on == "factor" else "weights"
        parts.append(
            f"{of} from {lower:g} to {upper:g}" if lower is not None and upper is not None
            else f"{of} of at least {lower:g}" if lower is not None
            else f"{of} of at most {upper:g}"
        )  # fmt: skip
    if options.variance is not None:
        of = options.variance if isinstance(options.variance, str) else "a combination of the totals"
        parts.append(f"working variance proportional to {of}")
    if options.whole_clusters:
        parts.append("one factor for each sampling unit")
    return ", ".join(parts)
