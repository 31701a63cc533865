"""The ways to decide, as data: exclusion rule, weights, don't know, box, base. What each does, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from survey_analysis.errors import EstimationError
from survey_analysis.results.process import RuleText
from survey_analysis.results.robustness import Choice


class NotVaried(EstimationError):  # noqa: N818  it becomes an error only where the decision was named
    """A decision that this study or this number does not give."""


DECLARED = "declared"


@dataclass(frozen=True)
class Cut:
    """Who is excluded for quality: the exclusion rule, and the rules where they differ from the declared ones."""

    exclude: str
    rules: tuple[RuleText, ...] | None = None


@dataclass(frozen=True)
class Weighing:
    """How the survey is weighted."""

    kind: Literal["declared", "none", "no cap", "cap", "trim", "without"]
    limit: float = 0.0
    margin: str = ""


@dataclass(frozen=True)
class Unsure:
    """What becomes of people whose answer is a missing kind that the scale knows."""

    kind: Literal["excluded", "base", "lowest", "off"]
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Box:
    """Which answers are counted, or the mean of the scale."""

    kind: Literal["top", "bottom", "answers", "mean"]
    k: int = 0
    answers: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How the box stands in the rows."""
        if self.kind == "answers":
            return "answers: " + ", ".join(self.answers)
        return "mean" if self.kind == "mean" else f"{self.kind}-{self.k}"

    def asked(self) -> dict[str, Any]:
        """The arguments of `proportion`."""
        return {"answers": list(self.answers)} if self.kind == "answers" else {self.kind: self.k}


BaseChoice: TypeAlias = Literal["own", "common", "all"]
Value: TypeAlias = Cut | Weighing | Unsure | Box | BaseChoice | None


@dataclass(frozen=True)
class Option:
    """One choice with what carries it out."""

    name: str
    text: str
    value: Value

    @property
    def choice(self) -> Choice:
        """As it is printed."""
        return Choice(self.name, self.text)
