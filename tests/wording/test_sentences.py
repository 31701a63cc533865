"""Sentences: the headline as it is read, and everything that must change when the data or the sample do."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from survey_analysis.results.estimate import Dim, Topic
from survey_analysis.results.test import Family
from survey_analysis.wording.comparisons import finding, sentence_test
from survey_analysis.wording.levels import sentence
from survey_analysis.wording.numbers import percent, percent_interval
from survey_analysis.wording.published import BY_CONSTRUCTION, sentence_published
from survey_analysis.wording.ratios import largest_of, sentence_up_to

from .factories import DIM, FOLLOW, FOUR, OWN, contrast, differences, levels, provenance, swap

SAYS = replace(FOLLOW, predicate="say they are {answers} to follow it")


def test_the_headline_sentence():
    assert sentence(levels(topic=SAYS)) == (
        "82% (95% interval, model-based, 80–84; n = 3,233) of simulated respondents who received a recommendation "
        "from a micro-influencer in the past 12 months and rated it say they are very or extremely likely to "
        "follow it. Simulated data."
    )


def test_without_a_predicate_the_neutral_form_quotes_answers_and_wording():
    text = sentence(levels(kind="probability"))
    assert text == (
        "82% (95% CI 80–84; n = 3,233) of people who received a recommendation from a micro-influencer in the past "
        "12 months and rated it answer “Very likely” or “Extremely likely” to “How likely are you to follow a "
        "recommendation about what to buy from a micro-influencer?”."
    )


@pytest.mark.parametrize(
    ("kind", "label", "who"),
    [
        ("probability", "(95% CI 80–84;", "of people who"),
        ("opt-in", "(95% interval, model-based, 80–84;", "of respondents who"),
        ("list", "(95% CI, for the list, 80–84;", "of members who"),
        ("simulated", "(95% interval, model-based, 80–84;", "of simulated respondents who"),
        (None, "(95% interval 80–84;", "of respondents who"),
    ],
)
def test_the_kind_of_sample_changes_label_and_subject(kind, label, who):
    text = sentence(levels(kind=kind))
    assert label in text
    assert who in text
    assert text.endswith("Simulated data.") == (kind == "simulated")


@pytest.mark.parametrize("kind", ["opt-in", "simulated", "census", None])
def test_no_confidence_interval_without_a_probability_sample(kind):
    for text in (sentence(levels(FOUR, kind=kind)), sentence_test(differences(kind=kind))):
        assert not re.search(r"\bCIs?\b|confidence|margin of", text)


def test_a_list_that_is_to_speak_for_others_has_no_confidence_interval():
    assert "CI" not in sentence(levels(kind="list", generalize="all influencers"))


def test_an_unweighted_unchecked_opt_in_sample_has_no_interval():
    text = sentence(levels(kind="opt-in", weighting="unweighted"))
    assert text.startswith("82% (n = 3,233) of respondents")
    assert "interval" not in text
    assert "interval" not in sentence_test(differences(kind="opt-in", weighting="unweighted"))


def test_several_rows_keep_their_order_and_share_a_base():
    text = sentence(levels(FOUR))
    names = [
        m.start()
        for m in re.finditer(r"Micro-influencer 82%|Average consumer 73%|Brand advocate|Celebrity 41%", text)
    ]
    assert names == sorted(names)
    assert len(names) == 4
    assert "Base: simulated respondents who received a recommendation from that source" in text


def test_rows_by_group_share_the_base_without_its_level():
    dim = Dim("age", "Age", (("1", "18-34"), ("2", "55+"), ("3", "85+")))
    values = ((0.86, 0.84, 0.88, 1600, 1400), (0.76, 0.72, 0.80, 480, 450), (np.nan, np.nan, np.nan, 0, 0))
    text = sentence(
        levels(values, sources=dim.levels, dim=dim, base="people who rated it, Age: {}", kind="probability")
    )
    assert "18-34 86% (84–88; n = 1,600); 55+ 76% (72–80; n = 480); 85+ no answers" in text
    assert text.endswith("Base: people who rated it.")


def test_small_bases():
    assert "(small base)" in sentence(levels(((0.5, 0.3, 0.7, 120, 60),)))
    text = sentence(levels(((0.5, 0.3, 0.7, 29, 29),)))
    assert text.startswith("50% of 29 simulated respondents")
    assert "base too small to compare" in text
    assert "interval" not in text
    assert "No estimate" in sentence(levels(((np.nan, np.nan, np.nan, 0, 0),)))


def test_every_number_of_a_sentence_is_the_printed_rounding():
    rows = levels(FOUR).rows
    text = sentence(levels(FOUR))
    for row in rows.to_dict("records"):
        assert (
            f"{percent(row['estimate'])} ({percent_interval(row['conf_low'], row['conf_high'])}; n = {row['n']:,})"
            in text
        )


def test_a_mean_says_its_scale():
    topic = Topic("trust", "How much do you trust it?", "mean", "score", scale_range=(1, 5), short="Trust")
    assert sentence(levels(((4.125, 4.05, 4.2, 500, 400),), topic=topic, kind="probability")).startswith(
        "The mean of trust, on a scale from 1 to 5, is 4.13 (95% CI 4.05–4.20; n = 500) among people who"
    )


def test_the_unit_of_an_event_share_is_the_event():
    topic = Topic(
        "f2f", "How many face to face?", "ratio", "ratio", unit_of_count="recommendation",
        predicate="were made face to face", denominator="rec",
    )  # fmt: skip
    text = sentence(
        levels(((0.87, 0.85, 0.89, 1800, 1500),), topic=topic, base="members of the network", kind="list")
    )
    assert text == (
        "87% (95% CI, for the list, 85–89) of recommendations made by members of the network were made face to face "
        "(recommendations by 1,800 members of the network)."
    )


# comparisons


def test_a_difference_is_worded_from_the_same_people_with_own_bases_beside():
    assert sentence_test(differences(topic=SAYS)) == (
        "Among 2,559 simulated respondents who rated both, 79.5% (micro-influencer) and 74.1% (average consumer) say "
        "they are very or extremely likely to follow it: 5.4 points more (95% interval, model-based, 3.2–7.6; "
        "adjusted p <.001). Counting all simulated respondents who rated either, the gap is 9 points. The two are "
        "more than 2 points apart: compare those who rated both. Simulated data."
    )


def test_own_and_same_people_within_two_points_say_no_more():
    near = differences(contrast(), contrast(**{**OWN, "pa": 0.80, "pb": 0.73}))
    assert "apart" not in sentence_test(near)


def test_opposite_signs_are_said():
    other = differences(contrast(), contrast(**{**OWN, "pa": 0.73, "pb": 0.74}))
    assert "opposite directions" in sentence_test(other)


def test_no_difference_loses_its_word_and_gains_what_could_be_found():
    text = sentence_test(
        differences(contrast(pa=0.741, pb=0.741, low=-0.02, high=0.02, p=1.0), kind="opt-in")
    )
    assert text == (
        "We found no clear difference between micro-influencer and average consumer (0 points, −2 to 2); "
        "differences under 3 points could not have been detected."
    )
    assert not re.search(r"\bmore\b|\bless\b|similar|same", text)


def test_the_detectable_difference_is_the_one_of_the_table():
    row = contrast(pa=0.741, pb=0.741, low=-0.04, high=0.04, p=1.0)
    assert "under 6 points" in sentence_test(differences(row))
    assert "under 7 points" in sentence_test(differences({**row, "detectable": 0.07}))


def test_a_small_group_on_one_side_is_a_small_base():
    row = contrast("Women", "Men", base="own", n_a=2500, n_b=59)
    assert "(small base)" in sentence_test(differences(row))
    assert "too small" in sentence_test(differences({**row, "n_b": 29}))


def test_constructs_are_named():
    dim = Dim("construct", "Construct", (("credibility", "Credibility"), ("knowledge", "Knowledge")))
    topic = Topic("perceptions", "", "mean", "score", construct_items=("a", "b"), subject="source")
    rows = [
        contrast(pa=4.31, pb=4.11, low=0.12, high=0.28, construct="Credibility"),
        contrast(pa=4.11, pb=4.11, low=-0.08, high=0.08, p=1.0, construct="Knowledge"),
    ]
    test = differences(*rows, topic=topic, dims=(dim, DIM))
    text = sentence_test(test)
    assert (
        "Credibility: among 2,559 simulated respondents who rated both, the mean score is 4.31 for micro"
        in text
    )
    assert "Knowledge: we found no clear difference between micro-influencer and average consumer" in text
    assert finding(test, 0).endswith("who rated both (credibility)")


def test_similar_needs_a_declared_margin():
    same = differences(contrast(pa=0.741, pb=0.741, low=-0.02, high=0.02, p=1.0), kind="opt-in")
    assert "differ by less than 3 points (0, 90% interval −2 to 2)" in sentence_test(same, delta=0.03)
    assert "differ by less" not in sentence_test(same)
    assert "no clear difference" in sentence_test(same, delta=0.01)


def test_less_prints_the_limits_of_what_it_says():
    text = sentence_test(differences(contrast(pa=0.741, pb=0.79, low=-0.072, high=-0.026, p=0.003)))
    assert "5 points less (95% interval, model-based, 3–7; adjusted p .003)" in text


def test_swapping_the_labels_swaps_the_sentence():
    for kind in ("simulated", "probability"):
        before, after = sentence_test(differences(kind=kind)), sentence_test(swap(differences(kind=kind)))
        assert "79.5% (micro-influencer) and 74.1% (average consumer)" in before
        assert "79.5% (average consumer) and 74.1% (micro-influencer)" in after
    assert finding(swap(differences()), 0).startswith("Average consumer leads micro-influencer")


def test_a_comparison_on_few_people():
    assert "(small base)" in sentence_test(differences(contrast(n=80)))
    assert "base too small to compare" in sentence_test(differences(contrast(n=29)))


def test_pieces_that_never_agree_carry_the_note():
    text = sentence_test(differences(contrast(pa=0.8162, pb=0.7326, low=0.06, high=0.11)))
    assert "81.6%" in text
    assert "73.3%" in text
    assert "8.4 points more" in text
    assert "difference computed before rounding" in text


def test_groups_are_not_raters():
    topic = replace(SAYS, subject="")
    text = sentence_test(differences(contrast("Women", "Men", base="own"), topic=topic, kind="probability"))
    assert text.startswith("Among 2,559 people, 79.5% (women) and 74.1% (men) say")
    assert "rated" not in text


def test_unadjusted_p_is_not_called_adjusted():
    text = sentence_test(differences(contrast(), family=Family("none", 1, "")))
    assert "p <.001" in text
    assert "adjusted p" not in text


# ratios


def _ratios(**prov):
    dim = Dim("category", "Category", (("gear", "Outdoor gear"), ("food", "Food"), ("travel", "Travel")))
    rows = [
        contrast("Members", "Controls", low=lo, high=hi, base="own", n=900, category=name, estimate=r)
        for name, r, lo, hi in [
            ("Outdoor gear", 22.2, 14.0, 35.0),
            ("Food", 11.5, 8.0, 16.0),
            ("Travel", 4.0, 3.0, 5.5),
        ]
    ]
    topic = Topic("recs", "How many?", "ratio", "ratio", short="Recommendations a week")
    return differences(*rows, topic=topic, what="ratio", dims=(dim,), **prov)


def test_a_ratio_is_never_times_more():
    text = sentence_test(_ratios())
    assert "The ratio of members to controls (Outdoor gear) in recommendations a week is 22.2" in text
    assert "times more" not in text


def test_up_to_names_category_number_and_median_and_needs_the_simultaneous_limits():
    words = {"subject_a": "Members", "subject_b": "controls", "what": "recommendations a week"}
    real = provenance("opt-in")
    plain = sentence_up_to(largest_of(_ratios()), real, **words)
    assert "up to" not in plain
    assert "22.2 times as many" in plain
    granted = sentence_up_to(largest_of(_ratios(), low=13.0, high=37.0), real, **words)
    assert (
        "up to 22.2 times as many recommendations a week as controls in the largest of 3 categories"
        in granted
    )
    assert "allowing for the choice 13.0–37.0" in granted
    for text in (plain, granted):
        assert "in the median category 11.5 times, in the smallest (travel) 4.0 times" in text


# published figures


def test_a_simulated_estimate_has_no_published_sentence():
    given = {"value": 0.82, "low": 0.8, "high": 0.84, "cite": "release of 2016", "reason": "bases differ"}
    assert sentence_published(provenance("simulated"), **given) == BY_CONSTRUCTION
    text = sentence_published(provenance("opt-in"), **given)
    assert text == (
        "The published figure is 82% (release of 2016, base not published); it lies inside our interval, "
        "but bases differ."
    )
    assert "lies outside" in sentence_published(provenance("opt-in"), **{**given, "value": 0.79})


def test_omnibus():
    row = {
        "question": "follow", "contrast": "all levels of source equal", "statistic": 41.26, "df": 3.0, "df_residual": 5000.0,
        "p_value": 1e-9, "p_adjusted": 1e-9, "n": 6080, "method": "design-based F",
    }  # fmt: skip
    test = replace(differences(), rows=pd.DataFrame([row]), kind="omnibus", bases=("",))
    assert sentence_test(test) == (
        "Likelihood to follow a recommendation differs across levels of source (F(3, 5,000) = 41.3, adjusted p <.001). "
        "Simulated data."
    )
