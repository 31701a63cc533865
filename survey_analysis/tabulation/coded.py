"""Lines read as exclusive answers, so that sums by answer and column hold all that is needed."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from survey_analysis.core.columns import Columns
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.table_sums import CellSums, UnitSums, sums_of
from survey_analysis.tabulation.lines import Lines
from survey_analysis.typing import BoolArray, FloatArray, IntArray

MOST_CODES = 64
"""Different values up to which a line is read as exclusive answers."""


@dataclass(frozen=True, eq=False)
class CodedLines:
    """Lines that share codes: their places, code of each row (-1 none), scores (K, L), factors (L,) on the weights.

    Sums are made once for estimates and tests.
    """

    places: list[int]
    code: IntArray
    scores: FloatArray
    factor: FloatArray
    _made: list[tuple[Columns, DesignFrame, CellSums | UnitSums]] = field(default_factory=list, repr=False)

    def sums(self, columns: Columns, frame: DesignFrame) -> CellSums | UnitSums:
        """Sums of weights by answer and column."""
        for known, design, sums in self._made:
            if known is columns and design is frame:
                return sums
        made = sums_of(self.code, self.scores.shape[1], columns, frame)
        self._made.append((columns, frame, made))
        return made


def coded(lines: Lines, domain: BoolArray | None) -> list[CodedLines] | None:
    """Lines in groups with common codes; None where a line has too many values.

    A factor on the weights makes codes of its own: the rows of an answer with one value of it.
    """
    key = id(domain)
    if key not in lines.read or lines.read[key][0] is not domain:
        lines.read[key] = domain, _coded(lines, domain)
    made: list[CodedLines] | None = lines.read[key][1]
    return made


def _coded(lines: Lines, domain: BoolArray | None) -> list[CodedLines] | None:
    found = _parts(lines, domain)
    if found is None:
        return None
    if lines.factor is None:
        return [CodedLines(places, code, scores, np.ones(scores.shape[1])) for places, code, scores in found]
    values, which = np.unique(lines.factor, return_inverse=True)
    f = len(values)
    if any(f * scores.shape[1] > MOST_CODES for _, _, scores in found):
        return None
    return [
        CodedLines(
            places,
            np.where(code >= 0, code * f + which.ravel(), -1).astype(np.int64),
            np.repeat(scores, f, axis=1),
            np.tile(values, scores.shape[1]),
        )
        for places, code, scores in found
    ]


def _parts(lines: Lines, domain: BoolArray | None) -> list[tuple[list[int], IntArray, FloatArray]] | None:
    if lines.codes is not None and lines.scores is not None:
        code = lines.codes if domain is None or domain.all() else np.where(domain, lines.codes, -1)
        return [(list(range(len(lines.lines))), code, lines.scores)]
    out: list[tuple[list[int], IntArray, FloatArray]] = []
    for j in range(len(lines.lines)):
        base = lines.base[:, j] if domain is None else lines.base[:, j] & domain
        y = lines.y[:, j]
        if lines.lines[j].kind in ("answer", "net"):
            values, code = np.array([0.0, 1.0]), y.astype(np.int64)
        else:
            values, inverse = np.unique(y[base], return_inverse=True)
            if len(values) > MOST_CODES:
                return None
            code = np.zeros(len(y), dtype=np.int64)
            code[base] = inverse.ravel()
        out.append(([j], np.where(base, code, -1), values[None, :]))
    return out
