"""`SurveyData`: what a survey holds, without its verbs, so that lower layers can take one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.core.frame import CalibrationBlock, DesignFrame
from survey_analysis.errors import DesignError, WeightError
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.table import Table
from survey_analysis.results.process import CleaningLog, Flow, WeightingData
from survey_analysis.study.study import Study
from survey_analysis.typing import BoolArray, FloatArray, IntArray


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
    """

    table: Table
    log: CleaningLog = field(default_factory=CleaningLog)
    flow: Flow | None = None
    weighting: tuple[WeightingData, ...] = ()
    weights: FloatArray | None = None
    calibration: tuple[CalibrationBlock, ...] = ()
    before_quality: RawTable | None = None

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
        fpc = self._numbers(design.fpc) if design.fpc else None
        return DesignFrame.of(
            weight, stratum=stratum, psu=psu, fpc=fpc, calibration=self.calibration, nest=design.nest
        )

    @cached_property
    def person(self) -> IntArray | None:
        """Number of the respondent of each row where the declared id repeats; None where a row is a person."""
        if not self.study.design.id:
            return None
        codes, people = pd.factorize(self.table.raw.column(self.study.design.id))
        return codes.astype(np.int64) if len(people) < len(codes) else None

    def design_weight(self) -> FloatArray:
        """Weights the file came with, ones without."""
        column = self.study.design.weight
        return self._checked_weights(column) if column else np.ones(len(self))

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
                    f"{blank} row{'s have' if blank > 1 else ' has'} no '{design.id}'.",
                    where="[study.toml: design.id]",
                    hint="every row needs an id, or leave id out.",
                )
            if ids.duplicated().any():
                return ids.to_numpy(dtype=object)
        return None

    def _checked_weights(self, column: str) -> FloatArray:
        """Numbers of a weight column that can be weights, else an error that names it."""
        texts = self.table.raw.column(column).to_numpy(dtype=object)
        out, words = _as_numbers(texts)
        blank = np.array([str(t).strip() == "" for t in texts], dtype=bool)
        kinds = {
            "missing": blank,
            "not a number": ~blank & (words | ~np.isfinite(out)),
            "negative": out < 0,
        }
        for kind, rows in kinds.items():
            n = int(rows.sum())
            if n:
                first = int(np.flatnonzero(rows)[0])
                held = "" if kind == "missing" else f" and holds {str(texts[first])!r}"
                raise WeightError(
                    f"{n} weight{'s' if n > 1 else ''} in '{column}' {'are' if n > 1 else 'is'} "
                    f"{'not numbers' if n > 1 and kind == 'not a number' else kind}.",
                    where=f"The first is row {first + 1} of {len(texts)}{held}.",
                    hint="correct the column, or give weight 0 to rows that must not count.",
                )
        if not (out > 0).any():
            raise WeightError(
                f"All weights in '{column}' are zero.",
                where=f"{len(texts)} rows.",
                hint="name another column, or leave weight out.",
            )
        return out

    def _numbers(self, column: str) -> FloatArray:
        texts = self.table.raw.column(column).to_numpy(dtype=object)
        out, words = _as_numbers(texts)
        n = int(words.sum())
        if n:
            first = int(np.flatnonzero(words)[0])
            raise DesignError(
                f"{n} row{'s' if n > 1 else ''} of '{column}' {'are' if n > 1 else 'is'} no number.",
                where=f"The first is row {first + 1} of {len(texts)} and holds {str(texts[first])!r}.",
                hint="correct the column.",
            )
        return out


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
