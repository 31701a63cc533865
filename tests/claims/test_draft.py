"""A draft like the retellings of the founding study: each sentence with the verdict it must get, and why."""

from __future__ import annotations

import pytest

import survey_analysis as sa
from survey_analysis.results.claims import FAILING

WORST = ("supported", "cannot be checked", "overclaimed", "unsupported")

# what a retelling says (in our words), the verdict, a piece of every reason that must be given
SENTENCES = [
    ("82% would act on a tip from a micro-influencer.", "overclaimed", ["without its base"]),
    ("82% would follow a recommendation from a micro-influencer.", "overclaimed", ["without its base"]),
    (
        ("82% (95% interval, model-based, 81–84; n = 3,252) of simulated respondents who received a recommendation from a "
         "micro-influencer in the past 12 months and rated it say they are very or extremely likely to follow it."),
        "supported", [],
    ),
    ("Micro-influencers have 22.2 times as many buying conversations a week as others.", "unsupported", ["the largest is 18.6"]),
    ("They have up to 22.2 times more conversations a week.", "unsupported", ["the largest is 18.6", "ambiguous"]),
    ("Network members report 18.6 times as many recommendations a week as the control sample.", "overclaimed", ["largest of 12"]),
    (
        ("Network members report up to 18.6 times as many recommendations a week as the control sample in skincare, the largest "
         "of 12 categories; in the median category 12.4 times."),
        "supported", [],
    ),
    ("94% believe that micro-influencers are more credible than the average person.", "overclaimed", ["another statistic"]),
    ("According to the release of 2016, 94% called micro-influencers credible.", "supported", []),
    ("94% find micro-influencers credible and believable.", "unsupported", ["published figure"]),
    (
        "93% of simulated respondents who rated a micro-influencer call it credible, against 83% for an average consumer.",
        "supported", [],
    ),
    ("The margin of sampling error is 2 points.", "unsupported", ["belongs to a probability sample", "no estimate"]),
    ("Word of mouth drives Americans to buy.", "overclaimed", ["cause", "the population only"]),
    ("Consumers trust micro-influencers.", "overclaimed", ["the population only"]),
    ("Whom do consumers believe?", "supported", []),
    ("82% of simulated respondents who rated a micro-influencer would not follow it.", "unsupported", ["not follow"]),
    ("18% of simulated respondents who rated a micro-influencer would not follow it.", "supported", []),
    ("Most simulated respondents who rated a micro-influencer would not follow it.", "unsupported", ["must exceed 50%"]),
    ("Most simulated respondents who rated a celebrity would not follow it.", "supported", []),
    ("Micro-influencers are not more credible than average consumers.", "unsupported", ["licenses “more” itself"]),
    ("Celebrities are not more credible than average consumers.", "overclaimed", ["never said bare"]),
    ("Up to 94% of simulated respondents who rated a micro-influencer find it credible.", "overclaimed", ["no estimate"]),
    ("Eighty-two percent of simulated respondents who rated a micro-influencer would follow it.", "supported", []),
    ("Ninety percent of simulated respondents who rated a micro-influencer would follow it.", "unsupported", ["is 82%"]),
    ("In all, 6,000 members took part.", "unsupported", ["no base of the study is 6,000"]),
    ("Micro-influencers lead average consumers by 11 points in likelihood to follow.", "overclaimed", ["among the same people"]),
    (
        "Among simulated respondents who rated both, 7 points more would follow a micro-influencer than an average consumer.",
        "supported", [],
    ),
    (
        "71% of those who rated a micro-influencer and 82% of those who rated an average consumer would follow it.",
        "unsupported", ["micro-influencer is 82%", "average consumer is 71%"],
    ),
    ("There is no difference in honesty between micro-influencers and average consumers.", "overclaimed", ["never bare"]),
    (
        ("No clear difference in honesty was found between micro-influencers and average consumers; differences under 3 points "
         "could not have been detected."),
        "supported", [],
    ),
    ("Most simulated respondents who rated a celebrity would follow it.", "unsupported", ["must exceed 50%"]),
    ("Celebrities are more credible than average consumers.", "unsupported", ["in this direction"]),
    ("Compared with average consumers, micro-influencers are more credible.", "supported", []),
    ("Of the four sources, micro-influencers are the most credible.", "supported", []),
    ("Of the four sources, micro-influencers are the most trusted.", "overclaimed", ["simultaneous best set"]),
    ("Celebrities are the most trusted source.", "unsupported", ["simultaneous best set"]),
    ("Eight in ten simulated respondents who rated a micro-influencer would follow it.", "supported", []),
    ("Nine in ten simulated respondents who rated a micro-influencer would follow it.", "unsupported", ["cell"]),
    ("More than 80% of simulated respondents who rated a micro-influencer would follow it.", "supported", []),
    ("More than 82% of simulated respondents who rated a micro-influencer would follow it.", "overclaimed", ["lower limit"]),
    ("More than 85% of simulated respondents who rated a micro-influencer would follow it.", "unsupported", ["lower limit"]),
    ("Micro-influencers are 13% more credible than average consumers.", "unsupported", ["a ratio"]),
    ("86% of the recommendations of network members were made face to face.", "supported", []),
    ("86% of the recommendations of the control sample were made face to face.", "unsupported", ["no estimate"]),
    ("74% of members' recommendations tell somebody to buy it or try it.", "unsupported", ["no estimate"]),
    ("This representative study confirms it.", "overclaimed", ["no survey licenses it"]),
    ("The study covers 12 categories and 4 sources, in 2016.", "supported", []),
    ("The share of women who would follow a micro-influencer is 82%.", "unsupported", ["no estimate"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def draft(founding):
    return founding.check("\n\n".join(text for text, _, _ in SENTENCES), name="draft.md")


@pytest.mark.parametrize(("text", "verdict", "reasons"), SENTENCES, ids=[s[0][:40] for s in SENTENCES])
def test_each_sentence_has_its_verdict_and_its_reason(text, verdict, reasons, draft):
    mine = draft.rows[draft.rows["sentence"] == text]
    found = max((WORST.index(v) for v in mine["verdict"]), default=0)
    said = " / ".join(mine["reason"])
    assert WORST[found] == verdict, mine[["found", "verdict", "reason"]].to_string()
    assert [r for r in reasons if r not in said] == [], said


def test_places_are_those_of_the_draft(draft):
    lines = draft.text.split("\n")
    for row in draft.rows.itertuples():
        assert draft.text[row.start : row.end] == row.found
        assert lines[row.line - 1][row.column - 1 :].startswith(row.found)


def test_the_draft_is_never_rewritten_and_the_copy_only_adds(draft):
    failing = int(draft.rows["verdict"].isin(FAILING).sum())
    copy = draft.marked()
    body, _, below = copy.partition("\n\n---\n\n")
    assert failing > 10
    for i in range(failing, 0, -1):
        body = body.replace(f"†{i}", "", 1)
        assert f"†{i} " in below
    assert body == draft.text


def test_a_published_figure_is_never_an_estimate(draft):
    cited = draft.rows[draft.rows["source"].str.startswith("published")]
    assert len(cited) >= 3
    assert cited["estimate"].isna().all()
    assert not draft.rows["reason"].str.contains("by construction").any()


def test_the_noun(draft):
    assert isinstance(draft, sa.Draft)
    assert not draft.hold
    text = repr(draft)
    assert "draft.md:3:1 OVERCLAIMED “82%”: a percentage without its base" in text
    assert "Simulated data." in text
    assert "draft-checked" in draft.table().id
    assert '"type": "draft"' in draft.to_json()
