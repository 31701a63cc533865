"""`.plot()` of drivers: the figure with its texts, a title of one's own read for words that nothing licenses."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any, Literal

from survey_analysis.errors import SurveyAnalysisWarning
from survey_analysis.figures.model import Chart
from survey_analysis.figures.registry import draw
from survey_analysis.results.drivers import DriversData, PointsData
from survey_analysis.wording.check import check_text
from survey_analysis.wording.driver_captions import caption_drivers

DriversKind = Literal["drivers", "quadrant", "points"]


def plot_drivers(
    result: DriversData | PointsData, kind: DriversKind, *, title: str | None = None, **style: Any
) -> Chart:
    """Draw drivers or points; associations license none of the words that are checked for."""
    caption = caption_drivers(result, kind)
    if title is not None:
        caption = replace(caption, title=title)
        for issue in check_text(title):
            warnings.warn(str(issue), SurveyAnalysisWarning, stacklevel=3)
    return draw(result, kind, caption, **style)
