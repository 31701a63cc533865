"""Facts of a Qualtrics survey about the columns of an export."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from survey_analysis.frames.facts import Facts, Labels, ResponseSet
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.platforms.description import Description, Style, named, style_of
from survey_analysis.readers.platforms.qualtrics.flow import Condition, Flow, joined
from survey_analysis.readers.platforms.qualtrics.logic import Logic, said
from survey_analysis.readers.platforms.qualtrics.places import Finder, Place, unread
from survey_analysis.readers.platforms.qualtrics.structure import Choice, QualtricsSurvey, Question, load
from survey_analysis.readers.source import Source
from survey_analysis.study.scales import MissingCode

SEEN = "-99"  # "Recode seen but unanswered questions as -99", an option of the export
_NUMBERS = ("Slider", "CS", "Timing")


def read(source: Source, raw: RawTable) -> Facts:
    """Facts of a `.qsf` about the columns of an export, of choice texts or of numbers."""
    survey = load(source)
    out, finder = Description(raw), Finder(raw)
    asked = [q for whole in survey.questions.values() for q in (whole.parts or (whole,))]
    places = {loop: {q.id: finder.place(q, loop) for q in asked} for loop in finder.loops}
    found = [p for loop in places.values() for p in loop.values() if p.all]
    style, note = _style(found, out)
    out.notes += [note] if note else []
    codes = {q.id: _codes(q, [p for p in found if p.question.id == q.id], style, out) for q in asked}
    for loop, by_question in places.items():
        for place in by_question.values():
            _seen(place, codes[place.question.id], out)
            _describe(place, codes[place.question.id], loop, out)
    _route(survey, source, places, codes, out)
    _notes(survey, asked, found, finder, out)
    return out.facts()


def _style(places: Iterable[Place], out: Description) -> tuple[Style, str]:
    """Whether the export holds choice texts or numbers, from the questions with one answer a column."""
    options: dict[str, Labels] = {}
    for place in places:
        choices = place.question.answers if place.kind == "grid" else place.question.choices
        pairs = tuple((c.recode, c.naming or c.text) for c in choices)
        columns = place.columns if place.kind in ("grid", "split") else {"": place.column}
        if place.kind in ("single", "grid", "split") and pairs:
            options |= {c: pairs for c in columns.values() if c}
    cells = {c: out.cells(c) for c in options}
    if not any(cells.values()):
        options = {
            p.column: tuple((c.recode, c.text) for c in p.question.choices)
            for p in places
            if p.kind == "joined"
        }
        cells = {c: out.cells(c) for c in options}
    return style_of(cells, options)


def _codes(question: Question, places: Iterable[Place], style: Style, out: Description) -> dict[str, str]:
    """What a cell holds for each choice (of a matrix: each answer), by id."""
    choices = question.answers or question.choices
    if question.rows:
        choices = tuple({c.id: c for row in question.rows.values() for c in row}.values())
    if style == "codes":
        return {c.id: c.recode for c in choices}
    cells = {text for p in places for column in p.all for text in out.cells(column)}
    renamed = {c.naming for c in choices if c.naming} - {c.text for c in choices}
    use_naming = bool(renamed & cells)
    return {c.id: (use_naming and c.naming) or c.text for c in choices}


def _pairs(choices: Iterable[Choice], codes: Mapping[str, str]) -> Labels:
    return tuple((codes[c.id], c.text) for c in choices)


def _seen(place: Place, codes: Mapping[str, str], out: Description) -> None:
    """Questions that were seen and left unanswered are -99 in some exports; it is never an answer there."""
    if SEEN in codes.values() or place.kind in ("text", "none"):
        return
    for column in place.all:
        if SEEN in out.cells(column):
            out.missing[column] = (MissingCode(code=SEEN, kind="no_answer", label="seen, not answered"),)


def _describe(place: Place, codes: Mapping[str, str], loop: str, out: Description) -> None:
    question = place.question
    stem = question.text + (f" (loop {loop[:-1]})" if loop else "")
    shown = {c.id: c.text for c in question.choices}
    for choice, column in place.texts.items():
        out.word(column, stem, item=f"{shown[choice]} - Text")
    if place.kind in ("single", "text", "joined") and place.column:
        out.word(place.column, stem)
    if place.kind == "single" and place.column:
        pairs = _pairs(question.choices, codes)
        out.answers(place.column, pairs, measure="ordinal" if question.selector == "NPS" else None)
        group = f"{place.column}_NPS_GROUP"
        if question.selector == "NPS" and group in out.raw.columns:
            out.word(group, stem, item="Detractor, passive or promoter")
    elif place.kind == "joined" and place.column:
        out.several(place.column, _pairs(question.choices, codes), stem, ",")
    elif place.kind == "split":
        _split(loop + question.tag, place.columns, stem, shown, out)
    elif place.kind == "grid":
        _grid(place, codes, stem, out)
    elif place.kind == "cells":
        _cells(place, stem, loop, out)
    elif place.kind == "values":
        for choice, column in place.columns.items():
            out.word(column, stem, item=shown[choice])
            if question.type in _NUMBERS:
                out.measure[column] = "scale"
            elif question.type == "RO":
                out.measure[column] = "ordinal"


def _split(
    name: str, columns: Mapping[str, str], stem: str, shown: Mapping[str, str], out: Description
) -> None:
    """A set of one column an option: chosen where the column is filled."""
    if not columns:
        return
    for choice, column in columns.items():
        out.word(column, stem, item=shown[choice])
    marks = {t for column in columns.values() for t in out.cells(column)} - {SEEN, "0"}
    counted = tuple(sorted(marks)) if any(c in out.missing for c in columns.values()) else ()
    pairs = tuple((column, shown[choice]) for choice, column in columns.items())
    out.sets.append(ResponseSet(name, "dichotomy", tuple(columns.values()), pairs, stem, counted))


def _grid(place: Place, codes: Mapping[str, str], stem: str, out: Description) -> None:
    question = place.question
    several = question.sub == "MultipleAnswer"
    for row in question.choices:
        column = place.columns.get(row.id)
        if column is None:
            continue
        out.word(column, stem, item=row.text)
        pairs = _pairs(question.rows.get(row.id, question.answers), codes)
        if several:
            out.several(column, pairs, out.wording[column], ",")
        else:
            out.answers(
                column, pairs, measure="ordinal" if question.selector in ("Likert", "Bipolar") else None
            )


def _cells(place: Place, stem: str, loop: str, out: Description) -> None:
    """A column for each statement and answer: ticks, texts or numbers."""
    question = place.question
    for row in question.choices:
        answers = {a.id: a.text for a in question.rows.get(row.id, question.answers)}
        columns = {a: place.columns[k] for a in answers if (k := f"{row.id}_{a}") in place.columns}
        if question.sub == "MultipleAnswer":
            whole = f"{stem} - {row.text}" if stem else row.text
            _split(loop + (row.tag or f"{question.tag}_{row.id}"), columns, whole, answers, out)
            continue
        for answer, column in columns.items():
            out.word(column, stem, item=f"{row.text} - {answers[answer]}")
            if question.selector == "CS":
                out.measure[column] = "scale"


def _route(
    survey: QualtricsSurvey,
    source: Source,
    places: Mapping[str, Mapping[str, Place]],
    codes: Mapping[str, Mapping[str, str]],
    out: Description,
) -> None:
    """Routing of every question from its display logic and the flow; in a loop, from the same round."""
    for by_question in places.values():
        if not any(p.all for p in by_question.values()):
            continue
        known = {k: p if p.all else places[""][k] for k, p in by_question.items()}
        logic = Logic(out, known, codes)
        ways = Flow(survey, logic, source).walk()
        for question in survey.questions.values():
            columns = [c for q in (question.parts or (question,)) for c in by_question[q.id].all]
            own = (
                Condition(partial(_whole, logic, question), said(question.display))
                if question.display
                else None
            )
            asked = joined(ways.get(question.id, [()]), own)
            if columns:
                out.route(columns, partial(asked.build, False), asked.said, question.tag)


def _whole(logic: Logic, question: Question, negated: bool):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return logic.whole(question.display, negated=negated)


def _notes(
    survey: QualtricsSurvey,
    asked: Iterable[Question],
    places: Iterable[Place],
    finder: Finder,
    out: Description,
) -> None:
    """What the survey says that facts have no place for."""
    have = {p.question.id for p in places}
    for question in asked:
        alone = [c.text for c in question.choices if c.exclusive]
        if question.id in have and alone and question.selector != "MaxDiff":
            out.notes.append(f"'{question.tag}': chosen alone are {named([repr(t) for t in alone])}.")
    hidden = [f"'{q.tag}'" for q in asked if q.id in have and q.choice_logic]
    if hidden:
        out.notes.append(f"Options shown on conditions of their own, not translated: {named(hidden)}.")
    other = [f"'{q.tag}' ({q.type})" for q in asked if q.id not in have and unread(q, finder.raw.columns)]
    if other:
        out.notes.append(f"Questions of a kind that is not described: {named(other)}.")
    if finder.doubt:
        out.notes.append(
            f"Columns of {named([f'{t!r}' for t in finder.doubt])} could be numbered by choice or by recode value; "
            "they are not described."
        )
    if survey.trash:
        out.notes.append(f"Questions in the trash, left out: {survey.trash}.")
    fields = [f"'{f}'" for f in survey.embedded if f in finder.raw.columns]
    if fields:
        out.notes.append(f"Embedded data: {named(fields)}.")
        for name in survey.embedded:
            if name in finder.raw.columns and name not in out.wording:
                out.wording[name] = f"Embedded data: {name}"
    loops = [x[:-1] for x in finder.loops[1:]]
    if any(p.all and not p.column.startswith(p.question.tag) for p in places if loops):
        out.notes.append(f"Columns of loops {named(loops)} are described as questions of their own.")
    if any(m.code == SEEN for codes in out.missing.values() for m in codes):
        out.notes.append(f"{SEEN} is read as seen and not answered.")
