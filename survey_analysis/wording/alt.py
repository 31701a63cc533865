"""Alternative text: what is drawn, the largest values in order, the smallest, one licensed comparison, base.

At most about 300 characters, then "Table below has all values." Text that does not fit is left out in a
fixed order: the base text first, then the values in the middle. Never a colour word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal

from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.process import Flow, WeightingData
from survey_analysis.results.sources import SourceData
from survey_analysis.results.test import TestData
from survey_analysis.wording.comparisons import context, finding, limits, pairs, pieces
from survey_analysis.wording.facts import MINIMUM, SMALL
from survey_analysis.wording.flow_note import alt_flow
from survey_analysis.wording.intervals import label_of
from survey_analysis.wording.levels import (
    SMALL_BASE,
    base_of,
    common_base,
    limits_of,
    printed,
    row_name,
    unit_of,
)
from survey_analysis.wording.lines import compared_base, span
from survey_analysis.wording.numbers import fixed, interval, percent, ratio, ratio_decimals
from survey_analysis.wording.phrases import SIMULATED, in_sentence, measured
from survey_analysis.wording.precision import row_of, value_of
from survey_analysis.wording.ratios import category_of
from survey_analysis.wording.sources import source_title

FigureKind = Literal[
    "headline", "likert", "dots", "differences", "ratios", "sources", "flow", "margins", "robustness"
]
MOST: Final = 300
END: Final = "Table below has all values."
NONE_CLEAR: Final = "No comparison is statistically clear."
_DRAWN: Final = {"likert": "Diverging bar chart", "dots": "Dot plot"}


def alt_text(
    result: EstimateData | TestData | SourceData | Flow | WeightingData,
    kind: FigureKind,
    *,
    test: TestData | None = None,
    simulated: bool = False,
) -> str:
    """Alternative text of a figure.

    Parameters
    ----------
    result
        What is drawn.
    kind
        How it is drawn.
    test
        Comparisons behind the one that may be named.
    simulated
        For a flow or margins, which carry no provenance.
    """
    if isinstance(result, SourceData):
        return ended(_sources(result))
    if isinstance(result, Flow):
        return ended(alt_flow(result, simulated=simulated))
    if isinstance(result, WeightingData):
        return ended(_margins(result, simulated=simulated))
    if isinstance(result, TestData):
        return ended(_ratios(result) if kind == "ratios" else _differences(result))
    if kind == "headline":
        return ended(_headline(result))
    return ended(_levels(result, kind, test))


def ended(text: str) -> str:
    """The text followed by where all values stand."""
    return f"{text} {END}"


def shortened(build: Callable[[int, bool], str], values: int) -> str:
    """The fullest text that fits: all values with the base text, else without it, else fewer values."""
    attempts = [(values, True), *((k, False) for k in range(values, 0, -1))]
    for k, with_base in attempts:
        text = build(k, with_base)
        if len(text) <= MOST:
            return text
    return build(1, False)


def ordered_values(names: Sequence[str], figures: Sequence[str], values: Sequence[float], k: int) -> str:
    """The `k` largest values in order and the smallest.

    Examples
    --------
    >>> ordered_values(["a", "b", "c", "d"], ["1%", "9%", "5%", "7%"], [1, 9, 5, 7], 2)
    'b 9%, d 7%; smallest a 1%.'
    >>> ordered_values(["a", "b"], ["1%", "9%"], [1, 9], 2)
    'b 9%, a 1%.'
    """
    order = sorted(range(len(values)), key=lambda i: (-values[i], i))
    shown = ", ".join(f"{names[i]} {figures[i]}" for i in order[:k])
    rest = f"; smallest {names[order[-1]]} {figures[order[-1]]}" if k < len(order) else ""
    return f"{shown}{rest}."


def _mark(simulated: bool) -> str:
    return f" {SIMULATED}" if simulated else ""


def _headline(estimate: EstimateData) -> str:
    row = row_of(estimate, 0)
    base = base_of(row)
    name = row_name(estimate, 0)
    figure = printed(row["estimate"], unit_of(estimate), estimate.topic.statistic)
    label = label_of(estimate.provenance, level=estimate.level, length="short")
    span_ = limits_of(row, unit_of(estimate))
    inside = f", {label} {span_}" if label and span_ else ""
    small = "; base too small to compare" if base < MINIMUM else f" {SMALL_BASE}" if base < SMALL else ""

    def build(_k: int, with_base: bool) -> str:
        who = f"{common_base(estimate)}, " if with_base else ""
        return (
            f"Headline number: {measured(estimate.topic)}{f', {in_sentence(name)}' if name else ''}. "
            f"{figure}{inside}{small}. Base: {who}n {span([row['n']])}.{_mark(estimate.simulated)}"
        )

    return shortened(build, 2)


def _levels(estimate: EstimateData, kind: str, test: TestData | None) -> str:
    rows = [row_of(estimate, i) for i in range(len(estimate))]
    known = [i for i, r in enumerate(rows) if value_of(r, "estimate") is not None]
    values = [float(rows[i]["estimate"]) for i in known]
    unit, statistic = unit_of(estimate), estimate.topic.statistic
    figures = [printed(v, unit, statistic) for v in values]
    names = [row_name(estimate, i) + (f" {SMALL_BASE}" if base_of(rows[i]) < SMALL else "") for i in known]
    compared = _one_comparison(test)
    ns = [float(rows[i]["n"]) for i in known] or [0.0]
    over = in_sentence(estimate.dims[-1].label or estimate.dims[-1].name) if estimate.dims else "answer"

    def build(k: int, with_base: bool) -> str:
        who = f"{common_base(estimate)}, " if with_base else ""
        return (
            f"{_DRAWN.get(kind, 'Chart')} of {measured(estimate.topic)}, by {over}. "
            f"{ordered_values(names, figures, values, k) if values else 'No values.'}{compared} "
            f"Base: {who}n {span(ns)}.{_mark(estimate.simulated)}"
        )

    return shortened(build, len(known))


def _one_comparison(test: TestData | None) -> str:
    if test is None:
        return ""
    for i, _ in pairs(test):
        said = finding(test, i)
        if said:
            return f" {said}."
    return f" {NONE_CLEAR}"


def _differences(test: TestData) -> str:
    label = label_of(test.provenance, level=test.level, length="short")
    unit = " points" if test.topic.unit in ("share", "points") else ""
    items: list[tuple[str, str, float]] = []
    for i, _ in pairs(test):
        row = row_of(test, i)
        value = value_of(row, "estimate")
        if value is None:
            continue
        shown = pieces(test, row)
        low, high = value_of(row, "conf_low"), value_of(row, "conf_high")
        inside = limits(test, low, high, shown.decimals)
        extra = f" ({label} {inside})" if label and inside else ""
        about = f"{x}: " if (x := context(test, row)) else ""
        name = f"{about}{row['a']} minus {in_sentence(str(row['b']))}"
        items.append((name, shown.difference + unit + extra, value))
    ns = [float(x) for x in test.rows["n"]] or [0.0]

    found = [finding(test, i) for i, _ in pairs(test)]
    clear = f"{fixed(sum(map(bool, found)))} of {fixed(len(found))} clear." if any(found) else NONE_CLEAR

    def build(k: int, with_base: bool) -> str:
        who = f"{compared_base(test)}, " if with_base else ""
        values = (
            ordered_values([x[0] for x in items], [x[1] for x in items], [x[2] for x in items], k)
            if items
            else "No values."
        )
        return (
            f"Differences in {measured(test.topic)}. {values} {clear} "
            f"Base: {who}n {span(ns)}.{_mark(test.simulated)}"
        )

    return shortened(build, len(items))


def _sources(data: SourceData) -> str:
    """Levels in order, what ranks say, one same-people comparison."""
    levels = data.levels
    rows = [row_of(levels, i) for i in range(len(levels))]
    known = [i for i, r in enumerate(rows) if value_of(r, "estimate") is not None]
    values = [float(rows[i]["estimate"]) for i in known]
    figures = [printed(v, unit_of(levels), levels.topic.statistic) for v in values]
    names = [row_name(levels, i) for i in known]
    ranked = source_title(data)
    compared = _one_comparison(data.differences)
    ns = [float(rows[i]["n"]) for i in known] or [0.0]

    def build(k: int, with_base: bool) -> str:
        who = f"{common_base(levels)}, " if with_base else ""
        return (
            f"Sources on one page, {measured(levels.topic)}. "
            f"{ordered_values(names, figures, values, k)} {ranked}.{compared} "
            f"Base: {who}n {span(ns)}.{_mark(data.simulated)}"
        )

    return shortened(build, len(known))


def _ratios(test: TestData) -> str:
    label = label_of(test.provenance, level=test.level, length="short")
    items: list[tuple[str, str, float]] = []
    for i in range(len(test)):
        row = row_of(test, i)
        value = value_of(row, "estimate")
        if value is None:
            continue
        low, high = value_of(row, "conf_low"), value_of(row, "conf_high")
        decimals = ratio_decimals(value)
        extra = (
            f" ({interval(low, high, decimals)})" if label and low is not None and high is not None else ""
        )
        items.append((category_of(test, i), ratio(value) + extra, value))
    ns = [float(x) for x in test.rows["n"]] or [0.0]

    def build(k: int, with_base: bool) -> str:
        shown = (
            ordered_values([x[0] for x in items], [x[1] for x in items], [x[2] for x in items], k)
            if items
            else "No values."
        )
        what = f" with {label}" if with_base and label else ""
        of = in_sentence(test.topic.short or test.topic.question)
        count_ = fixed(len(items))
        return (
            f"Dot plot of {count_} ratios in {of}{what}. {shown} Base: n {span(ns)}.{_mark(test.simulated)}"
        )

    return shortened(build, len(items))


def _margins(weighting: WeightingData, *, simulated: bool) -> str:
    moved = sorted(weighting.margins, key=lambda m: -abs(m.after - m.before))

    def build(k: int, _with_base: bool) -> str:
        said = ", ".join(
            f"{m.margin} {m.category} {percent(m.before)} to {percent(m.after)}" for m in moved[:k]
        )
        return (
            f"Dumbbell chart of weighting margins before and after, {weighting.sample}. Moved most: {said}. "
            f"Design effect {ratio(weighting.deff, 2)}, n {span([weighting.n])}.{_mark(simulated)}"
        )

    return shortened(build, min(len(moved), 4))
