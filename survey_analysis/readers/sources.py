"""The same items asked about several sources: batteries in wide files, one row a rating in long ones."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.cells import Cells
from survey_analysis.readers.evidence import Confidence
from survey_analysis.readers.roles import named_id

FEWEST_ITEMS = 2
MOST_SOURCES = 9
MOST_ANSWERS = 30
MOST_NAMED = 12  # levels of the source column of a long file

_PARTS = re.compile(r"([_.\-]+)")
_NUMBER = re.compile(r"\d+")
_CROSSED = re.compile(r"(?P<before>.*?r\d+)(?P<mark>c)(?P<source>\d{1,2})$", re.IGNORECASE)
_NO_SOURCE = re.compile(
    r"(text|other|specify|n|mean|min|max|sd|rank|order|time|first|last|click|count|[a-z]?\d*)"
)


@dataclass(frozen=True)
class Battery:
    """Items that were asked about each of several sources.

    Attributes
    ----------
    sources
        What stands for each source in column names, and its label.
    items
        Name of each item, and its column for each source that it was asked about.
    texts
        Wording of each item with `{source}` where the columns differ, "" where the file has none.
    """

    sources: Mapping[str, str]
    items: Mapping[str, Mapping[str, str]]
    texts: Mapping[str, str]
    evidence: str
    confidence: Confidence

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, item by item."""
        return tuple(c for own in self.items.values() for c in own.values())


@dataclass(frozen=True)
class Long:
    """One row a rating: the column of the respondent, and the one that says what was rated."""

    id: str
    source: str
    evidence: str
    confidence: Confidence


def find_batteries(
    raw: RawTable, cells: Mapping[str, Cells], usable: Collection[str], opens: Collection[str] = ()
) -> tuple[Battery, ...]:
    """Batteries among columns whose names are an item and a source.

    A name such as `micro_trust` or `Q20_1_micro` is taken apart at its marks; a part that takes the same few
    values in the names of at least two items is the source, when each item has the same answers for all of
    them. Numbers are sources only in front (`1_Q20`) or after `c` (`r01c02`). Open answers (`opens`) join the
    items that were asked about the same sources.
    """
    columns = [c for c in raw.columns if c in usable and cells[c].distinct > 1]
    best: dict[str, Mapping[str, Mapping[str, str]]] = {}
    for place in ("first", "last", "inner", "crossed"):
        for sources, found in _candidates(columns, place).items():
            kept = {i: own for i, own in found.items() if _alike(raw, cells, tuple(own.values()))}
            if len(kept) >= FEWEST_ITEMS:
                asked = _candidates([c for c in raw.columns if c in opens], place).get(sources, {})
                best[f"{place} {sources}"] = kept | asked
    out: list[Battery] = []
    taken: set[str] = set()
    for items in sorted(best.values(), key=lambda x: -sum(map(len, x.values()))):
        own = {c for columns in items.values() for c in columns.values()}
        if not own & taken:
            out.append(_battery(raw, items))
            taken |= own
    return tuple(out)


def _candidates(columns: Sequence[str], place: str) -> dict[tuple[str, ...], dict[str, dict[str, str]]]:
    """Items by the set of sources that they have, with a column for each source."""
    items: dict[str, dict[str, str]] = {}
    for column in columns:
        found = _taken_apart(column, place)
        if found is not None:
            item, source = found
            items.setdefault(item, {})[source] = column
    out: dict[tuple[str, ...], dict[str, dict[str, str]]] = {}
    for item, own in items.items():
        if 2 <= len(own) <= MOST_SOURCES:
            out.setdefault(tuple(sorted(own)), {})[item] = own
    return out


def _taken_apart(column: str, place: str) -> tuple[str, str] | None:
    """Item and source in a column name; None where that place holds none."""
    if place == "crossed":
        found = _CROSSED.match(column)
        return (found.group("before"), found.group("source")) if found else None
    parts = _PARTS.split(column)
    words = parts[::2]
    if len(words) < 2 or (place == "inner" and len(words) != 3):
        return None
    at = {"first": 0, "last": len(words) - 1, "inner": 1}[place]
    source = words[at]
    numeric = _NUMBER.fullmatch(source) is not None
    if not source or (numeric and place != "first") or (not numeric and _NO_SOURCE.fullmatch(source.lower())):
        return None
    rest = [*parts[: 2 * at], "{}", *parts[2 * at + 1 :]]
    return "".join(rest), source


