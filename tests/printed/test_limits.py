"""Intervals and people needed against statsmodels, closed forms and enumeration."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

import survey_analysis as sa
from survey_analysis.core.simple_intervals import paired_proportions
from survey_analysis.printed.limits import (
    independent,
    paired,
    phi_of,
    share_limits,
    together,
    together_limits,
)

Z2 = stats.norm.isf(0.025) ** 2


@pytest.mark.parametrize(("method", "theirs"), [("wilson", "wilson"), ("clopper-pearson", "beta")])
@pytest.mark.parametrize(("x", "n"), [(82, 100), (2445, 3000), (0, 30), (30, 30)])
def test_limits_of_a_share_are_statsmodels(x, n, method, theirs):
    got = share_limits((x / n, x / n), n, level=0.95, method=method)
    assert got == pytest.approx(proportion_confint(x, n, method=theirs), abs=1e-12)


def test_a_design_effect_is_an_effective_base():
    row = sa.published({"a": 0.82}, n=600, deff=1.5).rows.iloc[0]
    low, high = (proportion_confint(p * 400, 400, method="wilson")[i] for i, p in enumerate((0.815, 0.825)))
    assert (row["low_widest"], row["high_widest"]) == pytest.approx((low, high), abs=1e-12)


def test_different_people_are_newcombe_and_pooled_z():
    got = independent(0.82, 0.73, (500, 400), 0.95)
    assert (got.low, got.high) == pytest.approx(
        confint_proportions_2indep(410, 500, 292, 400, method="newcomb"), abs=1e-10
    )
    assert got.p_value == pytest.approx(proportions_ztest([410, 292], [500, 400])[1], abs=1e-12)


def test_the_same_people_are_newcombe_for_pairs_and_mcnemar():
    got = paired(0.82, 0.73, 0.65, 500, 0.95)
    assert (got.low, got.high) == pytest.approx(
        paired_proportions(325, 85, 40, 50, method="newcombe"), abs=1e-12
    )
    assert got.p_value == pytest.approx(stats.chi2.sf((85 - 40) ** 2 / (85 + 40), 1), rel=1e-9)


def test_correlations_that_two_shares_allow():
    for a, b in ((0.82, 0.73), (0.94, 0.83), (0.15, 0.26), (0.5, 0.5)):
        low, high = together_limits(a, b)
        inside = [x for x in np.linspace(0, 1, 2001) if min(x, a - x, b - x, 1 - a - b + x) >= -1e-12]
        assert (low, high) == pytest.approx((min(inside), max(inside)), abs=1e-3)
        assert together(a, b, phi_of(a, b, low)) == pytest.approx(low)
    assert phi_of(0.5, 0.5, 0.5) == pytest.approx(1)


def _enumerated(percents, n):
    """Lowest and highest lower limit over every fourfold table of n people that prints these percents."""
    a, b = percents
    found = []
    for xa in range(n + 1):
        if (200 * xa + n) // (2 * n) != a:
            continue
        for xb in range(n + 1):
            if (200 * xb + n) // (2 * n) != b:
                continue
            together_ = range(max(0, xa + xb - n), min(xa, xb) + 1)
            found.extend(paired(xa / n, xb / n, both / n, n, 0.95) for both in together_)
    return min(d.low for d in found), max(d.low for d in found), [d.holds(0.95) for d in found]


@pytest.mark.parametrize(
    ("a", "b", "n"), [(82, 73, 60), (82, 73, 300), (94, 83, 100), (94, 84, 250), (53, 19, 36)]
)
def test_the_bounds_are_the_extremes_of_all_tables_that_print_so(a, b, n):
    low, high, holds = _enumerated((a, b), n)
    pairs = sa.published({"a": a / 100, "b": b / 100}, n=n, same_people="yes").pairs.set_index("case")
    assert pairs.loc["least", "low"] == pytest.approx(low, abs=1e-12)
    assert pairs.loc["most", "low"] == pytest.approx(high, abs=1e-12)
    verdict = sa.published({"a": a / 100, "b": b / 100}, n=n, same_people="yes").verdicts["verdict"].iloc[0]
    assert verdict == ("holds" if all(holds) else "only if" if any(holds) else "cannot hold")


@pytest.mark.parametrize(("a", "b", "n"), [(82, 73, 150), (94, 83, 70), (74, 66, 250)])
def test_different_people_bounds_by_enumeration(a, b, n):
    fits = [[x for x in range(n + 1) if (200 * x + n) // (2 * n) == v] for v in (a, b)]
    all_of = [independent(x / n, y / n, (n, n), 0.95).low for x in fits[0] for y in fits[1]]
    pairs = sa.published({"a": a / 100, "b": b / 100}, n=n, same_people="no").pairs.set_index("case")
    assert pairs["low"].tolist() == pytest.approx([min(all_of), max(all_of)], abs=1e-12)


def test_people_needed_are_the_closed_forms_but_for_the_interval():
    """z² 2 p q / d² pooled, z² D / d² paired: the test's own closed forms are a lower bound, and a near one."""
    needed = sa.published({"a": 0.82, "b": 0.73}).needed.set_index(["people", "case"])["n_needed"]
    for case, (pa, pb) in {"least": (0.815, 0.735), "most": (0.825, 0.725)}.items():
        p, d = (pa + pb) / 2, pa - pb
        closed = Z2 * 2 * p * (1 - p) / d**2
        assert math.ceil(closed) <= needed["different", case] <= closed * 1.02 + 2
        both = together_limits(pa, pb)[0 if case == "least" else 1]
        mcnemar = Z2 * (pa + pb - 2 * both) / d**2
        assert math.ceil(mcnemar) <= needed["same", case] <= mcnemar * 1.25 + 3


