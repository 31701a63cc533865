"""Distances, trimming and estimated probabilities against scipy, statsmodels, hand computation and the jackknife."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.integrate import quad
from scipy.optimize import minimize

from survey_analysis.core.blocks import ModelBlock
from survey_analysis.core.calibrate import calibrate, poststratify
from survey_analysis.core.covariance import covariance
from survey_analysis.core.distance import distance
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import total
from survey_analysis.core.propensity import ClassStep, ReferenceStep, ResponseStep, logistic
from survey_analysis.core.replicate_weights import Factors
from survey_analysis.core.replicates import Replicates
from survey_analysis.core.trimming import trim
from survey_analysis.errors import ConvergenceError, WeightingError

DISTANCES = [
    ("linear", None, None),
    ("raking", None, None),
    ("linear", 0.4, 2.0),
    ("raking", 0.4, 2.0),
    ("logit", 0.4, 2.0),
]


@pytest.mark.parametrize(("name", "lower", "upper"), DISTANCES)
@pytest.mark.parametrize("u", [-3.0, -0.4, 0.0, 0.7, 2.5])
def test_slope_and_potential_belong_to_the_link(name, lower, upper, u):
    d = distance(name, lower, upper)
    at = np.array([u])
    step = 1e-6
    slope = (d.link(at + step) - d.link(at - step)) / (2 * step)
    assert d.slope(at) == pytest.approx(slope, abs=1e-8)
    area, _ = quad(
        lambda t: float(d.link(np.array([t]))[0]),
        0,
        u,
        points=[np.clip(x, min(u, 0), max(u, 0)) for x in (-0.9, -0.6, 0.69, 1.0)] if u else None,
    )
    assert float((d.potential(at) - d.potential(np.zeros(1)))[0]) == pytest.approx(area, abs=1e-8)
    assert d.link(np.zeros(1)).tolist() == [1.0]


def test_bounded_linear_weights_are_the_nearest_that_meet_the_totals():
    """Least squares with bounds, by scipy."""
    rng = np.random.default_rng(4)
    d, x = rng.uniform(1, 3, 25), np.column_stack([np.ones(25), rng.normal(10, 3, 25)])
    asked = (d @ x) * [1.0, 1.05]
    ours = calibrate(x, asked, d, distance("linear", 0.7, 1.5))
    found = minimize(
        lambda g: (d * (g - 1) ** 2).sum(), np.ones(25), jac=lambda g: 2 * d * (g - 1), bounds=[(0.7, 1.5)] * 25,
        constraints={"type": "eq", "fun": lambda g: ((d * g) @ x - asked) / asked, "jac": lambda g: (x * d[:, None]).T / asked[:, None]},
        method="SLSQP", options={"ftol": 1e-14, "maxiter": 500},
    )  # fmt: skip
    assert ours.factor == pytest.approx(found.x, abs=1e-5)
    assert ours.factor.min() == pytest.approx(0.7)
    assert ours.weight @ x == pytest.approx(asked, rel=1e-9)


def test_bounds_that_forbid_the_totals_name_the_worst_and_its_gap():
    x = np.column_stack([np.ones(10), np.arange(10.0)])
    with pytest.raises(ConvergenceError, match="misses its totals") as caught:
        calibrate(x, [10, 80], np.ones(10), distance("logit", 0.8, 1.2), names=["size", "income"])
    assert "income" in caught.value.where or "size" in caught.value.where
    assert caught.value.hint.startswith("widen the bounds")


@pytest.mark.parametrize(("arguments", "message"), [
    (("linear", 1.2, 3), "below and above 1"), (("logit",), "needs bounds"), (("logit", 0.5), "lower and an upper"),
    (("cubic",), "not a calibration method"),
])  # fmt: skip
def test_distances_that_cannot_be(arguments, message):
    with pytest.raises(WeightingError, match=message):
        distance(*arguments)


def test_trimming_by_hand():
    assert trim([1, 2, 9], upper=6).weight.tolist() == [2.5, 3.5, 6]
    assert trim([1, 2, 9], upper=6, redistribute=False).weight.tolist() == [1, 2, 6]
    assert trim([1, 4.9, 9], upper=5).weight.tolist() == [3, 6.9, 5]  # one round lifts the second above
    assert trim([1, 4.9, 9], upper=5, strict=True).weight == pytest.approx([4.9, 5, 5])
    assert trim([0, 1, 3, 9], lower=2, upper=6).weight.tolist() == [0, 2, 5, 6]  # 0 is out of the sample
    with pytest.raises(ConvergenceError, match="have this sum"):
        trim([1, 2, 9], upper=3.5, strict=True)
    with pytest.raises(ConvergenceError, match="every weight lies outside"):
        trim([1, 9], lower=2, upper=6)
    with pytest.raises(WeightingError, match="no room"):
        trim([1, 9], lower=6, upper=2)


def test_partial_poststratification_keeps_the_rest_an_error():
    assert poststratify([0, 0], [10, 5], [1, 1], partial=True).weight.tolist() == [5, 5]
    with pytest.raises(WeightingError, match="post-stratum 2"):
        poststratify([0, 0], [10, 5], [1, 1])
    with pytest.raises(WeightingError, match="post-stratum 2"):
        poststratify([0, 1], [10, 0], [1, 1], partial=True)


def sample(n: int = 400):
    rng = np.random.default_rng(7)
    x = np.column_stack([np.ones(n), rng.normal(size=n), rng.integers(0, 2, n)])
    d = rng.uniform(1, 4, n)
    r = (rng.random(n) < 1 / (1 + np.exp(-(0.4 + 0.8 * x[:, 1] - 0.5 * x[:, 2])))).astype(float)
    y = 2 + x[:, 1] + rng.normal(size=n)
    return x, d, r, y


def test_the_logistic_model_is_that_of_statsmodels():
    x, d, r, _ = sample()
    gamma, information = logistic(x, r, d)
    theirs = sm.GLM(r, x, family=sm.families.Binomial(), freq_weights=d).fit(tol=1e-14)
    assert gamma == pytest.approx(theirs.params, rel=1e-9)
    assert np.linalg.inv(information) == pytest.approx(theirs.cov_params(), rel=1e-8)


def test_a_model_that_separates_is_an_error():
    x = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    with pytest.raises(ConvergenceError, match="no finite solution"):
        logistic(x, np.array([0.0, 1, 0, 1, 1, 1]), np.ones(6))


def test_classes_are_a_response_model_of_class_indicators():
    x, d, r, _ = sample()
    by_class = ClassStep(x[:, 2].astype(int), r)(d)
    by_model = ResponseStep(x[:, [0, 2]], r)(d)
    assert by_class == pytest.approx(by_model, rel=1e-9)
    assert by_class.sum() == pytest.approx(d.sum())
    assert by_class[r == 0].tolist() == [0] * int((r == 0).sum())


@pytest.mark.parametrize("kind", ["classes", "model", "reference"])
def test_taylor_with_the_model_is_the_jackknife_that_repeats_it(kind):
    """Linearisation and jackknife differ by terms of order 1/n; taking the weights as fixed is far off."""
    x, d, r, y = sample()
    rng = np.random.default_rng(1)
    steps = {
        "classes": ClassStep((x[:, 1] > 0).astype(int), r),
        "model": ResponseStep(x, r),
        "reference": ReferenceStep(x, np.column_stack([np.ones(300), rng.normal(0.3, 1, 300), rng.integers(0, 2, 300)]), np.full(300, 20.0)),
    }  # fmt: skip
    step = steps[kind]
    block = step.block(np.arange(len(d)), d)
    assert isinstance(block, ModelBlock)
    frame = DesignFrame.of(step(d), calibration=(block,))
    taylor = _se(y, frame)
    n = frame.n
    table = np.full((n, n), n / (n - 1)) - np.eye(n) * n / (n - 1)
    units = Factors(np.arange(n), n, table)
    repeated = replace(frame, replicates=Replicates(units, (n - 1) / n, np.ones(n), mse=True))
    fixed = _se(y, replace(frame, calibration=()))
    assert taylor == pytest.approx(_se(y, repeated), rel=0.02)
    assert abs(fixed / taylor - 1) > 0.05


def _se(y: np.ndarray, frame: DesignFrame) -> float:
    theta, z = total(y, frame)
    assert theta[0] == pytest.approx(frame.weight @ y)
    return float(np.sqrt(covariance(z, frame)[0, 0]))
