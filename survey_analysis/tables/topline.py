"""A topline's tables: answers down and one number beside them; a battery lies across, one line a subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from survey_analysis.results.crosstab import CrosstabData
from survey_analysis.results.estimate import Topic
from survey_analysis.results.topline import ToplineQuestion
from survey_analysis.tables.crosstabs import SHARES, crosstab_table
from survey_analysis.tables.estimates import MISSING, anchor, count_cell
from survey_analysis.tables.layout import BASE_LABELS, Layout
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.lines import question_wording
from survey_analysis.wording.phrases import in_sentence

_ACROSS = 9  # answers that fit side by side on a page
_NUMBERS = {"mean", "median"}
_LAYOUT = Layout(bases=("unweighted",), letters="none", tests=False)
BASE = BASE_LABELS["unweighted"]
SCORES = ("Mean", "Median", "Net Promoter Score")


def topline_table(question: ToplineQuestion, layout: Layout | None = None) -> Table | None:
    """One question as the topline prints it; None for open text, which has no table.

    People without an answer stand under the answers as counts: they are not in the base.
    """
    crosstab = question.table
    if crosstab is None:
        return None
    down = crosstab_table(crosstab, layout or _LAYOUT, id_=anchor("topline", question.name))
    named = replace(
        down,
        title=question_wording(crosstab.topic) or question.label,
        rows=tuple(_with_missing(down, question)),
        notes=_notes(question, down),
        stub="" if _is_number(crosstab) else "Percent",
    )
    if _lies_across(crosstab):
        return _across(named)
    return replace(named, rows=tuple(_named(row, crosstab.topic) for row in named.rows))


def _is_number(crosstab: CrosstabData) -> bool:
    return set(crosstab.rows["kind"]) <= _NUMBERS


def _with_missing(table: Table, question: ToplineQuestion) -> Iterator[Row]:
    """The rows, with those who gave no answer after the answers of each subject."""
    for head, body in table.blocks():
        if head is not None:
            yield head
        yield from body
        yield from _unanswered(question, head.label if head is not None else "", len(table.columns))


def _unanswered(question: ToplineQuestion, subject: str, columns: int) -> Iterator[Row]:
    missing = question.missing
    subjects = set(missing["subject"])
    mine = missing[missing["subject"] == subject] if subject or "" in subjects else missing
    for label, part in mine.groupby("label", sort=False):
        counts = part["count"].tolist()
        cells = tuple(_people(float(x)) for x in counts[:columns])
        yield Row(f"{label} (n)", cells, kind="base")


def _people(n: float) -> Cell:
    return count_cell(n) if n else Cell("-", 0.0, '#,##0;-#,##0;"-"')


def _named(row: Row, topic: Topic) -> Row:
    """A box by the answers it holds, as nobody outside the trade knows a top 2."""
    label = box_label(row.label, topic) if row.kind == "net" else row.label
    return replace(row, label=label) if label != row.label else row


def box_label(label: str, topic: Topic) -> str:
    """A net as printed: boxes say which answers they hold.

    Examples
    --------
    >>> scale = (("1", "Never"), ("2", "Seldom"), ("3", "Often"), ("4", "Always"))
    >>> box_label("Top 2", Topic("q", "", "proportion", "share", scale=scale))
    'NET Always or often'
    >>> box_label("Likely", Topic("q", "", "proportion", "share", scale=scale))
    'NET Likely'
    """
    end, _, size = label.partition(" ")
    answers = [text for _, text in topic.scale]
    if end in ("Top", "Bottom") and size.isdigit() and label not in answers and answers:
        last = (end == "Top") == (topic.favourable == "last")
        held = answers[-int(size) :][::-1] if last else answers[: int(size)]
        return "NET " + " or ".join([held[0], *(in_sentence(x) for x in held[1:])])
    return label if label in SCORES else f"NET {label}"


def _notes(question: ToplineQuestion, table: Table) -> tuple[str, ...]:
    notes = [n for n in table.notes if not n.startswith(("Cells:", "Simulated data", "* base"))]
    marks = {cell.mark for row in table.rows for cell in row.cells} - {""}
    if marks:
        notes.insert(0, "* base under 100, ** base under 30 (the smaller of n and effective base).")
    if question.kind == "multiple":
        notes.insert(0, "Several answers were possible; figures may add to more than 100%.")
    if question.derived:
        notes.append("Derived from other answers; nobody was asked it.")
    if question.table is not None and question.table.provenance.simulated:
        notes.append("Simulated data.")
    return tuple(notes)


def _lies_across(crosstab: CrosstabData) -> bool:
    subjects = set(crosstab.rows["subject"])
    lines = crosstab.rows[["kind", "level"]].drop_duplicates()
    shares = set(lines["kind"]) <= set(SHARES)
    return shares and len(crosstab.columns) == 1 and len(subjects) > 1 and len(lines) <= _ACROSS


def _across(table: Table) -> Table:
    """Subjects down, answers across: what a grid is read for is its columns; reasons are counted together."""
    blocks = [(head.label if head else "", body) for head, body in table.blocks()]
    lines = list(dict.fromkeys((r.label, r.kind) for _, body in blocks for r in body if r.kind != "base"))
    asked = any(r.kind == "base" and r.label != BASE for _, body in blocks for r in body)
    rows = []
    for subject, body in blocks:
        found = {(r.label, r.kind): r.cells[0] for r in body if r.kind != "base"}
        base = next(r.cells[0] for r in body if r.label == BASE)
        lost = sum(r.cells[0].value or 0.0 for r in body if r.kind == "base" and r.label != BASE)
        last = (_people(lost), base) if asked else (base,)
        rows.append(Row(subject, (*(found.get(h, Cell(MISSING)) for h in lines), *last)))
    columns = [Column(f"NET {in_sentence(h)}" if kind == "net" else h, "Percent") for h, kind in lines]
    if asked:
        columns.append(Column("No answer", "Count"))
    columns.append(Column("n", "Count" if asked else ""))
    return replace(table, columns=tuple(columns), rows=tuple(rows), stub="")
