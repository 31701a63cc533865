"""Top reasons: shares of the codes of an open question, the largest first."""

from __future__ import annotations

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.proportion import proportion
from survey_analysis.estimation.subset import subset
from survey_analysis.frames.data import SurveyData
from survey_analysis.openends.coded import frame_of
from survey_analysis.results.estimate import EstimateData
from survey_analysis.typing import By, Where


def reasons(
    survey: SurveyData,
    question: str,
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    frame: str | None = None,
    top: int | None = None,
) -> EstimateData:
    """Estimate the share giving each reason, the largest first within each group.

    Parameters
    ----------
    question : str
        An open question, or battery of them, with a frame in the study file.
    by, where, level
        As in `proportion`.
    frame : str, optional
        Needed when several frames code the question.
    top : int, optional
        Only the largest so many of each group. Without it all codes, answers without a code last.

    Returns
    -------
    EstimateData
        Shares of those who said something; an answer may count for several reasons, so they can sum to more than 1.

    Raises
    ------
    StudyError
        No frame codes the question, or several do.

    Notes
    -----
    Each reason is a share of a multiple-response question: p = sum(w y) / sum(w x), x = 1 for answers that say
    something. Which reasons are the largest is found from the same data: intervals are not adjusted for that choice.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> codes = {"price": {"label": "Price", "words": ["cheap*"]}, "look": {"label": "Looks", "words": ["pretty"]}}
    >>> study = {"questions": {"why": {"column": "why", "kind": "open"}},
    ...     "frames": {"reasons": {"question": "why", "codes": codes}}}
    >>> data = pd.DataFrame({"why": ["pretty", "cheap and pretty", "my sister"]})
    >>> sa.read(data, study=study).reasons("why").to_frame()["level"].tolist()
    ['Looks', 'Price', 'Something else']
    """
    name = frame_of(survey, question, frame)
    estimate = proportion(survey, name, by=by, where=where, level=level)
    return largest_first(estimate, survey.study.frames[name].other, top)


def largest_first(estimate: EstimateData, other: str, top: int | None = None) -> EstimateData:
    """Shares of codes, the largest of each group first; all with `other` last, or only the `top` largest."""
    _check_top(top)
    rows = estimate.rows
    groups = {keys: place for place, keys in enumerate(dict.fromkeys(estimate.keys))}

    def order(i: int) -> tuple[int, bool, float]:
        share = float(rows["estimate"].iloc[i])
        return groups[estimate.keys[i]], rows["level"].iloc[i] == other, 0.0 if np.isnan(share) else -share

    ranked = sorted(range(len(rows)), key=order)
    if top is None:
        return subset(estimate, ranked)
    kept, seen = [], dict.fromkeys(groups, 0)
    for i in ranked:
        keys = estimate.keys[i]
        if rows["level"].iloc[i] != other and seen[keys] < top:
            seen[keys] += 1
            kept.append(i)
    return subset(estimate, kept)


def _check_top(top: int | None) -> None:
    if top is not None and (isinstance(top, bool) or not isinstance(top, int) or top < 1):
        raise EstimationError(
            f"top = {top!r} is no number of reasons.", hint="give a whole number from 1 up."
        )
