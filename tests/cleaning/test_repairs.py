"""Declared repairs: what they change, what they leave, what they log."""

from __future__ import annotations

import pytest

from survey_analysis.cleaning import clean, unknown_codes
from survey_analysis.cleaning.repairs import repair
from survey_analysis.errors import StudyError, SurveyAnalysisWarning, UnknownCodeError
from survey_analysis.study.file import Repair


def mend(survey, **entry):
    table, log = repair(survey.table, [Repair(reason="because", **entry)])
    return table.raw.frame, log[0]


def test_replace_matches_the_whole_cell_exactly(make, good):
    good.loc[[0, 1, 2], "age"] = ["２３", "34 years", "23"]
    survey = make(good)
    frame, entry = mend(survey, columns=["age"], replace={"２３": "23"})
    assert frame.loc[[0, 1], "age"].tolist() == ["23", "34 years"]
    assert (entry.checked, entry.flagged, entry.dropped) == (60, 1, 0)
    assert survey.table.raw.frame.loc[0, "age"] == "２３"  # the survey it came from is as it was


def test_pattern_rewrites_whole_cells(make, good):
    good.loc[[0, 1, 2], "age"] = ["34 years", "about 34 years", "1982"]
    frame, entry = mend(make(good), columns=["age"], pattern="([0-9]+) years", into=r"\1")
    assert frame.loc[[0, 1], "age"].tolist() == ["34", "about 34 years"]
    assert entry.flagged == 1
    frame, entry = mend(make(good), columns=["age"], pattern="(19[0-9]{2})", into=r"{2016 - \1}")
    assert frame.loc[2, "age"] == "34"
    assert entry.what == r"rewrite '(19[0-9]{2})' as '{2016 - \1}' in age"


def test_reverse_uses_the_range_of_the_scale_and_leaves_missing_codes(make, good):
    good.loc[:6, "1_Q20"] = ["1", "2", "4", "5", "98", "", "6"]
    good["provider"] = "B"
    good.loc[3, "provider"] = "A"
    frame, entry = mend(
        make(good), columns=["?_Q20"], reverse=True, where="provider == 'B' and StartDate < '2024-03-02'"
    )
    assert frame.loc[:6, "1_Q20"].tolist() == ["5", "4", "2", "5", "98", "", "6"]
    assert frame.loc[30:, "1_Q20"].tolist() == good.loc[30:, "1_Q20"].tolist()  # the second day
    assert entry.checked == 29 * 2


def test_repairs_run_in_order_each_on_the_last(make, good):
    good.loc[0, "talks"] = "2,5"
    survey = make(good)
    first = Repair(columns=("talks",), pattern="([0-9]+),([0-9]+)", into=r"\1.\2", reason="comma")
    second = Repair(columns=("talks",), replace={"2.5": "3"}, reason="round")
    table, log = repair(survey.table, [first, second])
    assert table.raw.frame.loc[0, "talks"] == "3"
    assert [e.flagged for e in log] == [1, 1]


def test_a_repair_that_changes_nothing_is_logged_and_warned_about(make, good):
    survey = make(good)
    entry = Repair(columns=("age",), replace={"２３": "23"}, reason="full-width digits")
    with pytest.warns(SurveyAnalysisWarning, match="changed no cell"):
        out = clean(survey, repairs=[entry])
    assert [(e.rule, e.flagged, e.reason) for e in out.log.entries] == [("repair", 0, "full-width digits")]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"columns": ["age"]}, "must do one thing"),
        ({"columns": ["age"], "reverse": True, "replace": {"1": "2"}}, "must do one thing"),
        ({"columns": ["age"], "replace": {"1": "2"}, "into": "2"}, "must do one thing"),
        ({"columns": ["agee"], "replace": {"1": "2"}}, "matches no column"),
        ({"columns": ["provider"], "reverse": True}, "has no declared scale"),
        ({"columns": ["age"], "pattern": "(1", "into": "2"}, "no regular expression"),
        ({"columns": ["age"], "pattern": "1", "into": r"\1"}, r"cannot write '\\1'"),
        ({"columns": ["age"], "pattern": "(1)", "into": r"{2 * \1}"}, "cannot write"),
        ({"columns": [], "replace": {"1": "2"}}, "names no column"),
    ],
)
def test_wrong_repairs_are_errors(make, good, entry, message):
    with pytest.raises(StudyError, match=message):
        mend(make(good), **entry)


def test_unknown_codes_of_all_questions_in_one_error(make, good):
    good.loc[[0, 1, 2], "age"] = ["２３", "34 years", "34 years"]
    good.loc[[3, 4], "1_Q21_2"] = ["6", "6"]
    good.loc[5, "talks"] = "999"
    survey = make(good)
    with pytest.raises(UnknownCodeError) as error:
        clean(survey)
    assert str(error.value) == (
        "6 answers in 3 columns do not fit the codebook.\n"
        "  age: '34 years' (2 rows), '２３' (1 row)\n"
        "  talks: '999' (1 row)\n"
        "  1_Q21_2: '6' (2 rows)\n"
        "  Hint: declare missing codes on the scale, or a repair in [[clean.repairs]]."
    )
    assert unknown_codes(survey)[["column", "text", "n"]].to_numpy().tolist() == [
        ["age", "34 years", 2],
        ["age", "２３", 1],
        ["talks", "999", 1],
        ["1_Q21_2", "6", 2],
    ]


def test_a_blank_around_a_code_is_no_unknown_code(make, good):
    good.loc[0, "1_Q21_2"] = "5 "
    assert unknown_codes(make(good)).empty


def test_unknown_codes_of_removed_rows_do_not_stop_the_cleaning(make, good):
    good.loc[0, "age"] = "16"
    out = clean(make(good), rules=[{"rule": "eligible", "label": "under 18", "remove": "age < 18"}])
    assert len(out) == 59
