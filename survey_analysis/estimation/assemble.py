"""From numerators and denominators to an `EstimateData`: theta, z, the one kernel, tidy rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from survey_analysis.core.calibrate import effective_n
from survey_analysis.core.covariance import covariance, domain_df, zero_small_matrix
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.srs import Replacement
from survey_analysis.core.srs import deff as srs_effect
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.cells import Cells, check_samples, stack
from survey_analysis.estimation.fits import Column, Fit, Fitted, ratio_fit
from survey_analysis.estimation.loops import loop_of
from survey_analysis.estimation.origin import labels, provenance
from survey_analysis.estimation.rcode import RColumn, script
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import EstimateData, Evidence, Topic
from survey_analysis.typing import (
    BoolArray,
    DesignEffect,
    EstimateDf,
    FloatArray,
    IntArray,
    ProportionInterval,
    Where,
)

LARGEST_EVIDENCE = 40_000_000
"""Numbers kept with an estimate for later comparisons; above that only the covariance is kept."""
ONE_UNIT = "no interval: one sampling unit"
"""Said of a domain inside one sampling unit of each stratum it touches: nothing there varies between units."""
REPLACEMENT: dict[str, Replacement] = {"with-replacement": "with", "without-replacement": "without"}


@dataclass(frozen=True)
class Asked:
    """How precision is stated: level, degrees of freedom, which design effect, where."""

    where: Where = None
    level: float = 0.95
    df: EstimateDf = "domain"
    deff: DesignEffect = "with-replacement"

    def __post_init__(self) -> None:
        if isinstance(self.level, str | bool) or not 0.5 <= self.level < 1:
            raise EstimationError(
                f"level = {self.level} is not a confidence level.", hint="give a number such as 0.95."
            )
        wrong = isinstance(self.df, str | bool) or self.df <= 0
        if self.df not in ("domain", "design") and wrong:
            raise EstimationError(
                f"df = {self.df!r} is not known.", hint='give "domain", "design" or a number above 0.'
            )
        if self.deff not in REPLACEMENT:
            raise EstimationError(
                f"deff = {self.deff!r} is not known.", hint=f"give one of {', '.join(REPLACEMENT)}."
            )

    def degrees(self, member: BoolArray, frame: DesignFrame) -> FloatArray:
        """Degrees of freedom of each row: its domain's, the design's (R `degf`), or the number given."""
        if self.df == "domain":
            return domain_df(member, frame)
        value = float(frame.design_df) if self.df == "design" else float(self.df)
        return np.full(member.shape[1], value)


def assemble(
    survey: SurveyData,
    found: Cells,
    columns: list[Column],
    topic: Topic,
    bases: tuple[str, ...],
    *,
    asked: Asked,
    method: ProportionInterval | Literal["t"] = "t",
    fit: Fit | None = None,
) -> EstimateData:
    """Estimate all columns together, with their joint covariance.

    theta = sum(w y f) / sum(w x f), or sum(w y f) for a total, f the loop factor of the column's subject; any
    other statistic comes with its own `fit`, whose weights are w x f.
    """
    columns, evidence = gathered(survey, found, columns, topic.statistic == "total")
    frame = evidence.frame
    check_samples(survey, evidence.member)
    x = evidence.x if evidence.x is not None else evidence.member.astype(np.float64)
    looped = evidence.loop is not None and any(evidence.subject)
    factor = stack([evidence.factor(frozenset({s})) for s in evidence.subject], frame.n) if looped else 1.0
    x = x * factor if looped else x
    counted = evidence.member & (frame.weight > 0)[:, None]
    n = np.array([evidence.people(counted[:, j]) for j in range(counted.shape[1])], dtype=np.int64)
    if not columns or not (n > 0).any():
        raise EstimationError(
            f"Nobody in the domain answered '{topic.question}'.",
            hint="check where= and the routing (asked_if).",
        )
    df = asked.degrees(evidence.member, frame)
    n_effective = effective_base(frame.weight, x, evidence.person)
    y = evidence.y * factor if looped and fit is None else evidence.y
    made = (fit or ratio_fit(topic, method))(columns, y, x, frame, df, n, n_effective, asked.level)
    vcov = zero_small_matrix(covariance(made.z, frame, member=evidence.member), _scale(topic, made, evidence))
    low, high, used = made.limits(np.diag(vcov))
    out = pd.DataFrame(_names(found, columns, topic))
    out["estimate"], out["std_error"] = made.theta, np.sqrt(np.diag(vcov))
    out["conf_low"], out["conf_high"] = low, high
    out["df"] = df
    out["deff"] = _design_effect(topic, made, y, x, np.diag(vcov), frame, asked.deff)
    out["n"] = n
    out["n_effective"] = n_effective
    out["n_missing"] = [c.n_missing for c in columns]
    out["n_weighted"] = frame.weight @ x
    out["method"] = np.where((df > 0) | (n == 0) | (fit is not None), used, ONE_UNIT)
    out.loc[n == 0, ["estimate", "std_error", "conf_low", "conf_high", "deff"]] = np.nan
    out.loc[n == 0, "method"] = "no respondents"
    if fit is not None:
        evidence = replace(evidence, theta=made.theta, z=made.z, remake=made.remake)
    return EstimateData(
        rows=_drop_empty(out),
        vcov=vcov,
        topic=topic,
        dims=found.dims,
        keys=tuple(found.cells[c.cell].keys for c in columns),
        bases=tuple(bases[c.cell] for c in columns),
        provenance=provenance(survey, asked.where, evidence.member),
        level=asked.level,
        evidence=evidence if evidence.y.size <= LARGEST_EVIDENCE else None,
        r_code=partial(r_code, survey, found, columns, asked.where, topic.statistic),
        design_effect=asked.deff,
        df_rule=asked.df,
    )


def gathered(
    survey: SurveyData, found: Cells, columns: list[Column], is_total: bool
) -> tuple[list[Column], Evidence]:
    """Columns of the cells that were asked, and their numerators and bases side by side."""
    columns = _asked(found, columns)
    evidence = _evidence(survey, found, columns, is_total)
    return _viewed(columns, evidence), evidence


def _names(found: Cells, columns: Sequence[Column], topic: Topic) -> list[dict[str, str]]:
    return [
        {
            "question": topic.question,
            "level": c.level,
            **labels(found.dims, found.cells[c.cell].keys),
            "score": topic.score,
        }
        for c in columns
    ]


def _scale(topic: Topic, made: Fitted, evidence: Evidence) -> FloatArray | float:
    """The size below which a standard error is rounding."""
    if topic.unit == "share":
        return 1.0
    largest = np.abs(evidence.y).max(axis=0, initial=0.0) if topic.statistic != "correlation" else 1.0
    if topic.statistic in ("variance", "covariance"):
        largest = largest**2
    return np.asarray(np.fmax(np.abs(made.theta), largest))


def _design_effect(
    topic: Topic,
    made: Fitted,
    y: FloatArray,
    x: FloatArray,
    variance: FloatArray,
    frame: DesignFrame,
    kind: DesignEffect,
) -> FloatArray:
    """Against a simple random sample of the same size; NaN for statistics that have no such form."""
    if not made.of_sums:
        return np.full(len(made.theta), np.nan)
    statistic: Literal["total", "ratio", "mean"] = (
        "total" if topic.statistic == "total" else "ratio" if topic.statistic == "ratio" else "mean"
    )
    return srs_effect(variance, y, x, frame.weight, statistic=statistic, replacement=REPLACEMENT[kind])


def r_code(survey: SurveyData, found: Cells, columns: list[Column], where: Where, statistic: str) -> str:
    """R code of the estimates, "" where a column has none."""
    if not all(c.r[0] for c in columns):
        return ""
    lines = []
    for c in columns:
        names = labels(found.dims, found.cells[c.cell].keys).values()
        lines.append(RColumn(c.cell, ", ".join([*names, *([c.level] if c.level else [])]) or "all", *c.r))
    return script(survey, found, lines, where, statistic)


def _asked(found: Cells, columns: list[Column]) -> list[Column]:
    """Without the cells of samples that were not asked at all: they are no empty domains."""
    place = next((i for i, d in enumerate(found.dims) if d.name == "sample"), None)
    if place is None:
        return columns
    filled = {found.cells[c.cell].keys[place] for c in columns if c.x.any()}
    return [c for c in columns if found.cells[c.cell].keys[place] in filled]


def _evidence(survey: SurveyData, found: Cells, columns: list[Column], is_total: bool) -> Evidence:
    n = len(survey)
    x = stack([c.x for c in columns], n)
    loop, asked = loop_of(survey, found.over)
    return Evidence(
        y=stack([c.y for c in columns], n),
        x=None if is_total else x,
        member=x != 0,
        frame=survey.frame,
        subject=tuple(found.cells[c.cell].subject for c in columns),
        loop=loop,
        asked=asked,
        person=survey.person,
    )


def _viewed(columns: list[Column], evidence: Evidence) -> list[Column]:
    """The columns as views of the evidence, so that their numbers are held once."""
    if evidence.x is None:
        return [replace(c, y=evidence.y[:, j]) for j, c in enumerate(columns)]
    return [replace(c, y=evidence.y[:, j], x=evidence.x[:, j]) for j, c in enumerate(columns)]


def effective_base(weight: FloatArray, x: FloatArray, person: IntArray | None) -> FloatArray:
    """Kish's effective base, of people: one person's ratings in a long file weigh together."""
    if person is None:
        return effective_n(weight, x)
    sums = np.zeros((int(person.max(initial=0)) + 1, x.shape[1]))
    np.add.at(sums, person, weight[:, None] * x)
    return effective_n(np.ones(len(sums)), sums)


def _drop_empty(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns that mean nothing for this result are absent."""
    empty = [c for c in ("level", "score") if (rows[c] == "").all()]
    return rows.drop(columns=empty)
