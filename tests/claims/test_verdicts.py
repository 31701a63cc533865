"""Verdicts either side of their limits; the limits are those that estimates and comparisons print."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from builders import LIKELY
from scipy import stats

import survey_analysis as sa
from claims.study import frame, row, survey, verdicts
from survey_analysis.claims.measure import best_set
from survey_analysis.core.multiplicity import adjust

E = 1e-6
PLAIN = "Respondents who rated it"  # no word that needs a licence on an opt-in sample


@pytest.fixture(scope="module")
def plain():
    return survey()


def share(made, **more):
    found = made.proportion("follow", top=2, where={"source": "micro"}, **more).rows.iloc[0]
    return float(found["estimate"]), float(found["conf_low"]), float(found["conf_high"])


def test_a_limit_needs_the_interval_beyond_it(plain):
    p, low, high = share(plain)
    cases = {low - E: "supported", low + E: "overclaimed", p - E: "overclaimed", p + E: "unsupported"}
    assert verdicts(*[(PLAIN, f"follow[micro].top2 > {x:.9f}") for x in cases]) == list(cases.values())
    cases = {high + E: "supported", high - E: "overclaimed", p + E: "overclaimed", p - E: "unsupported"}
    assert verdicts(*[(PLAIN, f"follow[micro].top2 < {x:.9f}") for x in cases]) == list(cases.values())


def test_a_number_is_the_estimate_rounded_half_up():
    data = pd.DataFrame({"q": ["yes"] * 102 + ["no"] * 98, "sex": ["w", "m"] * 100})  # 51.0%
    more = pd.DataFrame({"q": ["yes"] * 103 + ["no"] * 97, "sex": ["w", "m"] * 100})  # 51.5%, prints as 52%
    told = {
        "questions": {"q": {"levels": ["yes", "no"]}},
        "batteries": None,
        "constructs": None,
        "subjects": None,
        "weighting": None,
    }
    says = [(PLAIN, f"q.share('yes') == {x}") for x in ("51%", "52%", "51.5%", "0.515", "51.4%")]
    assert verdicts(*says, data=data, **told) == ["supported"] + ["unsupported"] * 4
    assert verdicts(*says, data=more, **told) == [
        "unsupported",
        "supported",
        "supported",
        "supported",
        "unsupported",
    ]


def test_a_comparison_is_of_the_same_people_adjusted_in_the_family_of_the_claims(plain):
    test = plain.proportion("follow", top=2, by="source").compare(to="average", adjust="none").rows
    common = test[test["base"] == "common"].set_index("a")
    honest = plain.proportion("honest", top=2, by="source").compare(to="average", adjust="none").rows
    other = honest[(honest["base"] == "common") & (honest["a"] == "Micro-influencer")].iloc[0]
    found = survey(
        (PLAIN, "follow[micro].top2 > follow[average].top2"),
        (PLAIN, "follow[star].top2 > follow[average].top2"),
        (PLAIN, "unclear(honest[micro].top2, honest[average].top2)"),
        (PLAIN, "follow[micro].top2 > 1%"),
    ).claims()
    p = [common.loc["Micro-influencer", "p_value"], common.loc["Celebrity", "p_value"], other["p_value"]]
    assert found.rows["p_adjusted"].tolist()[:3] == pytest.approx(adjust(p, "holm").tolist())
    assert np.isnan(found.rows["p_adjusted"].iloc[3])
    assert found.family == 3
    assert found.rows["verdict"].tolist() == ["supported", "unsupported", "supported", "supported"]
    assert found.rows["estimate"].iloc[0] == pytest.approx(common.loc["Micro-influencer", "estimate"])
    assert found.rows["unit"].iloc[0] == "points"
    assert found.rows["n"].iloc[0] == common.loc["Micro-influencer", "n"]


def test_more_than_a_margin_needs_the_interval_beyond_the_margin(plain):
    test = plain.proportion("follow", top=2, by="source").compare(to="average", adjust="none").rows
    one = test[(test["base"] == "common") & (test["a"] == "Micro-influencer")].iloc[0]
    low, d = float(one["conf_low"]), float(one["estimate"])
    cases = {low - E: "supported", low + E: "overclaimed", d - E: "overclaimed", d + E: "unsupported"}
    says = [(PLAIN, f"follow[micro].top2 > follow[average].top2 + {x:.9f}") for x in cases]
    assert verdicts(*says) == list(cases.values())


def test_a_difference_that_is_not_clear_is_no_more():
    data = frame(60, seed=1)
    data["micro_q"], data["average_q"] = ["4", "3"] * 30, ["4"] * 29 + ["3"] * 31
    found = row((PLAIN, "follow[micro].top2 > follow[average].top2"), data=data)
    assert 0 < found["estimate"] < 0.05
    assert found["verdict"] == "overclaimed"
    assert "no clear difference" in found["instead"]


def test_the_same_needs_two_one_sided_tests_within_the_declared_margin(plain):
    test = (
        plain.proportion("honest", top=2, by="source")
        .compare(to="average", adjust="none", df="satterthwaite")
        .rows
    )
    one = test[(test["base"] == "common") & (test["a"] == "Micro-influencer")].iloc[0]
    half = stats.t.ppf(0.95, one["df"]) * (one["conf_high"] - one["estimate"]) / stats.t.ppf(0.975, one["df"])
    reach = max(abs(one["estimate"] - half), abs(one["estimate"] + half))
    cases = {reach + 1e-4: "supported", reach - 1e-4: "overclaimed", abs(one["estimate"]) / 2: "unsupported"}
    says = [(PLAIN, f"same(honest[micro].top2, honest[average].top2, {x:.9f})") for x in cases]
    assert verdicts(*says) == list(cases.values())


def test_a_ratio(plain):
    where = {"panel": ["1", "2"]}
    made = plain.mean("talk", by=["category", "panel"], where=where).compare(
        to="2", dim="panel", as_="ratio", base="own", adjust="none"
    )
    gear = made.rows[made.rows["category"] == "Gear"].iloc[0]
    a, b = "talk[gear, panel == 'Members'].mean", "talk[gear, panel == 'Control'].mean"
    low, r = float(gear["conf_low"]), float(gear["estimate"])
    assert verdicts(
        (PLAIN, f"{a} > {low - E:.9f} * {b}"),
        (PLAIN, f"{a} > {low + E:.9f} * {b}"),
        (PLAIN, f"{a} > {r + E:.9f} * {b}"),
        (PLAIN, f"{a} == {r:.1f} * {b}"),
        (PLAIN, f"{a} == {2 * r:.1f} * {b}"),
    )[:3] == ["supported", "overclaimed", "unsupported"]
    inside = 0.875 * round(r, 1) <= low and float(gear["conf_high"]) <= 1.125 * round(r, 1)
    assert verdicts((PLAIN, f"{a} == {r:.1f} * {b}")) == ["supported" if inside else "overclaimed"]
    assert verdicts((PLAIN, f"{a} == {2 * r:.1f} * {b}")) == ["unsupported"]


def test_up_to_names_the_category_the_number_and_the_median(plain):
    where = {"panel": ["1", "2"]}
    test = plain.mean("talk", by=["category", "panel"], where=where).compare(
        to="2", dim="panel", as_="ratio", base="own"
    )
    top = test.largest()
    says = (
        f"max(talk[panel == 'Members'].mean / talk[panel == 'Control'].mean by category) == {top.largest:.1f}"
    )
    whole = f"Up to {top.largest:.1f} times as many in gear, the largest of 3; median {top.median:.1f}"
    assert verdicts((whole, says), (f"Up to {top.largest:.1f} times as many", says), (f"{top.largest:.1f} times more", says)) == [
        "supported", "overclaimed", "overclaimed",
    ]  # fmt: skip
    assert verdicts((PLAIN, says.replace(f"== {top.largest:.1f}", "== 22.2"))) == ["unsupported"]
    at_least = [
        (PLAIN, says.replace(f"== {top.largest:.1f}", f"> {x:.9f}"))
        for x in (top.at_least - E, top.at_least + E)
    ]
    assert verdicts(*at_least) == ["supported", "overclaimed"]
    found = row((whole, says))
    assert (found["estimate"], found["conf_low"], found["conf_high"]) == pytest.approx(
        (top.largest, top.low, top.high)
    )


def test_the_best_is_alone_in_the_simultaneous_best_set():
    text = "It has the highest score"
    assert verdicts((text, "best(follow.top2 by source) == micro"), (text, "best(follow.top2) == average")) == [
        "supported", "unsupported",
    ]  # fmt: skip
    assert row((text, "best(honest.top2 by source) == micro"))["verdict"] == "overclaimed"


def test_the_best_set_is_that_of_compare_sources(plain):
    """Among the same people; its numbers have their own tests against R."""
    for question in ("follow", "honest"):
        ranks = plain.compare_sources(question, top=2, by="source").ranks
        assert best_set(plain.proportion(question, top=2, by="source"), 0) == ranks.best_set


def test_the_best_set_of_independent_groups_by_hand():
    """Three groups of 80, means 2, 2.1 and 4, variance 1: Tukey's range agrees."""
    rng = np.random.default_rng(3)
    z = rng.normal(size=80)
    z = (z - z.mean()) / z.std(ddof=1)
    data = pd.DataFrame(
        {"g": np.repeat(["a", "b", "c"], 80), "y": np.concatenate([z + 4, z[::-1] + 2, z + 3.8])}
    )
    q = stats.studentized_range.ppf(0.95, 3, 237) / np.sqrt(2)
    assert 0.2 < q * np.sqrt(2 / 80) < 2
    assert best_set(sa.read(data).mean("y", by="g"), 0) == ("a", "c")
    data.loc[data["g"] == "c", "y"] -= q * np.sqrt(2 / 80)
    assert best_set(sa.read(data).mean("y", by="g"), 0) == ("a",)


