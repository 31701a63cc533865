"""`.plot()`: the figure of a result with every text around it computed and licensed."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

from survey_analysis.errors import SurveyAnalysisWarning
from survey_analysis.figures.errors import FigureError
from survey_analysis.figures.model import Chart
from survey_analysis.figures.registry import draw
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.process import Flow, WeightingData
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.robustness import RobustnessData
from survey_analysis.results.sources import SourceData
from survey_analysis.results.test import TestData
from survey_analysis.wording.alt import FigureKind
from survey_analysis.wording.check import check_text
from survey_analysis.wording.facts import Facts, facts_of
from survey_analysis.wording.robustness import caption_robustness, robustness_facts
from survey_analysis.wording.sources import source_facts
from survey_analysis.wording.titles import caption_for


def plot(
    result: EstimateData | TestData | SourceData | Flow | WeightingData | RobustnessData,
    kind: FigureKind,
    *,
    title: str | None = None,
    test: TestData | None = None,
    summary: EstimateData | None = None,
    provenance: Provenance | None = None,
    **style: Any,
) -> Chart:
    """Draw a result.

    A title of one's own is accepted and read word by word; words that no test licenses are named in a
    warning and never rewritten.
    """
    if isinstance(result, TestData) and result.kind not in ("difference", "ratio"):
        raise FigureError(
            f"There is no figure of a test of kind '{result.kind}'.",
            hint="plot what it tests, such as survey.mean(...).plot() or survey.proportion(...).plot().",
        )
    if isinstance(result, RobustnessData):
        return _robustness(result, title, **style)
    published = bool(style.get("published"))
    caption = caption_for(
        result, kind, test=test, summary=summary, provenance=provenance, published=published
    )
    if title is not None:
        caption = replace(caption, title=title)
        facts = known_facts(result)
        if facts:
            for issue in check_text(title, *facts):
                warnings.warn(str(issue), SurveyAnalysisWarning, stacklevel=3)
    if test is not None and kind == "dots":
        style["test"] = test
    return draw(result, kind, caption, **style)


def known_facts(result: EstimateData | TestData | SourceData | Flow | WeightingData) -> list[Facts]:
    """What may license the words of a title of one's own."""
    if isinstance(result, SourceData):
        return source_facts(result)
    if isinstance(result, EstimateData | TestData):
        return [facts_of(result, i) for i in range(len(result))]
    return []


def _robustness(paths: RobustnessData, title: str | None, **style: Any) -> Chart:
    """The strip of one target; its texts are about that target."""
    from survey_analysis.figures.robustness import chosen_target  # noqa: PLC0415  matplotlib only when drawn

    target = chosen_target(paths, style.get("target"))
    caption = caption_robustness(paths, target)
    if title is not None:
        caption = replace(caption, title=title)
        for issue in check_text(title, robustness_facts(paths, target)):
            warnings.warn(str(issue), SurveyAnalysisWarning, stacklevel=4)
    return draw(paths, "robustness", caption, **(style | {"target": target.name}))
