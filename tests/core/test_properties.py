"""What must not change a number: row order, the scale of weights, labels of units, an empty domain, split cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_analysis.core.calibrate import margin_dummies, rake
from survey_analysis.core.covariance import covariance, domain_df, satterthwaite_df
from survey_analysis.core.frame import CalibrationBlock, DesignFrame
from survey_analysis.core.influence import ratio

REPEATABLE = settings(max_examples=60, deadline=None, derandomize=True)


@dataclass
class Sample:
    rng: np.random.Generator
    weight: np.ndarray
    stratum: np.ndarray
    psu: np.ndarray
    y: np.ndarray
    x: np.ndarray
    margin: np.ndarray

    def frame(self, *, scale: float = 1.0, calibrated: bool = False) -> DesignFrame:
        bare = DesignFrame.of(self.weight * scale, stratum=self.stratum, psu=self.psu)
        if not calibrated:
            return bare
        shares = np.array([0.3, 0.3, 0.4])
        w = rake([self.margin], [shares], bare.weight).weight
        block = CalibrationBlock(np.arange(bare.n), bare.weight, margin_dummies([self.margin], [3]))
        return DesignFrame(w, bare.stratum, bare.psu, None, (block,), bare.stratum_labels)

    def reordered(self, order: np.ndarray) -> Sample:
        columns = (self.weight, self.stratum, self.psu, self.y, self.x, self.margin)
        return Sample(self.rng, *(column[order] for column in columns))


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    strata, units, size = draw(st.integers(1, 4)), draw(st.integers(2, 5)), draw(st.integers(1, 4))
    n = strata * units * size
    stratum = np.repeat(np.arange(strata), units * size)
    psu = np.repeat(np.arange(strata * units), size)
    x = (rng.random((n, 3)) < [0.9, 0.5, 0.3]).astype(float)
    x[0] = 1
    y = np.where(x > 0, rng.integers(1, 6, (n, 3)), 0).astype(float)
    margin = rng.integers(0, 3, n)
    margin[: min(3, n)] = np.arange(min(3, n))
    return Sample(rng, rng.uniform(0.2, 5, n), stratum, psu, y, x, margin)


def results(s: Sample, **kwargs: object) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    frame = s.frame(**kwargs)
    theta, z = ratio(s.y, s.x, frame.weight)
    member = s.x > 0
    df = satterthwaite_df(z[:, 0] - z[:, 1], member[:, 0], member[:, 1], frame)
    return theta, covariance(z, frame), domain_df(member, frame), df


def same(a: tuple[object, ...], b: tuple[object, ...]) -> None:
    for left, right in zip(a[:3], b[:3], strict=True):
        np.testing.assert_allclose(left, right, rtol=1e-8, atol=1e-12)
    variance = float(a[1][0, 0] + a[1][1, 1] - 2 * a[1][0, 1])
    if variance > 1e-12:  # the df of a contrast without variance is the df of rounding
        np.testing.assert_allclose(a[3], b[3], rtol=1e-6)


@given(samples(), st.booleans())
@REPEATABLE
def test_row_order(s, calibrated):
    calibrated &= len(s.weight) >= 3
    order = s.rng.permutation(len(s.weight))
    same(results(s.reordered(order), calibrated=calibrated), results(s, calibrated=calibrated))


@given(samples(), st.floats(1e-3, 1e5), st.booleans())
@REPEATABLE
def test_scale_of_the_weights(s, scale, calibrated):
    calibrated &= len(s.weight) >= 3
    same(results(s, scale=scale, calibrated=calibrated), results(s, calibrated=calibrated))


@given(samples())
@REPEATABLE
def test_labels_of_units_and_strata(s):
    before = results(s)
    units, strata = s.rng.permutation(1000), np.array(["west", "éast", "north", "south"], dtype=object)
    s.psu, s.stratum = units[s.psu], strata[s.stratum]
    same(results(s), before)


@given(samples())
@REPEATABLE
def test_unit_numbers_that_start_again_in_each_stratum(s):
    start_again = s.psu % max(1, int((s.stratum == 0).sum() / np.bincount(s.psu)[0]))
    nested = DesignFrame.of(s.weight, stratum=s.stratum, psu=start_again, nest=True)
    _, z = ratio(s.y, s.x, s.weight)
    np.testing.assert_allclose(covariance(z, nested), covariance(z, s.frame()), rtol=1e-10, atol=1e-14)


@given(samples())
@REPEATABLE
def test_an_empty_domain_leaves_the_others_alone(s):
    before = results(s)
    s.y, s.x = (np.column_stack([v, np.zeros(len(v))]) for v in (s.y, s.x))
    theta, v, df, _ = results(s)
    np.testing.assert_allclose(theta[:3], before[0], rtol=1e-12)
    np.testing.assert_allclose(v[:3, :3], before[1], rtol=1e-9, atol=1e-14)
    assert np.isnan(theta[3])
    assert df[3] == 0


@given(samples())
@REPEATABLE
def test_a_row_split_in_two_half_weights_is_the_same_respondent(s):
    """The unit counts once, however many rows it has."""
    before = results(s)
    twice = s.reordered(np.concatenate([np.arange(len(s.weight)), [0]]))
    twice.weight = twice.weight.copy()
    twice.weight[[0, -1]] /= 2
    same(results(twice), before)


@given(samples())
@REPEATABLE
def test_covariance_is_symmetric_and_not_negative(s):
    v = results(s)[1]
    np.testing.assert_array_equal(v, v.T)
    assert np.linalg.eigvalsh(v).min() > -1e-12 * max(1e-12, np.abs(v).max())
