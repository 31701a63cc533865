"""One planned comparison: people it needs, its power, the difference it can find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scipy import optimize

from survey_analysis.errors import EstimationError
from survey_analysis.planning.reach import Reach
from survey_analysis.results.plan import PlanBase
from survey_analysis.significance.power_base import Power
from survey_analysis.significance.power_design import paired_means, paired_proportions
from survey_analysis.significance.power_overlap import overlapping
from survey_analysis.significance.power_tests import proportions

NAN = float("nan")
_PARTS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99)


@dataclass(frozen=True)
class Setting:
    """What one comparison is planned under; `sd` is None where the values are shares."""

    base: PlanBase
    correlation: float
    deff: float
    alpha: float
    first: Reach
    second: Reach
    both: Reach
    sd: float | None

    @property
    def loop(self) -> float:
        """Design effect of the loop weights."""
        return self.both.deff if self.base == "same people" else max(self.first.deff, self.second.deff)

    @property
    def reach(self) -> float:
        """Share of the people asked who are in the base (own bases: who gave either)."""
        if self.base == "same people":
            return self.both.share
        return self.first.share + self.second.share - self.both.share


def people(a: float, b: float, told: Setting, power: float) -> float:
    """People to ask so that the difference of two values is found with that power."""
    return _found(a, b, told, power=power).n


def reached(a: float, b: float, told: Setting, n: float) -> float:
    """Power of the comparison with `n` people asked."""
    return _found(a, b, told, n=n).power


def _found(a: float, b: float, told: Setting, *, n: float | None = None, power: float | None = None) -> Power:
    """The power calculation that fits the comparison; its n is people asked.

    The same people: McNemar for shares (Connor 1987), paired t for means. Own bases: the normal test of partly
    the same people; two samples of equal size, where nobody rates both, have the pooled test of two shares.
    """
    deff, alpha = told.deff * told.loop, told.alpha
    if told.base == "same people":
        base = None if n is None else n * told.reach
        if base is not None and base <= 2 * deff:
            return Power(n or NAN, 0.0, a - b, alpha, 1, deff, "too few")
        if told.sd is None:
            got = paired_proportions(
                a, b, correlation=told.correlation, n=base, power=power, alpha=alpha, deff=deff
            )
        else:
            got = paired_means(
                a - b, sd=told.sd, correlation=told.correlation, n=base, power=power, alpha=alpha, deff=deff
            )
        return _of_people(got, told.reach)
    one, two = told.first.share, told.second.share
    if told.both.share == 0 and one == two and told.sd is None:
        base = None if n is None else n * one
        if base is not None and base <= 2 * deff:
            return Power(n or NAN, 0.0, a - b, alpha, 2, deff, "too few")
        return _of_people(proportions(a, b, n=base, power=power, alpha=alpha, deff=deff), one)
    sd = (told.sd, told.sd) if told.sd is not None else ((a * (1 - a)) ** 0.5, (b * (1 - b)) ** 0.5)
    return overlapping(
        a - b, sd=sd, reach=(one, two), both=told.both.share, correlation=told.correlation,
        n=n, power=power, alpha=alpha, deff=deff,
    )  # fmt: skip


def _of_people(got: Power, share: float) -> Power:
    return Power(got.n / share, got.power, got.effect, got.alpha, got.groups, got.deff, got.method)


def detectable(b: float, told: Setting, n: float, power: float, *, above: bool) -> float:
    """Smallest difference from the value `b` that is found with that power; NaN where none is.

    Of shares it is looked for up to where the scale, or the correlation, ends.
    """
    sign = 1.0 if above else -1.0
    room = (1 - b if above else b) if told.sd is None else 50 * told.sd
    smallest = 1e-6 * room

    def short(d: float) -> float:
        return reached(b + sign * d, b, told, n) - power

    low = smallest
    for part in _PARTS:
        end, last = room * part, False
        if not _allowed(short, end):  # the correlation ends before the scale does
            end, last = _edge(short, low, end), True
        if short(end) >= 0:
            return float(optimize.brentq(short, low, end, xtol=1e-10)) if short(low) < 0 else low
        if last:
            return NAN
        low = end
    return NAN


def _allowed(short: Callable[[float], float], d: float) -> bool:
    try:
        short(d)
    except EstimationError:
        return False
    return True


def _edge(short: Callable[[float], float], low: float, high: float) -> float:
    """The largest difference that the correlation allows, between one that it does and one that it does not."""
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _allowed(short, middle) else (low, middle)
    return low
