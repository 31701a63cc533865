"""What a sentence is about: whose number each number is, which question it speaks of, which facts may license its words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from survey_analysis.claims.catalogue import Figure
from survey_analysis.claims.declared import general
from survey_analysis.claims.prose import Sentence
from survey_analysis.claims.quantities import Quantity
from survey_analysis.claims.subjects import Mention, Names, Vocabulary
from survey_analysis.wording.facts import Facts

_CLOSE: Final = 0.5  # a question is spoken of when it fits more than half as well as the one that fits best
_OTHER_SIDE: Final = re.compile(
    r"(?:\bthan|\bcompared (?:with|to)|\brelative to|\bagainst|\bversus|\bvs\.?|\bover|\bbehind|\bahead of)"
    r"(?:\s+(?:an?|the|that|those|of|for|from|with|any|say|all))*\s*$",
    re.IGNORECASE,
)
_BOTH: Final = re.compile(
    r"\bboth\b|\bsame (?:simulated )?(?:people|respondents|raters|members|persons)\b", re.IGNORECASE
)
_EITHER: Final = re.compile(
    r"\b(?:either|own bases?|all (?:simulated )?(?:\w+ )?who|everyone who|who rated each)\b", re.IGNORECASE
)
_NOT: Final = re.compile(
    r"\b(?:not|never|neither|nor|cannot|unlikely|unwilling|refuse[sd]?|deny|denies)\b|n[’']t\b", re.IGNORECASE
)
_BREAK: Final = re.compile(r"[,;:()]|\b(?:and|but|while|against|versus|than|compared)\b", re.IGNORECASE)
_ATTRIBUTED: Final = re.compile(
    r"\b(?:publish(?:ed|es)|press release|release(?:d)? (?:of|in|from)|the release|according to|reported (?:by|in|at)|as printed"
    r"|(?:the|a) (?:19|20)\d\d (?:study|survey|release)|cited?|quoted)\b",
    re.IGNORECASE,
)
_BASED: Final = re.compile(
    r"\bn\s?=|\bbase[:d ]|\b(?:who|that) (?:rated|received|answered|recalled|were asked|saw|had|gave)\b"
    r"|\b(?:of|among)\s(?:[\w’'-]+\s){0,5}?(?:respondents|people|members|those|raters|recipients|participants|adults|consumers"
    r"|persons|recommendations|conversations|Americans|panell?ists)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Context:
    """One sentence with what it is about.

    `mentions` are its own names, or those carried over from the sentence before; `scores` say how well it fits each question.
    `paragraph` is the text of its whole paragraph.
    """

    sentence: Sentence
    mentions: tuple[Mention, ...]
    carried: bool
    scores: dict[str, float]
    paragraph: str
    quantities: tuple[Quantity, ...]
    groups: frozenset[str]
    vocabulary: Vocabulary

    @property
    def text(self) -> str:
        """The sentence."""
        return self.sentence.text

    @property
    def attributed(self) -> bool:
        """Whether the sentence says that its numbers were printed by somebody else."""
        return bool(_ATTRIBUTED.search(self.text))

    @property
    def based(self) -> bool:
        """Whether the paragraph says of whom its percentages are."""
        return bool(_BASED.search(self.paragraph))

    @property
    def own_bases(self) -> bool:
        """Whether the sentence says that it counts all who rated each, not the same people."""
        return bool(_EITHER.search(self.text))

    @property
    def questions(self) -> tuple[str, ...]:
        """Questions the sentence fits best."""
        top = max(self.scores.values(), default=0.0)
        return tuple(q for q, s in self.scores.items() if s >= top - 1e-9) if top > 0 else ()

    def about(self, figure: Figure, q: Quantity | None = None) -> bool:
        """Whether the sentence, or the number's own clause if it says what it is about, has telling words of the question."""
        scores = self.scores
        if q is not None:
            left, right = self.clause(q)
            own = self.vocabulary.scores(self.text[left:right])
            scores = own if any(own.values()) else scores
        return scores.get(figure.question, 0.0) > _CLOSE * max(scores.values(), default=0.0)

    def clause(self, q: Quantity) -> tuple[int, int]:
        """Start and end of the clause that a number stands in."""
        left = max((b.end() for b in _BREAK.finditer(self.text, 0, q.start)), default=0)
        after = _BREAK.search(self.text, q.end)
        return left, after.start() if after else len(self.text)

    def denied(self, end: int) -> bool:
        """Whether what follows a number or word, up to the next percentage, is a negation: "82% would not"."""
        stop = min(
            (q.start for q in self.quantities if q.kind == "percent" and q.start > end),
            default=len(self.text),
        )
        return _NOT.search(self.text, end, stop) is not None

    def labels(self, dim: str) -> tuple[str, ...]:
        """Labels of a dimension in the order they are mentioned, each once."""
        return tuple(dict.fromkeys(m.label for m in self.mentions if m.dim == dim))

    def whose(self, q: Quantity, dim: str) -> tuple[str, ...]:
        """Labels of a dimension that a number may be of; () where the dimension is not mentioned.

        As many numbers as names are paired in order ("82% ... micro, 71% ... average"); else the name in the
        number's own clause, else the nearest.
        """
        named = [m for m in self.mentions if m.dim == dim]
        if self.carried or len({m.label for m in named}) < 2:
            return tuple({m.label: None for m in named})
        alike = [x for x in self.quantities if x.kind == q.kind]
        firsts = list({m.label: m for m in reversed(named)}.values())[::-1]
        firsts.sort(key=lambda m: m.start)
        if len(alike) == len(firsts) and q in alike:
            return (firsts[alike.index(q)].label,)
        left, right = self.clause(q)
        inside = {m.label for m in named if left <= m.start < right}
        if len(inside) == 1:
            return tuple(inside)
        nearest = min(named, key=lambda m: min(abs(m.start - q.end), abs(q.start - m.end)))
        return (nearest.label,)

    def of_number(self, figure: Figure, q: Quantity) -> bool:
        """Whether a number of the sentence may be this figure, by question and by whom it is of."""
        return self.about(figure, q) and self.fits(figure, q)

    def fits(self, figure: Figure, q: Quantity | None) -> bool:
        """Whether the names in the sentence fit those of the figure: of a comparison both sides, of a level the one."""
        for dim, label in figure.of.items():
            named = self.whose(q, dim) if q is not None else self.labels(dim)
            if label not in named:
                return False
        if figure.beside and not (
            _BOTH.search(self.paragraph) and figure.beside in self.labels(figure.along)
        ):
            return False
        if any(self.labels(g) for g in self.groups if g not in figure.of and g != figure.along):
            return False
        if figure.kind not in ("difference", "ratio"):
            return True
        named = self.labels(figure.along)
        sides = {figure.facts.a, figure.facts.b}
        return (bool(named) and set(named) <= sides) or sides <= set(named)

    def facts(self, figures: Sequence[Figure], sample: Facts) -> tuple[Facts, ...]:
        """Facts that may license words of the sentence; comparisons are seen from the side it speaks of."""
        told = [self.text[m.start : m.end] for m in self.mentions] if not self.carried else []
        names = (*sample.labels, *(x for x in told if not general(x)))
        out = [replace(sample, labels=names)]
        for figure in figures:
            if (
                figure.kind == "published"
                or figure.question not in self.questions
                or not self.fits(figure, None)
            ):
                continue
            if figure.kind in ("difference", "ratio"):
                if figure.base == "own" and self._also_common(figure, figures):
                    continue
                facts = figure.facts if self._first(figure) == figure.facts.a else figure.facts.swapped()
                facts = replace(facts, a="", b="")
            else:
                label = next(iter(figure.of.values()), "")
                facts = replace(figure.facts, a=label if figure.facts.best else "")
            out.append(replace(facts, labels=names, randomised=sample.randomised))
        return tuple(out)

    def level_facts(self, at: int, end: int, figures: Sequence[Figure]) -> tuple[Facts, ...]:
        """Facts of the levels that a word at that place may speak of."""
        here = Quantity("percent", 0.0, 0, at, end, self.text[at:end])
        levels = [
            f for f in figures if f.kind == "level" and f.question in self.questions and f.unit == "share"
        ]
        found = [f.facts for f in levels if self.fits(f, here)]
        return tuple(opposite(f) for f in found) if self.denied(end) else tuple(found)

    def _also_common(self, figure: Figure, figures: Sequence[Figure]) -> bool:
        f = figure.facts
        return any(
            x.base == "common"
            and x.question == figure.question
            and (x.facts.a, x.facts.b) == (f.a, f.b)
            and x.of == figure.of
            for x in figures
        )

    def _first(self, figure: Figure) -> str:
        """The side that the sentence says something of: the other follows "than", "compared with", "ahead of"."""
        named = [m for m in self.mentions if m.dim == figure.along]
        if not self.carried:
            for m in named:
                if _OTHER_SIDE.search(self.text[: m.start]):
                    return next((x.label for x in named if x.label != m.label), figure.facts.a)
        return named[0].label if named else figure.facts.a


