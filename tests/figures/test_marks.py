"""The marks are the estimates, and the labels are their printed form."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from survey_analysis.figures.differences import differences
from survey_analysis.figures.dots import dots
from survey_analysis.figures.flow import flow
from survey_analysis.figures.headline import headline
from survey_analysis.figures.likert import likert
from survey_analysis.figures.margins import margins
from survey_analysis.figures.ratios import ratios
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.process import Flow, FlowStep
from survey_analysis.results.provenance import Provenance
from survey_analysis.wording.numbers import count, percent
from tests.figures import factories as f
from tests.figures.charts import PUBLISHED, construct_pairs, marks, named, pairs, strings

EXACT = {"rtol": 0, "atol": 1e-9}


def segments(figure, name):
    """Ends of the intervals of a named line collection."""
    (lines,) = named(figure, name)
    return np.array([[s[0][0], s[1][0]] for s in lines.get_segments()])


@pytest.mark.parametrize("rendering", ["slide", "document", "narrow"])
def test_headline(rendering):
    estimate = f.estimate()
    figure = headline(estimate, f.CAPTION, focus="micro").figure(rendering)
    assert np.allclose(marks(figure, "headline-focus")[:, 0], [0.8195], **EXACT)
    assert np.allclose(marks(figure, "headline-other")[:, 0], [0.7303, 0.7004, 0.4117], **EXACT)
    rows = estimate.rows
    limits = segments(figure, "headline-other-interval")
    assert np.allclose(limits, rows[["conf_low", "conf_high"]].to_numpy()[1:], **EXACT)
    (wedge,) = named(figure, "ring-share")
    assert (wedge.theta2 - wedge.theta1) / 360 == pytest.approx(0.8195, abs=1e-9)
    assert wedge.theta1 == -90  # 12 o'clock on a sheet whose y points down
    (number,) = named(figure, "ring-number")
    assert number.get_text() == percent(0.8195) == "82%"
    shown = strings(figure)
    for value, n in f.FOLLOW:
        assert percent(value) in shown
        assert any(count(n) in s for s in shown)


def test_ring_fills_as_many_pixels_as_its_share():
    png = headline(f.estimate([(0.37, 900)]), f.CAPTION).png("document", 150)
    pixels = np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(int)

    def near(colour):
        return (np.abs(pixels - colour).sum(axis=2) < 12).sum()

    full, rest = near([0x0A, 0x5C, 0x8F]), near([0xE8, 0xEB, 0xF0])
    number = headline(f.estimate([(0.37, 900)]), f.CAPTION).figure("document")
    (text,) = named(number, "ring-number")
    text.set_visible(False)
    number.canvas.draw()
    assert full > 0
    # the big number is accent too, so compare the unfilled part with what the whole ring holds
    ring = np.pi * (1.06**2 - 0.86**2) * 150**2
    assert rest / ring == pytest.approx(0.63, abs=0.02)


def test_swapped_rows_swap_the_marks():
    estimate = f.estimate()
    keys = (("average",), ("micro",), *estimate.keys[2:])
    figure = headline(replace_keys(estimate, keys), f.CAPTION, focus="micro").figure("document")
    (number,) = named(figure, "ring-number")
    assert number.get_text() == "73%"
    assert np.allclose(marks(figure, "headline-focus")[:, 0], [0.7303], **EXACT)
    assert np.allclose(marks(figure, "headline-other")[0, 0], 0.8195, **EXACT)


def replace_keys(estimate: EstimateData, keys) -> EstimateData:
    return replace(estimate, keys=keys)


def test_published_figures_are_hollow_diamonds_at_their_values():
    figure = headline(f.estimate(), f.CAPTION, focus="micro", published=PUBLISHED).figure("document")
    assert np.allclose(marks(figure, "headline-published")[:, 0], [0.82, 0.73], **EXACT)
    assert "Published figure (release of 2016)" in strings(figure)
    alone = headline(f.estimate(f.FOLLOW[:1]), f.CAPTION, published=PUBLISHED[:1]).figure("document")
    assert len(named(alone, "ring-published")) == 1


def test_likert_bars_are_the_shares_around_the_middle():
    figure = likert(f.likert(), f.CAPTION).figure("document")
    bars = [named(figure, f"likert-{i}") for i in range(5)]
    order = ["micro", "average", "advocate", "celebrity"]  # by total positive
    for row, key in enumerate(order):
        widths = [bars[i][row].get_width() for i in range(5)]
        assert np.allclose(widths, f.LIKERT[key], **EXACT)
        middle = bars[2][row]
        assert middle.get_x() + middle.get_width() / 2 == pytest.approx(0, abs=1e-9)
    positive = [t.get_text() for t in named(figure, "total-positive")]
    assert positive == [percent(sum(f.LIKERT[k][3:])) for k in order] == ["82%", "73%", "70%", "41%"]
    negative = [t.get_text() for t in named(figure, "total-negative")]
    assert negative == [percent(sum(f.LIKERT[k][:2])) for k in order]


def test_likert_labels_start_at_five_and_a_half_percent():
    shares = {"micro": (0.0549, 0.0551, 0.2, 0.35, 0.34)}
    figure = likert(f.likert(shares), f.CAPTION).figure("document")
    assert [t.get_text() for t in named(figure, "segment")] == ["6", "20", "35", "34"]


@pytest.mark.parametrize("sort", ["positive", "top1", "scale"])
def test_likert_order(sort):
    shares = {
        "celebrity": (0.1, 0.2, 0.2, 0.1, 0.4),
        "micro": (0.1, 0.1, 0.1, 0.6, 0.1),
        "average": (0.1, 0.1, 0.2, 0.4, 0.2),
    }
    expected = {
        "positive": ["Micro-influencer", "Average consumer", "Celebrity"],
        "top1": ["Celebrity", "Average consumer", "Micro-influencer"],
        "scale": ["Celebrity", "Micro-influencer", "Average consumer"],
    }
    figure = likert(f.likert(shares), f.CAPTION, sort=sort).figure("document")
    assert [t.get_text() for t in named(figure, "likert-label")] == expected[sort]


def test_likert_even_scale_has_no_middle_and_can_be_reversed():
    shares = {"micro": (0.1, 0.2, 0.3, 0.4)}
    scale = ("Never", "Rarely", "Often", "Always")
    figure = likert(f.likert(shares, scale), f.CAPTION).figure("document")
    assert named(figure, "likert-2")[0].get_x() == pytest.approx(0, abs=1e-12)
    reverse = likert(f.likert(shares, scale), f.CAPTION, positive="first").figure("document")
    assert [t.get_text() for t in named(reverse, "total-positive")] == ["30%"]


def test_dots_and_brackets():
    figure = dots(f.estimate(), f.CAPTION, test=pairs()).figure("document")
    assert np.allclose(marks(figure, "dots-dot")[:, 0], [v for v, _ in f.FOLLOW], **EXACT)
    found = [t.get_text() for t in named(figure, "bracket-text")]
    assert sorted(found) == ["p < .001", "p < .001", "p < .001", "p = .012"]  # .4 has no bracket
    assert len(named(figure, "bracket")) == 4
    assert any("Holm" in s and "same people" in s for s in strings(figure))


def test_dots_without_a_difference_say_so():
    test = f.comparison([("micro", "average", "common", 0.82, 0.81, 0.02, 0.6, 500)])
    figure = dots(f.estimate(), f.CAPTION, test=test).figure("document")
    assert named(figure, "bracket") == []
    assert any(s.startswith("No pair differs at 5%") for s in strings(figure))


def test_dots_by_construct_stay_in_their_groups():
    figure = dots(f.scores(), f.CAPTION, test=construct_pairs()).figure("document")
    assert np.allclose(marks(figure, "dots-dot")[:, 0], np.ravel(f.SCORES), **EXACT)
    assert [s for s in strings(figure) if s in f.CONSTRUCTS] == list(f.CONSTRUCTS)
    assert len(named(figure, "bracket")) == 12
    overlaid = dots(f.scores(), f.CAPTION, layout="overlaid").figure("document")
    assert np.allclose(marks(overlaid, "dots-level-3")[:, 0], [row[3] for row in f.SCORES], **EXACT)


def test_differences_show_both_bases():
    figure = differences(f.differences(), f.CAPTION).figure("document")
    rows = f.differences().rows
    for base in ("common", "own"):
        mine = rows[rows["base"] == base]
        assert np.allclose(marks(figure, f"differences-{base}")[:, 0], mine["estimate"], **EXACT)
        limits = segments(figure, f"differences-{base}-interval")
        assert np.allclose(limits, mine[["conf_low", "conf_high"]], **EXACT)
    (zero,) = named(figure, "differences-reference")
    assert zero.get_segments()[0][0][0] == 0
    shown = strings(figure)
    assert "Same as average consumer" in shown
    assert {"2,559", "1,302", "1,190"} <= set(shown)
    assert "−2" in shown  # not clear: no star
    assert any(s.startswith("* differs at 5%") for s in shown)


def test_differences_agree_with_their_printed_pieces():
    """82 - 73 printed beside 8 would contradict, so the whole column takes one decimal."""
    test = f.comparison([("micro", "average", "common", 0.8162, 0.7326, 0.01, 0.001, 2000)])
    assert "+8.4*" in strings(differences(test, f.CAPTION).figure("document"))


def test_ratios_name_largest_median_and_smallest():
    figure = ratios(f.ratios(), f.CAPTION).figure("document")
    values = sorted((r for _, r, _ in f.RATIOS), reverse=True)
    assert np.allclose(marks(figure, "ratios-ends")[:, 0], [values[0], values[-1]], **EXACT)
    assert np.allclose(marks(figure, "ratios-ratio")[:, 0], values[1:-1], **EXACT)
    (line,) = named(figure, "ratios-reference")
    assert line.get_segments()[0][0][0] == pytest.approx(np.median(values), abs=1e-9)
    shown = strings(figure)
    assert {"largest", "smallest", "21.9", "4.2"} <= set(shown)
    assert next(t.get_text() for t in named(figure, "ratios-label")) == "Skincare"
    assert named(figure, "ratios")[0].get_xscale() == "log"


def test_a_category_without_a_ratio_is_listed():
    test = f.ratios()
    rows = test.rows.copy()
    rows.loc[3, ["estimate", "conf_low", "conf_high"]] = np.inf
    figure = ratios(replace(test, rows=rows), f.CAPTION).figure("document")
    assert any("No ratio, because one side has no events: Electronics." in s for s in strings(figure))


def test_flow_prints_every_number_and_reason():
    data = f.flow()
    for rendering in ("slide", "narrow"):
        figure = flow(data, f.CAPTION).figure(rendering)
        numbers = sorted(t.get_text() for t in named(figure, "flow-number"))
        expected = sorted(
            ("" if s.kind in {"received", "kept", "base"} else "−") + count(s.n)
            for _, steps in data.samples
            for s in steps
        )
        assert numbers == expected
        joined = " ".join(strings(figure))
        for _, steps in data.samples:
            for s in steps:
                assert s.reason.split(";")[0] in joined


def test_those_who_step_aside_are_not_removed():
    steps = (
        ("received", "Received", 10, 10),
        ("screened", "no recommendation", 3, 10),
        ("quality", "fast", 0, 10),
    )
    data = Flow((("", tuple(FlowStep(*s) for s in steps)),))
    figure = flow(data, f.CAPTION).figure("document")
    assert [t.get_text() for t in named(figure, "flow-number")] == ["10", "3", "0"]
    assert "No recommendation" in strings(figure)


def test_margins_show_before_after_and_target():
    figure = margins(f.weighting(), f.CAPTION).figure("document")
    for name in ("before", "after", "target"):
        values = [getattr(m, name) for m in f.weighting().margins]
        assert np.allclose(marks(figure, f"margins-{name}")[:, 0], values, **EXACT)
    assert any(
        s == "Weighting: n = 6,905; effective base 4,573; design effect from weighting 1.51."
        for s in strings(figure)
    )


def test_no_interval_is_drawn_where_none_may_be_printed():
    """An opt-in sample neither weighted nor checked: the limits stay in the frame, not in the figure."""
    bare = Provenance("Panel", "opt-in")
    figure = headline(f.estimate(provenance=bare), f.CAPTION, focus="micro").figure("document")
    assert named(figure, "headline-other-interval") == []
    assert named(figure, "ring-interval") == []
    assert not any("interval" in s for s in strings(figure))


@pytest.mark.parametrize(("kind", "label"), [("probability", "95% CI"), ("simulated", "95% interval")])
def test_interval_has_the_name_of_the_sample_kind(kind, label):
    provenance = Provenance("Panel", kind, weighting="Raked to age.")
    joined = " ".join(
        strings(headline(f.estimate(f.FOLLOW[:1], provenance=provenance), f.CAPTION).figure("document"))
    )
    assert f"{label} 80–84%" in joined
    assert ("CI" in joined) == (kind == "probability")
