"""The table of shares gives the numbers of the influence rows, whatever the design."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_analysis.core.columns import Columns
from survey_analysis.core.covariance import covariance, domain_df
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import ratio
from survey_analysis.core.score_columns import score_columns
from survey_analysis.core.share_table import fits, share_table


def frame_of(kind: str, rng: np.random.Generator, n: int) -> DesignFrame:
    weight = np.exp(rng.normal(0, 0.6, n)) * (rng.random(n) > 0.05)
    psu = np.arange(n) // 4
    stratum = psu // (n // 12)
    return {
        "elements": lambda: DesignFrame.of(weight),
        "strata": lambda: DesignFrame.of(
            weight, stratum=rng.permutation(np.arange(n) % 3), fpc=np.full(n, 0.25)
        ),
        "clusters": lambda: DesignFrame.of(weight, psu=rng.permutation(psu)),
        "strata of clusters": lambda: DesignFrame.of(weight, psu=psu, stratum=stratum),
        "with fpc": lambda: DesignFrame.of(weight, psu=psu, stratum=stratum, fpc=np.full(n, 0.3)),
    }[kind]()


@pytest.mark.parametrize("kind", ["elements", "strata", "clusters", "strata of clusters", "with fpc"])
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None, derandomize=True)
def test_rows_and_table_agree(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, answers, columns = 120, 4, 3
    frame = frame_of(kind, rng, n)
    answer, column = rng.integers(-1, answers, n), rng.integers(-1, columns, n)
    found = share_table(answer, column, answers, columns, frame)
    y = np.column_stack([(answer == a) & (column == c) for c in range(columns) for a in range(answers)])
    x = np.column_stack([(answer >= 0) & (column == c) for c in range(columns) for _ in range(answers)])
    theta, z = ratio(y.astype(float), x.astype(float), frame)
    V = covariance(z, frame)
    np.testing.assert_allclose(found.share.ravel(), theta, rtol=1e-12)
    np.testing.assert_allclose(found.vcov, V, rtol=0, atol=1e-12 * np.abs(V).max())
    np.testing.assert_array_equal(np.repeat(found.df, answers), domain_df(x, frame))
    weight = frame.weight[:, None] * x[:, ::answers]
    np.testing.assert_allclose(found.n_weighted, weight.sum(axis=0))
    np.testing.assert_allclose(found.n_effective, weight.sum(axis=0) ** 2 / (weight**2).sum(axis=0))
    np.testing.assert_array_equal(found.n, (weight > 0).sum(axis=0))


def test_a_column_that_nobody_is_in_is_nan_and_leaves_the_others_alone() -> None:
    frame = DesignFrame.of(np.ones(6))
    found = share_table([0, 1, 0, 1, 1, 0], [0, 0, 0, 2, 2, 2], 2, 3, frame)
    assert np.isnan(found.share[1]).all()
    assert np.isnan(found.vcov[2:4]).all()
    assert np.isfinite(found.vcov[:2, :2]).all()
    assert found.n.tolist() == [3, 0, 3]


def test_designs_it_cannot_carry() -> None:
    assert fits(DesignFrame.of(np.ones(8)), 5, 5)
    two_stages_matter = DesignFrame.of(np.ones(8), pps="brewer", fpc=np.full(8, 0.4))
    assert not fits(two_stages_matter, 5, 5)
    assert not fits(DesignFrame.of(np.ones(8)), 10**5, 10**5)


@pytest.mark.parametrize("kind", ["elements", "strata", "clusters", "strata of clusters", "with fpc"])
@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None, derandomize=True)
def test_variables_side_by_side_are_one_table_each(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, answers, sizes = 120, 4, (3, 1, 5)
    frame = frame_of(kind, rng, n)
    answer = rng.integers(-1, answers, n)
    variables = [rng.integers(-1, size, n) for size in sizes]
    found = score_columns(answer, np.eye(answers), Columns.of(variables, sizes), frame)
    start = 0
    for codes, size in zip(variables, sizes, strict=True):
        one = share_table(answer, codes, answers, size, frame)
        columns = slice(start, start + size)
        np.testing.assert_allclose(found.theta[:, columns].T, one.share, rtol=1e-12)
        variance = np.diag(one.vcov).reshape(size, answers)
        np.testing.assert_allclose(
            found.variance[:, columns].T, variance, rtol=0, atol=1e-12 * np.nanmax(variance)
        )
        for name in ("n", "n_weighted", "n_effective", "df"):
            np.testing.assert_allclose(
                getattr(found, name)[columns], getattr(one, name), rtol=1e-12, err_msg=name
            )
        start += size
