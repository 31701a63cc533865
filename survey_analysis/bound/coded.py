"""`Coded`: coded open answers with their verbs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from survey_analysis.bound.estimates import Estimate
from survey_analysis.bound.tests import Test
from survey_analysis.bound.values import values_of
from survey_analysis.openends.coded import CodedData
from survey_analysis.openends.double_coding import agreement
from survey_analysis.openends.quotes import quotes
from survey_analysis.openends.scrub import Capitals
from survey_analysis.results.jsonform import records, rows_json
from survey_analysis.tables.model import Table
from survey_analysis.tables.open_ends import coded_table
from survey_analysis.wording.open_ends import coded_sentence, explain_coded

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")
S = TypeVar("S")


@dataclass(frozen=True, eq=False, repr=False)
class Coded(CodedData):
    """An open question coded by a keyword frame: shares, coverage, what stayed uncoded, quotes, agreement.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> codes = {"price": {"label": "Price", "words": ["cheap*", "price"]}}
    >>> study = {"questions": {"why": {"column": "why", "kind": "open"}},
    ...     "frames": {"reasons": {"question": "why", "codes": codes}}}
    >>> data = pd.DataFrame({"why": ["The price!", "not cheap", "my sister", "cheapest"]})
    >>> coded = sa.read(data, study=study).code("why")
    >>> coded.estimate["Price"].value, coded.counts["other"].tolist()
    (0.5, [2])
    """

    @classmethod
    def of(cls, data: CodedData) -> Coded:
        """Add the verbs to coded answers."""
        return cls(**values_of(data, CodedData))

    @property
    def estimate(self) -> Estimate:
        """Weighted shares of the codes, by subject: compare, plot, address them like any estimate."""
        return Estimate.of(self.shares)

    def quotes(self, *, each: int = 1, capitals: Capitals = "names") -> pd.DataFrame:
        """Quotes by the stated rule: see `survey_analysis.openends.quotes.quotes`."""
        return quotes(self, each=each, capitals=capitals)

    def agreement(self, other: str, *, level: float = 0.95) -> Test:
        """Cohen's kappa with another coding: see `survey_analysis.openends.double_coding.agreement`."""
        return Test.of(agreement(self, other, level=level))

    def table(self) -> Table:
        """Codes by subject with intervals and bases, for display."""
        return coded_table(self)

    def sentence(self) -> str:
        """The largest reasons and the coverage of the frame."""
        return coded_sentence(self)

    def explain(self) -> str:
        """How answers became codes, what the shares are of, how quotes are chosen."""
        return explain_coded(self)

    def to_json(self) -> str:
        """Versioned JSON of shares, counts and origin; no text of anybody's."""
        more = {"question": self.question, "frame": self.frame, "counts": records(self.counts)}
        return rows_json("coded", self.shares.rows, more, self.provenance)

    def plot(self, *, title: str | None = None, **style: Any) -> Chart:
        """Draw the shares of the codes with their intervals."""
        from survey_analysis.figures.plot import plot  # noqa: PLC0415  matplotlib only when drawn

        return plot(self.shares, "dots", title=title, **{"rows": "answer", **style})

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def codes(verb: Callable[Concatenate[S, P], CodedData]) -> Callable[Concatenate[S, P], Coded]:
    """A verb of the survey that returns `Coded`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Coded:
        return Coded.of(verb(survey, *args, **kwargs))

    return method
