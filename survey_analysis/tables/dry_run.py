"""The table of a dry run: what fails and what is thin, part by part."""

from __future__ import annotations

import math

from survey_analysis.results.dry_run import DryRunData
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.dry_run import NO_PEOPLE
from survey_analysis.wording.numbers import count

_ORDER = ("fails", "thin", "note", "fine")
_HEADS = {"fails": "Fails", "thin": "Thin", "note": "Left out", "fine": "In order"}


def dry_run_table(data: DryRunData, *, everything: bool = False, title: str = "", id_: str = "") -> Table:
    """Rows by status; what is in order only when asked for."""
    rows: list[Row] = []
    for status in _ORDER if everything else _ORDER[:3]:
        mine = data.rows[data.rows["status"] == status]
        if not len(mine):
            continue
        rows.append(Row(_HEADS[status], kind="section"))
        for _, r in mine.iterrows():
            detail = str(r["detail"]) + (f" Hint: {r['hint']}" if r["hint"] and status == "fails" else "")
            n = Cell(count(r["n"]), float(r["n"]), "#,##0") if math.isfinite(r["n"]) else Cell("")
            rows.append(Row(f"{r['part']}: {r['what']}", (n, Cell(detail)), indent=1))
    if not rows:
        rows.append(Row("Nothing fails and nothing is thin", (Cell(count(data.n)), Cell(""))))
    return Table(
        id=id_ or "dry-run",
        title=title or f"Dry run of “{data.study}” on {count(data.n)} simulated respondents",
        columns=(Column("n"), Column("What was found", align="left")),
        rows=tuple(rows),
        notes=(NO_PEOPLE,),
    )
