"""People turned away because their quota cell was full."""

from __future__ import annotations

from pydantic import Field

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.base import Code


@rule("quota_full", stage="eligibility")
class QuotaFull(CleaningRule):
    """People turned away because the quota of their group was full.

    Attributes
    ----------
    column
        Quota status that the platform recorded.
    values
        Codes or labels that mean "full".
    """

    label: str = "quota full"
    column: str = "quota"
    values: tuple[Code, ...] = Field(default=("full", "overquota", "over quota"), min_length=1)

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag rows that met a full quota."""
        screen = Screen(survey.table)
        return Flags(
            screen.equals_any(self.column, self.values), "quota of their group was full", len(screen)
        )
