"""Within a person: who rates the first source higher, both the same, the second higher."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cell, Cells
from survey_analysis.estimation.fits import Column
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.everyone import evidence_of, measures
from survey_analysis.results.estimate import Dim, EstimateData, Evidence
from survey_analysis.typing import FloatArray, Where

OUTCOMES = ("first higher", "same", "second higher")
SAME = 1e-9
"""Ratings closer than this are the same: means of items carry rounding."""


def within(
    survey: SurveyData,
    ratings: EstimateData,
    dim: str,
    *,
    where: Where,
    level: float,
    favourable: Literal["first", "last"] = "last",
) -> EstimateData | None:
    """Shares of people who rate a above b, alike, below, among those who rated both; None where nobody did.

    Parameters
    ----------
    favourable : {"first", "last"}
        The end of the scale that is rated higher: "first" where small numbers are favourable and boxes are counted.

    Notes
    -----
    p = sum(w f 1[v_a > v_b]) / sum(w f) over people who rated both, f the loop factor of the pair, one entry a
    person also in a file with one row a rating; variance as of any share.
    """
    evidence = evidence_of(ratings)
    place = [d.name for d in ratings.dims].index(dim)
    source = ratings.dims[place]
    others = [d for i, d in enumerate(ratings.dims) if i != place]
    columns: list[Column] = []
    made: list[Cell] = []
    bases: list[str] = []
    names: dict[str, str] = {}
    for rows in measures(ratings, dim).values():
        keys = tuple(k for i, k in enumerate(ratings.keys[rows[0]]) if i != place)
        for i, a in enumerate(rows):
            for b in rows[i + 1 :]:
                first, second, weight = both(evidence, a, b)
                if not weight.any():
                    continue
                pair = f"{ratings.keys[a][place]} / {ratings.keys[b][place]}"
                one, two = (source.label_of(ratings.keys[j][place]) for j in (a, b))
                names[pair] = f"{one} / {two}"
                said = (source.said_of(ratings.keys[j][place]) for j in (a, b))
                bases.append(f"people who rated both {' and '.join(said)}")
                made.append(Cell((*keys, pair), weight > 0, ""))
                gap = np.where(weight > 0, first - second, 0.0) * (-1.0 if favourable == "first" else 1.0)
                for level_, hit in zip(OUTCOMES, (gap > SAME, np.abs(gap) <= SAME, gap < -SAME), strict=True):
                    columns.append(Column(len(made) - 1, level_, weight * hit, weight, 0))
    if not columns:
        return None
    dims = (*others, Dim("pair", "Pair", tuple(names.items())))
    about = replace(
        ratings.topic, statistic="proportion", unit="share", score="", answers=(), predicate="", subject="",
        construct_items=(), reliability=(), scale=(), scale_range=None,
    )  # fmt: skip
    return assemble(
        survey, Cells(dims, tuple(made), ""), columns, about, tuple(bases), asked=Asked(where, level), method="logit"
    )  # fmt: skip


def both(evidence: Evidence, a: int, b: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Values of two sources of each person, and the loop factor of those who rated both, on one row a person.

    A person with several ratings of a source has their mean.
    """
    member = evidence.member.astype(np.float64) if evidence.x is None else evidence.x
    factor = evidence.factor(frozenset({evidence.subject[a], evidence.subject[b]}))
    there = evidence.in_both(a, b) & (evidence.frame.weight > 0)
    weight = np.where(there, factor, 0.0)
    if evidence.person is None:
        one, two = (
            np.divide(evidence.y[:, j], member[:, j], out=np.zeros(len(there)), where=member[:, j] > 0)
            for j in (a, b)
        )
        return one, two, weight
    one, two = (_mean_of(evidence.person, evidence.y[:, j], member[:, j])[evidence.person] for j in (a, b))
    rated = np.flatnonzero(there & (member[:, a] > 0))
    _, first = np.unique(evidence.person[rated], return_index=True)
    once = np.zeros(len(there))
    once[rated[first]] = weight[rated[first]]
    return one, two, once


def _mean_of(person: np.ndarray, y: FloatArray, x: FloatArray) -> FloatArray:
    """Mean rating of each person, 0 for who gave none."""
    n = int(person.max(initial=0)) + 1
    total, base = np.bincount(person, y, n), np.bincount(person, x, n)
    return np.divide(total, base, out=np.zeros(n), where=base > 0)
