"""Two runs side by side: the inputs that do not agree, the numbers that moved."""

from __future__ import annotations

import pandas as pd

from survey_analysis.plurals import counted
from survey_analysis.results.runs import RunDiffData
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.numbers import count, fixed, share_text

_LONGEST = 34
_PARTS = {
    "data": "Data",
    "people": "People kept",
    "cleaning": "Cleaning rules",
    "weights": "Weights",
    "parts": "Parts of the study file",
    "questions": "Questions",
    "constructs": "Constructs",
    "settings": "Settings",
    "versions": "Versions",
}


def inputs_table(diff: RunDiffData) -> Table:
    """What the runs were made from and does not agree."""
    rows: list[Row] = []
    for part, label in _PARTS.items():
        mine = diff.inputs[diff.inputs["part"] == part]
        if len(mine):
            rows.append(Row(label, kind="section"))
            rows += [
                Row(str(r["what"]), (Cell(_short(r["before"])), Cell(_short(r["after"]))), indent=1)
                for r in mine.to_dict("records")
            ]
    if not rows:
        rows.append(Row("Every input on record agrees", (Cell(""), Cell(""))))
    return Table(
        id="run-inputs",
        title=f"Inputs of {diff.a} and {diff.b}",
        columns=(Column("Before", align="left"), Column("After", align="left")),
        rows=tuple(rows),
    )


def moved_table(diff: RunDiffData, *, everything: bool = False) -> Table:
    """Numbers that moved, by cause; those that print the same only when asked for."""
    shown = diff.moved if everything else diff.moved[diff.moved["printed"].astype(bool)]
    rows: list[Row] = []
    for why in dict.fromkeys(shown["why"]):
        mine = shown[shown["why"] == why]
        rows.append(Row(f"{str(why)[:1].upper()}{str(why)[1:]}", kind="section"))
        rows += [_row(r) for r in mine.to_dict("records")]
    for label, names in ((f"Only in {diff.a}", diff.removed), (f"Only in {diff.b}", diff.added)):
        if names:
            rows.append(Row(label, kind="section"))
            rows += [Row(name, (Cell(""),) * 4, indent=1) for name in names]
    if not rows:
        rows.append(Row("No number moved" if not len(diff) else "No printed number moved", (Cell(""),) * 4))
    return Table(
        id="run-moved",
        title=f"What moved from {diff.a} to {diff.b}",
        columns=(Column("Before"), Column("After"), Column("n before"), Column("n after")),
        rows=tuple(rows),
        notes=_notes(diff, len(shown)),
    )


def _short(text: object) -> str:
    """The beginning of a long text: the whole stands in `inputs`."""
    shown = str(text)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1].rstrip() + "…"


def _row(moved: dict[object, object]) -> Row:
    unit = str(moved["unit"])
    cells = (
        _number(moved["before"], unit),
        _number(moved["after"], unit),
        _text(moved["n_before"]),
        _text(moved["n_after"]),
    )
    name = str(moved["number"]) + ("" if moved["measure"] == "estimate" else f" ({moved['measure']})")
    return Row(name, cells, indent=1)


def _number(value: object, unit: str) -> Cell:
    if not isinstance(value, float):
        return Cell(str(value))
    return (
        Cell(share_text(value, 1, sign="%"), value, "0.0%")
        if unit == "share"
        else Cell(fixed(value, 2), value, "0.00")
    )


def _text(value: object) -> Cell:
    n = pd.to_numeric(str(value), errors="coerce")
    return Cell("") if pd.isna(n) else Cell(count(float(n)), float(n), "#,##0")


def _notes(diff: RunDiffData, shown: int) -> tuple[str, ...]:
    kept = f"{count(len(diff))} of {count(diff.compared)} numbers that both runs hold moved"
    hidden = len(diff) - shown
    told = (
        f"; {counted(hidden, 'of them prints the same and is', 'of them print the same and are')} left out."
        if hidden
        else "."
    )
    return (kept + told, *(("Simulated data.",) if diff.simulated else ()))
