"""Sets of items that share a scale and a subject, and loops of a questionnaire over subjects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from survey_analysis.cleaning.screen import Screen
from survey_analysis.errors import StudyError, closest
from survey_analysis.frames.variables import Categorical
from survey_analysis.study.codebook import Question
from survey_analysis.study.scales import Scale
from survey_analysis.typing import BoolArray, FloatArray, IntArray

SMALLEST_LOOP = 2  # questions


@dataclass(frozen=True)
class ItemSet:
    """Items answered on one scale about one subject ("" when there is none)."""

    subject: str
    scale: Scale
    questions: tuple[Question, ...]

    @property
    def reversed_items(self) -> BoolArray:
        """Which items are worded in the opposite direction."""
        return np.array([q.reverse for q in self.questions], dtype=bool)

    def places(self, screen: Screen) -> Iterator[NDArray[np.int16]]:
        """Places on the scale as answered, item by item, 0 for its first level; -1 where missing."""
        for question in self.questions:
            variable = screen.variable(question, self.subject, as_answered=True)
            if isinstance(variable, Categorical):
                off = variable.codes >= len(self.scale.levels)
                yield np.where(off, -1, variable.codes) if off.any() else variable.codes
            else:
                yield np.full(len(screen), -1, dtype=np.int16)

    def answers(self, screen: Screen) -> FloatArray:
        """Places on the scale as answered, 0 for its first level, shape (n, items); NaN where missing."""
        out = np.full((len(screen), len(self.questions)), np.nan)
        for j, question in enumerate(self.questions):
            variable = screen.variable(question, self.subject, as_answered=True)
            if isinstance(variable, Categorical):
                inside = (variable.codes >= 0) & (variable.codes < len(self.scale.levels))
                out[inside, j] = variable.codes[inside]
        return out


def item_sets(screen: Screen, items: tuple[str, ...] = (), *, minimum: int = 3) -> tuple[ItemSet, ...]:
    """Sets with at least `minimum` items, one of them reversed.

    Parameters
    ----------
    items
        Names of the questions to use; all questions with a declared scale when empty.

    Raises
    ------
    StudyError
        A name is no question, or no set has a reversed item: uniform answers are then no contradiction.
    """
    questions = _chosen(screen, items)
    groups: dict[tuple[str, str], list[Question]] = {}
    for question in questions:
        if question.scale is not None and len(question.scale.levels) > 2:
            for subject in question.columns:
                key = (f"{question.over}:{subject}", question.scale.name)
                groups.setdefault(key, []).append(question)
    found = tuple(
        ItemSet(where.partition(":")[2], group[0].scale, tuple(group))
        for (where, _), group in groups.items()
        if len(group) >= minimum and any(q.reverse for q in group) and group[0].scale is not None
    )
    if not found:
        raise StudyError(
            f"No set of at least {minimum} items on one scale has a reversed item.",
            where="[study.toml: clean.rules] uniform answers contradict nothing without one.",
            hint="mark the reversed item with reverse = true, or leave the rule out.",
        )
    return found


def _chosen(screen: Screen, items: tuple[str, ...]) -> list[Question]:
    codebook = screen.table.codebook
    unknown = [name for name in items if name not in codebook.questions]
    if unknown:
        raise StudyError(
            f"'{unknown[0]}' is not a question.",
            where="[study.toml: clean.rules]",
            hint=closest(unknown[0], codebook.questions),
        )
    names = items or tuple(q.name for q in codebook if q.kind in ("likert", "single"))
    return [codebook.questions[n] for n in names if n not in screen.table.study.derived]


def loop_columns(screen: Screen) -> dict[tuple[str, str], tuple[str, ...]]:
    """Data columns of each loop (subject set, subject): its batteries, open ends apart.

    A single question asked about several subjects is a grid, no loop.
    """
    out: dict[tuple[str, str], list[str]] = {}
    for question in screen.table.codebook:
        if question.over and question.kind != "open":
            for subject, column in question.columns.items():
                out.setdefault((question.over, subject), []).append(column)
    return {key: tuple(columns) for key, columns in out.items() if len(columns) >= SMALLEST_LOOP}


def loop_shares(screen: Screen) -> FloatArray:
    """Share of the questions of each loop that hold anything, shape (n, loops)."""
    loops = loop_columns(screen)
    out = np.zeros((len(screen), len(loops)))
    for j, columns in enumerate(loops.values()):
        for column in columns:
            out[:, j] += screen.filled(column)
        out[:, j] /= len(columns)
    return out


def path_lengths(screen: Screen) -> IntArray:
    """Loops each respondent went through: at least half of the questions hold something."""
    return np.asarray((loop_shares(screen) >= 0.5).sum(axis=1), dtype=np.int64)
