"""Direction check: a question that runs against its neighbours in one group of interviews."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.variables import Categorical, Numeric
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray, FloatArray

SMALLEST = 30
Z95 = 1.959964
Pair = tuple[FloatArray, FloatArray]


@dataclass(frozen=True)
class Direction:
    """A question that runs against its neighbours in one group and with them elsewhere.

    `r` is the correlation with the mean of the other ratings of the same subject, `r_rest` the same
    among everybody else; `high` is the upper 95% limit of `r`; `answers` counts answers, `n` respondents.
    """

    question: str
    group: str
    n: int
    answers: int
    r: float
    high: float
    r_rest: float


def directions(screen: Screen, groups: Mapping[str, pd.Series]) -> list[Direction]:
    """Questions whose correlation with their neighbours is clearly negative in a group only.

    The neighbours are the other ratings of the same subject, each in its favourable direction and
    standardised; correlations are pooled within subjects. A group is named when the upper 95% limit
    (Fisher's z) is below zero and everybody else correlates positively.
    """
    found: list[Direction] = []
    ratings = _ratings(screen)
    for label, series in groups.items():
        codes, levels = pd.factorize(series, sort=True)
        for question, pairs in ratings.items():
            for k, level in enumerate(levels):
                if level == "":
                    continue
                hit = _direction(question, f"{label} = {level}", pairs, codes == k)
                found += [hit] if hit else []
    return [d for d in found if not _explained(d, found)]


def _explained(one: Direction, found: list[Direction]) -> bool:
    """Whether a narrower group says the same more strongly (provider B, day 1 within day 1)."""
    level = one.group.rpartition(" = ")[2]
    parts = [d for d in found if d.question == one.question and d is not one and d.r < one.r]
    return any(level in d.group.rpartition(" = ")[2].split(", ") for d in parts)


def _direction(question: str, group: str, pairs: list[Pair], inside: BoolArray) -> Direction | None:
    r, answers, n = _correlation(pairs, inside)
    if answers < SMALLEST or not r < 0:
        return None
    high = float(np.tanh(np.arctanh(r) + Z95 / np.sqrt(answers - 3)))
    r_rest, rest, _ = _correlation(pairs, ~inside)
    if high >= 0 or rest < SMALLEST or not r_rest > 0:
        return None
    return Direction(question, group, n, answers, r, high, r_rest)


def _correlation(pairs: list[Pair], rows: BoolArray) -> tuple[float, int, int]:
    """Correlation pooled within subjects, answers and respondents it rests on."""
    own, others = [], []
    people = np.zeros(len(rows), dtype=bool)
    for x, y in pairs:
        both = rows & ~np.isnan(x) & ~np.isnan(y)
        people |= both
        if both.any():
            own.append(x[both] - x[both].mean())
            others.append(y[both] - y[both].mean())
    if not own:
        return float("nan"), 0, 0
    a, b = np.concatenate(own), np.concatenate(others)
    scale = np.sqrt((a @ a) * (b @ b))
    r = float(a @ b / scale) if scale > 0 else float("nan")
    return float(np.clip(r, -0.999999, 0.999999)), len(a), int(people.sum())


def _ratings(screen: Screen) -> dict[str, list[Pair]]:
    """For each rated question, its scores and the mean of the other ratings, subject by subject."""
    by_subject: dict[tuple[str, str], dict[str, FloatArray]] = {}
    for question in screen.table.codebook:
        if question.kind != "likert" or question.scale is None:
            continue
        for subject in question.columns:
            scores = _favourable(screen, question, subject)
            by_subject.setdefault((question.over, subject), {})[question.name] = scores
    out: dict[str, list[Pair]] = {}
    for group in by_subject.values():
        if len(group) < 3:
            continue
        scores = np.array(list(group.values()))
        known = ~np.isnan(scores)
        total, count = np.where(known, scores, 0).sum(axis=0), known.sum(axis=0)
        for (name, own), here in zip(group.items(), known, strict=True):
            rest = count - here
            mean = np.where(rest > 0, (total - np.where(here, own, 0)) / np.maximum(rest, 1), np.nan)
            out.setdefault(name, []).append((own, mean))
    return out


def _favourable(screen: Screen, question: Question, subject: str) -> FloatArray:
    """Scores in the favourable direction, standardised so that scales of any length can be averaged."""
    variable = screen.variable(question, subject)
    if not isinstance(variable, Categorical | Numeric):
        return np.full(len(screen), np.nan)
    values = variable.values()
    if question.scale is not None and question.scale.favourable == "first":
        values = -values
    known = ~np.isnan(values)
    spread = float(values[known].std()) if known.any() else 0.0
    return (values - values[known].mean()) / spread if spread > 0 else np.full(len(screen), np.nan)
