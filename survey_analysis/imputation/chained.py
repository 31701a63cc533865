"""Chained equations: several completed copies of a survey, missing answers drawn from donors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.encode import turned
from survey_analysis.frames.table import Table
from survey_analysis.frames.variables import Categorical, Numeric, missing_code
from survey_analysis.imputation.predictors import Clusters, complete_columns
from survey_analysis.plurals import counted
from survey_analysis.study.base import code
from survey_analysis.study.codebook import Question
from survey_analysis.typing import BoolArray, FloatArray

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
    cycles, donors, seed
        As asked for.
    """

    surveys: tuple[SurveyData, ...]
    filled: dict[str, int]
    predictors: tuple[str, ...]
    cycles: int
    donors: int
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
    clusters: Clusters | None = None,
    progress: Callable[[str], None] | None = None,
) -> Completed:
    """Fill in missing answers m times by chained equations with predictive mean matching.

    Every question of `questions` is predicted by linear regression from all others, from `using` and from
    the design: the log of the weight and the strata. A missing answer is copied from one of the `donors`
    people whose predictions are nearest (of people with the same prediction any), so that only answers that
    somebody gave are filled in. "Don't know", refusals, empty cells and cells after a break-off are filled;
    people who were not asked are left as they are. The data that were read are not changed.

    Parameters
    ----------
    questions : sequence of str
        Numeric questions, ordered scales and questions of two answers.
    using : sequence of str
        Further predictors. Unordered questions enter as one indicator an answer; "no answer" is one of them.
    m : int
        Imputations, 2 or more.
    cycles : int
        Rounds of the chain before a copy is taken; every copy has its own chain.
    donors : int
        People a missing answer may be copied from.
    seed : int
        The same seed and the same rows in the same order give the same copies.
    clusters : {"indicators", "leave-out"}, optional
        Must be said where the design has clusters. "indicators" predicts from the sampling unit, one
        indicator each: answers of a unit stay alike, standard errors are right or somewhat too large (Reiter,
        Raghunathan and Kinney 2006; Andridge 2011). "leave-out" does not: imputed answers are less alike
        than given ones, and standard errors come out too small the more is missing.
    progress : callable, optional
        Told which copy is being made.

    Returns
    -------
    Imputed
        m completed surveys with the estimating verbs; `Completed` from the function itself.

    Raises
    ------
    EstimationError
        Nothing is missing; a question without an order (nominal, several answers, text); too few donors;
        nothing that predicts; more strata or units than a model of indicators holds; options out of range.

    Notes
    -----
    Missing at random given what the model holds. Chained equations of `statsmodels` (`MICEData`), coefficients
    drawn from their normal approximation, type 1 matching (van Buuren 2018, ch. 3.4; R `mice` "pmm").

    Examples
    --------
    >>> import numpy as np, pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"x": np.arange(60) % 7, "y": (np.arange(60) % 7) * 2 + np.arange(60) % 3})
    >>> data["y"] = data["y"].where(np.arange(60) % 5 > 0)
    >>> done = sa.read(data).impute(["y"], using=["x"], m=3, seed=1)
    >>> done.filled, len(done.surveys), done.mean("y").rows["n"].tolist()
    ({'y': 12}, 3, [60])
    """
    _check_options(m, cycles, donors, seed)
    found = {name: _orderable(survey, name) for name in _named(questions)}
    holes = {name: np.isin(v.missing, _FILLED) for name, v in found.items()}
    if not any(h.any() for h in holes.values()):
        raise EstimationError("No answer is missing.", where="questions: " + ", ".join(found))
    rows = _asked_all(found, holes)
    _check_donors(found, holes, rows, donors)
    predictors, names = complete_columns(survey, [q for q in _named(using) if q not in found], clusters, rows)
    if len(found) == 1 and predictors.empty:
        raise EstimationError(
            f"Nothing predicts '{next(iter(found))}': the weights are equal and there are no strata.",
            hint="name predictors: using=[...].",
        )
    answers = pd.DataFrame({f"q{j}": _numbers(v) for j, v in enumerate(found.values())})
    tell = progress or (lambda _text: None)
    copies = []
    for i, one in enumerate(np.random.SeedSequence(seed).spawn(m)):
        tell(f"Imputing, copy {i + 1} of {m}")
        drawn = _chain(answers, predictors, rows, cycles, donors, np.random.default_rng(one))
        copies.append(_completed(survey, found, holes, drawn))
    filled = {n: int(h.sum()) for n, h in holes.items() if h.any()}
    return Completed(tuple(copies), filled, names, cycles, donors, seed)


