"""Checks of the data that never act: reversed exports, yes-saying by group, double-barrelled wording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.cleaning.directions import Direction, directions
from survey_analysis.cleaning.double_barrelled import DoubleBarrelled, double_barrelled
from survey_analysis.cleaning.screen import Screen
from survey_analysis.cleaning.yes_bias import YesBias, yes_bias
from survey_analysis.errors import StudyError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical

DAY = "day"


@dataclass(frozen=True)
class DataChecks:
    """What the checks found; nothing was changed, nobody removed."""

    direction: tuple[Direction, ...] = ()
    yes_bias: tuple[YesBias, ...] = ()
    wording: tuple[DoubleBarrelled, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row a finding: `check, question, group, n, value, reference, finding`."""
        rows: list[list[object]] = [
            [
                "direction",
                d.question,
                d.group,
                d.n,
                d.r,
                d.r_rest,
                "runs against the other items: export reversed?",
            ]
            for d in self.direction
        ]
        rows += [
            [
                "yes-saying",
                "",
                f"{y.variable} = {y.level}",
                y.n,
                y.straight,
                y.reversed,
                "top-2, straight and reversed",
            ]
            for y in self.yes_bias
        ]
        rows += [
            ["wording", w.question, "", 0, np.nan, np.nan, f"asks two things at once: {w.words}"]
            for w in self.wording
        ]
        return pd.DataFrame(
            rows, columns=["check", "question", "group", "n", "value", "reference", "finding"]
        )


def data_checks(survey: SurveyData, *, by: Sequence[str] = ()) -> DataChecks:
    """Look for reversed exports, yes-saying and double-barrelled wording.

    Parameters
    ----------
    survey
        A survey, best before cleaning: a declared repair would hide what the direction check names.
    by
        Columns or questions whose groups are compared (the panel provider, age bands). "day" is the date
        of `[roles] started`; the direction check also looks at every crossing of a group with the day.

    Returns
    -------
    DataChecks

    Raises
    ------
    ColumnNotFoundError
        A name in `by` is no question or column.
    StudyError
        "day" is asked for and `[roles] started` is not declared.

    Examples
    --------
    >>> from survey_analysis.frames.raw import RawTable
    >>> from survey_analysis.frames.table import Table
    >>> from survey_analysis.study.build import build
    >>> from survey_analysis.study.load import parse
    >>> item = {"kind": "likert", "text": "They are honest and fair", "levels": [1, 2, 3, 4, 5]}
    >>> study = build(parse({"questions": {"honest": item}}))
    >>> raw = RawTable(pd.DataFrame({"honest": ["4", "5"]}))
    >>> data_checks(SurveyData(Table(raw, study))).to_frame()["finding"].tolist()
    ['asks two things at once: honest and fair']
    """
    screen = Screen(survey.table)
    groups = {name: _groups(screen, name) for name in by}
    crossed = dict(groups)
    if DAY in groups:
        days = groups[DAY]
        crossed |= {f"{name}, {DAY}": _crossed(group, days) for name, group in groups.items() if name != DAY}
    return DataChecks(
        direction=tuple(directions(screen, crossed)),
        yes_bias=tuple(yes_bias(screen, {k: g for k, g in groups.items() if k != DAY})),
        wording=tuple(double_barrelled(screen.table.codebook)),
    )


def _groups(screen: Screen, name: str) -> pd.Series:
    """Group of each row as text, "" where it is not known."""
    if name == DAY:
        started = screen.table.study.roles.started
        if not started:
            raise StudyError(
                "The checks by day need the column that says when an interview started.",
                where="[study.toml: roles.started]",
                hint='started = "StartDate" in [roles].',
            )
        return screen.texts(started).str.slice(0, 10)
    variable = screen.resolve(name)
    if isinstance(variable, Categorical):
        labels = np.array([*(x.label for x in variable.scale.answers), ""], dtype=object)
        return pd.Series(labels[variable.codes], dtype=object)
    return screen.texts(name)


def _crossed(a: pd.Series, b: pd.Series) -> pd.Series:
    return (a + ", " + b).where((a != "") & (b != ""), "")
