"""`Plan`: people a comparison of sources needs, with its verbs."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from survey_analysis.bound.values import values_of
from survey_analysis.errors import EstimationError, SurveyAnalysisWarning
from survey_analysis.results.jsonform import rows_json
from survey_analysis.results.plan import PlanData
from survey_analysis.results.provenance import Provenance
from survey_analysis.tables.model import Table
from survey_analysis.tables.plan import plan_table
from survey_analysis.wording.check import check_text
from survey_analysis.wording.facts import Facts
from survey_analysis.wording.plan import caption_plan, explain_plan, sentence_plan

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")


@dataclass(frozen=True, eq=False, repr=False)
class Plan(PlanData):
    """People a comparison of sources needs, or the difference it can find.

    Examples
    --------
    >>> import survey_analysis as sa
    >>> found = sa.plan({"micro": 0.82, "average": 0.73}, correlation=0.3, deff=1.5, excluded=0.1)
    >>> found.n, found.completes
    (361, 402)
    """

    @classmethod
    def of(cls, data: PlanData) -> Plan:
        """Add the verbs to the data of a plan."""
        return cls(**values_of(data, PlanData))

    def table(self) -> Table:
        """Comparisons as a table, for display."""
        return plan_table(self)

    def sentence(self) -> str:
        """What the plan asks for, or can find."""
        return sentence_plan(self)

    def explain(self) -> str:
        """Formulas, sources and assumptions."""
        return explain_plan(self)

    def to_json(self) -> str:
        """Versioned JSON of the rows and what was assumed."""
        more = {
            "sources": list(self.sources), "comparisons": self.comparisons, "to": self.to, "adjust": self.adjust,
            "power": self.power, "level": self.level, "n": self.n, "completes": self.completes,
            "starts": self.starts, "invited": self.invited, "fieldwork": asdict(self.fieldwork),
        }  # fmt: skip
        return rows_json("plan", self.rows, more, Provenance("plan", population="nobody was surveyed"))

    def plot(self, *, title: str | None = None) -> Chart:
        """Draw power over the number of people."""
        from survey_analysis.figures.registry import draw  # noqa: PLC0415  matplotlib only when drawn

        if not len(self.curves):
            raise EstimationError(
                "Without differences there is no power to draw.",
                hint="give values of the sources, or difference=.",
            )
        caption = caption_plan(self)
        if title is not None:
            caption = replace(caption, title=title)
            for issue in check_text(title, Facts()):
                warnings.warn(str(issue), SurveyAnalysisWarning, stacklevel=2)
        return draw(self, "power", caption)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def plans(function: Callable[P, PlanData]) -> Callable[P, Plan]:
    """A function that returns a `Plan`; signature and docstring are those of the function."""

    @wraps(function)
    def made(*args: P.args, **kwargs: P.kwargs) -> Plan:
        return Plan.of(function(*args, **kwargs))

    return made
