"""`codebook`: documents, the codebook to edit, what is refused."""

from __future__ import annotations

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.cli import main
from survey_analysis.cli.options import CODEBOOK_FORMATS
from survey_analysis.reporting.codebook import FORMATS

STUDY = """
[study]
name = "Trust"
data = "answers.csv"
[questions.own]
levels = ["no", "yes"]
[questions.make]
kind = "open"
asked_if = "own == 'yes'"
"""


@pytest.fixture
def study(tmp_path):
    (tmp_path / "study.toml").write_text(STUDY, encoding="utf-8")
    rows = pd.DataFrame({"own": ["yes", "no"] * 10, "make": ["A", "B"] + [""] * 18})
    rows.to_csv(tmp_path / "answers.csv", index=False)
    return tmp_path / "study.toml"


def test_the_formats_are_those_of_the_document():
    assert CODEBOOK_FORMATS == FORMATS


def test_every_format_is_written_and_the_bases_are_audited(study, tmp_path, capsys):
    out = tmp_path / "out"
    assert main(["codebook", str(study), "--to", "html,pdf,xlsx", "--out", str(out), "--name", "book"]) == 0
    assert sorted(p.name for p in out.iterdir()) == ["book.html", "book.pdf", "book.xlsx"]
    said = capsys.readouterr().out
    assert "2 questions; 20 rows." in said
    assert "9 asked without an answer, 1 answered without being asked" in said


def test_the_codebook_to_edit_is_written_alone(study, tmp_path, capsys):
    path = tmp_path / "codebook.xlsx"
    assert main(["codebook", str(study), "--edit", str(path)]) == 0
    assert (
        f'{path}  2 questions, to edit; name it in [study]: codebook = "codebook.xlsx"'
        in capsys.readouterr().out
    )
    assert sa.Codebook.from_excel(path) == sa.read(study).codebook
    assert not (tmp_path / "reports").exists()


def test_columns_that_nobody_declared_are_written_where_asked_for(study, tmp_path, capsys):
    """What is written and named again declares no more than was declared before."""
    rows = pd.read_csv(tmp_path / "answers.csv").assign(StartDate="2024-03-01", panel=1)
    rows.to_csv(tmp_path / "answers.csv", index=False)
    path = tmp_path / "codebook.csv"
    assert main(["codebook", str(study), "--edit", str(path)]) == 0
    said = capsys.readouterr().out
    assert "2 questions, to edit" in said
    assert "Left out: 2 columns that nobody declared; --all lists them" in said
    before = list(sa.read(study).study.codebook.questions)
    study.write_text(STUDY.replace("[study]", '[study]\ncodebook = "codebook.csv"'), encoding="utf-8")
    assert list(sa.read(study).study.codebook.questions) == before
    study.write_text(STUDY, encoding="utf-8")
    assert main(["codebook", str(study), "--edit", str(path), "--all"]) == 0
    assert "2 questions and 2 columns that nobody declared, to edit" in capsys.readouterr().out
    assert list(sa.Codebook.from_csv(path).questions) == [*before, "StartDate", "panel"]


def test_commands_count_the_same_questions(study, tmp_path, capsys):
    """Where one counts more than another it says what."""
    text = STUDY + "[derived.owner]\nrelabel = { of = 'own', labels = { yes = 'Owner', no = 'None' } }\n"
    study.write_text(text, encoding="utf-8")
    told = "3 questions (1 derived)"
    assert "  questions    3 declared (1 derived), 0 constructs" in repr(sa.read(study))
    for argv in (
        ["validate"],
        ["codebook", "--out", str(tmp_path)],
        ["codebook", "--edit", str(tmp_path / "b.xlsx")],
    ):
        assert main([argv[0], str(study), *argv[1:]]) == 0
        assert told in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["--to", "docx"], "there is no format 'docx' of a codebook"),
        (["--edit", "codebook.doc"], "is neither .xlsx nor .csv"),
        (["--minimum", "1"], "protects nobody"),
        (["--all"], "--all goes with --edit"),
        (["--name", "../x"], "is not a name for files"),
    ],
)
def test_wrong_options_are_explained(study, options, what, capsys):
    assert main(["codebook", str(study), *options]) == 2
    assert what in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "what", "hint"),
    [
        (
            ["inspect", "study.toml"],
            "'study.toml' is a study file, not an export.",
            "survey-analysis validate",
        ),
        (
            ["validate", "answers.csv"],
            "'answers.csv' is not a study file.",
            "survey-analysis inspect answers.csv",
        ),
        (["validate", "answers.csv.gz"], "'answers.csv.gz' is not a study file.", "survey-analysis inspect"),
    ],
)
def test_export_and_study_file_mistaken_for_each_other(study, monkeypatch, capsys, argv, what, hint):
    monkeypatch.chdir(study.parent)
    pd.read_csv("answers.csv").to_csv("answers.csv.gz", index=False)
    assert main(argv) == 2
    said = capsys.readouterr().err
    assert what in said
    assert hint in said
