"""The table of a test of a simple sample."""

from __future__ import annotations

from survey_analysis.results.test import TestData
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.numbers import count, fixed, p_value
from survey_analysis.wording.precision import row_of, value_of

MISSING = "–"


def simple_table(test: TestData, *, title: str, id_: str) -> Table:
    """One row a test or a pair: estimate, statistic, df, p, first effect size, people."""
    rows = [row_of(test, i) for i in range(len(test))]
    symbols = {str(r.get("symbol") or "Statistic") for r in rows}
    estimated = {str(r.get("estimated") or "Estimate") for r in rows}
    effects = {str(r["effect"]) for r in rows if r.get("effect")}
    columns = [
        Column(_head(estimated, "Estimate")),
        Column(_head(symbols, "Statistic")),
        Column("df"),
        Column("Adjusted p" if len(rows) > 1 else "p"),
    ]
    if effects:
        columns.append(Column(_head(effects, "Effect")))
    columns.append(Column("n"))
    body = []
    for row in rows:
        cells = [_number(value_of(row, "estimate")), _number(value_of(row, "statistic"))]
        freedom = [d for d in (value_of(row, c) for c in ("df", "df_residual")) if d is not None and d < 1e6]
        cells.append(Cell("; ".join(fixed(d, 0 if float(d).is_integer() else 1) for d in freedom) or MISSING))
        p = value_of(row, "p_adjusted")
        cells.append(Cell(MISSING) if p is None else Cell(p_value(p), p, "0.000"))
        if effects:
            cells.append(_number(value_of(row, "effect_size")))
        cells.append(Cell(count(float(row["n"])), float(row["n"]), "#,##0"))
        body.append(Row(str(row.get("contrast") or row["method"]), tuple(cells)))
    notes = [f"{rows[0]['method']}; {test.family.declared}."]
    return Table(
        id=id_,
        title=title,
        columns=tuple(columns),
        rows=tuple(body),
        notes=(*notes, *(("Simulated data.",) if test.simulated else ())),
    )


def _head(names: set[str], otherwise: str) -> str:
    name = names.copy().pop() if len(names) == 1 else otherwise
    return name[:1].upper() + name[1:] if len(name) > 2 else name


def _number(value: float | None) -> Cell:
    return Cell(MISSING) if value is None else Cell(fixed(value, 2), value, "0.00")
