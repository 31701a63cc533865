"""Grids: what the lines of a summary table are, and the one statistic that each of them shows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey_analysis.errors import EstimationError, ScoreError
from survey_analysis.estimation.cells import cells
from survey_analysis.estimation.loops import loop_factor
from survey_analysis.frames.data import SurveyData
from survey_analysis.study.codebook import Question
from survey_analysis.tabulation.lines import Lines
from survey_analysis.tabulation.questions import LABELS, Wanted, lines_of
from survey_analysis.typing import BoolArray, Where

_BOX = re.compile(r"(top|bottom)([1-9]\d?)\Z")
LAST = ("other", "none", "dont_know", "don't know", "dk")
"""Keys and labels of items that a sorted summary keeps at its end."""


@dataclass(frozen=True)
class Figure:
    """The statistic of a summary: a box of a scale, the mean, the net promoter score."""

    name: str
    end: str = ""  # "top" or "bottom"
    size: int = 0

    @classmethod
    def of(cls, name: object) -> Figure:
        """Read "top2", "bottom3", "mean", "nps"; anything else is an error."""
        found = _BOX.match(name) if isinstance(name, str) else None
        if found:
            return cls(str(name), found[1], int(found[2]))
        if name not in ("mean", "nps"):
            raise EstimationError(
                f"summary = {name!r} is not known.", hint='give some of "top2", "bottom2", "mean", "nps".'
            )
        return cls(str(name))

    @property
    def label(self) -> str:
        """As the line is called in a banner table."""
        return f"{self.end.title()} {self.size}" if self.end else LABELS[self.name]

    def places(self, question: Question) -> tuple[int, ...]:
        """Answers counted; none for a mean."""
        if question.scale is None or not self.end:
            return ()
        return question.scale.top(self.size) if self.end == "top" else question.scale.bottom(self.size)


@dataclass(frozen=True, eq=False)
class Item:
    """One line of a summary: a subject of a battery or a question of a group, and whom it is about."""

    question: Question
    subject: str
    label: str
    mask: BoolArray

    @property
    def names(self) -> tuple[str, ...]:
        """Names that `compare_to=` takes."""
        return (self.subject or self.question.name, self.label)

    @property
    def is_last(self) -> bool:
        """Whether a sorted table keeps it at the end."""
        return any(x.lower() in LAST for x in self.names)


@dataclass(frozen=True, eq=False)
class Grid:
    """Items of one battery, or questions declared as one group; `by` says what they are."""

    name: str
    by: str
    items: tuple[Item, ...]

    @property
    def question(self) -> Question:
        """The first question: it gives scale and words."""
        return self.items[0].question

    @property
    def over(self) -> str:
        """Subject set that the items run over, "" for a group of questions."""
        return self.question.over


def grids_of(
    survey: SurveyData, questions: Sequence[Question], groups: Mapping[str, Sequence[str]], where: Where
) -> list[Grid]:
    """Batteries among the questions, then the groups.

    Raises
    ------
    EstimationError
        There is no grid; a group of one question, or one that holds a battery.
    """
    out = []
    for question in questions:
        if not question.over:
            continue
        found = cells(survey, question, None, where)
        dim = found.dims[0]
        items = tuple(Item(question, c.subject, dim.label_of(c.keys[0]), c.mask) for c in found.cells)
        out.append(Grid(question.name, dim.label.lower() or question.over, items))
    out += [_group(survey, name, members, where) for name, members in groups.items()]
    if not out:
        raise EstimationError(
            "summary= is asked for, and no row is a grid.",
            where=f"rows: {', '.join(q.name for q in questions[:8])}",
            hint='name a battery in rows, or a group of questions: grids={"Trust": ["t1", "t2"]}.',
        )
    return out


def _group(survey: SurveyData, name: str, members: Sequence[str], where: Where) -> Grid:
    names = [members] if isinstance(members, str) else list(members)
    if len(names) < 2 or len(set(names)) < len(names):
        raise EstimationError(
            f"The grid '{name}' is no list of different questions.",
            where=f"it holds {', '.join(names) or 'nothing'}.",
            hint="name two questions or more, each once.",
        )
    items = []
    for member in names:
        question = survey.table.question(member)
        if question.over:
            raise EstimationError(
                f"The grid '{name}' holds '{member}', which is a grid of its own.",
                hint="name the battery in rows, and single questions in grids=.",
            )
        cell = cells(survey, question, None, where).cells[0]
        items.append(Item(question, "", question.short or question.text or question.name, cell.mask))
    labels = [i.label for i in items]
    if len(set(labels)) < len(labels):
        items = [replace(i, label=i.question.name) for i in items]
    return Grid(name, "question", tuple(items))


def has(question: Question, figure: Figure) -> bool:
    """Whether a question can have the statistic at all."""
    if figure.end:
        scale = question.scale
        return question.kind == "likert" and scale is not None and figure.size < len(scale.levels)
    if figure.name == "nps" and question.kind != "numeric":
        scores = {s for s in (question.scale.scores if question.scale else ()) if s is not None}
        return scores >= {0.0, 10.0} and scores <= set(range(11))
    return question.kind in ("likert", "numeric")


def check_scales(grid: Grid, figure: Figure) -> None:
    """Refuse boxes and means of different scales in one table: they are not comparable (statistics 2.15)."""
    first = grid.question
    for item in grid.items[1:]:
        other = item.question
        if not has(first, figure) or not has(other, figure):
            lacks = first if not has(first, figure) else other
            raise ScoreError(
                f"'{lacks.name}' has no {figure.name}: it is {lacks.kind}.",
                where=f"grid '{grid.name}'",
                hint="group questions on one declared scale.",
            )
        if first.scale is None or other.scale is None:
            if (first.scale is None) != (other.scale is None):
                raise _different(grid, first, other)
            continue
        same = len(first.scale.levels) == len(other.scale.levels)
        if figure.end:
            same = same and _boxed(first, figure) == _boxed(other, figure)
        else:
            same = same and _scored(first) == _scored(other)
        if not same:
            raise _different(grid, first, other)


def _boxed(question: Question, figure: Figure) -> set[str]:
    assert question.scale is not None  # noqa: S101  checked before
    return {question.scale.answers[i].label for i in figure.places(question)}


def _scored(question: Question) -> set[tuple[str, float | None]]:
    assert question.scale is not None  # noqa: S101  checked before
    return {(a.label, s) for a, s in zip(question.scale.answers, question.scale.scores, strict=True)}


def _different(grid: Grid, a: Question, b: Question) -> ScoreError:
    return ScoreError(
        f"'{a.name}' and '{b.name}' are on different scales and cannot stand in one summary.",
        where=f"grid '{grid.name}': {a.name} has {_told(a)}, {b.name} has {_told(b)}",
        hint="group questions on one scale.",
    )


def _told(question: Question) -> str:
    scale = question.scale
    if scale is None:
        return "numbers"
    return f"{len(scale.levels)} answers from “{scale.levels[0].label}” to “{scale.levels[-1].label}”"


def line_of(survey: SurveyData, item: Item, figure: Figure) -> Lines:
    """The one line of an item, as the banner table of its question has it."""
    asked = Wanted(
        boxes=(figure.size,) if figure.end else (), statistics=() if figure.end else (figure.name,)
    )
    made = lines_of(survey, item.question, item.subject, asked)
    kind = "net" if figure.end else figure.name
    found = [i for i, x in enumerate(made.lines) if (x.kind, x.label) == (kind, figure.label)]
    if not found:
        raise EstimationError(f"'{item.question.name}' has no {figure.name}.", hint="choose another summary.")
    return replace(
        made.taken(found[-1:]),  # a net may carry the name of a box; boxes stand after nets
        factor=loop_factor(survey, item.question.over, item.subject),
    )
