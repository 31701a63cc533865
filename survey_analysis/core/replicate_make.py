"""Replicate weights made from strata and units: jackknife, half samples, bootstrap."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from survey_analysis.core.frame import Codes, DesignFrame, Floats
from survey_analysis.core.hadamard import hadamard
from survey_analysis.core.replicate_weights import Factors, UnitFactors
from survey_analysis.core.replicates import Members, Replicates
from survey_analysis.errors import DesignError, LonelyPsuError, ReplicateWarning
from survey_analysis.plurals import counted

Jackknife = Literal["jackknife", "JK1", "JKn"]
EXCESS = 64
"""Units beyond replicates, or replicates beyond units, that make the rank of random factors certain."""


@dataclass(frozen=True, eq=False)
class Deleted(UnitFactors):
    """One unit left out in each replicate, the others of its stratum raised by m / (m - 1).

    Attributes
    ----------
    stratum : ndarray of int, shape (units,)
    left_out : ndarray of int, shape (R,)
        Unit that replicate r leaves out; strata without any have factor 1 throughout.
    """

    stratum: Codes
    left_out: Codes

    @property
    def count(self) -> int:
        """Number of replicates R."""
        return len(self.left_out)

    @cached_property
    def size(self) -> Codes:
        """Units of each stratum."""
        return np.bincount(self.stratum).astype(np.intp)

    @cached_property
    def replicated(self) -> Members:
        """Strata that have replicates."""
        out = np.zeros(len(self.size), dtype=bool)
        out[self.stratum[self.left_out]] = True
        return out

    def factors(self, start: int, stop: int) -> Floats:
        """Factors of the units in some replicates."""
        gone = self.left_out[start:stop]
        home = self.stratum[gone]
        raised = self.size[home] / (self.size[home] - 1.0)
        out = np.where(self.stratum[:, None] == home, raised, 1.0)
        out[gone, np.arange(len(gone))] = 0.0
        return out

    def sums(self, weight: Floats, values: Floats) -> Floats:
        """Replicate weighted sums, without the weights themselves.

        Sums of what is left are added up, never a total less a part, so that an emptied domain is exactly 0.
        """
        totals = self.unit_sums(weight, values)
        inside, outside = _leave_one_out(totals, self.stratum, self.size)
        home = self.stratum[self.left_out]
        raised = self.size[home] / (self.size[home] - 1.0)
        return np.asarray(raised[:, None] * inside[self.left_out] + outside[home])

    def rank(self, member: Members) -> int:
        """Rank of the weights of some rows, in closed form.

        Row i is 1 + v_i. In a replicated stratum the v_i are independent unless all its units are present,
        when they sum to zero and 1 is in the span.
        """
        return _free_rank(np.unique(self.unit[member]), self.stratum, self.replicated)


@dataclass(frozen=True, eq=False)
class Resampled(UnitFactors):
    """Rao-Wu bootstrap: m_h - 1 units drawn with replacement in each stratum, in seeded blocks.

    factor = 1 + sqrt(1 - f_h) (m_h / (m_h - 1) times drawn - 1).

    Attributes
    ----------
    stratum : ndarray of int, shape (units,)
    fraction : ndarray, shape (strata,)
        Sampling fractions f_h.
    seed, number : int
        The seed and the number of replicates.
    """

    stratum: Codes
    fraction: Floats
    seed: int
    number: int

    @property
    def count(self) -> int:
        """Number of replicates R."""
        return self.number

    @cached_property
    def _order(self) -> Codes:
        return np.argsort(self.stratum, kind="stable").astype(np.intp)

    def factors(self, start: int, stop: int) -> Floats:
        """Factors of the units; a block is drawn from the seed and its own number."""
        rng = np.random.default_rng(np.random.SeedSequence([self.seed, start // self.width]))
        size = np.bincount(self.stratum)
        draws = np.maximum(size - 1, 0)
        first = np.cumsum(size) - size
        n_draws, columns = int(draws.sum()), stop - start
        picks = rng.integers(0, np.repeat(size, draws), size=(columns, n_draws)) + np.repeat(first, draws)
        cells = picks + np.arange(columns)[:, None] * self.units
        drawn = np.bincount(cells.ravel(), minlength=columns * self.units).reshape(columns, self.units)
        times = np.empty((self.units, columns))
        times[self._order] = drawn.T
        raised = size / np.maximum(draws, 1)
        kept = np.sqrt(1 - self.fraction)
        factor = 1 + kept[self.stratum][:, None] * (raised[self.stratum][:, None] * times - 1)
        return np.where((size == 1)[self.stratum][:, None], 1.0, factor)

    def rank(self, member: Members) -> int:
        """Rank of the weights of some rows.

        Random factors have the rank that they can have unless units and replicates are nearly as many: the
        chance of less falls exponentially in the excess of one over the other (Rudelson and Vershynin 2009).
        Only within `EXCESS` of each other is it counted.
        """
        units = np.unique(self.unit[member])
        moving = (np.bincount(self.stratum) > 1) & (self.fraction < 1)
        at_most = _free_rank(units, self.stratum, moving)
        return min(at_most, self.number) if abs(at_most - self.number) >= EXCESS else super().rank(member)


def _stratum_by_stratum(units: Codes, frame: DesignFrame) -> Codes:
    """Units in order of their strata, strata in order of appearance (the columns of R `as.svrepdesign`)."""
    _, first = np.unique(frame.stratum, return_index=True)
    place = np.argsort(np.argsort(first))
    return units[np.argsort(place[frame.psu_stratum[units]], kind="stable")].astype(np.intp)


def jackknife(frame: DesignFrame, *, kind: Jackknife = "jackknife", mse: bool = False) -> Replicates:
    """Delete one unit at a time.

    Parameters
    ----------
    frame : DesignFrame
        First-stage units and strata are used; strata taken completely have no replicates.
    kind : {"jackknife", "JK1", "JKn"}
        "JK1" is for a design without strata, scale (1 - f)(m - 1)/m; "JKn" has rscales (1 - f_h)(m_h - 1)/m_h.
        "jackknife" takes the one that fits.
    mse : bool
        Deviations from the full-sample estimate instead of the mean of the replicates.

    Returns
    -------
    Replicates

    Raises
    ------
    DesignError
        "JK1" for a stratified design; fewer than two units.
    LonelyPsuError
        A stratum with one unit, unless the design says that it contributes nothing.

    Notes
    -----
    Equals the Taylor variance for totals. R `as.svrepdesign(type = "JK1" | "JKn")`.
    """
    if kind == "JK1" and frame.n_strata > 1:
        raise DesignError(
            f"JK1 is for designs without strata; this one has {frame.n_strata}.", hint='use method="JKn".'
        )
    kind = ("JK1" if frame.n_strata == 1 else "JKn") if kind == "jackknife" else kind
    left_out = _stratum_by_stratum(np.flatnonzero(_replicated(frame)[frame.psu_stratum]), frame)
    if len(left_out) < 2:
        raise DesignError(
            "A jackknife needs at least two sampling units.", where=f"{counted(frame.n_psu, 'unit')}"
        )
    m = frame.psu_per_stratum.astype(np.float64)
    share = (1 - frame.stratum_fraction) * (m - 1) / m
    weights = Deleted(frame.psu, frame.n_psu, frame.psu_stratum, left_out)
    one = np.ones(len(left_out))
    if kind == "JK1":
        return Replicates(weights, float(share[0]), one, mse, "JK1", made=True)
    return Replicates(weights, 1.0, share[frame.psu_stratum[left_out]], mse, "JKn", made=True)


def half_samples(frame: DesignFrame, *, rho: float = 0.0, mse: bool = False) -> Replicates:
    """Balanced repeated replication (`rho` = 0), or Fay's version with factors 2 - rho and rho.

    Parameters
    ----------
    frame : DesignFrame
        Two units in every stratum.
    rho : float
        Fay's coefficient, at least 0 and below 1.
    mse : bool
        As in `jackknife`.

    Returns
    -------
    Replicates
        R is the order of the Hadamard matrix, above the number of strata; scale 1 / (R (1 - rho)²).

    Raises
    ------
    DesignError
        A stratum without exactly two units, by name; rho outside [0, 1).

    Notes
    -----
    A finite population correction cannot be expressed and is dropped with a `ReplicateWarning`, as in R
    `as.svrepdesign(type = "BRR" | "Fay")`. In full balance the variance of a total is Taylor's.
    """
    if not 0 <= rho < 1:
        raise DesignError(f"Fay's rho = {rho:g} is not in [0, 1).", hint="0.3 and 0.5 are usual; 0 is BRR.")
    _two_each(frame)
    if frame.stratum_fraction.any():
        warnings.warn(
            "half samples cannot carry the finite population correction; it is dropped.",
            ReplicateWarning,
            stacklevel=2,
        )
    signs = hadamard(frame.n_strata + 1).astype(np.float64)
    sign = np.where(_first_of_stratum(frame), 1.0, -1.0)
    table = 1 + (1 - rho) * sign[:, None] * signs[1 + frame.psu_stratum]
    count = table.shape[1]
    weights = Factors(frame.psu, frame.n_psu, table)
    scale = 1 / (count * (1 - rho) ** 2)
    return Replicates(weights, scale, np.ones(count), mse, "Fay" if rho else "BRR", made=True)


def bootstrap(frame: DesignFrame, *, n: int = 500, seed: int, mse: bool = False) -> Replicates:
    """Rao-Wu rescaling bootstrap of sampling units, m_h - 1 drawn in each stratum.

    Parameters
    ----------
    frame : DesignFrame
    n : int
        Replicates.
    seed : int
        The same seed gives the same weights.
    mse : bool
        As in `jackknife`.

    Returns
    -------
    Replicates
        Scale 1 / (n - 1). Weights are drawn when they are used, a block at a time.

    Raises
    ------
    DesignError
        Fewer than two replicates, or a negative seed.
    LonelyPsuError
        A stratum with one unit, unless the design says that it contributes nothing.

    Notes
    -----
    Rao and Wu (1988), Rao, Wu and Yue (1992); R `as.svrepdesign(type = "subbootstrap")`, which has no finite
    population correction: here deviations shrink by sqrt(1 - f_h).
    """
    if n < 2:
        raise DesignError(
            f"A bootstrap of {counted(n, 'replicate')} has no variance.", hint="500 or more are usual."
        )
    if seed < 0:
        raise DesignError(f"A seed of {seed} is negative.", hint="give a whole number of at least 0.")
    _replicated(frame)
    weights = Resampled(frame.psu, frame.n_psu, frame.psu_stratum, frame.stratum_fraction, seed, n)
    return Replicates(weights, 1 / (n - 1), np.ones(n), mse, "bootstrap", made=True)


def _replicated(frame: DesignFrame) -> Members:
    """Strata with replicates: at least two units, not taken completely."""
    certain = 1 - frame.stratum_fraction < 1e-7
    lonely = (frame.psu_per_stratum == 1) & ~certain
    if lonely.any() and _lonely_rule(frame) not in ("remove", "certainty"):
        names = [f"'{frame.stratum_name(int(h))}'" for h in np.flatnonzero(lonely)]
        raise LonelyPsuError(
            f"{len(names)} of {frame.n_strata} strata {'has' if len(names) == 1 else 'have'} one PSU, so no replicate can leave it out.",
            where=f"strata {', '.join(names[:5])}{', ...' if len(names) > 5 else ''}",
            hint='merge each with a similar stratum, or say lonely_psu="remove" (no variance from them).',
        )
    return np.asarray((frame.psu_per_stratum > 1) & ~certain)


def _lonely_rule(frame: DesignFrame) -> str:
    return frame.lonely


def _two_each(frame: DesignFrame) -> None:
    odd = np.flatnonzero(frame.psu_per_stratum != 2)
    if len(odd):
        shown = [f"'{frame.stratum_name(int(h))}' ({frame.psu_per_stratum[h]})" for h in odd[:5]]
        raise DesignError(
            f"Half samples need two PSUs in every stratum; {len(odd)} of {frame.n_strata} {'has' if len(odd) == 1 else 'have'} another number.",
            where=f"strata {', '.join(shown)}{', ...' if len(odd) > 5 else ''}",
            hint='pair the PSUs into strata of two, or use method="jackknife" or "bootstrap".',
        )


def _first_of_stratum(frame: DesignFrame) -> Members:
    out = np.zeros(frame.n_psu, dtype=bool)
    out[np.unique(frame.psu_stratum, return_index=True)[1]] = True
    return out


def _free_rank(units: Codes, stratum: Codes, moving: Members) -> int:
    """Rank that factors of some units can have: 1 + v_i, the v_i of a complete stratum summing to zero.

    Units of strata that do not move (`moving` False) have factor 1.
    """
    size = np.bincount(stratum, minlength=len(moving))
    present = np.bincount(stratum[units], minlength=len(moving))
    complete = (present == size) & moving
    still = bool((present[~moving] > 0).any())
    return int(present[moving].sum()) - int(complete.sum()) + int(still or bool(complete.any()))


def _leave_one_out(totals: Floats, stratum: Codes, size: Codes) -> tuple[Floats, Floats]:
    """Sums of the other units of the stratum (units, m), and of the other strata (strata, m)."""
    inside = np.empty_like(totals)
    sums = np.empty((len(size), totals.shape[1]))
    order = np.argsort(stratum, kind="stable")
    ends = np.cumsum(size)
    for h, (end, m) in enumerate(zip(ends, size, strict=True)):
        rows = order[end - m : end]
        inside[rows] = _others(totals[rows])
        sums[h] = totals[rows].sum(axis=0)
    return inside, _others(sums)


def _others(values: Floats) -> Floats:
    """Sum of all other rows, for every row."""
    zero = np.zeros((1, values.shape[1]))
    before = np.concatenate([zero, np.cumsum(values[:-1], axis=0)])
    after = np.concatenate([np.cumsum(values[:0:-1], axis=0)[::-1], zero])
    return np.asarray(before + after)
