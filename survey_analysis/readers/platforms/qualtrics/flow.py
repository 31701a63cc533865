"""Who comes to a question: branches on the way to its block, skips over it, ends before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from survey_analysis.readers.platforms.conditions import UntranslatedError, all_of, any_of
from survey_analysis.readers.platforms.qualtrics.logic import Logic, said
from survey_analysis.readers.platforms.qualtrics.structure import (
    Block,
    QualtricsSurvey,
    children,
    mapping,
    text_in,
)
from survey_analysis.readers.source import Source
from survey_analysis.study.expressions import Expression

_SHUFFLERS = ("BlockRandomizer", "Randomizer")


@dataclass(frozen=True)
class Condition:
    """Something that must hold; `build` gives it, or its opposite; `said` is the platform's own sentence."""

    build: Callable[[bool], Expression | None]
    said: str


Way = tuple[Condition, ...]


@dataclass
class Flow:
    """Ways to each question: lists of conditions, one of which must hold as a whole."""

    survey: QualtricsSurvey
    logic: Logic
    source: Source
    ways: dict[str, list[Way]] = field(default_factory=dict)
    left: list[Condition] = field(default_factory=list)
    shuffled: bool = False

    def walk(self) -> dict[str, list[Way]]:
        """Follow the flow from its start; blocks that no step names are reached by nobody and stay open."""
        steps = self.survey.flow or tuple({"Type": "Block", "ID": b} for b in self.survey.blocks)
        self._steps(steps, ())
        return self.ways

    def _steps(self, steps: Sequence[Mapping[str, Any]], way: Way) -> None:
        for step in steps:
            kind = step.get("Type")
            if kind == "EndSurvey" and way:
                self.left.append(self._negated(way))
            elif kind == "Branch":
                told = mapping(step.get("BranchLogic"), "the logic of a branch", self.source)
                branch = Condition(partial(self._whole, told), said(told))
                self._steps(tuple(children(step, self.source)), (*way, branch))
            elif kind in _SHUFFLERS:
                before, self.shuffled = self.shuffled, True
                self._steps(tuple(children(step, self.source)), (*way, *self._some(step)))
                self.shuffled = before
            elif (block := text_in(step.get("ID"))) in self.survey.blocks:
                self._block(self.survey.blocks[block], way)
            else:
                self._steps(tuple(children(step, self.source)), way)

    def _some(self, step: Mapping[str, Any]) -> Iterator[Condition]:
        """A randomizer that shows only some of its parts: who saw which is not in its conditions."""
        parts = list(children(step, self.source))
        shown = str(step.get("SubSet", ""))
        if shown.isdecimal() and 0 < int(shown) < len(parts):
            yield Condition(_unknown, f"{shown} of {len(parts)} blocks shown at random")

    def _whole(self, logic: Mapping[str, Any], negated: bool) -> Expression | None:
        return self.logic.whole(logic, negated=negated)

    def _negated(self, way: Way) -> Condition:
        """Not all conditions of a way: those who did not leave there."""

        def build(negated: bool) -> Expression | None:
            terms = [t for c in way if (t := c.build(not negated)) is not None]
            return all_of(terms) if negated else any_of(terms)

        return Condition(build, "not: " + " ".join(c.said for c in way))

    def _block(self, block: Block, way: Way) -> None:
        skips: list[tuple[Condition, str]] = []
        for identity, rules in block.questions:
            skips = [(c, to) for c, to in skips if to != identity]
            over = tuple(c for c, _ in skips)
            self.ways.setdefault(identity, []).append((*way, *self.left, *over))
            for rule in rules:
                condition = self._skip(rule, block)
                to = str(rule.get("SkipToDestination", ""))
                if to == "ENDOFSURVEY":
                    self.left.append(condition if not self.shuffled else Condition(_unknown, condition.said))
                else:
                    skips.append((condition, to))

    def _skip(self, rule: Mapping[str, Any], block: Block) -> Condition:
        """Those whom a skip does not take along."""
        sentence = said({**rule, "SkipToDestination": ""})
        if block.shuffled:
            return Condition(_unknown, sentence)
        return Condition(partial(self._taken, rule), f"not: {sentence}")

    def _taken(self, rule: Mapping[str, Any], negated: bool) -> Expression:
        return self.logic.condition(rule, negated=not negated)


def _unknown(negated: bool) -> Expression | None:  # noqa: ARG001
    raise UntranslatedError("it depends on an order or a choice at random")


def joined(ways: Sequence[Way], own: Condition | None) -> Condition:
    """One condition of all ways to a question and its own display logic."""
    open_way = any(not way for way in ways)
    parts = [c for way in ways for c in way] if not open_way else []
    parts += [own] if own else []

    def build(negated: bool) -> Expression | None:  # noqa: ARG001  who was asked is never negated
        terms: list[Expression] = []
        if not open_way:
            each = [all_of(t for c in way if (t := c.build(False)) is not None) for way in ways]
            if all(e is not None for e in each):
                whole = any_of(e for e in each if e is not None)
                terms += [whole] if whole is not None else []
        mine = own.build(False) if own else None
        terms += [mine] if mine is not None else []
        return all_of(terms)

    return Condition(build, "; ".join(dict.fromkeys(c.said for c in parts if c.said)))
