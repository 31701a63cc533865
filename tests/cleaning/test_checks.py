"""Checks that never act: direction, yes-saying, wording."""

from __future__ import annotations

import numpy as np
import pytest

from survey_analysis.cleaning import data_checks
from survey_analysis.errors import ColumnNotFoundError, StudyError

from .conftest import good_frame


@pytest.fixture
def trap():
    """Provider B exported the follow question 5 to 1 on the first day."""
    frame = good_frame(240, seed=9)
    frame["StartDate"] = np.where(np.arange(240) < 120, "2024-03-01 09:00:00", "2024-03-02 09:00:00")
    rows = (frame["provider"] == "B") & (frame["StartDate"] < "2024-03-02")
    for column in ("1_Q20", "2_Q20"):
        frame.loc[rows, column] = (6 - frame.loc[rows, column].astype(int)).astype(str)
    return frame


def test_direction_check_names_question_and_group(make, trap):
    found = data_checks(make(trap), by=["provider", "day"]).direction
    assert [(d.question, d.group) for d in found] == [("follow", "provider, day = B, 2024-03-01")]
    assert (found[0].n, found[0].answers) == (60, 120)
    assert found[0].high < 0 < found[0].r_rest


def test_direction_correlation_by_hand(make, trap):
    found = data_checks(make(trap), by=["provider", "day"]).direction[0]
    rows = ((trap["provider"] == "B") & (trap["StartDate"] < "2024-03-02")).to_numpy()
    own, rest = [], []
    for s in (1, 2):
        block = trap[[f"{s}_Q20", *(f"{s}_Q21_{j}" for j in range(1, 7))]].astype(float).to_numpy()
        block[:, -1] = 6 - block[:, -1]
        z = (block - block.mean(axis=0)) / block.std(axis=0)
        own.append(z[rows, 0] - z[rows, 0].mean())
        mean = z[rows, 1:].mean(axis=1)
        rest.append(mean - mean.mean())
    assert found.r == pytest.approx(np.corrcoef(np.concatenate(own), np.concatenate(rest))[0, 1], abs=1e-12)


def test_nothing_is_found_in_good_data(make):
    checks = data_checks(make(good_frame(240, seed=3)), by=["provider", "day"])
    assert checks.direction == ()


def test_yes_bias_by_hand(make, trap):
    rows = {y.level: y for y in data_checks(make(trap), by=["provider"]).yes_bias}
    assert set(rows) == {"everybody", "A", "B"}
    part = trap[trap["provider"] == "A"]
    straight = part[[f"{s}_Q21_{j}" for s in (1, 2) for j in range(1, 6)]].astype(int) >= 4
    turned = part[[f"{s}_Q21_6" for s in (1, 2)]].astype(int) >= 4
    assert rows["A"].straight == pytest.approx(straight.to_numpy().mean())
    assert rows["A"].reversed == pytest.approx(turned.to_numpy().mean())
    both = [
        straight.iloc[:, :5].all(axis=1) & turned.iloc[:, 0],
        straight.iloc[:, 5:].all(axis=1) & turned.iloc[:, 1],
    ]
    assert rows["A"].both == pytest.approx(np.mean(both))
    assert rows["A"].n == len(part)


def test_double_barrelled_wording(make, good):
    found = data_checks(make(good)).wording
    assert [(w.question, w.words) for w in found] == [("item1", "credible and believable")]


def test_frame_and_errors(make, trap):
    survey = make(trap)
    frame = data_checks(survey, by=["provider", "day"]).to_frame()
    assert frame["check"].tolist() == ["direction", "yes-saying", "yes-saying", "yes-saying", "wording"]
    assert survey.table.raw.frame.equals(trap)
    with pytest.raises(ColumnNotFoundError, match="no question or column 'vendor'"):
        data_checks(survey, by=["vendor"])
    with pytest.raises(StudyError, match="when an interview started"):
        data_checks(make(trap, roles={"duration": "seconds"}), by=["day"])
    with pytest.raises(StudyError, match="compares at most"):
        data_checks(survey, by=["rid"])
