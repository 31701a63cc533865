"""Counts and bases of printed percentages against brute force."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_analysis.errors import EstimationError
from survey_analysis.printed.counts import check_printed, counts, impossible, nearest_possible, possible


def printed(x: int, n: int, places: str = "1") -> Decimal:
    """What a careful person prints: exact division, half-up."""
    return (Decimal(100 * x) / Decimal(n)).quantize(Decimal(places), ROUND_HALF_UP)


@given(st.integers(0, 100), st.integers(1, 400))
def test_counts_are_those_that_print_so(percent, n):
    fits = [x for x in range(n + 1) if printed(x, n) == percent]
    assert counts(percent / 100, 0.005, n) == ((fits[0], fits[-1]) if fits else None)


@pytest.mark.parametrize("tenths", [0, 5, 823, 825, 999, 1000])
def test_one_decimal(tenths):
    for n in range(1, 300):
        fits = [x for x in range(n + 1) if printed(x, n, "0.1") == Decimal(tenths) / 10]
        assert counts(tenths / 1000, 0.0005, n) == ((fits[0], fits[-1]) if fits else None)


def test_impossible_bases_by_enumeration():
    for percent in (82, 73, 94, 92):
        wrong = tuple(n for n in range(1, 150) if not any(printed(x, n) == percent for x in range(n + 1)))
        assert impossible([percent / 100], 0.005) == wrong
    both = {n for v in (0.82, 0.73) for n in impossible([v], 0.005)}
    assert set(impossible([0.82, 0.73], 0.005)) == both


def test_11_people_can_give_82_percent_and_12_cannot():
    assert possible([0.82], 0.005, 11)  # 9 of 11 is 81.8
    assert not possible([0.82], 0.005, 12)  # 10 of 12 is 83.3, 9 is 75


def test_nearest_possible_bases_of_a_range():
    assert nearest_possible([0.82], 0.005, 12, 16) == (None, None)
    assert nearest_possible([0.82], 0.005, 12, 21) == (17, 17)
    assert nearest_possible([0.82], 0.005, 100, 6000) == (100, 6000)


@pytest.mark.parametrize(
    ("value", "rounding", "says"),
    [
        (82, 0.005, "not between 0 and 1"),
        (0.825, 0.005, "more decimals"),
        (0.82, 0.0, "rounding"),
        (0.5, 0.7, "rounding"),
    ],
)
def test_figures_that_cannot_have_been_printed(value, rounding, says):
    with pytest.raises(EstimationError, match=says):
        check_printed(value, rounding, "here")
