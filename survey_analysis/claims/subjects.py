"""Whom and what a sentence speaks of: members of subject sets, samples and groups by their labels, questions by their words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from survey_analysis.errors import SurveyAnalysisError
from survey_analysis.estimation.cells import variable_levels
from survey_analysis.frames.data import SurveyData

_ONE: Final = r"(?:person|people|consumer|user|shopper|customer|buyer|one|individual|member)s?"
_PLURALS: Final = {"woman": "women", "man": "men", "person": "people|persons"}
_COMMON: Final = frozenset(
    [
        "the",
        "and",
        "for",
        "with",
        "from",
        "that",
        "this",
        "they",
        "them",
        "their",
        "have",
        "has",
        "had",
        "was",
        "were",
        "are",
        "is",
        "be",
        "been",
        "not",
        "nor",
        "but",
        "than",
        "then",
        "when",
        "what",
        "who",
        "whom",
        "which",
        "why",
        "how",
        "much",
        "many",
        "more",
        "most",
        "less",
        "into",
        "about",
        "out",
        "how",
        "your",
        "you",
        "our",
        "its",
        "his",
        "her",
        "per",
        "all",
        "any",
        "would",
        "will",
        "could",
        "should",
        "may",
        "might",
        "can",
        "do",
        "does",
        "did",
        "made",
        "make",
        "says",
        "said",
        "say",
        "agree",
        "agrees",
        "disagree",
        "think",
        "thinks",
        "week",
        "weeks",
        "year",
        "years",
        "month",
        "months",
        "day",
        "days",
        "past",
        "last",
        "next",
        "time",
        "times",
        "something",
        "someone",
        "somebody",
        "people",
        "persons",
        "person",
        "respondents",
        "respondent",
        "share",
        "shares",
        "percent",
        "question",
        "answers",
        "answer",
        "rated",
        "rating",
        "rate",
        "source",
        "sources",
        "these",
        "those",
        "simulated",
        "often",
        "ever",
        "never",
        "also",
        "very",
        "just",
        "only",
        "at",
        "of",
        "on",
        "in",
        "to",
        "by",
        "or",
        "as",
        "it",
        "if",
        "so",
        "no",
        "one",
        "two",
    ]
)
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")
_STEM: Final = 5  # words that share so many letters are one word: credible, credibility


@dataclass(frozen=True)
class Mention:
    """A name in a sentence: the dimension, the label meant, its place."""

    dim: str
    label: str
    start: int
    end: int


@dataclass(frozen=True)
class Names:
    """Labels that a draft may use, by dimension: patterns of each, and which dimensions are groups of people."""

    patterns: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]
    groups: frozenset[str]

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Every name in a text, in reading order; within a dimension the longest wins."""
        out: list[Mention] = []
        for dim, members in self.patterns.items():
            found = [Mention(dim, label, *m.span()) for label, p in members for m in p.finditer(text)]
            found.sort(key=lambda x: (x.start - x.end, x.start))
            kept: list[Mention] = []
            for one in found:
                if not any(one.start < k.end and k.start < one.end for k in kept):
                    kept.append(one)
            out += kept
        return tuple(sorted(out, key=lambda x: (x.start, x.dim)))


def names_in(survey: SurveyData) -> Names:
    """The names of a study: members of its subject sets, its samples, and groups in banners, margins and derived variables."""
    study = survey.study
    labels: dict[str, list[str]] = {n: list(s.labels.values()) for n, s in study.codebook.subjects.items()}
    if study.samples is not None:
        labels["sample"] = [study.sample_of(n).label or n for n in study.samples.members]
    groups: dict[str, list[str]] = {}
    for name in _group_names(survey):
        try:
            dim, _ = variable_levels(survey, name)
        except SurveyAnalysisError:
            continue  # a banner of a battery: its subjects are named above
        groups[name] = [label for _, label in dim.levels]
    patterns = {d: tuple((x, _member(x, many)) for x in many) for d, many in labels.items()}
    patterns |= {d: tuple((x, _whole(x)) for x in many) for d, many in groups.items()}
    return Names(patterns, frozenset(groups))


def _group_names(survey: SurveyData) -> list[str]:
    study = survey.study
    named = [c for b in study.banners.values() for c in b.columns]
    named += [*study.derived, *(m for w in study.weighting.values() for m in w.targets if " x " not in m)]
    known = (*study.codebook.questions, *study.derived)
    return [n for n in dict.fromkeys(named) if n in known]


