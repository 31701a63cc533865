"""Consumers: demographics, who recommended something to them, and how they rate the sources.

The model is section 7 of the design, with order effects, the trust items and legitimate uniform
raters in; the sample and the population differ in the demographic margins only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.draws import Bools, Draws, Floats, Ints


@dataclass(frozen=True)
class Margins:
    """Shares of age band, sex, education net and region; drawn independently."""

    age: tuple[float, ...]
    sex: tuple[float, ...]
    education: tuple[float, ...]
    region: tuple[float, ...]


SAMPLE = Margins(p.AGE_SAMPLE, p.SEX_SAMPLE, p.EDUCATION_SAMPLE, p.REGION_SAMPLE)
POPULATION = Margins(p.AGE_TARGET, p.SEX_TARGET, p.EDUCATION_TARGET, p.REGION_TARGET)


@dataclass(frozen=True)
class Demographics:
    """Age band (0 to 2), sex (0 woman, 1 man, 2 in another way, 3 prefer not), education net, region."""

    age: Ints
    sex: Ints
    education: Ints
    region: Ints

    @property
    def n(self) -> int:
        """Number of people."""
        return len(self.age)


@dataclass(frozen=True)
class Exposure:
    """Which sources reached each person, which were rated, and in which order (0 first, -1 not rated)."""

    received: Bools
    rated: Bools
    rank: Ints
    probability: Floats


@dataclass(frozen=True)
class Latent:
    """Latent evaluations before the intercepts: `follow` (n, 4), `items` (n, 4, 12)."""

    follow: Floats
    items: Floats
    uniform: Bools


@dataclass(frozen=True)
class Ratings:
    """Answers 1 to 5: `follow` (n, 4), `items` (n, 4, 12), item 12 still in the direction of trust."""

    follow: Ints
    items: Ints


def draw_demographics(draws: Draws, n: int, margins: Margins) -> Demographics:
    """Four independent margins."""
    return Demographics(
        draws.category(margins.age, n),
        draws.category(margins.sex, n),
        draws.category(margins.education, n),
        draws.category(margins.region, n),
    )


def age_step(age: Ints) -> Floats:
    """+1 for 18-34, 0 for 35-54, -1 for 55+."""
    return 1.0 - age.astype(np.float64)


def draw_exposure(draws: Draws, people: Demographics, trust: Floats) -> Exposure:
    """Receipt by probit; at most three sources are rated, in random order."""
    n, k = people.n, len(p.SOURCES)
    activity = draws.normal(n)
    utility = (
        p.RECEIVE_SCALE * np.asarray(ndtri(np.array(p.RECEIVE_P)))
        + p.RECEIVE_ACTIVITY * activity[:, None]
        + np.array(p.RECEIVE_TRUST) * trust[:, None]
        + np.array(p.RECEIVE_AGE) * age_step(people.age)[:, None]
        + p.RECEIVE_NOISE * draws.normal(n, k)
    )
    received = utility > 0
    order = draws.orders(n, k)
    # Ranks among the sources received; whoever received all four loses the one that comes last.
    rank = np.where(
        received, (received[:, None, :] & (order[:, None, :] < order[:, :, None])).sum(axis=2), -1
    )
    rank = np.where(rank >= p.MOST_RATED, -1, rank)
    count = received.sum(axis=1)
    probability = np.where(count > p.MOST_RATED, p.MOST_RATED / np.maximum(count, 1), 1.0)
    return Exposure(received, rank >= 0, rank.astype(np.int64), probability)


def draw_latent(draws: Draws, people: Demographics, trust: Floats, exposure: Exposure) -> Latent:
    """Latent evaluations of all four sources, without intercepts."""
    n, k, m = people.n, len(p.SOURCES), p.N_ITEMS
    general = np.sqrt(p.GENERAL_SHARE) * trust[:, None] + np.sqrt(1 - p.GENERAL_SHARE) * draws.normal(n, k)
    construct = p.CONSTRUCT_LOADING * general[:, :, None]
    construct = construct + np.sqrt(1 - p.CONSTRUCT_LOADING**2) * draws.normal(n, k, len(p.CONSTRUCTS))
    shift = (
        p.AGE_EFFECT * np.array(p.AGE_SIGN) * age_step(people.age)[:, None]
        + (p.WOMAN_EFFECT * (people.sex == 0) + p.DEGREE_EFFECT * (people.education == 2))[:, None]
        + p.FIRST_RATED * (exposure.rank == 0)
    )
    rest = np.sqrt(1 - p.ITEM_LOADING**2 - p.ITEM_PERSON**2)
    items = rest * draws.normal(n, k, m)
    items += shift[:, :, None]
    items += p.ITEM_LOADING * construct[:, :, list(p.CONSTRUCT_OF_ITEM)]
    items += p.ITEM_PERSON * draws.normal(n, 1, m)
    rest = np.sqrt(1 - p.FOLLOW_LOADING**2 - p.FOLLOW_PERSON**2)
    follow = shift + p.FOLLOW_LOADING * general + p.FOLLOW_PERSON * draws.normal(n, 1)
    follow = follow + rest * draws.normal(n, k)
    return Latent(follow, items, draws.happens(p.UNIFORM_RATER, n))


def intercepts() -> tuple[Floats, Floats]:
    """Intercepts of the follow item (4) and of the twelve items (4, 12), from the constants."""
    follow = np.array(p.MU["Q20"])
    items = np.empty((len(p.SOURCES), p.N_ITEMS))
    for j in range(p.N_ITEMS):
        first = np.array(p.MU[f"Q21_{p.FIRST_ITEM_OF[j] + 1}"])
        items[:, j] = first + p.ITEM_SHIFT[j] + (np.array(p.REVERSED_SHIFT) if j == p.N_ITEMS - 1 else 0.0)
    return follow, items


def rate(latent: Latent) -> Ratings:
    """Cut the latent evaluations into the five answers."""
    follow_mu, item_mu = intercepts()
    follow = _cut(latent.follow + follow_mu)
    items = _cut(latent.items + item_mu)
    items[latent.uniform] = items[latent.uniform, :, :1]
    return Ratings(follow, items)


def _cut(latent: Floats) -> Ints:
    answer = np.ones(latent.shape, dtype=np.int64)
    for cut in p.CUTS:
        answer += latent > cut
    return answer


def simulate(draws: Draws, n: int, margins: Margins) -> tuple[Demographics, Exposure, Latent]:
    """People, exposure and latent evaluations: one code path for the sample and for the population."""
    people = draw_demographics(draws, n, margins)
    trust = draws.normal(n)
    exposure = draw_exposure(draws, people, trust)
    return people, exposure, draw_latent(draws, people, trust, exposure)
