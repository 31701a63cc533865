"""Facts of a LimeSurvey structure about the columns of an export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from survey_analysis.frames.facts import Facts, Labels, ResponseSet
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.platforms.description import Description, named, style_of
from survey_analysis.readers.platforms.limesurvey.equations import Equations
from survey_analysis.readers.platforms.limesurvey.structure import Question, load
from survey_analysis.readers.platforms.limesurvey.variables import (
    DESCRIBED,
    ORDINAL,
    Variable,
    columns_of,
    variables,
)
from survey_analysis.readers.source import Source
from survey_analysis.study.scales import MissingCode

_TICKED = ("Y", "Yes", "1")
_NOT_TICKED = ("N", "No", "0", "2")
_NOT_SHOWN = "N/A"

Placed = tuple[tuple[str, Variable], ...]


def read(source: Source, raw: RawTable) -> Facts:
    """Facts of an `.lss` about the columns of an export of answer codes or of full answers."""
    questions, language = load(source)
    every = [v for q in questions for v in variables(q)]
    at = columns_of(every, raw.columns)
    placed = tuple((at[i], v) for i, v in enumerate(every) if i in at)
    out = Description(raw)
    if language:
        out.notes.append(f"Texts of the questionnaire are those in its base language, '{language}'.")
    options: dict[str, Labels] = {c: v.options for c, v in placed if v.options}
    out.style, note = style_of({c: out.cells(c) for c in options}, options)
    out.notes += [note] if note else []
    _not_shown(placed, out)
    for column, variable in placed:
        _describe(column, variable, out)
    ticks = {c: _tick(c, out) for c, v in placed if v.sort == "tick"}
    _sets(questions, placed, ticks, out)
    _route(placed, ticks, out)
    _notes(questions, placed, out)
    return out.facts()


def _not_shown(placed: Placed, out: Description) -> None:
    """Exports of full answers say N/A where a question was not shown."""
    for column, variable in placed:
        known = {text for pair in variable.options for text in pair}
        if variable.sort != "text" and _NOT_SHOWN not in known and _NOT_SHOWN in out.cells(column):
            out.missing[column] = (MissingCode(code=_NOT_SHOWN, kind="not_asked", label="not shown"),)
    if out.missing:
        out.notes.append(f"'{_NOT_SHOWN}' is read as not shown.")


def _describe(column: str, variable: Variable, out: Description) -> None:
    question = variable.question
    out.word(column, question.text, item=variable.item)
    if variable.sort in ("answer", "rank"):
        ordinal = variable.sort == "answer" and question.type in ORDINAL
        out.answers(column, variable.options, measure="ordinal" if ordinal else None)
    elif variable.sort == "number":
        out.measure[column] = "scale"


def _tick(column: str, out: Description) -> str:
    """What a ticked cell holds; "" where the cells are of another language or none is filled."""
    filled = set(out.cells(column)) - {_NOT_SHOWN}
    if filled - {*_TICKED, *_NOT_TICKED}:
        return ""
    return next((t for t in _TICKED if t in filled), "")


def _sets(questions: Iterable[Question], placed: Placed, ticks: dict[str, str], out: Description) -> None:
    """One set for each question of ticks; what a tick looks like is that of the whole file."""
    seen = list(dict.fromkeys(t for t in ticks.values() if t))
    usual = seen[0] if seen else "Y"
    for question in questions:
        columns = {c: v for c, v in placed if v.question is question and v.sort == "tick"}
        if not columns:
            continue
        odd = sorted({t for c in columns for t in out.cells(c)} - {*_TICKED, *_NOT_TICKED, _NOT_SHOWN})
        if odd:
            out.notes.append(
                f"'{question.code}' holds {named([repr(t) for t in odd])}, not ticks; no set is made of it."
            )
            ticks |= dict.fromkeys(columns, "")
            continue
        own = next((ticks[c] for c in columns if ticks[c]), usual)
        ticks |= dict.fromkeys(columns, own)
        for column in columns:
            out.labels[column] = (
                (own, "chosen"),
                *((t, "not chosen") for t in _NOT_TICKED if t in out.cells(column)),
            )
        pairs = tuple((c, v.item) for c, v in columns.items())
        out.sets.append(ResponseSet(question.code, "dichotomy", tuple(columns), pairs, question.text, (own,)))


def _route(placed: Placed, ticks: Mapping[str, str], out: Description) -> None:
    known = {
        code: (column, v)
        for column, v in placed
        for code in v.codes
        if not (v.sort == "tick" and not ticks[column])
    }
    equations = Equations(out, known, ticks)
    for column, variable in placed:
        texts = [t for t in (*variable.question.relevance, variable.relevance) if t]
        if texts:
            name = variable.question.code
            out.route([column], partial(equations.asked, variable), " and ".join(texts), name)


def _notes(questions: Iterable[Question], placed: Placed, out: Description) -> None:
    """What the questionnaire says that facts have no place for."""
    have = {v.question.code for _, v in placed}
    for question in questions:
        if question.code not in have:
            continue
        alone = {x for x in question.attributes.get("exclude_all_others", "").split(";") if x}
        texts = [repr(p.text) for p in question.parts if p.code in alone]
        if texts:
            out.notes.append(f"'{question.code}': chosen alone are {named(texts)}.")
        if question.attributes.get("array_filter") or question.attributes.get("array_filter_exclude"):
            out.notes.append(
                f"The parts of '{question.code}' are shown by an array filter, which is not translated."
            )
    odd = [f"'{q.code}' ({q.type})" for q in questions if q.type not in DESCRIBED and _has(q, out)]
    if odd:
        out.notes.append(f"Questions of a kind that is not described: {named(odd)}.")


def _has(question: Question, out: Description) -> bool:
    return any(
        c == question.code or c.startswith((f"{question.code}[", f"{question.code}_"))
        for c in out.raw.columns
    )
