"""`PlanData`: people a comparison of sources needs, or the difference it can find. Data only, no verbs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import pandas as pd

PlanAdjust = Literal["none", "bonferroni", "holm"]
PlanBase = Literal["same people", "own bases"]


@dataclass(frozen=True)
class Fieldwork:
    """What is lost between inviting people and analysing their answers.

    `response` is the share of those invited who start (None where not known), `attrition` of those who start
    who break off or are not eligible, `excluded` of those who finish who are removed for quality.
    """

    response: float | None
    attrition: float
    excluded: float


@dataclass(frozen=True, eq=False)
class PlanData:
    """A plan of source comparisons.

    Attributes
    ----------
    sources
        Names in order.
    rows
        One row a comparison, base ("same people" or "own bases"), correlation and design effect: `a, b, value_a,
        value_b, difference, base, correlation, deff, deff_loop, alpha, reach, n_base, n, power, detectable`. `n`
        is people analysed, `n_base` those of them in the base of the comparison, `reach` the share they are;
        `detectable` the smallest difference found with the power asked for.
    curves
        Power over the number of people: `curve, n, power`.
    comparisons
        How many comparisons are adjusted together.
    solved
        "n" or "difference": what was left out.
    to
        The source compared with; "" for all pairs.
    mean
        Whether the values are means, not shares.
    simulated
        Always false: a plan holds no data.
    """

    sources: tuple[str, ...]
    rows: pd.DataFrame
    curves: pd.DataFrame
    comparisons: int
    solved: Literal["n", "difference"]
    to: str
    adjust: PlanAdjust
    power: float
    level: float
    mean: bool
    rates: int | None
    incidence: tuple[float, ...]
    fieldwork: Fieldwork

    @property
    def main(self) -> pd.DataFrame:
        """The rows findings are worded from: the same people, own bases only where nobody rates both."""
        same = self.rows["base"] == "same people"
        pairs = set(zip(self.rows.loc[same, "a"], self.rows.loc[same, "b"], strict=True))
        alone = [(a, b) not in pairs for a, b in zip(self.rows["a"], self.rows["b"], strict=True)]
        return pd.DataFrame(self.rows.loc[same | pd.Series(alone, index=self.rows.index)])

    @property
    def n(self) -> int:
        """People to analyse so that every comparison has its power under every assumption."""
        return math.ceil(round(float(self.main["n"].max()), 6))

    @property
    def completes(self) -> int:
        """People who must finish, those included who will be removed for quality."""
        return math.ceil(round(self.n / (1 - self.fieldwork.excluded), 6))

    @property
    def starts(self) -> int:
        """People who must start, those included who break off or are not eligible."""
        return math.ceil(round(self.n / ((1 - self.fieldwork.excluded) * (1 - self.fieldwork.attrition)), 6))

    @property
    def invited(self) -> int | None:
        """People to invite; None where the response is not known."""
        response = self.fieldwork.response
        if response is None:
            return None
        kept = (1 - self.fieldwork.excluded) * (1 - self.fieldwork.attrition) * response
        return math.ceil(round(self.n / kept, 6))

    def to_frame(self) -> pd.DataFrame:
        """A copy of the rows, unrounded."""
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)
