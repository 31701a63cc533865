"""`survey-analysis demo`: the simulated founding study from raw export to report."""

from __future__ import annotations

import argparse
from pathlib import Path

from survey_analysis.cli.make import make
from survey_analysis.datasets import folder

NAME = "micro_influencer"


def run(arguments: argparse.Namespace) -> int:
    """Write the demonstration report and end with its headline."""
    return make(folder(NAME) / "study.toml", None, Path(arguments.out), NAME, ("html", "pdf", "xlsx"))
