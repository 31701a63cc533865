"""The headline before the quality exclusions: what cleaning moved."""

from __future__ import annotations

from survey_analysis.estimation.proportion import proportion
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.table import Table
from survey_analysis.reporting.findings import Findings
from survey_analysis.weighting.weight import weight


def headline_before(survey: SurveyData, found: Findings) -> float | None:
    """Share of the headline with repairs and eligibility, without quality exclusions, weighted the same way.

    None when there is no headline share or no quality rule excluded anybody.
    """
    headline = found.headline
    if headline is None or headline.topic.statistic != "proportion" or survey.before_quality is None:
        return None
    kept = SurveyData(table=Table(survey.before_quality, survey.study))
    if survey.weighting:
        kept = weight(kept)
    where = {d.name: k for d, k in zip(headline.dims, headline.keys[0], strict=True)} or None
    answers = list(headline.topic.answers)
    again = proportion(kept, headline.topic.question, answers=answers, where=where)
    return float(again.rows["estimate"].iloc[0])
