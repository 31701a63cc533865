"""Arguments of `survey-analysis tables`."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from survey_analysis.cli.options import (
    PROGRAM,
    TABLE_FORMATS,
    names,
    numbers,
    positive,
    study,
    table_formats,
    whole_numbers,
)


def add_tables(add: Callable[..., argparse.ArgumentParser]) -> None:
    """The command with its options."""
    made = add(
        "tables",
        help="the tab book: questions by a banner, with letters, in Excel, HTML, PDF, Word and more",
        usage=(
            f"{PROGRAM} tables STUDY [--banner NAME] [--filter NAME | --where EXPRESSION] [--only A,B]\n"
            "                              [--to xlsx,html] [--out DIR] [--name NAME] ..."
        ),
        description=(
            "Tabulate after cleaning and weighting as the study file says. Options left out are those of its\n"
            "[tables]. The book is written with every cell and test unrounded (CSV), and run.json for diff.\n"
            "All files are written, or none."
        ),
        epilog=f"example:\n  {PROGRAM} tables studies/trust/study.toml --banner main --filter heavy --only q5,q9 --to xlsx,html",
    )
    study(made)
    made.add_argument(
        "--banner", metavar="NAME", default="", help="banner of the study file (default: of [tables])"
    )
    who = made.add_mutually_exclusive_group()
    who.add_argument("--filter", metavar="NAME", default="", help="filter of the study file")
    who.add_argument("--where", metavar="EXPRESSION", help="who is counted, such as \"sex == 'Woman'\"")
    made.add_argument(
        "--only", metavar="A,B", type=names, help="these questions (default: of [tables], else all)"
    )
    made.add_argument(
        "--weight", metavar="NAME", help="a column or a name of [design.weights], taken as fixed"
    )
    made.add_argument(
        "--to",
        metavar="FORMATS",
        type=table_formats,
        default=["xlsx"],
        help=f"any of {', '.join(TABLE_FORMATS)} (default: xlsx)",
    )
    made.add_argument("--out", metavar="DIR", default="reports", help="folder to write to (default: reports)")
    made.add_argument(
        "--name", metavar="NAME", default="", help="name of the files (default: of the study, _tables)"
    )
    made.add_argument(
        "--show",
        metavar="A,B",
        type=names,
        help="column, row, total, index, count, weighted, std_error, interval",
    )
    made.add_argument("--bases", metavar="A,B", type=names, help="unweighted, weighted, effective")
    made.add_argument(
        "--boxes", metavar="2,3", type=whole_numbers, help="sizes of top and bottom boxes (default: 2)"
    )
    made.add_argument(
        "--statistics", metavar="A,B", type=names, help="lines under the answers: mean, sd, se, median, nps"
    )
    made.add_argument(
        "--order",
        metavar="ORDER",
        choices=("declared", "descending", "ascending"),
        help="of the answers: declared, descending, ascending",
    )
    made.add_argument("--decimals", metavar="N", type=int, choices=range(5), help="of percentages")
    made.add_argument(
        "--letters", metavar="AGAINST", help="columns, total, rest, previous, first, none, or pairs: A/B,A/C"
    )
    made.add_argument(
        "--levels", metavar="95,90", type=numbers, help="confidence of capital and small letters"
    )
    made.add_argument(
        "--adjust",
        metavar="METHOD",
        choices=("none", "bonferroni", "holm", "bh"),
        help="none, bonferroni, holm, bh",
    )
    made.add_argument(
        "--family",
        metavar="FAMILY",
        choices=("row", "table", "book"),
        help="tests an adjustment counts: row, table, book",
    )
    made.add_argument(
        "--min-base", metavar="30,100", type=numbers, help="no test under the first, a mark under the second"
    )
    made.add_argument(
        "--convention",
        metavar="SYSTEM",
        choices=("spss", "spss-effective", "q"),
        help="letters as spss, spss-effective or q gives them",
    )
    made.add_argument(
        "--summary",
        metavar="A,B",
        type=names,
        help="a page of each grid and statistic before the tables: top2, bottom2, mean, nps",
    )
    made.add_argument(
        "--different",
        action=argparse.BooleanOptionalAction,
        help="a first page of where each column departs from the rest",
    )
    made.add_argument(
        "--protect",
        metavar="N",
        type=positive,
        help="withhold cells of fewer than N people, and what would give them away",
    )
