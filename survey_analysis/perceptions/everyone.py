"""The base of people who rated every source, and how the rows of an estimate group into measures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from survey_analysis.core.covariance import covariance, domain_df
from survey_analysis.core.influence import ratio
from survey_analysis.core.intervals import t_interval
from survey_analysis.errors import EstimationError, NotReducibleError
from survey_analysis.estimation.cells import stack
from survey_analysis.results.estimate import EstimateData, Evidence
from survey_analysis.typing import FloatArray


def evidence_of(estimate: EstimateData) -> Evidence:
    """Numerators and denominators of an estimate; an error where there were too many to keep."""
    if estimate.evidence is None:
        raise NotReducibleError(
            "These ratings are too many to be compared at once.", hint="compare fewer questions in a call."
        )
    return estimate.evidence


def measures(estimate: EstimateData, dim: str) -> Mapping[tuple[str, ...], list[int]]:
    """Rows with answers of each measure (and segment): label of everything but the source -> rows."""
    place = [d.name for d in estimate.dims].index(dim)
    answered = (estimate.rows["n"] > 0).tolist()
    out: dict[tuple[str, ...], list[int]] = {}
    for i, keys in enumerate(estimate.keys):
        rest = tuple(
            d.label_of(k) for j, (d, k) in enumerate(zip(estimate.dims, keys, strict=True)) if j != place
        )
        if answered[i]:
            out.setdefault(rest, []).append(i)
    return out


def measure_name(rest: tuple[str, ...], estimate: EstimateData) -> str:
    """A measure by the labels of its dimensions, else by the question."""
    return ", ".join(rest) or (estimate.topic.short or estimate.topic.question)


def on_everyone(estimate: EstimateData, dim: str) -> EstimateData | None:
    """The same levels over the people who rated every source; None where there are none.

    Loop factors are those of all sources together; rows hold estimates on that base, with intervals by t.
    """
    evidence = evidence_of(estimate)
    groups = [rows for rows in measures(estimate, dim).values() if len(rows) > 1]
    by_row: dict[int, FloatArray] = {}
    for rows in groups:
        factor = _factor(evidence, rows)
        if factor is None:
            return None
        by_row |= dict.fromkeys(rows, factor)
    if not by_row:
        return None
    places = list(by_row)
    n = evidence.frame.n
    member = evidence.member.astype(np.float64) if evidence.x is None else evidence.x
    y = stack([evidence.y[:, i] * by_row[i] for i in places], n)
    x = stack([member[:, i] * by_row[i] for i in places], n)
    made = replace(evidence, y=y, x=x, member=x != 0, subject=("",) * len(places), loop=None, asked=0)
    return _estimate(estimate, places, made)


def _factor(evidence: Evidence, rows: list[int]) -> FloatArray | None:
    """Loop factor of rating all of them, 0 for who did not; None where nobody did."""
    inside = evidence.in_all(rows) & (evidence.frame.weight > 0)
    if not inside.any():
        return None
    with np.errstate(divide="ignore"):
        factor = evidence.factor(frozenset(evidence.subject[i] for i in rows))
    if not np.isfinite(factor[inside]).all():
        raise EstimationError(
            "Some people rated every source although the loop could not have asked them all.",
            hint="check [design.loops]: probability and asked.",
        )
    return np.where(inside, np.where(np.isfinite(factor), factor, 0.0), 0.0)


def _estimate(estimate: EstimateData, places: list[int], evidence: Evidence) -> EstimateData:
    assert evidence.x is not None  # noqa: S101  made above
    theta, z = ratio(evidence.y, evidence.x, evidence.frame)
    V = covariance(z, evidence.frame, member=evidence.member)
    df = domain_df(evidence.member, evidence.frame)
    rows = estimate.rows.iloc[places].reset_index(drop=True)
    low, high = t_interval(theta, np.diag(V), df, estimate.level)
    counted = evidence.member & (evidence.frame.weight > 0)[:, None]
    rows["estimate"], rows["std_error"] = theta, np.sqrt(np.diag(V))
    rows["conf_low"], rows["conf_high"], rows["df"] = low, high, df
    rows["n"] = [evidence.people(counted[:, j]) for j in range(len(places))]
    return replace(
        estimate,
        rows=rows,
        vcov=V,
        keys=tuple(estimate.keys[i] for i in places),
        bases=("people who rated every source",) * len(places),
        evidence=evidence,
        r_code="",
    )
