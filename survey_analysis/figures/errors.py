"""What is raised when a figure cannot or must not be drawn."""

from __future__ import annotations

from collections.abc import Sequence

from survey_analysis.errors import ReportError, closest


class FigureError(ReportError, ValueError):
    """A figure that cannot or must not be drawn."""

    code = "figure"


def one_of(option: str, value: object, allowed: Sequence[str]) -> None:
    """Stop at a value that an option does not have.

    Raises
    ------
    FigureError
        The value is none of those allowed; the closest are suggested.
    """
    if value not in allowed:
        raise FigureError(f"The option {option}= has no value {value!r}.", hint=closest(str(value), allowed))
