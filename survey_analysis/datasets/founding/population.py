"""Parameters of the population: what an endless, perfect survey of the same model would find.

The population is the generator with the demographics drawn from the targets, in blocks. Answers
are those before any mess; a person who received all four sources rates three of them and counts
by the inverse of that probability.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np

from survey_analysis.datasets.founding import conversations
from survey_analysis.datasets.founding import parameters as p
from survey_analysis.datasets.founding.draws import Bools, Draws, Floats, Ints
from survey_analysis.datasets.founding.people import POPULATION, Exposure, Latent, Ratings, rate, simulate

BLOCK = 200_000
QUESTIONS = ("Q20", *(f"Q21_{j}" for j in range(1, p.N_ITEMS + 1)))


def blocks(n: int, seed: int, stream: str = "population") -> Iterator[tuple[Exposure, Latent]]:
    """The population in blocks of at most 200,000 people, each with its own stream."""
    for block, start in enumerate(range(0, n, BLOCK)):
        draws = Draws(seed, stream, block)
        _, exposure, latent = simulate(draws, min(BLOCK, n - start), POPULATION)
        yield exposure, latent


def top2(ratings: Ratings) -> Bools:
    """Top-2 answers as exported (n, 4, 13): Q20, then Q21_1 to Q21_12, the last one turned round."""
    items = ratings.items.copy()
    items[:, :, -1] = 6 - items[:, :, -1]
    return np.concatenate([ratings.follow[:, :, None], items], axis=2) >= 4


def pair_weight(exposure: Exposure, a: int, b: int) -> Floats:
    """1 over the probability that both sources were rated, 0 for whoever did not rate both.

    Three of four sources at random: 4/3 for one source, 2 for a pair.
    """
    full = exposure.probability < 1
    both = exposure.rated[:, a] & exposure.rated[:, b]
    factor = np.where(full, 2.0 if a != b else 1 / exposure.probability, 1.0)
    return np.asarray(both * factor, dtype=np.float64)


def population(n: int, seed: int) -> dict[str, Any]:
    """Simulate `n` people and return every parameter the sample is meant to estimate.

    Parameters
    ----------
    n
        Size of the simulated population; the standard error of a share is about 1/sqrt(2n) at most.
    seed
        Seed of the population's own stream.

    Returns
    -------
    dict
        `own` (share by source and question), `same_people` (by pair of sources and question: share
        of each, and the difference), `received`, `none`, `conversations`, `events`, `channels`.

    Examples
    --------
    >>> found = population(20_000, seed=1)
    >>> abs(found["own"]["micro"]["Q20"] - 0.82) < 0.02
    True
    """
    k = len(p.SOURCES)
    pairs = [(a, b) for a in range(k) for b in range(a, k)]
    sums = {pair: np.zeros((2, len(QUESTIONS))) for pair in pairs}
    bases = dict.fromkeys(pairs, 0.0)
    received, none = np.zeros(k), 0.0
    for exposure, latent in blocks(n, seed):
        favourable = top2(rate(latent))
        received += exposure.received.sum(axis=0)
        none += float((~exposure.received.any(axis=1)).sum())
        for a, b in pairs:
            weight = pair_weight(exposure, a, b)
            bases[a, b] += float(weight.sum())
            sums[a, b] += np.stack([weight @ favourable[:, a], weight @ favourable[:, b]])
    shares = {pair: sums[pair] / bases[pair] for pair in pairs}
    return {
        "own": {source: _by_question(shares[s, s][0]) for s, source in enumerate(p.SOURCES)},
        "same_people": {
            f"{p.SOURCES[a]}-{p.SOURCES[b]}": {q: _pair(*shares[a, b][:, j]) for j, q in enumerate(QUESTIONS)}
            for a, b in combinations(range(k), 2)
        },
        "received": dict(zip(p.SOURCES, _rounded(received / n), strict=True)),
        "none": round(none / n, 4),
        "conversations": conversation_parameters(),
        "events": event_parameters(),
        "channels": {name: list(p.CHANNELS[s]) for s, name in SAMPLE_NAMES.items()},
    }


SAMPLE_NAMES = {2: "influencers", 3: "control"}


def conversation_parameters() -> dict[str, dict[str, float]]:
    """Exact mean weekly counts as reported, and their ratio, by category."""
    found = {}
    for c, category in enumerate(p.CATEGORIES):
        influencer, control = (conversations.reported_mean(s, c) for s in (2, 3))
        found[category] = {
            "influencers": round(influencer, 4),
            "control": round(control, 4),
            "ratio": round(influencer / control, 4),
            "ratio_before_heaping": p.TRUE_RATIO[c],
        }
    return found


def event_parameters() -> dict[str, dict[str, float]]:
    """Shares of recommendations (ratios of totals) by sample."""
    return {
        event: {name: p.EVENT_SHARE[s][j] for s, name in SAMPLE_NAMES.items()}
        for j, event in enumerate(p.EVENTS)
    }


def simulated_talk(n: int, seed: int, sample: int) -> tuple[conversations.Talk, Ints]:
    """Conversations of `n` people: members drawn from the list counts, or control people."""
    draws = Draws(seed, f"talk-{sample}")
    own = draws.category(np.array(p.LIST_COUNTS).sum(axis=1), n)
    return conversations.simulate(draws, sample, own), own


def _by_question(values: Floats) -> dict[str, float]:
    return dict(zip(QUESTIONS, _rounded(values), strict=True))


def _pair(a: float, b: float) -> dict[str, float]:
    return {"first": round(float(a), 4), "second": round(float(b), 4), "difference": round(float(a - b), 4)}


def _rounded(values: Floats) -> list[float]:
    return [round(float(v), 4) for v in values]
