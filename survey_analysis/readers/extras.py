"""Libraries that only some formats need: a clear error where one is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from survey_analysis.errors import MissingExtraError


def needs(library: str, what: str, extra: str) -> None:
    """Raise unless a library can be imported.

    Parameters
    ----------
    what
        What needs it, the subject of a sentence ("Parquet files").

    Raises
    ------
    MissingExtraError
        It is not installed; the hint names the extra.
    """
    if find_spec(library) is None:
        raise MissingExtraError(
            f"{what} need {library}, which is not installed.",
            hint=f'pip install "survey-analysis[{extra}]"',
        )
