"""From a survey to the plain arrays and tables that the simple tests take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from survey_analysis.errors import EstimationError
from survey_analysis.estimation.cells import Cells
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Text
from survey_analysis.significance.prepare import Groups, groups, two, values
from survey_analysis.significance.simple.registry import WORDS, Needs
from survey_analysis.typing import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Asked:
    """What the verb was asked: questions, groups, the domain, and the options that choose data."""

    survey: SurveyData
    questions: tuple[str, ...]
    by: tuple[str, ...]
    found: Cells
    options: dict[str, object]

    @property
    def domain(self) -> BoolArray:
        """People of the filter."""
        return self.found.cells[0].mask


@dataclass(frozen=True, eq=False)
class Given:
    """Arguments of a test, who is in it, and the labels of its groups."""

    arguments: tuple[object, ...]
    inside: BoolArray
    labels: tuple[str, ...] = ()
    used: tuple[str, ...] = field(default=())  # options consumed here


def given(asked: Asked, needs: Needs) -> Given:
    """Arrays of one kind; an error in words when the call does not fit the test."""
    made, questions, by = MAKERS[needs]
    fits = (len(asked.questions) == questions if questions else len(asked.questions) >= 2) and len(
        asked.by
    ) == by
    if not fits:
        raise EstimationError(
            f"this test takes {WORDS[needs]}.",
            where=f"given: {', '.join(asked.questions)}"
            + (f"; by {', '.join(asked.by)}" if asked.by else ""),
        )
    return made(asked)


def _hits(asked: Asked) -> tuple[FloatArray, BoolArray]:
    """Who gave one of `answers` to each question (n, k), and who answered all of them."""
    answers = asked.options.get("answers")
    if answers is None:
        raise EstimationError("which answers are counted?", hint='answers=["LABEL", ...]')
    wanted = [answers] if isinstance(answers, str) else list(answers)  # type: ignore[call-overload]
    hits, known = [], asked.domain.copy()
    for name in asked.questions:
        question = asked.survey.table.question(name)
        if question.over:
            raise EstimationError(
                f"'{name}' is asked about every {question.over}.", hint="name single questions."
            )
        variable = asked.survey.table.variable(name)
        if isinstance(variable, Text):
            raise EstimationError(f"'{name}' holds text and has no answers to count.")
        hits.append(np.logical_or.reduce([variable.equals(str(a)) for a in wanted]))
        known &= variable.known()
    return np.column_stack(hits).astype(np.float64), known


def _grouped(asked: Asked, name: str, inside: BoolArray) -> Groups:
    return groups(asked.survey, name, asked.found).within(inside)


def _share(asked: Asked) -> Given:
    hit, inside = _hits(asked)
    return Given((int(hit[inside, 0].sum()), int(inside.sum())), inside, used=("answers",))


def _several_shares(asked: Asked) -> Given:
    hit, known = _hits(asked)
    found = _grouped(asked, asked.by[0], known)
    x, n = found.member.T @ hit[:, 0], found.member.sum(0).astype(np.float64)
    return Given((x, n), found.inside, found.levels, ("answers",))


def _two_shares(asked: Asked) -> Given:
    hit, known = _hits(asked)
    found = _grouped(asked, asked.by[0], known)
    labels = two(found, "this test")
    x, n = found.member.T @ hit[:, 0], found.member.sum(0)
    return Given((int(x[0]), int(n[0]), int(x[1]), int(n[1])), found.inside, labels, ("answers",))


def _table(asked: Asked) -> Given:
    rows, columns = (groups(asked.survey, n, asked.found) for n in (asked.questions[0], asked.by[0]))
    inside = rows.inside & columns.inside
    rows, columns = rows.within(inside), columns.within(inside)
    return Given((rows.member.T.astype(np.float64) @ columns.member,), inside, rows.levels)


def _square(asked: Asked) -> Given:
    first, second = (groups(asked.survey, n, asked.found) for n in asked.questions)
    inside = first.inside & second.inside
    order = [*first.levels, *first.dropped]
    foreign = [x for x in second.levels if x not in order]
    if foreign:
        raise EstimationError(
            f"'{second.name}' has the answer '{foreign[0]}', '{first.name}' has not.",
            hint="both questions need the same answers.",
        )
    scale = [label for label in _scale(asked, asked.questions[0]) if label in (*first.levels, *second.levels)]
    place = [_codes(found, scale)[inside] for found in (first, second)]
    out = np.zeros((len(scale), len(scale)))
    np.add.at(out, tuple(place), 1.0)
    return Given((out,), inside, tuple(scale))


def _scale(asked: Asked, name: str) -> list[str]:
    from survey_analysis.estimation.cells import variable_levels  # noqa: PLC0415

    return [label for _, label in variable_levels(asked.survey, name)[0].levels]


def _codes(found: Groups, scale: Sequence[str]) -> np.ndarray:
    """Place on the scale of each row, -1 without an answer."""
    place = np.array([scale.index(x) for x in found.levels], dtype=np.intp)
    return np.where(found.inside, place[found.member.argmax(axis=1)], -1)


def _strata(asked: Asked) -> Given:
    names = (asked.questions[0], *asked.by)
    every = [groups(asked.survey, n, asked.found) for n in names]
    inside = np.logical_and.reduce([g.inside for g in every])
    every = [g.within(inside) for g in every]
    members = [g.member.astype(np.float64) for g in every]
    return Given((np.einsum("ni,nj,nk->ijk", *members),), inside)


def _shares(asked: Asked) -> Given:
    found = groups(asked.survey, asked.questions[0], asked.found)
    shares = asked.options.get("shares")
    if not isinstance(shares, dict):
        raise EstimationError("which shares?", hint='shares={"LABEL": 0.5, ...}')
    foreign = [x for x in found.levels if x not in shares]
    if foreign:
        raise EstimationError(f"shares= has no '{foreign[0]}', which people answered.")
    at = dict(zip(found.levels, found.member.sum(0), strict=True))
    counts = np.array([float(at.get(x, 0)) for x in shares])
    return Given((counts, np.array(list(shares.values()))), found.inside, tuple(shares), ("shares",))


def _columns(asked: Asked) -> tuple[list[FloatArray], BoolArray]:
    got = [values(asked.survey, n, "mean")[1] for n in asked.questions]
    inside = asked.domain & ~np.isnan(np.column_stack(got)).any(axis=1)
    return [v[inside] for v in got], inside


def _numbers(asked: Asked) -> Given:
    got, inside = _columns(asked)
    return Given(tuple(got), inside)


def _matrix(asked: Asked) -> Given:
    got, inside = _columns(asked)
    return Given((np.column_stack(got),), inside, asked.questions)


def _code_matrix(asked: Asked) -> Given:
    every = [groups(asked.survey, n, asked.found) for n in asked.questions]
    inside = np.logical_and.reduce([g.inside for g in every])
    scale = list(dict.fromkeys(x for g in every for x in g.levels))
    return Given((np.column_stack([_codes(g, scale)[inside] for g in every]),), inside)


def _by_groups(asked: Asked) -> Given:
    _, y = values(asked.survey, asked.questions[0], "mean")
    found = _grouped(asked, asked.by[0], ~np.isnan(y))
    inside = found.inside
    return Given((y[inside], found.member.argmax(axis=1)[inside]), inside, found.levels)


def _two_groups(asked: Asked) -> Given:
    _, y = values(asked.survey, asked.questions[0], "mean")
    found = _grouped(asked, asked.by[0], ~np.isnan(y))
    labels = two(found, "this test")
    return Given(tuple(y[found.member[:, j]] for j in (0, 1)), found.inside, labels)


def _paired_shares(asked: Asked) -> Given:
    hit, inside = _hits(asked)
    a, b = hit[inside, 0] > 0, hit[inside, 1] > 0
    t = np.array([[(a & b).sum(), (a & ~b).sum()], [(~a & b).sum(), (~a & ~b).sum()]])
    return Given((t,), inside, used=("answers",))


def _several_paired(asked: Asked) -> Given:
    hit, inside = _hits(asked)
    return Given((hit[inside],), inside, asked.questions, ("answers",))


MAKERS: dict[Needs, tuple[Callable[[Asked], Given], int, int]] = {
    "share": (_share, 1, 0),
    "two shares": (_two_shares, 1, 1),
    "several shares": (_several_shares, 1, 1),
    "table": (_table, 1, 1),
    "square table": (_square, 2, 0),
    "strata": (_strata, 1, 2),
    "shares": (_shares, 1, 0),
    "numbers": (_numbers, 1, 0),
    "pair": (_numbers, 2, 0),
    "two groups": (_two_groups, 1, 1),
    "groups": (_by_groups, 1, 1),
    "columns": (_matrix, 0, 0),
    "codes": (_code_matrix, 0, 0),
    "paired shares": (_paired_shares, 2, 0),
    "several paired shares": (_several_paired, 0, 0),
}
"""How each kind of input is made, from how many questions (0: two or more) and group variables."""
