"""Guesses about columns that are not questions: id, weight, duration, dates; each with its evidence."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from survey_analysis.frames.raw import RawTable
from survey_analysis.typing import FloatArray, IntArray

EMPTY_TEXTS = ("NA", "N/A", "NaN", "nan", "<NA>", "#N/A", "#NULL!", "NULL")
OFTEN = 0.05
NEAR_ONE = 0.03
LARGE = 20  # mean of weights that count people
MOST_PARTS = 30

_IDS = re.compile(
    r"((response|respondent|record|case|unique|panel|person|participant|interview|user) ?)?"
    r"(id|uuid|key|number|no)"
)
_WEIGHT = re.compile(r"(^|[^a-z])(weights?|wgts?|wts?|pw|finalwgt|nweight)([^a-z]|\d|$)")
_DURATION = re.compile(r"duration|total time|time spent|t total|interview length|seconds")
_STARTED = re.compile(r"(start|started)[ _]?(date|time|at)?|date (created|started)|timestamp")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DATE = re.compile(
    r"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{2,4})"
    r"([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AP]M)?)?([+-]\d{2}:?\d{2}|Z)?"
)


@dataclass(frozen=True)
class Cells:
    """Filled cells of a column: the distinct texts in order of appearance, how often each stands there."""

    name: str
    texts: tuple[str, ...]
    counts: IntArray
    rows: int

    @classmethod
    def of(cls, raw: RawTable, name: str) -> Cells:
        """Cells of a column that are not blank."""
        codes, distinct = pd.factorize(raw.column(name))
        counts = np.bincount(codes, minlength=len(distinct)).astype(np.int64)
        return cls(name, tuple(map(str, distinct)), counts, len(codes)).without(("",))

    def without(self, blank: Collection[str]) -> Cells:
        """The same cells with some texts taken for blank."""
        kept = [i for i, text in enumerate(self.texts) if text.strip() and text not in blank]
        if len(kept) == len(self.texts):
            return self
        return Cells(self.name, tuple(self.texts[i] for i in kept), self.counts[kept], self.rows)

    @property
    def filled(self) -> int:
        """Number of filled cells."""
        return int(self.counts.sum())

    @property
    def plain(self) -> str:
        """Lower-case words of the name: "StartDate" is "start date"."""
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", self.name)
        return re.sub(r"[^a-z0-9]+", " ", spaced.casefold()).strip()

    @cached_property
    def numbers(self) -> FloatArray | None:
        """Distinct texts as numbers; None when one is no number or none is filled."""
        try:
            found = np.array([float(t) for t in self.texts])
        except ValueError:
            return None
        return found if len(found) and bool(np.isfinite(found).all()) else None


def empty_texts(columns: Iterable[Cells]) -> tuple[tuple[str, str], ...]:
    """Texts that seem to mean an empty cell, with evidence: in several columns, and often there."""
    found: dict[str, list[float]] = {text: [] for text in EMPTY_TEXTS}
    rows = 0
    for cells in columns:
        rows = cells.rows
        for text in EMPTY_TEXTS:
            if text in cells.texts:
                found[text].append(int(cells.counts[cells.texts.index(text)]))
    return tuple(
        (text, f"{sum(n):.0f} cells of {len(n)} columns hold it")
        for text, n in found.items()
        if len(n) > 1 and sum(n) >= OFTEN * rows * len(n)
    )


def role(cells: Cells, *, first: bool) -> tuple[str, str]:
    """Role of a column that is no question, and the evidence; ("", "") for the others."""
    found = (
        ("id", id_evidence(cells, first=first)),
        ("weight", weight_evidence(cells)),
        ("duration", duration_evidence(cells)),
        ("date", date_evidence(cells)),
        ("simulated", simulated_evidence(cells)),
    )
    return next(((kind, evidence) for kind, evidence in found if evidence), ("", ""))


def id_evidence(cells: Cells, *, first: bool) -> str:
    """Different in every row, and named like an id or the first column."""
    if cells.rows < 2 or len(cells.texts) != cells.rows:
        return ""
    if any(re.fullmatch(r"-?\d+\.\d+", t) for t in cells.texts):
        return ""
    how = f"{cells.rows} different values in {cells.rows} rows"
    if _IDS.fullmatch(cells.plain):
        return f"named like an id; {how}"
    if first and (cells.name.startswith("unnamed_") or cells.plain.endswith("id")):
        return f"first column; {how}"
    return ""


def weight_evidence(cells: Cells) -> str:
    """Positive numbers, with mean near 1 or named like a weight."""
    values = cells.numbers
    if values is None or cells.filled < 2 or (values <= 0).any():
        return ""
    named = _WEIGHT.search(cells.plain) is not None
    mean = float(values @ cells.counts / cells.filled)
    fractions = bool((values != np.round(values)).any())
    near_one = fractions and abs(mean - 1) <= NEAR_ONE
    if not (near_one and len(values) > 5) and not (named and (fractions or mean > LARGE)):
        return ""
    spread = f"from {values.min():.3g} to {values.max():.3g}" if len(values) > 1 else "the same in all rows"
    blank = cells.rows - cells.filled
    gap = f"; {blank} rows have none" if blank else ""
    return f"{'named like a weight; ' if named else ''}positive, mean {mean:.3g}, {spread}{gap}"


def duration_evidence(cells: Cells) -> str:
    """Numbers, named like the length of the interview."""
    values = cells.numbers
    if not _DURATION.search(cells.plain) or values is None or (values < 0).any():
        return ""
    median = float(np.median(np.repeat(values, cells.counts)))
    return f"named like a duration; numbers, median {median:.0f}"


def date_evidence(cells: Cells) -> str:
    """All filled cells are dates or moments."""
    if not cells.texts or not all(_DATE.fullmatch(t.strip()) for t in cells.texts):
        return ""
    start = "; named like the start" if _STARTED.fullmatch(cells.plain) else ""
    return f"all filled cells are dates{start}"


def simulated_evidence(cells: Cells) -> str:
    """A column of that name that is 1 in every row."""
    all_one = cells.texts == ("1",) and cells.filled == cells.rows
    return "the column says that every row is simulated" if all_one and cells.plain == "simulated" else ""


def number_evidence(cells: Cells) -> str:
    """Numbers but for a few cells, which a person must look at."""
    if cells.numbers is not None or not cells.filled:
        return ""
    stray = sum(int(n) for t, n in zip(cells.texts, cells.counts, strict=True) if not _NUMBER.fullmatch(t))
    if stray > OFTEN * cells.filled or cells.filled - stray < 10:
        return ""
    return f"{cells.filled - stray} of {cells.filled} filled cells are numbers; {stray} are not"


def joined_evidence(cells: Cells) -> str:
    """Several answers in one cell, joined by a semicolon or bar."""
    if cells.numbers is not None:
        return ""
    for mark in (";", "|"):
        several = sum(int(n) for t, n in zip(cells.texts, cells.counts, strict=True) if mark in t.strip(mark))
        if several < max(1.0, OFTEN * cells.filled):
            continue
        parts = {p.strip() for t in cells.texts for p in t.split(mark)} - {""}
        if len(parts) <= MOST_PARTS:
            how = f"{several} cells hold several of {len(parts)} answers joined by {mark!r}"
            return f"{how}: a multi-select question in one column"
    return ""
