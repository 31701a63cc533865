"""Where replicate weights come from: given columns, factors of sampling units, and weighting steps repeated."""

from __future__ import annotations

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from survey_analysis.core.blocks import CalibrationBlock, group_sums, repeat_calibration
from survey_analysis.core.replicates import Floats, Members, Weights
from survey_analysis.errors import ConvergenceError, WeightingError

Codes = NDArray[np.intp]
RowsOf = Callable[[Codes], Floats]

BLOCK = 2_000_000
"""Numbers in a block of replicate weights."""

KEPT = 20_000_000
"""Calibrated replicate weights of at most so many numbers are kept, not made again for every estimate."""

RANK_TOLERANCE = 1e-5
"""A column whose part outside the earlier ones is below this share of its length adds no rank (R `qr(tol)`)."""


@dataclass(frozen=True, eq=False)
class Given:
    """Columns that came with the data.

    Attributes
    ----------
    matrix : ndarray, shape (n, R)
        Analysis weights, or factors of the weights.
    combined : bool
        True when the columns hold analysis weights (R `combined.weights`).
    """

    matrix: Floats
    combined: bool = True

    @property
    def count(self) -> int:
        """Number of replicates R."""
        return int(self.matrix.shape[1])

    def blocks(self, weight: Floats) -> Iterator[Floats]:
        """Analysis weights as arrays (n, b)."""
        width = block_width(len(weight))
        for start in range(0, self.count, width):
            part = self.matrix[:, start : start + width]
            yield part if self.combined else part * weight[:, None]

    def sums(self, weight: Floats, values: Floats) -> Floats:
        """Replicate weighted sums; shape (R, m)."""
        weighted = values if self.combined else values * weight[:, None]
        return np.asarray(self.matrix.T @ weighted)

    def rank(self, member: Members) -> int:
        """Rank of the weights of some rows."""
        return rank_of_rows(np.flatnonzero(member), self.count, lambda rows: self.matrix[rows])


@dataclass(frozen=True, eq=False)
class UnitFactors(ABC):
    """Replicate weights that are a factor of the unit times the weight of the row.

    Attributes
    ----------
    unit : ndarray of int, shape (n,)
        Sampling unit of each row, 0 .. units - 1.
    units : int
    """

    unit: Codes
    units: int

    @property
    @abstractmethod
    def count(self) -> int:
        """Number of replicates R."""

    @abstractmethod
    def factors(self, start: int, stop: int) -> Floats:
        """Factors of the units in replicates start .. stop - 1; shape (units, stop - start)."""

    @property
    def width(self) -> int:
        """Replicates in a block."""
        return block_width(max(self.units, len(self.unit)))

    @cached_property
    def rows_are_units(self) -> bool:
        """True when row i is unit i."""
        return self.units == len(self.unit) and bool((self.unit == np.arange(self.units)).all())

    def spans(self) -> Iterator[tuple[int, int]]:
        """First and last-but-one replicate of each block."""
        for start in range(0, self.count, self.width):
            yield start, min(start + self.width, self.count)

    def blocks(self, weight: Floats) -> Iterator[Floats]:
        """Analysis weights as arrays (n, b)."""
        for start, stop in self.spans():
            f = self.factors(start, stop)
            yield weight[:, None] * (f if self.rows_are_units else f[self.unit])

    def unit_sums(self, weight: Floats, values: Floats) -> Floats:
        """Weighted sums of each unit; shape (units, m)."""
        weighted = values * weight[:, None]
        return weighted if self.rows_are_units else group_sums(weighted, self.unit, self.units)

    def sums(self, weight: Floats, values: Floats) -> Floats:
        """Replicate weighted sums; shape (R, m)."""
        totals = self.unit_sums(weight, values)
        return np.concatenate([self.factors(a, b).T @ totals for a, b in self.spans()])

    def rank(self, member: Members) -> int:
        """Rank of the weights of some rows."""
        return rank_of_rows(np.unique(self.unit[member]), self.count, self.rows_of)

    def rows_of(self, units: Codes) -> Floats:
        """Factors of some units in all replicates."""
        return np.concatenate([self.factors(a, b)[units] for a, b in self.spans()], axis=1)


@dataclass(frozen=True, eq=False)
class Factors(UnitFactors):
    """Factors F[unit, R] held as a table (balanced designs)."""

    table: Floats

    @property
    def count(self) -> int:
        """Number of replicates R."""
        return int(self.table.shape[1])

    def factors(self, start: int, stop: int) -> Floats:
        """Columns of the table."""
        return self.table[:, start:stop]