def test_a_trend_and_its_direction():
    data = frame(600, seed=2)
    level = data["age"].map({"18-34": 0.9, "35-54": 0.6, "55+": 0.3})
    data["micro_q"] = np.where(np.random.default_rng(1).random(600) < level, "5", "1")
    text = "The share falls with age"
    assert verdicts((text, "falls(follow[micro].top2 by age)"), (text, "rises(follow[micro].top2 by age)"), data=data) == [
        "supported", "unsupported",
    ]  # fmt: skip
    level = data["age"].map({"18-34": 0.9, "35-54": 0.2, "55+": 0.6})
    data["micro_q"] = np.where(np.random.default_rng(1).random(600) < level, "5", "1")
    found = row((text, "falls(follow[micro].top2 by age)"), data=data)
    assert found["verdict"] == "overclaimed"
    assert "reverse" in found["reason"]


@pytest.mark.parametrize(
    ("text", "verdict", "said"),
    [
        ("Most respondents would follow it", "supported", ""),
        ("Nearly all respondents would follow it", "overclaimed", "Nearly all"),
        ("Most Americans would follow it", "overclaimed", "Americans"),
        ("It drives most respondents", "overclaimed", "drives"),
        ("99% of respondents would follow it", "unsupported", "99%"),
        ("This proves it", "overclaimed", "proves"),
    ],
)
def test_the_words_and_numbers_of_the_text_are_read(text, verdict, said):
    found = row((text, "follow[micro].top2 > 50%"))
    assert found["verdict"] == verdict
    assert said in found["reason"]


