"""Shares of exclusive answers by exclusive columns: a whole table of estimates without its influence rows.

Every row answers once and stands in one column, so its influence values are those of one column only. Sums
of weights by unit and cell then hold all that the variance needs: z = w C[code] summed to units is a linear
map of that table. The numbers are those of `covariance(z, frame)` on the rows; only the work is less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.covariance import Members, stratum_scale
from survey_analysis.core.frame import Codes, DesignFrame, Floats

LARGEST_TABLE = 30_000_000
"""Numbers in a table of units by cells above which the rows are used."""


@dataclass(frozen=True, eq=False)
class ShareTable:
    """Shares of L answers in C columns, with their joint covariance.

    Attributes
    ----------
    share : ndarray, shape (C, L)
        NaN in a column nobody is in.
    vcov : ndarray, shape (C L, C L)
        Covariance of all shares, column by column.
    n, n_weighted, n_effective, df : ndarray, shape (C,)
        Rows, weighted base, Kish effective base, and degrees of freedom of each column.
    """

    share: Floats
    vcov: Floats
    n: Codes
    n_weighted: Floats
    n_effective: Floats
    df: Floats


def fits(frame: DesignFrame, answers: int, columns: int) -> bool:
    """Whether the design is one the table can carry: fixed weights, one stage, a table that is not huge."""
    groups = frame.n_strata if frame.rows_are_units else frame.n_psu
    return frame.one_scale_a_stratum and not frame.calibration and groups * answers * columns <= LARGEST_TABLE


def column_codes(masks: Sequence[Members], n: int) -> Codes | None:
    """Number of the mask each row is in, -1 in none; None where masks overlap."""
    out = np.full(n, -1, dtype=np.intp)
    total = 0
    for i, mask in enumerate(masks):
        out[mask] = i
        total += int(np.count_nonzero(mask))
    return out if total == int(np.count_nonzero(out >= 0)) else None


def share_table(
    answer: ArrayLike, column: ArrayLike, answers: int, columns: int, frame: DesignFrame
) -> ShareTable:
    """Shares of each answer in each column, with their design covariance.

    Parameters
    ----------
    answer, column : array_like of int, shape (n,)
        Codes from 0; -1 for rows that are in no cell.
    answers, columns : int
        Numbers of codes, L and C.
    frame : DesignFrame
        A design that `fits`.

    Returns
    -------
    ShareTable

    Notes
    -----
    For elements the sums are of weights by stratum and cell; for clusters by unit and cell. Squares are taken
    of residuals, never of totals that are subtracted afterwards.

    Examples
    --------
    >>> frame = DesignFrame.of(np.ones(4))
    >>> table = share_table([0, 1, 1, 0], [0, 0, 1, 1], 2, 2, frame)
    >>> table.share.tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    a, c, w = np.asarray(answer, dtype=np.intp), np.asarray(column, dtype=np.intp), frame.weight
    inside = (a >= 0) & (c >= 0) & (w > 0)
    rows = slice(None) if inside.all() else np.flatnonzero(inside)
    cell, weight = c[rows] * answers + a[rows], w[rows]
    shape = (columns, answers)
    totals = np.bincount(cell, weights=weight, minlength=columns * answers).reshape(shape)
    base = totals.sum(axis=1)
    filled = base > 0
    share = np.divide(totals, base[:, None], out=np.full(shape, np.nan), where=filled[:, None])
    squares = (
        np.bincount(cell, weights=weight * weight, minlength=columns * answers).reshape(shape).sum(axis=1)
    )
    n = np.bincount(c[rows], minlength=columns)
    if frame.rows_are_units:
        vcov, df = _elements(cell, weight, frame.stratum[rows], share, base, n, frame)
    else:
        vcov, df = _clusters(cell, weight, frame.psu[rows], share, base, frame)
    effective = np.divide(base**2, squares, out=np.zeros(columns), where=squares > 0)
    return ShareTable(share, vcov, n, base, effective, df)


