"""Grids stacked by what was rated: one row a respondent and subject, the respondent kept as cluster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical, Encoded, Multiple, Numeric
from survey_analysis.study.codebook import Question, Subjects

Values = Literal["labels", "numbers"]


def to_long(
    survey: SurveyData,
    over: str,
    *,
    questions: Sequence[str] | None = None,
    also: Sequence[str] = (),
    values: Values = "labels",
) -> pd.DataFrame:
    """Batteries from wide to long: a row for each respondent and each thing rated.

    Parameters
    ----------
    over : str
        A set of subjects ("source").
    questions : sequence of str, optional
        Batteries over it; all but open ones by default.
    also : sequence of str
        Questions about the respondent, repeated on each of their rows.
    values : {"labels", "numbers"}
        Answers as labels, or as scores (reversed items turned round). Whatever is missing is empty.

    Returns
    -------
    DataFrame
        `respondent` (a number that leads to no id: the cluster), `stratum` and `psu` as numbers where the design has
        them, `weight`, the subject, `also`, the items. Every respondent has a row for every subject, also those never
        asked: their items are empty. The probability of being asked is `probability`, where the design has loops.

    Raises
    ------
    ColumnNotFoundError
        No such set, or a question that does not run over it.
    EstimationError
        A question that has no place in one column (multiple response, open); scores of answers without any.

    Notes
    -----
    Rows of one respondent are not independent: give `respondent` (or `psu`, where there is one) as the cluster.

    Examples
    --------
    >>> import survey_analysis as sa
    >>> study = {"subjects": {"source": {"ann": "Ann", "bob": "Bob"}}, "scales": {"s": {"levels": [1, 2, 3]}},
    ...     "batteries": {"follow": {"over": "source", "columns": "{source}_q", "scale": "s"}}}
    >>> survey = sa.read(pd.DataFrame({"ann_q": ["3", "1"], "bob_q": ["2", ""]}), study=study)
    >>> survey.to_long("source", values="numbers")
       respondent  weight source  follow
    0           1     1.0    Ann     3.0
    1           1     1.0    Bob     2.0
    2           2     1.0    Ann     1.0
    3           2     1.0    Bob     NaN
    """
    if values not in ("labels", "numbers"):
        raise EstimationError(f"values = {values!r} is not possible.", hint='give "labels" or "numbers".')
    subjects = _subjects(survey, over)
    items = _items(survey, over, questions)
    n, k = len(survey), len(subjects.keys)
    out: dict[str, object] = {name: np.repeat(np.asarray(cells), k) for name, cells in _about(survey).items()}
    out[over] = np.tile(np.array([subjects.labels[key] for key in subjects.keys], dtype=object), n)
    loop = survey.study.design.loops.get(over)
    if loop is not None:
        chance = pd.to_numeric(survey.table.raw.column(loop.probability), errors="coerce")
        out["probability"] = np.repeat(chance.to_numpy(), k)
    for name in also:
        question = survey.table.question(name)
        if question.over:
            raise EstimationError(
                f"'{name}' runs over {question.over}.", hint="also= takes questions about respondents."
            )
        out[name] = np.repeat(_cells(question, survey.table.variable(name), values), k)
    for question in items:
        columns = [
            _cells(question, survey.table.variable(question.name, key), values)
            if key in question.columns
            else np.full(n, np.nan if values == "numbers" else None)
            for key in subjects.keys
        ]
        out[question.name] = np.column_stack(columns).ravel()
    return pd.DataFrame(out)


def _subjects(survey: SurveyData, over: str) -> Subjects:
    known = survey.study.codebook.subjects
    if over not in known:
        raise ColumnNotFoundError(f"There is no set of subjects '{over}'.", hint=closest(over, known))
    return known[over]


def _items(survey: SurveyData, over: str, names: Sequence[str] | None) -> list[Question]:
    there = [q for q in survey.study.codebook if q.over == over]
    if names is None:
        found = [q for q in there if q.kind != "open"]
    else:
        found = [survey.table.question(name) for name in names]
    for question in found:
        if question.over != over:
            raise ColumnNotFoundError(
                f"'{question.name}' does not run over {over}.",
                hint=closest(question.name, [q.name for q in there]),
            )
    if not found:
        raise EstimationError(
            f"Nothing was asked about every {over}.", hint="declare it in [batteries.NAME]."
        )
    return found


def _about(survey: SurveyData) -> dict[str, object]:
    """Respondent, design and weight of each row; numbers, so that no id leaves."""
    frame, person, design = survey.frame, survey.person, survey.study.design
    out: dict[str, object] = {"respondent": (np.arange(len(survey)) if person is None else person) + 1}
    if design.strata:
        out["stratum"] = pd.factorize(frame.stratum)[0] + 1
    if design.psu:
        out["psu"] = pd.factorize(frame.psu)[0] + 1
    return {**out, "weight": frame.weight}


def _cells(question: Question, variable: Encoded, values: Values) -> np.ndarray:
    if isinstance(variable, Numeric):
        return variable.numbers
    if not isinstance(variable, Categorical):
        what = "several columns" if isinstance(variable, Multiple) else "texts"
        raise EstimationError(
            f"'{question.name}' is {what}, which to_long does not stack.",
            hint="verbatims() gives scrubbed texts; name the options as questions.",
        )
    if values == "numbers":
        return variable.values()
    labels = np.array([*(a.label for a in variable.scale.answers), None], dtype=object)
    out: np.ndarray = labels[variable.codes]
    return out
