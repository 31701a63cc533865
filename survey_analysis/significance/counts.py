"""What ratios of mean counts rest on: events, the largest counts, and rounding to 0 and 5."""

from __future__ import annotations

import numpy as np

from survey_analysis.core.covariance import covariance
from survey_analysis.core.influence import ratio
from survey_analysis.core.quantiles import weighted_quantile
from survey_analysis.errors import EstimationError
from survey_analysis.results.extremes import Heaped
from survey_analysis.results.test import Sides, TestData
from survey_analysis.typing import FloatArray

TOP = 0.01
"""Share of the weight of a group and category whose largest counts are left out."""
FEW_EVENTS = 30
"""Effective events under which a category is left out."""


def of_counts(test: TestData) -> bool:
    """Whether the ratios are of mean counts: plain numbers, none below 0 ("2.5 times" may be said).

    Answers whose labels are their codes are numbers: an undeclared column with few of them looks like a scale.
    """
    sides = test.sides
    if sides is None or test.topic.statistic != "mean" or any(c != label for c, label in test.topic.scale):
        return False
    return bool((sides.evidence.y >= 0).all())


def sides_of(test: TestData) -> Sides:
    """The numbers behind the ratios; an error where the test keeps none."""
    if test.sides is None:
        raise EstimationError("This test no longer holds the counts behind its ratios.")
    return test.sides


def side(sides: Sides, place: int) -> tuple[FloatArray, FloatArray]:
    """Counts (n,) and the mass of each row in the mean: its base times its loop factor."""
    e = sides.evidence
    x = e.member[:, place].astype(np.float64) if e.x is None else e.x[:, place]
    return e.y[:, place], x * e.factor(frozenset({e.subject[place]}))


def effective_events(test: TestData) -> FloatArray:
    """(sum w y)² / sum w² y of both groups in each category: (categories, 2)."""
    sides = sides_of(test)
    w = sides.evidence.frame.weight
    out = np.zeros((len(sides.places), 2))
    for i, pair in enumerate(sides.places):
        for j, place in enumerate(pair):
            y, mass = side(sides, place)
            top, below = float((w * mass) @ y), float((w * mass) ** 2 @ y)
            out[i, j] = top**2 / below if below > 0 else 0.0
    return out


def without_largest(test: TestData) -> tuple[FloatArray, FloatArray, int]:
    """Log ratios without the largest counts, their covariance, and how many answers that leaves out.

    In each group and category the counts above the weighted 99% point go: at most 1% of the weight, and none where
    the largest count is shared by more. The point is taken as fixed.
    """
    sides = sides_of(test)
    frame = sides.evidence.frame
    tops, masses, dropped = [], [], 0
    for pair in sides.places:
        for place in pair:
            y, mass = side(sides, place)
            weight = frame.weight * mass
            inside = weight > 0
            limit = weighted_quantile(y[inside], weight[inside], [1 - TOP])[0] if inside.any() else np.inf
            keep = y <= limit
            dropped += int((inside & ~keep).sum())
            tops.append(y * mass * keep)
            masses.append(mass * keep)
    theta, z = ratio(np.column_stack(tops), np.column_stack(masses), frame)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(theta > 0, np.log(theta), np.nan)
        u = z / np.where(theta > 0, theta, np.nan)
    return logs[0::2] - logs[1::2], covariance(u[:, 0::2] - u[:, 1::2], frame), dropped


def heaping(test: TestData, a: str, b: str) -> tuple[Heaped, ...]:
    """Share of the counts above 0 that end in 0 or 5, by group, its categories pooled."""
    sides = sides_of(test)
    w = sides.evidence.frame.weight
    out = []
    for j, name in enumerate((a, b)):
        places = sorted({pair[j] for pair in sides.places})
        mass = total = 0.0
        n = even = 0
        for place in places:
            y, factor = side(sides, place)
            said = (w * factor > 0) & (y > 0)
            five = said & (y % 5 == 0)
            total += float((w * factor)[said].sum())
            mass += float((w * factor)[five].sum())
            n, even = n + int(said.sum()), even + int(five.sum())
        if n:
            out.append(Heaped(name, mass / total, n, even))
    return tuple(out)
