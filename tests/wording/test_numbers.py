"""One rounding: half-up, exact for shares of counts, and pieces that agree."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_analysis.errors import EstimationError
from survey_analysis.wording import numbers as nb


def test_every_share_of_up_to_1000_rounds_half_up_and_naive_floats_do_not():
    halves = missed_by_floats = 0
    for n in range(1, 1001):
        for k in range(n + 1):
            exact, half = divmod(200 * k + n, 2 * n)
            assert nb.round_share(k, n) == exact
            assert nb.units(100 * (k / n)) == exact
            if half == 0:
                halves += 1
                missed_by_floats += math.floor(k / n * 100 + 0.5) != exact
    assert (halves, missed_by_floats) == (1300, 40)  # statistics.md 2.15


@pytest.mark.parametrize("decimals", [1, 2])
def test_shares_with_decimals_match_decimal_arithmetic(decimals):
    step = Decimal(1).scaleb(-decimals)
    for n in range(1, 301):
        for k in range(n + 1):
            exact = (Decimal(100 * k) / n).quantize(step, rounding=ROUND_HALF_UP)
            assert Decimal(nb.fixed(100 * (k / n), decimals)) == exact
            assert Decimal(str(nb.round_share(k, n, decimals))) == exact


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_rounding_is_symmetric_and_close(x, decimals):
    assert nb.units(-x, decimals) == -nb.units(x, decimals)
    assert abs(nb.units(x, decimals) - x * 10**decimals) <= 0.5 + 1e-5


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (2.5, 0, "3"),
        (-2.5, 0, "−3"),
        (0.5, 0, "1"),
        (-0.4, 0, "0"),
        (1e12, 0, "1,000,000,000,000"),
        (0.05, 1, "0.1"),
    ],
)
def test_fixed(value, decimals, text):
    assert nb.fixed(value, decimals) == text


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_what_is_not_a_number_is_refused(bad):
    with pytest.raises(EstimationError, match="cannot be rounded"):
        nb.percent(bad)


@pytest.mark.parametrize(("k", "n"), [(3, 0), (5, 4), (-1, 4)])
def test_what_is_not_a_share_is_refused(k, n):
    with pytest.raises(EstimationError, match="not a share"):
        nb.round_share(k, n)


@pytest.mark.parametrize(
    ("p", "text"),
    [(0.0, "-"), (1e-9, "*"), (0.00499, "*"), (0.005, "1"), (1.0, "100"), (None, "n/a"), (math.nan, "n/a")],
)
def test_marks_of_a_table_cell(p, text):
    assert nb.share_text(p) == text


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0, "<.001"),
        (0.00099, "<.001"),
        (0.001, ".001"),
        (0.0234, ".023"),
        (0.0497, ".0497"),
        (0.05, ".050"),
        (1.0, ">.999"),
    ],
)
def test_p_values(p, text):
    assert nb.p_value(p) == text


@given(st.floats(1e-3, 0.05, exclude_max=True))
def test_a_p_under_5_percent_never_prints_as_5_percent(p):
    assert float("0" + nb.p_value(p)) < 0.05 or p > 0.05 - 1e-8


def test_pieces_agree_on_the_headline():
    assert nb.agree(82.1, 73.0) == nb.Pieces("82", "73", "9", 0)
    more = nb.agree(81.62, 73.26)
    assert (more.a, more.b, more.difference, more.decimals, more.note) == (
        "81.6",
        "73.3",
        "8.4",
        1,
        nb.ROUNDING_NOTE,
    )
    assert nb.agree(79.5, 74.1) == nb.Pieces("79.5", "74.1", "5.4", 1)


@given(st.floats(0, 100), st.floats(0, 100))
def test_printed_pieces_add_up_or_say_so(a, b):
    pieces = nb.agree(a, b)
    value = [Decimal(x.replace("−", "-")) for x in (pieces.a, pieces.b, pieces.difference)]
    assert value[0] - value[1] == value[2] or pieces.note == nb.ROUNDING_NOTE


def test_intervals_and_signs():
    assert nb.percent_interval(0.801, 0.839) == "80–84"
    assert nb.percent_interval(-0.012, 0.044) == "−1 to 4"
    assert nb.points(-0.0836, 1) == "−8.4"
    assert nb.points(0.0836) == "+8"
    assert nb.points(-0.004) == "0"
