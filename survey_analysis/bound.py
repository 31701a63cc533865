"""The results users meet: the data of `results` with verbs. Numbers come from below, looks from above them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeVar

from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest, names_of
from survey_analysis.estimation.combine import Coefficients, Function, contrast, transform
from survey_analysis.estimation.subset import subset
from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.built import BuiltReport
from survey_analysis.results.crosstab import BookData, CrosstabData
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.jsonform import estimate_json, test_json
from survey_analysis.results.test import TestData
from survey_analysis.significance.compare import compare as compare_rows
from survey_analysis.significance.extremes import Extremes, extremes
from survey_analysis.significance.omnibus import omnibus
from survey_analysis.tables.crosstabs import crosstab_table
from survey_analysis.tables.estimates import estimate_table, test_table
from survey_analysis.tables.model import Table
from survey_analysis.typing import Adjustment, Base, DegreesOfFreedom, EstimateDf
from survey_analysis.wording.comparisons import sentence_test
from survey_analysis.wording.explain import explain_estimate, explain_test
from survey_analysis.wording.levels import sentence

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

P = ParamSpec("P")
T = TypeVar("T")
EstimateKind = Literal["headline", "likert", "dots"]
TestFigure = Literal["differences", "ratios"]


def _fields(data: object, kind: type) -> dict[str, object]:
    return {f.name: getattr(data, f.name) for f in fields(kind)}


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
        return cls(**_fields(data, TestData))  # type: ignore[arg-type]

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

    def explain(self) -> str:
        """How the test was made, with sources."""
        return explain_test(self)

    def largest(self) -> Extremes:
        """The largest ratio with its simultaneous interval, the median and the smallest beside it."""
        return extremes(self)

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
        return cls(**_fields(data, EstimateData))  # type: ignore[arg-type]

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
    if estimate.topic.statistic == "proportion" and not estimate.topic.answers:
        return "likert"
    return "headline" if estimate.topic.unit == "share" and len(estimate) == 1 else "dots"


@dataclass(frozen=True, eq=False, repr=False)
class Crosstab(CrosstabData):
    """One banner table."""

    @classmethod
    def of(cls, data: CrosstabData) -> Crosstab:
        """Add the verbs to crosstab data."""
        return cls(**_fields(data, CrosstabData))  # type: ignore[arg-type]

    def table(self) -> Table:
        """The crosstab as a table, for display."""
        return crosstab_table(self)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


@dataclass(frozen=True, eq=False, repr=False)
class Book(BookData):
    """Banner tables in questionnaire order, addressed by question."""

    @classmethod
    def of(cls, data: BookData) -> Book:
        """Add the verbs to book data."""
        return cls(**_fields(data, BookData))  # type: ignore[arg-type]

    def __getitem__(self, question: str) -> Crosstab:
        for table in self.tables:
            if table.topic.question == question:
                return Crosstab.of(table)
        raise ColumnNotFoundError(
            f"The book has no table of '{question}'.",
            hint=closest(question, [t.topic.question for t in self.tables]),
        )

    def __iter__(self) -> Iterator[Crosstab]:
        return (Crosstab.of(t) for t in self.tables)

    def to_excel(self, path: str) -> None:
        """Write the book as a workbook: an index, one sheet a table, how to read it."""
        from survey_analysis.reporting.tabbook import write_tabbook  # noqa: PLC0415  only when written

        write_tabbook(self, path)

    def __repr__(self) -> str:
        return "\n\n".join(repr(t) for t in self)

    def _repr_html_(self) -> str:
        return "".join(t._repr_html_() for t in self)


@dataclass(frozen=True, eq=False, repr=False)
class SurveyReport(BuiltReport):
    """A report ready to write: its document, charts and results, and the survey they came from."""

    survey: SurveyData | None = None

    @classmethod
    def of(cls, built: BuiltReport, survey: SurveyData) -> SurveyReport:
        """Add the survey and the verbs to a built report."""
        return cls(**_fields(built, BuiltReport), survey=survey)  # type: ignore[arg-type]

    def save(
        self,
        folder: str | Path,
        name: str = "report",
        *,
        formats: Sequence[str] = ("html", "pdf", "xlsx"),
        extras: bool = True,
    ) -> tuple[Path, ...]:
        """Write the report: all files or none.

        Parameters
        ----------
        folder : path
            Made if it does not exist.
        name : str
            `<name>.html`, `<name>.pdf`, `<name>.xlsx`; the rest goes into the folder `<name>`.
        formats : sequence of {"html", "pdf", "xlsx"}
        extras : bool
            Also figures (SVG, PNG), tidy results (CSV, JSON) and the resolved study.

        Raises
        ------
        ReportError
            An unknown format; a folder that cannot be written.
        """
        from survey_analysis.reporting.write import write_report  # noqa: PLC0415  only when written

        assert self.survey is not None  # noqa: S101  `of` sets it
        return write_report(self, self.survey, Path(folder), name, formats=formats, extras=extras)

    def __repr__(self) -> str:
        sections = ", ".join(f"{s.number} {s.title}" for s in self.document.sections)
        return f"<Report {self.document.title}: {sections}>"


S = TypeVar("S")


def estimates(verb: Callable[Concatenate[S, P], EstimateData]) -> Callable[Concatenate[S, P], Estimate]:
    """A verb of the survey that returns an `Estimate`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Estimate:
        return Estimate.of(verb(survey, *args, **kwargs))

    return method


def tests(verb: Callable[Concatenate[S, P], TestData]) -> Callable[Concatenate[S, P], Test]:
    """A verb of the survey that returns a `Test`; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Test:
        return Test.of(verb(survey, *args, **kwargs))

    return method


def tabulates(verb: Callable[Concatenate[S, P], BookData]) -> Callable[Concatenate[S, P], Book]:
    """A verb of the survey that returns a `Book`."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Book:
        return Book.of(verb(survey, *args, **kwargs))

    return method
