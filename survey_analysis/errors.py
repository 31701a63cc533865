"""Every error and warning of the package.

An error is three things: a sentence of fact (*what*), the place and what was found against what was
expected (*where*), and one action (*hint*). `str(error)` is those lines.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class SurveyAnalysisError(Exception):
    """Base of all errors; `code` is stable and safe to match on."""

    code = "error"

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.what]
        if self.where:
            lines.append(f"  {self.where}")
        if self.hint:
            lines.append(f"  Hint: {self.hint}")
        return "\n".join(lines)


class StudyError(SurveyAnalysisError, ValueError):
    """A study file or codebook is wrong or inconsistent; `where` carries the key path."""

    code = "study"


class DataError(SurveyAnalysisError, ValueError):
    """The data cannot be read or do not fit the codebook."""

    code = "data"


class ColumnNotFoundError(DataError, KeyError):
    """A column or question does not exist; the closest names are suggested."""

    code = "column-not-found"
    __str__ = SurveyAnalysisError.__str__  # KeyError would print the repr, with escaped newlines


class UnknownCodeError(DataError):
    """Answers that are not on the scale; shows their counts."""

    code = "unknown-code"


@dataclass(frozen=True)
class Drift:
    """One thing in which a new delivery of data differs from what the study knows.

    `columns` are those it was found in, `n` counts rows (0 where rows do not matter), `fix` is one action.
    """

    question: str
    columns: tuple[str, ...]
    aspect: str
    what: str
    n: int
    fix: str

    def __str__(self) -> str:
        shown = ", ".join(self.columns[:4]) + (f" and {len(self.columns) - 4} more" * (len(self.columns) > 4))
        place = f" (column{'s' * (len(self.columns) > 1)} {shown})" if self.columns else ""
        return f"{self.question}{place}: {self.what}. Fix: {self.fix}."


class DriftError(DataError):
    """A new delivery differs from the study; `differences` holds every difference, not the first one only."""

    code = "drift"

    def __init__(self, name: str, differences: Sequence[Drift]) -> None:
        self.differences = tuple(differences)
        n, about = len(self.differences), len({d.question for d in self.differences})
        super().__init__(
            f"'{name}' differs from the study in {n} way{'s' * (n > 1)}, in {about} "
            f"question{'s' * (about > 1)} or column{'s' * (about > 1)}.",
            where="\n  ".join(
                [*map(str, self.differences[:40]), *([f"and {n - 40} more"] if n > 40 else [])]
            ),
            hint="correct the delivery or declare what changed; nothing was read in.",
        )


class DesignError(SurveyAnalysisError, ValueError):
    """The sampling design is impossible or undeclared."""

    code = "design"


class LonelyPsuError(DesignError):
    """A stratum has one PSU, so its variance cannot be estimated."""

    code = "lonely-psu"


class WeightError(DesignError):
    """Weights that are negative, missing or all zero."""

    code = "weight"


class WeightingError(SurveyAnalysisError, ValueError):
    """Weighting targets that do not fit the data (pre-flight)."""

    code = "weighting"


class ConvergenceError(SurveyAnalysisError, RuntimeError):
    """Raking or calibration did not reach its targets."""

    code = "convergence"


class EstimationError(SurveyAnalysisError, ValueError):
    """An estimate that cannot or must not be made."""

    code = "estimation"


class EmptyDomainError(EstimationError):
    """No respondent is in the domain asked for."""

    code = "empty-domain"


class ScoreError(EstimationError):
    """The statistic is not defined for this kind of question."""

    code = "score"


class NotReducibleError(EstimationError):
    """A result no longer holds what a further verb would need."""

    code = "not-reducible"


class ExpressionError(SurveyAnalysisError, ValueError):
    """A filter or routing expression cannot be read or evaluated."""

    code = "expression"


class ReportError(SurveyAnalysisError, RuntimeError):
    """A report cannot be built or written."""

    code = "report"


class MissingExtraError(SurveyAnalysisError, ImportError):
    """An optional dependency is not installed; the hint names the extra."""

    code = "missing-extra"


class SurveyAnalysisWarning(UserWarning):
    """Base of all warnings."""


class SmallBaseWarning(SurveyAnalysisWarning):
    """A base is too small to word or test."""


class PersonalDataWarning(SurveyAnalysisWarning):
    """Columns that seem personal and are not declared; their values are withheld."""


class ReplicateWarning(SurveyAnalysisWarning):
    """Replicate weights that say less than asked: undefined replicates left out, a correction dropped."""


def closest(name: str, known: Iterable[str], n: int = 3) -> str:
    """Sentence that suggests the nearest known names, or lists a few of them."""
    names = list(dict.fromkeys(str(k) for k in known))
    near = difflib.get_close_matches(str(name), names, n=n, cutoff=0.5)
    if near:
        return "did you mean " + " or ".join(f"'{x}'" for x in near) + "?"
    if not names:
        return "nothing is defined there."
    shown = ", ".join(f"'{x}'" for x in names[:8])
    return f"known: {shown}" + (f", and {len(names) - 8} more." if len(names) > 8 else ".")


def names_of(given: object, option: str) -> list[str]:
    """One name, or a list of names, as a list; an error for anything else."""
    several = isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping)
    names: list[object] = list(given) if several else [given]  # type: ignore[call-overload]
    wrong = [x for x in names if not isinstance(x, str)]
    if wrong:
        raise EstimationError(
            f"{option} holds {_short(wrong[0])}, which is no name.",
            hint="give a name in quotes, or a list of names.",
        )
    return [str(x) for x in names]


def numbers_of(given: object, option: str, example: str) -> list[float]:
    """One number, or a list of numbers, as a list of floats; an error for texts and anything else."""
    several = isinstance(given, Iterable) and not isinstance(given, str | bytes | Mapping)
    values: list[Any] = list(given) if several else [given]  # type: ignore[call-overload]
    for value in values:
        if isinstance(value, str | bytes | bool) or not hasattr(value, "__float__"):
            raise EstimationError(
                f"{option} holds {_short(value)}, which is no number.", hint=f"for example {example}."
            )
    return [float(value) for value in values]


def check_amounts(given: object, option: str, example: str) -> None:
    """An error unless this is a mapping of names to numbers, or to such mappings."""
    if not isinstance(given, Mapping):
        raise WeightingError(
            f"{option} is a {type(given).__name__}, not a mapping.", hint=f"for example {example}."
        )
    for name, value in given.items():
        if isinstance(value, Mapping):
            check_amounts(value, option, example)
        elif isinstance(value, str | bytes | bool) or not hasattr(value, "__float__"):
            raise WeightingError(
                f"{option} holds {_short(value)} for '{name}', which is no number.",
                hint=f"for example {example}.",
            )


def _short(value: object) -> str:
    text = repr(value).split("\n")[0]
    return text if len(text) <= 40 else f"a {type(value).__name__}"
