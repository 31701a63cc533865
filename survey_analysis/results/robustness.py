"""`RobustnessData`: one row an analysis path, with its choices and its conclusion. Data only, no verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import pandas as pd

from survey_analysis.results.estimate import Topic
from survey_analysis.results.provenance import Provenance
from survey_analysis.typing import Adjustment

DimensionName: TypeAlias = Literal["cleaning", "weights", "dont_know", "box", "base"]
RobustnessKind: TypeAlias = Literal["difference", "level"]


LABEL_OF: dict[str, str] = {
    "cleaning": "Cleaning",
    "weights": "Weights",
    "dont_know": "Don’t know",
    "box": "Box",
    "base": "Base",
}
"""Decisions in their order, with how they are printed."""


@dataclass(frozen=True)
class Choice:
    """One defensible way to decide: its name in the rows, and what it does, in words."""

    name: str
    text: str


@dataclass(frozen=True)
class Dimension:
    """One decision of the analysis and the ways it was taken; the declared one stands first."""

    name: DimensionName
    label: str
    choices: tuple[Choice, ...]

    @property
    def declared(self) -> str:
        """Name of the declared choice."""
        return self.choices[0].name


@dataclass(frozen=True)
class LeftOut:
    """Something that was not varied, or a path that could not be computed, and why."""

    dimension: str
    choice: str  # "" for the whole dimension
    why: str


@dataclass(frozen=True)
class Target:
    """One number whose conclusion is followed over the paths.

    `a` and `b` are the levels compared, `b` empty for a level; `within` names the rest ("Credibility").
    """

    name: str
    a: str = ""
    b: str = ""
    within: str = ""
    base: str = ""  # base text of the declared path


@dataclass(frozen=True, eq=False)
class RobustnessData:
    """Every analysis path of one or several numbers.

    Attributes
    ----------
    rows
        One row a target and path: `target, path, cleaning, weights, dont_know, box, base, unit, estimate,
        std_error, conf_low, conf_high, p_value, p_adjusted, n, conclusion, same`. The first row of a target
        is the declared path. Shares as 0-1; with `unit` "range" the estimate is in parts of the scale's range.
        `same` is True where the conclusion of the declared path holds.
    varied
        The decisions that were varied, in order.
    left_out
        Decisions that were not varied and choices that could not be taken, with the reason.
    failed
        Paths that could not be computed, with the reason; they are in no row.
    value
        What a level is held against; None: the words that its interval licenses.
    question
        What was asked for, in the words of the study.
    taken_from
        Where box and comparison were declared, "" when they were given to the verb.
    """

    rows: pd.DataFrame
    kind: RobustnessKind
    targets: tuple[Target, ...]
    varied: tuple[Dimension, ...]
    left_out: tuple[LeftOut, ...]
    failed: tuple[LeftOut, ...]
    topic: Topic
    provenance: Provenance
    level: float = 0.95
    adjust: Adjustment = "holm"
    family: int = 1
    value: float | None = None
    taken_from: str = ""

    def to_frame(self) -> pd.DataFrame:
        """A copy of the rows, unrounded.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> survey = sa.read(pd.DataFrame({"buy": ["yes", "no", "yes"] * 30, "w": [1, 2, 1] * 30}), weight="w")
        >>> survey.robustness("buy", answers=["yes"]).to_frame()["weights"].tolist()
        ['declared', 'none']
        """
        return self.rows.copy()

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def paths(self) -> int:
        """Paths of one target."""
        return int(self.rows["path"].nunique())

    @property
    def simulated(self) -> bool:
        """True when no person was surveyed."""
        return self.provenance.simulated
