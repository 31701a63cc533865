"""The kernel against sums written out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from survey_analysis.core.calibrate import margin_dummies, poststratify, rake
from survey_analysis.core.covariance import (
    covariance,
    domain_df,
    null_covariance,
    residuals,
    satterthwaite_df,
    union_df,
    zero_small,
    zero_small_matrix,
)
from survey_analysis.core.frame import CalibrationBlock, DesignFrame
from survey_analysis.core.influence import contrast, delta, linear, ratio, total
from survey_analysis.errors import DesignError, EstimationError, LonelyPsuError, WeightError

RNG = np.random.default_rng(20)
N = 60
WEIGHT = RNG.uniform(0.5, 3, N)
STRATUM = np.repeat(["north", "south", "west"], 20)
PSU = np.repeat(np.arange(15), 4)
Y = RNG.normal(50, 10, (N, 2))


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(21)


def by_hand(z: np.ndarray, fraction: dict[str, float]) -> float:
    """Σ_h (1 - f) m/(m - 1) Σ_c (z_c - z̄)², unit by unit."""
    value = 0.0
    for h, f in fraction.items():
        totals = [z[(h == STRATUM) & (c == PSU)].sum() for c in np.unique(PSU[h == STRATUM])]
        m = len(totals)
        value += (1 - f) * m / (m - 1) * sum((t - sum(totals) / m) ** 2 for t in totals)
    return value


def test_clusters_strata_and_fpc_by_hand():
    counts = np.select([STRATUM == "north", STRATUM == "south"], [50, 25], 20)
    frame = DesignFrame.of(WEIGHT, stratum=STRATUM, psu=PSU, fpc=counts)
    _, z = ratio(Y, np.ones((N, 1)), WEIGHT)
    v = covariance(z, frame)
    fractions = {"north": 5 / 50, "south": 5 / 25, "west": 5 / 20}
    a, b, both = (by_hand(column, fractions) for column in (z[:, 0], z[:, 1], z.sum(axis=1)))
    np.testing.assert_allclose(v, [[a, (both - a - b) / 2], [(both - a - b) / 2, b]], rtol=1e-12)
    assert frame.design_df == 12
    assert not frame.is_element


def test_share_in_a_simple_sample_is_pq_over_n_minus_1():
    y = (np.arange(40) < 13).astype(float)
    _, z = ratio(y, np.ones(40), np.ones(40))
    p = 13 / 40
    np.testing.assert_allclose(covariance(z, DesignFrame.of(np.ones(40)))[0, 0], p * (1 - p) / 39, rtol=1e-13)


def test_census_stratum_adds_nothing_and_lonely_stratum_is_named():
    stratum = ["a", "a", "a", "b"]
    certain = DesignFrame.of(np.ones(4), stratum=stratum, fpc=[0.5, 0.5, 0.5, 1.0])
    assert covariance([1.0, 2.0, 3.0, 50.0], certain)[0, 0] == pytest.approx(0.5 * 1.5 * 2)
    with pytest.raises(LonelyPsuError, match="'b'"):
        covariance(np.ones(4), DesignFrame.of(np.ones(4), stratum=stratum))


def test_domain_keeps_the_empty_units():
    """A domain present in 2 of 5 units is not a sample of 2 units."""
    frame = DesignFrame.of(np.ones(20), psu=np.repeat(np.arange(5), 4))
    member = np.arange(20) < 8
    z = np.where(member, Y[:20, 0], 0.0)
    totals = np.array([z[4 * c : 4 * c + 4].sum() for c in range(5)])
    np.testing.assert_allclose(covariance(z, frame)[0, 0], 5 * totals.var(ddof=1), rtol=1e-12)
    assert domain_df(member, frame).tolist() == [1.0]


def test_domain_df_counts_units_and_strata_with_a_member_of_positive_weight():
    weight = WEIGHT.copy()
    weight[PSU == 4] = 0
    frame = DesignFrame.of(weight, stratum=STRATUM, psu=PSU)
    member = np.column_stack([STRATUM != "west", PSU == 4, PSU == 6, np.isin(PSU, [6, 12])])
    assert domain_df(member, frame).tolist() == [9 - 2, 0, 0, 0]
    assert union_df(member, frame) == 10 - 3
    assert frame.design_df == 14 - 3
    three_of_400 = np.arange(400) < 3
    assert domain_df(three_of_400, DesignFrame.of(np.ones(400))).tolist() == [2.0]


def test_satterthwaite_of_disjoint_groups_is_welch(rng):
    frame = DesignFrame.of(np.ones(50))
    a, b = np.arange(50) < 12, np.arange(50) >= 12
    y = rng.normal(0, 1, 50) * np.where(a, 3, 1)
    theta, z = ratio(np.column_stack([y * a, y * b]), np.column_stack([a, b]), frame.weight)
    _, d = contrast(theta, z, [1, -1])
    va, vb = np.diag(covariance(z, frame))
    expected = (va + vb) ** 2 / (va**2 / 11 + vb**2 / 37)
    np.testing.assert_allclose(satterthwaite_df(d[:, 0], a, b, frame), expected, rtol=1e-12)


def test_satterthwaite_of_the_same_people_is_their_df():
    frame = DesignFrame.of(WEIGHT, stratum=STRATUM, psu=PSU)
    everyone = np.ones(N, dtype=bool)
    _, z = ratio(Y, np.ones((N, 1)), WEIGHT)
    assert satterthwaite_df(z[:, 0] - z[:, 1], everyone, everyone, frame) == pytest.approx(12)


def test_satterthwaite_of_partly_shared_people_lies_between():
    frame = DesignFrame.of(np.ones(N))
    a, b = np.arange(N) < 40, np.arange(N) >= 20
    _, z = ratio(Y * np.column_stack([a, b]), np.column_stack([a, b]), frame.weight)
    assert 19 <= satterthwaite_df(z[:, 0] - z[:, 1], a, b, frame) <= N - 1


def test_calibration_residuals_by_hand(rng):
    """Z_i = w_i (u_i - x_i′B), B with the starting weights over everyone who was calibrated."""
    d = WEIGHT
    margins = [rng.integers(0, 3, N), rng.integers(0, 2, N)]
    w = rake(margins, [[0.2, 0.5, 0.3], [0.45, 0.55]], d).weight
    x = margin_dummies(margins, [3, 2])
    frame = DesignFrame.of(w, calibration=(CalibrationBlock(np.arange(N), d, x),))
    domain = np.arange(N) < 25
    _, z = ratio(Y[:, 0] * domain, domain, w)
    u = z[:, 0] / w
    beta = np.linalg.lstsq(x * np.sqrt(d)[:, None], u * np.sqrt(d), rcond=None)[0]
    np.testing.assert_allclose(residuals(z, frame)[:, 0], w * (u - x @ beta), rtol=1e-10, atol=1e-15)
    assert np.abs(residuals(z, frame)[30:]).max() > 0


def test_raked_margin_has_no_variance_and_fixed_weights_have(rng):
    margins = [rng.integers(0, 3, N), rng.integers(0, 2, N)]
    w = rake(margins, [[0.2, 0.5, 0.3], [0.45, 0.55]], WEIGHT).weight
    x = margin_dummies(margins, [3, 2])
    _, z = ratio(x, np.ones((N, 1)), w)
    raked = DesignFrame.of(w, calibration=(CalibrationBlock(np.arange(N), WEIGHT, x),))
    assert np.sqrt(np.diag(covariance(z, raked))).max() < 1e-12
    assert np.sqrt(np.diag(covariance(z, DesignFrame.of(w)))).min() > 0.01
    assert (zero_small_matrix(covariance(z, raked), 1.0) == 0).all()


def test_category_without_a_target_is_outside_of_its_margin(rng):
    margin = rng.integers(-1, 3, N)
    result = rake([margin], [[0.2, 0.5, 0.3]], WEIGHT)
    np.testing.assert_array_equal(result.factor[margin == -1], 1.0)
    inside = WEIGHT[margin >= 0].sum()
    np.testing.assert_allclose(result.after[0], np.array([0.2, 0.5, 0.3]) * inside, rtol=1e-12)
    x = margin_dummies([margin], [3])
    frame = DesignFrame.of(result.weight, calibration=(CalibrationBlock(np.arange(N), WEIGHT, x),))
    _, z = ratio(Y[:, 0], np.ones(N), result.weight)
    np.testing.assert_array_equal(residuals(z, frame)[margin == -1], z[margin == -1])


def test_two_samples_are_calibrated_apart(rng):
    """Each block is a regression of its own; together they equal post-stratification on the cross."""
    sample, cell = np.arange(N) % 2, rng.integers(0, 3, N)
    cross = sample * 3 + cell
    counts = np.array([30.0, 40, 50, 20, 30, 10])
    w = poststratify(cross, counts, WEIGHT).weight
    blocks = tuple(
        CalibrationBlock(
            np.flatnonzero(sample == s), WEIGHT[sample == s], margin_dummies([cell[sample == s]], [3])
        )
        for s in (0, 1)
    )
    whole = CalibrationBlock(np.arange(N), WEIGHT, margin_dummies([cross], [6]))
    _, z = ratio(Y, np.ones((N, 1)), w)
    apart, together = (covariance(z, DesignFrame.of(w, calibration=c)) for c in (blocks, (whole,)))
    np.testing.assert_allclose(apart, together, rtol=1e-12)


def test_null_covariance_is_about_zero():
    z = np.array([1.0, 2, 3, 4])
    frame = DesignFrame.of(np.ones(4))
    assert null_covariance(z, frame)[0, 0] == pytest.approx(4 / 3 * 30)
    assert covariance(z, frame)[0, 0] == pytest.approx(4 / 3 * 5)


def test_exact_zero(rng):
    y = np.full(30, 3.3)
    _, z = ratio(y, np.ones(30), rng.uniform(0.1, 9, 30))
    v = covariance(z, DesignFrame.of(np.ones(30)))[0, 0]
    assert 0 <= v < 1e-30  # nothing, or the last digits: which depends on the processor
    assert zero_small(v, 3.3) == zero_small(6e-36, 3.3) == 0
    assert zero_small(1e-20, 3.3) == 1e-20


def test_rows_of_weight_zero_stay_in_the_design():
    weight = np.array([1.0, 1, 1, 0])
    frame = DesignFrame.of(weight)
    _, z = ratio([1.0, 0, 1, 1], np.ones(4), weight)
    assert z[3, 0] == 0
    assert covariance(z, frame)[0, 0] == pytest.approx(4 / 3 * (z**2).sum())


def test_empty_domain_is_nan_and_leaves_the_others_alone():
    x = np.column_stack([np.ones(N), np.zeros(N)])
    theta, z = ratio(Y * x, x, WEIGHT)
    v = covariance(z, DesignFrame.of(WEIGHT))
    assert np.isnan(theta[1])
    assert np.isnan(v[1, 1])
    assert v[0, 0] > 0


def test_influence_functions_agree_with_numerical_derivatives():
    def value(w: np.ndarray) -> np.ndarray:
        mean, _ = ratio(Y, np.ones((N, 1)), w)
        return np.array([np.log(mean[0] / mean[1]), mean[0] / mean[1], mean @ [0.25, 0.75], (w @ Y)[0]])

    theta, z = ratio(Y, np.ones((N, 1)), WEIGHT)
    log_theta, z_log = np.log(theta[:1] / theta[1]), delta(z, [1 / theta[0], -1 / theta[1]])
    average, z_average = linear(theta, z, [0.25, 0.75])
    z_ratio = delta(z, [1 / theta[1], -theta[0] / theta[1] ** 2])
    ours = np.column_stack([z_log, z_ratio, z_average, total(Y[:, :1], WEIGHT)[1]])
    np.testing.assert_allclose([log_theta[0], average[0]], value(WEIGHT)[[0, 2]], rtol=1e-13)
    for i in (0, 17, 42):
        step = 1e-5 * WEIGHT[i]
        up, down = WEIGHT.copy(), WEIGHT.copy()
        up[i] += step
        down[i] -= step
        slope = (value(up) - value(down)) / (2 * step) * WEIGHT[i]
        np.testing.assert_allclose(ours[i], slope, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"weight": [1, -1, 1]}, "negative"),
        ({"weight": [1, float("nan"), 1]}, "missing"),
        ({"weight": [0, 0, 0]}, "zero"),
        ({"weight": [1, 1, 1], "stratum": ["a", None, "b"]}, "no stratum"),
        ({"weight": [1, 1, 1], "psu": [1, 2, float("nan")]}, "no psu"),
        ({"weight": [1, 1, 1], "fpc": [0.5, 7, 7]}, "mixes"),
        ({"weight": [1, 1, 1], "fpc": [2, 2, 2]}, "smaller than its sample"),
        ({"weight": [1, 1, 1], "fpc": [20, 30, 30]}, "varies"),
        (
            {"weight": [1, 1, 1, 1], "stratum": ["a", "a", "b", "b"], "psu": [1, 2, 1, 3]},
            "rows 1 and 3 have one label, in strata 'a' and 'b'",
        ),
        ({"weight": [1, 1, 1], "stratum": ["a", "b"]}, "2 rows"),
    ],
)
def test_impossible_designs_say_what_is_wrong(kwargs, words):
    with pytest.raises(DesignError, match=words) as caught:
        DesignFrame.of(**kwargs)
    assert isinstance(caught.value, WeightError) == (
        "weight" in words or words in {"negative", "missing", "zero"}
    )


def test_reused_psu_labels_with_nest_are_different_units():
    frame = DesignFrame.of(np.ones(4), stratum=["a", "a", "b", "b"], psu=[1, 2, 1, 2], nest=True)
    assert (frame.n_psu, frame.n_strata, frame.design_df) == (4, 2, 2)


def test_contrast_must_sum_to_zero():
    with pytest.raises(EstimationError, match="sums to 1"):
        contrast([1.0, 2.0], np.ones((3, 2)), [0.5, 0.5])


def test_missing_values_are_refused_not_spread():
    with pytest.raises(EstimationError, match="1 of 3 rows"):
        ratio([1.0, np.nan, 0.0], np.ones(3), np.ones(3))
