"""Partly overlapping ratings of two sources against the closed forms of Derrick et al. (2015, 2017)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import survey_analysis as sa


def overlapping(pairs, only_a, only_b):
    """People who rated both, a alone, b alone."""
    a = [p for p, _ in pairs] + list(only_a) + [np.nan] * len(only_b)
    b = [p for _, p in pairs] + [np.nan] * len(only_a) + list(only_b)
    return pd.DataFrame({"a": a, "b": b})


def own(data, **options):
    rows = sa.read(data).compare_sources(["a", "b"], **options).differences.rows
    return rows[rows["base"] == "own"].iloc[0]


def spread(rng, n_pairs, copies):
    """Pairs, and people who rated one source whose answers repeat those of the pairs `copies` times."""
    one = rng.integers(1, 6, n_pairs)
    two = np.clip(one + rng.integers(-1, 2, n_pairs) - 1, 1, 5)
    return list(zip(one, two, strict=True)), np.tile(one, copies), np.tile(two, copies)


@pytest.mark.parametrize(("seed", "copies"), [(1, 1), (2, 2), (3, 3)])
def test_means_are_derrick_2017_times_a_known_factor(seed, copies):
    """T_new2 = (m_a - m_b) / sqrt(s_a²/n_a + s_b²/n_b - 2 r s_a s_b n_c / (n_a n_b)), r over the n_c pairs.

    Where answers given alone repeat those of the pairs, moments over all and over the pairs are the same. Then
    variances differ by divisors only: ours is N/(N-1) over squares about the mean, N people in the file; theirs
    has s² with divisor n - 1 in n_a = n_b = n. So ours / theirs = [N/(N-1)] / [n/(n-1)].
    """
    pairs, alone_a, alone_b = spread(np.random.default_rng(seed), 40, copies)
    data = overlapping(pairs, alone_a, alone_b)
    a, b = data["a"].dropna(), data["b"].dropna()
    both = data.dropna()
    n, nc, people = len(a), len(both), len(data)
    assert len(b) == n
    r = np.corrcoef(both["a"], both["b"])[0, 1]
    theirs = a.var() / n + b.var() / n - 2 * r * a.std() * b.std() * nc / n**2
    row = own(data)
    assert row["relation"] == "overlapping"
    factor = (people / (people - 1)) / (n / (n - 1))
    assert row["std_error"] ** 2 == pytest.approx(theirs * factor, rel=1e-12)
    assert row["statistic"] == pytest.approx((a.mean() - b.mean()) / np.sqrt(theirs * factor), rel=1e-12)


def test_shares_are_the_exact_covariance_form():
    """p_a q_a/n_a + p_b q_b/n_b - 2 n_ab (p_11 - p_a p_b)/(n_a n_b), times N/(N-1) (statistics 2.3).

    Exact where the people who rated both have the shares of all raters.
    """
    table = [(1, 1)] * 30 + [(1, 0)] * 18 + [(0, 1)] * 6 + [(0, 0)] * 26
    alone_a, alone_b = [1] * 48 + [0] * 32, [1] * 36 + [0] * 44
    data = overlapping(table, alone_a, alone_b)
    na = nb = 160
    nab, people, pa, pb, p11 = 80, 240, 0.6, 0.45, 30 / 80
    wanted = pa * (1 - pa) / na + pb * (1 - pb) / nb - 2 * nab * (p11 - pa * pb) / (na * nb)
    row = own(data.map(lambda x: "" if np.isnan(x) else str(int(x))), answers=["1"])
    assert (row["estimate_a"], row["estimate_b"]) == pytest.approx((pa, pb))
    assert row["std_error"] ** 2 == pytest.approx(wanted * people / (people - 1), rel=1e-12)


def test_shares_are_derrick_2015_times_a_known_factor():
    """z of 2015 pools the share: sqrt(P(1-P)/n_a + P(1-P)/n_b - 2 phi P(1-P) n_c/(n_a n_b)).

    With p_b = 1 - p_a both p q are the same and P is one half, so that pooling multiplies every term of the
    variance by (1/4) / (p q): ours / theirs = [N/(N-1)] p q / (1/4).
    """
    table = [(1, 1)] * 24 + [(1, 0)] * 24 + [(0, 1)] * 8 + [(0, 0)] * 24
    alone_a, alone_b = [1] * 48 + [0] * 32, [1] * 32 + [0] * 48
    data = overlapping(table, alone_a, alone_b)
    both = data.dropna()
    n, nc, people, pa, pb = 160, 80, 240, 0.6, 0.4
    phi = np.corrcoef(both["a"], both["b"])[0, 1]
    pooled = (n * pa + n * pb) / (2 * n)
    theirs = pooled * (1 - pooled) * (2 / n - 2 * phi * nc / n**2)
    row = own(data.map(lambda x: "" if np.isnan(x) else str(int(x))), answers=["1"])
    factor = people / (people - 1) * pa * (1 - pa) / 0.25
    assert row["std_error"] ** 2 == pytest.approx(theirs * factor, rel=1e-12)
    z = (pa - pb) / np.sqrt(theirs)
    assert row["statistic"] == pytest.approx(z / np.sqrt(factor), rel=1e-12)


def test_the_two_limits_are_paired_and_independent():
    """Everybody rated both: McNemar's Wald form. Nobody rated both: two independent shares."""
    table = [(1, 1)] * 30 + [(1, 0)] * 20 + [(0, 1)] * 10 + [(0, 0)] * 40
    paired = overlapping(table, [], [])
    row = own(paired.map(lambda x: str(int(x))), answers=["1"])
    b, c, n = 20, 10, 100
    assert row["std_error"] ** 2 == pytest.approx((b + c - (b - c) ** 2 / n) / n**2 * n / (n - 1), rel=1e-12)
    apart = overlapping([], [1] * 50 + [0] * 50, [1] * 40 + [0] * 60)
    row = own(apart.map(lambda x: "" if np.isnan(x) else str(int(x))), answers=["1"])
    assert row["relation"] == "independent"
    assert row["std_error"] ** 2 == pytest.approx((0.25 + 0.24) / 100 * 200 / 199, rel=1e-12)
