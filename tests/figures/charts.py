"""Every figure over small results, and how to look into one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
from matplotlib.collections import Collection
from matplotlib.figure import Figure
from matplotlib.text import Text

from survey_analysis.figures.differences import differences
from survey_analysis.figures.dots import dots
from survey_analysis.figures.flow import flow
from survey_analysis.figures.headline import headline
from survey_analysis.figures.likert import likert
from survey_analysis.figures.margins import margins
from survey_analysis.figures.model import Chart
from survey_analysis.figures.ratios import ratios
from survey_analysis.figures.robustness import robustness
from survey_analysis.figures.style import theme
from survey_analysis.results.estimate import Dim
from tests.figures import factories as f

RENDERINGS = ("slide", "document", "narrow")
PUBLISHED = (("micro", 0.82, "release of 2016"), ("average", 0.73, "release of 2016"))
AGE = Dim("age", "Age", (("1", "18 to 34"), ("2", "35 to 54"), ("3", "55 and over")))


def pairs() -> f.TestData:
    return f.comparison(
        [
            ("micro", "average", "common", 0.82, 0.767, 0.0118, 0.0001, 2559),
            ("average", "advocate", "common", 0.73, 0.70, 0.01, 0.012, 1302),
            ("average", "celebrity", "common", 0.74, 0.42, 0.015, 0.00001, 1100),
            ("micro", "celebrity", "common", 0.84, 0.42, 0.015, 0.00001, 900),
            ("micro", "advocate", "common", 0.74, 0.72, 0.015, 0.4, 900),
        ]
    )


def construct_pairs() -> f.TestData:
    sides = (("micro", "average"), ("advocate", "average"), ("celebrity", "average"))
    return f.comparison(
        [(a, b, "common", 4.2, 3.9, 0.02, 0.001, 900) for _ in f.CONSTRUCTS for a, b in sides],
        unit="score",
        dims=f.scores().dims,
        extra=[{"construct": c} for c in f.CONSTRUCTS for _ in sides],
    )


SEVEN = (
    "Strongly disagree",
    "Disagree",
    "Somewhat disagree",
    "Neither agree nor disagree",
    "Somewhat agree",
    "Agree",
    "Strongly agree",
)
LIKERT_7 = {
    "micro": (0.02, 0.04, 0.05, 0.08, 0.2, 0.27, 0.32, 0.02),
    "celebrity": (0.2, 0.2, 0.15, 0.12, 0.15, 0.09, 0.04, 0.05),
}

ALL: dict[str, Callable[[], Chart]] = {
    "headline": lambda: headline(f.estimate(), f.CAPTION, focus="micro"),
    "headline published": lambda: headline(f.estimate(), f.CAPTION, focus="micro", published=PUBLISHED),
    "headline alone": lambda: headline(f.estimate(f.FOLLOW[:1]), f.CAPTION),
    "headline alone published": lambda: headline(
        f.estimate(f.FOLLOW[:1]), f.CAPTION, published=PUBLISHED[:1]
    ),
    "headline groups": lambda: headline(
        f.estimate(f.FOLLOW[:1]),
        f.CAPTION,
        groups=f.estimate([(0.86, 1622), (0.812, 1129), (0.764, 482)], (AGE,)),
    ),
    "likert": lambda: likert(f.likert(), f.CAPTION),
    "likert 7": lambda: likert(f.likert(LIKERT_7, SEVEN, outside=("Don't know",)), f.CAPTION),
    "likert 2": lambda: likert(
        f.likert({"micro": (0.2, 0.8), "celebrity": (0.6, 0.4)}, ("No", "Yes")), f.CAPTION
    ),
    "dots": lambda: dots(f.estimate(), f.CAPTION, test=pairs()),
    "dots published": lambda: dots(f.estimate(), f.CAPTION, published=PUBLISHED, reference=(0.7, "All 70%")),
    "dots constructs": lambda: dots(f.scores(), f.CAPTION, test=construct_pairs()),
    "dots overlaid": lambda: dots(f.scores(), f.CAPTION, layout="overlaid"),
    "differences": lambda: differences(f.differences(), f.CAPTION),
    "ratios": lambda: ratios(f.ratios(), f.CAPTION),
    "flow": lambda: flow(f.flow(), f.CAPTION),
    "robustness": lambda: robustness(f.paths(), f.CAPTION),
    "robustness level": lambda: robustness(f.paths("level"), f.CAPTION),
    "margins": lambda: margins(f.weighting(), replace(f.CAPTION, simulated=False)),
}


def texts(figure: Figure) -> list[Text]:
    """All texts; none is an axis's own, whose axes are off."""
    assert not any(axes.axison for axes in figure.axes)
    return [t for t in figure.texts if t.get_text()]


def strings(figure: Figure) -> list[str]:
    return [t.get_text() for t in texts(figure)]


def named(figure: Figure, name: str) -> list:
    """Artists with a name (gid)."""
    return figure.findobj(lambda a: a.get_gid() == name)


def marks(figure: Figure, name: str) -> np.ndarray:
    """Positions (x is the estimate) of a named collection of dots."""
    (found,) = [a for a in named(figure, name) if isinstance(a, Collection)]
    return np.asarray(found.get_offsets())


def extents(figure: Figure) -> Iterator[tuple[str, tuple[float, float, float, float]]]:
    """Each text with its box in inches from the top left corner: left, top, right, bottom."""
    renderer = figure.canvas.get_renderer()
    height = figure.get_size_inches()[1]
    d = figure.dpi
    with theme():
        boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts(figure)]
    for text, box in boxes:
        yield text, (box.x0 / d, height - box.y1 / d, box.x1 / d, height - box.y0 / d)
