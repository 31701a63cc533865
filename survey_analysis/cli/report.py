"""`survey-analysis report`: the report that a study file asks for."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_analysis.cli.make import make
from survey_analysis.cli.prepare import name_for


def run(arguments: argparse.Namespace) -> int:
    """Write the report in the formats asked for and end with its headline."""
    study = Path(arguments.study)
    return make(
        study, arguments.data, Path(arguments.out), name_for(study, arguments.name), tuple(arguments.to)
    )
