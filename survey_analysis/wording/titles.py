"""Titles computed from a result and its tests, and `caption_for`: all texts around a figure or table.

A title says the finding where a word is licensed, and the plain numbers where none is.
"""

from __future__ import annotations

from typing import Final

from survey_analysis.errors import ReportError
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.process import Flow, WeightingData
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.sources import SourceData
from survey_analysis.results.test import TestData
from survey_analysis.wording.alt import FigureKind, alt_text
from survey_analysis.wording.captions import Caption
from survey_analysis.wording.comparisons import finding, pairs, pieces
from survey_analysis.wording.facts import MINIMUM, SMALL
from survey_analysis.wording.flow_note import flow_note, flow_title
from survey_analysis.wording.levels import (
    SMALL_BASE,
    base_of,
    printed,
    row_name,
    unit_of,
)
from survey_analysis.wording.lines import (
    adjustment_line,
    base_line,
    n_text,
    notes,
    question_wording,
    said_of,
    source_line,
    subtitle,
)
from survey_analysis.wording.numbers import count, number, percent, ratio
from survey_analysis.wording.phrases import capitalised, in_sentence, measured, noun, subject
from survey_analysis.wording.precision import row_of, value_of
from survey_analysis.wording.published import BY_CONSTRUCTION
from survey_analysis.wording.ratios import largest_of
from survey_analysis.wording.sources import apart_line, compared, source_title

LONGEST: Final = 130  # two lines of a figure title
_LISTED: Final = 4  # values that a title may list


def caption_for(
    result: EstimateData | TestData | SourceData | Flow | WeightingData,
    kind: FigureKind,
    *,
    test: TestData | None = None,
    summary: EstimateData | None = None,
    provenance: Provenance | None = None,
    published: bool = False,
) -> Caption:
    """All texts around a figure, computed from what it shows.

    Parameters
    ----------
    result
        What is drawn.
    kind
        How it is drawn: headline, likert, dots, differences, ratios, flow or margins.
    test
        Comparisons that license a finding as title.
    summary
        For "likert": the boxed shares that title and alt text speak of.
    provenance
        For a flow or margins, which carry none.
    published
        A published figure stands in the drawing: with simulated data the by-construction note is added.
    """
    if isinstance(result, Flow | WeightingData):
        if provenance is None:
            raise ReportError(f"A caption for '{kind}' needs a provenance.", hint="pass provenance=...")
        return _process_caption(result, kind, provenance)
    if isinstance(result, SourceData):
        return _source_caption(result)
    spoken = summary if summary is not None and kind == "likert" else result
    tested = (
        adjustment_line(test)
        if test is not None
        else adjustment_line(result)
        if isinstance(result, TestData)
        else ""
    )
    remark = [notes(result) if isinstance(result, EstimateData) else _rounding_notes(result)]
    if published and result.simulated:
        remark.append(BY_CONSTRUCTION)
    return Caption(
        title=title_for(spoken, kind, test=test),
        subtitle=subtitle(spoken if kind == "likert" and summary is None else result, marks=kind == "dots"),
        base=base_line(spoken),
        source=source_line(result.provenance, tested=tested),
        alt=alt_text(spoken, kind, test=test),
        note=" ".join(x for x in remark if x),
        simulated=result.simulated,
    )


def _source_caption(data: SourceData) -> Caption:
    """Texts around a page on sources: who is highest in licensed words, else who cannot be told apart."""
    levels = data.levels
    shown = f"{capitalised(measured(levels.topic))}; {compared(data, data.worded)}"
    return Caption(
        title=capitalised(f"{source_title(data)}: {measured(levels.topic)}"),
        subtitle=f"{question_wording(levels.topic, levels)} {shown}.".strip(),
        base=base_line(levels),
        source=source_line(levels.provenance, tested=adjustment_line(data.differences)),
        alt=alt_text(data, "sources"),
        note=" ".join(x for x in (notes(levels), apart_line(data, listed_=False)) if x),
        simulated=data.simulated,
    )


def title_for(result: EstimateData | TestData, kind: FigureKind, *, test: TestData | None = None) -> str:
    """The title of a figure or table, in licensed words."""
    if isinstance(result, TestData):
        return _ratios_title(result) if result.kind == "ratio" else _differences_title(result)
    if kind == "headline" or len(result) == 1:
        return headline_title(result)
    found = _finding_of(test) if test is not None else ""
    return found or _values_title(result)


def headline_title(estimate: EstimateData, i: int = 0) -> str:
    """Title of one estimate: its figure, the base and the predicate; shorter forms when it is too long."""
    row = row_of(estimate, i)
    base, name = base_of(row), row_name(estimate, i)
    lead = f"{name}: " if name else ""
    if base < MINIMUM or value_of(row, "estimate") is None:
        return f"{capitalised(lead)}base too small to report ({n_text(estimate)})"
    figure = printed(row["estimate"], unit_of(estimate), estimate.topic.statistic)
    small = f" {SMALL_BASE}" if base < SMALL else ""
    if estimate.topic.statistic != "proportion":
        return f"{capitalised(lead + measured(estimate.topic))}: {figure}{small}"
    said = said_of(estimate, i)
    who = noun(estimate.provenance.sample_kind, generalize=estimate.provenance.generalize)
    full = f"{figure} of {subject(estimate.bases[i], estimate.provenance)} {said}{small}"
    short = f"{lead}{figure} of {who} {said}{small}"
    plain = f"{lead}{figure}, {measured(estimate.topic)}{small}"
    return next((t for t in (full, short) if len(t) <= LONGEST), plain)


