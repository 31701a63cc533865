"""Drivers as rows: shares of R² by predictor, measures side by side; points in the top answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from survey_analysis.figures.axis import linear_axis, tick_texts
from survey_analysis.figures.draw_rows import painter
from survey_analysis.figures.errors import FigureError, one_of
from survey_analysis.figures.model import Caption, Chart
from survey_analysis.figures.rows import Cell, Column, Mark, Row, RowTable, Series
from survey_analysis.figures.style import ACCENT, INK, MUTED, SECOND, WHISKER
from survey_analysis.results.drivers import DriversData, Measure, PointsData
from survey_analysis.wording.drivers import MEASURES, group_name, of_group
from survey_analysis.wording.intervals import interval_allowed
from survey_analysis.wording.numbers import count, fixed, percent
from survey_analysis.wording.numbers import points as points_text

_MARKS: Final[dict[Measure, Series]] = {
    "lmg": Series("lmg", MEASURES["lmg"], ACCENT, "o", area=44.0, whisker=WHISKER),
    "johnson": Series("johnson", MEASURES["johnson"], SECOND, "D", hollow=True, area=30.0, thickness=1.6),
    "pratt": Series("pratt", MEASURES["pratt"], INK, "s", hollow=True, area=30.0, thickness=1.6),
}
_STEP: Final = 0.13


def drivers(result: DriversData, caption: Caption, *, sort: str = "scale") -> Chart:
    """Shares of R² with intervals, one row a predictor under the name of its group.

    Parameters
    ----------
    result
        Drivers with at least one measure that sums to R².
    caption
        The texts around the figure.
    sort
        Order of the rows in each group: "scale" as named, "estimate" largest first.

    Raises
    ------
    FigureError
        None of the measures has shares.
    """
    one_of("sort", sort, ("scale", "estimate"))
    shown: list[Measure] = [m for m in result.methods if m in _MARKS]
    if not shown:
        raise FigureError(
            "None of these measures sums to R², so there are no shares to draw.",
            where="measures: " + ", ".join(result.methods),
            hint='add "lmg" or "johnson" to method=, or read .table().',
        )
    limits = interval_allowed(result.provenance)
    series = tuple(
        Series(
            m, one.label, one.colour, one.marker, one.hollow, i * _STEP, one.area, one.whisker, one.thickness
        )
        for i, (m, one) in enumerate((m, _MARKS[m]) for m in shown)
    )
    out: list[Row] = []
    values: list[float] = [0.0]
    for fit in result.fits.to_dict("records"):
        rows = of_group(result.rows, result, fit)
        names = list(result.predictors)
        if sort == "estimate":
            mine = rows[rows["measure"] == shown[0]].sort_values("share", ascending=False, kind="stable")
            names = [(r["predictor"], r["label"]) for r in mine.to_dict("records")]
        for i, (name, label) in enumerate(names):
            found = {r["measure"]: r for r in rows[rows["predictor"] == name].to_dict("records")}
            marks = tuple(_mark(found[m], m, limits) for m in shown)
            values += [v for m in marks for v in (m.value, m.low, m.high) if math.isfinite(v)]
            cells = tuple(
                Cell(percent(found[m]["share"]), "semibold" if m == shown[0] else "regular") for m in shown
            )
            out.append(Row(label, marks, cells, heading=group_name(result, fit) if i == 0 else ""))
    axis = linear_axis(values, bounds=(min(0.0, *values), 1.0))
    return Chart("drivers", caption, painter(RowTable(
        rows=tuple(out),
        series=series,
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, "share")),
        columns=tuple(Column(s.label, inline=s.label + " {}", main=i == 0, series=s.key) for i, s in enumerate(series)),
        key_narrow=True,
        axis_title="Share of R²",
                note=_fits(result),
        name="drivers",
        pitch=0.4,
    )))  # fmt: skip


def _mark(row: Mapping[Any, Any], measure: str, limits: bool) -> Mark:
    low, high = (row["share_low"], row["share_high"]) if limits else (math.nan, math.nan)
    return Mark(measure, float(row["share"]), float(low), float(high))


def _fits(result: DriversData) -> str:
    """R² and base of every group, below the rows: a heading has no room for them."""
    said = []
    for fit in result.fits.to_dict("records"):
        name = group_name(result, fit)
        said.append(f"{name + ' ' if name else ''}{fixed(fit['r2'], 2)} (n = {count(fit['n'])})")
    return f"R²: {'; '.join(said)}."


def points(result: PointsData, caption: Caption) -> Chart:
    """Points in the share of the top answers, one row a predictor under the name of its group."""
    limits = interval_allowed(result.provenance)
    out: list[Row] = []
    values: list[float] = [0.0]
    last = None
    for row in result.rows.to_dict("records"):
        name = group_name(result, row)
        ends = (row["conf_low"], row["conf_high"]) if limits else (math.nan, math.nan)
        values += [v for v in (row["estimate"], *ends) if math.isfinite(v)]
        heading = name if name != last else ""
        cells = (Cell(points_text(row["estimate"]), "bold", INK), Cell(count(row["n"]), colour=MUTED))
        out.append(Row(str(row["label"]), (Mark("points", row["estimate"], *ends),), cells, heading=heading))
        last = name
    axis = linear_axis(values)
    return Chart("points", caption, painter(RowTable(
        rows=tuple(out),
        series=(Series("points", "Points", whisker=WHISKER),),
        axis=axis,
        ticks=tuple(tick_texts(axis.ticks, "share", difference=True)),
        columns=(Column("Points", main=True), Column("n", inline="n = {}")),
        reference=(0.0, "no difference"),
        reference_colour=MUTED,
        axis_title="Percentage points",
        name="points",
        pitch=0.34,
    )))  # fmt: skip
