"""`CodebookData`: what is known of each question and how it was answered, small cells withheld. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from survey_analysis.results.audit import AuditLine
from survey_analysis.results.provenance import Provenance
from survey_analysis.typing import QuestionKind

Hidden = Literal["", "small", "withheld"]
"""Why a count is not shown: it is small, or it would give a small one away."""


@dataclass(frozen=True)
class AnswerCount:
    """One answer: code, label, people, share of those who answered, weighted share; no numbers where hidden."""

    code: str
    label: str
    n: int | None
    share: float | None
    weighted: float | None
    hidden: Hidden = ""
    outside: bool = False
    exclusive: bool = False


@dataclass(frozen=True)
class NumberFacts:
    """Distribution of a number, as far as it says nothing of anybody.

    Attributes
    ----------
    low, high
        Ends that at least the fewest people lie at or beyond; `low_is_end` and `high_is_end` say whether they are the
        lowest and highest number.
    quartiles
        First quartile, median, third quartile; None where a quarter is too few people.
    """

    low: float | None
    high: float | None
    low_is_end: bool
    high_is_end: bool
    quartiles: tuple[float, float, float] | None
    mean: float | None
    weighted_mean: float | None
    std_dev: float | None


@dataclass(frozen=True)
class TextFacts:
    """Length of open answers in characters and words, on average; None where too few people answered."""

    characters: float | None
    words: float | None


@dataclass(frozen=True)
class Part:
    """A question as it was put: of a battery, for one subject."""

    subject: str
    columns: tuple[str, ...]
    asked: int
    answered: int
    missing: tuple[tuple[str, int], ...]
    answers: tuple[AnswerCount, ...] = ()
    rare: int = 0  # texts found in the data that too few people hold to be shown
    numbers: NumberFacts | None = None
    texts: TextFacts | None = None
    base: AuditLine | None = None


@dataclass(frozen=True)
class CodebookQuestion:
    """One question with its parts.

    Attributes
    ----------
    personal
        Holds what tells who somebody is: named, and nothing else.
    missing_codes
        Code, kind and label of what is no answer.
    nets
        Label of a net and the labels it counts together.
    """

    name: str
    label: str
    wording: str
    kind: QuestionKind
    columns: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    base: str = ""
    asked_if: str = ""
    scale: str = ""
    favourable: str = ""
    missing_codes: tuple[tuple[str, str, str], ...] = ()
    nets: tuple[tuple[str, tuple[str, ...]], ...] = ()
    constructs: tuple[str, ...] = ()
    valid_range: tuple[float, float] | None = None
    reverse: bool = False
    inferred: bool = False
    derived: bool = False
    personal: bool = False


@dataclass(frozen=True)
class CodebookData:
    """A codebook with counts.

    Attributes
    ----------
    rows
        Rows of the data: respondents, or ratings in a long file.
    minimum
        Fewest people of a count that is shown.
    weighted
        The rows carry weights that differ, and all are of one population.
    pooled
        The rows are several samples or waves: shares are of the rows, an estimate of nothing.
    """

    questions: tuple[CodebookQuestion, ...]
    rows: int
    columns: int
    minimum: int
    weighted: bool
    provenance: Provenance
    pooled: bool = False

    def __len__(self) -> int:
        return len(self.questions)
