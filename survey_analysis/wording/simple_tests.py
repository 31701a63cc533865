"""Sentences and explanations of tests of simple samples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_analysis.results.test import TestData
from survey_analysis.significance.simple.registry import entry_of
from survey_analysis.wording.numbers import fixed, p_value
from survey_analysis.wording.phrases import capitalised
from survey_analysis.wording.precision import row_of, value_of


def simple_sentence(test: TestData, i: int) -> str:
    """Which test was made, of what, and what it found; nothing that a licence would have to allow."""
    row = row_of(test, i)
    about = ", ".join(
        x for x in (test.topic.short or str(row["question"]), str(row.get("contrast") or "")) if x
    )
    estimate = value_of(row, "estimate")
    name = str(row.get("estimated") or "estimate")
    found = f"{name} {fixed(estimate, 2)}, " if estimate is not None else ""
    return f"{capitalised(str(row['method']))} of {about}: {found}{figure(row)}."


def figure(row: Mapping[str, Any]) -> str:
    """Statistic with its degrees of freedom, p (adjusted where it was), and people."""
    parts = []
    statistic = value_of(row, "statistic")
    if statistic is not None and row.get("symbol"):
        freedom = [d for d in (value_of(row, c) for c in ("df", "df_residual")) if d is not None and d < 1e6]
        inside = ", ".join(fixed(d, 0 if float(d).is_integer() else 1) for d in freedom)
        parts.append(f"{row['symbol']}{f'({inside})' if inside else ''} = {fixed(statistic, 2)}")
    p = value_of(row, "p_adjusted")
    if p is not None:
        said = p_value(p)
        parts.append(f"p {said[0]} {said[1:]}" if said[0] in "<>" else f"p = {said}")
    return ", ".join([*parts, f"n = {int(row['n'])}"])


def explain_simple(test: TestData) -> str:
    """What the test is for, its variance, source, and what to use on weighted data."""
    row = row_of(test)
    entry = entry_of(str(row["test"]))
    lines = [
        f"Simple-sample test '{entry.name}' of '{test.topic.question}': {entry.summary}.",
        f"  Method      {row['method']}.",
        "  Variance    that of a simple random sample: every person counts once, weights and clusters none.",
        f"  Source      {entry.source}.",
        f"  Otherwise   on weighted or clustered data: {entry.instead}.",
        f"  Family      {test.family.declared}.",
    ]
    if test.provenance.where:
        lines.append(f"  Domain      {test.provenance.where}.")
    if test.simulated:
        lines.append("  Data        simulated: no people were surveyed.")
    return "\n".join(lines)
