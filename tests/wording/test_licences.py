"""Every row of the licence table: one case that grants and one that refuses, either side of its limit."""

from __future__ import annotations

import pytest

from survey_analysis.errors import ReportError
from survey_analysis.wording.check import check_text, mark
from survey_analysis.wording.facts import Facts, Largest
from survey_analysis.wording.licences import LICENCES, find, licensed

BIG = {"n": 900, "n_effective": 700}
E = 1e-6  # just either side


def level(low, high=None, **more):
    high = low + 0.02 if high is None else high
    return Facts(p=(low + high) / 2, low=low, high=high, **BIG, **more)


def gap(d=0.06, p=0.01, **more):
    return Facts(
        a="Micro", b="Average", difference=d, difference_low=d - 0.04, difference_high=d + 0.04, p_adjusted=p,
        **{**BIG, "mdd": 0.06, **more},
    )  # fmt: skip


def tost(low, high, delta=0.05, p=0.5):
    return gap(0.0, p, tost_low=low, tost_high=high, delta=delta)


def times(low, high):
    return Facts(ratio_low=low, ratio_high=high, **BIG)


def top(**more):
    given = {
        "category": "gear",
        "ratio": 22.2,
        "k": 12,
        "median": 11.5,
        "smallest": 4.0,
        "low": 14.0,
        "high": 35.0,
    }
    return Facts(largest=Largest(**{**given, **more}), **BIG)


UP_TO = "Up to 22.2 times as many in gear, the largest of 12; 11.5 in the median"

