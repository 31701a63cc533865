"""Sums of weights by answer and column: all that estimates and tests of exclusive answers need, made once a table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from survey_analysis.core.columns import Columns
from survey_analysis.core.frame import Codes, DesignFrame, Floats
from survey_analysis.core.share_table import stratum_sums


@dataclass(frozen=True, eq=False)
class CellSums:
    """Of designs whose rows are units: by group of rows (a stratum, a calibration cell), column and answer (G, C, L).

    Attributes
    ----------
    count, weight, squares
        Rows, weights, and squares of the weights about their mean.
    everybody
        Rows, weights and squared weights of each group, in a column or not.
    starts
        Starting weights of the calibrated rows; None without calibration.
    """

    count: Floats
    weight: Floats
    squares: Floats
    everybody: tuple[Floats, Floats, Floats]
    starts: Floats | None = None

    @classmethod
    def of(cls, codes: np.ndarray, answers: int, columns: Columns, frame: DesignFrame) -> CellSums:
        """Sums over the rows with an answer and a weight."""
        found = frame.calibration_cells
        assert found is not None  # noqa: S101  the caller has looked
        groups, weight = len(found.stratum), frame.weight
        cell = _cells(codes, answers, columns, weight)
        w = np.broadcast_to(weight, cell.shape).ravel()
        every = found.code if groups == 1 else np.broadcast_to(found.code, cell.shape).ravel()
        width = (columns.count + 1) * answers
        sums = stratum_sums(cell.ravel(), w, every, width, groups)
        shape = (groups, columns.count + 1, answers)
        count, total, spread = (x.reshape(shape)[:, :-1] for x in (sums.count, sums.weight, sums.spread))
        n, all_weight, all_squares = (
            np.bincount(found.code, weights=x, minlength=groups).astype(np.float64)
            for x in (np.ones(len(weight)), weight, weight**2)  # a weight of 0 stays in the design
        )
        return cls(
            count, total, spread, (n, all_weight, all_squares), _starts(codes, answers, columns, frame)
        )

    @cached_property
    def mean(self) -> Floats:
        """Mean weight of each cell."""
        return np.asarray(self.weight / np.maximum(self.count, 1.0))

    def bases(self, f: Floats) -> tuple[Floats, Floats]:
        """Rows and effective base of each column (C,), weights times the factors f (L,)."""
        base = self.weight.sum(axis=0) @ f
        squares = (self.squares + self.mean * self.weight).sum(axis=0) @ f**2
        return self.count.sum(axis=(0, 2)), effective(base, squares)

    def with_rests(self, whole: int) -> CellSums:
        """The columns, then for each of them those of column `whole` that are not in it."""
        count, weight = self.count[:, [whole]] - self.count, self.weight[:, [whole]] - self.weight
        raw = self.squares + self.mean * self.weight
        squares = raw[:, [whole]] - raw - weight / np.maximum(count, 1.0) * weight
        starts = self.starts
        if starts is not None:
            starts = np.concatenate([starts, starts[:, [whole]] - starts], axis=1)
        return CellSums(
            np.concatenate([self.count, count], axis=1),
            np.concatenate([self.weight, weight], axis=1),
            np.concatenate([self.squares, np.maximum(squares, 0.0)], axis=1),
            self.everybody,
            starts,
        )


@dataclass(frozen=True, eq=False)
class UnitSums:
    """Of clustered designs: weights by column, answer and unit (C, L, U), units stratum by stratum.

    Attributes
    ----------
    count, squares
        Rows, and squared weights, by column and answer (C, L).
    rows
        Rows by column and unit (C, U).
    starts
        Starting weights of the calibrated rows by calibration cell, column and answer (G, C, L); None without
        calibration, and where it has too many cells.
    """

    weight: Floats
    count: Floats
    squares: Floats
    rows: Floats
    starts: Floats | None = None

    @classmethod
    def of(cls, codes: np.ndarray, answers: int, columns: Columns, frame: DesignFrame) -> UnitSums:
        """Sums over the rows with an answer and a weight."""
        units, w = frame.n_psu, frame.weight
        rank, _ = frame.units_by_stratum
        place, squared = rank[frame.psu], w * w
        weight, rows = np.zeros((columns.count, answers, units)), np.zeros((columns.count, units))
        count, squares = np.zeros((columns.count, answers)), np.zeros((columns.count, answers))
        known = (codes >= 0) & (w > 0)
        answer = np.maximum(codes, 0)
        for first, size, own in columns.each:  # one variable at a time: large new arrays cost more than sums
            column = np.where(known, own, size)
            cell, here = column * answers + answer, slice(first, first + size)
            k = (size + 1) * answers
            sums = np.bincount(cell * units + place, weights=w, minlength=k * units)
            weight[here] = sums.reshape(size + 1, answers, units)[:-1]
            rows[here] = np.bincount(column * units + place, minlength=(size + 1) * units).reshape(-1, units)[
                :-1
            ]
            count[here] = np.bincount(cell, minlength=k).reshape(-1, answers)[:-1]
            squares[here] = np.bincount(cell, weights=squared, minlength=k).reshape(-1, answers)[:-1]
        return cls(weight, count, squares, rows, _starts(codes, answers, columns, frame))

    def bases(self, f: Floats) -> tuple[Floats, Floats]:
        """Rows and effective base of each column (C,), weights times the factors f (L,)."""
        return self.count.sum(axis=1), effective(self.totals @ f, self.squares @ f**2)

    @cached_property
    def totals(self) -> Floats:
        """Weights by column and answer (C, L)."""
        return np.asarray(self.weight.sum(axis=2))

    def with_rests(self, whole: int) -> UnitSums:
        """The columns, then for each of them those of column `whole` that are not in it."""
        parts = (self.weight, self.count, self.squares, self.rows)
        more = [np.concatenate([x, x[[whole]] - x]) for x in parts]
        more[0][np.broadcast_to((more[3] == 0)[:, None, :], more[0].shape)] = 0.0  # what subtraction leaves
        return UnitSums(*more)


def sums_of(codes: np.ndarray, answers: int, columns: Columns, frame: DesignFrame) -> CellSums | UnitSums:
    """The sums that the design needs."""
    return (CellSums if frame.rows_are_units else UnitSums).of(codes, answers, columns, frame)


def effective(base: Floats, squares: Floats) -> Floats:
    """Kish's effective base, base² / Σ w²; 0 where nobody is."""
    return np.divide(base**2, squares, out=np.zeros(len(base)), where=squares > 0)


def _cells(codes: np.ndarray, answers: int, columns: Columns, weight: Floats) -> Codes:
    """Cell of each row in each variable; who gave no answer, or stands in no column, is in a last one that is dropped."""
    known = (codes >= 0) & (weight > 0)
    cell = np.where(known, columns.codes, columns.count) * answers + np.maximum(codes, 0)
    return np.asarray(cell, dtype=np.intp)


def _starts(codes: np.ndarray, answers: int, columns: Columns, frame: DesignFrame) -> Floats | None:
    """Starting weights by calibration cell, column and answer (G, C, L)."""
    found = frame.calibration_cells
    if found is None or not found.blocks:
        return None
    shape = (len(found.stratum), columns.count + 1, answers)
    cell = _cells(codes, answers, columns, frame.weight)
    place = (found.code * shape[1] * answers + cell).ravel()
    start = np.broadcast_to(found.start, cell.shape).ravel()
    made = np.bincount(place, weights=start, minlength=int(np.prod(shape)))
    return np.asarray(made.reshape(shape)[:, :-1], dtype=np.float64)
