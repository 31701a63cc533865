"""The sampling design as numbers: one stratum, one unit and one weight per row.

A frame is made from the *whole* table. Later filters are domains: they set influence values to zero and
leave the frame alone.
"""

from __future__ import annotations

import contextlib
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey_analysis.core.replicates import Replicates
from survey_analysis.errors import DesignError, WeightError

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class CalibrationBlock:
    """Rows whose weights were calibrated together (one sample, one set of margins).

    Attributes
    ----------
    rows : ndarray of int, shape (m,)
        Positions in the frame of everyone who was calibrated.
    start : ndarray, shape (m,)
        Weights before calibration (the d of statistics 2.25).
    x : ndarray, shape (m, p)
        Calibration variables: margin dummies, or any auxiliary variables. A category without a target is
        zero in all dummies of its margin.
    """

    rows: Codes
    start: Floats
    x: Floats

    def __post_init__(self) -> None:
        m = len(self.rows)
        if self.start.shape != (m,) or self.x.ndim != 2 or len(self.x) != m:
            raise DesignError(
                "a calibration block needs one starting weight and one row of variables per calibrated row.",
                where=f"rows {m}, start {self.start.shape}, x {self.x.shape}",
            )


@dataclass(frozen=True, eq=False)
class DesignFrame:
    """Weights, strata, units and sampling fractions of a design; made with `DesignFrame.of`.

    Attributes
    ----------
    weight : ndarray, shape (n,)
        Final weight of each row; 0 keeps the row in the design and out of every base.
    stratum : ndarray of int, shape (n,)
        Stratum code, 0 .. n_strata - 1.
    psu : ndarray of int, shape (n,)
        Primary sampling unit code, 0 .. n_psu - 1, unique over the whole design.
    fpc : ndarray, shape (n,), or None
        Sampling fraction of the row's stratum; None means sampling with replacement.
    calibration : tuple of CalibrationBlock
        How the weights were calibrated; empty when the weights are taken as fixed.
    replicates : Replicates or None
        Replicate weights; where there are any they make the variance, and strata and fpc do not.
    stratum_labels : tuple of str
        Names of the strata, for messages.
    """

    weight: Floats
    stratum: Codes
    psu: Codes
    fpc: Floats | None = None
    calibration: tuple[CalibrationBlock, ...] = ()
    stratum_labels: tuple[str, ...] = field(default=())
    replicates: Replicates | None = None

    def __post_init__(self) -> None:
        n = len(self.weight)
        columns = {"stratum": self.stratum, "psu": self.psu, "fpc": self.fpc}
        for name, column in columns.items():
            if column is not None and column.shape != (n,):
                raise DesignError(f"'{name}' has shape {column.shape}, the weights have {n} rows.")

    @property
    def n(self) -> int:
        """Rows of the design, zero weights included."""
        return len(self.weight)

    @cached_property
    def n_psu(self) -> int:
        """Number of primary sampling units."""
        return int(self.psu.max()) + 1 if self.n else 0

    @cached_property
    def n_strata(self) -> int:
        """Number of strata."""
        return int(self.stratum.max()) + 1 if self.n else 0

    @property
    def is_element(self) -> bool:
        """True when each row is its own sampling unit."""
        return self.n_psu == self.n

    @cached_property
    def rows_are_units(self) -> bool:
        """True when row i is unit i, so that sums over units are the rows themselves."""
        return self.is_element and bool((self.psu == np.arange(self.n)).all())

    @cached_property
    def design_df(self) -> int:
        """Units minus strata among rows with positive weight (R `degf`)."""
        used = self.weight > 0
        return len(np.unique(self.psu[used])) - len(np.unique(self.stratum[used]))

    @cached_property
    def psu_stratum(self) -> Codes:
        """Stratum of each unit, shape (n_psu,)."""
        out = np.zeros(self.n_psu, dtype=np.intp)
        out[self.psu] = self.stratum
        return out

    @cached_property
    def psu_per_stratum(self) -> Codes:
        """Number of units in each stratum, shape (n_strata,)."""
        return np.bincount(self.psu_stratum, minlength=self.n_strata).astype(np.intp)

    @cached_property
    def stratum_fraction(self) -> Floats:
        """Sampling fraction of each stratum; 0 without fpc, shape (n_strata,)."""
        out = np.zeros(self.n_strata)
        if self.fpc is not None:
            out[self.stratum] = self.fpc
        return out

    def stratum_name(self, code: int) -> str:
        """Label of a stratum, for messages."""
        return self.stratum_labels[code] if self.stratum_labels else str(code)

    @classmethod
    def of(
        cls,
        weight: ArrayLike,
        *,
        stratum: Sequence[Hashable] | NDArray[np.generic] | None = None,
        psu: Sequence[Hashable] | NDArray[np.generic] | None = None,
        fpc: ArrayLike | None = None,
        calibration: tuple[CalibrationBlock, ...] = (),
        nest: bool = False,
    ) -> DesignFrame:
        """Check a design and number its strata and units.

        Parameters
        ----------
        weight : array_like, shape (n,)
            Weights; not negative, not missing, not all zero.
        stratum, psu : sequences of hashable labels, shape (n,), optional
            Without strata the design has one; without units each row is its own.
        fpc : array_like, shape (n,), optional
            Finite population: numbers of units in the population of the stratum (all at least 1, one above
            1), or sampling fractions (all at most 1). R `svydesign` has the same rule.
        calibration : tuple of CalibrationBlock
            How the weights came about, if the standard errors are to know it.
        nest : bool
            True when unit labels start again in each stratum.

        Returns
        -------
        DesignFrame

        Raises
        ------
        WeightError
            Negative, missing or all-zero weights.
        DesignError
            Missing labels, a unit in two strata, or an impossible fpc.

        Examples
        --------
        >>> frame = DesignFrame.of([1, 1, 2, 2], stratum=["n", "n", "s", "s"], psu=[1, 2, 1, 2], nest=True)
        >>> frame.n_psu, frame.n_strata, frame.design_df
        (4, 2, 2)
        """
        w = _checked_weight(weight)
        h, stratum_labels = _codes(stratum, "stratum", len(w))
        c, psu_labels = _codes(psu, "psu", len(w)) if psu is not None else (np.arange(len(w)), ())
        if nest and psu is not None:
            c = np.unique(h * (int(c.max()) + 1) + c, return_inverse=True)[1].reshape(-1)
        elif psu is not None:
            _refuse_shared_units(h, c, stratum_labels, psu_labels)
        labels = tuple(str(x) for x in stratum_labels)
        bare = cls(w, h, c.astype(np.intp), None, calibration, labels)
        fractions = None if fpc is None else _fractions(np.asarray(fpc, dtype=np.float64), bare)
        return cls(w, h, bare.psu, fractions, calibration, labels)


