"""`clean` from end to end: order, log, flow, design."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from survey_analysis.cleaning import bases, break_off_mask, clean, with_bases
from survey_analysis.cleaning.flow import BaseBox, check_flow
from survey_analysis.errors import DataError, StudyError
from survey_analysis.results.process import Flow

TWO = "at least 2 of 4 families"


@pytest.fixture
def rules(options):
    return [{"rule": name, **given} for name, given in options.items()]


@pytest.fixture
def cleaned(make, faulty, rules):
    faulty.loc[50:, "sample"] = "2"
    faulty.loc[faulty["rid"] == "R010", "check"] = "1"  # too fast, and failed the check
    return clean(make(faulty), rules=rules, exclude=f"duplicates or {TWO}")


def test_rules_and_exclusion_come_from_the_study_file(make, faulty, rules, cleaned):
    faulty.loc[50:, "sample"] = "2"
    faulty.loc[faulty["rid"] == "R010", "check"] = "1"
    survey = make(faulty, clean={"rules": rules, "exclude": f"duplicates or {TWO}", "fixed": "before"})
    out = clean(survey)
    assert out.table.raw.frame.equals(cleaned.table.raw.frame)
    assert {e.fixed for e in out.log.entries} == {"before"}
    assert len(survey) == 60


def test_who_leaves(make, faulty, cleaned):
    gone = set(faulty["rid"]) - set(cleaned.table.raw.frame["rid"])
    platform = {"R001", "R002", "R003", "R004", "R006"}
    assert gone == platform | {"R010", "R011", "R041", "R043"}
    assert cleaned.table.raw.frame.index.tolist() == list(range(51))


def test_the_arrows_sum(cleaned):
    frame = cleaned.flow.to_frame()
    for sample, boxes in frame.groupby("sample", sort=False):
        received = boxes.loc[boxes["kind"] == "received", "n"].item()
        removed = boxes.loc[
            boxes["kind"].isin(["platform", "eligibility", "break_off", "quality"]), "n"
        ].sum()
        kept = boxes.loc[boxes["kind"] == "kept", "n"].item()
        assert received == removed + kept
        steps = boxes[~boxes["kind"].isin(["received", "kept", "screened"])]
        expected = received - steps["n"].cumsum()
        assert steps["kept"].tolist() == expected.tolist()
        assert kept == (cleaned.table.raw.frame["sample"] == {"consumers": "1", "control": "2"}[sample]).sum()
    assert list(dict.fromkeys(frame["kind"])) == [
        "received", "platform", "eligibility", "screened", "break_off", "quality", "kept",
    ]  # fmt: skip


def test_eligibility_is_never_quality(cleaned):
    boxes = cleaned.flow.to_frame().set_index("label")
    assert boxes.loc["under 18", "kind"].tolist() == ["eligibility"] * 2
    assert boxes.loc["screened out, kept with demographics", "n"] == 1  # and no box in the other sample
    assert cleaned.flow.note == (
        "Partial interviews kept: at least 1 complete loop. "
        "Excluded for quality: duplicates or at least 2 of 4 families."
    )


def test_a_row_stands_under_its_first_family(cleaned):
    boxes = cleaned.flow.to_frame()
    quality = boxes[(boxes["kind"] == "quality") & (boxes["sample"] == "consumers")]
    assert dict(zip(quality["label"], quality["n"], strict=True)) == {
        "answered too fast": 1,
        "answered in a pattern": 1,
        "contradicted themselves or failed a check": 0,
        "duplicate, platform flag or open end": 2,
    }
    log = cleaned.log.to_frame().set_index("rule")
    assert log.loc["attention", ["flagged", "dropped"]].tolist() == [2, 1]


def test_cleaning_twice_is_refused(cleaned):
    with pytest.raises(DataError, match="has been cleaned already"):
        clean(cleaned)


def test_everybody_excluded(make, good):
    good["consent"] = "2"
    with pytest.raises(DataError) as error:
        clean(make(good), rules=["consent"])
    assert str(error.value) == (
        "Cleaning removes all 60 respondents.\n"
        "  dropped by consent: 60.\n"
        "  Hint: check the rules and the codes they look for."
    )


def test_an_emptied_stratum_is_named(make, good):
    good.loc[50:, "sample"] = "2"
    good.loc[50:, "consent"] = "2"
    out = clean(make(good), rules=["consent"])
    assert out.log.entries[-1].what == "stratum '2' of 'sample'"
    assert out.log.entries[-1].reason == "emptied by cleaning"
    assert out.frame.n == 50


def test_undeclared_samples_are_an_error(make, good):
    good.loc[:2, "sample"] = "7"
    with pytest.raises(StudyError, match="3 rows belong to no declared sample"):
        clean(make(good))


def test_weights_leave_with_the_rows_they_belonged_to(make, good):
    survey = make(good).replace(weights=np.ones(60))
    good.loc[0, "consent"] = "2"
    assert clean(make(good).replace(weights=np.ones(60)), rules=["consent"]).weights is None
    assert survey.weights is not None


def test_without_rules_nothing_happens(make, good):
    out = clean(make(good))
    assert len(out) == 60
    assert not out.log.entries
    assert out.flow is not None


def test_bases_equal_the_tables(cleaned):
    boxes = bases(cleaned, "follow", "talks", "age >= 35")
    micro = next(b for b in boxes if b.label == "Rated a Micro-influencer" and b.sample == "consumers")
    rows = cleaned.table.raw.frame["sample"] == "1"
    assert micro.n == (cleaned.table.variable("follow", "micro").known() & rows).sum()
    flow = with_bases(cleaned.flow, boxes)
    check_flow(flow)
    assert (flow.to_frame()["kind"] == "base").sum() == len(boxes)
    with pytest.raises(DataError, match="is larger than"):
        with_bases(cleaned.flow, [BaseBox("control", "too many", 999)])
    with pytest.raises(DataError, match="has no sample"):
        with_bases(cleaned.flow, [BaseBox("nobody", "none", 1)])


def test_a_flow_that_does_not_sum_is_an_error(cleaned):
    sample, steps = cleaned.flow.samples[0]
    with pytest.raises(DataError, match="does not sum"):
        check_flow(Flow(((sample, (replace(steps[0], n=99), *steps[1:])),)))


def test_break_offs_are_told_from_blanks(make, faulty):
    rule = {"rule": "break_off", "recorded": ["sample"]}
    faulty.loc[faulty["rid"] == "R007", ["sex", "2_Q21_1"]] = ""
    faulty.loc[faulty["age"] == "16", "age"] = "40"
    out = clean(make(faulty, clean={"rules": [rule]}))
    row = out.table.raw.frame.index[out.table.raw.frame["rid"] == "R007"].item()
    mask = break_off_mask(out)
    assert not mask.drop(index=row).to_numpy().any()
    reached = mask.loc[row]
    never = ["2_Q21_4", "2_Q21_5", "2_Q21_6", "talks", "why"]
    assert reached[reached].index.tolist() == never  # sex, 2_Q21_1 and the option not ticked are blank
    every = make(out.table.raw.frame, clean={"rules": [{**rule, "not_reached": "empty"}]})
    reached = break_off_mask(every).loc[row]
    assert set(reached[reached].index) == {*never, "sex", "2_Q21_1"}
    assert not break_off_mask(make(faulty)).to_numpy().any()
