"""Which way the tests of a table are made: from sums where columns are exclusive, from units otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.pair_cells import pair_cells
from survey_analysis.core.pair_sums import CellSums, pair_sums
from survey_analysis.core.pair_tests import PairTests, pair_tests
from survey_analysis.frames.data import SurveyData
from survey_analysis.tabulation.banner import Banner
from survey_analysis.tabulation.coded import CodedLines, coded
from survey_analysis.tabulation.lines import Lines
from survey_analysis.typing import BoolArray

SidePairs = Sequence[tuple[int, int]]


def tests_of(
    survey: SurveyData,
    lines: Lines,
    banner: Banner,
    masks: Sequence[BoolArray],
    pairs: SidePairs,
    domain: BoolArray | None,
) -> PairTests:
    """Tests of every line and pair; sides are positions in `masks` (columns, their rests, everybody)."""
    if not pairs:
        return PairTests.empty(len(lines.lines), 0)
    parts = coded(lines, domain) if _summed(survey.frame, banner, pairs) else None
    if parts is None:
        return _from_units(survey.frame, lines, masks, pairs, domain)
    out = PairTests.empty(len(lines.lines), len(pairs))
    for part in parts:
        out.put(part.places, _from_sums(survey.frame, part, lines.is_share[part.places], banner, pairs))
    return out


def _summed(frame: DesignFrame, banner: Banner, pairs: SidePairs) -> bool:
    """Whether rows are units, alike in few cells where calibrated, and the columns of every pair share nobody."""
    plain = frame.rows_are_units and frame.one_scale_a_stratum
    if not plain or frame.calibration_cells is None:
        return False
    c = len(banner.columns)
    exclusive = [
        (places, codes is not None) for (_, places), codes in zip(banner.spans, banner.codes, strict=True)
    ]
    span = {place: i for i, (places, alone) in enumerate(exclusive) if alone for place in places}
    return all(b == a + c if b >= c else span.get(a, -1) == span.get(b, -2) for a, b in pairs)


def _from_sums(
    frame: DesignFrame, part: CodedLines, is_share: BoolArray, banner: Banner, pairs: SidePairs
) -> PairTests:
    columns, c = banner.numbered, len(banner.columns)  # everybody is column c, the rests follow
    placed = [(a, b + 1 if b >= c else b) for a, b in pairs]
    answers, cells = part.scores.shape[1], frame.calibration_cells
    with_rest = any(b >= c for _, b in pairs)
    if cells is None or not frame.calibration:
        sums = CellSums.of(part.code, answers, columns, frame.weight, frame.stratum, frame.n_strata)
        both = sums.beside(sums.without(c)) if with_rest else sums
        return pair_sums(both, part.scores, placed, frame, is_share, part.factor)
    groups = len(cells.stratum)
    sums = CellSums.of(part.code, answers, columns, frame.weight, cells.code, groups)
    used = np.where(frame.weight > 0, cells.start, 0.0)
    starts = CellSums.of(np.where(used > 0, part.code, -1), answers, columns, used, cells.code, groups).weight
    if with_rest:
        sums = sums.beside(sums.without(c))
        starts = np.concatenate([starts, starts[:, [c]] - starts], axis=1)
    return pair_cells(sums, starts, cells, part.scores, placed, frame, is_share, part.factor)


def _from_units(
    frame: DesignFrame,
    lines: Lines,
    masks: Sequence[BoolArray],
    pairs: SidePairs,
    domain: BoolArray | None,
) -> PairTests:
    """Lines on the same base together; only the sides that are compared."""
    used = sorted({side for pair in pairs for side in pair})
    place = {side: i for i, side in enumerate(used)}
    compared = [(place[a], place[b]) for a, b in pairs]
    sides = [masks[side] for side in used]
    out = PairTests.empty(len(lines.lines), len(pairs))
    base = lines.base if domain is None else lines.base & domain[:, None]
    y = np.where(base, lines.y, 0.0)
    groups: dict[bytes, list[int]] = {}
    for k in range(base.shape[1]):
        groups.setdefault(np.packbits(base[:, k]).tobytes(), []).append(k)
    for same in groups.values():
        here = base[:, same[0]]
        shares = lines.is_share[same]
        out.put(
            same, pair_tests(y[:, same], here, sides, compared, frame, is_share=shares, factor=lines.factor)
        )
    return out
