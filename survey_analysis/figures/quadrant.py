"""Quadrant chart: share of R² across, mean score up, medians as lines; one panel a group."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from survey_analysis.figures.axis import Axis, Scale, linear_axis, tick_texts
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.placing import Box, Placed, place
from survey_analysis.figures.row_marks import dots
from survey_analysis.figures.rows import Series
from survey_analysis.figures.style import ACCENT, GRID, INK, MUTED, QUIET, RULE, cap_height, line_height
from survey_analysis.figures.text import width_of, wrap
from survey_analysis.results.drivers import DriversData
from survey_analysis.wording.drivers import MEASURES, group_name, main_measure, of_group
from survey_analysis.wording.intervals import interval_allowed
from survey_analysis.wording.numbers import count, fixed

_MARK: Final = Series("drivers", "", ACCENT, area=44.0)
_MOST: Final = 8  # panels
_BESIDE: Final = 6  # predictors that a panel of half the width has room for
_LINE: Final = 0.03  # inches on either side of a line that labels keep off


@dataclass(frozen=True)
class _Panel:
    """One group: its heading and points."""

    heading: str
    points: pd.DataFrame  # label, x, x_low, x_high, y, y_low, y_high
    y: Axis


@dataclass(frozen=True)
class _Plan:
    """Panels on one axis of shares, each with its own axis of means."""

    panels: tuple[_Panel, ...]
    x: Axis
    x_title: str
    y_title: str
    intervals: bool


def quadrant(result: DriversData, caption: Caption) -> Chart:
    """Share of R² against mean score of each predictor, medians of the panel as dashed lines.

    Parameters
    ----------
    result
        Drivers with at least one measure that sums to R², predictors on one scale.
    caption
        The texts around the figure.

    Raises
    ------
    FigureError
        No shares, predictors on scales of different length, or too many groups.
    """
    measure = main_measure(result)
    if not result.rows.loc[result.rows["measure"] == measure, "share"].notna().any():
        raise FigureError(
            "None of these measures sums to R², so there are no shares to draw.",
            where="measures: " + ", ".join(result.methods),
            hint='add "lmg" or "johnson" to method=.',
        )
    if not result.one_scale:
        raise FigureError(
            "The predictors are not on one scale, so their means cannot stand on one axis.",
            where=", ".join(label for _, label in result.predictors[:8]),
            hint='draw .plot("drivers"), or take predictors of one scale.',
        )
    if len(result.fits) > _MOST:
        raise FigureError(
            f"{len(result.fits)} groups are too many panels.",
            where=f"at most {_MOST}",
            hint="filter with where=.",
        )
    shown = interval_allowed(result.provenance)
    panels = tuple(_panel(result, fit, measure, shown=shown) for fit in result.fits.to_dict("records"))
    every = pd.concat([p.points for p in panels])
    xs = every[["x", "x_low", "x_high"] if shown else ["x"]].to_numpy().ravel()
    plan = _Plan(
        panels,
        linear_axis(xs, pad=0.12),
        f"Share of R² ({MEASURES[measure]})",
        "Mean score",
        shown,
    )
    return Chart("quadrant", caption, lambda sheet: _paint(sheet, plan))


def _panel(result: DriversData, fit: Mapping[Any, Any], measure: str, *, shown: bool) -> _Panel:
    rows = of_group(result.rows, result, fit)
    rows = rows[rows["measure"] == measure]
    levels = of_group(result.levels, result, fit).set_index("predictor")
    mean = levels.loc[rows["predictor"]]
    table = pd.DataFrame({
        "label": rows["label"].tolist(), "x": rows["share"].tolist(), "x_low": rows["share_low"].tolist(),
        "x_high": rows["share_high"].tolist(), "y": mean["estimate"].tolist(), "y_low": mean["conf_low"].tolist(),
        "y_high": mean["conf_high"].tolist(),
    })  # fmt: skip
    r2 = f"R² {fixed(fit['r2'], 2)}, n = {count(fit['n'])}"
    name = group_name(result, fit)
    ys = table[["y", "y_low", "y_high"] if shown else ["y"]].to_numpy().ravel()
    axis = linear_axis(ys, bounds=result.scale_range, pad=0.25)
    return _Panel(f"{name}: {r2}" if name else r2, table, axis)


@dataclass(frozen=True)
class _Spot:
    """One panel in inches: its scales, the middles of its marks, lines that labels keep off."""

    across: Scale
    down: Scale
    room: Box
    middle: tuple[float, float]
    points: tuple[tuple[float, float], ...]
    intervals: tuple[tuple[Box, Box], ...]

    @property
    def lines(self) -> list[Box]:
        """Medians and intervals as thin boxes."""
        (x, y), (left, top, right, bottom) = self.middle, self.room
        medians = [(x, top, x, bottom), (left, y, right, y)]
        return [
            (a - _LINE, b - _LINE, c + _LINE, d + _LINE)
            for a, b, c, d in [*medians, *(box for pair in self.intervals for box in pair)]
        ]


def _spot(plan: _Plan, panel: _Panel, left: float, top: float, width: float, height: float) -> _Spot:
    across = Scale(plan.x.low, plan.x.high, left, left + width)
    down = Scale(panel.y.high, panel.y.low, top, top + height)
    table = panel.points
    points = tuple((across.at(x), down.at(y)) for x, y in zip(table["x"], table["y"], strict=True))
    intervals = [
        (
            (across.at(r["x_low"]), y, across.at(r["x_high"]), y),
            (x, down.at(r["y_high"]), x, down.at(r["y_low"])),
        )
        for r, (x, y) in zip(table.to_dict("records"), points, strict=True)
        if plan.intervals and all(math.isfinite(r[c]) for c in ("x_low", "x_high", "y_low", "y_high"))
    ]
    middle = across.at(float(table["x"].median())), down.at(float(table["y"].median()))
    return _Spot(across, down, (left, top, left + width, top + height), middle, points, tuple(intervals))


def _paint(sheet: Sheet, plan: _Plan) -> None:
    many = max(len(p.points) for p in plan.panels)
    across = 1 if sheet.narrow or len(plan.panels) == 1 or many > _BESIDE else 2
    size = sheet.sizes.small
    ticks = [t for p in plan.panels for t in tick_texts(p.y.ticks, "score")]
    gutter = max(width_of(t, size) for t in ticks) + 0.14
    gap = 0.42
    width = (sheet.span - across * gutter - (across - 1) * gap) / across
    height = 2.9 if sheet.narrow else 3.7 if across == 1 else 2.55
    names = [wrap(t, 0.45 * width, size) for t in plan.panels[0].points["label"]]
    spots = [_spot(plan, p, 0.0, 0.0, width, height) for p in plan.panels]
    texts, (placed, fit) = names, _placed(spots, names, size)
    if not fit:
        texts = [[fixed(i + 1)] for i in range(many)]
        placed, _ = _placed(spots, texts, size)
    for start in range(0, len(plan.panels), across):
        sheet.y += 0.26 if start else 0.0
        bottoms = []
        top = sheet.y
        for column, panel in enumerate(plan.panels[start : start + across]):
            left = sheet.left + gutter + column * (width + gutter + gap)
            sheet.y = top
            words = list(zip(texts, placed[start + column], strict=True))
            _draw(sheet, plan, panel, left, (width, height), words, titled=column == 0)
            bottoms.append(sheet.y)
        sheet.y = max(bottoms)
    if not fit:
        _key(sheet, plan.panels[0].points["label"].tolist())


def _draw(
    sheet: Sheet,
    plan: _Plan,
    panel: _Panel,
    left: float,
    extent: tuple[float, float],
    words: Sequence[tuple[Sequence[str], Placed]],
    *,
    titled: bool,
) -> None:
    sizes, small, (width, height) = sheet.sizes, sheet.sizes.small, extent
    lines = wrap(panel.heading, width, sizes.heading, "semibold")
    sheet.y += sheet.lines(
        left, sheet.y, lines, size=sizes.heading, weight="semibold", colour=ACCENT, middle=False
    )
    sheet.y += 0.04
    if titled:
        sheet.text(left, sheet.y + line_height(small) / 2, f"{plan.y_title}, up", size=small, colour=MUTED)
    sheet.y += line_height(small) + 0.05
    spot = _spot(plan, panel, left, sheet.y, width, height)
    _, top, right, bottom = spot.room
    axes = sheet.panel(left, top, width, height, (plan.x.low, plan.x.high), name="quadrant")
    for value, text in zip(panel.y.ticks, tick_texts(panel.y.ticks, "score"), strict=True):
        y = spot.down.at(value)
        sheet.rule((left, right), (y, y), colour=GRID, width=0.9, behind=True)
        sheet.text(left - 0.08, y, text, size=small, colour=MUTED, align="right", name="tick")
    x0, y0 = spot.middle
    for xs, ys in (((x0, x0), (top, bottom)), ((left, right), (y0, y0))):
        sheet.rule(xs, ys, colour=MUTED, width=1.0, dashes=(4, 3), behind=True, name="median")
    for a, b, c, d in (box for pair in spot.intervals for box in pair):
        sheet.rule((a, c), (b, d), colour=QUIET, width=2.0, behind=True, name="interval")
    dots(axes, _MARK, panel.points["x"].tolist(), [y - top for _, y in spot.points], name="quadrant-point")
    _labels(sheet, spot, words)
    sheet.y = bottom
    sheet.rule((left, right), (bottom, bottom), colour=RULE, width=1.0, behind=True)
    _ticks(sheet, plan, spot.across, titled=titled, left=left)


def _placed(
    spots: Sequence[_Spot], texts: Sequence[Sequence[str]], size: float
) -> tuple[list[list[Placed]], bool]:
    """Where the labels of every panel stand, from the panel's corner, and whether all are free."""
    found = [place(s.points, [_size(t, size) for t in texts], s.room, lines=s.lines) for s in spots]
    return [labels for labels, _ in found], all(free for _, free in found)


