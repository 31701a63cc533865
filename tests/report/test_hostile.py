"""Labels that are code somewhere come out as inert text everywhere."""

from __future__ import annotations

import csv
import io
import zipfile

import openpyxl
import pikepdf
import pytest
from builders import LIKELY
from lxml import html

from report import small
from report.conftest import words_of_pdf

SCRIPT = "<script>alert(1)</script>"
FORMULA = '=HYPERLINK("http://evil.example","x")'
TYPST = '#panic("no") *bold* $x^2$ @label'
CONTROL = "bell\x07 tab\there\x00 end"
BIDI = "\u202egnp.exe\u202c שלום"
EMOJI = "smile 😀"
PLUS = "+cmd|' /C calc'!A0"
IMAGE = '"><img src=x onerror=alert(2)>'


@pytest.fixture(scope="module")
def hostile():
    levels = [list(x) for x in LIKELY]
    levels[4][1], levels[3][1], levels[0][1] = SCRIPT, FORMULA, EMOJI
    data = small.frame(120)
    data["open"] = ([SCRIPT, FORMULA, TYPST, CONTROL, BIDI, EMOJI, PLUS, IMAGE] * 20)[: len(data)]
    data["choice"] = ([PLUS, IMAGE, CONTROL] * 50)[: len(data)]
    changes = small.study()
    battery = changes["batteries"]["follow"] | {
        "text": f"How likely {TYPST} {SCRIPT} {{source}}?",
        "short": f"Follow {IMAGE}",
    }
    return small.report(
        data,
        study={"name": FORMULA, "title": f"{SCRIPT} {TYPST}"},
        sample=small.STATED | {"sponsor": IMAGE, "population": TYPST, "conductor": PLUS},
        scales={"likely5": {"levels": levels}},
        subjects={
            "source": {
                "micro": {"label": SCRIPT, "phrase": TYPST},
                "average": {"label": FORMULA, "phrase": f"a {BIDI}"},
            }
        },
        batteries={"follow": battery},
        questions={
            "sex": {"levels": [["w", TYPST], ["m", BIDI]], "short": IMAGE},
            "age": {"kind": "numeric", "short": f"{PLUS} {CONTROL}"},
            "choice": {"levels": [PLUS, IMAGE, CONTROL], "short": SCRIPT, "text": FORMULA},
            "open": {"kind": "open", "text": SCRIPT},
        },
        weighting={"all": {"targets": {"sex": {"w": 0.5, "m": 0.5}}}},
        banners={"main": {"columns": ["sex", "choice"], "label": IMAGE}},
        report=small.REPORT
        | {
            "title": f"{SCRIPT} {EMOJI} {TYPST}",
            "subtitle": FORMULA,
            "sections": [*small.REPORT["sections"], {"questions": {"title": IMAGE, "questions": ["choice"]}}],
            "definitions": {SCRIPT: FORMULA, TYPST: IMAGE},
        },
    )


@pytest.fixture(scope="module")
def outputs(hostile):
    return small.files(*hostile, "html", "pdf", "xlsx", extras=True)


def test_html_holds_the_words_and_no_element_of_theirs(outputs):
    text = outputs["report.html"].decode()
    page = html.fromstring(text)
    assert not page.xpath("//script | //img | //iframe | //object")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    words = page.text_content()
    for wanted in (SCRIPT, FORMULA, TYPST, PLUS, IMAGE, "smile 😀"):
        assert wanted in words, wanted
    assert "\x07" not in text
    assert "\x00" not in text
    assert not set(text) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert not [h for h in page.xpath("//@href") if not h.startswith("#")]


def test_pdf_holds_the_words_and_runs_nothing(outputs, tmp_path):
    content = outputs["report.pdf"]
    with pikepdf.open(io.BytesIO(content)) as document:
        assert not {"/OpenAction", "/AA"} & set(document.Root.keys())
        assert "/JavaScript" not in document.Root.get("/Names", pikepdf.Dictionary())
        for page in document.pages:
            for note in page.get("/Annots", []):
                assert "/URI" not in note.get("/A", pikepdf.Dictionary())
    words = " ".join(words_of_pdf(content, tmp_path).split())
    assert "[grinning face]" in words
    flat = words.replace(" ", "")
    for wanted in (SCRIPT, FORMULA, TYPST, IMAGE):
        assert "".join(wanted.split()) in flat, wanted


def test_workbook_cells_are_texts_and_never_formulas(outputs):
    book = openpyxl.load_workbook(io.BytesIO(outputs["report.xlsx"]))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    assert not [c.coordinate for c in cells if c.data_type == "f"]
    assert not [c.coordinate for c in cells if c.hyperlink is not None and c.hyperlink.target]
    texts = " ".join(str(c.value) for c in cells)
    assert SCRIPT in texts
    assert "HYPERLINK" in texts
    with zipfile.ZipFile(io.BytesIO(outputs["report.xlsx"])) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            assert b"\x07" not in part
            assert b"<f>" not in part
            assert b"vbaProject" not in part
        assert not [n for n in archive.namelist() if "external" in n.lower()]


def test_csv_cells_are_neutralised(outputs):
    text = outputs["report/results.csv"].decode()
    rows = list(csv.reader(io.StringIO(text)))
    cells = [c for row in rows for c in row]
    assert any("HYPERLINK" in c for c in cells)

    def number(cell: str) -> bool:
        try:
            float(cell)
        except ValueError:
            return False
        return True

    dangerous = [c for c in cells if c[:1] in set("=+@-\t\r") and not number(c)]
    assert dangerous == []
    assert "\x00" not in text


def test_json_is_json_and_svg_is_xml(outputs):
    import json
    import xml.etree.ElementTree as ET

    for name, content in outputs.items():
        if name.endswith(".json"):
            json.loads(content)
        if name.endswith(".svg"):
            root = ET.fromstring(content)
            tags = {e.tag.rsplit("}", 1)[-1] for e in root.iter()}
            assert not tags & {"script", "foreignObject", "image", "a"}
            assert not [k for e in root.iter() for k in e.attrib if k.rsplit("}", 1)[-1].startswith("on")]


def test_open_answers_are_in_no_output(hostile, outputs):
    data = small.frame(120)
    secret = "my name is Jane Roe and I live at 5 Main Street"
    data["open"] = secret
    made, built = small.report(
        data, questions=small.study()["questions"] | {"open": {"kind": "open", "text": "Why?"}}
    )
    for name, content in small.files(made, built, "html", "xlsx", extras=True).items():
        assert secret.encode() not in content, name


def test_notebook_html_is_inert_too(hostile):
    made, _ = hostile
    for thing in (
        made,
        made["follow"],
        made.proportion("follow", top=2),
        made.mean("follow").compare(),
        made.tabulate("follow", by="main"),
    ):
        page = html.fromstring(f"<div>{thing._repr_html_()}</div>")
        assert not page.xpath(".//script | .//img")
        assert not page.xpath(".//@*[starts-with(name(), 'on')]")