def _member(label: str, all_labels: list[str]) -> re.Pattern[str]:
    """The label, its last words alone where no other label has them, its first word before a general noun."""
    others = " ".join(x.lower() for x in all_labels if x != label)
    words = label.split()
    forms = [_plural(label)]
    for i in range(1, len(words)):
        forms += [_plural(" ".join(words[i:]))] if " ".join(words[i:]).lower() not in others else []
        forms += [_plural(" ".join(words[:i]))] if i > 1 else []
    if len(words) > 1 and words[0].lower() not in others:
        forms.append(rf"{re.escape(words[0])} {_ONE}")
    if len(words) == 1 and "-" in label:
        last = label.rsplit("-", maxsplit=1)[-1]
        forms += [_plural(last)] if last.lower() not in others and len(last) > 5 else []
    return re.compile(rf"\b(?:{'|'.join(sorted(set(forms), key=len, reverse=True))})(?!\w)", re.IGNORECASE)


def _whole(label: str) -> re.Pattern[str]:
    """The whole label; a number range in any spelling, a proper noun only with its capitals."""
    if any(c.isdigit() for c in label):
        spelled = (
            re.escape(label).replace("\\-", "(?:-|–| to )").replace("\\+", r"(?:\+| and over| or older)")
        )
        return re.compile(rf"(?<!\d){spelled}(?!\d)")
    irregular = _PLURALS.get(label.lower())
    if irregular or " " in label:
        return re.compile(
            rf"\b(?:{_plural(label)}{'|' + irregular if irregular else ''})(?!\w)", re.IGNORECASE
        )
    return re.compile(rf"\b{re.escape(label)}(?!\w)")


def _plural(text: str) -> str:
    spelled = re.escape(text).replace("\\ ", r"\s+").replace("\\-", "[- ]?")
    return rf"{spelled[:-1]}(?:y|ies)" if text.endswith("y") else rf"{spelled}(?:e?s)?"


@dataclass(frozen=True)
class Vocabulary:
    """The words of each question, and how telling each word is: the more questions have it, the less."""

    words: Mapping[str, frozenset[str]]

    def scores(self, text: str) -> dict[str, float]:
        """How well a text fits each question; 0 where it has none of its telling words."""
        said = words_of(text)
        found = {q: {w for w in mine if any(same(w, s) for s in said)} for q, mine in self.words.items()}
        many = Counter(stem for mine in self.words.values() for stem in {w[:_STEM] for w in mine})
        n = len(self.words)
        return {
            q: sum(1 / many[stem] for stem in {w[:_STEM] for w in hits} if n == 1 or many[stem] < n)
            for q, hits in found.items()
        }


def vocabulary(survey: SurveyData, questions: Iterable[str], names: Names) -> Vocabulary:
    """The words of the questions and constructs that estimates are about, without the names of those they are asked of."""
    book = survey.study.codebook
    out: dict[str, frozenset[str]] = {}
    for name in dict.fromkeys(questions):
        if name in book.constructs:
            c = book.constructs[name]
            texts = [name.replace("_", " "), c.text, c.short]
        else:
            q = survey.table.question(name)  # declared, or read from the data
            texts = [name.replace("_", " "), q.short, q.text, q.predicate]
            texts += (
                [label.label for label in q.scale.levels[-2:]]
                if q.scale and "likely" in q.short.lower()
                else []
            )
        texts += [p.text for p in survey.study.published if p.question == name]
        whole = re.sub(r"\{\w+\}", " ", " ".join(texts))
        for mention in names.mentions(whole):
            whole = whole[: mention.start] + " " * (mention.end - mention.start) + whole[mention.end :]
        out[name] = words_of(whole)
    return Vocabulary(out)


def words_of(text: str) -> frozenset[str]:
    """The telling words of a text, in lower case.

    Examples
    --------
    >>> sorted(words_of("Do you think that it is credible and believable?"))
    ['believable', 'credible']
    """
    return frozenset(w for w in (x.lower() for x in _WORD.findall(text)) if len(w) > 2 and w not in _COMMON)


def same(a: str, b: str) -> bool:
    """Whether two words are forms of one.

    Examples
    --------
    >>> same("credible", "credibility"), same("follow", "followed"), same("honest", "honour")
    (True, True, False)
    """
    return a == b or (min(len(a), len(b)) >= _STEM and a[:_STEM] == b[:_STEM])
