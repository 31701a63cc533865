"""Header rows of survey platforms, found from what they hold.

=====================  =============================================  ==============================
layout                 how it is known                                names and wording
=====================  =============================================  ==============================
Qualtrics, 3 rows      third row of `{"ImportId": ...}`               row 1, wording row 2
Qualtrics, 2 rows      platform names over texts, not dates           row 1, wording row 2
SurveyMonkey, 2 rows   question repeated as blanks over its options   q01, q02_1 ...; "stem - option"
one row                all else                                       row 1
=====================  =============================================  ==============================

SurveyMonkey has no short names, so questions are numbered as they come: `q01`, and `q03_1`, `q03_2` ...
for a question over several columns (`q05_01` when it has more than nine). Respondent and collector
columns (no option row) keep their names. Wording is "stem - option", as Qualtrics writes it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from survey_analysis.errors import DataError
from survey_analysis.plurals import counted
from survey_analysis.readers.import_ids import import_ids

MOST_HEADER_ROWS = 3

_IMPORT_ID = re.compile(r"\s*\{\s*['\"]?ImportId['\"]?\s*:")
_CHOICE = re.compile(r" - Selected Choice(?= - |$)")  # Qualtrics says so of a question with a text beside it
_RESPONSE = {"response", "open-ended response"}
_DATES = ("StartDate", "EndDate", "RecordedDate")

Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Header:
    """Column names, their wording, and how many rows they took."""

    names: tuple[str, ...]
    rows: int
    wording: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    keys: dict[str, str] = field(default_factory=dict)  # the platform's own ids of columns


def read_header(first: Rows, file: str, header_rows: int | None = None) -> Header:
    """Names and wording from the first rows of a file.

    Parameters
    ----------
    first
        The first rows, all of one width; at least as many as the header may take (3), where there are.
    header_rows
        Number of header rows where it is known; None finds it from content.

    Raises
    ------
    DataError
        Fewer rows than declared, or two columns of one name.
    """
    if header_rows is not None and len(first) < header_rows:
        raise DataError(
            f"'{file}' has fewer rows than the {header_rows} header rows declared.",
            where=f"Found {len(first)}.",
            hint="correct header_rows.",
        )
    header = _layout(first, header_rows)
    names, notes = checked_names(header.names, file)
    return Header(names, header.rows, header.wording, header.notes + notes, header.keys)


def _layout(first: Rows, declared: int | None) -> Header:
    if declared in (None, 2) and _is_surveymonkey(first, declared):
        return _surveymonkey(first)
    if declared == MOST_HEADER_ROWS or (declared is None and _is_qualtrics(first)):
        return _named(first, 3, "Three header rows (names, wording, import ids), as Qualtrics writes them.")
    if declared == 2 or (declared is None and _is_short_qualtrics(first)):
        return _named(first, 2, "Two header rows (names, wording).")
    notes: tuple[str, ...] = ()
    if declared == 1 and (_is_qualtrics(first) or _is_surveymonkey(first, None)):
        notes = ("The first rows look like several header rows, but header_rows = 1 was declared.",)
    return Header(tuple(first[0]), 1, notes=notes)


def _is_qualtrics(first: Rows) -> bool:
    if len(first) < 3:
        return False
    filled = [cell for cell in first[2] if cell.strip()]
    return bool(filled) and all(_IMPORT_ID.match(cell) for cell in filled)


def _is_short_qualtrics(first: Rows) -> bool:
    """Old exports (V1 over ResponseID), and new ones whose import ids were taken out."""
    if len(first) < 2:
        return False
    names, texts = first[0], first[1]
    if names[0].strip() == "V1" and texts[0].strip() == "ResponseID":
        return True
    dates = [t for n, t in zip(names, texts, strict=True) if n.strip() in _DATES]
    return "ResponseId" in names and bool(dates) and not any(re.search(r"\d", t) for t in dates)


def _is_surveymonkey(first: Rows, declared: int | None) -> bool:
    if len(first) < 2:
        return False
    stems, options = [c.strip() for c in first[0]], [c.strip() for c in first[1]]
    blanks = [o for s, o in zip(stems, options, strict=True) if not s]
    if not stems[0] or not all(blanks):
        return False
    if declared == 2:
        return bool(blanks)
    marked = any(o.casefold() in _RESPONSE for o in options)
    respondent = stems[0].replace(" ", "").casefold() == "respondentid"
    return not options[0] and (marked or (respondent and bool(blanks)))


def _named(first: Rows, rows: int, note: str) -> Header:
    names = tuple(first[0])
    wording = {
        n.strip(): _CHOICE.sub("", t.strip()) for n, t in zip(names, first[1], strict=True) if t.strip()
    }
    keys = import_ids(names, first[2]) if rows == MOST_HEADER_ROWS else {}
    return Header(names, rows, wording, (note,), keys)


def _surveymonkey(first: Rows) -> Header:
    stems, options = first[0], first[1]
    groups: list[list[int]] = []
    for j, stem in enumerate(stems):
        if stem.strip() or not groups:
            groups.append([j])
        else:
            groups[-1].append(j)
    questions = sum(bool(options[g[0]].strip()) for g in groups)
    names: list[str] = []
    wording: dict[str, str] = {}
    number = 0
    for group in groups:
        stem = stems[group[0]].strip()
        if not options[group[0]].strip() and len(group) == 1:
            names.append(stem)
            continue
        number += 1
        for place, j in enumerate(group, start=1):
            name = f"q{number:0{max(2, len(str(questions)))}d}"
            name += f"_{place:0{len(str(len(group)))}d}" if len(group) > 1 else ""
            option = options[j].strip()
            own = len(group) == 1 and option.casefold() in _RESPONSE
            wording[name] = stem if own or not option else f"{stem} - {option}"
            names.append(name)
    note = f"Two header rows, as SurveyMonkey writes them; {counted(number, 'question')} named q01, q02 ... in order."
    return Header(tuple(names), 2, wording, (note,))


def checked_names(lay: Sequence[str], file: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names trimmed, blank ones made from their position, and notes on both; duplicates are an error."""
    names = [n.strip() for n in lay]
    notes = []
    trimmed = [n for n, as_lay in zip(names, lay, strict=True) if n != as_lay and n]
    if trimmed:
        notes.append(
            f"Spaces around {counted(len(trimmed), 'column name was', 'column names were')} left out: {_listed(trimmed)}."
        )
    for j, name in enumerate(names):
        if not name:
            names[j] = f"unnamed_{j + 1}"
            notes.append(f"Column {j + 1} has no name; it is called '{names[j]}'.")
    twice = [n for n, count in Counter(names).items() if count > 1]
    if twice:
        places = {n: ", ".join(str(j + 1) for j, m in enumerate(names) if m == n) for n in twice[:5]}
        listed = "; ".join(f"'{n}' in columns {where}" for n, where in places.items())
        more = f"; and {len(twice) - 5} more" if len(twice) > 5 else ""
        raise DataError(
            f"'{file}' has {len(twice)} column name{'s' if len(twice) > 1 else ''} more than once.",
            where=f"Found {listed}{more}.",
            hint="rename the columns, or give header_rows if the header has several rows.",
        )
    return tuple(names), tuple(notes)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{n}'" for n in names[:5])
    return shown + (f" and {len(names) - 5} more" if len(names) > 5 else "")
