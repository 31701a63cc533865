"""The figures there are, and `draw`, which finds one by name.

Adding a figure is one file and one line here. The file is imported when its figure is first drawn, so that
importing the package does not import matplotlib.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from survey_analysis.errors import closest
from survey_analysis.figures.errors import FigureError
from survey_analysis.results.drivers import DriversData, PointsData
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.plan import PlanData
from survey_analysis.results.process import Flow, WeightingData
from survey_analysis.results.published import PublishedData
from survey_analysis.results.reliability import ReliabilityData
from survey_analysis.results.robustness import RobustnessData
from survey_analysis.results.sources import SourceData
from survey_analysis.results.test import TestData
from survey_analysis.results.waves import TrendData
from survey_analysis.wording.captions import Caption

if TYPE_CHECKING:
    from survey_analysis.figures.model import Chart

Drawable: TypeAlias = (
    EstimateData
    | TestData
    | SourceData
    | Flow
    | WeightingData
    | PublishedData
    | PlanData
    | ReliabilityData
    | DriversData
    | PointsData
    | RobustnessData
    | TrendData
)


@dataclass(frozen=True)
class Entry:
    """One figure: its name, the result it shows, and where its function is (`module.function`)."""

    name: str
    result: type
    function: str
    summary: str

    def load(self) -> Callable[..., Chart]:
        """The function that makes the chart."""
        module, name = self.function.rsplit(".", 1)
        found: Callable[..., Chart] = getattr(import_module(module), name)
        return found


_HERE: Final = "survey_analysis.figures"

FIGURES: Final[tuple[Entry, ...]] = (
    Entry(
        "headline", EstimateData, f"{_HERE}.headline.headline", "one share as a ring, and by row beside it"
    ),
    Entry("likert", EstimateData, f"{_HERE}.likert.likert", "all answers of a scale, around its middle"),
    Entry("dots", EstimateData, f"{_HERE}.dots.dots", "estimates with intervals, brackets where they differ"),
    Entry("differences", TestData, f"{_HERE}.differences.differences", "differences among the same people"),
    Entry("ratios", TestData, f"{_HERE}.ratios.ratios", "ratios of rates by category, log axis"),
    Entry(
        "sources",
        SourceData,
        f"{_HERE}.sources.sources",
        "sources compared: levels, differences, ranks, within people",
    ),
    Entry("flow", Flow, f"{_HERE}.flow.flow", "respondents from received to each base"),
    Entry(
        "robustness",
        RobustnessData,
        f"{_HERE}.robustness.robustness",
        "analysis paths in order, and their choices",
    ),
    Entry("margins", WeightingData, f"{_HERE}.margins.margins", "weighting margins before, after, target"),
    Entry(
        "published", PublishedData, f"{_HERE}.printed_figures.published", "published figures over assumptions"
    ),
    Entry(
        "reliability",
        ReliabilityData,
        f"{_HERE}.reliability.reliability",
        "reliability of scales or agreement of ratings, by group",
    ),
    Entry("power", PlanData, f"{_HERE}.power.power", "power of a plan over the number of people"),
    Entry("needed", PublishedData, f"{_HERE}.printed_figures.needed", "people a published claim takes"),
    Entry(
        "drivers", DriversData, f"{_HERE}.drivers.drivers", "shares of R² by predictor, measures side by side"
    ),
    Entry("quadrant", DriversData, f"{_HERE}.quadrant.quadrant", "share of R² against mean score"),
    Entry("trend", TrendData, f"{_HERE}.trend.trend", "lines of a question by wave, changes marked"),
    Entry("points", PointsData, f"{_HERE}.drivers.points", "points in the top answers by predictor"),
)


def kinds(result: Drawable) -> tuple[str, ...]:
    """Names of the figures that can show a result.

    Examples
    --------
    >>> from survey_analysis.results.process import Flow
    >>> kinds(Flow(()))
    ('flow',)
    """
    return tuple(e.name for e in FIGURES if isinstance(result, e.result))


def default_kind(result: Drawable) -> str:
    """The figure that suits a result best when none is named."""
    if isinstance(result, TestData):
        return "ratios" if result.kind == "ratio" else "differences"
    if isinstance(result, EstimateData) and result.topic.unit == "share":
        if len(result) == 1:
            return "headline"
        answers = {label for _, label in result.topic.scale} - set(result.topic.outside)
        if 2 <= len(answers) <= 7 and answers <= set(result.rows.get("level", ())):
            return "likert"
    return "dots" if isinstance(result, EstimateData) else kinds(result)[0]


def options(kind: str) -> tuple[str, ...]:
    """Names of the style options of a figure.

    Examples
    --------
    >>> options("likert")
    ('rows', 'sort', 'positive')
    """
    parameters = inspect.signature(_entry(kind, tuple(e.name for e in FIGURES)).load()).parameters.values()
    return tuple(p.name for p in parameters if p.kind is p.KEYWORD_ONLY)


def draw(result: Drawable, kind: str | None, caption: Caption, **style: Any) -> Chart:
    """The chart of a result.

    Parameters
    ----------
    result
        An estimate, a test, the respondent flow, or the weighting of a sample.
    kind
        Name of the figure; None for the one that suits the result.
    caption
        The texts around it, computed from the same result.
    **style
        Options of that figure, see `options(kind)`.

    Raises
    ------
    FigureError
        No such figure for this result, or no such option; the closest names are suggested.
    """
    entry = _entry(kind if kind is not None else default_kind(result), kinds(result))
    known = options(entry.name)
    for name in style:
        if name not in known:
            raise FigureError(
                f"The figure '{entry.name}' has no option '{name}'.",
                hint=closest(name, known) if known else "it has none.",
            )
    from survey_analysis.figures.native import native  # noqa: PLC0415  it reads what figures draw

    chart = entry.load()(result, caption, **style)
    return replace(chart, data=lambda: native(result, entry.name, style))


def _entry(kind: str, fitting: tuple[str, ...]) -> Entry:
    found = {e.name: e for e in FIGURES}
    if kind not in found:
        raise FigureError(f"There is no figure '{kind}'.", hint=closest(kind, fitting or tuple(found)))
    if kind not in fitting:
        raise FigureError(
            f"The figure '{kind}' shows {_WHAT[found[kind].result]}, not this result.",
            hint=closest("", fitting) if fitting else "give it an estimate, a test, a flow or a weighting.",
        )
    return found[kind]


_WHAT: Final[dict[type, str]] = {
    EstimateData: "estimates",
    TestData: "tests",
    SourceData: "sources compared",
    Flow: "a respondent flow",
    WeightingData: "the weighting of a sample",
    PublishedData: "published figures",
    DriversData: "what an outcome is associated with",
    PointsData: "points in the top answers by predictor",
    PlanData: "a plan",
    ReliabilityData: "the reliability of scales",
    RobustnessData: "analysis paths",
    TrendData: "a question over waves",
}
