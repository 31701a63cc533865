"""`survey-analysis report`: the report that a study file asks for."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_analysis.cli.make import make
from survey_analysis.errors import ReportError


def run(arguments: argparse.Namespace) -> int:
    """Write the report in the formats asked for and end with its headline."""
    study = Path(arguments.study)
    name = arguments.name or name_of(study)
    if Path(name).name != name or name in (".", ".."):
        raise ReportError(f"'{name}' is not a name for files.", hint="leave folders to --out.")
    return make(study, arguments.data, Path(arguments.out), name, tuple(arguments.to))


def name_of(study: Path) -> str:
    """Name of a report: that of the study file, or of its folder where the file is just `study.toml`.

    Examples
    --------
    >>> name_of(Path("studies/trust/study.toml")), name_of(Path("wave2.toml"))
    ('trust', 'wave2')
    """
    return (study.absolute().parent.name if study.stem == "study" else study.stem) or "report"
