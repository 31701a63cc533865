"""Sources of three real surveys against R: leaders (BEPS), a weighted grid, looped grids of a tracker.

`sources.json` is what `sources.R` beside it printed; the data are read where the other tests read them.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from oracles.harness import shared
from scipy import stats

import survey_analysis as sa
from real.published import survey

pytestmark = pytest.mark.oracle
LEADERS = ["Blair", "Hague", "Kennedy"]
ECONOMY = ["economic.cond.national", "economic.cond.household", "Blair"]
R: dict[str, Any] = json.loads(Path(__file__).with_name("sources.json").read_text(encoding="utf-8"))
PAIRS = {"blair_hague": ("Blair", "Hague"), "blair_kennedy": ("Blair", "Kennedy"), "hague_kennedy": ("Hague", "Kennedy")}  # fmt: skip


@cache
def people() -> pd.DataFrame:
    """The panel, with a number for each person and weights made of sex and age."""
    data = pd.read_csv(shared("oracles", "data", "beps.csv"))
    data["person"] = [f"p{i}" for i in range(len(data))]
    data["w"] = 1 + 0.5 * (data["gender"] == "female") + (data["age"] % 7) / 7
    return data


@cache
def leaders(design: str, form: str = "wide") -> sa.Survey:
    """The leaders' ratings, one row a person or one row a rating."""
    data = people()
    weight = {"weight": "w"} if design == "wtd" else {}
    if form == "wide":
        return sa.read(data, id="person", **weight)
    keep = ["person", "w"] if weight else ["person"]
    long = data[[*LEADERS, *keep]].melt(id_vars=keep, var_name="leader", value_name="rating")
    return sa.read(long, id="person", **weight)


def compared(design: str, form: str, **asked: Any) -> sa.SourceComparison:
    if form == "wide":
        return leaders(design, form).compare_sources(LEADERS, **asked)
    return leaders(design, form).compare_sources("rating", by="leader", **asked)


def near(ours: Any, theirs: Any, rel: float = 1e-9) -> None:
    np.testing.assert_allclose(np.asarray(ours, float), np.asarray(theirs, float), rtol=rel, atol=1e-12)


def pair_of(found: sa.SourceComparison, a: str, b: str, base: str = "common") -> Any:
    rows = found.differences.rows
    return rows[(rows["contrast"] == f"{a} - {b}") & (rows["base"] == base)].iloc[0]


@pytest.mark.parametrize("form", ["wide", "long"])
@pytest.mark.parametrize("design", ["srs", "wtd"])
def test_leaders_rated_by_the_same_people(design, form):
    found = compared(design, form)
    levels = R[f"beps.levels.{design}"]
    near(found.levels.rows["estimate"], levels["estimate"])
    near(found.levels.rows["std_error"], levels["std_error"])
    for key, (a, b) in PAIRS.items():
        for base in ("common", "own"):  # everybody rated all three
            row = pair_of(found, a, b, base)
            for name in ("estimate", "std_error", "df"):
                near(row[name], R[f"beps.{key}.{design}"][name])
    first = found.within.rows.query("level == 'first higher'").iloc[0]
    near(first["estimate"], R[f"beps.first_higher.{design}"]["estimate"])
    near(first["std_error"], R[f"beps.first_higher.{design}"]["std_error"])


@pytest.mark.parametrize("design", ["srs", "wtd"])
def test_leaders_rated_four_or_five(design):
    found = compared(design, "wide", answers=["4", "5"], to="Hague")
    near(found.levels.rows["estimate"], R[f"beps.four_or_five.{design}"]["estimate"])
    near(found.levels.rows["std_error"], R[f"beps.four_or_five.{design}"]["std_error"])
    row, gap = pair_of(found, "Blair", "Hague"), R[f"beps.four_or_five_gap.{design}"]
    near(row["estimate"], gap["estimate"])
    near((row["conf_high"] - row["conf_low"]) / 2, stats.t.ppf(0.975, gap["df"]) * gap["std_error"])


def test_paired_t_friedman_and_reliability_of_the_leaders():
    found = compared("srs", "wide")
    same = found.differences.rows.query("base == 'common'")
    near(same["p_adjusted"], R["beps.holm"], rel=1e-8)
    friedman = found.classical.rows.query("test == 'friedman'").iloc[0]
    near(friedman["statistic"], R["beps.friedman"]["statistic"])
    whole = leaders("srs").reliability(ECONOMY)
    near(whole["alpha"].value, R["beps.alpha"]["raw"])
    near(leaders("srs").icc(LEADERS).rows["estimate"], R["beps.icc"])
    rho = leaders("srs").correlation(LEADERS, kind="polychoric").rows["estimate"]
    near(rho, R["beps.polychoric"], rel=1e-4)


