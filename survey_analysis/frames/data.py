"""`SurveyData`: what a survey holds, without its verbs, so that lower layers can take one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from survey_analysis.core.blocks import before_calibration
from survey_analysis.core.frame import CalibrationBlock, DesignFrame
from survey_analysis.core.labels import Labels, Numbered
from survey_analysis.core.pps import Pps
from survey_analysis.core.replicate_plan import ReplicatePlan
from survey_analysis.core.stages import StageColumns
from survey_analysis.errors import DesignError, WeightError
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.replicates import read_replicates
from survey_analysis.frames.table import Table
from survey_analysis.plurals import counted
from survey_analysis.results.process import (
    CleaningLog,
    Flow,
    QualityEvidence,
    Removed,
    SourceFile,
    WeightingData,
)
from survey_analysis.results.waves import WavesData
from survey_analysis.study.study import Study
from survey_analysis.typing import BoolArray, FloatArray, IntArray

_COMMA = re.compile(r"[-+]?[\d .]*\d,\d+")


@dataclass(frozen=True, eq=False)
class SurveyData:
    """Responses, what they mean, and how they were sampled.

    Attributes
    ----------
    table
        Encoded questions over the raw columns.
    weights
        Analysis weights made by `.weight()`, or None while those of the design hold.
    calibration
        Blocks that carry the weighting into standard errors; empty for weights that came with the file.
    before_quality
        The rows before the quality rules excluded any, so that a report can say what they changed.
    quality
        What the quality rules flagged among those rows; None for a survey that was not cleaned.
    replication
        Replicate weights to make from the design; None where Taylor's variance or given replicates hold.
    joint
        Joint inclusion probabilities of the sampled units, where the design has them.
    waves
        Of a stack of waves: their labels, versions of the questions, decisions; None for one survey.
    source
        The file the rows were read from, to look up ids of removed rows in; None for a frame or a stack.
    removed
        Which rows cleaning removed and why; None before cleaning.
    """

    table: Table
    log: CleaningLog = field(default_factory=CleaningLog)
    flow: Flow | None = None
    weighting: tuple[WeightingData, ...] = ()
    weights: FloatArray | None = None
    calibration: tuple[CalibrationBlock, ...] = ()
    before_quality: RawTable | None = None
    quality: QualityEvidence | None = None
    replication: ReplicatePlan | None = None
    joint: FloatArray | None = None
    waves: WavesData | None = None
    source: SourceFile | None = None
    removed: Removed | None = None

    @property
    def study(self) -> Study:
        """The study."""
        return self.table.study

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def frame(self) -> DesignFrame:
        """The design of all rows as numbers, for `core.covariance`."""
        return self._replicated(self._sampled())

    def _replicated(self, frame: DesignFrame) -> DesignFrame:
        """The design with its replicate weights, given or made."""
        design = self.study.design
        if design.replicates is not None:
            self._check_repeatable()
            given = read_replicates(self.table.raw, design.replicates, design.weight)
            return replace(frame, replicates=given)
        if self.replication is not None:
            return replace(frame, replicates=self.replication.make(frame))
        return frame

    def _check_repeatable(self) -> None:
        """Given replicate weights follow new weights only by repeating how those came about."""
        if self.weights is None:
            return
        before = before_calibration(self.weights, self.calibration)
        if not np.allclose(before, self.design_weight(), rtol=1e-9, atol=0):
            raise DesignError(
                "The weights were changed in a way that the replicate weights of the file cannot repeat.",
                hint="use a weighting verb that can be repeated (rake, poststratify, calibrate).",
            )

    def _sampled(self) -> DesignFrame:
        """Weights, strata, units and fractions."""
        design, n = self.study.design, len(self)
        if not n:
            raise DesignError("The survey has no respondents.", hint="check the file and the exclusion rule.")
        if self.weights is None and design.weight_is_made:
            return self._designed(None)
        return self._designed(self.weights if self.weights is not None else self.design_weight())

    def _designed(self, weight: FloatArray | None) -> DesignFrame:
        """The design with those weights; None makes them from the sampling fractions."""
        design = self.study.design
        strata, units, sizes = self._stages()
        later = [
            StageColumns(u, h, f)
            for u, h, f in zip(units[1:], strata[1:], sizes[1:], strict=True)
            if u is not None
        ]
        return DesignFrame.of(
            weight,
            stratum=strata[0],
            psu=units[0],
            fpc=sizes[0],
            calibration=self.calibration,
            nest=design.nest,
            later=later,
            pps=self._pps(),
            lonely=design.lonely_psu,
            lonely_domain=design.lonely_domain,
        )

    def _stages(self) -> tuple[list[Labels | None], list[Labels | None], list[FloatArray | None]]:
        """Strata, units and fpc of each stage; None where a stage has none."""
        design = self.study.design
        units: list[Labels | None] = [self._labels(c, "psu") for c in design.psu] or [self._repeated_id()]
        for role, columns in (("strata", design.strata), ("fpc", design.fpc)):
            if len(columns) > len(units):
                raise DesignError(
                    f"'{role}' has {counted(len(columns), 'column')} for {len(units)} stage{'s' * (len(units) > 1)} "
                    "of sampling units.",
                    where=f"[study.toml: design.{role}] {', '.join(columns)}",
                    hint="psu names the units of each stage, first to last; the last may be the respondent's id.",
                )
        strata: list[Labels | None] = [self._labels(c, "strata") for c in design.strata]
        sizes: list[FloatArray | None] = [self._numbers(c) for c in design.fpc]
        strata += [None] * (len(units) - len(strata))
        sizes += [None] * (len(units) - len(sizes))
        return strata, units, sizes

    def _labels(self, column: str, role: str) -> Labels:
        cells = self.table.raw.coded(column)
        if len(cells.blanks()):
            blank = np.isin(cells.codes, cells.blanks())
            n, first = int(blank.sum()), int(np.flatnonzero(blank)[0])
            raise DesignError(
                f"{n} row{'s have' if n > 1 else ' has'} no '{column}'.",
                where=f"[study.toml: design.{role}] the first is row {first + 1} of {len(blank)}.",
                hint="fill it in: a row without its stratum or sampling unit has no place in the design.",
            )
        return Numbered(cells.texts.tolist(), cells.codes)

    def _pps(self) -> Pps | None:
        spec = self.study.design.pps
        if spec is None:
            return None
        if spec.method == "joint" and self.joint is None:
            raise DesignError(
                "The design names no joint inclusion probabilities.",
                where="[study.toml: design.pps]",
                hint='joint = "FILE.csv", or give the matrix to read(pps=...).',
            )
        return Pps(
            spec.method,
            spec.variance,
            spec.sum_p2,
            self.joint if spec.method == "joint" else None,
            spec.tolerance,
        )

    @cached_property
    def person(self) -> IntArray | None:
        """Number of the respondent of each row where the declared id repeats; None where a row is a person."""
        if not self.study.design.id:
            return None
        ids = self.table.raw.coded(self.study.design.id)
        return ids.codes.astype(np.int64) if ids.distinct < len(ids) else None

    def design_weight(self) -> FloatArray:
        """Weights the file came with; without, those the sampling fractions imply, or ones.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> survey = sa.read(pd.DataFrame({"likely": ["yes", "no", "yes"], "w": [1, 2, 1]}), weight="w")
        >>> survey.design_weight().tolist()
        [1.0, 2.0, 1.0]
        """
        design = self.study.design
        if design.weight_is_made:
            return self._designed(None).weight
        return self._checked_weights(design.weight) if design.weight else np.ones(len(self))

    def replace(self, **changes: object) -> SurveyData:
        """The same survey with other fields.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> survey = sa.read(pd.DataFrame({"likely": ["yes", "no", "yes"], "w": [1, 2, 1]}), weight="w")
        >>> len(survey.replace(weights=None))
        3
        """
        return replace(self, **changes)  # type: ignore[arg-type]

    def with_rows(self, raw: RawTable) -> SurveyData:
        """The same study over other rows or cells; weights are dropped with the rows they belonged to."""
        return replace(self, table=Table(raw, self.study), weights=None, calibration=(), weighting=())

    def _repeated_id(self) -> NDArray[np.object_] | None:
        """The declared id where it repeats: then it is the sampling unit."""
        design = self.study.design
        if design.id:
            ids = self.table.raw.coded(design.id)
            blank = int(ids.counts[ids.blanks()].sum())
            if blank:
                raise DesignError(
                    f"{blank} row{'s have' if blank > 1 else ' has'} no '{design.id}'.",
                    where="[study.toml: design.id]",
                    hint="every row needs an id, or leave id out.",
                )
            if ids.distinct < len(ids):
                return ids.cells()
        return None

    def _checked_weights(self, column: str) -> FloatArray:
        """Numbers of a weight column that can be weights, else an error that names it."""
        cells = self.table.raw.coded(column)
        numbers, no_number = _as_numbers(cells.texts)
        out, words = numbers[cells.codes], no_number[cells.codes]
        blank = np.array([t.strip() == "" for t in cells.texts], dtype=bool)[cells.codes]
        kinds = {
            "missing": blank,
            "not a number": ~blank & (words | ~np.isfinite(out)),
            "negative": out < 0,
        }
        for kind, rows in kinds.items():
            n = int(rows.sum())
            if n:
                first = int(np.flatnonzero(rows)[0])
                held = "" if kind == "missing" else f" and holds {cells.texts[cells.codes[first]]!r}"
                raise WeightError(
                    f"{n} weight{'s' if n > 1 else ''} in '{column}' {'are' if n > 1 else 'is'} "
                    f"{'not numbers' if n > 1 and kind == 'not a number' else kind}.",
                    where=f"The first is row {first + 1} of {len(cells)}{held}.",
                    hint=_comma(cells.texts[cells.codes[first]])
                    or "correct the column, or give weight 0 to rows that must not count.",
                )
        if not (out > 0).any():
            raise WeightError(
                f"All weights in '{column}' are zero.",
                where=f"{counted(len(cells), 'row')}.",
                hint="name another column, or leave weight out.",
            )
        return out

    def _numbers(self, column: str) -> FloatArray:
        cells = self.table.raw.coded(column)
        numbers, no_number = _as_numbers(cells.texts)
        out, words = numbers[cells.codes], no_number[cells.codes]
        n = int(words.sum())
        if n:
            first = int(np.flatnonzero(words)[0])
            raise DesignError(
                f"{n} row{'s' if n > 1 else ''} of '{column}' {'are' if n > 1 else 'is'} no number.",
                where=f"The first is row {first + 1} of {len(cells)} and holds {cells.texts[cells.codes[first]]!r}.",
                hint=_comma(cells.texts[cells.codes[first]]) or "correct the column.",
            )
        return out


def _comma(text: str) -> str:
    """What to do about a number with a decimal comma; "" for any other text."""
    return 'decimal = "," in [study], or decimal="," in the call.' if _COMMA.fullmatch(text.strip()) else ""


def _as_numbers(texts: NDArray[np.object_]) -> tuple[FloatArray, BoolArray]:
    """Numbers, NaN where a text is none; and which texts are none."""
    out = np.full(len(texts), np.nan)
    words = np.zeros(len(texts), dtype=bool)
    for i, text in enumerate(texts):
        try:
            out[i] = float(text)
        except ValueError:
            words[i] = True
    return out, words
