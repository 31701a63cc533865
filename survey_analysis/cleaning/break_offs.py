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
from survey_analysis.typing import BoolArray


def break_off_mask(survey: SurveyData) -> pd.DataFrame:
    """Empty cells of partial interviews that come after the last answer: their missing kind is break-off.

    Questions outside loops are in the order of the file. Loops are shown in random order, so within a
    loop an empty cell is a break-off when nothing after it in that loop is filled, and nothing outside
    loops that comes later in the file. Cells of questions that were not asked must still be told apart
    by routing: this says only "not reached".

    Returns
    -------
    DataFrame of bool
        One column a data column of the declared questions, one row a respondent; all False without a
        rule `break_off` in the study file.
    """
    screen = Screen(survey.table)
    derived = survey.study.derived
    columns = [c for q in survey.study.codebook if q.name not in derived for c in q.all_columns]
    file_order = {c: i for i, c in enumerate(survey.table.raw.columns)}
    columns = sorted(dict.fromkeys(columns), key=lambda c: file_order[c])
    out = pd.DataFrame(np.zeros((len(screen), len(columns)), dtype=bool), columns=columns)
    rule = _rule(survey)
    if rule is None:
        return out
    left = rule.unfinished(screen)
    answered = [c for c in columns if not any(fnmatchcase(c, p) for p in rule.recorded)]
    loops = _loops(screen, survey, answered)
    plain = [c for c in answered if not any(c in loop for loop in loops)]
    later = _filled_after(screen, plain)
    for column in plain:
        out[column] = left & ~screen.filled(column) & ~later[column]
    for loop in loops:
        inside = _filled_after(screen, loop)
        for column in loop:
            following = [c for c in plain if file_order[c] > file_order[loop[-1]]]
            outside = (
                later[following[0]] | screen.filled(following[0])
                if following
                else np.zeros(len(screen), bool)
            )
            out[column] = left & ~screen.filled(column) & ~inside[column] & ~outside
    return out


def _rule(survey: SurveyData) -> BreakOff | None:
    for item in declare(survey.study.clean.rules):
        if isinstance(item.rule, BreakOff):
            return item.rule
    return None


def _loops(screen: Screen, survey: SurveyData, answered: list[str]) -> list[list[str]]:
    """Columns of each loop in file order, open ends included."""
    groups = {key: set(columns) for key, columns in loop_columns(screen).items()}
    for question in survey.study.codebook:
        if question.over and question.kind == "open":
            for subject, column in question.columns.items():
                groups.setdefault((question.over, subject), set()).add(column)
    return [[c for c in answered if c in group] for group in groups.values()]


def _filled_after(screen: Screen, columns: list[str]) -> dict[str, BoolArray]:
    """For each column, rows in which any column after it holds something."""
    out = {}
    after = np.zeros(len(screen), dtype=bool)
    for column in reversed(columns):
        out[column] = after
        after = after | screen.filled(column)
    return out