def test_grid_of_the_masculinity_survey():
    men = survey("masculinity")
    found = men.compare_sources("how_often", top=2)
    near(found.levels.rows["estimate"], R["masculinity.often"]["estimate"])
    near(found.levels.rows["std_error"], R["masculinity.often"]["std_error"])
    labels = list(men.codebook.subjects["activity"].labels.values())
    for key, a, b in (("advice_cry", 0, 3), ("sports_sex", 5, 7)):
        row, want = pair_of(found, labels[a], labels[b]), R[f"masculinity.{key}"]
        near(abs(row["estimate"]), want["estimate"])
        near(row["n"], 1615)
    pair = found.within.rows.query("pair == 'Cry / Get in a physical fight with another person'")
    first, want = pair.query("level == 'first higher'").iloc[0], R["masculinity.cry_more_than_fight"]
    near(first["estimate"], want["estimate"])
    near(first["std_error"], want["std_error"])
    near(first["n"], want["n"])
    row = pair_of(men.compare_sources("how_often"), labels[3], labels[4])
    for name in ("estimate", "std_error", "n"):
        near(row[name], {**R["masculinity.cry_fight_mean"], "n": want["n"]}[name])


def coded(*labels: str) -> list[list[str]]:
    return [[str(i), label] for i, label in enumerate(labels, 1)]


@cache
def tracker() -> sa.Survey:
    """The looped grids as a study file declares them, with the weights of the file."""
    stores = {"c01": "First store", "c02": "Second store", "c03": "Third store"}
    brands = {str(i): f"Activity {i}" for i in range(1, 7)}
    items = [f"q14r{i:02d}" for i in range(1, 11)]
    columns = [f"{i}{s}" for i in items for s in stores]
    table = pd.read_csv(
        shared("data", "sporting-goods-tracker", "example_a.csv.gz"), dtype=str, keep_default_na=False,
        usecols=["weight_a", *columns, *(f"q5_{b}" for b in brands)],
    )  # fmt: skip
    table[columns] = table[columns].apply(lambda c: c.str.removesuffix(".0"))
    agree = {"levels": coded("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree")}
    likely = {
        "levels": coded("Refuse", "Very unlikely", "Probably not", "Probably", "Very likely"),
        "outside": [["97", "Already planning to"], ["98", "Don't know"]],
    }  # fmt: skip
    study = {
        "design": {"weight": "weight_a"},
        "scales": {"agree": agree, "likely": likely},
        "subjects": {"store": stores, "activity": brands},
        "batteries": {
            **{i: {"over": "store", "columns": f"{i}{{store}}", "scale": "agree"} for i in items},
            "would": {"over": "activity", "columns": "q5_{activity}", "scale": "likely"},
        },
        "constructs": {"visit": {"items": items}},
    }
    return sa.read(table, study=study)


def test_stores_of_the_tracker_whose_loops_people_left_early():
    found = tracker().compare_sources("q14r01")
    want = R["tracker.levels"]
    for name in ("estimate", "std_error", "n"):
        near(found.levels.rows[name], [w[name] for w in want])
    names = ["First store", "Second store", "Third store"]
    for a, b in ((1, 2), (1, 3), (2, 3)):
        for base, key in (("common", "same"), ("own", "own")):
            row, theirs = pair_of(found, names[a - 1], names[b - 1], base), R[f"tracker.{a}{b}.{key}"]
            near(row["estimate"], theirs["estimate"], rel=1e-8)
            near(row["std_error"], theirs["std_error"], rel=1e-8)
    assert "differ in sign in 1 of 3 comparisons" in found.sentence()


def test_codes_off_the_scale_stay_in_the_base_of_a_share():
    found = tracker().compare_sources("would", top=2, to="1")
    near(found.levels.rows["estimate"], R["tracker.would"]["estimate"])
    near(found.levels.rows["std_error"], R["tracker.would"]["std_error"])
    row = pair_of(found, "Activity 2", "Activity 1")
    near(-row["estimate"], R["tracker.would_12"]["estimate"])
    assert set(found.differences.rows["b"]) == {"Activity 1"}


def test_a_construct_of_ten_items_by_store():
    found = tracker().compare_sources("visit")
    assert found.levels.rows["n"].tolist() == [w["n"] for w in R["tracker.levels"]]
    assert "None of the 3 sources" in found.sentence() or "highest" in found.sentence()
    assert len(tracker().reliability("visit").rows.query("coefficient == 'alpha'")) >= 3
