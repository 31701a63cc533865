"""The exclusion rule: a sentence such as "at least 2 of 4 families", read and applied."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from survey_analysis.errors import StudyError, closest
from survey_analysis.typing import BoolArray

_WHERE = "[study.toml: clean.exclude]"
_EXAMPLE = 'for example "at least 2 of 4 families", "any", or "duplicates or (speeders and attention)".'
_AT_LEAST = re.compile(r"at\s+least\s+(\d+)\s+of\s+(\d+)\s+(families|rules)", re.IGNORECASE)
_TOKEN = re.compile(rf"\s*(?:({_AT_LEAST.pattern})|([()])|([\w.-]+)|(\S))", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class Evidence:
    """What the quality rules flagged: one mask a rule name and one a family, in declared order."""

    rules: Mapping[str, BoolArray]
    families: Mapping[str, BoolArray]
    n: int

    def at_least(self, k: int, of: int, kind: str) -> BoolArray:
        """Rows flagged by at least `k` families (or rules); `of` must be how many there are."""
        masks = self.families if kind == "families" else self.rules
        if of != len(masks):
            raise StudyError(
                f"The exclusion rule speaks of {of} {kind}, but the quality rules make {len(masks)}.",
                where=f"{_WHERE} {kind}: {', '.join(masks) or 'none'}.",
                hint=f'write "at least {min(k, len(masks))} of {len(masks)} {kind}", or declare more rules.',
            )
        if not 1 <= k <= of:
            raise StudyError(
                f"'at least {k} of {of} {kind}' can never hold or always does.", where=_WHERE, hint=_EXAMPLE
            )
        counts = np.sum(list(masks.values()), axis=0)
        return np.asarray(counts >= k, dtype=bool)


def excluded(text: str, evidence: Evidence) -> BoolArray:
    """Rows that the exclusion rule removes.

    Parameters
    ----------
    text
        `any` (a quality rule flagged the row), `all` (every one did), `at least K of N families` or
        `of N rules`, names of rules, joined by `and`, `or`, `not` and parentheses; "" excludes nobody.

    Raises
    ------
    StudyError
        The sentence cannot be read, names an unknown rule, or counts families that are not there.

    Examples
    --------
    >>> import numpy as np
    >>> fast, flat = np.array([True, True, False]), np.array([True, False, False])
    >>> evidence = Evidence({"speeders": fast, "flat": flat}, {"speed": fast, "pattern": flat}, 3)
    >>> excluded("at least 2 of 2 families", evidence).tolist()
    [True, False, False]
    >>> excluded("speeders and not flat", evidence).tolist()
    [False, True, False]
    """
    if not text.strip():
        return np.zeros(evidence.n, dtype=bool)
    if not evidence.rules:
        raise StudyError(
            "There is an exclusion rule but no quality rule.",
            where=_WHERE,
            hint="add rules, or remove exclude.",
        )
    return _Reader(text, evidence).read()


class _Reader:
    """Recursive descent: or, and, not, atom."""

    def __init__(self, text: str, evidence: Evidence) -> None:
        self.text, self.evidence, self.at = text, evidence, 0
        self.tokens = [m.group(0).strip() for m in _TOKEN.finditer(text) if m.group(0).strip()]

    def read(self) -> BoolArray:
        out = self.either()
        if self.at < len(self.tokens):
            raise self.error(f"found '{self.tokens[self.at]}' where 'and' or 'or' was expected")
        return out

    def either(self) -> BoolArray:
        out = self.both()
        while self.take("or"):
            out = out | self.both()
        return out

    def both(self) -> BoolArray:
        out = self.term()
        while self.take("and"):
            out = out & self.term()
        return out

    def term(self) -> BoolArray:
        if self.take("not"):
            return ~self.term()
        if self.take("("):
            out = self.either()
            if not self.take(")"):
                raise self.error("a parenthesis is not closed")
            return out
        if self.at == len(self.tokens):
            raise self.error("it ends where the name of a rule was expected")
        self.at += 1
        return self.atom(self.tokens[self.at - 1])

    def atom(self, word: str) -> BoolArray:
        count = _AT_LEAST.fullmatch(word)
        if count:
            return self.evidence.at_least(int(count[1]), int(count[2]), count[3].lower())
        rules = self.evidence.rules
        if word in rules:
            return rules[word]
        if word in ("any", "all"):
            masks = np.array(list(rules.values()))
            return np.asarray(masks.any(axis=0) if word == "any" else masks.all(axis=0), dtype=bool)
        raise StudyError(
            f"The exclusion rule names '{word}', which is no quality rule of this study.",
            where=f"{_WHERE} {self.text}",
            hint=closest(word, [*rules, "any", "all"]) if word.isidentifier() else _EXAMPLE,
        )

    def take(self, word: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == word:
            self.at += 1
            return True
        return False

    def error(self, problem: str) -> StudyError:
        return StudyError(
            f"The exclusion rule cannot be read: {problem}.", where=f"{_WHERE} {self.text}", hint=_EXAMPLE
        )
