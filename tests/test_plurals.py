"""One of a thing is said as one: no count of one stands beside a plural, in what is printed of very small surveys."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.cli.app import main
from survey_analysis.errors import SurveyAnalysisError

PLURAL = re.compile(
    r"(?<![\d.,–-])1 (?:more |filled |different |declared |further )?(?:answers|bytes|cells|codes|columns|constructs|files|"
    r"groups|items|labels|levels|options|people|questions|records|replicates|respondents|rows|rules|tables|tests|texts|units|"
    r"values|weights)\b"
)
ONE = "Q1\nyes\n"
STUDY = """schema = 1
[study]
data = "one.csv"
[questions.Q1]
levels = ["yes", "no"]
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "one.csv").write_text(ONE)
    (tmp_path / "study.toml").write_text(STUDY.split("[clean]", maxsplit=1)[0])
    return tmp_path


@pytest.mark.parametrize(
    "argv",
    [
        ["inspect", "one.csv"],
        ["validate", "study.toml"],
        ["codebook", "study.toml", "--out", "out"],
        ["topline", "study.toml", "--out", "out"],
        ["export", "study.toml", "--to", "csv,sav", "--out", "out"],
    ],
)
def test_of_one_respondent_and_one_question(folder, capsys, argv) -> None:
    main(argv)
    out, err = capsys.readouterr()
    assert out + err
    assert not PLURAL.search(out + err)


def test_of_printed_surveys(folder) -> None:
    survey = sa.read("study.toml")
    for shown in (repr(survey), repr(survey["Q1"]), repr(survey.codebook), repr(survey.find("yes"))):
        assert not PLURAL.search(shown)
    assert "1 in 1 column" in repr(survey)


@pytest.mark.parametrize(
    ("frame", "study", "said"),
    [
        ({"q": ["yes", "7"]}, {"questions": {"q": {"levels": ["yes", "no"]}}}, "1 answer to 'q'"),
        ({"q": ["1", "x"]}, {"questions": {"q": {"kind": "numeric"}}}, "1 answer to 'q'"),
        ({"q": ["a", "b"], "w": ["1", ""]}, {"design": {"weight": "w"}}, "1 weight in 'w' is"),
        ({"q": ["a", "b"], "s": ["1", ""]}, {"design": {"strata": "s"}}, "1 row has no"),
    ],
)
def test_of_errors_about_one_row(frame, study, said) -> None:
    with pytest.raises(SurveyAnalysisError) as error:
        sa.read(pd.DataFrame(frame), study=study).table.variable("q")
    assert said in str(error.value)
    assert not PLURAL.search(str(error.value))
