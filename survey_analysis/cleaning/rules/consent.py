"""People who did not agree to take part."""

from __future__ import annotations

from pydantic import Field

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.base import Code


@rule("consent", stage="platform")
class Consent(CleaningRule):
    """Everybody who did not say yes to taking part, an empty answer included.

    Attributes
    ----------
    column
        Answer to the request for consent.
    agreed
        Codes or labels that mean yes.
    """

    label: str = "no consent"
    column: str = "consent"
    agreed: tuple[Code, ...] = Field(default=("1", "Yes", "True"), min_length=1)

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag rows without consent."""
        screen = Screen(survey.table)
        mask = ~screen.equals_any(self.column, self.agreed)
        return Flags(mask, "did not agree to take part", len(screen))
