"""Exports of Google Forms and Microsoft Forms: the heading of a column is its question, and there is nothing else.

=================  =============================================  =====================================
export             how it is known                                several answers
=================  =============================================  =====================================
Google Forms       first column "Timestamp", which holds moments  "A, B"; a grid is "Question [Row]"
Microsoft Forms    first columns "ID", "Start time" ...           "A;B;"
=================  =============================================  =====================================
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from survey_analysis.frames.facts import Labels, ResponseSet
from survey_analysis.frames.raw import RawTable
from survey_analysis.plurals import counted
from survey_analysis.readers.joined import Found, find_options

MOST_NAMED = 5
OTHER = "Other (text)"

# The heading of the first column in the languages whose forms we have seen.
_TIMESTAMPS = {
    "timestamp", "zeitstempel", "horodateur", "marca temporal", "carimbo de data/hora", "informazioni cronologiche",
    "tijdstempel", "tidsstempel", "tidstämpel", "sygnatura czasowa", "zaman damgası", "отметка времени", "タイムスタンプ",
}  # fmt: skip
_MICROSOFT = (
    ("id", "start time", "completion time"), ("id", "startzeit", "fertigstellungszeit"),
    ("id", "heure de début", "heure de fin"), ("id", "hora de inicio", "hora de finalización"),
)  # fmt: skip
_RESPONDENT = {"email", "e-mail", "name", "email address", "username", "score", "last modified time", "total points",
               "quiz feedback", "grade posted time", "e-mail-adresse", "adresse e-mail", "nom", "nombre"}  # fmt: skip
_MARKED = re.compile(r"(points|feedback) - ", re.IGNORECASE)
_MOMENT = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[ ,T]+\d{1,2}[:.]\d{2}.*")


def with_form(raw: RawTable) -> RawTable:
    """The table with what its headings say, where they are those of a form; else the table itself.

    No column is renamed and no cell changed. Every heading is wording; the columns of a grid share a stem; a
    column in which several answers stand becomes a set with the options that explain its cells.
    """
    if raw.wording or len(raw.columns) < 2:
        return raw
    if _is_google(raw):
        return _described(raw, raw.columns[1:], "Google Forms", ", ")
    if tuple(_plain(c) for c in raw.columns[:3]) in _MICROSOFT:
        return _described(raw, raw.columns[3:], "Microsoft Forms", ";")
    return raw


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _is_google(raw: RawTable) -> bool:
    if _plain(raw.columns[0]) not in _TIMESTAMPS:
        return False
    cells = [str(c) for c in raw.frame.iloc[:, 0] if str(c).strip()]
    return bool(cells) and sum(_MOMENT.fullmatch(c) is not None for c in cells) >= 0.9 * len(cells)


def _described(raw: RawTable, columns: Sequence[str], platform: str, separator: str) -> RawTable:
    asked = [c for c in columns if _plain(c) not in _RESPONDENT and not _MARKED.match(c)]
    grids = _grids(asked) if separator == ", " else {}
    notes = [f"An export of {platform}: headings are the wording of the questions."]
    sets: list[ResponseSet] = []
    inside = {c for columns in grids.values() for c in columns}
    for stem, members in [*grids.items(), *((c, {c: ""}) for c in asked if c not in inside)]:
        found = _found(raw, tuple(members), separator)
        if found is not None and found.several:
            sets += [_set(c, found, separator) for c in members]
            notes += _said(stem, found)
    return replace(
        raw,
        wording={c: " ".join(c.split()) for c in asked},
        stems={c: stem for stem, members in grids.items() for c in members},
        items={c: item for members in grids.values() for c, item in members.items()},
        sets=(*raw.sets, *sets),
        notes=(*raw.notes, *notes),
    )


def _grids(columns: Sequence[str]) -> dict[str, dict[str, str]]:
    """Columns named "Question [Row]" side by side, with their rows, by question."""
    out: dict[str, dict[str, str]] = {}
    last = ""
    for column in columns:
        stem, bracket, rest = column.strip().rpartition(" [")
        if not bracket or not rest.endswith("]"):
            last = ""
            continue
        if stem != last and stem in out:  # the same question again, further on: not one grid
            last = ""
            continue
        out.setdefault(stem, {})[column] = rest[:-1].strip()
        last = stem
    return {stem: members for stem, members in out.items() if len(members) > 1}


def _found(raw: RawTable, columns: Sequence[str], separator: str) -> Found | None:
    """Options of the columns of a question, which share them."""
    cells: dict[str, int] = {}
    for column in columns:
        for text, n in raw.frame[column].value_counts().items():
            if whole := str(text).strip():
                cells[whole] = cells.get(whole, 0) + int(n)
    if separator == ";":
        if not cells or not all(c.endswith(";") for c in cells):
            return None
        return find_options({c.rstrip(";"): n for c, n in cells.items() if c.rstrip(";")}, ";", sure=True)
    return find_options(cells, separator)


def _set(column: str, found: Found, separator: str) -> ResponseSet:
    options: Labels = tuple((o, o) for o in found.options)
    other = OTHER if found.once else ""
    options += ((other, other),) if other else ()
    text = " ".join(column.split())
    return ResponseSet(column, "joined", (column,), options, text, separator=separator, other=other)


def _said(stem: str, found: Found) -> Iterable[str]:
    yield f"'{stem}' holds several answers in a cell; {counted(len(found.options), 'option')} found."
    shown = found.notes[:MOST_NAMED]
    more = len(found.notes) - len(shown)
    yield from (f"'{stem}': {note}" for note in shown)
    if more:
        yield f"'{stem}': {counted(more, 'more option is', 'more options are')} put together or may be."
    if found.once:
        yield f"'{stem}': {counted(len(found.once), 'text that stands in one cell only counts', 'texts that stand in one cell only count')} as '{OTHER}'."
