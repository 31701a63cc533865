"""Proportions, tables and paired answers against printed numbers, statsmodels and enumeration."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats import proportion as smp
from statsmodels.stats.contingency_tables import StratifiedTable

from survey_analysis.core.simple_intervals import (
    one_proportion,
    paired_proportions,
    poisson_rate,
    two_proportions,
)
from survey_analysis.errors import EstimationError
from survey_analysis.significance.simple import paired, proportions, stratified, tables


@pytest.mark.parametrize(
    ("method", "theirs"),
    [
        ("wilson", "wilson"),
        ("agresti-coull", "agresti_coull"),
        ("clopper-pearson", "beta"),
        ("jeffreys", "jeffreys"),
        ("wald", "normal"),
    ],
)
@pytest.mark.parametrize(("x", "n"), [(1, 30), (7, 20), (500, 944)])
def test_intervals_of_a_share_are_those_of_statsmodels(method, theirs, x, n):
    wanted = smp.proportion_confint(x, n, alpha=0.1, method=theirs)
    ours = np.clip(one_proportion(x, n, level=0.9, method=method), 0, 1)  # theirs stops at 0 and 1
    assert ours == pytest.approx(wanted, rel=1e-9, abs=1e-15)


@pytest.mark.parametrize(("method", "theirs"), [("newcombe", "newcomb"), ("agresti-caffo", "agresti-caffo")])
def test_intervals_of_a_difference_are_those_of_statsmodels(method, theirs):
    wanted = smp.confint_proportions_2indep(3, 14, 9, 17, method=theirs, compare="diff")
    assert two_proportions(3, 14, 9, 17, method=method) == pytest.approx(wanted, rel=1e-9)


def test_at_no_hit_and_all_hits_exact_intervals_touch_the_end():
    for method in ("wilson", "wilson-corrected", "clopper-pearson", "mid-p", "jeffreys"):
        assert one_proportion(0, 12, method=method)[0] == 0
        assert one_proportion(12, 12, method=method)[1] == 1
    assert one_proportion(0, 12, method="clopper-pearson")[1] == pytest.approx(
        1 - 0.025 ** (1 / 12), rel=1e-12
    )
    assert poisson_rate(0, 1)[1] == pytest.approx(-np.log(0.025), rel=1e-12)


def test_mcnemar_of_fagerland_lydersen_and_laake():
    """BMC Med Res Methodol 13:91, airway hyper-responsiveness: .034, .077, .070, .039."""
    t = [[1, 1], [7, 12]]
    p = {v: paired.mcnemar(t, variant=v).p for v in ("chi-square", "corrected", "exact", "mid-p")}
    assert [round(v, 4) for v in p.values()] == [0.0339, 0.0771, 0.0703, 0.0391]


def test_bonett_price_by_hand():
    p, q, n = 2 / 23, 8 / 23, 23
    half = stats.norm.ppf(0.975) * ((p + q - (p - q) ** 2) / n) ** 0.5
    assert paired_proportions(1, 1, 7, 12) == pytest.approx((p - q - half, p - q + half), rel=1e-12)


def test_mid_p_at_equal_discordance_is_less_than_one():
    assert paired.mcnemar([[5, 4], [4, 5]]).p == pytest.approx(1 - comb(8, 4) / 2**9)
    assert paired.mcnemar([[5, 4], [4, 5]], variant="exact").p == 1


def test_cochran_q_of_two_questions_is_mcnemar():
    rng = np.random.default_rng(3)
    x = (rng.random((80, 2)) < [0.4, 0.6]).astype(float)
    a, b = x.T
    t = [[(a * b).sum(), (a * (1 - b)).sum()], [((1 - a) * b).sum(), ((1 - a) * (1 - b)).sum()]]
    assert paired.cochran_q(x).statistic == pytest.approx(
        paired.mcnemar(t, variant="chi-square").statistic, rel=1e-12
    )
    assert paired.marginal_homogeneity(t).statistic == pytest.approx(paired.cochran_q(x).statistic, rel=1e-12)


def test_larger_tables_by_fisher_are_enumerated():
    t = np.array([[3, 1, 2], [0, 4, 5]])
    rows, columns = t.sum(1), t.sum(0)

    def ways(m):
        return np.prod([comb(int(c), int(v)) for c, v in zip(columns, m, strict=True)], dtype=float)

    every = [m for m in product(*(range(c + 1) for c in columns)) if sum(m) == rows[0]]
    total = sum(ways(m) for m in every)
    wanted = sum(ways(m) for m in every if ways(m) <= ways(t[0]) * (1 + 1e-7)) / total
    assert tables.fisher_exact(t).p == pytest.approx(wanted, rel=1e-12)
    assert tables.fisher_exact(t.T).p == pytest.approx(wanted, rel=1e-12)


def test_a_table_too_large_to_list_is_refused_with_the_way_out():
    with pytest.raises(EstimationError, match="too many tables") as error:
        tables.fisher_exact(np.full((5, 5), 40))
    assert "chi_square" in error.value.hint


def test_limits_of_the_conditional_odds_ratio_solve_their_tails():
    found = tables.fisher_exact([[3, 11], [9, 8]])
    upper = stats.nchypergeom_fisher(31, 14, 12, found.high).cdf(3)
    lower = stats.nchypergeom_fisher(31, 14, 12, found.low).sf(2)
    assert (upper, lower) == pytest.approx((0.025, 0.025), rel=1e-8)


def test_boschloo_is_never_above_fisher():
    rng = np.random.default_rng(5)
    for _ in range(5):
        t = rng.integers(1, 8, (2, 2))
        assert (
            tables.boschloo_exact(t, alternative="less").p
            <= tables.fisher_exact(t, alternative="less").p + 1e-6
        )


def test_stratified_tables_are_those_of_statsmodels():
    rng = np.random.default_rng(7)
    t = rng.integers(2, 30, (2, 2, 4))
    found = stratified.cochran_mantel_haenszel(t)
    theirs = StratifiedTable(t.astype(float))
    assert found.estimate == pytest.approx(theirs.oddsratio_pooled, rel=1e-12)
    # the generalised form gives the same for 2 x 2: through a third, copied row it must not change
    assert stratified._general(t.astype(float)).statistic == pytest.approx(found.statistic, rel=1e-10)


def test_cramers_v_limits_solve_the_noncentral_tails():
    t = np.array([[30, 10, 20], [15, 25, 20]])
    found = tables.chi_square(t)
    v = found.effect("Cramér's V")
    tails = stats.ncx2.cdf(found.statistic, 2, np.array([v.low, v.high]) ** 2 * t.sum())
    assert tails == pytest.approx([0.975, 0.025], rel=1e-7)


def test_two_proportions_squared_are_chi_square():
    z = proportions.two_proportion_test(30, 100, 45, 110).statistic
    assert z**2 == pytest.approx(tables.chi_square([[30, 70], [45, 65]]).statistic, rel=1e-12)
    x, n = [30, 45], [100, 110]
    assert proportions.several_proportions(x, n).statistic == pytest.approx(z**2, rel=1e-12)
    assert proportions.proportion_trend(x, n).statistic == pytest.approx(z**2, rel=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda: tables.chi_square([[1.5, 2], [3, 4]]),
        lambda: tables.chi_square([[1, 2], [-3, 4]]),
        lambda: tables.chi_square([[0, 0], [3, 4]]),
        lambda: tables.chi_square([[1, 2, 3], [3, 4, 5]], correction=True),
        lambda: tables.goodness_of_fit([1, 2], [0.5, 0.6]),
        lambda: paired.mcnemar([[5, 0], [0, 5]]),
        lambda: paired.mcnemar([[5, 1], [0, 5]], variant="yates"),
        lambda: paired.cochran_q([[1, 2], [0, 1]]),
        lambda: one_proportion(5, 4),
        lambda: one_proportion(1, 4, method="agresti"),
        lambda: proportions.one_proportion_test(1, 4, 0.0),
        lambda: proportions.two_proportion_test(1, 4, 2, 5, pooled=False, correction=True),
        lambda: proportions.equivalence_of_proportions(1, 4, 2, 5, 0),
    ],
)
def test_what_cannot_be_tested_is_an_error_in_words(call):
    with pytest.raises(EstimationError) as error:
        call()
    assert error.value.what.endswith(".")
