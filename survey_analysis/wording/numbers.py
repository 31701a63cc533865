"""How a number is printed: the only place of the package where anything is rounded.

Half-up, done right: shares of counts by exact integers, floats with a relative slack of 1e-9 before
the floor, negative numbers by symmetry. Sentences, titles, tables, figures and alt text all print
through these functions, so a number has one printed form everywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from survey_analysis.errors import EstimationError

MINUS: Final = "\u2212"
DASH: Final = "\u2013"
NOT_AVAILABLE: Final = "n/a"
ROUNDING_NOTE: Final = "difference computed before rounding"

_SLACK: Final = 1e-9  # relative: 0.285 * 100 is 28.499999999999996 and must print as 29
_LEAST: Final = 9  # decimals of the smallest ratio that is told from 0
_MOST: Final = 1e-6  # the slack never reaches a printed digit of a large number


@dataclass(frozen=True)
class Pieces:
    """Two numbers and their difference as printed together; `note` is empty when they add up.

    Texts carry no unit; `difference` is signed with U+2212 and without a plus.
    """

    a: str
    b: str
    difference: str
    decimals: int
    note: str = ""


def _power(decimals: int) -> int:
    return int(10**decimals)


def units(value: float, decimals: int = 0) -> int:
    """`value` rounded half-up, as a whole number of 10**-decimals.

    Examples
    --------
    >>> units(2.5), units(-2.5), units(0.285 * 100), units(8.36, 1)
    (3, -3, 29, 84)
    """
    if not math.isfinite(value):
        raise EstimationError(
            f"{value} cannot be rounded.", hint="test with math.isfinite before printing, or use share_text."
        )
    scaled = abs(float(value)) * _power(decimals)
    whole = math.floor(scaled + min(scaled * _SLACK, _MOST) + 0.5)
    return whole if value >= 0 else -whole


def round_half_up(value: float, decimals: int = 0) -> float:
    """Round half-up (away from zero for negative numbers).

    Examples
    --------
    >>> round_half_up(2.5), round_half_up(-2.5), round_half_up(1.005, 2)
    (3.0, -3.0, 1.01)
    """
    return units(value, decimals) / _power(decimals)


def round_share(k: int, n: int, decimals: int = 0) -> float:
    """`k` of `n` in percent, rounded half-up by exact integer arithmetic.

    Formula: (2 * 10**d * 100 * k + n) // (2 n), `statistics.md` 2.15.

    Examples
    --------
    >>> round_share(57, 200), round_share(1, 3, 1), round_share(1, 8, 0)
    (29.0, 33.3, 13.0)
    """
    if n <= 0 or not 0 <= k <= n:
        raise EstimationError(
            f"{k} of {n} is not a share.", where="expected 0 <= k <= n and n > 0", hint="check the base."
        )
    return (2 * _power(decimals) * 100 * k + n) // (2 * n) / _power(decimals)


def fixed(value: float, decimals: int = 0) -> str:
    """`value` half-up with exactly `decimals` decimals, a thousands comma and U+2212 for minus.

    Examples
    --------
    >>> fixed(1234.5), fixed(-0.04, 1), fixed(-3.25, 1)
    ('1,235', '0.0', '−3.3')
    """
    whole = units(value, decimals)
    head, tail = divmod(abs(whole), _power(decimals))
    text = f"{head:,}" + (f".{tail:0{decimals}d}" if decimals else "")
    return MINUS + text if whole < 0 else text


def percent(p: float, decimals: int = 0) -> str:
    """A share (0-1) as a percentage.

    Examples
    --------
    >>> percent(0.8162), percent(0.285), percent(0.8162, 1)
    ('82%', '29%', '81.6%')
    """
    return fixed(100 * p, decimals) + "%"


def share_text(p: float | None, decimals: int = 0, *, sign: str = "") -> str:
    """A share (0-1) for a table cell: `-` for none, `*` for more than none that would print as 0.

    `sign` follows a number ("%"), never a mark. A missing value prints as "n/a".

    Examples
    --------
    >>> share_text(0.004), share_text(0.0), share_text(0.005), share_text(0.82, sign="%"), share_text(None)
    ('*', '-', '1', '82%', 'n/a')
    """
    if p is None or math.isnan(p):
        return NOT_AVAILABLE
    if p == 0:
        return "-"
    return "*" if p > 0 and units(100 * p, decimals) == 0 else fixed(100 * p, decimals) + sign


def signed(value: float, decimals: int = 0) -> str:
    """A number with its sign, U+2212 or plus; zero as printed has none.

    Examples
    --------
    >>> signed(0.42, 1), signed(-0.42, 1), signed(0.04, 1)
    ('+0.4', '−0.4', '0.0')
    """
    return ("+" if units(value, decimals) > 0 else "") + fixed(value, decimals)


def points(d: float, decimals: int = 0) -> str:
    """A difference of shares (0-1) in signed percentage points.

    Examples
    --------
    >>> points(0.0836), points(-0.0836, 1), points(0.001)
    ('+8', '−8.4', '0')
    """
    return signed(100 * d, decimals)


def interval(low: float, high: float, decimals: int = 0) -> str:
    """Two limits **on the printed scale** (82, not 0.82), joined by an en dash, by "to" below zero.

    Examples
    --------
    >>> interval(80.1, 83.9), interval(-1.2, 4.4), interval(3.456, 3.6, 2)
    ('80–84', '−1 to 4', '3.46–3.60')
    """
    joint = " to " if units(min(low, high), decimals) < 0 else DASH
    return fixed(low, decimals) + joint + fixed(high, decimals)


def percent_interval(low: float, high: float, decimals: int = 0) -> str:
    """Limits of a share (0-1) or of a difference of shares, in percent without the sign.

    Examples
    --------
    >>> percent_interval(0.801, 0.839), percent_interval(-0.012, 0.044)
    ('80–84', '−1 to 4')
    """
    return interval(100 * low, 100 * high, decimals)


def p_value(p: float) -> str:
    """A p-value without the leading zero.

    Below .001 it prints "<.001". A p under .05 never prints as .050: it gets one decimal more, so that the
    number and the verdict cannot disagree.

    Examples
    --------
    >>> p_value(0.0004), p_value(0.0234), p_value(0.0497), p_value(0.9999)
    ('<.001', '.023', '.0497', '>.999')
    """
    if not 0 <= p <= 1:
        raise EstimationError(f"{p} is not a p-value.", where="expected 0 to 1", hint="check the test.")
    if p < 0.001:
        return "<.001"
    if p >= 0.9995:
        return ">.999"
    decimals = 3
    while p < 0.05 and units(p, decimals) == units(0.05, decimals) and decimals < 9:
        decimals += 1
    return fixed(p, decimals).lstrip("0")


def count(n: float) -> str:
    """A number of people or events.

    Examples
    --------
    >>> count(3233), count(2138.6)
    ('3,233', '2,139')
    """
    return fixed(n)


def number(value: float, decimals: int = 2) -> str:
    """A mean or another plain number.

    Examples
    --------
    >>> number(4.125), number(-0.004)
    ('4.13', '0.00')
    """
    return fixed(value, decimals)


def ratio(r: float, decimals: int | None = None) -> str:
    """A ratio, as in "22.2 times": one decimal, under 1 two, under 0.1 two digits that say something.

    Examples
    --------
    >>> ratio(22.18), ratio(0.876), ratio(1.512, 2), ratio(0.00314)
    ('22.2', '0.88', '1.51', '0.0031')
    """
    return fixed(r, ratio_decimals(r) if decimals is None else decimals)


def ratio_decimals(r: float) -> int:
    """Decimals of a ratio and its limits; a ratio that is not 0 never prints as 0.

    Examples
    --------
    >>> ratio_decimals(22.18), ratio_decimals(0.876), ratio_decimals(0.00314), ratio_decimals(0.0)
    (1, 2, 4, 2)
    """
    size = abs(r)
    if size >= 1 or not math.isfinite(size):
        return 1
    return 2 if size == 0 else min(max(2, 1 - math.floor(math.log10(size))), _LEAST)


def agree(a: float, b: float, difference: float | None = None, *, decimals: int = 0) -> Pieces:
    """Print two numbers and their difference so that they agree (`statistics.md` 2.15).

    If the rounded difference contradicts the rounded pieces all three get one decimal more; if they still
    disagree that decimal stays and `note` says that the difference was computed before rounding.

    Parameters
    ----------
    a, b
        The numbers **on the printed scale** (81.62, not 0.8162).
    difference
        Computed unrounded; a - b when left out.
    decimals
        Decimals to try first.

    Examples
    --------
    >>> agree(82.1, 73.0)
    Pieces(a='82', b='73', difference='9', decimals=0, note='')
    >>> agree(81.62, 73.26)
    Pieces(a='81.6', b='73.3', difference='8.4', decimals=1, note='difference computed before rounding')
    """
    d = a - b if difference is None else difference
    for places in (decimals, decimals + 1):
        if units(a, places) - units(b, places) == units(d, places):
            return Pieces(fixed(a, places), fixed(b, places), fixed(d, places), places)
    places = decimals + 1
    return Pieces(fixed(a, places), fixed(b, places), fixed(d, places), places, ROUNDING_NOTE)


def agreeing(triples: Iterable[tuple[float, float, float]], decimals: int = 0) -> tuple[int, str]:
    """Decimals at which numbers of a table and their differences agree, and the note where some do not.

    Parameters
    ----------
    triples
        a, b and their unrounded difference **on the printed scale**.
    decimals
        Decimals to try first; all of the table get one more when any of them contradicts its pieces.

    Examples
    --------
    >>> agreeing([(82.1, 73.0, 9.1)]), agreeing([(82.1, 73.0, 9.1), (81.62, 73.26, 8.36)])
    ((0, ''), (1, 'difference computed before rounding'))
    """
    known = [t for t in triples if all(math.isfinite(x) for x in t)]
    places = max((agree(a, b, d, decimals=decimals).decimals for a, b, d in known), default=decimals)
    apart = any(units(a, places) - units(b, places) != units(d, places) for a, b, d in known)
    return places, ROUNDING_NOTE if apart else ""
