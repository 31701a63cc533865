"""`estimate`: the table as printed, the unrounded rows, and that both are what the library says."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from bad_input.study import RAKE, ROWS, SAMPLES, STUDY, data, write

import survey_analysis as sa
from survey_analysis.cli import main

TOLD = (
    STUDY
    + RAKE.format(f=0.5, m=0.5)
    + '\n[clean]\nrules = [{ rule = "eligible", label = "tests", remove = "w > 9" }]\n'
)
MANY = data(*(f"p{i}_{row}" for i in range(20) for row in ROWS), "x,10,1,f,north")
SHARES = """\
“How likely are you to follow it?”
Base: respondents who answered 'follow'; n = 60 to 80 (effective 56 to 74).

            %   95% interval     SE    n   Effective   No answer
----------------------------------------------------------------
north    21.4      13.6–32.1   4.62   60          56          20
south    40.7      30.6–51.8   5.40   80          74           0

Counted: “Very likely”.

Source: Trust. Raked to sex. Figures are rounded after all calculation.
"""
MEANS = """\
“How likely are you to follow it?”
Base: respondents who answered 'follow', filter: sex == 'Woman'; n = 80 (effective 71).

         Mean   95% interval      SE    n   Effective   No answer
-----------------------------------------------------------------
All      2.20      2.05–2.35   0.076   80          71           0

Source: Trust. Raked to sex. Figures are rounded after all calculation.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"study.toml": TOLD, "responses.csv": MANY})
    return tmp_path


@pytest.fixture
def asked(folder, capsys):
    def ask(*argv: str) -> str:
        assert main(["estimate", "study.toml", *argv]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return ask


def test_shares_as_printed(asked) -> None:
    assert asked("follow", "--top", "1", "--by", "area") == SHARES


def test_a_mean_as_printed(asked) -> None:
    assert asked("follow", "--mean", "--where", "sex == 'Woman'") == MEANS


@pytest.mark.parametrize(
    ("argv", "make"),
    [
        (("follow",), lambda s: s.proportion("follow")),
        (
            ("follow", "--top", "2", "--by", "sex,area"),
            lambda s: s.proportion("follow", top=2, by=["sex", "area"]),
        ),
        (("follow", "--bottom", "1"), lambda s: s.proportion("follow", bottom=1)),
        (
            ("follow", "--answers", "2,Very likely"),
            lambda s: s.proportion("follow", answers=["2", "Very likely"]),
        ),
        (
            ("follow", "--mean", "--where", "area == 'north'"),
            lambda s: s.mean("follow", where="area == 'north'"),
        ),
    ],
)
def test_json_is_the_library(argv, make, asked) -> None:
    assert asked(*argv, "--format", "json") == make(sa.read("study.toml").clean().weight()).to_json() + "\n"


def test_csv_is_unrounded_and_says_what_it_is(asked) -> None:
    rows = list(csv.DictReader(io.StringIO(asked("follow", "--top", "1", "--by", "sex", "--format", "csv"))))
    found = sa.read("study.toml").clean().weight().proportion("follow", top=1, by="sex").to_frame()
    assert [r["sex"] for r in rows] == ["Woman", "Man"]
    assert [float(r["estimate"]) for r in rows] == found["estimate"].tolist()
    assert [float(r["std_error"]) for r in rows] == found["std_error"].tolist()
    assert {r["kind"] for r in rows} == {"proportion"}
    assert {r["simulated"] for r in rows} == {"0"}


def test_a_number_has_a_mean_and_a_construct_too(folder, asked) -> None:
    more = '\n[questions.w]\nkind = "numeric"\n[constructs.trust]\nitems = ["follow"]\n'
    (folder / "study.toml").write_text(TOLD + more)
    survey = sa.read("study.toml").clean().weight()
    for name, expected in (("w", survey.mean("w")), ("trust", survey.perceptions("trust"))):
        found = json.loads(asked(name, "--format", "json"))
        assert found["rows"][0]["estimate"] == expected.rows["estimate"].iloc[0]


def test_other_data_of_the_same_study(folder, asked) -> None:
    rows = [row.replace(",1,north", ",3,north") for row in MANY.splitlines()]
    (folder / "wave2.csv").write_text("\n".join(rows).replace(",1,f", ",3,f") + "\n")
    first = json.loads(asked("follow", "--top", "1", "--format", "json"))
    second = json.loads(asked("follow", "--top", "1", "--data", "wave2.csv", "--format", "json"))
    assert second["rows"][0]["estimate"] > first["rows"][0]["estimate"]


def test_a_sample_is_named_or_coded(folder, asked) -> None:
    (folder / "study.toml").write_text(TOLD + SAMPLES)
    named, coded = (
        json.loads(asked("follow", "--top", "1", "--where", where, "--format", "json"))["rows"]
        for where in ("sample == 'panel'", "sample == 'north'")
    )
    assert named == coded
    assert named[0]["n"] == 60


def test_an_answer_that_holds_a_comma(folder, asked) -> None:
    (folder / "study.toml").write_text(TOLD.replace('"Likely"', '"Likely, perhaps"'))
    argv = ("follow", "--answers", '"Likely, perhaps",Very likely', "--format", "json")
    assert json.loads(asked(*argv))["topic"]["answers"] == ["Likely, perhaps", "Very likely"]