def opposite(f: Facts) -> Facts:
    """The facts of all other answers: what "would not" counts."""
    turned = [None if x is None else 1 - x for x in (f.p, f.low, f.high, f.half_low, f.half_high)]
    return replace(f, p=turned[0], low=turned[2], high=turned[1], half_low=turned[4], half_high=turned[3])


def contexts(
    sentences: Sequence[Sentence],
    quantities: Sequence[tuple[Quantity, ...]],
    names: Names,
    vocabulary: Vocabulary,
) -> Iterator[Context]:
    """The sentences with what they are about; names and topic carry over within a paragraph."""
    before: Context | None = None
    whole: dict[int, str] = {}
    for s in sentences:
        whole[s.paragraph] = f"{whole.get(s.paragraph, '')} {s.text}"
    for sentence, found in zip(sentences, quantities, strict=True):
        mentions = names.mentions(sentence.text)
        scores = vocabulary.scores(sentence.text)
        near = before is not None and before.sentence.paragraph == sentence.paragraph
        carried = not mentions and near
        if carried and before is not None:
            mentions = before.mentions
        if not any(scores.values()) and near and before is not None:
            scores = before.scores
        before = Context(
            sentence, mentions, carried, scores, whole[sentence.paragraph], found, names.groups, vocabulary
        )
        yield before
