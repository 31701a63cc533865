"""Construct scores as derived numbers: mean, sum, percent of maximum or box of a respondent's items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from survey_analysis.errors import ColumnNotFoundError, EstimationError, ScoreError, closest
from survey_analysis.estimation.scoring import numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.table import Table
from survey_analysis.plurals import counted
from survey_analysis.study.codebook import Construct, Question
from survey_analysis.typing import BoolArray, ConstructScore, FloatArray

SCORES: tuple[ConstructScore, ...] = ("mean", "sum", "prorated", "pomp", "box")
_ROUNDING = 1e-9  # a mean of thirds that should be 4 may come out a hair below


@dataclass(frozen=True)
class Ends:
    """Lowest and highest score of an item, how many answers there are between, and the name of the scale."""

    low: float
    high: float
    levels: int
    scale: str

    @property
    def text(self) -> str:
        """The scale as messages name it."""
        name = f", {self.scale}" if self.scale else ""
        return f"{self.low:g} to {self.high:g}{f' in {self.levels} answers' if self.levels else ''}{name}"


@dataclass(frozen=True)
class Box:
    """People whose mean item score reaches `bound`, the score of the answer `label`, or lies beyond it."""

    bound: float
    upward: bool
    label: str

    def holds(self, mean: FloatArray) -> FloatArray:
        """1 inside the box, 0 outside, NaN without a score."""
        inside = mean >= self.bound - _ROUNDING if self.upward else mean <= self.bound + _ROUNDING
        return np.where(np.isnan(mean), np.nan, inside.astype(np.float64))

    @property
    def text(self) -> str:
        """The box in words: "4 or more"."""
        return f"{self.bound:g} or {'more' if self.upward else 'less'}"


def constructs_of(survey: SurveyData, names: str | Sequence[str] | None) -> list[Construct]:
    """Declared constructs by name; all of them for None.

    Raises
    ------
    ColumnNotFoundError
        An unknown construct; the nearest ones are suggested.
    EstimationError
        The study file declares none.
    """
    known = survey.table.codebook.constructs
    wanted = [names] if isinstance(names, str) else list(known if names is None else names)
    for name in wanted:
        if name not in known:
            how = (
                closest(name, known)
                if known
                else f"declare [constructs.{name}] items = [...] in a study file."
            )
            raise ColumnNotFoundError(f"There is no construct '{name}'.", hint=how)
    if not wanted:
        raise EstimationError(
            "The study file declares no constructs.", hint="add [constructs.NAME] items = [...]"
        )
    return [known[n] for n in wanted]


class HasTable(Protocol):
    """What holds a table: a survey, or the part of one that is written."""

    @property
    def table(self) -> Table:
        """Its table."""
        ...


def items_of(survey: HasTable, construct: Construct) -> list[Question]:
    """Items of a construct; they must run over the same subjects on scales of one length and one set of scores."""
    items = [survey.table.question(n) for n in construct.items]
    if len({q.over for q in items}) > 1:
        raise EstimationError(f"The items of '{construct.name}' run over different subjects.")
    if len({len(q.scale.levels) for q in items if q.scale}) > 1:
        raise EstimationError(
            f"The items of '{construct.name}' have scales of different length.",
            where=", ".join(f"{q.name}: {len(q.scale.levels)}" for q in items if q.scale),
            hint="use items on one scale.",
        )
    ranges = {q.name: (e.low, e.high) for q in items if (e := _ends(q)) is not None}
    if len(set(ranges.values())) > 1:
        raise EstimationError(
            f"The items of '{construct.name}' are scored on different ranges.",
            where=", ".join(f"{n}: {low:g} to {high:g}" for n, (low, high) in ranges.items()),
            hint="use items on one scale.",
        )
    return items


def ends_of(construct: Construct, items: Sequence[Question]) -> Ends | None:
    """The range that all items of a construct are scored on; None where an item has none."""
    found = [_ends(q) for q in items]
    known = [e for e in found if e is not None]
    return known[0] if len(known) == len(construct.items) else None


def _ends(question: Question) -> Ends | None:
    if question.scale is not None:
        scores = [s for s in question.scale.scores if s is not None]
        name = question.scale.name
        return Ends(min(scores), max(scores), len(question.scale.levels), name) if scores else None
    if question.valid_range is not None:
        return Ends(*question.valid_range, 0, "")
    return None


def box_of(construct: Construct, items: Sequence[Question], top: int | None, bottom: int | None) -> Box:
    """The bound of a box on the mean of the items: the least favourable score that the box holds.

    Raises
    ------
    ScoreError
        Not exactly one of `top` and `bottom`; items without an answer scale, or with favourable ends that differ;
        a box as large as the scale.
    """
    if (top is None) == (bottom is None):
        raise ScoreError(
            "A box is counted from one end of the scale.", hint='give top=2 or bottom=2 with score="box".'
        )
    scales = [q.scale for q in items]
    first = scales[0]
    if first is None or any(s is None or not s.levels for s in scales):
        raise ScoreError(
            f"The items of '{construct.name}' are numbers without an answer scale; they have no boxes.",
            hint="declare a scale, or use another score.",
        )
    if len({s.favourable for s in scales if s}) > 1:
        raise ScoreError(
            f"The items of '{construct.name}' have their favourable ends on different sides.",
            hint="declare the scales alike and mark items that run against the construct with reverse = true.",
        )
    places = first.top(top) if top is not None else first.bottom(bottom or 0)
    inside = {s: first.levels[i].label for i in places if (s := first.scores[i]) is not None}
    upward = max(inside) == max(s for s in first.scores if s is not None)
    bound = min(inside) if upward else max(inside)
    return Box(bound, upward, inside[bound])


def construct_score(
    survey: HasTable,
    construct: Construct,
    items: Sequence[Question],
    subject: str,
    score: ConstructScore = "mean",
    box: Box | None = None,
) -> tuple[FloatArray, FloatArray, BoolArray]:
    """Score of each respondent (NaN below the minimum answered), item matrix, and who was asked at all.

    Notes
    -----
    With m the mean of the items answered, reversed ones turned round (lowest + highest - x), k items scored from
    a to b: "mean" m; "sum" the sum, of people who answered all k; "prorated" k m; "pomp" 100 (m - a) / (b - a),
    percent of the maximum possible (Cohen, Cohen, Aiken and West 1999); "box" 1 where m reaches the box, else 0.
    """
    variables = [survey.table.variable(q.name, subject) for q in items]
    matrix = np.column_stack([numbers(q, v, "mean") for q, v in zip(items, variables, strict=True)])
    answered = (~np.isnan(matrix)).sum(axis=1)
    enough = answered >= (len(items) if score == "sum" else construct.minimum_answered)
    mean = np.full(len(matrix), np.nan)
    mean[enough] = np.nansum(matrix, axis=1)[enough] / answered[enough]
    asked = np.logical_or.reduce([np.asarray(v.missing != 1) for v in variables])
    return _of_mean(mean, construct, items, score, box), matrix, asked


def _of_mean(
    mean: FloatArray, construct: Construct, items: Sequence[Question], score: ConstructScore, box: Box | None
) -> FloatArray:
    if score in ("sum", "prorated"):
        return mean * len(items)
    if score == "pomp":
        low, high = pomp_ends(construct, items)
        return np.asarray(100 * (mean - low) / (high - low))
    if score == "box":
        assert box is not None  # noqa: S101  the verb makes it
        return box.holds(mean)
    return mean


def pomp_ends(construct: Construct, items: Sequence[Question]) -> tuple[float, float]:
    """Lowest and highest possible mean of the items.

    Raises
    ------
    ScoreError
        Items that have no lowest and highest score.
    """
    ends = ends_of(construct, items)
    if ends is None or not ends.high > ends.low:
        raise ScoreError(
            f"The items of '{construct.name}' have no lowest and highest possible score.",
            where="percent of the maximum possible needs both.",
            hint="declare a scale, or valid_range = [low, high].",
        )
    return ends.low, ends.high


def same_footing(
    constructs: Sequence[Construct], items: Sequence[Sequence[Question]], score: ConstructScore
) -> None:
    """Constructs in one result must be on one scale, unless they are percent of the maximum possible.

    Raises
    ------
    EstimationError
        Scales of different range or length (statistics 2.15), or sums of different numbers of items; both are named.
    """
    if score == "pomp":
        return
    ends = [ends_of(c, i) for c, i in zip(constructs, items, strict=True)]
    first = ends[0]
    for construct, one in zip(constructs[1:], ends[1:], strict=True):
        if _measured_on(first, score) != _measured_on(one, score):
            raise EstimationError(
                f"'{constructs[0].name}' and '{construct.name}' are on different scales and cannot be compared "
                f"as {_PLURALS[score]}.",
                where=f"{constructs[0].name}: {first.text if first else 'no declared range'}; "
                f"{construct.name}: {one.text if one else 'no declared range'}.",
                hint='give score="pomp" (percent of the maximum possible), or ask for them one at a time.',
            )
    sizes = {c.name: len(c.items) for c in constructs}
    if score in ("sum", "prorated") and len(set(sizes.values())) > 1:
        raise EstimationError(
            "Sums of different numbers of items cannot be compared.",
            where=", ".join(f"{n}: {counted(k, 'item')}" for n, k in sizes.items()),
            hint='give score="mean" or "pomp", or ask for them one at a time.',
        )


def _measured_on(ends: Ends | None, score: ConstructScore) -> tuple[float, ...]:
    """What must be alike: the range, of a box also the number of answers."""
    if ends is None:
        return ()
    return (ends.low, ends.high, ends.levels) if score == "box" else (ends.low, ends.high)


_PLURALS: dict[str, str] = {"mean": "means", "sum": "sums", "prorated": "sums", "box": "boxes"}

SCORE_NAMES: dict[ConstructScore, str] = {
    "mean": "construct mean",
    "sum": "construct sum",
    "prorated": "prorated construct sum",
    "pomp": "POMP",
    "box": "box of the construct mean",
}
