"""Test results as APA 7 strings: italics left to the renderer, no leading zero where 1 is the most (statistics 2.22)."""

from __future__ import annotations

import math

from survey_analysis.results.crosstab import CrosstabData
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.test import TestData
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.numbers import fixed, p_value


def apa_p(p: float) -> str:
    """P as APA prints it.

    Examples
    --------
    >>> apa_p(0.0002), apa_p(0.0234)
    ('p < .001', 'p = .023')
    """
    return "p < .001" if p < 0.001 else f"p = {p_value(p)}"


def apa_t(statistic: float, df: float, p: float) -> str:
    """A t test.

    Examples
    --------
    >>> apa_t(2.31, 118.4, 0.0226)
    't(118.4) = 2.31, p = .023'
    """
    shown = "∞" if math.isinf(df) else fixed(df, 0 if float(df).is_integer() else 1)
    shown = shown.replace(",", "")
    return f"t({shown}) = {fixed(statistic, 2)}, {apa_p(p)}"


def apa_f(statistic: float, df: float, df_residual: float, p: float) -> str:
    """An F test, Rao-Scott's among them.

    Examples
    --------
    >>> apa_f(5.31, 2.9, 610.0, 0.0014)
    'F(2.9, 610.0) = 5.31, p = .001'
    """
    residual = fixed(df_residual, 1).replace(",", "")
    return f"F({fixed(df, 1)}, {residual}) = {fixed(statistic, 2)}, {apa_p(p)}"


def apa_interval(
    low: float, high: float, provenance: Provenance, *, level: float = 0.95, decimals: int = 2
) -> str:
    """An interval under the name that the kind of sample licenses: "95% CI" only for a probability sample.

    Examples
    --------
    >>> apa_interval(0.06, 0.78, Provenance("s", "probability"))
    '95% CI [0.06, 0.78]'
    """
    label = label_of(provenance, level=level, length="short")
    return f"{label} [{fixed(low, decimals)}, {fixed(high, decimals)}]"


def apa_rows(test: TestData) -> tuple[str, ...]:
    """Each row of a test: t with its interval, or F; a row without a test says so.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"q": ["a", "b", "a", "a"] * 30, "g": ["x", "y"] * 60})
    >>> sa.read(data).independence("q", "g").apa()
    ('F(1.0, 119.0) = 44.07, p < .001',)
    """
    out = []
    for row in test.rows.to_dict("records"):
        if math.isnan(row["statistic"]) or math.isnan(row["p_value"]):
            out.append("no test")
        elif math.isfinite(row.get("df_residual", math.nan)):
            out.append(apa_f(row["statistic"], row["df"], row["df_residual"], row["p_value"]))
        else:
            said = apa_t(row["statistic"], row["df"], row["p_value"])
            between = apa_interval(row["conf_low"], row["conf_high"], test.provenance, level=test.level)
            out.append(f"{said}, {between}" if interval_allowed(test.provenance) else said)
    return tuple(out)


def apa_lines(crosstab: CrosstabData) -> tuple[str, ...]:
    """Rao-Scott tests of a banner table, heading by heading."""
    names = {c.span: c.span_label for c in crosstab.columns}
    tested = crosstab.independence[crosstab.independence["method"] != ""]
    return tuple(
        (f"{r['subject']}, " if r["subject"] else "")
        + f"{names.get(str(r['span']), str(r['span']))}: "
        + apa_f(r["statistic"], r["df"], r["df_residual"], r["p_value"])
        for r in tested.to_dict("records")
    )
