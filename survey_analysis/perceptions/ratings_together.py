"""Several ratings by the same people side by side: of a battery, of questions, or of rows of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest, names_of
from survey_analysis.estimation.cells import variable_levels
from survey_analysis.estimation.scoring import numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.scale_items import people_of
from survey_analysis.plurals import counted
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray, FloatArray


@dataclass(frozen=True, eq=False)
class Ratings:
    """Ratings (n, k), all of a person on one row, NaN where missing.

    Attributes
    ----------
    label, names, base
        What was rated, the ratings, and whose they are, in words.
    factor : ndarray, shape (n,)
        1 / the probability that a loop asked all of them together.
    """

    label: str
    names: tuple[str, ...]
    x: FloatArray
    base: str
    factor: FloatArray
    joined: bool = False  # put together from several rows of a person


def ratings_of(
    survey: SurveyData, names: list[str], over: str | None, subjects: Sequence[str] | None
) -> Ratings:
    """The ratings that names stand for.

    Raises
    ------
    EstimationError
        Fewer than two; a battery beside other questions; options that do not fit the file.
    """
    questions = [survey.table.question(n) for n in names]
    if len(set(names)) < len(names):
        raise EstimationError("A rating is named twice.", hint="name each once.")
    batteries = [q for q in questions if q.over]
    if batteries and len(questions) > 1:
        raise EstimationError(
            f"'{batteries[0].name}' is a battery; its ratings of every {batteries[0].over} are compared.",
            hint="ask for one battery alone, or for questions that are none.",
        )
    if batteries and over is not None:
        raise EstimationError(
            f"'{batteries[0].name}' runs over {batteries[0].over} already.", hint="leave over= out."
        )
    if batteries:
        found = _battery(survey, batteries[0], subjects)
    elif over is not None:
        found = _rows(survey, questions, over, subjects)
    elif subjects is not None:
        raise EstimationError(
            "subjects= is of a battery or of over=, and there is neither.", hint="leave it out."
        )
    else:
        columns = [numbers(q, survey.table.variable(q.name, ""), "icc") for q in questions]
        listed = tuple(q.short or q.name for q in questions)
        x = np.column_stack(columns) if columns else np.zeros((len(survey), 0))
        found = Ratings(", ".join(listed), listed, x, "people who gave every rating", np.ones(len(survey)))
    if len(found.names) < 2:
        raise EstimationError(
            f"'{found.names[0]}' is one rating; agreement needs two."
            if found.names
            else "No rating was named.",
            hint="name two questions or more, a battery, or in a file with one row a rating over=.",
        )
    return found


def _battery(survey: SurveyData, battery: Question, subjects: Sequence[str] | None) -> Ratings:
    known = survey.table.codebook.subjects[battery.over]
    wanted = known.keys if subjects is None else [known.key_of(s) for s in names_of(subjects, "subjects=")]
    keys = [s for s in dict.fromkeys(wanted) if s in battery.columns]
    people = people_of(survey, battery.over)
    if people.loop is not None and len(keys) > people.asked:
        raise EstimationError(
            f"The loop asked at most {people.asked} {battery.over}s of anybody; nobody rated all {len(keys)}.",
            hint=f"compare fewer: subjects=[{', '.join(repr(k) for k in keys[: people.asked])}]",
        )
    columns = [numbers(battery, survey.table.variable(battery.name, s), "icc") for s in keys]
    names = tuple(known.labels[s] for s in keys)
    x = np.column_stack(columns) if columns else np.zeros((len(survey), 0))
    return Ratings(
        battery.short or battery.name, names, x, _rated(battery, names), people.factor(frozenset(keys))
    )


def _rated(question: Question, names: Sequence[str]) -> str:
    return f"people who rated all of {', '.join(names)} on '{question.name}'"


def _rows(
    survey: SurveyData, questions: Sequence[Question], over: str, subjects: Sequence[str] | None
) -> Ratings:
    """Ratings of one question from the rows of a person, put together on the first of them."""
    if survey.person is None:
        raise EstimationError(
            "over= is for files with one row a rating; here a row is a person.",
            hint="name the questions, or the battery; a long file needs its id in [design].",
        )
    if len(questions) != 1:
        raise EstimationError(
            f"over= takes one question; {counted(len(questions), 'was', 'were')} named.",
            hint="ask for them one by one.",
        )
    dim, levels = variable_levels(survey, over)
    labels = [label for _, label in dim.levels]
    members = dict(zip(labels, [m for _, m in levels], strict=True))
    wanted = labels if subjects is None else [_label(dim.levels, s) for s in names_of(subjects, "subjects=")]
    values = numbers(questions[0], survey.table.variable(questions[0].name, ""), "icc")
    person = survey.person
    first = np.unique(person, return_index=True)[1]
    _one_weight(survey, person, first)
    x = np.full((len(survey), len(wanted)), np.nan)
    for j, label in enumerate(wanted):
        member = members[label]
        rows = np.flatnonzero(~np.isnan(values) & np.asarray(member, dtype=bool))
        if len(np.unique(person[rows])) < len(rows):
            raise EstimationError(
                f"Somebody rated '{label}' in several rows.", hint="keep one row a person and subject."
            )
        x[first[person[rows]], j] = values[rows]
    question = questions[0]
    names = tuple(wanted)
    return Ratings(
        question.short or question.name, names, x, _rated(question, names), np.ones(len(survey)), True
    )


def _label(levels: Sequence[tuple[str, str]], name: str) -> str:
    for key, label in levels:
        if name in (key, label):
            return label
    raise ColumnNotFoundError(f"There is no '{name}'.", hint=closest(name, [label for _, label in levels]))


def check_whole_people(survey: SurveyData, group: BoolArray) -> None:
    """Refuse a group that holds some rows of a person and not others: their ratings stand on one row.

    Raises
    ------
    EstimationError
        by= or where= differs between the rows of a person.
    """
    person = survey.person
    assert person is not None  # noqa: S101  only for ratings put together from rows
    first = np.unique(person, return_index=True)[1]
    split = group != group[first][person]
    if split.any():
        raise EstimationError(
            f"by= or where= holds for some rows of {counted(len(np.unique(person[split])), 'person', 'people')} and not for others.",
            hint="use what is true of a person; subjects= chooses what was rated.",
        )


def _one_weight(survey: SurveyData, person: np.ndarray, first: np.ndarray) -> None:
    weight: FloatArray = survey.frame.weight
    uneven: BoolArray = np.abs(weight - weight[first][person]) > 1e-9 * np.abs(weight)
    if uneven.any():
        raise EstimationError(
            f"{counted(len(np.unique(person[uneven])), 'person has', 'people have')} different weights in their rows.",
            hint="agreement compares the ratings of a person, who needs one weight.",
        )
