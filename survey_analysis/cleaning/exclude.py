"""The exclusion rule: a sentence such as "at least 2 of 4 families", read and applied."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from survey_analysis.cleaning.flags import FAMILIES
from survey_analysis.errors import StudyError, closest
from survey_analysis.results.process import QualityFlag
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


def evidence_of(flags: Sequence[QualityFlag], n: int) -> Evidence:
    """Flags by rule and by family, families in their own order; a rule declared twice counts once."""
    rules: dict[str, BoolArray] = {}
    families: dict[str, BoolArray] = {}
    for flag in flags:
        rules[flag.rule] = rules.get(flag.rule, False) | flag.mask
        families[flag.family] = families.get(flag.family, False) | flag.mask
    return Evidence(rules, {f: families[f] for f in FAMILIES if f in families}, n)


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
    return _mask(_Reader(text, lambda word: _atom(word, text, evidence)).read(), text, evidence)


def without(text: str, rules: Collection[str], before: Sequence[QualityFlag]) -> str:
    """The exclusion rule when some quality rules are left out: what is left of it, "" where it removes nobody.

    A rule that is gone flags nobody; "at least 2 of 4 families" counts the families that are left.

    Parameters
    ----------
    text
        The exclusion rule as it was.
    rules
        Names of the rules that are left out.
    before
        All quality rules, those that are left out among them.

    Raises
    ------
    StudyError
        Without them the rule would remove everybody ("not speeders" without speeders).

    Examples
    --------
    >>> import numpy as np
    >>> no = np.zeros(1, dtype=bool)
    >>> flags = [QualityFlag(r, r, f, no) for r, f in [("duplicates", "authenticity"), ("speeders", "speed"),
    ...     ("straight_liners", "pattern"), ("attention", "contradiction")]]
    >>> without("duplicates or at least 2 of 4 families", ["speeders"], flags)
    'duplicates or at least 2 of 3 families'
    >>> without("duplicates or at least 2 of 4 families", ["duplicates"], flags)
    'at least 2 of 3 families'
    """
    if not text.strip():
        return ""
    left = [f for f in before if f.rule not in rules]
    counts = {"families": len({f.family for f in left}), "rules": len({f.rule for f in left})}
    rest = _rewritten(_Reader(text).read(), rules, counts) if left else False
    if rest is True:
        raise StudyError(
            f"Without {', '.join(rules)} the exclusion rule would remove everybody.", where=f"{_WHERE} {text}"
        )
    return "" if rest is False else _text(rest)


Node: TypeAlias = tuple[Literal["or", "and"], "Node", "Node"] | tuple[Literal["not"], "Node"] | str
"""A sentence as a tree; a text is an atom."""


def _mask(node: Node, text: str, evidence: Evidence) -> BoolArray:
    """Rows that a tree selects."""
    if isinstance(node, str):
        return _atom(node, text, evidence)
    parts = [_mask(part, text, evidence) for part in node[1:]]
    if node[0] == "not":
        return ~parts[0]
    return parts[0] | parts[1] if node[0] == "or" else parts[0] & parts[1]


def _atom(word: str, text: str, evidence: Evidence) -> BoolArray:
    count = _AT_LEAST.fullmatch(word)
    if count:
        return evidence.at_least(int(count[1]), int(count[2]), count[3].lower())
    rules = evidence.rules
    if word in rules:
        return rules[word]
    if word in ("any", "all"):
        masks = np.array(list(rules.values()))
        return np.asarray(masks.any(axis=0) if word == "any" else masks.all(axis=0), dtype=bool)
    raise StudyError(
        f"The exclusion rule names '{word}', which is no quality rule of this study.",
        where=f"{_WHERE} {text}",
        hint=closest(word, [*rules, "any", "all"]) if word.isidentifier() else _EXAMPLE,
    )


def _rewritten(node: Node, gone: Collection[str], counts: Mapping[str, int]) -> Node | bool:
    """The tree without some rules; True or False where what is left always or never holds."""
    if isinstance(node, str):
        count = _AT_LEAST.fullmatch(node)
        if count is None:
            return False if node in gone else node
        k, kind = int(count[1]), count[3].lower()
        return f"at least {k} of {counts[kind]} {kind}" if k <= counts[kind] else False
    parts = [_rewritten(part, gone, counts) for part in node[1:]]
    if node[0] == "not":
        return not parts[0] if isinstance(parts[0], bool) else ("not", parts[0])
    decides = node[0] == "or"  # True decides an "or", False an "and"
    if any(p is decides for p in parts):
        return decides
    a, b = (None if isinstance(p, bool) else p for p in parts)
    if a is None or b is None:
        rest = a if b is None else b
        return (not decides) if rest is None else rest
    return (node[0], a, b)


def _text(node: Node, inside: str = "") -> str:
    """A tree as a sentence, with parentheses where "or" stands inside another word."""
    if isinstance(node, str):
        return node
    if node[0] == "not":
        return f"not {_text(node[1], 'not')}"
    text = f" {node[0]} ".join(_text(part, node[0]) for part in node[1:])
    return f"({text})" if inside and inside != node[0] else text


class _Reader:
    """Recursive descent: or, and, not, atom; `check` refuses an atom where it is read."""

    def __init__(self, text: str, check: Callable[[str], object] = str) -> None:
        self.text, self.check, self.at = text, check, 0
        self.tokens = [m.group(0).strip() for m in _TOKEN.finditer(text) if m.group(0).strip()]

    def read(self) -> Node:
        out = self.either()
        if self.at < len(self.tokens):
            raise self.error(f"found '{self.tokens[self.at]}' where 'and' or 'or' was expected")
        return out

    def either(self) -> Node:
        out = self.both()
        while self.take("or"):
            out = ("or", out, self.both())
        return out

    def both(self) -> Node:
        out = self.term()
        while self.take("and"):
            out = ("and", out, self.term())
        return out

    def term(self) -> Node:
        if self.take("not"):
            return ("not", self.term())
        if self.take("("):
            out = self.either()
            if not self.take(")"):
                raise self.error("a parenthesis is not closed")
            return out
        if self.at == len(self.tokens):
            raise self.error("it ends where the name of a rule was expected")
        word = self.tokens[self.at]
        self.at += 1
        self.check(word)
        return word

    def take(self, word: str) -> bool:
        if self.at < len(self.tokens) and self.tokens[self.at] == word:
            self.at += 1
            return True
        return False

    def error(self, problem: str) -> StudyError:
        return StudyError(
            f"The exclusion rule cannot be read: {problem}.", where=f"{_WHERE} {self.text}", hint=_EXAMPLE
        )
