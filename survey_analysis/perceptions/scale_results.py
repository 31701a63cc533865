"""Everything about scales in groups: coefficients with limits, items, factorability, concerns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from survey_analysis.core.calibrate import effective_n
from survey_analysis.core.efa import Extraction
from survey_analysis.core.factorability import bartlett, kmo, parallel
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.item_moments import ItemMoments, Missing, Smooth, Weighted
from survey_analysis.core.item_tables import MOST_CATEGORIES, ItemTables
from survey_analysis.core.polychoric import LARGEST
from survey_analysis.core.reliability import (
    correlation_of,
    is_singular,
    item_statistics,
    scales_of,
    split_halves,
)
from survey_analysis.estimation.cells import Cell, Cells, check_samples
from survey_analysis.estimation.origin import base_texts, labels, provenance
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions import concerns
from survey_analysis.perceptions.coefficients import Coefficient, of_moments, of_tables
from survey_analysis.perceptions.limits import Found, Precision, feldt, limits, refuse_weighted
from survey_analysis.perceptions.scale_items import GroupAnswers, ScaleItems, answers_of, people_of
from survey_analysis.results.estimate import Dim, Evidence
from survey_analysis.results.reliability import Concern, ReliabilityData
from survey_analysis.significance.simple.verb import why_not_simple
from survey_analysis.typing import FloatArray, Where

SEED = 20161107
"""Of the uncorrelated answers of parallel analysis, and of splits where there are too many."""
Row = dict[str, object]


@dataclass(frozen=True, eq=False)
class Made:
    """What one scale gives in one group."""

    rows: list[Row]
    items: list[Row]
    factors: list[Row]
    concerns: list[Concern]


@dataclass(frozen=True, eq=False)
class Task:
    """One call: the survey, its groups and how to estimate."""

    survey: SurveyData
    found: Cells
    wanted: Precision
    missing: Missing
    factors: int | None
    extraction: Extraction
    frame: DesignFrame

    def result(self, scales: Sequence[ScaleItems], where: Where) -> ReliabilityData:
        """All scales in all groups."""
        survey, found, evidence = self.survey, self.found, people_of(self.survey, self.found.over)
        rows: list[Row] = []
        items: list[Row] = []
        factors: list[Row] = []
        told: list[tuple[str, Concern]] = []
        keys: list[tuple[str, ...]] = []
        bases: list[str] = []
        members = []
        for scale in scales:
            told += [("", c) for c in concerns.of_scale(survey, scale)]
            texts = base_texts(scale.base or scale.items[0].base, scale.items[0].name, where, found)
            for cell, text in zip(found.cells, texts, strict=True):
                answers = answers_of(survey, scale, cell, evidence, self.missing)
                members.append(answers.base)
                made = self.scale(scale, cell, answers)
                lead: Row = {"construct": scale.label, **labels(found.dims, cell.keys)}
                rows += [lead | r for r in made.rows]
                items += [lead | r for r in made.items]
                factors += [lead | r for r in made.factors]
                group = ", ".join(d.label_of(k) for d, k in zip(found.dims, cell.keys, strict=True))
                told += [(group, c) for c in made.concerns]
                keys += [(scale.name, *cell.keys)] * len(made.rows)
                bases += [text] * len(made.rows)
        member = np.column_stack(members)
        check_samples(survey, member)
        dim = Dim("construct", "Construct", tuple((s.name, s.label) for s in scales), kind="measure")
        weight = survey.frame.weight[member.any(axis=1)]
        return ReliabilityData(
            rows=pd.DataFrame(rows),
            items=pd.DataFrame(items),
            factors=pd.DataFrame(factors),
            scales=pd.DataFrame(self.between(scales, evidence)),
            warnings=concerns.merged(told),
            dims=(dim, *found.dims),
            keys=tuple(keys),
            bases=tuple(bases),
            provenance=provenance(survey, where, member),
            method=self.wanted.method,
            missing=self.missing,
            level=self.wanted.level,
            weighted=bool(np.ptp(weight) > 1e-9 * weight.max(initial=0.0)) if len(weight) else False,
        )

    def between(self, scales: Sequence[ScaleItems], evidence: Evidence) -> list[Row]:
        """Correlations of the sums of every two scales in every group, plain and corrected for attenuation."""
        sized = [s for s in scales if len(s.items) > 1]
        out: list[Row] = []
        for cell in self.found.cells:
            parts = [answers_of(self.survey, s, cell, evidence, self.missing) for s in sized]
            for a, b in combinations(range(len(sized)), 2):
                x = np.hstack([parts[a].x, parts[b].x])
                moments = ItemMoments.of(x, cell.mask, self.frame.weight, missing=self.missing)
                n = int(moments.n.min())
                found = _correlated(moments, self.frame.weight * parts[a].factor, len(sized[a].items), n)
                names: Row = {"construct": sized[a].label, "other": sized[b].label}
                out.append(names | labels(self.found.dims, cell.keys) | {"n": n} | found)
        return out

    def scale(self, scale: ScaleItems, cell: Cell, answers: GroupAnswers) -> Made:
        """One scale in one group."""
        if self.wanted.method == "feldt":
            refuse_weighted(self.survey.frame, answers.base, "Feldt's interval")
        moments = ItemMoments.of(answers.x, cell.mask, self.frame.weight, missing=self.missing)
        k = moments.items
        if k < 2:
            return Made(
                [coefficient_row(answers, k, Coefficient("alpha"), None, "not defined: one item")], [], [], []
            )
        vector = moments.theta(self.frame.weight * answers.factor)
        told = concerns.undefined(scale.label, scale.names, answers, moments, vector)
        family = of_moments(moments, self.factors, self.extraction)
        if told:
            stop = told[0]
            rows = [coefficient_row(answers, k, c, None, why_not(stop)) for c in family.coefficients]
            return Made(rows, [], [], told)
        found = self.limits(Smooth(moments, family.function), family.coefficients, answers)
        if self.wanted.method == "feldt":
            found = feldt(found, family.coefficients, answers.n, k, self.wanted.level)
        rows = [coefficient_row(answers, k, c, (found, j)) for j, c in enumerate(family.coefficients)]
        means, covariance = moments.split(vector)
        told = concerns.of_items(scale, covariance)
        r = correlation_of(covariance)
        rows += self._splits(answers, r) if k > 2 else []
        ordinal, more = self._ordinal(scale, cell, answers)
        return Made(
            rows + ordinal,
            _items(scale, means, covariance, answers),
            self._factorability(r, answers),
            told + more,
        )

    def limits(self, statistic: Smooth, coefficients: Sequence[Coefficient], answers: GroupAnswers) -> Found:
        """Estimates and limits under the design, ratings weighted by 1 / the chance that they were asked."""
        scaled = Weighted(statistic, answers.factor)
        return limits(scaled, coefficients, self.frame, answers.base, self.wanted)

    def _ordinal(
        self, scale: ScaleItems, cell: Cell, answers: GroupAnswers
    ) -> tuple[list[Row], list[Concern]]:
        """Coefficients of polychoric correlations, for answers with few levels."""
        tables = ItemTables.of(answers.x, cell.mask, missing=self.missing)
        if len(tables.levels) > MOST_CATEGORIES:
            return [], []
        weight = self.frame.weight * answers.factor
        vector = tables.theta(weight)
        told = concerns.of_polychoric(scale, vector, tables.square(vector), LARGEST)
        family = of_tables(tables)
        found = self.limits(Smooth(tables, family.function), family.coefficients, answers)
        if self.wanted.method == "feldt":
            found = feldt(found, family.coefficients, answers.n, tables.items, self.wanted.level)
        rows = [
            coefficient_row(answers, tables.items, c, (found, j)) for j, c in enumerate(family.coefficients)
        ]
        return rows, told

    def _factorability(self, r: FloatArray, answers: GroupAnswers) -> list[Row]:
        """KMO, eigenvalues with parallel analysis of the effective number of people, Bartlett's test.

        The test counts people once: only a simple sample has it.
        """
        values = np.linalg.eigvalsh(r)[::-1]
        lost = float("nan")
        names = ("kmo", "bartlett", "bartlett_df", "bartlett_p", "components")
        row: Row = {"items": len(r), "n": answers.n, **dict.fromkeys(names, lost)}
        if not is_singular(r):
            weight = self.survey.frame.weight * answers.factor * answers.base
            n = int(effective_n(self.survey.frame.weight, (answers.factor * answers.base)[:, None])[0])
            row["kmo"] = kmo(r).overall if len(r) > 2 else lost
            if n > len(r):
                row["components"] = float(parallel(r, n, seed=SEED).above_quantile)
            if not why_not_simple(self.survey.frame, answers.base) and np.ptp(weight[answers.base]) == 0:
                test = bartlett(r, answers.n)
                row |= {"bartlett": test.statistic, "bartlett_df": float(test.df), "bartlett_p": test.p_value}
        return [row | {"eigenvalues": tuple(float(v) for v in values)}]

    def _splits(self, answers: GroupAnswers, r: FloatArray) -> list[Row]:
        found = split_halves(r, seed=SEED)
        splits = f"all {found.splits:,} splits" if found.every else f"{found.splits:,} splits drawn"
        values = {"mean": found.average, "lowest": found.smallest, "highest": found.largest}
        out = []
        for name, value in values.items():
            one = Coefficient("split_half", f"{name} of {splits}")
            row = coefficient_row(answers, len(r), one, None, "no interval: a summary of splits")
            out.append(row | {"estimate": value})
        return out


WHY = {
    "unanswered": "nobody answered {items}",
    "few_people": "fewer than three people answered {items}",
    "constant": "everybody gave one answer to {items}",
}
"""Concerns that leave no coefficient defined."""


def _correlated(moments: ItemMoments, weight: FloatArray, first: int, n: int) -> Row:
    """Correlation of two sums, the first of so many items; NaN where they are not defined."""
    if n < concerns.FEWEST:
        return {"correlation": float("nan"), "corrected": float("nan")}
    k = moments.items
    found = scales_of(moments.split(moments.theta(weight))[1], [range(first), range(first, k)])
    return {"correlation": float(found.correlation[0, 1]), "corrected": float(found.corrected[0, 1])}


def why_not(concern: Concern) -> str:
    """Why a coefficient is not defined, for the column `method`."""
    items = ", ".join(f"'{i}'" for i in concern.items)
    return f"not defined: {WHY[concern.kind].format(items=items)}"


def coefficient_row(
    answers: GroupAnswers,
    items: int,
    one: Coefficient,
    found: tuple[Found, int] | None,
    why: str = "",
) -> Row:
    """A tidy row of one coefficient; without numbers where it is not defined."""
    lost = float("nan")
    row: Row = {"coefficient": one.name, "variant": one.variant, "items": items}
    if found is None:
        numbers = dict.fromkeys(("estimate", "std_error", "conf_low", "conf_high", "df"), lost)
        method = why
    else:
        at, j = found
        numbers = {
            "estimate": float(at.theta[j]),
            "std_error": float(at.std_error[j]),
            "conf_low": float(at.low[j]),
            "conf_high": float(at.high[j]),
            "df": at.df,
        }
        method = at.method[j]
    return row | numbers | {"n": answers.n, "n_missing": answers.n_missing, "method": method}


def _items(scale: ScaleItems, means: FloatArray, covariance: FloatArray, answers: GroupAnswers) -> list[Row]:
    found = item_statistics(covariance)
    r = correlation_of(covariance)
    adequacy = np.full(len(means), np.nan) if is_singular(r) or len(r) < 3 else kmo(r).items
    counted = (answers.counted & answers.base[:, None]).sum(axis=0)
    sd = np.sqrt(np.diag(covariance))
    return [
        {
            "item": question.name,
            "n": int(counted[j]),
            "mean": float(means[j]),
            "sd": float(sd[j]),
            "r_total": float(found.r_total[j]),
            "r_standardised": float(found.r_standardised[j]),
            "r_corrected": float(found.r_corrected[j]),
            "r_dropped": float(found.r_dropped[j]),
            "alpha_dropped": float(found.alpha_dropped[j]),
            "standardised_dropped": float(found.standardised_dropped[j]),
            "sampling_adequacy": float(adequacy[j]),
        }
        for j, question in enumerate(scale.items)
    ]
