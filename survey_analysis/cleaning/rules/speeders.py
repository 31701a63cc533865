"""Interviews far shorter than those of people with the same path."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from pydantic import Field

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.items import path_lengths
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.errors import StudyError
from survey_analysis.frames.data import SurveyData

PATH: Final = "path_length"


@rule("speeders", stage="quality", family="speed")
class Speeders(CleaningRule):
    """Interviews shorter than a share of the median of their path.

    Loops make paths of different length: one median for all would flag everybody on a short path.

    Attributes
    ----------
    below_median
        Share of the median below which an interview is too fast (Greszki, Meyer and Schoen 2015 use
        .5, .4 and .3).
    within
        "path_length": medians among people of one sample with equally many loops; the name of a column:
        among equal values of it; "": among all.
    column
        Seconds; the study's `[roles] duration` unless given.
    smallest_group
        Groups with fewer durations are not judged.
    """

    below_median: float = Field(default=0.4, gt=0, lt=1)
    within: str = PATH
    column: str = ""
    smallest_group: int = Field(default=20, ge=2)

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag short interviews."""
        screen = Screen(survey.table)
        column = self.column or survey.study.roles.duration
        if not column:
            raise StudyError(
                "The rule 'speeders' does not know which column holds the duration.",
                where="[study.toml: roles.duration]",
                hint='duration = "..." in [roles], or the option column of the rule.',
            )
        seconds = pd.Series(screen.numbers(column))
        groups = seconds.groupby(self._groups(screen))
        median, n = groups.transform("median"), groups.transform("count")
        judged = (seconds.notna() & (n >= self.smallest_group)).to_numpy(dtype=bool)
        mask = judged & (seconds < self.below_median * median).to_numpy(dtype=bool)
        among = {PATH: " of the same path", "": ""}.get(self.within, f" of the same {self.within}")
        skipped = int((~judged).sum())
        rest = f"; {skipped} not judged" if skipped else ""
        return Flags(mask, f"faster than {self.below_median:g} of the median{among}{rest}", int(judged.sum()))

    def _groups(self, screen: Screen) -> pd.Series:
        if not self.within:
            return pd.Series(np.zeros(len(screen), dtype=np.int64))
        if self.within != PATH:
            return screen.texts(self.within)
        samples = screen.table.study.samples
        sample = screen.texts(samples.column) if samples else pd.Series([""] * len(screen), dtype=object)
        return sample + ":" + pd.Series(path_lengths(screen)).astype(str).astype(object)
