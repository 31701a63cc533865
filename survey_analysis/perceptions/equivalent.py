"""Equivalence of sources against a declared margin: two one-sided tests."""

from __future__ import annotations

import numpy as np

from survey_analysis.core.intervals import t_quantile
from survey_analysis.core.quadratic import equivalence
from survey_analysis.errors import EstimationError
from survey_analysis.results.estimate import Unit
from survey_analysis.results.sources import Equivalence
from survey_analysis.results.test import TestData


def equivalent(test: TestData, margin: float) -> Equivalence:
    """Two one-sided tests of every difference, own bases and same people.

    The standard error is the design-based one (that of the interval), also where the difference itself is tested
    with a pooled one: the hypothesis here is not that both shares are equal.

    Raises
    ------
    EstimationError
        A margin that is none, or one in points where shares are 0 to 1.
    """
    check_margin(margin, test.topic.unit)
    rows = test.rows
    d, df = (rows[c].to_numpy(dtype=np.float64) for c in ("estimate", "df"))
    half = (rows["conf_high"] - rows["conf_low"]).to_numpy(dtype=np.float64) / 2
    with np.errstate(invalid="ignore"):
        se = half / t_quantile(0.5 + test.level / 2, df)
    reach = t_quantile(test.level, df) * se
    p = equivalence(d, se, df, margin)
    named = [c for c in ("question", "level", *[x.name for x in test.dims]) if c in rows and c != "question"]
    out = rows[["question", *named, "contrast", "a", "b", "base", "n"]].copy()
    out["estimate"], out["conf_low"], out["conf_high"], out["p_value"] = d, d - reach, d + reach, p
    out["equivalent"] = p < 1 - test.level
    return Equivalence(out.reset_index(drop=True), margin, round(2 * test.level - 1, 12))


def check_margin(margin: float, unit: Unit) -> None:
    """An error for a margin that is no size of difference in the unit of the estimate."""
    if isinstance(margin, bool) or not isinstance(margin, int | float) or not margin > 0:
        raise EstimationError(
            f"margin = {margin!r} is not a margin of equivalence.",
            hint="give the largest difference that does not matter, in the unit of the estimate.",
        )
    if unit == "share" and margin >= 1:
        raise EstimationError(
            f"margin = {margin:g} is larger than any difference of shares.",
            hint=f"shares are 0 to 1: {margin:g} points is margin={margin / 100:g}.",
        )
