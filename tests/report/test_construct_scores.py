"""Construct scores in findings and in the section on perceptions: the score asked for, in its own words."""

from __future__ import annotations

import pytest
from perceptions.test_lavaan import ratings

from survey_analysis.errors import EstimationError
from survey_analysis.reporting.findings import find_all
from survey_analysis.reporting.section_results import perceptions_part


def report(**entry):
    section = {"constructs": ["trust"], "by": "source", "compare_to": "average"} | entry
    return perceptions_part(ratings(), section)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "Mean of the items"),
        ({"score": "pomp"}, "Percent of the maximum possible score of the items"),
        ({"score": "box", "top": 2}, "Share of people whose mean of the items"),
    ],
)
def test_the_section_takes_the_score(asked, words):
    part = report(**asked)
    assert part.results["constructs"].topic.wording.startswith(words)
    expected = ratings().perceptions("trust", by="source", **asked).to_frame()["estimate"]
    assert part.results["constructs"].to_frame()["estimate"].equals(expected)


def test_a_box_needs_its_size():
    with pytest.raises(EstimationError, match="counted from one end"):
        report(score="box")


def test_a_finding_takes_the_score():
    entry = {"constructs": ["trust"], "score": "box", "top": 2, "by": "source", "compare_to": "average"}
    survey = ratings(report={"findings": [entry]})
    found = find_all(survey).findings[0]
    assert found.estimate.topic.unit == "share"
    assert found.test is not None
