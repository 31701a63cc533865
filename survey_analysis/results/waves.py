"""Waves of a tracker: what was stacked, how codebooks differ, what moved, mix against rate. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pandas as pd

from survey_analysis.results.estimate import Topic
from survey_analysis.results.provenance import Provenance
from survey_analysis.study.sample import Sample

Aspect = Literal[
    "kind", "wording", "items", "direction", "codes", "length", "label", "code added", "code removed",
    "order", "scores", "reverse", "range", "base", "derivation", "nets", "renamed", "only in",
]  # fmt: skip
WaveAgainst = Literal["previous", "first", "same period"] | tuple[tuple[str, str], ...]
"""What a wave is held against; pairs name waves, later one first."""


@dataclass(frozen=True)
class Wave:
    """One wave of a stack: its label, its sample as declared, rows, and the digest of its data."""

    label: str
    sample: Sample
    n: int
    digest: str = ""


@dataclass(frozen=True)
class CodebookDifference:
    """One thing in which a question differs between a wave and the first wave that has it.

    Attributes
    ----------
    aspect
        What differs.
    was, now
        In the reference wave and in this one, as text.
    needs
        Whether a decision must be given before stacking; a question that only some waves asked needs none.
    same
        Whether "same" is an answer; it is not where the answers would be mixed up.
    line
        What to paste into `resolve=`.
    """

    question: str
    aspect: Aspect
    reference: str
    wave: str
    was: str
    now: str
    needs: bool = True
    same: bool = True
    line: str = ""


@dataclass(frozen=True, eq=False)
class ComparisonData:
    """Codebooks of several waves compared, question by question."""

    waves: tuple[str, ...]
    questions: int
    differences: tuple[CodebookDifference, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.differences)

    def to_frame(self) -> pd.DataFrame:
        """One row a difference: `question, aspect, reference, wave, was, now, needs, same, line`."""
        names = ("question", "aspect", "reference", "wave", "was", "now", "needs", "same", "line")
        return pd.DataFrame([[getattr(d, n) for n in names] for d in self.differences], columns=list(names))


@dataclass(frozen=True, eq=False)
class WavesData:
    """What a stacked survey knows of its waves.

    Attributes
    ----------
    name
        Variable and column that tell the waves apart.
    pool
        Whether estimates over several waves were asked for.
    versions
        Version of each question in each wave that asked it: the same text where wording, answers and base are.
    differences, decisions
        What the codebooks differed in, and the decision on each question, as given.
    shared
        People in more than one wave.
    """

    name: str
    waves: tuple[Wave, ...]
    pool: bool = False
    versions: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    differences: tuple[CodebookDifference, ...] = ()
    decisions: Mapping[str, object] = field(default_factory=dict)
    shared: int = 0
    notes: tuple[str, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """Waves in the order given."""
        return tuple(w.label for w in self.waves)

    def wave(self, label: str) -> Wave:
        """The wave of that label."""
        return self.waves[self.labels.index(label)]


@dataclass(frozen=True, eq=False)
class MovedData:
    """Every line of the questions asked for, in a wave against an earlier one.

    Attributes
    ----------
    rows
        One row a line and pair of waves, by adjusted p: `question, short, subject, level, kind, wave, against,
        then, now, estimate, std_error, conf_low, conf_high, df, p_value, p_adjusted, n_then, n_now,
        n_effective_then, n_effective_now, method, moved, licensed, why`. `moved`: adjusted p under alpha;
        `licensed`: the two waves may be called a rise or a fall, else `why` not.
    tests
        Tests made, which are the family of the adjustment.
    """

    rows: pd.DataFrame
    against: str
    adjust: str
    level: float
    tests: int
    min_base: float
    provenance: Provenance
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """A copy of the rows, unrounded, shares as 0-1."""
        return self.rows.copy()


@dataclass(frozen=True, eq=False)
class DecompositionData:
    """A change between two waves as rate and mix.

    Attributes
    ----------
    rows
        One row a segment: `segment, share_then, share_now, value_then, value_now, rate, rate_se, mix, mix_se,
        n_then, n_now`.
    totals
        One row each for `change`, `rate` and `mix`: `part, estimate, std_error, conf_low, conf_high, df, p_value`.
    """

    rows: pd.DataFrame
    totals: pd.DataFrame
    topic: Topic
    by: str
    what: str
    then: str
    now: str
    level: float
    provenance: Provenance
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """A copy of the segments, unrounded."""
        return self.rows.copy()


@dataclass(frozen=True, eq=False)
class TrendData:
    """Lines of a question by wave, with their intervals and the change since the wave before.

    Attributes
    ----------
    rows
        One row a line and wave: `line, wave, estimate, std_error, conf_low, conf_high, n, n_effective, change,
        p_adjusted, marked, why`; `change` since the wave before, `marked` where it moved and may be called so.
    """

    rows: pd.DataFrame
    topic: Topic
    waves: tuple[str, ...]
    level: float
    adjust: str
    tests: int
    provenance: Provenance
    base_text: str = ""
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """A copy of the rows, unrounded."""
        return self.rows.copy()
