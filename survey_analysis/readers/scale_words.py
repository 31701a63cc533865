"""Answer lists whose order is known from their words, least favourable (or least) first."""

from __future__ import annotations

from collections.abc import Collection

# (favourable end is the last, the list); lists of frequency or size have no favourable end.
_LISTS: tuple[tuple[bool, tuple[str, ...]], ...] = (
    (True, ("strongly disagree", "disagree", "somewhat disagree", "neither agree nor disagree", "neutral",
            "somewhat agree", "agree", "strongly agree")),
    (True, ("very unfavorably", "somewhat unfavorably", "neither favorably nor unfavorably (neutral)",
            "somewhat favorably", "very favorably")),
    (True, ("very unfavorable", "somewhat unfavorable", "neutral", "somewhat favorable", "very favorable")),
    (True, ("very dissatisfied", "dissatisfied", "somewhat dissatisfied", "neither satisfied nor dissatisfied",
            "neutral", "somewhat satisfied", "satisfied", "very satisfied")),
    (True, ("extremely unlikely", "very unlikely", "unlikely", "somewhat unlikely", "neither likely nor unlikely",
            "somewhat likely", "likely", "very likely", "extremely likely")),
    (True, ("not at all likely", "not very likely", "slightly likely", "somewhat likely", "moderately likely",
            "very likely", "extremely likely")),
    (True, ("not at all important", "not too important", "not very important", "slightly important",
            "somewhat important", "moderately important", "important", "very important", "extremely important")),
    (True, ("very poor", "poor", "fair", "average", "good", "very good", "excellent")),
    (False, ("never", "almost never", "rarely", "seldom", "once in a while", "sometimes", "about half the time",
             "half the time", "often", "usually", "very often", "almost always", "always")),
    (False, ("none", "a little", "some", "a moderate amount", "a lot", "a great deal")),
)  # fmt: skip


def known_order(labels: Collection[str]) -> tuple[tuple[str, ...], bool] | None:
    """Labels in their known order, and whether the last is the favourable end; None when unknown.

    At least three labels, all on one list.

    >>> known_order(["Often", "Never", "Sometimes"])
    (('Never', 'Sometimes', 'Often'), False)
    >>> known_order(["Red", "Green", "Blue"]) is None
    True
    """
    plain = {" ".join(label.casefold().split()): label for label in labels}
    if len(plain) < 3 or len(plain) != len(labels):
        return None
    for favourable, words in _LISTS:
        if set(plain) <= set(words):
            return tuple(plain[w] for w in words if w in plain), favourable
    return None
