"""What single rules must and must not flag, beyond conformance."""

from __future__ import annotations

import numpy as np
import pytest

from survey_analysis.cleaning.registry import declare
from survey_analysis.cleaning.rules.open_ends import walks_keyboard
from survey_analysis.errors import ColumnNotFoundError, StudyError


def flags(survey, name, **options):
    return declare([{"rule": name, **options}])[0].rule(survey)


def test_speeders_are_judged_within_their_path(make, good):
    short = good.index < 20  # one loop instead of two, half the time
    loop = [c for c in good.columns if c.startswith("2_Q")]
    good.loc[short, loop] = ""
    good["seconds"] = np.where(short, 100, 300).astype(str)
    good.loc[0, "seconds"] = "39"
    good.loc[40, "seconds"] = "119"
    survey = make(good)
    assert np.flatnonzero(flags(survey, "speeders").mask).tolist() == [0, 40]
    one_median = flags(survey, "speeders", within="", below_median=0.6)
    assert one_median.mask[:20].all()  # every short path


def test_speeders_do_not_judge_small_groups_or_unknown_times(make, good):
    good.loc[0, "seconds"] = "1"
    good.loc[1, "seconds"] = ""
    good.loc[:9, "provider"] = "C"
    result = flags(make(good), "speeders", within="provider")
    assert not result.mask.any()
    assert result.checked == 50
    assert "10 not judged" in result.reason
    with pytest.raises(StudyError, match="which column holds the duration"):
        flags(make(good, roles={"started": "StartDate"}), "speeders")


def test_uniform_raters_who_turn_the_reversed_item_round_survive(make, faulty, ids):
    survey = make(faulty)
    assert "R012" not in ids(survey, flags(survey, "straight_liners", sets="any").mask)
    assert "R012" not in ids(survey, flags(survey, "contradiction", yes_saying="both", sets="any").mask)


def test_straight_liners_in_one_set_only_when_asked(make, good):
    items = [c for c in good.columns if c.startswith("1_Q21")]
    good.loc[3, items] = "2"
    survey = make(good)
    assert not flags(survey, "straight_liners").mask[3]
    assert flags(survey, "straight_liners", sets="any").mask[3]
    assert flags(survey, "contradiction", yes_saying="both", sets="any").mask[3]
    assert not flags(survey, "contradiction", yes_saying="agree", sets="any").mask[3]


def test_straight_liners_need_a_reversed_item(make, good):
    survey = make(good)
    with pytest.raises(StudyError, match="No set of at least 3 items on one scale has a reversed item"):
        flags(survey, "straight_liners", items=["item1", "item2", "item3", "item4"], minimum_items=3)
    with pytest.raises(StudyError, match="'item66' is not a question") as error:
        flags(survey, "straight_liners", items=["item66"])
    assert "'item6'" in error.value.hint


def test_blank_and_dont_know_do_not_count_as_equal_answers(make, good):
    items = [c for c in good.columns if "Q21" in c]
    good.loc[3, items] = "98"
    good.loc[4, items] = ""
    result = flags(make(good), "straight_liners")
    assert not result.mask[[3, 4]].any()
    assert result.checked == 58


def test_contradiction_by_expression(make, good):
    good.loc[[2, 5], "age"] = ["19", "70"]
    result = flags(make(good), "contradiction", where=["age < 20 and sex == 'Woman'", "age == 70"])
    assert result.mask[5]
    assert result.mask[2] == (good.loc[2, "sex"] == "1")


def test_duplicates_keep_the_first_in_time_and_households(make, faulty, ids):
    faulty.loc[faulty["rid"] == "R041", "StartDate"] = "2024-01-01 08:00:00"
    survey = make(faulty)
    flagged = ids(survey, flags(survey, "duplicates", address="IPAddress", order="StartDate").mask)
    assert flagged == {"R040"}  # R044 and R045 share an address and differ in their answers
    with pytest.raises(StudyError, match="cannot order the responses by 'provider'"):
        flags(survey, "duplicates", id=["panel_id"], order="provider")


def test_empty_ids_and_addresses_are_no_duplicates(make, good):
    good[["panel_id", "IPAddress"]] = ""
    assert not flags(make(good), "duplicates", id=["panel_id"], address="IPAddress").mask.any()


