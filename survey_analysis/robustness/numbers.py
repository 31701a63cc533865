"""Numbers of a path from the evidence of an estimate under another design: nothing here knows how it came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from survey_analysis.core.covariance import covariance, domain_df, zero_small
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.intervals import t_interval
from survey_analysis.core.many_differences import differences
from survey_analysis.core.quadratic import t_test
from survey_analysis.estimation.assemble import effective_base
from survey_analysis.estimation.cells import stack
from survey_analysis.estimation.fits import ratio_fit
from survey_analysis.results.estimate import Evidence, Topic
from survey_analysis.robustness.evidence import Reading
from survey_analysis.robustness.options import BaseChoice
from survey_analysis.significance.compare import columns
from survey_analysis.significance.pairs import Pair
from survey_analysis.typing import BoolArray, FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Numbers:
    """K numbers with their precision; each array has shape (K,)."""

    estimate: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    p_value: FloatArray
    n: IntArray
    smallest_base: FloatArray  # min(n, effective n), of the smaller side


@dataclass(frozen=True, eq=False)
class Sides:
    """Numerators and bases of K comparisons (n, K), and how many people are in each."""

    y_a: FloatArray
    x_a: FloatArray
    y_b: FloatArray
    x_b: FloatArray
    people: IntArray
    share: BoolArray
    person: IntArray | None


def sides_of(
    readings: Sequence[Reading], pairs: Sequence[Sequence[Pair]], bases: Sequence[BaseChoice]
) -> Sides:
    """Reading by reading, base by base, every pair; `pairs` are those of each reading."""
    made, people, share = [], [], []
    for reading, own in zip(readings, pairs, strict=True):
        for base in bases:
            for pair in own:
                four = _columns(reading.evidence, pair, base, own)
                made.append(four)
                people.append(reading.evidence.people((four[1] > 0) | (four[3] > 0)))
                share.append(reading.is_share)
    n = readings[0].evidence.frame.n
    y_a, x_a, y_b, x_b = (stack([m[i] for m in made], n) for i in range(4))
    person = readings[0].evidence.person
    return Sides(y_a, x_a, y_b, x_b, np.array(people, dtype=np.int64), np.array(share, dtype=bool), person)


def _columns(
    evidence: Evidence, pair: Pair, base: BaseChoice, pairs: Sequence[Pair]
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    if base != "all":
        return columns(evidence, pair, base)
    rows = group_of(pair, pairs)
    f = evidence.factor(frozenset(evidence.subject[j] for j in rows)) * in_all(evidence, rows)
    y, member = evidence.y, evidence.member
    x = member.astype(np.float64) if evidence.x is None else evidence.x
    return y[:, pair.a] * f, x[:, pair.a] * f, y[:, pair.b] * f, x[:, pair.b] * f


def group_of(pair: Pair, pairs: Sequence[Pair]) -> list[int]:
    """Rows of all levels that are compared together with a pair: those its rows reach through other pairs."""
    found = {pair.a, pair.b}
    while True:
        more = {r for p in pairs if {p.a, p.b} & found for r in (p.a, p.b)}
        if more <= found:
            return sorted(found)
        found |= more


def in_all(evidence: Evidence, rows: Sequence[int]) -> BoolArray:
    """Rows (n,) of people who are in every one of these rows of an estimate."""
    inside = evidence.member[:, list(rows)]
    if evidence.person is None:
        return np.asarray(inside.all(axis=1), dtype=bool)
    counts = np.zeros((int(evidence.person.max(initial=0)) + 1, len(rows)), dtype=bool)
    for j in range(len(rows)):
        counts[evidence.person[inside[:, j]], j] = True
    everywhere = np.asarray(counts.all(axis=1), dtype=bool)
    return everywhere[evidence.person]


def compared(sides: Sides, frame: DesignFrame, level: float) -> Numbers:
    """The differences under a design; what `compare` gives, without effect sizes."""
    found = differences(sides.y_a, sides.x_a, sides.y_b, sides.x_b, frame, share=sides.share)
    low, high = t_interval(found.estimate, found.wald_se**2, found.df, level)
    smallest = np.minimum(_base(sides.x_a, sides.person, frame), _base(sides.x_b, sides.person, frame))
    return Numbers(found.estimate, found.se, low, high, found.p, sides.people, smallest)


def _base(x: FloatArray, person: IntArray | None, frame: DesignFrame) -> FloatArray:
    used = ((x > 0) & (frame.weight > 0)[:, None]).sum(axis=0)
    return np.asarray(np.minimum(used, effective_base(frame.weight, x, person)))


@dataclass(frozen=True, eq=False)
class Heights:
    """Numerators and bases of K levels (n, K), loop factors applied, and who is in each."""

    y: FloatArray
    x: FloatArray
    member: BoolArray
    person: IntArray | None


def heights_of(readings: Sequence[Reading], rows: Sequence[Sequence[int]]) -> Heights:
    """Reading by reading, the rows that are followed."""
    ys, xs, members = [], [], []
    for reading, places in zip(readings, rows, strict=True):
        evidence, index = reading.evidence, list(places)
        member = evidence.member[:, index]
        x = member.astype(np.float64) if evidence.x is None else evidence.x[:, index]
        looped = evidence.loop is not None and any(evidence.subject)
        factor: FloatArray | float = 1.0
        if looped:
            each = [evidence.factor(frozenset({evidence.subject[j]})) for j in index]
            factor = stack(each, evidence.frame.n)
        ys.append(evidence.y[:, index] * factor)
        xs.append(x * factor)
        members.append(member)
    person = readings[0].evidence.person
    return Heights(np.hstack(ys), np.hstack(xs), np.hstack(members), person)


def levels(found: Heights, topic: Topic, frame: DesignFrame, level: float, value: float | None) -> Numbers:
    """Levels under a design; what the verb gives, with a test against a value.

    A share is tested on the logit scale, as its interval is made: p is under 1 - level when the interval
    leaves the value out.
    """
    counted = found.member & (frame.weight > 0)[:, None]
    n = np.array([_people(counted[:, j], found.person) for j in range(counted.shape[1])], dtype=np.int64)
    df = domain_df(found.member, frame)
    effective = effective_base(frame.weight, found.x, found.person)
    method: Literal["logit", "t"] = "logit" if topic.statistic == "proportion" else "t"
    made = ratio_fit(topic, method)((), found.y, found.x, frame, df, n, effective, level)
    share = topic.unit == "share"
    size = 1.0 if share else np.fmax(np.abs(made.theta), np.abs(found.y).max(axis=0, initial=0.0))
    variance = zero_small(np.diag(covariance(made.z, frame, member=found.member)), size)
    low, high, _ = made.limits(variance)
    se = np.sqrt(variance)
    p = _against(made.theta, se, df, value, share=share)
    return Numbers(made.theta, se, low, high, p, n, np.minimum(n, effective))


def _people(rows: BoolArray, person: IntArray | None) -> int:
    return int(rows.sum()) if person is None else len(np.unique(person[rows]))


def _against(
    theta: FloatArray, se: FloatArray, df: FloatArray, value: float | None, *, share: bool
) -> FloatArray:
    if value is None:
        return np.full(len(theta), np.nan)
    if not share:
        return np.asarray(t_test(theta - value, se, df)[1])
    inner = (theta > 0) & (theta < 1)
    p = np.where(inner, theta, 0.5)
    gap = np.log(p / (1 - p)) - np.log(value / (1 - value))
    return np.where(inner, t_test(gap, se / (p * (1 - p)), df)[1], np.nan)
