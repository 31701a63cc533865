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
from survey_analysis.core.frame import Codes, DesignFrame, Floats

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
    code = np.asarray(answer, dtype=np.intp)
    known = (code >= 0) & (frame.weight > 0)
    # who gave no answer, or stands in no column, is in the last column, which is dropped
    cell = np.where(known, columns.codes, columns.count) * table.shape[1] + np.maximum(code, 0)
    shape = (columns.count + 1, table.shape[1])
    found = frame.calibration_cells
    assert found is not None  # noqa: S101  the caller asked `carried`
    f = np.ones(table.shape[1]) if factor is None else np.asarray(factor, dtype=np.float64)
    return (_elements if frame.rows_are_units else _clusters)(cell, shape, table, f, frame, found)


def _sums(place: Codes, weights: Floats, size: int, shape: tuple[int, ...]) -> Floats:
    found = np.bincount(place, weights=weights, minlength=size)
    return np.asarray(found, dtype=np.float64).reshape(shape)


def _elements(
    cell: Codes,
    shape: tuple[int, int],
    scores: Floats,
    f: Floats,
    frame: DesignFrame,
    found: CalibrationCells,
) -> ScoreColumns:
    g, k = len(found.stratum), shape[0] * shape[1]
    place = (found.code * k + cell).ravel()
    wide = (g, *shape)
    w = np.broadcast_to(frame.weight, cell.shape).ravel()
    count = np.bincount(place, minlength=g * k).astype(np.float64)
    weight = _sums(place, w, g * k, (g * k,))
    mean = weight / np.maximum(count, 1.0)
    spread = _sums(place, (w - mean[place]) ** 2, g * k, wide)[:, :-1]
    count, weight, mean = (np.asarray(v).reshape(wide)[:, :-1] for v in (count, weight, mean))
    totals = weight.sum(axis=0) * f
    base, theta = _means(totals, scores)
    unit = (scores[:, None, :] - np.nan_to_num(theta)[:, :, None]) * f  # (K, C, L)
    r, xb = unit[None], None
    if found.blocks:
        d = _sums(place, np.broadcast_to(found.start, cell.shape).ravel(), g * k, wide)[:, :-1]
        xb = _fitted(d, unit, frame, found)  # (G, K, C)
        r = unit[None] - xb[:, :, :, None]
    out = _element_variance(count, weight, mean, spread, r, xb, frame, found)
    held = np.zeros((frame.n_strata, shape[0] - 1))
    np.add.at(held, found.stratum, count.sum(axis=2))
    squares = (spread + count * mean**2).sum(axis=0) @ f**2
    n = held.sum(axis=0)
    return _finished(theta, out, count.sum(axis=0), totals, base, squares, n, n - (held > 0).sum(axis=0))


def _element_variance(
    count: Floats,
    weight: Floats,
    mean: Floats,
    spread: Floats,
    r: Floats,
    xb: Floats | None,
    frame: DesignFrame,
    found: CalibrationCells,
) -> Floats:
    """Σ_h scale_h Σ_i (e_i - ē_h)² (K, C); rows in no cell of a column have e = -w x'B."""
    rows = np.bincount(found.code, minlength=len(found.stratum)).astype(np.float64)
    total = np.bincount(found.code, weights=frame.weight, minlength=len(found.stratum))
    squared = np.bincount(found.code, weights=frame.weight**2, minlength=len(found.stratum))
    sums = np.einsum(
        "gca,gkca->gkc", weight, np.broadcast_to(r, (len(found.stratum), *r.shape[1:])), optimize=False
    )
    n_out = rows[:, None] - count.sum(axis=2)
    w_out = total[:, None] - weight.sum(axis=2)
    if xb is not None:
        sums = sums - w_out[:, None, :] * xb
    m, scale = frame.psu_per_stratum.astype(np.float64), stratum_scale(frame)
    centre = np.zeros((frame.n_strata, *sums.shape[1:]))
    np.add.at(centre, found.stratum, sums)
    middle = (centre / m[:, None, None])[found.stratum]  # (G, K, C)
    z = mean[:, None] * r
    z -= middle[:, :, :, None]
    each = np.einsum("gca,gkca->gkc", count, z * z)
    each += np.einsum("gca,gkca->gkc", spread, np.broadcast_to(r * r, z.shape))
    if xb is None:
        each += n_out[:, None, :] * middle**2
    else:
        w_mean = w_out / np.maximum(n_out, 1.0)
        held = (spread + count * mean**2).sum(axis=2)
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
    cell: Codes,
    shape: tuple[int, int],
    scores: Floats,
    f: Floats,
    frame: DesignFrame,
    found: CalibrationCells,
) -> ScoreColumns:
    """Unit totals of the residuals from a table of units by cells, centred in strata."""
    units, k = frame.n_psu, shape[0] * shape[1]
    rank, starts = frame.units_by_stratum
    flat, w = cell.ravel(), np.broadcast_to(frame.weight, cell.shape).ravel()
    place = (cell * units + rank[frame.psu]).ravel()
    table = _sums(place, w, k * units, (*shape, units))[:-1]  # (C, L, U)
    totals = table.sum(axis=2) * f
    base, theta = _means(totals, scores)
    z = np.tensordot(scores * f, table, axes=(1, 1))
    z -= np.nan_to_num(theta)[:, :, None] * np.tensordot(f, table, axes=(0, 1))
    if found.blocks:
        z -= _unit_fits(cell, shape, scores, f, theta, frame, found)
    sizes = np.diff(np.append(starts, units))
    z -= np.repeat(np.add.reduceat(z, starts, axis=2) / sizes, sizes, axis=2)
    z *= np.repeat(np.sqrt(stratum_scale(frame)), sizes)
    counts = np.bincount(flat, minlength=k).reshape(shape)[:-1].astype(np.float64)
    squares = _sums(flat, w * w, k, shape)[:-1] @ f**2
    present = table.sum(axis=1) > 0
    strata = np.logical_or.reduceat(present, starts, axis=1)
    df = (present.sum(axis=1) - strata.sum(axis=1)).astype(np.float64)
    variance = np.einsum("kcu,kcu->kc", z, z)
    return _finished(theta, variance, counts, totals, base, squares, counts.sum(axis=1), df)


def _unit_fits(
    cell: Codes,
    shape: tuple[int, int],
    scores: Floats,
    f: Floats,
    theta: Floats,
    frame: DesignFrame,
    found: CalibrationCells,
) -> Floats:
    """Σ w x'B of each unit (K, C, U), units in the order of their strata."""
    k, g = shape[0] * shape[1], len(found.stratum)
    place = (found.code * k + cell).ravel()
    d = _sums(place, np.broadcast_to(found.start, cell.shape).ravel(), g * k, (g, *shape))[:, :-1]
    unit = (scores[:, None, :] - np.nan_to_num(theta)[:, :, None]) * f
    fit = _fitted(d, unit, frame, found)  # (G, K, C)
    rank, _ = frame.units_by_stratum
    mass = _sums(rank[frame.psu] * g + found.code, frame.weight, frame.n_psu * g, (frame.n_psu, g))
    return np.asarray(np.moveaxis(np.tensordot(mass, fit, axes=1), 0, -1))


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
    squares: Floats,
    n: Floats,
    df: Floats,
) -> ScoreColumns:
    filled = np.where(base > 0, base, np.nan)
    effective = np.divide(base**2, squares, out=np.zeros(len(base)), where=squares > 0)
    return ScoreColumns(theta, variance / filled**2, count, weighted, n.astype(np.int64), base, effective, df)
