"""Section 6: top reasons by subject with intervals, coverage of the frame, quotes by a stated rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_analysis.frames.data import SurveyData
from survey_analysis.openends.coded import CodedData, code
from survey_analysis.openends.quotes import RULE, quotes
from survey_analysis.openends.reasons import largest_first
from survey_analysis.reporting.document import BulletList, Heading, Paragraph, TableBlock
from survey_analysis.reporting.parts import Collector, Part, section_options
from survey_analysis.results.estimate import EstimateData
from survey_analysis.tables.estimates import anchor
from survey_analysis.tables.open_ends import coded_table
from survey_analysis.wording.numbers import percent
from survey_analysis.wording.open_ends import coverage_line, quote_lines, reasons_line
from survey_analysis.wording.phrases import SIMULATED, in_sentence

TOP = 3
"""Reasons of each subject that are drawn and quoted, unless told otherwise."""


def open_ends_part(survey: SurveyData, entry: Mapping[str, Any]) -> Part:
    """Top reasons by subject, all codes, and one quote of each top reason."""
    told = section_options(entry, ("question", "frame", "top", "where"), "open_ends", ("question",))
    where = told.get("where")
    coded = code(survey, told["question"], frame=told.get("frame"), where=where)
    largest = largest_first(coded.shares, coded.rules.other, told.get("top", TOP))
    out = Collector("open-ends", "Open ends")
    out.results["open-ends"] = coded.shares
    out.results["open-ends-coverage"] = coded.coverage
    out.add(
        Paragraph(f"{reasons_line(coded)}{' ' + SIMULATED if coded.simulated else ''}"),
        Paragraph(coverage_line(coded), "small"),
        out.figure("open-ends", largest, "dots", rows="answer", title=_title(largest)),
        TableBlock(coded_table(coded, id_="table-open-ends")),
    )
    _quoted(out, coded, largest)
    return out.done()


def _quoted(out: Collector, coded: CodedData, largest: EstimateData) -> None:
    """One quote of each top reason, under the subject it is about."""
    found = quotes(coded).to_dict("records")
    top = {(_about(largest, i), str(level)) for i, level in enumerate(largest.rows["level"])}
    chosen = [
        {str(k): v for k, v in q.items()} for q in found if (q.get("subject", ""), str(q["label"])) in top
    ]
    if not chosen:
        return
    out.add(Heading("In their own words", id="open-ends-quotes"))
    for s in coded.subjects:
        own = [q for q in chosen if q.get("subject", "") == s.label]
        if own and s.label:
            out.add(Heading(s.label, level=4, id=anchor("open-ends-quotes", s.key)))
        if own:
            out.add(BulletList(tuple(quote_lines(own))))
    simulated = " Simulated answers: nobody said this." if coded.simulated else ""
    out.add(Paragraph(RULE + simulated, "small"))


def _title(estimate: EstimateData) -> str:
    """How many reasons of each subject are drawn, and between which shares they lie."""
    shown = [x for x in estimate.rows["estimate"] if x == x]  # noqa: PLR0124  NaN
    most = max(estimate.keys.count(k) for k in set(estimate.keys))
    about = f" by {in_sentence(estimate.dims[0].label)}" if estimate.dims else ""
    span = f": {percent(min(shown))} to {percent(max(shown))}" if shown else ""
    return f"{estimate.topic.short}, the {most} largest{about}{span}"


def _about(estimate: EstimateData, i: int) -> str:
    return ", ".join(d.label_of(k) for d, k in zip(estimate.dims, estimate.keys[i], strict=True))
