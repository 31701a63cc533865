"""Searching a survey: in names, wording, labels, answers, items, subjects; where it was found is said."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

import pandas as pd

from survey_analysis.bound.found import Found
from survey_analysis.describe import known_names, wording_of
from survey_analysis.errors import DataError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.undeclared import personal_columns
from survey_analysis.frames.variables import Multiple
from survey_analysis.study.codebook import Question

_AROUND = 30
_AROUND_IT = {"base", "constructs"}
_COLUMNS = ["question", "kind", "wording", "found_in", "match"]


def find(survey: SurveyData, text: str) -> Found:
    """Questions and columns that hold all words of a text, whatever their case and accents.

    Parameters
    ----------
    text : str
        One word, or several that all have to occur, in one place or in different ones; in double quotes a phrase.

    Returns
    -------
    Found
        A frame, which prints whole wordings: `question, kind, wording, found_in, match`: where it was found (name, label, wording, items, answers, subjects,
        columns, base, nets, constructs), and the words around the first find. In the order of the codebook; questions
        that hold it only in what is said around them (base, constructs) come last.

    Raises
    ------
    DataError
        Nothing to look for.
    """
    words = _words(text)
    if not words:
        raise DataError("There is nothing to look for.", hint='give a word, such as find("recommend").')
    private = personal_columns(survey)
    rows = []
    for name in known_names(survey):
        question = survey.table.question(name)
        places = list(_places(survey, question, private))
        plain = [(place, content, _plain(content)) for place, content in places]
        if not all(any(w in p for _, _, p in plain) for w in words):
            continue
        hits = [(place, content) for place, content, p in plain if any(w in p for w in words)]
        rows.append(
            {
                "question": name,
                "kind": question.kind,
                "wording": wording_of(survey, question),
                "found_in": ", ".join(dict.fromkeys(place for place, _ in hits)),
                "match": _around(hits[0][1], words),
            }
        )
    rows.sort(key=lambda row: set(row["found_in"].split(", ")) <= _AROUND_IT)
    return Found.of(pd.DataFrame(rows, columns=_COLUMNS), text)


def _words(text: str) -> list[str]:
    """Words of a search; what stands in double quotes is one."""
    out: list[str] = []
    for i, part in enumerate(text.split('"')):
        out += [part.strip()] if i % 2 else part.split()
    return [w for w in map(_plain, out) if w]


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c))


def _places(survey: SurveyData, q: Question, private: set[str]) -> Iterator[tuple[str, str]]:
    """Every text that a question holds, with what it is; the cells of open answers are none of them."""
    book, raw = survey.study.codebook, survey.table.raw
    yield "name", q.name
    yield "label", q.short
    yield "wording", wording_of(survey, q)
    for column in q.all_columns if len(q.all_columns) > 1 else ():
        yield "items", raw.items.get(column, "") or raw.wording.get(column, "")
    if q.scale is not None and not private.intersection(q.all_columns):
        yield from (("answers", x.label) for x in q.scale.answers)
        yield from (("answers", m.label) for m in q.scale.missing)
    options = q.options
    if any(not o.label for o in options):  # they take their labels from the cells
        made = survey.table.variable(q.name)
        options = made.options if isinstance(made, Multiple) else options
    yield from (("answers", o.label) for o in options)
    if q.over:
        yield from (("subjects", book.subjects[q.over].labels[s]) for s in q.columns)
    yield from (("columns", c) for c in q.all_columns if c != q.name)
    yield "base", q.base
    yield from (("nets", net) for net in q.nets)
    for construct in book.constructs.values():
        if q.name in construct.items:
            yield "constructs", f"{construct.name} {construct.short} {construct.text}".strip()


def _around(content: str, words: list[str]) -> str:
    """A text, or of a long one the part around the first word found."""
    if len(content) <= 3 * _AROUND:
        return content
    place = min((p for w in words if (p := content.casefold().find(w)) >= 0), default=0)
    start, end = max(place - _AROUND, 0), place + 2 * _AROUND
    return f"{'…' if start else ''}{content[start:end].strip()}{'…' if end < len(content) else ''}"