def _labels(sheet: Sheet, spot: _Spot, labels: Sequence[tuple[Sequence[str], Placed]]) -> None:
    """Names, or numbers where names do not fit, beside the points."""
    size = sheet.sizes.small
    for (x, y), (words, relative) in zip(spot.points, labels, strict=True):
        label = replace(relative, left=relative.left + spot.room[0], top=relative.top + spot.room[1])
        if label.ring:
            near = label.leader((x, y))[1]
            sheet.rule((x, near[0]), (y, near[1]), colour=MUTED, width=0.7, behind=True, name="leader")
        left = label.left + label.width < x
        anchor = label.left + label.width if left else label.left
        sheet.lines(
            anchor, label.top, words, size=size, colour=INK, align="right" if left else "left", middle=False,
            name="quadrant-label",
        )  # fmt: skip


def _key(sheet: Sheet, labels: Sequence[str]) -> None:
    """What the numbers stand for, as many on a line as fit."""
    size = sheet.sizes.small
    lines: list[str] = []
    for i, label in enumerate(labels):
        one = f"{fixed(i + 1)} {label}"
        joined = f"{lines[-1]} · {one}" if lines else one
        if lines and width_of(joined, size) <= sheet.span:
            lines[-1] = joined
        else:
            lines += wrap(one, sheet.span, size)
    sheet.y += 0.09
    sheet.y += sheet.lines(
        sheet.left, sheet.y, lines, size=size, colour=MUTED, middle=False, name="quadrant-key"
    )


def _size(lines: Sequence[str], size: float) -> tuple[float, float]:
    return max(width_of(line, size) for line in lines) + 0.02, len(lines) * line_height(size)


def _ticks(sheet: Sheet, plan: _Plan, across: Scale, *, titled: bool, left: float) -> None:
    size = sheet.sizes.small
    y = sheet.y + 0.06 + cap_height(size)
    last = -math.inf
    for value, text in zip(plan.x.ticks, tick_texts(plan.x.ticks, "share"), strict=True):
        x, half = across.at(value), width_of(text, size) / 2
        if x - half < last + 0.06:
            continue
        sheet.text(x, y, text, size=size, colour=MUTED, align="center", name="tick")
        last = x + half
    sheet.y = y + line_height(size) / 2
    if titled:
        sheet.text(left, sheet.y + line_height(size) / 2, f"{plan.x_title}, across", size=size, colour=MUTED)
    sheet.y += line_height(size)
