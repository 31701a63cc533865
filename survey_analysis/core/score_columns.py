"""Scores of exclusive answers in many columns at once, with the calibration of the weights in the variance.

The residual of a row hangs on its answer, its column and its calibration variables alone. Rows that agree in all of
them (and in the stratum) are one cell of calibration (`core.calibration_cells`), and sums of weights by it hold what the
variance needs. The covariance between columns is not made, because a table does not print it. Squares are taken of
residuals, never of totals that are subtracted afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey_analysis.core.calibration_cells import CalibrationCells
from survey_analysis.core.columns import Columns
from survey_analysis.core.covariance import stratum_scale
from survey_analysis.core.frame import DesignFrame, Floats
from survey_analysis.core.table_sums import CellSums, UnitSums, sums_of

LARGEST = 20_000_000
"""Numbers in the widest array of a table above which rows of influence values are used."""


@dataclass(frozen=True, eq=False)
class ScoreColumns:
    """Ratios (K, C) of K score vectors in C columns with their variances; counts (C, L) of the L answers.

    `count` and `weighted` are the rows and weights of each answer in each column; `n`, `n_weighted`, `n_effective`
    and `df` (C,) of the columns.
    """

    theta: Floats
    variance: Floats
    count: Floats
    weighted: Floats
    n: NDArray[np.int64]
    n_weighted: Floats
    n_effective: Floats
    df: Floats


def carried(frame: DesignFrame, answers: int, columns: int, scores: int) -> bool:
    """Whether sums can make the variance: one stage, weights fixed or calibrated once, a table that is not huge."""
    if not frame.one_scale_a_stratum or (frame.weight < 0).any():
        return False
    cells = frame.calibration_cells
    if cells is None:
        return False
    groups = len(cells.stratum) if frame.rows_are_units else frame.n_psu
    return groups * answers * columns * max(scores, 1) <= LARGEST


def score_columns(
    answer: ArrayLike,
    scores: ArrayLike,
    columns: Columns,
    frame: DesignFrame,
    factor: ArrayLike | None = None,
    sums: CellSums | UnitSums | None = None,
) -> ScoreColumns:
    """Means of scores over the answers in each column, Σ w f s(answer) / Σ w f, with their design variance.

    Parameters
    ----------
    answer : array_like of int, shape (n,)
        Codes from 0; -1 for rows without an answer.
    scores : array_like, shape (K, L)
        What each answer adds: 0 and 1 for a share or a net, numbers for a mean.
    columns : Columns
    frame : DesignFrame
        A design that is `carried`.
    factor : array_like, shape (L,), optional
        Factor f of each answer on the weight of its rows (a loop that asked part of the subjects); ones.
    sums : CellSums or UnitSums, optional
        Those of the answers, where they are made already.

    Returns
    -------
    ScoreColumns

    Notes
    -----
    The variance is that of `core.covariance` with z = w (s - theta) / Σ w and its calibration residuals
    (statistics 2.25).

    Examples
    --------
    >>> columns = Columns.of([[0, 0, 1, 1]], [2])
    >>> found = score_columns([0, 1, 1, 0], [[0.0, 1.0]], columns, DesignFrame.of(np.ones(4)))
    >>> found.theta.tolist(), found.n.tolist()
    ([[0.5, 0.5]], [2, 2])
    """
    table = np.asarray(scores, dtype=np.float64)
    found = frame.calibration_cells
    assert found is not None  # noqa: S101  the caller asked `carried`
    f = np.ones(table.shape[1]) if factor is None else np.asarray(factor, dtype=np.float64)
    if sums is None:
        sums = sums_of(np.asarray(answer, dtype=np.intp), table.shape[1], columns, frame)
    if isinstance(sums, CellSums):
        return _elements(sums, table, f, frame, found)
    return _clusters(sums, table, f, frame, found)


def _elements(
    sums: CellSums, scores: Floats, f: Floats, frame: DesignFrame, found: CalibrationCells
) -> ScoreColumns:
    totals = sums.weight.sum(axis=0) * f
    base, theta = _means(totals, scores)
    unit = (scores[:, None, :] - np.nan_to_num(theta)[:, :, None]) * f  # (K, C, L)
    r, xb = unit[None], None
    if sums.starts is not None:
        xb = _fitted(sums.starts, unit, frame, found)  # (G, K, C)
        r = unit[None] - xb[:, :, :, None]
    out = _element_variance(sums, r, xb, frame, found)
    held = np.zeros((frame.n_strata, sums.count.shape[1]))
    np.add.at(held, found.stratum, sums.count.sum(axis=2))
    n, n_effective = sums.bases(f)
    df = n - (held > 0).sum(axis=0)
    return _finished(theta, out, sums.count.sum(axis=0), totals, base, n_effective, n, df)


def _element_variance(
    sums: CellSums, r: Floats, xb: Floats | None, frame: DesignFrame, found: CalibrationCells
) -> Floats:
    """Σ_h scale_h Σ_i (e_i - ē_h)² (K, C); rows in no cell of a column have e = -w x'B."""
    rows, total, squared = sums.everybody
    totals = np.matmul(np.moveaxis(r, 1, 2), sums.weight[..., None])[..., 0].transpose(0, 2, 1)  # (G, K, C)
    n_out = rows[:, None] - sums.count.sum(axis=2)
    w_out = total[:, None] - sums.weight.sum(axis=2)
    if xb is not None:
        totals = totals - w_out[:, None, :] * xb
    m, scale = frame.psu_per_stratum.astype(np.float64), stratum_scale(frame)
    centre = np.zeros((frame.n_strata, *totals.shape[1:]))
    np.add.at(centre, found.stratum, totals)
    middle = (centre / m[:, None, None])[found.stratum]  # (G, K, C)
    z = sums.mean[:, None] * r
    z -= middle[:, :, :, None]
    z *= z
    each = (z * sums.count[:, None]).sum(axis=3)
    each += (r * r * sums.squares[:, None]).sum(axis=3)
    if xb is None:
        each += n_out[:, None, :] * middle**2
    else:
        w_mean = w_out / np.maximum(n_out, 1.0)
        held = (sums.squares + sums.count * sums.mean**2).sum(axis=2)
        w_spread = np.maximum(squared[:, None] - held - n_out * w_mean**2, 0.0)
        each += n_out[:, None, :] * (w_mean[:, None, :] * xb + middle) ** 2 + w_spread[:, None, :] * xb**2
    return np.asarray(np.tensordot(scale[found.stratum], each, axes=1))


