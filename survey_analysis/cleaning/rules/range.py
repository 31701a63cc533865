"""Numbers that cannot be true."""

from __future__ import annotations

from fnmatch import fnmatchcase

import numpy as np
from pydantic import Field, model_validator

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.errors import StudyError, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.base import Code


@rule("range", stage="quality", family="contradiction")
class Range(CleaningRule):
    """A number below `low` or above `high` in one of some columns.

    Attributes
    ----------
    columns
        Shell patterns of data columns.
    low, high
        Smallest and largest number that can be true; one of the two may be left out.
    apart
        Codes that are not numbers of anything ("98" for don't know).
    """

    columns: tuple[str, ...] = Field(min_length=1)
    low: float | None = None
    high: float | None = None
    apart: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _bounded(self) -> Range:
        if self.low is None and self.high is None:
            msg = "give low, high or both"
            raise ValueError(msg)
        return self

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag rows with a number out of range."""
        screen = Screen(survey.table)
        names = [c for c in survey.table.raw.columns if any(fnmatchcase(c, p) for p in self.columns)]
        if not names:
            known = survey.table.raw.columns
            raise StudyError(
                f"The rule 'range' finds no column '{self.columns[0]}'.",
                where="[study.toml: clean.rules]",
                hint=closest(self.columns[0], known),
            )
        mask = np.zeros(len(screen), dtype=bool)
        checked = mask.copy()
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        for name in names:
            numbers = np.where(screen.equals_any(name, self.apart), np.nan, screen.numbers(name))
            known_number = ~np.isnan(numbers)
            checked |= known_number
            mask |= known_number & ~((numbers >= low) & (numbers <= high))
        return Flags(mask, f"a number outside {low:g} to {high:g}", int(checked.sum()))
