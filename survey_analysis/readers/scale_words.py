"""Answers whose order is known from their words, and which end is the favourable one.

Three ways, in this order: a list of answers in common use (frequency, amount, education); words of degree on
one head or on a pair of opposites ("somewhat agree", "very dissatisfied"); ranges of numbers ("18-29", "over
60"). The words are those of printed questionnaires; what is none of these has no known order.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from survey_analysis.readers.scale_lists import outside_words, plain_label, word_lists

# (name, whether the last answer is the favourable end, answers from first to last). "|": other words for the same place.
_LISTS: tuple[tuple[str, bool, str], ...] = (
    ("quality", True, "very poor, poor, fair, average|okay|ok, good, very good, excellent"),
    ("quality", True, "extremely poor, very poor, quite poor, neither good nor poor, quite good, very good, excellent"),
    ("frequency", False, """never, almost never|hardly ever, rarely|seldom, once in a while|occasionally,
               sometimes|some of the time|now and then, about half the time|half the time, often|frequently,
               usually|most of the time|mostly, very often, almost always|nearly always, always|all of the time"""),
    ("amount", False, "none|none at all|nothing|nothing at all|not at all, very little, a little|a little bit|only a little, some|somewhat|a few, a moderate amount, quite a bit|much, a lot|a good deal, a great deal"),
    ("how_often", False, """never, less than once a year|less often than once a year|less often, once a year or less|once a year|yearly,
               once every six months|twice a year, a few times a year|several times a year|once every few months,
               once a month or less|less than once a month, once a month|about once a month|monthly,
               once a fortnight|every two weeks, a few times per month|a few times a month|2-3 times a month|several times a month,
               once a week|about once a week|weekly, a few times per week|a few times a week|several times a week|every few days,
               almost every day|nearly every day, every day|daily|once a day,
               several times a day|once a day or more often|more than once a day"""),
    ("education", False, """no schooling, less than high school degree|less than high school|less than hs|did not complete high school,
               high school degree|high school|high school graduate|high school or g.e.d.|high school or less|hs,
               some college|some college or associate degree|some college no degree|post hs, associate degree|associate's degree,
               bachelor degree|bachelor's degree|bachelor's|college graduate|college or more,
               graduate degree|graduate|post graduate degree|postgraduate degree|master's degree, doctorate"""),
    ("change", True, "much worse, worse|somewhat worse|a little worse, about the same|the same, better|somewhat better|a little better, much better"),
    ("intent", True, "definitely not, probably not, might or might not|not sure, probably|probably yes, definitely|definitely yes"),
)  # fmt: skip

_OPPOSITES = (
    ("disagree", "agree"), ("dissatisfied", "satisfied"), ("unlikely", "likely"), ("unfavorable", "favorable"),
    ("unfavorably", "favorably"), ("unfavourable", "favourable"), ("unfavourably", "favourably"),
    ("unimportant", "important"), ("disapprove", "approve"), ("oppose", "support"), ("oppose", "favor"),
    ("oppose", "favour"), ("negative", "positive"), ("bad", "good"), ("poor", "good"), ("unhappy", "happy"),
    ("uncomfortable", "comfortable"), ("distrust", "trust"), ("difficult", "easy"), ("dislike", "like"),
    ("unacceptable", "acceptable"), ("unhelpful", "helpful"), ("worse", "better"), ("unpleasant", "pleasant"),
)  # fmt: skip
_DEGREES: tuple[tuple[float, str], ...] = (
    (4.0, r"extremely|completely|totally|absolutely|entirely|fully"),
    (3.0, r"strongly|very much|very|definitely|highly|a great deal|exceptionally"),
    (1.6, r"quite|fairly|moderately|mostly|generally|tend to"),
    (1.0, r"somewhat|rather|mildly|probably|a bit"),
    (0.7, r"slightly|a little|only a little"),
)
_NOT = (
    r"not at all|not in the least|not even slightly",
    r"not very|not too|not so|not much|not particularly|hardly",
)
_NEITHER = re.compile(
    r"neither( .*)?|neutral|undecided|unsure either way|no preference|mixed|equally .*|don'?t care"
)
_OUTSIDE = re.compile(
    r"unfamiliar|don'?t know|^dk$|not sure|not applicable|\bn/?a\b|no answer|no opinion|prefer not|refused|hard to (say|answer)|can'?t say"
)
_RANGE = re.compile(r"\d+(?:[.,]\d+)*")
_BELOW = re.compile(
    r"^(under|less|below|before|up to|fewer|<|younger|at most)|\bor (less|fewer|under|younger)\b"
)
_ABOVE = re.compile(
    r"^(over|more|above|after|since|>|at least|older)|\b(or|and) (more|over|older|above|up)\b|\+$"
)
_RANGE_WORDS = re.compile(
    r"(?<=\d)[km]\b|[\d.,$€£%<>+–—-]|\b(under|less|than|below|before|after|since|up|to|fewer|over|more|above|or|and|older|younger|years?|old|k|"
    r"thousand|million|per|at|least|most|between|hours?|minutes?|days?|times?|people|persons?|children|age[sd]?)\b|\s"
)


