"""Ratios of totals: rates, and shares whose unit is an event rather than a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from survey_analysis.errors import EstimationError, ScoreError
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cells, cells
from survey_analysis.estimation.export import column_name
from survey_analysis.estimation.fits import Column
from survey_analysis.estimation.origin import base_texts, topic
from survey_analysis.estimation.rcode import answered, number
from survey_analysis.estimation.scoring import missing_in, numbers
from survey_analysis.estimation.several import asked, crossed, joined, measure
from survey_analysis.frames.data import SurveyData
from survey_analysis.plurals import counted
from survey_analysis.results.estimate import EstimateData
from survey_analysis.study.codebook import Question
from survey_analysis.typing import By, DesignEffect, EstimateDf, Where


def ratio(
    survey: SurveyData,
    numerator: str | Sequence[str],
    denominator: str | Sequence[str],
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    df: EstimateDf = "domain",
    deff: DesignEffect = "with-replacement",
    unit: str = "",
) -> EstimateData:
    """Estimate the ratio of two totals, with the person as the sampling unit.

    "87% of recommendations happen face to face" is `ratio("face_to_face", "recommendations")`: the unit
    counted is the recommendation, and one person's recommendations move together.

    Parameters
    ----------
    numerator, denominator : str or sequence of str
        Numeric questions; people without both answers are out of the base. With lists every numerator stands
        over every denominator, numerators running fastest, with their joint covariance.
    unit : str
        What is counted ("recommendation"), for the base line.
    by, where, level, df, deff
        As in `proportion`.

    Returns
    -------
    EstimateData

    Raises
    ------
    ScoreError
        A question is not numeric, or both run over different subjects.

    Notes
    -----
    R = sum(w y) / sum(w x), z = w (y - R x) / sum(w x) (R `svyratio`). A mean of personal shares is
    another number (statistics 2.30).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"f2f": [1, 4, 0], "rec": [2, 4, 1]})
    >>> round(sa.read(data).ratio("f2f", "rec").value, 4)
    0.7143
    """
    tops, many_tops = asked(survey, numerator)
    bottoms, many_bottoms = asked(survey, denominator)
    for top, bottom in ((t, b) for b in bottoms for t in tops):
        if top.over != bottom.over:
            raise ScoreError(f"'{top.name}' and '{bottom.name}' do not run over the same subjects.")
    found = cells(survey, tops[0], by, where)
    columns: list[Column] = []
    bases: list[str] = []
    for top, bottom in ((t, b) for b in bottoms for t in tops):
        columns += _columns(survey, top, bottom, found, len(bases))
        _check_denominator(survey, bottom, found)
        bases += base_texts(top.base or bottom.base, top.name, where, found)
    about = replace(
        joined(topic(survey, tops[0], "ratio", "ratio", score="ratio"), tops),
        denominator=", ".join(b.short or b.name for b in bottoms),
        unit_of_count=unit,
    )
    if many_tops or many_bottoms:
        found = _pairs(found, tops, bottoms)
    return assemble(survey, found, columns, about, tuple(bases), asked=Asked(where, level, df, deff))


def _check_denominator(survey: SurveyData, bottom: Question, found: Cells) -> None:
    values = [
        numbers(bottom, survey.table.variable(bottom.name, c.subject), "ratio")[c.mask] for c in found.cells
    ]
    known = np.concatenate(values)
    known = known[~np.isnan(known)]
    if len(known) and not known.any():
        raise EstimationError(
            f"'{bottom.name}' is 0 for everybody: a ratio to it has no value.",
            where=f"{counted(len(known), 'answer')} in the domain.",
            hint="name another denominator.",
        )


def _pairs(found: Cells, tops: Sequence[Question], bottoms: Sequence[Question]) -> Cells:
    dims = (
        measure("denominator", "Denominator", [b.name for b in bottoms]),
        measure("question", "Question", [t.name for t in tops]),
    )
    return crossed(found, dims, [(b.name, t.name) for b in bottoms for t in tops])


def _columns(survey: SurveyData, top: Question, bottom: Question, found: Cells, offset: int) -> list[Column]:
    columns = []
    for i, cell in enumerate(found.cells):
        a = survey.table.variable(top.name, cell.subject)
        b = survey.table.variable(bottom.name, cell.subject)
        y, x = numbers(top, a, "ratio"), numbers(bottom, b, "ratio")
        base = cell.mask & ~np.isnan(y) & ~np.isnan(x)
        names = column_name(top.name, cell.subject), column_name(bottom.name, cell.subject)
        both = f"({answered(names[0])}) & ({answered(names[1])})"
        r = (f"{number(names[0])} * ({both})", f"{number(names[1])} * ({both})")
        lost = missing_in(np.maximum(a.missing, b.missing), cell.mask)
        columns.append(Column(offset + i, "", np.where(base, y, 0.0), np.where(base, x, 0.0), lost, r))
    return columns
