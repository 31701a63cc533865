"""The simulated founding study that ships with the package."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from survey_analysis.errors import DataError, closest

if TYPE_CHECKING:
    from survey_analysis.survey import Survey

NAMES = ("micro_influencer",)


def folder(name: str = "micro_influencer") -> Path:
    """Folder of a shipped data set: raw export, study file, codebook, questionnaire, provenance."""
    if name not in NAMES:
        raise DataError(f"There is no data set '{name}'.", hint=closest(name, NAMES))
    return Path(__file__).parent / name


def load(name: str = "micro_influencer") -> Survey:
    """Read a shipped data set through its study file. Simulated: no people were surveyed.

    Examples
    --------
    >>> from survey_analysis import datasets
    >>> datasets.load("micro_influencer").study.simulated
    True
    """
    from survey_analysis.reading import read  # noqa: PLC0415  importing the package stays fast

    return read(folder(name) / "study.toml")
