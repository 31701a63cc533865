from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reporting.browser import check_report, chromium
from reporting.sample import HEADLINES, HOSTILE, report
from survey_analysis.reporting.html import to_html, write_html

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_html(report(), tmp_path_factory.mktemp("html") / "sample.html")


def test_report_is_accessible_at_every_width_and_colour(page):
    sample = report()
    n_figures, n_tables = len(list(sample.figures())), len(list(sample.tables()))
    assert (n_figures, n_tables) == (6, 11)
    states = check_report(page, n_figures, n_tables, HEADLINES)
    assert len(states) == 4


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('<svg role="img"', '<svg role="presentation"', "2 images for 3 figures"),
        ("<main", '<div style="width:3000px">wide</div><main', "px too wide"),
        ('<html lang="en">', "<html>", "axe: html-has-lang"),
        ("5 points more say", "Some more say", "not in the accessibility tree"),
    ],
)
def test_a_broken_report_is_caught(tmp_path, old, new, message):
    sample = report()
    page = to_html(replace(sample, sections=(sample.sections[0], sample.sections[2])))
    assert old in page
    path = tmp_path / "broken.html"
    path.write_text(page.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AssertionError, match=message):
        check_report(path, 3, 2, ("5 points more say",), widths=(1200,), schemes=("light",))


def test_nothing_in_the_data_runs_even_without_the_content_policy(page, tmp_path):
    open_page = page.read_text(encoding="utf-8").replace("Content-Security-Policy", "X-Nothing")
    path = tmp_path / "open.html"
    path.write_text(open_page, encoding="utf-8")
    with chromium() as browser:
        tab = browser.new_page(bypass_csp=True)
        dialogs, requests = [], []
        tab.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        tab.on("request", lambda request: requests.append(request.url))
        tab.goto(path.as_uri())
        tab.mouse.move(200, 200)
        body = tab.inner_text("body")
        fonts = tab.evaluate("document.fonts.ready.then(() => [...document.fonts].map(f => f.status))")
        assert tab.evaluate("document.scripts.length") == 0
        tab.close()
    assert dialogs == []
    assert [url for url in requests if not url.startswith(("file:", "data:"))] == []
    assert set(fonts) == {"loaded"}
    assert HOSTILE[0] in body
    assert HOSTILE[7] in body


def test_wide_and_narrow_charts_never_show_together(page):
    with chromium() as browser:
        for width, shown, hidden in ((360, "narrow", "wide"), (1200, "wide", "narrow")):
            tab = browser.new_page(viewport={"width": width, "height": 900})
            tab.goto(page.as_uri())
            assert tab.locator(f"#f-headline .chart.{shown}").is_visible()
            assert not tab.locator(f"#f-headline .chart.{hidden}").is_visible()
            assert tab.locator("#f-groups .chart.wide").is_visible()
            tab.close()


def test_every_page_part_is_reached_by_keyboard(page):
    with chromium() as browser:
        tab = browser.new_page(viewport={"width": 1200, "height": 900})
        tab.goto(page.as_uri())
        tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.className") == "skip"
        tab.keyboard.press("Enter")
        assert tab.evaluate("document.activeElement.id") == "main"
        sizes = tab.evaluate(
            "[...document.querySelectorAll('.toc .large a')].map(a => a.getBoundingClientRect().height)"
        )
        assert min(sizes) >= 24
        tab.set_viewport_size({"width": 360, "height": 800})
        tab.locator(".toc summary").click()
        sizes = tab.evaluate(
            "[...document.querySelectorAll('.toc .small a, .toc summary')].map(a => a.getBoundingClientRect().height)"
        )
        assert min(sizes) >= 44
        tab.close()
