"""Columns that belong to one question: multi-select sets and grids, found from names and cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.roles import Cells

NOT_SELECTED = ("Not selected", "Not Selected", "not selected", "Unchecked", "Not checked")
OFF = ("0", "FALSE", "False", "false")
ON = ("1", "TRUE", "True", "true", "Checked", "Selected", "Yes")
MOST_LEVELS = 30
MOST_GAPS = 0.05  # rows of a slot question that leave one out

_NUMBERED = re.compile(r"(?P<stem>.+?)(?:___|[_.])(?P<item>\d{1,4}|[A-Za-z]\d{0,3})$")
_NUMBERED_PLAIN = re.compile(r"(?P<stem>.*[A-Za-z])(?P<item>\d{1,2})$")

GroupKind: TypeAlias = Literal["multiple", "grid", "slots"]
Texts: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Group:
    """Columns of one question.

    Attributes
    ----------
    kind
        "multiple" (one option a column), "grid" (one item a column, shared answers), or "slots" (codes of
        the options chosen, in any of the columns), which no question kind reads yet.
    name
        What the column names share.
    stem, items
        Wording that the columns share, and each column's own: the option or item.
    not_selected
        Cell texts that mean "asked, not chosen".
    """

    kind: GroupKind
    name: str
    columns: tuple[str, ...]
    stem: str
    items: Mapping[str, str]
    evidence: str
    not_selected: tuple[str, ...] = ()


def split_wording(texts: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Stem that several wordings share before " - ", and what follows it in each.

    >>> split_wording(["Which have you seen? - Alien", "Which have you seen? - Aliens"])
    ('Which have you seen?', ('Alien', 'Aliens'))
    """
    stem = texts[0] if texts else ""
    while " - " in stem:
        stem = stem[: stem.rfind(" - ")]
        if all(t.startswith(f"{stem} - ") for t in texts):
            return stem, tuple(t[len(stem) + 3 :] for t in texts)
    return "", tuple(texts)


def find_groups(raw: RawTable, cells: Mapping[str, Cells], usable: set[str]) -> tuple[Group, ...]:
    """Groups among neighbouring columns of one name stem.

    Parameters
    ----------
    cells
        Filled cells of each column.
    usable
        Columns that may belong to a question (not ids, weights, dates, personal).
    """
    out = []
    for name, columns, numbered in _runs(raw.columns, usable):
        stem, items = split_wording([raw.wording.get(c, "") for c in columns])
        texts = {c: cells[c].texts for c in columns}
        own = dict(zip(columns, items, strict=True))
        group = _multiple(name, texts, stem, own, cells)
        if group is None and numbered:
            group = _slots(raw, name, texts, stem, own) or _grid(name, texts, stem, own)
        if group and (numbered or len(group.columns) > 2):
            out.append(group)
    return tuple(out)


def _runs(columns: Iterable[str], usable: set[str]) -> list[tuple[str, tuple[str, ...], bool]]:
    """Neighbours whose names differ in their last part only; False for "bool1", "bool2" without a mark."""
    runs: list[tuple[str, list[str], bool]] = []
    for column in columns:
        marked = _NUMBERED.match(column)
        found = marked or _NUMBERED_PLAIN.match(column)
        stem = found.group("stem") if found and column in usable else ""
        if stem and runs and runs[-1][0] == stem:
            runs[-1][1].append(column)
        else:
            runs.append((stem, [column], marked is not None))
    return [(stem, tuple(names), marked) for stem, names, marked in runs if stem and len(names) > 1]


def _multiple(
    name: str, texts: Texts, stem: str, items: Mapping[str, str], cells: Mapping[str, Cells]
) -> Group | None:
    """One option a column: its text, a tick or 1 where chosen; an open "other" column stays apart."""
    off = tuple(t for t in NOT_SELECTED if any(t in found for found in texts.values()))
    marks = {c: [t for t in found if t not in off and t not in OFF] for c, found in texts.items()}
    closed = tuple(c for c in texts if len(marks[c]) <= 1)
    chosen = [marks[c][0] for c in closed if marks[c]]
    if len(chosen) < 2 or len(closed) < 0.6 * len(texts):
        return None
    if not any(cells[c].filled < cells[c].rows or len(texts[c]) > 1 for c in closed):
        return None
    ticked = all(t in ON for t in chosen)
    if not ticked and len(set(chosen)) < len(chosen):
        return None
    labels = {c: _label(c, marks[c], items) for c in closed}
    if len(set(labels.values())) < len(labels):
        labels = {c: f"{label} ({c})" for c, label in labels.items()}
    how = (
        "is ticked or not (a set of yes/no items looks the same)"
        if ticked
        else "holds its option or is empty"
    )
    how = f"holds its option or {off[0]!r}" if off and not ticked else how
    apart = f"; {len(texts) - len(closed)} with other text left apart" if len(closed) < len(texts) else ""
    return Group("multiple", name, closed, stem, labels, f"columns {name}*: each {how}{apart}", off)


def _label(column: str, marks: Sequence[str], items: Mapping[str, str]) -> str:
    own = marks[0] if marks and marks[0] not in ON else ""
    return own or items.get(column, "") or column


def _slots(raw: RawTable, name: str, texts: Texts, stem: str, items: Mapping[str, str]) -> Group | None:
    """Codes filled from the left, none twice in a row, the last slots mostly empty."""
    columns = tuple(texts)
    union = {t for found in texts.values() for t in found}
    if not 1 < len(union) <= MOST_LEVELS:
        return None
    cells = raw.frame[list(columns)]
    filled = cells.isin(list(union)).to_numpy()
    gaps = int((filled[:, 1:] & ~filled[:, :-1]).any(axis=1).sum())
    if gaps > MOST_GAPS * len(filled) or filled[:, -1].sum() > 0.5 * filled[:, 0].sum():
        return None
    rows = [
        [c for c, f in zip(row, has, strict=True) if f]
        for row, has in zip(cells.to_numpy(), filled, strict=True)
    ]
    if any(len(set(row)) < len(row) for row in rows):
        return None
    how = "one list of codes, filled from the left, none twice in a row: slots of one multi-select question"
    return Group("slots", name, columns, stem, items, f"columns {name}*: {how}")


def _grid(name: str, texts: Texts, stem: str, items: Mapping[str, str]) -> Group | None:
    union = {t for found in texts.values() for t in found}
    if not 1 < len(union) <= MOST_LEVELS or any(len(found) < 0.5 * len(union) for found in texts.values()):
        return None
    return Group(
        "grid",
        name,
        tuple(texts),
        stem,
        items,
        f"columns {name}*: {len(texts)} items share {len(union)} answers",
    )
