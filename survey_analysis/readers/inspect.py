"""`inspect`: what a file seems to hold, column by column, each guess with its evidence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from survey_analysis.frames.infer import infer_question
from survey_analysis.frames.personal_find import find_personal, personal_mentions
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.groups import Group, find_groups
from survey_analysis.readers.roles import Cells, empty_texts, joined_evidence, number_evidence, role
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import MissingCode

MOST_SHOWN = 12
_OTHER_TEXT = re.compile(r"[_ .-](text|other|specify)$", re.IGNORECASE)
WIDEST = {"column": 26, "kind": 9, "levels": 40, "missing": 7, "wording or evidence": 44}


@dataclass(frozen=True)
class ColumnGuess:
    """What one column seems to be.

    Attributes
    ----------
    kind
        Question kind, or "personal", "id", "weight", "duration", "date", "simulated", "empty".
    levels
        Labels of the answers of questions with few; never of personal columns, ids or open answers.
    missing
        Cells that are empty or hold a missing code.
    evidence
        Why; "" where the cells speak for themselves.
    group
        Name of the group of columns it belongs to, if any.
    """

    column: str
    kind: str
    levels: tuple[str, ...]
    missing: int
    wording: str
    evidence: str
    question: Question
    group: str = ""


@dataclass(frozen=True, repr=False)
class Inspection:
    """What a file seems to hold. Guesses to be confirmed in a study file, never acted upon.

    Attributes
    ----------
    empty
        Texts that seem to mean an empty cell ("NA"), with evidence.
    groups
        Columns that seem to belong to one question.
    missing
        User-missing codes that the file declares.
    notes
        What the reader had to decide.
    """

    name: str
    format: str
    rows: int
    columns: tuple[ColumnGuess, ...]
    groups: tuple[Group, ...]
    empty: tuple[tuple[str, str], ...]
    missing: Mapping[str, tuple[MissingCode, ...]]
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row a column: column, kind, levels, missing, wording, evidence."""
        rows = [(c.column, c.kind, _shown(c), c.missing, c.wording, c.evidence) for c in self.columns]
        return pd.DataFrame(rows, columns=["column", "kind", "levels", "missing", "wording", "evidence"])

    def __repr__(self) -> str:
        head = f"{self.name} ({self.format}): {self.rows} rows, {len(self.columns)} columns"
        notes = [f"  {_flat(note)}" for note in self.notes]
        empty = [f"  {text!r} seems to mean an empty cell: {why}." for text, why in self.empty]
        groups = [
            f"  {g.name}: {g.kind}, {len(g.columns)} columns; {_flat(g.evidence)}." for g in self.groups
        ]
        return "\n".join([head, *notes, *empty, "", *_table(self), *(["", *groups] if groups else [])])


def inspect(raw: RawTable) -> Inspection:
    """Look at every column of a table and guess what it is.

    Kinds come from the cells (a few short texts: single; many numbers: numeric), roles from names and
    cells together (an id differs in every row; a weight is positive with mean near 1, or named so). The
    values of personal columns, ids and open answers are never shown.

    Examples
    --------
    >>> raw = RawTable(pd.DataFrame({"rid": ["1", "2", "3"], "sex": ["f", "m", "f"]}), name="a.csv")
    >>> inspect(raw).to_frame()[["column", "kind", "levels", "missing"]].values.tolist()
    [['rid', 'id', '', 0], ['sex', 'single', 'f | m', 0]]
    """
    cells = {name: Cells.of(raw, name) for name in raw.columns}
    empty = empty_texts(cells.values())
    blank = frozenset({"", *(text for text, _ in empty)})
    cells = {name: c.without(blank) for name, c in cells.items()}
    personal = dict(find_personal(raw, empty=blank))
    columns = [_guess(raw, cells[name], blank, personal.get(name, "")) for name in raw.columns]
    askable = {c.column for c in columns if c.kind in ("single", "numeric", "open", "empty")}
    groups = find_groups(raw, cells, askable)
    member = {c: g for g in groups for c in g.columns}
    columns = [_with_group(c, member[c.column]) if c.column in member else c for c in columns]
    return Inspection(raw.name, raw.format, len(raw), tuple(columns), groups, empty, raw.missing, raw.notes)


def _guess(raw: RawTable, cells: Cells, blank: frozenset[str], personal: str) -> ColumnGuess:
    name = cells.name
    question = infer_question(raw, name, blank)
    typed = {m.code for m in raw.missing.get(name, ())}
    answered = sum(int(n) for t, n in zip(cells.texts, cells.counts, strict=True) if t not in typed)
    kind, evidence = ("personal", personal) if personal else role(cells, first=name == raw.columns[0])
    if not kind:
        kind = question.kind if answered else "empty"
        kind = "open" if kind == "single" and _OTHER_TEXT.search(name) else kind
        evidence = joined_evidence(cells) or number_evidence(cells)
        if kind == "open" and not evidence:
            evidence = personal_mentions(raw, name)
    shown = kind == "single" and question.scale is not None
    levels = tuple(x.label for x in question.scale.answers) if shown and question.scale else ()
    return ColumnGuess(name, kind, levels, len(raw) - answered, raw.wording.get(name, ""), evidence, question)


def _with_group(column: ColumnGuess, group: Group) -> ColumnGuess:
    kind = "multiple" if group.kind == "multiple" else column.kind
    return replace(column, group=group.name, kind=kind)


def _shown(column: ColumnGuess) -> str:
    more = [f"({len(column.levels) - MOST_SHOWN} more)"] if len(column.levels) > MOST_SHOWN else []
    return " | ".join([*column.levels[:MOST_SHOWN], *more])


def _table(inspection: Inspection) -> list[str]:
    """Columns side by side, each as wide as it needs up to its share."""
    rows = [tuple(WIDEST)]
    rows += [
        (c.column, c.kind, _shown(c), str(c.missing), c.wording or c.evidence) for c in inspection.columns
    ]
    flat = [[_flat(cell) for cell in row] for row in rows]
    widths = [min(most, max(len(row[j]) for row in flat)) for j, most in enumerate(WIDEST.values())]
    widths[3] = max(widths[3], len("missing"))
    return ["  ".join(_cut(c, w) for c, w in zip(row, widths, strict=True)).rstrip() for row in flat]


def _flat(text: str) -> str:
    """One line without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _cut(text: str, width: int) -> str:
    return f"{text[: width - 1]}…" if len(text) > width else text.ljust(width)
