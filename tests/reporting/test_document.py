from __future__ import annotations

import datetime as dt

import pytest

from reporting.sample import HEADLINES, report
from survey_analysis.errors import ReportError
from survey_analysis.reporting.document import (
    FigureBlock,
    Heading,
    KeyFinding,
    Paragraph,
    Report,
    Run,
    Section,
    TableBlock,
)
from survey_analysis.tables.model import Column, Table

DAY = dt.date(2026, 1, 1)


def section(*blocks, name="s") -> Section:
    return Section(name, "1", "Title", blocks)


def test_parts_are_numbered_in_printed_order():
    numbers = report().numbers()
    assert [numbers[f.id] for f in report().figures()] == [f"Figure {i}" for i in range(1, 7)]
    assert [numbers[t.id] for t in report().tables()] == [f"Table {i}" for i in range(1, 12)]


def test_the_large_number_comes_from_the_sentence():
    assert KeyFinding("82% agree", "Base: all", number=HEADLINES[0]).number == "82%"
    with pytest.raises(ReportError, match="'83%' is not in the sentence"):
        KeyFinding("82% agree", "Base: all", number="83%")


def test_a_figure_must_have_alternative_text():
    with pytest.raises(ReportError, match="no alternative text"):
        FigureBlock("f", "Title", "<svg/>", " ")


@pytest.mark.parametrize("name", ["", "1a", "a b", 'x"onload', "ü"])
def test_ids_are_anchors(name):
    with pytest.raises(ReportError, match="cannot be the id"):
        section(name=name)


def test_ids_are_unique():
    table = TableBlock(Table("t", "Title", (Column("a"),), ()))
    with pytest.raises(ReportError, match="used 2 times"):
        Report("r", (section(table, table),), DAY)


def test_references_lead_somewhere():
    with pytest.raises(ReportError, match="refers to 'nowhere'"):
        Report("r", (section(Paragraph((Run("see", "ref", "nowhere"),))),), DAY)


def test_headings_do_not_skip_levels():
    section(Heading("a", 3), Heading("b", 4), Heading("c", 3))
    with pytest.raises(ReportError, match="skips a level"):
        section(Heading("b", 4))