def _elements(
    cell: Codes,
    w: Floats,
    stratum: Codes,
    share: Floats,
    base: Floats,
    n: Codes,
    frame: DesignFrame,
) -> tuple[Floats, Floats]:
    """Σ_h scale_h Σ_i (z_i - z̄_h)(z_i - z̄_h)′, from the sums of strata by cells."""
    columns, answers = share.shape
    k, strata = columns * answers, frame.n_strata
    sums = stratum_sums(cell, w, stratum, k, strata)
    a = np.zeros(
        (columns, answers, columns, answers)
    )  # what a row of a cell adds to each share, for w / B = 1
    index = np.arange(columns)
    a[index, :, index, :] = np.eye(answers) - np.nan_to_num(share)[:, None, :]
    unit = a.reshape(k, k)
    centre = sums.weight @ unit / frame.psu_per_stratum[:, None]
    scale = stratum_scale(frame)
    vcov = unit.T @ ((scale @ sums.spread)[:, None] * unit)
    outside = frame.psu_per_stratum - sums.count.sum(axis=1)
    for h in range(strata):  # rows of one stratum at a time: k of them, and those in no cell
        z = sums.mean[h][:, None] * unit - centre[h]
        vcov += scale[h] * (z.T @ (sums.count[h][:, None] * z) + outside[h] * np.outer(centre[h], centre[h]))
    held = sums.count.reshape(strata, columns, answers).sum(axis=2)
    df = (n - (held > 0).sum(axis=0)).astype(np.float64)
    return _scaled(vcov, base, answers), df


@dataclass(frozen=True, eq=False)
class StratumSums:
    """Weights of strata by cells (H, k): how many rows, their sum, their mean, and squares about it."""

    count: Floats
    weight: Floats
    mean: Floats
    spread: Floats


def stratum_sums(cell: Codes, w: Floats, stratum: Codes, k: int, strata: int) -> StratumSums:
    """Sums over the rows of each stratum and cell; squares are taken of residuals."""
    place = cell if strata == 1 else stratum * k + cell
    size = strata * k
    count = np.bincount(place, minlength=size).astype(np.float64)
    weight = np.bincount(place, weights=w, minlength=size).astype(np.float64)
    mean = weight / np.maximum(count, 1.0)
    spread = np.bincount(place, weights=(w - mean[place]) ** 2, minlength=size).astype(np.float64)
    shape = (strata, k)
    return StratumSums(
        count.reshape(shape), weight.reshape(shape), mean.reshape(shape), spread.reshape(shape)
    )


def _clusters(
    cell: Codes, w: Floats, psu: Codes, share: Floats, base: Floats, frame: DesignFrame
) -> tuple[Floats, Floats]:
    """Unit totals of the influence values from a table of cells by units, then the kernel's centring.

    Units run along the last axis, stratum after stratum: every step is then a pass over whole rows.
    """
    columns, answers = share.shape
    units = frame.n_psu
    rank, starts = frame.units_by_stratum
    table = np.bincount(cell * units + rank[psu], weights=w, minlength=columns * answers * units)
    table = table.reshape(columns, answers, units)
    held = table.sum(axis=1)
    z = table - np.nan_to_num(share)[:, :, None] * held[:, None, :]
    sizes = np.diff(np.append(starts, units))
    z -= np.repeat(np.add.reduceat(z, starts, axis=2) / sizes, sizes, axis=2)
    z *= np.repeat(np.sqrt(stratum_scale(frame)), sizes)
    flat = z.reshape(columns * answers, units)
    vcov = flat @ flat.T
    present = held > 0
    strata = np.logical_or.reduceat(present, starts, axis=1)
    df = (present.sum(axis=1) - strata.sum(axis=1)).astype(np.float64)
    return _scaled(vcov, base, answers), df


def _scaled(vcov: Floats, base: Floats, answers: int) -> Floats:
    """Divide by the bases; NaN where a column is empty."""
    size = np.repeat(np.where(base > 0, base, np.nan), answers)
    return np.asarray(vcov / size[:, None] / size)
