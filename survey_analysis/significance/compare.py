"""Differences and ratios between rows of an estimate: one design-based form for every overlap."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import covariance, satterthwaite_df, union_df, zero_small
from survey_analysis.core.differences import difference, difference_of
from survey_analysis.core.effects import cohen_h, d_av
from survey_analysis.core.influence import ratio as core_ratio
from survey_analysis.core.intervals import t_interval, t_quantile
from survey_analysis.core.multiplicity import adjust as adjust_p
from survey_analysis.core.quadratic import t_test
from survey_analysis.errors import EstimationError, NotReducibleError
from survey_analysis.results.estimate import EstimateData, Evidence
from survey_analysis.results.test import Family, Sides, TestData
from survey_analysis.significance.pairs import Pair, pairs
from survey_analysis.typing import Adjustment, Base, DegreesOfFreedom, FloatArray

POWER = 0.8
"""Power at which the smallest detectable difference is stated."""


def compare(
    estimate: EstimateData,
    to: str | None = None,
    *,
    dim: str | None = None,
    as_: Literal["difference", "ratio"] = "difference",
    base: Base | Literal["both"] = "both",
    adjust: Adjustment = "holm",
    df: DegreesOfFreedom = "satterthwaite",
    level: float | None = None,
) -> TestData:
    """Compare levels of one dimension with each other, or all of them with `to`.

    People in both rows are the same sampling units, so paired, independent and partly overlapping rows
    are told apart by the data. Where people can be in both, two bases stand side by side: "own" (all
    who answered each) and "common" (those who answered both).

    Parameters
    ----------
    to : str, optional
        Level to compare with, by key or label; without it all pairs.
    dim : str, optional
        Dimension to compare along; needed when there are several and `to` does not tell.
    as_ : {"difference", "ratio"}
        a minus b, or a over b (of means, totals or ratios; tested on the log).
    base : {"both", "own", "common"}
    adjust : {"holm", "bh", "bonferroni", "by", "sidak", "none"}
        Adjustment over all comparisons made here, own and common base separately.
    df : {"satterthwaite", "domain", "design"} or float
        Degrees of freedom of a difference.
    level : float, optional
        Level of the intervals; that of the estimate by default.

    Returns
    -------
    TestData

    Raises
    ------
    EstimationError
        Nothing to compare, or an unknown level.
    NotReducibleError
        The estimate was too large to keep what a comparison needs, or (a contrast) cannot be made again on a
        common base.

    Notes
    -----
    u_i = w_i [I_a (y_a - p_a)/N_a - I_b (y_b - p_b)/N_b], variance from the one kernel (statistics 2.4),
    own and common base 2.27, effect sizes 2.28, adjustment 2.16.

    Examples
    --------
    >>> import survey_analysis as sa
    >>> survey = sa.datasets.load("micro_influencer").clean().weight()
    >>> seen = survey.proportion("follow", top=2, by="source")
    >>> test = seen.compare(to="average")
    >>> test.to_frame()["base"].unique().tolist()
    ['own', 'common']
    """
    evidence = _evidence(estimate)
    level = estimate.level if level is None else level
    if as_ not in ("difference", "ratio"):
        raise EstimationError(f"as_ = '{as_}' is not a comparison.", hint='give "difference" or "ratio".')
    if as_ == "ratio" and estimate.topic.statistic in ("nps", "net"):
        raise EstimationError("A ratio of net scores has no meaning.", hint="compare them as a difference.")
    if estimate.topic.statistic == "total":
        raise EstimationError(
            "Totals of groups of different size are not compared.", hint="compare their means."
        )
    if base not in ("both", "own", "common"):
        raise EstimationError(f"base = '{base}' is not known.", hint='give "both", "own" or "common".')
    if base != "own" and evidence.theta is not None and evidence.remake is None:
        raise NotReducibleError(
            f"A {estimate.topic.statistic} cannot be made again on a common base.", hint='use base="own".'
        )
    made = pairs(estimate, dim, to)
    rows, bases, logs = [], [], []
    for which in ("own", "common") if base == "both" else (base,):
        for pair in made:
            if which == "common" and not _shared(evidence, pair):
                continue
            if as_ == "difference":
                rows.append(_difference(estimate, evidence, pair, which, df, level))
            else:
                row, z = _ratio(estimate, evidence, pair, which, df, level)
                rows.append(row)
                logs.append(z)
            bases.append(_base_text(estimate, pair, which))
    if not rows:
        raise EstimationError(
            "Nobody is in two of the rows: there is no common base.", hint='use base="own".'
        )
    frame = _adjusted(pd.DataFrame(rows), adjust)
    family = Family(adjust, len(made), _declared(estimate, to, made))
    vcov = covariance(np.column_stack(logs), evidence.frame) if logs else None
    return TestData(
        rows=frame,
        kind="difference" if as_ == "difference" else "ratio",
        topic=estimate.topic,
        dims=estimate.dims,
        bases=tuple(bases),
        family=family,
        provenance=estimate.provenance,
        level=level,
        vcov=vcov,
        sides=_sides(evidence, made) if logs and base != "common" else None,
    )


def _sides(evidence: Evidence, made: list[Pair]) -> Sides | None:
    """The columns behind own-base ratios; none for statistics that are no ratio of sums."""
    if evidence.theta is not None:
        return None
    return Sides(evidence, tuple((p.a, p.b) for p in made))


def _evidence(estimate: EstimateData) -> Evidence:
    if estimate.evidence is None:
        raise NotReducibleError(
            "This estimate no longer holds what a comparison needs.",
            hint="estimate fewer questions or cells at a time, then compare.",
        )
    return estimate.evidence


def _shared(evidence: Evidence, pair: Pair) -> bool:
    """Can a person be in both rows? Only then is there a common base."""
    return bool(evidence.in_both(pair.a, pair.b).any())


def columns(
    evidence: Evidence, pair: Pair, base: str
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Y and x of both rows on that base, loop factors applied."""
    a, b = pair.a, pair.b
    y, member = evidence.y, evidence.member
    x = member.astype(np.float64) if evidence.x is None else evidence.x
    if base == "own":
        fa = evidence.factor(frozenset({evidence.subject[a]}))
        fb = evidence.factor(frozenset({evidence.subject[b]}))
    else:
        fa = fb = evidence.factor(frozenset({evidence.subject[a], evidence.subject[b]}))
        both = evidence.in_both(a, b).astype(np.float64)
        fa = fb = fa * both
    return y[:, a] * fa, x[:, a] * fa, y[:, b] * fb, x[:, b] * fb


