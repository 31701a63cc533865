"""Same-people differences: every contrast on the people who rated both, own bases as hollow marks beside."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Literal

from survey_analysis.figures.axis import difference_text, interval_text, linear_axis, tick_texts
from survey_analysis.figures.draw_rows import painter
from survey_analysis.figures.errors import FigureError, one_of
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.reading import (
    Contrast,
    adjustment,
    contrasts,
    group_title,
    in_order,
    interval_name,
    people,
)
from survey_analysis.figures.rows import Cell, Column, Mark, Row, RowTable, Series
from survey_analysis.figures.style import ACCENT, INK, MUTED, QUIET, WHISKER
from survey_analysis.results.estimate import Unit
from survey_analysis.results.test import TestData
from survey_analysis.wording.comparisons import SAME_PEOPLE
from survey_analysis.wording.numbers import agree
from survey_analysis.wording.phrases import in_sentence

_ALPHA: Final = 0.05
_COMMON: Final = Series("common", "Same people (rated both)", ACCENT, whisker=WHISKER, area=46.0)
_OWN: Final = Series(
    "own",
    "Own bases (rated either)",
    MUTED,
    hollow=True,
    offset=0.13,
    area=26.0,
    whisker=QUIET,
    thickness=1.4,
)


def differences(
    test: TestData,
    caption: Caption,
    *,
    sort: Literal["estimate", "scale"] = "scale",
    decimals: int | None = None,
) -> Chart:
    """Differences with intervals around zero, in points of a share or of a score.

    Parameters
    ----------
    test
        Differences a minus b on the common base, on own bases, or on both.
    caption
        The texts around the figure.
    sort
        By the difference among the same people, or in the order of the test.
    decimals
        Decimals; unless told, as many as make differences agree with the shares they come from.

    Raises
    ------
    FigureError
        The test holds no differences.
    """
    if test.kind != "difference":
        raise FigureError(
            "This figure shows differences.",
            where=f"the test is of kind '{test.kind}'",
            hint='plot "ratios".' if test.kind == "ratio" else "compare the rows first: estimate.compare().",
        )
    one_of("sort", sort, ("estimate", "scale"))
    table = contrasts(test)
    unit = test.topic.unit
    places = decimals if decimals is not None else _decimals(table, unit)
    pairs = _pairs(table)
    if sort == "estimate":
        groups = in_order(key[0] for key in pairs)
        pairs = dict(sorted(pairs.items(), key=lambda kv: (groups.index(kv[0][0]), -_lead(kv[1]).value)))
    drawn = _table(test, pairs, unit, places)
    return Chart("differences", caption, painter(drawn))


_Pair = dict[str, Contrast]
_Key = tuple[tuple[str, ...], str, str]


def _pairs(table: Sequence[Contrast]) -> dict[_Key, _Pair]:
    out: dict[_Key, _Pair] = {}
    for c in table:
        out.setdefault((c.group, c.a, c.b), {})["common" if c.base in SAME_PEOPLE else "own"] = c
    return out


def _lead(pair: _Pair) -> Contrast:
    return pair.get("common") or pair["own"]


def _decimals(table: Sequence[Contrast], unit: Unit) -> int:
    """One number of decimals for all rows, so that each difference agrees with its printed pieces."""
    scale, start = (100, 0) if unit == "share" else (1, 2 if unit == "score" else 1)
    most = start
    for c in table:
        if all(math.isfinite(v) for v in (c.value_a, c.value_b, c.value)):
            pieces = agree(scale * c.value_a, scale * c.value_b, scale * c.value, decimals=start)
            most = max(most, pieces.decimals)
    return most


def _table(test: TestData, pairs: dict[_Key, _Pair], unit: Unit, places: int) -> RowTable:
    values = [v for pair in pairs.values() for c in pair.values() for v in (c.value, c.low, c.high)]
    axis = linear_axis([*values, 0.0])
    bases = [b for b in ("common", "own") if any(b in pair for pair in pairs.values())]
    rated = SAME_PEOPLE["all" if any(c.base == "all" for pair in pairs.values() for c in pair.values()) else "common"]  # fmt: skip
    both = len(bases) == 2
    name = interval_name(test.provenance, test.level)
    shown = bool(name)
    against = {b for _, _, b in pairs}
    labels = {(a, b) for _, a, b in pairs}
    rows: list[Row] = []
    last: tuple[str, ...] = ()
    for (group, a, b), pair in pairs.items():
        lead = _lead(pair)
        marks = tuple(Mark(base, c.value, c.low, c.high) for base, c in pair.items())
        sure = lead.p < _ALPHA
        text = difference_text(lead.value, unit, places) + ("*" if sure else "")
        cells = [
            Cell(text, "bold" if sure else "regular", INK if sure else MUTED),
        ]
        if shown:
            cells.append(Cell(interval_text(lead.low, lead.high, unit, places), colour=MUTED))
        if both:
            own = difference_text(pair["own"].value, unit, places) if "own" in pair else ""
            cells.append(Cell(own, colour=MUTED))
        cells.append(Cell(people(lead.n), colour=MUTED))
        if len(labels) == 1 and group:
            rows.append(Row(group_title(group), marks, tuple(cells)))
            continue
        label = a if len(against) == 1 else f"{a} − {b}"
        heading = group_title(group) if group != last else ""
        rows.append(Row(label, marks, tuple(cells), heading=heading))
        last = group
    return RowTable(
        rows=tuple(rows),
        series=tuple(_series(b, both, rated) for b in bases),
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, unit, difference=True)),
        columns=_columns(name, unit, both, bases, rated),
        reference=(0.0, _zero(pairs)),
        note=_note(test, pairs),
        key=both,
        name="differences",
        pitch=0.5 if both else 0.4,
    )


def _series(base: str, both: bool, rated: str) -> Series:
    if base == "common":
        return replace(_COMMON, label=f"Same people (rated {rated})")
    return _OWN if both else replace(_OWN, offset=0.0)


def _columns(name: str, unit: Unit, both: bool, bases: Sequence[str], rated: str) -> tuple[Column, ...]:
    word = "Points" if unit == "share" else "Difference"
    n = f"n, {'both' if rated == 'both' else 'all'} rated" if "common" in bases else "n"
    columns = [Column(word, main=True)]
    if name:
        columns.append(Column(name, inline=f"{name} {{}}"))
    if both:
        columns.append(Column("Own bases", inline="own bases {}"))
    return (*columns, Column(n, inline="n = {}"))


def _zero(pairs: dict[_Key, _Pair]) -> str:
    against = {b for _, _, b in pairs}
    labels = {(a, b) for _, a, b in pairs}
    if len(labels) == 1:
        a, b = next(iter(labels))
        return f"{a} − {b}"
    return f"Same as {in_sentence(next(iter(against)))}" if len(against) == 1 else "No difference"


def _note(test: TestData, pairs: dict[_Key, _Pair]) -> str:
    if not any(_lead(pair).p < _ALPHA for pair in pairs.values()):
        return ""
    return f"* differs at 5% ({adjustment(test.family)})."
