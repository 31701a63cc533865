"""What commands share: read, clean and weight as the study file says; names of files and the line above a listing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from survey_analysis.cli.terminal import visible
from survey_analysis.errors import ReportError
from survey_analysis.reading import read
from survey_analysis.survey import Survey


def prepared(study: Path, data: str | None, tell: Callable[[str], None]) -> Survey:
    """The survey of a study file, cleaned, and weighted where the file declares weighting."""
    tell("reading")
    survey = read(study, data=data)
    tell("cleaning")
    survey = survey.clean()
    if survey.study.weighting:
        tell("weighting")
        survey = survey.weight()
    return survey


_FILES = {".csv", ".docx", ".html", ".md", ".parquet", ".pdf", ".pptx", ".sav", ".sss", ".tex", ".toml", ".txt", ".xlsx", ".zip", ".zsav"}  # fmt: skip


def check_folder(folder: Path) -> None:
    """Refuse an output folder that cannot be written to before any work is done.

    Raises
    ------
    ReportError
        The folder, or the nearest one above it that exists, is a file or not writable; the name is one of a file.
    """
    if folder.suffix.lower() in _FILES and not folder.is_dir():
        raise ReportError(
            f"Nothing was written to '{folder}': that is the name of a file, and a folder is meant.",
            hint=f"give a folder, such as '{folder.with_suffix('')}'.",
        )
    place = next((p for p in (folder, *folder.absolute().parents) if os.path.lexists(p)), Path())
    reason = ""
    if not place.is_dir():
        reason = "it is a file" if place == folder else f"'{place.name}' is a file"
    elif not os.access(place, os.W_OK | os.X_OK):
        reason = "writing there is not allowed"
    if reason:
        raise ReportError(
            f"Nothing was written to '{folder}': {reason}.",
            hint="choose another output folder; what was there before is unchanged.",
        )


def name_of(study: Path) -> str:
    """Name of a report: that of the study file, or of its folder where the file is just `study.toml`.

    Examples
    --------
    >>> name_of(Path("studies/trust/study.toml")), name_of(Path("wave2.toml"))
    ('trust', 'wave2')
    """
    return (study.absolute().parent.name if study.stem == "study" else study.stem) or "report"


def name_for(study: Path, given: str | None, ending: str = "") -> str:
    """Name of the files of a command: the one given, else that of the study with an ending.

    Raises
    ------
    ReportError
        The name holds a folder.
    """
    name = given or f"{name_of(study)}{ending}"
    if Path(name).name != name or name in (".", ".."):
        raise ReportError(f"'{name}' is not a name for files.", hint="leave folders to --out.")
    return name


def title_line(survey: Survey) -> str:
    """The study, and whether anybody was surveyed."""
    simulated = " SIMULATED DATA: no people were surveyed." if survey.study.simulated else ""
    return f"{visible(survey.study.name)}.{simulated}"
