"""Rates of counts: Poisson exact tests and ratios, negative-binomial ratios for counts that vary more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from survey_analysis.core.simple_intervals import one_proportion, poisson_rate
from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.result import Alternative, SimpleTest, known, numbers
from survey_analysis.typing import FloatArray

if TYPE_CHECKING:
    from scipy import stats
    from statsmodels.stats import rates as sm_rates
else:
    stats = Lazily("scipy.stats")
    sm_rates = Lazily("statsmodels.stats.rates")

SIDES = ("two-sided", "less", "greater")


def poisson_test(
    x: int, exposure: float, rate: float, *, alternative: Alternative = "two-sided", level: float = 0.95
) -> SimpleTest:
    """Exact test of one Poisson rate (R `poisson.test(x, T, r)`), with Garwood's interval.

    The two-sided p adds all counts no likelier than the one seen.

    Examples
    --------
    >>> round(poisson_test(37, 12, 2).p, 6)
    0.013614
    """
    known("alternative", alternative, SIDES)
    if not rate > 0:
        raise EstimationError(f"rate = {rate} must be above 0.")
    mean = rate * exposure
    low, high = poisson_rate(x, exposure, level=level)
    if alternative == "less":
        p = float(stats.poisson.cdf(x, mean))
    elif alternative == "greater":
        p = float(stats.poisson.sf(x - 1, mean))
    else:
        p = _two_sided_poisson(x, mean)
    return SimpleTest(
        "one Poisson rate, exact", float(x), p, x, estimate=x / exposure, estimate_name="rate", low=low, high=high, level=level
    )  # fmt: skip


def _two_sided_poisson(x: int, mean: float) -> float:
    """Both tails of counts whose probability is at most that of x (a relative 1e-7 counts as equal)."""
    if x == mean:
        return 1.0
    seen = float(stats.poisson.pmf(x, mean)) * (1 + 1e-7)
    if x < mean:
        far = int(np.ceil(2 * mean - x))
        while stats.poisson.pmf(far, mean) > seen:
            far = max(far + 1, 2 * far)
        others = np.arange(int(np.ceil(mean)), far + 1)
        equal = int((stats.poisson.pmf(others, mean) <= seen).sum())
        return min(1.0, float(stats.poisson.cdf(x, mean) + stats.poisson.sf(far - equal, mean)))
    others = np.arange(int(np.floor(mean)) + 1)
    equal = int((stats.poisson.pmf(others, mean) <= seen).sum())
    return min(1.0, float(stats.poisson.cdf(equal - 1, mean) + stats.poisson.sf(x - 1, mean)))


def poisson_ratio(
    x1: int,
    exposure1: float,
    x2: int,
    exposure2: float,
    *,
    variant: Literal["exact", "score", "wald-log"] = "exact",
    level: float = 0.95,
) -> SimpleTest:
    """Ratio of two Poisson rates.

    Parameters
    ----------
    variant : {"exact", "score", "wald-log"}
        "exact" conditions on x1 + x2 (binomial; R `poisson.test`); the others are statsmodels
        `test_poisson_2indep` and `confint_poisson_2indep`.

    Examples
    --------
    >>> round(poisson_ratio(37, 12, 21, 11).p, 6)
    0.087398
    """
    known("variant", variant, ("exact", "score", "wald-log"))
    if min(exposure1, exposure2) <= 0 or min(x1, x2) < 0 or x1 + x2 == 0:
        raise EstimationError(
            "rates need exposure above 0 and at least one event.",
            where=f"counts {x1}, {x2}; exposures {exposure1}, {exposure2}",
        )
    share = exposure1 / (exposure1 + exposure2)
    if variant == "exact":
        statistic = float(x1)
        p = float(stats.binomtest(x1, x1 + x2, share).pvalue)
        ends = one_proportion(x1, x1 + x2, level=level, method="clopper-pearson")
        low, high = (q / (1 - q) * exposure2 / exposure1 if q < 1 else float("inf") for q in ends)
    else:
        kind = "wald-log" if variant == "wald-log" else "score"
        found = sm_rates.test_poisson_2indep(x1, exposure1, x2, exposure2, method=kind, compare="ratio")
        statistic, p = float(found.statistic), float(found.pvalue)
        low, high = (
            float(v)
            for v in sm_rates.confint_poisson_2indep(
                x1, exposure1, x2, exposure2, method=kind, compare="ratio", alpha=1 - level
            )
        )
    return SimpleTest(
        f"ratio of two Poisson rates, {variant}",
        statistic,
        p,
        x1 + x2,
        estimate=x1 / exposure1 / (x2 / exposure2) if x2 else float("inf"),
        estimate_name="rate ratio",
        low=low,
        high=high,
        level=level,
        details={"expected": (x1 + x2) * share},
    )


def negative_binomial_ratio(
    x: ArrayLike,
    y: ArrayLike,
    *,
    exposure_x: ArrayLike | None = None,
    exposure_y: ArrayLike | None = None,
    level: float = 0.95,
) -> SimpleTest:
    """Ratio of the mean counts of two groups when counts vary more than Poisson's (one dispersion).

    Parameters
    ----------
    x, y : array_like of counts
    exposure_x, exposure_y : array_like, optional
        How long each person was observed; 1 by default.

    Returns
    -------
    SimpleTest
        Wald test and interval of the log ratio; `details["theta"]`: variance = mean + mean²/theta.

    Raises
    ------
    EstimationError
        The counts do not vary more than Poisson's: take `poisson_ratio`.

    Notes
    -----
    Maximum likelihood of mean and theta (R `MASS::glm.nb(y ~ group)`, its information by the mean at the
    estimated theta).

    Examples
    --------
    >>> found = negative_binomial_ratio([0, 3, 9, 1, 12], [1, 0, 2, 5, 0, 1])
    >>> round(found.estimate, 4)
    3.3333
    """
    a, b = numbers(x, "x", least=2), numbers(y, "y", least=2)
    ta, tb = _exposure(exposure_x, len(a)), _exposure(exposure_y, len(b))
    for counts in (a, b):
        if (counts < 0).any() or (counts != np.floor(counts)).any():
            raise EstimationError("counts are whole numbers from 0.")
        if not counts.sum():
            raise EstimationError("a group has no event: the ratio is not defined.")
    theta = _dispersion([(a, ta), (b, tb)])
    rates, weights = [], []
    for counts, time in ((a, ta), (b, tb)):
        rate = _rate(counts, time, theta)
        rates.append(rate)
        weights.append(float((rate * time / (1 + rate * time / theta)).sum()))
    log, se = float(np.log(rates[0] / rates[1])), (1 / weights[0] + 1 / weights[1]) ** 0.5
    half = float(stats.norm.ppf(0.5 + level / 2)) * se
    return SimpleTest(
        "ratio of two negative-binomial rates, Wald",
        log / se,
        float(2 * stats.norm.sf(abs(log / se))),
        len(a) + len(b),
        estimate=float(np.exp(log)),
        estimate_name="rate ratio",
        low=float(np.exp(log - half)),
        high=float(np.exp(log + half)),
        level=level,
        details={"theta": theta, "std_error_log": se},
    )


def _exposure(given: ArrayLike | None, n: int) -> FloatArray:
    out = np.ones(n) if given is None else numbers(given, "exposure")
    if len(out) != n or (out <= 0).any():
        raise EstimationError("exposure is one number above 0 a person.", where=f"{len(out)} for {n} people")
    return out


def _rate(counts: FloatArray, time: FloatArray, theta: float) -> float:
    """Maximum-likelihood rate of a group at that theta: mean count when all exposures are equal."""
    if np.ptp(time) == 0:
        return float(counts.mean() / time[0])

    def score(log_rate: float) -> float:
        mu = np.exp(log_rate) * time
        return float(((counts - mu) / (1 + mu / theta)).sum())

    start = float(np.log(counts.sum() / time.sum()))
    return float(np.exp(optimize.brentq(score, start - 20, start + 20, xtol=1e-13)))


def _dispersion(groups: list[tuple[FloatArray, FloatArray]]) -> float:
    """Theta where the profile likelihood's derivative in log theta is zero."""

    def slope(log_theta: float) -> float:
        theta, total = float(np.exp(log_theta)), 0.0
        for counts, time in groups:
            mu = _rate(counts, time, theta) * time
            total += float(
                (
                    special.digamma(counts + theta)
                    - special.digamma(theta)
                    + np.log(theta / (theta + mu))
                    + (mu - counts) / (theta + mu)
                ).sum()
            )
        return total

    ends = float(np.log(1e-4)), float(np.log(1e6))
    if not (slope(ends[0]) > 0 > slope(ends[1])):
        raise EstimationError("the counts do not vary more than Poisson's.", hint="poisson_ratio(...)")
    return float(np.exp(optimize.brentq(slope, *ends, xtol=1e-13)))