@dataclass(frozen=True)
class Order:
    """Labels in order; `rating` when there is a favourable end, the last; what the order rests on; a name."""

    order: tuple[str, ...]
    rating: bool
    how: str
    name: str


def known_order(labels: Collection[str]) -> Order | None:
    """Order of answers by their words; None when unknown.

    At least three labels must be in it; answers such as "Don't know" may stand outside it.

    Examples
    --------
    >>> known_order(["Often", "Never", "Sometimes", "No answer"]).order
    ('Never', 'Sometimes', 'Often')
    >>> known_order(["No, not at all rude", "Yes, very rude", "Yes, somewhat rude"]).order
    ('No, not at all rude', 'Yes, somewhat rude', 'Yes, very rude')
    >>> known_order(["> 60", "18-29", "30-44"]).order
    ('18-29', '30-44', '> 60')
    >>> known_order(["Red", "Green", "Blue"]) is None
    True
    """
    words = {label: _words(label) for label in labels}
    inside = [label for label in labels if not outside(label)]
    if len(inside) < 3 or len(set(words.values())) < len(words):
        return None
    return (
        _listed(inside, words) or _degrees(inside, words) or _in_languages(inside) or _ranges(inside, words)
    )


def outside(label: str) -> bool:
    """Whether an answer by its words has no place on a scale ("Don't know", "Unfamiliar (N/A)")."""
    return bool(_OUTSIDE.search(_words(label)) or outside_words().search(plain_label(label)))


def _words(label: str) -> str:
    plain = " ".join(label.casefold().replace("’", "'").split())
    return re.sub(r"^-?\d+[.)] (?=\D)", "", plain)  # "1. Always": some files put the code in front


def _sorted(places: dict[str, float], name: str, how: str, *, rating: bool) -> Order | None:
    """In order of place; None when two answers have the same one."""
    if len(set(places.values())) < len(places):
        return None
    return Order(tuple(sorted(places, key=lambda x: places[x])), rating, how, f"{name}_{len(places)}")


def _listed(labels: Sequence[str], words: dict[str, str]) -> Order | None:
    for name, rating, text in _LISTS:
        place = {
            " ".join(w.split()): float(i) for i, same in enumerate(text.split(",")) for w in same.split("|")
        }
        if all(words[x] in place for x in labels):
            return _sorted(
                {x: place[words[x]] for x in labels}, name, "the words of the answers", rating=rating
            )
    return None


def _in_languages(labels: Sequence[str]) -> Order | None:
    """The lists of printed questionnaires in several languages."""
    plain = {x: plain_label(x) for x in labels}
    for known in word_lists():
        if set(plain.values()) <= set(known.words):
            places = {x: float(known.words.index(plain[x])) for x in labels}
            how = f"the words of the answers ({known.language})"
            return _sorted(places, known.about, how, rating=known.rating)
    return None


def _degrees(labels: Sequence[str], words: dict[str, str]) -> Order | None:
    """Words of degree on one head ("not at all rude", "very rude") or on two opposites."""
    parts = {x: _degree(re.sub(r"\s*\(.*?\)|^(yes|no), ", "", words[x])) for x in labels}
    heads = {head for head, _ in parts.values() if head}
    for low, high in _OPPOSITES:
        if heads == {low, high} and all(d is not None for _, d in parts.values()):
            places = {
                x: 0.0 if not head else (d or 2.0) * (1 if head == high else -1)
                for x, (head, d) in parts.items()
            }
            return _sorted(places, high, f"the words of the answers, {low} to {high}", rating=True)
    if len(heads) == 1 and all(head for head, _ in parts.values()):
        (head,) = heads
        degrees = {x: d if d is not None else 2.0 for x, (_, d) in parts.items()}
        if len([d for d in degrees.values() if d < 0.6]) >= 1:
            return _sorted(degrees, head, f"words of degree, from least to most {head}", rating=True)
    return None


def _degree(text: str) -> tuple[str, float | None]:
    """Head of an answer and its degree: 0 for "not at all", below 1 for "not very"; a middle has no head."""
    if _NEITHER.fullmatch(text):
        return "", 0.0
    if found := re.fullmatch(r"not (.+) at all", text):
        return found.group(1), 0.0
    for i, pattern in enumerate(_NOT):
        if found := re.match(rf"(?:{pattern}) (.+)", text):
            return found.group(1), 0.5 * i
    for degree, pattern in _DEGREES:
        if found := re.fullmatch(rf"(?:{pattern}) (.+)|(.+?) (?:{pattern})", text):
            return (found.group(1) or found.group(2)).strip(), degree
    return text, 2.0


def _ranges(labels: Sequence[str], words: dict[str, str]) -> Order | None:
    """By the first number of each, when next to nothing but numbers and words of range stands there."""
    places = {}
    for label in labels:
        text = words[label]
        numbers = _RANGE.findall(text)
        if not numbers or _RANGE_WORDS.sub("", text):
            return None
        first = float(numbers[0].replace(",", "").rstrip("."))
        places[label] = first + (0.5 if _ABOVE.search(text) else -0.5 if _BELOW.search(text) else 0.0)
    bare = all(re.fullmatch(r"-?\d+(\.\d+)?", words[x]) for x in labels)
    return None if bare else _sorted(places, "", "the numbers in the answers", rating=False)
