"""`.plot()` of a trend: the figure with its texts, a title of one's own read for words that nothing licenses."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

from survey_analysis.errors import SurveyAnalysisWarning
from survey_analysis.figures.model import Chart
from survey_analysis.figures.registry import draw
from survey_analysis.results.waves import TrendData
from survey_analysis.wording.check import check_text
from survey_analysis.wording.trend import caption_trend, trend_facts


def plot_trend(result: TrendData, *, title: str | None = None, **style: Any) -> Chart:
    """Draw a trend; "rose" and "fell" in a title need a marked change."""
    caption = caption_trend(result)
    if title is not None:
        caption = replace(caption, title=title)
        for issue in check_text(title, *trend_facts(result)):
            warnings.warn(str(issue), SurveyAnalysisWarning, stacklevel=3)
    return draw(result, "trend", caption, **style)
