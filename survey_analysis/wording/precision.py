"""What a difference's standard error says beyond its interval: equivalence limits, detectable size.

Nothing is estimated here: both are read off the standard error and the t multiplier that the printed
interval was made with.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import special

from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData

POWER: Final = 0.80
_NORMAL: Final = 1e9  # degrees of freedom beyond which t is normal


def value_of(row: Mapping[str, Any], name: str) -> float | None:
    """A number of a tidy row; None where it is absent or missing.

    Examples
    --------
    >>> value_of({"n": 3}, "n"), value_of({"n": float("nan")}, "n"), value_of({}, "n")
    (3.0, None, None)
    """
    x = row.get(name)
    return None if x is None or pd.isna(x) else float(x)


def row_of(result: EstimateData | TestData, i: int = 0) -> dict[str, Any]:
    """One tidy row as a dict."""
    return {str(k): v for k, v in result.rows.iloc[i].to_dict().items()}


def degrees_of_freedom(row: Mapping[str, Any], *, level: float = 0.95) -> float | None:
    """Degrees of freedom behind a t interval, found from its half width; None without a standard error.

    Examples
    --------
    >>> row = {"std_error": 1.0, "conf_low": -2.2281388, "conf_high": 2.2281388}
    >>> int(degrees_of_freedom(row) + 0.5)
    10
    """
    se, low, high = (value_of(row, name) for name in ("std_error", "conf_low", "conf_high"))
    if se is None or low is None or high is None or se <= 0:
        return None
    multiplier = (high - low) / (2 * se)
    if multiplier <= float(special.stdtrit(_NORMAL, (1 + level) / 2)):
        return _NORMAL
    lower, upper = 0.5, _NORMAL
    for _ in range(200):  # the multiplier falls as the degrees of freedom rise
        middle = float(np.sqrt(lower * upper))
        if float(special.stdtrit(middle, (1 + level) / 2)) > multiplier:
            lower = middle
        else:
            upper = middle
    return float(np.sqrt(lower * upper))


def equivalence_limits(row: Mapping[str, Any], *, level: float = 0.95) -> tuple[float | None, float | None]:
    """The 100(1 - 2 alpha)% interval that two one-sided tests compare with the margin (Schuirmann 1987).

    Examples
    --------
    >>> row = {"estimate": 0.0, "std_error": 1.0, "conf_low": -1.959964, "conf_high": 1.959964}
    >>> low, high = equivalence_limits(row)
    >>> f"{low:.3f} {high:.3f}"
    '-1.645 1.645'
    """
    df, estimate, se = (
        degrees_of_freedom(row, level=level),
        value_of(row, "estimate"),
        value_of(row, "std_error"),
    )
    if df is None or estimate is None or se is None:
        return None, None
    half = float(special.stdtrit(df, level)) * se
    return estimate - half, estimate + half


def detectable(row: Mapping[str, Any], *, level: float = 0.95) -> float | None:
    """Smallest difference that one two-sided test would have found with 80% power.

    The row's own `detectable` when it has one, else (t[1 - alpha / 2] + t[.80]) * SE. An adjusted family
    finds less, so "differences under this could not have been detected" holds there too.

    Examples
    --------
    >>> row = {"estimate": 0.0, "std_error": 1.0, "conf_low": -1.959964, "conf_high": 1.959964}
    >>> f"{detectable(row):.2f}"
    '2.80'
    """
    known = value_of(row, "detectable")
    if known is not None:
        return known
    df, se = degrees_of_freedom(row, level=level), value_of(row, "std_error")
    if df is None or se is None:
        return None
    return float(special.stdtrit(df, (1 + level) / 2) + special.stdtrit(df, POWER)) * se
