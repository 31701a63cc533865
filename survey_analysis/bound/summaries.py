"""`Summary` and `Different`: pages of a book beside its tables, with their verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey_analysis.bound.values import values_of
from survey_analysis.results.different import DifferentData
from survey_analysis.results.summary import SummaryData
from survey_analysis.tables.different import different_table
from survey_analysis.tables.model import Table
from survey_analysis.tables.summaries import summary_table
from survey_analysis.wording.different import different_sentence


@dataclass(frozen=True, eq=False, repr=False)
class Summary(SummaryData):
    """One statistic of every item of a grid across the banner."""

    @classmethod
    def of(cls, data: SummaryData) -> Summary:
        """Add the verbs to summary data."""
        return cls(**values_of(data, SummaryData))

    def table(self, **layout: Any) -> Table:
        """The page as a table: `decimals`, `bases`, `under` ("each", "first"), `letters`, `intervals`.

        Examples
        --------
        >>> import survey_analysis as sa
        >>> survey = sa.datasets.load("micro_influencer").clean().weight()
        >>> page = survey.tabulate("follow", summary="top2").summary("follow")
        >>> [row.label for row in page.table(bases=["unweighted"]).rows][:2]
        ['Micro-influencer', 'Base (unweighted)']
        """
        return summary_table(self, **layout)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


@dataclass(frozen=True, eq=False, repr=False)
class Different(DifferentData):
    """What is different about each column of a book."""

    @classmethod
    def of(cls, data: DifferentData) -> Different:
        """Add the verbs to the tests."""
        return cls(**values_of(data, DifferentData))

    def table(self, *, top: int = 8) -> Table:
        """The `top` largest departures of each column."""
        return different_table(self, top=top)

    def findings(self, *, top: int = 3) -> tuple[str, ...]:
        """A sentence for each of the `top` largest departures of each column, as far as they are licensed.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> data = pd.DataFrame({"q": ["a"] * 90 + ["b"] * 110, "g": ["x"] * 80 + ["y"] * 120})
        >>> sa.read(data).tabulate("q", by="g", different="rest").different().findings(top=1)[0]
        'The share answering ... (q) is ... than among the others ...'
        """
        shown = self.rows[self.rows["shown"]]
        first = [r for _, part in shown.groupby("key", sort=False) for r in part.head(top).to_dict("records")]
        said = [different_sentence(self, {str(k): v for k, v in r.items()}) for r in first]
        return tuple(s for s in said if s)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()
