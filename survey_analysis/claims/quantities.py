"""The numbers of a sentence and what each of them is: a percentage, points, times, people, a p-value.

Years, dates, levels of intervals, lengths of scales and the numbers of figures and sections are read and left alone; everything
else is a quantity that some estimate must account for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["percent", "relative", "points", "times", "people", "p", "interval", "number"]

_NUMBER: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_WHOLE: Final = r"\d{1,3}(?:,\d{3})+|\d+(?![.,]?\d)"
_PERCENT: Final = r"\s?(?:%|per ?cent\b|pct\b)(?!age)"
_WORDS: Final = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "twenty": 20,
}  # fmt: skip
_TENS: Final = {
    "ten": 10, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80,
    "ninety": 90,
}  # fmt: skip
_UNITS: Final = {
    w: i for i, w in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], 1)
}
_SPELLED: Final = rf"(?:{'|'.join(_TENS)})(?:[\s-](?:{'|'.join(_UNITS)}))?|{'|'.join(_UNITS)}"
_ONCE: Final = {"twice": 2.0, "double": 2.0, "thrice": 3.0, "triple": 3.0}
_MONTH: Final = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_PEOPLE: Final = (
    r"(?:respondents?|people|persons?|adults?|members?|participants?|panell?ists?|consumers?|interviews?"
    r"|answers|responses|completes?|influencers?|recipients?)"
)

_LEFT_ALONE: Final = tuple(
    re.compile(p, re.IGNORECASE)
    for p in (
        rf"\b(?:\d+(?:\.\d+)?){_PERCENT}[\s-](?:confidence |credible |prediction )?(?:intervals?|levels?|CIs?\b|CL\b)",
        rf"\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?(?:\s?(?:–|-|to)\s?\d{{1,2}})?(?:,?\s\d{{4}})?\b(?!%)",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:\s?(?:–|-|to)\s?\d{{1,2}})?\s{_MONTH}(?:\s\d{{4}})?\b",
        r"\b\d{4}-\d{2}-\d{2}\b",
        r"(?<![\d,.$€£])(?:19|20)\d{2}(?![\d,.]*\d|\s?%|\s(?:respondents|people|adults|members|participants))",
        r"\b(?:figure|table|section|appendix|chapter|page|question|footnote|wave|version)s?\s\d+(?:\.\d+)*\b(?!\s?%|\.\d)",
        r"\bscale(?:\s(?:of|from|running from))?\s\d+\s?(?:to|–|-)\s?\d+\b",
        r"\b(?:\d+|five|seven|ten|eleven)-point\s(?:\w+\s)?(?:scale|item|question|likert)",
        r"\btop[- ]\d\b|\bbottom[- ]\d\b",
        r"\b\d+(?:st|nd|rd|th)\b",
        r"\b24/7\b",
        r"[^\W\d_]+[-_]?\d[\w.]*",  # Q20, COVID-19
        r"(?<=\()\d\)|\[\d+\]",
    )
)
_PATTERNS: Final[tuple[tuple[Kind, str], ...]] = (
        ("p", r"\bp(?:[-\s]values?)?\s?(?:<|=|≤|>|of|is)\s?(?P<a>0?\.\d+)"),
        ("people", rf"\b(?:n|base)\s?=\s?(?P<a>{_NUMBER})(?!\.?\d|\s?%)"),
        ("interval", rf"(?P<neg>[−-])?(?P<a>\d+(?:\.\d+)?)(?:\s?%)?\s?(?:–|—|-|\bto\b)\s?(?P<negb>[−-])?(?P<b>\d+(?:\.\d+)?)(?![\d-]|[.,]\d)(?:{_PERCENT})?"),
        ("points", rf"(?P<a>{_NUMBER})(?:\s|-)?(?:(?:percentage|percent|%)[\s-])?(?:points?\b|pp\b|p\.p\.)"),
        ("relative", rf"(?P<a>{_NUMBER}){_PERCENT}\s(?:more|higher|greater|better|larger|less|lower|fewer|smaller)\b"),
        ("percent", rf"(?P<a>{_NUMBER}){_PERCENT}"),
        ("percent", rf"\b(?P<a>{_SPELLED}){_PERCENT}"),
    ("times", rf"(?P<a>{_NUMBER})(?:\s?times\b|-fold\b|\s?[x×](?![\w]))"),
        ("times", rf"\b(?P<a>{'|'.join(_WORDS)})(?:\stimes|fold|-fold)\b"),
        ("times", rf"\b(?P<a>{'|'.join(_ONCE)})(?=\s(?:as|the)\b|\s(?:more|higher)\b)"),
        ("people", rf"(?P<a>{_WHOLE})\s(?:(?!for|of|to|in|than|and|say|with|from|among)\w+\s){{0,2}}?{_PEOPLE}\b"),
        ("number", rf"(?P<a>{_NUMBER})"),
)  # fmt: skip
_RULES: Final = tuple((kind, re.compile(rf"(?<![\d.,]){p}", re.IGNORECASE)) for kind, p in _PATTERNS)


@dataclass(frozen=True)
class Quantity:
    """One number of a sentence: its kind, its value as printed, the decimals printed, its place.

    `high` is the upper end of an interval. A percentage is 82, not 0.82.
    """

    kind: Kind
    value: float
    decimals: int
    start: int
    end: int
    text: str
    high: float | None = None


def quantities(text: str, *, names: Iterable[str] = ()) -> tuple[Quantity, ...]:
    """The numbers of a text, in reading order.

    Parameters
    ----------
    names
        Labels of answers and groups that hold digits ("18-34"): names, not quantities.

    Examples
    --------
    >>> for q in quantities("In 2016, 82% (95% interval 81-84; n = 3,252) would: 7 points more, up to 22.2 times."):
    ...     print(q.kind, q.value, q.high, repr(q.text))
    percent 82.0 None '82%'
    interval 81.0 84.0 '81-84'
    people 3252.0 None 'n = 3,252'
    points 7.0 None '7 points'
    times 22.2 None '22.2 times'
    """
    taken = list(_named(text, names)) + [m.span() for p in _LEFT_ALONE for m in p.finditer(text)]
    found: list[Quantity] = []
    for kind, pattern in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            falling = kind == "interval" and float(match["b"]) < float(
                match["a"]
            )  # "82% to 71%": two numbers
            if not falling and not any(start < e and s < end for s, e in taken):
                taken.append((start, end))
                found.append(_quantity(kind, match))
    return tuple(sorted(found, key=lambda q: q.start))


def _named(text: str, names: Iterable[str]) -> Iterator[tuple[int, int]]:
    for name in names:
        if any(c.isdigit() for c in name):
            pattern = re.escape(name).replace("\\-", "(?:-|–| to )")
            yield from (m.span() for m in re.finditer(rf"(?<!\d){pattern}(?!\d)", text))


def _spelled(text: str) -> int:
    """A number in words up to 99; 0 for anything else."""
    return sum(_TENS.get(word, 0) + _UNITS.get(word, 0) for word in re.split(r"[\s-]", text))


def _signed(match: re.Match[str], end: str) -> float:
    """One end of an interval, below zero where a minus stands before it."""
    sign = match["neg" if end == "a" else "negb"]
    return (-1 if sign else 1) * float(match[end])


def _quantity(kind: Kind, match: re.Match[str]) -> Quantity:
    digits = match["a"].lower()
    value = (
        _ONCE.get(digits)
        or float(_WORDS.get(digits, 0) or _spelled(digits))
        or float(digits.replace(",", ""))
    )
    high = None
    if kind == "interval":
        value, high = _signed(match, "a"), _signed(match, "b")
    decimals = len(digits.partition(".")[2])
    return Quantity(kind, value, decimals, match.start(), match.end(), match[0].strip(), high)
