"""From estimates of every group to tidy rows: measures, R², means of the predictors, what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.core.calibrate import effective_n
from survey_analysis.core.covariance import covariance, domain_df, zero_small
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import ratio
from survey_analysis.core.intervals import t_interval
from survey_analysis.drivers.ratings import Ratings
from survey_analysis.drivers.statistic import SUMMING
from survey_analysis.estimation.origin import labels
from survey_analysis.results.drivers import Measure
from survey_analysis.results.estimate import Dim
from survey_analysis.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Solved:
    """One group: its ratings, estimates with z, and the regression behind them."""

    ratings: Ratings
    theta: FloatArray
    z: FloatArray
    beta: FloatArray
    r: FloatArray
    order_error: float = 0.0


@dataclass(frozen=True)
class Layout:
    """Where each number of the stacked estimates stands: R², measures, shares, group after group."""

    question: str
    dims: tuple[Dim, ...]
    keys: tuple[tuple[str, ...], ...]
    predictors: tuple[tuple[str, str], ...]
    methods: tuple[Measure, ...]

    @property
    def shared(self) -> tuple[Measure, ...]:
        """Measures that have shares."""
        return tuple(m for m in self.methods if m in SUMMING)

    @property
    def width(self) -> int:
        """Numbers of one group."""
        return 1 + len(self.predictors) * (len(self.methods) + len(self.shared))

    def place(self, group: int, measure: int, predictor: int) -> int:
        """Position of a measure."""
        return group * self.width + 1 + measure * len(self.predictors) + predictor

    def share_place(self, group: int, measure: int, predictor: int) -> int | None:
        """Position of its share, None where it has none."""
        name = self.methods[measure]
        if name not in self.shared:
            return None
        return self.place(group, len(self.methods) + self.shared.index(name), predictor)

    def places(self, groups: int) -> IntArray:
        """Positions of the measures in the order of the rows."""
        return np.array(
            [
                self.place(g, m, j)
                for g in range(groups)
                for m in range(len(self.methods))
                for j in range(len(self.predictors))
            ],
            dtype=np.int64,
        )

    @property
    def signed(self) -> BoolArray:
        """Which numbers of a group may be negative."""
        of = [m in ("pratt", "beta") for m in (*self.methods, *self.shared)]
        return np.concatenate([[False], np.repeat(of, len(self.predictors))])

    def named(self, group: int) -> dict[str, str]:
        """Labels of a group."""
        return labels(self.dims, self.keys[group])


@dataclass(frozen=True, eq=False)
class _Limits:
    """Values with standard errors and limits: percentiles of a bootstrap, else t."""

    theta: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    method: str

    def at(self, place: int | None) -> tuple[float, float, float, float]:
        """Value, standard error and limits; NaN for no place."""
        if place is None:
            return (np.nan,) * 4
        return (
            float(self.theta[place]), float(self.se[place]), float(self.low[place]), float(self.high[place]),
        )  # fmt: skip


def _limits(
    layout: Layout,
    solved: Sequence[Solved],
    V: FloatArray,
    frame: DesignFrame,
    plain: DesignFrame,
    level: float,
) -> _Limits:
    signed = np.tile(layout.signed, len(solved))
    theta = np.concatenate([s.theta for s in solved])
    se = np.sqrt(zero_small(np.diag(V), np.maximum(np.abs(theta), 1e-6)))
    if frame is not plain:
        drawn = theta + np.hstack([s.z for s in solved])
        tail = (1 - level) / 2
        low, high = np.nanquantile(drawn, [tail, 1 - tail], axis=0, method="weibull")
        return _Limits(theta, se, low, high, "bootstrap percentile")
    df = np.concatenate([np.full(len(s.theta), _df(s, plain)) for s in solved])
    low, high = t_interval(theta, se**2, df, level)
    low, high = (np.where(signed, x, np.clip(x, 0, 1)) for x in (low, high))
    return _Limits(theta, se, low, high, "t, cut at 0 and 1")


def _df(one: Solved, frame: DesignFrame) -> float:
    return float(domain_df(one.ratings.member(frame.n), frame)[0])


def effective(ratings: Ratings, weight: FloatArray) -> float:
    """Kish's effective base of the people who rated, each with the mean weight of their ratings."""
    own = weight[ratings.row] * ratings.factor
    _, place, counts = np.unique(ratings.person, return_inverse=True, return_counts=True)
    people = np.bincount(place, own) / counts
    return float(effective_n(people, np.ones(len(people)))[0])


