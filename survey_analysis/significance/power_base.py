"""What power calculations share: the result, the checks, the search for the quantity left out."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy import optimize

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")

Sides = Literal["two-sided", "one-sided"]
Tails = Literal["near", "both"]
LARGEST = 1e9


@dataclass(frozen=True)
class Power:
    """A design and its power.

    Attributes
    ----------
    n : float
        People a group, or pairs; unrounded.
    power : float
    effect : float
        Difference, in the unit of the call.
    groups : int
    deff : float
        Design effect used.
    method : str

    Examples
    --------
    >>> from survey_analysis import power
    >>> found = power.means(0.3, power=0.8)
    >>> found.people, round(found.n, 1), found.alpha
    (352, 175.4, 0.05)
    """

    n: float
    power: float
    effect: float
    alpha: float
    groups: int
    deff: float
    method: str

    @property
    def people(self) -> int:
        """People (or pairs) of all groups, rounded up a group."""
        return self.groups * math.ceil(round(self.n, 9))


def t_power(ncp: float, df: float, alpha: float, sides: Sides, tails: Tails) -> float:
    """Power of a t test with that noncentrality.

    Examples
    --------
    >>> round(t_power(2.738613, 118, 0.05, "two-sided", "near"), 4)
    0.7753
    """
    q = float(stats.t.isf(alpha / (2 if sides == "two-sided" else 1), df))
    if df > 1e5 or ncp > 37:  # the library's series ends there; the normal limit holds to 1e-6
        near, far = float(stats.norm.sf(q - ncp)), float(stats.norm.cdf(-q - ncp))
    else:
        with np.errstate(divide="ignore"):  # scipy may say so in its tails
            near, far = float(stats.nct.sf(q, df, ncp)), float(stats.nct.cdf(-q, df, ncp))
    return near + (far if tails == "both" else 0.0)


def one_missing(**given: float | None) -> None:
    """Exactly one quantity is left out, else an error that lists them."""
    missing = [name for name, value in given.items() if value is None]
    if len(missing) != 1:
        raise EstimationError(
            f"leave out exactly one of {', '.join(given)}.",
            where=f"left out: {', '.join(missing) or 'none'}",
        )
    for name, value in given.items():
        if name == "power" and value is not None and not 0 < value < 1:
            raise EstimationError(f"power = {value} is not between 0 and 1.")
        if name == "n" and value is not None and not value > 1:
            raise EstimationError(f"n = {value} must be above 1.")


def check_options(alpha: float, sides: Sides, tails: Tails, deff: float) -> None:
    """Alpha, sides, tails and design effect are possible."""
    if not 0 < alpha < 1:
        raise EstimationError(f"alpha = {alpha} is not between 0 and 1.")
    if sides not in ("two-sided", "one-sided") or tails not in ("near", "both"):
        raise EstimationError(
            f"sides = '{sides}', tails = '{tails}' are not known.",
            hint='sides: "two-sided", "one-sided"; tails: "near", "both".',
        )
    if sides == "one-sided" and tails == "both":
        raise EstimationError("a one-sided test rejects in one tail.", hint='tails="near"')
    if not deff > 0:
        raise EstimationError(f"deff = {deff} must be above 0.")


def solve(f: Callable[[float], float], low: float, high: float, what: str) -> float:
    """Root of a rising function, looked for from `low` in doubling steps."""
    if f(low) > 0:
        raise EstimationError(f"{what} is needed that small: the smallest design has that power already.")
    end = low
    while f(end) < 0:
        if end >= high:
            raise EstimationError(
                f"{what} has that power.", hint="lower the power or raise n or the difference."
            )
        end = min(high, max(2 * end, 1e-6))
    return float(optimize.brentq(f, low, end, xtol=1e-13, rtol=1e-14))
