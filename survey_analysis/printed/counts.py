"""Which counts and which bases can give a printed percentage: exact arithmetic, no floats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from survey_analysis.errors import EstimationError


def exact(value: float) -> Fraction:
    """The decimal number as typed.

    Examples
    --------
    >>> exact(0.82)
    Fraction(41, 50)
    """
    return Fraction(repr(float(value)))


def edges(value: float, rounding: float) -> tuple[Fraction, Fraction]:
    """Lowest share that prints as the value, and the first above it that does not (half-up).

    Examples
    --------
    >>> edges(0.82, 0.005)
    (Fraction(163, 200), Fraction(33, 40))
    """
    low, high = exact(value) - exact(rounding), exact(value) + exact(rounding)
    return max(low, Fraction(0)), high


def check_printed(value: float, rounding: float, where: str) -> None:
    """Raise unless the value can have been printed with that rounding.

    Raises
    ------
    EstimationError
        A share outside 0 to 1, or with more decimals than the rounding prints.
    """
    if not 0 <= value <= 1:
        raise EstimationError(
            f"a printed share of {value:g} is not between 0 and 1.",
            where=where,
            hint='82% is 0.82; a ratio such as 22.2 is given with unit="times".',
        )
    if not 0 < rounding < 0.5:
        raise EstimationError(
            f"rounding = {rounding:g} is not between 0 and 0.5.",
            where=where,
            hint="half of the last printed unit: 0.005 for whole percent, 0.0005 for one decimal.",
        )
    if (exact(value) / (2 * exact(rounding))).denominator != 1:
        raise EstimationError(
            f"{100 * value:g}% has more decimals than a rounding of {rounding:g} prints.",
            where=where,
            hint="rounding=0.0005 for figures with one decimal.",
        )


def counts(value: float, rounding: float, n: int) -> tuple[int, int] | None:
    """Smallest and largest count of `n` people that print as the value; None where there is none.

    Notes
    -----
    Half-up: the counts x with value - rounding <= x / n < value + rounding (Brown & Heathers 2017 for means,
    "GRIM"; here for shares).

    Examples
    --------
    >>> counts(0.82, 0.005, 1000), counts(0.82, 0.005, 11), counts(0.82, 0.005, 12)
    ((815, 824), (9, 9), None)
    """
    low, high = edges(value, rounding)
    least = math.ceil(low * n)
    most = min(math.ceil(high * n) - 1, n)
    return (least, most) if least <= most else None


def possible(values: Sequence[float], rounding: float, n: int) -> bool:
    """Whether the same number of people can give all of these printed shares.

    Examples
    --------
    >>> possible([0.82, 0.73], 0.005, 11), possible([0.82], 0.005, 12)
    (True, False)
    """
    return all(counts(v, rounding, n) is not None for v in values)


def impossible(values: Sequence[float], rounding: float) -> tuple[int, ...]:
    """Every number of people that cannot give the printed shares; none from 1 / (2 rounding) people on.

    Examples
    --------
    >>> found = impossible([0.82], 0.005)
    >>> found[:12], max(found)
    ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 13), 86)
    """
    enough = math.ceil(1 / (2 * exact(rounding)))
    return tuple(n for n in range(1, enough) if not possible(values, rounding, n))


def nearest_possible(
    values: Sequence[float], rounding: float, low: float, high: float
) -> tuple[int | None, int | None]:
    """Smallest and largest number of people in a range that can give the printed shares.

    Examples
    --------
    >>> nearest_possible([0.82], 0.005, 12, 6000), nearest_possible([0.82], 0.005, 12, 13)
    ((17, 6000), (None, None))
    """
    up, down = range(math.ceil(low), math.floor(high) + 1), range(math.floor(high), math.ceil(low) - 1, -1)
    found = (next((n for n in way if possible(values, rounding, n)), None) for way in (up, down))
    return next(found), next(found)