def _fitted(d: Floats, unit: Floats, frame: DesignFrame, found: CalibrationCells) -> Floats:
    """Fit x'B of each cell (G, K, C): the regression of u on x with the starting weights, d (G, C, L)."""
    sums = np.einsum("gca,kca->gkc", d, unit, optimize=True)
    used = np.bincount(
        found.code, weights=np.where(frame.weight > 0, found.start, 0.0), minlength=len(found.stratum)
    ).astype(np.float64)
    return found.fitted(sums.reshape(len(sums), -1), used).reshape(sums.shape)


def _clusters(
    sums: UnitSums, scores: Floats, f: Floats, frame: DesignFrame, found: CalibrationCells
) -> ScoreColumns:
    """Unit totals of the residuals from a table of units by cells, centred in strata."""
    units = frame.n_psu
    _, first = frame.units_by_stratum
    totals = sums.totals * f
    base, theta = _means(totals, scores)
    unit = (scores[:, None, :] - np.nan_to_num(theta)[:, :, None]) * f  # (K, C, L)
    fits = None if sums.starts is None else _unit_fits(sums.starts, unit, frame, found)
    sizes = np.diff(np.append(first, units))
    scale = np.repeat(stratum_scale(frame), sizes)
    variance = np.empty(theta.shape)
    for c in range(len(base)):  # a column at a time: large new arrays cost more than sums
        z = unit[:, c] @ sums.weight[c]  # (K, U)
        if fits is not None:
            z -= fits[c]
        z -= np.repeat(np.add.reduceat(z, first, axis=1) / sizes, sizes, axis=1)
        z *= z
        variance[:, c] = z @ scale
    n, n_effective = sums.bases(f)
    present = sums.rows > 0
    strata = np.logical_or.reduceat(present, first, axis=1)
    df = (present.sum(axis=1) - strata.sum(axis=1)).astype(np.float64)
    return _finished(theta, variance, sums.count, totals, base, n_effective, n, df)


def _unit_fits(starts: Floats, unit: Floats, frame: DesignFrame, found: CalibrationCells) -> Floats:
    """Σ w x'B of each unit (C, K, U), units in the order of their strata."""
    g, units = len(found.stratum), frame.n_psu
    fit = _fitted(starts, unit, frame, found)  # (G, K, C)
    rank, _ = frame.units_by_stratum
    place = rank[frame.psu] * g + found.code
    mass = np.bincount(place, weights=frame.weight, minlength=units * g).reshape(units, g)
    return np.asarray(np.tensordot(mass, fit, axes=1).T)


def _means(totals: Floats, scores: Floats) -> tuple[Floats, Floats]:
    """Bases (C,) and means (K, C) of the scores; NaN where a column is empty."""
    base = totals.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return base, np.asarray((scores @ totals.T) / np.where(base > 0, base, np.nan))


def _finished(
    theta: Floats,
    variance: Floats,
    count: Floats,
    weighted: Floats,
    base: Floats,
    n_effective: Floats,
    n: Floats,
    df: Floats,
) -> ScoreColumns:
    filled = np.where(base > 0, base, np.nan)
    return ScoreColumns(
        theta, variance / filled**2, count, weighted, n.astype(np.int64), base, n_effective, df
    )
