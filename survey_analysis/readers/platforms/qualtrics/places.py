"""Where the answers to a question stand in an export: its columns, by import id or by name.

======================  ==============================  =========================
question                columns                         import ids
======================  ==============================  =========================
one answer, text        Q1                              QID1, QID1_TEXT
several answers         Q1 ("1,3"), or Q1_1, Q1_2 ...   QID1, or QID1 with a choice
matrix                  Q2_1 (one a statement)          QID2_1
matrix, several         Q2_1, or Q2_1_2                 QID2_1, QID2_1 with a choice
slider, rank, sum, form Q3_1                            QID3_1
text of a choice        Q1_3_TEXT                       QID1_3_TEXT
======================  ==============================  =========================

In a loop the columns begin with its number: 1_Q3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.platforms.qualtrics.structure import Choice, Question

Kind: TypeAlias = Literal["single", "joined", "split", "grid", "cells", "values", "text", "none"]

_MULTIPLE = ("MAVR", "MAHR", "MACOL", "MSB")
_VALUES = {"Slider", "RO", "CS", "Timing", "Meta"}


@dataclass(frozen=True)
class Place:
    """Columns of a question.

    Attributes
    ----------
    column
        The one column of a question that has one.
    columns
        Column by id of the choice or statement; of a matrix with several answers by "statement_answer".
    texts
        Columns of text typed in at a choice, by its id.
    """

    question: Question
    kind: Kind
    column: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    @property
    def all(self) -> tuple[str, ...]:
        """Every column."""
        one = (self.column,) if self.column else ()
        return tuple(dict.fromkeys([*one, *self.columns.values(), *self.texts.values()]))


@dataclass(frozen=True)
class Finder:
    """Finds columns; `doubt` names questions whose columns could be numbered in two ways."""

    raw: RawTable
    doubt: list[str] = field(default_factory=list)

    @cached_property
    def by_key(self) -> dict[str, str]:
        """Column of an import id; exports before 2017 write its parts with a hyphen ("QID2-1")."""
        return {_key(key): column for column, key in reversed(tuple(self.raw.keys.items()))}

    @cached_property
    def loops(self) -> tuple[str, ...]:
        """Prefixes of looped columns ("1_"), and none."""
        found = {m.group() for c in self.raw.columns if (m := re.match(r"\d+_(?=.)", c))}
        return ("", *sorted(found, key=lambda x: int(x[:-1])))

    def one(self, name: str, base: str, *tails: str) -> str:
        """The column of the import id `base` and a tail, else of that name; "" for none.

        A column whose import id is that of another question is not taken by its name. Legacy exports write #
        and - as _.
        """
        for tail in tails:
            if base + tail in self.by_key:
                return self.by_key[base + tail]
        for found in dict.fromkeys((name, re.sub(r"[#-]", "_", name))):
            if found in self.raw.columns:
                key = _key(self.raw.keys.get(found, base))
                if key == base or key.startswith(f"{base}_"):
                    return found
        return ""

    def place(self, question: Question, loop: str = "") -> Place:
        """Columns of a question, in a loop where a prefix is given."""
        tag, key = loop + question.tag, loop + question.id
        kind = kind_of(question)
        texts = self._texts(question, tag, key)
        if kind == "text":
            return Place(question, kind, self.one(tag, key, "", "_TEXT") or self.one(f"{tag}_TEXT", key))
        if kind == "single":
            return Place(question, kind, self.one(tag, key, ""), texts=texts)
        if kind == "split":
            split = self._split(question, tag, key)
            if split:
                return Place(question, kind, columns=split, texts=texts)
            return Place(question, "joined", self.one(tag, key, ""), texts=texts)
        if kind == "cells":
            columns = self._cells(question, tag, key, loop)
            if columns:
                return Place(question, kind, columns=columns, texts=texts)
            kind = "grid"  # the answers of a statement joined in one column
        found = {c.id: self._item(c, kind, tag, key, loop) for c in question.choices}
        return Place(
            question, kind, columns={c: column for c, column in found.items() if column}, texts=texts
        )

    def _item(self, choice: Choice, kind: Kind, tag: str, key: str, loop: str) -> str:
        """Column of a statement or of one of several values."""
        names = [*_rows(choice, tag, loop), *([f"{tag}_{choice.text}"] if kind == "values" else [])]
        return next((c for n in names if (c := self.one(n, key, f"_{choice.id}"))), "")

    def _texts(self, question: Question, tag: str, key: str) -> dict[str, str]:
        found = {}
        for choice in question.choices:
            numbers = dict.fromkeys([choice.id, choice.recode, choice.tag] if choice.text_entry else [])
            names = [f"{tag}_{n}_TEXT" for n in numbers if n] + [f"{choice.tag}_TEXT"]
            columns = [
                c for n in names if choice.text_entry and (c := self.one(n, key, f"_{choice.id}_TEXT"))
            ]
            if columns:
                found[choice.id] = columns[0]
        return found

    def _cells(self, question: Question, tag: str, key: str, loop: str) -> dict[str, str]:
        """Columns of a statement and an answer, which is numbered by its id or its recode value."""
        found: dict[str, str] = {}
        for row in question.choices:
            for answer in question.rows.get(row.id, question.answers):
                tail = f"_{row.id}_{answer.id}"
                numbers = dict.fromkeys([answer.recode, answer.id])
                names = [
                    f"{r}_{n}{end}" for r in _rows(row, tag, loop) for n in numbers for end in ("", "_TEXT")
                ]
                column = next((c for n in names if (c := self.one(n, key, tail, f"{tail}_TEXT"))), "")
                if column and column not in found.values():
                    found[tail[1:]] = column
        return found

    def _split(self, question: Question, tag: str, key: str) -> dict[str, str]:
        """One column a choice, numbered by its id or by its recode value: whichever the columns show."""
        keyed = {c.id: self.by_key[k] for c in question.choices if (k := f"{key}_{c.id}") in self.by_key}
        if keyed:
            return keyed
        by_id = self._numbered(question, tag, key, {c.id: c.id for c in question.choices})
        by_recode = self._numbered(question, tag, key, {c.id: c.recode for c in question.choices})
        if by_id == by_recode or not by_recode:
            return by_id
        scores = [(self._worded(way, question.choices), len(way)) for way in (by_id, by_recode)]
        if scores[0] == scores[1]:
            self.doubt.append(question.tag)
            return {}
        return by_id if scores[0] > scores[1] else by_recode

    def _numbered(self, question: Question, tag: str, key: str, numbers: Mapping[str, str]) -> dict[str, str]:
        found = {c.id: self.one(c.tag or f"{tag}_{numbers[c.id]}", key) for c in question.choices}
        return {c: column for c, column in found.items() if column}

    def _worded(self, columns: Mapping[str, str], choices: Iterable[Choice]) -> int:
        """How many columns have a header that ends in the text of their choice."""
        shown = {c.id: c.text for c in choices}
        return sum(self.raw.wording.get(column, "").endswith(shown[c]) for c, column in columns.items())


def _key(key: str) -> str:
    return key.replace("-", "_")


def _rows(row: Choice, tag: str, loop: str) -> list[str]:
    """Names that the columns of a statement begin with."""
    own = [loop + row.tag, f"{tag}_{row.tag}"] if row.tag else []
    return [*own, f"{tag}_{row.id}"]


def kind_of(question: Question) -> Kind:
    """How the answers to a question stand in columns."""
    if question.type == "MC":
        return "split" if question.selector in _MULTIPLE else "single"
    if question.type in ("Matrix", "SBS"):
        if question.selector in ("TE", "CS") or question.sub in ("MultipleAnswer", "TE"):
            return "cells"
        return "grid"
    if question.type == "TE":
        return "values" if question.selector == "FORM" else "text"
    return "values" if question.type in _VALUES else "none"


def unread(question: Question, columns: Sequence[str]) -> bool:
    """Whether a question of another type has columns, which stay without description."""
    return any(c == question.tag or c.startswith(f"{question.tag}_") for c in columns)