def test_the_population_may_be_the_subject_of_a_probability_sample_only():
    claim = ("Most people would follow it", "follow[micro].top2 > 50%")
    assert verdicts(claim, kind="probability") == ["supported"]
    assert verdicts(claim, kind="opt-in") == ["overclaimed"]
    assert verdicts(claim, kind="simulated") == ["overclaimed"]
    assert verdicts(("Most respondents would follow it", "follow[micro].top2 > 50%"), kind="simulated") == [
        "overclaimed"
    ]


def test_small_bases():
    claim, small = (
        ("Most would", "follow[micro].top2 > 50%"),
        ("Most would (small base)", "follow[micro].top2 > 50%"),
    )
    assert verdicts(claim, small, data=frame(60)) == ["overclaimed", "supported"]
    found = row(claim, data=frame(24))
    assert (found["verdict"], found["holds"]) == ("cannot be checked", False)
    assert "under 30" in found["reason"]


def test_nobody_in_the_base_and_no_interval():
    nobody = row((PLAIN, "follow[micro].top2 > 50% where age == '18-34' and age == '55+'"))
    assert (nobody["verdict"], nobody["reason"]) == ("cannot be checked", "nobody is in its base")
    bare = survey(
        (PLAIN, "follow[micro].top2 > 50%"),
        (PLAIN, "follow[micro].top2 > 1 * follow[average].top2"),
        weighting=None,
    )
    assert bare.claims().rows["verdict"].tolist() == ["cannot be checked", "cannot be checked"]


