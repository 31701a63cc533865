"""The codebook as a document: sound in a browser, searchable, inert, the same bytes, nothing private."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import shutil
import subprocess
import warnings
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pikepdf
import pytest
from lxml import html

import survey_analysis as sa
from reporting.browser import check_report, chromium
from survey_analysis.errors import PersonalDataWarning, ReportError
from survey_analysis.reporting.codebook import FORMATS, codebook_content, codebook_report
from survey_analysis.tabulation.codebook import codebook_data

SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(2)>'
FORMULA = '=HYPERLINK("http://evil.example","x")'
TYPST = '#panic("no") *bold* $x^2$ @label'
STUDY = {
    "study": {"name": FORMULA, "title": f"Trust {SCRIPT}"},
    "design": {"weight": "w"},
    "roles": {"personal": ["ip"]},
    "subjects": {"source": {"micro": {"label": SCRIPT, "code": 1}, "star": {"label": TYPST, "code": 2}}},
    "scales": {"likely": {"levels": [[1, IMAGE], [2, FORMULA], [3, "Extremely"]], "missing": [[98, "dont_know", "No idea"]]}},
    "questions": {
        "age": {"kind": "numeric", "text": f"How old? {TYPST}", "valid_range": [18, 99], "base": IMAGE},
        "buy": {"scale": "likely", "kind": "likert", "text": f"Café? {SCRIPT}", "short": IMAGE, "asked_if": "age > 30"},
        "media": {"kind": "multiple", "options": [{"column": "m1", "label": SCRIPT}, {"column": "m2", "label": "Radio"}]},
        "why": {"kind": "open", "text": "Why?"},
    },
    "batteries": {"follow": {"over": "source", "columns": "f{source}", "scale": "likely", "text": "Follow {source}?"}},
    "constructs": {"trust": {"items": ["follow", "buy"], "short": SCRIPT}},
}  # fmt: skip


@pytest.fixture(scope="module")
def survey() -> sa.Survey:
    rng = np.random.default_rng(4)
    n = 120
    age = rng.integers(18, 80, n)
    cells = {
        "age": age.astype(str),
        "buy": np.where(age > 30, rng.choice(["1", "2", "3", "98"], n), ""),
        "m1": rng.choice(["1", "0"], n),
        "m2": rng.choice(["1", "0"], n),
        "why": [f"secret {i} {SCRIPT}" for i in range(n)],
        "f1": rng.choice(["1", "2", "3"], n),
        "f2": rng.choice(["1", "3"], n),
        "ip": [f"192.0.2.{i}" for i in range(n)],
        "mail": [f"ann{i}@example.org" for i in range(n)],
        "rare": ["Zacharias Unique"] + ["other"] * (n - 1),
        "w": rng.choice(["1", "2"], n),
    }
    with pytest.warns(PersonalDataWarning, match="'mail'"):
        return sa.read(pd.DataFrame(cells), study=STUDY)


@pytest.fixture(scope="module")
def outputs(survey) -> dict[str, bytes]:
    data = codebook_data(survey)
    made = {f: codebook_content(data, survey, f) for f in FORMATS}
    return {f: x if isinstance(x, bytes) else x.encode() for f, x in made.items()}


@pytest.fixture(scope="module")
def page(outputs, tmp_path_factory):
    path = tmp_path_factory.mktemp("codebook") / "codebook.html"
    path.write_bytes(outputs["html"])
    return path


def workbook(content: bytes) -> openpyxl.Workbook:
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message=".*extension is not supported"
        )  # openpyxl drops the solid bars of Excel 2010
        return openpyxl.load_workbook(io.BytesIO(content))


def pdf_words(content: bytes, folder) -> str:
    tool = shutil.which("pdftotext")
    if tool is None:
        pytest.skip("pdftotext is not installed")
    (folder / "codebook.pdf").write_bytes(content)
    return subprocess.run(
        [tool, "-layout", str(folder / "codebook.pdf"), "-"], check=True, capture_output=True, text=True
    ).stdout


def test_the_same_inputs_give_the_same_bytes(survey, outputs):
    data = codebook_data(survey)
    for form in FORMATS:
        again = codebook_content(data, survey, form)
        assert (again if isinstance(again, bytes) else again.encode()) == outputs[form], form


def test_every_question_has_its_facts(outputs):
    tree = html.fromstring(outputs["html"].decode())
    words = " ".join(tree.text_content().split())
    for wanted in (
        "Routing says", "number", "rating scale", "several answers in 2 columns", "98 = don’t know (No idea)",
        "How old?", "18 to 99", "Weighted %", "First quartile", "Words, on average", "Columns that tell who somebody is",
        "Constructs and their items", "How to read this codebook", "Follow [source]?",
    ):  # fmt: skip
        assert wanted in words, wanted
    links = tree.xpath("//nav//a/@href")
    assert len(links) == 2 * len(tree.xpath("//main/section"))
    assert all(tree.xpath(f"//*[@id='{x[1:]}']") for x in links)


def test_no_private_text_is_in_any_format(outputs, tmp_path):
    book = workbook(outputs["xlsx"])
    cells = " ".join(
        str(c.value) for ws in book for row in ws.iter_rows() for c in row if c.value is not None
    )
    for text in (outputs["html"].decode(), cells, pdf_words(outputs["pdf"], tmp_path)):
        for private in ("secret", "example.org", "192.0.2", "Zacharias"):
            assert private not in text, private
        assert "mail" in text


def test_the_only_script_is_ours_and_allowed_by_its_hash(outputs):
    tree = html.fromstring(outputs["html"].decode())
    (script,) = tree.xpath("//script")
    digest = base64.b64encode(hashlib.sha256(script.text.encode()).digest()).decode()
    policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert policy.startswith("default-src 'none'")
    assert policy.endswith(f"script-src 'sha256-{digest}'")
    assert "fetch" not in script.text
    assert "innerHTML" not in script.text
    assert not tree.xpath("//img | //iframe | //object | //@*[starts-with(name(), 'on')]")
    assert not [x for x in tree.xpath("//@href | //@src") if not x.startswith(("#", "data:"))]
    words = tree.text_content()
    for wanted in (SCRIPT, IMAGE, FORMULA, TYPST):
        assert wanted in words, wanted


def test_pdf_is_tagged_and_its_texts_are_inert(outputs, tmp_path):
    with pikepdf.open(io.BytesIO(outputs["pdf"])) as document:
        assert document.Root.MarkInfo.Marked
        assert not {"/OpenAction", "/AA"} & set(document.Root.keys())
    flat = "".join(pdf_words(outputs["pdf"], tmp_path).split())
    for wanted in (SCRIPT, TYPST, "Routing says", "Weighted %"):
        assert "".join(wanted.split()) in flat, wanted


def test_the_workbook_lists_every_question_and_no_formula(survey, outputs):
    book = workbook(outputs["xlsx"])
    assert {"Questions", "Answers"} <= set(book.sheetnames)
    cells = [c for ws in book for row in ws.iter_rows() for c in row if c.value is not None]
    assert not [c.coordinate for c in cells if c.data_type == "f"]
    names = {c.value for row in book["Questions"].iter_rows() for c in row}
    assert {q.name for q in codebook_data(survey).questions} <= names
    bars = book["Answers"].conditional_formatting
    assert len(list(bars)) > 5


def test_shares_stand_beside_bars_of_their_length(outputs):
    tree = html.fromstring(outputs["html"].decode())
    bars = tree.xpath("//td[span[@class='sa-bar']]")
    assert len(bars) > 5
    for cell in bars:
        length = float(re.search(r"([\d.]+)%", cell[0].get("style"))[1])
        assert length == pytest.approx(float(cell.text_content()), abs=0.051)


def test_unknown_formats_and_empty_data_are_refused(survey, tmp_path):
    with pytest.raises(ReportError, match="'txt' is no format"):
        survey.document(tmp_path / "codebook.txt")
    data = codebook_data(survey)
    with pytest.raises(ReportError, match="no question"):
        codebook_report(replace(data, questions=()), survey)


@pytest.mark.browser
def test_the_page_is_sound_at_every_width_and_colour(survey, page):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.SurveyAnalysisWarning)
        tables = len(list(codebook_report(codebook_data(survey), survey).tables()))
    states = check_report(page, 0, tables, ("Routing says",))
    assert len(states) == 4


@pytest.mark.browser
def test_the_search_box_filters_with_the_keyboard_alone(page):
    with chromium() as browser:
        tab = browser.new_page(viewport={"width": 1200, "height": 900})
        dialogs: list[str] = []
        requests: list[str] = []
        tab.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
        tab.on("request", lambda r: requests.append(r.url))
        tab.goto(page.as_uri())
        shown = "[...document.querySelectorAll('main > section')].filter(s => !s.hidden).length"
        everything = tab.evaluate(shown)
        tab.keyboard.press("/")
        assert tab.evaluate("document.activeElement.id") == "find"
        tab.keyboard.type("CAFE")
        assert tab.evaluate(shown) == 1
        assert tab.locator(".toc .large li:visible").count() == 1
        assert tab.locator("#found").inner_text() == f"1 of {everything}"
        tab.keyboard.press("Control+A")
        tab.keyboard.type("no such word at all")
        assert tab.evaluate(shown) == 0
        assert tab.locator("#none").is_visible()
        tab.keyboard.press("Escape")
        assert tab.evaluate(shown) == everything
        assert tab.locator("#find").input_value() == ""
        tab.close()
    assert dialogs == []
    assert [u for u in requests if not u.startswith(("file:", "data:"))] == []


@pytest.mark.browser
def test_without_a_script_there_is_no_box_and_everything_is_there(page):
    with chromium() as browser:
        context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
        tab = context.new_page()
        tab.goto(page.as_uri())
        assert not tab.locator("#find").is_visible()
        assert tab.locator("main > section").count() == tab.locator("main > section:visible").count() > 5
        context.close()


@pytest.mark.browser
def test_on_a_phone_the_contents_close_when_a_question_is_chosen(page):
    with chromium() as browser:
        tab = browser.new_page(viewport={"width": 390, "height": 844})
        tab.goto(page.as_uri())
        tab.locator(".toc summary").click()
        sizes = tab.evaluate(
            "[...document.querySelectorAll('.toc .small a, .toc summary, #find')].map(a => a.getBoundingClientRect().height)"
        )
        assert min(sizes) >= 44
        tab.locator(".toc .small a").nth(2).click()
        assert not tab.evaluate("document.querySelector('.toc details').open")
        tab.close()
