"""What a rule of letters compares: letters of the columns, pairs of sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from survey_analysis.errors import ColumnNotFoundError, closest
from survey_analysis.results.crosstab import BannerColumn
from survey_analysis.results.letters import REST, WHOLE, LetterRule
from survey_analysis.tabulation.banner import Banner


def letter(number: int) -> str:
    """Letter of a column: A to Z, AA, AB and on.

    Examples
    --------
    >>> letter(0), letter(25), letter(26), letter(27)
    ('A', 'Z', 'AA', 'AB')
    """
    text = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def letter_names(banner: Banner, rule: LetterRule) -> tuple[str, ...]:
    """Letter of each column; the total has one only where columns are tested against it."""
    names = [""] * len(banner.columns)
    if banner.has_total and rule.against == "total":
        names[0] = "T"
    through = 0
    for _, places in banner.spans:
        for i, place in enumerate(places):
            names[place] = letter(i if rule.naming == "span" else through + i)
        through += len(places)
    return tuple(names)


@dataclass(frozen=True)
class Pairs:
    """Columns compared: sides by position (those past the columns are rests, then the whole), keys, span of each."""

    sides: tuple[tuple[int, int], ...]
    keys: tuple[tuple[str, str], ...]
    span: tuple[str, ...]
    sets: tuple[str, ...]


def pairs_of(banner: Banner, rule: LetterRule, names: Sequence[str]) -> Pairs:
    """Pairs that a rule compares.

    Position m of a side is column m, m + C the rest of column m, 2 C everybody.

    Raises
    ------
    ColumnNotFoundError
        A chosen pair names no column.
    """
    c = len(banner.columns)
    sides: list[tuple[int, int]] = []
    spans: list[str] = []
    sets: list[str] = []
    if not isinstance(rule.against, str):
        chosen = [(_place(banner, names, a), _place(banner, names, b)) for a, b in rule.against]
        sides, spans = chosen, ["chosen pairs"] * len(chosen)
        sets = [f"{names[a]}/{names[b]}" for a, b in chosen]
    for span, places in banner.spans if isinstance(rule.against, str) else ():
        found = _in_span(rule.against, places, c)
        sides += found
        spans += [span] * len(found)
        if found:
            sets.append("/".join(names[p] for p in places))
    keys = tuple((_key(banner, a), _key(banner, b)) for a, b in sides)
    return Pairs(tuple(sides), keys, tuple(spans), tuple(sets))


def _in_span(against: object, places: Sequence[int], c: int) -> list[tuple[int, int]]:
    match against:
        case "columns":
            return list(combinations(places, 2))
        case "previous":
            return [(b, a) for a, b in pairwise(places)]
        case "first":
            return [(p, places[0]) for p in places[1:]]
        case "rest":
            return [(p, p + c) for p in places]
        case _:
            return [(p, 2 * c) for p in places]


def _key(banner: Banner, side: int) -> str:
    c = len(banner.columns)
    if side < c:
        return banner.columns[side].key
    return WHOLE if side == 2 * c else REST


def _place(banner: Banner, names: Sequence[str], name: str) -> int:
    """Column named by key, label or letter."""
    found = [
        i
        for i, col in enumerate(banner.columns)
        if name in (col.key, col.label) or (name and name == names[i])
    ]
    if len(found) == 1:
        return found[0]
    known = [x for col, n in zip(banner.columns, names, strict=True) for x in (col.key, col.label, n) if x]
    what = f"'{name}' is no column of the banner." if not found else f"'{name}' names {len(found)} columns."
    raise ColumnNotFoundError(
        what,
        hint=closest(name, known)
        if not found
        else f"give its key, such as '{_example(banner.columns, found)}'.",
    )


def _example(columns: Sequence[BannerColumn], found: Sequence[int]) -> str:
    return columns[found[0]].key
