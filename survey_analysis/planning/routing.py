"""Routing of simulated respondents: cells of questions they are not asked are emptied; loops choose what is rated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from survey_analysis.errors import SurveyAnalysisError
from survey_analysis.frames.raw import RawTable
from survey_analysis.frames.table import Table
from survey_analysis.study.codebook import Question
from survey_analysis.study.study import Study

_ROUNDS = 12


def route(
    raw: RawTable, study: Study, rng: np.random.Generator
) -> tuple[RawTable, dict[str, SurveyAnalysisError]]:
    """Empty what nobody was asked, in as many rounds as questions hang on each other.

    Returns
    -------
    RawTable
    dict
        What is wrong with a routing expression, by question.
    """
    for name, loop in study.design.loops.items():
        raw = raw.with_frame(raw.frame.assign(**{loop.probability: "1"}))
        raw, _ = _emptied(raw, study)
        raw = _looped(raw, study, name, loop.probability, loop.asked, rng)
    return _emptied(raw, study)


def _emptied(raw: RawTable, study: Study) -> tuple[RawTable, dict[str, SurveyAnalysisError]]:
    wrong: dict[str, SurveyAnalysisError] = {}
    for _ in range(_ROUNDS):
        table, frame, changed = Table(raw, study), raw.frame.copy(), False
        for question in study.codebook:
            if not question.asked_if or question.name in study.derived or question.name in wrong:
                continue
            for subject in question.columns or ("",):
                try:
                    asked = table.asked(question, subject)
                except SurveyAnalysisError as error:
                    wrong[question.name] = error
                    break
                assert asked is not None  # noqa: S101  routing is declared
                for column in _cells(question, subject):
                    full = ~asked & (frame[column] != "").to_numpy()
                    if full.any():
                        frame.loc[full, column] = ""
                        changed = True
        raw = replace(raw, frame=frame)
        if not changed:
            break
    return raw, wrong


def _cells(question: Question, subject: str) -> tuple[str, ...]:
    return (question.columns[subject],) if question.columns else question.all_columns


def _looped(
    raw: RawTable, study: Study, over: str, probability: str, most: int, rng: np.random.Generator
) -> RawTable:
    """Who knows more members than are rated loses some at random; the probability of being rated is noted."""
    batteries = [q for q in study.codebook if q.over == over]
    if not batteries:
        return raw
    keys = list(batteries[0].columns)
    frame = raw.frame.copy()
    known = np.column_stack([(frame[batteries[0].columns[k]] != "").to_numpy() for k in keys])
    order = np.where(known, rng.random(known.shape), 2.0).argsort(axis=1).argsort(axis=1)
    rated = known & (order < most)
    for j, key in enumerate(keys):
        for battery in batteries:
            if key in battery.columns:
                frame.loc[known[:, j] & ~rated[:, j], battery.columns[key]] = ""
    pi = np.minimum(1.0, most / np.maximum(known.sum(axis=1), 1))
    frame[probability] = pd.Series([f"{x:.6g}" for x in pi], index=frame.index, dtype=object)
    return replace(raw, frame=frame)
