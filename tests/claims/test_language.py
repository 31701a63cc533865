"""The language of claims: what is read, what is refused, and that single keys say the same."""

from __future__ import annotations

import pytest

from claims.study import survey
from survey_analysis.claims.entry import says_of, written
from survey_analysis.claims.language import Number, Stat, Term, parse
from survey_analysis.errors import StudyError, SurveyAnalysisError
from survey_analysis.study.file import ClaimEntry

MICRO = Term("follow", (("", "micro"),), Stat("top", 2))


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("82%", 0.82, 2),
        ("81.6%", 0.816, 3),
        ("0.82", 0.82, 2),
        (".5", 0.5, 1),
        ("7 points", 0.07, 2),
        ("4.25", 4.25, 2),
    ],
)
def test_a_number_keeps_the_decimals_it_states(text, value, decimals):
    assert parse(f"follow[micro].top2 == {text}").number == Number(pytest.approx(value), decimals)


def test_terms():
    assert parse("follow[micro].top2 > 50%").a == MICRO
    assert parse("`q 1`.share('Very likely', \"Yes\") < 20%").a == Term(
        "q 1", (), Stat("share", answers=("Very likely", "Yes"))
    )
    assert parse("talk[gear, panel == '1'].mean > 3").a.of == (("", "gear"), ("panel", "1"))
    assert parse("at_work[network].per(recommendations) == 54%").a.stat == Stat("per", per="recommendations")
    assert parse("trust[micro] > 4").a.stat == Stat()


def test_forms():
    assert [parse(x).form for x in FORMS.values()] == list(FORMS)
    more = parse(FORMS["difference"])
    assert (more.b, more.number) == (
        Term("follow", (("", "average"),), Stat("top", 2)),
        Number(pytest.approx(0.05), 2),
    )
    assert parse("follow[micro].top2 > follow[average].top2 - 0.02").number == Number(-0.02, 2)
    assert not parse("falls(follow[micro].top2 by age)").rising
    assert (
        parse(FORMS["level"] + " where sex == 'Woman' and age != '55+'").where
        == "sex == 'Woman' and age != '55+'"
    )


