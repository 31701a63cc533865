"""Raking lined-up margins: the cells first, Newton where rows have no target, a cap when one is hit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from survey_analysis.core.calibrate import calibrate_raking, margin_dummies
from survey_analysis.core.capped import calibrate_capped
from survey_analysis.core.frame import CalibrationBlock
from survey_analysis.core.raking import rake as core_rake
from survey_analysis.errors import ConvergenceError, WeightingError
from survey_analysis.frames.data import SurveyData
from survey_analysis.typing import BoolArray, FloatArray
from survey_analysis.weighting.diagnostics import diagnostics, start_weights, with_weights
from survey_analysis.weighting.targets import Margin, margins


def rake_margins(
    survey: SurveyData,
    targets: Mapping[str, Mapping[str, float]],
    rows: BoolArray,
    name: str,
    cap: float | None,
    keep: bool,
    base: str,
    path: str,
) -> SurveyData:
    """Rake rows to margins; every problem with the targets is named before iterating."""
    if not targets:
        raise WeightingError("There are no targets to rake to.", where=f"[{path}]")
    start = start_weights(survey, base, rows)
    lined = margins(survey, targets, rows, keep_untargeted=keep, path=path)
    inside = start[rows]
    try:
        result = _raked(lined, inside, cap)
    except ConvergenceError as error:
        names = ", ".join(m.name for m in lined)
        raise ConvergenceError(
            error.what, where=f"[{path}] margins {names}; {error.where}", hint=error.hint
        ) from None
    x = margin_dummies([m.codes for m in lined], [len(m.categories) for m in lined])
    block = CalibrationBlock(np.flatnonzero(rows), inside, x)
    data = diagnostics(
        survey, name, "rake", result.weight, inside, lined, cap, result.capped, result.iterations, result.gap
    )
    return with_weights(survey, start, rows, result.weight, block, data)


@dataclass(frozen=True, eq=False)
class _Raked:
    """Weights that meet the margins, however they were found."""

    weight: FloatArray
    iterations: int
    gap: float
    capped: int = 0


def _raked(lined: list[Margin], start: FloatArray, cap: float | None) -> _Raked:
    """Rake without the cap first: most often no weight reaches it.

    Rows without a target on a margin, and caps, make sweeps slow to settle; the same weights come from
    Newton's method on the exponential calibration (R `calibrate(calfun="raking")`), capped or not.
    """
    x = margin_dummies([m.codes for m in lined], [len(m.categories) for m in lined])
    totals = np.concatenate([_counts(m, start) for m in lined])
    if any(m.untargeted for m in lined):
        newton = calibrate_raking(x, totals, start)
        free = _Raked(newton.weight, newton.iterations, newton.gap)
    else:
        swept = core_rake([m.codes for m in lined], [m.targets for m in lined], start)
        free = _Raked(swept.weight, swept.iterations, swept.gap)
    if cap is None or free.weight.max() <= cap * free.weight.mean():
        return free
    names = [f"{m.name} {category}" for m in lined for category in m.categories]
    held = calibrate_capped(x, totals, start, cap, names=names)
    return _Raked(held.weight, held.iterations, held.gap, held.capped)


def _counts(margin: Margin, start: FloatArray) -> FloatArray:
    """Targets as totals: shares of the starting weight of those who have a target."""
    total = float(start[margin.codes >= 0].sum()) if margin.targets.max() <= 1 else 1.0
    return margin.targets / (margin.targets.sum() if margin.targets.max() <= 1 else 1.0) * total
