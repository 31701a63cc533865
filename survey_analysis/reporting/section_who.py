"""Section 2: who answered: flow, sample table, weighting in figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey_analysis.figures.plot import plot
from survey_analysis.frames.data import SurveyData
from survey_analysis.reporting.document import Heading, Paragraph, TableBlock
from survey_analysis.reporting.parts import Collector, Part, figure_block
from survey_analysis.results.process import Flow
from survey_analysis.results.provenance import Provenance
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.tables.process import margins_table
from survey_analysis.typing import BoolArray
from survey_analysis.wording.flow_note import flow_note
from survey_analysis.wording.numbers import count, fixed


def who_part(survey: SurveyData, flow: Flow | None, provenance: Provenance, note: str = "") -> Part:
    """Flow and weighting; `note` says what the exclusions did to the headline."""
    out = Collector("who-answered", "Who answered")
    if flow is not None:
        chart = plot(flow, "flow", provenance=provenance)
        out.charts["respondent-flow"] = chart
        out.add(Paragraph(note or flow_note(flow, simulated=provenance.simulated)))
        out.add(replace(figure_block("respondent-flow", chart), source=chart.caption.source))
    out.add(TableBlock(sample_table(survey)))
    for i, weighting in enumerate(survey.weighting):
        name = f"weighting-{i + 1}"
        if weighting.margins and weighting.method != "poststratify":
            chart = plot(weighting, "margins", provenance=provenance)
            out.charts[name] = chart
            if i == 0:
                out.add(Heading("Weighting", id="weighting"))
            out.add(figure_block(name, chart))
    return out.done()


def sample_table(survey: SurveyData) -> Table:
    """One row a sample: kept, effective base, design effect from weighting."""
    study, frame = survey.study, survey.frame
    columns = (
        Column("Kept"),
        Column("Effective base"),
        Column("Design effect"),
        Column("Smallest and largest weight"),
    )
    rows = []
    for label, mask in _samples(survey):
        w = frame.weight[mask]
        e = float(w.sum() ** 2 / (w * w).sum())
        mean = float(w.mean())
        rows.append(
            Row(
                label,
                (
                    Cell(count(len(w)), float(len(w)), "#,##0"),
                    Cell(count(e), e, "#,##0"),
                    Cell(fixed(len(w) / e, 2), len(w) / e, "0.00"),
                    Cell(f"{fixed(float(w.min()) / mean, 2)} to {fixed(float(w.max()) / mean, 2)}"),
                ),
            )
        )
    name = "simulated respondents" if study.simulated else "respondents"
    return Table(
        "samples",
        f"Samples: {name} kept, and what weighting costs",
        columns,
        tuple(rows),
        notes=("Design effect: Kish, 1 + CV² of the weights. Weights relative to their mean.",),
    )


def _samples(survey: SurveyData) -> list[tuple[str, BoolArray]]:
    samples = survey.study.samples
    if samples is None:
        return [(survey.study.sample.label or "All respondents", np.ones(len(survey), dtype=bool))]
    column = survey.table.raw.column(samples.column).to_numpy(dtype=object)
    out = []
    for name, code in samples.codes.items():
        mask = column == code
        if mask.any():
            out.append((survey.study.sample_of(name).label or name, mask))
    return out


def weighting_tables(survey: SurveyData) -> list[TableBlock]:
    """Margins before and after, one table a sample, for the appendix."""
    out: list[TableBlock] = []
    for i, weighting in enumerate(survey.weighting, start=1):
        table = margins_table(weighting)
        if any(block.table.id == table.id for block in out):  # a further step of the same sample
            table = replace(table, id=f"{table.id}-{i}", title=f"{table.title}, step {i}")
        out.append(TableBlock(table))
    return out