def test_people_needed_by_search_one_by_one():
    needed = sa.published({"a": 0.94, "b": 0.83}, deff=(1, 1.5), same_people="no").needed
    least = next(n for n in range(2, 500) if independent(0.935, 0.835, (n / 1.5,) * 2, 0.95).holds(0.95))
    most = next(n for n in range(2, 500) if independent(0.945, 0.825, (n, n), 0.95).holds(0.95))
    assert needed["n_needed"].tolist() == [least, most]


def test_a_design_effect_multiplies_people_needed():
    one, two = (
        sa.published({"a": 0.82, "b": 0.73}, deff=d, same_people="no").needed["n_needed"].iloc[0]
        for d in (1, 2)
    )
    assert two == pytest.approx(2 * one, abs=2)


def test_a_majority_needs_the_wilson_limit_above_half():
    rows = sa.published({"a": 0.53}).n_needed("majority").set_index("case")["n_needed"]
    for case, p in {"least": 0.525, "most": 0.535}.items():
        assert rows[case] == math.ceil(Z2 / 4 / (p - 0.5) ** 2)  # Wilson inverts the score test
        n = int(rows[case])
        assert proportion_confint(p * n, n, method="wilson")[0] > 0.5
        assert proportion_confint(p * (n - 1), n - 1, method="wilson")[0] <= 0.5
    assert math.isinf(
        sa.published({"a": 0.5}).n_needed("majority").set_index("case").loc["least", "n_needed"]
    )
    few = sa.published({"a": 0.1}).n_needed("few").set_index("case")["n_needed"]
    assert proportion_confint(0.105 * few["least"], few["least"], method="wilson")[1] < 0.15


def test_recommendations_of_one_person_count_between_one_and_all():
    alike, free = (
        sa.published({"a": 0.74}, n=400, unit="recommendations", events_per_person=5, icc=icc).rows.iloc[0]
        for icc in (1.0, 0.0)
    )
    for row, n in ((alike, 400), (free, 2000)):
        low = proportion_confint(0.735 * n, n, method="wilson")[0]
        assert row["low_widest"] == pytest.approx(low, abs=1e-12)
    some = sa.published(
        {"a": 0.74}, n=400, unit="recommendations", events_per_person=(1, 5), icc=0.2
    ).rows.iloc[0]
    assert some["low_widest"] == pytest.approx(alike["low_widest"])
    n = 2000 / (1 + 4 * 0.2)
    assert some["low_narrowest"] == pytest.approx(proportion_confint(0.735 * n, n, method="wilson")[0])
