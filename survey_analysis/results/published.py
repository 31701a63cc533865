"""`PublishedData`: figures printed by others, what was assumed of them, what follows. Data only, no verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

People = Literal["unknown", "yes", "no"]
Verdict = Literal["holds", "only if", "cannot hold", "not comparable"]
Unit = Literal["persons", "recommendations", "times"]
Range = tuple[float, float]


@dataclass(frozen=True)
class PrintedFigure:
    """One number as it was printed.

    `value` is a share as 0-1, or a ratio where `unit` is "times"; `rounding` half of its last printed unit.
    `same_people` says whether the figures of its item come from the same people, where the source tells.
    """

    item: str
    subject: str
    value: float
    rounding: float
    unit: Unit = "persons"
    text: str = ""
    cite: str = ""
    note: str = ""
    up_to: bool = False
    same_people: People = "unknown"


@dataclass(frozen=True)
class Assumptions:
    """What was assumed of figures whose bases, people and design are not known.

    `n` holds the range of people behind a figure by subject ("" for all), empty when it is not known;
    `correlation` is the range of phi, None for every value that the two shares allow.
    """

    n: dict[str, Range]
    ladder: tuple[float, ...]
    same_people: People
    deff: Range
    correlation: Range | None
    events_per_person: Range | None
    icc: Range
    method: Literal["wilson", "clopper-pearson"]
    level: float

    @property
    def counts(self) -> bool:
        """Whether a share must be a count of people over their number: nobody is weighted."""
        return self.deff == (1.0, 1.0)


@dataclass(frozen=True, eq=False)
class PublishedData:
    """Figures printed by others under stated assumptions.

    Attributes
    ----------
    figures
        The numbers as printed.
    rows
        One row a figure and number of people: `item, subject, value, rounding_low, rounding_high, n, possible,
        low_widest, high_widest, low_narrowest, high_narrowest`; the widest interval takes the least
        favourable design effect, the narrowest the most favourable.
    pairs
        One row a comparison, people ("different", "same"), number of people and case ("least" or "most"
        favourable to the claim "a is higher"): `share_a, share_b, difference, correlation, low, high, p_value,
        holds, possible`.
    needed
        One row a comparison, people and case: `n_needed`, the fewest people in each group (or who rated both)
        for which the claim holds; infinite where no number is enough.
    verdicts
        One row a comparison: "holds", "only if", "cannot hold", or "not comparable".
    checks
        One row an item: which numbers of people cannot give its printed figures.
    """

    figures: tuple[PrintedFigure, ...]
    assumptions: Assumptions
    rows: pd.DataFrame
    pairs: pd.DataFrame
    needed: pd.DataFrame
    verdicts: pd.DataFrame
    checks: pd.DataFrame

    @property
    def items(self) -> tuple[str, ...]:
        """Items in the order given."""
        return tuple(dict.fromkeys(f.item for f in self.figures))

    def of_item(self, item: str) -> tuple[PrintedFigure, ...]:
        """The printed figures of one item."""
        return tuple(f for f in self.figures if f.item == item)

    def of_pair(self, table: pd.DataFrame, row: pd.Series) -> pd.DataFrame:
        """The rows of a table that are about the comparison of a row."""
        mine = (table["item"] == row["item"]) & (table["a"] == row["a"]) & (table["b"] == row["b"])
        return pd.DataFrame(table.loc[mine])

    def to_frame(self) -> pd.DataFrame:
        """A copy of the comparisons (of the figures alone where nothing is compared), unrounded."""
        return (self.pairs if len(self.pairs) else self.rows).copy()

    def __len__(self) -> int:
        return len(self.figures)
