from __future__ import annotations

import datetime as dt
import io
import json
import re

import openpyxl
import pytest
from lxml import html as lxml_html
from reporting.sample import HOSTILE, report

from survey_analysis.errors import ReportError
from survey_analysis.fonts import printable
from survey_analysis.tables import (
    Book,
    Cell,
    Column,
    Row,
    Sheet,
    Table,
    book_bytes,
    to_html,
    to_markdown,
    to_text,
    to_typst,
)
from survey_analysis.tables.model import Span

DAY = dt.date(2026, 1, 1)


def sample(name: str) -> Table:
    return next(table for table in report().tables() if table.id == name)


def html_cells(table: Table) -> list[list[str]]:
    tree = lxml_html.fragment_fromstring(to_html(table))
    return [[td.text_content() for td in tr.xpath("./td")] for tr in tree.xpath(".//tbody/tr")]


def typst_cells(table: Table) -> list[list[str]]:
    (panel,) = to_typst(table)["panels"]
    return [[cell["text"] + cell["mark"] for cell in row["cells"]] for row in panel["rows"]]


def markdown_cells(table: Table) -> list[list[str]]:
    rows = [line for line in to_markdown(table).splitlines() if line.startswith("|")][2:]
    plain = [re.sub(r"\\(.)", r"\1", row).replace("**", "") for row in rows]
    return [[x.replace(" ", "") for x in row.strip("| ").split(" | ")[1:] if x.strip()] for row in plain]


def text_cells(table: Table) -> list[list[str]]:
    body = to_text(table, width=400).split("---\n", 1)[1].split("\n\n")[0].splitlines()
    return [re.split(r"\s{2,}", line.strip())[1:] for line in body]


def xlsx_cells(table: Table) -> list[list[str]]:
    """What Excel shows: the number through its format, then the mark from the next column."""
    sheet = openpyxl.load_workbook(io.BytesIO(book_bytes(Book("b", (Sheet("s", (table,)),), DAY))))["s"]
    rows = list(sheet.iter_rows(min_row=sheet.freeze_panes and int(re.sub(r"\D", "", sheet.freeze_panes))))
    found = []
    for row in rows[: len(table.rows)]:
        line: list[str] = []
        for cell in row[1:]:
            if cell.value is None:
                continue
            if isinstance(cell.value, str) and line:
                line[-1] += cell.value
            else:
                line.append(_as_excel(cell))
        found.append(line)
    return found


def _as_excel(cell) -> str:
    if isinstance(cell.value, str):
        return cell.value
    if cell.number_format == "#,##0":
        return f"{cell.value:,.0f}"
    assert cell.number_format.startswith("0.0")
    return f"{cell.value:.1f}".replace("-", "\u2212")


@pytest.mark.parametrize("render", [html_cells, typst_cells, markdown_cells, text_cells, xlsx_cells])
@pytest.mark.parametrize("name", ["t-follow", "t-credible", "t-sample", "t-topline"])
def test_a_cell_reads_the_same_everywhere(render, name):
    table = sample(name)
    expected = [[cell.text + cell.mark for cell in row.cells] for row in table.rows]
    assert render(table) == expected


def test_hostile_labels_are_text_everywhere():
    table = sample("t-hostile")
    assert "<script" not in to_html(table)
    assert "onerror=alert(1)>" not in to_html(table)
    assert r"\<script\>" in to_markdown(table)
    for shown in (to_html(table), to_text(table), to_markdown(table)):
        assert not re.search("[\x00-\x08\u202a-\u202e\u2066-\u2069]", shown)
    assert json.loads(json.dumps(to_typst(table)))["panels"][0]["rows"][2]["label"] == HOSTILE[2]


def test_html_heads_span_and_name_their_columns():
    tree = lxml_html.fragment_fromstring(to_html(sample("t-follow"), number="Table 7"))
    assert tree.xpath("string(.//caption)").startswith("Table 7")
    groups = tree.xpath(".//thead//th[@scope='colgroup']")
    assert [(g.text, g.get("colspan")) for g in groups] == [("Age", "3"), ("Provider", "2")]
    widths = [sum(int(c.get("colspan", 1)) for c in tr) for tr in tree.xpath(".//thead/tr")]
    assert widths == [7, 5]
    assert len(tree.xpath(".//colgroup")) == 4
    assert tree.xpath(".//tbody/tr/th/@scope").count("rowgroup") == 1


def test_spans_join_neighbours_only():
    columns = (Column("a", "x"), Column("b", ""), Column("c", ""), Column("d", "x"), Column("e", "x"))
    table = Table("t", "Title", columns, ())
    assert table.spans == (Span("x", 0, 1), Span("", 1, 1), Span("", 2, 1), Span("x", 3, 2))


def test_text_continues_in_blocks_that_fit():
    lines = to_text(sample("t-follow"), width=60).splitlines()
    assert max(len(line) for line in lines) <= 60
    assert sum(line.startswith("Micro-influencer") for line in lines) == 3


def test_text_measures_wide_characters():
    rows = (Row("日本", (Cell("1"),)), Row("ab", (Cell("22"),)))
    lines = repr(Table("t", "Title", (Column("n"),), rows)).splitlines()
    assert lines[-2].endswith(" 1")
    assert len(lines[-2]) + 2 == len(lines[-1])


def test_notebook_html_brings_its_style_and_no_script():
    shown = sample("t-sample")._repr_html_()
    assert shown.startswith("<style>")
    assert "<script" not in shown
    assert "http" not in shown


def test_rows_must_match_columns():
    with pytest.raises(ReportError, match="2 cells where 1"):
        Table("t", "Title", (Column("a"),), (Row("r", (Cell("1"), Cell("2"))),))
    with pytest.raises(ReportError, match="has no title"):
        Table("t", " ", (Column("a"),), ())


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_workbook_refuses_what_is_no_number(value):
    table = Table("t", "Title", (Column("a"),), (Row("r", (Cell("-", value),)),))
    with pytest.raises(ReportError, match="cannot be stored"):
        book_bytes(Book("b", (Sheet("s", (table,)),), DAY))


@pytest.mark.parametrize(
    ("text", "shown", "replaced"),
    [
        ("plain", "plain", 0),
        ("≥ ≤ ≈ ± − × é Σ Ж", "≥ ≤ ≈ ± − × é Σ Ж", 0),
        ("1\u202f000\u2009€", "1 000\u2009€", 0),
        ("e\u0301", "é", 0),
        ("😀👍🏽", "[grinning face][thumbs up sign][emoji modifier fitzpatrick type-4]", 3),
        ("a\tb\nc\x00", "a b c", 1),
        ("\u202eabc\u2066", "abc", 2),
        ("\ue000", "[U+E000]", 1),
        ("\ud800", "[U+D800]", 1),
    ],
)
def test_printable(text, shown, replaced):
    assert printable(text) == (shown, replaced)


def test_columns_under_one_heading_stay_in_one_block():
    cells = tuple(Cell("12.3") for _ in range(6))
    columns = tuple(
        Column(c, span=f"Heading {i}") for i in range(3) for c in ("Percent here", "Interval here")
    )
    text = to_text(
        Table("t", "T", columns, (Row("Row", cells),)), width=84
    )  # five of the six columns would fit
    first, second = text.split("\n\n")[1:]
    assert "Heading 2" in second
    assert "Heading 2" not in first
    assert "…" not in text
    assert sum(block.count("Percent here") for block in (first, second)) == 3
    assert all(block.count("Percent here") == block.count("Interval here") for block in (first, second))
