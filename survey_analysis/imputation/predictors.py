"""The complete columns of an imputation model: the design and further questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy import linalg

from survey_analysis.core.frame import DesignFrame
from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Encoded, Numeric
from survey_analysis.typing import BoolArray, FloatArray, IntArray

MOST_INDICATORS = 100
"""Strata or units that enter the imputation model as one indicator each."""

Clusters = Literal["indicators", "leave-out"]


def complete_columns(
    survey: SurveyData, using: Sequence[str], clusters: Clusters | None, rows: BoolArray
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Predictors without gaps, and what they are in words.

    Parameters
    ----------
    rows : ndarray of bool, shape (n,)
        The people of the chain: columns that are constant or collinear among them say nothing more and leave.

    Raises
    ------
    EstimationError
        A question that cannot predict; `clusters` missing where the design has them, or given where not; too
        many strata or units.
    """
    frame = survey.frame
    columns, names = _design(frame, clusters)
    for name in using:
        columns += _question(survey.table.variable(name), name)
        names.append(name)
    table = np.column_stack(columns) if columns else np.empty((frame.n, 0))
    kept = _independent(table[rows])
    scaled = table[:, kept]
    spread = scaled[rows].std(axis=0)
    scaled = (scaled - scaled[rows].mean(axis=0)) / spread
    return pd.DataFrame({f"x{j}": scaled[:, j] for j in range(len(kept))}, index=range(frame.n)), tuple(names)


def _design(frame: DesignFrame, clusters: Clusters | None) -> tuple[list[FloatArray], list[str]]:
    """Log weight, strata, and units where they are asked for."""
    columns: list[FloatArray] = []
    names: list[str] = []
    if np.ptp(frame.weight) > 0:
        columns.append(np.log(np.maximum(frame.weight, frame.weight[frame.weight > 0].min())))
        names.append("log weight")
    if frame.n_strata > 1:
        columns += _indicators(frame.stratum, frame.n_strata, "strata", "impute with merged strata")
        names.append("strata")
    if clusters not in (None, "indicators", "leave-out"):
        raise EstimationError(f"clusters = {clusters!r} is not known.", hint='"indicators" or "leave-out".')
    if frame.is_element:
        if clusters is not None:
            raise EstimationError("The design has no clusters.", hint="leave clusters= out.")
        return columns, names
    if clusters is None:
        raise EstimationError(
            f"The design has {frame.n_psu} clusters; how do they enter the imputation?",
            hint='clusters="indicators" keeps answers of a cluster alike; "leave-out" understates standard errors.',
        )
    if clusters == "indicators":
        columns += _indicators(frame.psu, frame.n_psu, "clusters", 'say clusters="leave-out"')
        names.append("clusters")
    return columns, names


def _indicators(code: IntArray, k: int, what: str, way: str) -> list[FloatArray]:
    if k > MOST_INDICATORS:
        raise EstimationError(
            f"The design has {k} {what}; an imputation model of one indicator each does not hold.",
            hint=f"{way}, or impute elsewhere and use Imputed.of().",
        )
    return [(code == h).astype(np.float64) for h in range(1, k)]


def _question(variable: Encoded, name: str) -> list[FloatArray]:
    """A question as complete columns: its numbers and who gave none, or one indicator an answer."""
    if isinstance(variable, Numeric):
        known = variable.known()
        if not known.any():
            raise EstimationError(f"Nobody answered '{name}', so it predicts nothing.")
        filled = np.where(known, variable.numbers, variable.numbers[known].mean())
        return [filled] if known.all() else [filled, (~known).astype(np.float64)]
    if isinstance(variable, Categorical):
        used = np.unique(variable.codes)[1:]  # the first (or missing) is the reference
        return [(variable.codes == c).astype(np.float64) for c in used]
    raise EstimationError(f"'{name}' is neither a number nor a single answer; it cannot predict.")


def _independent(table: FloatArray) -> list[int]:
    """Columns that are neither constant nor a combination of earlier ones."""
    spread = table.std(axis=0)
    varying = np.flatnonzero(spread > 1e-12 * np.maximum(np.abs(table).max(axis=0, initial=0.0), 1.0))
    if not len(varying):
        return []
    centred = (table[:, varying] - table[:, varying].mean(axis=0)) / spread[varying]
    _, R, order = linalg.qr(centred, mode="economic", pivoting=True)
    size = np.abs(np.diag(R))
    return sorted(int(varying[j]) for j in order[: int((size > 1e-9 * size[0]).sum())])
