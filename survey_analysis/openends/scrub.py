"""What must not be printed of an open answer: names, numbers, addresses, links, and anything that could run."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, Literal

Capitals = Literal["names", "words"]

_UPPER: Final = "".join(
    chr(c) for c in range(0x41, 0x2C00) if chr(c).isupper()
)  # Latin, Greek, Cyrillic, ...
_NAME: Final = rf"[{_UPPER}][\w'’]*(?:[-–][^\W\d_]\w*)*"  # a capital first letter, perhaps with a hyphen
_TOLD: Final = r"(?:my name is|name's|my name’s|i am called|call me|this is|i['’]m|i am|ask for|signed,?)"
_TITLES: Final = r"(?:mrs?|ms|miss|dr|prof|sir|madam|mx)"
_STREETS: Final = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|court|ct|square|way|place|pl|"
    r"stra(?:ss|ß)e|str|weg|platz|rue|via|calle)"
)
_RULES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"<[^<>]*>|</?\w[^<>]*$"), "[markup]"),
    (re.compile(r"(?:\bhttps?://|\bftp://|\bwww\.)\S+", re.IGNORECASE), "[link]"),
    (re.compile(r"[^@\s<>\"'()]+@[^@\s<>\"'()]+\.[A-Za-z]{2,}"), "[e-mail]"),
    (re.compile(r"(?<!\w)[=+\-@]\s*[A-Za-z]{2,}\s*\([^)]*\)?"), "[formula]"),
    (re.compile(r"(?<![\w@])@\w[\w.]+"), "[handle]"),
    (re.compile(r"^[=+|]+\s*"), "[formula] "),
    (re.compile(r"#\w+(?:\s+\w+)?\s*\([^)]*\)?|\$[^$]*\$|\\[A-Za-z]+\{[^}]*\}?"), "[markup]"),
    (re.compile(r"\b\w+\.(?:com|org|net|io|de|co|uk|fr|it|es|info|biz)\b(?:/\S*)?", re.IGNORECASE), "[link]"),
    (re.compile(rf"\b\d{{1,5}}[a-z]?,?\s+(?:[\w.'’]+\s+){{1,4}}{_STREETS}\b\.?", re.IGNORECASE), "[address]"),
    (re.compile(r"(?<!\w)\+?\(?\d[\d\s().\-–/]{5,}\d(?!\w)|\b\d{5,}\b"), "[number]"),
    (re.compile(rf"\b({_TOLD})\s+(?-i:{_NAME}(?:\s+{_NAME})*)", re.IGNORECASE), r"\1 [name]"),
    (re.compile(r"\b(my name is|call me)\s+(?!\[)\w[\w'’-]*", re.IGNORECASE), r"\1 [name]"),
    (re.compile(rf"\b{_TITLES}\.?\s+(?-i:{_NAME}(?:\s+{_NAME})*)", re.IGNORECASE), "[name]"),
    (re.compile(rf"\b{_NAME}(?:\s+(?:(?:van|von|de|da|del|bin|al)\s+)*{_NAME})+"), "[name]"),
)
_MIDDLE: Final = re.compile(rf"(?<=[\w,;:]\s)(?!I\b|I['’]){_NAME}")
_CONTROL: Final = ("Cc", "Cs", "Co", "Cn")
_TURNING: Final = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def tidy(text: str) -> str:
    """One line without control characters or marks that turn the direction of writing."""
    if text.isprintable():  # nothing to take out: control and turning characters are not printable
        return " ".join(text.split())
    kept = (c if c.isspace() or unicodedata.category(c) not in _CONTROL else "" for c in text)
    return " ".join("".join(c for c in kept if c not in _TURNING).split())


def scrub(text: str, *, capitals: Capitals = "names") -> str:
    """An open answer without what could name somebody, reach them, or run in a page or a spreadsheet.

    Parameters
    ----------
    text : str
    capitals : {"names", "words"}
        Whether a single capitalised word inside a sentence is taken for a name ("names": privacy first), or only
        two and more in a row, and those after "my name is", "I'm", a title ("words": for languages that capitalise
        nouns).

    Returns
    -------
    str
        With [name], [number], [e-mail], [link], [handle], [address], [markup], [formula] in their places.

    Notes
    -----
    Patterns find what they know. A name in lower case stays; read quotes before they are published.

    Examples
    --------
    >>> scrub("My name is Ann Lee, mail me: a.lee@example.org or call 202-555-0143")
    'My name is [name], mail me: [e-mail] or call [number]'
    >>> scrub("I'm Tobias and I trust Marisol"), scrub("I think they know it")
    ("I'm [name] and I trust [name]", 'I think they know it')
    """
    out = tidy(text)
    for pattern, instead in _RULES:
        out = pattern.sub(instead, out)
    if capitals == "names":
        out = _MIDDLE.sub("[name]", out)
    return tidy(out)


def holds_personal(text: str, *, capitals: Capitals = "names") -> bool:
    """Whether scrubbing would change an answer.

    >>> holds_personal("ask Lucille, she has three dogs"), holds_personal("they own one")
    (True, False)
    """
    return scrub(text, capitals=capitals) != tidy(text)
