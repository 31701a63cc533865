"""Construct scores by source: mean, sum, percent of maximum or box of a respondent's items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_analysis.errors import EstimationError, ScoreError
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cell, Cells, cells
from survey_analysis.estimation.constructs import (
    SCORE_NAMES,
    SCORES,
    Box,
    box_of,
    construct_score,
    constructs_of,
    ends_of,
    items_of,
    pomp_ends,
    same_footing,
)
from survey_analysis.estimation.export import column_name
from survey_analysis.estimation.fits import Column
from survey_analysis.estimation.origin import base_texts
from survey_analysis.estimation.rcode import answered, number
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.reliability import alpha
from survey_analysis.results.estimate import Dim, EstimateData, Topic
from survey_analysis.scales.library import subscale
from survey_analysis.study.codebook import Construct, Question
from survey_analysis.typing import By, ConstructScore, DesignEffect, EstimateDf, Where


def perceptions(
    survey: SurveyData,
    constructs: str | Sequence[str] | None = None,
    *,
    score: ConstructScore = "mean",
    top: int | None = None,
    bottom: int | None = None,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    df: EstimateDf = "domain",
    deff: DesignEffect = "with-replacement",
) -> EstimateData:
    """Estimate construct scores (credibility, knowledge, trust) by what was rated.

    A respondent's score is made of the items answered, if at least `minimum_answered` were; reversed
    items are turned first. Several constructs stand in one result with their joint covariance.

    Parameters
    ----------
    constructs : str or sequence of str, optional
        Names from the study file's `[constructs]`; all of them by default.
    score : {"mean", "sum", "prorated", "pomp", "box"}
        Of a respondent: the mean of the items answered; the sum, of people who answered all items; the mean times
        the number of items (a sum prorated for items left out); percent of the maximum possible, 0 to 100; or,
        with `top` or `bottom`, whether the mean of the items reaches that box: the estimate is then the share of
        people whose mean item score is at least the lowest score in the top box (at most the highest in the
        bottom box), not a mean share of items.
    top, bottom : int, optional
        Size of the box of `score="box"`, from the favourable or the unfavourable end of the items' scale.
    by, where, level, df, deff
        As in `proportion`; the subjects the items run over come first.

    Returns
    -------
    EstimateData
        Means in scale units (shares as 0-1 for a box), construct x source; `topic.reliability` holds weighted alpha
        (Spearman-Brown for two items) of each.

    Raises
    ------
    ColumnNotFoundError
        An unknown construct.
    EstimationError
        Items of one construct run over different subjects or have different scales; constructs on scales of
        different length asked for as anything but POMP.
    ScoreError
        An unknown score, a box without its size, or no lowest and highest score for POMP.

    Notes
    -----
    Mean of a derived score: statistics 2.19 and the domain mean of `mean`; POMP = 100 (m - a) / (b - a) for items
    scored from a to b (Cohen, Cohen, Aiken and West 1999). Reversed items count a + b - x. Mean scores are those of
    R `psych::scoreItems(impute = "none")`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> study = {
    ...     "questions": {x: {"levels": [1, 2, 3, 4, 5]} for x in ("honest", "fair")},
    ...     "constructs": {"trust": {"items": ["honest", "fair"]}},
    ... }
    >>> survey = sa.read(pd.DataFrame({"honest": [1, 4, 5], "fair": [2, 4, 5]}), study=study)
    >>> survey.perceptions("trust").value, round(survey.perceptions("trust", score="pomp").value, 1)
    (3.5, 62.5)
    >>> round(survey.perceptions("trust", score="box", top=2).value, 3)
    0.667
    """
    chosen = constructs_of(survey, constructs)
    items = [items_of(survey, c) for c in chosen]
    first = items[0][0]
    _check(chosen, items, score, top, bottom)
    boxes = [
        box_of(c, i, top, bottom) if score == "box" else None for c, i in zip(chosen, items, strict=True)
    ]
    dim = Dim(
        "construct",
        "Construct",
        tuple((c.name, _label(c)) for c in chosen),
        kind="measure",
    )
    found = cells(survey, first, by, where)
    columns: list[Column] = []
    all_cells: list[Cell] = []
    reliability: list[tuple[str, float]] = []
    for construct, questions, box in zip(chosen, items, boxes, strict=True):
        for cell in found.cells:
            value, matrix, lost = construct_score(survey, construct, questions, cell.subject, score, box)
            base = cell.mask & ~np.isnan(value)
            r = _r(_Scored(construct, questions, box), cell.subject, score)
            missed = int((cell.mask & lost & np.isnan(value)).sum())
            columns.append(
                Column(len(all_cells), "", np.where(base, value, 0.0), base.astype(np.float64), missed, r)
            )
            all_cells.append(Cell((construct.name, *cell.keys), cell.mask, cell.subject))
            label = " / ".join([dim.label_of(construct.name), *_labels(found, cell)])
            reliability.append((label, alpha(matrix[cell.mask], survey.frame.weight[cell.mask])))
    crossed = Cells((dim, *found.dims), tuple(all_cells), found.over)
    texts = base_texts(_base(chosen, first), first.name, where, Cells(found.dims, found.cells, found.over))
    about = _topic(survey, [_Scored(*x) for x in zip(chosen, items, boxes, strict=True)], score, reliability)
    return assemble(
        survey, crossed, columns, about, texts * len(chosen), asked=Asked(where, level, df, deff),
        method="logit" if score == "box" else "t",
    )  # fmt: skip


@dataclass(frozen=True)
class _Scored:
    """A construct, its items, and the box asked for."""

    construct: Construct
    items: Sequence[Question]
    box: Box | None


def _check(
    chosen: Sequence[Construct],
    items: Sequence[Sequence[Question]],
    score: ConstructScore,
    top: int | None,
    bottom: int | None,
) -> None:
    if score not in SCORES:
        raise ScoreError(f"score = {score!r} is not known.", hint=f"give one of {', '.join(SCORES)}.")
    if score != "box" and (top is not None or bottom is not None):
        raise ScoreError(
            f"top= and bottom= belong to a box; score is {score!r}.", hint='give score="box" with them.'
        )
    for construct, questions in zip(chosen[1:], items[1:], strict=True):
        if questions[0].over != items[0][0].over:
            raise EstimationError(
                f"'{construct.name}' does not run over the same subjects as '{chosen[0].name}'."
            )
    same_footing(chosen, items, score)


def _label(construct: Construct) -> str:
    return construct.text or construct.short or construct.name.capitalize()


def _base(chosen: Sequence[Construct], first: Question) -> str:
    """The declared base; else who answered the items, which no question's name can say."""
    if chosen[0].base or first.base:
        return chosen[0].base or first.base
    mark = f" about {{{first.over}}}" if first.over else ""
    return f"respondents who answered the items of {' and '.join(_label(c) for c in chosen)}{mark}"


