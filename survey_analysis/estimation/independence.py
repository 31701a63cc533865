"""Is a question related to a banner variable? The Rao-Scott test of one table."""

from __future__ import annotations

import numpy as np

from survey_analysis.core.covariance import covariance, union_df
from survey_analysis.core.influence import ratio
from survey_analysis.core.quadratic import rao_scott
from survey_analysis.frames.data import SurveyData
from survey_analysis.typing import BoolArray


def independence(survey: SurveyData, rows: list[BoolArray], columns: list[BoolArray]) -> dict[str, object]:
    """Second-order Rao-Scott test of exclusive row and column masks (R `svychisq(statistic="F")`).

    Answers and columns that nobody in the table gave are left out; the note says so. A table that
    overlaps (multiple response), has fewer than two filled rows or columns, or is so empty that a whole
    interaction lies in empty cells (a variable by itself) has no test; R stops there with a singular matrix.
    """
    inside = np.logical_or.reduce(rows) & np.logical_or.reduce(columns) & (survey.frame.weight > 0)
    if _overlap(rows, inside) or _overlap(columns, inside):
        return _none("not tested: answers overlap")
    filled_rows = [m & inside for m in rows if (m & inside).any()]
    filled_columns = [m & inside for m in columns if (m & inside).any()]
    dropped = len(rows) - len(filled_rows) + len(columns) - len(filled_columns)
    if len(filled_rows) < 2 or len(filled_columns) < 2:
        return _none("not tested: fewer than two filled rows or columns")
    y = np.column_stack([(r & c).astype(np.float64) for r in filled_rows for c in filled_columns])
    theta, z = ratio(y, inside.astype(np.float64)[:, None], survey.frame)
    table = theta.reshape(len(filled_rows), len(filled_columns))
    if _empty_cells_cross(table <= 0):
        return _none("not tested: too many empty cells")
    found = rao_scott(
        table, covariance(z, survey.frame), int(inside.sum()), union_df(inside[:, None], survey.frame)
    )
    return {
        "statistic": found.statistic,
        "df": found.df1,
        "df_residual": found.df2,
        "p_value": found.p,
        "method": "Rao-Scott F, second order",
        "note": f"{dropped} empty answers or columns left out" if dropped else "",
    }


def _overlap(masks: list[BoolArray], inside: BoolArray) -> bool:
    return bool((np.sum([m & inside for m in masks], axis=0) > 1).any())


def _empty_cells_cross(empty: BoolArray) -> bool:
    """True when some pattern with zero row and column sums lies in empty cells only.

    Such a pattern is a cycle in the graph that joins the row and the column of every empty cell.
    """
    edges = np.argwhere(empty)
    joins = np.zeros((len(edges), sum(empty.shape)))
    joins[np.arange(len(edges)), edges[:, 0]] = 1.0
    joins[np.arange(len(edges)), empty.shape[0] + edges[:, 1]] = 1.0
    return bool(len(edges) and len(edges) > np.linalg.matrix_rank(joins))


def _none(note: str) -> dict[str, object]:
    nan = float("nan")
    return {"statistic": nan, "df": nan, "df_residual": nan, "p_value": nan, "method": "", "note": note}
