"""Loops that asked a random part of the eligible subjects: the probability that each was asked."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.plurals import counted
from survey_analysis.results.estimate import Evidence
from survey_analysis.typing import FloatArray


def loop_of(survey: SurveyData, over: str) -> tuple[FloatArray | None, int]:
    """Probability that an eligible subject was asked, 1 where the column is empty; how many could be asked."""
    loop = survey.study.design.loops.get(over)
    if survey.person is not None and survey.study.design.loops:
        raise EstimationError(
            "[design.loops] is for files with one row a respondent; here a respondent has several rows.",
            where="[study.toml: design.loops]",
            hint="put the loop weight into the weight column of the long file, or give the wide file.",
        )
    if loop is None:
        return None, 0
    texts = survey.table.raw.column(loop.probability)
    numbers = pd.to_numeric(texts.where(texts != "", "1"), errors="coerce").to_numpy(dtype=np.float64)
    bad = ~((numbers > 0) & (numbers <= 1))
    if bad.any():
        raise EstimationError(
            f"{counted(int(bad.sum()), 'value')} of '{loop.probability}' {'is not a probability' if bad.sum() == 1 else 'are not probabilities'}.",
            where=f"[study.toml: design.loops.{over}.probability] first: {texts.iloc[int(np.flatnonzero(bad)[0])]!r}",
            hint="they must lie above 0 and at most 1.",
        )
    return numbers, loop.asked


def loop_factor(survey: SurveyData, over: str, subject: str) -> FloatArray | None:
    """1 / probability that each row was asked about a subject (n,); None where everybody was asked about all."""
    loop, asked = loop_of(survey, over) if over else (None, 0)
    if loop is None:
        return None
    nothing = np.zeros((len(survey), 0))
    evidence = Evidence(nothing, None, nothing.astype(bool), survey.frame, (), loop=loop, asked=asked)
    return evidence.factor(frozenset({subject}))
