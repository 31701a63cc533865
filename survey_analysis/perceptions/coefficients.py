"""Which coefficients a scale of k items has, as functions of its moments or of its polychoric correlations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey_analysis.core.efa import Extraction, degrees
from survey_analysis.core.item_moments import ItemMoments
from survey_analysis.core.item_tables import ItemTables
from survey_analysis.core.omega import omega, omega_one_factor
from survey_analysis.core.reliability import (
    alpha_of,
    average_correlation,
    correlation_of,
    is_singular,
    lambda6,
    spearman_brown,
)
from survey_analysis.errors import EstimationError, SurveyAnalysisError
from survey_analysis.typing import FloatArray

Shape = Literal["log", "fisher"]
OBSERVED, MODEL = "over the observed variance", "over the model’s variance"


@dataclass(frozen=True)
class Coefficient:
    """A coefficient: its key, which of its variants, and the scale its interval is made on.

    "log" is log(1 - coefficient), for what is at most 1 and may be below 0; "fisher" is atanh.
    """

    name: str
    variant: str = ""
    shape: Shape = "log"


@dataclass(frozen=True, eq=False)
class Family:
    """Coefficients and the function that gives them all, of the vector of a statistic."""

    coefficients: tuple[Coefficient, ...]
    function: Callable[[FloatArray], FloatArray]


def of_moments(moments: ItemMoments, factors: int | None, extraction: Extraction) -> Family:
    """Coefficients of means and covariances.

    Raises
    ------
    EstimationError
        More factors than the items can carry.
    """
    k = moments.items
    found = (
        [Coefficient("spearman_brown", "two items"), Coefficient("average_correlation", shape="fisher")]
        if k == 2
        else [
            Coefficient("alpha"),
            Coefficient("alpha_standardised"),
            Coefficient("omega_total", f"one minres factor, {OBSERVED}"),
            Coefficient("omega_total", f"one minres factor, {MODEL}"),
            Coefficient("lambda6"),
            Coefficient("average_correlation", shape="fisher"),
        ]
    )
    if factors is not None:
        _check_factors(k, factors)
        how = f"Schmid-Leiman of {factors} {extraction} + oblimin factors, {OBSERVED}"
        found += [Coefficient("omega_hierarchical", how), Coefficient("omega_total", how)]

    def function(vector: FloatArray) -> FloatArray:
        covariance = moments.split(vector)[1]
        r = correlation_of(covariance)
        out = np.full(len(found), np.nan)
        if not np.isfinite(r).all():
            return out
        if k == 2:
            out[:2] = spearman_brown(r[0, 1]), r[0, 1]
            return out
        out[0], out[1], out[5] = alpha_of(covariance), alpha_of(r), average_correlation(r)
        if is_singular(r):
            return out
        out[4] = lambda6(r)
        out[2:4] = _safe(lambda: omega_one_factor(r), 2)
        if factors is not None:
            out[6:8] = _safe(lambda: _both(r, factors, extraction), 2)
        return out

    return Family(tuple(found), function)


def of_tables(tables: ItemTables) -> Family:
    """Coefficients of polychoric correlations."""
    how = "of polychoric correlations"
    if tables.items == 2:
        pair = (Coefficient("spearman_brown", f"two items, {how}"),)
        return Family(pair, lambda v: np.array([spearman_brown(v[0])]))
    found = (
        Coefficient("alpha_ordinal", how),
        Coefficient("omega_total", f"one minres factor {how}, {OBSERVED}"),
    )

    def function(vector: FloatArray) -> FloatArray:
        r = tables.square(vector)
        if not np.isfinite(r).all():
            return np.full(2, np.nan)
        if is_singular(r):
            return np.array([alpha_of(r), np.nan])
        return np.array([alpha_of(r), _safe(lambda: omega_one_factor(r), 2)[0]])

    return Family(found, function)


def _both(r: FloatArray, factors: int, extraction: Extraction) -> tuple[float, float]:
    found = omega(r, factors, extraction=extraction)
    return found.hierarchical, found.total


def _safe(call: Callable[[], tuple[float, ...]], count: int) -> FloatArray:
    """Numbers of a search, NaN where it does not converge: the row then says so."""
    try:
        return np.asarray(call(), dtype=np.float64)
    except SurveyAnalysisError:
        return np.full(count, np.nan)


def _check_factors(items: int, factors: int) -> None:
    if isinstance(factors, bool) or not isinstance(factors, int) or factors < 2:
        raise EstimationError(
            f"factors = {factors!r}: omega hierarchical needs two group factors or more.",
            hint="leave factors= out for omega total of one factor.",
        )
    if degrees(items, factors) < 0 or items < 2 * factors:
        raise EstimationError(
            f"{factors} group factors are too many for {items} items.",
            where="each needs two items at least, and the model degrees of freedom.",
            hint="leave factors= out for omega total of one factor.",
        )