def influence(evidence: Evidence, pair: Pair, base: str) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Both estimates on that base, their z for the variance kernel, and the factors on the weights (n, 2)."""
    ya, xa, yb, xb = columns(evidence, pair, base)
    mass, places = np.column_stack([xa, xb]), [pair.a, pair.b]
    if evidence.theta is None or evidence.z is None:
        theta, z = core_ratio(np.column_stack([ya, yb]), mass, evidence.frame)
    elif base == "own":
        theta, z = evidence.theta[places], evidence.z[:, places]
    else:
        assert evidence.remake is not None  # noqa: S101  compare() refuses such bases before
        theta, z = evidence.remake(places, mass)
    return theta, z, mass


def _difference(
    estimate: EstimateData, evidence: Evidence, pair: Pair, base: str, df: DegreesOfFreedom, level: float
) -> dict[str, object]:
    ya, xa, yb, xb = columns(evidence, pair, base)
    share = estimate.topic.unit == "share"
    if evidence.theta is None:
        found = difference(ya, xa, yb, xb, evidence.frame, kind="share" if share else "mean", df=df)
    else:
        found = difference_of(*influence(evidence, pair, base), evidence.frame, df=df)
    low, high = t_interval(found.estimate, found.wald_se**2, found.df, level)
    effect = _effect(estimate, ya, xa, yb, xb, evidence, level)
    return _facts(estimate, pair, base) | {
        "estimate_a": float(found.theta[0]),
        "estimate_b": float(found.theta[1]),
        "estimate": found.estimate,
        "std_error": found.se,
        "conf_low": float(low),
        "conf_high": float(high),
        "statistic": found.statistic,
        "df": found.df,
        "p_value": found.p,
        "p_adjusted": np.nan,
        "n": evidence.people((xa > 0) | (xb > 0)),
        "n_a": found.n[0],
        "n_b": found.n[1],
        "relation": found.relation,
        "detectable": _detectable(found.wald_se, found.df, level),
        **effect,
        "method": found.method,
    }


def _effect(
    estimate: EstimateData,
    ya: FloatArray,
    xa: FloatArray,
    yb: FloatArray,
    xb: FloatArray,
    evidence: Evidence,
    level: float,
) -> dict[str, object]:
    if estimate.topic.statistic == "proportion":
        found = cohen_h(ya, xa, yb, xb, evidence.frame, level=level)
    elif estimate.topic.statistic == "mean":
        found = d_av(ya, xa, yb, xb, evidence.frame, level=level)
    else:
        return {"effect": "", "effect_size": np.nan, "effect_low": np.nan, "effect_high": np.nan}
    name = "Cohen's h" if found.name == "h" else found.name
    return {"effect": name, "effect_size": found.estimate, "effect_low": found.low, "effect_high": found.high}


def _detectable(se: float, df: float, level: float) -> float:
    """Difference found with 80% power by a two-sided test at 1 - level."""
    t = t_quantile(0.5 + level / 2, df) + t_quantile(POWER, df)
    return float(t * se)


def _ratio(
    estimate: EstimateData, evidence: Evidence, pair: Pair, base: str, df: DegreesOfFreedom, level: float
) -> tuple[dict[str, object], FloatArray]:
    frame = evidence.frame
    theta, z, mass = influence(evidence, pair, base)
    defined = bool((theta > 0).all())
    u = z[:, 0] / theta[0] - z[:, 1] / theta[1] if defined else np.full(frame.z_rows, np.nan)
    log = float(np.log(theta[0] / theta[1])) if defined else np.nan
    se = float(np.sqrt(zero_small(covariance(u, frame)[0, 0], 1.0))) if defined else np.nan
    member = mass > 0
    nu = _df(df, u, member, evidence) if defined else np.nan
    low, high = t_interval(log, se * se, nu, level)
    statistic, p = t_test(log, se, nu)
    row = _facts(estimate, pair, base) | {
        "estimate_a": float(theta[0]),
        "estimate_b": float(theta[1]),
        "estimate": float(np.exp(log)),
        "std_error": se,
        "conf_low": float(np.exp(low)),
        "conf_high": float(np.exp(high)),
        "statistic": float(statistic),
        "df": nu,
        "p_value": float(p),
        "p_adjusted": np.nan,
        "n": evidence.people(np.asarray(member.any(axis=1))),
        "n_a": int(member[:, 0].sum()),
        "n_b": int(member[:, 1].sum()),
        "relation": "",
        "method": _ratio_method(se, defined=defined),
    }
    return row, u


def _ratio_method(se: float, *, defined: bool) -> str:
    if not defined:
        return "no ratio: no event on one side"
    return "log ratio" if se > 0 else "no test"


def _df(rule: DegreesOfFreedom, u: FloatArray, member: np.ndarray, evidence: Evidence) -> float:
    if rule == "satterthwaite":
        return satterthwaite_df(u, member[:, 0], member[:, 1], evidence.frame)
    if rule == "domain":
        return union_df(member, evidence.frame)
    return float(evidence.frame.design_df) if rule == "design" else float(rule)


def _facts(estimate: EstimateData, pair: Pair, base: str) -> dict[str, object]:
    dim = estimate.dims[pair.dim]
    ka, kb = estimate.keys[pair.a][pair.dim], estimate.keys[pair.b][pair.dim]
    a, b = dim.label_of(ka), dim.label_of(kb)
    row = estimate.rows.iloc[pair.a]
    out: dict[str, object] = {"question": row["question"], "contrast": f"{a} - {b}", "a": a, "b": b}
    if "level" in estimate.rows:
        out["level"] = row["level"]
    for i, other in enumerate(estimate.dims):
        if i != pair.dim:
            out[other.name] = other.label_of(estimate.keys[pair.a][i])
    out["base"] = base
    return out


def _base_text(estimate: EstimateData, pair: Pair, base: str) -> str:
    a, b = estimate.bases[pair.a], estimate.bases[pair.b]
    if base == "common":
        dim = estimate.dims[pair.dim]
        names = [dim.said_of(estimate.keys[i][pair.dim]) for i in (pair.a, pair.b)]
        return f"people who rated both {names[0]} and {names[1]}"
    return a if a == b else f"{a}; {b}"


def _adjusted(rows: pd.DataFrame, method: Adjustment) -> pd.DataFrame:
    out = rows.copy()
    for base in out["base"].unique():
        mask = out["base"] == base
        out.loc[mask, "p_adjusted"] = adjust_p(out.loc[mask, "p_value"].to_numpy(), method)
    return out


def _declared(estimate: EstimateData, to: str | None, made: list[Pair]) -> str:
    dim = estimate.dims[made[0].dim]
    return f"every {dim.label.lower()} against {dim.label_of(dim.key_of(to) or to)}" if to else "all pairs"
