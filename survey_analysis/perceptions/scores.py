"""Construct scores by source: the mean of a respondent's items, when enough were answered."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cell, Cells, cells
from survey_analysis.estimation.constructs import construct_score, items_of
from survey_analysis.estimation.export import column_name
from survey_analysis.estimation.fits import Column
from survey_analysis.estimation.origin import base_texts
from survey_analysis.estimation.rcode import answered, number
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.reliability import alpha
from survey_analysis.results.estimate import Dim, EstimateData, Topic
from survey_analysis.study.codebook import Construct, Question
from survey_analysis.typing import By, DesignEffect, EstimateDf, Where


def perceptions(
    survey: SurveyData,
    constructs: str | Sequence[str] | None = None,
    *,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    df: EstimateDf = "domain",
    deff: DesignEffect = "with-replacement",
) -> EstimateData:
    """Estimate construct scores (credibility, knowledge, trust) by what was rated.

    A respondent's score is the mean of the items answered, if at least `minimum_answered` were; reversed
    items are turned first. Several constructs stand in one result with their joint covariance.

    Parameters
    ----------
    constructs : str or sequence of str, optional
        Names from the study file's `[constructs]`; all of them by default.
    by, where, level, df, deff
        As in `proportion`; the subjects the items run over come first.

    Returns
    -------
    EstimateData
        Means in scale units, construct x source; `topic.reliability` holds weighted alpha
        (Spearman-Brown for two items) of each.

    Raises
    ------
    ColumnNotFoundError
        An unknown construct.
    EstimationError
        Items of one construct run over different subjects or have different scales.

    Notes
    -----
    Mean of a derived score: statistics 2.19 and the domain mean of `mean`.

    Examples
    --------
    >>> import survey_analysis as sa
    >>> survey = sa.datasets.load("micro_influencer").clean().weight()
    >>> seen = survey.perceptions(["credibility", "knowledge"], by="source")
    >>> len(seen)
    8
    """
    known = survey.table.codebook.constructs
    names = (
        list(known)
        if constructs is None
        else [constructs]
        if isinstance(constructs, str)
        else list(constructs)
    )
    for name in names:
        if name not in known:
            raise ColumnNotFoundError(f"There is no construct '{name}'.", hint=closest(name, known))
    if not names:
        raise EstimationError(
            "The study file declares no constructs.", hint="add [constructs.NAME] items = [...]"
        )
    chosen = [known[n] for n in names]
    dim = Dim(
        "construct",
        "Construct",
        tuple((c.name, c.text or c.short or c.name.capitalize()) for c in chosen),
        kind="measure",
    )
    first = items_of(survey, chosen[0])[0]
    found = cells(survey, first, by, where)
    columns: list[Column] = []
    all_cells: list[Cell] = []
    reliability: list[tuple[str, float]] = []
    for construct in chosen:
        items = items_of(survey, construct)
        if items[0].over != first.over:
            raise EstimationError(
                f"'{construct.name}' does not run over the same subjects as '{chosen[0].name}'."
            )
        for cell in found.cells:
            score, matrix, lost = construct_score(survey, construct, items, cell.subject)
            base = cell.mask & ~np.isnan(score)
            name = column_name(construct.name, cell.subject)
            r = (number(name), answered(name))
            missed = int((cell.mask & lost & np.isnan(score)).sum())
            columns.append(
                Column(len(all_cells), "", np.where(base, score, 0.0), base.astype(np.float64), missed, r)
            )
            all_cells.append(Cell((construct.name, *cell.keys), cell.mask, cell.subject))
            label = " / ".join([dim.label_of(construct.name), *_labels(found, cell)])
            reliability.append((label, alpha(matrix[cell.mask], survey.frame.weight[cell.mask])))
    crossed = Cells((dim, *found.dims), tuple(all_cells), found.over)
    base_text = chosen[0].base or first.base
    texts = base_texts(base_text, first.name, where, Cells(found.dims, found.cells, found.over))
    return assemble(
        survey, crossed, columns, _topic(survey, chosen, items_of=first, reliability=tuple(reliability)),
        texts * len(chosen), asked=Asked(where, level, df, deff)
    )  # fmt: skip


def _labels(found: Cells, cell: Cell) -> list[str]:
    return [d.label_of(k) for d, k in zip(found.dims, cell.keys, strict=True)]


def _topic(
    survey: SurveyData,
    chosen: Sequence[Construct],
    *,
    items_of: Question,
    reliability: tuple[tuple[str, float], ...],
) -> Topic:
    scale = items_of.scale
    scores = [s for s in (scale.scores if scale else ()) if s is not None]
    texts = [survey.table.question(i).short or i for c in chosen for i in c.items]
    return Topic(
        question=chosen[0].name if len(chosen) == 1 else "perceptions",
        wording="Mean of the items " + ", ".join(texts)
        if len(chosen) == 1
        else "Mean of each construct’s items",
        statistic="mean",
        unit="score",
        score="construct mean",
        scale=tuple((x.code, x.label) for x in scale.levels) if scale else (),
        scale_name=scale.name if scale else "",
        scale_range=(min(scores), max(scores)) if scores else None,
        subject=items_of.over,
        construct_items=tuple(texts),
        reliability=reliability,
        short=", ".join(c.text or c.short or c.name.capitalize() for c in chosen),
    )
