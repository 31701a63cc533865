"""`CodebookComparison`, `Moved`, `Decomposition`, `Trend`: what one learns from waves, with their verbs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from survey_analysis.bound.values import values_of
from survey_analysis.results.jsonform import rows_json
from survey_analysis.results.waves import ComparisonData, DecompositionData, MovedData, TrendData
from survey_analysis.tables.model import Table
from survey_analysis.tables.waves import comparison_table, decomposition_table, moved_table, trend_table
from survey_analysis.wording.waves import decomposition_sentence, explain_moved, moved_sentence

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")
S = TypeVar("S")


class _Shown(ABC):
    """Prints and shows as its table."""

    @abstractmethod
    def table(self) -> Table:
        """The result as a table, for display."""

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


@dataclass(frozen=True, eq=False, repr=False)
class CodebookComparison(_Shown, ComparisonData):
    """In what the codebooks of waves differ, and the line that decides each difference.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> def wave(text):
    ...     return sa.read(pd.DataFrame({"q": ["a", "b"]}), study={"questions": {"q": {"text": text}}})
    >>> sa.compare_codebooks({"W1": wave("Do you?"), "W2": wave("Would you?")}).lines()
    ['"q": "same"  # or "separate", "drop"']
    """

    @classmethod
    def of(cls, data: ComparisonData) -> CodebookComparison:
        """Add the verbs to the data."""
        return cls(**values_of(data, ComparisonData))

    def lines(self) -> list[str]:
        """What to paste into `resolve={...}` of `stack`, one line a question."""
        return list(dict.fromkeys(d.line for d in self.differences if d.needs))

    def table(self) -> Table:
        """One row a difference."""
        return comparison_table(self)


@dataclass(frozen=True, eq=False, repr=False)
class Moved(_Shown, MovedData):
    """Every line of the questionnaire against an earlier wave, by adjusted p."""

    @classmethod
    def of(cls, data: MovedData) -> Moved:
        """Add the verbs to the data."""
        return cls(**values_of(data, MovedData))

    def sentences(self) -> list[str]:
        """One sentence a line that moved: "rose" and "fell" where they are licensed, else "differs"."""
        said = (moved_sentence({str(k): v for k, v in r.items()}, self) for r in self.rows.to_dict("records"))
        return [s for s in said if s]

    def table(self) -> Table:
        """Lines that moved, then the next ones by adjusted p."""
        return moved_table(self)

    def explain(self) -> str:
        """How the list was made, with sources."""
        return explain_moved(self)

    def to_json(self) -> str:
        """Versioned JSON of rows and origin."""
        more = {"level": self.level, "adjust": self.adjust, "tests": self.tests, "against": self.against}
        return rows_json("moved", self.rows, more, self.provenance)


@dataclass(frozen=True, eq=False, repr=False)
class Decomposition(_Shown, DecompositionData):
    """A change between two waves as rate and mix."""

    @classmethod
    def of(cls, data: DecompositionData) -> Decomposition:
        """Add the verbs to the data."""
        return cls(**values_of(data, DecompositionData))

    def sentence(self) -> str:
        """The change and its two parts."""
        return decomposition_sentence(self)

    def table(self) -> Table:
        """Segments with rate and mix, the sums below."""
        return decomposition_table(self)


@dataclass(frozen=True, eq=False, repr=False)
class Trend(_Shown, TrendData):
    """A question over all waves."""

    @classmethod
    def of(cls, data: TrendData) -> Trend:
        """Add the verbs to the data."""
        return cls(**values_of(data, TrendData))

    def table(self) -> Table:
        """Lines down, waves across."""
        return trend_table(self)

    def plot(self, *, title: str | None = None, **style: Any) -> Chart:
        """Draw the lines over the waves, with a band for the interval and a mark where a change is licensed."""
        from survey_analysis.figures.plot_trend import plot_trend  # noqa: PLC0415  matplotlib only when drawn

        return plot_trend(self, title=title, **style)


def movements(verb: Callable[Concatenate[S, P], MovedData]) -> Callable[Concatenate[S, P], Moved]:
    """A verb of the survey that returns `Moved`."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Moved:
        return Moved.of(verb(survey, *args, **kwargs))

    return method


def decompositions(
    verb: Callable[Concatenate[S, P], DecompositionData],
) -> Callable[Concatenate[S, P], Decomposition]:
    """A verb of the survey that returns a `Decomposition`."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Decomposition:
        return Decomposition.of(verb(survey, *args, **kwargs))

    return method


def trends(verb: Callable[Concatenate[S, P], TrendData]) -> Callable[Concatenate[S, P], Trend]:
    """A verb of the survey that returns a `Trend`."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Trend:
        return Trend.of(verb(survey, *args, **kwargs))

    return method
