"""People outside the population: under age, outside the country."""

from __future__ import annotations

from pydantic import Field

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.data import SurveyData


@rule("eligible", stage="eligibility")
class Eligible(CleaningRule):
    """People for whom an expression says that they are outside the population.

    Attributes
    ----------
    remove
        Expression, for example `S1_age < 18`; somebody whose answer is missing is not removed.
    label
        Words for the box of the respondent flow ("under 18").
    """

    label: str = Field(min_length=1)
    remove: str = Field(min_length=1)

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag rows outside the population."""
        outside, inside = Screen(survey.table).decide(self.remove)
        return Flags(outside, f"not eligible: {self.label}", int((outside | inside).sum()))
