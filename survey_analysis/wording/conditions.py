"""The conditions of the licences: small tests of the facts, and what to say when they fail."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Final

from survey_analysis.wording.facts import ALPHA, Facts
from survey_analysis.wording.intervals import sampling_error_allowed
from survey_analysis.wording.numbers import (
    count,
    number,
    percent,
    percent_interval,
    points,
    ratio,
    units,
)
from survey_analysis.wording.phrases import join_labels, noun

Test = Callable[[Facts, str, str], bool]

_WORDS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "twenty": 20, "hundred": 100,
}  # fmt: skip
_NUMBER: Final = rf"(?:{'|'.join(_WORDS)}|\d+)"
TIMES: Final = rf"(?:{'|'.join(_WORDS)}|\d+(?:[.,]\d+)?)"
FRACTION: Final = (
    rf"{_NUMBER} (?:in|out of)(?: every)? {_NUMBER}|three[ -]quarters?|two[ -]thirds?|(?:a|one)[ -]quarter"
    r"|(?:a|one)[ -]third|(?:about )?half|quarters?|thirds?"
)
PERCENT: Final = r"\d+(?:\.\d+)?\s?(?:%|per ?cent)(?!age)"
POINTS: Final = r"\d+(?:\.\d+)?(?:\s|-)?(?:percentage )?points?"
_CELL: Final = 0.05
_THIRD: Final = 0.04
_EDGE: Final = 1e-12
MUCH: Final = 0.10


def never(_facts: Facts, _word: str, _text: str) -> bool:
    """No fact licenses it."""
    return False


def above(limit: float) -> Test:
    """Lower limit above `limit`."""
    return lambda f, _w, _t: f.low is not None and f.low > limit


def below(limit: float) -> Test:
    """Upper limit under `limit`."""
    return lambda f, _w, _t: f.high is not None and f.high < limit


def _stated(word: str) -> float:
    found = re.search(r"\d+(?:\.\d+)?", word)
    return float(found[0]) / 100 if found else math.inf


def over_stated(f: Facts, word: str, _text: str) -> bool:
    """Lower limit above the percentage stated; "at least" may reach it."""
    reach = "least" in word.lower()
    k = _stated(word)
    return f.low is not None and (f.low >= k - _EDGE if reach else f.low > k)


def under_stated(f: Facts, word: str, _text: str) -> bool:
    """Upper limit under the percentage stated; "at most" may reach it."""
    reach = "most" in word.lower()
    k = _stated(word)
    return f.high is not None and (f.high <= k + _EDGE if reach else f.high < k)


def by_more_than(f: Facts, word: str, _text: str) -> bool:
    """The difference, in either direction, lies wholly beyond the points stated."""
    low, high, k = f.difference_low, f.difference_high, _stated(word)
    return low is not None and high is not None and (low > k or high < -k)


def fraction(f: Facts, word: str, _text: str) -> bool:
    """Interval inside the cell of the fraction; "half" by equivalence, with the 90% interval when known."""
    target = fraction_value(word)
    low, high = f.low, f.high
    if "half" in word.lower() and f.half_low is not None and f.half_high is not None:
        low, high = f.half_low, f.half_high
    if target is None or low is None or high is None:
        return False
    thirds = abs(3 * target % 1) < 1e-9 or abs(3 * target % 1 - 1) < 1e-9
    cell = _THIRD if thirds else _CELL
    return low >= target - cell - _EDGE and high <= target + cell + _EDGE


def fraction_value(word: str) -> float | None:
    """The share that a fraction in words names.

    Examples
    --------
    >>> fraction_value("eight in ten"), fraction_value("3 out of 4"), fraction_value("half")
    (0.8, 0.75, 0.5)
    """
    text = word.lower().replace("-", " ").removeprefix("about ")
    for name, value in (("half", 1 / 2), ("quarter", 1 / 4), ("third", 1 / 3)):
        if name in text:
            return value * (3 if "three" in text else 2 if "two" in text else 1)
    parts = re.fullmatch(rf"({_NUMBER}) (?:in|out of)(?: every)? ({_NUMBER})", text)
    if not parts:
        return None
    top, bottom = _numeral(parts[1]), _numeral(parts[2])
    return top / bottom if bottom and top <= bottom else None


def _numeral(word: str) -> float:
    return float(_WORDS[word]) if word in _WORDS else float(word.replace(",", "."))


def plurality(f: Facts, _word: str, _text: str) -> bool:
    """Adjusted difference against the second answer, upper limit at most 50%."""
    return f.second_p is not None and f.second_p < ALPHA and f.high is not None and f.high <= 0.5


def _differs(f: Facts) -> bool:
    return f.p_adjusted is not None and f.p_adjusted < ALPHA and f.difference is not None


def more(f: Facts, _word: str, _text: str) -> bool:
    """Adjusted p under .05 and the difference positive."""
    return _differs(f) and f.difference is not None and f.difference > 0


def less(f: Facts, _word: str, _text: str) -> bool:
    """Adjusted p under .05 and the difference negative."""
    return _differs(f) and f.difference is not None and f.difference < 0


def much_more(f: Facts, word: str, text: str) -> bool:
    """Difference in this direction with a limit of at least 10 points."""
    down = re.search(r"less|lower|fewer", word, re.IGNORECASE) is not None
    near = f.difference_high if down else f.difference_low
    if near is None or not (less if down else more)(f, word, text):
        return False
    return (-near if down else near) >= MUCH - _EDGE


def significant(f: Facts, _word: str, _text: str) -> bool:
    """Adjusted p under .05."""
    return _differs(f)


def equivalent(f: Facts, _word: str, _text: str) -> bool:
    """Two one-sided tests: the 90% interval inside a declared margin (Schuirmann 1987)."""
    if f.delta is None or f.tost_low is None or f.tost_high is None:
        return False
    return -f.delta < f.tost_low and f.tost_high < f.delta


def unclear(f: Facts, word: str, text: str) -> bool:
    """Not different, equivalence not shown, and the detectable size known."""
    clear = f.p_adjusted is not None and f.p_adjusted < ALPHA
    return f.p_adjusted is not None and not clear and not equivalent(f, word, text) and f.mdd is not None


def _times(word: str) -> float | None:
    text = word.lower()
    for name, value in (("twice", 2.0), ("double", 2.0), ("thrice", 3.0), ("triple", 3.0)):
        if name in text:
            return value
    found = re.search(rf"({TIMES}) times", text)
    return _numeral(found[1]) if found else None


def _beside_largest(f: Facts, k: float | None, text: str) -> bool:
    """The median or the smallest of the ratios, named so: what must stand beside "up to"."""
    if f.largest is None or k is None:
        return False
    beside = {"median": f.largest.median, "smallest": f.largest.smallest}
    return any(name in text.lower() and units(value, 1) == units(k, 1) for name, value in beside.items())


def about_times(f: Facts, word: str, text: str) -> bool:
    """Interval of the ratio within an eighth of k: 1.75 to 2.25 for "twice"."""
    k = _times(word)
    if _beside_largest(f, k, text):
        return True
    if k is None or f.ratio_low is None or f.ratio_high is None:
        return False
    return 0.875 * k <= f.ratio_low and f.ratio_high <= 1.125 * k


def more_than_times(f: Facts, word: str, _text: str) -> bool:
    """Lower limit of the ratio above k."""
    k = _times(word)
    return k is not None and f.ratio_low is not None and f.ratio_low > k


def up_to(f: Facts, word: str, text: str) -> bool:
    """The four conditions of `statistics.md` 2.26, the last three in the same text."""
    top, k = f.largest, _times(word)
    if top is None or k is None or not top.listed_before or top.low is None or top.low <= 1:
        return False
    said = text.lower()
    named = (
        top.category.lower() in said
        and "median" in said
        and re.search(rf"(?<![\d.,]){top.k}(?![.,]?\d)", said)
    )
    return bool(named) and k <= top.ratio + 0.5


def best(f: Facts, word: str, _text: str) -> bool:
    """Alone in the simultaneous best set; the lowest and the least are never licensed by it."""
    low = re.search(r"lowest|worst|least", word, re.IGNORECASE)
    return not low and len(f.best) == 1 and (not f.a or f.best[0].lower() == f.a.lower())


def trend(f: Facts, _word: str, _text: str) -> bool:
    """Adjusted trend test, and no neighbour reversed beyond its interval."""
    return f.trend_p is not None and f.trend_p < ALPHA and f.trend_reversed is False


def change(f: Facts, _word: str, _text: str) -> bool:
    """Two comparable waves and an adjusted test."""
    return f.waves_comparable and f.p_adjusted is not None and f.p_adjusted < ALPHA


def effect(f: Facts, _word: str, _text: str) -> bool:
    """A variable was assigned at random."""
    return bool(f.randomised)


def sampling_error(f: Facts, _word: str, _text: str) -> bool:
    """A sample that has a sampling error."""
    return sampling_error_allowed(f.kind, f.generalize)


def population(f: Facts, _word: str, _text: str) -> bool:
    """A probability sample, or a declared generalisation; never a simulation."""
    return f.kind == "probability" or (bool(f.generalize) and f.kind != "simulated")


def not_simulated(f: Facts, _word: str, _text: str) -> bool:
    """Someone answered."""
    return f.kind != "simulated"


def labels_repeated(f: Facts, _word: str, text: str) -> bool:
    """The labels boxed stand in the text."""
    return bool(f.answers) and join_labels(f.answers).lower() in text.lower()


def not_intention(f: Facts, _word: str, _text: str) -> bool:
    """The answers do not speak of likelihood."""
    return not any("likely" in answer.lower() for answer in f.answers)


def plain_level(f: Facts) -> str:
    """The plain number: "54% (49–59)"."""
    if f.p is None:
        return "the plain number with its interval"
    limits = f" ({percent_interval(f.low, f.high)})" if f.low is not None and f.high is not None else ""
    return f"{percent(f.p)}{limits}"


def plain_difference(f: Facts) -> str:
    """The plain difference with its interval."""
    if f.difference is None:
        return "both numbers with their intervals"
    if f.difference_low is None or f.difference_high is None:
        return f"{points(f.difference)} points"
    return f"{points(f.difference)} points ({percent_interval(f.difference_low, f.difference_high)})"


def say_unclear(f: Facts) -> str:
    """What may stand instead of "no difference"."""
    if f.delta is not None and equivalent(f, "", ""):
        return f"“no difference larger than {number(100 * f.delta, 0)} points”"
    if f.mdd is None:
        return plain_difference(f)
    under = number(100 * f.mdd, 0)
    return f"“no clear difference; differences under {under} points could not have been detected”"


def plain_ratio(f: Facts) -> str:
    """The ratio's interval."""
    if f.ratio_low is None or f.ratio_high is None:
        return "the ratio with its interval"
    return f"the ratio with its interval ({ratio(f.ratio_low)} to {ratio(f.ratio_high)})"


def say_largest(f: Facts) -> str:
    """Largest, median and smallest side by side."""
    if f.largest is None:
        return "the ratio of each category"
    t = f.largest
    return (
        f"“{ratio(t.ratio)} times as many in {t.category}, the largest of {t.k}; median {ratio(t.median)}, "
        f"smallest {ratio(t.smallest)}”"
    )


def say_best(f: Facts) -> str:
    """The best set, when there is one."""
    return f"“among the highest: {', '.join(f.best)}”" if f.best else "the numbers in order"


def say_subject(f: Facts) -> str:
    """The noun that the kind of sample allows."""
    who = noun(f.kind, generalize=f.generalize)
    return f"“{count(f.n)} {who}”" if f.n is not None else f"“{who}”"


def say_labels(f: Facts) -> str:
    """The labels boxed."""
    return f"“{join_labels(f.answers)}”" if f.answers else "the labels of the scale"
