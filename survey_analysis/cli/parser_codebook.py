"""Arguments of `survey-analysis codebook`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from survey_analysis.cli.options import CODEBOOK_FORMATS, PROGRAM, codebook_formats, positive, study


def add_codebook(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The command with its options."""
    made = add(
        "codebook",
        help="every question with wording, routing and counts: a document, or a table to edit",
        usage=(
            f"{PROGRAM} codebook STUDY [--to html,pdf,xlsx] [--edit FILE [--all]] [--minimum N]\n"
            "                               [--data FILE] [--out DIR] [--name NAME]"
        ),
        description=(
            "Write the codebook after cleaning and weighting as the study file says: wording, base, routing against\n"
            "the data, codes and labels, counts and percentages, people without an answer. Counts of few people are\n"
            "withheld, open answers and personal columns never shown. All files are written, or none."
        ),
        epilog=(
            f"examples:\n  {PROGRAM} codebook studies/trust/study.toml --to html,pdf --out reports\n"
            f"  {PROGRAM} codebook studies/trust/study.toml --edit studies/trust/codebook.xlsx"
        ),
    )
    study(made)
    made.add_argument(
        "--to",
        metavar="FORMATS",
        type=codebook_formats,
        help=f"any of {', '.join(CODEBOOK_FORMATS)} (default: html)",
    )
    made.add_argument(
        "--edit",
        metavar="FILE",
        help="write the codebook to edit (.xlsx or .csv), for [study] codebook, and no document unless --to",
    )
    made.add_argument(
        "--all",
        action="store_true",
        help="with --edit: the columns that nobody declared too; a row that stays then counts as declared",
    )
    made.add_argument(
        "--minimum", metavar="N", type=positive, default=5, help="fewest people of a count shown (default: 5)"
    )
    made.add_argument("--out", metavar="DIR", default="reports", help="folder to write to (default: reports)")
    made.add_argument(
        "--name", metavar="NAME", default="", help="name of the files (default: of the study, _codebook)"
    )
