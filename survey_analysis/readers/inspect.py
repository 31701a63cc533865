"""`inspect`: what a file seems to hold, column by column, each guess with its evidence."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from survey_analysis.frames.infer import infer_question
from survey_analysis.frames.personal import find_personal, personal_mentions
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.groups import Group, find_groups
from survey_analysis.readers.roles import empty_texts, is_date, is_duration, is_id, is_weight
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import MissingCode

MOST_SHOWN = 12


@dataclass(frozen=True)
class ColumnGuess:
    """What one column seems to be.

    Attributes
    ----------
    kind
        Question kind, or "personal", "id", "weight", "duration", "date", "empty".
    levels
        Labels of the answers, for questions with few; never of personal columns, ids or open answers.
    answered, missing
        Cells that hold an answer, and cells that are empty or hold a missing code.
    evidence
        Why; "" where the cells speak for themselves.
    """

    column: str
    kind: str
    levels: tuple[str, ...]
    answered: int
    missing: int
    wording: str
    evidence: str
    group: str
    question: Question


@dataclass(frozen=True)
class Inspection:
    """What a file seems to hold. Guesses to be confirmed in a study file, never acted upon.

    Attributes
    ----------
    empty
        Texts that seem to mean an empty cell ("NA"), with evidence.
    groups
        Columns that seem to belong to one question.
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
        notes = [f"  {note}" for note in self.notes]
        empty = [f"  {text!r} seems to mean an empty cell: {why}." for text, why in self.empty]
        groups = [f"  {g.name}: {g.kind}, {len(g.columns)} columns; {g.evidence}." for g in self.groups]
        return "\n".join([head, *notes, *empty, "", *_table(self), *(["", *groups] if groups else [])])


def inspect(raw: RawTable) -> Inspection:
    """Look at every column of a table and guess what it is.

    Kinds come from the cells (a few short texts: single; many numbers: numeric), roles from names and
    cells together (an id is different in every row; a weight is positive with mean 1 or named so). The
    values of personal columns, ids and open answers are never shown.

    Examples
    --------
    >>> raw = RawTable(pd.DataFrame({"rid": ["1", "2", "3"], "sex": ["f", "m", "f"]}), name="a.csv")
    >>> inspect(raw).to_frame()[["column", "kind", "levels", "missing"]].values.tolist()
    [['rid', 'id', '', 0], ['sex', 'single', 'f | m', 0]]
    """
    empty = empty_texts(raw)
    blank = frozenset({"", *(text for text, _ in empty)})
    personal = dict(find_personal(raw, empty=blank))
    columns = [_guess(raw, j, blank, personal) for j in range(len(raw.columns))]
    askable = {c.column for c in columns if c.kind in ("single", "numeric", "open", "empty")}
    cleared = raw.frame.where(~raw.frame.isin(list(blank)), "") if len(blank) > 1 else raw.frame
    distinct = {c: [v for v in cleared[c].unique() if v] for c in raw.columns}
    groups = find_groups(raw.with_frame(cleared), distinct, askable)
    member = {c: g.name for g in groups for c in g.columns}
    kinds = {c: g.kind for g in groups for c in g.columns if g.kind == "multiple"}
    columns = [_with_group(c, member.get(c.column, ""), kinds.get(c.column, "")) for c in columns]
    return Inspection(raw.name, raw.format, len(raw), tuple(columns), groups, empty, raw.missing, raw.notes)


def _guess(raw: RawTable, j: int, blank: frozenset[str], personal: Mapping[str, str]) -> ColumnGuess:
    name = raw.columns[j]
    values = raw.frame[name]
    values = values.where(~values.isin(list(blank)), "")
    question = infer_question(raw, name, blank)
    missing = values.str.strip().isin(["", *(m.code for m in raw.missing.get(name, ()))])
    kind, evidence = _role(name, values, j == 0, personal)
    if not kind:
        kind = "empty" if bool(missing.all()) else question.kind
    if kind == "open":
        evidence = personal_mentions(raw, name)
    levels: tuple[str, ...] = ()
    if kind == "single" and question.scale:
        levels = tuple(x.label for x in question.scale.answers)
    n = int(missing.sum())
    wording = raw.wording.get(name, "")
    return ColumnGuess(name, kind, levels, len(raw) - n, n, wording, evidence, "", question)


def _role(name: str, values: pd.Series, first: bool, personal: Mapping[str, str]) -> tuple[str, str]:
    if name in personal:
        return "personal", personal[name]
    for kind, evidence in (
        ("id", is_id(name, values, first)),
        ("weight", is_weight(name, values)),
        ("duration", is_duration(name, values)),
        ("date", is_date(name, values)),
    ):
        if evidence:
            return kind, evidence
    return "", ""


def _with_group(column: ColumnGuess, group: str, kind: str) -> ColumnGuess:
    if not group:
        return column
    fields = {f: getattr(column, f) for f in column.__dataclass_fields__}
    return ColumnGuess(**fields | {"group": group, "kind": kind or column.kind})


def _shown(column: ColumnGuess) -> str:
    more = [f"({len(column.levels) - MOST_SHOWN} more)"] if len(column.levels) > MOST_SHOWN else []
    return " | ".join([*column.levels[:MOST_SHOWN], *more])


def _table(inspection: Inspection) -> list[str]:
    """Columns side by side, each cut to its share of the line."""
    frame = inspection.to_frame()
    frame["wording"] = [w or e for w, e in zip(frame["wording"], frame["evidence"], strict=True)]
    width = max(80, shutil.get_terminal_size((110, 24)).columns)
    shares = {"column": 0.22, "kind": 0.08, "levels": 0.33, "missing": 0.08, "wording": 0.25}
    out = []
    for row in [tuple(shares), *frame[list(shares)].itertuples(index=False)]:
        cells = [_cut(str(v), int(share * width)) for v, share in zip(row, shares.values(), strict=True)]
        out.append("  ".join(cells).rstrip())
    return out


def _cut(text: str, width: int) -> str:
    flat = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return f"{flat[: width - 1]}…" if len(flat) > width else flat.ljust(width)
