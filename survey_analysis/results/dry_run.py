"""`DryRunData`: what a study file does to simulated respondents, before anybody is asked. Data only, no verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

Status = Literal["fails", "thin", "note", "fine"]


@dataclass(frozen=True, eq=False)
class DryRunData:
    """What fails or is thin when simulated respondents go through a study file.

    Attributes
    ----------
    study
        Name of the study.
    n
        Simulated respondents.
    difference
        Difference (share points; of scores as a share of their range) that findings are hoped to show.
    rows
        One row a thing looked at, in the order of the pipeline: `part, what, status, n, detail, hint`. "fails"
        cannot be done, "thin" can be done but carries little, "note" was left out on purpose, "fine" is in order.
    """

    study: str
    n: int
    seed: int
    difference: float
    rows: pd.DataFrame

    @property
    def fails(self) -> pd.DataFrame:
        """What cannot be done."""
        return pd.DataFrame(self.rows.loc[self.rows["status"] == "fails"])

    @property
    def thin(self) -> pd.DataFrame:
        """What carries little at that number of people."""
        return pd.DataFrame(self.rows.loc[self.rows["status"] == "thin"])

    @property
    def simulated(self) -> bool:
        """Always true: no person was surveyed."""
        return True

    def to_frame(self) -> pd.DataFrame:
        """A copy of the rows."""
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)
