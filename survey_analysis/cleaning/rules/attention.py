"""A failed attention check."""

from __future__ import annotations

from pydantic import Field

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.base import Code


@rule("attention", stage="quality", family="contradiction")
class Attention(CleaningRule):
    """An answer other than the one the check asked for; an empty cell is not a failure.

    Attributes
    ----------
    column
        The check.
    expected
        Codes or labels that pass.
    """

    column: str
    expected: tuple[Code, ...] = Field(min_length=1)

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag failed checks."""
        screen = Screen(survey.table)
        seen = screen.filled(self.column)
        mask = seen & ~screen.equals_any(self.column, self.expected)
        return Flags(mask, f"failed the attention check '{self.column}'", int(seen.sum()))
