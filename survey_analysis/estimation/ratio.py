"""Ratios of totals: rates, and shares whose unit is an event rather than a person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey_analysis.errors import ScoreError
from survey_analysis.estimation.assemble import Column, assemble
from survey_analysis.estimation.cells import cells
from survey_analysis.estimation.export import column_name
from survey_analysis.estimation.origin import base_texts, topic
from survey_analysis.estimation.rcode import answered, number
from survey_analysis.estimation.scoring import missing_in, numbers
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import EstimateData
from survey_analysis.typing import By, Where


def ratio(
    survey: SurveyData,
    numerator: str,
    denominator: str,
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    unit: str = "",
) -> EstimateData:
    """Estimate the ratio of two totals, with the person as the sampling unit.

    "87% of recommendations happen face to face" is `ratio("face_to_face", "recommendations")`: the unit
    counted is the recommendation, and one person's recommendations move together.

    Parameters
    ----------
    numerator, denominator : str
        Numeric questions; people without both answers are out of the base.
    unit : str
        What is counted ("recommendation"), for the base line.
    by, where, level
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
    top, bottom = survey.table.question(numerator), survey.table.question(denominator)
    if top.over != bottom.over:
        raise ScoreError(f"'{numerator}' and '{denominator}' do not run over the same subjects.")
    found = cells(survey, top, by, where)
    columns = []
    for i, cell in enumerate(found.cells):
        a = survey.table.variable(numerator, cell.subject)
        b = survey.table.variable(denominator, cell.subject)
        y, x = numbers(top, a, "ratio"), numbers(bottom, b, "ratio")
        base = cell.mask & ~np.isnan(y) & ~np.isnan(x)
        names = column_name(numerator, cell.subject), column_name(denominator, cell.subject)
        both = f"({answered(names[0])}) & ({answered(names[1])})"
        r = (f"{number(names[0])} * ({both})", f"{number(names[1])} * ({both})")
        lost = missing_in(np.maximum(a.missing, b.missing), cell.mask)
        columns.append(Column(i, "", np.where(base, y, 0.0), np.where(base, x, 0.0), lost, r))
    about = replace(
        topic(survey, top, "ratio", "ratio", score="ratio"), denominator=denominator, unit_of_count=unit
    )
    bases = base_texts(top.base or bottom.base, numerator, where, found)
    return assemble(survey, found, columns, about, bases, where=where, level=level, method="t")
