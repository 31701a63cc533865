"""Facts of an XLSForm about the columns of an export of submissions.

A column is named by the question, with its groups before it or not ("household/age"), or by its label. A question
with several answers has one column of codes with blanks between them, one column of 0 and 1 for each option
("fruit/apple"), or both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from survey_analysis.frames.facts import Facts, Labels, ResponseSet
from survey_analysis.frames.multiple import split_codes
from survey_analysis.frames.raw import RawTable
from survey_analysis.readers.platforms.conditions import UntranslatedError, all_of, comparison
from survey_analysis.readers.platforms.description import Description, in_style, named, style_of
from survey_analysis.readers.platforms.infix import Call, Dialect, Operand, translate
from survey_analysis.readers.platforms.markup import plain
from survey_analysis.readers.platforms.xlsform.structure import Form, Question, load
from survey_analysis.readers.source import Source
from survey_analysis.study.expressions import Expression, Missing, Operator

_NUMBERS = ("integer", "int", "decimal", "range")
_BETWEEN = ("/", "-", ".", ":", "_")  # what exports put between groups and names
_ON, _OFF = ("1", "True", "TRUE", "true"), ("0", "False", "FALSE", "false")


@dataclass(frozen=True)
class Place:
    """Columns of a question: of all its answers, and of each option (by its code)."""

    question: Question
    column: str
    columns: Mapping[str, str]

    @property
    def name(self) -> str:
        """Name of the set that its options are."""
        return self.column or self.question.name


def read(source: Source, raw: RawTable) -> Facts:
    """Facts of an XLSForm about the columns of an export of names or of labels."""
    form = load(source)
    places = {q.name: _place(q, form, raw) for q in form.questions}
    out = Description(raw)
    _style(places.values(), out)
    for place in places.values():
        _describe(place, out)
    for place in places.values():
        _route(place, places, out)
    _notes(form, places, out)
    return out.facts()


def _place(question: Question, form: Form, raw: RawTable) -> Place:
    labelled = [q.label for q in form.questions].count(question.label) == 1 and question.label
    bases = [s.join((*question.groups, question.name)) for s in _BETWEEN] + [question.name]
    flat = {re.sub(r"\s+", " ", plain(c)): c for c in raw.columns}
    column = (
        next((b for b in bases if b in raw.columns), "") or (labelled and flat.get(question.label, "")) or ""
    )
    columns: dict[str, str] = {}
    if question.kind == "select_multiple":
        taken = {q.name for q in form.questions}
        for code, label in question.options:
            names = [f"{b}{s}{code}" for b in bases for s in _BETWEEN]
            found = next((n for n in names if n in raw.columns and n not in taken), "")
            found = found or (labelled and flat.get(f"{question.label}/{label}", "")) or ""
            if found:
                columns[code] = found
    return Place(question, column, columns)


def _style(places: Iterable[Place], out: Description) -> None:
    """Names or labels of the choices, from the questions with one answer, else from those with several."""
    options: dict[str, Labels] = {
        p.column: p.question.options
        for p in places
        if p.column and p.question.kind == "select_one" and p.question.options
    }
    cells = {c: out.cells(c) for c in options}
    out.style, note = style_of(cells, options)
    if not note:
        joined = {
            p.column: p.question.options for p in places if p.column and p.question.kind == "select_multiple"
        }
        counted = {c: out.cells(c) for c in joined}
        for column, pairs in joined.items():
            known = {text: 0 for pair in pairs for text in pair}
            for cell, n in list(counted[column].items()):
                counted[column].update(dict.fromkeys(split_codes(cell, " ", known), n))
        out.style, note = style_of(counted, joined)
    out.notes += [note] if note else []


def _describe(place: Place, out: Description) -> None:
    question, column = place.question, place.column
    if column:
        out.word(column, question.label)
        if question.kind in _NUMBERS:
            out.measure[column] = "scale"
        elif question.kind == "select_one":
            out.answers(column, question.options)
    if question.other:
        for name in (
            f"{question.name}_other",
            *(f"{s.join((*question.groups, question.name))}_other" for s in _BETWEEN),
        ):
            if name in out.raw.columns:
                out.word(name, question.label, item="Other")
    if question.kind != "select_multiple":
        return
    if place.columns:
        _ticks(place, out)
    elif column and question.options:
        out.several(column, in_style(question.options, out.style), question.label, " ")


def _ticks(place: Place, out: Description) -> None:
    labels = dict(place.question.options)
    cells = {t for c in place.columns.values() for t in out.cells(c)}
    odd = sorted(cells - {*_ON, *_OFF})
    if odd:
        out.notes.append(
            f"'{place.question.name}' holds {named([repr(t) for t in odd])}, not 0 and 1; no set is made of it."
        )
        return
    on = next((t for t in _ON if t in cells), "1")
    off = next((t for t in _OFF if t in cells), "0")
    for code, column in place.columns.items():
        out.word(column, place.question.label, item=labels[code])
        out.labels[column] = ((off, "not chosen"), (on, "chosen"))
    pairs = tuple((column, labels[code]) for code, column in place.columns.items())
    whole = place.question.label
    out.sets.append(ResponseSet(place.name, "dichotomy", tuple(place.columns.values()), pairs, whole, (on,)))
    if place.column:
        out.notes.append(
            f"'{place.question.name}' stands in one column and in one an option; the latter are read."
        )


def _route(place: Place, places: Mapping[str, Place], out: Description) -> None:
    columns = [c for c in (place.column, *place.columns.values()) if c]
    if columns and place.question.relevant:
        said = " and ".join(place.question.relevant)
        out.route(
            columns, partial(_condition, place.question.relevant, places, out), said, place.question.name
        )


def _condition(texts: Iterable[str], places: Mapping[str, Place], out: Description) -> Expression | None:
    """All conditions of a question and its groups."""

    def look_up(name: str) -> Place:
        found = places.get(name)
        if found is None or not (found.column or found.columns):
            raise UntranslatedError(f"the data have no column of '{name}'")
        return found

    def compare(left: Operand | Call, operator: Operator, value: str, negated: bool) -> Expression:
        if isinstance(left, Call):
            return _length(left, operator, value, negated, look_up)
        place = look_up(left.text)
        if place.question.kind == "select_multiple":
            if value != "":
                raise UntranslatedError(f"'{left.text}' has several answers")
            return comparison(place.name, operator, "", negated=negated)
        return out.compare(place.column, operator, value, place.question.options, negated=negated)

    def truth(left: Operand | Call, negated: bool) -> Expression:
        if isinstance(left, Operand) or left.function != "selected" or len(left.arguments) != 2:
            what = f"the function '{left.function}'" if isinstance(left, Call) else f"'{left.text}' alone"
            raise UntranslatedError(f"{what} cannot be said in an expression")
        name, code = left.arguments
        if isinstance(name, Call) or isinstance(code, Call) or name.kind != "name" or code.kind == "name":
            raise UntranslatedError("selected() compares two questions")
        place = look_up(name.text)
        if code.text in place.columns and place.columns[code.text] in out.labels:
            on = out.labels[place.columns[code.text]][1][0]
            return comparison(place.columns[code.text], "==", on, negated=negated)
        return out.compare(place.column, "==", code.text, place.question.options, negated=negated)

    dialect = Dialect(r"\$\{\s*(?P<inner>[\w.-]+)\s*\}", compare, truth)
    return all_of(translate(text, dialect) for text in texts)


def _length(
    left: Call, operator: Operator, value: str, negated: bool, look_up: Callable[[str], Place]
) -> Expression:
    """A length or a count that says whether there is an answer at all."""
    name = left.arguments[0] if len(left.arguments) == 1 else None
    if (
        left.function not in ("string-length", "count-selected")
        or not isinstance(name, Operand)
        or name.kind != "name"
    ):
        raise UntranslatedError(f"the function '{left.function}' cannot be said in an expression")
    some = (operator, value) in ((">", "0"), (">=", "1"), ("!=", "0"))
    none = (operator, value) in (("==", "0"), ("<", "1"), ("<=", "0"))
    if not some and not none:
        raise UntranslatedError(f"{left.function} {operator} {value} counts answers")
    return Missing(look_up(name.text).name, negated=some is not negated)


def _notes(form: Form, places: Mapping[str, Place], out: Description) -> None:
    if len(form.languages) > 1:
        name = form.language.partition("::")[2] or "the one without a name"
        out.notes.append(f"Labels of {len(form.languages)} languages; read: {name}.")
    if form.repeats:
        listed = named([f"'{r}'" for r in form.repeats])
        out.notes.append(f"Repeated groups: {listed}; an export holds them in a sheet of their own.")
    have = [p for p in places.values() if p.column or p.columns]
    files = [f"'{p.question.name}' ({p.question.file})" for p in have if p.question.file]
    if files:
        out.notes.append(f"Choices that stand in a file of their own, not read: {named(files)}.")
    ranks = [f"'{p.question.name}'" for p in have if p.question.kind == "rank"]
    if ranks:
        out.notes.append(f"Ranks in one column, described by their wording only: {named(ranks)}.")
