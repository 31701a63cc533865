"""Which way the tests of a table are made: from sums where columns are exclusive, from units otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.pair_sums import CellSums, pair_sums
from survey_analysis.core.pair_tests import PairTests, pair_tests
from survey_analysis.frames.data import SurveyData
from survey_analysis.tabulation.banner import Banner
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
    if lines.codes is not None and _summed(survey.frame, banner, pairs):
        return _from_sums(survey.frame, lines, banner, pairs, domain)
    return _from_units(survey.frame, lines, masks, pairs, domain)


def _summed(frame: DesignFrame, banner: Banner, pairs: SidePairs) -> bool:
    """Whether rows are units with fixed weights and the columns of every pair share nobody."""
    plain = frame.rows_are_units and frame.one_scale_a_stratum and not frame.calibration
    if not plain or banner.stacked is None:
        return False
    c = len(banner.columns)
    span = {place: i for i, (_, places) in enumerate(banner.spans) for place in places}
    return all(
        b == a + c and banner.has_total if b >= c else span.get(a, -1) == span.get(b, -2) for a, b in pairs
    )


def _from_sums(
    frame: DesignFrame, lines: Lines, banner: Banner, pairs: SidePairs, domain: BoolArray | None
) -> PairTests:
    columns = banner.stacked
    assert columns is not None  # noqa: S101  `_summed` looked
    assert lines.codes is not None  # noqa: S101
    assert lines.scores is not None  # noqa: S101
    codes = lines.codes if domain is None else np.where(domain, lines.codes, -1)
    sums = CellSums.of(codes, lines.scores.shape[1], columns, frame)
    if any(b >= columns.count for _, b in pairs):
        sums = sums.beside(sums.without(0))
    return pair_sums(sums, lines.scores, pairs, frame, lines.is_share)


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
        out.put(same, pair_tests(y[:, same], here, sides, compared, frame, is_share=lines.is_share[same]))
    return out
