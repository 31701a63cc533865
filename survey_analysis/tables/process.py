"""Tables of what happened before the estimates: cleaning log, respondent flow, weighting margins."""

from __future__ import annotations

from survey_analysis.plurals import counted
from survey_analysis.results.process import CleaningLog, Flow, LogEntry, WeightingData
from survey_analysis.tables.estimates import anchor, count_cell
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.numbers import count, fixed, percent


def log_table(log: CleaningLog) -> Table:
    """One row a rule: what it checks, flagged, dropped, reason."""
    columns = (
        Column("Family", align="left"),
        Column("Flagged"),
        Column("Dropped"),
        Column("Reason", align="left"),
    )
    rows = tuple(
        Row(
            f"{e.rule}: {e.what}" if e.what else e.rule,
            (
                Cell(e.family or "–", align="left"),
                count_cell(e.flagged),
                count_cell(e.dropped),
                Cell(_reason(e) or "–", align="left"),
            ),
        )
        for e in log.entries
    )
    notes = ["Flagged: rows (or cells, for repairs) the rule found. Dropped: respondents it removed."]
    if any(e.family == "recode" for e in log.entries):
        notes.append("Of a recoding: respondents with an answer afterwards.")
    return Table(
        "cleaning-log",
        "Cleaning log: every rule, in the order it ran",
        columns,
        rows,
        notes=tuple(notes),
    )


def _reason(entry: LogEntry) -> str:
    """The reason; of a recoding its totals, as counts of single answers may be small."""
    if entry.family == "recode":
        return (
            f"{count(entry.checked)} had an answer before, {counted(entry.flagged, 'has', 'have')} one after"
        )
    return entry.reason


def flow_table(flow: Flow) -> Table:
    """One row a box, samples side by side as sections."""
    columns = (Column("Here"), Column("Kept after"), Column("Reason", align="left"))
    rows: list[Row] = []
    for sample, steps in flow.samples:
        rows.append(Row(sample or "All", kind="section"))
        rows += [
            Row(s.label, (count_cell(s.n), count_cell(s.kept), Cell(s.reason or "–", align="left")))
            for s in steps
        ]
    return Table(
        "respondent-flow",
        "Respondent flow",
        columns,
        tuple(rows),
        notes=((flow.note,) if flow.note else ()),
    )


def margins_table(weighting: WeightingData) -> Table:
    """One row a category: respondents, before, after, target."""
    columns = (Column("n"), Column("Before"), Column("After"), Column("Target"))
    rows: list[Row] = []
    for margin in dict.fromkeys(m.margin for m in weighting.margins):
        rows.append(Row(margin, kind="section"))
        for m in weighting.margins:
            if m.margin == margin:
                target = Cell("–") if m.target is None else Cell(percent(m.target, 1), m.target, "0.0%")
                rows.append(
                    Row(
                        m.category,
                        (
                            count_cell(m.n),
                            Cell(percent(m.before, 1), m.before, "0.0%"),
                            Cell(percent(m.after, 1), m.after, "0.0%"),
                            target,
                        ),
                    )
                )
    return Table(
        anchor("weighting", weighting.sample or "all"),
        f"Weighting of {weighting.sample or 'the sample'}",
        columns,
        tuple(rows),
        notes=(
            (
                f"{weighting.statement}. Design effect from weighting {fixed(weighting.deff, 2)}, effective base "
                f"{fixed(weighting.n_effective, 0)} of {weighting.n}; weights from {fixed(weighting.smallest, 2)} to "
                f"{fixed(weighting.largest, 2)} of their mean."
            ),
        ),
    )
