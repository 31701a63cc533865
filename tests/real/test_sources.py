"""`compare_sources` on real files: a weighted grid of eleven items, and a tracker whose loops people left early."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from oracles.harness import shared

import survey_analysis as sa
from real.published import survey

VISITS = {"c01": "First store", "c02": "Second store", "c03": "Third store"}


@cache
def tracker() -> sa.Survey:
    """Up to three stores rated by each person on one item, one wave."""
    columns = [f"q14r01{v}" for v in VISITS]
    table = pd.read_csv(
        shared("data", "sporting-goods-tracker", "example_a.csv.gz"),
        dtype=str, keep_default_na=False, usecols=["unique_id", "gender", "Wave", *columns],
    )  # fmt: skip
    table = table[table["Wave"] == "1"].drop(columns="Wave").reset_index(drop=True)
    table[columns] = table[columns].apply(lambda c: c.str.removesuffix(".0"))
    study = {
        "scales": {"agree4": {"levels": ["1", "2", "3", "4"]}},
        "subjects": {"store": VISITS},
        "batteries": {"experience": {"over": "store", "columns": "q14r01{store}", "scale": "agree4"}},
        "questions": {"gender": {"levels": ["1", "2"]}},
    }
    return sa.read(table, study=study)


@pytest.mark.oracle
def test_eleven_items_of_the_masculinity_grid():
    found = survey("masculinity").compare_sources("how_often", top=2)
    rows = found.ranks.rows
    assert len(rows) == 11
    assert len(found.differences.rows) == 2 * 55
    share = survey("masculinity").proportion("how_often", top=2).to_frame()
    np.testing.assert_allclose(found.levels.rows["estimate"], share["estimate"])
    assert rows["rank"].tolist() == share["estimate"].rank(ascending=False).astype(int).tolist()
    last = rows.loc[rows["rank"] == 11].iloc[0]
    assert last["source"].startswith("Get in a physical fight")
    assert not last["best"]
    assert "is weighted" in found.classical.absent
    assert found.findings()[0].startswith("Among the highest: ")


@pytest.mark.oracle
def test_looped_grid_of_the_tracker_by_hand():
    """Own bases and same people of two stores written out from the file; pairs rest on different people."""
    data = tracker()
    found = data.compare_sources("experience", segment="gender")
    raw = data.table.raw.frame
    a, b = (pd.to_numeric(raw[f"q14r01{v}"], errors="coerce").to_numpy() for v in ("c01", "c02"))
    both = ~np.isnan(a) & ~np.isnan(b)
    rows = found.differences.rows[
        found.differences.rows["contrast"] == "First store - Second store"
    ].set_index("base")
    d = (a - b)[both]
    assert rows.loc["common", "estimate"] == pytest.approx(d.mean(), abs=1e-12)
    people = len(a)
    centred = np.where(both, a - b - d.mean(), 0) / both.sum()
    assert rows.loc["common", "std_error"] == pytest.approx(
        np.sqrt(people / (people - 1) * (centred**2).sum()), rel=1e-10
    )
    assert rows.loc["own", "estimate"] == pytest.approx(np.nanmean(a) - np.nanmean(b), abs=1e-12)
    assert rows.loc["common", "n"] == both.sum()
    assert rows.loc["own", "n"] == (~np.isnan(a) | ~np.isnan(b)).sum()
    same = set(found.differences.rows.loc[found.differences.rows["base"] == "common", "n"])
    assert len(same) > 1
    assert found.classical.rows["test"].tolist() == ["friedman"]
    assert found.interaction.rows["base"].tolist() == ["own", "common", "common", "common"]


@pytest.mark.oracle
def test_everyone_who_rated_all_three_stores():
    data = tracker()
    found = data.compare_sources("experience", base="all").differences.rows
    raw = data.table.raw.frame[[f"q14r01{v}" for v in VISITS]]
    whole = int((raw != "").all(axis=1).sum())
    assert set(found.loc[found["base"] == "all", "n"]) == {whole}