# word, facts that grant, facts that refuse, text (default: the word alone)
CASES = [
    ("eight in ten", level(0.75 + E, 0.85 - E), level(0.75 - E, 0.85 - E), ""),
    ("8 out of 10", level(0.75, 0.85 - E), level(0.76, 0.85 + E), ""),
    ("three quarters", level(0.70 + E, 0.80 - E), level(0.70 + E, 0.80 + E), ""),
    ("two thirds", level(2 / 3 - 0.04 + E, 0.70), level(2 / 3 - 0.04 - E, 0.70), ""),
    ("half", level(0.45 + E, 0.55 - E), level(0.45 - E, 0.55), ""),
    ("half", level(0.44, 0.56, half_low=0.451, half_high=0.549), level(0.44, 0.56, half_low=0.449, half_high=0.54), ""),
    ("majority", level(0.5 + E), level(0.5), ""),
    ("most", level(0.5 + E), level(0.5 - E), ""),
    ("more than half", level(0.5 + E), level(0.5), ""),
    ("more than 80%", level(0.8 + E), level(0.8), ""),
    ("at least 80%", level(0.8), level(0.8 - E), ""),
    ("fewer than 20%", level(0.1, 0.2 - E), level(0.1, 0.2), ""),
    ("at most 20%", level(0.1, 0.2), level(0.1, 0.2 + E), ""),
    ("more than 5 points", gap(0.09 + E), gap(0.09 - E), ""),
    ("large majority", level(2 / 3 + E), level(2 / 3 - E), ""),
    ("nearly all", level(0.9 + E), level(0.9), ""),
    ("minority", level(0.4, 0.5 - E), level(0.4, 0.5), ""),
    ("fewer than half", level(0.4, 0.5 - E), level(0.4, 0.5), ""),
    ("few", level(0.1, 0.15 - E), level(0.1, 0.15), ""),
    ("plurality", level(0.4, 0.5, second_p=0.049), level(0.4, 0.5, second_p=0.051), ""),
    ("most common answer", level(0.4, 0.5, second_p=0.049), level(0.4, 0.5 + E, second_p=0.049), ""),
    ("more", gap(0.06, 0.0499), gap(0.06, 0.05), ""),
    ("leads", gap(0.01, 0.0499), gap(-0.01, 0.0499), ""),
    ("less", gap(-0.06, 0.0499), gap(0.06, 0.0499), ""),
    ("trails", gap(-0.06, 0.0499), gap(-0.06, 0.05), ""),
    ("much more", gap(0.14 + E), gap(0.14 - 10 * E), ""),
    ("much less", gap(-0.14 - E), gap(-0.14 + 10 * E), ""),
    ("twice as", times(1.75, 2.25), times(1.75 - E, 2.25), ""),
    ("about twice", times(1.8, 2.25), times(1.8, 2.25 + E), ""),
    ("three times as", times(2.63, 3.37), times(2.62, 3.37), ""),
    ("11.5 times", top(), top(median=11.6), UP_TO),
    ("more than twice", times(2 + E, 9), times(2, 9), ""),
    ("more than 3 times", times(3 + E, 9), times(3, 9), ""),
    ("up to 22.2 times", top(low=1 + E), top(low=1.0), UP_TO),
    ("up to 22.2 times", top(), top(k=11), UP_TO),
    ("up to 22.2 times", top(), top(listed_before=False), UP_TO),
    ("highest", Facts(best=("Micro",), a="Micro", **BIG), Facts(best=("Micro", "Average"), a="Micro", **BIG), ""),
    ("most trusted source", Facts(best=("Micro",), **BIG), Facts(best=("Micro",), a="Average", **BIG), ""),
    ("about the same", tost(-0.05 + E, 0.05 - E), tost(-0.05, 0.05 - E), ""),
    ("similar", tost(-0.04, 0.04), tost(-0.04, 0.04, delta=None), ""),
    ("no difference larger than", tost(-0.04, 0.05 - E), tost(-0.04, 0.05), ""),
    ("no clear difference", tost(-0.06, 0.06, p=0.05), tost(-0.06, 0.06, p=0.049), ""),
    ("no clear difference", tost(-0.06, 0.06), tost(-0.04, 0.04), ""),
    ("rises with", Facts(trend_p=0.049, trend_reversed=False, **BIG), Facts(trend_p=0.049, trend_reversed=True, **BIG), ""),
    ("the older the", Facts(trend_p=0.049, trend_reversed=False, **BIG), Facts(trend_p=0.05, trend_reversed=False, **BIG), ""),
    ("rose", gap(waves_comparable=True), gap(), ""),
    ("since", gap(waves_comparable=True), gap(0.06, 0.05, waves_comparable=True), ""),
    ("effect", Facts(randomised="version"), Facts(), ""),
    ("people", Facts(kind="probability"), Facts(kind="opt-in"), ""),
    ("consumers", Facts(kind="opt-in", generalize="all adults"), Facts(kind="simulated", generalize="all adults"), ""),
    ("Americans", Facts(kind="probability"), Facts(kind="list"), ""),
    ("respondents", Facts(kind="opt-in"), Facts(kind="simulated"), ""),
    ("statistically significant (5%, adjusted)", gap(0.06, 0.0499), gap(0.06, 0.05), ""),
    ("confidence interval", Facts(kind="probability"), Facts(kind="opt-in"), ""),
    ("margin of sampling error", Facts(kind="list"), Facts(kind="list", generalize="all influencers"), ""),
    ("CI", Facts(kind="probability"), Facts(kind="simulated"), ""),
    (
        "likely to follow",
        Facts(answers=("Very likely", "Extremely likely")),
        Facts(answers=("Somewhat likely", "Very likely")),
        "They are very or extremely likely to follow it",
    ),
    ("follow", Facts(answers=("Yes",)), Facts(answers=("Very likely",)), ""),
]  # fmt: skip

NEVER = [
    "because", "drives", "makes", "leads to", "impact", "influence on", "significant", "representative",
    "scientific", "proves", "confirms", "replicates", "22 times more", "twice more", "no difference",
    "probability of being best", "lowest",
]  # fmt: skip


@pytest.mark.parametrize(("word", "grants", "refuses", "text"), CASES)
def test_the_limit(word, grants, refuses, text):
    assert licensed(word, grants, text=text)
    assert not licensed(word, refuses, text=text)


@pytest.mark.parametrize("word", NEVER)
def test_never(word):
    everything = Facts(
        a="Micro", b="Average", p=0.92, low=0.91, high=0.95, difference=0.3, difference_low=0.2, difference_high=0.4,
        p_adjusted=1e-9, best=("Micro",), kind="probability", randomised="version", ratio_low=21.0, ratio_high=23.0,
        waves_comparable=True, **BIG,
    )  # fmt: skip
    assert not licensed(word, everything)


def test_every_row_has_a_case_that_grants_and_one_that_refuses():
    granted = {id(find(word)) for word, *_ in CASES}
    never = {id(find(word)) for word in NEVER}
    missing = [row.words for row in LICENCES if id(row) not in granted | never]
    assert missing == []


