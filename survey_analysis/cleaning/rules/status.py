"""Previews and tests that the platform recorded as responses."""

from __future__ import annotations

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.base import Code

PREVIEWS = ("1", "2", "9", "17", "Survey Preview", "Survey Test", "Offline Survey Preview")


@rule("status", stage="platform")
class Status(CleaningRule):
    """Previews and test responses, by the platform's response type.

    Attributes
    ----------
    column
        Response type.
    values
        Codes or labels of previews and tests (those of Qualtrics unless given).
    """

    label: str = "previews and tests"
    column: str = "Status"
    values: tuple[Code, ...] = PREVIEWS

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag rows by response type."""
        screen = Screen(survey.table)
        mask = screen.equals_any(self.column, self.values)
        return Flags(mask, "preview or test, not a respondent", int(screen.filled(self.column).sum()))
