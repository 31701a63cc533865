"""Standard errors and limits of coefficients: by the design's variance, a bootstrap, or Feldt's F."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey_analysis.core.covariance import covariance, domain_df, zero_small
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.intervals import t_interval
from survey_analysis.core.reliability import feldt_interval
from survey_analysis.core.replicate_make import bootstrap
from survey_analysis.core.statistic import Statistic, estimate
from survey_analysis.errors import DesignError, EstimationError
from survey_analysis.perceptions.coefficients import Coefficient
from survey_analysis.results.reliability import ReliabilityMethod
from survey_analysis.significance.simple.verb import why_not_simple
from survey_analysis.typing import BoolArray, FloatArray

REPLICATES = 500


@dataclass(frozen=True)
class Precision:
    """How precision is stated."""

    method: ReliabilityMethod = "design"
    level: float = 0.95
    n: int | None = None
    seed: int | None = None
    known: tuple[ReliabilityMethod, ...] = ("design", "bootstrap", "feldt")

    def __post_init__(self) -> None:
        if self.method not in self.known:
            listed = ", ".join(f'"{m}"' for m in self.known)
            raise EstimationError(f"method = {self.method!r} is not known.", hint=f"give one of {listed}.")
        if isinstance(self.level, str | bool) or not 0.5 <= self.level < 1:
            raise EstimationError(
                f"level = {self.level} is not a confidence level.", hint="give a number such as 0.95."
            )
        given = [name for name in ("n", "seed") if getattr(self, name) is not None]
        if self.method != "bootstrap" and given:
            raise EstimationError(
                f"{given[0]}= belongs to a bootstrap; the method is '{self.method}'.",
                hint='method="bootstrap"',
            )
        if self.method == "bootstrap" and self.seed is None:
            raise EstimationError("A bootstrap needs a seed.", hint='method="bootstrap", seed=1')


@dataclass(frozen=True, eq=False)
class Found:
    """Estimates with their precision, each of shape (q,)."""

    theta: FloatArray
    std_error: FloatArray
    low: FloatArray
    high: FloatArray
    df: float
    method: tuple[str, ...]


def design_of(frame: DesignFrame, wanted: Precision) -> DesignFrame:
    """The design that makes the variance; for a bootstrap with its replicates, once for all groups.

    Raises
    ------
    DesignError
        A bootstrap of a design that has replicate weights.
    """
    if wanted.method != "bootstrap":
        return frame
    if frame.replicates is not None:
        raise DesignError(
            "The survey has replicate weights, and a bootstrap would replace them.",
            hint='method="design" takes its variance from them.',
        )
    assert wanted.seed is not None  # noqa: S101  checked by `Precision`
    return replace(frame, replicates=bootstrap(frame, n=wanted.n or REPLICATES, seed=wanted.seed))


def refuse_weighted(frame: DesignFrame, inside: BoolArray, what: str) -> None:
    """Refuse a formula of simple samples for any other.

    Raises
    ------
    DesignError
        Weighted, clustered, replicate or finite designs.
    """
    why = why_not_simple(frame, inside) if inside.any() else ""
    if why:
        raise DesignError(
            f"{what} is for simple samples; this survey {why}.",
            where="its limits would be too narrow or of another estimand.",
            hint='method="design" (or "bootstrap" with a seed) honours the design.',
        )


def limits(
    statistic: Statistic,
    coefficients: Sequence[Coefficient],
    frame: DesignFrame,
    member: BoolArray,
    wanted: Precision,
) -> Found:
    """Estimates of a statistic with standard errors and limits from the one kernel.

    Notes
    -----
    Limits on the scale of log(1 - coefficient) (Hakstian and Whalen 1976; Bonett 2002) or of atanh r, back
    transformed; for a bootstrap the percentiles of the replicates.
    """
    theta, z = estimate(statistic, frame)
    variance = np.asarray(zero_small(np.diag(covariance(z, frame, member=member)), 1.0))
    df = float(domain_df(member, frame)[0])
    se = np.sqrt(variance)
    if wanted.method == "bootstrap":
        assert frame.replicates is not None  # noqa: S101  made by `design_of`
        low, high = _percentiles(theta, z, wanted.level)
        text = f"percentiles of {frame.replicates.count} bootstrap replicates"
        return Found(theta, se, low, high, df, _named(theta, se, df, [text] * len(theta)))
    low, high = np.full(len(theta), np.nan), np.full(len(theta), np.nan)
    names = []
    for j, one in enumerate(coefficients):
        low[j], high[j] = _back(one, float(theta[j]), float(variance[j]), df, wanted.level)
        names.append("t on log(1 - coefficient)" if one.shape == "log" else "t on atanh r")
    return Found(theta, se, low, high, df, _named(theta, se, df, names))


def feldt(found: Found, coefficients: Sequence[Coefficient], n: int, items: int, level: float) -> Found:
    """Feldt's limits for alpha; the other coefficients have none."""
    low, high = np.full(len(found.theta), np.nan), np.full(len(found.theta), np.nan)
    names = []
    for j, one in enumerate(coefficients):
        if one.name == "alpha" and np.isfinite(found.theta[j]):
            low[j], high[j] = feldt_interval(float(found.theta[j]), n, items, level)
            names.append("Feldt’s F")
        else:
            names.append("no interval: Feldt’s is of alpha")
    lost = np.full(len(found.theta), np.nan)
    return Found(found.theta, lost, low, high, float(n - 1), tuple(names))


def _back(one: Coefficient, theta: float, variance: float, df: float, level: float) -> tuple[float, float]:
    if not np.isfinite(theta) or not np.isfinite(variance) or not df > 0:
        return float("nan"), float("nan")
    if variance == 0:
        return theta, theta
    if one.shape == "fisher":
        low, high = t_interval(np.arctanh(theta), variance / (1 - theta**2) ** 2, df, level)
        return float(np.tanh(low)), float(np.tanh(high))
    if theta >= 1:
        return float("nan"), float("nan")
    low, high = t_interval(np.log1p(-theta), variance / (1 - theta) ** 2, df, level)
    return float(-np.expm1(high)), float(-np.expm1(low))


def _percentiles(theta: FloatArray, z: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    low, high = np.full(len(theta), np.nan), np.full(len(theta), np.nan)
    for j in range(len(theta)):
        values = (theta[j] + z[:, j])[np.isfinite(z[:, j])]
        if len(values) > 1:
            low[j], high[j] = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return low, high


def _named(theta: FloatArray, se: FloatArray, df: float, names: Sequence[str]) -> tuple[str, ...]:
    out = []
    for value, error, name in zip(theta, se, names, strict=True):
        if not np.isfinite(value):
            out.append("not defined")
        elif not df > 0:
            out.append("no interval: one sampling unit")
        else:
            out.append(name if np.isfinite(error) else "no interval: no variance can be given")
    return tuple(out)
