"""Answer lists whose order is known from their words, in several languages: `scale_words.toml`."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class WordList:
    """Answers of one language about one thing, least (favourable) first.

    `rating` says whether the last answer is the favourable end; frequency and amount have no such end.
    """

    language: str
    about: str
    rating: bool
    words: tuple[str, ...]


@cache
def word_lists() -> tuple[WordList, ...]:
    """Every list, English first.

    Examples
    --------
    >>> sorted({w.language for w in word_lists()})
    ['de', 'en', 'es', 'fr', 'it', 'ja', 'nl', 'pl', 'pt']
    """
    return tuple(
        WordList(x["language"], x["about"], x["rating"], tuple(map(plain_label, x["words"])))
        for x in _content()["lists"]
    )


@cache
def _content() -> dict[str, Any]:
    text = files("survey_analysis.readers").joinpath("scale_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def outside_words() -> re.Pattern[str]:
    """Answers without a place on a scale, in every language."""
    return re.compile("|".join(_content()["outside"].values()))


def plain_label(label: str) -> str:
    """A label as lists have it: case, width, apostrophes and spacing do not matter, nor the last mark."""
    text = unicodedata.normalize("NFKC", label).replace("’", "'").casefold()
    text = re.sub(r"[(/*](e|ne|in|innen|a|o)s?\)?$", "", text)  # satisfait(e), zufriedene*r
    return " ".join(text.split()).rstrip(" .。")
