"""`Rates`: mean counts of two groups compared by category, with their verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from survey_analysis.bound.estimates import Estimate
from survey_analysis.bound.extremes import Extremes
from survey_analysis.bound.tests import Test
from survey_analysis.bound.values import values_of
from survey_analysis.errors import EstimationError
from survey_analysis.results.jsonform import rows_json
from survey_analysis.results.rates import RatesData
from survey_analysis.tables.model import Table
from survey_analysis.tables.rates import rates_table
from survey_analysis.wording.rates import explain_rates, rates_sentence

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")
S = TypeVar("S")


@dataclass(frozen=True, eq=False, repr=False)
class Rates(RatesData):
    """Ratios of mean counts by category, the negative binomial ones beside them, and the largest.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"g": list("aaabbb"), "n": [4, 9, 2, 1, 3, 0]})
    >>> rates = sa.read(data).compare_rates("n", groups=["a", "b"], between="g")
    >>> rates.means["a"].value, round(float(rates.rows["ratio"].iloc[0]), 2)
    (5.0, 3.75)
    """

    @classmethod
    def of(cls, data: RatesData) -> Rates:
        """Add the verbs to the data."""
        return cls(**values_of(data, RatesData))

    @property
    def means(self) -> Estimate:
        """The mean counts."""
        return Estimate.of(self.estimate)

    @property
    def ratios(self) -> Test:
        """The ratios of mean counts, jointly."""
        return Test.of(self.test)

    def largest(self) -> Extremes:
        """The largest ratio with its simultaneous interval, the median and the smallest beside it."""
        if self.extremes is None:
            raise EstimationError(
                "There are not two ratios to choose the largest from.", hint="name categories with by=."
            )
        return Extremes.of(self.extremes)

    def table(self) -> Table:
        """Both ratios by category, for display."""
        return rates_table(self)

    def sentence(self, what: str = "") -> str:
        """The largest ratio and what must stand beside it; `what` names the events."""
        return rates_sentence(self, what)

    def explain(self) -> str:
        """How both ratios were made, with sources."""
        return explain_rates(self)

    def to_json(self) -> str:
        """Versioned JSON of rows and origin."""
        more = {"level": self.level, "adjusted_for": list(self.adjusted_for)}
        return rows_json("rates", self.rows, more, self.provenance)

    def plot(self, *, title: str | None = None, **style: Any) -> Chart:
        """Draw the ratios of mean counts by category, on a log axis."""
        from survey_analysis.figures.plot import plot  # noqa: PLC0415  matplotlib only when drawn

        return plot(self.test, "ratios", title=title, **style)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def rates(verb: Callable[Concatenate[S, P], RatesData]) -> Callable[Concatenate[S, P], Rates]:
    """A verb of the survey that returns `Rates`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Rates:
        return Rates.of(verb(survey, *args, **kwargs))

    return method
