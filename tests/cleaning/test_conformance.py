"""Every registered rule keeps the promises of its protocol."""

from __future__ import annotations

import numpy as np
import pytest

from survey_analysis.cleaning import clean, rules_frame
from survey_analysis.cleaning.flags import FAMILIES
from survey_analysis.cleaning.flow import REMOVES
from survey_analysis.cleaning.registry import declare, registered, rule_named
from survey_analysis.errors import StudyError


def rule(declared):
    name, options = declared
    return declare([{"rule": name, **options}])[0]


def test_every_registered_rule_is_tested(options):
    assert set(options) == set(registered())
    frame = rules_frame()
    assert (frame["summary"].str.len() > 10).all()
    quality = frame[frame["stage"] == "quality"]
    assert set(quality["family"]) == set(FAMILIES)
    assert not frame.loc[frame["stage"] != "quality", "family"].any()


def test_finds_its_fault_and_nothing_else(declared, make, faulty, ids, found):
    survey = make(faulty)
    flags = rule(declared).rule(survey)
    assert ids(survey, flags.mask) == found[declared[0]]
    assert flags.flagged <= flags.checked <= len(survey)


def test_same_flags_again_and_nothing_changed(declared, make, faulty):
    survey = make(faulty)
    before = survey.table.raw.frame.copy()
    first, again = (rule(declared).rule(survey) for _ in range(2))
    assert (first.mask == again.mask).all()
    assert first.reason == again.reason
    assert survey.table.raw.frame.equals(before)


def test_idempotent_after_removal(declared, make, faulty):
    survey = make(faulty)
    flags = rule(declared).rule(survey)
    rest = make(faulty[~flags.mask].reset_index(drop=True))
    assert not rule(declared).rule(rest).mask.any()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_row_order_does_not_matter(declared, make, faulty, ids, seed):
    survey = make(faulty)
    shuffled = make(faulty.iloc[np.random.default_rng(seed).permutation(len(faulty))].reset_index(drop=True))
    flagged = (ids(s, rule(declared).rule(s).mask) for s in (survey, shuffled))
    assert next(flagged) == next(flagged)


def test_never_drops_silently(declared, make, faulty, found):
    faulty.loc[faulty["age"] == "16", "age"] = "16" if declared[0] == "eligible" else "40"
    survey = make(faulty)
    name, options = declared
    out = clean(survey, rules=[{"rule": name, **options}], exclude="")
    entry = out.log.entries[-1]
    n = len(found[name])
    removes = rule_named(name).stage in REMOVES and rule_named(name).stage != "quality"
    assert (entry.rule, entry.flagged, entry.dropped) == (name, n, n if removes else 0)
    assert len(out) == len(survey) - entry.dropped
    assert entry.reason


@pytest.mark.parametrize("name", [e.name for e in registered().values() if e.stage == "quality"])
def test_a_quality_rule_drops_what_the_exclusion_rule_says(name, options, make, faulty, found):
    faulty.loc[faulty["age"] == "16", "age"] = "40"
    survey = make(faulty)
    out = clean(survey, rules=[{"rule": name, **options[name]}], exclude="any")
    assert out.log.entries[-1].dropped == len(found[name]) == len(survey) - len(out)
    assert set(out.table.raw.frame["rid"]).isdisjoint(found[name])


def test_an_unknown_option_is_an_error_with_the_nearest(declared):
    name, options = declared
    right = next(o for o in rule_named(name).options if o != "label")
    with pytest.raises(StudyError) as error:
        declare([{"rule": name, **options, right + "z": 1}])
    assert f"'{right}z' is not an option of the cleaning rule '{name}'" in str(error.value)
    assert f"'{right}'" in error.value.hint


def test_an_unknown_rule_is_an_error_with_the_nearest():
    with pytest.raises(StudyError) as error:
        declare(["speeder"])
    assert str(error.value) == (
        "There is no cleaning rule 'speeder'.\n  [study.toml: clean.rules]\n  Hint: did you mean 'speeders' or 'open_ends'?"
    )


def test_option_values_are_checked():
    with pytest.raises(StudyError) as error:
        declare(["status", {"rule": "speeders", "below_median": 4}])
    assert str(error.value) == (
        "The option 'below_median' of the cleaning rule 'speeders' has a value that cannot be used.\n"
        "  [study.toml: clean.rules[1].below_median]\n"
        "  Hint: input should be less than 1."
    )
    with pytest.raises(StudyError, match="needs the option 'column'"):
        declare(["attention"])
    with pytest.raises(StudyError, match="number 1 has no name"):
        declare([{"below_median": 0.3}])
    with pytest.raises(StudyError, match="'contradiction' has a value that cannot be used") as error:
        declare(["contradiction"])
    assert "say what contradicts" in error.value.hint
