"""One table, many renderers: every cell reads the same, letters included; and half-up is half-up in a cell."""

from __future__ import annotations

import datetime as dt
import io
import re

import numpy as np
import openpyxl
import pytest
from lxml import html

from survey_analysis.errors import ReportError
from survey_analysis.tables.crosstabs import value_cell
from survey_analysis.tables.docx import docx_bytes
from survey_analysis.tables.html import to_html
from survey_analysis.tables.latex import to_latex
from survey_analysis.tables.layout import Layout, layout_of
from survey_analysis.tables.markdown import to_markdown
from survey_analysis.tables.model import Cell, Column, Row, Table
from survey_analysis.tables.text import to_text
from survey_analysis.tables.xlsx import Book, Sheet, book_bytes

COLUMNS = (
    Column("Total"),
    Column("18-34", span="Women: Age", letter="A"),
    Column("35+ & more", span="Women: Age", letter="B"),
)
ROWS = (
    Row("Base (unweighted)", (Cell("1,234", 1234, "#,##0"), Cell("28", 28, "#,##0", "**"), Cell("99", 99, "#,##0", "*")), "base"),
    Row("Online", (Cell("57", 0.57, "0%"), Cell("61", 0.61, "0%", "Bb"), Cell("*", 0.004, "0%")), "net"),
    Row("50% | more_or_less {x}", (Cell("29", 0.285, "0%"), Cell("-", 0.0, "0%"), Cell("–")), indent=1),
    Row("=1+1", (Cell("4.30", 4.3, "0.00"), Cell("x"), Cell("4.10", 4.1, "0.00", "≈A")), "net"),
)  # fmt: skip
TABLE = Table("q1", 'Would follow a "source"?', COLUMNS, ROWS, notes=("A/B compared.",), base="everybody")
CELLS = [[cell.text + cell.mark for cell in row.cells] for row in ROWS]


def test_html_prints_the_cells() -> None:
    tree = html.fromstring(to_html(TABLE))
    rows = [tr for tr in tree.iter("tr") if len(tr.findall("td")) == len(COLUMNS)]
    assert [["".join(td.itertext()).strip() for td in tr.findall("td")] for tr in rows] == CELLS


def test_markdown_prints_the_cells() -> None:
    lines = [x for x in to_markdown(TABLE).splitlines() if x.startswith("|")][2:]
    found = [re.split(r"(?<!\\)\|", line)[2:-1] for line in lines]
    plain = [[re.sub(r"\\(.)", r"\1", c).replace("**", "", 2) if c.strip().startswith("**") and c.strip().endswith("**") and len(c.strip()) > 4 else re.sub(r"\\(.)", r"\1", c) for c in row] for row in found]  # fmt: skip
    assert [[c.strip().replace(" ", "") for c in row] for row in plain] == [
        [c.replace(" ", "") for c in row] for row in CELLS
    ]


def test_latex_prints_the_cells_and_escapes_the_rest() -> None:
    text = to_latex(TABLE)
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
    body = text[text.index(r"\endhead") : text.index(r"\bottomrule")]
    lines = [line.removesuffix(r" \\") for line in body.splitlines() if " & " in line]
    bare = [re.split(r"(?<!\\) & ", line)[1:] for line in lines]
    plain = [[re.sub(r"\\text(bf|superscript)\{([^}]*)\}", r"\2", c) for c in row] for row in bare]
    assert [[c.replace("--", "–").replace(r"$\approx$", "≈") for c in row] for row in plain] == CELLS
    assert r"50\% \textbar{} more\_or\_less \{x\}" in text


def test_word_prints_the_cells_with_letters_raised() -> None:
    docx = pytest.importorskip("docx")
    content = docx_bytes([TABLE], title="Tables", created=dt.date(2026, 1, 2))
    assert content == docx_bytes([TABLE], title="Tables", created=dt.date(2026, 1, 2))
    made = docx.Document(io.BytesIO(content)).tables[0]
    assert [[cell.text for cell in row.cells[1:]] for row in made.rows[2:]] == CELLS
    raised = [r.text for cell in made.rows[3].cells for r in cell.paragraphs[0].runs if r.font.superscript]
    assert raised == ["Bb"]


