"""The options of letters as one rule: every option is used or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import combinations
from typing import Literal, get_args

from survey_analysis.errors import EstimationError, closest
from survey_analysis.results.letters import (
    Against,
    Convention,
    Family,
    LetterAdjust,
    LetterRule,
    Naming,
    Presentation,
)
from survey_analysis.tabulation.conventions import PROFILES

Letters = LetterRule | Against | Literal["none"] | None
AGAINST = ("columns", "total", "rest", "previous", "first")
CHOICES: dict[str, tuple[str, ...]] = {
    "adjust": get_args(LetterAdjust),
    "family": get_args(Family),
    "naming": get_args(Naming),
    "convention": get_args(Convention),
    "presentation": get_args(Presentation),
}


def rule_of(letters: Letters, options: Mapping[str, object]) -> LetterRule | None:
    """The rule that the options of `tabulate` describe; None where letters are off.

    Parameters
    ----------
    letters
        A rule, what columns are tested against, or "none" / None.
    options
        Those that were given (None: not given).

    Raises
    ------
    EstimationError
        An unknown choice; an option beside a rule that has its own, or with letters off.
    """
    given = {k: v for k, v in options.items() if v is not None}
    off = letters is None or letters == "none"
    if given and (off or isinstance(letters, LetterRule)):
        name = next(iter(given))
        raise EstimationError(
            f"{name}= has no meaning {'without letters' if off else 'beside a rule'}.",
            hint='give letters="columns", or leave it out.' if off else f"set {name} in the LetterRule.",
        )
    if off:
        return None
    if isinstance(letters, LetterRule):
        return _checked(letters)
    pair = given.pop("min_base", None)
    if pair is not None:
        given["min_base"], given["small_base"] = _pair(pair)
    if "levels" in given:
        levels = given["levels"]
        given["levels"] = (levels,) if isinstance(levels, float | int) else _tuple(levels, "levels")
    against = letters if letters in AGAINST else _pairs(letters)
    convention = given.get("convention", "")
    _check_choice("convention", convention)
    profile = PROFILES.get(convention, LetterRule())  # type: ignore[call-overload]
    return _checked(replace(profile, against=against, **given))


def _pairs(letters: object) -> tuple[tuple[str, str], ...]:
    """Chosen pairs of columns: pairs, or a text such as "A/B, A/C" (a longer run stands for all its pairs)."""
    if isinstance(letters, str):
        return _parsed(letters)
    out = []
    for pair in _tuple(letters, "letters"):
        two = _tuple(pair, "letters")
        if len(two) != 2 or not all(isinstance(x, str) for x in two):
            raise EstimationError(
                f"letters= holds {pair!r}, which is no pair of columns.",
                hint='give pairs of keys, labels or letters: letters=[("A", "C"), ("A", "E")].',
            )
        out.append((str(two[0]), str(two[1])))
    return tuple(out)


def _parsed(text: str) -> tuple[tuple[str, str], ...]:
    if "/" not in text:
        raise EstimationError(
            f"letters = {text!r} is not known.",
            hint=f'give one of {", ".join(AGAINST)}, none, or pairs such as "A/B, A/C"; {closest(text, AGAINST)}',
        )
    out: list[tuple[str, str]] = []
    for group in text.split(","):
        members = [m.strip() for m in group.split("/")]
        if len(members) < 2 or not all(members):
            raise EstimationError(
                f"'{text}' are no pairs of columns.", hint='give letters or labels: "A/B, A/C".'
            )
        out += list(combinations(members, 2))
    return tuple(out)


def _tuple(value: object, name: str) -> tuple[object, ...]:
    if not isinstance(value, tuple | list):
        raise EstimationError(f"{name} = {value!r} is not a list.", hint="give a tuple or a list.")
    return tuple(value)


def _pair(value: object) -> tuple[float, float]:
    if isinstance(value, tuple | list) and len(value) == 2:
        low, high = value
        if isinstance(low, int | float) and isinstance(high, int | float):
            return float(low), float(high)
    raise EstimationError(
        f"min_base = {value!r} are not two bases.", hint="give (no test under, caution under): (30, 100)."
    )


def _checked(rule: LetterRule) -> LetterRule:
    if isinstance(rule.against, str) and rule.against not in AGAINST:
        raise EstimationError(
            f"letters = {rule.against!r} is not known.",
            hint=f"give one of {', '.join(AGAINST)}, none, or pairs; {closest(rule.against, AGAINST)}",
        )
    for name in CHOICES:
        _check_choice(name, getattr(rule, name))
    if rule.family != "row" and rule.adjust == "none":
        raise EstimationError(
            f"family = {rule.family!r} does nothing without an adjustment.",
            hint='give adjust="holm", "bh" or "bonferroni" with it.',
        )
    _check_numbers(rule)
    return rule


def _check_choice(name: str, value: object) -> None:
    known = CHOICES[name]
    if value not in known:
        shown = ", ".join(k for k in known if k)
        raise EstimationError(f"{name} = {value!r} is not known.", hint=f"give one of {shown}.")


def _check_numbers(rule: LetterRule) -> None:
    levels = rule.levels
    right = all(isinstance(x, float) and 0.5 <= x < 1 for x in levels)
    if not 1 <= len(levels) <= 2 or not right or list(levels) != sorted(set(levels), reverse=True):
        raise EstimationError(
            f"levels = {levels!r} are not confidence levels of letters.",
            hint="give one or two, the stricter first: (0.95, 0.90).",
        )
    if not 0 <= rule.min_base <= rule.small_base:
        raise EstimationError(
            f"min_base = ({rule.min_base:g}, {rule.small_base:g}) cannot be.",
            hint="give (no test under, caution under), the smaller first.",
        )
    if rule.margin is not None and not rule.margin > 0:
        raise EstimationError(f"margin = {rule.margin!r} is no half width.", hint="give 0.05 for 5 points.")
    if rule.continuity and not rule.convention:
        raise EstimationError(
            "continuity= belongs to the rules of other systems.", hint='give convention="spss" with it.'
        )
