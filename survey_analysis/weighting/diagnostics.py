"""What weighting did to a sample: the survey with its new weights, and the diagnostics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.core.calibrate import kish
from survey_analysis.core.frame import CalibrationBlock
from survey_analysis.errors import WeightError
from survey_analysis.frames.data import SurveyData
from survey_analysis.plurals import counted
from survey_analysis.results.process import MarginRow, WeightingData
from survey_analysis.typing import BoolArray, FloatArray
from survey_analysis.weighting.targets import Margin


@dataclass(frozen=True, eq=False)
class Outcome:
    """Weights of one step and how they were reached.

    `how` heads its sentence ("raked to sex, age"); `limit` follows it ("weights limited to 5 times their
    mean"); `capped` counts the rows held at a limit.
    """

    method: str
    weight: FloatArray
    how: str
    margins: Sequence[Margin] = ()
    limit: str = ""
    cap: float | None = None
    bounds: tuple[float | None, float | None] | None = None
    capped: int = 0
    iterations: int = 1
    gap: float = 0.0


def rows_in(survey: SurveyData, where: str | None) -> BoolArray:
    """Who is weighted: the domain, without those whom an earlier step gave weight 0 (non-respondents)."""
    rows = survey.table.mask(where)
    return rows if survey.weights is None else rows & (survey.weights != 0)


def start_weights(survey: SurveyData, base: str, rows: BoolArray) -> FloatArray:
    """Weights before this step: the base weight column on its rows, else those made so far or the design's."""
    start = survey.weights if survey.weights is not None else survey.design_weight()
    if base:
        numbers = pd.to_numeric(survey.table.raw.column(base), errors="coerce").to_numpy(dtype=np.float64)
        start = np.where(rows, numbers, start)
    bad = rows & ~(start > 0)
    if bad.any():
        raise WeightError(
            f"{counted(int(bad.sum()), 'base weight is', 'base weights are')} missing, zero or negative.",
            hint="correct them before weighting.",
        )
    return start


def with_weights(
    survey: SurveyData, start: FloatArray, block: CalibrationBlock, name: str, outcome: Outcome
) -> SurveyData:
    """The survey with the new weights of a block's rows, the block that made them, and the diagnostics."""
    weights = start.copy()
    weights[block.rows] = outcome.weight
    data = diagnostics(survey, name, block.start, outcome)
    return survey.replace(
        weights=weights, calibration=(*survey.calibration, block), weighting=(*survey.weighting, data)
    )


def diagnostics(survey: SurveyData, name: str, start: FloatArray, outcome: Outcome) -> WeightingData:
    """Kish design effect, range, limits and margins of one weighting step, with its sentence for the method page."""
    used = outcome.weight[outcome.weight != 0]
    design = kish(used)
    sample = survey.study.sample_of(name).label or ("" if name == "all" else name)
    kept = "".join(
        f"; without a target on {m.label.lower()} and left at factor 1 there: "
        + ", ".join(f"{label} ({n})" for label, n in m.untargeted)
        for m in outcome.margins
        if m.untargeted
    )
    warnings = [f"weighting costs more than half of {sample or 'the sample'}"] if design.deff > 2 else []
    negative = int((used < 0).sum())
    if negative:
        warnings.append(f"{negative} weights are negative: give bounds, or use raking or logit calibration")
    mean = float(used.mean())
    return WeightingData(
        sample=sample,
        method=outcome.method,
        n=len(used),
        deff=float(design.deff),
        n_effective=float(design.n_effective),
        smallest=float(used.min()) / mean,
        largest=float(used.max()) / mean,
        cap=outcome.cap,
        capped=outcome.capped,
        iterations=outcome.iterations,
        gap=outcome.gap,
        margins=tuple(r for m in outcome.margins for r in _margin_rows(m, outcome.weight, start)),
        statement=f"{sample + ': ' if sample else ''}{outcome.how}{outcome.limit}{kept}",
        warnings=tuple(warnings),
        bounds=outcome.bounds,
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
