"""What a claim speaks of, measured: its estimates, and the one comparison, ratio, rank or trend in it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np
from scipy import special

from survey_analysis.claims.language import Says
from survey_analysis.claims.terms import Bench, compared, shares
from survey_analysis.errors import EstimationError, StudyError, closest
from survey_analysis.estimation.combine import contrast
from survey_analysis.estimation.subset import subset
from survey_analysis.perceptions.ranking import SEED, directions, pairwise
from survey_analysis.results.estimate import Dim, EstimateData
from survey_analysis.results.extremes import ExtremesData
from survey_analysis.results.test import TestData
from survey_analysis.significance.compare import compare
from survey_analysis.significance.extremes import extremes
from survey_analysis.wording.precision import row_of, value_of

LEVEL: Final = 0.95


@dataclass(frozen=True, eq=False)
class Measured:
    """The estimates behind one claim.

    `levels` has a row for each estimate that the claim names (all members for a rank); `test` is the one comparison
    it is worded from, `own` the same on own bases when `test` is of the same people; `p` its p-value, not adjusted.
    """

    says: Says
    levels: EstimateData
    test: TestData | None = None
    own: TestData | None = None
    largest: ExtremesData | None = None
    best: tuple[str, ...] = ()
    slope: float | None = None
    reversed_: bool | None = None
    p: float | None = None

    def adjusted(self, p: float) -> Measured:
        """The same with its p-value adjusted in the family of the claims."""
        if self.test is None:
            return replace(self, p=p)
        rows = self.test.rows.copy()
        rows["p_adjusted"] = p
        return replace(self, p=p, test=replace(self.test, rows=rows))


def measure(bench: Bench, says: Says) -> Measured:
    """Measure what a claim says.

    Raises
    ------
    SurveyAnalysisError
        A name that does not exist, an estimate that cannot be made; a base that is empty.
    """
    if says.form == "level":
        return Measured(says, shares(bench.level(says.a, says.where)))
    if says.form == "largest":
        return _largest(bench, says)
    if says.form == "best":
        return _best(bench, says)
    if says.form == "trend":
        return _trend(bench, says)
    return _compared(bench, says)


def _compared(bench: Bench, says: Says) -> Measured:
    estimate, dim, a, b = bench.pair(says)
    test, own = compared(estimate, dim, a, b, as_ratio=says.form == "ratio")
    p = value_of(row_of(test), "p_value")
    place = next(i for i, d in enumerate(estimate.dims) if d.name == dim)
    rows = [next(i for i, keys in enumerate(estimate.keys) if keys[place] == key) for key in (a, b)]
    return Measured(says, shares(subset(estimate, rows)), test, own, p=p)


def _largest(bench: Bench, says: Says) -> Measured:
    assert says.b is not None  # noqa: S101  the parser gives both terms
    a, b = bench.place(says.a), bench.place(says.b)
    apart = [d for d in a if a[d] != b.get(d)]
    if (
        (says.a.question, says.a.stat) != (says.b.question, says.b.stat)
        or len(apart) != 1
        or set(a) != set(b)
    ):
        raise StudyError(
            "max() needs one question of two groups.",
            hint="for example max(talk[panel].mean / talk[control].mean by category) == 18.6",
        )
    dim = apart[0]
    where: dict[str, object] = {k: v for k, v in a.items() if k != dim} | {dim: [a[dim], b[dim]]}
    if says.where:
        raise StudyError(
            "max() takes no where.", hint="put the condition in both brackets, or declare a [filters]."
        )
    estimate = bench.several(says.a, [says.by, dim], where)
    test = compare(estimate, b[dim], dim=dim, as_="ratio", base="own", adjust="none")
    return Measured(says, estimate, None, largest=extremes(test))


def _best(bench: Bench, says: Says) -> Measured:
    place = bench.place(says.a)
    over = bench.over(says.a.question)
    by = None if not says.by or says.by == over else [says.by]
    where: dict[str, object] = dict(place)
    estimate = (
        bench.several(says.a, by, where or None) if not says.where else bench.several(says.a, by, says.where)
    )
    dim = _only(estimate, says.by or over)
    if estimate.dims[dim].key_of(says.member) is None:
        known = [x for level in estimate.dims[dim].levels for x in level]
        raise StudyError(f"'{says.member}' is not among those ranked.", hint=closest(says.member, known))
    return Measured(says, shares(estimate), best=best_set(estimate, dim))


def _only(estimate: EstimateData, name: str) -> int:
    """The dimension that is ranked: every other has one level."""
    names = [d.name for d in estimate.dims]
    if name not in names:
        raise StudyError("The claim does not say what is ranked.", hint="best(trust.mean by source) == micro")
    at = names.index(name)
    others = [len({keys[i] for keys in estimate.keys}) for i in range(len(names)) if i != at]
    if any(n > 1 for n in others):
        raise StudyError(f"There are several rankings by '{name}'.", hint="say of which one in brackets.")
    return at


def best_set(estimate: EstimateData, dim: int) -> tuple[str, ...]:
    """Labels of the levels that no other is shown to exceed, among the same people where there are any.

    By the simultaneous intervals of all differences (`perceptions.ranking`, statistics 2.29).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"g": ["a", "b", "c"] * 40, "y": [1, 5, 5, 2, 6, 6] * 20})
    >>> best_set(sa.read(data).mean("y", by="g"), 0)
    ('b', 'c')
    """
    which = estimate.dims[dim]
    rows = [i for i in range(len(estimate)) if estimate.rows["n"].iloc[i] > 0]
    if len(rows) < 2:
        raise EstimationError("A rank needs at least two levels with answers.")
    test = compare(estimate, dim=which.name, adjust="none")
    base: Literal["common", "own"] = "common" if (test.rows["base"] == "common").any() else "own"
    found = pairwise(estimate, test, rows, which.name, base)
    shown, _ = directions(found, LEVEL, "simultaneous", seed=SEED)
    beaten = {b if s > 0 else a for (a, b), s in zip(found.labels, shown, strict=True) if s != 0}
    return tuple(x for x in (which.label_of(estimate.keys[i][dim]) for i in rows) if x not in beaten)


def _trend(bench: Bench, says: Says) -> Measured:
    """A linear contrast over the ordered groups, and whether neighbours reverse it beyond their interval."""
    place = bench.place(says.a)
    where = bench.where(place, says.where)
    estimate = bench.several(says.a, [says.by], where)
    at = _only(estimate, says.by)
    order = [key for key, _ in estimate.dims[at].levels]
    rows = sorted(
        (i for i in range(len(estimate)) if estimate.rows["n"].iloc[i] > 0),
        key=lambda i: order.index(estimate.keys[i][at]),
    )
    if len(rows) < 3:
        raise EstimationError("A trend needs at least three groups with answers.", hint="compare two groups.")
    score = np.arange(len(rows)) - (len(rows) - 1) / 2
    coefficients = np.zeros(len(estimate))
    coefficients[rows] = score / (score**2).sum()
    line = row_of(contrast(estimate, {"trend": coefficients.tolist()}))
    slope, se, df = (float(line[k]) for k in ("estimate", "std_error", "df"))
    sign = 1.0 if says.rising else -1.0
    test = compare(estimate, dim=says.by, base="own", adjust="none")
    labels = [estimate.dims[at].label_of(estimate.keys[i][at]) for i in rows]
    turned = [
        (sign * float(r["estimate"]) > 0 and sign * float(r["conf_low" if says.rising else "conf_high"]) > 0)
        for r in (row_of(test, i) for i in range(len(test)))
        if (r["a"], r["b"]) in set(itertools.pairwise(labels))
    ]
    p = float(2 * special.stdtr(df, -abs(slope) / se)) if se > 0 else float("nan")
    return Measured(says, shares(estimate), slope=slope, reversed_=any(turned), p=p)


def spoken(m: Measured) -> EstimateData | TestData:
    """What a claim is worded from: the comparison, the largest category, else the estimates."""
    if m.test is not None:
        return m.test
    if m.largest is None:
        return m.levels
    name = m.largest.largest_label
    named = [[d.label_of(k) for d, k in zip(m.levels.dims, keys, strict=True)] for keys in m.levels.keys]
    return subset(m.levels, [i for i, labels in enumerate(named) if name in labels])


def ranked(m: Measured) -> tuple[Dim, int]:
    """The dimension ranked, and the row of the member that a claim names the best."""
    at = next(i for i, d in enumerate(m.levels.dims) if d.key_of(m.says.member) is not None)
    key = m.levels.dims[at].key_of(m.says.member)
    return m.levels.dims[at], next(i for i, keys in enumerate(m.levels.keys) if keys[at] == key)