def _checked_weight(weight: ArrayLike) -> Floats:
    w = np.array(weight, dtype=np.float64)
    if w.ndim != 1:
        raise WeightError(f"weights must be one column; found shape {w.shape}.")
    bad = {"missing or infinite": ~np.isfinite(w), "negative": w < 0}
    for what, rows in bad.items():
        if rows.any():
            raise WeightError(
                f"{int(rows.sum())} weights are {what}.",
                where=f"first at row {int(np.flatnonzero(rows)[0]) + 1} of {len(w)}",
                hint="correct the weight column, or give weight 0 to rows that must not count.",
            )
    if not (w > 0).any():
        raise WeightError("all weights are zero.", where=f"{len(w)} rows", hint="check the weight column.")
    return w


def _codes(
    labels: Sequence[Hashable] | NDArray[np.generic] | None, name: str, n: int
) -> tuple[Codes, tuple[Hashable, ...]]:
    """Number labels 0, 1, ...; sorted where they sort, in order of appearance otherwise."""
    if labels is None:
        return np.zeros(n, dtype=np.intp), ("all",)
    if len(labels) != n:
        raise DesignError(f"'{name}' has {len(labels)} rows, the weights have {n}.")
    values = list(labels.tolist() if isinstance(labels, np.ndarray) else labels)
    missing = [i for i, v in enumerate(values) if _is_missing(v)]
    if missing:
        raise DesignError(
            f"{len(missing)} rows have no {name}.",
            where=f"first at row {missing[0] + 1} of {n}",
            hint=f"every row of the design needs a {name}; drop those rows by a cleaning rule or fill them.",
        )
    known = list(dict.fromkeys(values))
    with contextlib.suppress(TypeError):  # labels that do not sort keep their order of appearance
        known.sort()
    number = {label: i for i, label in enumerate(known)}
    return np.fromiter((number[v] for v in values), dtype=np.intp, count=n), tuple(known)


