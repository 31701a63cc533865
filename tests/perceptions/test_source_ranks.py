"""Ranks of sources: sets by brute force, first shares by counting, coverage by simulation."""

from __future__ import annotations

import itertools
from functools import partial

import numpy as np
import pandas as pd
import pytest
from builders import ratings
from scipy import stats

import survey_analysis as sa
from survey_analysis.core.covariance import covariance
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.replicate_draws import deviations
from survey_analysis.core.replicate_make import jackknife
from survey_analysis.core.simultaneous import max_t_p, max_t_quantile, stepdown
from survey_analysis.perceptions import ranking
from survey_analysis.perceptions.ranking import first_shares


def brute(found):
    """Rank sets counted from the printed simultaneous intervals, one source and pair at a time."""
    rows, sources = found.ranks.intervals, found.ranks.rows["source"].tolist()
    sets = {}
    for s in sources:
        above = below = 0
        for r in rows.to_dict("records"):
            if s not in (r["a"], r["b"]):
                continue
            low, high = (r["conf_low"], r["conf_high"]) if s == r["a"] else (-r["conf_high"], -r["conf_low"])
            above += high < 0
            below += low > 0
        sets[s] = (1 + above, len(sources) - below)
    return sets


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("options", [{}, {"top": 2}, {"base": "all"}])
def test_sets_follow_from_the_intervals(seed, options):
    found = ratings(seed).compare_sources("follow", **options)
    rows = found.ranks.rows
    wanted = brute(found)
    assert {r["source"]: (r["rank_low"], r["rank_high"]) for r in rows.to_dict("records")} == wanted
    assert found.ranks.best_set == tuple(s for s, (low, _) in wanted.items() if low == 1)
    assert rows["first_share"].sum() + found.ranks.no_first[0] == pytest.approx(1.0)
    assert rows["rank_low"].le(rows["rank"]).all()
    assert rows["rank_high"].ge(rows["rank"]).all()


def test_two_sources_have_the_interval_of_one_t_test():
    """One difference: nothing to allow for, so the simultaneous interval is the t interval."""
    found = ratings().compare_sources("follow", where="source in ['micro', 'average']")
    row = found.differences.rows[found.differences.rows["base"] == "common"].iloc[0]
    limits = found.ranks.intervals.iloc[0]
    assert limits["conf_low"] == pytest.approx(
        row["conf_low"], abs=2e-3 * (row["conf_high"] - row["conf_low"])
    )
    assert limits["conf_high"] == pytest.approx(
        row["conf_high"], abs=2e-3 * (row["conf_high"] - row["conf_low"])
    )
    test = found.omnibus.rows.set_index("base")
    assert test.loc["common", "p_value"] == pytest.approx(row["p_value"], abs=2e-3)


def test_max_t_p_is_the_other_side_of_the_quantile():
    corr = np.array([[1, 0.6, -0.2], [0.6, 1, 0.3], [-0.2, 0.3, 1]])
    c = max_t_quantile(corr, 0.9, seed=3)
    assert max_t_p(c, corr, seed=3) == pytest.approx(0.1, abs=1e-4)
    assert max_t_p(0.0, corr, seed=3) == 1.0
    independent = 1 - (1 - 2 * stats.norm.sf(2.5)) ** 3
    assert max_t_p(2.5, np.eye(3), seed=1) == pytest.approx(independent, abs=1e-3)


def test_steps_show_at_least_what_the_intervals_show():
    rng = np.random.default_rng(2)
    for _ in range(25):
        a = rng.normal(size=(4, 4))
        V = a @ a.T
        corr = V / np.sqrt(np.outer(np.diag(V), np.diag(V)))
        z = rng.normal(2.0, 1.6, 4)
        shown, c = stepdown(z, corr, seed=1, draws=20_000)
        single = np.where(np.abs(z) > c, np.sign(z), 0)
        assert (np.abs(shown) >= np.abs(single)).all()
        assert (shown[single != 0] == single[single != 0]).all()
    shown, c = stepdown([2.3, 5.0, -4.0], np.eye(3), seed=1)  # the first is shown in the second step only
    assert shown.tolist() == [1.0, 1.0, -1.0]
    assert c > 2.3
    found = ratings(4)
    steps, whole = (
        found.compare_sources("follow", method=m).ranks.rows for m in ("stepwise", "simultaneous")
    )
    assert (steps["rank_high"] - steps["rank_low"] <= whole["rank_high"] - whole["rank_low"]).all()


def test_first_shares_by_counting():
    """From replicate levels: the share of replicates in which each is the largest."""
    rng = np.random.default_rng(8)
    levels = rng.normal([0.0, 0.2, 0.1], 0.3, (500, 3))
    ends = np.array(list(itertools.combinations(range(3), 2)))
    differences = levels[:, ends[:, 0]] - levels[:, ends[:, 1]]
    share, lost = first_shares(differences, ends, 3)
    assert share.tolist() == pytest.approx(np.bincount(levels.argmax(axis=1), minlength=3) / 500)
    assert lost == 0


