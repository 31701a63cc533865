"""Claims where users meet them: the noun, the command line, the report, the shipped study."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from bad_input.study import ROWS, STUDY, data, write

import survey_analysis as sa
from claims.study import survey
from survey_analysis.cli import main
from survey_analysis.reporting.section_claims import claims_part

GOOD = ("Most respondents would follow it", "follow[micro].top2 > 50%")
BAD = ("Most Americans would follow a celebrity", "follow[star].top2 > 50%")
HOLDS = '\n[[claims]]\ntext = "Most say it is likely"\nsays = "follow.top2 > 50%"\n'
FAILS = '\n[[claims]]\ntext = "It drives most Americans"\nsays = "follow.top2 > 50%"\n'
MANY = data(*(f"p{i}_{row}" for i in range(30) for row in ROWS if ",1,f" not in row))


def test_the_noun_says_estimate_licence_verdict_and_what_may_be_said():
    found = survey(GOOD, BAD).claims()
    assert isinstance(found, sa.Claims)
    assert not found.hold
    text = repr(found)
    for part in (
        "SUPPORTED: Most respondents",
        "UNSUPPORTED: Most Americans",
        "licence",
        "instead",
        "1 of 2 supported",
    ):
        assert part in text
    assert "Most Americans would follow a celebrity" in found._repr_html_()
    told = json.loads(found.to_json())
    assert (told["type"], told["hold"], len(told["rows"])) == ("claims", False, 2)
    assert told["rows"][0]["estimate"] == found.rows["estimate"].iloc[0]
    assert survey(GOOD).claims().hold


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"study.toml": STUDY + HOLDS, "responses.csv": MANY})
    return tmp_path


def test_exit_codes(folder, capsys):
    assert main(["check", "study.toml"]) == 0
    assert "SUPPORTED: Most say it is likely" in capsys.readouterr().out
    (folder / "study.toml").write_text(STUDY + HOLDS + FAILS)
    assert main(["check", "study.toml"]) == 1
    out = capsys.readouterr().out
    assert "OVERCLAIMED: It drives most Americans" in out
    assert "1 of 2 supported" in out
    (folder / "study.toml").write_text(STUDY + HOLDS.replace("follow.top2", "folow.top2"))
    assert main(["check", "study.toml"]) == 2
    assert "[study.toml: claims[0]]" in capsys.readouterr().err
    (folder / "study.toml").write_text(STUDY)
    assert main(["check", "study.toml"]) == 2
    assert "declares no claims" in capsys.readouterr().err


def test_validate_names_the_claim_that_cannot_be_read(folder, capsys):
    assert main(["validate", "study.toml"]) == 0
    (folder / "study.toml").write_text(STUDY + HOLDS + HOLDS.replace("follow.top2", "folow.top2"))
    capsys.readouterr()
    assert main(["validate", "study.toml"]) == 1
    out = capsys.readouterr().out
    assert "[study.toml: claims[1]]" in out
    assert "folow" in out


def test_an_unknown_key_of_a_claim_names_its_place(folder, capsys):
    (folder / "study.toml").write_text(STUDY + HOLDS.replace("says", "sais"))
    assert main(["check", "study.toml"]) == 2
    err = capsys.readouterr().err
    assert "claims" in err
    assert "says" in err


def test_machine_formats_are_the_library_unrounded(folder, capsys):
    assert main(["check", "study.toml", "--format", "json"]) == 0
    found = sa.read("study.toml").clean().claims()
    assert capsys.readouterr().out == found.to_json() + "\n"
    assert main(["check", "study.toml", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [float(r["estimate"]) for r in rows] == found.rows["estimate"].tolist()
    assert [r["verdict"] for r in rows] == ["supported"]


def test_the_report_has_a_section_between_what_was_published_and_the_method():
    built = survey(GOOD, BAD).report()
    ids = [s.id for s in built.document.sections]
    assert "claims" in ids
    assert ids.index("claims") < ids.index("method")
    table = next(t for t in built.document.tables() if t.id == "claims-checked")
    assert [row.label for row in table.rows if row.cells] == ["supported", "unsupported"]
    assert [row.label for row in table.rows if not row.cells] == [f"1. {GOOD[0]}", f"2. {BAD[0]}"]


def test_without_claims_the_section_is_left_out_and_the_contents_say_why():
    part = claims_part(survey())
    assert not part.blocks
    assert part.omitted == "the study file declares no claims"


def test_the_claims_of_the_shipped_study_hold(founding):
    found = founding.claims()
    assert found.rows["verdict"].tolist() == ["supported"] * len(found)
    assert 6 <= len(found) <= 8
    assert {"level", "difference", "unclear", "best", "largest"} <= set(found.rows["kind"])
    assert found.simulated
    assert not re.search(
        r"\b(?<!simulated )respondents\b", " ".join(found.rows["base"]) + " ".join(found.rows["claim"])
    )


def test_hostile_text_in_a_claim_is_inert():
    found = survey(("=HYPERLINK(1) <script>\x1b[2J most", "follow[micro].top2 > 50%")).claims()
    assert "<script>" not in found._repr_html_()
    assert "\x1b" not in repr(found)


DRAFT = "Of respondents, 75% would follow it.\n\nIt drives most Americans.\n"


def test_a_draft_on_the_command_line(folder, capsys):
    (folder / "draft.md").write_text(DRAFT)
    assert main(["check", "study.toml", "--text", "draft.md"]) == 1
    out, err = capsys.readouterr()
    assert err == ""
    assert "draft.md:3:4 OVERCLAIMED “drives”" in out
    assert "2 sentences" in out
    assert (folder / "draft.md").read_text() == DRAFT
    good = f"Of respondents, {100 * sa.read('study.toml').clean().proportion('follow', top=2).value:.0f}% would follow it.\n"
    (folder / "good.md").write_text(good)
    assert main(["check", "study.toml", "--text", "good.md"]) == 0


def test_the_copy_is_written_elsewhere_or_not_at_all(folder, capsys):
    (folder / "draft.md").write_text(DRAFT)
    assert main(["check", "study.toml", "--text", "draft.md", "--out", "made/copy.md"]) == 1
    assert "drives†" in (folder / "made/copy.md").read_text()
    assert (folder / "draft.md").read_text() == DRAFT
    for argv, said in (
        (["--text", "draft.md", "--out", "draft.md"], "replace the draft"),
        (["--out", "copy.md"], "there is none"),
        (["--text", "nowhere.md"], "cannot be read"),
    ):
        capsys.readouterr()
        assert main(["check", "study.toml", *argv]) == 2
        assert said in capsys.readouterr().err
    (folder / "latin.md").write_bytes(b"caf\xe9 5%")
    assert main(["check", "study.toml", "--text", "latin.md"]) == 2
    assert "not UTF-8" in capsys.readouterr().err


def test_a_draft_in_machine_formats(folder, capsys):
    (folder / "draft.md").write_text(DRAFT)
    assert main(["check", "study.toml", "--text", "draft.md", "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["type"], told["hold"]) == ("draft", False)
    assert main(["check", "study.toml", "--text", "draft.md", "--format", "csv"]) == 1
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [r["found"] for r in rows] == [r["found"] for r in told["rows"]]
