"""Omnibus tests that all levels of a dimension are equal."""

from __future__ import annotations

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import union_df
from survey_analysis.core.quadratic import wald_f
from survey_analysis.errors import EstimationError
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.test import Family, TestData
from survey_analysis.significance.pairs import chosen_dim


def omnibus(estimate: EstimateData, *, dim: str | None = None) -> TestData:
    """Design-based F test that all levels of a dimension have the same value.

    One row a question (and a crossing of the other dimensions). People in several levels are counted
    once: the covariance between levels is that of the design.

    Parameters
    ----------
    dim : str, optional
        Dimension to test along; the subject of a battery by default.

    Returns
    -------
    TestData
        `statistic` is F = W / k on k (`df`) and nu (`df_residual`), nu of the union of the domains.

    Notes
    -----
    W = (C theta)' (C V C')^-1 (C theta), C the differences of neighbouring levels (R `regTermTest` form).

    Examples
    --------
    >>> import survey_analysis as sa
    >>> survey = sa.datasets.load("micro_influencer").clean().weight()
    >>> row = survey.mean("credible", by="source").test().to_frame().iloc[0]
    >>> int(row["df"])
    3
    """
    d = chosen_dim(estimate, dim, None)
    level_names = estimate.rows["level"].tolist() if "level" in estimate.rows else [""] * len(estimate)
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, keys in enumerate(estimate.keys):
        if estimate.rows["n"].iloc[i] > 0:
            rest = (str(estimate.rows["question"].iloc[i]), level_names[i], *keys[:d], *keys[d + 1 :])
            groups.setdefault(rest, []).append(i)
    groups = {k: v for k, v in groups.items() if len(v) > 1}
    if not groups:
        raise EstimationError("There are no two levels to test.", hint="estimate with by=, then test.")
    rows = [_row(estimate, d, members) for members in groups.values()]
    frame = pd.DataFrame(rows)
    bases = tuple(estimate.bases[members[0]] for members in groups.values())
    return TestData(
        rows=frame,
        kind="omnibus",
        topic=estimate.topic,
        dims=estimate.dims,
        bases=bases,
        family=Family("none", len(rows), "one test a question, not adjusted"),
        provenance=estimate.provenance,
        level=estimate.level,
    )


def _row(estimate: EstimateData, d: int, members: list[int]) -> dict[str, object]:
    theta = estimate.rows["estimate"].to_numpy()[members]
    contrast = np.diff(np.eye(len(members)), axis=0)
    V = contrast @ estimate.vcov[np.ix_(members, members)] @ contrast.T
    if estimate.evidence is not None:
        df = union_df(estimate.evidence.member[:, members], estimate.evidence.frame)
        n = estimate.evidence.people(np.asarray(estimate.evidence.member[:, members].any(axis=1)))
    else:
        df, n = float(estimate.rows["df"].iloc[members].max()), int(estimate.rows["n"].iloc[members].max())
    found = wald_f(contrast @ theta, V, df)
    row = estimate.rows.iloc[members[0]]
    out: dict[str, object] = {
        "question": row["question"],
        "contrast": f"all levels of {estimate.dims[d].label.lower()} equal",
    }
    if "level" in estimate.rows:
        out["level"] = row["level"]
    for i, other in enumerate(estimate.dims):
        if i != d:
            out[other.name] = other.label_of(estimate.keys[members[0]][i])
    return out | {
        "base": "own",
        "statistic": found.statistic,
        "df": found.df1,
        "df_residual": found.df2,
        "p_value": found.p,
        "p_adjusted": found.p,
        "n": n,
        "method": "Wald F",
    }
