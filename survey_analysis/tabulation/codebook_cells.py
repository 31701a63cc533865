"""What a codebook may show of one question: counts of a few people withheld, ends of numbers blurred."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from survey_analysis.results.codebook import Hidden, NumberFacts, TextFacts
from survey_analysis.typing import FloatArray


def hide_few(counts: Sequence[int], base: int, minimum: int, *, several: bool = False) -> list[Hidden]:
    """Which counts of one question to withhold.

    Counts of 1 to `minimum` - 1 people are "small". Where answers add up to the base, which is shown, more are
    "withheld", the smallest that does, until the small ones cannot be worked out: at least two are hidden, and their
    sum can be shared in more than one way. Where people gave `several` answers, an answer that all but a few gave is withheld.

    Examples
    --------
    >>> hide_few([3, 50, 40, 0], 93, 5)
    ['small', '', 'withheld', '']
    >>> hide_few([3, 2, 40, 0], 45, 5)
    ['small', 'small', '', '']
    >>> hide_few([1, 1, 40, 60], 102, 5)
    ['small', 'small', 'withheld', '']
    >>> hide_few([1, 5, 60], 66, 5)  # 6 hidden could only be 1 and 5
    ['small', '', 'withheld']
    >>> hide_few([3, 98, 40], 100, 5, several=True)
    ['small', 'withheld', '']
    """
    out: list[Hidden] = ["small" if 0 < n < minimum else "" for n in counts]
    if several:
        return [w or ("withheld" if 0 < base - n < minimum else "") for w, n in zip(out, counts, strict=True)]
    small = [n for n, why in zip(counts, out, strict=True) if why]
    for i in _more(small, [(n, i) for i, n in enumerate(counts) if n >= minimum], minimum):
        out[i] = "withheld"
    return out


def _more(small: Sequence[int], rest: Sequence[tuple[int, int]], minimum: int) -> list[int]:
    """Places of the counts to withhold beside the small ones: the smallest that does, else one after the other."""
    if not small or not _determined(small, [], minimum):
        return []
    ordered = sorted(rest)
    for n, place in ordered:
        if not _determined(small, [n], minimum):
            return [place]
    taken: list[tuple[int, int]] = []
    for pair in ordered:
        taken.append(pair)
        if not _determined(small, [n for n, _ in taken], minimum):
            break
    return [place for _, place in taken]


def _determined(small: Sequence[int], withheld: Sequence[int], minimum: int) -> bool:
    """Whether the sum of the hidden counts leaves one way to share it: small ones are 1 to `minimum` - 1, others more."""
    total = sum(small) + sum(withheld)
    lowest = len(small) + minimum * len(withheld)
    highest = len(small) * (minimum - 1)
    return len(small) + len(withheld) == 1 or total == lowest or (not withheld and total == highest)


def number_facts(x: FloatArray, weight: FloatArray, minimum: int) -> NumberFacts:
    """Ends, quartiles, mean and spread of the numbers of those who answered.

    An end that fewer than `minimum` people hold is replaced by the number that so many lie at or beyond; quartiles
    need `minimum` people in each quarter. Quartiles are those of the rows, not weighted (R's type 7).

    Examples
    --------
    >>> facts = number_facts(np.array([18.0, 19, 20, 21, 22, 23, 90]), np.ones(7), 5)
    >>> facts.low, facts.high, facts.low_is_end, facts.quartiles
    (22.0, 20.0, False, None)
    """
    n = len(x)
    if n < minimum:
        return NumberFacts(None, None, False, False, None, None, None, None)
    ordered = np.sort(x)
    low, high = float(ordered[minimum - 1]), float(ordered[-minimum])
    quartiles = None
    if n >= 4 * minimum:
        q = np.quantile(ordered, [0.25, 0.5, 0.75])
        quartiles = (float(q[0]), float(q[1]), float(q[2]))
    total = float(weight.sum())
    return NumberFacts(
        low=low,
        high=high,
        low_is_end=bool(low == ordered[0]),
        high_is_end=bool(high == ordered[-1]),
        quartiles=quartiles,
        mean=float(x.mean()),
        weighted_mean=float((weight * x).sum() / total) if total > 0 else None,
        std_dev=float(x.std(ddof=1)),
    )


def text_facts(texts: NDArray[np.object_], minimum: int) -> TextFacts:
    """Mean length of open answers; the texts themselves go nowhere.

    Examples
    --------
    >>> text_facts(np.array(["one two", "three", "", "four", "five six"], dtype=object), 5)
    TextFacts(characters=4.8, words=1.2)
    """
    if len(texts) < minimum:
        return TextFacts(None, None)
    trimmed = [str(t).strip() for t in texts]
    return TextFacts(
        characters=sum(map(len, trimmed)) / len(trimmed),
        words=sum(len(t.split()) for t in trimmed) / len(trimmed),
    )
