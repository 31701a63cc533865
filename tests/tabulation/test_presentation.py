"""Each rule of the NCHS standards, just either side of its limit, in the order of surveytable."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import beta

import survey_analysis as sa
from survey_analysis.tabulation.presentation import standards


def verdict(p: float, n: float, df: float = 200.0, deff: float = 1.0) -> str:
    one = np.ones(1)
    se = np.sqrt(deff * p * (1 - p) / n)
    return str(standards(p * one, se * one, df * one, n * one, n / deff * one)[0][0])


def width(p: float, n: float) -> float:
    """Clopper-Pearson width at n p of n, the Korn-Graubard interval of a simple sample with many df."""
    low = beta.ppf(0.025, n * p, n - n * p + 1)
    return float(beta.ppf(0.975, n * p + 1, n - n * p) - low)


@pytest.mark.parametrize(
    ("p", "n", "df", "deff", "expected"),
    [
        (0.5, 29, 28, 1, "suppressed"),  # fewer than 30
        (0.5, 90, 89, 3.2, "suppressed"),  # fewer than 30 effective
        (0.02, 400, 399, 1, ""),  # width at most 0.05, although wider than 130% of the share
        (0.5, 40, 39, 1, "suppressed"),  # 0.30 or wider
        (0.5, 60, 59, 1, ""),
        (0.05, 60, 59, 1, "suppressed"),  # wider than 130% of the share
        (0.94, 60, 59, 1, "complement"),
        (0.5, 200, 7, 1, "review"),  # under 8 degrees of freedom
        (1.0, 200, 199, 1, "review"),
    ],
)
def test_each_rule(p: float, n: float, df: float, deff: float, expected: str) -> None:
    assert verdict(p, n, df, deff) == expected


def test_the_widths_are_those_of_the_interval_by_hand() -> None:
    assert width(0.5, 40) > 0.30 > width(0.5, 60)
    assert width(0.02, 400) < 0.05
    assert width(0.05, 60) > 1.3 * 0.05
    assert width(0.94, 60) > 1.3 * 0.06


def test_a_table_does_not_print_what_the_standards_withhold() -> None:
    data = pd.DataFrame({"q": ["a", "b"] * 100, "g": ["x"] * 176 + ["y"] * 24})
    table = sa.read(data).tabulate("q", by="g", presentation="nchs")["q"]
    text = repr(table.table())
    assert "presentation standards of NCHS" in text
    rows = table.to_frame().set_index(["level", "key"])
    assert rows.loc[("a", "g:y"), "standard"] == "suppressed"
    assert rows.loc[("a", "g:x"), "standard"] == ""
    line = next(x for x in text.splitlines() if x.startswith("a"))
    assert line.split()[-1] == "x"
