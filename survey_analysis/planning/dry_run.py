"""`dry_run`: a study file carried out on simulated respondents before anybody is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from survey_analysis.bound.reports import SurveyReport
from survey_analysis.errors import EstimationError, ReportError
from survey_analysis.files import write_files
from survey_analysis.planning.looked_at import Row, look
from survey_analysis.planning.synthetic import read_study, simulate
from survey_analysis.reporting.built import BuiltReport
from survey_analysis.reporting.write import frames_csv, report_files
from survey_analysis.results.dry_run import DryRunData
from survey_analysis.survey import Survey
from survey_analysis.tables.dry_run import dry_run_table
from survey_analysis.tables.model import Table
from survey_analysis.tables.text import to_text
from survey_analysis.wording.dry_run import explain_dry_run, sentence_dry_run


@dataclass(frozen=True, eq=False, repr=False)
class DryRun(DryRunData):
    """What fails or is thin when simulated respondents go through a study file. No people were surveyed.

    Attributes
    ----------
    survey
        The simulated respondents, cleaned and weighted as far as that went.
    built
        The report, where it could be built.
    left_out
        What of the study file was not carried out, and why.
    """

    survey: Survey
    built: BuiltReport | None
    left_out: tuple[str, ...] = ()

    def table(self, *, everything: bool = False) -> Table:
        """What fails, is thin or was left out; with `everything` also what is in order."""
        return dry_run_table(self, everything=everything)

    def sentence(self) -> str:
        """How many things fail or are thin."""
        return sentence_dry_run(self)

    def explain(self) -> str:
        """How the respondents were simulated, and what was looked at."""
        return explain_dry_run(self, self.left_out)

    @property
    def report(self) -> SurveyReport:
        """The report that the study file asks for, of simulated respondents.

        Raises
        ------
        ReportError
            It cannot be built; `table()` lists why.
        """
        if self.built is None:
            raise ReportError("The report cannot be built.", hint="table() lists what stands in the way.")
        return SurveyReport.of(self.built, self.survey)

    def save(
        self, folder: str | Path, *, formats: Sequence[str] = ("html",), extras: bool = False
    ) -> tuple[Path, ...]:
        """Write the simulated responses, what was found, and the report if it can be built; all files or none.

        Parameters
        ----------
        folder : path
            Made if it does not exist.
        formats : sequence of {"html", "pdf", "xlsx"}
            Of the report.
        extras : bool
            Also its figures and results.
        """
        files: dict[str, bytes | str] = {
            "simulated-responses.csv": self.survey.table.raw.frame.to_csv(index=False, lineterminator="\n"),
            "dry-run.csv": frames_csv([self.rows]),
            "dry-run.txt": f"{self.sentence()}\n\n{to_text(self.table(everything=True))}\n{self.explain()}\n",
        }
        if self.built is not None:
            name = "simulated-report"
            files |= report_files(self.built, self.survey, name, formats=formats, extras=extras)
        return write_files(Path(folder), files)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


def dry_run(
    study: str | Path | Mapping[str, Any],
    *,
    n: int | Mapping[str, int] = 1000,
    seed: int = 1,
    difference: float = 0.05,
    missing: float = 0.02,
    assumed: Mapping[str, Any] | None = None,
) -> DryRun:
    """Carry out a study file on simulated respondents, before fieldwork. No people are surveyed.

    Answers are drawn at random from the codebook and routed as the study file says; then the whole pipeline
    runs: cleaning, weighting, every finding and section of the report. What cannot be done, and what would
    carry little at that number of people, is listed.

    Parameters
    ----------
    study : path or mapping
        Study file; its data are not read and need not exist.
    n : int or mapping
        Simulated respondents, or as many by sample; several samples share `n` equally.
    seed : int
        The same seed gives the same respondents.
    difference : float
        Smallest difference that a finding is hoped to show: share points, or the share of a score's range.
    missing : float
        Share of answers that are one of the declared missing codes (don't know, refused, no answer).
    assumed : mapping, optional
        Shares of the answers to a question, first to last, {"follow": [0.02, 0.05, 0.2, 0.4, 0.33]}, or by
        subject; all answers are equally likely otherwise.

    Returns
    -------
    DryRun

    Raises
    ------
    StudyError
        The study file cannot be read, or gives columns by a pattern only.

    Examples
    --------
    >>> study = {"questions": {"q": {"column": "q", "levels": ["no", "yes"]},
    ...     "why": {"column": "why", "levels": ["a", "b"], "asked_if": "q == 'maybe' or q == 'yes'"}}}
    >>> found = dry_run({"schema": 1, **study, "report": {"headline": {"question": "q", "top": 1}}}, n=150)
    >>> found.fails[["part", "what"]].values.tolist()
    [['routing', 'why']]
    """
    if not 0 < difference < 1:
        raise EstimationError(f"difference = {difference} is not between 0 and 1.", hint="0.05 is 5 points.")
    file, folder = read_study(study)
    made = simulate(file, folder, n=n, seed=seed, missing=missing, assumed=assumed or {})
    survey, built, rows = look(made, file, difference)
    return DryRun(
        study=file.study.name or "Untitled study",
        n=len(made.survey),
        seed=seed,
        difference=difference,
        rows=pd.DataFrame([r.as_dict() for r in rows], columns=list(Row.COLUMNS)),
        survey=survey,
        built=built,
        left_out=made.left_out,
    )
