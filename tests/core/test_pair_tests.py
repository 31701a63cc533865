"""Many columns at once give what the difference of two gives, pair by pair, whatever the columns share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_analysis.core.blocks import CalibrationBlock
from survey_analysis.core.cell_shares import cell_shares
from survey_analysis.core.columns import Columns
from survey_analysis.core.covariance import covariance
from survey_analysis.core.differences import difference
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import ratio
from survey_analysis.core.pair_cells import pair_cells
from survey_analysis.core.pair_sums import pair_sums
from survey_analysis.core.pair_tests import PairTests, pair_tests
from survey_analysis.core.pair_units import pair_units
from survey_analysis.core.table_sums import sums_of

DESIGNS = ("plain", "strata", "clusters", "fpc", "raked", "raked clusters", "certainty")
SHARES = np.array([True, True, True, False, True])


def frame_of(design: str, n: int, rng: np.random.Generator) -> DesignFrame:
    w = rng.lognormal(0, 0.5, n)
    w[:3] = 0
    psu = rng.integers(0, n // 8, n)
    made = {
        "plain": {},
        "strata": {"stratum": rng.integers(0, 4, n)},
        "clusters": {"psu": psu, "stratum": psu % 3},
        "certain clusters": {"psu": psu, "stratum": psu % 3, "fpc": np.where(psu % 3 == 1, 1.0, 0.2)},
        "lone rows": {"psu": np.where(np.arange(n) < 9, 0, np.arange(n))},
        "fpc": {"stratum": rng.integers(0, 3, n), "fpc": np.full(n, 0.3)},
        "raked": {"stratum": rng.integers(0, 2, n)},
        "raked clusters": {"psu": psu},
        "certainty": {"stratum": rng.integers(0, 4, n), "lonely": "average"},
    }[design]
    if design.startswith("raked"):
        x = np.column_stack([np.eye(3)[rng.integers(0, 3, n)], np.eye(2)[rng.integers(0, 2, n)]])
        start = w * rng.uniform(0.7, 1.3, n)
        made["calibration"] = (CalibrationBlock(np.arange(n), start, x),)
    return DesignFrame.of(w, **made)


def columns_of(n: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Everybody, three that exclude each other, one that overlaps, one nearly empty, one twice, nobody."""
    g = rng.integers(0, 3, n)
    some = [np.ones(n, bool), g == 0, g == 1, g == 2, rng.random(n) < 0.4, rng.random(n) < 0.02]
    return [*some, some[1].copy(), np.zeros(n, bool)]


def answers(n: int, rng: np.random.Generator) -> np.ndarray:
    y = [rng.random(n) < 0.4, rng.random(n) < 0.04, np.zeros(n), rng.integers(1, 6, n), np.ones(n)]
    return np.column_stack(y).astype(float)


def assert_same(found: PairTests, k: int, p: int, one) -> None:
    assert found.method[k, p] == one.method
    pairs = (("estimate", one.estimate), ("std_error", one.se), ("df", one.df), ("p", one.p))
    for name, value in pairs:
        got = getattr(found, name)[k, p]
        assert got == pytest.approx(value, rel=1e-10, abs=1e-12, nan_ok=True), (name, k, p)


@pytest.mark.parametrize("design", DESIGNS)
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_every_pair_is_the_difference_of_two(design: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = 160
    frame, masks, y, base = frame_of(design, n, rng), columns_of(n, rng), answers(n, rng), rng.random(n) < 0.9
    pairs = [(a, b) for a in range(len(masks)) for b in range(a + 1, len(masks) - 1)]
    found = pair_tests(y * base[:, None], base, masks, pairs, frame, is_share=SHARES)
    for k in range(y.shape[1]):
        for p, (a, b) in enumerate(pairs):
            xa, xb = (masks[a] & base).astype(float), (masks[b] & base).astype(float)
            if not ((xa * frame.weight).any() and (xb * frame.weight).any()):
                assert np.isnan(found.p[k, p])
                continue
            kind = "share" if SHARES[k] else "mean"
            assert_same(found, k, p, difference(y[:, k] * xa, xa, y[:, k] * xb, xb, frame, kind=kind))


def test_an_empty_column_has_no_test() -> None:
    n = 40
    rng = np.random.default_rng(0)
    masks = [np.ones(n, bool), np.zeros(n, bool)]
    frame = frame_of("plain", n, rng)
    found = pair_tests(answers(n, rng), np.ones(n, bool), masks, [(0, 1)], frame, is_share=SHARES)
    assert set(found.method[:, 0]) == {"no test"}
    assert np.isnan(found.p).all()


@pytest.mark.parametrize("design", ["plain", "strata", "fpc", "clusters", "certain clusters", "lone rows"])
def test_sums_give_what_units_give_for_columns_and_their_rests(design: str) -> None:
    rng = np.random.default_rng(5)
    n = 1200
    frame = frame_of(design, n, rng)
    spans = [rng.integers(-1, 4, n), rng.integers(0, 3, n)]
    codes = rng.integers(-1, 5, n)
    codes[(spans[0] == 1) & (codes == 4)] = 0  # a share of 0 in one column
    scores = np.vstack([np.eye(5), [0, 0, 0, 1, 1], [1, 2, 3, 4, 5]]).astype(float)
    is_share = np.array([True] * 6 + [False])
    columns = Columns.of([np.zeros(n, int), *spans], [1, 4, 3])
    pairs = [(1, 2), (2, 3), (4, 1), (5, 6), (5, 7), *((m, m + 8) for m in range(1, 8))]
    test = pair_sums if frame.rows_are_units else pair_units
    found = test(sums_of(codes, 5, columns, frame).with_rests(0), scores, pairs, frame, is_share)
    masks = [np.ones(n, bool), *(spans[0] == i for i in range(4)), *(spans[1] == i for i in range(3))]
    masks += [~m for m in masks]
    y = np.vstack([scores.T, np.zeros(7)])[codes]
    by_units = pair_tests(y, codes >= 0, masks, pairs, frame, is_share=is_share)
    assert (found.method == by_units.method).all()
    assert "null-pooled" in found.method
    for name in ("estimate", "std_error", "df", "statistic", "p"):
        a, b = getattr(found, name), getattr(by_units, name)
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-13, equal_nan=True)


