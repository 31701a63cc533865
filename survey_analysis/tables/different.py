"""What is different about each column as a table: a section a column, its largest departures first."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from survey_analysis.errors import ReportError
from survey_analysis.results.crosstab import BannerColumn
from survey_analysis.results.different import DifferentData
from survey_analysis.tables.estimates import anchor, count_cell
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.different import HEADS, different_notes, line_name, pieces
from survey_analysis.wording.letters import base_marks
from survey_analysis.wording.numbers import MINUS, count, p_value

_EMPTY = "-"


def different_table(data: DifferentData, *, top: int = 8, id_: str = "") -> Table:
    """The lines in which each column departs most, `top` of each, with how many were tested.

    Parameters
    ----------
    top : int
        Lines printed of each column; the frame holds all.
    """
    if isinstance(top, bool) or not isinstance(top, int) or top < 1:
        raise ReportError(f"top = {top!r} is no number of lines.", hint="give 1 or more.")
    rows: list[Row] = []
    tested = {c.key: data.rows[data.rows["key"] == c.key] for c in data.columns}
    for column in data.columns:
        mine = tested[column.key]
        if mine.empty:
            continue
        rows.append(Row(_heading(column, mine, top), kind="section"))
        shown = mine[mine["shown"]].head(top)
        rows += [_row(data, {str(k): v for k, v in r.items()}) for r in shown.to_dict("records")]
    return Table(
        id=id_ or anchor("different", data.banner or "book", data.against),
        title="What is different about each column",
        columns=(
            Column("Column"),
            Column(HEADS[data.against]),
            Column("Difference"),
            Column("p"),
            Column("Base"),
        ),
        rows=tuple(rows),
        notes=different_notes(data),
        stub="Question: line",
    )


def _heading(column: BannerColumn, mine: pd.DataFrame, top: int) -> str:
    made, shown = int(mine["p_value"].notna().sum()), int(mine["shown"].sum())
    name = f"{column.over}, {column.label}" if column.over else column.label
    head = f"{column.span_label}: {name}" if column.span_label and column.span_label != name else name
    if not made:
        return f"{head} (base too small, nothing tested)"
    if not shown:
        return f"{head} (none of {count(made)} lines tested differs)"
    more = f"; the first {top} are shown" if shown > top else ""
    return f"{head} ({count(shown)} of {count(made)} lines tested differ{'s' if shown == 1 else ''}{more})"


def _row(data: DifferentData, row: Mapping[str, Any]) -> Row:
    printed = pieces(row)
    topic = data.topics[str(row["question"])]
    name = topic.short or topic.question
    about = f"{name}, {row['subject']}" if row["subject"] else name
    share = row["kind"] in ("answer", "net")
    scale = 1.0 if row["kind"] == "mean" else 100.0
    digits = "0." + "0" * printed.decimals if printed.decimals else "0"
    signed_ = printed.difference if printed.difference.startswith(MINUS) else f"+{printed.difference}"
    unit = "%" if share else ""
    shown_as = digits + unit if share else digits
    return Row(
        f"{about}: {line_name(topic, row)}",
        (
            Cell(printed.a + unit, float(row["estimate"]) * (1 if share else scale), shown_as),
            Cell(printed.b + unit, float(row["other"]) * (1 if share else scale), shown_as),
            Cell(signed_, scale * float(row["difference"]), f"+{digits};\u2212{digits};0"),
            Cell(p_value(float(row["p_adjusted"]))),
            _base(data, row),
        ),
        indent=1,
    )


def _base(data: DifferentData, row: Mapping[str, Any]) -> Cell:
    n = float(row["n"])
    if math.isnan(n):
        return Cell(_EMPTY)
    cell = count_cell(n)
    small = min(n, float(row["n_effective"])) < data.rule.small_base and bool(base_marks(data.rule))
    return Cell(cell.text, cell.value, cell.number_format, "*" if small else "")
