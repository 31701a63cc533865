"""Shares of one question in many columns at once: variables side by side, each column with its own covariance.

As `core.share_table`, for banners: a row stands in one column of every variable. The covariance between columns is
not made, because a table does not print it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey_analysis.core.covariance import stratum_scale
from survey_analysis.core.frame import Codes, DesignFrame, Floats
from survey_analysis.core.share_table import stratum_sums


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns of several variables, numbered through; row r stands in columns[s, r] of variable s.

    Attributes
    ----------
    codes : ndarray of int, shape (S, n)
        `count` where a row is in no column of the variable.
    count : int
        Number of columns, C.
    """

    codes: Codes
    count: int

    @classmethod
    def of(cls, variables: Sequence[ArrayLike], sizes: Sequence[int]) -> Columns:
        """From codes of each variable (-1 for none) and the number of its columns."""
        first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
        count = int(first[-1])
        stacked = [
            np.where(np.asarray(v) < 0, count, np.asarray(v, dtype=np.intp) + start)
            for v, start in zip(variables, first[:-1], strict=True)
        ]
        return cls(np.array(stacked, dtype=np.intp), count)


@dataclass(frozen=True, eq=False)
class ShareBlocks:
    """Shares (C, L) of L answers in C columns, covariance (C, L, L) within each column, bases (C,)."""

    share: Floats
    blocks: Floats
    n: NDArray[np.int64]
    n_weighted: Floats
    n_effective: Floats
    df: Floats


def share_blocks(answer: ArrayLike, answers: int, columns: Columns, frame: DesignFrame) -> ShareBlocks:
    """Shares of each answer in each column, with the covariance of each column's answers.

    Parameters
    ----------
    answer : array_like of int, shape (n,)
        Codes from 0; -1 for rows without an answer.
    answers : int
        Number of codes, L.
    columns : Columns
    frame : DesignFrame
        A design that `core.share_table.fits`.

    Returns
    -------
    ShareBlocks

    Examples
    --------
    >>> columns = Columns.of([[0, 0, 1, 1]], [2])
    >>> found = share_blocks([0, 1, 1, 0], 2, columns, DesignFrame.of(np.ones(4)))
    >>> found.share.tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    code = np.asarray(answer, dtype=np.intp)
    known = (code >= 0) & (frame.weight > 0)
    # who gave no answer, or stands in no column, is in the last column, which is dropped
    cell = np.where(known, columns.codes, columns.count) * answers + np.maximum(code, 0)
    shape = (columns.count + 1, answers)
    return (_elements if frame.rows_are_units else _clusters)(cell, shape, frame)


def _made(
    totals: Floats, squares: Floats, n: Floats, share: Floats, blocks: Floats, df: Floats
) -> ShareBlocks:
    """Blocks divided by the bases; NaN where a column is empty."""
    base = totals.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = blocks / np.where(base > 0, base, np.nan)[:, None, None] ** 2
    effective = np.divide(base**2, squares, out=np.zeros(len(base)), where=squares > 0)
    return ShareBlocks(share, scaled, n.astype(np.int64), base, effective, df)


def _shares(totals: Floats) -> Floats:
    base = totals.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(totals, base, out=np.full(totals.shape, np.nan), where=base > 0))


def _elements(cell: Codes, shape: tuple[int, int], frame: DesignFrame) -> ShareBlocks:
    """Σ_h scale_h Σ_i (z_i - z̄_h)(z_i - z̄_h)′ of each column, from the sums of strata by cells.

    A row is in one cell of the column or in none; z̄ is over all rows of the stratum.
    """
    strata, k = frame.n_strata, shape[0] * shape[1]
    w = np.broadcast_to(frame.weight, cell.shape).ravel()
    stratum = frame.stratum if strata == 1 else np.broadcast_to(frame.stratum, cell.shape).ravel()
    found = stratum_sums(cell.ravel(), w, stratum, k, strata)
    count, weight, mean, squares = (
        part.reshape(strata, *shape)[:, :-1] for part in (found.count, found.weight, found.mean, found.spread)
    )
    totals = weight.sum(axis=0)
    share = _shares(totals)
    unit = np.eye(shape[1]) - np.nan_to_num(share)[:, None, :]  # (C, cell, answer)
    m, scale = frame.psu_per_stratum.astype(np.float64), stratum_scale(frame)
    centre = np.einsum("hcg,cgl->hcl", weight, unit, optimize=True) / m[:, None, None]
    z = mean[:, :, :, None] * unit - centre[:, :, None, :]
    z *= np.sqrt(scale[:, None, None] * count)[:, :, :, None]
    rows = z.transpose(1, 0, 2, 3).reshape(shape[0] - 1, strata * shape[1], shape[1])
    held = count.sum(axis=2)
    rest = centre * np.sqrt(scale[:, None] * (m[:, None] - held))[:, :, None]
    rest = rest.transpose(1, 0, 2)
    within = unit * np.sqrt(np.tensordot(scale, squares, axes=1))[:, :, None]
    blocks = np.asarray(sum(part.transpose(0, 2, 1) @ part for part in (rows, rest, within)))
    of_weights = (squares + count * mean**2).sum(axis=(0, 2))
    n = held.sum(axis=0)
    return _made(totals, of_weights, n, share, blocks, n - (held > 0).sum(axis=0))


def _clusters(cell: Codes, shape: tuple[int, int], frame: DesignFrame) -> ShareBlocks:
    """Unit totals of the influence values from a table of cells by units, centred in strata."""
    units, k = frame.n_psu, shape[0] * shape[1]
    rank, starts = frame.units_by_stratum
    flat, w = cell.ravel(), np.broadcast_to(frame.weight, cell.shape).ravel()
    place = (cell * units + rank[frame.psu]).ravel()
    table = np.bincount(place, weights=w, minlength=k * units)
    z = table.astype(np.float64, copy=False).reshape(*shape, units)[:-1]
    totals, held = z.sum(axis=2), z.sum(axis=1)
    share = _shares(totals)
    z -= np.nan_to_num(share)[:, :, None] * held[:, None, :]
    sizes = np.diff(np.append(starts, units))
    if len(starts) == 1:
        z -= z.mean(axis=2, keepdims=True)
    else:
        z -= np.repeat(np.add.reduceat(z, starts, axis=2) / sizes, sizes, axis=2)
    z *= np.repeat(np.sqrt(stratum_scale(frame)), sizes)
    present = held > 0
    strata = np.logical_or.reduceat(present, starts, axis=1)
    df = (present.sum(axis=1) - strata.sum(axis=1)).astype(np.float64)
    counts = np.bincount(flat, minlength=k).reshape(shape)[:-1].sum(axis=1)
    squares = np.bincount(flat, weights=w * w, minlength=k).reshape(shape)[:-1].sum(axis=1)
    return _made(totals, squares, counts.astype(np.float64), share, np.asarray(z @ z.transpose(0, 2, 1)), df)
