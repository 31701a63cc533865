"""Power over the number of people: one line a comparison, its mark where the plan stands."""

from __future__ import annotations

from typing import Final

import pandas as pd

from survey_analysis.figures import row_labels
from survey_analysis.figures.axis import Scale, count_axis
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.layout import Sheet
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.row_marks import dots
from survey_analysis.figures.rows import Series
from survey_analysis.figures.style import CATEGORIES, GRID, INK, MUTED, line_height
from survey_analysis.results.plan import PlanData
from survey_analysis.wording.numbers import count, percent

_MARKERS: Final = ("o", "s", "D", "^", "v", "P")
_TICKS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_HEIGHT: Final = 2.7


def power(data: PlanData, caption: Caption) -> Chart:
    """Power of every comparison by people analysed.

    Parameters
    ----------
    data
        A plan.
    caption
        The texts around the figure.

    Raises
    ------
    FigureError
        There are more lines than can be told apart.
    """
    main = data.main
    if len(main) > len(CATEGORIES):
        raise FigureError(
            f"{len(main)} lines cannot be told apart.",
            where=f"{data.comparisons} comparisons under each assumption; at most {len(CATEGORIES)} lines",
            hint="plan with to=, or with one correlation and one design effect.",
        )

    def paint(sheet: Sheet) -> None:
        _paint(sheet, data, main)

    return Chart("power", caption, paint)


def _paint(sheet: Sheet, data: PlanData, main: pd.DataFrame) -> None:
    series = [
        Series(str(i), _label(data, row), CATEGORIES[k], marker=_MARKERS[k], area=46.0)
        for k, (i, (_, row)) in enumerate(zip(main.index.tolist(), main.iterrows(), strict=True))
    ]
    size = sheet.sizes.small
    if len(series) > 1:
        row_labels.key(sheet, series, sheet.left)
    left, right = sheet.left + 0.5, sheet.right - 0.2
    top = sheet.y + 0.05
    least, most = float(data.curves["n"].min()), float(data.curves["n"].max())
    axes = sheet.panel(left, top, right - left, _HEIGHT, (least, most), log=True, name="power")
    for value in _TICKS:
        y = top + _HEIGHT * (1 - value)
        sheet.rule([left, right], [y, y], colour=GRID, behind=True)
        sheet.text(left - 0.1, y, percent(value), size=size, colour=MUTED, align="right")
    wanted = _HEIGHT * (1 - data.power)
    axes.plot([least, most], [wanted, wanted], color=INK, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
    marks = zip(main["n"].tolist(), main["power"].tolist(), strict=True)
    where = {one.key: mark for one, mark in zip(series, marks, strict=True)}
    for one in series:
        mine = data.curves[data.curves["row"] == int(one.key)]
        heights = [_HEIGHT * (1 - p) for p in mine["power"]]
        axes.plot(
            mine["n"].tolist(), heights, color=one.colour, linewidth=2.0, zorder=2, gid=f"power-{one.key}"
        )
        n, reached = where[one.key]
        dots(axes, one, [n], [_HEIGHT * (1 - reached)], name=f"power-mark-{one.key}")
    sheet.y = top + _HEIGHT + 0.1
    ends = Scale(least, most, left, right, log=True)
    for tick in count_axis([least * 1.5, most / 1.5], most=5 if sheet.narrow else 9).ticks:
        x, y = ends.at(tick), sheet.y + line_height(size) / 2
        sheet.text(x, y, count(tick), size=size, colour=MUTED, align="center")
    sheet.y += line_height(size) * 1.1
    sheet.text(
        left,
        sheet.y + line_height(size) / 2,
        f"People analysed, log scale; dashed: {percent(data.power)} power",
        size=size,
        colour=MUTED,
    )
    sheet.y += line_height(size)


def _label(data: PlanData, row: pd.Series) -> str:
    told = [f"{row['a']} and {row['b']}"]
    for name, word in (("correlation", "correlation"), ("deff", "deff")):
        if len(set(data.main[name])) > 1:
            told.append(f"{word} {row[name]:g}")
    return ", ".join(told)
