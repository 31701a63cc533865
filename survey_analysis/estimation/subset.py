"""One part of an estimate, as an estimate: `seen["micro"]` and iteration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from survey_analysis.results.estimate import EstimateData, Evidence, Remake
from survey_analysis.typing import FloatArray


def subset(estimate: EstimateData, positions: list[int]) -> EstimateData:
    """The rows at those positions, with their covariance and evidence."""
    index = np.array(positions, dtype=np.intp)
    kept = estimate.evidence
    evidence = None
    if kept is not None:
        evidence = Evidence(
            y=kept.y[:, index],
            x=None if kept.x is None else kept.x[:, index],
            member=kept.member[:, index],
            frame=kept.frame,
            subject=tuple(kept.subject[i] for i in positions),
            loop=kept.loop,
            asked=kept.asked,
            person=kept.person,
            theta=None if kept.theta is None else kept.theta[index],
            z=None if kept.z is None else kept.z[:, index],
            remake=_of_positions(kept.remake, positions),
        )
    return replace(
        estimate,
        rows=estimate.rows.iloc[positions].reset_index(drop=True),
        vcov=estimate.vcov[np.ix_(index, index)],
        keys=tuple(estimate.keys[i] for i in positions),
        bases=tuple(estimate.bases[i] for i in positions),
        evidence=evidence,
        r_code="",
    )


def _of_positions(remake: Remake | None, positions: list[int]) -> Remake | None:
    """The same, for rows counted in the subset."""
    if remake is None:
        return None

    def remade(rows: Sequence[int], mass: FloatArray) -> tuple[FloatArray, FloatArray]:
        return remake([positions[i] for i in rows], mass)

    return remade
