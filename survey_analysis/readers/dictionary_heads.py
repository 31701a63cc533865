"""Headings by which a table is known as a codebook: a variable, and a label or a value beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeAlias

LOOKED_AT = 16  # rows in which the heading must stand
Rows: TypeAlias = Sequence[Sequence[str]]

_HEADINGS = {
    "name": "variable|variable name|variables|var|varname|variable id|column|column name|field|field name|"
            "question id|question code|item|item name|variablenname|spalte|variable code",
    "label": "label|variable label|description|question|question text|question wording|wording|text|title|"
             "variable description|frage|fragetext|beschreibung|bezeichnung",
    "value": "value|values|code|codes|value code|answer code|wert|werte|option code",
    "meaning": "value label|value labels|values labels|label of value|answer|answers|answer label|answer text|response|"
               "responses|meaning|category|categories|code label|option|option label|wertelabel|antwort|bedeutung",
}  # fmt: skip
_ROLES = {heading: role for role, words in _HEADINGS.items() for heading in words.split("|")}


def heading(rows: Rows) -> tuple[int, dict[str, int]] | None:
    """The row of the heading, and the place of each role in it; None where the rows have none.

    Examples
    --------
    >>> heading([["Codebook", ""], ["Variable", "Question text"]])
    (1, {'name': 0, 'label': 1})
    >>> heading([["ID", "Sex"], ["1", "2"]])
    """
    for i, row in enumerate(rows[:LOOKED_AT]):
        place: dict[str, int] = {}
        for j, cell in enumerate(row):
            words = re.sub(r"[^a-z0-9äöüß]+", " ", str(cell).casefold()).strip()
            if words in _ROLES:
                place.setdefault(_ROLES[words], j)
        if "name" in place and len(place) > 1:
            return i, place
    return None
