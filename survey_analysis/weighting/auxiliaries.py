"""Calibration totals lined up with the data: the size of the population, margins, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from survey_analysis.core.calibrate import margin_dummies
from survey_analysis.errors import WeightingError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Numeric
from survey_analysis.plurals import counted
from survey_analysis.typing import BoolArray, FloatArray
from survey_analysis.weighting.targets import Margin, margins

Totals = Mapping[str, float | Mapping[Any, float]]
SIZE = "1"


@dataclass(frozen=True, eq=False)
class Auxiliaries:
    """Columns of a calibration.

    Attributes
    ----------
    x : ndarray, shape (m, p)
    totals : ndarray, shape (p,)
        Where `shares` names the column, a share of the starting weight of its group.
    names : tuple of str
        "1", "income", "sex Woman".
    shares : tuple of tuples of int
        Columns of each margin given as shares.
    margins : tuple of Margin
        For diagnostics.
    shown : tuple of str
        What is met, for the sentence.
    """

    x: FloatArray
    totals: FloatArray
    names: tuple[str, ...]
    shares: tuple[tuple[int, ...], ...]
    margins: tuple[Margin, ...]
    shown: tuple[str, ...]


def auxiliaries(
    survey: SurveyData, totals: Totals, rows: BoolArray, *, keep_untargeted: bool, path: str
) -> Auxiliaries:
    """Line totals up with the rows to be weighted; every problem is found before iterating.

    Raises
    ------
    WeightingError
        No totals; a total of a question without numbers; margins as in `targets.margins`.
    """
    if not totals:
        raise WeightingError("There are no totals to calibrate to.", where=f"[{path}]")
    size = totals.get(SIZE)
    if size is not None and (isinstance(size, Mapping) or not size > 0):
        raise WeightingError(
            f'"{SIZE}" is the size of the population: one positive number.', where=f"[{path}] found {size!r}"
        )
    columns: list[FloatArray] = []
    values: list[float] = []
    names: list[str] = []
    shares: list[tuple[int, ...]] = []
    lined: list[Margin] = []
    shown: list[str] = []
    for name, wanted in totals.items():
        if isinstance(wanted, Mapping):
            keep = keep_untargeted or size is not None
            margin = margins(survey, {name: wanted}, rows, keep_untargeted=keep, path=path)[0]
            scale = 1.0
            if margin.targets.max() <= 1:
                if size is None:
                    shares.append(tuple(range(len(names), len(names) + len(margin.categories))))
                scale = 1.0 if size is None else float(size)
            columns.append(margin_dummies([margin.codes], [len(margin.categories)]))
            values += (margin.targets * scale).tolist()
            names += [f"{margin.name} {category}" for category in margin.categories]
            lined.append(margin if keep_untargeted or size is None else _plain(margin))
            shown.append(margin.label.lower())
        else:
            column = np.ones(int(rows.sum())) if name == SIZE else _numbers(survey, name, rows, path)
            columns.append(column[:, None])
            values.append(_finite(name, wanted, path))
            names.append(name)
            shown.append(
                "the size of the population" if name == SIZE else f"the total of {_label(survey, name)}"
            )
    return Auxiliaries(
        np.concatenate(columns, axis=1),
        np.array(values),
        tuple(names),
        tuple(shares),
        tuple(lined),
        tuple(shown),
    )


def _plain(margin: Margin) -> Margin:
    """With the size of the population given, a category without a target is the rest, not left alone."""
    return Margin(margin.name, margin.label, margin.categories, margin.codes, margin.targets, ())


def _label(survey: SurveyData, name: str) -> str:
    question = survey.table.question(name)
    return (question.short or question.text or name).lower()


def _finite(name: str, total: float, path: str) -> float:
    if not np.isfinite(total):
        raise WeightingError(f"The total of '{name}' is no number.", where=f"[{path}] found {total!r}")
    return float(total)


def _numbers(survey: SurveyData, name: str, rows: BoolArray, path: str) -> FloatArray:
    """A number for every row; whole numbers that were read as answers are numbers too."""
    values = numbers_of(survey, name, path)[rows]
    lost = int((~np.isfinite(values)).sum())
    if lost:
        raise WeightingError(
            f"{counted(lost, 'respondent has', 'respondents have')} no '{name}'.",
            where=f"[{path}.{name}]",
            hint="impute it, leave them out with where=, or calibrate without it.",
        )
    return values


def numbers_of(survey: SurveyData, name: str, path: str) -> FloatArray:
    """The numbers of a question: numeric answers, or answers whose labels are numbers; NaN where missing."""
    variable = survey.table.variable(name)
    if isinstance(variable, Numeric):
        return variable.numbers
    if isinstance(variable, Categorical):
        try:
            table = np.array([float(a.label) for a in variable.scale.answers] + [np.nan])
            return np.asarray(table[variable.codes])
        except ValueError:
            pass
    raise WeightingError(
        f"'{name}' holds no numbers, so it has no total.",
        where=f"[{path}.{name}]",
        hint="give a target for each of its categories.",
    )
