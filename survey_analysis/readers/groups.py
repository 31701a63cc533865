"""Columns that belong to one question: multi-select sets and grids, from the file's own word, names and cells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal, TypeAlias

import numpy as np

from survey_analysis.frames.facts import Labels, ResponseSet
from survey_analysis.frames.infer import natural
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.cells import Cells
from survey_analysis.readers.evidence import Confidence
from survey_analysis.readers.joined_cells import joined_group

NOT_SELECTED = ("Not selected", "Not Selected", "not selected", "Unchecked", "Not checked", "Not mentioned")
OFF = ("0", "FALSE", "False", "false", "No", "no", "N")
ON = ("1", "TRUE", "True", "true", "Checked", "Selected", "Yes", "yes", "Y", "X", "x", "Mentioned")
MOST_LEVELS = 30
MOST_GAPS = 0.05  # rows of a slot question that leave one out
FEWEST_UNNUMBERED = 3

_NUMBERED = re.compile(r"(?P<stem>.+?)(?:___|[_.])(?P<item>\d{1,4}|[A-Za-z]\d{0,3})$")
_NUMBERED_PLAIN = re.compile(r"(?P<stem>.*[A-Za-z])(?P<item>\d{1,2})$")
_SEVERAL = re.compile(
    r"all that apply|select all|check all|tick all|mark all|choose all|as many as|which of|multiple answers",
    re.IGNORECASE,
)
_OTHER = re.compile(r"other\b|sonstige|andere|anderes|autre|otro|otra|altro|outro|anders", re.IGNORECASE)

GroupKind: TypeAlias = Literal["multiple", "slots", "joined", "grid"]
Texts: TypeAlias = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Group:
    """Columns of one question.

    Attributes
    ----------
    kind
        "multiple" (one option a column), "slots" (codes of the options chosen, in any of the columns),
        "joined" (several answers in one cell), or "grid" (one item a column, shared answers).
    name
        What the column names share, or the file's own name.
    stem, items
        Wording that the columns share, and each column's own: the option or item.
    not_selected, selected
        Of "multiple": cell texts that mean "asked, not chosen", and those that mean chosen where not obvious.
    options, separator
        Of "slots" and "joined": codes and labels of the options, and what stands between them in a cell.
    ranking
        Of "grid": each respondent gave the places from 1, each once.
    """

    kind: GroupKind
    name: str
    columns: tuple[str, ...]
    stem: str
    items: Mapping[str, str]
    evidence: str
    confidence: Confidence = "medium"
    not_selected: tuple[str, ...] = ()
    selected: tuple[str, ...] = ()
    options: Labels = field(default=())
    separator: str = ""
    ranking: bool = False


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
    """Groups of columns: sets that the file declares, then neighbours of one stem of wording or name.

    Parameters
    ----------
    cells
        Filled cells of each column.
    usable
        Columns that may belong to a question (not ids, weights, dates, personal).
    """
    declared = [g for s in raw.sets if (g := _declared(raw, cells, s)) is not None]
    taken = {c for g in declared for c in g.columns}
    out = list(declared)
    for name, columns, numbered in _runs(raw, usable - taken):
        group = _found(raw, cells, name, columns, numbered)
        if group is not None:
            out.append(group)
            taken.update(group.columns)
    for column in raw.columns:
        if column in usable - taken:
            joined = joined_group(raw, cells[column])
            out += [Group("joined", **joined)] if joined else []
    place = {c: i for i, c in enumerate(raw.columns)}
    return tuple(sorted(out, key=lambda g: place[g.columns[0]]))


def _declared(raw: RawTable, cells: Mapping[str, Cells], given: ResponseSet) -> Group | None:
    columns = tuple(c for c in given.columns if c in cells)
    if len(columns) < len(given.columns) or not columns:
        return None
    how = f"the file declares them a multiple-response set, '{given.name}'"
    name = given.name.lstrip("$") or columns[0]
    labels = dict(given.options)
    if given.kind == "dichotomy":
        items = {c: labels.get(c) or raw.items.get(c) or raw.wording.get(c, "") or c for c in columns}
        return Group(
            "multiple", name, columns, given.text, _unique(items), how, "high", selected=given.counted
        )
    kind: GroupKind = "slots" if given.kind == "categories" else "joined"
    items = dict.fromkeys(columns, "")
    options = given.options or tuple((t, t) for t in sorted({t for c in columns for t in cells[c].texts}))
    return Group(
        kind, name, columns, given.text, items, how, "high", options=options, separator=given.separator
    )


def _runs(raw: RawTable, usable: set[str]) -> list[tuple[str, tuple[str, ...], bool]]:
    """Neighbours of one stem; False where neither a mark in the name nor the wording shows a question.

    The wording that the file gives to several columns goes before their names.
    """

    def key(column: str) -> tuple[str, str, bool]:
        if column not in usable:
            return "", "", False
        if raw.stems.get(column):
            return "stem", raw.stems[column], True
        marked = _NUMBERED.match(column)
        found = marked or _NUMBERED_PLAIN.match(column)
        return ("name", found.group("stem"), marked is not None) if found else ("", "", False)

    out = []
    for (kind, stem, marked), run in groupby(raw.columns, key=key):
        columns = tuple(run)
        if kind and len(columns) > 1:
            out.append((_shared_name(columns) if kind == "stem" else stem, columns, marked))
    return out


def _shared_name(columns: Sequence[str]) -> str:
    """What the names of columns share, without the mark at its end."""
    first, last = min(columns), max(columns)
    n = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return re.sub(r"[^A-Za-z0-9]+$|[^A-Za-z0-9]*\d{1,2}$", "", first[:n]) or first


def _found(
    raw: RawTable, cells: Mapping[str, Cells], name: str, columns: tuple[str, ...], marked: bool
) -> Group | None:
    texts = {c: cells[c].first for c in columns}
    if all(raw.stems.get(c) for c in columns):
        stem, own = raw.stems[columns[0]], {c: raw.items.get(c, "") or c for c in columns}
    else:
        stem, items = split_wording([raw.wording.get(c, "") for c in columns])
        own = dict(zip(columns, items, strict=True))
    labels = {c: raw.labels.get(c, ()) for c in columns}
    group = _multiple(name, texts, stem, own, cells) or _two_codes(name, texts, stem, own, labels)
    if group is None and marked:
        group = _slots(name, texts, stem, own, cells) or _grid(name, texts, stem, own, labels, cells)
    return group if group and (marked or len(group.columns) >= FEWEST_UNNUMBERED) else None


def _multiple(
    name: str, texts: Texts, stem: str, items: Mapping[str, str], cells: Mapping[str, Cells]
) -> Group | None:
    """One option a column: its text, a tick or 1 where chosen; an open "other" column stays apart."""
    off = tuple(t for t in NOT_SELECTED if any(t in found[:3] for found in texts.values()))
    few = {c: found for c, found in texts.items() if len(found) <= len(off) + 3}
    marks = {c: [t for t in found if t not in off and t not in OFF] for c, found in few.items()}
    closed = tuple(c for c in few if len(marks[c]) <= 1)
    chosen = [marks[c][0] for c in closed if marks[c]]
    if len(chosen) < 2 or len(closed) < 0.6 * len(texts):
        return None
    if not any(cells[c].filled < cells[c].rows or len(texts[c]) > 1 for c in closed):
        return None
    ticked = all(t in ON for t in chosen)
    if not ticked and len(set(chosen)) < len(chosen):
        return None
    labels = _unique({c: _label(c, marks[c], items) for c in closed})
    said_no = tuple(t for t in OFF if any(t in texts[c] for c in closed))
    yes_no = ticked and said_no and said_no[0].casefold() in ("no", "n") and not _SEVERAL.search(stem)
    if yes_no:
        return None
    if ticked and (said_no or not _SEVERAL.search(stem)):
        how = "is ticked or not (a set of yes/no items looks the same)"
        sure: Confidence = "high" if _SEVERAL.search(stem) else "medium"
    elif ticked:
        how, sure = "is ticked or empty, and the wording asks for all that apply", "high"
    else:
        how, sure = f"holds its option or {repr(off[0]) if off else 'is empty'}", "high"
    apart = _apart([c for c in texts if c not in closed])
    marked = tuple(dict.fromkeys(chosen)) if set(said_no) - {"0"} else ()  # else every text but 0 is chosen
    return Group("multiple", name, closed, stem, labels, f"each {how}{apart}", sure, off, marked)


def _apart(columns: Sequence[str]) -> str:
    """What is said of columns of text beside the options: who wrote there and ticked nothing has no answer."""
    if not columns:
        return ""
    named = ", ".join(f"'{c}'" for c in columns[:2]) + (
        f" and {len(columns) - 2} more" if columns[2:] else ""
    )
    return f"; {named} with other text left apart: as an option too, it would count who only wrote there"


def _two_codes(
    name: str, texts: Texts, stem: str, items: Mapping[str, str], labels: Mapping[str, Labels]
) -> Group | None:
    """Columns that all hold 1 and 2, where labels or wording say that 1 is chosen and 2 is not."""
    if any(not set(found) <= {"1", "2"} or not found for found in texts.values()):
        return None
    said = [tuple(text.casefold() for _, text in sorted(labels[c])) for c in texts]
    chosen = all(s and s[0] in ("yes", "selected", "mentioned", "quoted", "checked") for s in said)
    asked = _SEVERAL.search(stem) is not None
    if not asked and not (chosen and all(s[0] != "yes" for s in said)):
        return None
    how = "holds 1 or 2, and the wording asks for all that apply" if asked else "is labelled chosen or not"
    own = _unique({c: items.get(c, "") or c for c in texts})
    return Group(
        "multiple", name, tuple(texts), stem, own, f"each {how}", "high" if chosen else "low", selected=("1",)
    )


def _unique(labels: Mapping[str, str]) -> dict[str, str]:
    """Labels; the column behind each where two are the same."""
    if len(set(labels.values())) == len(labels):
        return dict(labels)
    return {c: f"{label} ({c})" if label != c else c for c, label in labels.items()}


def _label(column: str, marks: Sequence[str], items: Mapping[str, str]) -> str:
    own = marks[0] if marks and marks[0] not in ON else ""
    if own and _OTHER.match(items.get(column, "")) and not _OTHER.match(own):
        return items[column]  # one text that somebody wrote is not what the option is called
    return own or items.get(column, "") or column


def _slots(
    name: str, texts: Texts, stem: str, items: Mapping[str, str], cells: Mapping[str, Cells]
) -> Group | None:
    """Codes filled from the left, none twice in a row, the last slots mostly empty."""
    columns = tuple(texts)
    union = {t for found in texts.values() for t in found[: MOST_LEVELS + 1]}
    if not 1 < len(union) <= MOST_LEVELS or any(len(found) > MOST_LEVELS for found in texts.values()):
        return None
    if cells[columns[-1]].filled > 0.5 * cells[columns[0]].filled:
        return None
    place = {t: i + 1 for i, t in enumerate(sorted(union, key=natural))}
    codes = {c: np.array([*(place[t] for t in texts[c]), 0], dtype=np.int8) for c in columns}
    grid = np.stack([codes[c][cells[c].codes] for c in columns], axis=1)
    filled = grid > 0
    gaps = int((filled[:, 1:] & ~filled[:, :-1]).any(axis=1).sum())
    if gaps > MOST_GAPS * len(filled):
        return None
    ordered = np.sort(grid, axis=1)
    if bool(((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] > 0)).any()):
        return None
    how = "one list of codes, filled from the left, none twice in a row: slots of one multi-select question"
    return Group("slots", name, columns, stem, items, how, "high", options=tuple((t, t) for t in place))


def _ranks(texts: Texts, cells: Mapping[str, Cells]) -> bool:
    """Whether the columns hold a ranking: the numbers from 1, each once in nearly every full row."""
    k = len(texts)
    if any({*found} != {str(i + 1) for i in range(k)} for found in texts.values()):
        return False
    grid = np.stack([np.array([*map(int, found), 0])[cells[c].codes] for c, found in texts.items()], axis=1)
    full = grid[(grid > 0).all(axis=1)]
    whole = (np.sort(full, axis=1) == np.arange(1, k + 1)).all(axis=1)
    return len(full) > k and float(whole.mean()) > 1 - MOST_GAPS


def _grid(
    name: str,
    texts: Texts,
    stem: str,
    items: Mapping[str, str],
    labels: Mapping[str, Labels],
    cells: Mapping[str, Cells],
) -> Group | None:
    shared = len({labels[c] for c in texts}) == 1 and bool(labels[next(iter(texts))])
    union = {t for found in texts.values() for t in found[: MOST_LEVELS + 1]}
    if not 1 < len(union) <= MOST_LEVELS:
        return None
    if not shared and any(len(found) < 0.5 * len(union) for found in texts.values()):
        return None
    worded = bool(stem)
    if _ranks(texts, cells):
        how = f"every row holds 1 to {len(texts)} once: a ranking"
        return Group("grid", name, tuple(texts), stem, items, how, "high", ranking=True)
    how = f"{len(texts)} items share {'value labels' if shared else f'{len(union)} answers'}"
    how = f"{how} and one stem of wording" if worded else how
    in_words = len(union) > 2 and not all(t.lstrip("-").isdigit() for t in union)
    sure = shared or worded or in_words
    return Group("grid", name, tuple(texts), stem, items, how, "high" if sure else "medium")


def group_of(groups: Iterable[Group]) -> dict[str, Group]:
    """Group of each column that is in one."""
    return {c: g for g in groups for c in g.columns}
