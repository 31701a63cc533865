"""Scores by which the platform doubts a response."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.data import SurveyData


@rule("platform_flags", stage="quality", family="authenticity")
class PlatformFlags(CleaningRule):
    """A low reCAPTCHA score or a high duplicate score, at the platform's own thresholds.

    Attributes
    ----------
    recaptcha, recaptcha_below
        Column of the score, 0 to 1, and the score under which it doubts; "" leaves it out.
    duplicate, duplicate_from
        Column of the duplicate score, 0 to 100, and the score from which it doubts; "" leaves it out.
    """

    recaptcha: str = "Q_RecaptchaScore"
    recaptcha_below: float = Field(default=0.5, gt=0, le=1)
    duplicate: str = "Q_RelevantIDDuplicateScore"
    duplicate_from: float = Field(default=75, gt=0, le=100)

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag doubted responses; an empty score is no doubt."""
        screen = Screen(survey.table)
        mask = np.zeros(len(screen), dtype=bool)
        checked = np.zeros(len(screen), dtype=bool)
        reasons = []
        with np.errstate(invalid="ignore"):
            if self.recaptcha:
                score = screen.numbers(self.recaptcha)
                mask |= score < self.recaptcha_below
                checked |= ~np.isnan(score)
                reasons.append(f"reCAPTCHA score under {self.recaptcha_below:g}")
            if self.duplicate:
                score = screen.numbers(self.duplicate)
                mask |= score >= self.duplicate_from
                checked |= ~np.isnan(score)
                reasons.append(f"duplicate score from {self.duplicate_from:g}")
        return Flags(mask, " or ".join(reasons), int(checked.sum()))
