"""A two-way table of weighted shares with its covariance, and the Rao-Scott test that stands under crosstabs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_analysis.core.cell_shares import cell_shares
from survey_analysis.core.covariance import covariance, union_df
from survey_analysis.core.influence import ratio, total
from survey_analysis.core.quadratic import rao_scott
from survey_analysis.core.share_table import column_codes, fits, share_table
from survey_analysis.frames.data import SurveyData
from survey_analysis.plurals import counted
from survey_analysis.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class TwoWay:
    """A table that can be tested: rows and columns somebody gave, cells of people with both answers.

    Attributes
    ----------
    cell : ndarray of int, shape (n,)
        Cell of each person, in row order; -1 outside the table.
    shape : tuple of int
        Filled rows and columns.
    dropped : int
        Rows and columns that nobody gave.
    """

    cell: IntArray
    shape: tuple[int, int]
    dropped: int

    @property
    def inside(self) -> BoolArray:
        """Who is in the table (n,)."""
        return self.cell >= 0

    @property
    def cells(self) -> FloatArray:
        """1 where a person is in the cell, shape (n, r * c)."""
        return np.asarray(self.cell[:, None] == np.arange(self.shape[0] * self.shape[1]), dtype=np.float64)

    @property
    def n(self) -> int:
        """Respondents in the table."""
        return int(np.count_nonzero(self.cell >= 0))

    @property
    def note(self) -> str:
        """What was left out, in words."""
        return (
            f"{counted(self.dropped, 'empty answer or column', 'empty answers or columns')} left out"
            if self.dropped
            else ""
        )

    def shares(self, survey: SurveyData) -> tuple[FloatArray, FloatArray]:
        """Shares (r, c) of the table and their design covariance (rc, rc)."""
        k = self.shape[0] * self.shape[1]
        if fits(survey.frame, k, 1):
            table = share_table(self.cell, np.zeros(len(self.cell), dtype=np.intp), k, 1, survey.frame)
            return table.share.reshape(self.shape), table.vcov
        alike = survey.frame.calibration_cells
        plain = survey.frame.rows_are_units and survey.frame.one_scale_a_stratum
        if alike is not None and plain and survey.frame.calibration:
            share, V = cell_shares(self.cell, k, alike, survey.frame)
            return share.reshape(self.shape), V
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
    n = len(survey)
    inside = np.logical_or.reduce(rows) & np.logical_or.reduce(columns) & (survey.frame.weight > 0)
    row, column = (column_codes([m & inside for m in masks], n) for masks in (rows, columns))
    if row is None or column is None:
        return "not tested: answers overlap"
    return coded_two_way(row, column, len(rows), len(columns))


def coded_two_way(row: IntArray, column: IntArray, rows: int, columns: int) -> TwoWay | str:
    """`two_way` of codes from 0; -1 is outside the table."""
    inside = (row >= 0) & (column >= 0)
    filled = [np.bincount(c[inside], minlength=k) > 0 for c, k in ((row, rows), (column, columns))]
    shape = (int(filled[0].sum()), int(filled[1].sum()))
    if min(shape) < 2:
        return "not tested: fewer than two filled rows or columns"
    place = [np.append(np.cumsum(f) - 1, 0) for f in filled]  # -1 finds the last one, and is set aside below
    cell = np.where(inside, place[0][row] * shape[1] + place[1][column], -1)
    counts = np.bincount(cell[inside], minlength=shape[0] * shape[1]).reshape(shape)
    if _empty_cells_cross(counts == 0):
        return "not tested: too many empty cells"
    return TwoWay(cell, shape, rows + columns - sum(shape))


def independence(survey: SurveyData, rows: list[BoolArray], columns: list[BoolArray]) -> dict[str, object]:
    """Second-order Rao-Scott test of exclusive row and column masks (R `svychisq(statistic="F")`).

    The note says what was left out, or why there is no test.
    """
    return tested(survey, two_way(survey, rows, columns))


def tested(survey: SurveyData, table: TwoWay | str) -> dict[str, object]:
    """The test of a table, or why there is none."""
    if isinstance(table, str):
        return _none(table)
    shares, V = table.shares(survey)
    found = rao_scott(shares, V, table.n, union_df(table.inside[:, None], survey.frame))
    if not np.isfinite(found.p):
        return _none("not tested: the table has no variance")  # a halved variable by itself
    return {
        "statistic": found.statistic,
        "df": found.df1,
        "df_residual": found.df2,
        "p_value": found.p,
        "method": "Rao-Scott F, second order",
        "note": table.note,
    }


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