FORMS = {
    "level": "follow[micro].top2 >= 50%",
    "difference": "follow[micro].top2 > follow[average].top2 + 5 points",
    "ratio": "talk[gear, panel == 'Members'].mean > 2 * talk[gear, panel == 'Control'].mean",
    "largest": "max(talk[panel == 'Members'].mean / talk[panel == 'Control'].mean by category) == 9.1",
    "best": "best(trust by source) == micro",
    "same": "same(honest[micro].top2, honest[average].top2, 0.05)",
    "unclear": "unclear(honest[micro].top2, honest[average].top2)",
    "trend": "rises(follow[micro].top2 by age)",
}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("follow[micro.top2 > 3", "position 13: found '.', expected '\\]'"),
        ("follow[micro].top2 ! 3", "'!' has no meaning here"),
        ("follow[micro].top2 50%", "expected one of > >= < <= =="),
        ("follow[micro].top2 > 50% and more", "expected the end or 'where'"),
        ("bset(trust) == micro", "not a form of a claim"),
        ("follow[micro].topp > 1", "not a statistic"),
        ("same(honest[micro].top2, honest[average].top2)", "no margin"),
        ("follow[micro].top2 == follow[average].top2", "never simply equal"),
        ("max(talk.mean / talk.mean) > 2", "expected 'by'"),
        ("best(trust by source) > micro", "'=='"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_to_write(text, said):
    with pytest.raises(StudyError, match=said) as error:
        parse(text)
    assert error.value.hint


KEYS = {
    "follow[micro].top2 > 0.5": {"form": "level", "question": "follow", "of": "micro", "stat": "top2", "op": ">", "value": 0.5},
    "follow[micro].top2 > follow[average].top2 + 0.05": {
        "form": "difference", "question": "follow", "of": "micro", "stat": "top2", "op": ">", "against": "average", "margin": 0.05,
    },
    "talk[gear, panel == 'Members'].mean > 2.0 * talk[gear, panel == 'Control'].mean": {
        "form": "ratio", "question": "talk", "of": ["gear", "panel == 'Members'"], "stat": "mean", "op": ">", "times": 2.0,
        "against": ["gear", "panel == 'Control'"],
    },
    "max(talk[panel == 'Members'].mean / talk[panel == 'Control'].mean by category) == 9.1": {
        "form": "largest", "question": "talk", "of": "panel == 'Members'", "against": "panel == 'Control'", "stat": "mean",
        "by": "category", "op": "==", "value": 9.1,
    },
    "best(trust by source) == micro": {"form": "best", "question": "trust", "of": "micro", "by": "source"},
    "same(honest[micro].top2, honest[average].top2, 0.05)": {
        "form": "same", "question": "honest", "of": "micro", "against": "average", "stat": "top2", "margin": 0.05,
    },
    "unclear(honest[micro].top2, honest[average].top2)": {
        "form": "unclear", "question": "honest", "of": "micro", "against": "average", "stat": "top2",
    },
    "falls(follow[micro].top2 by age)": {"form": "trend", "question": "follow", "of": "micro", "stat": "top2", "by": "age", "op": "<"},
}  # fmt: skip


@pytest.mark.parametrize("says", KEYS)
def test_single_keys_say_the_same(says):
    assert says_of(ClaimEntry(text="x", **KEYS[says])) == parse(says)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({}, "says nothing"),
        ({"says": "a > 1", "question": "a"}, "both says and 'question'"),
        ({"form": "level", "question": "a", "op": ">"}, "lacks the key 'value'"),
        ({"form": "same", "question": "a", "of": "x", "against": "y"}, "lacks the key 'margin'"),
        ({"form": "level", "question": "a", "op": ">", "value": 1, "by": "b"}, "no use for 'by'"),
        ({"says": "a > 1 where b == 1", "where": "c == 1"}, "two filters"),
    ],
)
def test_keys_that_do_not_go_together(keys, said):
    with pytest.raises(StudyError, match=said):
        written(ClaimEntry(text="x", **keys))


@pytest.mark.parametrize(
    ("says", "said", "hint"),
    [
        ("folow[micro].top2 > 1%", "no question or column 'folow'", "follow"),
        ("follow[mikro].top2 > 1%", "'mikro' is nothing that 'follow' is asked about", "micro"),
        ("follow.top2 > 1%", "is 3 estimates", "Micro-influencer"),
        ("follow[micro] > 1%", "does not say what of 'follow'", "top2"),
        ("trust[micro].top2 > 1%", "is a construct", "mean"),
        ("follow[micro, age == '18-35'].top2 > 1%", "'18-35' is not an answer", "18-34"),
        ("follow[micro, average].top2 > 1%", "second source", "one"),
        ("follow[micro].share('Verry likely') > 1%", "not an answer on the scale", "Very"),
        ("follow[micro].top2 > honest[average].top2", "different questions", "one question"),
        ("follow[micro].top2 > follow[average, age == '55+'].top2", "exactly one thing", "micro"),
        ("best(trust by source) == mikro", "not among those ranked", "micro"),
        ("follow[micro].top2 > 1% where agee == '55+'", "agee", "age"),
    ],
)
def test_a_name_that_does_not_exist_names_the_key_path_and_the_nearest(says, said, hint):
    with pytest.raises(SurveyAnalysisError, match=said) as error:
        survey(("x", "follow[micro].top2 > 1%"), ("y", says)).claims()
    assert "[study.toml: claims[1]]" in error.value.where
    assert hint in error.value.hint


def test_a_study_without_claims_says_how_to_declare_one():
    with pytest.raises(StudyError, match="declares no claims") as error:
        survey().claims()
    assert "[[claims]]" in error.value.hint
