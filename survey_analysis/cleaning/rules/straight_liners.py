"""The same answer to every item of a set, the reversed item included."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.items import ItemSet, item_sets
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.data import SurveyData
from survey_analysis.typing import BoolArray


@rule("straight_liners", stage="quality", family="pattern")
class StraightLiners(CleaningRule):
    """The same answer to all items of a set although one of them is worded the other way round.

    People with one opinion answer uniformly too, but turn the reversed item round: they are not flagged.

    Attributes
    ----------
    items
        Questions of the sets; unless given all scale items, in sets of one scale and subject.
    sets
        "all": in every set the person answered; "any": in one is enough.
    minimum_items
        Answers a set needs, the reversed item among them, to be judged.
    """

    items: tuple[str, ...] = ()
    sets: Literal["all", "any"] = "all"
    minimum_items: int = Field(default=6, ge=3)

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag uniform answers."""
        screen = Screen(survey.table)
        judged = np.zeros(len(screen), dtype=np.int32)
        uniform = np.zeros(len(screen), dtype=np.int32)
        for group in item_sets(screen, self.items, minimum=self.minimum_items):
            enough, same = self._judged(screen, group)
            judged += enough
            uniform += enough & same
        mask = (uniform == judged) & (judged > 0) if self.sets == "all" else uniform > 0
        where = "every set" if self.sets == "all" else "a set"
        reason = f"the same answer to all items of {where} they answered, the reversed item included"
        return Flags(mask, reason, int((judged > 0).sum()))

    def _judged(self, screen: Screen, group: ItemSet) -> tuple[BoolArray, BoolArray]:
        """Rows with enough answers in a set, the reversed item among them, and rows with one answer throughout."""
        answered = np.zeros(len(screen), dtype=np.int16)
        reversed_too = np.zeros(len(screen), dtype=bool)
        highest = np.full(len(screen), -1, dtype=np.int16)
        lowest = np.full(len(screen), np.iinfo(np.int16).max, dtype=np.int16)
        for places, is_reversed in zip(group.places(screen), group.reversed_items, strict=True):
            known = places >= 0
            answered += known
            if is_reversed:
                reversed_too |= known
            np.maximum(highest, places, out=highest)
            np.minimum(lowest, places, out=lowest, where=known)
        return (answered >= self.minimum_items) & reversed_too, highest == lowest
