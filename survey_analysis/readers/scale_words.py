"""Answer lists whose order is known from their words, least favourable (or least) first."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

# (whether the last answer is the favourable end, answers); frequency and size have no such end.
_LISTS: tuple[tuple[bool, str], ...] = (
    (True, """strongly disagree, disagree, somewhat disagree, neither agree nor disagree, neutral,
              somewhat agree, agree, strongly agree"""),
    (True, """very unfavorably, somewhat unfavorably, neither favorably nor unfavorably,
              neither favorably nor unfavorably (neutral), somewhat favorably, very favorably"""),
    (True, "very unfavorable, somewhat unfavorable, neutral, somewhat favorable, very favorable"),
    (True, """very dissatisfied, dissatisfied, somewhat dissatisfied, neither satisfied nor dissatisfied,
              neutral, somewhat satisfied, satisfied, very satisfied"""),
    (True, """extremely unlikely, very unlikely, unlikely, somewhat unlikely,
              neither likely nor unlikely, somewhat likely, likely, very likely, extremely likely"""),
    (True, """not at all likely, not very likely, slightly likely, somewhat likely, moderately likely,
              very likely, extremely likely"""),
    (True, """not at all important, not too important, not very important, slightly important,
              somewhat important, moderately important, important, very important, extremely important"""),
    (True, "very poor, poor, fair, average, good, very good, excellent"),
    (False, """never, almost never, rarely, seldom, once in a while, sometimes, about half the time,
               half the time, often, usually, very often, almost always, always"""),
    (False, "none, a little, some, a moderate amount, a lot, a great deal"),
)  # fmt: skip
_OUTSIDE = re.compile(
    r"unfamiliar|don'?t know|not sure|not applicable|\bn/a\b|no answer|no opinion|prefer not|refused"
)


@dataclass(frozen=True)
class Order:
    """Labels in order; `rating` when the last is the favourable end."""

    order: tuple[str, ...]
    rating: bool


def known_order(labels: Collection[str]) -> Order | None:
    """Order of answers by their words; None when unknown.

    At least three labels must be on one list; answers such as "Don't know" may stand outside it.

    >>> known_order(["Often", "Never", "Sometimes", "No answer"])
    Order(order=('Never', 'Sometimes', 'Often'), rating=False)
    >>> known_order(["Red", "Green", "Blue"]) is None
    True
    """
    plain = {" ".join(label.casefold().split()): label for label in labels}
    inside = {p for p in plain if not _OUTSIDE.search(p)}
    if len(inside) < 3 or len(plain) != len(labels):
        return None
    for rating, words in _LISTS:
        ordered = [" ".join(w.split()) for w in words.split(",")]
        if inside <= set(ordered):
            return Order(tuple(plain[w] for w in ordered if w in inside), rating)
    return None
