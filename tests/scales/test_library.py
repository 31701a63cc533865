"""The scale library: what an entry must say, how it is found, what it writes; the founding study is its own source."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
import tomllib

import pandas as pd
import pytest

import survey_analysis as sa
from survey_analysis.errors import StudyError
from survey_analysis.scales.library import answer_scale, subscale
from survey_analysis.study.load import parse

SCALES = list(sa.scales)
SIZES = {
    "ohanian-1990": {"expertise": 5, "trustworthiness": 5, "attractiveness": 5},
    "mccroskey-teven-1999": {"competence": 6, "goodwill": 6, "trustworthiness": 6},
    "meyer-1988": {"credibility": 5},
    "flanagin-metzger-2000": {"credibility": 5},
    "appelman-sundar-2016": {"credibility": 3},
    "mayer-davis-1999": {"ability": 6, "benevolence": 5, "integrity": 6, "propensity": 8},
    "founding-attributes": {"credibility": 3, "knowledge": 3, "explanation": 2, "trustworthiness": 4},
    "likelihood-5": {},
    "purchase-intent-5": {},
    "juster-1966": {},
    "nps-0-10": {},
}


@pytest.mark.parametrize("scale", SCALES, ids=lambda s: s.name)
def test_an_entry_says_where_it_comes_from_and_what_was_checked(scale):
    assert scale.title
    assert scale.measures
    assert scale.licence
    assert scale.citation.endswith(".")
    assert scale.checks
    for check in scale.checks:
        assert check.said
        assert check.how
        # a claim to have read something names it; what was not read says so in these words
        assert check.checked == ("from general knowledge, not checked" not in check.how)
    names = [(p.name, i.name) for p in scale.parts for i in p.items]
    assert len(set(names)) == len(names)
    for item in scale.items:
        assert re.fullmatch(r"[a-z_]+", item.name), "the name becomes part of a question's name"
        assert item.label
        assert item.wording
        assert bool(item.low) == bool(item.high) == (scale.kind == "semantic differential")


def test_the_library_holds_what_the_plan_asks_for():
    assert {s.name: {p.name: len(p.items) for p in s.parts} for s in SCALES} == SIZES


def test_statements_that_are_not_free_are_paraphrased_and_say_so():
    mayer = sa.scales["mayer-davis-1999"]
    assert all(p.paraphrased for p in mayer.parts)
    assert "not reprinted" in mayer.licence
    assert "paraphrased" in str(mayer)


def test_the_turned_items():
    turned = {s.name: {i.name for i in s.items if i.reversed} for s in SCALES}
    assert turned["flanagin-metzger-2000"] == {"biased"}
    assert turned["founding-attributes"] == {"wants_to_sell"}
    assert turned["mccroskey-teven-1999"] == {
        "intelligent", "informed", "bright", "cares", "interests_at_heart", "concerned", "honest", "honorable",
        "moral",
    }  # fmt: skip
    # of a pair, the item is named after its favourable end: first where it is turned
    for item in sa.scales["mccroskey-teven-1999"].items:
        assert item.label == (item.low if item.reversed else item.high)


def test_founding_attributes_are_those_of_the_founding_study():
    folder = sa.datasets.folder("micro_influencer")
    study = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    with (folder / "codebook.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = {r["question"]: r for r in csv.DictReader(stream)}
    ours = sa.scales["founding-attributes"]
    for name, construct in study["constructs"].items():
        assert [i.name for i in ours.subscales[name].items] == construct["items"]
    for item in ours.items:
        assert rows[item.name]["text"].endswith(item.text)
        assert (rows[item.name]["reverse"] == "yes") == item.reversed
        assert rows[item.name]["short"] == item.label
    agree = [label for _, label in study["scales"]["agree5"]["levels"]]
    likely = [label for _, label in study["scales"]["likely5"]["levels"]]
    assert list(ours.levels) == agree
    assert list(sa.scales["likelihood-5"].levels) == likely


def test_finding_and_listing():
    assert len(sa.scales) == len(sa.scales.names) == len(SIZES)
    assert "juster-1966" in sa.scales
    found = sa.scales.find("GOODWILL")
    assert found["scale"].unique().tolist() == ["mccroskey-teven-1999"]
    assert sa.scales.find("no such word").empty
    assert list(sa.scales.find("no such word").columns) == list(sa.scales.to_frame().columns)
    frame = sa.scales.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert frame.loc[frame["scale"] == "ohanian-1990", "items"].tolist() == [5, 5, 5]
    assert "ohanian-1990" in repr(sa.scales)
    assert "<table" in sa.scales._repr_html_()


def test_a_wrong_name_is_an_error_with_the_nearest():
    with pytest.raises(StudyError, match="did you mean 'ohanian-1990'"):
        sa.scales["ohanian-199"]
    with pytest.raises(StudyError, match="did you mean 'expertise'"):
        subscale("ohanian-1990.expertize")
    with pytest.raises(StudyError, match="answer scale, not a set of items"):
        subscale("nps-0-10")
    with pytest.raises(StudyError, match="3 subscales"):
        subscale("ohanian-1990")
    assert answer_scale("ohanian-1990") is None


def test_points():
    likert = sa.scales["mayer-davis-1999"]
    assert [label for _, label in likert.answers()] == list(likert.levels)
    assert likert.answers(7)[0] == (1, "1 (disagree strongly)")
    assert likert.answers(7)[3] == (4, "4")
    assert sa.scales["ohanian-1990"].answers(5)[-1] == (5, "5 (favourable end)")
    assert [c for c, _ in sa.scales["juster-1966"].answers()] == list(range(11))
    with pytest.raises(StudyError, match="11 points"):
        sa.scales["juster-1966"].answers(5)
    with pytest.raises(StudyError, match="points = 1"):
        sa.scales["ohanian-1990"].answers(1)


@pytest.mark.parametrize("scale", SCALES, ids=lambda s: s.name)
def test_what_to_toml_writes_is_a_study_file(scale):
    file = parse({"schema": 1} | tomllib.loads(scale.to_toml()))
    assert len(file.constructs) == len(scale.parts)
    assert len(file.questions) == (0 if scale.parts else 1)


def test_to_toml_takes_columns_by_subscale_or_all_at_once():
    scale = sa.scales["ohanian-1990"]
    all_at_once = tomllib.loads(scale.to_toml([f"Q{i}" for i in range(15)]))
    assert all_at_once["constructs"]["attractiveness"]["columns"] == [f"Q{i}" for i in range(10, 15)]
    one = tomllib.loads(scale.to_toml({"expertise": "{source}_Q5_*"}, over="source", points=5))
    assert one == {
        "constructs": {
            "expertise": {
                "scale": "ohanian-1990.expertise",
                "columns": "{source}_Q5_*",
                "over": "source",
                "points": 5,
            }
        }
    }
    battery = tomllib.loads(sa.scales["likelihood-5"].to_toml("{source}_Q20", over="source"))
    assert battery["batteries"]["Q20"] == {
        "over": "source",
        "columns": "{source}_Q20",
        "scale": "likelihood-5",
    }
    with pytest.raises(StudyError, match="14 columns are given for the 15 items"):
        scale.to_toml([f"Q{i}" for i in range(14)])
    with pytest.raises(StudyError, match="one pattern cannot tell"):
        scale.to_toml("Q5_*")
    with pytest.raises(StudyError, match="no subscale"):
        scale.to_toml({"expert": "Q5_*"})
    with pytest.raises(StudyError, match="answer scale"):
        sa.scales["nps-0-10"].to_toml({"a": "Q1"})


def test_importing_the_package_does_not_load_the_library():
    code = (
        "import sys, survey_analysis as sa\n"
        "assert 'survey_analysis.scales' not in sys.modules and 'pandas' not in sys.modules\n"
        "assert 'meyer-1988' in sa.scales and 'pandas' not in sys.modules\n"
        "from survey_analysis import scales\n"
        "assert scales is sa.scales\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
