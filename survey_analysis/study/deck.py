"""`[deck]` of a study file: which slides a deck has."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from survey_analysis.study.base import Part


class DeckSlide(Part):
    """`[[deck.slides]]`: a question or constructs, how they are cut and drawn."""

    question: str = ""
    constructs: tuple[str, ...] = ()
    by: str | tuple[str, ...] | None = None
    where: str | dict[str, str] | None = None
    top: int | None = None
    bottom: int | None = None
    answers: tuple[str, ...] | None = None
    statistic: Literal["", "share", "mean", "nps", "trend"] = ""
    compare_to: str = ""
    focus: str = ""
    chart: Literal["", "bar", "column", "stacked", "likert", "line", "number"] = ""
    title: str = ""
    notes: str = ""
    layout: str = ""
    name: str = ""

    @model_validator(mode="after")
    def _about_something(self) -> DeckSlide:
        if bool(self.question) == bool(self.constructs):
            msg = 'give question = "..." or constructs = [...]'
            raise ValueError(msg)
        if self.constructs and (self.answers or self.statistic):
            msg = "constructs take top or bottom, not answers or statistic"
            raise ValueError(msg)
        if self.statistic in ("mean", "nps") and (self.top or self.bottom or self.answers):
            msg = f'statistic = "{self.statistic}" takes no top, bottom or answers'
            raise ValueError(msg)
        return self


class DeckTable(Part):
    """`[deck]`: the slides in order, and the layouts of title and method."""

    slides: tuple[DeckSlide, ...] = Field(default=())
    title_layout: str = ""
    layout: str = ""
