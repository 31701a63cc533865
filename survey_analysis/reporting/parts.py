"""What the sections of a report share: a part with its charts and results, and blocks made of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_analysis.errors import StudyError, closest
from survey_analysis.figures.model import Chart
from survey_analysis.figures.plot import plot
from survey_analysis.reporting.document import Block, FigureBlock, Run, Section, Text
from survey_analysis.results.drivers import DriversData, PointsData
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import TestData
from survey_analysis.wording.alt import FigureKind
from survey_analysis.wording.statement import Statement

Result = EstimateData | TestData | DriversData | PointsData


@dataclass(frozen=True)
class Part:
    """A section in the making: its blocks, and the charts and results that also become files."""

    id: str
    title: str
    blocks: tuple[Block, ...] = ()
    charts: Mapping[str, Chart] = field(default_factory=dict)
    results: Mapping[str, Result] = field(default_factory=dict)
    omitted: str = ""  # why there is nothing to say

    def section(self, number: str) -> Section:
        """The section under its printed number."""
        return Section(self.id, number, self.title, self.blocks)


@dataclass
class Collector:
    """Blocks, charts and results of one part while it is written."""

    id: str
    title: str
    blocks: list[Block] = field(default_factory=list)
    charts: dict[str, Chart] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)

    def figure(self, name: str, result: Any, kind: FigureKind, **style: Any) -> FigureBlock:
        """Draw a result; keep the chart under its name and return the block."""
        chart = plot(result, kind, **style)
        self.charts[name] = chart
        return figure_block(name, chart)

    def add(self, *blocks: Block) -> None:
        """Append blocks."""
        self.blocks += blocks

    def done(self, omitted: str = "") -> Part:
        """The finished part."""
        return Part(self.id, self.title, tuple(self.blocks), self.charts, self.results, omitted)


def figure_block(name: str, chart: Chart) -> FigureBlock:
    """A chart on a page: the drawing bare, its texts around it."""
    c = chart.caption
    return FigureBlock(
        id=f"figure-{name}",
        title=c.title,
        svg=chart.svg("document"),
        svg_narrow=chart.svg("narrow"),
        alt=c.alt,
        subtitle=c.subtitle,
        source=" ".join(x for x in (c.base, c.note, c.source) if x),
    )


def statement_text(statement: Statement) -> Text:
    """A statement as runs: its missing facts as red questions."""
    return tuple(Run(s.text, "question" if s.question else "plain") for s in statement.spans)


def said(fact: str, question: str) -> Text:
    """A fact, or the question that asks for it."""
    return fact or (Run(question, "question"),)


def section_options(
    entry: Mapping[str, Any], allowed: tuple[str, ...], kind: str, needed: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The options of a section as told; unknown and lacking ones are errors that name their place."""
    where = f"[study.toml: report.sections.{kind}]"
    for key in entry:
        if key not in allowed:
            raise StudyError(
                f"'{key}' is not an option of the section '{kind}'.", where=where, hint=closest(key, allowed)
            )
    for key in needed:
        if not entry.get(key):
            raise StudyError(
                f"The section '{kind}' lacks '{key}'.", where=where, hint="options: " + ", ".join(allowed)
            )
    return dict(entry)
