"""What `--help` says, and that it says it at once."""

from __future__ import annotations

import subprocess
import sys
import tomllib

import pytest

import survey_analysis
from cli.process import ROOT, run
from survey_analysis.cli import main
from survey_analysis.cli.parser import COMMANDS, FORMATS

HELP = """\
usage: survey-analysis COMMAND ...

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

options:
  -h, --help  show this help message and exit
  --version   show program's version number and exit
  --debug     show the traceback of an error

commands:
  COMMAND
    demo      report of the simulated founding study: the main job in one command
    inspect   what is in an export: columns, kinds, levels, missing, and a draft study file
    validate  check a study file against its data: codes, cleaning, weighting, report
    report    the report that a study file asks for, in HTML, PDF and XLSX
    tables    the tab book: questions by a banner, with letters, in Excel, HTML, PDF, Word and more
    topline   every question in questionnaire order with wording, base and answers
    codebook  every question with wording, routing and counts: a document, or a table to edit
    estimate  one question: shares or means by anything, with intervals and bases
    export    the cleaned, weighted data for other programs: SPSS, CSV, Parquet, Triple-S
    check     do the claims hold? those of the study file, or every sentence of a draft
    dry-run   a study file on simulated respondents, before fieldwork: what fails, what is thin
    diff      what moved between two runs, and why: data, base, weights, definition, code

exit codes:
  0  fine
  1  a check failed
  2  bad input or usage; stderr says what, where and what to do
"""
ESTIMATE = """\
usage: survey-analysis estimate STUDY QUESTION [--top N | --bottom N | --answers A,B | --mean]
                                [--by A,B] [--where EXPRESSION] [--format table|csv|json]

Estimate one question after cleaning and weighting as the study file says. Without a statistic:
the share of every answer; of a number or a construct, the mean.

positional arguments:
  STUDY               study file (.toml)
  QUESTION            name of a question, a column or a construct

options:
  -h, --help          show this help message and exit
  --debug             show the traceback of an error
  --data FILE         export to read instead of the one the study file names
  --top N             share in the N most favourable answers
  --bottom N          share in the N least favourable answers
  --answers A,B       share giving any of these (put "a, b" in double quotes)
  --mean              mean of the scores
  --by A,B            variables to break down by, crossed
  --where EXPRESSION  who is counted, such as "sex == 'Woman' and age in ['18-34']"
  --format FORM       table, or csv or json, unrounded (default: table)

examples:
  survey-analysis estimate study.toml follow --top 2 --by source --where "age == '18-34'"
  survey-analysis estimate study.toml age --answers 18-34,35-54 --where "sample == 'consumer'"
  survey-analysis estimate study.toml credibility --by source --format json
"""
HEAVY = ("numpy", "pandas", "matplotlib", "scipy", "pydantic", "typst", "pikepdf")


def test_help(capsys) -> None:
    assert main(["--help"]) == 0
    assert capsys.readouterr() == (HELP, "")


def test_help_of_a_command(capsys) -> None:
    assert main(["estimate", "--help"]) == 0
    assert capsys.readouterr() == (ESTIMATE, "")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_a_usage_that_names_its_options(command, capsys) -> None:
    assert main([command, "--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith(f"usage: survey-analysis {command}")
    assert all(len(line) <= 110 for line in out.splitlines())


def test_no_command_is_a_usage_error(capsys) -> None:
    assert main([]) == 2
    assert capsys.readouterr() == ("", HELP)


def test_version(capsys) -> None:
    assert main(["--version"]) == 0
    said = capsys.readouterr().out
    assert said == f"survey-analysis {survey_analysis.__version__}\n"
    with (ROOT / "pyproject.toml").open("rb") as stream:
        assert tomllib.load(stream)["project"]["version"] == survey_analysis.__version__


def test_the_formats_are_those_of_the_report() -> None:
    from survey_analysis.reporting.write import FORMATS as RENDERERS

    assert set(FORMATS) == set(RENDERERS)


@pytest.mark.parametrize(
    "code",
    [
        "import survey_analysis",
        "from survey_analysis.cli import main; main(['--help'])",
        "from survey_analysis.cli import main; main(['estimate', '--help'])",
        "from survey_analysis.cli import main; main(['--version'])",
    ],
)
def test_nothing_heavy_is_imported(code) -> None:
    check = f"import sys; {code}; sys.exit(', '.join(m for m in {HEAVY} if m in sys.modules) or 0)"
    done = subprocess.run(
        [sys.executable, "-c", check], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_import_is_fast() -> None:
    """Processor time of the import alone; the best of three, as the machine may be busy."""
    code = "import time; t = time.process_time(); import survey_analysis; print(time.process_time() - t)"
    seconds = [
        float(
            subprocess.run(
                [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
            ).stdout
        )
        for _ in range(3)
    ]
    assert min(seconds) < 0.2


def test_the_module_runs_as_the_command(tmp_path) -> None:
    done = run("--version", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"survey-analysis {survey_analysis.__version__}\n"


def test_the_formats_of_tables_and_toplines_are_those_of_their_writers() -> None:
    from survey_analysis.cli.options import TABLE_FORMATS, TOPLINE_FORMATS
    from survey_analysis.reporting import tabbook, topline

    assert set(TABLE_FORMATS) == set(tabbook.FORMATS)
    assert set(TOPLINE_FORMATS) == set(topline.FORMATS)
