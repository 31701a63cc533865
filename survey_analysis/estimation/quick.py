"""Shares of exclusive answers in exclusive cells, from one table of sums instead of influence rows.

The numbers are those of `assemble`; the evidence a comparison needs is made when it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from survey_analysis.core.covariance import zero_small_matrix
from survey_analysis.core.intervals import interval
from survey_analysis.core.share_table import ShareTable, column_codes, fits, share_table
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.assemble import ONE_UNIT, Asked, r_code
from survey_analysis.estimation.cells import Cells, refuse_pooled_waves
from survey_analysis.estimation.fits import Column
from survey_analysis.estimation.origin import labels, provenance
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import EstimateData, Evidence, Topic
from survey_analysis.typing import BoolArray, FloatArray, IntArray, ProportionInterval


@dataclass(frozen=True)
class Counted:
    """An answer to count: the level printed, its code, and its numerator and base in R."""

    level: str
    code: int
    r: tuple[str, str]


class CodedEvidence(Evidence):
    """Evidence of a table of shares: codes, spread into columns of numbers when somebody compares."""

    def __init__(
        self,
        survey: SurveyData,
        answer: NDArray[np.integer[Any]],
        column: NDArray[np.intp],
        pairs: list[tuple[int, int]],
    ) -> None:
        put = object.__setattr__
        for name, value in {
            "frame": survey.frame,
            "subject": ("",) * len(pairs),
            "loop": None,
            "asked": 0,
            "person": None,
            "theta": None,
            "z": None,
            "remake": None,
            "_codes": (answer, column),
            "_pairs": pairs,
        }.items():
            put(self, name, value)

    @cached_property
    def y(self) -> FloatArray:
        """Numerators (n, k)."""
        answer, column = self._codes  # type: ignore[attr-defined]
        return np.column_stack([(answer == a) & (column == c) for c, a in self._pairs]).astype(np.float64)  # type: ignore[attr-defined]

    @cached_property
    def x(self) -> FloatArray:
        """Denominators (n, k)."""
        return self.member.astype(np.float64)

    @cached_property
    def member(self) -> BoolArray:
        """Who is in the base of each row (n, k)."""
        answer, column = self._codes  # type: ignore[attr-defined]
        return np.column_stack([(answer >= 0) & (column == c) for c, _ in self._pairs])  # type: ignore[attr-defined]


def carries(survey: SurveyData, answers: int, columns: int) -> bool:
    """Whether this survey's tables can be made from sums: one row a person, one population, a plain design."""
    samples = survey.study.samples
    one_population = samples is None or len(samples.members) < 2
    if survey.person is not None or not one_population:
        return False
    return fits(survey.frame, answers, columns)


def quick_shares(
    survey: SurveyData,
    found: Cells,
    answer: NDArray[np.integer[Any]],
    counted: list[Counted],
    missing: BoolArray,
    topic: Topic,
    bases: tuple[str, ...],
    *,
    asked: Asked,
    method: ProportionInterval,
) -> EstimateData | None:
    """Shares of the answers `counted` in every cell; None where the rows must do it.

    `answer` holds codes from 0, -1 for no answer; every code counts in the base. `missing` marks people who
    were asked and gave no usable answer.
    """
    width = max(int(answer.max(initial=-1)), *(c.code for c in counted)) + 1
    column = column_codes([c.mask for c in found.cells], len(survey))
    if column is None or not carries(survey, width, len(found.cells)):
        return None
    if survey.waves is not None:
        refuse_pooled_waves(survey, np.column_stack([c.mask & (answer >= 0) for c in found.cells]))
    table = share_table(answer, column, width, len(found.cells), survey.frame)
    if not table.n.any():
        raise EstimationError(
            f"Nobody in the domain answered '{topic.question}'.",
            hint="check where= and the routing (asked_if).",
        )
    pairs = [(i, c.code) for i in range(len(found.cells)) for c in counted]
    lost = np.bincount(column[(column >= 0) & missing], minlength=len(found.cells))
    rows, vcov = _rows(survey, found, table, pairs, counted, lost, topic, asked, method)
    none = np.zeros(0)
    columns = [Column(i, c.level, none, none, 0, c.r) for i in range(len(found.cells)) for c in counted]
    return EstimateData(
        rows=rows,
        vcov=vcov,
        topic=topic,
        dims=found.dims,
        keys=tuple(found.cells[c].keys for c, _ in pairs),
        bases=tuple(bases[c] for c, _ in pairs),
        provenance=provenance(survey, asked.where, (column >= 0)[:, None]),
        level=asked.level,
        evidence=CodedEvidence(survey, answer, column, pairs),
        r_code=partial(r_code, survey, found, columns, asked.where, topic.statistic),
        design_effect=asked.deff,
        df_rule=asked.df,
    )


def _rows(
    survey: SurveyData,
    found: Cells,
    table: ShareTable,
    pairs: list[tuple[int, int]],
    counted: list[Counted],
    lost: IntArray,
    topic: Topic,
    asked: Asked,
    method: ProportionInterval,
) -> tuple[pd.DataFrame, FloatArray]:
    place = np.array([c for c, _ in pairs])
    flat = place * table.share.shape[1] + np.array([a for _, a in pairs])
    theta = table.share.ravel()[flat]
    vcov = zero_small_matrix(table.vcov[np.ix_(flat, flat)], 1.0)
    variance, n = np.diag(vcov), table.n[place]
    df = _degrees(survey, table, asked)[place]
    effective = table.n_effective[place]
    limits = interval(theta, variance, df, n=n, n_effective=effective, level=asked.level, method=method)
    shown = [labels(found.dims, found.cells[c].keys) for c, _ in pairs]
    out: dict[str, object] = {"question": topic.question}
    if any(c.level for c in counted):
        out["level"] = [c.level for _ in found.cells for c in counted]
    for dim in found.dims:
        out[dim.name] = [names[dim.name] for names in shown]
    if topic.score:
        out["score"] = topic.score
    out |= {
        "estimate": theta,
        "std_error": np.sqrt(variance),
        "conf_low": np.where(n > 0, limits.low, np.nan),
        "conf_high": np.where(n > 0, limits.high, np.nan),
        "df": df,
        "deff": variance
        / share_variance(theta, n, table.n_weighted[place], asked.deff == "with-replacement"),
        "n": n.astype(np.int64),
        "n_effective": effective,
        "n_missing": lost[place].astype(np.int64),
        "n_weighted": table.n_weighted[place],
        "method": np.select([n == 0, df <= 0], ["no respondents", ONE_UNIT], limits.method.astype(object)),
    }
    return pd.DataFrame(out), vcov


def _degrees(survey: SurveyData, table: ShareTable, asked: Asked) -> FloatArray:
    if asked.df == "domain":
        return table.df
    value = float(survey.frame.design_df) if asked.df == "design" else float(asked.df)
    return np.full(len(table.df), value)


def share_variance(p: FloatArray, n: IntArray, n_weighted: FloatArray, replacement: bool) -> FloatArray:
    """Variance of a share in a simple random sample; NaN where it has none (`core.srs.srs_variance`)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = np.where(n > 1, p * (1 - p) / (n - 1), np.nan)
        if not replacement:
            variance = np.where(n_weighted >= n, variance * (n_weighted - n) / n_weighted, np.nan)
    return np.asarray(np.where(variance > 0, variance, np.nan))
