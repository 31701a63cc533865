"""Every code block a reader may copy is true: Python runs, commands are accepted, study files are read."""

from __future__ import annotations

import contextlib
import io
import shlex
import shutil
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from docs.pages import ROOT, blocks, pages
from survey_analysis.cli.app import main
from survey_analysis.cli.parser import parser
from survey_analysis.study.load import parse

PYTHON = [b for p in pages() for b in blocks(p, "python")]
CONSOLE = [b for p in pages() for b in blocks(p, "console")]
TOML = [b for p in pages() for b in blocks(p, "toml")]
COMMANDS = [
    (str(b), line.removeprefix("$ ").partition("#")[0].strip())
    for b in CONSOLE
    for line in b.code.splitlines()
    if line.startswith("$ survey-analysis")
]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A folder that looks like a checkout, with the export that the examples speak of."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copytree(ROOT / "data/raw/micro_influencer", folder / "data/raw/micro_influencer")
    for name in ("reports", "studies"):
        (folder / name).mkdir()
    rng = np.random.default_rng(20240301)
    n = 200
    codes = {
        "Q12": {1: "Not likely", 2: "Very likely", 3: "Extremely likely"},
        "age": {1: "18-34", 2: "35+"},
        "sex": {1: "Woman", 2: "Man"},
    }
    frame = pd.DataFrame({name: rng.integers(1, len(labels) + 1, n) for name, labels in codes.items()})
    frame["rid"], frame["region"], frame["wt"] = np.arange(n), rng.integers(1, 5, n), rng.uniform(0.5, 2, n)
    pyreadstat.write_sav(
        frame,
        folder / "export.sav",
        column_labels={"Q12": "How likely are you to recommend the product?"},
        variable_value_labels=codes,
    )
    return folder


@pytest.mark.parametrize("block", PYTHON, ids=str)
def test_python_blocks_run(block, checkout, monkeypatch, founding):
    """Each block runs alone, from the top of a checkout. Loading the study again and again is left out."""
    monkeypatch.chdir(checkout)
    code = block.code
    for line in code.splitlines():
        if ".clean().weight()" in line and "micro_influencer" in line:
            code = code.replace(line, f"survey = founding  # {line}")
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(code, str(block), "exec"), {"founding": founding})


def test_the_line_left_out_is_true(checkout, monkeypatch, founding):
    """What the fixture stands for: the study file in a checkout, read, cleaned and weighted."""
    import survey_analysis as sa

    monkeypatch.chdir(checkout)
    survey = sa.read("data/raw/micro_influencer/study.toml").clean().weight()
    assert np.array_equal(survey.weights, founding.weights)


@pytest.mark.parametrize("line", [c for _, c in COMMANDS], ids=[f"{w} {c.split()[1]}" for w, c in COMMANDS])
def test_commands_are_accepted(line):
    words = shlex.split(line)
    assert parser().parse_args(words[1:]).command == words[1]


@pytest.mark.parametrize("line", list(dict.fromkeys(c for _, c in COMMANDS if c.split()[1] != "report")))
def test_commands_work(line, checkout, monkeypatch, capsys):
    """All but the report, whose making has its own tests."""
    monkeypatch.chdir(checkout)
    assert main(shlex.split(line)[1:]) == 0, capsys.readouterr().err


@pytest.mark.parametrize("block", TOML, ids=str)
def test_study_file_blocks_are_read(block):
    assert parse(tomllib.loads(block.code), block.page)


def test_there_are_blocks():
    assert {Path(b.page).name for b in PYTHON} >= {"README.md", "first-study.md", "own-and-common-base.md"}
    assert COMMANDS
    assert TOML
