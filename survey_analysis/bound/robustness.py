"""`Robustness`: analysis paths with their verbs. Numbers come from `robustness`, looks from above it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar

import pandas as pd

from survey_analysis.bound.values import values_of
from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest
from survey_analysis.results.jsonform import robustness_json
from survey_analysis.results.robustness import RobustnessData
from survey_analysis.robustness.judge import flips, summary
from survey_analysis.tables.model import Table
from survey_analysis.tables.robustness import robustness_table
from survey_analysis.wording.robustness import explain_robustness, sensitive_text, sentence_robustness

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")
S = TypeVar("S")


@dataclass(frozen=True, eq=False, repr=False)
class Robustness(RobustnessData):
    """Every analysis path of one or several numbers, the conclusion of each, and what it hangs on.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"buy": ["yes", "no", "yes"] * 30, "w": [1, 2, 1] * 30}), weight="w")
    >>> found = survey.robustness("buy", answers=["yes"], value=0.5, over={"weights": ["none"]})
    >>> found.share_same, found.sensitive_to
    (0.5, 'the weights (none)')
    """

    @classmethod
    def of(cls, data: RobustnessData) -> Robustness:
        """Add the verbs to path data."""
        return cls(**values_of(data, RobustnessData))

    def __getitem__(self, name: str) -> Robustness:
        """One target, by its name or the level that is compared."""
        found = [t for t in self.targets if name in (t.name, t.a, t.within)]
        if not found:
            known = [x for t in self.targets for x in (t.name, t.a)]
            raise ColumnNotFoundError(f"There is no comparison or level '{name}'.", hint=closest(name, known))
        names = {t.name for t in found}
        rows = self.rows[self.rows["target"].isin(names)].reset_index(drop=True)
        return Robustness.of(replace(self, rows=rows, targets=tuple(found)))

    def summary(self) -> pd.DataFrame:
        """One row a target: see `survey_analysis.robustness.judge.summary`."""
        return summary(self)

    def flips(self) -> pd.DataFrame:
        """One row an option of one target: see `survey_analysis.robustness.judge.flips`."""
        return flips(self, self._only("flips()"))

    @property
    def share_same(self) -> float:
        """Share of the paths in which the conclusion of the declared path holds, of one target."""
        self._only("share_same")
        return float(self.rows["same"].mean())

    @property
    def range(self) -> tuple[float, float]:
        """Smallest and largest estimate of one target, among the paths in the unit of the declared one."""
        self._only("range")
        row = summary(self).iloc[0]
        return float(row["low"]), float(row["high"])

    @property
    def sensitive_to(self) -> str:
        """What the conclusion of one target hangs on; "" when it holds in 90% of the paths or more."""
        self._only("sensitive_to")
        return sensitive_text(self, self.targets[0])

    def _only(self, what: str) -> str:
        if len(self.targets) != 1:
            raise EstimationError(
                f"{what} needs one comparison or level; there are {len(self.targets)}.",
                where="there are " + ", ".join(f"'{t.name}'" for t in self.targets[:6]),
                hint=f"address one, as in found[{self.targets[0].a!r}], or use .summary().",
            )
        return self.targets[0].name

    def table(self) -> Table:
        """One row a target, or one row an option where there is one target."""
        return robustness_table(self)

    def sentence(self) -> str:
        """Range, share of paths with the same conclusion, and what it is sensitive to."""
        return sentence_robustness(self)

    def explain(self) -> str:
        """Which decisions were varied and how, what was not and why, the rules, with sources."""
        return explain_robustness(self)

    def to_json(self) -> str:
        """Versioned JSON of rows, decisions, topic and origin."""
        return robustness_json(self)

    def plot(
        self, kind: Literal["robustness"] = "robustness", *, title: str | None = None, **style: Any
    ) -> Chart:
        """Draw the paths of one target: estimates in order with intervals, and the choices of each below."""
        from survey_analysis.figures.plot import plot  # noqa: PLC0415  matplotlib only when drawn

        return plot(self, kind, title=title, **style)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def robust(verb: Callable[Concatenate[S, P], RobustnessData]) -> Callable[Concatenate[S, P], Robustness]:
    """A verb of the survey that returns a `Robustness`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Robustness:
        return Robustness.of(verb(survey, *args, **kwargs))

    return method
