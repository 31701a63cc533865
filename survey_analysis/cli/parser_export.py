"""Arguments and help of `export`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from survey_analysis.cli.options import EXPORT_FORMATS, PROGRAM, export_formats, names, study


def add_export(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the command."""
    made = add(
        "export",
        help="the cleaned, weighted data for other programs: SPSS, CSV, Parquet, Triple-S",
        usage=f"{PROGRAM} export STUDY [--to sav,csv,sss] [--questions A,B] [--out DIR] [--name NAME]",
        description=(
            "Clean and weight as the study file says, and write the data as codes with labels, missing codes,\n"
            "response sets and weights, as far as each format holds them. CSV and Parquet come with a codebook\n"
            "and a study file. Personal columns are never written."
        ),
        epilog=f"example:\n  {PROGRAM} export studies/trust/study.toml --to sav,csv,sss --out data",
    )
    study(made)
    made.add_argument(
        "--to",
        metavar="FORMATS",
        type=export_formats,
        default=["sav"],
        help=f"any of {', '.join(EXPORT_FORMATS)} (default: sav)",
    )
    made.add_argument(
        "--questions", metavar="A,B", type=names, help="questions to write (default: all declared)"
    )
    made.add_argument("--out", metavar="DIR", default="data", help="folder to write to (default: data)")
    made.add_argument(
        "--name",
        metavar="NAME",
        default="",
        help="name of the files (default: of the study file or its folder)",
    )
