"""Derived variables, routing and filters: expressions over the same table."""

from __future__ import annotations

import pytest
from builders import SOURCES, survey

from survey_analysis.errors import ColumnNotFoundError, ExpressionError


def people(**levels):
    return survey(
        {"n": ["17", "18", "34", "35", "54", "55", ""], "sex": list("wmwmwmw")},
        questions={"n": {"kind": "numeric"}, "sex": {"levels": [["w", "Woman"], ["m", "Man"]]}},
        derived={"age": {"levels": levels, "text": "Age in bands"}},
    )


def test_levels_in_declared_order():
    data = people(**{"55+": "n >= 55", "18-34": "n >= 18 and n <= 34", "35-54": "n >= 35 and n <= 54"})
    found = data.table.variable("age")
    assert [x.label for x in found.scale.levels] == ["55+", "18-34", "35-54"]
    assert found.codes.tolist() == [-1, 1, 1, 2, 2, 0, -1]
    shares = data.proportion("age").to_frame()
    assert shares["estimate"].tolist() == [0.2, 0.4, 0.4]


def test_who_fits_no_level_is_missing_and_never_the_last_level():
    data = people(young="n < 35", old="n >= 55")
    assert data.table.variable("age").known().tolist() == [True, True, True, False, False, True, False]


def test_levels_that_overlap_are_an_error_with_the_count():
    data = people(a="n <= 35", b="n >= 34")
    with pytest.raises(ExpressionError, match="2 respondents are in two levels of 'age'") as caught:
        data.proportion("age")
    assert "derived.age" in caught.value.where
    assert "'b' overlaps" in caught.value.where


def test_a_derived_variable_breaks_down_filters_and_derives_again():
    data = survey(
        {"n": ["10", "20", "30", "40"], "q": ["1", "0", "1", "1"]},
        questions={"n": {"kind": "numeric"}, "q": {"levels": [[0, "no"], [1, "yes"]]}},
        derived={
            "age": {"levels": {"young": "n < 25", "old": "n >= 25"}},
            "group": {
                "levels": {
                    "old yes": "age == 'old' and q == 'yes'",
                    "rest": "not (age == 'old' and q == 'yes')",
                }
            },
        },
    )
    assert data.proportion("q", answers=["yes"], by="age").to_frame()["estimate"].tolist() == [0.5, 1.0]
    assert data.proportion("group", answers=["old yes"]).value == 0.5
    assert data.proportion("q", answers=["yes"], where="group == 'rest'").value == 0.5


def test_a_derived_variable_that_reads_itself_is_an_error():
    data = survey(
        {"n": ["1"]}, derived={"a": {"levels": {"x": "b == 'y'"}}, "b": {"levels": {"y": "a == 'x'"}}}
    )
    with pytest.raises(ExpressionError, match="reads itself"):
        data.proportion("a")


def test_named_filters():
    data = survey(
        {"n": ["1", "2", "3"], "q": ["1", "0", "1"]},
        questions={"n": {"kind": "numeric"}, "q": {"levels": [0, 1]}},
        filters={"many": "n >= 2"},
    )
    assert data.proportion("q", answers=["1"], where="many").value == 0.5
    assert data.proportion("q", answers=["1"], where="n >= 2").value == 0.5


@pytest.fixture(scope="module")
def loop():
    """Two received micro, one average; the third was asked nothing."""
    return survey(
        {
            "got_1": ["1", "1", "0"], "got_2": ["0", "1", "0"],
            "q_1": ["5", "", ""], "q_2": ["", "4", ""],
        },
        subjects={"source": {"micro": {"label": "Micro", "code": 1}, "average": {"label": "Average", "code": 2}}},
        batteries={"q": {"over": "source", "columns": "q_{source}", "scale": "s", "asked_if": "got_{source} == 1"}},
        scales={"s": {"levels": [1, 2, 3, 4, 5]}},
    )  # fmt: skip


def test_routing_is_asked_of_each_subject(loop):
    assert loop.table.variable("q", "micro").missing.tolist() == [0, 5, 1]
    assert loop.table.variable("q", "average").missing.tolist() == [1, 0, 1]
    frame = loop.proportion("q", top=1).to_frame()
    assert frame["n_missing"].tolist() == [1, 0]


def test_a_battery_in_a_filter_needs_its_subject(loop):
    assert loop.table.mask("q == 5", ("source", "micro")).tolist() == [True, False, False]
    with pytest.raises(ExpressionError, match="a filter must say which one") as caught:
        loop.table.mask("q == 5")
    assert "q_1" in caught.value.hint
    assert loop.table.mask("q_1 == 5").tolist() == [True, False, False]


def test_names_that_do_not_exist():
    data = survey({"q": ["1"]}, subjects={"source": SOURCES}, questions={"q": {"levels": [1]}})
    with pytest.raises(ColumnNotFoundError, match="no question or column 'p'"):
        data.proportion("p")
    with pytest.raises(ColumnNotFoundError, match="'source' is a set of subjects"):
        data.proportion("source")
