"""`Verbatims`: scrubbed open answers that can be written for somebody who codes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import pandas as pd

from survey_analysis.bound.values import values_of
from survey_analysis.openends.verbatims import VerbatimsData
from survey_analysis.reporting.sheets import write_sheet

P = ParamSpec("P")
S = TypeVar("S")


@dataclass(frozen=True, eq=False, repr=False)
class Verbatims(VerbatimsData):
    """Scrubbed open answers: a frame to look at, a sheet to code in.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> survey = sa.read(pd.DataFrame({"why": ["cheap", "honest"]}), study={"questions": {"why": {"kind": "open"}}})
    >>> survey.verbatims("why")
    'why': 2 answers, 0 of them scrubbed.
    """

    @classmethod
    def of(cls, data: VerbatimsData) -> Verbatims:
        """Add the verbs to open answers."""
        return cls(**values_of(data, VerbatimsData))

    def to_frame(self) -> pd.DataFrame:
        """`number`, the subject where there are several, `answer`."""
        return self.rows.copy()

    def save(self, path: str | Path) -> None:
        """Write a sheet to code in, .csv or .xlsx, with an empty column `codes`; no cell can run as a formula.

        Raises
        ------
        ReportError
            Another ending, or a folder that cannot be written.
        """
        write_sheet(path, self.rows.assign(codes=""), "verbatims")

    def __repr__(self) -> str:
        n = len(self.rows)
        return f"'{self.question}': {n} answer{'s' * (n != 1)}, {self.changed} of them scrubbed."


def said(verb: Callable[Concatenate[S, P], VerbatimsData]) -> Callable[Concatenate[S, P], Verbatims]:
    """A verb that returns open answers; signature and docstring are the function's."""

    @wraps(verb)
    def method(survey: S, /, *args: P.args, **kwargs: P.kwargs) -> Verbatims:
        return Verbatims.of(verb(survey, *args, **kwargs))

    return method
