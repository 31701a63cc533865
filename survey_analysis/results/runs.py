"""`RunDiffData`: what moved between two runs, and why. Data only, no verbs."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True, eq=False)
class RunDiffData:
    """Numbers of run b against those of run a.

    Attributes
    ----------
    a, b
        Names of the runs.
    inputs
        What the runs were made from and does not agree: `part, what, before, after`.
    moved
        One row a number that moved: `number, measure, before, after, unit, printed, n_before, n_after, why`;
        `printed` says whether it reads otherwise in print.
    added, removed
        Numbers that only one of the runs holds, in words.
    compared
        How many numbers both hold.
    simulated
        Whether either run is of simulated data.
    """

    a: str
    b: str
    inputs: pd.DataFrame
    moved: pd.DataFrame
    added: tuple[str, ...]
    removed: tuple[str, ...]
    compared: int
    simulated: bool = False

    @property
    def same(self) -> bool:
        """Whether every number of both runs is there and unmoved."""
        return not len(self.moved) and not self.added and not self.removed

    def to_frame(self) -> pd.DataFrame:
        """A copy of the numbers that moved, unrounded."""
        return self.moved.copy()

    def __len__(self) -> int:
        return len(self.moved)