def test_given_bootstrap_replicates_are_counted_as_they_are():
    rng = np.random.default_rng(3)
    n, r = 80, 40
    data = pd.DataFrame({"a": rng.integers(1, 6, n), "b": rng.integers(1, 6, n), "w": 1.0})
    drawn = [np.bincount(rng.integers(0, n, n), minlength=n).astype(float) for _ in range(r)]
    for i, w in enumerate(drawn):
        data[f"rep{i}"] = w
    survey = sa.read(data, weight="w", replicates={"columns": "rep*", "method": "bootstrap"})
    found = survey.compare_sources(["a", "b"])
    assert found.ranks.replicates == r
    assert found.ranks.drawn == "replicate weights of the design (bootstrap)"
    ahead = [np.average(data["a"], weights=w) - np.average(data["b"], weights=w) for w in drawn]
    wanted = np.mean([1.0 if d > 1e-12 else 0.5 if abs(d) <= 1e-12 else 0.0 for d in ahead])
    assert found.ranks.rows["first_share"].iloc[0] == pytest.approx(wanted)


@pytest.mark.parametrize("design", ["elements", "clusters", "strata", "jackknife"])
def test_draws_deviate_as_the_kernel_says(design):
    rng = np.random.default_rng(6)
    n = 240
    groups = {
        "elements": {},
        "jackknife": {},
        "clusters": {"psu": np.repeat(np.arange(40), 6)},
        "strata": {"stratum": np.repeat(np.arange(4), 60), "psu": np.repeat(np.arange(40), 6)},
    }[design]
    frame = DesignFrame.of(rng.uniform(0.5, 2, n), **groups)
    y = rng.normal(size=(n, 2)) @ np.array([[1, 0.6], [0, 0.8]])
    z = frame.weight[:, None] * (y - np.average(y, axis=0, weights=frame.weight)) / frame.weight.sum()
    if design == "jackknife":
        from dataclasses import replace

        frame = replace(frame, replicates=jackknife(frame))
        z = rng.normal(size=(frame.replicates.count, 2)) / n
    found = deviations(z, frame, seed=1, n=6000)
    assert found.what.startswith("normal" if design == "jackknife" else "bootstrap")
    V = covariance(z, frame)
    np.testing.assert_allclose(np.cov(found.deviations.T), V, rtol=0.12, atol=0.05 * np.abs(V).max())


def test_the_same_seed_gives_the_same_ranks():
    one, two = (ratings(2).compare_sources("follow", top=2, seed=5).to_json() for _ in range(2))
    assert one == two
    other = ratings(2).compare_sources("follow", top=2, seed=6)
    assert other.ranks.seed == 6


def population(rng, n, true, rho=0.5):
    """Ratings of k sources by n people, each leaving some out; equal correlation within people."""
    k = len(true)
    person = rng.normal(size=(n, 1)) * np.sqrt(rho)
    y = np.asarray(true) + person + rng.normal(size=(n, k)) * np.sqrt(1 - rho)
    y[rng.random((n, k)) < 0.2] = np.nan
    return pd.DataFrame(y, columns=[f"s{j}" for j in range(k)])


@pytest.mark.slow
def test_all_sets_and_intervals_hold_together(monkeypatch):
    """Four sources, two of them truly tied at the top: everything covers in 95% of samples, by both methods."""
    few = {"draws": 20_000}
    monkeypatch.setattr(ranking, "max_t_quantile", partial(max_t_quantile, **few))
    monkeypatch.setattr(ranking, "stepdown", partial(stepdown, **few))
    rng = np.random.default_rng(20161107)
    true = np.array([0.25, 0.25, 0.0, -0.15])
    lowest, highest = np.array([1, 1, 3, 4]), np.array([2, 2, 3, 4])  # a tie may take any rank of the tie
    names = [f"s{j}" for j in range(4)]
    runs = 220
    sets = dict.fromkeys(("simultaneous", "stepwise"), 0)
    intervals, tied, wide = 0, 0, dict.fromkeys(sets, 0)
    for _ in range(runs):
        levels = sa.read(population(rng, 150, true).round(9)).mean(names)
        test = levels.compare(base="both", dim="question")
        found = ranking.pairwise(levels, test, range(4), "question", "common")
        for method in sets:
            shown, c = ranking.directions(found, 0.95, method, seed=1)
            rows, _ = ranking._ranked(found, "all", shown, np.zeros((1, 6)))
            low, high = rows["rank_low"].to_numpy(), rows["rank_high"].to_numpy()
            sets[method] += bool(((low <= lowest) & (high >= highest)).all())
            wide[method] += int((high - low).sum())
            if method == "simultaneous":
                tied += bool(rows["best"].iloc[:2].all())
                limits = ranking._limits(found, "all", shown, c)
                wanted = [true[int(a[1])] - true[int(b[1])] for a, b in found.labels]
                intervals += bool(((limits["conf_low"] <= wanted) & (limits["conf_high"] >= wanted)).all())
    error = 3 * np.sqrt(0.05 * 0.95 / runs)
    assert abs(intervals / runs - 0.95) <= error
    assert sets["simultaneous"] / runs >= 0.95 - error
    assert sets["stepwise"] / runs >= 0.95 - error
    assert tied / runs >= 0.95 - error
    assert wide["stepwise"] <= wide["simultaneous"]
