"""Order effects: answers about a source rated first against one rated later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import covariance, union_df, zero_small
from survey_analysis.core.intervals import t_interval
from survey_analysis.core.quadratic import t_test
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.assemble import Asked, assemble
from survey_analysis.estimation.cells import Cell, Cells
from survey_analysis.estimation.fits import Column
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.everyone import evidence_of
from survey_analysis.results.estimate import Dim, EstimateData
from survey_analysis.results.test import TestData
from survey_analysis.significance.compare import compare, influence
from survey_analysis.significance.pairs import Pair
from survey_analysis.study.sample import Order
from survey_analysis.typing import Adjustment, IntArray, Where

AVERAGE = "average over sources"
"""Row of the order effect averaged over sources."""
POSITION = Dim("position", "Position", (("first", "Rated first"), ("later", "Rated later")))


def order_effects(
    survey: SurveyData,
    levels: EstimateData,
    dim: str,
    *,
    adjust: Adjustment,
    where: Where,
    level: float,
) -> tuple[TestData | None, str]:
    """Rated first minus rated later of every source, and a note on ratings without a place in the order.

    None where the study file names no order for these sources, or where no source was rated both first and later.

    Notes
    -----
    Whoever rated one source only is always first, and of many sources few are first: people in both positions
    would differ. So only orders of m >= 2 sources count, first ratings with weight w m and later ones with
    w m / (m - 1), the inverse of the chance of that position under random order. Both positions then stand for
    the same people.

    Raises
    ------
    EstimationError
        The column holds names that are no sources.
    """
    told = survey.study.design.order.get(dim)
    if told is None:
        return None, ""
    place = [d.name for d in levels.dims].index(dim)
    at, listed = positions(survey, told, dim, levels.dims[place])
    chance = (np.where(listed > 1, listed, 0), np.where(listed > 1, listed / np.maximum(listed - 1, 1), 0.0))
    evidence = evidence_of(levels)
    member = evidence.member.astype(np.float64) if evidence.x is None else evidence.x
    columns: list[Column] = []
    made: list[Cell] = []
    bases: list[str] = []
    unplaced = 0
    for i, keys in enumerate(levels.keys):
        mine = at[keys[place]]
        rated = evidence.member[:, i] & (evidence.frame.weight > 0)
        unplaced += int((rated & (mine == 0)).sum())
        for (name, label), at_place, factor in zip(
            POSITION.levels, (mine == 1, mine > 1), chance, strict=True
        ):
            subject = evidence.subject[i]
            inside = at_place & (listed > 1)
            y, x = (v[:, i] * at_place * factor for v in (evidence.y, member))
            columns.append(Column(len(made), "", y, x, 0))
            made.append(Cell((*keys, name), inside, subject))
            bases.append(f"{levels.bases[i]}, {label.lower()}")
    over = dim if any(evidence.subject) else ""
    found = Cells((*levels.dims, POSITION), tuple(made), over)
    topic = replace(levels.topic, predicate="")
    weight = evidence.frame.weight
    placed = [bool((weight * c.x > 0).any()) for c in columns]
    if not any(first and later for first, later in zip(placed[::2], placed[1::2], strict=True)):
        return None, f"no source was rated both first and later: '{told.column}' cannot show what order does"
    split = assemble(survey, found, columns, topic, tuple(bases), asked=Asked(where, level))
    note = (
        f"{unplaced:,} ratings have no place in '{told.column}' and are in neither position"
        if unplaced
        else ""
    )
    test = compare(split, dim="position", base="own", adjust=adjust, level=level)
    return _with_average(split, test, dim), note


def _with_average(split: EstimateData, test: TestData, dim: str) -> TestData:
    """The same test with the average effect over the sources of each measure, which is seen best."""
    place, position = ([d.name for d in split.dims].index(n) for n in (dim, POSITION.name))
    pairs: dict[tuple[str, ...], list[Pair]] = {}
    for i in range(0, len(split), 2):
        if split.rows["n"].iloc[i] > 0 and split.rows["n"].iloc[i + 1] > 0:
            rest = tuple(k for j, k in enumerate(split.keys[i]) if j not in (place, position))
            pairs.setdefault(rest, []).append(Pair(i, i + 1, position))
    rows = [_average(split, some, dim, test.level) for some in pairs.values() if len(some) > 1]
    if not rows:
        return test
    return replace(
        test,
        rows=pd.concat([test.rows, pd.DataFrame(rows)], ignore_index=True),
        bases=(*test.bases, *("people with two or more sources in their order",) * len(rows)),
    )


def _average(split: EstimateData, pairs: Sequence[Pair], dim: str, level: float) -> dict[str, object]:
    """Mean over sources of rated first minus rated later; one test, outside the family of the sources."""
    evidence = evidence_of(split)
    made = [influence(evidence, pair, "own") for pair in pairs]
    theta = np.mean([t for t, _, _ in made], axis=0)
    z = np.mean([z[:, 0] - z[:, 1] for _, z, _ in made], axis=0)
    member = np.any([mass > 0 for _, _, mass in made], axis=0) & (evidence.frame.weight > 0)[:, None]
    d, nu = float(theta[0] - theta[1]), union_df(member, evidence.frame)
    se = float(np.sqrt(zero_small(covariance(z, evidence.frame)[0, 0], float(np.abs(theta).max()))))
    low, high = t_interval(d, se**2, nu, level)
    statistic, p = t_test(d, se, nu)
    rest = {
        x.name: x.label_of(k)
        for x, k in zip(split.dims, split.keys[pairs[0].a], strict=True)
        if x.name not in (dim, POSITION.name)
    }
    a, b = (label for _, label in POSITION.levels)
    return {
        "question": split.rows["question"].iloc[pairs[0].a],
        "contrast": f"{a} - {b}",
        "a": a,
        "b": b,
        **rest,
        dim: AVERAGE,
        "base": "own",
        "estimate_a": float(theta[0]),
        "estimate_b": float(theta[1]),
        "estimate": d,
        "std_error": se,
        "conf_low": float(low),
        "conf_high": float(high),
        "statistic": float(statistic),
        "df": nu,
        "p_value": float(p),
        "p_adjusted": float(p),
        "n": evidence.people(np.asarray(member.any(axis=1), dtype=bool)),
        "n_a": int(member[:, 0].sum()),
        "n_b": int(member[:, 1].sum()),
        "relation": "overlapping",
        "effect": "",
        "method": "mean over sources",
    }


def positions(
    survey: SurveyData, told: Order, dim: str, sources: Dim
) -> tuple[Mapping[str, IntArray], IntArray]:
    """Place of each source in each row's order (1 = rated first), 0 where it is not listed; how many are."""
    names = _names(survey, dim, sources)
    texts = survey.table.raw.column(told.column)
    out = {key: np.zeros(len(texts), dtype=np.int64) for key, _ in sources.levels}
    count = np.zeros(len(texts), dtype=np.int64)
    unknown: dict[str, int] = {}
    for text, rows in texts.groupby(texts).groups.items():
        where = texts.index.get_indexer(rows)
        listed = [part.strip() for part in str(text).split(told.separator) if part.strip()]
        count[where] = len(listed)
        for i, part in enumerate(listed):
            key = names.get(part)
            if key is None:
                unknown[part] = unknown.get(part, 0) + len(where)
            elif key in out:
                out[key][where] = np.where(out[key][where] == 0, i + 1, out[key][where])
    if unknown:
        shown = ", ".join(f"'{k}' ({n})" for k, n in list(unknown.items())[:5])
        raise EstimationError(
            f"'{told.column}' lists names that are no {dim}: {shown}.",
            where=f"[study.toml: design.order.{dim}]",
            hint="known: " + ", ".join(f"'{n}'" for n in list(names)[:12]),
        )
    return out, count


def _names(survey: SurveyData, dim: str, sources: Dim) -> dict[str, str]:
    """Everything a source may be called in the order column: code, key, label."""
    out: dict[str, str] = {}
    subjects = survey.table.codebook.subjects.get(dim)
    if subjects is not None:
        for key, label, code in subjects.members:
            out |= {key: key, label: key} | ({code: key} if code else {})
        return out
    for key, label in sources.levels:
        out |= {key: key, label: key}
    return out
