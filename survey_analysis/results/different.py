"""`DifferentData`: where each column of a banner departs from the rest, over a whole book. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from survey_analysis.results.crosstab import BannerColumn
from survey_analysis.results.estimate import Topic
from survey_analysis.results.letters import LetterAdjust, LetterRule
from survey_analysis.results.provenance import Provenance


@dataclass(frozen=True, eq=False)
class DifferentData:
    """Every line of a book against the rest of its base (or the column before, or the first), column by column.

    Attributes
    ----------
    rows
        One row a line and column, those that matter most first within a column: `key, column, span, question, subject,
        kind, level, estimate, other, difference, std_error, df, statistic, conf_low, conf_high, p_value, p_adjusted,
        n, n_effective, method, shown, weight`. `other` is the estimate of what the column is tested against; `shown`
        says that the adjusted p is under 1 - level.
    against
        "rest", "previous", "first" or "total".
    tests
        Tests in the family that p is adjusted over: all of the book that could be made.
    topics
        Topic of each question.
    """

    rows: pd.DataFrame
    columns: tuple[BannerColumn, ...]
    against: str
    adjust: LetterAdjust
    tests: int
    rule: LetterRule
    topics: Mapping[str, Topic]
    provenance: Provenance
    banner: str = ""
    level: float = 0.95
    sort: str = "t"

    def to_frame(self) -> pd.DataFrame:
        """A copy of all tests, unrounded, also of those that show nothing."""
        return self.rows.copy()