def _r(scored: _Scored, subject: str, score: ConstructScore) -> tuple[str, str]:
    """Numerator and base as R expressions of the flat table, which holds mean scores and item scores."""
    name = column_name(scored.construct.name, subject)
    mean, base = number(name), answered(name)
    if score == "sum":
        columns = [
            column_name(q.name, subject) + (".score" if q.kind != "numeric" else "") for q in scored.items
        ]
        base = " & ".join(answered(c) for c in columns)
        return f"({' + '.join(number(c) for c in columns)}) * ({base})", base
    if score == "prorated":
        return f"{mean} * {len(scored.items)}", base
    if score == "pomp":
        low, high = pomp_ends(scored.construct, scored.items)
        return f"100 * ({mean} - {low:g}) / {high - low:g} * ({base})", base
    if scored.box is not None:
        sign = ">=" if scored.box.upward else "<="
        slack = "- 1e-9" if scored.box.upward else "+ 1e-9"
        return f"({mean} {sign} {scored.box.bound:g} {slack}) * ({base})", base
    return mean, base


def _labels(found: Cells, cell: Cell) -> list[str]:
    return [d.label_of(k) for d, k in zip(found.dims, cell.keys, strict=True)]


_OF_ITEMS: dict[ConstructScore, str] = {
    "mean": "Mean of {items}",
    "sum": "Sum of {items}, of people who answered all of them",
    "prorated": "Sum of {items}, prorated for items left out",
    "pomp": "Percent of the maximum possible score of {items}",
    "box": "Share of people whose mean of {items} is {box}",
}


def _topic(
    survey: SurveyData,
    scored: Sequence[_Scored],
    score: ConstructScore,
    reliability: Sequence[tuple[str, float]],
) -> Topic:
    chosen = [s.construct for s in scored]
    first, box = scored[0].items[0], scored[0].box
    scale = first.scale
    texts = [survey.table.question(i).short or i for c in chosen for i in c.items]
    items = "the items " + ", ".join(texts) if len(chosen) == 1 else "each construct’s items"
    boxed = f"{box.text}{_within(box)}" if box else ""
    return Topic(
        question=chosen[0].name if len(chosen) == 1 else "perceptions",
        wording=_OF_ITEMS[score].format(items=items, box=boxed),
        statistic="proportion" if box else "mean",
        unit="share" if box else "pomp" if score == "pomp" else "score",
        score=SCORE_NAMES[score],
        answers=(f"a mean of {box.text}",) if box else (),
        scale=tuple((x.code, x.label) for x in scale.levels) if scale and score == "mean" else (),
        scale_name=scale.name if scale else "",
        scale_range=_range(scored[0], score),
        subject=first.over,
        construct_items=tuple(texts),
        reliability=tuple(reliability),
        predicate=f"rate the items of “{{construct}}” {box.text} on average" if box else "",
        short=", ".join(_label(c) for c in chosen),
        instruments=tuple(_cited(c) for c in chosen if c.instrument),
    )


def _cited(construct: Construct) -> str:
    """Where the items of a library scale come from, and whether that was checked."""
    found, part = subscale(construct.instrument)
    wording = "paraphrased items" if part.paraphrased else "items"
    return f"{_label(construct)}: {wording} of {found.citation} Library entry checked {found.checked}"


def _within(box: Box) -> str:
    """The answer at the bound of the box, where it says more than its number: " (“Somewhat agree” or above)"."""
    if box.label == f"{box.bound:g}":
        return ""
    return f" (“{box.label}” or {'above' if box.upward else 'below'})"


def _range(scored: _Scored, score: ConstructScore) -> tuple[float, float] | None:
    if score == "pomp":
        return 0.0, 100.0
    ends = ends_of(scored.construct, scored.items)
    if ends is None or score == "box":
        return None
    k = len(scored.items) if score in ("sum", "prorated") else 1
    return k * ends.low, k * ends.high
