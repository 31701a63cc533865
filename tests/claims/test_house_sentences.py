"""What the package says of a study passes its own check; the same sentences with other numbers or names do not."""

from __future__ import annotations

import re

import pytest

from survey_analysis.reporting.findings import find_all
from survey_analysis.wording.comparisons import difference_sentence, pairs
from survey_analysis.wording.levels import sentence
from survey_analysis.wording.ratios import largest_from, sentence_up_to


@pytest.fixture(scope="module")
def told(founding):
    """Every sentence of the findings page, and more: all comparisons, the largest ratio, the declared claims."""
    found = find_all(founding)
    out = [sentence(found.headline), sentence(found.headline_all)]
    for x in found.findings:
        if x.test is not None:
            out += [difference_sentence(x.test, i, own=own) for i, own in pairs(x.test)]
        if x.extremes is not None:
            e, made = largest_from(x.extremes), x.estimate.provenance
            out.append(
                sentence_up_to(e, made, subject_a=x.extremes.a, subject_b="the control sample", what=x.what)
            )
    return [*out, *(c.text for c in founding.study.claims)]


@pytest.fixture(scope="module")
def checked(founding, told):
    return founding.check("\n\n".join(told))


def test_every_number_and_word_is_supported(checked):
    failing = checked.rows[checked.rows["verdict"] != "supported"]
    assert failing.empty, failing[["found", "reason"]].to_string()
    assert len(checked) > 150


@pytest.mark.parametrize("shift", [6, -9])
def test_with_other_percentages_none_is(founding, told, checked, shift):
    moved = [
        re.sub(r"\d+(?:\.\d+)?(?=%(?! interval))", lambda m: f"{(float(m[0]) + shift) % 100:g}", text)
        for text in told
    ]
    rows = founding.check("\n\n".join(moved)).rows
    rows = rows[rows["kind"] == "percent"]
    before = checked.rows[checked.rows["kind"] == "percent"]
    assert len(rows) == len(before) > 15
    assert rows["verdict"].tolist() == ["unsupported"] * len(rows), rows[
        ["sentence", "found", "reason"]
    ].to_string()


def test_with_two_sources_exchanged_the_directions_and_the_numbers_fail(founding, told):
    one = next(x for x in told if "(celebrity)" in x)
    other = (
        one.replace("(celebrity)", "(@)")
        .replace("(average consumer)", "(celebrity)")
        .replace("(@)", "(average consumer)")
    )
    rows = founding.check(other).rows
    assert set(rows[rows["kind"].isin(["percent", "difference"])]["verdict"]) == {"unsupported"}
