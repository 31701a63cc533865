"""`Extremes`: the largest of several ratios with its verbs."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from survey_analysis.bound.values import values_of
from survey_analysis.results.extremes import ExtremesData
from survey_analysis.results.jsonform import rows_json
from survey_analysis.tables.model import Table
from survey_analysis.tables.rates import extremes_table
from survey_analysis.wording.rates import explain_extremes
from survey_analysis.wording.ratios import extremes_text


@dataclass(frozen=True, repr=False)
class Extremes(ExtremesData):
    """The largest ratio of a pre-listed set, never without the median and the smallest.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"x": list("uuuuvvvv"), "g": list("aabb") * 2, "n": [4, 6, 1, 3, 7, 9, 4, 4]})
    >>> talk = sa.read(data).mean("n", by=["x", "g"]).compare(to="b", as_="ratio", base="own")
    >>> found = talk.largest()
    >>> round(found.largest, 2), found.largest_label, round(found.median, 2)
    (2.5, 'u', 2.25)
    """

    @classmethod
    def of(cls, data: ExtremesData) -> Extremes:
        """Add the verbs to the data."""
        return cls(**values_of(data, ExtremesData))

    def table(self) -> Table:
        """Largest, median and smallest, on all answers and on fewer, for display."""
        return extremes_table(self)

    def sentence(self, what: str = "") -> str:
        """Say "up to k times as many", where licensed, with median, smallest, sensitivity and rounding.

        `what` names the events ("recommendations a week").
        """
        return extremes_text(self, what)

    def explain(self) -> str:
        """How the largest, its interval and the sensitivity were found, with sources."""
        return explain_extremes(self)

    def to_json(self) -> str:
        """Versioned JSON of the rows, rounding and origin."""
        return rows_json(
            "extremes",
            self.to_frame(),
            {
                "a": self.a,
                "b": self.b,
                "level": self.level,
                "undefined": list(self.undefined),
                "heaping": [asdict(h) for h in self.heaping],
            },
            self.provenance,
        )

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()
