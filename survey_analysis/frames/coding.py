"""Open answers to codes: a declared keyword frame applied to text."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.frames.variables import Multiple, Text, missing_code
from survey_analysis.study.codebook import Question
from survey_analysis.study.coding import FrameEntry, expression, keyword, plain
from survey_analysis.typing import BoolArray

_CLAUSE = re.compile(r"[.;:!?,()]|\bbut\b")
_WORD = re.compile(r"[\w']+")
_ONLY = ("only", "just")  # "not only" denies nothing


@dataclass(frozen=True, eq=False)
class Coder:
    """A frame ready to read: one text gets any number of codes, none, or "says nothing"."""

    keys: tuple[str, ...]
    found: tuple[tuple[re.Pattern[str], ...], ...]
    unless: tuple[tuple[re.Pattern[str], ...], ...]
    yields_to: tuple[tuple[int, ...], ...]
    nothing: frozenset[str]
    negators: frozenset[str]
    window: int

    @classmethod
    def of(cls, frame: FrameEntry) -> Coder:
        """Patterns compiled once."""
        keys = tuple(frame.codes)
        codes = frame.codes.values()
        return cls(
            keys,
            tuple((*map(keyword, c.words), *map(expression, c.patterns)) for c in codes),
            tuple(tuple(map(keyword, c.unless)) for c in codes),
            tuple(tuple(keys.index(o) for o in c.yields_to) for c in codes),
            frozenset(_bare(plain(x)) for x in frame.nothing),
            frozenset(plain(x) for x in frame.negators),
            frame.window,
        )

    def codes(self, text: str) -> list[int]:
        """Positions of the codes of one answer."""
        said = plain(text)
        hits = [
            j
            for j, patterns in enumerate(self.found)
            if any(self._holds(p, said) for p in patterns) and not any(p.search(said) for p in self.unless[j])
        ]
        there = set(hits)
        return [j for j in hits if not there.intersection(self.yields_to[j])]

    def says_nothing(self, text: str) -> bool:
        """Whether the whole answer is one that says nothing, or holds no letter at all."""
        bare = _bare(plain(text))
        return not any(c.isalnum() for c in bare) or bare in self.nothing

    def _holds(self, pattern: re.Pattern[str], said: str) -> bool:
        """Whether a keyword stands in the text and is not denied where it stands."""
        return any(not self._denied(said, m.start()) for m in pattern.finditer(said))

    def _denied(self, said: str, start: int) -> bool:
        """A negator within the window before the keyword, in the same clause."""
        if not self.window:
            return False
        clause = _CLAUSE.split(said[:start])[-1]
        words = _WORD.findall(clause)[-self.window :]
        return any(
            (word in self.negators or word.endswith("n't"))
            and words[i + 1 : i + 2] not in ([x] for x in _ONLY)
            for i, word in enumerate(words)
        )


def _bare(text: str) -> str:
    """Without marks at the ends: "no idea!" is "no idea"."""
    return text.strip(" .,;:!?-–…'\"()")


def read_texts(
    texts: NDArray[np.object_], known: BoolArray, frame: FrameEntry
) -> tuple[BoolArray, BoolArray]:
    """Codes of each answer, (n, codes), and which answers say nothing; equal texts are read once."""
    coder = Coder.of(frame)
    chosen = np.zeros((len(texts), len(coder.keys)), dtype=bool)
    rows = np.flatnonzero(known)
    factor, distinct = pd.factorize(texts[rows])
    table = np.zeros((len(distinct), len(coder.keys)), dtype=bool)
    silent = np.zeros(len(distinct), dtype=bool)
    for i, text in enumerate(distinct):
        table[i, coder.codes(str(text))] = True
        silent[i] = not table[i].any() and coder.says_nothing(str(text))
    nothing = np.zeros(len(texts), dtype=bool)
    if len(rows):
        chosen[rows] = table[factor]
        nothing[rows] = silent[factor]
    return chosen, nothing


def encode_coded(answers: Text, question: Question, frame: FrameEntry) -> Multiple:
    """The coded question: codes, then "other" for answers that say something else; nothing said is "don't know"."""
    known = answers.known()
    chosen, nothing = read_texts(answers.texts, known, frame)
    other = known & ~nothing & ~chosen.any(axis=1)
    missing = np.where(nothing, missing_code("dont_know"), answers.missing).astype(np.uint8)
    return Multiple(question.name, question.options, np.column_stack([chosen, other]), missing)
