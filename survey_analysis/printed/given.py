"""What a caller may give: figures, bases, ranges; checked and brought into one form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Literal, get_args

from survey_analysis.errors import EstimationError, closest
from survey_analysis.results.published import Assumptions, People, PrintedFigure, Range, Unit

LADDER = (100.0, 300.0, 1000.0, 3000.0)
"""Numbers of people shown where none is known: illustrations, never used in a verdict."""


def figures(
    given: Mapping[str, Any], *, rounding: float, unit: Unit, cite: str, up_to: bool
) -> tuple[PrintedFigure, ...]:
    """Printed figures from {subject: value}, or {item: {subject: value}}."""
    if unit not in get_args(Unit):
        raise EstimationError(f"unit = '{unit}' is not known.", hint=closest(unit, get_args(Unit)))
    nested = [isinstance(v, Mapping) for v in given.values()]
    if not given or (any(nested) and not all(nested)):
        raise EstimationError(
            "Give {subject: figure}, or {item: {subject: figure}}, and not both.",
            hint='for example {"Micro-influencer": 0.82, "Average person": 0.73}.',
        )
    by_item = given if any(nested) else {"": given}
    out = []
    for item, found in by_item.items():
        for subject, value in found.items():
            number = _number(value, f"the figure of '{subject}'")
            half = half_unit(number) if unit == "times" else rounding
            out.append(
                PrintedFigure(str(item), str(subject), number, half, unit=unit, cite=cite, up_to=up_to)
            )
    return tuple(out)


def half_unit(value: float) -> float:
    """Half of the last digit a number is typed with: 0.05 for 22.2.

    Examples
    --------
    >>> half_unit(22.2), half_unit(22.0)
    (0.05, 0.5)
    """
    decimals = len(repr(float(value)).partition(".")[2].rstrip("0"))
    return float(Fraction(1, 2 * 10**decimals))


def bases(n: object, subjects: Sequence[str]) -> dict[str, Range]:
    """People behind each figure: nothing, one number or range for all, or one by subject."""
    if n is None:
        return {}
    if not isinstance(n, Mapping):
        return {"": _people(n, "n")}
    for name in n:
        if name not in subjects:
            raise EstimationError(
                f"n is given for '{name}', which has no figure.", hint=closest(name, subjects)
            )
    missing = [s for s in dict.fromkeys(subjects) if s not in n]
    if missing:
        raise EstimationError(
            f"n is given for some figures and not for '{missing[0]}'.",
            hint="give a number or a range for each, or leave n out: it is then not known.",
        )
    return {name: _people(value, f"n of '{name}'") for name, value in n.items()}


def assumptions(
    *,
    n: dict[str, Range],
    same_people: People,
    deff: object,
    correlation: object,
    events_per_person: object,
    icc: object,
    method: Literal["wilson", "clopper-pearson"],
    level: float,
) -> Assumptions:
    """Everything assumed, each within what is possible."""
    if same_people not in get_args(People):
        raise EstimationError(
            f"same_people = '{same_people}' is not known.", hint=closest(str(same_people), get_args(People))
        )
    if method not in ("wilson", "clopper-pearson"):
        raise EstimationError(f"method = '{method}' is not known.", hint='"wilson" or "clopper-pearson".')
    if not 0 < level < 1:
        raise EstimationError(f"level = {level} is not between 0 and 1.")
    phi = None if correlation in (None, "bounds") else span(correlation, "correlation", -1, 1)
    if phi is not None and same_people == "no":
        raise EstimationError(
            "A correlation is given for figures of different people.",
            hint='leave correlation= out, or say same_people="yes" or "unknown".',
        )
    per = None if events_per_person is None else span(events_per_person, "events_per_person", 1, 1e9)
    return Assumptions(
        n=n,
        ladder=() if n else LADDER,
        same_people=same_people,
        deff=span(deff, "deff", 0, 1e6),
        correlation=phi,
        events_per_person=per,
        icc=span(icc, "icc", 0, 1),
        method=method,
        level=level,
    )


def span(given: object, name: str, least: float, most: float) -> Range:
    """One number or a range, within limits.

    Examples
    --------
    >>> span((1, 2), "deff", 0, 10), span(1.5, "deff", 0, 10)
    ((1.0, 2.0), (1.5, 1.5))
    """
    several = list(given) if isinstance(given, Sequence) and not isinstance(given, str | bytes) else [given]
    values = [_number(v, name) for v in several]
    if len(values) not in (1, 2) or values[0] > values[-1]:
        raise EstimationError(f"{name} = {given!r} is no number and no range.", hint="(lowest, highest).")
    low, high = values[0], values[-1]
    if low < least or high > most or (name == "deff" and low <= 0):
        raise EstimationError(f"{name} = {given!r} is not possible.", where=f"expected {least:g} to {most:g}")
    return low, high


def _people(given: object, name: str) -> Range:
    low, high = span(given, name, 1, 1e9)
    if low != int(low) or high != int(high):
        raise EstimationError(f"{name} = {given!r} is no whole number of people.")
    return low, high


def _number(value: object, name: str) -> float:
    if isinstance(value, str | bytes | bool) or not hasattr(value, "__float__"):
        raise EstimationError(f"{name} is {value!r}, which is no number.", hint="for example 0.82.")
    return float(value)
