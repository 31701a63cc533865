"""Questions as Triple-S variables: type, codes, and the data of each respondent."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, TypeAlias

import numpy as np

from survey_analysis.exports.cells import declared_missing
from survey_analysis.exports.columns import Column
from survey_analysis.exports.layout import label_of
from survey_analysis.frames.normal import normal
from survey_analysis.frames.table import Table
from survey_analysis.frames.variables import Categorical, Multiple, Numeric, Text, missing_code
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray

Kind: TypeAlias = Literal["single", "multiple", "quantity", "character", "logical", "date", "time"]
MOST_BITS = 1000
KINDS = {
    "dont_know": "Don't know",
    "refused": "Refused",
    "not_applicable": "Not applicable",
    "no_answer": "No answer",
    "not_asked": "Not asked",
    "break_off": "Break-off",
}
_NO_ANSWER = missing_code("no_answer")
_NUMERIC = re.compile(r"0|[1-9]\d{0,8}")


@dataclass(frozen=True)
class Field:
    """One variable and its data.

    Attributes
    ----------
    cells
        One text a respondent as the data file holds it, without padding; "" is missing.
    values
        Code, label and score ("" for none).
    limits
        Ends of the numbers of a quantity.
    asked
        Rows to whom it was asked, where the study says so; `condition` in words, `filter` the variable that says it.
    missing
        Codes of a single that are no answers.
    untold
        Some cells are empty for a reason that no code stands for.
    inside
        Missing codes that could be numbers of a quantity, so that they are written as blank.
    renumbered
        Options got the codes 1, 2, 3, ... because theirs are no places in a bitstring.
    """

    name: str
    kind: Kind
    label: str
    cells: Sequence[str]
    values: tuple[tuple[str, str, str], ...] = ()
    literal: bool = False
    limits: tuple[str, str] | None = None
    use: str = ""
    asked: BoolArray | None = None
    condition: str = ""
    filter: str = ""
    missing: tuple[str, ...] = ()
    untold: bool = False
    inside: tuple[str, ...] = ()
    renumbered: bool = False


def question_fields(table: Table, question: Question) -> Iterator[Field]:
    """One variable a subject of a battery, one of any other question."""
    for subject in list(question.columns) or [""]:
        variable = table.variable(question.name, subject)
        raw = _raw(table, question.columns.get(subject, ""))
        match variable:
            case Categorical():
                made = _single(question, variable, raw)
            case Multiple():
                made = _multiple(variable)
            case Numeric():
                made = _quantity(question, variable, raw)
            case Text():
                made = text_field(variable.texts, variable.known())
        name = f"{question.name}.{subject}" if subject else question.name
        asked = table.asked(question, subject)
        condition = (
            question.asked_if.replace("{" + question.over + "}", subject) if subject else question.asked_if
        )
        yield replace(
            made, name=name, label=label_of(table, question, subject), asked=asked, condition=condition
        )


def column_field(table: Table, column: str) -> Field:
    """A column of the design: numbers as a quantity, else text."""
    cells = [t.strip() for t in _raw(table, column)]
    label = table.raw.wording.get(column, "") or column
    cells = ["" if t in table.empty else t for t in cells]
    numbers = [normal(t) for t in cells]
    if any(numbers) and all(re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", n) for n in numbers if n):
        return Field(column, "quantity", label, numbers, limits=_limits(n for n in numbers if n))
    made = text_field(np.array(cells, dtype=object), np.array([bool(c) for c in cells]))
    return replace(made, name=column, label=label)


def score_field(column: Column) -> Field:
    """The scores of a construct: a quantity of at most as many decimals as they were rounded to."""
    cells = [_plain(float(t)) if t else "" for t in column.cells]
    ends = _limits(c for c in cells if c)
    return Field(column.name, "quantity", column.label, cells, limits=ends, untold=True)


def _raw(table: Table, column: str) -> list[str]:
    if column in table.raw.frame.columns:
        return [str(x) for x in table.raw.column(column)]
    return [""] * len(table)


def _missing(question: Question) -> dict[str, str]:
    """Declared missing codes and the words for each."""
    return {m.code: m.label or KINDS[m.kind] for m in declared_missing(question)}


def _single(question: Question, variable: Categorical, raw: Sequence[str]) -> Field:
    answers = variable.scale.answers
    place, k = variable.codes, len(variable.scale.levels)
    if question.reverse:  # as answered, not turned round
        place = np.where((place >= 0) & (place < k), k - 1 - place, place)
    missing = _missing(question)
    known = [a.code for a in answers]
    codes = [known[p] if p >= 0 else _held(t, missing) for p, t in zip(place, raw, strict=True)]
    scores = [f"{a.score:g}" if a.score is not None else "" for a in answers]
    values = [(a.code, a.label, s) for a, s in zip(answers, scores, strict=True)]
    values += [(c, label, "") for c, label in missing.items()]
    literal = not all(_NUMERIC.fullmatch(c) for c, _, _ in values)
    return Field(
        "",
        "single",
        "",
        codes,
        tuple(values),
        literal=literal,
        missing=tuple(missing),
        untold=_untold(variable.missing, codes),
    )


def _held(text: str, missing: Mapping[str, str]) -> str:
    """The declared missing code that a cell holds; cells may hold its label."""
    found = normal(text)
    if found in missing:
        return found
    return next((c for c, label in missing.items() if label == found), "") if found else ""


def _untold(missing: np.ndarray, cells: Sequence[str]) -> bool:
    """Whether an empty cell is empty for another reason than no answer."""
    bare = np.array([not c for c in cells], dtype=bool)
    return bool(set(missing[bare].tolist()) - {_NO_ANSWER})


def _multiple(variable: Multiple) -> Field:
    codes = [o.code for o in variable.options]
    known = variable.known()
    untold = bool((variable.missing[~known] != _NO_ANSWER).any())
    labels = [o.label or o.code for o in variable.options]
    places = _places(variable)
    own = places is not None
    places = places or list(range(1, len(codes) + 1))
    values = tuple((str(p), label, "") for p, label in zip(places, labels, strict=True))
    width = max(places, default=1)
    bits = np.full((len(known), width), "0", dtype="<U1")
    for j, place in enumerate(places):
        bits[variable.chosen[:, j], place - 1] = "1"
    cells = ["".join(row) if k else "" for row, k in zip(bits, known, strict=True)]
    return Field("", "multiple", "", cells, values, untold=untold, renumbered=not own)


def _places(variable: Multiple) -> list[int] | None:
    """Places of the options in a bitstring: their codes, which may stand behind the question ("Q2_9")."""
    own = re.compile(rf"(?:{re.escape(variable.name)}[_.]+)?([1-9]\d{{0,3}})")
    found = [own.fullmatch(o.code) for o in variable.options]
    places = [int(m[1]) for m in found if m is not None]
    fit = len(places) == len(found) == len(set(places)) and max(places, default=0) <= MOST_BITS
    return places if fit else None


def _quantity(question: Question, variable: Numeric, raw: Sequence[str]) -> Field:
    missing = _missing(question)
    known = variable.known()
    numbers = variable.numbers
    if question.reverse and question.valid_range is not None:
        low, high = question.valid_range
        numbers = low + high - numbers
    cells = [_plain(x) if k else _held(t, missing) for x, k, t in zip(numbers, known, raw, strict=True)]
    ends = [c for c, k in zip(cells, known, strict=True) if k]
    ends += [_plain(x) for x in question.valid_range or () if np.isfinite(x)]
    limits = _limits(ends)
    inside = tuple(c for c in missing if _between(c, limits))
    cells = ["" if not k and c in inside else c for c, k in zip(cells, known, strict=True)]
    values = tuple((c, label, "") for c, label in missing.items() if c not in inside)
    untold = _untold(variable.missing, cells)
    return Field("", "quantity", "", cells, values, limits=limits, untold=untold, inside=inside)


def _plain(number: float) -> str:
    """A number without an exponent, which the format does not know."""
    text = format(Decimal(repr(float(number))), "f")
    return text.removesuffix(".0") if text != "-0.0" else "0"


def _limits(numbers: Iterable[str]) -> tuple[str, str]:
    """Smallest and largest; both with the most decimal places that occur, which is how the format tells them."""
    found = {Decimal(n) for n in numbers} or {Decimal(0)}
    places = max(max(0, -int(n.as_tuple().exponent)) for n in found)
    return f"{min(found):.{places}f}", f"{max(found):.{places}f}"


def _between(code: str, limits: tuple[str, str]) -> bool:
    try:
        return Decimal(limits[0]) <= Decimal(code) <= Decimal(limits[1])
    except ArithmeticError:
        return True  # a text among numbers cannot be written either


def text_field(texts: np.ndarray, known: BoolArray) -> Field:
    """Dates and times where every filled cell is one, else text."""
    cells = [str(t) if k else "" for t, k in zip(texts, known, strict=True)]
    filled = {c for c in cells if c}
    if filled and all(_is(dt.date, c, 10) for c in filled):
        return Field("", "date", "", [c.replace("-", "") for c in cells])
    if filled and all(_is(dt.time, c, 8) for c in filled):
        return Field("", "time", "", [c.replace(":", "") for c in cells])
    return Field("", "character", "", cells)


def _is(kind: type[dt.date | dt.time], text: str, length: int) -> bool:
    if len(text) != length or not set(text) <= set("0123456789-:"):
        return False
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True
