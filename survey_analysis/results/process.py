"""What happened before the estimates: cleaning, respondent flow and weighting. Data only."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import pandas as pd

from survey_analysis.typing import BoolArray

RuleText: TypeAlias = str | Mapping[str, object]
"""A cleaning rule as declared: its name, or `{"rule": name, option: value}`."""


class _Tabular(ABC):
    """Prints and shows as its own tidy table."""

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """The content as a tidy table."""

    def __repr__(self) -> str:
        return self.to_frame().to_string(index=False, max_colwidth=70)

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False, border=0, escape=True)


StepKind = Literal["received", "platform", "eligibility", "break_off", "screened", "quality", "kept", "base"]


@dataclass(frozen=True)
class FlowStep:
    """One box of the respondent flow.

    `removed` and `screened`-kind steps say how many left (or stepped aside) with the reason; `kept` is
    the number still in after the step. A `base` box states the n of one analysis base.
    """

    kind: StepKind
    label: str
    n: int
    kept: int
    reason: str = ""


@dataclass(frozen=True, repr=False)
class Flow(_Tabular):
    """Respondent flow of each sample; received = sum of removed + kept at every step."""

    samples: tuple[tuple[str, tuple[FlowStep, ...]], ...]
    note: str = ""

    def to_frame(self) -> pd.DataFrame:
        """One row a box: `sample, kind, label, n, kept, reason`."""
        return pd.DataFrame(
            [
                {"sample": s, "kind": b.kind, "label": b.label, "n": b.n, "kept": b.kept, "reason": b.reason}
                for s, steps in self.samples
                for b in steps
            ],
            columns=["sample", "kind", "label", "n", "kept", "reason"],
        )


@dataclass(frozen=True)
class LogEntry:
    """One rule or repair of the cleaning: how many it flagged and dropped, and why.

    Of a recoding `checked` counts the rows with an answer before and `flagged` those with one after.
    """

    rule: str
    family: str
    what: str
    checked: int
    flagged: int
    dropped: int
    reason: str
    fixed: Literal["before", "after", "not said"] = "not said"  # outcomes seen


@dataclass(frozen=True, repr=False)
class CleaningLog(_Tabular):
    """The audit trail: one entry a rule, in the order they ran."""

    entries: tuple[LogEntry, ...] = ()

    @property
    def n_rules(self) -> int:
        """Number of rules and repairs; recodings stand in the log too, and change no respondent."""
        return sum(e.family != "recode" for e in self.entries)

    def to_frame(self) -> pd.DataFrame:
        """One row a rule: `rule, family, what, checked, flagged, dropped, reason, fixed`."""
        columns = ["rule", "family", "what", "checked", "flagged", "dropped", "reason", "fixed"]
        return pd.DataFrame([[getattr(e, c) for c in columns] for e in self.entries], columns=columns)


@dataclass(frozen=True, eq=False)
class QualityFlag:
    """What one quality rule flagged among the rows that the quality rules judged."""

    declared: RuleText
    rule: str
    family: str
    mask: BoolArray


@dataclass(frozen=True, eq=False)
class QualityEvidence:
    """What cleaning knew before it excluded anybody for quality, so that another rule can be tried.

    Attributes
    ----------
    rules
        Every rule as declared, in order, those of earlier stages too.
    exclude
        The exclusion rule that was used.
    flags
        One entry a quality rule, over the rows kept until then (`SurveyData.before_quality`).
    """

    rules: tuple[RuleText, ...]
    exclude: str
    flags: tuple[QualityFlag, ...]


@dataclass(frozen=True)
class MarginRow:
    """One category of one weighting margin; shares 0-1, `target` None where none is set."""

    margin: str
    category: str
    n: int
    before: float
    after: float
    target: float | None


@dataclass(frozen=True, repr=False)
class WeightingData(_Tabular):
    """What weighting did to one sample.

    `deff` is Kish's 1 + CV^2 of the weights, `n_effective` = n / deff; `smallest` and `largest` are
    relative to the mean weight; `gap` is the largest distance between a margin and its target.
    """

    sample: str
    method: str
    n: int
    deff: float
    n_effective: float
    smallest: float
    largest: float
    cap: float | None
    capped: int
    iterations: int
    gap: float
    margins: tuple[MarginRow, ...]
    statement: str  # one sentence for the method page
    warnings: tuple[str, ...] = ()
    bounds: tuple[float | None, float | None] | None = (
        None  # limits of the factor, or of the weight when trimmed
    )

    def to_frame(self) -> pd.DataFrame:
        """One row a category: `sample, margin, category, n, before, after, target`."""
        return pd.DataFrame(
            [
                {
                    "sample": self.sample,
                    "margin": m.margin,
                    "category": m.category,
                    "n": m.n,
                    "before": m.before,
                    "after": m.after,
                    "target": m.target,
                }
                for m in self.margins
            ]
        )


@dataclass(frozen=True)
class SourceFile:
    """Where the rows came from and how they were read; the path is never shown."""

    path: str = field(repr=False)
    digest: str
    encoding: str = ""
    header_rows: int | None = None
    sheet: str = ""
    delimiter: str = ""
    table: str = ""
    metadata: str = field(default="", repr=False)
    decimal: str = ""


@dataclass(frozen=True)
class Removed:
    """Rows that cleaning removed, by their place among the `received` ones: `(row, stage, reason)`."""

    received: int
    rows: tuple[tuple[int, str, str], ...] = field(default=(), repr=False)
