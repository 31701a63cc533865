"""Headline statistic: one share as a ring with its interval, and the same share by row beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import matplotlib.patches as shapes

from survey_analysis.errors import closest
from survey_analysis.figures import published as references
from survey_analysis.figures.axis import interval_text, linear_axis, tick_texts, value_text
from survey_analysis.figures.draw_rows import draw_rows
from survey_analysis.figures.errors import FigureError, one_of
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.published import Published
from survey_analysis.figures.reading import Level, interval_name, levels, people
from survey_analysis.figures.rows import Cell, Column, Mark, Row, RowTable, Series
from survey_analysis.figures.style import ACCENT, GRID, INK, MUTED, PAPER, WHISKER, line_height
from survey_analysis.figures.text import width_of, wrap
from survey_analysis.results.estimate import EstimateData

_RADIUS: Final = 1.06
_THICK: Final = 0.2
_HERE: Final = Series("focus", colour=ACCENT, area=46.0, whisker=ACCENT)
_OTHER: Final = Series("other", colour=MUTED, area=36.0, whisker=WHISKER)


@dataclass(frozen=True)
class _Ring:
    level: Level
    number: str
    lines: tuple[str, ...]
    published: float | None = None
    cites: str = ""


def headline(
    estimate: EstimateData,
    caption: Caption,
    *,
    focus: str | None = None,
    groups: EstimateData | None = None,
    sort: Literal["estimate", "scale"] | None = None,
    published: Sequence[Published] = (),
    decimals: int = 0,
) -> Chart:
    """One share as a big ring, and the same share for every row as dots with intervals.

    Parameters
    ----------
    estimate
        Shares; one row, or one a level of the last dimension.
    caption
        The texts around the figure.
    focus
        Key or label of the row in the ring; needed when there are several.
    groups
        The same share by group, for an estimate of one row.
    sort
        Rows by value or in the order of the scale; by value where the rows are subjects that were rated.
    published
        Published figures: key of the row, value as 0-1, where it was published.
    decimals
        Decimals of percentages.

    Raises
    ------
    FigureError
        The estimate is no share, the focus is missing or unknown, or published figures stand beside simulated
        data without a note.
    """
    if estimate.topic.unit != "share":
        raise FigureError(
            "A headline figure shows a share.",
            where=f"the estimate is a {estimate.topic.statistic} ({estimate.topic.unit})",
            hint='estimate a proportion, or plot "dots".',
        )
    one_of("sort", sort or "scale", ("estimate", "scale"))
    everything = levels(estimate)
    chosen = _focus(everything, focus)
    by_value = sort == "estimate" or (sort is None and groups is None and bool(estimate.topic.subject))
    beside = levels(groups) if groups is not None else (everything if len(everything) > 1 else ())
    if by_value:
        beside = tuple(sorted(beside, key=lambda r: -r.value))
    in_rows = {r.key for r in beside}
    known = references.values(published, list(dict.fromkeys([*in_rows, chosen.key])), caption)
    ring = _ring(estimate, chosen, decimals)
    cites = references.key_label(published)
    if chosen.key in known and chosen.key not in in_rows:
        ring = replace(ring, published=known[chosen.key], cites=cites)
    shown = {key: value for key, value in known.items() if key in in_rows}
    table = _table(beside, chosen if groups is None else None, shown, cites, decimals)
    if table and groups is not None:
        line = (chosen.value, f"All {ring.number}")
        table = replace(table, reference=line, reference_colour=ACCENT)
    return Chart("headline", caption, lambda sheet: _paint(sheet, ring, table))


def _focus(rows: tuple[Level, ...], focus: str | None) -> Level:
    if focus is None and len(rows) == 1:
        return rows[0]
    names = [r.key for r in rows] + [r.label for r in rows]
    if focus is None:
        raise FigureError(
            f"The estimate has {len(rows)} rows, and one stands in the ring.",
            hint="choose it with focus=" + " or ".join(f"'{r.key}'" for r in rows[:6]) + ".",
        )
    found = [r for r in rows if focus in {r.key, r.label}]
    if len(found) != 1:
        raise FigureError(
            f"The focus '{focus}' is {'no' if not found else 'more than one'} row of the estimate.",
            hint=closest(focus, names),
        )
    return found[0]


def _ring(estimate: EstimateData, level: Level, decimals: int) -> _Ring:
    name = interval_name(estimate.provenance, estimate.level)
    limits = interval_text(level.low, level.high, "share", decimals)
    lines = [f"{name} {limits}%"] if limits and name else []
    return _Ring(level, value_text(level.value, "share", decimals), (*lines, f"n = {people(level.n)}"))


def _table(
    rows: Sequence[Level], chosen: Level | None, known: dict[str, float], cites: str, decimals: int
) -> RowTable | None:
    if not rows:
        return None
    values = [v for r in rows for v in (r.value, r.low, r.high)] + list(known.values())
    axis = linear_axis(values, bounds=(0.0, 1.0))
    out = []
    for r in rows:
        here = chosen is None or r is chosen
        marks = [Mark("focus" if here else "other", r.value, r.low, r.high)]
        if r.key in known:
            marks.append(Mark("published", known[r.key]))
        cells = (
            Cell(value_text(r.value, "share", decimals), "bold", ACCENT if r is chosen else INK),
            Cell(people(r.n), colour=MUTED),
        )
        out.append(Row(r.label, tuple(marks), cells, strong=r is chosen, tint=r is chosen))
    series = [_HERE if chosen else replace(_HERE, whisker=WHISKER), _OTHER]
    if known:
        series.append(replace(references.SERIES, label=cites, offset=0.14))
    return RowTable(
        rows=tuple(out),
        series=tuple(series),
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, "share")),
        columns=(Column("", main=True), Column("n", inline="n = {}")),
        key=bool(known),
        name="headline",
        pitch=0.42,
    )


def _paint(sheet: Sheet, ring: _Ring, table: RowTable | None) -> None:
    top = sheet.y
    tall = 2 * _RADIUS + 0.36
    alone = table is None or sheet.narrow
    x = (sheet.left + sheet.right) / 2 if alone else sheet.left + _RADIUS + 0.2
    if table is None or sheet.narrow:
        _draw_ring(sheet, ring, x, top + tall / 2)
        sheet.y = top + tall
        _ring_key(sheet, ring, x)
        if table:
            sheet.y += 0.2
            draw_rows(sheet, table)
        return
    guess = 0.3 + len(table.rows) * table.pitch + (0.3 if table.key else 0.0)
    sheet.y = top + max((tall - guess) / 2, 0.0)
    draw_rows(sheet, table, left=sheet.left + 2 * _RADIUS + 0.55)
    bottom = max(sheet.y, top + tall)
    _draw_ring(sheet, ring, x, (top + bottom) / 2)
    sheet.y = bottom
    _ring_key(sheet, ring, x)


def _draw_ring(sheet: Sheet, ring: _Ring, x: float, y: float) -> None:
    share = ring.level.value
    for start, end, colour, name in ((0.0, 1.0, GRID, "ring-rest"), (0.0, share, ACCENT, "ring-share")):
        # On the sheet y points down, so an angle grows clockwise; -90 degrees is 12 o'clock.
        wedge = shapes.Wedge((x, y), _RADIUS, 360 * start - 90, 360 * end - 90, width=_THICK, linewidth=0)
        wedge.set_facecolor(colour)
        sheet.shape(wedge, name)
    if math.isfinite(ring.level.low) and math.isfinite(ring.level.high):
        _bracket(sheet, x, y, ring.level.low, ring.level.high)
    if ring.published is not None:
        turn, middle = 2 * math.pi * ring.published, _RADIUS - _THICK / 2
        _diamond(sheet, x + middle * math.sin(turn), y - middle * math.cos(turn), "ring-published")
    _number(sheet, ring, x, y)


def _diamond(sheet: Sheet, x: float, y: float, name: str) -> None:
    corners = [(x, y - 0.08), (x + 0.08, y), (x, y + 0.08), (x - 0.08, y)]
    sheet.shape(
        shapes.Polygon(corners, facecolor=PAPER, edgecolor=references.SERIES.colour, linewidth=1.6), name
    )


def _ring_key(sheet: Sheet, ring: _Ring, x: float) -> None:
    """What the diamond on the ring means, below the ring."""
    if ring.published is None:
        return
    size = sheet.sizes.small
    half = min(x - sheet.left, sheet.right - x)
    lines = wrap(ring.cites, 2 * half - 0.4, size)
    left = x - max(width_of(line, size) for line in lines) / 2
    _diamond(sheet, left - 0.08, sheet.y + line_height(size) / 2, "ring-key")
    sheet.y += sheet.lines(left + 0.08, sheet.y, lines, size=size, colour=MUTED, middle=False)


def _bracket(sheet: Sheet, x: float, y: float, low: float, high: float) -> None:
    radius, half = _RADIUS + 0.11, 0.05
    turns = [2 * math.pi * (low + (high - low) * i / 59) for i in range(60)]
    arc = ([x + radius * math.sin(t) for t in turns], [y - radius * math.cos(t) for t in turns])
    sheet.rule(*arc, width=1.5, name="ring-interval")
    for turn in (turns[0], turns[-1]):
        ends = (radius - half, radius + half)
        sheet.rule([x + r * math.sin(turn) for r in ends], [y - r * math.cos(turn) for r in ends], width=1.5)


def _number(sheet: Sheet, ring: _Ring, x: float, y: float) -> None:
    inside = 2 * (_RADIUS - _THICK) - 0.3
    size = sheet.sizes.number
    while width_of(ring.number, size, "bold") > inside:
        size -= 1
    sheet.text(
        x, y - 0.17, ring.number, size=size, weight="bold", colour=ACCENT, align="center", name="ring-number"
    )
    below = y + 0.34
    for i, line in enumerate(ring.lines):
        used = wrap(line, inside + 0.1, sheet.sizes.label)
        colour = MUTED if i == len(ring.lines) - 1 else INK
        for part in used:
            sheet.text(x, below, part, colour=colour, align="center")
            below += line_height(sheet.sizes.label)
