"""Means, ranks, agreement, rates and effect sizes against printed numbers, scipy, statsmodels and R."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import AnovaRM, anova_lm
from statsmodels.stats.inter_rater import fleiss_kappa as sm_fleiss
from statsmodels.stats.multicomp import pairwise_tukeyhsd

from survey_analysis.errors import EstimationError
from survey_analysis.significance.simple import (
    agreement,
    anova,
    effects,
    means,
    noncentral,
    ordinal,
    posthoc,
    ranks,
    rates,
)

RNG = np.random.default_rng(20240301)
Y = RNG.normal(size=60).round(1) + np.repeat([0, 0.3, 1.0], 20)
G = np.repeat(["a", "b", "c"], 20)


def fine_range_tail(q, k, df):
    """Studentized range by a 400-point Gauss-Legendre product rule."""
    x, w = np.polynomial.legendre.leggauss(400)
    z, wz = 9 * x, 9 * w

    def below(r):
        inner = (stats.norm.cdf(z)[None] - stats.norm.cdf(z[None] - r[:, None])) ** (k - 1)
        return k * ((wz * stats.norm.pdf(z))[None] * inner).sum(1)

    low, high = np.sqrt(stats.chi2.ppf([1e-18, 1 - 1e-15], df) / df)
    s = (x + 1) / 2 * (1.1 * high - low) + low
    density = stats.chi2.pdf(df * s * s, df) * 2 * df * s
    return float((w * (1.1 * high - low) / 2 * density * (1 - below(q * s))).sum())


@pytest.mark.parametrize(("q", "k", "df"), [(3.46, 6, 693), (4.66, 6, 693), (3.93, 6, 83.354), (3.5, 3, 20)])
def test_the_studentized_range_agrees_with_a_finer_rule(q, k, df):
    assert posthoc.range_tail(q, k, df) == pytest.approx(fine_range_tail(q, k, df), abs=1e-10)


def test_tukey_is_that_of_statsmodels():
    ours, theirs = posthoc.tukey(Y, G), pairwise_tukeyhsd(Y, G)
    assert ours.estimate == pytest.approx(theirs.meandiffs, rel=1e-12)
    assert ours.p_adjusted == pytest.approx(theirs.pvalues, rel=1e-6)
    assert np.column_stack([ours.low, ours.high]) == pytest.approx(theirs.confint, rel=1e-6)


def test_games_howell_equals_tukey_for_two_groups_of_one_variance():
    y, g = np.array([1.0, 2, 3, 11, 12, 13]), np.repeat(["a", "b"], 3)
    assert posthoc.games_howell(y, g).p_adjusted == pytest.approx(posthoc.tukey(y, g).p_adjusted, rel=1e-9)
    welch = means.t_test_two(y[3:], y[:3])
    assert posthoc.games_howell(y, g).p_adjusted[0] == pytest.approx(welch.p, rel=1e-7)


@pytest.mark.parametrize("kind", ["I", "II", "III"])
def test_factorial_anova_is_that_of_statsmodels(kind):
    import pandas as pd

    data = pd.DataFrame({"y": Y, "a": G, "b": RNG.choice(["u", "v"], 60)})
    model = ols("y ~ C(a, Sum) * C(b, Sum)", data).fit()
    theirs = anova_lm(model, typ={"I": 1, "II": 2, "III": 3}[kind])
    ours = anova.factorial(data["y"], {"a": data["a"], "b": data["b"]}, kind=kind)
    assert ours.sum_of_squares == pytest.approx(theirs["sum_sq"].to_numpy(), rel=1e-9)
    assert ours.p[:-1] == pytest.approx(theirs["PR(>F)"].to_numpy()[:-1], rel=1e-9)


def test_repeated_measures_is_that_of_statsmodels():
    import pandas as pd

    m = RNG.normal(size=(15, 4)) + np.array([0, 0.2, 0.5, 0.9])
    long = pd.DataFrame({"y": m.ravel(), "id": np.repeat(range(15), 4), "w": np.tile(list("abcd"), 15)})
    theirs = AnovaRM(long, "y", "id", within=["w"]).fit().anova_table.iloc[0]
    ours = anova.repeated_measures(m)
    assert ours.statistic == pytest.approx(theirs["F Value"], rel=1e-9)
    assert ours.details["p_uncorrected"] == pytest.approx(theirs["Pr > F"], rel=1e-9)
    two = anova.repeated_measures(m[:, :2])
    assert two.statistic == pytest.approx(means.t_test_paired(m[:, 0], m[:, 1]).statistic ** 2, rel=1e-9)
    assert two.p == pytest.approx(means.t_test_paired(m[:, 0], m[:, 1]).p, rel=1e-9)


def test_shrout_and_fleiss_printed_their_six_coefficients():
    """Psychological Bulletin 86:420, table 4."""
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    kinds = ("ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k")
    found = [agreement.intraclass_correlation(table, kind=k) for k in kinds]
    assert [round(f.estimate, 2) for f in found] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    # McGraw & Wong limits as psych::ICC prints them
    assert [(round(f.low, 2), round(f.high, 2)) for f in found[:3]] == [
        (-0.13, 0.72),
        (0.02, 0.76),
        (0.34, 0.95),
    ]


def test_fleiss_kappa_is_that_of_statsmodels():
    m = RNG.integers(0, 3, (40, 5))
    table = np.stack([(m == c).sum(1) for c in range(3)], axis=1)
    assert agreement.fleiss_kappa(m).estimate == pytest.approx(sm_fleiss(table), rel=1e-12)


def test_jonckheere_of_hollander_and_wolfe():
    """Example 6.2, motivational effect of knowledge: J = 79."""
    control, rough, exact = [40, 35, 38, 43, 44, 41], [38, 40, 47, 44, 40, 42], [48, 40, 45, 43, 46, 44]
    found = ordinal.jonckheere([*control, *rough, *exact], np.repeat([0, 1, 2], 6), alternative="greater")
    assert found.statistic == 79


def test_jonckheere_has_the_variance_of_all_orders():
    """Every order of seven tied answers: the mean and variance behind z."""
    from itertools import permutations

    y, g = [1.0, 1, 2, 2, 2, 3, 4], np.array([0, 0, 1, 1, 1, 2, 2])
    every = np.array(list(permutations(y)))
    j = np.zeros(len(every))
    for a in range(7):
        for b in range(7):
            if g[a] < g[b]:
                j += (every[:, a] < every[:, b]) + 0.5 * (every[:, a] == every[:, b])
    found = ordinal.jonckheere(y, g)
    assert found.details["z"] == pytest.approx((found.statistic - j.mean()) / j.std(), rel=1e-12)


def test_exact_distributions_are_those_of_scipy_without_ties():
    x, y = RNG.normal(size=9), RNG.normal(size=12) + 0.4
    theirs = stats.mannwhitneyu(x, y, method="exact")
    assert ranks.mann_whitney(x, y, variant="exact").p == pytest.approx(theirs.pvalue, rel=1e-12)
    theirs = stats.wilcoxon(x, y[:9], method="exact")
    assert ranks.signed_rank(x, y[:9], variant="exact").p == pytest.approx(theirs.pvalue, rel=1e-12)


def test_exact_with_ties_is_the_permutation_distribution():
    x, y = np.array([1.0, 2, 2, 3, 5]), np.array([2.0, 3, 4, 4, 5, 6])
    pooled = stats.rankdata(np.concatenate([x, y]))
    from itertools import combinations

    sums = np.array([pooled[list(c)].sum() for c in combinations(range(11), 5)])
    wanted = (np.abs(sums - 30) >= abs(pooled[:5].sum() - 30) - 1e-9).mean()
    assert ranks.mann_whitney(x, y, variant="exact").p == pytest.approx(wanted, rel=1e-12)


def test_pratt_is_that_of_scipy():
    x, y = RNG.integers(1, 6, 50), RNG.integers(1, 6, 50)
    for zeros, theirs in (("pratt", "pratt"), ("wilcoxon", "wilcox")):
        for variant, correct in (("corrected", True), ("normal", False)):
            p = stats.wilcoxon(x, y, zero_method=theirs, correction=correct, method="asymptotic").pvalue
            assert ranks.signed_rank(x, y, zeros=zeros, variant=variant).p == pytest.approx(p, rel=1e-10)


def test_shift_intervals_are_where_the_test_turns():
    x, y = RNG.normal(size=30).round(2) + 0.5, RNG.normal(size=25).round(2)
    found = ranks.mann_whitney(x, y)
    for limit in (found.low, found.high):
        p = [ranks.mann_whitney(x - limit - step, y).p for step in (-1e-6, 1e-6)]
        assert min(p) < 0.05 < max(p)
    for variant in ("exact", "corrected"):
        one = ranks.signed_rank(x, variant=variant)
        p = [ranks.signed_rank(x, mu=one.low + s, variant=variant).p for s in (-1e-6, 1e-6)]
        assert min(p) < 0.05 < max(p)


def test_friedman_of_three_is_that_of_scipy():
    m = RNG.integers(1, 6, (30, 4)).astype(float)
    assert ranks.friedman(m).statistic == pytest.approx(stats.friedmanchisquare(*m.T).statistic, rel=1e-12)


def test_negative_binomial_ratio_is_that_of_glm_nb():
    """MASS 7.3: glm.nb(c(0, 3, 9, 1, 12, 1, 0, 2, 5, 0, 1) ~ rep(1:0, c(5, 6)))."""
    found = rates.negative_binomial_ratio([0, 3, 9, 1, 12], [1, 0, 2, 5, 0, 1])
    assert found.estimate == pytest.approx(3.333333333333, rel=1e-9)
    assert found.details["std_error_log"] == pytest.approx(0.709502181974, rel=1e-5)
    assert found.details["theta"] == pytest.approx(1.040832122891, rel=1e-5)


def test_counts_no_more_spread_than_poisson_have_no_negative_binomial():
    with pytest.raises(EstimationError, match="do not vary more"):
        rates.negative_binomial_ratio([2, 3, 2, 3], [1, 2, 1, 2])


def test_poisson_two_sided_adds_both_tails():
    for x, mean in ((3, 7.2), (14, 7.2), (0, 3.0)):
        every = np.arange(200)
        pmf = stats.poisson.pmf(every, mean)
        wanted = pmf[pmf <= pmf[x] * (1 + 1e-7)].sum()
        assert rates.poisson_test(x, 1, mean).p == pytest.approx(wanted, rel=1e-9)


def test_noncentral_limits_solve_their_tails():
    low, high = noncentral.t_noncentrality(2.2, 11)
    assert stats.nct.cdf(2.2, 11, [low, high]) == pytest.approx([0.975, 0.025], rel=1e-9)
    low, high = noncentral.f_noncentrality(4.0, 3, 50)
    assert stats.ncf.cdf(4.0, 3, 50, [low, high]) == pytest.approx([0.975, 0.025], rel=1e-9)
    assert noncentral.f_noncentrality(0.01, 3, 50) == (0.0, 0.0)
    assert noncentral._nct(2.2, 11, 1.3) == pytest.approx(stats.nct.cdf(2.2, 11, 1.3), rel=1e-7)


def test_effect_sizes_change_sign_with_the_groups():
    x, y = Y[:20], Y[40:]
    for rule in (effects.standardised_difference, effects.rank_biserial, effects.cliff_delta):
        a, b = rule(x, y), rule(y, x)
        # the pooled and the rank forms are symmetric
        assert (a.value, a.low, a.high) == pytest.approx((-b.value, -b.high, -b.low), rel=1e-7)


def test_equivalence_is_the_interval_inside_the_margins():
    x, y = Y[:20], Y[20:40]
    found = means.equivalence_of_means(x, y, -1.0, 1.0)
    assert (found.p < 0.05) == (found.low > -1 and found.high < 1)


@pytest.mark.parametrize(
    "call",
    [
        lambda: means.t_test_one([1.0, np.nan]),
        lambda: means.t_test_one([1.0]),
        lambda: means.t_test_one([1.0, 1.0]),
        lambda: means.t_test_paired([1, 2], [1, 2, 3]),
        lambda: means.t_test_two([1, 2], [2, 3], variances="pooled"),
        lambda: ranks.mann_whitney([1, 1], [1, 1]),
        lambda: ranks.kolmogorov_smirnov([1, 2], [2, 3], variant="exact"),
        lambda: ranks.kruskal_wallis([1, 2, 3], ["a", "a", "a"]),
        lambda: anova.one_way([1, 1, 2, 2], list("aabb")),
        lambda: agreement.cohen_kappa([[1, 2], [3, 4]], weights="linear"),
        lambda: posthoc.marginal_means([1, 2, 3, 4], list("aabb"), {"c": list("uuvv")}),
        lambda: ordinal.correlation_test([1, 1, 1], [1, 2, 3]),
    ],
)
def test_what_cannot_be_tested_is_an_error_in_words(call):
    with pytest.raises(EstimationError) as error:
        call()
    assert error.value.what.endswith(".")
