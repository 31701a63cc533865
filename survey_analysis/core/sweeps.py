"""Raking as a step that can be repeated, and raking by R's own stopping rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.blocks import Codes, Floats
from survey_analysis.core.calibrate import calibrate_raking, margin_dummies
from survey_analysis.core.capped import calibrate_capped
from survey_analysis.core.raking import crossed, rake


@dataclass(frozen=True, eq=False)
class RakeStep:
    """Raking to margins that can be repeated from other starting weights (replicates).

    Attributes
    ----------
    codes : tuple of int arrays, each (m,)
        Category of each row on each margin, -1 without a target.
    targets : tuple of arrays
        Shares (at most 1 each; scaled to the starting weight of those who have a target) or counts.
    cap : float, optional
        Largest weight as a multiple of the mean.
    names : tuple of str
        What each category counts, for errors.
    """

    codes: tuple[Codes, ...]
    targets: tuple[Floats, ...]
    cap: float | None = None
    names: tuple[str, ...] = ()

    @cached_property
    def x(self) -> Floats:
        """Margin dummies."""
        return margin_dummies(self.codes, [len(t) for t in self.targets])

    @cached_property
    def _cells(self) -> tuple[Codes, list[Codes]]:
        """Cell of each row in the cross of all margins, found once; and the categories of the cells."""
        return crossed(self.codes)

    def totals(self, start: Floats) -> Floats:
        """Targets as weighted totals for these starting weights."""
        parts = []
        for code, target in zip(self.codes, self.targets, strict=True):
            size = float(start[code >= 0].sum()) / float(target.sum()) if target.max() <= 1 else 1.0
            parts.append(target * size)
        return np.concatenate(parts)

    def solve(self, start: Floats) -> Raked:
        """Rake without the cap first: most often no weight reaches it.

        Rows without a target on a margin, and caps, make sweeps slow to settle; the same weights come from
        Newton's method on the exponential calibration (R `calibrate(calfun="raking")`), capped or not.
        """
        if any((code < 0).any() for code in self.codes):
            newton = calibrate_raking(self.x, self.totals(start), start)
            free = Raked(newton.weight, newton.iterations, newton.gap)
        else:
            cell, margins = self._cells
            base = np.bincount(cell, weights=start)
            swept = rake(margins, self.targets, base)
            free = Raked(start * swept.factor[cell], swept.iterations, swept.gap)
        if self.cap is None or free.weight.max() <= self.cap * free.weight[start > 0].mean():
            return free
        used = start > 0
        held = calibrate_capped(self.x[used], self.totals(start), start[used], self.cap, names=self.names)
        weight = np.zeros(len(start))
        weight[used] = held.weight
        return Raked(weight, held.iterations, held.gap, held.capped)

    def __call__(self, start: Floats, /) -> Floats:
        """Raked weights."""
        return self.solve(start).weight


@dataclass(frozen=True, eq=False)
class Raked:
    """Weights that meet the margins, however they were found."""

    weight: Floats
    iterations: int
    gap: float
    capped: int = 0


@dataclass(frozen=True, eq=False)
class Rounds:
    """Weights after rounds over the margins.

    Attributes
    ----------
    weight : ndarray, shape (n,)
    passed : tuple of ndarray, each (n,)
        Weights after each margin of the last round.
    rounds : int
    change : float
        Largest change of a cell of the crossed margins in the last round.
    """

    weight: Floats
    passed: tuple[Floats, ...]
    rounds: int
    change: float


def rake_rounds(
    codes: Sequence[ArrayLike],
    counts: Sequence[ArrayLike],
    start: ArrayLike,
    *,
    max_rounds: int = 10,
    change: float = 1.0,
) -> Rounds:
    """Rounds over margins of counts until the crossed table stands still (R `rake`, its control).

    Parameters
    ----------
    codes : sequence of int arrays, shape (n,)
        Category of each row on each margin; every row has one.
    counts : sequence of arrays
        Population counts of the categories.
    start : array_like, shape (n,)
    max_rounds : int
        R `maxit`.
    change : float
        Stop when no cell of the crossed margins changed by as much in a round; below 1 it is a share of
        the sum of the starting weights (R `epsilon`).

    Examples
    --------
    >>> rake_rounds([[0, 1, 1]], [[10, 30]], [1, 1, 1]).weight.tolist()
    [10.0, 15.0, 15.0]
    """
    margins = [np.asarray(c, dtype=np.intp) for c in codes]
    targets = [np.asarray(t, dtype=np.float64) for t in counts]
    weight = np.asarray(start, dtype=np.float64)
    limit = change * float(weight.sum()) if change < 1 else change
    cell, _ = crossed(margins)
    table, rounds, moved = np.bincount(cell, weights=weight), 0, np.inf
    passed: list[Floats] = []
    while rounds < max_rounds and not moved < limit:
        rounds, passed = rounds + 1, []
        for code, target in zip(margins, targets, strict=True):
            found = np.bincount(code, weights=weight, minlength=len(target))
            weight = weight * np.divide(target, found, out=np.ones_like(target), where=found > 0)[code]
            passed.append(weight)
        new = np.bincount(cell, weights=weight)
        moved, table = float(np.abs(new - table).max()), new
    return Rounds(weight, tuple(passed), rounds, moved)


@dataclass(frozen=True, eq=False)
class RoundsStep:
    """A fixed number of rounds over margins, as R `rake` repeats on every replicate."""

    codes: tuple[Codes, ...]
    counts: tuple[Floats, ...]
    rounds: int

    def __call__(self, start: Floats, /) -> Floats:
        """Weights after the rounds."""
        return rake_rounds(self.codes, self.counts, start, max_rounds=self.rounds, change=0.0).weight
