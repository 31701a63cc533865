"""What a codebook may show: small counts, what would give them away, ends of numbers, texts that may be names."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import survey_analysis as sa
from survey_analysis.errors import EstimationError, PersonalDataWarning
from survey_analysis.tabulation.codebook import codebook_data
from survey_analysis.tabulation.codebook_cells import hide_few, number_facts


def solutions(counts: list[int], hidden: list[str], minimum: int) -> list[tuple[int, ...]]:
    """Every set of hidden counts that a reader could suppose, from the base and from what "<5" says."""
    places = [i for i, why in enumerate(hidden) if why]
    left = sum(counts[i] for i in places)
    ranges = [range(1, minimum) if hidden[i] == "small" else range(minimum, left + 1) for i in places]
    return [x for x in itertools.product(*ranges) if sum(x) == left]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=5), st.integers(3, 5))
def test_small_counts_cannot_be_worked_out_from_the_base(counts, minimum):
    """By trying every set of counts that a reader could suppose; where all are hidden, nothing more can be done."""
    hidden = hide_few(counts, sum(counts), minimum)
    assert all((why == "small") == (0 < n < minimum) for n, why in zip(counts, hidden, strict=True))
    assert all(why == "" for n, why in zip(counts, hidden, strict=True) if n == 0)
    everything = all(why for n, why in zip(counts, hidden, strict=True) if n)
    if "small" in hidden and not everything:
        assert len(solutions(counts, hidden, minimum)) > 1


def test_nothing_is_withheld_without_need():
    assert hide_few([10, 20, 0], 30, 5) == ["", "", ""]
    assert hide_few([2, 3, 20], 25, 5) == ["small", "small", ""]


def test_a_number_is_blurred_at_its_ends():
    ages = np.array([17.0, *range(30, 60), 97, 98, 98, 98, 98, 98])
    facts = number_facts(ages, np.ones(len(ages)), 5)
    assert (facts.low, facts.low_is_end) == (33, False)
    assert (facts.high, facts.high_is_end) == (98, True)
    assert facts.quartiles == tuple(pd.Series(ages).quantile([0.25, 0.5, 0.75]))
    assert facts.mean == pytest.approx(ages.mean())
    assert facts.std_dev == pytest.approx(pd.Series(ages).std())
    assert number_facts(ages[:4], np.ones(4), 5).mean is None


def test_rare_texts_of_undeclared_columns_are_not_listed():
    cells = {
        "who": ["Ann"] + ["staff"] * 9,
        "rate": ["1"] + ["2"] * 9,
        "w": [str(i % 3 + 1) for i in range(10)],
    }
    survey = sa.read(pd.DataFrame(cells), weight="w")
    found = {q.name: q for q in codebook_data(survey).questions}
    who = found["who"].parts[0]
    assert [a.label for a in who.answers] == ["staff"]
    assert who.rare == 1
    assert [a.label for a in found["rate"].parts[0].answers] == ["1", "2"]
    labelled = sa.read(pd.DataFrame(cells), study={"questions": {"who": {"levels": ["Ann", "staff"]}}})
    declared = next(q for q in codebook_data(labelled).questions if q.name == "who")
    assert [(a.label, a.n) for a in declared.parts[0].answers] == [("Ann", None), ("staff", None)]


def test_of_several_answers_the_one_nearly_all_gave_is_withheld():
    cells = {"a": ["1"] * 97 + ["0"] * 3, "b": ["1"] * 50 + ["0"] * 50, "c": ["1"] * 2 + ["0"] * 98}
    survey = sa.read(
        pd.DataFrame(cells), study={"questions": {"m": {"kind": "multiple", "columns": ["a", "b", "c"]}}}
    )
    (q,) = codebook_data(survey).questions
    assert [(a.n, a.hidden) for a in q.parts[0].answers] == [(None, "withheld"), (50, ""), (None, "small")]


def test_personal_columns_and_ids_are_named_only():
    cells = {
        "rid": ["r1", "r2"],
        "mail": ["a@example.org", "b@example.org"],
        "ip": ["x", "y"],
        "q": ["1", "2"],
    }
    study = {"design": {"id": "rid"}, "roles": {"personal": ["ip"]}}
    with pytest.warns(PersonalDataWarning, match="'mail'"):
        survey = sa.read(pd.DataFrame(cells), study=study)
    found = {q.name: q for q in codebook_data(survey).questions}
    assert {n for n, q in found.items() if q.personal} == {"rid", "mail", "ip"}
    assert not any(found[n].parts for n in ("rid", "mail", "ip"))


def test_several_samples_are_not_weighted_together(founding):
    data = codebook_data(founding)
    assert data.pooled
    assert not data.weighted
    assert len(data) == len({q.name for q in data.questions}) > 50


def test_a_minimum_of_one_is_refused():
    with pytest.raises(EstimationError, match="protects nobody"):
        codebook_data(sa.read(pd.DataFrame({"q": ["1", "2"]})), minimum=1)
