"""The simulated mess, cleaned by the shipped study file: catch and false-alarm rates against the truth.

The rates hold for planted faults of known kinds; none is claimed for real data.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from survey_analysis.cleaning import break_off_mask, clean, data_checks
from survey_analysis.datasets.founding import parameters
from survey_analysis.datasets.founding.generate import generate
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.table import Table
from survey_analysis.study.build import build
from survey_analysis.study.load import load_file

STUDY = Path(str(files("survey_analysis.datasets") / "micro_influencer" / "study.toml"))
SEEDS = (parameters.SEED, 1, 2, 3, 4)


@cache
def received(seed: int) -> tuple[SurveyData, pd.DataFrame]:
    """The export as received, and its truth."""
    if not STUDY.exists():
        pytest.skip("the founding study has no study file yet")
    made = generate(seed)
    raw = RawTable(made.export)
    return SurveyData(Table(raw, build(load_file(STUDY)[0], columns=raw.columns))), made.truth


@cache
def removed(seed: int) -> tuple[SurveyData, pd.DataFrame, np.ndarray]:
    """The cleaned study, the truth, and which rows left."""
    survey, truth = received(seed)
    out = clean(survey)
    return out, truth, ~truth.index.isin(out.table.raw.frame["ResponseId"])


def rate(gone: np.ndarray, rows: pd.Series) -> float:
    """Share of some rows that left."""
    return float(gone[rows.to_numpy(dtype=bool)].mean())


@pytest.mark.parametrize("seed", SEEDS)
def test_catch_and_false_alarm_rates(seed):
    _, truth, gone = removed(seed)
    kind = truth["careless"]
    bad = (kind != "") | (truth["duplicate"] != "")
    assert rate(gone, bad) >= 0.65
    assert rate(gone, kind == "straight_liner") > 0.90
    assert 0.50 <= rate(gone, kind == "speeder") <= 0.70
    assert 0.50 <= rate(gone, kind == "yes_sayer") <= 0.70
    assert rate(gone, truth["kept_by_perfect_cleaning"]) <= 0.02


@pytest.mark.parametrize("seed", SEEDS)
def test_what_must_survive(seed):
    _, truth, gone = removed(seed)
    good = truth["kept_by_perfect_cleaning"]
    assert rate(gone, good & (truth["uniform"] == 1)) <= 0.05
    assert rate(gone, good & (truth["household"] >= 0)) <= 0.05
    assert gone[(truth["duplicate"] != "").to_numpy()].all()


def test_everyone_who_left_before_the_quality_rules():
    out, truth, gone = removed(parameters.SEED)
    turned_away = ~truth["disposition"].isin(["complete", "screened_out", "break_off_late"])
    assert gone[turned_away.to_numpy()].all()
    boxes = out.flow.to_frame()
    by_kind = boxes[boxes["kind"] != "base"].groupby("kind")["n"].sum()
    outcome = truth["disposition"]
    assert by_kind["received"] == len(truth)
    assert by_kind["platform"] == outcome.isin(["preview", "no_consent"]).sum()
    assert by_kind["eligibility"] == outcome.isin(["under_age", "outside", "quota_full"]).sum()
    partial = (outcome == "break_off_late") & (truth["sample"] == 1) & (truth["loops"] >= 1)
    assert by_kind["break_off"] == outcome.str.startswith("break_off").sum() - partial.sum()
    assert by_kind["kept"] == len(out)


def test_declared_repairs_mend_what_was_planted():
    out, truth, _ = removed(parameters.SEED)
    ages = out.table.raw.frame.set_index("ResponseId")["S1_age"]
    planted = truth["planted"].str.startswith("S1_age") & truth.index.isin(ages.index)
    assert planted.sum() >= 10
    assert (ages[truth.index[planted]].astype(int) == truth.loc[planted, "true_S1_age"]).all()
    assert {e.rule for e in out.log.entries if e.family == "repair" and not e.flagged} == set()


def test_the_direction_check_names_the_trap_before_the_repair():
    survey, _ = received(parameters.SEED)
    found = data_checks(survey, by=["provider", "day"]).direction
    assert len({d.question for d in found}) == 1
    assert {d.group for d in found} == {f"provider, day = B, 2016-11-0{d}" for d in (7, 8)}
    assert sum(d.n for d in found) == parameters.REVERSED_ROWS
    out, _, _ = removed(parameters.SEED)
    assert data_checks(out, by=["provider", "day"]).direction == ()


def test_partial_interviews_miss_what_they_did_not_reach():
    out, truth, _ = removed(parameters.SEED)
    mask = break_off_mask(out)
    left = truth.loc[out.table.raw.frame["ResponseId"], "disposition"].to_numpy() == "break_off_late"
    assert (mask.any(axis=1).to_numpy() == left).all()
    assert mask["Q23_check"].to_numpy()[left].all()