@pytest.mark.parametrize("text", ["Made face to face", "87% of recommendations were made at work"])
def test_made_is_no_cause_where_somebody_makes_a_recommendation(text):
    assert not [issue for issue in check_text(text, Facts()) if issue.kind == "causal"]
    assert [i.word for i in check_text("It makes the reader buy", Facts(n=900)) if i.kind == "causal"] == [
        "makes"
    ]


def test_the_words_of_a_row_are_found_by_it():
    for row in LICENCES:
        assert find(row.words[0]) is row


def test_an_unknown_word_suggests_one():
    with pytest.raises(ReportError, match="needs a licence") as error:
        licensed("majorityy", Facts())
    assert "majority" in str(error.value)


@pytest.mark.parametrize(
    ("n", "e", "text", "granted"),
    [(100, 100, "Most", True), (100, 99, "Most", False), (99, 99, "Most (small base)", True), (99, 30, "Most (small base)", True),
     (99, 29, "Most (small base)", False), (29, 29, "Most (small base)", False)],
)  # fmt: skip
def test_small_bases(n, e, text, granted):
    assert licensed("most", Facts(low=0.6, high=0.8, n=n, n_effective=e), text=text) is granted


def test_nothing_is_licensed_for_a_suppressed_number():
    assert not licensed("most", Facts(low=0.6, high=0.8, n=500, suppressed=True))


def test_overlapping_intervals_neither_grant_nor_refuse_more():
    apart = Facts(p=0.6, low=0.58, high=0.62, difference=0.1, p_adjusted=0.06, **BIG)
    overlapping = Facts(p=0.6, low=0.5, high=0.7, difference=0.1, p_adjusted=0.04, **BIG)
    assert not licensed("more", apart)
    assert licensed("more", overlapping)


def test_a_title_is_read_from_the_side_that_comes_first():
    f = Facts(
        a="Micro-influencer", b="Average consumer", difference=0.05, p_adjusted=0.001, kind="opt-in", **BIG
    )
    assert check_text("Micro-influencers lead average consumers", f) == ()
    flagged = check_text("Average consumers lead micro-influencers", f)
    assert [issue.word for issue in flagged] == ["lead"]
    assert check_text("Average consumers trail micro-influencers", f) == ()


def test_a_difference_of_nothing_loses_its_word():
    f = Facts(a="A1", b="B1", difference=0.0, p_adjusted=1.0, mdd=0.03, kind="opt-in", **BIG)
    (issue,) = check_text("A1 is higher than B1", f)
    assert issue.word == "higher"
    assert "adjusted p" in issue.reason


def test_flagged_words_name_reason_and_alternative():
    f = Facts(
        p=0.82, low=0.80, high=0.84, kind="simulated", answers=("Very likely", "Extremely likely"), n=3233
    )
    text = "82% of people highly likely to follow, which proves the effect of influence"
    issues = {issue.word: issue for issue in check_text(text, f)}
    assert set(issues) == {"people", "highly likely to follow", "proves", "effect of"}
    assert "3,233 simulated respondents" in issues["people"].instead
    assert issues["highly likely to follow"].instead == "“very or extremely likely”"
    assert "is associated with" in issues["effect of"].instead
    assert text[issues["proves"].start : issues["proves"].end] == "proves"
    assert mark(text, tuple(issues.values())).replace("†", "") == text


def test_a_small_base_is_the_reason_given():
    (issue,) = check_text("Most agree", Facts(p=0.7, low=0.6, high=0.8, n=60, kind="opt-in"))
    assert issue.reason == "the base is under 100"
    assert "(small base)" in issue.instead
    (issue,) = check_text("Most agree", Facts(p=0.7, low=0.6, high=0.8, n=20, kind="opt-in"))
    assert issue.reason == "the base is under 30"


def test_a_plain_number_needs_no_licence():
    assert check_text("54% (49–59)", Facts(kind="opt-in")) == ()


def test_names_of_sources_and_labels_are_not_words():
    f = Facts(
        a="Average consumer", b="People like me", difference=0.1, p_adjusted=0.001, kind="opt-in", **BIG
    )
    assert check_text("Average consumers: 73%. People like me: 70%", f) == ()


def test_without_facts_every_word_is_flagged():
    assert [i.word for i in check_text("Most say more")] == ["Most", "more"]
