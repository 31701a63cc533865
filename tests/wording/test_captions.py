"""Titles, base and source lines, alt text: computed, licensed, swapping with the data."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from survey_analysis.errors import ReportError
from survey_analysis.results.provenance import Provenance
from survey_analysis.wording.alt import END, MOST, NONE_CLEAR, alt_text
from survey_analysis.wording.check import check_text
from survey_analysis.wording.facts import facts_of
from survey_analysis.wording.lines import date_range, source_line
from survey_analysis.wording.numbers import percent
from survey_analysis.wording.published import BY_CONSTRUCTION
from survey_analysis.wording.titles import LONGEST, caption_for, headline_title

from .factories import FLOW, FOLLOW, FOUR, WEIGHTING, contrast, differences, levels, provenance, swap

SAYS = replace(FOLLOW, predicate="say they are {answers} to follow it")


def said(caption):
    return " ".join(v for v in vars(caption).values() if isinstance(v, str))


def captions(kind="simulated"):
    return {
        "headline": caption_for(levels(topic=SAYS, kind=kind), "headline"),
        "dots": caption_for(levels(FOUR, topic=SAYS, kind=kind), "dots", test=differences(kind=kind)),
        "likert": caption_for(
            levels(FOUR, topic=replace(SAYS, answers=()), kind=kind),
            "likert",
            summary=levels(FOUR, topic=SAYS, kind=kind),
        ),
        "differences": caption_for(differences(kind=kind), "differences"),
        "flow": caption_for(FLOW, "flow", provenance=provenance(kind)),
        "margins": caption_for(WEIGHTING, "margins", provenance=provenance(kind)),
    }


def test_the_headline_caption():
    caption = captions()["headline"]
    assert caption.title == (
        "Micro-influencer: 82% of simulated respondents say they are very or extremely likely to follow it"
    )
    assert caption.subtitle == (
        "“How likely are you to follow a recommendation about what to buy from a micro-influencer?” "
        "Share answering very or extremely likely, with 95% interval (model-based, see Method)."
    )
    assert caption.base == (
        "Base: simulated respondents who received a recommendation from a micro-influencer in the past 12 months and "
        "rated it; n = 3,233 (effective 2,139)."
    )
    assert caption.source == (
        "Source: Micro-influencer study, web, 1 to 12 March 2016. Raked to age, sex, education and region. "
        "Figures are rounded after all calculation. Simulated data."
    )
    assert caption.simulated


def test_the_short_base_stands_in_the_title():
    estimate = levels(topic=SAYS, base="people who rated {}")
    assert headline_title(estimate) == (
        "82% of simulated respondents who rated micro-influencer say they are very or extremely likely to follow it"
    )


@pytest.mark.parametrize("kind", ["probability", "opt-in", "list", "simulated", None])
def test_alt_texts_are_short_and_end_with_where_the_values_are(kind):
    for name, caption in captions(kind).items():
        assert caption.alt.endswith(END), name
        assert len(caption.alt) <= MOST + 1 + len(END), name
        assert ("Simulated data." in caption.alt) == (kind == "simulated"), name
        assert not re.search(r"\b(?:blue|red|green|orange|grey|colou?r|as you can see)\b", caption.alt), name
        assert len(caption.title) <= LONGEST, name


@pytest.mark.parametrize("kind", ["opt-in", "simulated", "census", None])
def test_no_word_of_sampling_error_in_any_caption(kind):
    for caption in captions(kind).values():
        everything = said(caption)
        assert not re.search(r"\bCIs?\b|confidence interval|margin of sampling error", everything)


def test_a_simulation_never_speaks_of_bare_respondents_or_people():
    for name, caption in captions().items():
        everything = said(replace(caption, subtitle="", source=""))
        assert not re.search(r"(?<!simulated )respondents\b|\bpeople\b|\bconsumers who", everything), name


def test_the_kind_of_sample_changes_every_text():
    real = captions("probability")
    assert "95% confidence interval" in real["headline"].subtitle
    assert "95% CI 80–84" in real["headline"].alt
    assert "people who" in real["dots"].base
    assert not real["dots"].simulated
    assert "Simulated" not in " ".join(c.source for c in real.values())


def test_swapping_two_labels_swaps_title_alt_and_base():
    estimate, test = levels(FOUR, topic=SAYS), differences()
    before = caption_for(estimate, "dots", test=test)
    after = caption_for(swap(estimate), "dots", test=swap(test))
    assert before.title.startswith("Micro-influencer leads average consumer by 5.4 points")
    assert after.title.startswith("Average consumer leads micro-influencer by 5.4 points")
    assert "Micro-influencer 82%" in before.alt
    assert "Average consumer 82%" in after.alt
    single, swapped = levels(topic=SAYS), swap(levels(topic=SAYS))
    assert headline_title(single).startswith("Micro-influencer: 82%")
    assert headline_title(swapped).startswith("Average consumer: 82%")


def test_without_a_difference_no_one_leads():
    nothing = differences(contrast(pa=0.74, pb=0.74, low=-0.02, high=0.02, p=1.0))
    caption = caption_for(levels(FOUR, topic=SAYS), "dots", test=nothing)
    assert "leads" not in caption.title + caption.alt
    assert NONE_CLEAR in caption.alt
    assert caption.title == "Share very or extremely likely to follow a recommendation, by source: 41% to 82%"
    assert "No clear difference" in caption_for(nothing, "differences").title


def test_generated_titles_pass_their_own_check():
    estimate, test = levels(FOUR, topic=SAYS), differences()
    facts = [facts_of(estimate, 0), facts_of(test, 0)]
    for name in ("headline", "dots", "differences"):
        assert check_text(captions()[name].title, *facts) == (), name


def test_the_values_in_an_alt_text_are_the_printed_ones_largest_first():
    alt = alt_text(levels(FOUR, topic=SAYS, base="people who rated {}"), "dots")
    values = [percent(v[0]) for v in FOUR]
    places = [alt.index(v) for v in values]
    assert places == sorted(places)
    shuffled = alt_text(levels(FOUR[::-1], topic=SAYS, base="people who rated {}"), "dots")
    assert shuffled.index("Celebrity 82%") < shuffled.index("Micro-influencer 41%")


def test_many_rows_keep_the_largest_and_the_smallest():
    sources = tuple((f"s{i}", f"A rather long name of source number {i}") for i in range(12))
    dim = replace(levels().dims[0], levels=sources)
    values = tuple((0.9 - i / 20, 0.8 - i / 20, 0.95 - i / 20, 500, 400) for i in range(12))
    alt = alt_text(levels(values, topic=SAYS, sources=sources, dim=dim), "dots")
    assert "number 0 90%" in alt
    assert "smallest A rather long name of source number 11 35%" in alt
    assert len(alt) <= MOST + 1 + len(END)


def test_small_bases_are_marked_everywhere():
    caption = caption_for(levels(((0.5, 0.3, 0.7, 80, 60),), topic=SAYS), "headline")
    assert "(small base)" in caption.title
    assert "(small base)" in caption.alt
    assert "Small base (30–99)" in caption.note
    tiny = caption_for(levels(((0.5, 0.3, 0.7, 25, 20),), topic=SAYS), "headline")
    assert "base too small to report" in tiny.title
    assert "50%" not in tiny.title
    assert "base too small to compare" in tiny.alt


def test_a_published_figure_beside_a_simulation_carries_the_note():
    assert caption_for(levels(topic=SAYS), "headline", published=True).note == BY_CONSTRUCTION
    assert caption_for(levels(topic=SAYS, kind="opt-in"), "headline", published=True).note == ""


def test_the_ends_of_the_scale_say_their_interval():
    assert "Korn-Graubard" in caption_for(levels(((1.0, 0.99, 1.0, 400, 300),), topic=SAYS), "headline").note


def test_a_flow_without_provenance_is_refused():
    with pytest.raises(ReportError, match="provenance"):
        caption_for(FLOW, "flow")


def test_source_lines():
    assert source_line(Provenance("s", "opt-in", weighting="unweighted")) == (
        "Source: s. Unweighted. Figures are rounded after all calculation."
    )
    assert date_range(("2015-12-30", "2016-01-02")) == "30 December 2015 to 2 January 2016"
    assert "p adjusted by Holm over 3 comparisons" in captions()["dots"].source


def test_margins_and_flow():
    found = captions()
    assert found["margins"].title == "Weighting moved age 55+ most: 19% before, 37% after"
    assert found["flow"].title == "6,922 of 8,300 simulated records kept"
    assert "largest loss at least 2 of 4 families" in found["flow"].alt


def test_a_long_weighting_text_is_left_to_the_method_page():
    text = (
        "Consumers: raked to sex, age, education, region, limited to 5 times their mean; without a target: other (58); "
        "Influencer network: post-stratified to category by tenure"
    )
    assert "Post-stratified to category by tenure; see Method." in source_line(
        provenance(weighting=text, sample="network")
    )
    assert "Weighted; see Method." in source_line(provenance(weighting=text))


def test_groups_of_a_ratio_are_not_raters():
    rows = [
        contrast("Network", "Control", base="own", source=name, estimate=r)
        for name, r in [("Gear", 22.2), ("Food", 4.0)]
    ]
    caption = caption_for(differences(*rows, what="ratio"), "ratios")
    assert caption.base == "Base: simulated respondents in either group; n = 2,559."
    assert caption.title == "Ratio of Network to control: 4.0 to 22.2 over 2 categories, median 13.1"
