"""Recoding by declaration against pandas and by hand: bands, answers put together, counts, copies; the log."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from builders import survey
from hypothesis import given
from hypothesis import strategies as st

import survey_analysis as sa
from survey_analysis.errors import DataError, StudyError
from survey_analysis.frames.variables import MISSING_KINDS
from survey_analysis.study.recodes import Bands

AGES = ["18", "24", "25", "34", "35", "54", "55", "99", "", "-1"]


def ages(values=AGES, **bands):
    return survey(
        {"age": list(values)},
        questions={"age": {"kind": "numeric", "missing": [[-1, "refused"]]}},
        derived={"group": {"bands": {"of": "age", "cuts": [18, 25, 35, 55], **bands}}},
    )


def labels(data, name):
    found = data.table.variable(name)
    return [
        found.scale.answers[c].label if c >= 0 else MISSING_KINDS[m]
        for c, m in zip(found.codes, found.missing, strict=True)
    ]


def test_bands_made_by_hand():
    assert labels(ages(), "group") == [
        "18-24", "18-24", "25-34", "25-34", "35-54", "35-54", "55+", "55+", "no_answer", "refused",
    ]  # fmt: skip
    assert ages().mean("age", by="group").to_frame()["estimate"].tolist() == [21.0, 29.5, 44.5, 77.0]


@given(
    st.lists(st.integers(0, 120), min_size=1, max_size=40),
    st.sets(st.integers(0, 110), min_size=1, max_size=6),
)
def test_bands_are_those_of_pandas_and_each_value_is_in_exactly_one(values, cuts):
    edges = sorted({0, *cuts})
    data = survey(
        {"n": [str(v) for v in values]},
        questions={"n": {"kind": "numeric"}},
        derived={"b": {"bands": {"of": "n", "cuts": edges}}},
    )
    cut = pd.cut(pd.Series(values), [*edges, np.inf], right=False, labels=False)
    assert data.table.variable("b").codes.tolist() == cut.tolist()


def test_made_labels():
    assert Bands(of="n", cuts=(0, 1, 2, 5), to=9).names() == ("0", "1", "2-4", "5-9")
    assert labels(ages(labels=["a", "b", "c", "d"]), "group")[0] == "a"


def test_numbers_outside_are_an_error_or_declared_missing():
    with pytest.raises(
        DataError, match="2 values of 'age' are in no band of 'group': from 16 to 17"
    ) as caught:
        ages(["16", "17", "18"]).proportion("group")
    assert "outside = " in caught.value.hint
    assert labels(ages(["16", "18"], outside="missing"), "group") == ["no_answer", "18-24"]
    with pytest.raises(DataError, match="1 value of 'age' is in no band of 'group': 65"):
        ages(["18", "65"], to=64).proportion("group")
    assert labels(ages(["64", "65"], to=64, outside="missing"), "group") == ["55-64", "no_answer"]


def test_labels_made_for_whole_numbers_do_not_describe_others():
    with pytest.raises(DataError, match="1 value of 'age' has decimals"):
        ages(["24.5"]).proportion("group")
    told = ["18 to under 25", "25 to under 35", "35 to under 55", "55 and over"]
    assert labels(ages(["24.5"], labels=told), "group") == ["18 to under 25"]


@pytest.mark.parametrize(
    ("bands", "message"),
    [
        ({"cuts": [25, 18]}, "cuts must rise"),
        ({"cuts": [18, 18]}, "cuts must rise"),
        ({"cuts": []}, "cuts must rise"),
        ({"cuts": [18, 25], "to": 20}, "cuts must rise"),
        ({"cuts": [18, 25], "labels": ["a"]}, "2 cuts make 2 bands; there is 1 label"),
        ({"cuts": [0.5, 1.5]}, "need labels"),
    ],
)
def test_bands_that_cannot_be(bands, message):
    with pytest.raises(StudyError) as caught:
        ages(**bands)
    assert message in str(caught.value)


REGIONS = [[1, "Northeast"], [2, "Midwest"], [3, "South"], [4, "West"]]


def regions(recode, values=("1", "2", "3", "4", "5", "", "9")):
    return survey(
        {"region": list(values)},
        questions={
            "region": {
                "levels": REGIONS,
                "outside": [[5, "Territories"]],
                "missing": [[9, "refused"]],
                "text": "Where?",
            }
        },
        derived={"area": {"recode": {"of": "region", **recode}}},
    )


def test_answers_put_together_by_code_or_label():
    data = regions({"into": {"North": ["1", "Midwest"], "Elsewhere": [3, 4]}, "rest": ["Territories"]})
    assert labels(data, "area") == [
        "North",
        "North",
        "Elsewhere",
        "Elsewhere",
        "no_answer",
        "no_answer",
        "refused",
    ]
    assert data.codebook.question("area").text == "Where?"
    assert data.proportion("area").to_frame()["estimate"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    ("recode", "message"),
    [
        ({"into": {"North": [1, 2]}}, "leaves answers out of 'region': 3 = South, 4 = West, 5 = Territories"),
        ({"into": {"North": [1, 2], "All": [2, 3, 4, 5]}}, "uses answers twice of 'region': 2 = Midwest"),
        ({"into": {"North": [1, 2, 3, 4, 5]}, "rest": [7]}, "answers that 'region' does not have: 7"),
    ],
)
def test_every_answer_is_used_once_or_listed_in_rest(recode, message):
    with pytest.raises(StudyError) as caught:
        regions(recode)
    assert message in str(caught.value)
    assert "derived.area.recode" in caught.value.where


def test_an_undeclared_column_is_checked_when_it_is_read():
    data = survey({"r": ["a", "b", "c"]}, derived={"x": {"recode": {"of": "r", "into": {"A": ["a", "b"]}}}})
    with pytest.raises(StudyError, match="leaves answers out of 'r': c"):
        data.proportion("x")


BRANDS = {"b1": ["1", "0", "1", "", "0"], "b2": ["1", "0", "0", "", "0"], "b0": ["0", "1", "0", "", "0"]}


def brands(**count):
    return survey(
        BRANDS,
        questions={
            "brands": {
                "kind": "multiple",
                "options": [{"column": "b1", "label": "A"}, {"column": "b2", "label": "B"},
                            {"column": "b0", "label": "None of these", "exclusive": True}],
            }
        },
        derived={"many": {"count": {"of": "brands", **count}}},
    )  # fmt: skip


def test_options_are_counted_exclusive_ones_not():
    found = brands().table.variable("many")
    assert found.numbers[:3].tolist() == [2, 0, 1]
    assert np.isnan(found.numbers[3])
    assert found.missing[3] == MISSING_KINDS.index("no_answer")
    assert found.numbers[4] == 0
    assert brands().mean("many").value == pytest.approx(3 / 4)
    assert brands(options=["B"]).table.variable("many").numbers[:3].tolist() == [1, 0, 0]
    with pytest.raises(StudyError, match="it has no option Z"):
        brands(options=["Z"])


def test_a_copy_with_other_labels_keeps_scale_scores_and_reasons():
    levels = [[1, "Not at all"], [2, "Somewhat"], [3, "Very"]]
    data = survey(
        {"q": ["1", "2", "3", "98", ""]},
        scales={"s": {"levels": levels, "missing": [[98, "dont_know"]]}},
        questions={"q": {"kind": "likert", "scale": "s", "text": "How likely?"}},
        derived={"short": {"relabel": {"of": "q", "labels": {"3": "Ja, sehr"}}}},
    )
    assert labels(data, "short") == ["Not at all", "Somewhat", "Ja, sehr", "dont_know", "no_answer"]
    assert data.mean("short").value == data.mean("q").value == 2
    assert data.proportion("short", top=1).value == data.proportion("q", top=1).value
    with pytest.raises(StudyError, match="'q' has no code 7"):
        survey(
            {"q": ["1"]},
            questions={"q": {"levels": levels}},
            derived={"x": {"relabel": {"of": "q", "labels": {"7": "x"}}}},
        )


def test_a_copy_of_a_reversed_item_is_not_turned_twice():
    data = survey(
        {"q": ["1", "5", "4"]},
        questions={"q": {"kind": "likert", "levels": [1, 2, 3, 4, 5], "reverse": True}},
        derived={"c": {"relabel": {"of": "q", "labels": {"5": "five"}}}},
    )
    assert (
        data.table.variable("c").values().tolist() == data.table.variable("q").values().tolist() == [5, 1, 2]
    )


def test_a_recoding_of_a_recoding():
    data = survey(
        {"age": ["18", "30", "60"]},
        questions={"age": {"kind": "numeric"}},
        derived={
            "group": {"bands": {"of": "age", "cuts": [18, 35, 55]}},
            "old": {"recode": {"of": "group", "into": {"young": ["18-34", "35-54"], "old": ["55+"]}}},
        },
    )
    assert labels(data, "old") == ["young", "young", "old"]


@pytest.mark.parametrize(
    ("derived", "message"),
    [
        ({"levels": {"a": "q == 1"}, "bands": {"of": "q", "cuts": [1]}}, "give levels, or one of"),
        ({}, "give levels, or one of"),
        ({"count": {"of": "q"}}, "its kind is single"),
        ({"recode": {"of": "n", "into": {"a": ["1"]}}}, "it has no list of answers"),
        ({"count": {"of": "nothing"}}, "there is no such question"),
    ],
)
def test_what_cannot_be_recoded(derived, message):
    with pytest.raises(StudyError) as caught:
        survey(
            {"q": ["1"], "n": ["1"]},
            questions={"q": {"levels": [1, 2]}, "n": {"kind": "numeric"}},
            derived={"d": derived},
        )
    assert message in str(caught.value)


def test_the_log_has_counts_before_and_after_and_recodes_the_crossing():
    data = regions({"into": {"North": ["1", "2"], "Elsewhere": ["3", "4"]}, "rest": ["5"]}).clean()
    (entry,) = [e for e in data.log.entries if e.rule == "recode"]
    assert (entry.what, entry.checked, entry.flagged) == ("area: answers put together of region", 5, 4)
    assert "before: Northeast 1" in entry.reason
    assert "after: North 2, Elsewhere 2" in entry.reason
    crossing = data.recodes()
    assert crossing["n"].sum() == len(data)
    assert crossing[crossing["after"] == "North"]["before"].tolist() == ["Northeast", "Midwest"]


def test_recodes_are_listed_in_the_order_of_the_answers():
    data = survey(
        {"age": ["60", "17", "", "20", "40"], "q": ["3", "1", "", "2", "1"]},
        questions={"age": {"kind": "numeric"}, "q": {"levels": [[1, "a"], [2, "b"], [3, "c"]]}},
        derived={
            "group": {"bands": {"of": "age", "cuts": [18, 35], "outside": "missing"}},
            "two": {"recode": {"of": "q", "into": {"later": [3, 2], "first": [1]}}},
        },
    )
    listed = data.recodes().groupby("variable")[["before", "after"]].apply(lambda x: x.to_numpy().tolist())
    assert listed["group"] == [
        ["20", "18-34"],
        ["40 to 60", "35+"],
        ["17", "(no answer)"],
        ["(no answer)"] * 2,
    ]
    assert listed["two"] == [["b", "later"], ["c", "later"], ["a", "first"], ["(no answer)"] * 2]


def test_the_founding_study_in_bands_is_the_founding_study_in_expressions(founding):
    """Its [derived.age] is written in expressions; the same bands give the same people."""
    study = sa.datasets.load("micro_influencer").study
    assert study.derived["age"]["18-34"] == "S1_age >= 18 and S1_age <= 34"
    bands = Bands(of="S1_age", cuts=(18, 35, 55))
    for label, text in bands.levels().items():
        assert (founding.table.mask(text) == founding.table.mask(study.derived["age"][label])).all()


def test_cleaning_rules_may_name_a_recoded_variable_before_cleaning():
    data = survey(
        {"age": ["16", "30", "60"]},
        questions={"age": {"kind": "numeric"}},
        derived={"group": {"bands": {"of": "age", "cuts": [18, 55]}}},
        clean={"rules": [{"rule": "eligible", "label": "under 18", "remove": "age < 18"},
                         {"rule": "eligible", "label": "old", "remove": "group == '55+'"}]},
    )  # fmt: skip
    assert labels(data.clean(), "group") == ["18-54"]


def test_a_printed_log_has_totals_and_no_counts_of_single_answers():
    from survey_analysis.tables.process import log_table

    data = regions({"into": {"North": ["1", "2"], "Elsewhere": ["3", "4"]}, "rest": ["5"]}).clean()
    printed = repr(log_table(data.log))
    assert "area: answers put together of region" in printed
    assert "5 had an answer before, 4 have one after" in printed
    assert "Northeast" not in printed
    assert data.log.n_rules == len(data.log.entries) - 1
