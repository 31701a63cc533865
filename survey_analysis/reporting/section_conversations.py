"""Section 5: rates by category, the largest with what stands beside it, and shares whose unit is an event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_analysis.estimation.ratio import ratio
from survey_analysis.frames.data import SurveyData
from survey_analysis.models.rates import compare_rates
from survey_analysis.reporting.document import Heading, Paragraph, TableBlock
from survey_analysis.reporting.parts import Collector, Part, section_options
from survey_analysis.tables.estimates import estimate_table
from survey_analysis.tables.rates import extremes_table, rates_table
from survey_analysis.wording.rates import model_line
from survey_analysis.wording.ratios import extremes_sentence, overshoot_line, sensitivity_line

_OPTIONS = ("question", "groups", "shares", "what", "unit", "adjust_for")


def conversations_part(survey: SurveyData, entry: Mapping[str, Any]) -> Part:
    """All category ratios two ways, then the largest with the median and the smallest; shares of events."""
    told = section_options(entry, _OPTIONS, "conversations", ("question", "groups"))
    out = Collector("conversations", "Conversations and conduct")
    asked = survey.table.question(told["question"])
    what = told.get("what") or asked.short.lower() or asked.name
    rates = compare_rates(
        survey, told["question"], groups=told["groups"], adjust_for=told.get("adjust_for", ())
    )
    out.results["conversations"] = rates.estimate
    out.results["conversations-ratios"] = rates.test
    if rates.extremes is not None:
        e = rates.extremes
        out.add(Paragraph(extremes_sentence(e, what)), Paragraph(overshoot_line(e), "small"))
        out.add(Paragraph(f"{sensitivity_line(e)} {model_line(rates)}", "small"))
    out.add(
        out.figure("conversations-ratios", rates.test, "ratios"),
        TableBlock(rates_table(rates, title="Ratio of rates by category", id_="table-conversations-ratios")),
    )
    if rates.extremes is not None:
        out.add(TableBlock(extremes_table(rates.extremes, id_="table-conversations-largest")))
    out.add(
        TableBlock(
            estimate_table(
                rates.estimate,
                title=f"{asked.short or asked.name}, by category and sample",
                id_="table-conversations",
            )
        ),
    )
    if told.get("shares"):
        _conduct(survey, out, told)
    return out.done()


def _conduct(survey: SurveyData, out: Collector, told: Mapping[str, Any]) -> None:
    """Shares of events, the person as cluster."""
    unit = told.get("unit", "events")
    out.add(Heading(f"Conduct: shares of {unit}", id="conduct"))
    domain = {"sample": list(told["groups"])}
    for numerator, denominator, share in told["shares"]:
        part = ratio(survey, numerator, denominator, by="sample", where=domain, unit=unit)
        out.results[f"conduct-{numerator}"] = part
        name = f"table-conduct-{numerator.replace('_', '-')}"
        out.add(TableBlock(estimate_table(part, title=f"Share of {unit} {share}", id_=name)))