def test_nearly_equal_answers(make, faulty):
    faulty.loc[faulty["rid"] == "R041", "1_Q20"] = "1"
    faulty.loc[faulty["rid"] == "R040", "1_Q20"] = "5"
    survey = make(faulty)
    assert not flags(survey, "duplicates", address="IPAddress", same_answers=1.0).mask.any()
    assert flags(survey, "duplicates", address="IPAddress", same_answers=0.9).mask.sum() == 1


def test_platform_scores_at_the_threshold(make, good):
    good.loc[[0, 1, 2], "recaptcha"] = ["0.5", "0.49", ""]
    good.loc[[3, 4], "duplicate_score"] = ["75", "74.9"]
    result = flags(make(good), "platform_flags", recaptcha="recaptcha", duplicate="duplicate_score")
    assert np.flatnonzero(result.mask).tolist() == [1, 3]
    only = flags(make(good), "platform_flags", recaptcha="recaptcha", duplicate="")
    assert only.checked == 59


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("sdfgh klwrtz qwrtp", True),
        ("asdfghjkl asdfghjkl", True),
        ("aaaaaaaaaaaaa", True),
        ("They tell the truth", False),
        ("LCD TV and HDMI cables", False),
        ("good", False),
        ("אני סומך עליהם, הם מבינים במוצר", False),
        ("🔥🔥🔥 always right", False),
        ("https://www.example.org/xkcd", False),
        ("rhythm", False),
        ("Strč prst skrz krk", False),
        ("soooooo good", False),
        ("-99", False),
    ],
)
def test_random_letters(make, good, text, flagged):
    good.loc[7, "why"] = text
    assert flags(make(good), "open_ends").mask[7] == flagged


def test_keyboard_rows():
    assert walks_keyboard("trewqa") is False
    assert walks_keyboard("poiuyt")


def test_shared_texts_need_length_and_several_people(make, good):
    good.loc[[1, 2], "why"] = "The same long text that two people happen to write"
    good.loc[[3, 4, 5], "why"] = "not sure"
    survey = make(good)
    assert not flags(survey, "open_ends").mask.any()
    assert np.flatnonzero(flags(survey, "open_ends", shared_by=2).mask).tolist() == [1, 2]
    assert np.flatnonzero(flags(survey, "open_ends", minimum_length=5).mask).tolist() == [3, 4, 5]


def test_one_person_may_repeat_a_text(make, good):
    good["more"] = good["why"]
    good.loc[:, "again"] = good["why"]
    assert not flags(make(good), "open_ends", columns=["why", "more", "again"], shared_by=2).mask.any()


def test_eligible_leaves_people_whose_answer_is_missing(make, good):
    good.loc[[0, 1, 2], "age"] = ["", "17", "34 years"]
    result = flags(make(good), "eligible", remove="age < 18", label="under 18")
    assert np.flatnonzero(result.mask).tolist() == [1]
    assert result.checked == 58


def test_codes_and_labels_are_the_same(make, good):
    good.loc[0, "Status"] = "Survey Preview"
    good.loc[1, "Status"] = "1.0"
    assert np.flatnonzero(flags(make(good), "status").mask).tolist() == [0, 1]


def test_partial_interviews(make, faulty, ids):
    survey = make(faulty)
    assert ids(survey, flags(survey, "break_off", complete_loops=2).mask) == {"R006", "R007"}
    kept = flags(survey, "break_off", partial_if="age is not missing")
    assert not kept.mask.any()
    assert kept.reason.endswith("(at least 1 complete loop or age is not missing): 2")
    none = flags(survey, "break_off", complete_loops=0)
    assert ids(survey, none.mask) == {"R006", "R007"}
    assert "(none)" in none.reason


def test_missing_columns_are_named(make, good):
    with pytest.raises(ColumnNotFoundError, match="no column 'Q_RecaptchaScore'"):
        flags(make(good), "platform_flags")
    with pytest.raises(StudyError, match="finds no column 'Q30_"):
        flags(make(good), "range", columns=["Q30_*"], high=3)
    with pytest.raises(ColumnNotFoundError, match="asked about every source"):
        flags(make(good), "eligible", remove="follow == 1", label="x")
    with pytest.raises(StudyError, match="'open_ends' finds no column"):
        flags(make(good), "open_ends", columns=["reason_*"])
