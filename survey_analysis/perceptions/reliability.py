"""Internal consistency of scales, weighted, by group: the verb `reliability`."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.core.efa import Extraction
from survey_analysis.core.item_moments import ItemMoments, Missing
from survey_analysis.core.reliability import alpha_of, correlation_of, spearman_brown
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.cells import cells
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions import concerns
from survey_analysis.perceptions.limits import Precision, design_of
from survey_analysis.perceptions.scale_items import answers_of, people_of, scales_asked
from survey_analysis.perceptions.scale_results import Task
from survey_analysis.results.reliability import Concern, ReliabilityData, ReliabilityMethod
from survey_analysis.typing import By, FloatArray, Where


def alpha(items: FloatArray, weight: FloatArray) -> float:
    """Cronbach's alpha of item columns (n, k), weighted; Spearman-Brown for two items.

    Rows with a missing item are left out. NaN where an item does not vary or fewer than two items stand.

    Notes
    -----
    k/(k-1) (1 - sum s_j^2 / s_X^2), variances and covariances weighted; for two items 2r/(1+r)
    (statistics 2.19).

    Examples
    --------
    >>> import numpy as np
    >>> round(alpha(np.array([[1.0, 2, 1], [2, 2, 3], [4, 5, 4], [5, 4, 5]]), np.ones(4)), 3)
    0.946
    """
    moments = ItemMoments.of(items, np.ones(len(items), dtype=bool), weight)
    if moments.items < 2 or (moments.n < 3).any():
        return float("nan")
    covariance = moments.split(moments.theta(weight))[1]
    if not (np.diag(covariance) > 0).all():
        return float("nan")
    if moments.items == 2:
        return spearman_brown(float(correlation_of(covariance)[0, 1]))
    return alpha_of(covariance)


def reliability(
    survey: SurveyData,
    items: str | Sequence[str] | None = None,
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    method: ReliabilityMethod = "design",
    missing: Missing = "complete",
    factors: int | None = None,
    extraction: Extraction = "minres",
    n: int | None = None,
    seed: int | None = None,
) -> ReliabilityData:
    """Estimate how consistently the items of a scale measure, by what was rated and by group.

    Parameters
    ----------
    items : str or sequence of str, optional
        Constructs of the study file, each a scale; or the items of one scale. All constructs by default.
    by, where, level
        As in `proportion`; batteries are always broken down by the subjects they run over.
    method : {"design", "bootstrap", "feldt"}
        Limits from the design's variance (Taylor or replicates); percentiles of a Rao-Wu bootstrap of sampling
        units; Feldt's F for alpha, of simple samples only.
    missing : {"complete", "pairwise"}
        People who answered every item, or for every pair of items those who answered both (R `psych`).
    factors : int, optional
        Group factors for omega hierarchical, two or more; omega total of one factor is always given.
    extraction : {"minres", "ml"}
        How the group factors are extracted; needs `factors`.
    n, seed : int, optional
        Replicates (500) and seed of a bootstrap.

    Returns
    -------
    Reliability
        Of three items and more: alpha, standardised and ordinal alpha, omega, lambda 6, split halves; of two:
        Spearman-Brown. With item statistics, KMO, Bartlett's test, and warnings that name reversed,
        double-barrelled, constant and unanswered items, scales that cannot be tested, singular matrices.

    Raises
    ------
    ColumnNotFoundError
        An unknown construct or item.
    EstimationError
        One item; items of different subjects or scales; too many factors; options that do not go together.
    DesignError
        Feldt's limits of a survey that is no simple sample.

    Notes
    -----
    alpha = k/(k-1) (1 - tr C / sum C), C the weighted covariance matrix; omega total = 1 - sum u² / sum R of one
    minres factor; two items 2r/(1+r) (statistics 2.19). z by the delta method on the moments, polychoric
    correlations by both steps of their score equations. R `psych::alpha`, `omega`, `polychoric`, `KMO`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"a": [1, 2, 4, 5, 3, 2], "b": [2, 2, 5, 4, 3, 1], "c": [1, 3, 4, 5, 2, 2]})
    >>> found = sa.read(data).reliability(["a", "b", "c"])
    >>> round(found["alpha"].value, 3)
    0.93
    """
    wanted = Precision(method, level, n, seed)
    _check_options(missing, factors, extraction)
    scales = scales_asked(survey, items)
    first = scales[0].items[0]
    for scale in scales:
        if scale.items[0].over != first.over:
            raise EstimationError(
                f"'{scale.name}' does not run over the same subjects as '{scales[0].name}'.",
                hint="ask for them one by one.",
            )
    found = cells(survey, first, by, where)
    task = Task(survey, found, wanted, missing, factors, extraction, design_of(survey.frame, wanted))
    return task.result(scales, where)


def _check_options(missing: Missing, factors: int | None, extraction: Extraction) -> None:
    if missing not in ("complete", "pairwise"):
        raise EstimationError(f"missing = {missing!r} is not known.", hint='give "complete" or "pairwise".')
    if extraction not in ("minres", "ml"):
        raise EstimationError(f"extraction = {extraction!r} is not known.", hint='give "minres" or "ml".')
    if extraction != "minres" and factors is None:
        raise EstimationError("extraction= is of group factors, and factors= is not given.", hint="factors=3")


def concerns_of(
    survey: SurveyData, items: str | Sequence[str] | None = None, *, by: By = None, where: Where = None
) -> tuple[Concern, ...]:
    """What a reader must know about scales, without their coefficients: most `warnings` of `reliability`."""
    told: list[tuple[str, Concern]] = []
    for scale in scales_asked(survey, items):
        found = cells(survey, scale.items[0], by, where)
        people = people_of(survey, found.over)
        told += [("", c) for c in concerns.of_scale(survey, scale)]
        for cell in found.cells if len(scale.items) > 1 else ():
            answers = answers_of(survey, scale, cell, people, "complete")
            moments = ItemMoments.of(answers.x, cell.mask, survey.frame.weight)
            vector = moments.theta(survey.frame.weight * answers.factor)
            named = concerns.undefined(scale.label, scale.names, answers, moments, vector)
            named = named or concerns.of_items(scale, moments.split(vector)[1])
            group = ", ".join(d.label_of(k) for d, k in zip(found.dims, cell.keys, strict=True))
            told += [(group, c) for c in named]
    return concerns.merged(told)
