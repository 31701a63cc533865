"""Where in the study file something is declared, for errors that come from deeper down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from survey_analysis.errors import SurveyAnalysisError


@contextmanager
def declared_at(path: str) -> Iterator[None]:
    """Name the key path in an error that does not name one.

    Examples
    --------
    >>> with declared_at("report.headline"):
    ...     raise SurveyAnalysisError("There is no question 'folow'.", hint="did you mean 'follow'?")
    Traceback (most recent call last):
    survey_analysis.errors.SurveyAnalysisError: There is no question 'folow'.
      [study.toml: report.headline]
      Hint: did you mean 'follow'?
    """
    try:
        yield
    except SurveyAnalysisError as error:
        if "[study.toml" not in error.where:
            error.where = f"[study.toml: {path}]{f' {error.where}' if error.where else ''}"
        raise
