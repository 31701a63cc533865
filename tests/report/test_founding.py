"""The founding report in a real browser and as a tagged PDF."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pikepdf
import pytest
from reporting import browser
from reporting.browser import WIDTHS, check_report
from reporting.test_pdf import attribute, elements

from survey_analysis.fonts import printable


def headlines(built) -> tuple[str, ...]:
    """The numbers set large, and every finding's sentence."""
    blocks = [b for s in built.document.sections for b in s.blocks if type(b).__name__ == "KeyFinding"]
    assert len(blocks) == 5
    large = [b.number for b in blocks if b.number]
    assert large[0].endswith("%")
    return (*large, *(b.sentence for b in blocks))


@pytest.mark.browser
def test_the_page_is_sound_at_every_width_and_colour(built, files, tmp_path):
    path = tmp_path / "report.html"
    path.write_bytes(files["report.html"])
    n_figures, n_tables = len(list(built.document.figures())), len(list(built.document.tables()))
    assert n_figures >= 15
    assert n_tables >= 20
    with ThreadPoolExecutor(2) as pool:  # a browser a width: axe takes its time over so many cells
        found = [
            pool.submit(check_report, path, n_figures, n_tables, headlines(built), widths=(width,))
            for width in WIDTHS
        ]
        states = [state for future in found for state in future.result()]
    assert [(s.width, s.scheme) for s in states] == [(w, c) for w in (360, 1200) for c in ("light", "dark")]
    assert all(not s.violations and not s.requests for s in states)


def test_without_a_browser_a_ci_run_fails_and_a_users_run_skips(monkeypatch):
    monkeypatch.setattr(browser.shutil, "which", lambda _name: None)
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match="was not checked in a browser"):
        browser.executable()
    monkeypatch.delenv("CI")
    with pytest.raises(pytest.skip.Exception, match="was not checked in a browser"):
        browser.executable()


def test_the_page_holds_no_script_and_asks_for_nothing(page, files):
    assert not page.xpath("//script | //iframe | //object | //embed | //form | //link[@rel='stylesheet']")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    policy = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy[0]
    for link in page.xpath("//@href | //@src"):
        assert link.startswith(("#", "data:")), link
    assert page.get("lang") == "en"


def test_every_reference_inside_the_page_leads_somewhere(page):
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in page.xpath("//a/@href")} <= set(ids)


def test_pdf_is_tagged_titled_and_in_a_language(pdf, built):
    with pdf.open_metadata() as meta:
        assert meta["dc:title"] == built.document.title
        assert meta["pdfuaid:part"] == "1"
    assert str(pdf.Root.Lang) == "en"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)


def test_every_figure_of_the_pdf_has_its_alternative_text(pdf, built):
    nodes = list(elements(pdf.Root.StructTreeRoot.K, "Figure"))
    texts = [str(node.get("/Alt", "")) for node in nodes]
    assert all(texts)
    for figure in built.document.figures():
        assert printable(figure.alt).text in texts


def test_every_table_header_of_the_pdf_has_its_scope(pdf, built):
    tables = list(elements(pdf.Root.StructTreeRoot.K, "Table"))
    assert len(tables) >= len(list(built.document.tables()))
    for table in tables:
        heads = list(elements(table.K, "TH"))
        assert heads
        assert {str(attribute(h, "/Scope")) for h in heads} <= {"/Column", "/Row", "/Both"}


def test_the_pdf_opens_no_action_and_embeds_nothing(pdf):
    assert not {"/OpenAction", "/AA"} & set(pdf.Root.keys())
    names = pdf.Root.get("/Names", pikepdf.Dictionary())
    assert not {"/JavaScript", "/EmbeddedFiles"} & set(names.keys())
