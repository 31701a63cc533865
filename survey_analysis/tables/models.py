"""Tables of models: coefficients with intervals, from the one table model."""

from __future__ import annotations

from survey_analysis.results.model import ModelData
from survey_analysis.tables.estimates import MISSING, anchor
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.numbers import count, fixed, p_value
from survey_analysis.wording.precision import value_of


def model_table(model: ModelData, *, title: str = "", id_: str = "") -> Table:
    """Coefficients, their interval, standard error and p."""
    shown = interval_allowed(model.provenance)
    columns = [Column("Coefficient")]
    if shown:
        label = label_of(model.provenance, level=model.level, length="short")
        columns += [Column(label), Column("SE"), Column("p")]
    body: list[Row] = []
    section = ""
    for i in range(len(model.rows)):
        row = {str(k): v for k, v in model.rows.iloc[i].items()}
        outcome = str(row.get("outcome", ""))
        if outcome != section:
            section = outcome
            body.append(Row(outcome, kind="section"))
        cells = [_number(value_of(row, "estimate"))]
        if shown:
            low, high, p = (value_of(row, c) for c in ("conf_low", "conf_high", "p_value"))
            limits = MISSING if low is None or high is None else f"{fixed(low, 3)} to {fixed(high, 3)}"
            cells += [Cell(limits), _number(value_of(row, "std_error"))]
            cells.append(Cell(MISSING) if p is None else Cell(p_value(p), p, "0.000"))
        body.append(Row(str(row["term"]), tuple(cells), indent=1 if section else 0))
    family = f"{model.family}, {model.link} link"
    notes = [f"{family[:1].upper()}{family[1:]}."]
    if model.n_missing:
        notes.append(f"{count(model.n_missing)} without a complete answer left out of the base.")
    if model.variance == "model":
        notes.append("Standard errors of a simple unweighted sample.")
    if model.simulated:
        notes.append("Simulated data.")
    return Table(
        id=id_ or anchor("model", model.formula),
        title=title or f"Model of {model.outcome}",
        columns=tuple(columns),
        rows=tuple(body),
        notes=tuple(notes),
        base=f"{count(model.n)} respondents",
    )


def _number(value: float | None) -> Cell:
    return Cell(MISSING) if value is None else Cell(fixed(value, 3), value, "0.000")
