"""Sentences, numbers and names in a draft: what is read, what is left alone, and whose number a number is."""

from __future__ import annotations

import pytest

from claims.study import survey
from survey_analysis.claims.prose import blanked, places, sentences
from survey_analysis.claims.quantities import quantities
from survey_analysis.errors import StudyError

PAGE = """---
title: 99% in front matter
---
# Head: 5%

First one: **82%** of U.S. members, e.g. in Q20. Second
line 71% with [a link of 60%](http://a.b/44%) and `code 33%`.[^1]

```text
55% in code
```

- item 12%. Two
1. numbered 13%

| a | b |
| --- | --- |
| 14% | 15% |

<!-- 77% --> ![88%](x.png)

[^1]: note 16%
[ref]: http://x/17%

    indented 19%
"""


def test_code_addresses_and_marks_are_not_read_and_every_place_is_kept():
    clean = blanked(PAGE)
    assert len(clean) == len(PAGE)
    assert clean.count("\n") == PAGE.count("\n")
    read = [q.value for s in sentences(PAGE) for q in quantities(s.text)]
    assert read == [5, 82, 71, 60, 12, 13, 14, 15, 16]
    where = places(PAGE)
    for s in sentences(PAGE):
        for q in quantities(s.text):
            at = s.start + q.start
            line, column = where.of(at)
            assert PAGE.split("\n")[line - 1][column - 1 :].startswith(q.text)


def test_sentences_end_where_they_end():
    told = [" ".join(s.text.split()) for s in sentences(PAGE)]
    assert told[1] == "First one: 82% of U.S. members, e.g. in Q20."
    assert "item 12%." in told
    assert "Two" in told
    assert [s.text for s in sentences("J. Doe et al. say so. Then p. 3 vs. 4.")] == [
        "J. Doe et al. say so.",
        " Then p. 3 vs. 4.".strip(),
    ]


def test_an_open_fence_hides_the_rest():
    assert [q.value for s in sentences("1% a\n\n```\n2% b\n") for q in quantities(s.text)] == [1]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("82 percent, 82.4 per cent", [("percent", 82), ("percent", 82.4)]),
        ("12 percentage points, 3 pp, 1-point", [("points", 12), ("points", 3), ("points", 1)]),
        (
            "22.2 times, twice as many, 3x, ten-fold",
            [("times", 22.2), ("times", 2), ("times", 3), ("times", 10)],
        ),
        (
            "Ninety-four percent, five per cent and ten percent",
            [("percent", 94), ("percent", 5), ("percent", 10)],
        ),
        ("13% more likely", [("relative", 13)]),
        ("n = 3,252; 6,000 US adults", [("people", 3252), ("people", 6000)]),
        ("81–84%, 80% to 84%", [("interval", 81), ("interval", 80)]),
        ("82% to 71%", [("percent", 82), ("percent", 71)]),
        ("p < .001, p = 0.03", [("p", 0.001), ("p", 0.03)]),
        ("a mean of 4.25", [("number", 4.25)]),
        (
            "In 2016, on November 7, 2016, Q20, Figure 3, a 5-point agreement scale, 95% interval, 18-34, 1st",
            [],
        ),
    ],
)
def test_numbers_and_what_they_are(text, found):
    assert [(q.kind, q.value) for q in quantities(text, names=["18-34"])] == found


CLAIMS = [("x", f"follow[{s}].top2 > 1%") for s in ("micro", "average", "star")] + [
    ("x", "honest[micro].top2 > 1%")
]


@pytest.fixture(scope="module")
def study():
    return survey(*CLAIMS)


def share(study, question, source):
    value = study.proportion(question, top=2, where={"source": source}).value
    return f"{int(100 * value + 0.5)}%"


def verdicts(study, text):
    rows = study.check(text).rows
    return rows[rows["kind"] == "percent"]["verdict"].tolist()


def test_whose_number_it_is(study):
    m, a = share(study, "follow", "micro"), share(study, "follow", "average")
    assert m != a
    good = [
        f"Among respondents {m} would follow a micro-influencer and {a} an average consumer.",
        f"Among respondents who rated both, micro-influencers reach {m}, average consumers {a} on following.",
        f"Of respondents asked whom they follow, {m} and {a} name micro-influencers and average consumers.",
        f"Of respondents, {m} would follow a micro-influencer. For the average person it is {a}.",
    ]
    for text in good:
        assert verdicts(study, text) == ["supported", "supported"], text
        swapped = text.replace(m, "@").replace(a, m).replace("@", a)
        assert verdicts(study, swapped) == ["unsupported", "unsupported"], swapped


def test_a_number_of_another_question_is_not_taken(study):
    follow, honest = share(study, "follow", "micro"), share(study, "honest", "micro")
    assert follow != honest
    assert verdicts(study, f"Of respondents, {honest} find a micro-influencer honest.") == ["supported"]
    assert verdicts(study, f"Of respondents, {follow} find a micro-influencer honest.") == ["unsupported"]
    both = f"Of respondents, {follow} would follow a micro-influencer, and {honest} find it honest."
    assert verdicts(study, both) == ["supported", "supported"]


def test_a_number_without_a_subject_or_of_a_group_is_not_taken(study):
    m = share(study, "follow", "micro")
    assert verdicts(study, f"Of respondents, {m} would follow.") == ["unsupported"]
    assert verdicts(study, f"Of women among respondents, {m} would follow a micro-influencer.") == [
        "unsupported"
    ]


def test_words_alone(study):
    rows = study.check("Most respondents would follow a celebrity. It boosts sales. All is well.").rows
    assert rows[["found", "verdict"]].to_numpy().tolist() == [
        ["Most", "unsupported"], ["respondents", "supported"], ["boosts", "overclaimed"],
    ]  # fmt: skip


def test_nothing_to_check_holds_and_nothing_declared_is_an_error(study):
    empty = study.check("")
    assert empty.hold
    assert len(empty) == 0
    assert "0 sentences" in repr(empty)
    with pytest.raises(StudyError, match="declares nothing") as error:
        survey().check("82% agree.")
    assert "[[claims]]" in error.value.hint
