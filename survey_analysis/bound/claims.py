"""`Claims`: declared claims with their verdicts, to read, print and keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from survey_analysis.bound.values import values_of
from survey_analysis.results.claims import ClaimsData
from survey_analysis.results.jsonform import rows_json
from survey_analysis.tables.claims import claims_table, claims_text
from survey_analysis.tables.model import Table

P = ParamSpec("P")
S = TypeVar("S")


@dataclass(frozen=True, eq=False, repr=False)
class Claims(ClaimsData):
    """Declared claims, each with its estimate, the licence it needs and a verdict.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> study = {"claims": [{"text": "Nearly all say yes", "says": "q.share('yes') > 50%"}]}
    >>> found = sa.read(pd.DataFrame({"q": ["yes"] * 80 + ["no"] * 40}), study=study).claims()
    >>> found.hold, found.to_frame()["verdict"].tolist()
    (False, ['overclaimed'])
    """

    @classmethod
    def of(cls, data: ClaimsData) -> Claims:
        """Add the verbs to checked claims."""
        return cls(**values_of(data, ClaimsData))

    def table(self) -> Table:
        """One row a claim, for display."""
        return claims_table(self)

    def to_json(self) -> str:
        """Versioned JSON of rows, family and origin."""
        family = {"adjust": self.adjust, "size": self.family}
        more = {"hold": self.hold, "family": family, "level": self.level}
        return rows_json("claims", self.rows, more, self.provenance)

    def __repr__(self) -> str:
        return claims_text(self)

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def claimed(verb: Callable[Concatenate[S, P], ClaimsData]) -> Callable[Concatenate[S, P], Claims]:
    """A verb of the survey that returns `Claims`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Claims:
        return Claims.of(verb(survey, *args, **kwargs))

    return method
