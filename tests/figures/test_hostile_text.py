"""Text from data is drawn as it is: no mathematics, no markup, no controls, nothing cut off."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from survey_analysis.figures.registry import draw
from survey_analysis.figures.text import clean, width_of, wrap
from survey_analysis.results.estimate import Dim
from survey_analysis.results.process import Flow, FlowStep
from tests.figures import factories as f
from tests.figures.charts import RENDERINGS, extents, strings

HOSTILE = (
    ("a", "Cost in $ per_unit, $x^2$ & <script>alert('1')</script>"),
    ("b", "Bell\x07 and\u202eevil\u202c, tab\there\nline"),
    ("c", "שלום 😀 日本"),
    (
        "d",
        "W" * 90
        + " and a label that goes on for a very long time, much longer than anybody would want it to",
    ),
)
NASTY = Dim("source", r"\frac{1}{2} $", HOSTILE)
CAPTION = replace(
    f.CAPTION, title="$a_b$ " + "long title word " * 14, subtitle=HOSTILE[0][1], source="X" * 300
)


def results():
    yield "headline", f.estimate(dims=(NASTY,)), {"focus": "a"}
    yield "dots", f.estimate(dims=(NASTY,)), {"reference": (0.7, HOSTILE[3][1])}
    yield "dots", f.estimate(dims=(NASTY,)), {"published": (("d", 0.4, HOSTILE[3][1]),)}
    shares = {key: f.LIKERT["micro"] for key, _ in HOSTILE}
    scale = (
        "Not $at$ all",
        "U" * 40,
        "<b>Somewhat</b>",
        "Very_likely",
        "Extremely likely indeed, or even more",
    )
    yield "likert", f.likert(shares, scale, dim=NASTY), {}
    with_dk = {key: (*f.LIKERT["micro"][:4], 0.3, 0.1) for key, _ in HOSTILE}
    yield "likert", f.likert(with_dk, scale, outside=("D" * 60,), dim=NASTY), {}
    test = f.differences()
    rows = test.rows.assign(
        a=test.rows["a"].replace(dict(zip(["micro", "advocate", "celebrity"], "abd", strict=True)))
    )
    yield "differences", replace(test, rows=rows, dims=(NASTY,)), {}
    yield "dots", f.estimate(dims=(NASTY,), keys=[("a",), ("b",), ("c",), ("d",)]), {"layout": "overlaid"}
    steps = (
        FlowStep("received", HOSTILE[3][1], 9, 9),
        FlowStep("quality", HOSTILE[0][1], 2, 7, HOSTILE[3][1]),
    )
    yield "flow", Flow(((HOSTILE[3][1], steps), ("b", steps))), {}
    weighting = f.weighting()
    margins = tuple(
        replace(m, category=HOSTILE[i % 4][1], margin=HOSTILE[3][1]) for i, m in enumerate(weighting.margins)
    )
    yield "margins", replace(weighting, margins=margins), {}


@pytest.mark.parametrize("case", list(results()), ids=lambda case: case[0])
@pytest.mark.parametrize("rendering", RENDERINGS)
def test_hostile_labels_are_inert_and_whole(case, rendering):
    kind, result, style = case
    chart = draw(result, kind, CAPTION, **style)
    figure = chart.figure(rendering)
    width, height = figure.get_size_inches()
    for text, (left, top, right, bottom) in extents(figure):
        assert min(left, top) >= 0, text
        assert right <= width, text
        assert bottom <= height, text
    joined = "".join(strings(figure))
    assert not any(ord(c) < 32 or "\u202a" <= c <= "\u202e" for c in joined)
    assert joined.replace("Weighting", "").count("W") % 90 == 0  # the long word is broken, never cut short
    svg = chart.svg(rendering, ids="x")
    root = ET.fromstring(svg)
    assert not [e for e in root.iter() if e.tag.endswith("script")]


def test_letters_stay_as_typed():
    assert clean("a$b_c$ \\alpha") == "a$b_c$ \\alpha"
    figure = draw(f.estimate(dims=(NASTY,)), "dots", f.CAPTION).figure("narrow")
    assert "$x^2$" in " ".join(strings(figure))
    assert "grinning face" in " ".join(strings(figure))


def test_wrapped_lines_fit_and_lose_nothing():
    text = "The quick brown fox jumps over the lazy dog and then " + "y" * 60
    for width in (0.4, 1.0, 2.5):
        lines = wrap(text, width, 10)
        assert all(width_of(line, 10) <= width for line in lines)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert wrap("", 1.0, 10) == []
