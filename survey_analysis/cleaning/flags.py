"""What a cleaning rule is and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey_analysis.errors import DataError
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.base import Part
from survey_analysis.typing import BoolArray

Stage = Literal["platform", "eligibility", "screened", "break_off", "quality"]
"""When a rule runs, in this order. All but "screened" and "quality" remove what they flag."""

Family = Literal["", "speed", "pattern", "contradiction", "authenticity"]
"""Kind of evidence of a quality rule; "" for rules that are not about quality."""

STAGES: tuple[Stage, ...] = ("platform", "eligibility", "screened", "break_off", "quality")
FAMILIES: dict[str, str] = {
    "speed": "answered too fast",
    "pattern": "answered in a pattern",
    "contradiction": "contradicted themselves or failed a check",
    "authenticity": "duplicate, platform flag or open end",
}
"""Families in the order in which the respondent flow counts them, with the words of their boxes."""


@dataclass(frozen=True, eq=False)
class Flags:
    """Rows a rule flags.

    Attributes
    ----------
    mask
        One truth value a row.
    reason
        What the flagged rows did, as a phrase for the log; holds the thresholds that were used.
    checked
        Rows to which the rule applied: those whose columns it could judge.
    """

    mask: BoolArray
    reason: str
    checked: int

    def __post_init__(self) -> None:
        if self.mask.dtype != np.bool_ or self.mask.ndim != 1:
            raise DataError(
                "A cleaning rule must return one truth value a row.", where=f"rule says: {self.reason}"
            )

    @property
    def flagged(self) -> int:
        """Number of flagged rows."""
        return int(self.mask.sum())


class CleaningRule(Part):
    """Base of all rules: its fields are its options, unknown ones are refused; a call flags rows.

    A rule never changes and never drops anything; `clean` acts on what it flags.
    """

    label: str = ""

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag rows of a survey."""
        raise NotImplementedError
