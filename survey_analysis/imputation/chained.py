"""Chained equations: several completed copies of a survey, missing answers drawn from donors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.table import Table
from survey_analysis.frames.variables import Categorical, Encoded, Numeric, missing_code
from survey_analysis.study.base import code
from survey_analysis.typing import BoolArray, FloatArray

MOST_STRATA = 50
"""Strata that enter the imputation model one by one; a design with more must name predictors."""

_FILLED = tuple(missing_code(k) for k in ("dont_know", "refused", "no_answer", "break_off"))


@dataclass(frozen=True, eq=False)
class Completed:
    """Completed copies of a survey, and what was filled in.

    Attributes
    ----------
    surveys
        One survey an imputation: the same people, design and weights.
    filled
        Number of answers filled in, by question.
    predictors
        What the imputation model held besides the questions that were filled in.
    """

    surveys: tuple[SurveyData, ...]
    filled: dict[str, int]
    predictors: tuple[str, ...]
    seed: int


def impute(
    survey: SurveyData,
    questions: Sequence[str],
    *,
    using: Sequence[str] = (),
    m: int = 20,
    cycles: int = 10,
    donors: int = 5,
    seed: int = 0,
) -> Completed:
    """Fill in missing answers m times by chained equations with predictive mean matching.

    Every question of `questions` is predicted from all others, from `using` and from the design: the log
    of the weight and the strata. A missing answer is copied from one of the `donors` people whose
    predictions are nearest, so that only answers that somebody gave are filled in. People who were not
    asked are left as they are.

    Parameters
    ----------
    questions : sequence of str
        Numeric questions, ordered scales and questions of two answers.
    using : sequence of str
        Further predictors; unordered questions enter as one indicator an answer.
    m : int
        Imputations.
    cycles : int
        Rounds of the chain before a copy is taken; every copy has its own chain.
    donors : int
        People a missing answer may be copied from.
    seed : int
        The same seed gives the same copies.

    Returns
    -------
    Completed

    Raises
    ------
    EstimationError
        Nothing is missing; a question has unordered answers; too few answers or donors; too many strata;
        answers missing of people who were not asked another of the questions.

    Notes
    -----
    van Buuren (2018), chapters 3 and 4; the chain and the matching are statsmodels `MICEData`. The design
    is in the model because answers depend on what weights and strata stand for (Reiter, Raghunathan and
    Kinney 2006).
    """
    if m < 2 or cycles < 1 or donors < 1:
        raise EstimationError(
            "impute() needs at least 2 imputations, 1 cycle and 1 donor.",
            where=f"found m = {m}, cycles = {cycles}, donors = {donors}",
        )
    found = {name: _orderable(survey, name) for name in questions}
    holes = {name: np.isin(v.missing, _FILLED) for name, v in found.items()}
    if not any(h.any() for h in holes.values()):
        raise EstimationError("No answer is missing.", where="questions: " + ", ".join(questions))
    _check_donors(found, holes, donors)
    predictors, names = _predictors(survey, [q for q in using if q not in found])
    answers = pd.DataFrame({f"q{j}": _numbers(v) for j, v in enumerate(found.values())})
    rows = _asked_all(found, holes)
    seeds = np.random.SeedSequence(seed).spawn(m)
    copies = []
    for one in seeds:
        drawn = _chain(answers, predictors, rows, cycles, donors, np.random.default_rng(one))
        copies.append(_completed(survey, found, holes, drawn))
    return Completed(tuple(copies), {n: int(h.sum()) for n, h in holes.items() if h.any()}, names, seed)


def _orderable(survey: SurveyData, name: str) -> Categorical | Numeric:
    """A question whose answers can be predicted as numbers."""
    question = survey.table.question(name)
    if question.over:
        raise EstimationError(
            f"'{name}' is asked about every {question.over}.",
            hint="name its data columns: " + ", ".join(question.all_columns[:4]),
        )
    variable = survey.table.variable(name)
    if isinstance(variable, Numeric):
        return variable
    if isinstance(variable, Categorical) and not (variable.codes >= len(variable.scale.levels)).any():
        numbers = all(_is_number(x.code) for x in variable.scale.levels)
        if question.kind == "likert" or len(variable.scale.levels) <= 2 or (question.inferred and numbers):
            return variable
    raise EstimationError(
        f"The answers of '{name}' have no order that a prediction could follow.",
        where="impute() fills in numbers, ordered scales and questions of two answers.",
        hint="declare the scale's order (kind = \"likert\"), or impute elsewhere and use sa.combine().",
    )


def _numbers(variable: Categorical | Numeric) -> FloatArray:
    """Answers as numbers to predict: places on an ordered scale; NaN where missing."""
    if isinstance(variable, Numeric):
        return variable.numbers
    return np.where(variable.codes >= 0, variable.codes, np.nan).astype(np.float64)


def _asked_all(found: dict[str, Categorical | Numeric], holes: dict[str, BoolArray]) -> BoolArray:
    """People who were asked every question that is filled in: the rows of the chain."""
    asked = {name: holes[name] | v.known() for name, v in found.items()}
    rows = np.logical_and.reduce(list(asked.values()))
    for name, hole in holes.items():
        lost = hole & ~rows
        if lost.any():
            other = next(n for n, a in asked.items() if (lost & ~a).any())
            raise EstimationError(
                f"{int(lost.sum())} people with no answer to '{name}' were not asked '{other}'.",
                hint=f"impute '{name}' and '{other}' in two calls, each with those it was asked of.",
            )
    return rows


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _check_donors(
    found: dict[str, Categorical | Numeric], holes: dict[str, BoolArray], donors: int
) -> None:
    for name, variable in found.items():
        known = int(variable.known().sum())
        if holes[name].any() and known < max(10, 2 * donors):
            raise EstimationError(
                f"Only {known} people answered '{name}'; their answers cannot stand for "
                f"{int(holes[name].sum())} missing ones.",
                hint="leave it out of questions.",
            )


def _predictors(survey: SurveyData, using: Sequence[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Complete columns of the imputation model: the design and further questions."""
    frame = survey.frame
    columns: list[FloatArray] = []
    names: list[str] = []
    if np.ptp(frame.weight) > 0:
        positive = np.maximum(frame.weight, frame.weight[frame.weight > 0].min())
        columns.append(np.log(positive))
        names.append("log weight")
    if frame.n_strata > MOST_STRATA:
        raise EstimationError(
            f"The design has {frame.n_strata} strata; an imputation model of one indicator each does not hold.",
            hint="impute with a survey whose strata are merged, or impute elsewhere and use sa.combine().",
        )
    if frame.n_strata > 1:
        columns += [(frame.stratum == h).astype(np.float64) for h in range(1, frame.n_strata)]
        names.append("strata")
    for name in using:
        columns += _columns(survey.table.variable(name), name)
        names.append(name)
    return pd.DataFrame({f"x{j}": c for j, c in enumerate(columns)}), tuple(names)


