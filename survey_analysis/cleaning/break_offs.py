"""Which empty cells were never reached, because the respondent had left."""

from __future__ import annotations

from fnmatch import fnmatchcase

import numpy as np
import pandas as pd

from survey_analysis.cleaning.items import loop_columns
from survey_analysis.cleaning.registry import declare
from survey_analysis.cleaning.rules.break_off import BreakOff
from survey_analysis.cleaning.screen import Screen
from survey_analysis.frames.data import SurveyData
from survey_analysis.typing import BoolArray, IntArray


def break_off_mask(survey: SurveyData) -> pd.DataFrame:
    """Empty cells of partial interviews that come after the last answer: their missing kind is break-off.

    Questions outside loops are in the order of the file. Loops are shown in random order, so within a
    loop an empty cell is a break-off when nothing after it in that loop is filled, and nothing outside
    loops that comes later in the file. Where the platform marks what was seen and left blank, the rule's
    `not_reached = "empty"` takes every empty cell, whatever order the items were shown in. Questions
    that were not asked must still be told apart by routing: this says only "not reached".

    Returns
    -------
    DataFrame of bool
        One column a data column of the declared questions, one row a respondent; all False without a
        rule `break_off` in the study file.

    Examples
    --------
    >>> from survey_analysis.frames.raw import RawTable
    >>> from survey_analysis.frames.table import Table
    >>> from survey_analysis.study.build import build
    >>> from survey_analysis.study.load import parse
    >>> study = build(parse({"questions": {"q1": {}, "q2": {}, "q3": {}}, "clean": {"rules": ["break_off"]}}))
    >>> rows = {"q1": ["", ""], "q2": ["4", "4"], "q3": ["", "1"], "Finished": ["0", "1"]}
    >>> raw = RawTable(pd.DataFrame(rows))
    >>> break_off_mask(SurveyData(Table(raw, study))).to_numpy().tolist()
    [[False, False, True], [False, False, False]]
    """
    screen = Screen(survey.table)
    place = {c: i for i, c in enumerate(survey.table.raw.columns)}
    blocks = _blocks(survey, place)
    columns = sorted({c for block in blocks for c in block}, key=place.__getitem__)
    cells = np.zeros((len(columns), len(screen)), dtype=bool)
    out = dict(zip(columns, cells, strict=True))
    rule = _rule(survey)
    if rule is None:
        return pd.DataFrame(cells.T, columns=columns, copy=False)
    left = np.flatnonzero(rule.unfinished(screen))  # nobody else has a cell that is marked
    blocks = [[c for c in block if not any(fnmatchcase(c, p) for p in rule.recorded)] for block in blocks]
    loops = {c for columns in loop_columns(screen).values() for c in columns}
    after = np.zeros(len(left), dtype=bool)
    counts = rule.not_reached == "after"
    pending: BoolArray = after  # answers of later loops: they say nothing about the loop at hand
    for block in sorted((b for b in blocks if b), key=lambda b: place[b[-1]], reverse=True):
        if loops.isdisjoint(block):
            after = after | pending
            filled = _any_filled(screen, block, left)
            never = ~filled & ~(after & counts)
            for column in block:
                out[column][left] = never
            after = after | filled
        else:
            later = after
            for column in reversed(block):
                filled = screen.filled(column, left)
                out[column][left] = ~filled & ~(later & counts)
                later = later | filled
            pending = pending | later
    return pd.DataFrame(cells.T, columns=columns, copy=False)


def _blocks(survey: SurveyData, place: dict[str, int]) -> list[list[str]]:
    """Columns that are left together, each block in file order: a loop, a set of options, one question."""
    groups: dict[tuple[str, str], list[str]] = {}
    for question in survey.study.codebook:
        if question.name in survey.study.derived:
            continue
        if question.kind == "multiple":
            groups[("", question.name)] = list(question.all_columns)
        else:
            for subject, column in question.columns.items():
                key = (question.over, subject) if question.over else ("", question.name)
                groups.setdefault(key, []).append(column)
    return [sorted(columns, key=place.__getitem__) for columns in groups.values()]


def _any_filled(screen: Screen, columns: list[str], rows: IntArray) -> BoolArray:
    out = np.zeros(len(rows), dtype=bool)
    for column in columns:
        out |= screen.filled(column, rows)
    return out


def _rule(survey: SurveyData) -> BreakOff | None:
    for item in declare(survey.study.clean.rules):
        if isinstance(item.rule, BreakOff):
            return item.rule
    return None
