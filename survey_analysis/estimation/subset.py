"""One part of an estimate, as an estimate: `seen["micro"]` and iteration."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from survey_analysis.results.estimate import EstimateData, Evidence


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
