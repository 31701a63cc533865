"""Rows that calibration treats alike: one cell a stratum and row of calibration variables.

A raked sample has few such cells. Within one, the residual of an influence value depends on the answer and column
only, so a table of sums by cell holds all that the variance of a table needs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_analysis.core.blocks import CalibrationBlock
from survey_analysis.core.frame import Codes, DesignFrame, Floats

SHARE = 4
"""Cells are used when there are at least so many rows a cell."""


@dataclass(frozen=True, eq=False)
class BlockCells:
    """One calibration: its cells, their variables (G_b, p), and (X′DX)⁻."""

    cells: Codes
    x: Floats
    inverse: Floats


@dataclass(frozen=True, eq=False)
class CalibrationCells:
    """Cells in the order of their strata.

    Attributes
    ----------
    code : ndarray of int, shape (n,)
        Cell of each row.
    stratum : ndarray of int, shape (G,)
        Stratum of each cell.
    start : ndarray, shape (n,)
        Starting weights of the calibrated rows, 0 elsewhere.
    blocks : tuple of BlockCells
    """

    code: Codes
    stratum: Codes
    start: Floats
    blocks: tuple[BlockCells, ...]

    def fitted(self, sums: Floats, total: Floats) -> Floats:
        """x′B for each cell (G, k) from sums of d u (G, k) and of d (G,) over rows with a weight.

        0 where nobody was calibrated. Two passes, as `CalibrationBlock.residuals`.
        """
        out = np.zeros_like(sums)
        for block in self.blocks:
            left, weight = sums[block.cells], total[block.cells][:, None]
            for _ in range(2):
                step = block.x @ (block.inverse @ (block.x.T @ left))
                out[block.cells] += step
                left = left - weight * step
        return out


def calibration_cells(frame: DesignFrame) -> CalibrationCells | None:
    """Cells of a frame, its strata without calibration; None where there are too many, or none that are alike.

    A calibration has cells when it is a plain regression on the weights of the frame.

    Examples
    --------
    >>> x = np.eye(2)[[0, 0, 1, 1, 0, 1, 0, 1]]
    >>> frame = DesignFrame.of(np.ones(8), calibration=(CalibrationBlock(np.arange(8), np.ones(8), x),))
    >>> calibration_cells(frame).code.tolist()
    [0, 0, 1, 1, 0, 1, 0, 1]
    """
    n = frame.n
    if not frame.calibration:
        return CalibrationCells(frame.stratum, np.arange(frame.n_strata), np.zeros(n), ())
    taken = np.zeros(n, dtype=bool)
    key = np.zeros(n)
    start = np.zeros(n)
    for number, block in enumerate(frame.calibration, start=1):
        final = block.weight is None or np.array_equal(block.weight, frame.weight[block.rows])
        plain = type(block) is CalibrationBlock and final and block.spread is None
        if not plain or taken[block.rows].any():
            return None
        taken[block.rows] = True
        start[block.rows] = block.start
        mix = np.sqrt(np.arange(2, block.x.shape[1] + 2))  # irrational, so that other rows make other sums
        key[block.rows] = number * np.pi**3 + block.x @ mix
    stratum = frame.stratum
    order = np.lexsort((key, stratum))
    first = np.ones(n, dtype=bool)
    first[1:] = (np.diff(key[order]) != 0) | (np.diff(stratum[order]) != 0)
    if int(first.sum()) * SHARE > n:
        return None
    code = np.empty(n, dtype=np.intp)
    code[order] = np.cumsum(first) - 1
    found = CalibrationCells(code, stratum[order][first], start, ())
    blocks = tuple(_block(block, code) for block in frame.calibration if block.x.shape[1])
    made = tuple(b for b in blocks if b is not None)
    if len(made) < len(blocks):
        return None
    return CalibrationCells(found.code, found.stratum, start, made)


def _block(block: CalibrationBlock, code: Codes) -> BlockCells | None:
    """Variables of each cell, on the scale of `CalibrationBlock.residuals`; None when a cell is not one after all."""
    x = block.x / np.maximum(np.abs(block.x).max(axis=0), 1e-300)
    cells, first, inverse = np.unique(code[block.rows], return_index=True, return_inverse=True)
    if not np.array_equal(x[first][inverse], x):
        return None
    cross = np.linalg.pinv(x.T @ (x * block.start[:, None]), rcond=1e-11, hermitian=True)
    return BlockCells(cells, x[first], cross)
