"""What weighting did to a sample: the survey with its new weights, and the diagnostics."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey_analysis.core.calibrate import kish
from survey_analysis.core.frame import CalibrationBlock
from survey_analysis.errors import WeightError
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.process import MarginRow, WeightingData
from survey_analysis.typing import BoolArray, FloatArray
from survey_analysis.weighting.targets import Margin


def start_weights(survey: SurveyData, base: str, rows: BoolArray) -> FloatArray:
    """Weights before this step: the base weight column on its rows, else those made so far or the design's."""
    start = survey.weights if survey.weights is not None else survey.design_weight()
    if base:
        numbers = pd.to_numeric(survey.table.raw.column(base), errors="coerce").to_numpy(dtype=np.float64)
        start = np.where(rows, numbers, start)
    bad = rows & ~(start > 0)
    if bad.any():
        raise WeightError(
            f"{int(bad.sum())} base weights are missing, zero or negative.",
            hint="correct them before weighting.",
        )
    return start


def with_weights(
    survey: SurveyData,
    start: FloatArray,
    rows: BoolArray,
    new: FloatArray,
    block: CalibrationBlock,
    data: WeightingData,
) -> SurveyData:
    """The survey with new weights on `rows`, the calibration block that made them, and the diagnostics."""
    weights = start.copy()
    weights[rows] = new
    return survey.replace(
        weights=weights, calibration=(*survey.calibration, block), weighting=(*survey.weighting, data)
    )


def diagnostics(
    survey: SurveyData,
    name: str,
    method: str,
    weights: FloatArray,
    start: FloatArray,
    lined: list[Margin],
    cap: float | None,
    capped: int,
    iterations: int,
    gap: float,
) -> WeightingData:
    """Kish design effect, range, cap and margins of one weighting step, with its sentence for the method page."""
    design = kish(weights)
    sample = survey.study.sample_of(name).label or ("" if name == "all" else name)
    rows = tuple(row for m in lined for row in _margin_rows(m, weights, start))
    how = "raked" if method == "rake" else "post-stratified"
    names = ", ".join(m.label.lower() for m in lined)
    limit = f", weights limited to {cap:g} times their mean" if cap else ""
    who = f"{sample}: " if sample else ""
    rule = [m for m in lined if m.untargeted]
    kept = "".join(
        f"; without a target on {m.label.lower()} and left at factor 1 there: "
        + ", ".join(f"{label} ({n})" for label, n in m.untargeted)
        for m in rule
    )
    warnings = (f"weighting costs more than half of {sample or 'the sample'}",) if design.deff > 2 else ()
    mean = float(weights.mean())
    return WeightingData(
        sample=sample,
        method=method,
        n=len(weights),
        deff=float(design.deff),
        n_effective=float(design.n_effective),
        smallest=float(weights.min()) / mean,
        largest=float(weights.max()) / mean,
        cap=cap,
        capped=capped,
        iterations=iterations,
        gap=gap,
        margins=rows,
        statement=f"{who}{how} to {names}{limit}{kept}",
        warnings=warnings,
    )


def _margin_rows(margin: Margin, weights: FloatArray, start: FloatArray) -> list[MarginRow]:
    inside = margin.codes >= 0
    k = len(margin.categories)
    own = margin.codes[inside]
    n = np.bincount(own, minlength=k)
    before = np.bincount(own, weights=start[inside], minlength=k) / start[inside].sum()
    after = np.bincount(own, weights=weights[inside], minlength=k) / weights[inside].sum()
    target = margin.targets / margin.targets.sum()
    return [
        MarginRow(margin.label, c, int(n[i]), float(before[i]), float(after[i]), float(target[i]))
        for i, c in enumerate(margin.categories)
    ]
