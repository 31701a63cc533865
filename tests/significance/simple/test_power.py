"""Power against statsmodels, hand formulas and its own inverse; multiplicity against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import FTestAnovaPower, NormalIndPower, TTestIndPower

import survey_analysis as sa
from survey_analysis.core.multiplicity import adjust
from survey_analysis.errors import EstimationError

power = sa.power


def test_arcsine_form_is_that_of_statsmodels():
    h = 2 * np.arcsin(0.4**0.5) - 2 * np.arcsin(0.3**0.5)
    wanted = NormalIndPower().power(h, 200, 0.05, alternative="larger")
    assert power.proportions(0.3, 0.4, n=200, sides="one-sided", method="arcsine").power == pytest.approx(
        wanted, rel=1e-9
    )


NONCENTRAL = 1e-7  # the noncentral series of the library are summed to so much


def test_t_and_f_are_those_of_statsmodels():
    wanted = TTestIndPower().power(0.5, 60, 0.05)
    assert power.means(0.5, n=60, tails="both").power == pytest.approx(wanted, rel=NONCENTRAL)
    f = 0.25  # statsmodels' effect is the population form: between_var (k - 1) / k / within_var
    wanted = FTestAnovaPower().power(f, 120, 0.05, k_groups=3)
    assert power.anova(3, n=40, between_var=f**2 * 3 / 2).power == pytest.approx(wanted, rel=NONCENTRAL)


@pytest.mark.parametrize(
    ("call", "given"),
    [
        (lambda **k: power.proportions(0.3, 0.4, **k), "n"),
        (lambda **k: power.proportions(0.3, 0.4, method="arcsine", deff=1.6, **k), "n"),
        (lambda **k: power.means(0.3, sd=1.2, **k), "n"),
        (lambda **k: power.paired_means(0.3, correlation=0.4, **k), "n"),
        (lambda **k: power.paired_proportions(0.4, 0.3, correlation=0.5, **k), "n"),
        (lambda **k: power.anova(4, between_var=0.2, **k), "n"),
    ],
)
def test_power_of_the_n_found_is_the_power_asked(call, given):
    n = call(power=0.85).n
    assert call(**{given: n}).power == pytest.approx(0.85, rel=1e-9)


def test_detectable_differences_are_found_again():
    found = power.proportions(0.3, n=400, power=0.8)
    assert power.proportions(0.3, 0.3 + found.effect, n=400).power == pytest.approx(0.8, rel=1e-9)
    assert power.means(power.means(n=50, power=0.9).effect, n=50).power == pytest.approx(0.9, rel=1e-9)
    gap = power.clustered_means(cluster_size=10, icc=0.02, clusters=15, power=0.8).effect
    again = power.clustered_means(gap, cluster_size=10, icc=0.02, clusters=15)
    assert again.power == pytest.approx(0.8, rel=1e-9)


def test_design_effects_multiply_n():
    deff = power.design_effect(cluster_size=20, icc=0.05, weights=[1, 1, 2, 4])
    assert deff == pytest.approx(1.95 * 4 * 22 / 64)
    plain, planned = power.proportions(0.3, 0.4, power=0.8), power.proportions(0.3, 0.4, power=0.8, deff=deff)
    assert planned.n == pytest.approx(plain.n * deff, rel=1e-9)
    assert plain.people == 712


def test_mcnemar_power_by_simulation():
    """Seed 1: multinomial pairs, asymptotic McNemar; standard error of the share found below .004."""
    found = power.paired_proportions(0.4, 0.3, discordant=0.3, n=300)
    rng = np.random.default_rng(1)
    b, c, _ = rng.multinomial(300, [0.2, 0.1, 0.7], 20_000).T
    hit = (b - c) ** 2 / (b + c) > stats.chi2.isf(0.05, 1)
    assert found.power == pytest.approx(hit.mean(), abs=0.015)


def test_clusters_cost_degrees_of_freedom():
    many = power.clustered_means(0.3, cluster_size=20, icc=0.05, clusters=200).power
    deff = power.design_effect(cluster_size=20, icc=0.05)
    assert many == pytest.approx(power.means(0.3, n=4000, deff=deff).power, abs=1e-3)
    few = power.clustered_means(0.5, cluster_size=200, icc=0.05, clusters=4).power
    assert few < power.means(0.5, n=800, deff=power.design_effect(cluster_size=200, icc=0.05)).power


@pytest.mark.parametrize(
    "call",
    [
        lambda: power.proportions(0.3, 0.4),
        lambda: power.proportions(0.3, 0.4, n=10, power=0.8),
        lambda: power.proportions(0.3, 0.3, power=0.8),
        lambda: power.proportions(0.3, 1.4, power=0.8),
        lambda: power.proportions(0.3, 0.4, power=0.8, sides="one-sided", tails="both"),
        lambda: power.proportions(0.99, n=4, power=0.999),
        lambda: power.means(0.0, power=0.8),
        lambda: power.paired_proportions(0.4, 0.3, discordant=0.05, power=0.8),
        lambda: power.paired_proportions(0.4, 0.3, power=0.8),
        lambda: power.design_effect(weights=[1, -1]),
    ],
)
def test_impossible_plans_are_errors_in_words(call):
    with pytest.raises(EstimationError) as error:
        call()
    assert error.value.what.endswith(".")


NAMES = {
    "bonferroni": "bonferroni",
    "sidak": "sidak",
    "holm": "holm",
    "holm-sidak": "holm-sidak",
    "hochberg": "simes-hochberg",
    "hommel": "hommel",
    "bh": "fdr_bh",
    "by": "fdr_by",
}


@pytest.mark.parametrize("method", NAMES)
def test_adjusted_p_are_those_of_statsmodels(method):
    rng = np.random.default_rng(11)
    for m in (1, 2, 3, 5, 9, 30):
        for p in (rng.random(m) ** 2 * 0.99, np.round(rng.random(m) * 0.2, 2) + 0.001):
            assert adjust(p, method) == pytest.approx(multipletests(p, method=NAMES[method])[1], abs=1e-12)


def test_missing_tests_do_not_count_and_order_is_kept():
    p = [0.04, np.nan, 0.01, 0.03]
    assert adjust(p, "hommel") == pytest.approx([0.04, np.nan, 0.03, 0.04], nan_ok=True)
