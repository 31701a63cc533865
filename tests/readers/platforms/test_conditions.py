"""Conditions of platforms: what is written parses as what was meant, also of those who gave no answer."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.table import Table
from survey_analysis.readers.platforms.conditions import (
    LONGEST,
    UntranslatedError,
    all_of,
    any_of,
    comparison,
    text_of,
)
from survey_analysis.readers.platforms.infix import Dialect, translate
from survey_analysis.study.build import build
from survey_analysis.study.expressions import (
    Both,
    Comparison,
    Either,
    Membership,
    Missing,
    Not,
    evaluate,
    parse,
)
from survey_analysis.study.file import StudyFile

NAMES = st.one_of(
    st.sampled_from(
        ["q1", "and", "in", "Größe", "1_Q3", "race___2", "fruit/apple", "Q1[SQ001]", "-x", "a b"]
    ),
    st.text(
        st.characters(blacklist_characters="`\n\r", blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8
    ),
)
VALUES = st.text(st.characters(blacklist_characters="\n", blacklist_categories=("Cs",)), max_size=8)
LEAVES = st.one_of(
    st.builds(Comparison, NAMES, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), VALUES),
    st.builds(Membership, NAMES, st.lists(VALUES, min_size=1, max_size=3).map(tuple), st.booleans()),
    st.builds(Missing, NAMES, st.booleans()),
)
TREES = st.recursive(
    LEAVES,
    lambda part: st.one_of(st.builds(Not, part), st.builds(Both, part, part), st.builds(Either, part, part)),
    max_leaves=8,
)


@given(TREES)
def test_what_is_written_parses_as_the_same_expression(expression):
    assert parse(text_of(expression)) == expression


def test_names_and_answers_that_cannot_be_written_are_refused():
    for wrong in (Comparison("a`b", "==", "1"), Comparison("a", "==", "1\n2"), Comparison("", "==", "1")):
        with pytest.raises(UntranslatedError):
            text_of(wrong)
    with pytest.raises(UntranslatedError, match="too long"):
        text_of(any_of([Comparison("a", "==", str(i)) for i in range(LONGEST // 8)]))


def test_terms_are_joined_once():
    one, two = Comparison("a", "==", "1"), Comparison("b", "==", "2")
    assert all_of([one, two, one]) == Both(one, two)
    assert any_of([one, two, one]) == Either(one, two)
    assert all_of([]) is None
    assert any_of([]) is None


CELLS = ("1", "2", "")
ROWS = list(itertools.product(CELLS, CELLS))


def _shown(text: str) -> list[bool]:
    """Rows of every combination of two questions for which the translation holds."""
    frame = pd.DataFrame(ROWS, columns=["a", "b"], dtype=object)
    study = build(StudyFile(), columns=("a", "b"), folder="", source="")
    table = Table(RawTable(frame), study)
    found = text_of(translate(text, DIALECT))
    return np.asarray(evaluate(parse(found), table.resolve)).tolist()


def _compare(left, operator, value, negated):
    return comparison(left.text, operator, value, negated=negated)


def _truth(left, negated):
    return Missing(left.text, negated=not negated)


DIALECT = Dialect(r"\[(?P<inner>\w+)\]", _compare, _truth)

# Python's own two-valued logic over text cells is what the platforms do.
ATOMS = [
    ("[a] = '1'", lambda a, b: a == "1"),
    ("[b] <> '2'", lambda a, b: b != "2"),
    ("'1' = [b]", lambda a, b: b == "1"),
    ("[a] = ''", lambda a, b: a == ""),
    ("[a] != ''", lambda a, b: a != ""),
    ("[b]", lambda a, b: b != ""),
    ("[a] >= 2", lambda a, b: a != "" and int(a) >= 2),
    ("1 < [a]", lambda a, b: a != "" and int(a) > 1),
]


@st.composite
def conditions(draw, depth=3):
    kind = draw(st.sampled_from(["atom", "not", "and", "or"])) if depth else "atom"
    if kind == "atom":
        return draw(st.sampled_from(ATOMS))
    left, f = draw(conditions(depth=depth - 1))
    if kind == "not":
        return f"not({left})", lambda a, b: not f(a, b)
    right, g = draw(conditions(depth=depth - 1))
    if kind == "and":
        return f"({left}) AND ({right})", lambda a, b: f(a, b) and g(a, b)
    return f"({left}) or ({right})", lambda a, b: f(a, b) or g(a, b)


@given(conditions())
def test_the_translation_holds_for_the_same_people_as_the_condition(condition):
    text, meaning = condition
    assert _shown(text) == [bool(meaning(a, b)) for a, b in ROWS]


def test_and_binds_before_or():
    expected = [a == "1" or (b == "1" and a == "2") for a, b in ROWS]
    assert _shown("[a] = '1' or [b] = '1' and [a] = '2'") == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "[a] =", "[a] = [b]", "[a] + 1 = 2", "[a] = '1' [b] = '2'", "(([a] = '1')", "today() > '2020'",
        "[a] = '1' and", "sum([a], [b]) > 2", "[a] eq '1'", "[a] = '1", "[a] ~ '1'", "(" * 5000, "not " * 5000,
        "f(" * 5000,
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused_with_a_reason(text):
    with pytest.raises(UntranslatedError):
        translate(text, Dialect(r"\[(?P<inner>\w+)\]", _strict, _truth_strict))


def _strict(left, operator, value, negated):
    if not hasattr(left, "text"):
        raise UntranslatedError(f"the function '{left.function}' is not known")
    return _compare(left, operator, value, negated)


def _truth_strict(left, negated):
    raise UntranslatedError("stands alone")
