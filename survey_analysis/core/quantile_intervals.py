"""Intervals and joint influence values of quantiles: Woodruff and its relatives, score tests, replicates."""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from survey_analysis.core.calibrate import effective_n
from survey_analysis.core.covariance import covariance
from survey_analysis.core.frame import DesignFrame, Floats
from survey_analysis.core.intervals import ShareMethod, interval, t_quantile
from survey_analysis.core.quantiles import Quantiles, weighted_quantile
from survey_analysis.core.statistic import estimate
from survey_analysis.errors import EstimationError

QuantileMethod = Literal["woodruff", "xlogit", "beta", "asin", "score", "quantile"]
_OF_SHARE: dict[str, ShareMethod] = {"woodruff": "t", "xlogit": "xlogit", "beta": "beta", "asin": "asin"}


class QuantileFit(NamedTuple):
    """Quantiles, the z of the kernel (n or R rows, k columns), standard errors, limits, how."""

    theta: Floats
    z: Floats
    std_error: Floats
    low: Floats
    high: Floats
    method: NDArray[np.str_]


def quantile_fit(
    statistic: Quantiles,
    frame: DesignFrame,
    df: Floats,
    *,
    level: float = 0.95,
    method: QuantileMethod = "woodruff",
) -> QuantileFit:
    """Quantiles with intervals under the design.

    Parameters
    ----------
    statistic : Quantiles
    frame : DesignFrame
    df : ndarray, shape (k,)
        Degrees of freedom.
    level : float
    method : str
        "woodruff" (R "mean"), "xlogit", "beta", "asin": the limits are the quantiles, by the same rule, at the
        limits of F(q), made with that interval of a share. "score": every value that a test of F(q) = p keeps.
        "quantile": q ± t SE from the quantiles of the replicates; only with replicate weights.

    Returns
    -------
    QuantileFit
        The standard error is the length of the interval over 2 t ("quantile": of the replicates). z is the
        influence of F at the quantile, scaled so that its variance is that standard error squared. A limit
        is NaN where the interval of F leaves 0 to 1.

    Notes
    -----
    Woodruff (1952); Francisco and Fuller (1991) for the score interval; R `svyquantile`.
    """
    if method not in get_args(QuantileMethod):
        raise EstimationError(
            f"no interval method '{method}' for quantiles.",
            hint=f"known: {', '.join(get_args(QuantileMethod))}.",
        )
    if method == "quantile":
        return _of_replicates(statistic, frame, df, level)
    theta = statistic.theta(frame.weight)
    share, z = estimate(statistic.share_up_to(theta), frame)
    variance = np.diag(covariance(z, frame))
    if method == "score":
        low, high = _score(statistic, frame, df, level)
        used = np.full(len(theta), "score", dtype=np.str_)
    else:
        low, high, used = _inverted(statistic, frame, share, variance, df, level, method)
    error = (high - low) / (2 * t_quantile(0.5 + level / 2, df))
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(error == 0, 0.0, error / np.sqrt(variance))
    slope = np.where(np.isfinite(slope), slope, np.nan)
    return QuantileFit(theta, -z * slope, error, low, high, used)


def _of_replicates(statistic: Quantiles, frame: DesignFrame, df: Floats, level: float) -> QuantileFit:
    if frame.replicates is None:
        raise EstimationError(
            'method="quantile" takes the spread of the quantiles of replicates; there are no replicate weights.',
            hint='use method="woodruff", or make replicate weights.',
        )
    theta, z = estimate(statistic, frame)
    error = np.sqrt(np.diag(covariance(z, frame)))
    half = t_quantile(0.5 + level / 2, df) * error
    return QuantileFit(
        theta, z, error, theta - half, theta + half, np.full(len(theta), "quantile", dtype=np.str_)
    )


def _inverted(
    statistic: Quantiles,
    frame: DesignFrame,
    share: Floats,
    variance: Floats,
    df: Floats,
    level: float,
    method: str,
) -> tuple[Floats, Floats, NDArray[np.str_]]:
    used = (statistic.mass > 0) & (frame.weight > 0)[:, None]
    base = used.sum(axis=0)
    known = np.where(base > 0, share, 0.5)
    limits = interval(
        known,
        np.where(base > 0, variance, np.nan),
        df,
        n=base,
        n_effective=effective_n(frame.weight, statistic.mass),
        level=level,
        method=_OF_SHARE[method],
    )
    ends = np.empty((2, len(share)))
    for j in range(len(share)):
        weight = frame.weight * statistic.mass[:, j]
        at = np.array([limits.low[j], limits.high[j]])
        ends[:, j] = weighted_quantile(statistic.x[:, j], weight, at, statistic.rule)
    names = np.array([method if m == _OF_SHARE[method] else f"{method}, {m}" for m in limits.method])
    return ends[0], ends[1], names


def _score(statistic: Quantiles, frame: DesignFrame, df: Floats, level: float) -> tuple[Floats, Floats]:
    t = t_quantile(0.5 + level / 2, df)
    ends = np.full((2, len(statistic.p)), np.nan)
    for j in range(len(statistic.p)):
        inside = (frame.weight * statistic.mass[:, j]) > 0
        values = np.unique(statistic.x[inside, j])
        if len(values) and np.isfinite(t[j]):
            column = Quantiles(statistic.x[:, [j]], statistic.mass[:, [j]], statistic.p[[j]])
            ends[0, j] = _crossing(column, values, frame, t[j])
            ends[1, j] = _crossing(column, values, frame, -t[j])
    return ends[0], ends[1]


def _crossing(column: Quantiles, values: Floats, frame: DesignFrame, limit: float) -> float:
    """First value at which (p - F)/SE falls to the limit; F rises, so halving the values finds it."""
    low, high = 0, len(values) - 1
    while low < high:
        middle = (low + high) // 2
        share, z = estimate(column.share_up_to(values[[middle]]), frame)
        error = float(np.sqrt(covariance(z, frame)[0, 0]))
        if column.p[0] - share[0] > limit * error:
            low = middle + 1
        else:
            high = middle
    return float(values[low])