def _alike(raw: RawTable, cells: Mapping[str, Cells], columns: Sequence[str]) -> bool:
    """Whether the columns of one item have the same answers, by label or by cells."""
    labels = {raw.labels.get(c, ()) for c in columns}
    if len(labels) == 1 and labels != {()}:
        return True
    found = [set(cells[c].first[: MOST_ANSWERS + 1]) for c in columns]
    union = set().union(*found)
    return len(union) <= MOST_ANSWERS and all(len(f) >= 0.5 * len(union) for f in found)


def _battery(raw: RawTable, items: Mapping[str, Mapping[str, str]]) -> Battery:
    first = next(iter(items.values()))
    sources = list(first)
    texts, labels = {}, dict(zip(sources, sources, strict=True))
    for item, own in items.items():
        texts[item], found = _shared_text([raw.wording.get(own[s], "") for s in sources])
        if found and labels == dict(zip(sources, sources, strict=True)):
            labels = dict(zip(sources, found, strict=True))
    named = {_tidy(i): own for i, own in items.items()}
    if len(named) < len(items):
        named = {i.replace("{}", "x"): own for i, own in items.items()}
    texts = dict(zip(named, texts.values(), strict=True))
    known = any(texts.values())
    shown = ", ".join(repr(s) for s in sources)
    how = f"{len(items)} items asked about each of {len(sources)} ({shown}), with the same answers"
    sure: Confidence = "high" if known and len(items) > 2 else "medium"
    return Battery(labels, named, texts, f"{how}{'; so is their wording' if known else ''}", sure)


def _tidy(item: str) -> str:
    """Name of an item: what is left of the column name without the source."""
    return re.sub(r"^[_.\-]+|[_.\-]+$", "", re.sub(r"[_.\-]*\{\}[_.\-]*", "_", item)) or item


def _shared_text(texts: Sequence[str]) -> tuple[str, list[str]]:
    """Wording with `{source}` in the place where the texts differ, and what stands there in each."""
    if not all(texts) or len(set(texts)) < len(texts):
        return (texts[0] if texts and len(set(texts)) == 1 else ""), []
    words = [t.split() for t in texts]
    short = min(map(len, words))
    head = next((i for i in range(short) if len({tuple(w[: i + 1]) for w in words}) > 1), short)
    tail = next((i for i in range(short - head) if len({tuple(w[len(w) - i - 1 :]) for w in words}) > 1), 0)
    if head and all("".join(w[head : len(w) - tail]).strip(".:?").isdigit() for w in words):
        head -= 1  # "Store 1": a number alone names nothing
    middles = [" ".join(w[head : len(w) - tail]) for w in words]
    marks = {m[-1:] for m in middles}
    mark = marks.pop() if len(marks) == 1 else ""
    mark = mark if mark in tuple("?.:,!") else ""
    middles = [m.removesuffix(mark) for m in middles]
    if not all(middles) or not head + tail:
        return "", []
    end = words[0][len(words[0]) - tail :] if tail else []
    return " ".join([*words[0][:head], "{source}" + mark, *end]), middles


def find_long(cells: Mapping[str, Cells], usable: Collection[str]) -> Long | None:
    """One row a rating: an id that repeats, and a column of few words that never repeats with it.

    Numbers without labels are not taken for sources: persons of a household look the same.
    """
    for name, ids in cells.items():
        if not (named_id(name) or ids.plain.endswith(" id")) or ids.filled < ids.rows:
            continue
        if ids.distinct > ids.rows / 1.5 or ids.distinct < 3:
            continue
        most = int(ids.counts.max())
        for column in usable:
            found = cells[column]
            if column == name or not most <= found.distinct <= MOST_NAMED or found.filled < found.rows:
                continue
            if found.numbers is not None:
                continue
            pairs = ids.codes.astype(np.int64) * found.distinct + found.codes
            if len(np.unique(pairs)) == ids.rows:
                how = f"'{name}' repeats, up to {most} rows each, and never with the same '{column}': one row a rating"
                return Long(name, column, how, "high" if most == found.distinct else "medium")
    return None
