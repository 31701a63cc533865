"""How many people rate a source, or two of them, when each rates some of those known to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

from survey_analysis.errors import EstimationError, closest

MOST = 12


@dataclass(frozen=True)
class Reach:
    """Shares of the people asked who rate the sources of a set, and what the loop costs them.

    `deff` is Kish's factor of the weights 1 / probability that all of them were rated.
    """

    share: float
    deff: float


def reach(incidence: Sequence[float], asked: Sequence[int], most: int | None) -> Reach:
    """Share of people who rate all sources `asked`, when at most `most` of those known are rated.

    Parameters
    ----------
    incidence
        Share of people who know each source, independently of the others.
    asked
        Positions of the sources.
    most
        Sources a person rates at most, drawn at random; None for all.

    Notes
    -----
    Over the sets S of sources known: P(S) C(|S| - k, m - k) / C(|S|, m), k the sources asked for. A rating is
    weighted by one over its probability pi(S): Kish's factor sum(P pi) sum(P / pi) / (sum P)².

    Examples
    --------
    >>> reach([0.5, 0.8], [0, 1], None)
    Reach(share=0.4, deff=1.0)
    >>> round(reach([1, 1, 1], [0, 1], 2).share, 4)
    0.3333
    """
    k = len(asked)
    if most is not None and most < k:
        return Reach(0.0, 1.0)
    share = known = inverse = 0.0
    for members, probability in _sets(incidence):
        if not set(asked) <= members:
            continue
        size = len(members)
        pi = 1.0 if most is None or size <= most else comb(size - k, most - k) / comb(size, most)
        known += probability
        share += probability * pi
        inverse += probability / pi
    return Reach(share, share * inverse / known**2 if known > 0 else 1.0)


def _sets(incidence: Sequence[float]) -> Iterator[tuple[frozenset[int], float]]:
    everything = range(len(incidence))
    for size in range(len(incidence) + 1):
        for members in combinations(everything, size):
            inside = frozenset(members)
            probability = 1.0
            for i in everything:
                probability *= incidence[i] if i in inside else 1 - incidence[i]
            if probability > 0:
                yield inside, probability


def check_reach(
    sources: Sequence[str], incidence: float | Mapping[str, float] | None, rates: int | None
) -> tuple[float, ...]:
    """Incidence of each source, in order.

    Raises
    ------
    EstimationError
        A share outside 0 to 1, an unknown source, or a number of ratings that is none.
    """
    if rates is not None and (rates != int(rates) or not 1 <= rates <= len(sources)):
        raise EstimationError(
            f"rates = {rates} is not possible.",
            hint=f"a person rates 1 to {len(sources)} sources, or None: all known.",
        )
    if len(sources) > MOST:
        raise EstimationError(
            f"{len(sources)} sources are more than {MOST}.", hint="plan the ones you will compare."
        )
    if isinstance(incidence, Mapping):
        for name in incidence:
            if name not in sources:
                raise EstimationError(f"incidence is given for '{name}'.", hint=closest(name, sources))
        missing = [s for s in sources if s not in incidence]
        if missing:
            raise EstimationError(
                f"incidence is missing for '{missing[0]}'.", hint="give one for each source."
            )
        values = [float(incidence[s]) for s in sources]
    else:
        values = [1.0 if incidence is None else float(incidence)] * len(sources)
    wrong = [v for v in values if not 0 < v <= 1]
    if wrong:
        raise EstimationError(f"an incidence of {wrong[0]:g} is not above 0 and up to 1.")
    return tuple(values)
