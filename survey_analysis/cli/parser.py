"""Arguments and help of every command. Imports nothing heavy."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn

from survey_analysis import __version__
from survey_analysis.cli.options import FORMATS, PROGRAM, formats, names, positive, study
from survey_analysis.cli.parser_codebook import add_codebook
from survey_analysis.cli.parser_export import add_export
from survey_analysis.cli.parser_tables import add_tables
from survey_analysis.cli.parser_topline import add_topline
from survey_analysis.errors import closest

COMMANDS = (
    "demo",
    "inspect",
    "validate",
    "report",
    "tables",
    "topline",
    "codebook",
    "estimate",
    "export",
    "check",
    "dry-run",
    "diff",
)

_TOP = """\
From a raw survey export to findings you can publish.

examples:
  survey-analysis demo
  survey-analysis inspect export.sav --write studies/trust
  survey-analysis validate studies/trust/study.toml
  survey-analysis report studies/trust/study.toml --to html,pdf,xlsx --out reports
  survey-analysis tables studies/trust/study.toml --banner main --filter heavy --to xlsx,html
  survey-analysis topline studies/trust/study.toml --to html,pdf,docx
  survey-analysis codebook studies/trust/study.toml --to html,pdf
  survey-analysis estimate studies/trust/study.toml follow --top 2 --by source --where "age == '18-34'"
  survey-analysis export studies/trust/study.toml --to sav,csv
  survey-analysis check studies/trust/study.toml --text draft.md
  survey-analysis dry-run studies/trust/study.toml --n 1200
  survey-analysis diff reports/monday reports/tuesday
"""
_BOTTOM = """\
exit codes:
  0  fine
  1  a check failed
  2  bad input or usage; stderr says what, where and what to do
