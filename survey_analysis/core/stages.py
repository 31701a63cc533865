"""Stages of sampling: units and strata inside the units above, and the sampling fraction of each.

A design of several stages is one flat coding a stage. The variance of a stage is that of its units about the
mean of their stratum, times the sampling fractions of the stages above (Saerndal, Swensson and Wretman 1992,
result 4.3.1; R `svyrecvar`, which recurses over the units instead).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey_analysis.core.blocks import group_sums
from survey_analysis.core.labels import Codes, Labels, coded, crossed, first_rows, refuse_shared_units
from survey_analysis.errors import DesignError
from survey_analysis.plurals import counted

Floats = NDArray[np.float64]
CERTAIN = 1e-7
"""A stratum whose units were all taken has 1 - f below this (as in R)."""


@dataclass(frozen=True, eq=False)
class StageColumns:
    """A later stage as it comes: labels of its units, of its strata, and its finite population.

    Labels are read inside the unit of the stage above, so they may start again there. `fpc` holds counts of
    units in the population of the stratum, or sampling fractions.
    """

    psu: Labels
    stratum: Labels | None = None
    fpc: ArrayLike | None = None


@dataclass(frozen=True, eq=False)
class Stage:
    """A later stage, coded: unit and stratum of each row (n,), unique over the design; fraction (n,).

    `inside` is the unit above of each stratum and `above` the names of those units, for messages.
    """

    unit: Codes
    stratum: Codes
    fraction: Floats
    inside: Codes
    above: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, eq=False)
class Level:
    """One stage as the kernel sees it: m units in H strata.

    Attributes
    ----------
    number : int
        1 for the first stage.
    unit : ndarray of int, shape (n,), or None
        Unit of each row; None where row i is unit i.
    stratum, count : ndarray of int, shapes (m,) and (H,)
        Stratum of each unit, units of each stratum.
    fraction : ndarray, shape (m,)
        Sampling fraction of each unit; differs inside a stratum only where units were drawn with unequal
        probability.
    above : ndarray, shape (m,), or None
        Product of the sampling fractions of the stages above; None at the first.
    inside : ndarray of int, shape (H,)
        Unit above of each stratum; zeros at the first stage.
    names : tuple of str
        Names of the strata at the first stage, of the units above at later ones.
    """

    number: int
    unit: Codes | None
    stratum: Codes
    count: Codes
    fraction: Floats
    above: Floats | None
    inside: Codes
    names: tuple[str, ...]

    @cached_property
    def certain(self) -> NDArray[np.bool_]:
        """Strata whose units were all taken, shape (H,)."""
        left = np.zeros(len(self.count), dtype=bool)
        left[self.stratum[1.0 - self.fraction >= CERTAIN]] = True
        return ~left

    @cached_property
    def lonely(self) -> Codes:
        """Strata with one unit that was not taken with certainty."""
        return np.flatnonzero((self.count == 1) & ~self.certain)

    @cached_property
    def root_scale(self) -> Floats:
        """Square root of (1 - f) m / (m - 1) times the fractions above, by unit; m / (m - 1) is 1 for m = 1."""
        m = self.count
        factor = np.where(self.certain, 0.0, np.where(m > 1, m / np.maximum(m - 1, 1), 1.0))
        scale = np.maximum(1.0 - self.fraction, 0.0) * factor[self.stratum]
        return np.asarray(np.sqrt(scale if self.above is None else scale * self.above))

    def sums(self, z: Floats) -> Floats:
        """Sums of rows by unit, shape (m, k)."""
        return z if self.unit is None else group_sums(z, self.unit, len(self.stratum))

    def name(self, stratum: int) -> str:
        """Name of a stratum, for messages."""
        if self.number == 1:
            return f"'{self.names[stratum] if self.names else stratum}'"
        return f"in unit '{self.names[self.inside[stratum]]}' (stage {self.number})"


def stage_of(
    columns: StageColumns, number: int, above: Codes, names: tuple[str, ...], *, nest: bool, varying: bool
) -> Stage:
    """Number the units and strata of a later stage inside the units above.

    Parameters
    ----------
    columns : StageColumns
    number : int
        2, 3, ...
    above : ndarray of int, shape (n,)
        Unit of the stage above.
    names : tuple of str
        Names of those units.
    nest : bool
        Unit labels start again in each stratum of this stage.
    varying : bool
        Fractions may differ inside a stratum (unequal probabilities).
    """
    n = len(above)
    if columns.fpc is None:
        raise DesignError(
            f"stage {number} has no fpc although the first stage has one.",
            hint="give fpc for every stage, or name the first stage alone: its units then carry all variance.",
        )
    strata, strata_labels = coded(columns.stratum, f"stratum of stage {number}", n)
    units, _ = coded(columns.psu, f"unit of stage {number}", n)
    stratum = crossed(above, strata)
    unit = crossed(stratum, units) if nest else crossed(above, units)
    if not nest and columns.stratum is not None:
        refuse_shared_units(strata, unit, strata_labels)
    inside = above[first_rows(stratum, int(stratum.max()) + 1)]
    fraction = fractions(
        columns.fpc,
        unit,
        stratum,
        lambda h: f"stratum in unit '{names[inside[h]]}' (stage {number})",
        varying=varying,
    )
    return Stage(unit, stratum, fraction, inside, names)


def level_of(stage: Stage, number: int, above: Floats) -> Level:
    """A later stage for the kernel; `above` (n,) is the product of the fractions of the stages above."""
    m, strata = int(stage.unit.max()) + 1, len(stage.inside)
    first = first_rows(stage.unit, m)
    stratum = stage.stratum[first]
    count = np.bincount(stratum, minlength=strata).astype(np.intp)
    return Level(
        number, stage.unit, stratum, count, stage.fraction[first], above[first], stage.inside, stage.above
    )


def fractions(
    fpc: ArrayLike, unit: Codes, stratum: Codes, name: Callable[[int], str], *, varying: bool = False
) -> Floats:
    """Sampling fraction of each row from population counts or fractions.

    All values at least 1 with one above 1 are numbers of units in the population of the stratum, all values
    at most 1 are fractions (R `svydesign`, which applies the rule to all stages together).

    Parameters
    ----------
    fpc : array_like, shape (n,)
    unit, stratum : ndarray of int, shape (n,)
    name : callable
        Name of a stratum, for messages.
    varying : bool
        The values are inclusion probabilities: at most 1, constant in a unit instead of a stratum.
    """
    values = np.array(fpc, dtype=np.float64)
    if values.shape != unit.shape:
        raise DesignError(f"'fpc' has shape {values.shape}, the weights have {counted(len(unit), 'row')}.")
    if not np.isfinite(values).all() or (values <= 0).any():
        raise DesignError(
            "fpc has missing, zero or negative values.", hint="drop fpc, or fill it in every row."
        )
    counts = bool((values > 1).any())
    if varying and counts:
        raise DesignError(
            "inclusion probabilities above 1.",
            where=f"{int((values > 1).sum())} of {len(values)} rows, largest {values.max():g}",
            hint="with pps= the fpc column holds the probability with which each unit was drawn.",
        )
    if counts and (values < 1).any():
        raise DesignError(
            "fpc mixes population counts and sampling fractions.",
            where=f"{counted(int((values > 1).sum()), 'value')} above 1 and {int((values < 1).sum())} below 1",
            hint="give the number of PSUs in the population of each stratum, or the sampling fraction.",
        )
    _refuse_varying(values, unit if varying else stratum, (lambda c: f"unit {c + 1}") if varying else name)
    return _of_counts(values, unit, stratum, name) if counts else values


def _refuse_varying(values: Floats, group: Codes, name: Callable[[int], str]) -> None:
    count = int(group.max()) + 1
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, group, values)
    np.maximum.at(high, group, values)
    varying = np.flatnonzero(high > low)
    if len(varying):
        first = int(varying[0])
        raise DesignError(
            f"fpc varies inside {name(first)}.",
            where=f"from {low[first]:g} to {high[first]:g}",
            hint="one value a stratum; for units drawn with unequal probability say pps=.",
        )


def _of_counts(values: Floats, unit: Codes, stratum: Codes, name: Callable[[int], str]) -> Floats:
    m = int(unit.max()) + 1
    sampled = np.bincount(stratum[first_rows(unit, m)], minlength=int(stratum.max()) + 1)[stratum]
    over = np.flatnonzero(sampled > values)
    if len(over):
        i = int(over[0])
        raise DesignError(
            f"fpc says the population of {name(int(stratum[i]))} is smaller than its sample.",
            where=f"{values[i]:g} PSUs in the population, {sampled[i]} in the sample",
        )
    return np.asarray(sampled / values, dtype=np.float64)
