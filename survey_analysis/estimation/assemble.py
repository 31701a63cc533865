"""From numerators and denominators to an `EstimateData`: theta, z, the one kernel, tidy rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from survey_analysis.core.calibrate import effective_n
from survey_analysis.core.covariance import covariance, domain_df, zero_small_matrix
from survey_analysis.core.influence import ratio, total
from survey_analysis.core.intervals import interval, t_interval
from survey_analysis.core.srs import deff as design_effect
from survey_analysis.errors import EstimationError
from survey_analysis.estimation.cells import Cells, check_samples, stack
from survey_analysis.estimation.origin import labels, provenance
from survey_analysis.estimation.rcode import RColumn, script
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import EstimateData, Evidence, Topic
from survey_analysis.typing import FloatArray, IntArray, ProportionInterval, Where

LARGEST_EVIDENCE = 40_000_000
"""Numbers kept with an estimate for later comparisons; above that only the covariance is kept."""


@dataclass(frozen=True, eq=False)
class Column:
    """One estimate in the making: which cell, which level, numerator and base of each row (n,)."""

    cell: int
    level: str
    y: FloatArray
    x: FloatArray
    n_missing: int
    r: tuple[str, str] = ("", "")  # numerator and base as R expressions of the flat table


def assemble(
    survey: SurveyData,
    found: Cells,
    columns: list[Column],
    topic: Topic,
    bases: tuple[str, ...],
    *,
    where: Where,
    level: float,
    method: ProportionInterval | Literal["t"],
) -> EstimateData:
    """Estimate all columns together, with their joint covariance.

    theta = sum(w y f) / sum(w x f), or sum(w y f) for a total, f the loop factor of the column's subject.
    """
    _check_level(level)
    columns = _asked(found, columns)
    evidence = _evidence(survey, found, columns, topic.statistic == "total")
    frame = evidence.frame
    check_samples(survey, evidence.member)
    factor = stack([evidence.factor(frozenset({s})) for s in evidence.subject], frame.n)
    y = evidence.y * factor
    x = factor * (evidence.x if evidence.x is not None else evidence.member)
    if topic.statistic == "total":
        theta, z = total(y, frame)
    else:
        theta, z = ratio(y, x, frame)
    scale = 1.0 if topic.unit == "share" else np.maximum(np.abs(theta), _largest(evidence.y))
    vcov = zero_small_matrix(covariance(z, frame), scale)
    variance = np.diag(vcov)
    df = domain_df(evidence.member, frame)
    counted = evidence.member & (frame.weight > 0)[:, None]
    n = np.array([evidence.people(counted[:, j]) for j in range(counted.shape[1])], dtype=np.int64)
    n_effective = _effective(frame.weight, x, evidence.person)
    low, high, used = _limits(theta, variance, df, n, n_effective, topic, level, method)
    rows = [
        {
            "question": topic.question,
            "level": c.level,
            **labels(found.dims, found.cells[c.cell].keys),
            "score": topic.score,
        }
        for c in columns
    ]
    out = pd.DataFrame(rows)
    statistic: Literal["total", "ratio", "mean"] = (
        "total" if topic.statistic == "total" else "ratio" if topic.statistic == "ratio" else "mean"
    )
    out["estimate"] = theta
    out["std_error"] = np.sqrt(variance)
    out["conf_low"], out["conf_high"] = low, high
    out["df"] = df
    out["deff"] = design_effect(variance, y, x, frame.weight, statistic=statistic, replacement="with")
    out["n"] = n
    out["n_effective"] = n_effective
    out["n_missing"] = [c.n_missing for c in columns]
    out["n_weighted"] = frame.weight @ x
    out["method"] = used
    out.loc[n == 0, ["estimate", "std_error", "conf_low", "conf_high", "deff"]] = np.nan
    out.loc[n == 0, "method"] = "no respondents"
    if not columns or not (n > 0).any():
        raise EstimationError(
            f"Nobody in the domain answered '{topic.question}'.",
            hint="check where= and the routing (asked_if).",
        )
    return EstimateData(
        rows=_drop_empty(out),
        vcov=vcov,
        topic=topic,
        dims=found.dims,
        keys=tuple(found.cells[c.cell].keys for c in columns),
        bases=tuple(bases[c.cell] for c in columns),
        provenance=provenance(survey, where, evidence.member),
        level=level,
        evidence=evidence if evidence.y.size <= LARGEST_EVIDENCE else None,
        r_code=_r_code(survey, found, columns, where, topic.statistic),
    )


def _r_code(survey: SurveyData, found: Cells, columns: list[Column], where: Where, statistic: str) -> str:
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
    y = stack([c.y for c in columns], n)
    x = stack([c.x for c in columns], n)
    loop, asked = _loop(survey, found.over)
    return Evidence(
        y=y,
        x=None if is_total else x,
        member=x != 0,
        frame=survey.frame,
        subject=tuple(found.cells[c.cell].subject for c in columns),
        loop=loop,
        asked=asked,
        person=survey.person,
    )


def _loop(survey: SurveyData, over: str) -> tuple[FloatArray | None, int]:
    """Probability that an eligible subject was asked, 1 where the column is empty."""
    loop = survey.study.design.loops.get(over)
    if survey.person is not None and survey.study.design.loops:
        raise EstimationError(
            "[design.loops] is for files with one row a respondent; here a respondent has several rows.",
            where="[study.toml: design.loops]",
            hint="put the loop weight into the weight column of the long file, or give the wide file.",
        )
    if loop is None:
        return None, 0
    texts = survey.table.raw.column(loop.probability)
    numbers = pd.to_numeric(texts.where(texts != "", "1"), errors="coerce").to_numpy(dtype=np.float64)
    bad = ~((numbers > 0) & (numbers <= 1))
    if bad.any():
        raise EstimationError(
            f"{int(bad.sum())} values of '{loop.probability}' are not probabilities.",
            where=f"[study.toml: design.loops.{over}.probability] first: {texts.iloc[int(np.flatnonzero(bad)[0])]!r}",
            hint="they must lie above 0 and at most 1.",
        )
    return numbers, loop.asked


def _limits(
    theta: FloatArray,
    variance: FloatArray,
    df: FloatArray,
    n: np.ndarray,
    n_effective: FloatArray,
    topic: Topic,
    level: float,
    method: str,
) -> tuple[FloatArray, FloatArray, np.ndarray]:
    if topic.statistic == "proportion":
        low, high, used = interval(
            theta,
            variance,
            df,
            n=n,
            n_effective=n_effective,
            level=level,
            method=method,  # type: ignore[arg-type]
        )
        return low, high, used
    low, high = t_interval(theta, variance, df, level)
    return low, high, np.full(len(theta), "t")


def _effective(weight: FloatArray, x: FloatArray, person: IntArray | None) -> FloatArray:
    """Kish's effective base, of people: one person's ratings in a long file weigh together."""
    if person is None:
        return effective_n(weight, x)
    sums = np.zeros((int(person.max(initial=0)) + 1, x.shape[1]))
    np.add.at(sums, person, weight[:, None] * x)
    return effective_n(np.ones(len(sums)), sums)


def _largest(y: FloatArray) -> FloatArray:
    return np.asarray(np.abs(y).max(axis=0, initial=0.0))


def _drop_empty(rows: pd.DataFrame) -> pd.DataFrame:
    """Columns that mean nothing for this result are absent."""
    empty = [c for c in ("level", "score") if (rows[c] == "").all()]
    return rows.drop(columns=empty)


def _check_level(level: float) -> None:
    if not 0.5 <= level < 1:
        raise EstimationError(
            f"level = {level} is not a confidence level.", hint="give a number such as 0.95."
        )
