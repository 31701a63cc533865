"""People without the experience the survey asks about; they stay, with their demographics."""

from __future__ import annotations

from pydantic import Field

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.data import SurveyData


@rule("screened_out", stage="screened")
class ScreenedOut(CleaningRule):
    """People who were screened out and stay: weighting needs everybody who was screened.

    Attributes
    ----------
    where
        Expression that is true of them.
    """

    label: str = "screened out, kept with demographics"
    where: str = Field(min_length=1)

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag rows that were screened out."""
        out, rest = Screen(survey.table).decide(self.where)
        return Flags(out, "no experience to be asked about; demographics kept", int((out | rest).sum()))
