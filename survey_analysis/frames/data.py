"""`SurveyData`: what a survey holds, without its verbs, so that lower layers can take one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from survey_analysis.core.frame import CalibrationBlock, DesignFrame
from survey_analysis.errors import DesignError
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.table import Table
from survey_analysis.results.process import CleaningLog, Flow, WeightingData
from survey_analysis.study.study import Study
from survey_analysis.typing import FloatArray


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
    received
        The rows as read, so that a report can say what cleaning changed.
    """

    table: Table
    log: CleaningLog = field(default_factory=CleaningLog)
    flow: Flow | None = None
    weighting: tuple[WeightingData, ...] = ()
    weights: FloatArray | None = None
    calibration: tuple[CalibrationBlock, ...] = ()
    received: RawTable | None = None

    @property
    def study(self) -> Study:
        """The study."""
        return self.table.study

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def frame(self) -> DesignFrame:
        """The design of all rows as numbers, for `core.covariance`."""
        design, n = self.study.design, len(self)
        if not n:
            raise DesignError("The survey has no respondents.", hint="check the file and the exclusion rule.")
        weight = self.weights if self.weights is not None else self.design_weight()
        psu = self._units()
        stratum = self.table.raw.column(design.strata).to_numpy(dtype=object) if design.strata else None
        fpc = self._numbers(design.fpc, "fpc") if design.fpc else None
        return DesignFrame.of(
            weight, stratum=stratum, psu=psu, fpc=fpc, calibration=self.calibration, nest=design.nest
        )

    def design_weight(self) -> FloatArray:
        """Weights the file came with, ones without."""
        column = self.study.design.weight
        return self._numbers(column, "weight") if column else np.ones(len(self))

    def replace(self, **changes: object) -> SurveyData:
        """The same survey with other fields."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def with_rows(self, raw: RawTable) -> SurveyData:
        """The same study over other rows or cells; weights are dropped with the rows they belonged to."""
        return replace(self, table=Table(raw, self.study), weights=None, calibration=(), weighting=())

    def _units(self) -> np.ndarray | None:
        design = self.study.design
        if design.psu:
            return self.table.raw.column(design.psu).to_numpy(dtype=object)
        if design.id:
            ids = self.table.raw.column(design.id)
            blank = int((ids.str.strip() == "").sum())
            if blank:
                raise DesignError(
                    f"{blank} rows have no '{design.id}'.", hint="every row needs an id, or leave id out."
                )
            if ids.duplicated().any():
                return ids.to_numpy(dtype=object)
        return None

    def _numbers(self, column: str, role: str) -> FloatArray:
        texts = self.table.raw.column(column)
        out = np.full(len(texts), np.nan)
        bad: list[str] = []
        for i, text in enumerate(texts.to_numpy(dtype=object)):
            try:
                out[i] = float(text)
            except ValueError:
                bad.append(str(text))
        if role == "weight":
            return out  # DesignFrame.of names missing and negative weights
        if bad:
            raise DesignError(f"{len(bad)} rows of '{column}' are not numbers.", where=f"first: {bad[0]!r}")
        return out
