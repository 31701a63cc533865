"""`Topline`: every question with its answers, ready to write."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from survey_analysis.bound.books import suffixed
from survey_analysis.bound.values import values_of
from survey_analysis.errors import ColumnNotFoundError, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.topline import ToplineData
from survey_analysis.tables.model import Table
from survey_analysis.tables.topline import topline_table

P = ParamSpec("P")
S = TypeVar("S", bound=SurveyData)


@dataclass(frozen=True, eq=False, repr=False)
class Topline(ToplineData):
    """Every question in questionnaire order with wording, base and answers."""

    survey: SurveyData | None = None

    @classmethod
    def of(cls, data: ToplineData, survey: SurveyData) -> Topline:
        """Add the survey and the verbs to a topline."""
        return cls(**values_of(data, ToplineData), survey=survey)

    def __getitem__(self, question: str) -> Table:
        """The table of one question."""
        made = {q.name: table for q in self.questions if (table := topline_table(q)) is not None}
        if question not in made:
            raise ColumnNotFoundError(
                f"The topline has no table of '{question}'.", hint=closest(question, list(made))
            )
        return made[question]

    def save(self, path: str | Path) -> None:
        """Write the topline: .html, .pdf, .docx, .xlsx, .md or .txt, by the suffix of the path.

        Parameters
        ----------
        path : path

        Raises
        ------
        ReportError
            An unknown format; a folder that cannot be written.
        MissingExtraError
            .docx without the extra `office`.

        Examples
        --------
        >>> import pandas as pd, survey_analysis as sa
        >>> from tempfile import TemporaryDirectory
        >>> study = {"questions": {"q": {"text": "Do you?", "levels": ["no", "yes"]}}}
        >>> survey = sa.read(pd.DataFrame({"q": ["yes", "no", "yes", ""]}), study=study)
        >>> with TemporaryDirectory() as folder:
        ...     survey.topline().save(f"{folder}/topline.html")
        """
        from survey_analysis.reporting.topline import write_topline  # noqa: PLC0415  only when written

        assert self.survey is not None  # noqa: S101  `of` sets it
        write_topline(self, self.survey, path)

    def to_html(self, path: str | Path) -> None:
        """Write the topline as one page that asks for nothing."""
        self.save(suffixed(path, ".html"))

    def to_pdf(self, path: str | Path) -> None:
        """Write the topline as a PDF with tags."""
        self.save(suffixed(path, ".pdf"))

    def to_docx(self, path: str | Path) -> None:
        """Write the topline as a Word document (extra `office`)."""
        self.save(suffixed(path, ".docx"))

    def to_excel(self, path: str | Path) -> None:
        """Write the topline as a workbook, a sheet a question."""
        self.save(suffixed(path, ".xlsx"))

    def __repr__(self) -> str:
        return "\n\n".join(repr(t) for q in self.questions if (t := topline_table(q)) is not None)

    def _repr_html_(self) -> str:
        return "".join(t._repr_html_() for q in self.questions if (t := topline_table(q)) is not None)


def toplines(verb: Callable[Concatenate[S, P], ToplineData]) -> Callable[Concatenate[S, P], Topline]:
    """A verb of the survey that returns a `Topline`."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Topline:
        return Topline.of(verb(survey, *args, **kwargs), survey)

    return method