def _columns(variable: Encoded, name: str) -> list[FloatArray]:
    """A question as complete columns: its numbers and who gave none, or one indicator an answer."""
    if isinstance(variable, Numeric):
        known = variable.known()
        if not known.any():
            raise EstimationError(f"Nobody answered '{name}', so it predicts nothing.")
        filled = np.where(known, variable.numbers, variable.numbers[known].mean())
        return [filled] if known.all() else [filled, (~known).astype(np.float64)]
    if isinstance(variable, Categorical):
        used = np.unique(variable.codes)[1:]  # the first (or missing) is the reference
        return [(variable.codes == c).astype(np.float64) for c in used]
    raise EstimationError(f"'{name}' is neither a number nor a single answer; it cannot predict.")


def _chain(
    answers: pd.DataFrame,
    predictors: pd.DataFrame,
    rows: BoolArray,
    cycles: int,
    donors: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One chain over the people who were asked everything that is filled in."""
    from statsmodels.imputation.mice import MICEData  # noqa: PLC0415  heavy, and only for imputation

    inside = pd.concat([answers, predictors], axis=1)[rows].reset_index(drop=True)
    varying = [c for c in inside.columns if inside[c].nunique(dropna=True) > 1]
    data = MICEData(inside[varying], k_pmm=donors, rng=rng)
    data.update_all(cycles)
    out = answers.copy()
    for column in answers.columns:
        if column in varying:
            out.loc[rows, column] = data.data[column].to_numpy()
    return out


def _completed(
    survey: SurveyData,
    found: dict[str, Categorical | Numeric],
    holes: dict[str, BoolArray],
    drawn: pd.DataFrame,
) -> SurveyData:
    """The survey with drawn answers in the empty cells; design and weights unchanged."""
    raw = survey.table.raw
    frame = raw.frame.copy()
    for j, (name, variable) in enumerate(found.items()):
        column = survey.table.question(name).columns[""]
        values = drawn[f"q{j}"].to_numpy()
        rows = np.flatnonzero(holes[name] & np.isfinite(values))
        cells = frame[column].to_numpy(dtype=object).copy()
        cells[rows] = _texts(variable, values[rows], reverse=survey.table.question(name).reverse)
        frame[column] = cells
    table = Table(raw.with_frame(frame), survey.study, survey.table.not_reached)
    return survey.replace(table=table)


def _texts(variable: Categorical | Numeric, values: FloatArray, *, reverse: bool) -> list[str]:
    """Cell texts of drawn answers: the code of the level, or the number."""
    if isinstance(variable, Numeric):
        return [code(float(v)) if float(v).is_integer() else repr(float(v)) for v in values]
    levels = variable.scale.levels
    if reverse:
        levels = tuple(reversed(levels))
    return [levels[int(v)].code for v in values]
