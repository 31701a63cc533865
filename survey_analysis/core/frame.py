"""The sampling design as numbers: one stratum, one unit and one weight per row.

A frame is made from the *whole* table. Later filters are domains: they set influence values to zero and
leave the frame alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey_analysis.core.blocks import CalibrationBlock as CalibrationBlock  # noqa: PLC0414  re-exported
from survey_analysis.core.blocks import before_calibration
from survey_analysis.core.labels import Labels, coded, crossed, first_rows, refuse_shared_units
from survey_analysis.core.lonely import LonelyRule, check_rule
from survey_analysis.core.pps import Pps, as_pps
from survey_analysis.core.replicate_weights import AnalysisWeights
from survey_analysis.core.replicates import Replicates
from survey_analysis.core.sampling import (
    check_pps,
    checked_weight,
    first_fraction,
    in_unit_order,
    later_stages,
    made_weight,
    refuse_unknown_probabilities,
    row_count,
)
from survey_analysis.core.stages import Level, Stage, StageColumns, level_of
from survey_analysis.errors import DesignError
from survey_analysis.plurals import counted

if TYPE_CHECKING:
    from survey_analysis.core.calibration_cells import CalibrationCells

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


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
        Sampling fraction of the row's stratum, of its unit where `pps` is set; None means sampling with
        replacement.
    calibration : tuple of CalibrationBlock
        How the weights were calibrated; empty when the weights are taken as fixed.
    replicates : Replicates or None
        Replicate weights; where there are any they make the variance, and strata and fpc do not.
    stratum_labels : tuple of str
        Names of the strata, for messages.
    stages : tuple of Stage
        The second and later stages; they add variance where `fpc` says that the first was without replacement.
    pps : Pps or None
        How units were drawn with unequal probability and without replacement.
    lonely : {"error", "remove", "adjust", "average", "certainty"}
        Rule for strata with one unit; see `core.lonely`.
    lonely_domain : bool
        The rule also holds where one unit of a stratum is in the domain.
    """

    weight: Floats
    stratum: Codes
    psu: Codes
    fpc: Floats | None = None
    calibration: tuple[CalibrationBlock, ...] = ()
    stratum_labels: tuple[str, ...] = field(default=())
    replicates: Replicates | None = None
    stages: tuple[Stage, ...] = ()
    pps: Pps | None = None
    lonely: LonelyRule = "error"
    lonely_domain: bool = False

    def __post_init__(self) -> None:
        n = len(self.weight)
        columns = {"stratum": self.stratum, "psu": self.psu, "fpc": self.fpc}
        for name, column in columns.items():
            if column is not None and column.shape != (n,):
                raise DesignError(f"'{name}' has shape {column.shape}, the weights have {counted(n, 'row')}.")

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

    @property
    def z_rows(self) -> int:
        """Rows of a z: one a row of the frame, or one a replicate."""
        return self.n if self.replicates is None else self.replicates.count

    @cached_property
    def replicate_weights(self) -> AnalysisWeights:
        """Replicate analysis weights: from the weights before calibration, each step repeated."""
        if self.replicates is None:
            raise DesignError("the design has no replicate weights.")
        base = before_calibration(self.weight, self.calibration)
        return AnalysisWeights(self.replicates.weights, base, self.calibration)

    @cached_property
    def design_df(self) -> int:
        """Units minus strata among rows with positive weight; rank minus one of replicates (R `degf`)."""
        used = self.weight != 0
        if self.replicates is not None:
            given = self.replicates.degf
            return int(self.replicate_weights.df(used) if given is None else given)
        return len(np.unique(self.psu[used])) - len(np.unique(self.stratum[used]))

    @cached_property
    def psu_stratum(self) -> Codes:
        """Stratum of each unit, shape (n_psu,)."""
        out = np.zeros(self.n_psu, dtype=np.intp)
        out[self.psu] = self.stratum
        return out

    @cached_property
    def units_by_stratum(self) -> tuple[Codes, Codes]:
        """Place of each unit when units are listed stratum by stratum, and where each stratum starts."""
        order = np.argsort(self.psu_stratum, kind="stable")
        rank = np.empty_like(order)
        rank[order] = np.arange(len(order))
        starts = np.searchsorted(self.psu_stratum[order], np.arange(self.n_strata))
        return rank, starts

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

    @cached_property
    def calibration_cells(self) -> CalibrationCells | None:
        """Rows that calibration treats alike (the strata without one); None where it has too many cells."""
        from survey_analysis.core.calibration_cells import calibration_cells  # noqa: PLC0415  it takes a frame

        return calibration_cells(self)

    @property
    def one_scale_a_stratum(self) -> bool:
        """True when the variance is a factor for each stratum times squares about its mean, and no more."""
        plain = self.replicates is None and self.pps is None and not self.lonely_domain
        lone = self.lonely != "error" and bool((self.psu_per_stratum == 1).any())
        return plain and not lone and (self.fpc is None or not self.stages)

    @cached_property
    def levels(self) -> tuple[Level, ...]:
        """The stages that add variance, first to last."""
        first = Level(
            number=1,
            unit=None if self.rows_are_units else self.psu,
            stratum=self.psu_stratum,
            count=self.psu_per_stratum,
            fraction=np.zeros(self.n_psu) if self.fpc is None else self.fpc[first_rows(self.psu, self.n_psu)],
            above=None,
            inside=np.zeros(self.n_strata, dtype=np.intp),
            names=self.stratum_labels,
        )
        if self.fpc is None:
            return (first,)
        out, above = [first], self.fpc
        for number, stage in enumerate(self.stages, start=2):
            out.append(level_of(stage, number, above))
            above = above * stage.fraction
        return tuple(out)

    def stratum_name(self, code: int) -> str:
        """Label of a stratum, for messages."""
        return self.stratum_labels[code] if self.stratum_labels else str(code)

    @classmethod
    def of(
        cls,
        weight: ArrayLike | None,
        *,
        stratum: Labels | None = None,
        psu: Labels | None = None,
        fpc: ArrayLike | None = None,
        calibration: tuple[CalibrationBlock, ...] = (),
        nest: bool = False,
        later: Sequence[StageColumns] = (),
        pps: object = None,
        lonely: LonelyRule = "error",
        lonely_domain: bool = False,
    ) -> DesignFrame:
        """Check a design and number its strata and units.

        Parameters
        ----------
        weight : array_like, shape (n,), or None
            Weights; not negative, not missing, not all zero. None makes them from the sampling fractions,
            1 / (f_1 f_2 ...), or from the inclusion probabilities.
        stratum, psu : sequences of hashable labels, shape (n,), optional
            Without strata the design has one; without units each row is its own.
        fpc : array_like, shape (n,), optional
            Finite population: numbers of units in the population of the stratum (all at least 1, one above
            1), or sampling fractions (all at most 1). R `svydesign` has the same rule. With `pps` the
            inclusion probability of the unit.
        calibration : tuple of CalibrationBlock
            How the weights came about, if the standard errors are to know it.
        nest : bool
            True when unit labels start again in each stratum.
        later : sequence of StageColumns
            The second and later stages. Where the first stage has an fpc each of them needs one; without
            any fpc the first-stage units carry all variance, and the later stages are not looked at.
        pps : str, mapping, matrix or Pps, optional
            "brewer", "overton", "hartley-rao", `{"method": "hartley-rao", "sum_p2": 0.4}`, or joint
            inclusion probabilities (m, m) of the units; see `core.pps`.
        lonely : {"error", "remove", "adjust", "average", "certainty"}
        lonely_domain : bool
            See `core.lonely`.

        Returns
        -------
        DesignFrame

        Raises
        ------
        WeightError
            Negative, missing or all-zero weights; no weights and nothing to make them from.
        DesignError
            Missing labels, a unit in two strata, an impossible fpc, PPS method or rule.

        Examples
        --------
        >>> frame = DesignFrame.of([1, 1, 2, 2], stratum=["n", "n", "s", "s"], psu=[1, 2, 1, 2], nest=True)
        >>> frame.n_psu, frame.n_strata, frame.design_df
        (4, 2, 2)
        >>> DesignFrame.of(None, fpc=[4, 4], psu=["a", "b"]).weight.tolist()
        [2.0, 2.0]
        """
        drawn = as_pps(pps)
        refuse_unknown_probabilities(drawn, fpc)
        check_rule(lonely, domain=lonely_domain)
        n = row_count(weight, fpc, psu if drawn is not None else None, None if drawn is None else drawn.joint)
        h, stratum_labels = coded(stratum, "stratum", n)
        c, psu_labels = coded(psu, "psu", n) if psu is not None else (np.arange(n), ())
        if nest and psu is not None:
            unit = crossed(h, c)
        else:
            unit = c.astype(np.intp)
            if psu is not None:
                refuse_shared_units(h, c, stratum_labels)
        labels = tuple(str(x) for x in stratum_labels)
        drawn = in_unit_order(drawn, unit)
        fraction = first_fraction(fpc, drawn, unit, h, labels)
        names = tuple(str(psu_labels[c[i]]) for i in first_rows(unit, int(unit.max()) + 1)) if later else ()
        stages = later_stages(later, unit, names, fraction, nest=nest, pps=drawn)
        check_pps(drawn, later, lonely_domain=lonely_domain)
        given_weight = made_weight(fraction, stages, n) if weight is None else weight
        w = checked_weight(given_weight, calibrated=bool(calibration))
        return cls(
            w, h, unit, fraction, calibration, labels,
            stages=stages, pps=drawn, lonely=lonely, lonely_domain=lonely_domain,
        )  # fmt: skip
