"""People who left before the end; enough answers make a partial interview, which stays."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.items import loop_shares
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.base import Code
from survey_analysis.typing import BoolArray


@rule("break_off", stage="break_off")
class BreakOff(CleaningRule):
    """People who left before the end and before a partial interview.

    Attributes
    ----------
    finished
        Column that says whether the end was reached.
    values
        Codes or labels that mean yes.
    complete_loops
        Loops (subjects rated in full) that make a partial interview, which stays; 0 for none.
    partial_if
        Expression that also makes a partial interview, for parts without loops.
    not_reached
        For `break_off_mask`, which empty cells of somebody who left were never reached: those "after" the
        last answer, or every "empty" one (platforms that mark a question seen and left blank).
    recorded
        Shell patterns of columns that the platform fills in by itself: they say nothing about how far
        somebody came (`break_off_mask`).
    """

    label: str = "broke off"
    finished: str = "Finished"
    values: tuple[Code, ...] = Field(default=("1", "True", "TRUE", "true"), min_length=1)
    complete_loops: int = Field(default=1, ge=0)
    partial_if: str = ""
    not_reached: Literal["after", "empty"] = "after"
    recorded: tuple[str, ...] = ()

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag break-offs that are no partial interviews."""
        screen = Screen(survey.table)
        unfinished = self.unfinished(screen)
        complete = (loop_shares(screen) >= 1).sum(axis=1)
        partial = (complete >= self.complete_loops) & (self.complete_loops > 0)
        if self.partial_if:
            partial |= screen.decide(self.partial_if)[0]
        return Flags(
            unfinished & ~partial,
            f"left before the end; partial interviews stay ({self.rule_text()}): "
            f"{int((unfinished & partial).sum())}",
            len(screen),
        )

    def unfinished(self, screen: Screen) -> BoolArray:
        """Rows that did not reach the end, partial interviews included."""
        return ~screen.equals_any(self.finished, self.values)

    def rule_text(self) -> str:
        """The partial rule in words."""
        loops = f"at least {self.complete_loops} complete loop{'s' if self.complete_loops > 1 else ''}"
        said = [loops if self.complete_loops else "", self.partial_if]
        return " or ".join(part for part in said if part) or "none"