def test_everybody_says_the_same():
    data = frame(200)
    data["micro_q"], data["average_q"] = "5", "5"
    found = survey(
        (PLAIN, "follow[micro].top2 > 50%"), (PLAIN, "follow[micro].top2 > follow[average].top2"), data=data
    ).claims()
    assert found.rows["verdict"].tolist() == ["supported", "unsupported"]


def test_replicates_and_a_long_file_have_the_same_verdicts():
    data = frame(200)
    claims = [
        ("Most respondents would follow it", "follow[micro].top2 > 50%"),
        (PLAIN, "follow[micro].top2 > follow[average].top2"),
        (PLAIN, "follow[star].top2 > follow[average].top2"),
    ]
    wide = survey(*claims, data=data, weighting=None, kind="probability")
    told = wide.claims().rows
    made = wide.replicates(method="bootstrap", n=200, seed=1).claims().rows
    assert made["estimate"].tolist() == pytest.approx(told["estimate"].tolist())
    assert made["verdict"].tolist() == told["verdict"].tolist()
    long = pd.concat(
        [
            pd.DataFrame({"rid": range(200), "source": s, "q": data[f"{s}_q"]})
            for s in ("micro", "average", "star")
        ]
    )
    study = {
        "sample": {"kind": "probability"}, "design": {"id": "rid"},
        "scales": {"likely5": {"levels": LIKELY}},
        "questions": {"follow": {"column": "q", "scale": "likely5", "kind": "likert"}, "source": {"levels": ["micro", "average", "star"]}},
        "claims": [{"text": t, "says": re.sub(r"\[(\w+)\]", r"[source == '\1']", s)} for t, s in claims],
    }  # fmt: skip
    found = sa.read(long.reset_index(drop=True), study=study).claims().rows
    for column in ("estimate", "conf_low", "conf_high", "p_adjusted"):
        assert found[column].tolist() == pytest.approx(told[column].tolist(), nan_ok=True), column
    assert found["verdict"].tolist() == told["verdict"].tolist()
    assert found["n"].tolist() == told["n"].tolist()


def test_unlicensed_titles_of_the_report_are_listed():
    told = {"report": {"title": "Micro-influencers drive sales", "subtitle": "Ratings by source"}}
    rows = survey(("Most would", "follow[micro].top2 > 50%"), **told).claims().rows
    assert rows["verdict"].tolist() == ["supported", "overclaimed"]
    assert rows["says"].tolist()[1] == "report.title"
    told = {"report": {"title": "Most respondents would follow"}}
    assert verdicts(("Most would", "follow[micro].top2 > 50%"), **told) == ["supported"]
    assert verdicts(("x", "follow[star].top2 > 50%"), **told) == ["unsupported", "overclaimed"]
