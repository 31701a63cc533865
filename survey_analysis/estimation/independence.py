"""A two-way table of weighted shares with its covariance, and the Rao-Scott test that stands under crosstabs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_analysis.core.covariance import covariance, union_df
from survey_analysis.core.influence import ratio, total
from survey_analysis.core.quadratic import rao_scott
from survey_analysis.frames.data import SurveyData
from survey_analysis.typing import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class TwoWay:
    """A table that can be tested: rows and columns somebody gave, cells of people with both answers.

    Attributes
    ----------
    cells : ndarray, shape (n, r * c)
        1 where a person is in the cell, in row order.
    inside : ndarray of bool, shape (n,)
        Who is in the table.
    shape : tuple of int
        Filled rows and columns.
    dropped : int
        Rows and columns that nobody gave.
    """

    cells: FloatArray
    inside: BoolArray
    shape: tuple[int, int]
    dropped: int

    @property
    def n(self) -> int:
        """Respondents in the table."""
        return int(self.inside.sum())

    @property
    def note(self) -> str:
        """What was left out, in words."""
        return f"{self.dropped} empty answers or columns left out" if self.dropped else ""

    def shares(self, survey: SurveyData) -> tuple[FloatArray, FloatArray]:
        """Shares (r, c) of the table and their design covariance (rc, rc)."""
        theta, z = ratio(self.cells, self.inside.astype(np.float64)[:, None], survey.frame)
        return theta.reshape(self.shape), covariance(z, survey.frame)

    def counts(self, survey: SurveyData) -> tuple[FloatArray, FloatArray]:
        """Weighted counts (r, c) and their design covariance (rc, rc)."""
        theta, z = total(self.cells, survey.frame)
        return theta.reshape(self.shape), covariance(z, survey.frame)


def two_way(survey: SurveyData, rows: list[BoolArray], columns: list[BoolArray]) -> TwoWay | str:
    """The table of row and column masks, or the reason why it has no test.

    Answers and columns that nobody in the table gave are left out. A table that overlaps (multiple
    response), has fewer than two filled rows or columns, or is so empty that a whole interaction lies in
    empty cells (a variable by itself) has no test; R stops there with a singular matrix.
    """
    inside = np.logical_or.reduce(rows) & np.logical_or.reduce(columns) & (survey.frame.weight > 0)
    if _overlap(rows, inside) or _overlap(columns, inside):
        return "not tested: answers overlap"
    filled_rows = [m & inside for m in rows if (m & inside).any()]
    filled_columns = [m & inside for m in columns if (m & inside).any()]
    if len(filled_rows) < 2 or len(filled_columns) < 2:
        return "not tested: fewer than two filled rows or columns"
    cells = np.column_stack([(r & c).astype(np.float64) for r in filled_rows for c in filled_columns])
    shape = (len(filled_rows), len(filled_columns))
    if _empty_cells_cross(cells.sum(axis=0).reshape(shape) <= 0):
        return "not tested: too many empty cells"
    return TwoWay(cells, inside, shape, len(rows) + len(columns) - sum(shape))


def independence(survey: SurveyData, rows: list[BoolArray], columns: list[BoolArray]) -> dict[str, object]:
    """Second-order Rao-Scott test of exclusive row and column masks (R `svychisq(statistic="F")`).

    The note says what was left out, or why there is no test.
    """
    table = two_way(survey, rows, columns)
    if isinstance(table, str):
        return _none(table)
    shares, V = table.shares(survey)
    found = rao_scott(shares, V, table.n, union_df(table.inside[:, None], survey.frame))
    return {
        "statistic": found.statistic,
        "df": found.df1,
        "df_residual": found.df2,
        "p_value": found.p,
        "method": "Rao-Scott F, second order",
        "note": table.note,
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
