from __future__ import annotations

import io
import json
import shutil
import subprocess
import warnings
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pytest

from reporting.sample import BANNER, HEADLINES, HOSTILE, report
from survey_analysis.errors import ReportError, SurveyAnalysisWarning
from survey_analysis.fonts import characters, printable
from survey_analysis.reporting import pdf as pdf_module
from survey_analysis.reporting.document import Section, TableBlock
from survey_analysis.reporting.pdf import to_pdf
from survey_analysis.reporting.typst import to_typst
from survey_analysis.tables.model import Cell, Column, Row, Table


@pytest.fixture(scope="module")
def content() -> bytes:
    with pytest.warns(SurveyAnalysisWarning, match="characters have no glyph"):
        return to_pdf(report())


@pytest.fixture(scope="module")
def pdf(content):
    with pikepdf.open(io.BytesIO(content)) as document:
        yield document


def elements(node, name=None):
    """Every structure element, or those of one type, in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from elements(child, name)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        if name is None or str(node.S) == f"/{name}":
            yield node
        if "/K" in node:
            yield from elements(node.K, name)


def attribute(element, key):
    attributes = element.get("/A", pikepdf.Array([]))
    for item in attributes if isinstance(attributes, pikepdf.Array) else [attributes]:
        if isinstance(item, pikepdf.Dictionary) and key in item:
            return item[key]
    return None


def page_text(content: bytes, tmp_path) -> str:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not installed; the words on the pages were not read")
    path = tmp_path / "report.pdf"
    path.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True)
    return done.stdout.decode()


def test_tagged_titled_and_in_a_language(pdf):
    assert bool(pdf.Root.MarkInfo.Marked)
    assert str(pdf.Root.Lang) == "en"
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
    with pdf.open_metadata() as meta:
        assert meta["dc:title"] == report().title
        assert meta["pdfuaid:part"] == "1"
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("2", "A")
    assert not {"/OpenAction", "/AA"} & set(pdf.Root.keys())
    assert "/JavaScript" not in pdf.Root.get("/Names", {})


def test_every_figure_has_its_alternative_text(pdf):
    found = [str(node.Alt) for node in elements(pdf.Root.StructTreeRoot.K, "Figure") if "/Alt" in node]
    assert len(list(elements(pdf.Root.StructTreeRoot.K, "Figure"))) == len(found)
    for figure in report().figures():
        assert printable(figure.alt).text in found


def test_every_table_header_says_what_it_heads(pdf):
    tables = list(elements(pdf.Root.StructTreeRoot.K, "Table"))
    expected = list(report().tables())
    assert len(tables) == len(expected)
    for node, table in zip(tables, expected, strict=True):
        headers = list(elements(node.K, "TH"))
        scopes = [str(attribute(header, "/Scope")) for header in headers]
        assert set(scopes) <= {"/Column", "/Row", "/Both"}
        assert scopes.count("/Row") == len(table.rows)
        captions = list(elements(node.P.K if "/P" in node else node.K, "Caption"))
        assert captions


def test_headings_do_not_skip_levels_and_contents_link(pdf):
    levels = [
        int(str(n.S)[2:])
        for n in elements(pdf.Root.StructTreeRoot.K)
        if str(n.S)[1:] in {"H1", "H2", "H3", "H4"}
    ]
    assert levels[0] == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))
    assert len(list(elements(pdf.Root.StructTreeRoot.K, "Link"))) >= len(report().sections)
    assert pdf.Root.Outlines.Count >= len(report().sections)


def test_only_shipped_fonts(pdf):
    names = {
        str(font.BaseFont).partition("+")[2] or str(font.BaseFont)[1:]
        for page in pdf.pages
        for _, font in page.Resources.get("/Font", {}).items()
    }
    assert names
    assert all(name.startswith(("Inter", "DejaVuSansMono")) for name in names), names


def test_same_bytes_twice_and_a_fixed_date(content, pdf):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SurveyAnalysisWarning)
        assert to_pdf(report()) == content
    assert str(pdf.docinfo.CreationDate).startswith("D:20260115")


def test_pages_say_what_the_report_says(content, tmp_path):
    text = page_text(content, tmp_path)
    flat = " ".join(text.split())
    assert BANNER in flat
    pages = text.split("\f")[:-1]
    assert all("SIMULATED DATA" in page for page in pages)
    assert "[grinning face]" in flat
    for headline in HEADLINES:
        assert headline in flat
    for hostile in (HOSTILE[0], HOSTILE[1], HOSTILE[2], HOSTILE[7], HOSTILE[9]):
        assert " ".join(hostile.split()) in flat
    assert f"Page 2 of {len(pages)}" in flat


def test_nothing_unprintable_reaches_the_template():
    data = to_typst(report())
    assert data.replaced > 0

    def strings(node):
        if isinstance(node, dict):
            for value in node.values():
                yield from strings(value)
        elif isinstance(node, list):
            for value in node:
                yield from strings(value)
        elif isinstance(node, str):
            yield node

    left = {c for text in strings(json.loads(data.json)) for c in text if ord(c) not in characters()}
    assert left <= {"\n"}


def test_a_wide_table_is_cut_between_column_groups():
    columns = tuple(Column(f"c{i}", span="left" if i < 8 else "right") for i in range(16))
    table = Table("wide", "Wide", columns, (Row("a", tuple(Cell(str(i)) for i in range(16))),))
    content = to_pdf(replace(report(), sections=(Section("s", "1", "Wide", (TableBlock(table),)),)))
    with pikepdf.open(io.BytesIO(content)) as document:
        assert len(list(elements(document.Root.StructTreeRoot.K, "Table"))) == 2


def test_a_refusal_of_typst_is_our_error(monkeypatch, tmp_path):
    template = tmp_path / "broken.typ"
    template.write_text("#panic()")
    monkeypatch.setattr(pdf_module, "_TEMPLATE", template)
    with pytest.raises(ReportError, match="could not be set"):
        to_pdf(replace(report(), sections=()))
