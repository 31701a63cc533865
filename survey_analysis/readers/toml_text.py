"""Pieces of TOML: strings, lists and comments that nothing in the data can break out of."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from survey_analysis.study.scales import Level, MissingCode

LONGEST_NAME = 40
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def text(value: str) -> str:
    """A TOML basic string: JSON's escapes, and DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def listed(values: Iterable[str]) -> str:
    """A TOML array of strings."""
    return "[" + ", ".join(text(v) for v in values) + "]"


def table(values: Mapping[str, str]) -> str:
    """A TOML inline table of strings."""
    return "{ " + ", ".join(f"{key(k)} = {text(v)}" for k, v in values.items()) + " }"


def key(name: str) -> str:
    """A TOML key, quoted where it must be."""
    return name if _BARE.fullmatch(name) else text(name)


def pairs(levels: Sequence[Level]) -> str:
    """Answers as `[code, label]`, or the label alone where it is its own code."""
    shown = [text(x.code) if x.code == x.label else listed([x.code, x.label]) for x in levels]
    return f"[{', '.join(shown)}]"


def missing(codes: Sequence[MissingCode]) -> str:
    """Missing codes as `[code, kind]` or `[code, kind, label]`."""
    return "[" + ", ".join(listed([m.code, m.kind, *([m.label] if m.label else [])]) for m in codes) + "]"


def comment(said: str) -> str:
    """One line without control characters: nothing that stands in data can end a comment."""
    flat = "".join(c if c.isprintable() else " " for c in said)
    return "# " + " ".join(flat.split())


class Names:
    """Short unique names; a column that is a plain word keeps its own.

    >>> names = Names(["q1", "How often?"])
    >>> names.of("How often?"), names.new("q1"), names.of("q1")
    ('how_often', 'q1_2', 'q1')
    """

    def __init__(self, columns: Iterable[str]) -> None:
        given = list(columns)
        self._of = {c: c for c in given if _BARE.fullmatch(c)}
        self._taken = set(self._of)
        for name in given:
            if name not in self._of:
                self._of[name] = self.new(name)

    def of(self, column: str) -> str:
        """Name of a column."""
        return self._of[column]

    def new(self, wanted: str) -> str:
        """A name like the wanted one that no other has."""
        unique, n = slug(wanted), 2
        while unique in self._taken:
            unique, n = f"{slug(wanted)}_{n}", n + 1
        self._taken.add(unique)
        return unique


def slug(name: str) -> str:
    """The first words of a text as a bare name."""
    words = [name] if _BARE.fullmatch(name) else re.findall(r"[a-z0-9]+", name.casefold())
    out = words[0] if words else "question"
    for word in words[1:]:
        if len(out) + len(word) >= LONGEST_NAME:
            break
        out += f"_{word}"
    return out if _BARE.fullmatch(out) else f"q_{out}"
