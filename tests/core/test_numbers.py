"""Intervals, tests, adjusted p, simultaneous quantiles, scores, design effects: against R and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from oracles import harness
from scipy import stats

from survey_analysis.core import scores
from survey_analysis.core.calibrate import effective_n, kish
from survey_analysis.core.covariance import covariance
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.influence import ratio
from survey_analysis.core.intervals import BOUNDARY, interval, t_interval, t_quantile
from survey_analysis.core.multiplicity import adjust
from survey_analysis.core.quadratic import equivalence, f_tail, rao_scott, t_tail, t_test, wald_f
from survey_analysis.core.simultaneous import correlation, max_t_quantile
from survey_analysis.core.srs import deff, srs_variance
from survey_analysis.errors import EstimationError, ScoreError


class TestIntervals:
    @pytest.mark.oracle
    @pytest.mark.parametrize("case", ["1_30", "7_20", "81_263", "500_944"])
    @pytest.mark.parametrize(
        ("ours", "theirs"), [("wilson", "wilson"), ("korn-graubard", "clopper_pearson"), ("t", "wald")]
    )
    def test_simple_samples_equal_the_textbook_forms(self, case, ours, theirs):
        """With V = p q / n and normal quantiles (or equal df) the survey forms are the classical ones."""
        values = harness.entries("07_classical")[f"prop.ci.{case}"]["values"]
        k, n = (int(v) for v in case.split("_"))
        p = k / n
        df = n - 1 if ours == "korn-graubard" else np.inf
        for key, level in (("c95", 0.95), ("c90", 0.90)):
            got = interval(p, p * (1 - p) / n, df, n=n, n_effective=n, level=level, method=ours)
            np.testing.assert_allclose([got.low, got.high], values[key][theirs], rtol=1e-9)

    @pytest.mark.oracle
    @pytest.mark.parametrize(("case", "p"), [("0_12", 0.0), ("20_20", 1.0)])
    @pytest.mark.parametrize("method", ["logit", "wilson", "korn-graubard", "asin", "t"])
    def test_at_0_and_100_percent_one_rule_whatever_was_asked(self, case, p, method):
        values = harness.entries("07_classical")[f"prop.ci.{case}"]["values"]["c95"]["clopper_pearson"]
        n = int(case.split("_")[1])
        got = interval(p, 0.0, n - 1, n=n, n_effective=n, method=method)
        np.testing.assert_allclose([got.low, got.high], values, rtol=1e-9)
        assert str(got.method) == BOUNDARY

    def test_the_rule_knows_the_weights(self):
        """400 people with an effective base of 243: 1.51%, not 0.92%."""
        got = interval(0.0, 0.0, 399, n=400, n_effective=243)
        assert round(100 * float(got.high), 2) == 1.51
        assert round(100 * float(interval(0.0, 0.0, 399, n=400, n_effective=400).high), 2) == 0.92

    def test_the_rule_knows_the_clusters(self):
        few = interval(1.0, 0.0, 4, n=400, n_effective=243)
        factor = (stats.t.ppf(0.975, 399) / stats.t.ppf(0.975, 4)) ** 2
        assert float(few.low) == pytest.approx(0.025 ** (1 / (243 * factor)))
        assert float(few.high) == 1.0

    def test_vectorised_and_named(self):
        got = interval([0.0, 0.4, 1.0], [0.0, 0.001, 0.0], 50, n=100, n_effective=80)
        assert got.method.tolist() == [BOUNDARY, "logit", BOUNDARY]
        assert got.low[0] == 0
        assert got.high[2] == 1

    def test_raked_share_has_no_width_and_missing_df_no_interval(self):
        raked = interval(0.3, 0.0, 50, n=100, n_effective=80)
        assert float(raked.low) == float(raked.high) == 0.3
        assert np.isnan(interval(0.3, 0.01, 0, n=1, n_effective=1).low)
        assert np.isnan(interval(0.0, 0.0, 0, n=1, n_effective=1).high)

    def test_empty_domains_pass_through_as_nan(self):
        nothing = float("nan")
        for method in ("logit", "wilson", "korn-graubard", "asin", "t"):
            got = interval(
                [nothing, 0.5], [nothing, 0.01], [0, 20], n=[0, 30], n_effective=[0, 25], method=method
            )
            assert np.isnan([got.low[0], got.high[0]]).all()
            assert 0 < got.low[1] < 0.5 < got.high[1] < 1

    def test_truncation_holds_the_base_at_n(self):
        wide = interval(0.3, 0.0005, 30, n=100, n_effective=100, method="korn-graubard")
        held = interval(0.3, 0.0005, 30, n=100, n_effective=100, method="korn-graubard-truncated")
        assert held.high - held.low > wide.high - wide.low

    def test_bad_options_are_errors(self):
        with pytest.raises(EstimationError, match=r"0\.95 for 95"):
            interval(0.3, 0.01, 10, n=10, n_effective=10, level=95)
        with pytest.raises(EstimationError, match="no interval method"):
            interval(0.3, 0.01, 10, n=10, n_effective=10, method="exact")
        with pytest.raises(EstimationError, match="outside 0 to 1"):
            interval(1.2, 0.01, 10, n=10, n_effective=10)

    def test_t_quantile(self):
        got = t_quantile([0.975, 0.975, 0.025, 0.975], [1, 2, 2, np.inf])
        exact = [np.tan(np.pi * 0.475), 0.95 / (2 * 0.975 * 0.025) ** 0.5, -0.95 / (2 * 0.975 * 0.025) ** 0.5]
        np.testing.assert_allclose(got, [*exact, 1.959963984540054], rtol=1e-13)
        np.testing.assert_allclose(t_quantile(0.95, [7.5, 1e6]), stats.t.ppf(0.95, [7.5, 1e6]), rtol=1e-9)
        assert np.isnan(t_quantile(0.975, [0, -1, np.nan])).all()
        low, high = t_interval([1.0, 2.0], [0.25, 0.0], 10)
        assert low[1] == high[1] == 2


class TestTests:
    def test_tails_equal_scipy(self):
        t, df = np.array([0.1, 2.5, -8.0, 40.0]), np.array([3.0, 7.7, 200.0, np.inf])
        np.testing.assert_allclose(t_tail(t, df), 2 * stats.t.sf(np.abs(t), df), rtol=1e-11)
        for f, a, b in ((2.3, 3, 12), (17.2, 1.8, 360.2), (5, 4, np.inf)):
            expected = stats.f.sf(f, a, b) if np.isfinite(b) else stats.chi2.sf(f * a, a)
            assert f_tail(f, a, b) == pytest.approx(expected, rel=1e-11)

    def test_no_variance_no_test(self):
        t, p = t_test([0.1, 0.0], [0.0, 0.0], 10)
        assert np.isnan(t).all()
        assert np.isnan(p).all()

    def test_wald_is_t_squared_for_one_and_hotelling_for_more(self):
        rng = np.random.default_rng(3)
        y = rng.normal([0.2, 0, -0.1], 1, (40, 3))
        theta, z = ratio(y, np.ones((40, 1)), np.ones(40))
        v = covariance(z, DesignFrame.of(np.ones(40)))
        one = wald_f(theta[:1], v[:1, :1], 39)
        t, p = t_test(theta[0], v[0, 0] ** 0.5, 39)
        np.testing.assert_allclose([one.statistic, one.p], [t**2, p], rtol=1e-11)
        adjusted = wald_f(theta, v, 39, form="adjusted")
        t2 = 40 * theta @ np.linalg.solve(np.cov(y.T), theta)  # Hotelling's one-sample T²
        np.testing.assert_allclose(adjusted.statistic, t2 * (40 - 3) / (3 * 39), rtol=1e-11)
        assert (adjusted.df1, adjusted.df2) == (3, 37)

    def test_wald_drops_what_is_determined_by_the_rest(self):
        rng = np.random.default_rng(4)
        y = rng.multinomial(1, [0.5, 0.3, 0.2], 90).astype(float)
        theta, z = ratio(y, np.ones((90, 1)), np.ones(90))
        v = covariance(z, DesignFrame.of(np.ones(90)))
        gap = theta - np.array([0.4, 0.4, 0.2])
        full, part = wald_f(gap, v, 89), wald_f(gap[:2], v[:2, :2], 89)
        np.testing.assert_allclose(full.statistic, part.statistic, rtol=1e-9)
        assert full.df1 == 2

    def test_wald_of_what_has_no_variance_is_absent(self):
        assert np.isnan(wald_f([0.1, 0.1], np.zeros((2, 2)), 10).p)
        assert np.isnan(wald_f([0.1, 0.1], np.diag([0.01, 0.0]), 10).p)

    def test_rao_scott_of_a_simple_sample_is_pearson(self):
        counts = np.array([[30, 20, 10], [15, 25, 40]])
        cell = np.repeat(np.arange(6), counts.ravel())
        n = len(cell)
        p, z = ratio((cell[:, None] == np.arange(6)).astype(float), np.ones((n, 1)), np.ones(n))
        got = rao_scott(p.reshape(2, 3), covariance(z, DesignFrame.of(np.ones(n))), n, n - 1)
        assert got.pearson == pytest.approx(stats.chi2_contingency(counts, correction=False).statistic)
        np.testing.assert_allclose(got.delta, n / (n - 1), rtol=1e-10)
        assert got.statistic == pytest.approx(got.pearson / 2 * (n - 1) / n)

    def test_rao_scott_refuses_empty_rows(self):
        with pytest.raises(EstimationError, match="filled rows"):
            rao_scott([[0.5, 0.5], [0, 0]], np.zeros((4, 4)), 10, 9)

    @pytest.mark.oracle
    def test_equivalence_equals_r(self):
        values = harness.entries("07_classical")["prop.tost"]["values"]
        p1, p2 = 120 / 300, 110 / 290
        se = (p1 * (1 - p1) / 300 + p2 * (1 - p2) / 290) ** 0.5
        assert equivalence(p1 - p2, se, np.inf, 0.1) == pytest.approx(values["p_tost"], rel=1e-9)
        assert equivalence(0.3, 0.05, 50, 0.1) > 0.5
        with pytest.raises(EstimationError, match="positive"):
            equivalence(0.3, 0.05, 50, 0)


class TestMultiplicity:
    @pytest.mark.oracle
    @pytest.mark.parametrize(
        ("ours", "theirs"),
        [("holm", "holm"), ("bonferroni", "bonferroni"), ("bh", "BH"), ("by", "BY"), ("none", "none")],
    )
    def test_equal_to_r(self, ours, theirs):
        values = harness.entries("07_classical")["padjust"]["values"]
        expected = np.array(values["data"])[:, values["cols"].index(theirs)]
        p = [2e-04, 0.001, 0.012, 0.013, 0.03, 0.04, 0.041, 0.2, 0.55, 0.8, 0.012]
        np.testing.assert_allclose(adjust(p, ours), expected, rtol=1e-9)

    def test_tests_not_made_are_carried_and_not_counted(self):
        p = np.array([[0.01, np.nan], [0.04, 0.03]])
        np.testing.assert_allclose(adjust(p, "bonferroni"), [[0.03, np.nan], [0.12, 0.09]])
        assert adjust([], "holm").tolist() == []
        assert np.isnan(adjust([np.nan], "bh")).all()

    def test_sidak(self):
        np.testing.assert_allclose(
            adjust([0.01, 0.5, 1.0], "sidak"), [1 - 0.99**3, 1 - 0.5**3, 1], rtol=1e-12
        )


class TestSimultaneous:
    def test_independent_is_sidak(self):
        exact = stats.norm.ppf(0.5 + 0.95 ** (1 / 12) / 2)
        assert max_t_quantile(np.eye(12), seed=1) == pytest.approx(exact, abs=0.01)
        one_sided = stats.norm.ppf(0.95 ** (1 / 12))
        assert max_t_quantile(np.eye(12), seed=1, side="one-sided") == pytest.approx(one_sided, abs=0.01)

    def test_one_and_the_same_is_the_plain_quantile(self):
        assert max_t_quantile(np.ones((5, 5)), seed=1) == pytest.approx(1.96, abs=0.01)

    def test_correlation_lowers_it_and_the_seed_fixes_it(self):
        half = 0.5 + 0.5 * np.eye(12)
        assert max_t_quantile(half, seed=1) < max_t_quantile(np.eye(12), seed=1) - 0.05
        assert max_t_quantile(half, seed=1) == max_t_quantile(half, seed=1)
        assert max_t_quantile(half, seed=2, draws=5000) != max_t_quantile(half, seed=1, draws=5000)

    def test_correlation_matrix(self):
        np.testing.assert_allclose(correlation([[4.0, 1.0], [1.0, 1.0]]), [[1, 0.5], [0.5, 1]])
        with pytest.raises(EstimationError, match="without variance"):
            correlation(np.diag([1.0, 0.0]))


class TestScores:
    def test_nps(self):
        assert not scores.nps(range(11)).is_share
        assert scores.nps(range(11)).a == (-1,) * 7 + (0,) * 2 + (1,) * 2
        with pytest.raises(ScoreError, match="0 to 10"):
            scores.nps(range(1, 11))

    def test_nps_variance_is_the_textbook_one(self):
        """Var = [p_prom + p_det - NPS²] / n, times n / (n - 1)."""
        answers = np.random.default_rng(5).integers(0, 11, 150)
        y, x = scores.nps(range(11)).rows(answers)
        theta, z = ratio(y, x, np.ones(150))
        prom, det = (answers >= 9).mean(), (answers <= 6).mean()
        assert theta[0] == pytest.approx(prom - det)
        v = covariance(z, DesignFrame.of(np.ones(150)))[0, 0]
        assert v == pytest.approx((prom + det - (prom - det) ** 2) / 149, rel=1e-12)

    def test_missing_levels_count_in_neither(self):
        score = scores.share([1, 2, 3, 98], [2, 3], missing=[98])
        y, x = score.rows([0, 1, 2, 3, -1])
        assert y.tolist() == [0, 1, 1, 0, 0]
        assert x.tolist() == [1, 1, 1, 0, 0]
        assert score.is_share
        assert scores.mean([1, None, 3]).rows([0, 1, 2])[0].tolist() == [1, 0, 3]

    @pytest.mark.parametrize(
        "make",
        [
            lambda: scores.share([1, 2], [3]),
            lambda: scores.share([1, 2], []),
            lambda: scores.share([1, 2, 9], [9], missing=[9]),
            lambda: scores.share(range(5), [4]).rows([7]),
            lambda: scores.Score("uneven", (1.0,), (1.0, 1.0)),
        ],
    )
    def test_undefined_scores_are_errors(self, make):
        with pytest.raises(ScoreError):
            make()


class TestWeightsCost:
    def test_kish(self):
        w = np.array([1.0, 1, 2, 4, 0])
        positive = w[:4]
        cv2 = positive.var() / positive.mean() ** 2
        assert kish(w).deff == pytest.approx(1 + cv2)
        assert kish(w).n_effective == pytest.approx(64 / 22)
        assert np.isnan(kish([0.0]).deff)

    def test_effective_base_of_each_column(self):
        x = np.array([[1, 0, 0], [1, 0, 0], [0, 1, 0]])
        np.testing.assert_allclose(effective_n([1, 3, 5], x), [16 / 10, 1, 0])

    @pytest.mark.oracle
    def test_kish_equals_r(self):
        values = harness.entries("01_taylor")["taylor.kish"]["values"]
        w = harness.table("nhanes")["WTMEC2YR"]
        np.testing.assert_allclose(kish(w), [values["deff_kish"], values["n_eff"]], rtol=1e-12)

    def test_deff_of_a_simple_sample_is_one(self):
        y = np.random.default_rng(6).normal(size=50)
        one = np.ones(50)
        _, z = ratio(y, one, one * 20)
        with_fpc = covariance(z, DesignFrame.of(one * 20, fpc=one * 1000))
        assert deff(np.diag(with_fpc), y, one, one * 20)[0] == pytest.approx(1)
        with_replacement = covariance(z, DesignFrame.of(one * 20))
        assert deff(np.diag(with_replacement), y, one, one * 20, replacement="with")[0] == pytest.approx(1)
        assert np.isnan(srs_variance(y, one, one * 0.5)[0])
