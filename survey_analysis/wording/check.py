"""A user's own title or text, checked word by word. It is accepted and never rewritten."""

from __future__ import annotations

import re
from dataclasses import dataclass

from survey_analysis.wording.facts import MINIMUM, SMALL, Facts
from survey_analysis.wording.licences import LICENCES, Kind, Licence, base_allows

DAGGER = "†"


@dataclass(frozen=True)
class Issue:
    """One word that the facts do not license: where it stands, why, and what may stand instead."""

    word: str
    start: int
    end: int
    kind: Kind
    reason: str
    instead: str

    def __str__(self) -> str:
        return f"“{self.word}”: {self.reason}. Instead: {self.instead}."


@dataclass(frozen=True)
class Word:
    """One word that needs a licence, as found in a text: its row, its place, what is wrong with it if anything."""

    row: Licence
    word: str
    start: int
    end: int
    issue: Issue | None = None


def check_text(text: str, *facts: Facts) -> tuple[Issue, ...]:
    """Words of a text that none of the facts licenses, in reading order.

    A word is licensed when one of the facts licenses it. Names of sources and groups and the labels
    boxed are not words to be licensed. When a comparison's second name comes first in the text, the
    facts are read from that side.

    Parameters
    ----------
    text
        A title or sentence as the user wrote it.
    *facts
        What is known of the numbers it speaks of; with none, every word of the table is flagged.

    Examples
    --------
    >>> seen = Facts(p=0.82, low=0.80, high=0.84, n=3233, kind="opt-in")
    >>> check_text("Most respondents agree", seen)
    ()
    >>> for issue in check_text("Half agree, which proves it", seen):
    ...     print(issue)
    “Half”: the interval must lie inside the fraction's cell (5 points either side, thirds 4). ...
    “proves”: no survey licenses it. Instead: what was done: frame, selection, weighting.
    """
    return tuple(word.issue for word in read_words(text, *facts) if word.issue is not None)


def read_words(text: str, *facts: Facts) -> tuple[Word, ...]:
    """Every word of a text that needs a licence, in reading order, licensed or not; see `check_text`.

    Examples
    --------
    >>> seen = Facts(p=0.82, low=0.80, high=0.84, n=3233, kind="opt-in")
    >>> [(w.word, w.row.kind, w.issue is None) for w in read_words("Most agree, which proves it", seen)]
    [('Most', 'majority', True), ('proves', 'never', False)]
    """
    known = tuple(_seen_from(text, f) for f in facts) or (Facts(),)
    taken = _names(text, known)
    words: list[Word] = []
    for row in LICENCES:
        for match in row.pattern.finditer(text):
            span = match.span()
            if any(span[0] < end and start < span[1] for start, end in taken):
                continue
            taken.append(span)
            holds = any(row.holds(f, match[0], text) for f in known)
            words.append(Word(row, match[0], *span, None if holds else _issue(row, match, known, text)))
    return tuple(sorted(words, key=lambda word: word.start))


def mark(text: str, issues: tuple[Issue, ...]) -> str:
    """The text with a dagger after each flagged word: draft mode only, the words stay.

    Examples
    --------
    >>> mark("It proves it", check_text("It proves it", Facts(n=500)))
    'It proves† it'
    """
    for issue in sorted(issues, key=lambda i: i.end, reverse=True):
        text = text[: issue.end] + DAGGER + text[issue.end :]
    return text


def _issue(row: Licence, match: re.Match[str], facts: tuple[Facts, ...], text: str) -> Issue:
    start, end = match.span()
    reason, instead = row.reason, row.otherwise(_fullest(row, facts))
    if row.needs_base and not any(base_allows(f, text) for f in facts):
        if all(f.suppressed for f in facts):
            reason, instead = "the number is suppressed by the presentation standard", "no wording"
        elif max(f.base for f in facts) < MINIMUM:
            reason, instead = f"the base is under {MINIMUM}", "no wording: the base is too small"
        elif any(row.test(f, match[0], text) for f in facts):
            reason, instead = f"the base is under {SMALL}", f"“{match[0]}” with “(small base)”"
    return Issue(match[0], start, end, row.kind, reason, instead)


def _fullest(row: Licence, facts: tuple[Facts, ...]) -> Facts:
    """The facts that can fill the alternative: a difference for comparing words, a level for the others."""
    comparing = row.kind in ("difference", "size", "similar", "none", "change")
    for f in facts:
        if (f.difference if comparing else f.p) is not None:
            return f
    return facts[0]


def _seen_from(text: str, facts: Facts) -> Facts:
    low = text.lower()
    a, b = (low.find(name.lower()) if name else -1 for name in (facts.a, facts.b))
    return facts.swapped() if b >= 0 and (a < 0 or b < a) else facts


def _names(text: str, facts: tuple[Facts, ...]) -> list[tuple[int, int]]:
    from_facts = {n for f in facts for n in (*f.labels, f.a, f.b, *f.answers, *f.best) if n}
    spans: list[tuple[int, int]] = []
    for name in sorted(from_facts, key=lambda n: (-len(n), n)):
        spans += [m.span() for m in re.finditer(rf"\b{re.escape(name)}s?(?!\w)", text, re.IGNORECASE)]
    return spans
