"""Several answers in one cell: a multi-select question in one column."""

from __future__ import annotations

from typing import Any

from survey_analysis.frames.infer import natural
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.cells import Cells

MARKS = (";", "|", ",")
OFTEN = 0.05
MOST_PARTS = 30
LONGEST_PART = 60


def joined_group(raw: RawTable, cells: Cells) -> dict[str, Any] | None:
    """Parts of a group of kind "joined"; None when the cells do not hold several of few answers.

    Semicolon and bar go before the comma, which also stands inside answers: there every part must recur in
    other cells alone or with other parts, and be a code or a short text without spaces around it.
    """
    if cells.numbers is not None or len(cells.texts) < 3:
        return None
    for mark in MARKS:
        found = _parts(cells, mark)
        if found is None:
            continue
        parts, several = found
        labels = dict(raw.labels.get(cells.name, ()))
        options = tuple((p, labels.get(p, p)) for p in sorted(parts, key=natural))
        how = f"{several} cells hold several of {len(parts)} answers joined by {mark!r}"
        return {
            "name": cells.name,
            "columns": (cells.name,),
            "stem": raw.wording.get(cells.name, ""),
            "items": {cells.name: ""},
            "evidence": f"{how}: a multi-select question in one column",
            "confidence": "high" if mark != "," else "medium",
            "options": options,
            "separator": mark,
        }
    return None


def _parts(cells: Cells, mark: str) -> tuple[set[str], int] | None:
    first = [[p.strip() for p in t.split(mark) if p.strip()] for t in cells.first]
    head = {p for row in first for p in row}
    if not 1 < len(head) <= MOST_PARTS or max(map(len, head)) > LONGEST_PART:
        return None
    rows = [[p.strip() for p in t.split(mark) if p.strip()] for t in cells.texts]
    parts = {p for row in rows for p in row}
    several = sum(int(n) for row, n in zip(rows, cells.counts, strict=True) if len(row) > 1)
    if len(parts) > MOST_PARTS or several < max(1.0, OFTEN * cells.filled):
        return None
    if any(len(set(row)) < len(row) for row in rows):
        return None
    if mark == "," and not (len(rows) > len(parts) and all(_recurs(p, rows) for p in parts)):
        return None
    return parts, several


def _recurs(part: str, rows: list[list[str]]) -> bool:
    """Whether an answer stands beside different ones, as an option does and half a sentence does not."""
    beside = {tuple(p for p in row if p != part) for row in rows if part in row}
    return len(beside) > 1
