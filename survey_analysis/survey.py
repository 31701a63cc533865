"""`Survey`: responses, what they mean, how they were sampled, and everything one asks of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec

import pandas as pd

from survey_analysis.bound import Estimate, SurveyReport, Test, estimates, tabulates
from survey_analysis.cleaning.pipeline import clean
from survey_analysis.describe import QuestionView, find, survey_text
from survey_analysis.estimation.export import export_frame
from survey_analysis.estimation.mean import mean, nps, total
from survey_analysis.estimation.proportion import proportion
from survey_analysis.estimation.ratio import ratio
from survey_analysis.estimation.tabulate import tabulate
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.scores import perceptions
from survey_analysis.reporting.files import write_file
from survey_analysis.study.codebook import Codebook
from survey_analysis.weighting.weight import poststratify, rake, weight

P = ParamSpec("P")


def _surveys(
    verb: Callable[Concatenate[SurveyData, P], SurveyData],
) -> Callable[Concatenate[Survey, P], Survey]:
    """A verb that returns the survey changed; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: Survey, /, *args: P.args, **kwargs: P.kwargs) -> Survey:
        return Survey.of(verb(survey, *args, **kwargs))

    return method


@dataclass(frozen=True, eq=False, repr=False)
class Survey(SurveyData):
    """Responses, what they mean, and how they were sampled. Verbs return new objects.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"q": ["yes", "no", "yes"]}))
    >>> round(survey.proportion("q", answers=["yes"]).value, 3)
    0.667
    """

    clean = _surveys(clean)
    weight = _surveys(weight)
    rake = _surveys(rake)
    poststratify = _surveys(poststratify)

    proportion = estimates(proportion)
    mean = estimates(mean)
    total = estimates(total)
    ratio = estimates(ratio)
    nps = estimates(nps)
    perceptions = estimates(perceptions)
    tabulate = tabulates(tabulate)

    @classmethod
    def of(cls, data: SurveyData) -> Survey:
        """Add the verbs to survey data."""
        return cls(**{f.name: getattr(data, f.name) for f in fields(SurveyData)})

    @property
    def codebook(self) -> Codebook:
        """Questions, batteries, constructs."""
        return self.study.codebook

    def find(self, text: str) -> pd.DataFrame:
        """Questions whose name, wording or answers hold a text."""
        return find(self, text)

    def report(self) -> SurveyReport:
        """The report the study file asks for, ready to write."""
        from survey_analysis.reporting.build import build_report  # noqa: PLC0415  figures only when reported

        return SurveyReport.of(build_report(self), self)

    def to_frame(self) -> pd.DataFrame:
        """The survey as a flat table: weights, design, answers as labels; no identifiers."""
        return export_frame(self)

    def to_csv(self, path: str | Path) -> None:
        """Write `to_frame()` as CSV: what the R code of `Estimate.to_r()` reads."""
        write_file(Path(path), self.to_frame().to_csv(index=False, lineterminator="\n"))

    def __getitem__(self, name: str) -> QuestionView:
        return QuestionView(self, self.table.question(name))

    def __repr__(self) -> str:
        return survey_text(self)

    def _repr_html_(self) -> str:
        from html import escape  # noqa: PLC0415

        return f"<pre>{escape(survey_text(self))}</pre>"


__all__ = ["Estimate", "Survey", "Test"]
