"""How well the non-ASCII characters of a text fit their neighbours: the score behind encoding guesses."""

from __future__ import annotations

import re
import unicodedata

MOST = 5000  # places looked at
MOST_WRONG = 0.1

_RUN = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile(r"[^\W\d_]+")
_CONTRACTION = re.compile(r"(?:s|t|re|ve|ll|m|d)(?![^\W\d_])")
_AFTER_WORD = set("’”…®™©")
_BEFORE_WORD = set("‘“„¿¡")
_GERMAN_END = set("‘“")  # opens in English, closes in German
_BY_NUMBER = set("€£¥°½¼¾²³±")
_DASHES = set("–—")
_FREE = set("«»•·\u00a0")
_NO_LETTER = set("ƒªºﬁﬂıˆ˜")  # read as letters by Unicode, never found inside words


def plausibility(text: str, codec: str) -> float:
    """Mean fit of the non-ASCII characters, from -1 to 1, each weighted by the bytes it was read from.

    At most 0 when one in ten cannot stand where it does.

    Examples
    --------
    >>> plausibility("café", "cp1252") > plausibility("cafÈ", "mac_roman")
    True
    """
    total = weight = wrong = 0.0
    for count, run in enumerate(_RUN.finditer(text)):
        if count >= MOST:
            break
        for i in range(run.start(), run.end()):
            size = len(text[i].encode(codec))
            fit = _fit(text, i)
            total += size * fit
            weight += size
            wrong += size * (fit <= -1)
    if not weight:
        return 0.0
    return total / weight if wrong <= MOST_WRONG * weight else min(0.0, total / weight)


def _fit(text: str, i: int) -> float:
    char = text[i]
    before = text[i - 1] if i else "\n"
    after = text[i + 1] if i + 1 < len(text) else "\n"
    if _east_asian(char):
        return _fit_asian(char, before, after)
    if char.isalpha() and char not in _NO_LETTER:
        if "LATIN" in unicodedata.name(char, ""):
            return _fit_latin(text, i, before, after)
        return _fit_script(text, i, before, after)
    return _fit_symbol(char, before, after)


def _fit_latin(text: str, i: int, before: str, after: str) -> float:
    """An accented letter belongs in a word with plain letters, and in its case."""
    char = text[i]
    word = _word(text, i)
    if len(word) == 1:
        return 0.5 if before.isspace() and after.isspace() and char.islower() else 0.0
    plain = sum(c.isascii() for c in word)
    if not plain:
        return 0.0 if len(word) < 3 else -1.0
    if len(word) > 3 and plain * 3 < len(word):
        return -1.0
    if char.isupper():
        return _fit_capital(char, before, text[i + 1 : i + 3])
    if after.isupper() and after.isalpha():
        return -1.0
    if before.isalpha() and _CONTRACTION.match(text, i + 1):
        return 0.5  # "donít", "itís": more likely an apostrophe
    return 1.0 if before.isalpha() else 0.6


def _fit_capital(char: str, before: str, follow: str) -> float:
    """Capitals begin a word or stand among others: neither "PÈs" nor "ÑGut", and hardly ever a Y with dots."""
    after = follow[:1]
    if before.islower():
        return -1.0
    if before.isupper() and after.islower():
        return -0.5
    if char == "Ÿ" or (after.isupper() and follow[1:].islower()):
        return 0.0
    return 0.8


def _word(text: str, i: int) -> str:
    """Run of letters around a place."""
    start = i
    while start and text[start - 1].isalpha():
        start -= 1
    found = _WORD.match(text, start)
    return found.group() if found else text[i]


def _fit_script(text: str, i: int, before: str, after: str) -> float:
    """Cyrillic, Greek: in words of its own, never inside a Latin word."""
    char = text[i]
    if (before.isascii() and before.isalpha()) or (after.isascii() and after.isalpha()):
        return -1.0
    if char.isupper() and before.islower():
        return -1.0
    word = _word(text, i)
    return 0.2 if len(word) < 3 else 0.4 if word.isupper() else 1.0


def _fit_symbol(char: str, before: str, after: str) -> float:
    if char in _AFTER_WORD:
        if after.isalnum() and not before.isalnum():
            return 0.0  # a capital that begins a cell, read by mistake
        return 1.0 if before.isalnum() or before in ".,!?)’" else 0.0
    if char in _GERMAN_END and (before.isalnum() or before in ".,!?") and not after.isalnum():
        return 1.0
    if char in _BEFORE_WORD:
        return 1.0 if after.isalnum() and not before.isalnum() else 0.0
    if char in _BY_NUMBER:
        if before.isdigit() or after.isdigit() or (char in "€£¥" and not after.isalpha()):
            return 0.8
        return -1.0 if before.isalpha() or after.isalpha() else 0.0
    if char in _DASHES:
        if before.isspace() == after.isspace() and before.isdigit() == after.isdigit():
            return 0.2 if before.isalpha() and after.isalpha() else 0.8
        return 0.0
    if char in _FREE:
        return 0.4 if not (before.isalpha() and after.isalpha()) or char == "\u00a0" else -1.0
    return -1.0 if before.isalpha() or after.isalpha() or unicodedata.category(char) == "Cc" else -0.5


def _east_asian(char: str) -> bool:
    return "\u3000" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\uff00" <= char <= "\uffef"


def _fit_asian(char: str, before: str, after: str) -> float:
    """Kana and ideographs come in company; half-width katakana is how other encodings look by mistake."""
    if "\uff61" <= char <= "\uff9f":
        return -0.5
    if "\u3040" <= char <= "\u30ff":
        return 1.0
    if any(c.isascii() and c.isalpha() for c in (before, after)):
        return -1.0
    company = any(_east_asian(c) and not "\uff61" <= c <= "\uff9f" for c in (before, after))
    return 1.0 if company else 0.2