def driver_rows(
    layout: Layout,
    solved: Sequence[Solved],
    V: FloatArray,
    frame: DesignFrame,
    plain: DesignFrame,
    level: float,
) -> pd.DataFrame:
    """One row a group, measure and predictor."""
    limits = _limits(layout, solved, V, frame, plain, level)
    out = []
    for g, one in enumerate(solved):
        n, e = one.ratings.people, effective(one.ratings, plain.weight)
        for m, measure in enumerate(layout.methods):
            found = [limits.theta[layout.place(g, m, j)] for j in range(len(layout.predictors))]
            rank = pd.Series(np.abs(found) if measure == "beta" else found).rank(
                ascending=False, method="min"
            )
            for j, (name, label) in enumerate(layout.predictors):
                value, se, low, high = limits.at(layout.place(g, m, j))
                share, share_se, share_low, share_high = limits.at(layout.share_place(g, m, j))
                out.append({
                    "question": layout.question, **layout.named(g), "predictor": name, "label": label,
                    "measure": measure, "estimate": value, "std_error": se, "conf_low": low, "conf_high": high,
                    "share": share, "share_std_error": share_se, "share_low": share_low, "share_high": share_high,
                    "rank": int(rank[j]), "beta": float(one.beta[j]), "correlation": float(one.r[j]), "n": n,
                    "n_effective": e, "method": limits.method,
                })  # fmt: skip
    return pd.DataFrame(out)


def fit_rows(
    layout: Layout,
    solved: Sequence[Solved],
    V: FloatArray,
    frame: DesignFrame,
    plain: DesignFrame,
    level: float,
) -> pd.DataFrame:
    """R² and bases of each group."""
    limits = _limits(layout, solved, V, frame, plain, level)
    out = []
    for g, one in enumerate(solved):
        value, se, low, high = limits.at(g * layout.width)
        r = one.ratings
        out.append({
            **layout.named(g), "r2": value, "r2_std_error": se, "r2_low": low, "r2_high": high, "n": r.people,
            "n_ratings": len(r.row), "n_effective": effective(one.ratings, plain.weight),
            "n_missing": r.n_asked - len(r.row) - r.n_single, "n_single": r.n_single, "df": _df(one, plain),
        })  # fmt: skip
    return pd.DataFrame(out)


def level_rows(layout: Layout, solved: Sequence[Solved], frame: DesignFrame, level: float) -> pd.DataFrame:
    """Weighted mean and standard deviation of each predictor among the ratings, by the design's variance."""
    out = []
    for g, one in enumerate(solved):
        r = one.ratings
        X = r.by_row(r.X * r.factor[:, None], frame.n)
        base = r.by_row(r.factor[:, None], frame.n)
        theta, z = ratio(X, np.broadcast_to(base, X.shape), frame)
        size = np.abs(r.X).max(axis=0)
        variance = zero_small(np.diag(covariance(z, frame, member=r.member(frame.n))), size)
        low, high = t_interval(theta, variance, _df(one, frame), level)
        sd = weighted_sd(r, frame.weight)
        for j, (name, label) in enumerate(layout.predictors):
            out.append({
                **layout.named(g), "predictor": name, "label": label, "estimate": float(theta[j]),
                "std_error": float(np.sqrt(variance[j])), "conf_low": float(low[j]), "conf_high": float(high[j]),
                "sd": float(sd[j]), "n": r.people,
            })  # fmt: skip
    return pd.DataFrame(out)


def weighted_sd(ratings: Ratings, weight: FloatArray) -> FloatArray:
    """Weighted standard deviation of each predictor over all ratings."""
    own = weight[ratings.row] * ratings.factor
    centre = own @ ratings.X / own.sum()
    return np.asarray(np.sqrt(own @ (ratings.X - centre) ** 2 / own.sum()))


def missing_rows(layout: Layout, solved: Sequence[Solved], names: Sequence[str]) -> pd.DataFrame:
    """How many of those asked lack each variable."""
    return pd.DataFrame([
        {**layout.named(g), "variable": name, "n_missing": lost, "n_asked": one.ratings.n_asked}
        for g, one in enumerate(solved)
        for name, lost in zip(names, one.ratings.missing, strict=True)
    ])  # fmt: skip
