"""Source by segment: whether differences between sources differ between groups of people."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import covariance, union_df
from survey_analysis.core.quadratic import FTest, wald_f
from survey_analysis.errors import EstimationError
from survey_analysis.perceptions.everyone import evidence_of, measure_name
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import Family, TestData
from survey_analysis.significance.compare import influence
from survey_analysis.significance.pairs import Pair

Row = dict[str, object]


class _Grid(NamedTuple):
    """Rows of one measure: source x segment, -1 where nobody answered."""

    measure: str
    rest: tuple[tuple[str, str], ...]
    places: np.ndarray


def interaction(estimate: EstimateData, dim: str, segment: str) -> TestData:
    """Wald F of source x segment: on own bases over all sources, among the same people for every pair.

    Notes
    -----
    Own bases: all (p - 1)(G - 1) double differences of the levels. Same people: the G differences of a pair
    are equal. Both by W = (C d)' (C V C')^-1 (C d) over its rank, joint V from the one kernel, denominator the
    degrees of freedom of the union.

    Raises
    ------
    EstimationError
        Fewer than two segments with answers to two sources.
    """
    rows: list[Row] = []
    bases: list[str] = []
    for grid in _grids(estimate, dim, segment):
        rows.append(_own(estimate, grid, dim, segment))
        bases.append(estimate.bases[int(grid.places[grid.places >= 0][0])])
        for a in range(len(grid.places)):
            for b in range(a + 1, len(grid.places)):
                row = _pair(estimate, grid, a, b, dim, segment)
                if row is not None:
                    rows.append(row)
                    bases.append("people who rated both")
    if not rows:
        raise EstimationError(
            f"'{segment}' has no two groups that answered about two sources.",
            hint="choose another segment, or leave it out.",
        )
    frame = pd.DataFrame(rows)
    frame["p_adjusted"] = frame["p_value"]
    return TestData(
        rows=frame,
        kind="omnibus",
        topic=estimate.topic,
        dims=estimate.dims,
        bases=tuple(bases),
        family=Family("none", len(rows), f"interaction of {dim} and {segment}, not adjusted"),
        provenance=estimate.provenance,
        level=estimate.level,
    )


def _grids(estimate: EstimateData, dim: str, segment: str) -> list[_Grid]:
    names = [d.name for d in estimate.dims]
    s, g = names.index(dim), names.index(segment)
    sources, groups = ([k for k, _ in estimate.dims[i].levels] for i in (s, g))
    found: dict[tuple[str, ...], np.ndarray] = {}
    answered = (estimate.rows["n"] > 0).tolist()
    for i, keys in enumerate(estimate.keys):
        rest = tuple(k for j, k in enumerate(keys) if j not in (s, g))
        table = found.setdefault(rest, np.full((len(sources), len(groups)), -1))
        if answered[i]:
            table[sources.index(keys[s]), groups.index(keys[g])] = i
    out = []
    others = [d for j, d in enumerate(estimate.dims) if j not in (s, g)]
    for rest, table in found.items():
        labels = tuple((d.name, d.label_of(k)) for d, k in zip(others, rest, strict=True))
        whole = table[(table >= 0).any(axis=1)]
        whole = whole[:, (whole >= 0).all(axis=0)]
        if whole.shape[0] > 1 and whole.shape[1] > 1:
            name = measure_name(tuple(v for _, v in labels), estimate)
            out.append(_Grid(name, labels, whole))
    return out


def _own(estimate: EstimateData, grid: _Grid, dim: str, segment: str) -> Row:
    p, g = grid.places.shape
    contrast = np.kron(np.diff(np.eye(p), axis=0), np.diff(np.eye(g), axis=0))
    rows = grid.places.ravel()
    theta = estimate.rows["estimate"].to_numpy()[rows]
    V = contrast @ estimate.vcov[np.ix_(rows, rows)] @ contrast.T
    evidence = evidence_of(estimate)
    member = evidence.member[:, rows]
    found = wald_f(contrast @ theta, V, union_df(member, evidence.frame))
    n = evidence.people(np.asarray(member.any(axis=1) & (evidence.frame.weight > 0), dtype=bool))
    what = f"differences between all levels of {dim} equal in every {_label(estimate, segment)}"
    return _row(estimate, grid, what, "own", found, n)


def _pair(estimate: EstimateData, grid: _Grid, a: int, b: int, dim: str, segment: str) -> Row | None:
    """Same-people difference of two sources, equal in all segments where somebody rated both."""
    evidence = evidence_of(estimate)
    place = [d.name for d in estimate.dims].index(dim)
    d, z, member = [], [], []
    for i, j in zip(grid.places[a], grid.places[b], strict=True):
        both = evidence.in_both(int(i), int(j)) & (evidence.frame.weight > 0)
        if both.any():
            theta, influences, _ = influence(evidence, Pair(int(i), int(j), place), "common")
            d.append(theta[0] - theta[1])
            z.append(influences[:, 0] - influences[:, 1])
            member.append(both)
    if len(d) < 2:
        return None
    contrast = np.diff(np.eye(len(d)), axis=0)
    V = contrast @ covariance(np.column_stack(z), evidence.frame) @ contrast.T
    base = np.column_stack(member)
    found = wald_f(contrast @ np.array(d), V, union_df(base, evidence.frame))
    labels = estimate.dims[place]
    one, two = (labels.label_of(estimate.keys[int(grid.places[r][0])][place]) for r in (a, b))
    what = f"{one} - {two} equal in every {_label(estimate, segment)}"
    return _row(
        estimate, grid, what, "common", found, evidence.people(np.asarray(base.any(axis=1), dtype=bool))
    )


def _label(estimate: EstimateData, segment: str) -> str:
    label = next(d.label for d in estimate.dims if d.name == segment)
    return label[:1].lower() + label[1:]


def _row(estimate: EstimateData, grid: _Grid, what: str, base: str, found: FTest, n: int) -> Row:
    return {
        "question": estimate.rows["question"].iloc[int(grid.places[0][0])],
        "contrast": what,
        **dict(grid.rest),
        "base": base,
        "statistic": found.statistic,
        "df": found.df1,
        "df_residual": found.df2,
        "p_value": found.p,
        "n": n,
        "method": "Wald F",
    }