def test_a_workbook_keeps_numbers_and_prints_the_same() -> None:
    content = book_bytes(Book("t", (Sheet("q1", (TABLE,)),), dt.date(2026, 1, 2)))
    sheet = openpyxl.load_workbook(io.BytesIO(content))["q1"]
    rows = [r for r in sheet.iter_rows() if r[0].value in {row.label for row in ROWS}]
    for row, cells in zip(ROWS, rows, strict=True):
        numbers = [c.value for c in cells[1:] if isinstance(c.value, int | float)]
        assert numbers == [c.value for c in row.cells if c.value is not None]
        assert cells[0].data_type == "s"


def test_text_prints_the_cells() -> None:
    text = to_text(TABLE)
    for row in CELLS:
        assert all(cell in text for cell in row)


def test_every_share_of_counts_to_a_thousand_prints_half_up() -> None:
    for n in range(1, 1001):
        k = np.arange(n + 1)
        exact = (2 * 100 * k + n) // (2 * n)
        for i in (
            np.flatnonzero((200 * k) % n == 0) if n > 200 else k
        ):  # the halves, and everything in small bases
            want = "-" if i == 0 else "*" if exact[i] == 0 else str(exact[i])
            assert value_cell(i / n, "answer").text == want, (i, n)


def test_a_table_wider_than_a_worksheet_is_refused() -> None:
    wide = Table("w", "Wide", tuple(Column(str(i)) for i in range(16_400)), ())
    with pytest.raises(ReportError, match="larger than a worksheet"):
        book_bytes(Book("t", (Sheet("w", (wide,)),), dt.date(2026, 1, 2)))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"shwo": ["row"]}, "no option of a layout"),
        ({"show": ["rows"]}, "is not known"),
        ({"show": "row"}, "no list"),
        ({"bases": []}, "no list"),
        ({"letters": "below"}, "is not known"),
        ({"decimals": 9}, "not possible"),
        ({"show": ["row", "row"]}, "twice"),
    ],
)
def test_a_layout_refuses_what_it_cannot_use(options: dict[str, object], said: str) -> None:
    with pytest.raises(ReportError, match=said):
        layout_of(**options)
    assert Layout().show == ("column",)


def test_word_keeps_a_heading_its_table_and_its_notes_together() -> None:
    docx = pytest.importorskip("docx")
    content = docx_bytes([TABLE], title="Tables", created=dt.date(2026, 1, 2))
    document = docx.Document(io.BytesIO(content))
    body = [x for x in document.element.body if not x.tag.endswith("sectPr")]
    assert [x.tag.rpartition("}")[2] for x in body] == ["p", "p", "p", "tbl", *["p"] * len(TABLE.notes)]
    head, base = (document.styles[p.style.name] for p in document.paragraphs[1:3])
    assert head.paragraph_format.keep_with_next
    assert base.paragraph_format.keep_with_next
    made = document.tables[0]
    assert all(row._tr.trPr.find(docx.oxml.ns.qn("w:cantSplit")) is not None for row in made.rows)
    assert all(p.paragraph_format.keep_with_next for row in made.rows for p in row.cells[0].paragraphs)


def test_word_properties_stand_in_the_order_of_the_schema() -> None:
    docx = pytest.importorskip("docx")
    made = docx.Document(io.BytesIO(docx_bytes([TABLE], title="t", created=dt.date(2026, 1, 2)))).tables[0]
    order = ["tblStyle", "tblW", "jc", "tblBorders", "tblLayout", "tblCellMar", "tblLook"]
    found = [x.tag.rpartition("}")[2] for x in made._tbl.tblPr]
    assert found == [name for name in order if name in found]
    assert {"tblBorders", "tblCellMar"} <= set(found)
    cell = [x.tag.rpartition("}")[2] for x in made.rows[0].cells[2]._tc.tcPr]
    assert cell.index("tcW") < cell.index("tcBorders")
