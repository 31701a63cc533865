"""Shares of exclusive answers with their joint covariance after calibration, from sums by calibration cell."""

from __future__ import annotations

import numpy as np

from survey_analysis.core.calibration_cells import CalibrationCells
from survey_analysis.core.covariance import stratum_scale
from survey_analysis.core.frame import Codes, DesignFrame, Floats
from survey_analysis.core.share_table import stratum_sums


def cell_shares(
    answer: Codes, answers: int, cells: CalibrationCells, frame: DesignFrame
) -> tuple[Floats, Floats]:
    """Shares (k,) and covariance (k, k) of `covariance(z, frame)`, rows that agree taken together.

    Parameters
    ----------
    answer : ndarray of int, shape (n,)
        Codes from 0, -1 outside the base.
    answers : int
        Number of codes, k.
    cells : CalibrationCells
    frame : DesignFrame
        Rows are units, one factor a stratum.

    Examples
    --------
    >>> from survey_analysis.core.blocks import CalibrationBlock
    >>> x = np.eye(2)[[0, 0, 1, 1, 0, 1, 0, 1]]
    >>> frame = DesignFrame.of(np.ones(8), calibration=(CalibrationBlock(np.arange(8), np.ones(8), x),))
    >>> share, V = cell_shares(np.array([0, 0, 1, 1, 0, 1, 0, 1]), 2, frame.calibration_cells, frame)
    >>> share.tolist(), bool(np.abs(V).max() < 1e-30)  # the margin itself varies no more
    ([0.5, 0.5], True)
    """
    w, groups, wide = frame.weight, len(cells.stratum), answers + 1
    inside = (answer >= 0) & (w > 0)
    code = np.where(inside, answer, answers)
    found = stratum_sums(code, w, cells.code, wide, groups)
    used = np.where(w > 0, cells.start, 0.0)
    start = np.bincount(cells.code * wide + code, weights=used, minlength=groups * wide).reshape(groups, wide)
    total = found.weight[:, :answers].sum()
    share = found.weight[:, :answers].sum(axis=0) / total
    unit = np.zeros((wide, answers))
    unit[:answers] = (
        np.eye(answers) - share
    ) / total  # what a row of an answer adds to each share, for a weight of 1
    fitted = cells.fitted(start @ unit, start.sum(axis=1))  # (G, k)
    v = unit[None] - fitted[:, None, :]  # (G, k + 1, k)
    stratum, size = cells.stratum, frame.psu_per_stratum.astype(np.float64)
    sums = np.einsum("ga,gak->gk", found.weight, v)
    centre = np.zeros((frame.n_strata, answers))
    np.add.at(centre, stratum, sums)
    centre /= size[:, None]
    scale = stratum_scale(frame)[stratum]
    z = found.mean[:, :, None] * v - centre[stratum][:, None, :]
    z *= np.sqrt(scale[:, None] * found.count)[:, :, None]
    rest = v * np.sqrt(scale[:, None] * found.spread)[:, :, None]
    flat, within = z.reshape(-1, answers), rest.reshape(-1, answers)
    return share, flat.T @ flat + within.T @ within
