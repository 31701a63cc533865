"""A dry run names what fails and what is thin, and never passes for a survey of people."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.cli.app import main
from survey_analysis.errors import EstimationError, ReportError, StudyError

YES = [["0", "No"], ["1", "Yes"]]
STUDY = {
    "schema": 1,
    "study": {"name": "Trust", "data": "not-there.csv"},
    "sample": {"kind": "opt-in", "sponsor": "somebody"},
    "design": {"id": "rid", "loops": {"source": {"probability": "pi", "asked": 2}}},
    "roles": {"duration": "seconds", "personal": ["ip"]},
    "scales": {"five": {"levels": [1, 2, 3, 4, 5], "missing": [[98, "dont_know"], [99, "refused"]]}},
    "subjects": {"source": {"a": "Source A", "b": "Source B", "c": "Source C"}},
    "questions": {
        "age": {"column": "age", "kind": "numeric", "valid_range": [18, 80]},
        "sex": {"column": "sex", "levels": ["Woman", "Man"]},
        "knows": {"kind": "multiple", "options": [{"column": f"know_{k}", "label": k} for k in "abc"]},
        "why": {"column": "why", "kind": "open", "asked_if": "sex == 'Woman'"},
    },
    "batteries": {
        "trust": {
            "over": "source", "columns": "{source}_trust", "scale": "five",
            "asked_if": "know_{source} is not missing and (pi == 1 or {source}_trust is not missing)",
        },
    },
    "derived": {"older": {"levels": {"18-49": "age < 50", "50+": "age >= 50"}}},
    "clean": {"rules": [{"rule": "consent", "column": "ok", "agreed": [1]}, {"rule": "eligible", "label": "abroad", "remove": "country != 7"}, "speeders"], "exclude": "any"},
    "weighting": {"all": {"targets": {"sex": {"Woman": 0.6, "Man": 0.4}, "older": {"18-49": 0.5, "50+": 0.5}}}},
    "report": {
        "headline": {"question": "trust", "top": 2, "source": "a"},
        "findings": [{"question": "trust", "top": 2, "by": "source", "compare_to": "b"}],
    },
}  # fmt: skip


BARE = {name: table for name, table in STUDY.items() if name != "report"}


def changed(base=STUDY, **tables):
    study = copy.deepcopy(base)
    for name, value in tables.items():
        study[name] = (study.get(name) or {}) | value if isinstance(value, dict) else value
    return study


@pytest.fixture(scope="module")
def found():
    return sa.dry_run(STUDY, n=900, seed=4)


def statuses(run):
    return {f"{r.part}: {r.what}": r.status for r in run.rows.itertuples()}


def test_nothing_fails_in_a_sound_study(found):
    assert not len(found.fails), found.fails.to_string()
    assert statuses(found)["report: all sections"] == "fine"
    assert found.survey.study.simulated
    assert found.n == 900


def test_respondents_are_marked_and_routed(found):
    raw = found.survey.table.raw.frame
    assert (raw["simulated"] == "1").all()
    assert (raw["rid"].str.startswith("simulated-")).all()
    assert ((raw["why"] != "") == (raw["sex"] == "Woman")).all()
    knows = np.column_stack([raw[f"know_{k}"] != "" for k in "abc"])
    rated = np.column_stack([raw[f"{k}_trust"] != "" for k in "abc"])
    assert not (rated & ~knows).any()
    assert (rated.sum(axis=1) == np.minimum(knows.sum(axis=1), 2)).all()
    assert (raw["pi"].astype(float) - np.minimum(1, 2 / knows.sum(axis=1))).abs().max() < 1e-5
    assert (raw["ok"] == "1").all()
    assert (raw["country"] == "7").all()


def test_shares_are_those_stated():
    run = sa.dry_run(BARE, n=4000, seed=2, missing=0.2, assumed={"trust": {"a": [0, 0, 0, 0.25, 0.75]}})
    cells = run.survey.table.raw.frame["a_trust"]
    cells = cells[cells != ""]
    assert cells.isin(["98", "99"]).mean() == pytest.approx(0.2, abs=0.03)
    answers = cells[~cells.isin(["98", "99"])]
    assert set(answers) == {"4", "5"}
    assert (answers == "5").mean() == pytest.approx(0.75, abs=0.04)
    assert (run.survey.table.raw.frame["sex"] == "Woman").mean() == pytest.approx(0.6, abs=0.03)  # the target
    none = sa.dry_run(BARE, n=200, missing=0)
    assert not none.survey.table.raw.frame["a_trust"].isin(["98", "99"]).any()


def test_the_same_seed_gives_the_same_respondents():
    one, two, other = (sa.dry_run(BARE, n=300, seed=s) for s in (7, 7, 8))
    assert one.survey.table.raw.frame.equals(two.survey.table.raw.frame)
    assert one.rows.equals(two.rows)
    assert not one.survey.table.raw.frame.equals(other.survey.table.raw.frame)


def test_a_question_nobody_is_asked_fails():
    questions = STUDY["questions"] | {"late": {"column": "late", "levels": YES, "asked_if": "age > 90"}}
    run = sa.dry_run(changed(BARE, questions=questions), n=300)
    row = run.fails.iloc[0]
    assert (row["part"], row["what"]) == ("routing", "late")
    assert "true of nobody" in row["detail"]


def test_routing_that_cannot_be_read_fails():
    questions = STUDY["questions"] | {
        "late": {"column": "late", "levels": YES, "asked_if": "sex == 'Person'"}
    }
    run = sa.dry_run(changed(BARE, questions=questions), n=200)
    assert "routing: late" in statuses(run)
    assert "Person" in run.fails.iloc[0]["detail"]


def test_a_target_without_a_category_fails():
    targets = {"all": {"targets": {"sex": {"Woman": 0.5, "Man": 0.4, "Another": 0.1}}}}
    run = sa.dry_run(changed(BARE, weighting=targets), n=300)
    assert [r.part for r in run.fails.itertuples()] == ["weighting"]
    assert "Another" in run.fails.iloc[0]["detail"]


def test_a_category_without_target_fails():
    questions = STUDY["questions"] | {"sex": {"column": "sex", "levels": ["Woman", "Man", "Another"]}}
    run = sa.dry_run(changed(BARE, questions=questions), n=2000)
    assert "weighting" in set(run.fails["part"])


def test_a_finding_that_cannot_be_made_fails_with_its_place():
    report = STUDY["report"] | {"findings": [{"question": "trsut", "top": 2, "by": "source"}]}
    run = sa.dry_run(changed(report=report), n=300)
    assert run.fails["what"].tolist() == ["report.findings[0]"]
    assert "trust" in run.fails.iloc[0]["hint"]
    with pytest.raises(ReportError, match="cannot be built"):
        run.report  # noqa: B018


def test_small_bases_and_small_hopes_are_thin(found):
    small = statuses(sa.dry_run(STUDY, n=150, seed=1))
    assert small["findings: headline"] == "thin"
    few = sa.dry_run(STUDY, n=900, seed=4, difference=0.001).thin
    assert any("hoped for 0.1 points" in d for d in few["detail"])
    detects = [d for d in found.rows["detail"] if "detects" in d]
    assert detects


def test_detectable_is_that_of_the_comparison(found):
    test = found.survey.proportion("trust", top=2, by="source").compare(to="b", base="common")
    worst = 100 * test.to_frame()["detectable"].max()
    row = found.rows[found.rows["what"].str.startswith("report.findings[0]")].iloc[0]
    shown = float(row["detail"].split("detects ")[1].split(" points")[0])
    assert shown == pytest.approx(
        worst, rel=0.15
    )  # the family of the report is adjusted; the error is the same


def test_claims_are_judged_by_their_bases():
    claims = [{"text": "Most say they trust A", "says": "trust[a].top2 > 50%"}]
    study = BARE | {"claims": claims}
    thin, fine = (statuses(sa.dry_run(study, n=n, seed=3))["claims: claims[0]"] for n in (120, 2000))
    assert (thin, fine) == ("thin", "fine")
    broken = BARE | {"claims": [{"text": "Most", "says": "trsut[a].top2 > 50%"}]}
    assert "claims" in set(sa.dry_run(broken, n=200).fails["part"])


def test_samples_share_the_respondents():
    study = changed(BARE, samples={"column": "s", "x": {"code": 1}, "y": {"code": 2}}) | {"weighting": {}}
    run = sa.dry_run(study, n=201)
    assert run.survey.table.raw.frame["s"].value_counts().to_dict() == {"1": 101, "2": 100}
    named = sa.dry_run(study, n={"x": 150, "y": 30})
    assert named.survey.table.raw.frame["s"].value_counts().to_dict() == {"1": 150, "2": 30}
    with pytest.raises(StudyError, match="'z'"):
        sa.dry_run(study, n={"z": 10})


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"n": 0}, StudyError, "not possible"),
        ({"n": 10.5}, StudyError, "not possible"),
        ({"n": {"x": 10}}, StudyError, "the study has one"),
        ({"missing": 1}, StudyError, "missing"),
        ({"difference": 5}, EstimationError, "0.05 is 5 points"),
        ({"assumed": {"trust": [0.5, 0.5]}}, StudyError, "do not fit"),
        ({"assumed": {"trust": {"z": [0.2] * 5}}}, StudyError, "'z'"),
        ({"assumed": {"trsut": [0.2] * 5}}, sa.SurveyAnalysisError, "trust"),
        ({"assumed": {"why": [0.2] * 5}}, StudyError, "no scale"),
    ],
)
def test_what_cannot_be_simulated_is_refused(options, error, says):
    with pytest.raises(error, match=says):
        sa.dry_run(STUDY, **({"n": 100} | options))


def test_columns_that_only_expressions_name_are_met_by_some():
    questions = {
        "late": {"column": "late", "levels": YES, "asked_if": "wave == 2 and hours < 3.5"},
        "early": {
            "column": "early",
            "levels": YES,
            "asked_if": "region in ['N', 'S'] or visits is not missing",
        },
    }
    run = sa.dry_run({"schema": 1, "questions": questions}, n=600)
    raw = run.survey.table.raw.frame
    assert set(raw["hours"]) == {"", "2.5", "3.5", "4.5"}
    for name in questions:
        assert 0 < (raw[name] != "").sum() < 600
    assert not len(run.fails)


def test_a_design_of_strata_clusters_and_weights_is_carried_out():
    design = {
        "id": "id",
        "weight": "wt",
        "strata": ["region"],
        "psu": ["block"],
        "fpc": ["blocks"],
        "nest": True,
    }
    questions = {
        "age": {"column": "age", "kind": "numeric", "valid_range": [18, 90], "missing": [[999, "refused"]]},
        "part": {"column": "part", "kind": "numeric", "valid_range": [0.1, 0.9]},
        "visits": {"column": "visits", "kind": "numeric"},
        "q1": {"column": "q1", "levels": [1, 2, 3], "kind": "likert"},
        "q2": {"column": "q2", "levels": [1, 2, 3], "kind": "likert", "reverse": True},
        "channels": {
            "kind": "multiple", "not_selected": ["0"],
            "options": [{"column": "m1", "label": "One"}, {"column": "m2", "label": "Two"}, {"column": "m9", "label": "None", "exclusive": True}],
        },
    }  # fmt: skip
    study = {
        "schema": 1, "design": design, "questions": questions, "constructs": {"trust": {"items": ["q1", "q2"]}},
        "banners": {"main": {"columns": ["q1"]}},
        "report": {"sections": [{"topline": {"banner": "main", "questions": ["channels", "visits"]}}]},
    }  # fmt: skip
    run = sa.dry_run(study, n=400)
    assert not len(run.fails), run.fails.to_string()
    assert any("fpc" in text for text in run.left_out)
    raw = run.survey.table.raw.frame
    alone = raw["m9"] != "0"
    assert (raw.loc[alone, ["m1", "m2"]] == "0").all().all()
    assert ((raw[["m1", "m2", "m9"]] != "0").sum(axis=1) > 0).all()
    assert raw["part"].astype(float).between(0.1, 0.9).all()


def test_an_instrument_of_the_library_is_simulated():
    study = {
        "schema": 1, "subjects": {"source": {"a": "A", "b": "B"}},
        "constructs": {"trust": {"scale": "ohanian-1990.trustworthiness", "over": "source", "columns": "{source}_t*"}},
        "report": {"findings": [{"constructs": ["trust"], "by": "source"}]},
    }  # fmt: skip
    run = sa.dry_run(study, n=200)
    assert not len(run.fails), run.fails.to_string()
    assert {"a_t1", "b_t5"} <= set(run.survey.table.raw.frame)


def test_patterns_of_columns_are_refused():
    questions = {"many": {"kind": "multiple", "columns": "Q_*"}}
    with pytest.raises(StudyError, match="by a pattern"):
        sa.dry_run({"schema": 1, "questions": questions}, n=50)


def test_a_study_without_report_or_weights():
    run = sa.dry_run({"schema": 1, "questions": {"q": {"column": "q", "levels": YES}}}, n=120)
    assert not len(run.fails)
    assert statuses(run)["report: [report]"] == "note"


def test_everything_says_that_no_people_were_surveyed(found, tmp_path):
    assert "No people were surveyed" in found.sentence()
    assert "No people were surveyed" in repr(found)
    assert "no number here is a result" in found.explain()
    assert "speeders" in found.explain()
    written = found.save(tmp_path / "out")
    assert {p.name for p in written} == {
        "simulated-responses.csv",
        "dry-run.csv",
        "dry-run.txt",
        "simulated-report.html",
    }
    page = (tmp_path / "out" / "simulated-report.html").read_text(encoding="utf-8")
    assert "SIMULATED DATA. No people were surveyed." in page
    assert "no published figure was matched" in page
    assert "agreement is by construction" not in page
    back = pd.read_csv(tmp_path / "out" / "simulated-responses.csv")
    assert (back["simulated"] == 1).all()
    assert len(pd.read_csv(tmp_path / "out" / "dry-run.csv")) == len(found.rows)


def test_a_folder_that_cannot_be_written_stays_as_it_was(found, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(ReportError, match="Nothing was written"):
        found.save(tmp_path / "file")
    assert (tmp_path / "file").read_text() == "x"


SMALL = """
schema = 1
[questions.q]
column = "q"
levels = ["no", "yes"]
[questions.why]
column = "why"
kind = "open"
asked_if = "q == '{asked}'"
[report]
headline = {{ question = "q", top = 1 }}
"""


@pytest.mark.parametrize(("asked", "code"), [("yes", 0), ("perhaps", 1)])
def test_the_command(asked, code, tmp_path, capsys):
    path = tmp_path / "study.toml"
    path.write_text(SMALL.format(asked=asked), encoding="utf-8")
    assert main(["dry-run", str(path), "--n", "150", "--out", str(tmp_path / "out")]) == code
    out = capsys.readouterr().out
    assert "No people were surveyed" in out
    assert ("fails  routing: why" in out) == bool(code)
    assert (tmp_path / "out" / "simulated-responses.csv").exists()


@pytest.mark.slow
def test_the_founding_study_runs():
    run = sa.dry_run(sa.datasets.folder() / "study.toml", n=1500)
    assert not len(run.fails), run.fails.to_string()
    assert statuses(run)["report: all sections"] == "fine"
    raw = run.survey.table.raw.frame
    assert set(raw["pi_loop"]) <= {"1", "0.75"}
    assert (raw.loc[raw["sample"] != "1", "1_Q20"] == "").all()
