"""`SurveyReport`: a report ready to write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from survey_analysis.bound.values import values_of
from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.built import BuiltReport


@dataclass(frozen=True, eq=False, repr=False)
class SurveyReport(BuiltReport):
    """A report ready to write: its document, charts and results, and the survey they came from."""

    survey: SurveyData | None = None

    @classmethod
    def of(cls, built: BuiltReport, survey: SurveyData) -> SurveyReport:
        """Add the survey and the verbs to a built report."""
        return cls(**values_of(built, BuiltReport), survey=survey)

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