def _named(names: Sequence[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise EstimationError(f"'{names}' is one name, not a list of names.", hint=f"write [{names!r}].")
    return tuple(dict.fromkeys(names))


def _check_options(m: int, cycles: int, donors: int, seed: int) -> None:
    for name, value, least in (("m", m, 2), ("cycles", cycles, 1), ("donors", donors, 1), ("seed", seed, 0)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise EstimationError(f"{name} = {value!r} is no whole number of {least} or more.")


def _orderable(survey: SurveyData, name: str) -> Categorical | Numeric:
    """A question whose answers can be predicted as numbers."""
    question = survey.table.question(name)
    if name in survey.study.derived:
        raise EstimationError(
            f"'{name}' is derived from other questions.", hint="impute those; it follows from them."
        )
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
        hint='declare the scale\'s order (kind = "likert"), or impute elsewhere and use Imputed.of().',
    )


def _numbers(variable: Categorical | Numeric) -> FloatArray:
    """Answers as numbers to predict: places on an ordered scale; NaN where missing."""
    if isinstance(variable, Numeric):
        return variable.numbers
    return np.where(variable.codes >= 0, variable.codes, np.nan).astype(np.float64)


def _asked_all(found: dict[str, Categorical | Numeric], holes: dict[str, BoolArray]) -> BoolArray:
    """People who were asked every question that is filled in: the rows of the chain."""
    asked = {name: holes[name] | v.known() for name, v in found.items()}
    rows = np.asarray(np.column_stack(list(asked.values())).all(axis=1), dtype=bool)
    for name, hole in holes.items():
        lost = hole & ~rows
        if lost.any():
            other = next(n for n, a in asked.items() if (lost & ~a).any())
            raise EstimationError(
                f"{counted(int(lost.sum()), 'person', 'people')} with no answer to '{name}' {'was' if lost.sum() == 1 else 'were'} not asked '{other}'.",
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
    found: dict[str, Categorical | Numeric], holes: dict[str, BoolArray], rows: BoolArray, donors: int
) -> None:
    for name, variable in found.items():
        known = int((variable.known() & rows).sum())
        if holes[name].any() and known < max(10, 2 * donors):
            raise EstimationError(
                f"Only {known} people answered '{name}'; their answers cannot stand for "
                f"{int(holes[name].sum())} missing ones.",
                hint="leave it out of questions.",
            )


def _chain(
    answers: pd.DataFrame,
    predictors: pd.DataFrame,
    rows: BoolArray,
    cycles: int,
    donors: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One chain over the people who were asked everything that is filled in."""
    from survey_analysis.imputation.matching import Chain  # noqa: PLC0415  statsmodels only for imputation

    inside = pd.concat([answers, predictors], axis=1)[rows].reset_index(drop=True)
    varying = [c for c in inside.columns if inside[c].max() > inside[c].min()]
    data = Chain(inside[varying], k_pmm=donors, rng=rng)
    data.update_all(cycles)
    out = answers.copy()
    for column in answers.columns:
        filled = data.data[column] if column in varying else inside[column].ffill().bfill()  # one answer only
        out.loc[rows, column] = filled.to_numpy()
    return out


def _completed(
    survey: SurveyData,
    found: dict[str, Categorical | Numeric],
    holes: dict[str, BoolArray],
    drawn: pd.DataFrame,
) -> SurveyData:
    """The survey with drawn answers in the empty cells; design and weights unchanged."""
    raw = survey.table.raw
    cells: dict[str, NDArray[np.object_]] = {}
    for j, (name, variable) in enumerate(found.items()):
        question = survey.table.question(name)
        values = drawn[f"q{j}"].to_numpy()
        rows = np.flatnonzero(holes[name])
        texts = raw.frame[question.columns[""]].to_numpy(dtype=object).copy()
        texts[rows] = _texts(variable, values[rows], question)
        cells[question.columns[""]] = texts
    table = Table(raw.with_frame(raw.frame.assign(**cells)), survey.study, survey.table.not_reached)
    return survey.replace(table=table)


def _texts(variable: Categorical | Numeric, values: FloatArray, question: Question) -> list[str]:
    """Cell texts of drawn answers: the code of the level, or the number; of a reversed question as it was asked."""
    if isinstance(variable, Numeric):
        values = turned(question, values) if question.reverse else values
        return [code(float(v)) if float(v).is_integer() else repr(float(v)) for v in values]
    levels = variable.scale.levels
    if question.reverse:
        levels = tuple(reversed(levels))
    return [levels[int(v)].code for v in values]
