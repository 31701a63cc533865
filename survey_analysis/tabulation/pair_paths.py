"""Which way the tests of a table are made: from sums where columns are exclusive, from units otherwise."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.pair_cells import pair_cells
from survey_analysis.core.pair_sums import pair_sums
from survey_analysis.core.pair_tests import PairTests, pair_tests
from survey_analysis.core.pair_units import pair_units
from survey_analysis.core.score_columns import carried
from survey_analysis.core.table_sums import UnitSums
from survey_analysis.frames.data import SurveyData
from survey_analysis.tabulation.banner import Banner
from survey_analysis.tabulation.coded import CodedLines, coded
from survey_analysis.tabulation.lines import Lines
from survey_analysis.typing import BoolArray, FloatArray

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
    parts = _parts(survey.frame, lines, banner, pairs, domain)
    if parts is None:
        return _from_units(survey.frame, lines, masks, pairs, domain)
    out = PairTests.empty(len(lines.lines), len(pairs))
    for part in parts:
        out.put(part.places, _from_sums(survey.frame, part, lines.is_share[part.places], banner, pairs))
    return out


def bases_of(
    survey: SurveyData, lines: Lines, banner: Banner, pairs: SidePairs, domain: BoolArray | None
) -> FloatArray | None:
    """The smaller of n and effective base of the columns and their rests, line by line (K, 2 C + 1); everybody is last.

    None where the tests are not made from sums.
    """
    parts = _parts(survey.frame, lines, banner, pairs, domain)
    if parts is None:
        return None
    c = len(banner.columns)
    out = np.empty((len(lines.lines), 2 * c + 1))
    order = [*range(c), *range(c + 1, 2 * c + 1), c]
    for part in parts:
        sums = part.sums(banner.numbered, survey.frame)
        if any(b >= c for _, b in pairs):
            found = np.minimum(*sums.with_rests(c).bases(part.factor))
        else:
            found = np.append(np.minimum(*sums.bases(part.factor)), np.full(c, np.nan))
        out[part.places] = found[order]
    return out


def _parts(
    frame: DesignFrame, lines: Lines, banner: Banner, pairs: SidePairs, domain: BoolArray | None
) -> list[CodedLines] | None:
    """The lines as exclusive answers, where the tests can be made from sums of them."""
    parts = coded(lines, domain) if _summed(frame, banner, pairs) else None
    columns = 2 * banner.numbered.count
    if parts is None or not all(carried(frame, p.scores.shape[1], columns, len(p.scores)) for p in parts):
        return None
    return parts


def _summed(frame: DesignFrame, banner: Banner, pairs: SidePairs) -> bool:
    """Whether sums can make the variance, and the columns of every pair share nobody.

    Rows that are units may be calibrated, where they are alike in few cells.
    """
    plain = frame.one_scale_a_stratum and (frame.rows_are_units or not frame.calibration)
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
    c = len(banner.columns)  # everybody is column c, the rests follow
    placed = [(a, b + 1 if b >= c else b) for a, b in pairs]
    sums = part.sums(banner.numbered, frame)
    if any(b >= c for _, b in pairs):
        sums = sums.with_rests(c)
    if isinstance(sums, UnitSums):
        return pair_units(sums, part.scores, placed, frame, is_share, part.factor)
    cells = frame.calibration_cells
    if cells is None or not frame.calibration:
        return pair_sums(sums, part.scores, placed, frame, is_share, part.factor)
    return pair_cells(sums, cells, part.scores, placed, frame, is_share, part.factor)


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
