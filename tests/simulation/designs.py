"""Finite populations with known parameters, and the samples that the coverage table draws from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from survey_analysis.core.calibrate import calibrate_raking, margin_dummies
from survey_analysis.core.frame import CalibrationBlock, DesignFrame

SEED = 20261122
CLUSTERS, CLUSTER_SIZE = 3000, 40


@dataclass(frozen=True)
class Population:
    """Everybody: numbers, shares, a count, two ratings by the same person, groups, and a size measure."""

    y: np.ndarray  # a number
    likely: np.ndarray  # 0/1, about one half
    rare: np.ndarray  # 0/1, about one in ten
    spend: np.ndarray  # for a ratio to visits
    visits: np.ndarray
    a: np.ndarray  # two ratings, positively related
    b: np.ndarray
    group: np.ndarray  # 0/1/2, unrelated to `answer`
    answer: np.ndarray  # 0/1/2
    small: np.ndarray  # who is in a small domain: some thirty people of a sample
    tiny: np.ndarray  # who is in a tiny one: a dozen
    age: np.ndarray  # margins to rake to
    sex: np.ndarray
    size: np.ndarray  # selection is unequal: probability proportional to it
    steep: np.ndarray  # the same, far more unequal and closer tied to the answers
    cluster: np.ndarray
    stratum: np.ndarray


def population() -> Population:
    """People in clusters; clusters share a part of every answer."""
    rng = np.random.default_rng(SEED)
    n = CLUSTERS * CLUSTER_SIZE
    cluster = np.repeat(np.arange(CLUSTERS), CLUSTER_SIZE)
    shared = rng.normal(0, 0.3, CLUSTERS)[cluster]
    trait = shared + rng.normal(0, 1, n)
    age, sex = rng.integers(0, 3, n), rng.integers(0, 2, n)
    trait += 0.3 * (age - 1) + 0.2 * sex
    visits = rng.poisson(np.exp(0.5 + 0.2 * trait)) + 1
    # group and answer are each clustered, but unrelated to one another
    group = _cut(rng.normal(0, 0.4, CLUSTERS)[cluster] + rng.normal(0, 1, n))
    answer = _cut(rng.normal(0, 0.4, CLUSTERS)[cluster] + rng.normal(0, 1, n))
    return Population(
        y=10 + 2 * trait + rng.normal(0, 1, n),
        likely=(trait + rng.logistic(0, 1, n) > 0.2).astype(float),
        rare=(trait + rng.normal(0, 1, n) > 2.1).astype(float),
        spend=visits * np.exp(0.3 * trait + rng.normal(0, 0.5, n)),
        visits=visits.astype(float),
        a=(trait + rng.normal(0, 1, n) > -0.5).astype(float),
        b=(trait + rng.normal(0, 1, n) > 0.3).astype(float),
        group=group,
        answer=answer,
        small=(rng.random(n) < 0.08),
        tiny=(rng.random(n) < 0.03),
        age=age,
        sex=sex,
        size=np.exp(0.15 * trait + rng.normal(0, 0.35, n)),
        steep=np.exp(0.3 * trait + rng.normal(0, 0.5, n)),
        cluster=cluster,
        stratum=cluster // (CLUSTERS // 10),
    )


def _cut(x: np.ndarray) -> np.ndarray:
    return np.digitize(x, [-0.5, 0.6])


@dataclass(frozen=True)
class Sample:
    """Who was drawn, and the design they were drawn by."""

    rows: np.ndarray
    frame: DesignFrame


def simple(p: Population, rng: np.random.Generator) -> Sample:
    """400 people with equal probability."""
    rows = rng.integers(0, len(p.y), 400)
    return Sample(rows, DesignFrame.of(np.full(400, len(p.y) / 400)))


def unequal(p: Population, rng: np.random.Generator) -> Sample:
    """400 people with probability proportional to a size that is related to every answer."""
    return _by_size(p.size, rng)


def steep(p: Population, rng: np.random.Generator) -> Sample:
    """400 people with very unequal probabilities, closely related to every answer."""
    return _by_size(p.steep, rng)


def _by_size(size: np.ndarray, rng: np.random.Generator) -> Sample:
    chance = size / size.sum()
    rows = np.searchsorted(np.cumsum(chance), rng.random(400))
    return Sample(rows, DesignFrame.of(1 / (400 * chance[rows])))


def clustered(p: Population, rng: np.random.Generator) -> Sample:
    """40 clusters, 12 people in each."""
    clusters = rng.integers(0, CLUSTERS, 40)
    return _people(p, clusters, np.arange(40), np.zeros(40, dtype=int), 12, rng)


def stratified(p: Population, rng: np.random.Generator) -> Sample:
    """10 strata, 5 clusters in each, 8 people in each."""
    width = CLUSTERS // 10
    clusters = np.concatenate([h * width + rng.integers(0, width, 5) for h in range(10)])
    return _people(p, clusters, np.arange(50), np.repeat(np.arange(10), 5), 8, rng)


def raked(p: Population, rng: np.random.Generator) -> Sample:
    """The unequal sample, raked to age and sex."""
    drawn = unequal(p, rng)
    rows, start = drawn.rows, drawn.frame.weight
    x = margin_dummies([p.age[rows], p.sex[rows]], [3, 2])
    totals = np.concatenate([np.bincount(p.age, minlength=3), np.bincount(p.sex, minlength=2)]).astype(float)
    weight = calibrate_raking(x, totals, start).weight
    return Sample(
        rows, DesignFrame.of(weight, calibration=(CalibrationBlock(np.arange(len(rows)), start, x),))
    )


def _people(
    p: Population,
    clusters: np.ndarray,
    unit: np.ndarray,
    stratum: np.ndarray,
    each: int,
    rng: np.random.Generator,
) -> Sample:
    inside = rng.random((len(clusters), CLUSTER_SIZE)).argsort(axis=1)[:, :each]
    rows = (clusters[:, None] * CLUSTER_SIZE + inside).ravel()
    psu, h = np.repeat(unit, each), np.repeat(stratum, each)
    return Sample(rows, DesignFrame.of(np.full(len(rows), len(p.y) / len(rows)), psu=psu, stratum=h))


DESIGNS: dict[str, Callable[[Population, np.random.Generator], Sample]] = {
    "simple": simple,
    "unequal weights": unequal,
    "clusters": clustered,
    "strata of clusters": stratified,
    "raked": raked,
    "steep weights": steep,
}
