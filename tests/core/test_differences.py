"""Differences of two columns: hand-built contrasts, textbook reductions and the rule for 0% and 100%."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import harness
from scipy import stats

from survey_analysis.core.covariance import covariance, null_covariance
from survey_analysis.core.differences import difference, relation_of
from survey_analysis.core.effects import cohen_h, d_av
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import ratio

N = 300


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def ratings(
    rng: np.random.Generator, a: float = 0.7, b: float = 0.5, n: int = N
) -> tuple[np.ndarray, np.ndarray]:
    """Two correlated yes/no ratings of the same people."""
    trust = rng.normal(size=n)
    cut = stats.norm.ppf([1 - a, 1 - b])
    noise = rng.normal(size=(2, n))
    return tuple((0.6 * trust + 0.8 * e > c).astype(float) for e, c in zip(noise, cut, strict=True))


def test_paired_se_is_the_hand_built_contrast(rng):
    """SE = √(v1 + v2 - 2c) to 1e-12, with weights, strata and a person who did not rate both."""
    a, b = ratings(rng)
    w = rng.uniform(0.4, 3, N)
    frame = DesignFrame.of(w, stratum=np.arange(N) % 3)
    x_a, x_b = (rng.random(N) < 0.8).astype(float), (rng.random(N) < 0.7).astype(float)
    got = difference(a * x_a, x_a, b * x_b, x_b, frame)
    assert (got.relation, got.method) == ("overlapping", "design-based")
    (v1, c), (_, v2) = got.covariance
    assert abs(got.se - (v1 + v2 - 2 * c) ** 0.5) < 1e-12
    _, z = ratio(np.column_stack([a * x_a, b * x_b]), np.column_stack([x_a, x_b]), w)
    assert abs(got.se**2 - covariance(z[:, 0] - z[:, 1], frame)[0, 0]) < 1e-12
    assert c / (v1 * v2) ** 0.5 > 0.1


def test_independence_is_off_when_the_same_people_rate_and_right_when_they_do_not(rng):
    a, b = ratings(rng, n=4000)
    one, frame = np.ones(4000), DesignFrame.of(np.ones(4000))
    wrong = np.sqrt(np.diag(difference(a, one, b, one, frame).covariance).sum())
    assert wrong / difference(a, one, b, one, frame).se > 1.12
    shuffled = difference(a, one, rng.permutation(b), one, frame)
    assert wrong / shuffled.se == pytest.approx(1, abs=0.03)


def test_long_and_wide_files_give_the_same_numbers(rng):
    for a_share, b_share in ((0.7, 0.5), (0.999, 0.9)):
        a, b = ratings(rng, a_share, b_share)
        w = rng.uniform(0.4, 3, N)
        x_a, x_b = (rng.random(N) < 0.8).astype(float), (rng.random(N) < 0.7).astype(float)
        wide = difference(a * x_a, x_a, b * x_b, x_b, DesignFrame.of(w))
        person = np.concatenate([np.arange(N), np.arange(N)])
        long = DesignFrame.of(np.concatenate([w, w]), psu=person)
        nothing = np.zeros(N)
        tall = difference(
            np.concatenate([a * x_a, nothing]),
            np.concatenate([x_a, nothing]),
            np.concatenate([nothing, b * x_b]),
            np.concatenate([nothing, x_b]),
            long,
        )
        assert (wide.relation, wide.method) == (tall.relation, tall.method)
        np.testing.assert_allclose(
            [tall.estimate, tall.se, tall.df, tall.p], [wide.estimate, wide.se, wide.df, wide.p], rtol=1e-11
        )


def test_loop_factors_enter_both_sums(rng):
    """A source asked with probability 3/4 counts 4/3; a constant factor changes nothing."""
    a, b = ratings(rng)
    w, frame = np.ones(N), DesignFrame.of(np.ones(N))
    x = np.where(rng.random(N) < 0.5, 1.0, 4 / 3)
    plain = difference(a, w, b, w, frame)
    scaled = difference(a * 4 / 3, w * 4 / 3, b * 2, w * 2, frame)
    np.testing.assert_allclose([scaled.estimate, scaled.se, scaled.df], [plain.estimate, plain.se, plain.df])
    mixed = difference(a * x, x, b, w, frame)
    np.testing.assert_allclose(mixed.theta[0], (x @ a) / x.sum(), rtol=1e-13)


def test_disjoint_groups_are_welch_on_means(rng):
    y, group = rng.normal(3, 1, 80), np.arange(80) < 25
    frame = DesignFrame.of(np.ones(80))
    got = difference(y * group, group * 1.0, y * ~group, ~group * 1.0, frame, kind="mean")
    n_a, n_b = 25, 55
    v = 80 / 79 * (y[group].var() / n_a + y[~group].var() / n_b)
    np.testing.assert_allclose(got.se, v**0.5, rtol=1e-12)
    assert got.relation == "independent"
    assert got.df == pytest.approx(stats.ttest_ind(y[group], y[~group], equal_var=False).df, rel=0.03)


def test_df_rules(rng):
    y, group = rng.normal(3, 1, 80), np.arange(80) < 25
    args = (
        y * group,
        group * 1.0,
        y * ~group,
        ~group * 1.0,
        DesignFrame.of(np.ones(80), stratum=np.arange(80) % 2),
    )
    assert difference(*args, kind="mean", df="design").df == 78
    assert difference(*args, kind="mean", df="domain").df == 78
    assert difference(*args, kind="mean", df=11.5).df == 11.5
    assert 24 <= difference(*args, kind="mean").df < 78


class TestNullPooled:
    """Statistics 2.4: a share at 0 or 100%, or with under 5 effective positives or negatives."""

    def test_mcnemar(self, rng):
        """Same people: t² = (b - c)² / (b + c) times (n - 1) / n."""
        a, b = (np.repeat(v, [40, 3, 1]) for v in ([1.0, 1, 0], [1.0, 0, 1]))
        one = np.ones(44)
        got = difference(a, one, b, one, DesignFrame.of(one))
        assert (got.method, got.relation, got.df) == ("null-pooled", "paired", 43)
        assert got.statistic**2 == pytest.approx((3 - 1) ** 2 / (3 + 1) * 43 / 44)

    def test_independent_is_the_pooled_z(self):
        a = np.repeat([1.0, 0.0], [35, 65])
        x_a, x_b = a.copy(), 1 - a
        y_b = np.where(np.arange(100) < 90, x_b, 0.0)
        got = difference(x_a, x_a, y_b, x_b, DesignFrame.of(np.ones(100)))
        p = (35 + 55) / 100
        assert (got.method, got.theta[0]) == ("null-pooled", 1.0)
        assert got.se == pytest.approx((p * (1 - p) * (1 / 35 + 1 / 65)) ** 0.5)
        va, vb = 1 / 35, 1 / 65
        assert got.df == pytest.approx((va + vb) ** 2 / (va**2 / 34 + vb**2 / 64))
        assert 0 < got.p < 1

    def test_effective_counts_decide(self):
        x = np.repeat([1.0, 0.0], [100, 100])
        y = (np.arange(200) < 94).astype(float)
        y_b = ((np.arange(200) >= 100) & (np.arange(200) < 150)).astype(float)
        six = difference(y, x, y_b, 1 - x, DesignFrame.of(np.ones(200)))
        assert six.method == "design-based"
        w = np.where(np.arange(200) % 2, 3.0, 0.5)
        weighted = difference(y, x, y_b, 1 - x, DesignFrame.of(w))
        assert weighted.n_effective[0] * (1 - weighted.theta[0]) < 5
        assert weighted.method == "null-pooled"

    def test_weights_use_the_effective_base(self):
        w = np.where(np.arange(100) % 3, 1.0, 4.0)
        a = np.repeat([1.0, 0.0], [50, 50])
        y_b = np.where(np.arange(100) < 80, 1 - a, 0.0)
        got = difference(a, a, y_b, 1 - a, DesignFrame.of(w))
        e = [w[:50].sum() ** 2 / (w[:50] ** 2).sum(), w[50:].sum() ** 2 / (w[50:] ** 2).sum()]
        p = (w[:50].sum() + w[50:80].sum()) / w.sum()
        assert got.se == pytest.approx((p * (1 - p) * (1 / e[0] + 1 / e[1])) ** 0.5)

    def test_clusters_widen_it(self):
        a = np.tile([1.0, 1, 0, 0], 25)
        psu = np.repeat(np.arange(25), 4)
        y_b = np.where(psu < 12, 1 - a, 0.0)
        alone = difference(a, a, y_b, 1 - a, DesignFrame.of(np.ones(100)))
        clustered = difference(a, a, y_b, 1 - a, DesignFrame.of(np.ones(100), psu=psu))
        assert clustered.method == alone.method == "null-pooled"
        assert clustered.se > alone.se

    def test_everyone_the_same_is_no_test(self):
        one = np.ones(40)
        half = np.repeat([1.0, 0.0], 20)
        frame = DesignFrame.of(one)
        for got in (difference(one, one, one, one, frame), difference(half, half, 1 - half, 1 - half, frame)):
            assert got.method == "no test"
            assert np.isnan([got.se, got.statistic, got.p]).all()
            assert got.estimate == 0

    def test_no_discordant_pair_is_no_test(self):
        y = np.repeat([1.0, 0.0], [38, 2])
        got = difference(y, np.ones(40), y, np.ones(40), DesignFrame.of(np.ones(40)))
        assert got.method == "no test"


def test_constant_means_have_no_test():
    got = difference(
        np.full(30, 3.3), np.ones(30), np.full(30, 3.1), np.ones(30), DesignFrame.of(np.ones(30)), kind="mean"
    )
    assert (got.se, got.method) == (0.0, "no test")
    assert np.isnan(got.p)


def test_an_empty_column_has_no_test():
    got = difference(np.ones(9), np.ones(9), np.zeros(9), np.zeros(9), DesignFrame.of(np.ones(9)))
    assert got.method == "no test"
    assert np.isnan(got.estimate)


def test_relations():
    frame = DesignFrame.of(np.ones(6), psu=[1, 1, 2, 2, 3, 3])
    a, b, both = np.array([1, 1, 0, 0, 0, 0]), np.array([0, 0, 1, 1, 0, 0]), np.array([1, 1, 1, 1, 0, 0])
    assert relation_of(a, b, frame) == "independent"
    assert relation_of(a, both, frame) == "overlapping"
    assert relation_of(both, both, frame) == "paired"
    assert relation_of(both, both * 4 / 3, frame) == "paired"
    assert relation_of([1, 0, 1, 0, 0, 0], [0, 1, 0, 1, 0, 0], frame) == "paired"


def test_closed_forms_for_simple_samples(rng):
    """Same people: Var = p_a q_a/n + p_b q_b/n - 2 (p_11 - p_a p_b)/n, times n/(n - 1)."""
    a, b = ratings(rng)
    one = np.ones(N)
    got = difference(a, one, b, one, DesignFrame.of(one))
    p, q = a.mean(), b.mean()
    expected = (p * (1 - p) + q * (1 - q) - 2 * ((a * b).mean() - p * q)) / N * N / (N - 1)
    np.testing.assert_allclose(got.se**2, expected, rtol=1e-12)


@pytest.mark.oracle
@pytest.mark.parametrize("case", ["beps", "small"])
def test_null_variance_of_the_same_people_is_mcnemar(case):
    values = harness.entries("07_classical")[f"paired.{case}"]["values"]
    n = {"beps": 1525, "small": 30}[case]
    d = np.zeros(n)
    d[: values["b"]] = 1
    d[values["b"] : values["b"] + values["c"]] = -1
    v = null_covariance(d / n, DesignFrame.of(np.ones(n)))[0, 0]
    chi2 = values["mcnemar"]["statistic"]["McNemar's chi-squared"]
    np.testing.assert_allclose(values["diff"] ** 2 / v * n / (n - 1), chi2, rtol=1e-9)


@pytest.mark.oracle
def test_paired_t_tests_equal_r(rng):
    d = harness.table("beps")
    entry = harness.entries("07_classical")["rm_pairs"]["values"]
    one = np.ones(d.n)
    frame = DesignFrame.of(one)
    for (a, b), t, p in zip(
        [("Blair", "Hague"), ("Blair", "Kennedy"), ("Hague", "Kennedy")], entry["t"], entry["p"], strict=True
    ):
        got = difference(d[a], one, d[b], one, frame, kind="mean")
        np.testing.assert_allclose([got.statistic, got.p, got.df], [t, p, d.n - 1], rtol=1e-9)


class TestEffects:
    def test_d_av_by_hand_and_slope(self, rng):
        y_a, y_b = rng.normal(3.4, 1, N), rng.normal(3, 1.3, N)
        w, one = rng.uniform(0.3, 2, N), np.ones(N)

        def value(weight: np.ndarray) -> float:
            m = [np.average(y, weights=weight) for y in (y_a, y_b)]
            s2 = [np.average((y - k) ** 2, weights=weight) for y, k in zip((y_a, y_b), m, strict=True)]
            return (m[0] - m[1]) / (sum(s2) / 2) ** 0.5

        got = d_av(y_a, one, y_b, one, DesignFrame.of(w))
        assert got.estimate == pytest.approx(value(w), rel=1e-12)
        z = np.empty(N)
        for i in range(N):
            step = np.zeros(N)
            step[i] = 1e-5 * w[i]
            z[i] = (value(w + step) - value(w - step)) / (2 * step[i]) * w[i]
        assert got.se == pytest.approx(covariance(z, DesignFrame.of(w))[0, 0] ** 0.5, rel=1e-6)
        assert got.low < got.estimate < got.high
        assert got.df == N - 1

    def test_factors_cancel(self, rng):
        y_a, y_b, one = rng.normal(size=N), rng.normal(size=N), np.ones(N)
        frame = DesignFrame.of(one)
        plain, scaled = d_av(y_a, one, y_b, one, frame), d_av(y_a * 4, one * 4, y_b, one, frame)
        np.testing.assert_allclose([scaled.estimate, scaled.se], [plain.estimate, plain.se], rtol=1e-12)

    def test_h_uses_the_joint_covariance(self, rng):
        a, b = ratings(rng)
        one, frame = np.ones(N), DesignFrame.of(np.ones(N))
        got = cohen_h(a, one, b, one, frame)
        p, q = a.mean(), b.mean()
        assert got.estimate == pytest.approx(2 * np.arcsin(p**0.5) - 2 * np.arcsin(q**0.5))
        v = difference(a, one, b, one, frame).covariance
        g = np.array([1 / (p * (1 - p)) ** 0.5, -1 / (q * (1 - q)) ** 0.5])
        assert got.se == pytest.approx((g @ v @ g) ** 0.5, rel=1e-12)

    def test_no_interval_at_100_percent(self):
        one = np.ones(20)
        got = cohen_h(one, one, np.repeat([1.0, 0.0], 10), one, DesignFrame.of(one))
        assert got.estimate == pytest.approx(np.pi / 2)
        assert np.isnan([got.se, got.low, got.high]).all()

    def test_constant_answers_have_no_d(self):
        one = np.ones(20)
        assert np.isnan(d_av(one * 3, one, one * 2, one, DesignFrame.of(one)).estimate)
