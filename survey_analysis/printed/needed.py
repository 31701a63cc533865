"""How many people must stand behind printed figures for a claim to hold."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final, Literal

from survey_analysis.printed.cases import Group, consider, effective, shares
from survey_analysis.printed.limits import Case, share_limits
from survey_analysis.results.published import Assumptions, PrintedFigure

LARGEST: Final = 10**9
Word = Literal["more", "majority", "large majority", "nearly all", "minority", "few"]

#: Limit that the interval must lie above or below (`wording.licences`; a test holds the two together).
LEVELS: Final[dict[str, tuple[float, Literal["above", "below"]]]] = {
    "majority": (0.5, "above"),
    "large majority": (2 / 3, "above"),
    "nearly all": (0.9, "above"),
    "minority": (0.5, "below"),
    "few": (0.15, "below"),
}


def smallest(holds: Callable[[int], bool]) -> float:
    """The smallest whole number from which a rising condition holds; infinite where none does.

    Examples
    --------
    >>> smallest(lambda n: n >= 190), smallest(lambda n: False)
    (190.0, inf)
    """
    high = 1
    while not holds(high):
        if high >= LARGEST:
            return math.inf
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return float(high)


def more_needed(a: PrintedFigure, b: PrintedFigure, told: Assumptions, *, group: Group, case: Case) -> float:
    """Fewest people in each group (or who rated both) for which "a is higher" holds.

    Rounding is taken at its edges, so that the least favourable case errs to the safe side and the most
    favourable one is a bound: with fewer people the claim cannot hold.
    """

    def holds(n: int) -> bool:
        if min(effective(n, f, told, case) for f in (a, b)) < 1:
            return False
        found = consider(a, b, (n, n), told, group=group, case=case, whole=False).found
        return found is not None and found.holds(told.level)

    return smallest(holds)


def level_needed(figure: PrintedFigure, told: Assumptions, *, word: Word, case: Case) -> float:
    """Fewest people for which the interval of one share licenses a word such as "majority"."""
    limit, side = LEVELS[word]
    edge = shares(figure, told, None)
    if edge is None:  # edges always exist
        return math.inf
    p = edge[0 if (case == "least") == (side == "above") else 1]

    def holds(n: int) -> bool:
        counted = effective(n, figure, told, case)
        if counted < 1:
            return False
        low, high = share_limits((p, p), counted, level=told.level, method=told.method)
        return low > limit if side == "above" else high < limit

    return smallest(holds)
