"""`inspect`: what is listed, what is not shown, and a draft that validates."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

import survey_analysis as sa
from survey_analysis.cli import main

CSV = "rid,Email,sex,follow,why\n" + "".join(
    f"r{i},p{i}@example.org,{'fm'[i % 2]},{1 + i % 5},because of reason number {i} of many\n"
    for i in range(60)
)
PRINTED = """\
export.csv (csv): 60 rows, 5 columns

columns  seems     sure    missing  question; answers; what the guess rests on
rid      id        high    0        named like an id; 60 different values in 60 rows
Email    personal  high    0        named like an e-mail address; 60 of 60 values are e-mail
                                    addresses
sex      single    high    0        f | m
                                    2 answers
follow   single    medium  0        1 | 2 | 3 | 4 | 5
                                    5 whole numbers without labels: codes
why      open      high    0        60 different texts

5 guesses: 4 high, 1 medium, 0 low.
high: the file says so, or name and cells both do, or nothing else fits the cells; medium: one sign,
the name or the cells; low: another reading fits as well, look here first.

Nothing was written. This writes a draft to be checked, a study file and a codebook of 3 questions
(--draft prints it):
  survey-analysis inspect raw/export.csv --write studies/export
"""
DRAFT = """\
# Draft by survey-analysis inspect: guesses from the data, to be checked. Comments say what each rests on.
schema = 1

[study]
name = "export"
data = "export.csv"

# Who was sampled, and how? A report asks for these.
[sample]
# kind = "opt-in"  # probability, opt-in, list, census or simulated
# population = ""
# dates = []

[design]
# strata = "", psu = "", fpc = "": if the sample has them
# 'rid': named like an id; 60 different values in 60 rows
id = "rid"

[roles]
# 'Email': named like an e-mail address; 60 of 60 values are e-mail addresses
personal = ["Email"]

[scales.sex]
levels = ["f", "m"]

[scales.follow]
levels = ["1", "2", "3", "4", "5"]

[questions.sex]
kind = "single"
scale = "sex"

# medium: 5 whole numbers without labels: codes
[questions.follow]
kind = "single"
scale = "follow"

[questions.why]
kind = "open"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "export.csv").write_text(CSV)
    return tmp_path


def test_as_printed(folder, capsys) -> None:
    assert main(["inspect", "raw/export.csv"]) == 0
    out, err = capsys.readouterr()
    assert out == PRINTED
    assert err == (
        "warning: 1 column seems to hold personal data: 'Email'.\n"
        "  Their values are not shown; keep them under personal = [...] in [roles], and they are dropped at reading.\n"
    )
    assert "example.org" not in out + err
    assert sorted(p.name for p in folder.rglob("*")) == ["export.csv", "raw"]


def test_the_draft_alone_where_it_is_asked_for(folder, capsys) -> None:
    assert main(["inspect", "raw/export.csv", "--draft"]) == 0
    assert capsys.readouterr().out == DRAFT
    assert sorted(p.name for p in folder.rglob("*")) == ["export.csv", "raw"]


def test_the_command_that_writes_it_runs_as_printed(folder, capsys) -> None:
    (folder / "raw" / "wave one.csv").write_text("a;b\n" + "1;x\n" * 9)
    assert main(["inspect", "raw/wave one.csv", "--delimiter", ";", "--header-rows", "1"]) == 0
    program, *argv = shlex.split(capsys.readouterr().out.splitlines()[-1])
    assert program == "survey-analysis"
    assert main(argv) == 0
    assert (folder / "studies" / "wave one" / "codebook.csv").is_file()
    assert len(sa.read("studies/wave one/study.toml").table.raw.columns) == 2


def test_draft_and_write_are_one_too_many(folder, capsys) -> None:
    assert main(["inspect", "raw/export.csv", "--draft", "--write", "new"]) == 2
    assert "not allowed with" in capsys.readouterr().err


def test_a_draft_elsewhere_reads_the_data_where_they_lie(folder, capsys) -> None:
    assert main(["inspect", "raw/export.csv", "--write", "studies/new"]) == 0
    assert capsys.readouterr().out.endswith(
        "studies/new/codebook.csv  draft codebook: wording, labels and kinds of the questions\n"
        "studies/new/study.toml  draft study file: check each line, then "
        "survey-analysis validate studies/new/study.toml\n"
    )
    assert Path("studies/new/codebook.csv").read_text(encoding="utf-8") == (
        "column,text,kind,scale\nsex,,single,sex\nfollow,,single,follow\nwhy,,open,\n"
    )
    survey = sa.read("studies/new/study.toml")
    assert (len(survey), survey.study.name) == (60, "export")
    assert main(["validate", "studies/new/study.toml"]) == 0
    assert capsys.readouterr().out.endswith("\nNo problems.\n")


def test_reading_options_are_kept_in_the_draft(folder, capsys) -> None:
    text = "id|sphere\n1|Wohnen: Straße\n2|Wohnen: Straße\n3|Arbeit\n"
    (folder / "raw" / "old.txt").write_bytes(text.encode("cp850"))
    argv = [
        "inspect",
        "raw/old.txt",
        "--encoding",
        "cp850",
        "--delimiter",
        "|",
        "--header-rows",
        "1",
        "--write",
        "raw",
    ]
    assert main(argv) == 0
    draft = (folder / "raw" / "study.toml").read_text(encoding="utf-8")
    assert 'data = "old.txt"\nencoding = "cp850"\nheader_rows = 1\ndelimiter = "|"\n' in draft
    assert sa.read("raw/study.toml").table.raw.column("sphere").tolist()[0] == "Wohnen: Straße"


@pytest.mark.parametrize("name", ["study.toml", "codebook.csv"])
def test_nothing_is_written_over(folder, capsys, name) -> None:
    (folder / "new").mkdir()
    (folder / "new" / name).write_text("mine")
    assert main(["inspect", "raw/export.csv", "--write", "new"]) == 2
    assert capsys.readouterr().err.startswith(f"error: 'new/{name}' is there already.")
    assert [p.name for p in (folder / "new").iterdir()] == [name]
    assert (folder / "new" / name).read_text() == "mine"
