"""Intervals of a printed share and of a difference of two, at the edges of what is not known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from scipy import special

from survey_analysis.core.simple_intervals import one_proportion, paired_proportions, two_proportions
from survey_analysis.errors import EstimationError

Limits = tuple[float, float]
Case = Literal["least", "most"]


@dataclass(frozen=True)
class Difference:
    """a minus b under one set of assumptions: interval, test, and whether "a is higher" holds."""

    difference: float
    low: float
    high: float
    p_value: float
    correlation: float = float("nan")

    def holds(self, level: float) -> bool:
        """The interval lies above 0 and the test rejects."""
        return self.low > 0 and self.p_value < 1 - level


def share_limits(
    p: Limits, n: float, *, level: float, method: Literal["wilson", "clopper-pearson"]
) -> Limits:
    """Limits of a share that lies between two edges, with `n` people who count in full.

    The low limit is that of the low edge, the high limit that of the high edge: every value that prints the
    same lies between.

    Examples
    --------
    >>> [round(v, 4) for v in share_limits((0.815, 0.825), 1000, level=0.95, method="wilson")]
    [0.7897, 0.8473]
    """
    return (
        one_proportion(p[0] * n, n, level=level, method=method)[0],
        one_proportion(p[1] * n, n, level=level, method=method)[1],
    )


def together_limits(a: float, b: float) -> Limits:
    """Share that can have said both, from max(0, a + b - 1) to min(a, b) (Fréchet 1951).

    Examples
    --------
    >>> [round(v, 2) for v in together_limits(0.82, 0.73)]
    [0.55, 0.73]
    """
    return max(0.0, a + b - 1), min(a, b)


def together(a: float, b: float, phi: float) -> float:
    """Share that said both, a b + phi sqrt(a (1-a) b (1-b)).

    Raises
    ------
    EstimationError
        The two shares do not allow that correlation.

    Examples
    --------
    >>> round(together(0.82, 0.73, 0.3), 4)
    0.6498
    """
    both = float(a * b + phi * (a * (1 - a) * b * (1 - b)) ** 0.5)
    low, high = together_limits(a, b)
    if not low - 1e-9 <= both <= high + 1e-9:
        least, most = (phi_of(a, b, x) for x in (low, high))
        raise EstimationError(
            f"a correlation of {phi:g} is impossible.",
            where=f"with shares of {a:.4g} and {b:.4g} phi lies between {least:.3f} and {most:.3f}.",
            hint='correlation="bounds" takes every value that is possible.',
        )
    return min(max(both, low), high)


def phi_of(a: float, b: float, both: float) -> float:
    """Phi of two answers from the share that said both; NaN where a share is 0 or 1."""
    spread = (a * (1 - a) * b * (1 - b)) ** 0.5
    return float((both - a * b) / spread) if spread > 0 else float("nan")


def independent(a: float, b: float, n: Limits, level: float) -> Difference:
    """Different people: Newcombe's interval from Wilson limits, and the pooled z test.

    Notes
    -----
    Newcombe (1998), method 10; z = (a - b) / sqrt(p (1-p) (1/n_a + 1/n_b)), p pooled.

    Examples
    --------
    >>> found = independent(0.82, 0.73, (500, 500), 0.95)
    >>> round(found.low, 4), round(found.high, 4), round(found.p_value, 4)
    (0.0383, 0.1412, 0.0007)
    """
    low, high = two_proportions(a * n[0], n[0], b * n[1], n[1], level=level)
    pooled = (a * n[0] + b * n[1]) / (n[0] + n[1])
    return Difference(a - b, low, high, _p(a - b, pooled * (1 - pooled) * (1 / n[0] + 1 / n[1])))


def paired(a: float, b: float, both: float, n: float, level: float) -> Difference:
    """The same people: Newcombe's interval for pairs, and McNemar's test.

    Notes
    -----
    Newcombe (1998), method 10 for pairs; z = (a - b) / sqrt(D / n), D = a + b - 2 both the share whose
    answers differ (McNemar 1947).

    Examples
    --------
    >>> found = paired(0.82, 0.73, 0.65, 500, 0.95)
    >>> round(found.low, 4), round(found.high, 4), round(found.correlation, 2)
    (0.0466, 0.1332, 0.3)
    """
    cells = [max(x, 0.0) * n for x in (both, a - both, b - both, 1 - a - b + both)]
    low, high = paired_proportions(*cells, level=level, method="newcombe")
    return Difference(a - b, low, high, _p(a - b, (a + b - 2 * both) / n), phi_of(a, b, both))


def _p(difference: float, variance: float) -> float:
    if variance <= 1e-15:
        return 1.0 if abs(difference) < 1e-12 else 0.0
    return float(special.erfc(abs(difference) / math.sqrt(2 * variance)))
