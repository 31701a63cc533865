"""Where a value stands on the sheet, the round values an axis prints, and how a value is written."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from matplotlib.ticker import MaxNLocator

from survey_analysis.results.estimate import Unit
from survey_analysis.wording.numbers import fixed, interval, percent, percent_interval, points, signed


@dataclass(frozen=True)
class Scale:
    """Data limits laid over a stretch of the sheet (inches)."""

    low: float
    high: float
    left: float
    right: float
    log: bool = False

    def at(self, value: float) -> float:
        """Inches from the left edge of the sheet.

        Examples
        --------
        >>> Scale(0.0, 1.0, 2.0, 6.0).at(0.25)
        3.0
        >>> Scale(1, 100, 0, 4, log=True).at(10)
        2.0
        """
        low, high, x = (self.low, self.high, value)
        if self.log:
            low, high, x = math.log(low), math.log(high), math.log(x)
        return self.left + (x - low) / (high - low) * (self.right - self.left)


@dataclass(frozen=True)
class Axis:
    """Limits and the values printed below."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False


def linear_axis(
    values: Iterable[float], *, bounds: tuple[float, float] | None = None, most: int = 6, pad: float = 0.09
) -> Axis:
    """Limits a little beyond the values, not necessarily from 0, and at most `most` round ticks inside.

    `bounds` are limits that the scale itself has (0 and 1 for a share, 1 and 5 for a rating).

    Examples
    --------
    >>> linear_axis([0.41, 0.82], bounds=(0, 1)).ticks
    (0.4, 0.5, 0.6, 0.7, 0.8)
    >>> linear_axis([0.5, 0.4999999999999968], bounds=(0, 1)).ticks
    (0.495, 0.5, 0.505)
    """
    known = [v for v in values if math.isfinite(v)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    size = max(abs(low), abs(high))
    # shares held by raking are equal but for the last digits, which is no spread to draw
    spread = high - low if high - low > 1e-9 * size else max(size * 0.2, 0.05)
    low, high = low - pad * spread, high + pad * spread
    if bounds:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    slack = 1e-9 * (high - low)
    for nbins in range(most, 40):
        ticks = MaxNLocator(nbins=nbins, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
        inside = [float(round(t, 10)) for t in ticks if low - slack <= t <= high + slack]
        if len(inside) >= 3:
            break
    return Axis(low, high, tuple(inside))


def log_axis(values: Iterable[float], *, most: int = 6) -> Axis:
    """Limits of a ratio axis that always shows 1, with round ticks.

    Examples
    --------
    >>> log_axis([3.2, 24]).ticks
    (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
    """
    known = [v for v in values if math.isfinite(v) and v > 0]
    low, high = min([*known, 1.0]) / 1.05, max([*known, 1.0]) * 1.1
    steps = (1, 2, 5) if math.log10(high / low) < 2 else (1,)
    ticks = [
        float(s * 10.0**k)
        for k in range(math.floor(math.log10(low)) - 1, math.ceil(math.log10(high)) + 1)
        for s in steps
    ]
    lower = [t for t in ticks if t <= low][-1:]
    upper = [t for t in ticks if t >= high][:1]
    if min([*known, 1.0]) >= 1:
        lower = [1.0]
    shown = [t for t in ticks if lower[0] <= t <= upper[0]]
    while len(shown) > most + 1:
        shown = [t for t in shown if t == 1.0 or shown.index(t) % 2 == 0]
    return Axis(min(lower[0], *known, 1.0), upper[0], tuple(shown), log=True)


def count_axis(values: Iterable[float], *, most: int = 7) -> Axis:
    """Limits of a log axis of numbers of people, a little beyond the values, with round ticks inside.

    Examples
    --------
    >>> count_axis([46, 271]).ticks
    (50.0, 100.0, 200.0)
    """
    known = [v for v in values if math.isfinite(v) and v > 0]
    low, high = min(known) / 1.5, max(known) * 1.5
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        ticks = tuple(float(s * 10**k) for k in powers for s in steps if low <= s * 10**k <= high)
        if len(ticks) <= most:
            break
    return Axis(low, high, ticks, log=True)


def decimals_of(unit: Unit) -> int:
    """Decimals that a value of this unit is printed with unless asked otherwise."""
    return {"share": 0, "points": 0, "score": 2, "pomp": 1, "count": 1, "ratio": 1}[unit]


def value_text(value: float, unit: Unit, decimals: int | None = None) -> str:
    """An estimate as printed: "82%", "4.39".

    Examples
    --------
    >>> value_text(0.8162, "share"), value_text(4.3868, "score"), value_text(float("nan"), "score")
    ('82%', '4.39', 'n/a')
    """
    if not math.isfinite(value):
        return "n/a"
    places = decimals_of(unit) if decimals is None else decimals
    return percent(value, places) if unit == "share" else fixed(value, places)


def difference_text(value: float, unit: Unit, decimals: int | None = None) -> str:
    """A difference as printed: "+5" points, "−0.12"."""
    if not math.isfinite(value):
        return "n/a"
    places = decimals_of(unit) if decimals is None else decimals
    return points(value, places) if unit == "share" else signed(value, places)


def interval_text(low: float, high: float, unit: Unit, decimals: int | None = None) -> str:
    """Two limits as printed, without a unit: "80–84"."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    places = decimals_of(unit) if decimals is None else decimals
    return percent_interval(low, high, places) if unit == "share" else interval(low, high, places)


def tick_texts(ticks: Iterable[float], unit: Unit, *, difference: bool = False) -> list[str]:
    """Axis values, all with the fewest decimals that tell them apart."""
    values = [100 * t if unit == "share" else t for t in ticks]
    places = next((d for d in range(4) if all(abs(v - round(v, d)) < 1e-7 for v in values)), 4)
    write = signed if difference else fixed
    sign = "%" if unit == "share" and not difference else ""
    return [write(v, places) + sign for v in values]
