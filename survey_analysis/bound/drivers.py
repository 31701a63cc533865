"""`Drivers` and `DriverPoints`: what an outcome is associated with, with their verbs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar

import pandas as pd

from survey_analysis.bound.values import values_of
from survey_analysis.drivers.points import points
from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest
from survey_analysis.results.drivers import DriversData, Per, PointsData
from survey_analysis.results.jsonform import drivers_json, points_json
from survey_analysis.tables.drivers import drivers_table, points_table
from survey_analysis.tables.model import Table
from survey_analysis.wording.driver_points import explain_points, sentence_points
from survey_analysis.wording.drivers import (
    explain_drivers,
    group_name,
    sentence_drivers,
)

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")
S = TypeVar("S")
DriversFigure = Literal["drivers", "quadrant"]


@dataclass(frozen=True, eq=False, repr=False)
class DriverPoints(PointsData):
    """Points in the share of the top answers that go with a higher predictor.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> y, x = [1, 2, 3, 1, 2, 3, 2, 3, 1, 2], [1, 2, 3, 2, 3, 3, 1, 4, 2, 2]
    >>> found = sa.read(pd.DataFrame({"y": y, "x": x})).drivers("y", on="x", answers=["3"], bootstrap=0)
    >>> round(float(found.points().to_frame()["p_value"][0]), 2)
    0.02
    """

    @classmethod
    def of(cls, data: PointsData) -> DriverPoints:
        """Add the verbs to the data."""
        return cls(**values_of(data, PointsData))

    def table(self) -> Table:
        """The points as a table, for display."""
        return points_table(self)

    def sentence(self) -> str:
        """So many points with each predictor higher, in licensed words."""
        return sentence_points(self)

    def explain(self) -> str:
        """Model, averages and variance, with sources."""
        return explain_points(self)

    def to_json(self) -> str:
        """Versioned JSON of rows, covariance, topic and origin."""
        return points_json(self)

    def plot(self, *, title: str | None = None, **style: Any) -> Chart:
        """Draw the points with their intervals."""
        from survey_analysis.figures.plot_drivers import plot_drivers  # noqa: PLC0415  matplotlib only when drawn

        return plot_drivers(self, "points", title=title, **style)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


@dataclass(frozen=True, eq=False, repr=False)
class Drivers(DriversData):
    """What an outcome is associated with: shares of R² among predictors, side by side.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1, 2, 2, 4, 5, 3, 4, 5], "a": [1, 2, 3, 3, 5, 2, 4, 4], "b": [2, 1, 1, 3, 2, 3, 1, 3]})
    >>> found = sa.read(data).drivers("y", on=["a", "b"], bootstrap=0)
    >>> found["johnson"].round(3).to_dict()
    {'a': 0.774, 'b': 0.172}
    """

    @classmethod
    def of(cls, data: DriversData) -> Drivers:
        """Add the verbs to the data."""
        return cls(**values_of(data, DriversData))

    @property
    def r2(self) -> float:
        """R² of a result with one group."""
        if len(self.fits) != 1:
            raise EstimationError(
                f".r2 needs one group; there are {len(self.fits)}.", hint="use .fits for all of them."
            )
        return float(self.fits["r2"].iloc[0])

    def __getitem__(self, measure: str) -> pd.Series | pd.DataFrame:
        """Values of a measure by predictor; with several groups one column each."""
        if measure not in self.methods:
            raise ColumnNotFoundError(
                f"There is no measure '{measure}'.", hint=closest(measure, self.methods)
            )
        rows = self.rows[self.rows["measure"] == measure]
        names = [group_name(self, r) for r in rows.to_dict("records")]
        values = rows["estimate"].to_numpy().reshape(len(self.fits), -1)
        wide = pd.DataFrame(values.T, [n for n, _ in self.predictors], list(dict.fromkeys(names)))
        return wide.iloc[:, 0].rename(measure) if len(self.fits) == 1 else wide

    def points(
        self,
        *,
        top: int | None = None,
        answers: Sequence[str] | None = None,
        per: Per = "point",
        level: float | None = None,
    ) -> DriverPoints:
        """Points in the top answers with a higher predictor: see `survey_analysis.drivers.points.points`."""
        return DriverPoints.of(points(self, top=top, answers=answers, per=per, level=level))

    def table(self) -> Table:
        """The measures as a table, for display."""
        return drivers_table(self)

    def sentence(self) -> str:
        """R² and shares of every group, in licensed words."""
        return sentence_drivers(self)

    def explain(self) -> str:
        """Estimator, pooling, intervals and base, with sources."""
        return explain_drivers(self)

    def to_json(self) -> str:
        """Versioned JSON of rows, covariance, topic and origin."""
        return drivers_json(self)

    def plot(self, kind: DriversFigure = "drivers", *, title: str | None = None, **style: Any) -> Chart:
        """Draw the shares ("drivers"), or share of R² against mean score ("quadrant")."""
        from survey_analysis.figures.plot_drivers import plot_drivers  # noqa: PLC0415  matplotlib only when drawn

        return plot_drivers(self, kind, title=title, **style)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def driven(verb: Callable[Concatenate[S, P], DriversData]) -> Callable[Concatenate[S, P], Drivers]:
    """A verb of the survey that returns `Drivers`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Drivers:
        return Drivers.of(verb(survey, *args, **kwargs))

    return method
