"""`SummaryData`: one statistic of every item of a grid across a banner, with differences between items."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from survey_analysis.results.crosstab import BannerColumn
from survey_analysis.results.estimate import Topic
from survey_analysis.results.letters import LettersData
from survey_analysis.results.provenance import Provenance


@dataclass(frozen=True, eq=False)
class SummaryData:
    """One statistic of the items of a grid (sources of a battery, questions of a group) by a banner.

    Attributes
    ----------
    grid
        Name of the battery or of the group.
    statistic
        What was asked: "top2", "bottom2", "mean", "nps".
    rows
        One row per (item, column), as `CrosstabData.rows`; `subject` is the item.
    differences
        One row per (pair, base, column): `a, b, base, column, span, key, estimate_a, estimate_b, estimate, std_error,
        conf_low, conf_high, df, statistic, p_value, n, n_a, n_b, method`. `base` is "own" (all who rated each) or
        "common" (the same people: who rated both); the one never stands without the other. Empty where no item is
        compared with another.
    items
        Labels of the items in printed order.
    by
        What the items are ("source", "question").
    box, scale_length
        Size of the box and of its scale (0 where the statistic is no box).
    """

    grid: str
    statistic: str
    rows: pd.DataFrame
    differences: pd.DataFrame
    items: tuple[str, ...]
    by: str
    columns: tuple[BannerColumn, ...]
    topic: Topic
    base_text: str
    provenance: Provenance
    level: float = 0.95
    letters: LettersData | None = None
    weight: str = ""
    box: int = 0
    scale_length: int = 0
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """A copy of the tidy cells, unrounded, shares as 0-1."""
        return self.rows.copy()
