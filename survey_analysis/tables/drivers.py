"""Tables of drivers: measures side by side by group, and points in the top answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from survey_analysis.results.drivers import DriversData, Measure, PointsData, Pooling
from survey_analysis.tables.estimates import MISSING, anchor
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.driver_points import notes_points, title_points
from survey_analysis.wording.drivers import (
    MEASURES,
    common_base,
    group_name,
    notes_drivers,
    of_group,
    title,
)
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.numbers import count, fixed, p_value, percent_interval, points

_KINDS: Final[dict[Pooling, str]] = {
    "no": "",
    "source-fixed-effects": "within-source",
    "within-person": "within-person",
    "between-and-within": "pooled",
}


def drivers_table(result: DriversData, *, title_: str = "", id_: str = "") -> Table:
    """Shares of R² (or values of measures that have none) with intervals, coefficient and mean, by group."""
    shown = interval_allowed(result.provenance)
    label = label_of(result.provenance, level=result.level, length="short")
    shared = [
        m for m in result.methods if result.rows.loc[result.rows["measure"] == m, "share"].notna().any()
    ]
    columns: list[Column] = []
    for m in result.methods:
        columns.append(Column(MEASURES[m] + (", % of R²" if m in shared else "")))
        if shown:
            columns.append(Column(label, span=""))
    if "beta" not in result.methods:
        columns.append(Column(MEASURES["beta"]))
    columns.append(Column("Mean"))
    body: list[Row] = []
    for fit in result.fits.to_dict("records"):
        body.append(Row(_heading(result, fit, shown), kind="section"))
        rows, levels = of_group(result.rows, result, fit), of_group(result.levels, result, fit)
        for name, text in result.predictors:
            mine = rows[rows["predictor"] == name]
            cells = [c for m in result.methods for c in _measured(mine, m, m in shared, shown)]
            if "beta" not in result.methods:
                cells.append(_number(float(mine["beta"].iloc[0]), 2))
            cells.append(_number(float(levels.loc[levels["predictor"] == name, "estimate"].iloc[0]), 2))
            body.append(Row(text, tuple(cells), indent=1))
    return Table(
        id=id_ or anchor("associations", result.topic.question, _KINDS[result.pooled]),
        title=title_ or title(result),
        columns=tuple(columns),
        rows=tuple(body),
        notes=notes_drivers(result),
        base=f"{common_base(result)}, complete answers",
        stub="Predictor",
    )


def _heading(result: DriversData, fit: Mapping[Any, Any], shown: bool) -> str:
    name = group_name(result, fit) or "All"
    limits = f" ({fixed(fit['r2_low'], 2)}–{fixed(fit['r2_high'], 2)})" if shown else ""
    ratings = f", {count(fit['n_ratings'])} ratings" if fit["n_ratings"] != fit["n"] else ""
    return f"{name}: R² {fixed(fit['r2'], 2)}{limits}, n = {count(fit['n'])}{ratings}"


def _measured(rows: pd.DataFrame, measure: Measure, shared: bool, shown: bool) -> list[Cell]:
    row = rows[rows["measure"] == measure].iloc[0]
    value, low, high = (
        (row["share"], row["share_low"], row["share_high"])
        if shared
        else (row["estimate"], row["conf_low"], row["conf_high"])
    )
    if pd.isna(value):
        return [Cell(MISSING)] * (1 + shown)
    if shared:
        made = [Cell(fixed(100 * value), float(value), "0%"), Cell(percent_interval(low, high))]
    else:
        made = [_number(float(value), 3), Cell(f"{fixed(low, 3)} to {fixed(high, 3)}")]
    return made[: 1 + shown]


def _number(value: float, decimals: int) -> Cell:
    return Cell(fixed(value, decimals), value, "0." + "0" * decimals)


def points_table(result: PointsData, *, title_: str = "", id_: str = "") -> Table:
    """Points in the share with each predictor higher, interval, p, by group."""
    shown = interval_allowed(result.provenance)
    columns = [Column("Points")]
    if shown:
        columns += [Column(label_of(result.provenance, level=result.level, length="short")), Column("p")]
    if result.per == "sd":
        columns.append(Column("SD"))
    body: list[Row] = []
    section = None
    for row in result.rows.to_dict("records"):
        name = group_name(result, row)
        if name != section:
            section = name
            body.append(Row(f"{name or 'All'}: n = {count(row['n'])}", kind="section"))
        cells = [Cell(points(row["estimate"], 1), 100 * row["estimate"], "0.0")]
        if shown:
            p = row["p_value"]
            cells.append(Cell(percent_interval(row["conf_low"], row["conf_high"], 1)))
            cells.append(Cell(MISSING) if pd.isna(p) else Cell(p_value(p), p, "0.000"))
        if result.per == "sd":
            cells.append(_number(row["size"], 2))
        body.append(Row(str(row["label"]), tuple(cells), indent=1))
    return Table(
        id=id_ or anchor("points", result.topic.question, result.per),
        title=title_ or title_points(result),
        columns=tuple(columns),
        rows=tuple(body),
        notes=notes_points(result),
        base=f"{common_base(result)}, complete answers",
        stub="Predictor",
    )
