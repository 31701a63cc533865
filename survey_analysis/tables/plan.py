"""The table of a plan: one row a comparison under each assumption."""

from __future__ import annotations

import math

import pandas as pd

from survey_analysis.results.plan import PlanData
from survey_analysis.tables.estimates import MISSING
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.numbers import count, number, percent
from survey_analysis.wording.plan import NOBODY, family, size, value


def plan_table(data: PlanData, *, title: str = "", id_: str = "") -> Table:
    """Comparisons by base; the same people first."""
    columns = [Column(c) for c in ("Expected", "Difference", "Correlation", "deff", "In the base", "People")]
    if data.solved == "difference":
        columns += [Column("Power"), Column("Detectable")]
    rows: list[Row] = []
    for base, mine in data.rows.groupby("base", sort=False):
        rows.append(
            Row(
                {"same people": "Same people: who rated both", "own bases": "Own bases: all who rated each"}[
                    str(base)
                ],
                kind="section",
            )
        )
        rows += [_row(data, r) for _, r in mine.iterrows()]
    said = family(data)
    found = f" Detectable: smallest difference found with {percent(data.power)} power."
    notes = [
        f"{said[:1].upper()}{said[1:]}. deff: design effect, times that of the loop.",
        "People: analysed, of whom those in the base." + (found if data.solved == "difference" else ""),
        _fieldwork(data),
        NOBODY,
    ]
    return Table(
        id=id_ or "plan",
        title=title
        or (
            "People needed to compare sources"
            if data.solved == "n"
            else f"What {count(data.n)} people can find"
        ),
        columns=tuple(columns),
        rows=tuple(rows),
        notes=tuple(n for n in notes if n),
    )


def _row(data: PlanData, r: pd.Series) -> Row:
    stated = math.isfinite(r["difference"])
    loop = float(r["deff"] * r["deff_loop"])
    cells = [
        Cell(_expected(data, r)),
        Cell(size(data, r["difference"]) if stated else MISSING),
        Cell(f"{r['correlation']:g}", float(r["correlation"]), "0.00"),
        Cell(number(loop), loop, "0.00"),
        Cell(count(math.ceil(r["n_base"] - 1e-6)), float(r["n_base"]), "#,##0"),
        Cell(count(math.ceil(r["n"] - 1e-6)), float(r["n"]), "#,##0"),
    ]
    if data.solved == "difference":
        cells.append(Cell(percent(r["power"]), 100 * float(r["power"]), "0") if stated else Cell(MISSING))
        cells.append(Cell(size(data, r["detectable"]) if math.isfinite(r["detectable"]) else "none"))
    return Row(f"{r['a']} – {r['b']}", tuple(cells), indent=1)


def _expected(data: PlanData, r: pd.Series) -> str:
    """Both values, the level where no difference is stated, nothing where means have no level."""
    a, b = float(r["value_a"]), float(r["value_b"])
    if data.mean and (math.isnan(a) or abs(a + b) < 1e-12):
        return MISSING
    return value(data, b) if math.isnan(a) else f"{value(data, a)} / {value(data, b)}"


def _fieldwork(data: PlanData) -> str:
    if data.starts == data.n and data.invited is None:
        return ""
    invited = f", {count(data.invited)} invited" if data.invited is not None else ""
    return (
        f"{count(data.n)} analysed: {count(data.completes)} finished, {count(data.starts)} started{invited}."
    )
