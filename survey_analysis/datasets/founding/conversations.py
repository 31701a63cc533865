"""Recommendations made: weekly counts by category, the last five of them, and brand information.

Counts are negative binomial (a table and one uniform number each), correlated within a person by
a normal copula, so that every marginal distribution, and with it every true mean, is exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, gammaln, ndtr

from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.draws import Bools, Draws, Floats, Ints

LARGEST_COUNT = 400
INFLUENCER, CONTROL = 2, 3


@dataclass(frozen=True)
class Talk:
    """Weekly counts (n, 12), -1 where not asked; last recommendations and how they went; channels (n, 7)."""

    weekly: Ints
    recent: Ints
    events: Ints
    channels: Bools


def mean_count(sample: int, category: int) -> float:
    """Mean weekly count before heaping; an influencer's is the control's times the true ratio."""
    mean = p.CONTROL_MEAN[category]
    return mean * p.TRUE_RATIO[category] if sample == INFLUENCER else mean


def count_shares(sample: int, category: int) -> Floats:
    """Negative binomial probabilities of 0, 1, 2, ... before heaping."""
    size = p.INFLUENCER_K if sample == INFLUENCER else p.CONTROL_K
    mean = mean_count(sample, category)
    k = np.arange(LARGEST_COUNT + 1, dtype=np.float64)
    log_share = gammaln(k + size) - gammaln(k + 1) - gammaln(size)
    log_share = log_share + size * np.log(size / (size + mean)) + k * np.log(mean / (size + mean))
    return np.asarray(np.exp(log_share))


def heaped(count: Ints) -> Ints:
    """The round number someone says instead: 3-7 becomes 5, 8-15 becomes 10, 16-25 becomes 20.

    Examples
    --------
    >>> heaped(np.array([0, 2, 4, 9, 17, 40]))
    array([ 0,  2,  5, 10, 20, 40])
    """
    rules = [count < 3, count <= 7, count <= 15, count <= 25]
    return np.asarray(np.select(rules, [count, 5, 10, 20], default=count), dtype=np.int64)


def reported_mean(sample: int, category: int) -> float:
    """Exact population mean of the count as reported, heaping included."""
    count = np.arange(LARGEST_COUNT + 1, dtype=np.int64)
    said = (1 - p.HEAPING) * count + p.HEAPING * heaped(count)
    return float(count_shares(sample, category) @ said)


def draw_weekly(draws: Draws, sample: int, own: Ints) -> Ints:
    """Counts in the own category (sample 2) or in all twelve (sample 3)."""
    n, k = len(own), len(p.CATEGORIES)
    shared = np.sqrt(p.PERSON_CORRELATION) * draws.normal(n, 1)
    score = np.asarray(ndtr(shared + np.sqrt(1 - p.PERSON_CORRELATION) * draws.normal(n, k)))
    weekly = np.empty((n, k), dtype=np.int64)
    for c in range(k):
        weekly[:, c] = np.searchsorted(np.cumsum(count_shares(sample, c))[:-1], score[:, c], side="right")
    weekly = np.where(draws.uniform(n, k) < p.HEAPING, heaped(weekly), weekly)
    if sample == INFLUENCER:
        weekly = np.where(np.arange(k) == own[:, None], weekly, -1)
    return weekly


def draw_recent(draws: Draws, sample: int, weekly: Ints) -> Ints:
    """How many of the last (up to five) recommendations can be told; at least those of the week."""
    told = draws.category(p.RECENT[sample], len(weekly))
    return np.asarray(np.maximum(told, np.minimum(np.maximum(weekly, 0).sum(axis=1), 5)))


def draw_events(draws: Draws, sample: int, recent: Ints) -> Ints:
    """Of the recent recommendations, how many were face to face, at work, said "buy it or try it".

    Beta-binomial; the personal mean rises with the number told, around the centre that leaves the
    ratio of totals at the population share.
    """
    events = np.full((len(recent), len(p.EVENTS)), -1, dtype=np.int64)
    for j, share in enumerate(p.EVENT_SHARE[sample]):
        u = draws.uniform(len(recent))
        for told in range(1, 6):
            rows = recent == told
            personal = share + p.EVENT_SLOPE * (told - p.EVENT_CENTRE[sample])
            edges = np.cumsum(_beta_binomial(told, personal))[:-1]
            events[rows, j] = np.searchsorted(edges, u[rows], side="right")
    return events


def _beta_binomial(size: int, mean: float) -> Floats:
    a, b = mean * p.EVENT_CONCENTRATION, (1 - mean) * p.EVENT_CONCENTRATION
    k = np.arange(size + 1, dtype=np.float64)
    choose = gammaln(size + 1) - gammaln(k + 1) - gammaln(size - k + 1)
    return np.asarray(np.exp(choose + betaln(k + a, size - k + b) - betaln(a, b)))


def simulate(draws: Draws, sample: int, own: Ints) -> Talk:
    """All conversation answers of one sample; `own` is the member's category (0 to 11)."""
    weekly = draw_weekly(draws, sample, own)
    recent = draw_recent(draws, sample, weekly)
    events = draw_events(draws, sample, recent)
    channels = draws.uniform(len(own), len(p.CHANNELS[sample])) < np.array(p.CHANNELS[sample])
    return Talk(weekly, recent, events, channels)
