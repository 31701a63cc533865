"""Intraclass correlations: how far several ratings by the same people agree. The verb `icc`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.icc import FORMS, icc_classical, icc_values, mean_squares
from survey_analysis.core.item_moments import ItemMoments, Smooth, Weighted, answered_columns
from survey_analysis.errors import names_of
from survey_analysis.estimation.cells import Cell, cells, check_samples
from survey_analysis.estimation.origin import base_texts, labels, provenance
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions import concerns
from survey_analysis.perceptions.coefficients import Coefficient
from survey_analysis.perceptions.limits import Found, Precision, design_of, limits, refuse_weighted
from survey_analysis.perceptions.ratings_together import Ratings, check_whole_people, ratings_of
from survey_analysis.perceptions.scale_items import GroupAnswers, people_of
from survey_analysis.perceptions.scale_results import Row, coefficient_row, why_not
from survey_analysis.results.estimate import Dim
from survey_analysis.results.reliability import Concern, ReliabilityData
from survey_analysis.typing import By, FloatArray, Where

COEFFICIENTS = tuple(Coefficient(form) for form in FORMS)


def icc(
    survey: SurveyData,
    ratings: str | Sequence[str],
    *,
    over: str | None = None,
    subjects: Sequence[str] | None = None,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    method: Literal["design", "bootstrap", "f"] = "design",
    n: int | None = None,
    seed: int | None = None,
) -> ReliabilityData:
    """Estimate how far several ratings by the same people agree, in six forms.

    Parameters
    ----------
    ratings : str or sequence of str
        A battery (its ratings of every subject), or two questions or more that the same people answered.
    over : str, optional
        In a file with one row a rating: the question that says what a row rates.
    subjects : sequence of str, optional
        Of a battery or of `over`, those whose ratings are compared; all of them by default.
    by, where, level
        As in `proportion`; `by` cannot be the subjects of the battery, which are the ratings.
    method : {"design", "bootstrap", "f"}
        Limits from the design's variance; percentiles of a Rao-Wu bootstrap; F distributions with the F test of
        zero, of simple samples only.
    n, seed : int, optional
        Replicates (500) and seed of a bootstrap.

    Returns
    -------
    Reliability
        Rows ICC1, ICC2, ICC3 for one rating and ICC1k, ICC2k, ICC3k for the mean of them: 1 where each person
        has other ratings, 2 where these are a sample of ratings, 3 where these are all. People without every
        rating are out and counted.

    Raises
    ------
    EstimationError
        Fewer than two ratings; a battery beside other questions; more subjects than a loop asked of anybody.
    DesignError
        F limits of a survey that is no simple sample.

    Notes
    -----
    Mean squares from weighted means and covariances, n the people; Shrout and Fleiss (1979), McGraw and Wong
    (1996), R `psych::ICC(lmer = FALSE)`. Limits of the design on log(1 - ICC).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"a": [9, 6, 8, 7, 10, 6], "b": [2, 1, 4, 1, 5, 2], "c": [5, 3, 6, 2, 6, 4]})
    >>> found = sa.read(data).icc(["a", "b", "c"], method="f")
    >>> round(found["ICC2"].value, 3), round(found["ICC3"].value, 3)
    (0.224, 0.788)
    """
    wanted = Precision(method, level, n, seed, known=("design", "bootstrap", "f"))
    asked = ratings_of(survey, names_of(ratings, "the ratings"), over, subjects)
    label, names = asked.label, asked.names
    found = cells(survey, None, by, where)
    frame = design_of(survey.frame, wanted)
    texts = base_texts(asked.base, label, where, found)
    rows: list[Row] = []
    told: list[tuple[str, Concern]] = []
    keys: list[tuple[str, ...]] = []
    bases: list[str] = []
    members = []
    for cell, text in zip(found.cells, texts, strict=True):
        answers = _answers(survey, asked, cell)
        members.append(answers.base)
        made, concern = _group(label, names, answers, frame, wanted)
        lead: Row = {"construct": label, **labels(found.dims, cell.keys)}
        rows += [lead | r for r in made]
        group = ", ".join(d.label_of(k) for d, k in zip(found.dims, cell.keys, strict=True))
        told += [(group, c) for c in concern]
        keys += [(label, *cell.keys)] * len(made)
        bases += [text] * len(made)
    member = np.column_stack(members)
    check_samples(survey, member)
    weight = survey.frame.weight[member.any(axis=1)]
    return ReliabilityData(
        rows=pd.DataFrame(rows),
        items=pd.DataFrame(),
        factors=pd.DataFrame(),
        scales=pd.DataFrame(),
        warnings=concerns.merged(told),
        dims=(Dim("construct", "Ratings", ((label, label),), kind="measure"), *found.dims),
        keys=tuple(keys),
        bases=tuple(bases),
        provenance=provenance(survey, where, member),
        kind="icc",
        method=method,
        level=level,
        weighted=bool(np.ptp(weight) > 1e-9 * weight.max(initial=0.0)) if len(weight) else False,
    )


def _answers(survey: SurveyData, asked: Ratings, cell: Cell) -> GroupAnswers:
    x = asked.x
    if asked.joined:
        check_whole_people(survey, cell.mask)
    evidence = people_of(survey, "")
    counted = answered_columns(x, cell.mask, "complete")
    weighed = survey.frame.weight > 0
    base = counted.any(axis=1) & weighed
    some = cell.mask & weighed & ~np.isnan(x).all(axis=1)
    missing = evidence.people(some & ~base)
    return GroupAnswers(x, cell.mask, counted, base, asked.factor, evidence.people(base), missing)


def _group(
    label: str, names: Sequence[str], answers: GroupAnswers, frame: DesignFrame, wanted: Precision
) -> tuple[list[Row], list[Concern]]:
    """The six forms in one group."""
    if wanted.method == "f":
        refuse_weighted(frame, answers.base, "The F interval of an ICC")
    moments = ItemMoments.of(answers.x, answers.inside, frame.weight)
    vector = moments.theta(frame.weight * answers.factor)
    k = len(names)
    nothing = dict.fromkeys(("statistic", "df1", "df2", "p_value"), float("nan"))
    told = concerns.undefined(label, names, answers, moments, vector)
    if told:
        return [coefficient_row(answers, k, c, None, why_not(told[0])) | nothing for c in COEFFICIENTS], told
    n = float(moments.n[0])

    def values(v: FloatArray) -> FloatArray:
        return icc_values(*moments.split(v), n)

    if wanted.method != "f":
        statistic = Weighted(Smooth(moments, values), answers.factor)
        found = limits(statistic, COEFFICIENTS, frame, answers.base, wanted)
        rows = [coefficient_row(answers, k, c, (found, j)) | nothing for j, c in enumerate(COEFFICIENTS)]
        return rows, []
    means, covariance = moments.split(vector)
    squares = mean_squares(means, covariance, n)
    lost = np.full(len(COEFFICIENTS), np.nan)
    if min(squares.within, squares.residual) <= 1e-12 * squares.between:
        why = ("no interval: the ratings of a person do not differ",) * len(COEFFICIENTS)
        at = Found(values(vector), lost, lost, lost, n - 1, why)
        return [coefficient_row(answers, k, c, (at, j)) | nothing for j, c in enumerate(COEFFICIENTS)], []
    out = []
    for j, row in enumerate(icc_classical(means, covariance, int(n), level=wanted.level)):
        low, high = np.where(np.arange(len(lost)) == j, [[row.low], [row.high]], lost)
        at = Found(values(vector), lost, low, high, row.df1, ("F",) * len(lost))
        tested = {"statistic": row.statistic, "df1": row.df1, "df2": row.df2, "p_value": row.p_value}
        out.append(coefficient_row(answers, k, COEFFICIENTS[j], (at, j)) | tested)
    return out, []
