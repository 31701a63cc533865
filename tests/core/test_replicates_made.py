"""Replicate weights made from a design: R's weights where they are fixed, expectations where they are random."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles.harness import Worst, design, entries, table, terms

from core.test_replicates import data_of, given_columns, mean, values_of
from survey_analysis.core.blocks import CalibrationBlock
from survey_analysis.core.calibrate import poststratify
from survey_analysis.core.covariance import covariance, domain_df
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.hadamard import hadamard
from survey_analysis.core.influence import ratio, total
from survey_analysis.core.replicate_make import bootstrap, half_samples, jackknife
from survey_analysis.core.replicate_plan import ReplicatePlan
from survey_analysis.errors import DesignError, LonelyPsuError, ReplicateWarning, WeightingError

JACKKNIVES = {"r_jk1": "dclus1", "r_jk1wr": "dclus1wr", "r_jkn": "dstrat", "r_jknwr": "dstratwr"}


def all_weights(frame: DesignFrame) -> np.ndarray:
    return np.concatenate(list(frame.replicate_weights.blocks()), axis=1)


def with_replicates(frame: DesignFrame, made) -> DesignFrame:
    return replace(frame, replicates=made)


def health() -> DesignFrame:
    data = data_of("nhs")
    return DesignFrame.of(data["WTMEC2YR"], stratum=data["SDMVSTRA"], psu=data["SDMVPSU"], nest=True)


def sorted_columns(matrix: np.ndarray) -> np.ndarray:
    return matrix[:, np.lexsort(np.round(matrix, 6)[::-1])]


@pytest.mark.parametrize("name", [*JACKKNIVES, "r_jknnh"])
def test_jackknife_weights_are_those_of_r(name):
    frame = health() if name == "r_jknnh" else design(JACKKNIVES[name]).frame
    made = jackknife(frame, kind="JK1" if "jk1" in name else "JKn")
    meta = values_of("rep.meta")[name]
    frame = with_replicates(frame, made)
    np.testing.assert_allclose(
        sorted_columns(all_weights(frame)), sorted_columns(given_columns(name)[1]), rtol=1e-9, atol=1e-8
    )
    assert made.scale == pytest.approx(meta["scale"], rel=1e-12)
    np.testing.assert_allclose(np.sort(made.rscales), np.sort(np.atleast_1d(meta["rscales"])), rtol=1e-12)
    assert frame.design_df == meta["degf"]


def test_structure_is_that_of_r():
    says = values_of("rep.structure")
    frame = design("dclus1").frame
    factors = np.unique(
        np.round(all_weights(with_replicates(frame, jackknife(frame))) / frame.weight[:, None], 12)
    )
    np.testing.assert_allclose(factors, says["jk1_unique"], rtol=1e-12)
    made = half_samples(health())
    assert made.count == says["brr_n"]
    fay = half_samples(health(), rho=0.3)
    np.testing.assert_allclose(
        np.unique(np.round(fay.weights.factors(0, 16), 12)), says["fay_values"], rtol=1e-12
    )


@pytest.mark.parametrize(("name", "rho"), [("r_brr", 0.0), ("r_fay", 0.3), ("r_faymse", 0.5)])
def test_half_samples_of_totals_are_in_full_balance(name, rho):
    """Which Hadamard columns are taken is free; linear statistics do not depend on it."""
    made = half_samples(health(), rho=rho, mse="mse" in name)
    frame, worst, data = with_replicates(health(), made), Worst(), data_of("nhs")
    theta, z = total(terms("race", data).values, frame)
    meta, values = values_of("rep.meta")[name], values_of(f"rep.{name}.total")
    assert (made.count, frame.design_df) == (meta["n_replicates"], meta["degf"])
    assert made.scale == pytest.approx(meta["scale"], rel=1e-14)
    worst.check("total", name, theta, values["estimate"], tolerance=1e-9)
    worst.check("total", name, covariance(z, frame), values["vcov"], tolerance=1e-9)
    taylor = health()
    np.testing.assert_allclose(
        covariance(z, frame), covariance(total(terms("race", data).values, taylor)[1], taylor), rtol=1e-10
    )


@pytest.mark.parametrize(("name", "rho"), [("d_scdbrr", 0.0), ("d_scdfay", 0.3)])
def test_half_samples_of_cardiac_arrests(name, rho):
    data, values = table("scd"), values_of(f"rep.scd.{name}")
    frame = DesignFrame.of(np.ones(data.n), stratum=data["ESA"], psu=data["ambulance"], nest=True)
    frame = with_replicates(frame, half_samples(frame, rho=rho))
    worst = Worst()
    theta, z = total(terms("arrests + alive", data).values, frame)
    worst.check("total", name, covariance(z, frame), values["total"]["vcov"], tolerance=1e-9)
    theta, z = ratio(data["alive"], data["arrests"], frame)
    worst.check("ratio", name, theta, values["ratio"], tolerance=1e-9)


@st.composite
def designs(draw, *, pairs=False):
    """Strata of 2-5 units of 1-3 rows, positive weights, sometimes an fpc."""
    sizes = draw(st.lists(st.just(2) if pairs else st.integers(2, 5), min_size=1, max_size=6))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    stratum, psu = [], []
    for h, m in enumerate(sizes):
        for c in range(m):
            rows = int(rng.integers(1, 4))
            stratum += [h] * rows
            psu += [f"{h}-{c}"] * rows
    n = len(stratum)
    fraction = rng.uniform(0.05, 0.9, len(sizes))[stratum] if draw(st.booleans()) and not pairs else None
    frame = DesignFrame.of(rng.uniform(0.5, 3, n), stratum=stratum, psu=psu, fpc=fraction)
    return frame, rng


@given(designs())
@settings(max_examples=60, deadline=None)
def test_jackknife_is_taylor_for_totals(case):
    frame, rng = case
    y = rng.normal(size=(frame.n, 2)) * (rng.random((frame.n, 2)) < 0.7)
    made = with_replicates(frame, jackknife(frame, mse=bool(rng.integers(2))))
    expected = covariance(total(y, frame)[1], frame)
    got = covariance(total(y, made)[1], made)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9 * np.abs(expected).max(initial=1e-300))
    assert made.design_df == frame.design_df


@given(designs(pairs=True), st.sampled_from([0.0, 0.3, 0.5]))
@settings(max_examples=40, deadline=None)
def test_half_samples_are_taylor_for_totals(case, rho):
    frame, rng = case
    y = rng.normal(size=frame.n)
    made = with_replicates(frame, half_samples(frame, rho=rho))
    assert covariance(total(y, made)[1], made)[0, 0] == pytest.approx(
        covariance(total(y, frame)[1], frame)[0, 0], rel=1e-9
    )
    assert made.design_df == frame.design_df


@given(designs())
@settings(max_examples=60, deadline=None)
def test_closed_forms_of_the_jackknife_are_those_of_its_weights(case):
    frame, rng = case
    frame = with_replicates(frame, jackknife(frame))
    weights = all_weights(frame)
    y = rng.normal(size=(frame.n, 3)) * (rng.random((frame.n, 3)) < 0.4)
    np.testing.assert_allclose(
        frame.replicate_weights.sums(y), weights.T @ y, rtol=1e-10, atol=1e-10 * np.abs(weights.T @ y).max()
    )
    member = rng.random((frame.n, 4)) < [0.1, 0.4, 0.8, 1.1]
    expected = [max(np.linalg.matrix_rank(weights[m]) - 1, 0) if m.any() else 0 for m in member.T]
    assert domain_df(member, frame).tolist() == expected


def test_every_bootstrap_of_a_small_design_averages_to_the_variance():
    """All (m - 1)-draws from three units, equally likely: the expectation is exact."""
    y, m = np.array([1.0, 4.0, 10.0]), 3
    frame = DesignFrame.of(np.full(m, 2.0), fpc=np.full(m, 0.25))
    totals = []
    for draw in product(range(m), repeat=m - 1):
        times = np.bincount(draw, minlength=m)
        totals.append(2 * y @ (1 + np.sqrt(0.75) * (m / (m - 1) * times - 1)))
    assert np.mean(totals) == pytest.approx(2 * y.sum())
    assert np.var(totals) == pytest.approx(covariance(total(y, frame)[1], frame)[0, 0])
    seen = bootstrap(frame, n=400, seed=3).weights.factors(0, 400)
    assert {tuple(np.round(f, 9)) for f in seen.T} == {
        tuple(np.round(1 + np.sqrt(0.75) * (1.5 * np.bincount(d, minlength=3) - 1), 9))
        for d in product(range(3), repeat=2)
    }


@pytest.mark.parametrize("name", ["dclus1", "dstrat", "dstratwr"])
def test_bootstrap_variance_is_near_taylor(name):
    """4,000 draws: the relative error of a variance has standard deviation sqrt(2 / 4000), 2.2%."""
    frame, data = design(name).frame, design(name).table
    made = with_replicates(frame, bootstrap(frame, n=4000, seed=20240611))
    y = data["enroll"]
    expected = covariance(total(y, frame)[1], frame)[0, 0]
    assert covariance(total(y, made)[1], made)[0, 0] == pytest.approx(expected, rel=5 * 0.0224)
    assert made.design_df == frame.design_df


@pytest.mark.parametrize("count", [20, 80, 130, 300])
def test_rank_of_a_bootstrap_is_that_of_its_weights(count):
    """In closed form away from as many units as replicates, counted near it."""
    rng = np.random.default_rng(count)
    stratum = rng.integers(0, 8, 200)
    frame = DesignFrame.of(rng.uniform(1, 2, 200), stratum=stratum)
    frame = with_replicates(frame, bootstrap(frame, n=count, seed=5))
    weights = all_weights(frame)
    member = np.column_stack([rng.random(200) < p for p in (0.05, 0.3, 0.6, 0.9, 1.1)] + [stratum < 3])
    expected = [np.linalg.matrix_rank(weights[m]) - 1 for m in member.T]
    assert domain_df(member, frame).tolist() == expected


def test_bootstrap_is_the_same_under_a_seed_and_another_under_another():
    frame = design("dstrat").frame
    one, same, other = (
        all_weights(with_replicates(frame, bootstrap(frame, n=20, seed=s))) for s in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()
    assert (one >= 0).all()


def test_element_replicates_are_never_held_whole():
    n, count = 50_000, 400
    frame = DesignFrame.of(np.ones(n))
    frame = with_replicates(frame, bootstrap(frame, n=count, seed=1))
    every = DesignFrame.of(np.ones(n))
    every = with_replicates(every, jackknife(every))
    y = np.random.default_rng(1).normal(size=(n, 2))
    tracemalloc.start()
    covariance(ratio(y, np.ones((n, 2)), frame)[1], frame)
    bootstrap_peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    covariance(ratio(y, np.ones((n, 2)), every)[1], every)
    jackknife_peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert bootstrap_peak < 0.75 * 8 * n * count
    assert jackknife_peak < 8 * n * 100  # n replicates of n rows would be 500 times that


@pytest.mark.parametrize("at_least", [*range(1, 70), 93, 113, 201])
def test_hadamard_matrices_are_orthogonal_and_normal(at_least):
    h = hadamard(at_least).astype(int)
    m = len(h)
    assert m >= at_least
    np.testing.assert_array_equal(h @ h.T, m * np.eye(m))
    assert (h[0] == 1).all()
    assert (h[:, 0] == 1).all()


def test_errors_name_the_strata():
    frame = DesignFrame.of(np.ones(6), stratum=list("aabbbc"))
    with pytest.raises(LonelyPsuError, match=r"1 of 3 strata.*\n.*'c'"):
        jackknife(frame)
    with pytest.raises(LonelyPsuError, match="'c'"):
        bootstrap(frame, seed=1)
    with pytest.raises(DesignError, match=r"'b' \(3\), 'c' \(1\)"):
        half_samples(frame)
    with pytest.raises(DesignError, match="has 3"):
        jackknife(frame, kind="JK1")
    with pytest.raises(DesignError, match="rho"):
        half_samples(DesignFrame.of(np.ones(2)), rho=1.0)


def test_lonely_strata_may_contribute_nothing():
    frame = DesignFrame.of(np.ones(6), stratum=list("aabbbc"), lonely="remove")
    y = np.array([1.0, 3, 2, 5, 9, 4])
    made = with_replicates(frame, jackknife(frame))
    assert made.replicates.count == 5
    assert covariance(total(y, made)[1], made)[0, 0] == pytest.approx(
        covariance(total(y, frame)[1], frame)[0, 0]
    )


def test_strata_taken_completely_have_no_replicates():
    fpc = np.array([1.0, 1, 0.1, 0.1, 0.1])
    frame = DesignFrame.of(np.ones(5), stratum=list("aabbb"), fpc=fpc)
    y = np.array([1.0, 30, 2, 5, 9])
    for made in (jackknife(frame), bootstrap(frame, n=50, seed=1)):
        full = with_replicates(frame, made)
        assert covariance(total(y * [1, 1, 0, 0, 0], full)[1], full)[0, 0] == pytest.approx(0, abs=1e-20)
    full = with_replicates(frame, jackknife(frame))
    assert full.replicates.count == 3
    assert covariance(total(y, full)[1], full)[0, 0] == pytest.approx(
        covariance(total(y, frame)[1], frame)[0, 0]
    )


def test_half_samples_drop_the_correction_and_say_so():
    frame = DesignFrame.of(np.ones(4), stratum=list("aabb"), fpc=np.full(4, 0.2))
    with pytest.warns(ReplicateWarning, match="finite population correction"):
        made = half_samples(frame)
    y = np.array([1.0, 2, 5, 7])
    full, bare = with_replicates(frame, made), replace(frame, fpc=None)
    assert covariance(total(y, full)[1], full)[0, 0] == pytest.approx(
        covariance(total(y, bare)[1], bare)[0, 0]
    )


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ({"method": "bootstrap"}, "needs a seed"),
        ({"method": "bootstrap", "seed": 1, "rho": 0.5}, "does not use rho"),
        ({"method": "jackknife", "seed": 1}, "does not use seed"),
        ({"method": "brr", "n": 10}, "does not use n"),
        ({"method": "fay"}, "needs rho"),
        ({"method": "JK3"}, "cannot be made by"),
    ],
)
def test_a_plan_uses_every_option_or_refuses(plan, says):
    with pytest.raises(DesignError, match=says):
        ReplicatePlan(**plan)


def poststratified(frame: DesignFrame, codes: np.ndarray, counts: np.ndarray) -> DesignFrame:
    """The frame with post-stratified weights and the step to repeat."""

    def again(start: np.ndarray) -> np.ndarray:
        return poststratify(codes, counts, start).weight

    x = (codes[:, None] == np.arange(len(counts))).astype(float)
    block = CalibrationBlock(np.arange(frame.n), frame.weight, x, reweigh=again)
    return replace(frame, weight=again(frame.weight), calibration=(block,))


def test_poststratification_is_repeated_in_every_replicate():
    data, values = design("dclus1").table, entries("04_calibration")["calib.post.rclus1"]["values"]
    codes, counts = data.factor("stype").codes, np.array([4421.0, 755, 1018])
    frame = poststratified(design("dclus1").frame, codes, counts)
    frame = with_replicates(frame, jackknife(frame))
    np.testing.assert_allclose(
        frame.replicate_weights.sums((codes[:, None] == np.arange(3)).astype(float)),
        np.broadcast_to(counts, (15, 3)), rtol=1e-12,
    )  # fmt: skip
    worst = Worst()
    theta, z = mean(terms("api00 + ell", data).values, frame)
    worst.check("post", "mean", theta, values["mean"]["estimate"], tolerance=1e-9)
    worst.check("post", "vcov", covariance(z, frame), values["mean"]["vcov"], tolerance=1e-9)
    theta, z = total(data["api.stu"], frame)
    worst.check("post", "total", covariance(z, frame), values["total"]["vcov"], tolerance=1e-9)
    assert frame.design_df == values["mean"]["df"]


def test_calibration_never_adds_degrees_of_freedom():
    """R counts 27 after `postStratify` of this jackknife of 28 pairs: the rank of weights that are not linear."""
    data = data_of("nhs")
    codes = data.factor("race").codes
    counts = data["WTMEC2YR"].sum() * np.array([0.2, 0.55, 0.15, 0.1])
    frame = poststratified(health(), codes, counts)
    frame = with_replicates(frame, jackknife(frame))
    assert np.linalg.matrix_rank(all_weights(frame)) - 1 == 27
    assert frame.design_df == health().design_df == 14


def test_a_step_that_fails_in_a_replicate_names_it():
    codes = np.array([0, 0, 1])
    frame = poststratified(DesignFrame.of(np.ones(3)), codes, np.array([5.0, 5.0]))
    frame = with_replicates(frame, jackknife(frame))
    with pytest.raises(WeightingError, match="replicate 3 of 3"):
        total(np.ones(3), frame)


def test_a_step_that_cannot_be_repeated_is_an_error():
    frame = DesignFrame.of(np.ones(3))
    block = CalibrationBlock(np.arange(3), np.ones(3), np.ones((3, 1)))
    frame = with_replicates(replace(frame, calibration=(block,)), jackknife(frame))
    with pytest.raises(DesignError, match="cannot be repeated"):
        total(np.ones(3), frame)
