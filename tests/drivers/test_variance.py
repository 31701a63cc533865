"""Intervals: linearised, jackknifed, bootstrapped and given replicates agree; clusters count."""

from __future__ import annotations

import numpy as np
import pytest

import survey_analysis as sa
from drivers import made
from survey_analysis.errors import DesignError

ON = ["x0", "x1", "x2"]
DESIGN = {"psu": "unit", "strata": "region"}


def test_linearised_equals_a_fine_jackknife():
    """With many small units the two differ by terms of the next order only."""
    frame = made.data(n=1600, seed=8)
    survey = made.survey(frame, **DESIGN)
    taylor = survey.drivers("y", ON, method=("lmg", "johnson", "last", "beta"), bootstrap=0)
    jack = survey.replicates(method="jackknife").drivers("y", ON, method=("lmg", "johnson", "last", "beta"))
    assert jack.replicates == 400
    assert not jack.made
    assert taylor.rows["std_error"].to_numpy() == pytest.approx(jack.rows["std_error"].to_numpy(), rel=0.02)
    assert taylor.fits["r2_std_error"][0] == pytest.approx(jack.fits["r2_std_error"][0], rel=0.02)
    assert taylor.rows["share_std_error"].to_numpy() == pytest.approx(
        jack.rows["share_std_error"].to_numpy(), rel=0.02, nan_ok=True
    )


def test_influence_is_the_derivative_in_the_weights():
    from survey_analysis.drivers.ratings import Ratings
    from survey_analysis.drivers.statistic import DriverStatistic, Products

    frame = made.data(n=40)
    n = len(frame)
    rows, zero = np.arange(n), np.zeros(n, dtype=np.int64)
    ratings = Ratings(
        "",
        rows,
        zero,
        rows,
        frame["y"].to_numpy(float),
        frame[ON].to_numpy(float),
        np.ones(n),
        zero,
        (),
        (),
        n,
    )
    w = frame["w"].to_numpy()
    statistic = DriverStatistic(Products.of(ratings, "no", w), ("lmg", "johnson", "pratt"))
    theta, z = statistic.influence(w)
    assert theta == pytest.approx(statistic.theta(w))
    for i in (0, 17, 39):
        up, down = w.copy(), w.copy()
        up[i] += 1e-5
        down[i] -= 1e-5
        slope = (statistic.theta(up) - statistic.theta(down)) / 2e-5
        assert z[i] / w[i] == pytest.approx(slope, abs=2e-7)


def test_bootstrap_of_units_agrees_with_the_design_and_is_seeded():
    survey = made.survey(made.data(n=800, seed=4), **DESIGN)
    taylor = survey.drivers("y", ON, bootstrap=0)
    boot = survey.drivers("y", ON, bootstrap=400, seed=2)
    assert boot.rows["std_error"].to_numpy() == pytest.approx(taylor.rows["std_error"].to_numpy(), rel=0.15)
    assert boot.rows["method"].unique().tolist() == ["bootstrap percentile"]
    assert survey.drivers("y", ON, bootstrap=400, seed=2).to_json() == boot.to_json()
    assert survey.drivers("y", ON, bootstrap=400, seed=3).rows["std_error"][0] != boot.rows["std_error"][0]
    inside = (boot.rows["conf_low"] < boot.rows["estimate"]) & (
        boot.rows["estimate"] < boot.rows["conf_high"]
    )
    assert inside.all()
    assert (boot.rows["conf_low"] >= 0).all()


def test_bootstrap_equals_the_replicates_of_the_survey():
    survey = made.survey(made.data(), **DESIGN)
    own = survey.replicates(method="bootstrap", n=30, seed=9).drivers("y", ON)
    made_here = survey.drivers("y", ON, bootstrap=30, seed=9)
    assert own.rows["std_error"].to_numpy() == pytest.approx(
        made_here.rows["std_error"].to_numpy(), rel=1e-12
    )


