"""Options of letters: checked, and turned into the pairs of columns that are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import get_args

from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest
from survey_analysis.results.crosstab import BannerColumn
from survey_analysis.results.letters import REST, WHOLE, Family, LetterAdjust, LetterRule, Naming
from survey_analysis.tabulation.banner import TOTAL, Banner

_WORDS = ("columns", "total", "rest", "previous", "first")


def checked(rule: LetterRule) -> LetterRule:
    """The rule, when every option of it is one.

    Raises
    ------
    EstimationError
        Names the option, what it was and what it may be.
    """
    for name, value, known in (
        ("adjust", rule.adjust, get_args(LetterAdjust)),
        ("family", rule.family, get_args(Family)),
        ("naming", rule.naming, get_args(Naming)),
        ("presentation", rule.presentation, ("", "nchs")),
    ):
        if value not in known:
            raise EstimationError(
                f"{name} = {value!r} is not known.", hint="give one of " + ", ".join(map(repr, known)) + "."
            )
    if isinstance(rule.against, str) and rule.against not in _WORDS:
        raise EstimationError(
            f"letters against {rule.against!r} are not known.",
            hint=f'give one of {", ".join(_WORDS)}, or pairs such as "A/B, A/C".',
        )
    levels = tuple(float(x) for x in rule.levels)
    if (
        not 1 <= len(levels) <= 2
        or any(not 0.5 <= x < 1 for x in levels)
        or sorted(levels, reverse=True) != list(levels)
    ):
        raise EstimationError(
            f"levels = {rule.levels!r} are no levels of letters.",
            hint="give one or two confidence levels, the stricter first: (0.95, 0.90).",
        )
    if rule.min_base < 0 or rule.small_base < rule.min_base:
        raise EstimationError(
            f"The bases {rule.min_base:g} and {rule.small_base:g} do not stand in order.",
            hint="give the base under which nothing is tested, then the one that is marked: (30, 100).",
        )
    if rule.continuity and not rule.convention:
        raise EstimationError(
            "A correction for continuity belongs to a convention.",
            hint='give convention="spss", or leave it out.',
        )
    if rule.margin is not None and not rule.margin > 0:
        raise EstimationError(
            f"margin = {rule.margin!r} is no half width.", hint="give a number above 0, such as 0.05."
        )
    if rule.family != "row" and rule.adjust == "none":
        raise EstimationError(
            f"family = {rule.family!r} does nothing without an adjustment.",
            hint='give adjust="holm", "bh" or "bonferroni".',
        )
    return replace(rule, levels=levels)


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


def parsed_pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Chosen pairs as typed: "A/B, A/C"; a run of more than two names stands for all its pairs.

    Examples
    --------
    >>> parsed_pairs("A/B/C, D/E")
    (('A', 'B'), ('A', 'C'), ('B', 'C'), ('D', 'E'))
    """
    out: list[tuple[str, str]] = []
    for group in text.split(","):
        members = [m.strip() for m in group.split("/")]
        if len(members) < 2 or not all(members):
            raise EstimationError(
                f"'{text}' are no pairs of columns.", hint='give letters or labels: "A/B, A/C".'
            )
        out += list(combinations(members, 2))
    return tuple(out)


def total_position(banner: Banner) -> int | None:
    """Position of the total column, None where the banner has none."""
    return 0 if banner.columns[0].key == TOTAL else None