def _values_title(estimate: EstimateData) -> str:
    rows = [row_of(estimate, i) for i in range(len(estimate))]
    shown = [
        (row_name(estimate, i), printed(r["estimate"], unit_of(estimate), estimate.topic.statistic))
        for i, r in enumerate(rows)
        if value_of(r, "estimate") is not None and base_of(r) >= MINIMUM
    ]
    small = f" {SMALL_BASE}" if any(MINIMUM <= base_of(r) < SMALL for r in rows) else ""
    what = measured(estimate.topic)
    if not shown:
        return f"{capitalised(what)}: bases too small to report"
    listed = (
        f"{', '.join(f'{n if j == 0 else in_sentence(n)} {v}' for j, (n, v) in enumerate(shown))}: {what}"
    )
    if len(shown) <= _LISTED and len(listed) <= LONGEST:
        return listed + small
    values = [
        float(r["estimate"]) for r in rows if value_of(r, "estimate") is not None and base_of(r) >= MINIMUM
    ]
    ends = [printed(v, unit_of(estimate), estimate.topic.statistic) for v in (min(values), max(values))]
    over = in_sentence(estimate.dims[-1].label or estimate.dims[-1].name) if estimate.dims else "answer"
    return f"{capitalised(what)}, by {over}: {ends[0]} to {ends[1]}{small}"


def _finding_of(test: TestData) -> str:
    said = [x for x in (finding(test, i) for i, _ in pairs(test)) if x]
    return said[0] if said else ""


def _differences_title(test: TestData) -> str:
    """The one comparison, or how many of the planned ones are clear and the first of them."""
    if not test.compares:
        found = sum(1 for p in test.rows["p_adjusted"] if p < 1 - test.level)
        return (
            f"{count(found)} of {count(len(test))} tests clear at {percent(1 - test.level)} after adjustment"
        )
    said = [finding(test, i) for i, _ in pairs(test)]
    clear = [x for x in said if x]
    if len(said) == 1:
        row = row_of(test, 0)
        between = f"{in_sentence(str(row['a']))} and {in_sentence(str(row['b']))}"
        return clear[0] if clear else f"No clear difference between {between}"
    if not clear:
        return f"No clear difference in {count(len(said))} comparisons"
    first = f"{clear[0]}; {count(len(clear))} of {count(len(said))} comparisons clear"
    return first if len(first) <= LONGEST else clear[0]


def _ratios_title(test: TestData) -> str:
    known = [x for x in (value_of(row_of(test, i), "estimate") for i in range(len(test))) if x is not None]
    if not known:
        return f"{capitalised(test.topic.short or test.topic.question)}: no ratio could be estimated"
    row = row_of(test, 0)
    who = f"{row['a']} to {in_sentence(str(row['b']))}"
    if len(known) == 1:
        return f"Ratio of {who}: {ratio(known[0])}"
    top = largest_of(test)
    return (
        f"Ratio of {who}: {ratio(top.smallest)} to {ratio(top.ratio)} over {top.k} categories, "
        f"median {ratio(top.median)}"
    )


def _rounding_notes(test: TestData) -> str:
    if test.kind != "difference":
        return ""
    said = [
        pieces(test, row_of(test, i)).note
        for i in range(len(test))
        if value_of(row_of(test, i), "estimate") is not None
    ]
    return next((f"{capitalised(x)}." for x in said if x), "")


def _process_caption(result: Flow | WeightingData, kind: FigureKind, provenance: Provenance) -> Caption:
    simulated = provenance.simulated
    if isinstance(result, Flow):
        title, base = flow_title(result, simulated=simulated), "Base: all records received."
        sub, note = (
            "From records received to those kept, step by step.",
            flow_note(result, simulated=simulated),
        )
    else:
        moved = max(result.margins, key=lambda m: abs(m.after - m.before))
        title = (
            f"Weighting moved {in_sentence(moved.margin)} {moved.category} most: "
            f"{percent(moved.before)} before, {percent(moved.after)} after"
        )
        sub = f"Share in each category before and after weighting, with its target, {result.sample}."
        base = f"Base: n = {count(result.n)} (effective {count(result.n_effective)})."
        ends = f"{number(result.smallest)} to {number(result.largest)}"
        note = f"Design effect {number(result.deff)}; weights from {ends} times the mean."
    return Caption(
        title,
        sub,
        base,
        source_line(provenance),
        alt_text(result, kind, simulated=simulated),
        note,
        simulated,
    )
