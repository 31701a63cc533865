"""The numbers of a native chart from a result: what a deck draws where a figure would."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.likert import bars_of
from survey_analysis.figures.likert_bars import Bars
from survey_analysis.figures.reading import Level, contrasts, group_title, levels
from survey_analysis.results.deck import ChartData, ChartSeries, SeriesRole
from survey_analysis.results.estimate import EstimateData, Unit
from survey_analysis.results.sources import SourceData
from survey_analysis.results.test import TestData
from survey_analysis.results.waves import TrendData

SUPPORTED: Final = ("headline", "likert", "dots", "differences", "ratios", "sources", "trend")
_FORMATS: Final[Mapping[str, str]] = {
    "share": "0%",
    "score": "0.00",
    "pomp": "0.0",
    "count": "0.00",
    "ratio": "0.0",
    "points": "+0;−0;0",
}
_LEFT: Final = " (left half)"


def native(result: object, kind: str, style: Mapping[str, Any]) -> ChartData | None:
    """The numbers of the native chart of a figure; None where a figure has no native chart."""
    if isinstance(result, EstimateData):
        return _likert(result, style) if kind == "likert" else _levels(result, style, kind)
    if isinstance(result, TestData):
        return _ratios(result) if result.kind == "ratio" else _differences(result)
    if isinstance(result, SourceData):
        return _levels(result.levels, {"rows": result.dim}, kind)
    return _trend(result) if isinstance(result, TrendData) else None


def chart_name(result: EstimateData | TestData | TrendData) -> str:
    """A stable name from question, score, answers and dimensions.

    It says what a chart is about and nothing of what was found, so that the next wave has the same name.
    """
    topic = result.topic
    by = [] if isinstance(result, TrendData) else [d.name for d in result.dims]
    parts = [topic.question, topic.score, *by]
    return re.sub(r"[^A-Za-z0-9]+", "-", "-".join(p for p in parts if p)).strip("-").lower() or "chart"


def number_format(unit: Unit, statistic: str) -> str:
    """How Excel prints a unit, as `wording` prints it."""
    return "#,##0" if statistic == "total" else _FORMATS[unit]


def _value(x: float) -> float | None:
    return x if math.isfinite(x) else None


def _levels(result: EstimateData, style: Mapping[str, Any], kind: str) -> ChartData:
    """Bars: one series, or a series a group where an answer or a row stands in several."""
    table = levels(result, style.get("rows"))
    if style.get("sort") == "estimate" or (kind == "headline" and result.topic.subject):
        table = tuple(sorted(table, key=lambda r: -r.value if math.isfinite(r.value) else math.inf))
    several = len({r.answer for r in table}) > 1
    by_group = several and any(r.label or r.group for r in table)

    def category(r: Level) -> str:
        return (r.answer if several else r.label or r.answer) or "All"

    def series(r: Level) -> str:
        return group_title([*r.group, r.label]) if by_group else group_title(r.group)

    names = list(dict.fromkeys(series(r) for r in table))
    categories = list(dict.fromkeys(category(r) for r in table))
    factor = 100 if result.topic.unit == "points" else 1
    found = {(series(r), category(r)): _value(r.value * factor) for r in table}
    title = result.topic.short or result.topic.question
    return ChartData(
        name=chart_name(result),
        form="bar",
        categories=tuple(categories),
        series=tuple(ChartSeries(n or title, tuple(found.get((n, c)) for c in categories)) for n in names),
        number_format=number_format(result.topic.unit, result.topic.statistic),
        marked=_marks(style.get("test")) if len(names) == 1 else {},
        ends=_ends(result),
    )


def _ends(result: EstimateData) -> tuple[float | None, float | None]:
    """Bars begin at 0; a scale of scores shows its own ends."""
    if result.topic.unit in ("score", "pomp") and result.topic.scale_range:
        return min(0.0, result.topic.scale_range[0]), result.topic.scale_range[1]
    if result.topic.unit == "share" and result.topic.statistic == "proportion":
        return 0.0, None
    return None, None


def _marks(test: TestData | None) -> dict[str, str]:
    """Triangles beside categories that differ from the one they were compared with, where all were compared with one."""
    if test is None or test.kind != "difference":
        return {}
    rows = contrasts(test)
    base = "common" if any(c.base == "common" for c in rows) else rows[0].base if rows else ""
    mine = [c for c in rows if c.base == base and not c.group]
    if len({c.b for c in mine}) != 1:
        return {}
    return {c.a: "▲" if c.value > 0 else "▼" for c in mine if c.p < 1 - test.level}


def _likert(result: EstimateData, style: Mapping[str, Any]) -> ChartData:
    """Negative answers below zero, the middle split around it, nearest answers first: the order of stacking."""
    bars: Bars = bars_of(result, **{k: v for k, v in style.items() if k in ("rows", "sort", "positive")})
    count, half = len(bars.answers), len(bars.answers) // 2
    series: list[ChartSeries] = []

    def add(name: str, factor: float, i: int, role: SeriesRole) -> None:
        series.append(ChartSeries(name, tuple(_scaled(b.shares[i], factor) for b in bars.rows), role))

    if count % 2:
        add(bars.answers[half] + _LEFT, -0.5, half, "middle-left")
    for i in reversed(range(half)):
        add(bars.answers[i], -1.0, i, "negative")
    if count % 2:
        add(bars.answers[half], 0.5, half, "middle")
    for i in range(count - half, count):
        add(bars.answers[i], 1.0, i, "positive")
    return ChartData(
        name=chart_name(result),
        form="likert",
        categories=_unique([b.label for b in bars.rows]),
        series=tuple(series),
        number_format="0%;0%",
        labels=bars.answers,
        outside=tuple(
            ChartSeries(name, tuple(_value(b.outside[i]) for b in bars.rows), "outside")
            for i, name in enumerate(bars.outside)
        ),
    )


def _unique(labels: Sequence[str]) -> tuple[str, ...]:
    if len(set(labels)) == len(labels):
        return tuple(labels)
    raise FigureError(
        "Rows of the chart share a label.", hint="break down by one dimension, or filter with where=."
    )


def _scaled(value: float, factor: float) -> float | None:
    return value * factor if math.isfinite(value) else None


def stacked(data: ChartData) -> ChartData:
    """A diverging chart as bars of 100%: answers in their order, the middle whole again."""
    if data.form != "likert":
        raise FigureError(
            "A stacked chart shows all answers of a scale.",
            hint="leave top= and answers= out, on a question with a scale.",
        )
    whole = {s.name: s for s in data.series if s.role != "middle-left"}
    made = []
    for label in data.labels:
        factor = {"negative": -1.0, "middle": 2.0}.get(whole[label].role, 1.0)
        values = tuple(None if v is None else v * factor for v in whole[label].values)
        made.append(replace(whole[label], values=values))
    return replace(data, form="stacked", series=(*made, *data.outside), number_format="0%", outside=())


def _differences(test: TestData) -> ChartData:
    """Differences in points, a series a base."""
    rows = contrasts(test)
    share = test.topic.unit == "share"
    names = {"common": "Same people", "all": "Same people", "own": "Own base"}

    def label(c: Any) -> str:
        return f"{group_title(c.group)}: {c.a} − {c.b}" if c.group else f"{c.a} − {c.b}"

    categories = list(dict.fromkeys(label(c) for c in rows))
    bases = sorted(dict.fromkeys(c.base for c in rows), key=lambda b: b == "own")
    found = {(c.base, label(c)): _value(c.value * (100 if share else 1)) for c in rows}
    return ChartData(
        name=chart_name(test) + "-differences",
        form="bar",
        categories=tuple(categories),
        series=tuple(
            ChartSeries(names.get(b, "Difference"), tuple(found.get((b, c)) for c in categories))
            for b in bases
        ),
        number_format="+0;−0;0" if share else "+0.00;−0.00;0.00",
    )


def _ratios(test: TestData) -> ChartData:
    rows = sorted(contrasts(test), key=lambda c: -c.value if math.isfinite(c.value) else math.inf)
    several = len({(c.a, c.b) for c in rows}) > 1
    names = [group_title(c.group) if c.group and not several else f"{c.a} / {c.b}" for c in rows]
    series = ChartSeries("Ratio", tuple(_value(c.value) for c in rows))
    return ChartData(chart_name(test) + "-ratios", "bar", _unique(names), (series,), "0.0", ends=(0.0, None))


def _trend(data: TrendData) -> ChartData:
    names = list(dict.fromkeys(data.rows["line"].tolist()))
    found = {(r["line"], r["wave"]): _value(float(r["estimate"])) for r in data.rows.to_dict("records")}
    return ChartData(
        name=chart_name(data) + "-trend",
        form="line",
        categories=data.waves,
        series=tuple(ChartSeries(str(n), tuple(found.get((n, w)) for w in data.waves)) for n in names),
        number_format=number_format(data.topic.unit, data.topic.statistic),
        ends=(0.0, None) if data.topic.unit == "share" else (None, None),
    )