def _is_missing(value: Hashable) -> bool:
    try:
        return value is None or bool(value != value)  # noqa: PLR0124  NaN is not itself
    except TypeError:  # pandas.NA will not say
        return True


def _refuse_shared_units(
    h: Codes, c: Codes, strata: tuple[Hashable, ...], psus: tuple[Hashable, ...]
) -> None:
    pairs = np.unique(np.column_stack([c, h]), axis=0)
    units, strata_of = np.unique(pairs[:, 0], return_counts=True)
    shared = units[strata_of > 1]
    if not len(shared):
        return
    first = shared[0]
    inside = [f"'{strata[j]}'" for j in pairs[pairs[:, 0] == first, 1][:3]]
    names = ", ".join(f"'{psus[i]}'" for i in shared[:5]) + (", ..." if len(shared) > 5 else "")
    raise DesignError(
        f"{len(shared)} PSU labels occur in more than one stratum: {names}.",
        where=f"'{psus[first]}' is in strata {', '.join(inside)}",
        hint="if PSU numbers start again in each stratum, say nest=True; if not, correct the labels.",
    )


def _fractions(fpc: Floats, frame: DesignFrame) -> Floats:
    """Sampling fraction per row from population counts or fractions (R's rule)."""
    if fpc.shape != (frame.n,):
        raise DesignError(f"'fpc' has shape {fpc.shape}, the weights have {frame.n} rows.")
    if not np.isfinite(fpc).all() or (fpc <= 0).any():
        raise DesignError(
            "fpc has missing, zero or negative values.", hint="drop fpc, or fill it in every row."
        )
    counts = bool((fpc > 1).any())
    if counts and (fpc < 1).any():
        raise DesignError(
            "fpc mixes population counts and sampling fractions.",
            where=f"{int((fpc > 1).sum())} values above 1 and {int((fpc < 1).sum())} below 1",
            hint="give the number of PSUs in the population of each stratum, or the sampling fraction.",
        )
    low, high = np.full(frame.n_strata, np.inf), np.full(frame.n_strata, -np.inf)
    np.minimum.at(low, frame.stratum, fpc)
    np.maximum.at(high, frame.stratum, fpc)
    varying = np.flatnonzero(high > low)
    if len(varying):
        name = frame.stratum_name(int(varying[0]))
        raise DesignError(
            f"fpc varies inside stratum '{name}'.", where=f"from {low[varying[0]]:g} to {high[varying[0]]:g}"
        )
    fraction = frame.psu_per_stratum[frame.stratum] / fpc if counts else fpc
    over = np.flatnonzero(fraction > 1)
    if len(over):
        name = frame.stratum_name(int(frame.stratum[over[0]]))
        raise DesignError(
            f"fpc says the population of stratum '{name}' is smaller than its sample.",
            where=f"{fpc[over[0]]:g} PSUs in the population, "
            f"{frame.psu_per_stratum[frame.stratum[over[0]]]} in the sample",
        )
    return np.array(fraction, dtype=np.float64)
