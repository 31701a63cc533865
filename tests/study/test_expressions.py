"""The expression language: grammar, three-valued logic, errors that point at the place."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from builders import LIKELY, survey

from survey_analysis.errors import ColumnNotFoundError, ExpressionError, ScoreError
from survey_analysis.study.expressions import (
    Both,
    Comparison,
    Either,
    Membership,
    Missing,
    Not,
    evaluate,
    from_mapping,
    names,
    parse,
)

TRUE, FALSE, UNKNOWN = "1", "0", ""
AND = {
    (TRUE, TRUE): 1,
    (TRUE, FALSE): 0,
    (TRUE, UNKNOWN): None,
    (FALSE, FALSE): 0,
    (FALSE, UNKNOWN): 0,
    (UNKNOWN, UNKNOWN): None,
}
OR = {
    (TRUE, TRUE): 1,
    (TRUE, FALSE): 1,
    (TRUE, UNKNOWN): 1,
    (FALSE, FALSE): 0,
    (FALSE, UNKNOWN): None,
    (UNKNOWN, UNKNOWN): None,
}


@pytest.fixture(scope="module")
def truth():
    """Every pair of true, false and unknown, one row each."""
    pairs = list(itertools.product((TRUE, FALSE, UNKNOWN), repeat=2))
    yes = [["1", "yes"], ["0", "no"]]
    data = survey(
        {"a": [p[0] for p in pairs], "b": [p[1] for p in pairs]},
        questions={"a": {"levels": yes}, "b": {"levels": yes}},
    )
    return pairs, data


@pytest.mark.parametrize(("word", "table"), [("and", AND), ("or", OR)])
def test_kleene_tables(truth, word, table):
    pairs, data = truth
    true = data.table.mask(f"a == 'yes' {word} b == 'yes'")
    false = data.table.mask(f"not (a == 'yes' {word} b == 'yes')")
    for pair, t, f in zip(pairs, true, false, strict=True):
        wanted = table[pair] if pair in table else table[pair[::-1]]
        assert (t, f) == (wanted == 1, wanted == 0), pair


@pytest.mark.parametrize(
    "text", ["a == 'yes'", "a != 'yes'", "a in [1]", "a not in [1]", "a >= 1", "not a < 1"]
)
def test_a_missing_answer_makes_every_comparison_unknown(truth, text):
    pairs, data = truth
    missing = np.array([a == UNKNOWN for a, _ in pairs])
    assert not (data.table.mask(text) & missing).any()
    assert not (data.table.mask(f"not ({text})") & missing).any()
    assert (data.table.mask(text) | data.table.mask(f"not ({text})") | missing).all()


def test_missing_itself_is_known(truth):
    pairs, data = truth
    missing = np.array([a == UNKNOWN for a, _ in pairs])
    assert (data.table.mask("a is missing") == missing).all()
    assert (data.table.mask("a is not missing") == ~missing).all()
    assert (data.table.mask("not a is missing") == ~missing).all()


def test_not_binds_tighter_than_and_tighter_than_or():
    one, two, three = (Comparison(x, "==", "1") for x in "abc")
    assert parse("a == 1 or b == 1 and c == 1") == Either(one, Both(two, three))
    assert parse("(a == 1 or b == 1) and c == 1") == Both(Either(one, two), three)
    assert parse("not a == 1 and b == 1") == Both(Not(one), two)
    assert parse("not not a == 1") == Not(Not(one))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("age >= 35", Comparison("age", ">=", "35")),
        ("age>=-3.5", Comparison("age", ">=", "-3.5")),
        ("q in [1, 'two', \"three\"]", Membership("q", ("1", "two", "three"), negated=False)),
        ("q not in [1]", Membership("q", ("1",), negated=True)),
        ("`Duration (in seconds)` < 60", Comparison("Duration (in seconds)", "<", "60")),
        ("`and` == 'or'", Comparison("and", "==", "or")),
        ("q == 'don\\'t know'", Comparison("q", "==", "don't know")),
        ('q == "don\'t know"', Comparison("q", "==", "don't know")),
        ("Geschlecht == 'Männer & <b>'", Comparison("Geschlecht", "==", "Männer & <b>")),
        ("  q  is   missing ", Missing("q", negated=False)),
        ("a.b == x", Comparison("a.b", "==", "x")),
    ],
)
def test_grammar(text, found):
    assert parse(text) == found


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("age >= ", 8, "an answer in quotes or a number"),
        ("age = 3", 5, "'=' has no meaning here"),
        ("and age == 1", 1, "the name of a question or column"),
        ("age == 1 sex == 2", 10, "the end or 'and'/'or'"),
        ("(age == 1", 10, "')'"),
        ("age in 1", 8, "'[' with a list of answers"),
        ("age in [1, 2", 13, "']'"),
        ("age in []", 9, "an answer in quotes or a number"),
        ("age not 3", 9, "'in' after 'not'"),
        ("age is 3", 8, "'missing'"),
        ("age == 'x", 8, "has no meaning here"),
        ("age == 18-34", 10, "the end or 'and'/'or'"),
        ("age + 1 == 3", 5, "'+' has no meaning here"),
        ("__import__('os')", 11, "a comparison such as == or in"),
    ],
)
def test_errors_point_at_the_place(text, position, expected):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    error = caught.value
    assert f"at position {position}:" in error.what
    assert expected in error.what
    line, caret = error.where.splitlines()
    assert line == text
    assert caret == "  " + " " * (position - 1) + "^"


@pytest.mark.parametrize("text", ["", "   "])
def test_an_empty_expression_is_an_error(text):
    with pytest.raises(ExpressionError, match="empty"):
        parse(text)


def test_names_of_an_expression():
    assert names(parse("not (a == 1 or `b c` is missing) and d in [1]")) == {"a", "b c", "d"}


def test_mappings_hold_together_and_take_codes_labels_and_numbers():
    assert from_mapping({"a": 1.0}) == Membership("a", ("1",), negated=False)
    assert from_mapping({"a": ["x", 2], "b": "y"}) == Both(
        Membership("a", ("x", "2"), negated=False), Membership("b", ("y",), negated=False)
    )
    assert from_mapping({"a": {"z", "b", "m"}}) == from_mapping({"a": ["b", "m", "z"]})
    with pytest.raises(ExpressionError, match="empty"):
        from_mapping({})


@pytest.fixture(scope="module")
def people():
    return survey(
        {
            "age": ["17", "18", "34", "35", "", "60", "61", "62", "63", "64", "65", "66", "67"],
            "q": ["1", "2", "3", "4", "5", "98", "", "6", "1", "2", "3", "4", "5"],
            "when": [f"2024-03-{d:02d}" for d in range(1, 14)],
            "a_1": ["1", "0", "", "1", "0", "1", "0", "1", "0", "1", "0", "1", "0"],
            "a_2": ["0", "1", "", "1", "0", "1", "0", "1", "0", "1", "0", "1", "0"],
        },
        questions={
            "age": {"kind": "numeric"},
            "q": {
                "kind": "likert",
                "levels": LIKELY,
                "outside": [[6, "Never heard of it"]],
                "missing": [[98, "dont_know"]],
            },
            "a": {
                "kind": "multiple",
                "options": [{"column": "a_1", "label": "Web"}, {"column": "a_2", "label": "Shop"}],
            },
            "when": {"kind": "open"},
        },
    )


def rows(data, where):
    return np.flatnonzero(data.table.mask(where)).tolist()


def test_labels_and_codes_name_the_same_answer(people):
    assert rows(people, "q == 4") == rows(people, "q == 'Very'") == rows(people, {"q": "Very"}) == [3, 11]
    assert rows(people, "q in [1, 'Extremely']") == [0, 4, 8, 12]
    assert rows(people, {"q": [1, "Extremely"]}) == [0, 4, 8, 12]


def test_order_follows_the_scale_and_leaves_answers_off_it_out(people):
    assert rows(people, "q >= 4") == rows(people, "q >= 'Very'") == [3, 4, 11, 12]
    assert rows(people, "q < 3") == rows(people, "q < 'Somewhat'") == [0, 1, 8, 9]
    assert 7 in rows(people, "q == 'Never heard of it'")


def test_answers_off_the_scale_are_neither_above_nor_below(people):
    assert 7 not in rows(people, "q >= 1")
    assert 7 not in rows(people, "q <= 5")


def test_numbers_and_iso_dates(people):
    assert rows(people, "age >= 18 and age <= 34") == [1, 2]
    assert rows(people, "age == 18.0") == [1]
    assert rows(people, "when >= '2024-03-10'") == [9, 10, 11, 12]


def test_multiple_response_by_option(people):
    assert rows(people, "a == 'Web'") == rows(people, "a == a_1") == [0, 3, 5, 7, 9, 11]
    assert rows(people, "a in ['Web', 'Shop']") == [0, 1, 3, 5, 7, 9, 11]
    assert rows(people, "a is missing") == [2]
    assert 2 not in rows(people, "a != 'Web'")
    with pytest.raises(ExpressionError, match="no meaning"):
        people.table.mask("a > 'Web'")


def test_what_does_not_exist_is_an_error_with_the_nearest(people):
    with pytest.raises(ScoreError, match="'Verry' is not an answer") as caught:
        people.table.mask("q == 'Verry'")
    assert "did you mean 'Very'" in caught.value.hint
    with pytest.raises(ColumnNotFoundError, match="'aeg'") as caught:
        people.table.mask("aeg > 3")
    assert "'age'" in caught.value.hint
    with pytest.raises(ExpressionError, match="holds numbers"):
        people.table.mask("age == 'old'")
    with pytest.raises(ExpressionError, match="'Wbe' is not an option") as caught:
        people.table.mask("a == 'Wbe'")
    assert "Web" in caught.value.hint


def test_evaluation_asks_each_variable_by_its_own_rules():
    class Always:
        def equals(self, answer):
            return np.array([answer == "x", True])

        def compare(self, operator, answer):
            raise AssertionError(operator)

        def known(self):
            return np.array([True, False])

    assert evaluate(parse("v == 'x'"), lambda _: Always()).tolist() == [True, False]
    assert evaluate(parse("v != 'x'"), lambda _: Always()).tolist() == [False, False]