"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors have the package's form: what is wrong, then a hint."""

    def __init__(self, **options: Any) -> None:
        formatter = partial(argparse.RawDescriptionHelpFormatter, width=100, max_help_position=26)
        super().__init__(allow_abbrev=False, formatter_class=formatter, **options)

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and which help to read, and exit with 2."""
        wrong = re.search(r"argument COMMAND: invalid choice: '([^']*)'", message)
        if wrong:
            what, hint = f"There is no command '{wrong[1]}'.", closest(wrong[1], COMMANDS)
        else:
            what = message[:1].upper() + message[1:].rstrip(".?") + "."
            hint = f"{self.prog} --help shows how it is used."
        sys.stderr.write(f"error: {what}\n  Hint: {hint}\n")
        raise SystemExit(2)


def parser() -> Parser:
    """The parser of all commands; the chosen one stands in `command`, "" for none.

    Examples
    --------
    >>> parser().parse_args(["estimate", "study.toml", "follow", "--by", "source,age"]).by
    ['source', 'age']
    """
    common = Parser(add_help=False)
    common.add_argument(
        "--debug", action="store_true", default=argparse.SUPPRESS, help="show the traceback of an error"
    )
    top = Parser(prog=PROGRAM, description=_TOP, epilog=_BOTTOM, usage=f"{PROGRAM} COMMAND ...")
    top.add_argument("--version", action="version", version=f"{PROGRAM} {__version__}")
    top.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = top.add_subparsers(dest="command", prog=PROGRAM, metavar="COMMAND", title="commands")
    for add in (
        _demo,
        _inspect,
        _validate,
        _report,
        add_tables,
        add_topline,
        add_codebook,
        _estimate,
        add_export,
        _check,
        _dry_run,
        _diff,
    ):
        add(partial(commands.add_parser, parents=[common]))
    return top


Add = Callable[..., argparse.ArgumentParser]


def _demo(add: Add) -> None:
    made = add(
        "demo",
        help="report of the simulated founding study: the main job in one command",
        usage=f"{PROGRAM} demo [--out DIR]",
        description=(
            "Read, clean, weight, estimate, test and report the simulated study that ships with the package.\n"
            "No people were surveyed and no network is used."
        ),
    )
    made.add_argument("--out", metavar="DIR", default="reports", help="folder to write to (default: reports)")


def _inspect(add: Add) -> None:
    made = add(
        "inspect",
        help="what is in an export: columns, kinds, levels, missing, and a draft study file",
        usage=f"{PROGRAM} inspect FILE [--metadata FILE] [--write DIR | --draft]",
        description=(
            "List what the columns of an export seem to be, with evidence and how sure each guess is, and draft\n"
            "a study file and codebook from them. Everything is a guess to be checked; the values of personal\n"
            "columns, ids and open answers are never shown, and the file is never changed."
        ),
        epilog=f"example:\n  {PROGRAM} inspect export.csv --encoding cp1252 --write studies/trust",
    )
    made.add_argument(
        "file", metavar="FILE", help="the export: CSV, XLSX, SPSS, Stata, SAS, Parquet, DuckDB ..."
    )
    what = made.add_mutually_exclusive_group()
    what.add_argument("--write", metavar="DIR", help="write the draft to DIR/study.toml and DIR/codebook.csv")
    what.add_argument(
        "--draft", action="store_true", help="print the draft, as one study file, instead of the list"
    )
    made.add_argument(
        "--metadata",
        metavar="FILE",
        help="questionnaire or dictionary of the platform that describes the columns",
    )
    made.add_argument(
        "--encoding", metavar="NAME", default="", help="encoding of the text, if detection needs help"
    )
    made.add_argument(
        "--header-rows", metavar="N", type=positive, help="number of header rows, if detection needs help"
    )
    made.add_argument(
        "--sheet", metavar="NAME", default="", help="sheet of a workbook (default: the first filled)"
    )
    made.add_argument(
        "--delimiter", metavar="MARK", default="", help="one character, if detection needs help"
    )
    made.add_argument(
        "--decimal", metavar="MARK", default="", help='decimal mark of numbers written as text: "," or "."'
    )
    made.add_argument("--table", metavar="NAME", default="", help="table of a database, where it has several")


def _validate(add: Add) -> None:
    made = add(
        "validate",
        help="check a study file against its data: codes, cleaning, weighting, report",
        usage=f"{PROGRAM} validate STUDY [--data FILE]",
        description=(
            "Check a study file, its codebook and its data: every question is encoded, every rule run, every\n"
            "weighting target lined up, every finding of the report computed. Lists what is fine and every\n"
            "problem; exits with 1 when there is one. Writes nothing."
        ),
        epilog=f"example:\n  {PROGRAM} validate studies/trust/study.toml --data wave2.csv",
    )
    study(made)


def _report(add: Add) -> None:
    made = add(
        "report",
        help="the report that a study file asks for, in HTML, PDF and XLSX",
        usage=f"{PROGRAM} report STUDY [--data FILE] [--to html,pdf,xlsx] [--out DIR] [--name NAME]",
        description=(
            "Clean and weight as the study file says, and write the report it asks for, with its figures (SVG,\n"
            "PNG), the unrounded results (CSV, JSON) and the resolved study. All files are written, or none."
        ),
        epilog=f"example:\n  {PROGRAM} report studies/trust/study.toml --to html,pdf --out reports",
    )
    study(made)
    made.add_argument(
        "--to",
        metavar="FORMATS",
        type=formats,
        default=list(FORMATS),
        help="any of html, pdf, xlsx (default: all)",
    )
    made.add_argument("--out", metavar="DIR", default="reports", help="folder to write to (default: reports)")
    made.add_argument(
        "--name",
        metavar="NAME",
        default="",
        help="name of the files (default: of the study file or its folder)",
    )


def _estimate(add: Add) -> None:
    made = add(
        "estimate",
        help="one question: shares or means by anything, with intervals and bases",
        usage=(
            f"{PROGRAM} estimate STUDY QUESTION [--top N | --bottom N | --answers A,B | --mean]\n"
            "                                [--by A,B] [--where EXPRESSION] [--format table|csv|json]"
        ),
        description=(
            "Estimate one question after cleaning and weighting as the study file says. Without a statistic:\n"
            "the share of every answer; of a number or a construct, the mean."
        ),
        epilog=(
            "examples:\n"
            f"  {PROGRAM} estimate study.toml follow --top 2 --by source --where \"age == '18-34'\"\n"
            f"  {PROGRAM} estimate study.toml age --answers 18-34,35-54 --where \"sample == 'consumer'\"\n"
            f"  {PROGRAM} estimate study.toml credibility --by source --format json"
        ),
    )
    study(made)
    made.add_argument("question", metavar="QUESTION", help="name of a question, a column or a construct")
    which = made.add_mutually_exclusive_group()
    which.add_argument("--top", metavar="N", type=positive, help="share in the N most favourable answers")
    which.add_argument("--bottom", metavar="N", type=positive, help="share in the N least favourable answers")
    which.add_argument(
        "--answers",
        metavar="A,B",
        type=names,
        help='share giving any of these (put "a, b" in double quotes)',
    )
    which.add_argument("--mean", action="store_true", help="mean of the scores")
    made.add_argument("--by", metavar="A,B", type=names, help="variables to break down by, crossed")
    made.add_argument(
        "--where",
        metavar="EXPRESSION",
        help="who is counted, such as \"sex == 'Woman' and age in ['18-34']\"",
    )
    _form(made)


def _check(add: Add) -> None:
    made = add(
        "check",
        help="do the claims hold? those of the study file, or every sentence of a draft",
        usage=f"{PROGRAM} check STUDY [--text DRAFT [--out COPY]] [--data FILE] [--format table|csv|json]",
        description=(
            "Check the claims of a study file against its estimates: interval, base, rounding, tests and the\n"
            "words each claim uses. With --text, read a draft (Markdown or plain text) sentence by sentence\n"
            "instead: every number and every word that needs a licence is supported, unsupported or\n"
            "overclaimed. Exits with 1 when one does not hold. The draft is never changed."
        ),
        epilog=(
            "examples:\n"
            f"  {PROGRAM} check study.toml\n"
            f"  {PROGRAM} check study.toml --text draft.md --out draft.checked.md"
        ),
    )
    study(made)
    made.add_argument("--text", metavar="DRAFT", help="a text to check instead of the declared claims")
    made.add_argument("--out", metavar="COPY", help="write a copy of the draft with every remark marked")
    _form(made)


def _form(made: argparse.ArgumentParser) -> None:
    made.add_argument(
        "--format",
        metavar="FORM",
        choices=("table", "csv", "json"),
        default="table",
        help="table, or csv or json, unrounded (default: table)",
    )


def _dry_run(add: Add) -> None:
    made = add(
        "dry-run",
        help="a study file on simulated respondents, before fieldwork: what fails, what is thin",
        usage=f"{PROGRAM} dry-run STUDY [--n N] [--seed N] [--difference POINTS] [--out DIR]",
        description=(
            "Simulate respondents from a study file alone and carry the whole study out on them: routing,\n"
            "weighting, findings, report. Lists what fails and what is thin at that number of people; exits\n"
            "with 1 when something fails. No people are surveyed: answers are drawn at random."
        ),
        epilog=f"example:\n  {PROGRAM} dry-run studies/trust/study.toml --n 1200 --out reports/dry-run",
    )
    made.add_argument("study", metavar="STUDY", help="study file (.toml); its data need not exist")
    made.add_argument(
        "--n", metavar="N", type=positive, default=1000, help="simulated respondents (default: 1000)"
    )
    made.add_argument(
        "--seed", metavar="N", type=positive, default=1, help="of the random answers (default: 1)"
    )
    made.add_argument(
        "--difference",
        metavar="POINTS",
        type=positive,
        default=5,
        help="difference in points that findings are hoped to show (default: 5)",
    )
    made.add_argument(
        "--out", metavar="DIR", help="folder for the simulated responses, the findings and the report"
    )


def _diff(add: Add) -> None:
    made = add(
        "diff",
        help="what moved between two runs, and why: data, base, weights, definition, code",
        usage=f"{PROGRAM} diff RUN_A RUN_B [--all] [--format table|csv]",
        description=(
            "Compare every number of two runs: folders that report or tables wrote. Lists the inputs that do not\n"
            "agree and the numbers that moved, by cause; exits with 1 when any number moved. Reads no data of\n"
            "respondents and writes nothing."
        ),
        epilog=f"example:\n  {PROGRAM} diff reports/monday reports/tuesday",
    )
    made.add_argument("run_a", metavar="RUN_A", help="folder of the run before")
    made.add_argument("run_b", metavar="RUN_B", help="folder of the run after")
    made.add_argument("--all", action="store_true", help="also numbers that moved and print the same")
    made.add_argument(
        "--format",
        metavar="FORM",
        choices=("table", "csv"),
        default="table",
        help="table, or csv of all that moved, unrounded (default: table)",
    )
