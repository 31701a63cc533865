"""`SourceComparison`: sources compared, with its verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from survey_analysis.bound.estimates import Estimate
from survey_analysis.bound.tests import Test
from survey_analysis.bound.values import values_of
from survey_analysis.perceptions.measure import one_measure
from survey_analysis.results.jsonform import sources_json
from survey_analysis.results.sources import SourceData, source_frame
from survey_analysis.tables.model import Table
from survey_analysis.tables.sources import source_table, source_tables
from survey_analysis.wording.sources import explain, findings, sentence

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")
S = TypeVar("S")


@dataclass(frozen=True, eq=False, repr=False)
class SourceComparison(SourceData):
    """Sources that people rated, compared: read the parts, say them, draw them.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> likes = pd.DataFrame({"ann": [5, 4, 5, 3, 4, 5], "bob": [3, 3, 4, 3, 2, 4]})
    >>> found = sa.read(likes).compare_sources(["ann", "bob"])
    >>> round(float(found.differences.to_frame()["estimate"].iloc[0]), 3)
    1.167
    """

    levels: Estimate
    differences: Test
    omnibus: Test
    within: Estimate | None
    order: Test | None
    interaction: Test | None
    by_segment: Test | None

    @classmethod
    def of(cls, data: SourceData) -> SourceComparison:
        """Add the verbs to a comparison and its parts."""
        parts = values_of(data, SourceData)
        for name, kind in _KINDS.items():
            if parts[name] is not None:
                parts[name] = kind.of(parts[name])
        return cls(**parts)

    def __getitem__(self, measure: str) -> SourceComparison:
        """The comparison of one of several measures, by its label."""
        return SourceComparison.of(one_measure(self, measure))

    def table(self) -> Table:
        """Levels, rank sets and first shares, a row a source."""
        return source_table(self)

    def tables(self) -> dict[str, Table]:
        """A table for each part, by its name."""
        return source_tables(self)

    def sentence(self) -> str:
        """What may be said of ranks and differences, from the same people."""
        return sentence(self)

    def findings(self) -> tuple[str, ...]:
        """Every finding as a text: ranks, differences, within people, segments, order."""
        return findings(self)

    def explain(self) -> str:
        """How it was made, with sources."""
        return explain(self)

    def to_frame(self) -> pd.DataFrame:
        """One tidy row a source (and measure): level, interval, bases, rank set, first share; unrounded."""
        return source_frame(self)

    def to_json(self) -> str:
        """Versioned JSON of all parts."""
        return sources_json(self)

    def plot(self, *, title: str | None = None, **style: Any) -> Chart:
        """One page that tells it: levels, ranks, same-people differences, within people; of one measure."""
        from survey_analysis.figures.plot import plot  # noqa: PLC0415  matplotlib only when drawn

        return plot(self, "sources", title=title, **style)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


_KINDS: dict[str, type[Estimate | Test]] = {
    "levels": Estimate,
    "differences": Test,
    "omnibus": Test,
    "within": Estimate,
    "order": Test,
    "interaction": Test,
    "by_segment": Test,
}


def compares(
    verb: Callable[Concatenate[S, P], SourceData],
) -> Callable[Concatenate[S, P], SourceComparison]:
    """A verb of the survey that returns a `SourceComparison`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> SourceComparison:
        return SourceComparison.of(verb(survey, *args, **kwargs))

    return method
