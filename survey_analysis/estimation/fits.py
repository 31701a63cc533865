"""From columns of numbers to estimates with z and limits: one fit for each family of statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from survey_analysis.core.covariance import covariance
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import ratio, total
from survey_analysis.core.intervals import interval, t_interval
from survey_analysis.core.item_moments import Weighted
from survey_analysis.core.item_tables import ItemTables
from survey_analysis.core.moments import MomentKind, moments
from survey_analysis.core.polychoric import LARGEST
from survey_analysis.core.quantile_intervals import QuantileFit, QuantileMethod, quantile_fit
from survey_analysis.core.quantiles import QuantileRule, Quantiles
from survey_analysis.core.statistic import estimate
from survey_analysis.estimation.cells import stack
from survey_analysis.results.estimate import Remake, Topic
from survey_analysis.typing import FloatArray, IntArray, ProportionInterval

Names: TypeAlias = NDArray[np.str_]
Limits: TypeAlias = tuple[FloatArray, FloatArray, Names]


@dataclass(frozen=True, eq=False)
class Column:
    """One estimate in the making: which cell, which level, numerator and base of each row (n,).

    For statistics that are no ratio of sums `y` holds the values, `x` marks the base; `b` holds the second
    variable of a covariance and `p` the order of a quantile.
    """

    cell: int
    level: str
    y: FloatArray
    x: FloatArray
    n_missing: int
    r: tuple[str, str] = ("", "")  # numerator and base as R expressions of the flat table
    b: FloatArray | None = None
    p: float = float("nan")


@dataclass(frozen=True, eq=False)
class Fitted:
    """Estimates, the z of the kernel, how limits follow from variances, and the way to make them again."""

    theta: FloatArray
    z: FloatArray
    limits: Callable[[FloatArray], Limits]
    remake: Remake | None = None
    of_sums: bool = False  # a ratio or total of weighted sums


class Fit(Protocol):
    """Columns with values y and factors x on the weights (n, k) -> estimates."""

    def __call__(
        self,
        columns: Sequence[Column],
        y: FloatArray,
        x: FloatArray,
        frame: DesignFrame,
        df: FloatArray,
        n: IntArray,
        n_effective: FloatArray,
        level: float,
        /,
    ) -> Fitted:
        """Estimates of all columns together."""
        ...


def ratio_fit(topic: Topic, method: ProportionInterval | Literal["t"]) -> Fit:
    """Shares, means, ratios and totals: weighted sums and their ratios."""

    def fit(
        _columns: Sequence[Column],
        y: FloatArray,
        x: FloatArray,
        frame: DesignFrame,
        df: FloatArray,
        n: IntArray,
        n_effective: FloatArray,
        level: float,
    ) -> Fitted:
        theta, z = total(y, frame) if topic.statistic == "total" else ratio(y, x, frame)

        def limits(variance: FloatArray) -> Limits:
            if topic.statistic not in ("proportion", "cdf"):
                return _t_limits(theta, variance, df, level)
            if method == "logit" and frame.replicates is not None:
                variance = logit_variance(theta, z, variance, frame)
            found = interval(theta, variance, df, n=n, n_effective=n_effective, level=level, method=method)
            return found.low, found.high, found.method

        return Fitted(theta, z, limits, of_sums=True)

    return fit


def logit_variance(theta: FloatArray, z: FloatArray, variance: FloatArray, frame: DesignFrame) -> FloatArray:
    """Variance of a share whose logit has the spread of the replicates' logits (R `svyciprop`).

    The share's own variance where a replicate is at 0 or 1 and has no logit.
    """
    p = theta + z
    inner = ((p > 0) & (p < 1)).all(axis=0) & (theta > 0) & (theta < 1)
    safe, at = np.where(inner, p, 0.5), np.where(inner, theta, 0.5)
    spread = np.diag(covariance(special.logit(safe) - special.logit(at), frame))
    return np.where(inner & (variance > 0), spread * (at * (1 - at)) ** 2, variance)


def _t_limits(theta: FloatArray, variance: FloatArray, df: FloatArray, level: float) -> Limits:
    low, high = t_interval(theta, variance, df, level)
    return low, high, np.full(len(theta), "t")


def quantile_fits(rule: QuantileRule, method: QuantileMethod) -> Fit:
    """Quantiles: Woodruff and its relatives."""

    def fit(
        columns: Sequence[Column],
        y: FloatArray,
        x: FloatArray,
        frame: DesignFrame,
        df: FloatArray,
        n: IntArray,
        _n_effective: FloatArray,
        level: float,
    ) -> Fitted:
        p = np.array([c.p for c in columns])

        def made(rows: Sequence[int], mass: FloatArray) -> QuantileFit:
            index = list(rows)
            statistic = Quantiles(y[:, index], mass, p[index], rule)
            return quantile_fit(statistic, frame, df[index], level=level, method=method)

        def remake(rows: Sequence[int], mass: FloatArray) -> tuple[FloatArray, FloatArray]:
            again = made(rows, mass)
            return again.theta, again.z

        found = made(range(len(columns)), x)
        no_df = (n > 0) & ~(df > 0)
        names = np.array(
            [
                f"{m} (no degrees of freedom)" if lost else m
                for m, lost in zip(found.method, no_df, strict=True)
            ]
        )
        return Fitted(found.theta, found.z, lambda _: (found.low, found.high, names), remake)

    return fit


def moment_fits(kind: MomentKind, method: Literal["t", "fisher"] = "t") -> Fit:
    """Variances, standard deviations, covariances, correlations."""

    def fit(
        columns: Sequence[Column],
        y: FloatArray,
        x: FloatArray,
        frame: DesignFrame,
        df: FloatArray,
        n: IntArray,
        _n_effective: FloatArray,
        level: float,
    ) -> Fitted:
        other = y if columns[0].b is None else stack([c.b for c in columns if c.b is not None], frame.n)

        def remake(rows: Sequence[int], mass: FloatArray) -> tuple[FloatArray, FloatArray]:
            index = list(rows)
            return moments(y[:, index], other[:, index], mass, frame, kind)

        theta, z = remake(range(len(columns)), x)

        def limits(variance: FloatArray) -> Limits:
            low, high, _ = (_fisher if method == "fisher" else _t_limits)(theta, variance, df, level)
            return low, high, _moment_names(theta, n, method)

        return Fitted(theta, z, limits, remake)

    return fit


def polychoric_fit(method: Literal["t", "fisher"]) -> Fit:
    """Polychoric correlations of pairs of ordered answers, both steps in the influence values."""

    def fit(
        columns: Sequence[Column],
        y: FloatArray,
        x: FloatArray,
        frame: DesignFrame,
        df: FloatArray,
        n: IntArray,
        _n_effective: FloatArray,
        level: float,
    ) -> Fitted:
        other = stack([c.b for c in columns if c.b is not None], frame.n)

        def remake(rows: Sequence[int], mass: FloatArray) -> tuple[FloatArray, FloatArray]:
            made = []
            for place, j in enumerate(rows):
                inside = mass[:, place] != 0
                pair = np.where(inside[:, None], np.column_stack([y[:, j], other[:, j]]), np.nan)
                tables = ItemTables.of(pair, inside)
                made.append(estimate(Weighted(tables, mass[:, place]), frame))
            return np.concatenate([t for t, _ in made]), np.hstack([z for _, z in made])

        theta, z = remake(range(len(columns)), x)

        def limits(variance: FloatArray) -> Limits:
            low, high, _ = (_fisher if method == "fisher" else _t_limits)(theta, variance, df, level)
            names = _moment_names(theta, n, method).astype(object)
            names[np.abs(theta) >= LARGEST] = "no interval: the likelihood has no maximum inside"
            return low, high, names.astype(np.str_)

        return Fitted(theta, z, limits, remake)

    return fit


def _moment_names(theta: FloatArray, n: IntArray, method: str) -> Names:
    out = np.full(len(theta), method, dtype=object)
    out[np.isnan(theta) & (n > 1)] = "not defined: an answer that does not vary"
    out[n == 1] = "not defined: one respondent"
    return out.astype(np.str_)


def _fisher(r: FloatArray, variance: FloatArray, df: FloatArray, level: float) -> Limits:
    """tanh(atanh r ± t SE / (1 - r²)); a correlation of 1 or -1 has no variance."""
    inner = variance > 0
    safe = np.where(inner, r, 0.0)
    low, high = t_interval(np.arctanh(safe), np.where(inner, variance, 0.0) / (1 - safe**2) ** 2, df, level)
    known = np.where(np.isnan(variance), np.nan, r)
    return (
        np.where(inner, np.tanh(low), known),
        np.where(inner, np.tanh(high), known),
        np.full(len(r), "fisher"),
    )
