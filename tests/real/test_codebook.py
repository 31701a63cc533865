"""The codebook of real surveys against the publishers' files, counted with pandas alone."""

from __future__ import annotations

import pandas as pd
import pytest
from oracles.harness import shared

import survey_analysis as sa
from real.published import FILES, HERE, survey
from survey_analysis.study.load import load_raw
from survey_analysis.tabulation.codebook import codebook_data

pytestmark = pytest.mark.oracle
EMPLOYED = ["Employed, working full-time", "Employed, working part-time"]


@pytest.fixture(scope="module")
def men() -> pd.DataFrame:
    return pd.read_csv(shared("data", *FILES["masculinity"]), dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def data():
    return {q.name: q for q in codebook_data(survey("masculinity")).questions}


def test_counts_and_shares_are_those_of_the_file(men, data):
    weight = men["weight"].astype(float)
    manly = data["manly"].parts[0]
    for answer in manly.answers:
        hit = men["q0001"] == answer.code
        assert answer.n == int(hit.sum())
        assert answer.share == pytest.approx(hit.mean())
        assert answer.weighted == pytest.approx(weight[hit].sum() / weight.sum())
    assert (manly.asked, manly.answered, manly.missing) == (1615, 1615, ())


def test_routing_and_missing_are_those_of_the_file(men, data):
    asked = men["q0009"].isin(EMPLOYED)
    metoo = data["metoo"].parts[0]
    assert (
        (metoo.asked, metoo.answered) == (int(asked.sum()), int((men["q0014"] != "NA").sum())) == (880, 880)
    )
    assert metoo.missing == (("not_asked", int((~asked).sum())),)
    assert metoo.base is not None
    assert metoo.base.agrees
    why = data["why_no_response"].parts[0]
    assert why.asked == int((men["q0012_0005"] == "Did not respond at all").sum())


def test_answers_of_a_few_men_are_withheld_with_one_more(men, data):
    """One man gave no answer about #MeToo, so "Only a little", the next smallest, goes too."""
    assert men["q0014"].value_counts()["No answer"] == 1
    metoo = {a.code: (a.n, a.hidden) for a in data["metoo"].parts[0].answers}
    assert metoo["No answer"] == (None, "small")
    assert metoo["Only a little"] == (None, "withheld")
    assert metoo["A lot"] == (432, "")
    reasons = men["q0013"].value_counts()
    assert sorted(reasons[reasons < 5]) == [1, 1]  # both are one man: their sum would say so
    hidden = {a.code: a.hidden for a in data["why_no_response"].parts[0].answers}
    assert sorted(reasons[[c for c, why in hidden.items() if why == "withheld"]]) == [
        10
    ]  # 5 with 1 and 1 would tell
    assert list(hidden.values()).count("small") == 2


def test_the_audit_finds_what_is_put_into_the_file(men):
    rows = men.copy()
    rows.loc[4, "q0014"] = "A lot" if rows.loc[4, "q0009"] not in EMPLOYED else "NA"
    told, _ = load_raw(HERE / "masculinity" / "study.toml")
    told["study"].pop("data")
    first = rows[rows["q0009"].isin(EMPLOYED)].index[7]
    rows.loc[first, "q0014"] = "NA"
    audit = sa.read(rows, study=told).base_audit()
    found = next(x for x in audit.lines if x.question == "metoo")
    expected = rows["q0009"].isin(EMPLOYED)
    filled = rows["q0014"] != "NA"
    assert found.unanswered == tuple(int(i) + 1 for i in rows.index[expected & ~filled])
    assert found.unasked == tuple(int(i) + 1 for i in rows.index[~expected & filled])
    assert found.unanswered or found.unasked


def test_star_wars_fans_were_asked_if_they_had_seen_a_film():
    raw = pd.read_csv(
        shared("data", *FILES["star-wars"]), dtype=str, keep_default_na=False, encoding="latin1", header=None
    ).iloc[2:]
    told, _ = load_raw(HERE / "star-wars" / "study.toml")
    seen, shot = raw[1] == "Yes", raw[29] != ""
    told["questions"]["shot_first"]["asked_if"] = "seen_any == 'Yes'"
    audit = sa.read(shared("data", *FILES["star-wars"]), study=told).base_audit()
    (found,) = audit.lines
    assert (found.asked, found.data) == (int(seen.sum()), int(shot.sum()))
    assert len(found.unanswered) == int((seen & ~shot).sum())
    assert len(found.unasked) == int((~seen & shot).sum())
