"""`Estimate`: estimates with their covariance and their verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar

from survey_analysis.bound.tests import Test
from survey_analysis.bound.values import values_of
from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest, names_of
from survey_analysis.estimation.combine import Coefficients, Function, contrast, transform
from survey_analysis.estimation.subset import subset
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.jsonform import estimate_json
from survey_analysis.significance.compare import compare as compare_rows
from survey_analysis.significance.omnibus import omnibus
from survey_analysis.tables.estimates import estimate_table
from survey_analysis.tables.model import Table
from survey_analysis.typing import Adjustment, Base, DegreesOfFreedom, EstimateDf
from survey_analysis.wording.explain import explain_estimate
from survey_analysis.wording.levels import sentence

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")
S = TypeVar("S")
EstimateKind = Literal["headline", "likert", "dots"]


@dataclass(frozen=True, eq=False, repr=False)
class Estimate(EstimateData):
    """Estimates with their covariance: read, address, compare, say, draw, explain.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"g": ["a", "a", "b", "b"], "y": [1, 2, 4, 10]})
    >>> means = sa.read(data).mean("y", by="g")
    >>> means["a"].value, round(means["a"].std_error, 3)
    (1.5, 0.408)
    >>> round(means.contrast({"b - a": {"b": 1, "a": -1}}).value, 9)
    5.5
    """

    @classmethod
    def of(cls, data: EstimateData) -> Estimate:
        """Add the verbs to estimate data."""
        return cls(**values_of(data, EstimateData))

    @property
    def value(self) -> float:
        """The estimate of a one-row result."""
        return float(self._only("value")["estimate"])

    @property
    def std_error(self) -> float:
        """The standard error of a one-row result."""
        return float(self._only("std_error")["std_error"])

    @property
    def interval(self) -> tuple[float, float]:
        """The interval of a one-row result."""
        row = self._only("interval")
        return float(row["conf_low"]), float(row["conf_high"])

    def _only(self, name: str) -> dict[str, float]:
        if len(self) != 1:
            raise EstimationError(
                f".{name} needs one row; there are {len(self)}.",
                where="rows: " + ", ".join(" / ".join(labels) for labels in self._labels()[:8]),
                hint="address one, as in seen['micro'], or use .to_frame().",
            )
        return dict(self.rows.iloc[0])

    def _labels(self) -> list[tuple[str, ...]]:
        levels = self.rows["level"].tolist() if "level" in self.rows else [None] * len(self)
        out = []
        for keys, level in zip(self.keys, levels, strict=True):
            names = [d.label_of(k) for d, k in zip(self.dims, keys, strict=True)]
            out.append((*names, *([str(level)] if level is not None else [])) or ("all",))
        return out

    def __getitem__(self, name: str | tuple[str, ...]) -> Estimate:
        """Rows whose dimensions (and answer) carry these labels or keys."""
        wanted = names_of(name, "the row")
        found = [i for i in range(len(self)) if all(w in self._names(i) for w in wanted)]
        if not found:
            known = sorted({n for i in range(len(self)) for n in self._names(i)})
            missing = next((w for w in wanted if w not in known), " / ".join(wanted))
            raise ColumnNotFoundError(f"There is no row '{missing}'.", hint=closest(missing, known))
        return Estimate.of(subset(self, found))

    def _names(self, i: int) -> set[str]:
        return set(self.keys[i]) | set(self._labels()[i])

    def __iter__(self) -> Iterator[Estimate]:
        return (Estimate.of(subset(self, [i])) for i in range(len(self)))

    def compare(
        self,
        to: str | None = None,
        *,
        dim: str | None = None,
        as_: Literal["difference", "ratio"] = "difference",
        base: Base | Literal["both"] = "both",
        adjust: Adjustment = "holm",
        df: DegreesOfFreedom = "satterthwaite",
        level: float | None = None,
    ) -> Test:
        """Compare rows: see `survey_analysis.significance.compare.compare`."""
        made = compare_rows(self, to, dim=dim, as_=as_, base=base, adjust=adjust, df=df, level=level)
        return Test.of(made)

    def contrast(
        self,
        contrasts: Mapping[str, Coefficients],
        *,
        level: float | None = None,
        df: EstimateDf = "domain",
    ) -> Estimate:
        """Linear combinations of rows: see `survey_analysis.estimation.combine.contrast`."""
        return Estimate.of(contrast(self, contrasts, level=level, df=df))

    def transform(
        self,
        functions: Mapping[str, Function],
        *,
        gradients: Mapping[str, Sequence[float]] | None = None,
        level: float | None = None,
        df: EstimateDf = "domain",
    ) -> Estimate:
        """Smooth functions of rows by the delta method: see `survey_analysis.estimation.combine.transform`."""
        return Estimate.of(transform(self, functions, gradients=gradients, level=level, df=df))

    def test(self, *, dim: str | None = None) -> Test:
        """Design-based F test that all levels are equal, one row a question."""
        return Test.of(omnibus(self, dim=dim))

    def table(self) -> Table:
        """The estimates as a table, for display."""
        return estimate_table(self)

    def sentence(self) -> str:
        """The estimates as a sentence whose subject is the base text."""
        return sentence(self)

    def explain(self) -> str:
        """Estimator, variance, degrees of freedom, interval, with sources."""
        return explain_estimate(self)

    def to_r(self) -> str:
        """R `survey` code that gives the same numbers from the file of `Survey.to_csv`."""
        code = self.r_code() if callable(self.r_code) else self.r_code
        if not code:
            raise EstimationError(
                "There is no R code for this result.",
                hint="shares, means, totals and ratios have it, on the whole estimate.",
            )
        return code

    def to_json(self) -> str:
        """Versioned JSON of rows, covariance, topic and origin."""
        return estimate_json(self)

    def plot(self, kind: EstimateKind | None = None, *, title: str | None = None, **style: Any) -> Chart:
        """Draw the estimates: "headline", "likert" or "dots"."""
        from survey_analysis.figures.plot import plot  # noqa: PLC0415  matplotlib only when drawn

        return plot(self, kind or _default_kind(self), title=title, **style)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def _default_kind(estimate: EstimateData) -> EstimateKind:
    if estimate.topic.statistic == "proportion" and not estimate.topic.answers and estimate.topic.scale:
        return "likert"
    return "headline" if estimate.topic.unit == "share" and len(estimate) == 1 else "dots"


def estimates(verb: Callable[Concatenate[S, P], EstimateData]) -> Callable[Concatenate[S, P], Estimate]:
    """A verb of the survey that returns an `Estimate`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Estimate:
        return Estimate.of(verb(survey, *args, **kwargs))

    return method