def test_clusters_widen_the_intervals():
    frame = made.data(n=200)
    many = frame.loc[frame.index.repeat(4)].assign(unit=np.repeat(np.arange(200), 4))
    simple = made.survey(many).drivers("y", ON, bootstrap=0)
    clustered = made.survey(many, psu="unit").drivers("y", ON, bootstrap=0)
    assert clustered.rows["estimate"].to_numpy() == pytest.approx(simple.rows["estimate"].to_numpy())
    ratio = clustered.rows["std_error"] / simple.rows["std_error"]
    assert ratio.to_numpy() == pytest.approx(
        2.0, rel=0.01
    )  # four copies of everybody: half the information each


def test_a_domain_is_no_row_filter():
    frame = made.data().assign(g=lambda d: np.where(d.index % 2, "a", "b"))
    survey = made.survey(frame, **DESIGN)
    inside = survey.drivers("y", ON, where="g == 'a'", bootstrap=0)
    alone = made.survey(frame[frame["g"] == "a"], **DESIGN).drivers("y", ON, bootstrap=0)
    assert inside.rows["estimate"].to_numpy() == pytest.approx(alone.rows["estimate"].to_numpy())
    by = survey.drivers("y", ON, by="g", bootstrap=0)
    assert by["lmg"]["a"].to_numpy() == pytest.approx(inside["lmg"].to_numpy())
    assert len(by.fits) == 2
    assert by.fits["n"].tolist() == [120, 120]


def test_raking_is_repeated_in_every_replicate():
    frame = made.data().assign(sex=lambda d: np.where(d.index % 3, "m", "f"))
    raked = made.survey(frame).rake({"sex": {"m": 0.5, "f": 0.5}})
    boot = raked.drivers("y", ON, bootstrap=20)
    assert "the weighting repeated in each" in boot.provenance.variance
    own = raked.replicates(method="bootstrap", n=20, seed=1).drivers("y", ON)
    assert boot.rows["std_error"].to_numpy() == pytest.approx(own.rows["std_error"].to_numpy(), rel=1e-9)


def test_replicates_of_the_survey_are_used_and_bootstrap_is_then_an_error():
    survey = made.survey(made.data(), **DESIGN).replicates(method="jackknife")
    with pytest.raises(DesignError, match="replicate weights, which make the intervals"):
        survey.drivers("y", ON, bootstrap=50)
    found = survey.drivers("y", ON)
    assert found.rows["method"].unique().tolist() == ["t, cut at 0 and 1"]
    assert found.replicates == 60


def test_means_and_bases_are_those_of_the_complete_cases():
    frame = made.data().astype({"x0": "Int64"})
    frame.loc[:9, "x0"] = None
    survey = made.survey(frame)
    found = survey.drivers("y", ON, bootstrap=0)
    assert found.fits["n"].tolist() == [230]
    assert found.fits["n_missing"].tolist() == [10]
    assert dict(zip(found.missing["variable"], found.missing["n_missing"], strict=True)) == {
        "y": 0,
        "x0": 10,
        "x1": 0,
        "x2": 0,
    }
    mean = survey.mean("x1", where="x0 is not missing")
    row = found.levels.set_index("predictor").loc["x1"]
    assert row["estimate"] == pytest.approx(mean.value)
    assert row["std_error"] == pytest.approx(mean.std_error)
    assert "10 ratings without an answer" in found.sentence()


@pytest.mark.slow
def test_percentile_intervals_cover():
    """Known LMG of a normal population: 95% intervals of 200 samples of 300 people cover about as often."""
    rng = np.random.default_rng(11)
    R = np.array([[1, 0.5, 0.5], [0.5, 1, 0.4], [0.5, 0.4, 1.0]])
    from survey_analysis.core.importance import lmg

    truth = lmg(R[None])[0]
    root = np.linalg.cholesky(R)
    hits = np.zeros(2)
    for _ in range(200):
        sample = rng.normal(size=(300, 3)) @ root.T
        import pandas as pd

        survey = sa.read(pd.DataFrame(sample.round(6), columns=["a", "b", "y"]))
        rows = survey.drivers("y", ["a", "b"], method="lmg", bootstrap=200).rows
        hits += (rows["conf_low"].to_numpy() <= truth) & (truth <= rows["conf_high"].to_numpy())
    assert (hits / 200 > 0.90).all()
    assert (hits / 200 < 0.99).all()
