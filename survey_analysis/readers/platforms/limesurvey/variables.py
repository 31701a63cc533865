"""The variables of a LimeSurvey survey and their columns under each kind of heading.

A question of one column is `Q1`; a part of it `Q1[SQ001]` in exports and `Q1_SQ001` in equations and in exports
with those names; a cell of a table of texts `Q1[SQ001_SQ002]`; the second scale of a dual array `Q1[SQ001][2]`.
Headings are codes, whole texts ("Question [part]"), or both ("Q1. Question [part]").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from survey_analysis.frames.facts import Labels
from survey_analysis.readers.platforms.limesurvey.structure import Part, Question
from survey_analysis.readers.platforms.markup import plain

Sort: TypeAlias = Literal["answer", "tick", "number", "text", "rank"]

_SCALES: dict[str, Labels] = {
    "5": tuple((str(i), str(i)) for i in range(1, 6)),
    "A": tuple((str(i), str(i)) for i in range(1, 6)),
    "B": tuple((str(i), str(i)) for i in range(1, 11)),
    "C": (("Y", "Yes"), ("U", "Uncertain"), ("N", "No")),
    "E": (("I", "Increase"), ("S", "Same"), ("D", "Decrease")),
    "Y": (("Y", "Yes"), ("N", "No")),
    "G": (("F", "Female"), ("M", "Male")),
}  # fmt: skip
_ONE: dict[str, Sort] = {
    "L": "answer", "!": "answer", "O": "answer", "5": "answer", "Y": "answer", "G": "answer", "N": "number",
    "S": "text", "T": "text", "U": "text", "D": "text", "*": "text", "I": "text",
}  # fmt: skip
_EACH: dict[str, Sort] = {
    "F": "answer", "H": "answer", "A": "answer", "B": "answer", "C": "answer", "E": "answer", "M": "tick", "P": "tick",
    "K": "number", "Q": "text",
}  # fmt: skip
_TABLES: dict[str, Sort] = {":": "number", ";": "text"}
DESCRIBED = {*_ONE, *_EACH, *_TABLES, "1", "R", "X"}
ORDINAL = {"5", "A", "B", "F", "H", "1", "E"}


@dataclass(frozen=True)
class Variable:
    """One column that a question makes.

    Attributes
    ----------
    codes
        Its name in exports and in equations.
    suffix
        What follows the question's text in a heading of whole texts.
    """

    question: Question
    sort: Sort
    codes: tuple[str, ...]
    item: str = ""
    suffix: str = ""
    options: Labels = ()
    relevance: str = ""


def variables(question: Question) -> Iterator[Variable]:
    """Every column that a question makes."""
    kind, code = question.type, question.code
    if kind in _ONE:
        options = _SCALES.get(kind, question.answers.get("0", ()))
        if question.other and kind in ("L", "!"):
            options = (*options, ("-oth-", "Other"))
        yield Variable(question, _ONE[kind], (code, question.sgqa), options=options)
    if kind in _EACH:
        options = _SCALES.get(kind, question.answers.get("0", ())) if _EACH[kind] == "answer" else ()
        for part in question.parts:
            yield _each(question, part, _EACH[kind], options)
            if kind == "P":
                yield _extra(question, f"{part.code}comment", f"{part.text} - Comment")
    if kind in _TABLES:
        yield from _table(question)
    if kind == "1":
        yield from _dual(question)
    if kind == "R":
        options = question.answers.get("0", ()) or tuple((p.code, p.text) for p in question.parts)
        for rank in range(1, len(options) + 1):
            codes = (f"{code}[{rank}]", f"{code}_{rank}", f"{question.sgqa}{rank}")
            yield Variable(question, "rank", codes, f"Rank {rank}", f"[Rank {rank}]", options)
    if question.other and kind in ("L", "!", "M", "P"):
        yield _extra(question, "other", "Other")
    if kind == "O":
        yield _extra(question, "comment", "Comment")


def _each(question: Question, part: Part, sort: Sort, options: Labels) -> Variable:
    code = question.code
    codes = (
        f"{code}[{part.code}]",
        f"{code}_{part.code}",
        f"{code}.{part.code}.",
        f"{question.sgqa}{part.code}",
    )
    return Variable(question, sort, codes, part.text, f"[{part.text}]", options, part.relevance)


def _extra(question: Question, name: str, item: str) -> Variable:
    code = question.code
    codes = (f"{code}[{name}]", f"{code}_{name}", f"{question.sgqa}{name}")
    return Variable(question, "text", codes, item, f"[{item.replace(' - ', '][')}]")


def _table(question: Question) -> Iterator[Variable]:
    """A row and a column of a table of numbers or texts."""
    for row in (p for p in question.parts if p.scale == "0"):
        for part in (p for p in question.parts if p.scale == "1"):
            name = f"{row.code}_{part.code}"
            codes = (f"{question.code}[{name}]", f"{question.code}_{name}", f"{question.sgqa}{name}")
            item, suffix = f"{row.text} - {part.text}", f"[{row.text}][{part.text}]"
            yield Variable(question, _TABLES[question.type], codes, item, suffix, (), row.relevance)


def _dual(question: Question) -> Iterator[Variable]:
    for part in question.parts:
        for scale in ("0", "1"):
            number = int(scale) + 1
            code, name = question.code, part.code
            codes = (f"{code}[{name}][{number}]", f"{code}_{name}_{scale}", f"{question.sgqa}{name}#{scale}")
            heading = question.attributes.get(f"dualscale_header{'AB'[int(scale)]}") or f"Scale {number}"
            item = f"{part.text} - {plain(heading)}"
            yield Variable(
                question, "answer", codes, item, f"[{part.text}][Scale {number}]", question.answers.get(scale, ()), part.relevance
            )  # fmt: skip


def columns_of(found: list[Variable], columns: tuple[str, ...]) -> Mapping[int, str]:
    """Column of each variable, by its place in the list, from headings of codes, texts or both.

    A text that heads two columns, or stands for two variables, tells nothing.
    """
    heads = {c.split(". ", 1)[0]: c for c in reversed(columns) if ". " in c} | {c: c for c in columns}
    by_code = {i: heads[code] for i, v in enumerate(found) for code in reversed(v.codes) if code in heads}
    texts: dict[str, list[int]] = {}
    for i, variable in enumerate(found):
        for text in _texts(variable):
            texts.setdefault(text, []).append(i)
    out: dict[int, str] = {}
    for column in columns:
        places = texts.get(_flat(column), [])
        if len(places) == 1:
            out.setdefault(places[0], column)
    return {**out, **by_code}


def _texts(variable: Variable) -> set[str]:
    whole = f"{variable.question.text} {variable.suffix}" if variable.suffix else variable.question.text
    return {_flat(whole), _flat(f"{variable.question.code}. {whole}")} if variable.question.text else set()


def _flat(text: str) -> str:
    return re.sub(r"\s+", "", plain(text)).casefold()
