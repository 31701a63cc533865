"""Reading results for a drawing: labels, values and limits of rows, in one shape.

Where a kind of sample may print no interval, the limits are not a number here, so no figure can draw them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from survey_analysis.errors import closest
from survey_analysis.figures.errors import FigureError
from survey_analysis.results.estimate import Dim, EstimateData
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.test import Family, TestData
from survey_analysis.wording.intervals import interval_allowed, label_of
from survey_analysis.wording.numbers import count


@dataclass(frozen=True)
class Level:
    """One estimate: its row label, the labels of the group it belongs to, value, limits and base."""

    key: str
    label: str
    group: tuple[str, ...]
    answer: str
    value: float
    low: float
    high: float
    n: int


ANSWERS: Final = "answer"
"""Rows of a figure that are the answers themselves, every dimension a group."""


def row_dimension(result: EstimateData, rows: str | None) -> Dim | None:
    """The dimension whose levels are the rows: the one named, else the battery's subject, else the last.

    None where there is no dimension, or the answers are the rows.

    Raises
    ------
    FigureError
        No such dimension.
    """
    names = [d.name for d in result.dims]
    if rows == ANSWERS and ANSWERS not in names and "level" in result.rows:
        return None
    if rows is not None and rows not in names:
        raise FigureError(f"The estimate has no dimension '{rows}'.", hint=closest(rows, names))
    if not names:
        return None
    chosen = rows or (result.topic.subject if result.topic.subject in names else names[-1])
    return result.dims[names.index(chosen)]


def levels(result: EstimateData, rows: str | None = None) -> tuple[Level, ...]:
    """All rows of an estimate, in their order."""
    along = row_dimension(result, rows)
    table = result.rows.to_dict("records")
    several = len({str(r.get("question", "")) for r in table}) > 1
    shown = interval_allowed(result.provenance)
    out = []
    for record, keys in zip(table, result.keys, strict=True):
        at = dict(zip([d.name for d in result.dims], keys, strict=True))
        group = [str(record.get("question", ""))] if several else []
        group += [d.label_of(at[d.name]) for d in result.dims if d is not along]
        key = at[along.name] if along else ""
        answer = record.get("level")
        out.append(
            Level(
                key=key,
                label=along.label_of(key) if along else "",
                group=tuple(group),
                answer="" if answer is None or answer != answer else str(answer),  # noqa: PLR0124 - NaN
                value=_float(record, "estimate"),
                low=_float(record, "conf_low") if shown else math.nan,
                high=_float(record, "conf_high") if shown else math.nan,
                n=int(record["n"]),
            )
        )
    return tuple(out)


def _float(record: Mapping[Any, Any], name: str) -> float:
    value = record.get(name)
    return math.nan if value is None else float(value)


@dataclass(frozen=True)
class Contrast:
    """One comparison: labels of both sides, the group it belongs to, value, limits, adjusted p, base."""

    a: str
    b: str
    group: tuple[str, ...]
    base: str
    value_a: float
    value_b: float
    value: float
    low: float
    high: float
    p: float
    n: int


def contrasts(result: TestData) -> tuple[Contrast, ...]:
    """All rows of a test, in their order; sides by their labels."""
    table = result.rows.to_dict("records")
    several = len({str(r.get("question", "")) for r in table}) > 1
    labels = {key: label for d in result.dims for key, label in d.levels}
    shown = interval_allowed(result.provenance)
    out = []
    for record in table:
        a, b = str(record["a"]), str(record["b"])
        group = [str(record.get("question", ""))] if several else []
        for d in result.dims:
            value = record.get(d.name)
            if isinstance(value, str) and value:
                group.append(d.label_of(value))
        out.append(
            Contrast(
                a=labels.get(a, a),
                b=labels.get(b, b),
                group=tuple(group),
                base=str(record.get("base", "")),
                value_a=_float(record, "estimate_a"),
                value_b=_float(record, "estimate_b"),
                value=_float(record, "estimate"),
                low=_float(record, "conf_low") if shown else math.nan,
                high=_float(record, "conf_high") if shown else math.nan,
                p=_float(record, "p_adjusted"),
                n=int(record["n"]),
            )
        )
    return tuple(out)


def interval_name(provenance: Provenance, level: float) -> str:
    """What the interval may be called beside a number; empty where none may be printed."""
    return label_of(provenance, level=level, length="short")


_ADJUSTED: Final = {
    "none": "p not adjusted",
    "holm": "p adjusted by Holm",
    "bonferroni": "p adjusted by Bonferroni",
    "bh": "p adjusted by Benjamini-Hochberg",
    "by": "p adjusted by Benjamini-Yekutieli",
    "sidak": "p adjusted by Šidák",
}


def adjustment(family: Family) -> str:
    """How p-values were adjusted and over how many comparisons."""
    word = "comparison" if family.size == 1 else "comparisons"
    return _ADJUSTED[family.adjust] + (f", {count(family.size)} {word}" if family.adjust != "none" else "")


def people(n: int) -> str:
    """A base as printed."""
    return count(n)


def group_title(group: Sequence[str]) -> str:
    """Labels of a group on one line."""
    return " · ".join(group)


def in_order(groups: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Distinct groups in the order of their first row."""
    return list(dict.fromkeys(groups))
