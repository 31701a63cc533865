"""Power of tests of independent samples: two proportions, means, several means."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.power_base import (
    LARGEST,
    Power,
    Sides,
    Tails,
    check_options,
    one_missing,
    solve,
    t_power,
)

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")

Form = Literal["normal", "arcsine"]
Kind = Literal["two-sample", "one-sample", "paired"]


def proportions(
    p1: float,
    p2: float | None = None,
    *,
    n: float | None = None,
    power: float | None = None,
    alpha: float = 0.05,
    sides: Sides = "two-sided",
    tails: Tails = "near",
    deff: float = 1.0,
    method: Form = "normal",
) -> Power:
    """Two independent proportions.

    Parameters
    ----------
    p1, p2 : float
        p2 is solved for, above p1, when left out.
    n : float
        People a group.
    tails : {"near", "both"}
        "both" adds the power of rejecting in the wrong direction (R `strict = TRUE`), two-sided only.
    deff : float
        Design effect; n / deff people count.
    method : {"normal", "arcsine"}
        "normal": pooled variance under the null, separate under the alternative (R `power.prop.test`);
        "arcsine": h = 2 asin sqrt p1 - 2 asin sqrt p2, variance 2 / n (Cohen 1988).

    Returns
    -------
    Power
        `effect` is p2 - p1.

    Raises
    ------
    EstimationError
        Not exactly one of p2, n and power is left out, or no design has that power.

    Examples
    --------
    >>> round(proportions(0.3, 0.4, power=0.8).n, 4)
    355.9428
    """
    one_missing(p2=p2, n=n, power=power)
    check_options(alpha, sides, tails, deff)
    if method not in ("normal", "arcsine"):
        raise EstimationError(f"method = '{method}' is not known.", hint='"normal" or "arcsine"')
    for p in (p1, p2):
        if p is not None and not 0 < p < 1:
            raise EstimationError(f"a share of {p} is not between 0 and 1.")
    rule = _arcsine if method == "arcsine" else _normal

    def at(share: float, people: float) -> float:
        return rule(p1, share, people / deff, alpha, sides, tails)

    if p2 is None:
        assert n is not None and power is not None  # noqa: S101, PT018  one is missing
        people = n
        p2 = solve(lambda v: at(v, people) - power, p1 + 1e-12, 1 - 1e-12, "No share above p1")
    elif p1 == p2 and n is None:
        raise EstimationError("both shares are the same: no number of people finds a difference.")
    share = p2
    if n is None:
        assert power is not None  # noqa: S101
        n = solve(lambda v: at(share, v) - power, 2.0 * deff, LARGEST, "No number of people")
    return Power(n, at(share, n), share - p1, alpha, 2, deff, f"two proportions, {method}")


def _normal(p1: float, p2: float, n: float, alpha: float, sides: Sides, tails: Tails) -> float:
    z = float(stats.norm.isf(alpha / (2 if sides == "two-sided" else 1)))
    null = ((p1 + p2) * (1 - (p1 + p2) / 2)) ** 0.5
    other = (p1 * (1 - p1) + p2 * (1 - p2)) ** 0.5
    shift = n**0.5 * abs(p1 - p2)
    near = float(stats.norm.cdf((shift - z * null) / other))
    return near + (float(stats.norm.sf((shift + z * null) / other)) if tails == "both" else 0.0)


def _arcsine(p1: float, p2: float, n: float, alpha: float, sides: Sides, tails: Tails) -> float:
    z = float(stats.norm.isf(alpha / (2 if sides == "two-sided" else 1)))
    shift = 2 * abs(math.asin(p1**0.5) - math.asin(p2**0.5)) * (n / 2) ** 0.5
    near = float(stats.norm.cdf(shift - z))
    return near + (float(stats.norm.sf(shift + z)) if tails == "both" else 0.0)


def means(
    delta: float | None = None,
    *,
    sd: float = 1.0,
    n: float | None = None,
    power: float | None = None,
    alpha: float = 0.05,
    kind: Kind = "two-sample",
    sides: Sides = "two-sided",
    tails: Tails = "near",
    deff: float = 1.0,
) -> Power:
    """Difference of means by t: two samples, one sample, or pairs (R `power.t.test`).

    Parameters
    ----------
    delta : float
        Difference to find.
    sd : float
        Standard deviation of the answers; of the *differences* in pairs (`paired_means` takes a correlation).
    n : float
        People a group, or pairs.
    kind : {"two-sample", "one-sample", "paired"}
    tails : {"near", "both"}
        "both" is R `strict = TRUE`.

    Notes
    -----
    Noncentral t with ncp = sqrt(n / (deff g)) delta / sd on g (n / deff - 1) df, g the number of samples.

    Examples
    --------
    >>> round(means(0.3, power=0.8).n, 4)
    175.3851
    """
    one_missing(delta=delta, n=n, power=power)
    check_options(alpha, sides, tails, deff)
    if kind not in ("two-sample", "one-sample", "paired"):
        raise EstimationError(f"kind = '{kind}' is not known.", hint='"two-sample", "one-sample" or "paired"')
    if not sd > 0:
        raise EstimationError(f"sd = {sd} must be above 0.")
    samples = 2 if kind == "two-sample" else 1

    def at(gap: float, people: float) -> float:
        count = people / deff
        ncp = (count / samples) ** 0.5 * abs(gap) / sd
        return t_power(ncp, max(1e-7, (count - 1) * samples), alpha, sides, tails)

    if delta is None:
        assert n is not None and power is not None  # noqa: S101, PT018  one is missing
        people = n
        delta = solve(lambda v: at(v, people) - power, sd * 1e-7, sd * 1e3, "No difference")
    elif delta == 0 and n is None:
        raise EstimationError("the difference is 0: no number of people finds it.")
    gap = delta
    if n is None:
        assert power is not None  # noqa: S101
        n = solve(lambda v: at(gap, v) - power, 2.0 * deff, LARGEST, "No number of people")
    return Power(n, at(gap, n), gap, alpha, samples, deff, f"{kind} t test")


def anova(
    groups: int,
    *,
    between_var: float | None = None,
    within_var: float = 1.0,
    n: float | None = None,
    power: float | None = None,
    alpha: float = 0.05,
    deff: float = 1.0,
) -> Power:
    """Equality of several means by F (R `power.anova.test`).

    Parameters
    ----------
    groups : int
    between_var : float
        Variance of the group means (divisor groups - 1); `effect` of the result.
    within_var : float
        Variance of the answers in a group.

    Notes
    -----
    ncp = (groups - 1) n between / within on groups (n - 1) df.

    Examples
    --------
    >>> round(anova(4, between_var=1, within_var=3, power=0.8).n, 4)
    11.9261
    """
    one_missing(between_var=between_var, n=n, power=power)
    check_options(alpha, "two-sided", "near", deff)
    if groups < 2 or not within_var > 0:
        raise EstimationError("give two groups or more and a variance above 0.")

    def at(between: float, people: float) -> float:
        count = people / deff
        df1, df2 = groups - 1, (count - 1) * groups
        q = float(stats.f.isf(alpha, df1, df2))
        return float(stats.ncf.sf(q, df1, df2, df1 * count * between / within_var))

    if between_var is None:
        assert n is not None and power is not None  # noqa: S101, PT018  one is missing
        people = n
        between_var = solve(
            lambda v: at(v, people) - power, 1e-9 * within_var, 1e3 * within_var, "No variance"
        )
    variance = between_var
    if n is None:
        assert power is not None  # noqa: S101
        n = solve(lambda v: at(variance, v) - power, 2.0 * deff, 1e5 * deff, "No number of people")
    return Power(n, at(variance, n), variance, alpha, groups, deff, "one-way ANOVA")
