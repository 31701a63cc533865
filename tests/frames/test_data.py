"""What a survey holds: design columns, units, immutability, copies."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from builders import likely, ratings, survey

import survey_analysis as sa
from survey_analysis.errors import DesignError, WeightError


def test_an_id_that_repeats_is_the_sampling_unit():
    long = pd.DataFrame({"id": ["a", "a", "b", "b", "c"], "q": ["1", "2", "3", "4", "5"]})
    assert sa.read(long, id="id").frame.n_psu == 3
    assert sa.read(long.drop_duplicates("id"), id="id").frame.is_element


def test_a_row_without_an_id_is_an_error():
    with pytest.raises(DesignError, match="1 row has no 'id'"):
        sa.read(pd.DataFrame({"id": ["a", " "], "q": ["1", "2"]}), id="id")


@pytest.mark.parametrize(
    ("weights", "message"),
    [(["1", "-1"], "negative"), (["1", ""], "missing"), (["0", "0"], "zero"), (["1", "x"], "not a number")],
)
def test_impossible_weights_stop_at_reading(weights, message):
    with pytest.raises(WeightError, match=message):
        sa.read(pd.DataFrame({"q": ["1", "2"], "w": weights}), weight="w")


def test_a_fpc_that_is_no_number_is_named():
    with pytest.raises(DesignError, match="1 row of 'f' is no number"):
        sa.read(pd.DataFrame({"q": ["1", "2"], "f": ["10", "ten"]}), fpc="f")


def test_nothing_can_be_assigned():
    data = likely()
    seen = data.proportion("q")
    for thing, name in (
        (data, "weights"),
        (data.table, "study"),
        (seen, "rows"),
        (ratings().mean("follow").compare(), "rows"),
    ):
        with pytest.raises(FrozenInstanceError):
            setattr(thing, name, None)


@pytest.mark.parametrize(
    "make",
    [
        lambda d: d,
        lambda d: d.proportion("follow", top=2),
        lambda d: d.mean("follow").compare(),
        lambda d: d.mean("follow").test(),
        lambda d: d.tabulate("follow", by="region"),
        lambda d: d.tabulate("follow", by="region")["follow"],
        lambda d: d["follow"],
    ],
)
def test_a_frame_handed_out_is_a_copy(make):
    thing = make(ratings())
    before = thing.to_frame()
    changed = thing.to_frame()
    changed[changed.columns[-1]] = "changed"
    changed["more"] = 1
    pd.testing.assert_frame_equal(thing.to_frame(), before)


def test_verbs_return_new_surveys_and_leave_the_old_one():
    data = survey({"sex": ["w", "w", "m"]}, questions={"sex": {"levels": ["w", "m"]}})
    raked = data.rake({"sex": {"w": 0.5, "m": 0.5}})
    assert raked is not data
    assert data.weights is None
    assert data.weighting == ()
    assert np.ptp(data.frame.weight) == 0
    assert raked.frame.weight.tolist() == pytest.approx([0.75, 0.75, 1.5])


def test_the_frame_a_user_gave_is_not_changed():
    given = pd.DataFrame({"q": [1, 2, None], "w": [1.0, 2.0, 1.0]})
    before = given.copy()
    data = sa.read(given, weight="w")
    given.loc[0, "q"] = 99
    assert data.proportion("q", answers=["1"]).to_frame()["n"].tolist() == [2]
    pd.testing.assert_frame_equal(before.iloc[1:], given.iloc[1:])


def test_to_frame_carries_weights_and_printed_answers():
    frame = likely().to_frame()
    assert frame["analysis_weight"].tolist() == [1, 2, 3, 4, 1, 1, 1, 1]
    assert frame["sex"].tolist() == ["Woman", "Woman", "Man", "Man", "Woman", "Man", "Woman", "Man"]
    assert frame["q"].tolist() == ["Not at all", "Very", "Extremely", "Extremely", "", "", "", ""]
    assert frame["q.score"].tolist() == ["1.0", "4.0", "5.0", "5.0", "", "", "", ""]
