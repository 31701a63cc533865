"""Construct scores as columns: what a mean of items gave each respondent, named and labelled as made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from survey_analysis.errors import SurveyAnalysisError
from survey_analysis.estimation.constructs import construct_score, items_of
from survey_analysis.exports.columns import Column
from survey_analysis.exports.notes import listed
from survey_analysis.frames.table import Table
from survey_analysis.plurals import counted
from survey_analysis.readers.texts import number_text
from survey_analysis.study.codebook import Construct, Question

DECIMALS = 10  # a mean of thirds, without the last digits that no two programs share


@dataclass(frozen=True)
class _Of:
    table: Table


def wanted_constructs(table: Table, questions: Iterable[str] | None) -> tuple[list[str], list[str] | None]:
    """Constructs among the names asked for, all of them when none was asked for; and the names that are left."""
    known = table.codebook.constructs
    if questions is None:
        return list(known), None
    names = [questions] if isinstance(questions, str) else list(questions)
    return [n for n in names if n in known], [n for n in names if n not in known]


def score_columns(
    table: Table, constructs: Sequence[str], written: Iterable[str]
) -> tuple[list[Column], list[str]]:
    """The score of every respondent on each construct, by what was rated; and notes.

    A score is the mean of the items answered, reversed ones turned round, where enough were; it is made again by
    whoever reads the study file beside the data, and is no question there. Constructs of which an item is not
    written are left out.
    """
    there = set(written)
    columns: list[Column] = []
    made, lacking = [], []
    for name in constructs:
        construct = table.codebook.constructs[name]
        if not set(construct.items) <= there:
            lacking.append(name)
            continue
        try:
            found = _columns(table, construct)
        except SurveyAnalysisError:  # items that cannot be scored together; asking for the construct says why
            lacking.append(name)
            continue
        columns += found
        made.append(name)
    notes = []
    if made:
        notes.append(
            f"Construct scores are columns, each the mean of the items answered and labelled as derived: {listed(made)}."
        )
    if lacking:
        notes.append(
            f"Without a column of scores, as items are not written or not scored: {listed(lacking)}."
        )
    return columns, notes


def _columns(table: Table, construct: Construct) -> list[Column]:
    items = items_of(_Of(table), construct)
    subjects = list(items[0].columns) if items[0].over else [""]
    out = []
    for subject in subjects:
        mean, _, _ = construct_score(_Of(table), construct, items, subject)
        rounded = np.round(mean, DECIMALS).tolist()
        cells = np.array(["" if x != x else number_text(x) for x in rounded], dtype=object)  # noqa: PLR0124
        name = f"{construct.name}_score" + (f".{subject}" if subject else "")
        label = _label(table, construct, items, subject)
        out.append(Column(name, "number", cells, label, measure="scale"))
    return out


def _label(table: Table, construct: Construct, items: Sequence[Question], subject: str) -> str:
    about = table.codebook.subjects[items[0].over].labels[subject] if subject else ""
    what = construct.short or construct.text or construct.name
    least = f", {construct.minimum_answered} or more answered" if construct.minimum_answered > 1 else ""
    return f"{what}{f' - {about}' if about else ''} (derived: mean of {counted(len(items), 'item')}{least})"
