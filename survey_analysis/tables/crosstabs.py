"""A banner table from a crosstab: subjects as sections, answers down, banner across, bases first."""

from __future__ import annotations

import math

import pandas as pd

from survey_analysis.results.crosstab import CrosstabData
from survey_analysis.tables.estimates import MISSING, anchor, count_cell
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.lines import question_wording
from survey_analysis.wording.numbers import fixed, p_value, share_text
from survey_analysis.wording.phrases import subject

SMALL, TOO_SMALL = 100, 30


def crosstab_table(crosstab: CrosstabData, *, id_: str = "", decimals: int = 0) -> Table:
    """One question by its banner: percentages with base marks, means, nets bold, three bases.

    `*` marks a column whose base (the smaller of n and effective base) is under 100, `**` under 30.
    """
    columns = tuple(Column(c.label, span=c.span_label) for c in crosstab.columns)
    keys = [c.key for c in crosstab.columns]
    rows: list[Row] = []
    subjects = list(dict.fromkeys(crosstab.rows["subject"]))
    for rated in subjects:
        part = crosstab.rows[crosstab.rows["subject"] == rated]
        if len(subjects) > 1:
            rows.append(Row(rated, kind="section"))
        bases = crosstab.bases[crosstab.bases["subject"] == rated].set_index("key")
        marks = [_mark(bases, k) for k in keys]
        rows.append(Row("Base (unweighted)", _counts(bases, keys, "n", marks), kind="base"))
        rows.append(Row("Base (weighted)", _counts(bases, keys, "n_weighted"), kind="base"))
        rows.append(Row("Effective base", _counts(bases, keys, "n_effective"), kind="base"))
        for kind, label in dict.fromkeys(zip(part["kind"], part["level"], strict=True)):
            cells = part[(part["kind"] == kind) & (part["level"] == label)].set_index("key")
            shown = tuple(_cell(cells, k, kind, decimals) for k in keys)
            rows.append(Row(label, shown, kind="net" if kind != "answer" else "body"))
    return Table(
        id=id_ or anchor("table", crosstab.topic.question),
        title=question_wording(crosstab.topic) or crosstab.topic.question,
        columns=columns,
        rows=tuple(rows),
        notes=_notes(crosstab),
        base=subject(crosstab.base_text, crosstab.provenance),
    )


def _mark(bases: pd.DataFrame, key: str) -> str:
    base = min(float(bases["n"].get(key, 0)), float(bases["n_effective"].get(key, 0)))
    return "**" if base < TOO_SMALL else "*" if base < SMALL else ""


def _counts(
    bases: pd.DataFrame, keys: list[str], column: str, marks: list[str] | None = None
) -> tuple[Cell, ...]:
    out = []
    for i, key in enumerate(keys):
        cell = count_cell(float(bases[column].get(key, 0)))
        out.append(Cell(cell.text, cell.value, cell.number_format, marks[i] if marks else ""))
    return tuple(out)


def _cell(cells: pd.DataFrame, key: str, kind: str, decimals: int) -> Cell:
    if key not in cells.index:
        return Cell(MISSING)
    value = float(cells["estimate"].loc[key])
    if math.isnan(value):
        return Cell(MISSING)
    if kind == "mean":
        return Cell(fixed(value, 2), value, "0.00")
    return Cell(share_text(value, decimals), value, "0%" if not decimals else "0." + "0" * decimals + "%")


def _notes(crosstab: CrosstabData) -> tuple[str, ...]:
    out = [
        "Column percentages of answers; * base under 100, ** base under 30; “*” in a cell: under half a percent."
    ]
    tested = crosstab.independence[crosstab.independence["method"] != ""]
    spans = {c.span: c.span_label for c in crosstab.columns}
    for row in tested.to_dict("records"):
        name = spans.get(str(row["span"]), str(row["span"]))
        which = f"{row['subject']}, " if row["subject"] else ""
        out.append(
            f"{which}{name}: Rao-Scott F({fixed(row['df'], 2)}, {fixed(row['df_residual'], 1)}) = "
            f"{fixed(row['statistic'], 2)}, p {p_value(row['p_value']) if row['p_value'] < 0.001 else '= ' + p_value(row['p_value'])}"
            " (not adjusted)."
        )
    if crosstab.provenance.simulated:
        out.append("Simulated data.")
    return tuple(out)
