from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pytest
from lxml import html as lxml_html

from reporting.sample import BANNER, HEADLINES, HOSTILE, report
from survey_analysis.errors import ReportError
from survey_analysis.reporting.document import plain
from survey_analysis.reporting.html import to_html
from survey_analysis.reporting.svg import inline_svg, printable_svg

POLICY = "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'"


@pytest.fixture(scope="module")
def page() -> str:
    return to_html(report())


@pytest.fixture(scope="module")
def tree(page):
    return lxml_html.document_fromstring(page)


def test_one_file_that_asks_for_nothing(page, tree):
    assert tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content") == [POLICY]
    assert not tree.xpath("//script | //iframe | //object | //embed | //link | //form | //base")
    assert not tree.xpath("//@*[starts-with(name(), 'on')]")
    targets = tree.xpath("//@href | //@src | //@srcset | //@action")
    assert all(target.startswith("#") for target in targets)
    assert set(re.findall(r"url\((\w+:|#)", page)) <= {"data:", "#"}
    assert "@import" not in page


def test_text_from_data_is_text(page, tree):
    text = tree.text_content()
    for hostile in HOSTILE:
        inert = re.sub("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", "", hostile)
        assert inert in text, hostile
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)
    assert "49" not in tree.xpath("string(//p[starts-with(., 'Verbatim 10')])").replace("7*7", "")


def test_language_title_banner_and_landmarks(tree):
    assert tree.get("lang") == "en"
    assert tree.findtext(".//title") == report().title
    assert BANNER.partition(". ")[0] in tree.xpath("string(//header)")
    assert [len(tree.xpath(f"//{tag}")) for tag in ("header", "nav", "main", "footer", "h1")] == [1] * 5
    levels = [int(h.tag[1]) for h in tree.xpath("//h1 | //h2 | //h3 | //h4")]
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_every_link_and_label_has_its_target_once(tree):
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    wanted = {x[1:] for x in tree.xpath("//a/@href | //*[local-name()='use']/@href")}
    wanted |= {word for x in tree.xpath("//@aria-labelledby") for word in x.split()}
    wanted |= set(re.findall(r"url\(#([^)]+)\)", " ".join(tree.xpath("//@*"))))
    assert wanted <= set(ids)


def test_figures_are_named_images_with_their_text_around_them(tree):
    figures = list(report().figures())
    assert len(tree.xpath("//figure")) == len(figures)
    for i, figure in enumerate(figures, 1):
        (node,) = tree.xpath(f"//figure[@id='{figure.id}']")
        charts = node.xpath(".//svg[@role='img']")
        assert len(charts) == 1 + (figure.svg_narrow is not None)
        for chart in charts:
            assert chart.xpath("string(./title)") == f"Figure {i}. {figure.title}"
            assert chart.xpath("string(./desc)") == figure.alt
        assert figure.source in node.text_content()
    assert not tree.xpath("//svg//style | //svg//metadata")


def test_tables_have_captions_and_scopes(tree):
    tables = list(report().tables())
    nodes = tree.xpath("//table")
    assert len(nodes) == len(tables)
    for node, table in zip(nodes, tables, strict=True):
        assert table.title in node.xpath("string(./caption)")
        assert all(scope in {"col", "colgroup", "row", "rowgroup"} for scope in node.xpath(".//th/@scope"))
        assert len(node.xpath(".//th")) == len(node.xpath(".//th/@scope"))
        assert len(node.xpath("./tbody/tr")) == len(table.rows)
        region = node.getparent()
        assert (region.get("role"), region.get("tabindex")) == ("region", "0")


def test_headlines_and_open_questions_are_shown(tree):
    numbers = [node.text_content() for node in tree.xpath("//p[@class='number']")]
    assert tuple(numbers) == HEADLINES
    shown = {node.text_content() for node in tree.xpath("//span[@class='question']")}
    assert shown == {f"Not stated: {question}" for question in report().questions()}
    assert report().questions()[0] == "Who paid for the survey?"


def test_the_same_report_gives_the_same_page(page):
    assert to_html(report()) == page


def test_every_text_of_the_report_is_on_the_page(tree):
    text = " ".join(tree.text_content().split())
    for run in report().runs():
        assert " ".join(re.sub("[\x00-\x08\u202e]", "", plain((run,))).split()) in text


def test_unknown_language_is_an_error():
    with pytest.raises(ReportError, match="language 'xx'"):
        to_html(replace(report(), language="xx"))


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><script>alert(1)</script></svg>",
        "<svg><foreignObject/></svg>",
        '<svg><rect onload="alert(1)"/></svg>',
        '<svg><image href="https://example.org/a.png"/></svg>',
        '<svg><a href="javascript:alert(1)"/></svg>',
        '<svg><rect style="fill:url(https://example.org/a)"/></svg>',
        "<svg><rect></svg>",
        "not a chart",
    ],
)
def test_a_chart_can_bring_no_code_and_no_request(svg):
    with pytest.raises(ReportError):
        inline_svg(svg, prefix="f", title="t", alt="a")


def test_ids_and_their_uses_are_prefixed():
    svg = '<svg><defs><clipPath id="c"/></defs><g clip-path="url(#c)"/><use href="#c" style="mask:url(#c)"/></svg>'
    shown = inline_svg(svg, prefix="f1", title="t", alt="a")
    assert 'id="f1-c"' in shown
    assert shown.count("url(#f1-c)") == 2
    assert 'href="#f1-c"' in shown


def test_chart_labels_become_printable():
    svg, replaced = printable_svg("<svg><text>Great 😀</text>\n<text>82%</text></svg>")
    assert "Great [grinning face]" in svg
    assert "82%" in svg
    assert replaced == 1
