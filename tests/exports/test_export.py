"""`survey.export` and the command: what is refused, what is said, what is never written."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

import survey_analysis as sa
from survey_analysis.cli import main
from survey_analysis.cli.options import EXPORT_FORMATS
from survey_analysis.errors import (
    ColumnNotFoundError,
    DataError,
    MissingExtraError,
    PersonalDataWarning,
    ReportError,
)
from survey_analysis.exports.layout import layout_of
from survey_analysis.exports.registry import EXPORTERS
from survey_analysis.exports.sav_syntax import mrsets_syntax
from survey_analysis.frames.facts import ResponseSet
from survey_analysis.readers.sav_records import mr_sets, utf8

FRAME = pd.DataFrame(
    {
        "mail": ["a@example.org", "b@example.org", "c@example.org"],
        "q": ["1", "2", "98"],
        "r": ["97", "98", "99"],
        "a": ["1", "0", ""],
        "b": ["0", "1", ""],
        "t": ["so", "", "no "],
        "left": ["x", "y", "z"],
        "Wave 1": ["1.5", "2", "1"],
    }
)
STUDY = {
    "design": {"weight": "Wave 1"},
    "roles": {"personal": ["mail"]},
    "questions": {
        "q": {"levels": [["1", "Yes"], ["2", "N" * 200]], "missing": [["98", "refused", "98"]], "text": "Q" * 300},
        "r": {
            "levels": [["1", "low"], ["80", "middle"], ["100", "high"]],
            "missing": [["97", "dont_know"], ["98", "refused"], ["99", "no_answer"], ["-5", "not_asked"], ["60", "break_off"], ["70", "not_applicable"]],
        },
        "m": {"kind": "multiple", "options": [{"column": "a", "label": "A"}, {"column": "b", "label": "B"}]},
        "t": {"kind": "open", "asked_if": "q == 1"},
        "who": {"kind": "open", "column": "mail"},
    },
}  # fmt: skip


@pytest.fixture
def survey() -> sa.Survey:
    return sa.read(FRAME, study=STUDY)


def test_every_format_of_the_command_is_registered() -> None:
    assert sorted(EXPORT_FORMATS) == sorted(s[1:] for e in EXPORTERS for s in e.suffixes)
    assert all(callable(e.load()) for e in EXPORTERS)


@pytest.mark.parametrize("ending", EXPORT_FORMATS)
def test_personal_columns_are_never_written(survey, tmp_path, ending) -> None:
    record = survey.export(tmp_path / f"out.{ending}")
    if ending != "sss":  # that writer leaves them out in other words
        assert "Personal columns are never written: who." in record.notes
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert b"example.org" not in content
        assert b"mail" not in content
    with pytest.raises(DataError, match="personal"):
        survey.export(tmp_path / f"out.{ending}", questions=["who"])


def test_an_id_that_is_personal_stays_behind(tmp_path) -> None:
    survey = sa.read(FRAME, study=STUDY | {"design": {"id": "mail"}})
    record = survey.export(tmp_path / "out.csv")
    assert "The id 'mail' is personal and is not written." in record.notes
    assert sa.read(tmp_path / "out.toml").study.design.id == ""


def test_columns_withheld_at_reading_are_not_written(tmp_path) -> None:
    with pytest.warns(PersonalDataWarning, match="'mail'"):
        survey = sa.read(FRAME[["mail", "q"]])
    record = survey.export(tmp_path / "out.csv")
    assert "Personal columns are never written: mail." in record.notes
    assert all(b"mail" not in path.read_bytes() for path in tmp_path.iterdir())


def test_spss_says_what_it_cannot_hold(survey, tmp_path) -> None:
    notes = survey.export(tmp_path / "out.sav").notes
    assert "Renamed for SPSS: 'Wave 1' is Wave_1." in notes
    assert "Variable labels cut to 255 bytes: q." in notes
    assert "Value labels cut to 120 bytes: q." in notes
    assert any(n.startswith("Why a text is empty is not kept: t") for n in notes)
    assert any("stay labelled answers" in n and "r (" in n for n in notes)
    assert any(
        n.startswith("Columns that the study file declares no question for were left out: left")
        for n in notes
    )
    _, meta = pyreadstat.read_sav(str(tmp_path / "out.sav"), user_missing=True)
    assert meta.missing_ranges["q"] == [{"lo": 98.0, "hi": 98.0}]
    assert meta.variable_value_labels["q"][98.0] == "98 (refused)"  # the label says the kind
    assert meta.column_names_to_labels["q"].endswith("…")
    assert meta.variable_measure["Wave_1"] == "scale"


def test_syntax_and_record_of_sets(survey, tmp_path) -> None:
    survey.export(tmp_path / "out.sav")
    syntax = (tmp_path / "out.sps").read_text(encoding="utf-8")
    assert "/MDGROUP NAME=$m CATEGORYLABELS=VARLABELS" in syntax
    assert "VARIABLES=a b\n    VALUE=1" in syntax
    assert max(map(len, syntax.splitlines())) <= 251
    (found,) = mr_sets((tmp_path / "out.sav").read_bytes(), utf8)
    assert (found.name, found.columns, found.counted) == ("m", ("a", "b"), "1")


def test_long_lists_of_variables_are_wrapped() -> None:
    columns = tuple(f"variable_with_a_long_name_{i}" for i in range(60))
    syntax = mrsets_syntax("x.sav", [ResponseSet("s", "dichotomy", columns, (), "it's " * 90, ("1",))])
    assert max(len(line.encode()) for line in syntax.splitlines()) <= 251
    assert all(syntax.count(f"{c}\n") + syntax.count(f"{c} ") >= 1 for c in columns)


def test_only_some_questions(survey, tmp_path) -> None:
    survey.export(tmp_path / "out.csv", questions=["m", "left"])
    again = sa.read(tmp_path / "out.toml")
    assert again.table.raw.columns == ("a", "b", "left", "Wave 1")
    assert list(again.codebook.questions) == ["m", "left"]
    with pytest.raises(ColumnNotFoundError):
        survey.export(tmp_path / "out.csv", questions=["nobody"])


def test_routing_goes_with_the_questions_it_reads(survey, tmp_path) -> None:
    survey.export(tmp_path / "out.csv")
    assert sa.read(tmp_path / "out.toml").codebook.questions["t"].asked_if == "q == 1"
    record = survey.export(tmp_path / "out.csv", questions=["t"])
    assert any("routing" in n for n in record.notes)
    assert not sa.read(tmp_path / "out.toml").codebook.questions["t"].asked_if


def test_refused(survey, tmp_path) -> None:
    with pytest.raises(DataError, match=r"Known endings: \.sav"):
        survey.export(tmp_path / "out.xlsb")
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReportError, match="it is a file"):
        survey.export(tmp_path / "file" / "out.csv")
    long = sa.read(pd.DataFrame({"t": ["é" * 20_000, "x" * 101]}))
    (tmp_path / "out.sav").write_bytes(b"before")
    with pytest.raises(DataError, match="longer than SPSS can hold"):
        long.export(tmp_path / "out.sav")
    assert (tmp_path / "out.sav").read_bytes() == b"before"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "out.sav"]
    with pytest.raises(DataError, match="NUL"):
        sa.read(pd.DataFrame({"t": ["a\0b", "x" * 101]})).export(tmp_path / "out.csv")


def test_without_pyarrow(survey, tmp_path, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtraError, match=r"survey-analysis\[parquet\]"):
        survey.export(tmp_path / "out.parquet")
    assert not list(tmp_path.iterdir())


def test_same_column_under_two_names(tmp_path) -> None:
    """Names that differ only in capitals are one name in SPSS; a question may be named like a data column."""
    frame = pd.DataFrame({"q": ["1", "2"], "Q": ["3", "4"], "w": ["1", "2"]})
    study = {
        "design": {"weight": "w"},
        "questions": {"w": {"column": "q", "levels": ["1", "2"]}, "Q": {"levels": ["3", "4"]}},
    }
    survey = sa.read(frame, study=study)
    assert [c.name for c in layout_of(survey.table).columns] == ["w", "Q", "w_2"]
    survey.export(tmp_path / "out.csv")
    again = sa.read(tmp_path / "out.toml")
    assert again.frame.weight.tolist() == [1.0, 2.0]
    assert again.table.raw.column("w").tolist() == ["1", "2"]


def test_command(tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    FRAME.drop(columns="mail").to_csv("answers.csv", index=False)
    Path("study.toml").write_text(
        'schema = 1\n[study]\nname = "Trust"\ndata = "answers.csv"\n[sample]\nkind = "simulated"\n'
        '[design]\nweight = "Wave 1"\n[questions.q]\nlevels = [[1, "Yes"], [2, "No"], [98, "?"]]\n',
        encoding="utf-8",
    )
    assert main(["export", "study.toml", "--to", "sav,csv", "--name", "w1"]) == 0
    said = capsys.readouterr().out
    assert "SIMULATED DATA" in said
    assert "w1.sav  3 respondents" in said
    assert sorted(p.name for p in Path("data").iterdir()) == [
        "w1.codebook.csv",
        "w1.csv",
        "w1.sav",
        "w1.toml",
    ]
    assert sa.read("data/w1.toml").proportion("q", answers=["Yes"]).value == pytest.approx(1.5 / 4.5)
    assert main(["export", "study.toml", "--to", "dta"]) == 2
    assert main(["export", "study.toml", "--name", "../x"]) == 2
    assert main(["export", "study.toml", "--questions", "nobody"]) == 2
