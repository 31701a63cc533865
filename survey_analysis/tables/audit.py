"""The table of a base audit: routing beside data, with the rows that do not agree."""

from __future__ import annotations

from survey_analysis.results.audit import AuditLine, BaseAuditData
from survey_analysis.tables.estimates import count_cell
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.audit import audit_notes, rows_text

_NONE = "–"


def audit_table(audit: BaseAuditData) -> Table:
    """One row a routed question and subject, under its routing; those that agree too: one sees they were looked at."""
    columns = (
        Column("Routing says"),
        Column("Data say"),
        Column("No answer", "Asked"),
        Column("Broke off", "Asked"),
        Column("Rows", "Asked", align="left"),
        Column("Answered", "Not asked"),
        Column("Rows", "Not asked", align="left"),
    )
    rows: list[Row] = []
    routing = ""
    for line in audit.lines:
        if line.asked_if != routing:
            routing = line.asked_if
            rows.append(Row(f"Asked if {routing}", kind="section"))
        rows.append(_row(line))
    title = "Base audit: whom the routing says were asked, and who has an answer"
    return Table("base-audit", title, columns, tuple(rows), notes=audit_notes(audit), stub="Question")


def _row(line: AuditLine) -> Row:
    label = f"{line.label}: {line.subject}" if line.subject else line.label
    cells = (
        count_cell(line.asked),
        count_cell(line.data),
        Cell("?") if line.unseen else count_cell(len(line.unanswered)),
        count_cell(line.broke_off),
        Cell(rows_text(line.unanswered) or _NONE, align="left"),
        count_cell(len(line.unasked)),
        Cell(rows_text(line.unasked) or _NONE, align="left"),
    )
    return Row(label, cells)
