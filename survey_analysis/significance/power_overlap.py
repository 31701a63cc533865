"""Power of a difference between two ratings that only some people gave both of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.power_base import Power, Sides, check_options, one_missing

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")


def overlapping(
    delta: float | None = None,
    *,
    sd: tuple[float, float],
    reach: tuple[float, float],
    both: float,
    correlation: float,
    n: float | None = None,
    power: float | None = None,
    alpha: float = 0.05,
    sides: Sides = "two-sided",
    deff: float = 1.0,
) -> Power:
    """Two shares or means of partly the same people, each of everybody who gave it ("own base").

    Parameters
    ----------
    delta : float
        Difference to find.
    sd : (float, float)
        Standard deviations of the two answers; sqrt(p (1 - p)) of a share.
    reach : (float, float)
        Shares of the people asked who gave the first and the second answer.
    both : float
        Share who gave both: 0 for different people.
    correlation : float
        Correlation of the two answers of those who gave both (phi of shares).
    n : float
        People asked.

    Returns
    -------
    Power
        `n` is people asked, those who gave neither answer included.

    Notes
    -----
    Normal test with variance deff [s_a²/r_a + s_b²/r_b - 2 r_ab rho s_a s_b / (r_a r_b)] / n (the design-based
    difference of `compare`, base "own"; Derrick et al. 2015 for the partly paired mean). With r_ab = 0 two
    samples, with r_a = r_b = r_ab pairs.

    Examples
    --------
    >>> found = overlapping(0.1, sd=(0.5, 0.5), reach=(0.5, 0.5), both=0.25, correlation=0.4, power=0.8)
    >>> round(found.n, 1)
    627.9
    """
    one_missing(delta=delta, n=n, power=power)
    check_options(alpha, sides, "near", deff)
    least, most = max(0.0, sum(reach) - 1), min(reach)
    if not (min(reach) > 0 and max(reach) <= 1) or not least - 1e-9 <= both <= most + 1e-9:
        raise EstimationError(
            f"a share of {both:g} who gave both answers is impossible.",
            where=f"with {reach[0]:g} and {reach[1]:g} who gave each it lies between {least:g} and {most:g}.",
        )
    if not min(sd) > 0 or not -1 <= correlation <= 1:
        raise EstimationError(
            "standard deviations must be above 0 and a correlation from -1 to 1.",
            where=f"sd = {sd}, correlation = {correlation}",
        )
    (s_a, s_b), (r_a, r_b) = sd, reach
    one = s_a**2 / r_a + s_b**2 / r_b - 2 * both * correlation * s_a * s_b / (r_a * r_b)
    spread = (deff * max(one, 1e-300)) ** 0.5
    z = float(stats.norm.isf(alpha / (2 if sides == "two-sided" else 1)))
    if power is not None:
        shift = z + float(stats.norm.ppf(power))
        if shift <= 0:
            raise EstimationError(f"a power of {power:g} needs nobody: it is below alpha.")
        if delta is None:
            assert n is not None  # noqa: S101  one is missing
            delta = shift * spread / n**0.5
        elif delta == 0:
            raise EstimationError("the difference is 0: no number of people finds it.")
        else:
            n = (shift * spread / delta) ** 2
    assert n is not None and delta is not None  # noqa: S101, PT018  one is missing
    reached = float(stats.norm.cdf(abs(delta) * n**0.5 / spread - z))
    return Power(n, reached, delta, alpha, 1, deff, f"partly the same people, {both:.4g} gave both")
