"""`DriversData`: what an outcome is associated with, by predictor and measure. Data only, no verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from survey_analysis.results.estimate import Dim, Topic
from survey_analysis.results.provenance import Provenance
from survey_analysis.typing import FloatArray

Measure = Literal["lmg", "johnson", "first", "last", "pratt", "kruskal", "beta"]
Pooling = Literal["no", "source-fixed-effects", "within-person", "between-and-within"]
Per = Literal["point", "sd"]


@dataclass(frozen=True, eq=False)
class DriversData:
    """Shares of R² among predictors of an outcome, by group (a source, or ratings of several pooled).

    Attributes
    ----------
    rows
        One row a group, predictor and measure, unrounded: `question, <dims>, predictor, label, measure, estimate,
        std_error, conf_low, conf_high, share, share_std_error, share_low, share_high, rank, beta, correlation, n,
        n_effective, method`. `share` is the part of R² (only of measures that sum to it).
    fits
        One row a group: `<dims>, r2, r2_std_error, r2_low, r2_high, n, n_ratings, n_effective, n_missing, df`.
    levels
        One row a group and predictor: `<dims>, predictor, label, estimate, std_error, conf_low, conf_high, sd, n`: its
        mean among the people of `fits` (the performance of a quadrant chart).
    missing
        One row a group and variable: how many of the group who were asked lack it.
    vcov
        Covariance of the estimates of `rows`.
    scale_range, one_scale
        Ends of the declared scale that all predictors share, None where none is declared; whether no two differ.
    pooled
        How ratings of several subjects were put together.
    pooled_over
        The dimension that was pooled, "" for none.
    replicates, made
        Replicate weights behind the intervals (0: Taylor linearisation), and whether they were made here.
    orders
        0 where all subsets were gone through, else the number of sampled orders.
    order_error
        Largest Monte Carlo standard error of an LMG, 0 where exact.
    topic
        The outcome; `bases` the base text of each group.
    """

    rows: pd.DataFrame
    fits: pd.DataFrame
    levels: pd.DataFrame
    missing: pd.DataFrame
    vcov: FloatArray
    topic: Topic
    dims: tuple[Dim, ...]
    keys: tuple[tuple[str, ...], ...]
    bases: tuple[str, ...]
    predictors: tuple[tuple[str, str], ...]
    scale_range: tuple[float, float] | None
    one_scale: bool
    methods: tuple[Measure, ...]
    pooled: Pooling
    pooled_over: str
    replicates: int
    made: bool
    provenance: Provenance
    level: float = 0.95
    orders: int = 0
    order_error: float = 0.0
    refit: object = None  # what `.points()` works with; opaque here

    def to_frame(self) -> pd.DataFrame:
        """A copy of the tidy rows, unrounded."""
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.provenance.simulated


@dataclass(frozen=True, eq=False)
class PointsData:
    """Differences in the share of the top answers that go with a difference in one predictor.

    Attributes
    ----------
    rows
        One row a group and predictor: `<dims>, predictor, label, contrast, size, estimate, std_error, statistic, df,
        p_value, conf_low, conf_high, n, n_effective`; shares as 0-1.
    per
        "point": one point of the predictor's scale; "sd": one weighted standard deviation of it.
    """

    rows: pd.DataFrame
    vcov: FloatArray
    topic: Topic
    dims: tuple[Dim, ...]
    keys: tuple[tuple[str, ...], ...]
    bases: tuple[str, ...]
    per: Per
    pooled: Pooling
    pooled_over: str
    provenance: Provenance
    level: float = 0.95

    def to_frame(self) -> pd.DataFrame:
        """A copy of the tidy rows, unrounded, shares as 0-1."""
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.provenance.simulated
