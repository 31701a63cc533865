"""Sections 3 and 4: perceptions by source, likelihood; and any questions, as the study file asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from survey_analysis.estimation.mean import mean
from survey_analysis.estimation.proportion import proportion
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.reliability import concerns_of
from survey_analysis.perceptions.scores import perceptions
from survey_analysis.perceptions.sources import compare_levels
from survey_analysis.plurals import counted
from survey_analysis.reporting.document import BulletList, Heading, Paragraph, TableBlock
from survey_analysis.reporting.parts import Collector, Part, section_options
from survey_analysis.reporting.section_drivers import add_drivers
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.sources import SourceData
from survey_analysis.results.test import TestData
from survey_analysis.significance.compare import compare
from survey_analysis.significance.omnibus import omnibus
from survey_analysis.tables.estimates import anchor, estimate_table, test_table
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.wording.comparisons import difference_sentence, pairs
from survey_analysis.wording.levels import sentence
from survey_analysis.wording.numbers import fixed
from survey_analysis.wording.reliability import concern_sentence
from survey_analysis.wording.sources import apart_line, rank_sentence


def perceptions_part(survey: SurveyData, entry: Mapping[str, Any]) -> Part:
    """Levels (Likert) by item, construct scores, same-people differences, reliability."""
    told = section_options(
        entry, ("by", "compare_to", "constructs", "items", "figure", "score", "top", "bottom"), "perceptions"
    )
    out = Collector("perceptions", "Perceptions by source")
    by, to = told.get("by"), told.get("compare_to")
    constructs = told.get("constructs") or list(survey.study.codebook.constructs)
    if constructs:
        how = {k: told[k] for k in ("score", "top", "bottom") if k in told}
        scores = perceptions(survey, constructs, by=by, **how)
        pack = compare_levels(survey, scores, to=to) if _by_subject(scores) else None
        out.results["constructs"] = scores
        test = None if not to else compare(scores, to) if pack is None else pack.differences
        out.add(out.figure("constructs", scores, "dots", rows=by or scores.topic.subject))
        if pack is not None:
            out.add(_ranked(pack))
        if test is not None:
            out.results["constructs-test"] = test
            out.add(out.figure("constructs-differences", test, "differences"))
            out.add(
                TableBlock(
                    test_table(
                        test, title="Construct scores: same people and own bases", id_="table-constructs-test"
                    )
                )
            )
        tested = omnibus(scores) if pack is None else pack.omnibus
        out.results["constructs-omnibus"] = tested
        out.add(
            TableBlock(estimate_table(scores, title="Construct scores by source", id_="table-constructs")),
            TableBlock(reliability_table(survey, constructs, scores.topic.reliability)),
            TableBlock(
                test_table(
                    tested,
                    title="Do the sources differ at all? Omnibus tests",
                    id_="table-constructs-omnibus",
                )
            ),
        )
    for name in told.get("items", []):
        _item(survey, out, name, by, to)
    return out.done()


def _by_subject(scores: EstimateData) -> bool:
    """Whether the section compares what was rated and nothing else, and at least two were."""
    names = {d.name for d in scores.dims if d.kind == "group"}
    rated = scores.rows[scores.rows["n"] > 0]
    return names == {scores.topic.subject} and rated[scores.topic.subject].nunique() > 1


def _ranked(pack: SourceData) -> BulletList:
    """Who is highest or cannot be told apart, and where own bases and the same people disagree."""
    said = [rank_sentence(pack, m) for m in pack.ranks.measures]
    return BulletList(tuple(x for x in (*said, apart_line(pack)) if x))


def _item(survey: SurveyData, out: Collector, name: str, by: Any, to: str | None) -> None:
    levels = proportion(survey, name, by=by)
    boxed = proportion(survey, name, top=2, by=by)
    title = survey.table.question(name).short or name
    out.add(Heading(title, id=f"item-{name.replace('_', '-')}"))
    out.results[f"item-{name}"] = levels
    out.results[f"item-{name}-top2"] = boxed
    out.add(out.figure(f"item-{name.replace('_', '-')}-likert", levels, "likert", summary=boxed))
    out.add(TableBlock(estimate_table(boxed, id_=f"table-item-{name.replace('_', '-')}-top2")))
    if to:
        test = compare(boxed, to)
        out.results[f"item-{name}-test"] = test
        out.add(comparisons(test))


def comparisons(test: TestData) -> BulletList:
    """What the tests license to say, one line a comparison, the same people first."""
    return BulletList(tuple(difference_sentence(test, i, own=own) for i, own in pairs(test)))


def reliability_table(
    survey: SurveyData, constructs: list[str], values: tuple[tuple[str, float], ...]
) -> Table:
    """Weighted alpha (two items: Spearman-Brown) of each construct and source."""
    book = survey.study.codebook
    columns = tuple(Column(x) for x in dict.fromkeys(label.split(" / ", 1)[-1] for label, _ in values))
    rows = []
    for name in constructs:
        construct = book.constructs[name]
        title = construct.text or construct.short or name.capitalize()
        found = {label.split(" / ", 1)[-1]: v for label, v in values if label.split(" / ", 1)[0] == title}
        label = f"{title} ({counted(len(construct.items), 'item')})"
        rows.append(Row(label, tuple(_alpha_cell(found.get(c.label)) for c in columns)))
    notes = ["Cronbach’s alpha, weighted, complete answers; reversed items turned first."]
    notes += [concern_sentence(c) for c in concerns_of(survey, constructs)]
    return Table(
        "reliability", "Reliability of the constructs by source", columns, tuple(rows), notes=tuple(notes)
    )


def _alpha_cell(value: float | None) -> Cell:
    return Cell("–") if value is None or np.isnan(value) else Cell(fixed(value, 2), value, "0.00")


def likelihood_part(survey: SurveyData, entry: Mapping[str, Any]) -> Part:
    """The share by source, by group, with own-base and same-people differences."""
    told = section_options(
        entry,
        ("question", "top", "answers", "by", "compare_to", "groups", "drivers"),
        "likelihood",
        ("question",),
    )
    name = told["question"]
    text = survey.table.question(name).short or name
    out = Collector("likelihood", text)
    chosen = {k: told[k] for k in ("top", "answers") if k in told}
    share = proportion(survey, name, by=told.get("by"), **chosen)
    levels = proportion(survey, name, by=told.get("by"))
    out.results["likelihood"] = share
    out.results["likelihood-levels"] = levels
    out.add(Paragraph(sentence(share)))
    test = compare(share, told["compare_to"]) if told.get("compare_to") else None
    out.add(out.figure("likelihood", share, "dots", **({"test": test} if test is not None else {})))
    if survey.table.question(name).scale is not None:
        out.add(out.figure("likelihood-likert", levels, "likert", summary=share))
    out.add(TableBlock(estimate_table(share, id_="table-likelihood")))
    if test is not None:
        out.results["likelihood-test"] = test
        out.add(out.figure("likelihood-differences", test, "differences"))
        out.add(TableBlock(test_table(test, id_="table-likelihood-test")), comparisons(test))
    for group in told.get("groups", []):
        by = [survey.table.question(name).over, group] if survey.table.question(name).over else [group]
        part = proportion(survey, name, by=[b for b in by if b], **chosen)
        out.results[f"likelihood-{group}"] = part
        label = survey.table.question(group).short or group
        out.add(
            TableBlock(
                estimate_table(part, title=f"{text}, by {label.lower()}", id_=f"table-likelihood-{group}")
            )
        )
    if told.get("drivers"):
        add_drivers(survey, out, name, told["drivers"], {str(k): v for k, v in chosen.items()})
    return out.done()


def question_part(survey: SurveyData, entry: Mapping[str, Any]) -> Part:
    """A section on any questions: shares of all answers as table (and figure, where a scale is declared)."""
    told = section_options(entry, ("title", "questions", "by", "where"), "questions", ("questions",))
    names = [told["questions"]] if isinstance(told["questions"], str) else list(told["questions"])
    first = "-".join([names[0], str(told.get("by") or "all")])
    out = Collector(anchor("questions", first), told.get("title", "Answers"))
    by = told.get("by")
    suffix = "-".join(["", *([by] if isinstance(by, str) else by or [])])
    for name in names:
        question = survey.table.question(name)
        verb = mean if question.kind == "numeric" else proportion
        result = verb(survey, name, by=by, where=told.get("where"))
        key = anchor(f"q-{name}{suffix}")
        out.results[f"question-{name}{suffix}"] = result
        out.add(Heading(question.short or question.text or name, id=key))
        if question.kind == "likert":
            out.add(out.figure(f"{key}-likert", result, "likert"))
        elif question.kind in ("single", "multiple") and by is None:
            out.add(out.figure(f"{key}-dots", result, "dots"))
        out.add(TableBlock(estimate_table(result, id_=f"table-{key}")))
    return out.done()
