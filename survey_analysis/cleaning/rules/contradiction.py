"""Answers that cannot both be meant."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from survey_analysis.cleaning.flags import CleaningRule, Flags
from survey_analysis.cleaning.items import ItemSet, item_sets
from survey_analysis.cleaning.registry import rule
from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.data import SurveyData
from survey_analysis.typing import BoolArray


@rule("contradiction", stage="quality", family="contradiction")
class Contradiction(CleaningRule):
    """Answers that exclude each other, or agreement with items and with their opposite.

    Attributes
    ----------
    where
        Expressions, each true of a contradiction ("age < 25 and children > 6").
    yes_saying
        "agree": agrees with the items of a set and with its reversed items; "both": also disagrees
        with both; "" : only the expressions.
    items
        Questions of the sets; unless given all scale items, in sets of one scale and subject.
    share
        Share of the straight items answered on that side of the middle, from which it counts.
    sets
        "all": in every set the person answered; "any": in one is enough.
    minimum_items
        Answers a set needs, a reversed item among them, to be judged.
    """

    where: tuple[str, ...] = ()
    yes_saying: Literal["", "agree", "both"] = ""
    items: tuple[str, ...] = ()
    share: float = Field(default=1.0, gt=0.5, le=1)
    sets: Literal["all", "any"] = "all"
    minimum_items: int = Field(default=6, ge=3)

    @model_validator(mode="after")
    def _asks_something(self) -> Contradiction:
        if not self.where and not self.yes_saying:
            msg = 'say what contradicts: where = ["..."] or yes_saying = "agree"'
            raise ValueError(msg)
        return self

    def __call__(self, survey: SurveyData) -> Flags:
        """Flag contradictions."""
        screen = Screen(survey.table)
        mask = np.zeros(len(screen), dtype=bool)
        checked = np.zeros(len(screen), dtype=bool)
        for text in self.where:
            true, false = screen.decide(text)
            mask |= true
            checked |= true | false
        reasons = [f"answers exclude each other ({' ; '.join(self.where)})"] if self.where else []
        if self.yes_saying:
            said, judged = self._yes_sayers(screen)
            mask |= said
            checked |= judged
            verb = "agreed" if self.yes_saying == "agree" else "agreed (or disagreed)"
            reasons.append(f"{verb} with {self.share:g} of the items and with their opposite")
        return Flags(mask, "; ".join(reasons), int(checked.sum()))

    def _yes_sayers(self, screen: Screen) -> tuple[BoolArray, BoolArray]:
        judged = np.zeros(len(screen), dtype=np.int64)
        yes, no = judged.copy(), judged.copy()
        for group in item_sets(screen, self.items, minimum=self.minimum_items):
            enough, agreed, disagreed = self._sides(screen, group)
            judged += enough
            yes += agreed
            no += disagreed
        if self.yes_saying == "agree":
            no[:] = 0
        if self.sets == "any":
            return (yes > 0) | (no > 0), judged > 0
        return ((yes == judged) | (no == judged)) & (judged > 0), judged > 0

    def _sides(self, screen: Screen, group: ItemSet) -> tuple[BoolArray, BoolArray, BoolArray]:
        """Rows judged, rows that agree with both directions, rows that disagree with both."""
        answers = group.answers(screen)
        middle = (len(group.scale.levels) - 1) / 2
        known = ~np.isnan(answers)
        turned = group.reversed_items
        enough = (known.sum(axis=1) >= self.minimum_items) & known[:, turned].any(axis=1)
        enough &= known[:, ~turned].any(axis=1)

        def side(hit: BoolArray) -> BoolArray:
            straight = hit[:, ~turned].sum(axis=1) >= self.share * known[:, ~turned].sum(axis=1)
            opposite = hit[:, turned].sum(axis=1) == known[:, turned].sum(axis=1)
            return np.asarray(enough & straight & opposite, dtype=bool)

        with np.errstate(invalid="ignore"):
            low, high = answers < middle, answers > middle
        first = group.scale.favourable == "first"
        return enough, side(low if first else high), side(high if first else low)