@dataclass(frozen=True, eq=False)
class AnalysisWeights:
    """Replicate weights of a design: from its base weights, every weighting step repeated in each replicate.

    Attributes
    ----------
    weights : Weights
    base : ndarray, shape (n,)
        Weights before the first step.
    steps : sequence of CalibrationBlock
    """

    weights: Weights
    base: Floats
    steps: Sequence[CalibrationBlock] = ()
    _ranks: dict[bytes, int] = field(default_factory=dict, repr=False)

    def blocks(self) -> Iterator[Floats]:
        """Analysis weights as arrays (n, b)."""
        if not self.steps:
            yield from self.weights.blocks(self.base)
        elif self.can_be_kept:
            yield from self._kept
        else:
            yield from self._repeated()

    def sums(self, values: Floats) -> Floats:
        """Replicate weighted sums; shape (R, m)."""
        if not self.steps:
            return self.weights.sums(self.base, values)
        return np.concatenate([block.T @ values for block in self.blocks()])

    def df(self, member: Members) -> float:
        """Rank of the replicate weights of some rows minus one, at least 0 (R `degf`).

        Raking and post-stratification take degrees of freedom away where the weights are kept and show it;
        `calibrate` leaves them (R `calibrate` keeps `degf`, `rake` and `postStratify` take the rank again). None
        adds any: repeating it is not linear and can raise the rank of the weights, not what the sample knows.
        """
        inside = member & (self.base != 0)
        key = np.packbits(inside).tobytes()
        if key not in self._ranks:
            self._ranks[key] = self._rank(inside)
        return float(max(self._ranks[key] - 1, 0))

    def _rank(self, inside: Members) -> int:
        sampled = self.weights.rank(inside)
        kept_df = all(getattr(step.reweigh, "keeps_df", False) for step in self.steps)
        if kept_df or not self.can_be_kept:
            return sampled
        rows = np.flatnonzero(inside)
        after = rank_of_rows(
            rows, self.weights.count, lambda some: np.concatenate([b[some] for b in self._kept], axis=1)
        )
        return min(sampled, after)

    @property
    def can_be_kept(self) -> bool:
        """True when all weights together are few enough to be held."""
        return len(self.base) * self.weights.count <= KEPT

    @cached_property
    def _kept(self) -> list[Floats]:
        return list(self._repeated())

    def _repeated(self) -> Iterator[Floats]:
        done = 0
        for block in self.weights.blocks(self.base):
            columns = [self._step(column, done + j) for j, column in enumerate(block.T)]
            done += len(columns)
            yield np.column_stack(columns)

    def _step(self, column: Floats, replicate: int) -> Floats:
        try:
            return repeat_calibration(column, self.steps)
        except (ConvergenceError, WeightingError) as error:
            raise type(error)(
                f"The weighting cannot be repeated in replicate {replicate + 1} of {self.weights.count}: "
                f"{error.what}",
                where=error.where,
                hint="merge small categories of the targets, or make fewer, larger replicates.",
            ) from error


def block_width(rows: int) -> int:
    """Replicates that make a block of so many rows."""
    return max(1, BLOCK // max(rows, 1))


def column_rank(matrix: Floats) -> int:
    """Rank counted column by column (of the shorter side), with the tolerance of R's `qr(tol = 1e-5)`.

    Examples
    --------
    >>> column_rank(np.array([[1.0, 2.0, 0.0], [1.0, 2.0, 1.0]]))
    2
    """
    tall = matrix if matrix.shape[0] >= matrix.shape[1] else matrix.T
    length = np.sqrt((tall**2).sum(axis=0))
    unit = tall[:, length > 0] / length[length > 0]
    gram = unit.T @ unit
    with contextlib.suppress(np.linalg.LinAlgError):
        if np.diag(np.linalg.cholesky(gram)).min(initial=1.0) > RANK_TOLERANCE:
            return len(gram)
    return _dropping_rank(unit)


def _dropping_rank(unit: Floats) -> int:
    """Columns one after the other, each without those in whose span it lies.

    On the triangle of a QR decomposition, not on products of columns: those keep half of the digits, too few
    for weights that differ in one respondent each.
    """
    triangle: Floats = np.asarray(np.linalg.qr(unit)[1])
    basis = np.zeros_like(triangle)
    rank = 0
    for column in triangle.T:
        left: Floats = column
        for _ in range(2):  # once more, for what rounding leaves
            left = left - basis[:, :rank] @ (basis[:, :rank].T @ left)
        size = float(np.linalg.norm(left))
        if size > RANK_TOLERANCE and rank < basis.shape[1]:
            basis[:, rank] = left / size
            rank += 1
    return rank


def rank_of_rows(rows: Codes, count: int, weights_of: RowsOf) -> int:
    """Rank of the weights of `rows`, looking at more of them only while the rank is not full."""
    size = 2 * count + 64
    while True:
        rank = column_rank(weights_of(rows[:size]))
        if rank == count or size >= len(rows):
            return rank
        size *= 4
