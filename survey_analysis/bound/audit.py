"""`BaseAudit`: routing against data, as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from survey_analysis.bound.values import values_of
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.audit import BaseAuditData
from survey_analysis.tables.audit import audit_table
from survey_analysis.tables.model import Table
from survey_analysis.wording.audit import audit_notes

P = ParamSpec("P")
S = TypeVar("S", bound=SurveyData)


@dataclass(frozen=True, eq=False, repr=False)
class BaseAudit(BaseAuditData):
    """Whom the routing says were asked, against who has an answer."""

    @classmethod
    def of(cls, data: BaseAuditData) -> BaseAudit:
        """Add the verbs to an audit."""
        return cls(**values_of(data, BaseAuditData))

    def table(self) -> Table:
        """The audit as a table, one row a routed question."""
        return audit_table(self)

    def __repr__(self) -> str:
        return repr(self.table()) if self.lines else audit_notes(self)[0]

    def _repr_html_(self) -> str:
        return self.table()._repr_html_() if self.lines else f"<p>{audit_notes(self)[0]}</p>"


def audits(verb: Callable[Concatenate[S, P], BaseAuditData]) -> Callable[Concatenate[S, P], BaseAudit]:
    """A verb of the survey that returns a `BaseAudit`."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> BaseAudit:
        return BaseAudit.of(verb(survey, *args, **kwargs))

    return method
