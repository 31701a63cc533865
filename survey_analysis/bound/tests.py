"""`Test`: comparisons or omnibus tests with their verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar

from survey_analysis.bound.extremes import Extremes
from survey_analysis.bound.values import values_of
from survey_analysis.errors import EstimationError
from survey_analysis.results.jsonform import test_json
from survey_analysis.results.test import TestData
from survey_analysis.significance.extremes import extremes
from survey_analysis.tables.estimates import test_table
from survey_analysis.tables.model import Table
from survey_analysis.wording.apa import apa_rows
from survey_analysis.wording.comparisons import sentence_test
from survey_analysis.wording.explain import explain_test

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")
S = TypeVar("S")
TestFigure = Literal["differences", "ratios"]


@dataclass(frozen=True, eq=False, repr=False)
class Test(TestData):
    """Comparisons or omnibus tests: read them, say them, draw them.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"g": ["a", "a", "b", "b"], "y": [1, 2, 4, 10]})
    >>> test = sa.read(data).ttest("y", by="g")
    >>> round(test.statistic, 3), round(test.p_value, 3)
    (2.215, 0.259)
    """

    __test__ = False

    @classmethod
    def of(cls, data: TestData) -> Test:
        """Add the verbs to test data."""
        return cls(**values_of(data, TestData))

    @property
    def p_value(self) -> float:
        """The p-value of a one-row result, not adjusted."""
        return self._only("p_value")

    @property
    def statistic(self) -> float:
        """The statistic of a one-row result."""
        return self._only("statistic")

    def _only(self, name: str) -> float:
        if len(self) != 1:
            raise EstimationError(
                f".{name} needs one row; there are {len(self)}.", hint="use .to_frame() for all of them."
            )
        return float(self.rows[name].iloc[0])

    def table(self) -> Table:
        """The tests as a table, for display."""
        return test_table(self)

    def sentence(self) -> str:
        """What the tests license to say, one sentence a comparison."""
        return sentence_test(self)

    def apa(self) -> tuple[str, ...]:
        """Each row as an APA 7 string: t or F with degrees of freedom, p, and the interval its sample licenses."""
        return apa_rows(self)

    def explain(self) -> str:
        """How the test was made, with sources."""
        return explain_test(self)

    def largest(self) -> Extremes:
        """The largest ratio with its simultaneous interval, the median and the smallest beside it."""
        return Extremes.of(extremes(self))

    def to_json(self) -> str:
        """Versioned JSON of rows, family and origin."""
        return test_json(self)

    def plot(self, kind: TestFigure | None = None, *, title: str | None = None, **style: Any) -> Chart:
        """Draw the comparisons: "differences" or "ratios"."""
        from survey_analysis.figures.plot import plot  # noqa: PLC0415  matplotlib only when drawn

        return plot(self, kind or ("ratios" if self.kind == "ratio" else "differences"), title=title, **style)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def tests(verb: Callable[Concatenate[S, P], TestData]) -> Callable[Concatenate[S, P], Test]:
    """A verb of the survey that returns a `Test`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Test:
        return Test.of(verb(survey, *args, **kwargs))

    return method
