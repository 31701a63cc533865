"""Specification curve: every analysis path in order with its interval, and below it the choices it took."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from survey_analysis.errors import closest
from survey_analysis.figures.axis import linear_axis, tick_texts
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.style import ACCENT, GRID, INK, MUTED, QUIET, RULE, SECOND, line_height
from survey_analysis.figures.text import width_of, wrap
from survey_analysis.results.estimate import Unit
from survey_analysis.results.robustness import RobustnessData, Target
from survey_analysis.robustness.conclude import limit_of
from survey_analysis.robustness.judge import flips, of_target
from survey_analysis.wording.numbers import count, percent
from survey_analysis.wording.phrases import in_sentence

MOST_DRAWN: Final = 240
"""Paths drawn; of more, evenly spaced ones (the declared path always)."""
_CURVE: Final = 1.75  # inches
_ROW: Final = 0.175
_TICK: Final = 0.105


@dataclass(frozen=True, eq=False)
class _Strip:
    """What is drawn: the paths in order, and the rows of choices below."""

    rows: pd.DataFrame  # sorted by estimate, column "rank" from 0 to 1
    options: pd.DataFrame
    labels: dict[str, str]
    reference: float | None
    unit: Unit
    difference: bool
    axis_title: str
    note: str


def robustness(data: RobustnessData, caption: Caption, *, target: str | None = None) -> Chart:
    """Estimates of all analysis paths, sorted, with intervals; a matrix of the choices of each below.

    Parameters
    ----------
    data
        Analysis paths.
    caption
        The texts around the figure.
    target
        Which comparison or level; needed where there are several.

    Raises
    ------
    FigureError
        No such comparison or level, or several and none named.
    """
    strip = _strip(data, chosen_target(data, target))
    return Chart("robustness", caption, lambda sheet: _paint(sheet, strip))


def chosen_target(data: RobustnessData, name: str | None) -> Target:
    """The target that is drawn."""
    known = [t.name for t in data.targets]
    if name is None and len(known) == 1:
        return data.targets[0]
    if name is None:
        raise FigureError(
            f"The strip shows one comparison or level; there are {len(known)}.",
            hint=f"address one, as in found[{data.targets[0].a!r}].plot().",
        )
    for t in data.targets:
        if name in (t.name, t.a):
            return t
    raise FigureError(f"There is no comparison or level '{name}'.", hint=closest(name, known))


def _strip(data: RobustnessData, target: Target) -> _Strip:
    rows = of_target(data, target.name)
    rows = rows[np.isfinite(rows["estimate"])].assign(declared=rows["path"] == 0)
    rows = rows.sort_values(["estimate", "path"], kind="stable").reset_index(drop=True)
    rows["rank"] = (np.arange(len(rows)) + 0.5) / len(rows)
    total = len(rows)
    if total > MOST_DRAWN:
        places = np.unique(np.linspace(0, total - 1, MOST_DRAWN).round().astype(int))
        rows = rows.loc[sorted({*places.tolist(), *np.flatnonzero(rows["declared"]).tolist()})]
    notes = (
        [f"{count(len(rows))} of {count(total)} paths drawn, evenly spaced in their order."]
        if len(rows) < total
        else []
    )
    reference = 0.0 if data.kind == "difference" else data.value
    if reference is None:
        reference = limit_of(str(rows.loc[rows["declared"], "conclusion"].iloc[0]))
    name = f"{in_sentence(target.a)} − {in_sentence(target.b)}" if target.b else in_sentence(target.a)
    unit = "Difference in points" if data.topic.unit == "share" else "Difference on the scale"
    if data.kind == "level":
        unit = "Share" if data.topic.unit == "share" else "Mean"
    return _Strip(
        rows,
        flips(data, target.name),
        {d.name: d.label for d in data.varied},
        reference,
        data.topic.unit,
        data.kind == "difference",
        f"{unit}, {name}",
        " ".join(notes),
    )


def _paint(sheet: Sheet, strip: _Strip) -> None:
    names = [width_of(str(o), sheet.sizes.small) for o in strip.options["option"]]
    labels = 0.42 if sheet.narrow else min(max([0.8, *names]) + 0.55, 2.7)
    holds = 0.0 if sheet.narrow else 0.62
    left, right = sheet.left + labels, sheet.right - holds
    _curve(sheet, strip, left, right)
    _matrix(sheet, strip, left, right)
    if strip.note:
        sheet.y += 0.08
        sheet.paragraph(strip.note, size=sheet.sizes.small, colour=MUTED, name="drawn")


def _curve(sheet: Sheet, strip: _Strip, left: float, right: float) -> None:
    rows, size = strip.rows, sheet.sizes.small
    sheet.y += 0.06 + sheet.lines(
        sheet.left,
        sheet.y,
        wrap(strip.axis_title, sheet.span, size, "regular"),
        size=size,
        colour=MUTED,
        middle=False,
        name="axis-title",
    )
    _key(sheet, strip)
    values = [*rows["conf_low"], *rows["conf_high"], *([] if strip.reference is None else [strip.reference])]
    bounds = (0.0, 1.0) if strip.unit == "share" and not strip.difference else None
    axis = linear_axis([v for v in values if math.isfinite(v)], bounds=bounds, most=5, pad=0.04)
    top, height = sheet.y + 0.1, _CURVE

    def down(value: float) -> float:
        return height * (axis.high - value) / (axis.high - axis.low)

    for tick, text in zip(
        axis.ticks, tick_texts(axis.ticks, strip.unit, difference=strip.difference), strict=True
    ):
        y = top + down(tick)
        sheet.rule([left, right], [y, y], colour=GRID, width=0.7, behind=True)
        sheet.text(left - 0.1, y, text, size=size, colour=MUTED, align="right", name="tick")
    if strip.reference is not None and axis.low <= strip.reference <= axis.high:
        y = top + down(strip.reference)
        sheet.rule([left, right], [y, y], colour=INK, width=1.0, dashes=(3, 2), name="reference")
    panel = sheet.panel(left, top, right - left, height, (0, 1), name="curve")
    _intervals(panel, rows, down)
    sheet.y = top + height + 0.16


def _intervals(panel: Axes, rows: pd.DataFrame, at: Callable[[float], float]) -> None:
    """Estimates and intervals; `at` gives a value as inches from the top of the panel."""
    x = rows["rank"].to_numpy()
    width = 1.1 if len(rows) > 120 else 1.6
    for same, colour in ((True, ACCENT), (False, SECOND)):
        some = (rows["same"] == same).to_numpy()
        if not some.any():
            continue
        lines = [
            [(a, at(low)), (a, at(high))]
            for a, low, high in zip(x[some], rows["conf_low"][some], rows["conf_high"][some], strict=True)
            if math.isfinite(low) and math.isfinite(high)
        ]
        panel.add_collection(
            LineCollection(lines, colors=QUIET if same else "#E5C3AE", linewidths=width, zorder=2)
        )
        y = [at(v) for v in rows["estimate"][some]]
        panel.scatter(
            x[some], y, s=9 if same else 12, color=colour, marker="o" if same else "X", linewidths=0, zorder=3
        )
    first = rows[rows["declared"]].iloc[0]
    panel.scatter(
        [first["rank"]], [at(first["estimate"])], s=58, marker="D", color=INK, linewidths=0.9,
        edgecolors="white", zorder=5, clip_on=False, gid="declared",
    )  # fmt: skip


def _key(sheet: Sheet, strip: _Strip) -> None:
    """What the marks mean, on one line; on two where the sheet is narrow."""
    size = sheet.sizes.small
    entries = [("D", INK, "Declared path"), ("o", ACCENT, "Same conclusion")]
    if not strip.rows["same"].all():
        entries.append(("X", SECOND, "Another conclusion"))
    x = sheet.left
    for marker, colour, text in entries:
        if sheet.narrow and x + 0.2 + len(text) * 0.075 > sheet.right:
            x, sheet.y = sheet.left, sheet.y + line_height(size) + 0.03
        mark = sheet.panel(x, sheet.y, 0.14, 0.16, (0, 1))
        mark.scatter([0.5], [0.08], s=26, marker=marker, color=colour, linewidths=0)
        sheet.text(x + 0.2, sheet.y + 0.08, text, size=size, colour=INK, name="key")
        x += 0.2 + len(text) * 0.075 + 0.22
    sheet.y += 0.2


def _matrix(sheet: Sheet, strip: _Strip, left: float, right: float) -> None:
    """One line of ticks an option: the paths that took it, and in how many of them the conclusion holds."""
    size = sheet.sizes.small
    sheet.rule([sheet.left, sheet.right], [sheet.y, sheet.y], colour=RULE, width=0.8)
    top, last = sheet.y, ""
    places: list[tuple[pd.DataFrame, float]] = []
    for row in strip.options.to_dict("records"):
        if row["dimension"] != last:
            first, last = not last, str(row["dimension"])
            sheet.y += 0.13
            sheet.text(sheet.left, sheet.y, strip.labels[last], size=size, weight="semibold", name="decision")
            if first and not sheet.narrow:
                sheet.text(
                    sheet.right,
                    sheet.y,
                    "Holds in",
                    size=size,
                    weight="semibold",
                    align="right",
                    name="holds-head",
                )
            sheet.y += 0.17
        middle = _label(sheet, row, left)
        sheet.rule([left, right], [middle, middle], colour=GRID, width=0.7, behind=True)
        places.append((strip.rows[strip.rows[last] == row["option"]], middle - top))
    panel = sheet.panel(left, top, right - left, sheet.y - top, (0, 1), name="choices")
    for same, colour in ((True, ACCENT), (False, SECOND)):
        lines = [
            [
                (x, middle if not same else middle - _TICK / 2),
                (x, middle + _TICK / 2),
            ]  # shorter: told without colour
            for rows, middle in places
            for x in rows.loc[rows["same"] == same, "rank"]
        ]
        panel.add_collection(LineCollection(lines, colors=colour, linewidths=1.15, zorder=2))


def _label(sheet: Sheet, row: Mapping[Any, Any], left: float) -> float:
    """Name of an option and in how many of its paths the conclusion holds; the middle of its line of ticks."""
    size, label = sheet.sizes.small, str(row["option"])
    holds = percent(row["same"]) if math.isfinite(row["same"]) else "–"
    x = sheet.left + 0.1
    if sheet.narrow:
        lines = wrap(f"{label}: holds in {holds}", sheet.right - x, size, "regular")
        sheet.y += (
            sheet.lines(x, sheet.y - 0.06, lines, size=size, colour=MUTED, middle=False, name="option") - 0.02
        )
        middle = sheet.y + 0.02
        sheet.y += _TICK + 0.1
        return middle
    lines = wrap(label, left - sheet.left - 0.25, size, "regular")
    height = max(_ROW, len(lines) * line_height(size)) - 0.07
    middle = sheet.y + height / 2 - 0.06
    sheet.lines(x, middle, lines, size=size, colour=MUTED, name="option")
    sheet.text(sheet.right, middle, holds, size=size, align="right", name="holds")
    sheet.y += height + 0.075
    return middle
