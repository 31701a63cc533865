"""`Crosstab` and `Book`: banner tables with their verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd

from survey_analysis.bound.summaries import Different, Summary
from survey_analysis.bound.values import values_of
from survey_analysis.errors import ColumnNotFoundError, ReportError, closest
from survey_analysis.results.crosstab import BookData, CrosstabData
from survey_analysis.results.letters import LetterAdjust
from survey_analysis.tables.crosstabs import crosstab_table
from survey_analysis.tables.layout import layout_of
from survey_analysis.tables.model import Table
from survey_analysis.tabulation.different import Sort, different
from survey_analysis.tabulation.disclosure import protect, report_of
from survey_analysis.tabulation.explain import explain_differences

P = ParamSpec("P")
S = TypeVar("S")


@dataclass(frozen=True, eq=False, repr=False)
class Crosstab(CrosstabData):
    """One banner table."""

    @classmethod
    def of(cls, data: CrosstabData) -> Crosstab:
        """Add the verbs to crosstab data."""
        return cls(**values_of(data, CrosstabData))

    def table(self, **layout: Any) -> Table:
        """The crosstab as a table, for display.

        Parameters
        ----------
        **layout
            `show` ("column", "row", "total", "index", "count", "weighted", "std_error", "interval"), `decimals`,
            `bases` ("unweighted", "weighted", "effective"), `letters` ("beside", "none"), `tests` (True, False).

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> book = sa.read(pd.DataFrame({"q": ["a", "b", "a", "b"]})).tabulate("q")
        >>> print(book["q"].table(decimals=1, bases=["unweighted"]).rows[1].cells[0].text)
        50.0
        """
        return crosstab_table(self, layout_of(**layout))

    def explain_differences(self) -> pd.DataFrame:
        """Pairs of cells whose letter differs between the convention and the design-based default, with why."""
        return explain_differences(self)

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
        return cls(**values_of(data, BookData))

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

    def summary(self, grid: str, statistic: str = "") -> Summary:
        """The summary page of a grid; with several statistics, the one named.

        Examples
        --------
        >>> import survey_analysis as sa
        >>> survey = sa.datasets.load("micro_influencer").clean().weight()
        >>> book = survey.tabulate("follow", summary=["top2", "mean"])
        >>> book.summary("follow", "mean").items[0]
        'Micro-influencer'
        """
        for page in self.summaries:
            if page.grid == grid and statistic in ("", page.statistic):
                return Summary.of(page)
        known = [f"{p.grid}, {p.statistic}" for p in self.summaries]
        raise ColumnNotFoundError(
            f"The book has no summary '{', '.join(x for x in (grid, statistic) if x)}'.",
            hint=closest(grid, known) if known else 'tabulate with summary=["top2"].',
        )

    def different(self, *, adjust: LetterAdjust = "bh", level: float = 0.95, sort: Sort = "t") -> Different:
        """What is different about each column, over all tables of the book.

        Made with `tabulate(different="rest")` (or letters against one side). `adjust` is over every test of the book;
        `sort` puts the largest |t| ("t") or the largest difference ("points") first.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> data = pd.DataFrame({"q": ["a"] * 90 + ["b"] * 110, "g": ["x"] * 80 + ["y"] * 120})
        >>> sa.read(data).tabulate("q", by="g", different="rest").different().tests
        4
        """
        return Different.of(different(self, adjust=adjust, level=level, sort=sort))

    def explain_differences(self) -> pd.DataFrame:
        """Of every table: pairs of cells whose letter differs between the convention and the default, with why."""
        parts = [explain_differences(t).assign(question=t.topic.question) for t in self.tables if t.letters]
        out = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
        return out[["question", *(c for c in out.columns if c != "question")]] if parts else out

    def protect(self, *, minimum: int = 10, rounding: int = 0) -> Book:
        """A book without its small cells, and without others that would give them away.

        Parameters
        ----------
        minimum : int
            Fewest people of a cell that is shown.
        rounding : int
            Counts and bases in multiples of this; 0: not rounded.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> data = pd.DataFrame({"q": ["a"] * 3 + ["b"] * 47 + ["c"] * 50, "g": ["x", "y"] * 50})
        >>> book = sa.read(data).tabulate("q", by="g").protect(minimum=5)
        >>> book.protection["why"].value_counts().to_dict()
        {'primary': 3, 'complementary': 3}
        """
        return Book.of(protect(self, minimum=minimum, rounding=rounding))

    @property
    def protection(self) -> pd.DataFrame:
        """Withheld cells, one a row: `question, subject, level, column, why`."""
        return report_of(self)

    def save(self, path: str | Path, **layout: Any) -> None:
        """Write the book: .xlsx, .html, .pdf, .docx, .md, .tex or .txt, by the suffix of the path.

        Parameters
        ----------
        path : path
        **layout
            As in `Crosstab.table`.

        Raises
        ------
        ReportError
            An unknown format or option; no table; a folder that cannot be written; a table wider than a worksheet.
        MissingExtraError
            .docx without the extra `office`.
        """
        from survey_analysis.reporting.tabbook import write_tabbook  # noqa: PLC0415  only when written

        write_tabbook(self, path, layout_of(**layout), extra=self.pages_before())

    def to_excel(self, path: str | Path, **layout: Any) -> None:
        """Write the book as a workbook: an index, one sheet a table, how to read it; percent with one decimal."""
        self.save(suffixed(path, ".xlsx"), **{"decimals": 1, **layout})

    def to_html(self, path: str | Path, **layout: Any) -> None:
        """Write the book as one page that asks for nothing: contents, tables, how to read them."""
        self.save(suffixed(path, ".html"), **layout)

    def to_docx(self, path: str | Path, **layout: Any) -> None:
        """Write the book as a Word document (extra `office`)."""
        self.save(suffixed(path, ".docx"), **layout)

    def __repr__(self) -> str:
        return "\n\n".join(repr(page) for page in self._pages())

    def _repr_html_(self) -> str:
        return "".join(page._repr_html_() for page in self._pages())

    def pages_before(self) -> tuple[tuple[str, Table], ...]:
        """Name and table of the pages that stand before the tables of a written book: summaries, what is different."""
        pages = [("What is different", self.different().table())] if self.departures else []
        summed = [Summary.of(page) for page in self.summaries]
        return (
            *pages,
            *((f"Summary {page.topic.short or page.topic.question}", page.table()) for page in summed),
        )

    def _pages(self) -> Iterator[Crosstab | Summary | Different]:
        """Everything of the book in printed order."""
        if self.departures:
            yield self.different()
        yield from (Summary.of(page) for page in self.summaries)
        yield from self


def suffixed(path: str | Path, suffix: str) -> Path:
    """The path, which has to end in that suffix."""
    target = Path(path)
    if target.suffix.lower() != suffix:
        raise ReportError(
            f"'{target.name}' does not end in {suffix}.",
            hint=f"give '{target.stem}{suffix}', or call save().",
        )
    return target


def tabulates(verb: Callable[Concatenate[S, P], BookData]) -> Callable[Concatenate[S, P], Book]:
    """A verb of the survey that returns a `Book`."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Book:
        return Book.of(verb(survey, *args, **kwargs))

    return method
