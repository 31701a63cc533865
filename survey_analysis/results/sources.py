"""Sources rated by the same people, compared: data of a comparison pack and of its ranks. No verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from survey_analysis.errors import EstimationError
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData

Worded = Literal["own", "common", "all"]


@dataclass(frozen=True, eq=False)
class Ranks:
    """Which sources come first, and which cannot be told from the best.

    Attributes
    ----------
    rows
        One row a source (of each measure): `measure, source, rank, rank_low, rank_high, first_share, best,
        n`, and `own_rank_low, own_rank_high, own_first_share, own_best` on own bases. `rank` counts the sources
        that are ahead; `rank_low` to `rank_high` is its simultaneous set; `first_share` is the share of
        replicates ranked first: no probability of being best. `n` is the smallest base of a comparison it is in.
    intervals
        Simultaneous intervals of all differences that the ranks rest on: `measure, a, b, base, estimate,
        conf_low, conf_high, statistic, shown` (1 where a is shown to be ahead, -1 behind, 0 neither).
    base
        People compared: "common" (pair by pair those who rated both), "all" or "own".
    critical
        Critical value of the simultaneous intervals, by measure.
    no_first
        Share of replicates in which no source was ahead of all others, by measure (pairs rest on different
        people).
    replicates, drawn
        How many, and what they are.
    """

    rows: pd.DataFrame
    intervals: pd.DataFrame
    base: Worded
    critical: tuple[float, ...]
    no_first: tuple[float, ...]
    replicates: int
    drawn: str
    seed: int
    level: float
    method: Literal["simultaneous", "stepwise"] = "simultaneous"

    @property
    def measures(self) -> tuple[str, ...]:
        """What was measured, in order."""
        return tuple(dict.fromkeys(self.rows["measure"]))

    @property
    def best_set(self) -> tuple[str, ...]:
        """Sources that no other is shown to exceed, by label, in scale order.

        Raises
        ------
        EstimationError
            There are several measures; `best_of` takes one.
        """
        if len(self.measures) != 1:
            raise EstimationError(
                f"There are {len(self.measures)} measures, each with its own best set.",
                hint="ask for one: ranks.best_of(" + repr(self.measures[0]) + ").",
            )
        return self.best_of(self.measures[0])

    def best_of(self, measure: str) -> tuple[str, ...]:
        """The best set of one measure."""
        rows = self.of(measure)
        return tuple(rows.loc[rows["best"], "source"])

    def of(self, measure: str) -> pd.DataFrame:
        """Rows of one measure."""
        if measure not in self.measures:
            raise EstimationError(
                f"'{measure}' was not measured.", hint="measures: " + ", ".join(self.measures)
            )
        return self.rows[self.rows["measure"] == measure].reset_index(drop=True)


@dataclass(frozen=True, eq=False)
class Equivalence:
    """Two one-sided tests against a declared margin, one row a comparison and base.

    `rows`: `measure, contrast, a, b, base, estimate, conf_low, conf_high, p_value, equivalent`; the interval is
    that of 1 - 2 alpha, p the larger of the two.
    """

    rows: pd.DataFrame
    margin: float
    level: float

    def __repr__(self) -> str:
        shown = self.rows[["contrast", "base", "estimate", "conf_low", "conf_high", "p_value", "equivalent"]]
        return f"Equivalence within {self.margin:g}\n{shown.to_string(index=False)}"


@dataclass(frozen=True, eq=False)
class Classical:
    """Tests of simple samples beside the design-based ones, or why there are none.

    `rows`: `measure, test, contrast, estimate, conf_low, conf_high, statistic, df, p_value, p_adjusted, effect,
    effect_size, n, method`.
    """

    rows: pd.DataFrame
    absent: str = ""

    def __repr__(self) -> str:
        if not len(self.rows):
            return self.absent or "No tests of simple samples."
        shown = self.rows[["test", "contrast", "estimate", "statistic", "p_value", "p_adjusted", "n"]]
        return f"Tests of simple samples\n{shown.to_string(index=False)}"


@dataclass(frozen=True, eq=False)
class SourceData:
    """Sources compared: levels, differences on both bases, ranks, and what else was asked for.

    Attributes
    ----------
    levels
        Each source over all its raters.
    differences
        Own bases and the same people side by side.
    omnibus
        Do they differ at all: on own bases, among those who rated every source, and over all pairs.
    within
        Among those who rated both: who rates the first higher, the same, the second higher.
    order
        Rated first minus rated later, by source; None where the study file names no order.
    interaction, by_segment
        Do differences between sources differ by segment, and the differences in each; None without `segment`.
    classical
        Tests of simple samples; absent where the design is not simple.
    worded
        The base findings are worded from.
    unrated
        Sources nobody rated, by label.
    notes
        What a reader must know: sources nobody rated, ratings without a place in the order.
    """

    levels: EstimateData
    differences: TestData
    omnibus: TestData
    ranks: Ranks
    within: EstimateData | None
    equivalence: Equivalence | None
    order: TestData | None
    interaction: TestData | None
    by_segment: TestData | None
    classical: Classical
    dim: str
    worded: Worded
    margin: float | None = None
    segment: str = ""
    unrated: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.levels.simulated

    def __len__(self) -> int:
        return len(self.levels)


def source_frame(data: SourceData) -> pd.DataFrame:
    """One row a source and measure: its level with the bases, its rank set and first shares; unrounded."""
    levels = data.levels
    place = [d.name for d in levels.dims].index(data.dim)
    names = [[d.label_of(k) for d, k in zip(levels.dims, keys, strict=True)] for keys in levels.keys]
    only = data.ranks.measures[0]
    frame = pd.DataFrame(
        {
            "measure": [", ".join(x for j, x in enumerate(n) if j != place) or only for n in names],
            "source": [n[place] for n in names],
        }
    )
    kept = ["estimate", "std_error", "conf_low", "conf_high", "df", "n", "n_effective", "n_missing"]
    frame = pd.concat([frame, levels.rows[kept].reset_index(drop=True)], axis=1)
    ranked = data.ranks.rows.rename(columns={"n": "n_compared"})
    return frame.merge(ranked, on=["measure", "source"], how="left", validate="one_to_one")
