"""`stack`, `split_waves`, `compare_codebooks`: waves of a tracker in, one `Survey` out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, ParamSpec

from survey_analysis.bound.waves import CodebookComparison
from survey_analysis.frames.data import SurveyData
from survey_analysis.survey import Survey
from survey_analysis.waves import compare as _compare
from survey_analysis.waves import split as _split
from survey_analysis.waves import stack as _stack

P = ParamSpec("P")


def _survey(
    verb: Callable[Concatenate[Mapping[str, SurveyData], P], SurveyData],
) -> Callable[Concatenate[Mapping[str, SurveyData], P], Survey]:
    """A function of waves that returns a survey; signature and docstring are the function's."""

    @wraps(verb)
    def function(waves: Mapping[str, SurveyData], /, *args: P.args, **kwargs: P.kwargs) -> Survey:
        return Survey.of(verb(waves, *args, **kwargs))

    return function


stack = _survey(_stack.stack)


@wraps(_split.split_waves)
def split_waves(survey: SurveyData, by: str) -> dict[str, Survey]:
    """Split a file that holds all waves; `waves.split` says how."""
    return {label: Survey.of(s) for label, s in _split.split_waves(survey, by).items()}


@wraps(_compare.compare_codebooks)
def compare_codebooks(waves: Mapping[str, SurveyData]) -> CodebookComparison:
    """Compare the codebooks of waves; `waves.compare` says how."""
    return CodebookComparison.of(_compare.compare_codebooks(waves))
