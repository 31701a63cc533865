"""Tables in a notebook, under JupyterLab's own style sheet: words stand left, numbers right."""

from __future__ import annotations

import pandas as pd
import pytest

import survey_analysis as sa
from reporting.browser import chromium

# JupyterLab 4, packages/rendermime/style/base.css: the rules for tables and for <pre>.
JUPYTER = """
.jp-RenderedHTMLCommon{font-family:sans-serif}
.jp-RenderedHTMLCommon pre{font-family:inherit}
.jp-RenderedHTMLCommon td,.jp-RenderedHTMLCommon th,.jp-RenderedHTMLCommon tr{vertical-align:middle;padding:.5em}
:not(.jp-RenderedMarkdown).jp-RenderedHTMLCommon td,:not(.jp-RenderedMarkdown).jp-RenderedHTMLCommon th,
:not(.jp-RenderedMarkdown).jp-RenderedHTMLCommon tr{text-align:right}
"""
LOOK = "(s) => [...document.querySelectorAll(s)].map(x => getComputedStyle(x)[s === 'pre' ? 'fontFamily' : 'textAlign'])"


@pytest.fixture(scope="module")
def looks():
    frame = pd.DataFrame({"own": ["yes", "yes", "no"], "make": ["A", "", "B"]})
    study = {"questions": {"own": {}, "make": {"asked_if": "own == 'yes'"}}}
    survey = sa.read(frame, study=study)
    shown = [survey, survey["own"], survey.base_audit(), sa.inspect(frame)]
    body = "".join(f'<div class="jp-RenderedHTMLCommon">{x._repr_html_()}</div>' for x in shown)
    with chromium() as browser:
        page = browser.new_page()
        page.set_content(f"<style>{JUPYTER}</style>{body}")
        yield lambda selector: page.evaluate(LOOK, selector)


@pytest.mark.parametrize(
    "words",
    [".sa-table tbody th", ".sa-table .sa-left", ".sa-inspect td:first-child", ".sa-inspect td:last-child"],
)
def test_words_stand_left(looks, words):
    assert set(looks(words)) == {"left"}


@pytest.mark.parametrize("numbers", [".sa-table td:not(.sa-left)", ".sa-inspect td.n"])
def test_numbers_stand_right(looks, numbers):
    assert set(looks(numbers)) == {"right"}


def test_what_is_set_in_columns_is_monospaced(looks):
    assert looks("pre") == ["monospace"]