@pytest.mark.parametrize("strata", [1, 3])
def test_calibration_cells_give_what_units_give(strata: int) -> None:
    rng = np.random.default_rng(8)
    n = 1500
    w = rng.lognormal(0, 0.5, n)
    w[:4] = 0
    start = w * rng.uniform(0.7, 1.3, n)
    margins = [rng.integers(0, 3, n), rng.integers(0, 2, n)]
    x = np.column_stack([np.eye(3)[margins[0]], np.eye(2)[margins[1]]])
    part = np.flatnonzero(rng.random(n) < 0.8)
    blocks = (CalibrationBlock(part, start[part], x[part]),)
    kw = {} if strata == 1 else {"stratum": rng.integers(0, strata, n), "fpc": np.full(n, 0.2)}
    frame = DesignFrame.of(w, calibration=blocks, **kw)
    cells = frame.calibration_cells
    spans = [rng.integers(-1, 4, n), margins[1]]
    codes = rng.integers(-1, 5, n)
    codes[(spans[0] == 1) & (codes == 4)] = 0
    scores = np.vstack([np.eye(5), [0, 0, 0, 1, 1], [1, 2, 3, 4, 5]]).astype(float)
    is_share = np.array([True] * 6 + [False])
    columns = Columns.of([np.zeros(n, int), *spans], [1, 4, 2])
    pairs = [(1, 2), (2, 3), (4, 1), (5, 6), *((m, m + 7) for m in range(1, 7))]
    sums = sums_of(codes, 5, columns, frame).with_rests(0)
    found = pair_cells(sums, cells, scores, pairs, frame, is_share)
    masks = [np.ones(n, bool), *(spans[0] == i for i in range(4)), *(spans[1] == i for i in range(2))]
    masks += [~m for m in masks]
    y = np.vstack([scores.T, np.zeros(7)])[codes]
    by_units = pair_tests(y, codes >= 0, masks, pairs, frame, is_share=is_share)
    assert (found.method == by_units.method).all()
    for name in ("estimate", "std_error", "df", "statistic", "p"):
        a, b = getattr(found, name), getattr(by_units, name)
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-13, equal_nan=True)


@pytest.mark.parametrize("strata", [1, 3])
def test_shares_by_calibration_cell_have_the_covariance_of_the_kernel(strata: int) -> None:
    rng = np.random.default_rng(2)
    n = 900
    w = rng.lognormal(0, 0.5, n)
    w[:4] = 0
    x = np.column_stack([np.eye(3)[rng.integers(0, 3, n)], np.eye(2)[rng.integers(0, 2, n)]])
    part = np.flatnonzero(rng.random(n) < 0.8)
    kw = {} if strata == 1 else {"stratum": rng.integers(0, strata, n), "fpc": np.full(n, 0.2)}
    frame = DesignFrame.of(w, calibration=(CalibrationBlock(part, w[part] + 0.5, x[part]),), **kw)
    answer = rng.integers(-1, 6, n)
    share, V = cell_shares(answer, 6, frame.calibration_cells, frame)
    theta, z = ratio(
        (answer[:, None] == np.arange(6)).astype(float), (answer >= 0).astype(float)[:, None], frame
    )
    np.testing.assert_allclose(share, theta, rtol=1e-12)
    np.testing.assert_allclose(V, covariance(z, frame), rtol=1e-9, atol=1e-16)
