"""Arguments of `survey-analysis topline`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from survey_analysis.cli.options import PROGRAM, TOPLINE_FORMATS, names, study, topline_formats


def add_topline(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The command with its options."""
    made = add(
        "topline",
        help="every question in questionnaire order with wording, base and answers",
        usage=(
            f"{PROGRAM} topline STUDY [--banner NAME] [--filter NAME | --where EXPRESSION] [--only A,B]\n"
            "                               [--data FILE] [--to html,pdf] [--out DIR] [--name NAME]"
        ),
        description=(
            "Write the topline after cleaning and weighting as the study file says: wording, base, percentages,\n"
            "nets, people without an answer, and how the survey was done. All files are written, or none."
        ),
        epilog=f"example:\n  {PROGRAM} topline studies/trust/study.toml --to html,pdf,docx,xlsx --out reports",
    )
    study(made)
    made.add_argument(
        "--banner", metavar="NAME", default="", help="trend or banner columns: a banner or a variable"
    )
    who = made.add_mutually_exclusive_group()
    who.add_argument("--filter", metavar="NAME", default="", help="filter of the study file")
    who.add_argument("--where", metavar="EXPRESSION", help="who is counted, such as \"sex == 'Woman'\"")
    made.add_argument("--only", metavar="A,B", type=names, help="these questions, in this order")
    made.add_argument(
        "--to",
        metavar="FORMATS",
        type=topline_formats,
        default=["html"],
        help=f"any of {', '.join(TOPLINE_FORMATS)} (default: html)",
    )
    made.add_argument("--out", metavar="DIR", default="reports", help="folder to write to (default: reports)")
    made.add_argument(
        "--name", metavar="NAME", default="", help="name of the files (default: of the study, _topline)"
    )
