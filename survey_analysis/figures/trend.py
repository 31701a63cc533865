"""A question over waves: a line with its interval band, marks where a change may be called so."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

from survey_analysis.figures import row_labels
from survey_analysis.figures.axis import Scale, linear_axis, tick_texts, value_text
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.row_marks import dots
from survey_analysis.figures.rows import Series
from survey_analysis.figures.style import CATEGORIES, GRID, INK, MUTED, line_height
from survey_analysis.figures.text import width_of, wrap
from survey_analysis.results.estimate import Unit
from survey_analysis.results.waves import TrendData
from survey_analysis.wording.intervals import interval_allowed

_MARKERS: Final = ("o", "s", "D", "^", "v", "P")
_HEIGHT: Final = 2.6
_BAND: Final = 0.16


def trend(data: TrendData, caption: Caption) -> Chart:
    """Lines of a question by wave.

    The filled mark of a wave stands for a change since the wave before that a test licenses; the others are
    hollow. The band is the interval, where one may be shown. One line has its values beside the marks.

    Parameters
    ----------
    data
        A question over waves.
    caption
        The texts around the figure.

    Raises
    ------
    FigureError
        Fewer than two waves have a value, or there are more lines than can be told apart.
    """
    names = list(dict.fromkeys(data.rows["line"].tolist()))
    if len(names) > len(CATEGORIES):
        raise FigureError(
            f"{len(names)} lines cannot be told apart.",
            where=f"at most {len(CATEGORIES)} lines",
            hint="follow some answers: answers=[...], or a top box.",
        )
    if data.rows.loc[data.rows["estimate"].notna(), "wave"].nunique() < 2:
        raise FigureError("Fewer than two waves have a value.", hint="show the one wave as an estimate.")

    def paint(sheet: Sheet) -> None:
        _paint(sheet, data, names)

    return Chart("trend", caption, paint)


def _paint(sheet: Sheet, data: TrendData, names: list[str]) -> None:
    series = [Series(n, n, CATEGORIES[k], marker=_MARKERS[k], area=46.0) for k, n in enumerate(names)]
    if len(series) > 1:
        row_labels.key(sheet, series, sheet.left)
    size, unit = sheet.sizes.small, data.topic.unit
    shown = interval_allowed(data.provenance)
    limits = ["estimate", "conf_low", "conf_high"] if shown else ["estimate"]
    every = data.rows[limits].to_numpy(dtype=float)
    bounds = (0.0, 1.0) if unit == "share" else None
    axis = linear_axis([float(v) for v in every[np.isfinite(every)]], bounds=bounds, most=6)
    ticks = tick_texts(axis.ticks, unit)
    left = sheet.left + max(width_of(t, size) for t in ticks) + 0.14
    right, top = sheet.right - 0.05, sheet.y + 0.18
    ends = Scale(axis.low, axis.high, 0.0, _HEIGHT)
    for tick, text in zip(axis.ticks, ticks, strict=True):
        y = top + _HEIGHT - ends.at(tick)
        sheet.rule([left, right], [y, y], colour=GRID, behind=True)
        sheet.text(left - 0.1, y, text, size=size, colour=MUTED, align="right")
    places = _places(len(data.waves))
    axes = sheet.panel(left, top, right - left, _HEIGHT, (0.0, 1.0), name="trend")
    for one in series:
        _line(axes, one, data, places, ends, shown=shown)
    if len(series) == 1:
        _values(sheet, data, places, ends, (left, right, top), unit)
    sheet.y = top + _HEIGHT + 0.08
    _waves(sheet, data, places, left, right)


def _places(waves: int) -> list[float]:
    """Places of the waves across the panel, half a step from its sides."""
    return [(i + 0.5) / waves for i in range(waves)]


def _line(axes: Any, one: Series, data: TrendData, places: list[float], ends: Scale, *, shown: bool) -> None:
    """Band, line and marks of one line; a wave that did not ask breaks it."""
    mine = data.rows[data.rows["line"] == one.key].set_index("wave").reindex(list(data.waves))
    y = [_down(ends, v) for v in mine["estimate"]]
    if shown:
        low, high = ([_down(ends, v) for v in mine[c]] for c in ("conf_low", "conf_high"))
        axes.fill_between(places, low, high, color=one.colour, alpha=_BAND, linewidth=0, zorder=1)
    axes.plot(places, y, color=one.colour, linewidth=2.0, zorder=2, gid=f"trend-{one.key}")
    marked = mine["marked"].eq(True).to_numpy()
    known = mine["estimate"].notna().to_numpy()
    for hollow, some in ((True, known & ~marked), (False, known & marked)):
        if some.any():
            mark = Series(one.key, one.label, one.colour, marker=one.marker, hollow=hollow, area=one.area)
            at = np.flatnonzero(some).tolist()
            dots(axes, mark, [places[i] for i in at], [y[i] for i in at], name=f"trend-mark-{one.key}")


def _down(ends: Scale, value: float) -> float:
    """Inches from the top of the panel; NaN stays."""
    return float("nan") if pd.isna(value) else _HEIGHT - ends.at(float(value))


def _values(
    sheet: Sheet,
    data: TrendData,
    places: list[float],
    ends: Scale,
    panel: tuple[float, float, float],
    unit: Unit,
) -> None:
    """Values of the only line where there is room, above its marks; below where the line comes down and goes up."""
    left, right, top = panel
    size = sheet.sizes.value
    last = -1.0
    heights = data.rows["estimate"].tolist()
    for i, (place, row) in enumerate(zip(places, data.rows.to_dict("records"), strict=True)):
        if pd.isna(row["estimate"]):
            continue
        text = value_text(float(row["estimate"]), unit)
        x, half = left + place * (right - left), width_of(text, size) / 2
        if x - half < last + 0.05:
            continue
        low = 0 < i < len(heights) - 1 and heights[i - 1] > heights[i] < heights[i + 1]
        y = top + _down(ends, float(row["estimate"])) + (0.2 if low else -0.2)
        sheet.text(
            x,
            y,
            text,
            size=size,
            colour=INK,
            weight="semibold" if row["marked"] else "regular",
            align="center",
        )
        last = x + half


def _waves(sheet: Sheet, data: TrendData, places: list[float], left: float, right: float) -> None:
    """Labels of the waves under the panel, wrapped to their room, and what the marks mean."""
    size = sheet.sizes.small
    room = (right - left) / len(places) - 0.06
    step = _step(list(data.waves), room, size)
    tallest = 0.0
    for i, (place, label) in enumerate(zip(places, data.waves, strict=True)):
        if i % step and i != len(places) - 1:
            continue
        if i == len(places) - 1 and i % step:
            continue
        lines = wrap(label, room * step, size)
        x = left + place * (right - left)
        for k, line in enumerate(lines):
            y = sheet.y + (k + 0.5) * line_height(size)
            sheet.text(x, y, line, size=size, colour=MUTED, align="center")
        tallest = max(tallest, len(lines) * line_height(size))
    sheet.y += tallest + 0.06
    told = "Filled mark: change since the wave before, tested and licensed; hollow: none, or not called so."
    for line in wrap(told, sheet.right - sheet.left, size):
        sheet.text(sheet.left, sheet.y + line_height(size) / 2, line, size=size, colour=MUTED)
        sheet.y += line_height(size)


def _step(labels: list[str], room: float, size: float) -> int:
    """Every how many waves are named, so that the longest word fits."""
    word = max((width_of(w, size) for label in labels for w in label.split()), default=0.0)
    step = 1
    while step < len(labels) and word > room * step:
        step += 1
    return step
