"""Several answers in one cell: a multi-select question in one column."""

from __future__ import annotations

from typing import Any

from survey_analysis.frames.infer import natural
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.readers.cells import MOST_LOOKED_AT, Cells
from survey_analysis.readers.joined import find_options

MARKS = (";", "|", ",")
OFTEN = 0.05
MOST_PARTS = 30
LONGEST_PART = 60


def joined_group(raw: RawTable, cells: Cells) -> dict[str, Any] | None:
    """Parts of a group of kind "joined"; None when the cells do not hold several of few answers.

    Semicolon and bar go before the comma, which also stands inside answers: which pieces are one answer is
    then found from how they stand together (`readers.joined`).
    """
    if cells.numbers is not None or cells.distinct < 3:
        return None
    for mark in MARKS:
        if mark not in "".join(cells.first):
            continue
        found = _by_comma(cells) if mark == "," else _parts(cells, mark)
        if found is not None:
            return _group(raw, cells, mark, *found)
    return None


def _group(raw: RawTable, cells: Cells, mark: str, parts: tuple[str, ...], several: int) -> dict[str, Any]:
    labels = dict(raw.labels.get(cells.name, ()))
    how = f"{counted(several, 'cell holds', 'cells hold')} several of {len(parts)} answers joined by {mark!r}"
    return {
        "name": cells.name,
        "columns": (cells.name,),
        "stem": raw.wording.get(cells.name, ""),
        "items": {cells.name: ""},
        "evidence": f"{how}: a multi-select question in one column",
        "confidence": "high" if mark != "," else "medium",
        "options": tuple((p, labels.get(p, p)) for p in parts),
        "separator": mark,
    }


def _parts(cells: Cells, mark: str) -> tuple[tuple[str, ...], int] | None:
    """Answers between marks that stand inside none of them, and how many cells hold several."""
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
    return tuple(sorted(parts, key=natural)), several


def _by_comma(cells: Cells) -> tuple[tuple[str, ...], int] | None:
    """Answers between commas, some of which may hold one; none where a text is left over that is no answer."""
    if cells.distinct > MOST_LOOKED_AT:
        return None
    mark = ", " if ", " in "".join(cells.texts) else ","
    counts = dict(zip(cells.texts, cells.counts.tolist(), strict=True))
    found = find_options(counts, mark)
    if found is None or not found.several or found.once or len(found.options) < 2:
        return None
    if len(found.options) > MOST_PARTS or max(map(len, found.options)) > LONGEST_PART:
        return None
    several = sum(n for text, n in counts.items() if text not in found.options)
    return (found.options, several) if several >= max(1.0, OFTEN * cells.filled) else None
