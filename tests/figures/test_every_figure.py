"""What holds for every figure in every rendering."""

from __future__ import annotations

import itertools
import xml.etree.ElementTree as ET

import matplotlib as mpl
import pytest

from survey_analysis.figures.registry import FIGURES
from survey_analysis.figures.style import SMALLEST
from tests.figures import factories as f
from tests.figures.charts import ALL, RENDERINGS, extents, named, strings, texts
from tests.figures.verbs import VERBS

CHARTS = ALL | VERBS
EVERY = [(name, rendering) for name in CHARTS for rendering in RENDERINGS]


def test_every_registered_figure_is_here():
    assert {name.split()[0] for name in CHARTS} == {e.name for e in FIGURES}


@pytest.mark.parametrize(("name", "rendering"), EVERY)
def test_texts_are_legible_inside_and_apart(name, rendering):
    figure = CHARTS[name]().figure(rendering)
    width, height = figure.get_size_inches()
    assert width == (3.75 if rendering == "narrow" else 8.0)
    boxes = list(extents(figure))
    assert len(boxes) > 2
    for text, (left, top, right, bottom) in boxes:
        assert min(left, top) >= 0, text
        assert right <= width, text
        assert bottom <= height, text
    assert min(t.get_fontsize() for t in texts(figure)) >= SMALLEST
    assert not any(t.get_parse_math() for t in texts(figure))
    for (a, one), (b, two) in itertools.combinations(boxes, 2):
        across = min(one[2], two[2]) - max(one[0], two[0])
        down = min(one[3], two[3]) - max(one[1], two[1])
        assert across < 0.01 or down < 0.02, f"{a!r} lies over {b!r}"


@pytest.mark.parametrize("name", ALL)
def test_slide_holds_the_captions_and_documents_do_not(name):
    chart = ALL[name]()
    slide, document = (" ".join(strings(chart.figure(r))) for r in ("slide", "document"))
    for text in (chart.caption.title, chart.caption.subtitle, chart.caption.base, chart.caption.source):
        assert text in slide
        assert text not in document
    assert ("SIMULATED DATA" in slide) == chart.caption.simulated
    assert len(named(chart.figure("slide"), "tab")) == 1


@pytest.mark.parametrize("name", ["headline", "likert", "differences", "flow"])
def test_svg_is_clean_and_parses(name):
    chart = ALL[name]()
    inline = chart.svg("document", ids="f1")
    root = ET.fromstring(inline)
    assert root.tag.endswith("svg")
    assert "<style" not in inline
    assert "<metadata" not in inline
    assert "http://purl" not in inline
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert ids
    assert all(i.startswith("f1-") for i in ids)
    used = {v[1:] for e in root.iter() for k, v in e.attrib.items() if k.endswith("href")}
    used |= {e.get("clip-path")[5:-1] for e in root.iter() if e.get("clip-path")}
    assert used <= set(ids)
    assert "Inter" in inline
    assert "<text" in inline
    assert "<text" not in chart.svg("slide")  # outlines: a slide needs no font


@pytest.mark.parametrize("name", ["headline", "flow"])
def test_notebook_shows_an_image_with_its_alternative_text(name):
    chart = ALL[name]()
    bundle = chart._repr_mimebundle_()
    assert f'alt="{f.CAPTION.alt}"' in bundle["text/html"]
    assert "background:#fff" in bundle["text/html"]
    assert bundle["text/plain"].startswith(f"<Chart {name}: Eight in ten")


def test_the_users_settings_neither_leak_in_nor_change():
    plain = ALL["dots"]().png("document", 60)
    with mpl.rc_context({"axes.facecolor": "black", "font.size": 30, "text.color": "red", "savefig.dpi": 30}):
        before = dict(mpl.rcParams)
        assert ALL["dots"]().png("document", 60) == plain
        assert dict(mpl.rcParams) == before


def test_no_pyplot_figure_is_left_open():
    import matplotlib.pyplot as plt

    ALL["headline"]().png("slide", 50)
    assert plt.get_fignums() == []
