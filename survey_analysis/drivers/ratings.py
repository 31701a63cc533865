"""Ratings behind one set of drivers: complete cases of one group, or of several subjects stacked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from survey_analysis.core.blocks import group_sums
from survey_analysis.drivers.values import Named
from survey_analysis.errors import EmptyDomainError, EstimationError
from survey_analysis.estimation.cells import Cell, Cells, check_samples, where_text
from survey_analysis.estimation.loops import loop_of
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical
from survey_analysis.plurals import counted
from survey_analysis.results.drivers import Pooling
from survey_analysis.results.estimate import Dim
from survey_analysis.typing import BoolArray, FloatArray, IntArray, Where


@dataclass(frozen=True, eq=False)
class Outcome:
    """The outcome and how its answers are counted: a box, or scores."""

    named: Named
    top: int | None
    answers: tuple[str, ...] | None

    @property
    def counted(self) -> bool:
        """True for the share giving some answers."""
        return self.top is not None or self.answers is not None

    def values(self, survey: SurveyData, subject: str) -> tuple[FloatArray, BoolArray]:
        """Numbers (n,), NaN where missing, and who was asked."""
        if self.counted:
            return self.named.boxed(survey, subject, self.top, self.answers)[:2]
        return self.named.scored(survey, subject)

    def codes(self, survey: SurveyData, subject: str) -> IntArray:
        """Positions of the answers on the scale (n,); -1 where there is none."""
        if self.named.construct is not None:
            return np.full(len(survey), -1, dtype=np.int64)
        variable = survey.table.variable(self.named.name, subject if self.named.over else "")
        if not isinstance(variable, Categorical):
            return np.full(len(survey), -1, dtype=np.int64)
        return variable.codes.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Ratings:
    """Complete ratings of one group.

    Attributes
    ----------
    row
        Row of the survey behind each rating (N,).
    part
        Which of the pooled subjects it is about, 0 where nothing was pooled (N,).
    person
        Number of the person who rated (N,).
    y, X
        Outcome (N,) and predictors (N, k).
    factor
        On the weight of the row: 1 / probability that the rating was asked for (N,).
    code
        Position of the outcome's answer on its scale, -1 for numbers and constructs (N,).
    parts
        Labels of the pooled subjects.
    missing
        For the outcome and each predictor: how many of those asked lack it.
    n_asked, n_single
        Ratings asked for; people left out for rating one subject only (within a person).
    """

    group: str
    row: IntArray
    part: IntArray
    person: IntArray
    y: FloatArray
    X: FloatArray
    factor: FloatArray
    code: IntArray
    parts: tuple[str, ...]
    missing: tuple[int, ...]
    n_asked: int
    n_single: int = 0

    @property
    def people(self) -> int:
        """How many people rated."""
        return len(np.unique(self.person))

    def member(self, n: int) -> BoolArray:
        """Rows (n,) with a rating."""
        out = np.zeros(n, dtype=bool)
        out[self.row] = True
        return out

    def by_row(self, values: FloatArray, n: int) -> FloatArray:
        """Sums of values (N, m) over the ratings of each row; shape (n, m)."""
        if len(np.unique(self.row)) < len(self.row):
            return group_sums(values, self.row, n)
        out = np.zeros((n, values.shape[1]))
        out[self.row] = values
        return out

    def only(self, kept: BoolArray) -> Ratings:
        """Some of the ratings (N,)."""
        if kept.all():
            return self
        return replace(
            self, row=self.row[kept], part=self.part[kept], person=self.person[kept], y=self.y[kept], X=self.X[kept],
            factor=self.factor[kept], code=self.code[kept],
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Group:
    """Cells that make one set of drivers, and what tells them apart."""

    keys: tuple[str, ...]
    cells: tuple[Cell, ...]
    labels: tuple[str, ...]  # of the pooled subjects


def groups_of(found: Cells, pooled: Pooling) -> tuple[tuple[Dim, ...], list[Group], str]:
    """Groups of cells, the dimensions that tell groups apart, and the name of the one pooled.

    Raises
    ------
    EstimationError
        There is nothing to pool over.
    """
    if pooled == "no":
        return found.dims, [Group(c.keys, (c,), ()) for c in found.cells], ""
    if not found.dims:
        if pooled == "between-and-within":
            return (), [Group((), found.cells, ())], ""
        raise EstimationError(
            f'pooled="{pooled}" has nothing to pool over.',
            hint="name what was rated in by=, such as by='source'; a battery has it.",
        )
    place = next((i for i, d in enumerate(found.dims) if d.name == found.over), 0)
    dim = found.dims[place]
    if len(dim.levels) < 2:
        raise EstimationError(
            f"There is one {dim.label.lower()} to pool over: {dim.levels[0][1]}.", hint='use pooled="no".'
        )
    out: dict[tuple[str, ...], list[Cell]] = {}
    for cell in found.cells:
        out.setdefault(cell.keys[:place] + cell.keys[place + 1 :], []).append(cell)
    groups = [
        Group(rest, tuple(cells), tuple(dim.label_of(c.keys[place]) for c in cells))
        for rest, cells in out.items()
    ]
    return found.dims[:place] + found.dims[place + 1 :], groups, dim.name


def ratings_of(
    survey: SurveyData,
    group: Group,
    name: str,
    outcome: Outcome,
    predictors: Sequence[Named],
    pooled: Pooling,
    where: Where,
    over: str,
) -> Ratings:
    """Complete ratings of a group; nobody leaves the design.

    Raises
    ------
    EmptyDomainError
        Nobody was asked, or nobody answered everything; the counts of what is missing are named.
    EstimationError
        A person has several rows in one group that was not asked to be pooled; a mixture of samples.
    """
    used = survey.frame.weight > 0
    loop, asked_most = loop_of(survey, over)
    blocks, missing, n_asked = [], np.zeros(1 + len(predictors), dtype=np.int64), 0
    for part, cell in enumerate(group.cells):
        y, asked = outcome.values(survey, cell.subject)
        columns = [y]
        for one in predictors:
            values, also = one.scored(survey, cell.subject)
            columns.append(values)
            asked = asked | also if one.over == outcome.named.over else asked
        table = np.column_stack(columns)
        domain = cell.mask & used & asked
        known = np.isfinite(table)
        missing += (domain[:, None] & ~known).sum(axis=0)
        n_asked += int(domain.sum())
        rows = np.flatnonzero(domain & known.all(axis=1))
        factor = _loop_factor(loop if cell.subject else None, asked_most, pooled, len(survey))[rows]
        code = outcome.codes(survey, cell.subject)[rows]
        blocks.append((rows, np.full(len(rows), part), table[rows], factor, code))
    row = np.concatenate([b[0] for b in blocks]).astype(np.int64)
    names = (outcome.named.name, *(p.name for p in predictors))
    _somebody(row, n_asked, name, names, missing, survey, where)
    check_samples(survey, _member(row, len(survey))[:, None])
    person = row if survey.person is None else survey.person[row]
    if pooled == "no" and len(np.unique(person)) < len(person):
        raise EstimationError(
            f"In {name or 'the base'} {counted(len(np.unique(person)), 'person has', 'people have')} {len(person):,} rows.",
            hint="say what tells their rows apart, by='source', or pool on purpose: pooled=...",
        )
    table = np.concatenate([b[2] for b in blocks])
    out = Ratings(
        name, row, np.concatenate([b[1] for b in blocks]).astype(np.int64), person.astype(np.int64), table[:, 0],
        table[:, 1:], np.concatenate([b[3] for b in blocks]), np.concatenate([b[4] for b in blocks]).astype(np.int64),
        group.labels, tuple(int(m) for m in missing), n_asked,
    )  # fmt: skip
    return _several(out) if pooled == "within-person" else out


def _member(row: IntArray, n: int) -> BoolArray:
    out = np.zeros(n, dtype=bool)
    out[row] = True
    return out


def _loop_factor(loop: FloatArray | None, asked: int, pooled: Pooling, n: int) -> FloatArray:
    """1 / probability that a subject was asked; within a person (e - 1) / (a - 1), a of e subjects asked.

    Sums of squares about a person's mean are sums over pairs / e; a pair is asked with probability
    a (a - 1) / (e (e - 1)).
    """
    if loop is None:
        return np.ones(n)
    if pooled != "within-person":
        return np.asarray(1.0 / loop)
    eligible = np.maximum(asked / loop, asked)
    return np.where(loop < 1, (eligible - 1) / max(asked - 1, 1), 1.0)


def _somebody(
    row: IntArray,
    n_asked: int,
    group: str,
    names: Sequence[str],
    missing: FloatArray | IntArray,
    survey: SurveyData,
    where: Where,
) -> None:
    if len(row):
        return
    about = f" in {group}" if group else ""
    if not n_asked:
        raise EmptyDomainError(
            f"Nobody{about} was asked '{names[0]}'.",
            where=f"where = {where_text(where)}; {counted(len(survey), 'respondent')} in the survey.",
            hint="name the groups that were asked in where=.",
        )
    raise EmptyDomainError(
        f"Nobody{about} answered the outcome and every predictor.",
        where=f"{n_asked:,} were asked; missing: "
        + ", ".join(f"{x} {m:,}" for x, m in zip(names, missing, strict=True) if m),
        hint="leave out what most people were not asked.",
    )


def _several(ratings: Ratings) -> Ratings:
    """Only people who rated more than one subject: one rating says nothing within a person."""
    _, place, counts = np.unique(ratings.person, return_inverse=True, return_counts=True)
    kept = counts[place] > 1
    single = int((counts == 1).sum())
    if not kept.any():
        raise EstimationError(
            f"Nobody{f' in {ratings.group}' if ratings.group else ''} rated more than one of "
            f"{', '.join(ratings.parts)}.",
            where=f"{counted(len(counts), 'person with', 'people with')} complete answers, one rating each.",
            hint='pooled="within-person" needs several ratings of a person; use "source-fixed-effects", or declare '
            "the id that repeats.",
        )
    return replace(ratings.only(kept), n_single=single)
