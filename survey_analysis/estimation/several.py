"""Several questions in one result, with their joint covariance: a dimension of what is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from survey_analysis.errors import EstimationError, names_of
from survey_analysis.estimation.cells import Cell, Cells
from survey_analysis.estimation.origin import base_texts
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import Dim, Topic
from survey_analysis.study.codebook import Question
from survey_analysis.typing import Where


def asked(
    survey: SurveyData, question: str | Sequence[str], *, least: int = 1
) -> tuple[list[Question], bool]:
    """The questions, and whether they were given as a list; they must run over the same subjects."""
    names = names_of(question, "the question")
    if len(names) < least:
        given = "1 question was" if len(names) == 1 else "No question was"
        raise EstimationError(
            f"{given} given; at least {least} {'is' if least == 1 else 'are'} needed.",
            hint="name them in a list.",
        )
    twice = [n for n in names if names.count(n) > 1]
    if twice:
        raise EstimationError(f"'{twice[0]}' is named twice.", hint="name each question once.")
    questions = [survey.table.question(n) for n in names]
    first = questions[0]
    for other in questions[1:]:
        if (other.over, tuple(other.columns)) != (first.over, tuple(first.columns)) and (
            other.over or first.over
        ):
            raise EstimationError(
                f"'{first.name}' and '{other.name}' do not run over the same subjects.",
                hint="estimate them one by one.",
            )
    return questions, not isinstance(question, str)


def crossed(
    found: Cells, dims: Sequence[Dim], keys: Sequence[tuple[str, ...]], *, after: bool = False
) -> Cells:
    """Cells once for each combination of keys of what is measured, before (or after) the groups.

    With `after` the measured dimension runs fastest: the cells of each group stand together.
    """
    if after:
        made = [Cell((*c.keys, *k), c.mask, c.subject) for c in found.cells for k in keys]
        return Cells((*found.dims, *dims), tuple(made), found.over)
    made = [Cell((*k, *c.keys), c.mask, c.subject) for k in keys for c in found.cells]
    return Cells((*dims, *found.dims), tuple(made), found.over)


def measure(name: str, label: str, keys: Sequence[str]) -> Dim:
    """A dimension of what is measured: questions, quantiles, the other question of a pair."""
    return Dim(name, label, tuple((k, k) for k in dict.fromkeys(keys)), kind="measure")


def by_question(found: Cells, questions: Sequence[Question]) -> Cells:
    """Cells of several questions: the question first, its groups after it."""
    names = [q.name for q in questions]
    return crossed(found, [measure("question", "Question", names)], [(n,) for n in names])


def joined(topic: Topic, questions: Sequence[Question]) -> Topic:
    """The topic of several questions, from that of the first."""
    if len(questions) == 1:
        return topic
    return replace(
        topic,
        question=", ".join(q.name for q in questions),
        wording="; ".join(q.text or q.name for q in questions),
        short=", ".join(q.short or q.name for q in questions),
    )


def texts(questions: Sequence[Question], where: Where, found: Cells) -> tuple[str, ...]:
    """Base texts of every question's cells, in the order of `by_question`."""
    return tuple(t for q in questions for t in base_texts(q.base, q.name, where, found))
