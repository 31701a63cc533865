"""Columns that belong to one question: multi-select sets and grids, found from names and cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from survey_analysis.frames.raw import RawTable

NOT_SELECTED = ("Not selected", "Not Selected", "not selected", "Unchecked", "Not checked")
OFF = ("0", "FALSE", "False", "false")
ON = ("1", "TRUE", "True", "true", "Checked", "Selected", "Yes")

_NUMBERED = re.compile(r"(?P<stem>.+?)(?:___|[_.])(?P<item>\d{1,4}|[A-Za-z]\d{0,3})$")
_NUMBERED_PLAIN = re.compile(r"(?P<stem>.*[A-Za-z])(?P<item>\d{1,2})$")


@dataclass(frozen=True)
class Group:
    """Columns of one question.

    `kind` is "multiple" (one option a column), "grid" (one item a column, shared answers) or "slots"
    (codes of the options named, in any column; kept apart because no question kind reads them yet).
    """

    kind: str
    name: str
    columns: tuple[str, ...]
    stem: str
    items: Mapping[str, str]
    not_selected: tuple[str, ...]
    evidence: str


def split_wording(texts: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Stem that several wordings share before " - ", and what follows it in each.

    >>> split_wording(["Which have you seen? - Alien", "Which have you seen? - Aliens"])
    ('Which have you seen?', ('Alien', 'Aliens'))
    """
    stem = texts[0] if texts else ""
    while stem:
        at = stem.rfind(" - ")
        if at < 0:
            return "", tuple(texts)
        stem = stem[:at]
        if all(t.startswith(f"{stem} - ") for t in texts):
            return stem, tuple(t[len(stem) + 3 :] for t in texts)
    return "", tuple(texts)


def find_groups(raw: RawTable, distinct: Mapping[str, Sequence[str]], usable: set[str]) -> tuple[Group, ...]:
    """Groups among neighbouring columns of one name stem.

    Parameters
    ----------
    distinct
        Filled cell texts of each column.
    usable
        Columns that may belong to a question (not ids, weights, dates, personal).
    """
    out = []
    for stem, columns in _runs(raw.columns, usable):
        wording, items = split_wording([raw.wording.get(c, "") for c in columns])
        group = _group(raw, stem, columns, distinct, wording, dict(zip(columns, items, strict=True)))
        if group:
            out.append(group)
    return tuple(out)


def _runs(columns: Iterable[str], usable: set[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Neighbouring columns whose names differ in their last part only."""
    runs: list[tuple[str, list[str]]] = []
    for column in columns:
        found = _NUMBERED.match(column) or _NUMBERED_PLAIN.match(column)
        stem = found.group("stem") if found and column in usable else ""
        if stem and runs and runs[-1][0] == stem:
            runs[-1][1].append(column)
        else:
            runs.append((stem, [column]))
    return [(stem, tuple(names)) for stem, names in runs if stem and len(names) > 1]


def _group(
    raw: RawTable,
    stem: str,
    columns: tuple[str, ...],
    distinct: Mapping[str, Sequence[str]],
    wording: str,
    items: dict[str, str],
) -> Group | None:
    off = tuple(t for t in NOT_SELECTED if any(t in distinct[c] for c in columns))
    marks = {c: [t for t in distinct[c] if t not in off and t not in OFF] for c in columns}
    closed = tuple(c for c in columns if len(marks[c]) <= 1)
    filled = [c for c in closed if marks[c]]
    if len(filled) > 1 and len(closed) >= 0.6 * len(columns) and _is_multiple(closed, marks, distinct, off):
        labels = {c: _label(c, marks[c], items) for c in closed}
        if len(set(labels.values())) < len(labels):
            labels = {c: f"{label} ({c})" for c, label in labels.items()}
        how = (
            "each column holds one text or is empty"
            if not off
            else f"each column holds one text or {off[0]!r}"
        )
        if all(set(marks[c]) <= set(ON) for c in closed):
            how = "each column is ticked or not (a set of yes/no items looks the same)"
        return Group("multiple", stem, closed, wording, labels, off, f"columns {stem}*: {how}")
    union = list(dict.fromkeys(t for c in columns for t in distinct[c]))
    if not union or len(union) > 30 or any(not distinct[c] for c in columns):
        return None
    if _is_slots(raw, columns):
        how = "one list of codes, filled from the left, no code twice in a row: slots of one multi-select question"
        return Group("slots", stem, columns, wording, items, (), f"columns {stem}*: {how}")
    if len(union) > 1 and all(len(distinct[c]) >= 0.5 * len(union) for c in columns):
        how = f"columns {stem}*: {len(columns)} items share {len(union)} answers"
        return Group("grid", stem, columns, wording, items, (), how)
    return None


def _is_multiple(
    columns: Sequence[str],
    marks: Mapping[str, Sequence[str]],
    distinct: Mapping[str, Sequence[str]],
    off: Sequence[str],
) -> bool:
    """Own texts in each column, or the same tick in all with something that means "not"."""
    texts = [m[0] for c in columns if (m := marks[c])]
    if all(t in ON for t in texts):
        return any(len(distinct[c]) > 1 for c in columns) or bool(off)
    return len(set(texts)) == len(texts)


def _label(column: str, marks: Sequence[str], items: Mapping[str, str]) -> str:
    own = marks[0] if marks and marks[0] not in ON else ""
    return own or items.get(column, "") or column


def _is_slots(raw: RawTable, columns: Sequence[str]) -> bool:
    cells = raw.frame[list(columns)].to_numpy(dtype=object)
    filled = cells != ""
    if filled.all() or not filled.any() or (filled[:, 1:] & ~filled[:, :-1]).any():
        return False
    if filled[:, -1].sum() > 0.5 * filled[:, 0].sum():
        return False
    rows = [[c for c in row if c != ""] for row in cells.tolist()]
    return all(len(set(row)) == len(row) for row in rows)
