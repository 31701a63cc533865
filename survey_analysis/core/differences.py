"""The design-based difference between two columns, sources or groups: paired, independent or between."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.calibrate import effective_n
from survey_analysis.core.covariance import (
    Members,
    covariance,
    domain_df,
    null_covariance,
    psu_sums,
    satterthwaite,
    satterthwaite_df,
    union_df,
    zero_small,
)
from survey_analysis.core.frame import DesignFrame, Floats
from survey_analysis.core.influence import ratio
from survey_analysis.core.quadratic import t_test

Relation = Literal["independent", "paired", "overlapping"]
DfRule = Literal["satterthwaite", "domain", "design"]
Kind = Literal["share", "mean"]
SMALL = 5.0  # effective positives or negatives below which the Wald variance of a share is not trusted


@dataclass(frozen=True, eq=False)
class Difference:
    """A difference of two ratios, a minus b, and its test.

    Attributes
    ----------
    estimate, se, df, statistic, p : float
        The test's own standard error and degrees of freedom. NaN when there is no test.
    method : {"design-based", "null-pooled", "no test"}
        "null-pooled" where a share is at 0 or 100% or has under 5 effective positives or negatives;
        "no test" where there is no variance, or no one whose answers differ.
    relation : {"independent", "paired", "overlapping"}
        Found from the data: no unit in both, the same base in every unit, or some units in both.
    theta : ndarray, shape (2,)
        The two estimates.
    covariance : ndarray, shape (2, 2)
        Their design covariance; `wald_se` is the standard error it gives the difference.
    n : tuple of int
        Rows in a, in b.
    n_effective : tuple of float
        Kish effective bases.
    """

    estimate: float
    se: float
    df: float
    statistic: float
    p: float
    method: Literal["design-based", "null-pooled", "no test"]
    relation: Relation
    theta: Floats
    covariance: Floats
    wald_se: float
    n: tuple[int, int]
    n_effective: tuple[float, float]


@dataclass(frozen=True, eq=False)
class _Columns:
    """The two columns side by side: y and x (n, 2), estimates, influence values."""

    y: Floats
    x: Floats
    frame: DesignFrame
    theta: Floats
    z: Floats
    member: Members
    relation: Relation


def difference(
    y_a: ArrayLike,
    x_a: ArrayLike,
    y_b: ArrayLike,
    x_b: ArrayLike,
    frame: DesignFrame,
    *,
    kind: Kind = "share",
    df: DfRule | float = "satterthwaite",
) -> Difference:
    """Difference of two domain ratios, Σ w y_a / Σ w x_a - Σ w y_b / Σ w x_b.

    Parameters
    ----------
    y_a, x_a, y_b, x_b : array_like, shape (n,)
        Numerators and bases, zero outside their domain. In a loop that asked a random part of the eligible
        sources both carry the row's factor 1 / π; x need not be 0 or 1.
    frame : DesignFrame
        The whole design. One person's ratings are rows of one unit, or two columns of one row.
    kind : {"share", "mean"}
        Shares have the rule for 0% and 100%; for them y is 0 or x.
    df : {"satterthwaite", "domain", "design"} or float
        Degrees of freedom: for a contrast of two domains, of their union, of the design (R), or a number.

    Returns
    -------
    Difference

    Notes
    -----
    Statistics 2.4; Binder (1983). Null-pooled: V₀ = D p̄(1 - p̄)(1/n*_a + 1/n*_b) with n* = min(n, e) and D the
    design effect of p̄ where units hold several rows of a column; for the same people the McNemar form
    Σ (w d)² about zero.

    Examples
    --------
    >>> frame = DesignFrame.of(np.ones(4))
    >>> one = np.ones(4)
    >>> got = difference([5, 4, 4, 2], one, [3, 4, 2, 1], one, frame, kind="mean")
    >>> got.estimate, got.relation, round(got.se, 6)
    (1.25, 'paired', 0.478714)
    """
    pair = _columns(y_a, x_a, y_b, x_b, frame)
    v = covariance(pair.z, frame)
    z = pair.z[:, 0] - pair.z[:, 1]
    scale = 1.0 if kind == "share" else float(np.abs(pair.y).max(initial=0.0))
    se = float(np.sqrt(zero_small(covariance(z, frame)[0, 0], scale)))
    n = pair.member.sum(axis=0)
    e = effective_n(frame.weight, pair.x)
    if kind == "share" and is_extreme(pair.theta, e) and _has_null_form(pair):
        error, nu = _null_pooled(pair, np.minimum(n, e))
        method: Literal["design-based", "null-pooled"] = "null-pooled"
        nu = nu if df == "satterthwaite" else _df(df, pair, z)
    else:
        error, nu, method = se, _df(df, pair, z), "design-based"
    d = float(pair.theta[0] - pair.theta[1])
    statistic, p = (float(value) for value in t_test(d, error, nu))
    tested = error > 0 and not np.isnan(p)
    return Difference(
        d,
        error if error > 0 or method == "design-based" else float("nan"),
        nu,
        statistic,
        p,
        method if tested else "no test",
        pair.relation,
        pair.theta,
        v,
        se,
        (int(n[0]), int(n[1])),
        (float(e[0]), float(e[1])),
    )


def difference_of(
    theta: Floats, z: Floats, mass: ArrayLike, frame: DesignFrame, *, df: DfRule | float = "satterthwaite"
) -> Difference:
    """Difference of two estimates of any kind, from their z; no rule for 0% and 100%.

    Parameters
    ----------
    theta : ndarray, shape (2,)
    z : ndarray, shape (n, 2) or (R, 2)
        What `covariance` takes.
    mass : array_like, shape (n, 2)
        Factor on each row's weight in either base, 0 outside.
    frame, df
        As in `difference`.

    Examples
    --------
    >>> frame = DesignFrame.of(np.ones(4))
    >>> one = np.ones((4, 2))
    >>> theta, z = ratio([[5, 3], [4, 4], [4, 2], [2, 1]], one, frame)
    >>> round(difference_of(theta, z, one, frame).se, 6)
    0.478714
    """
    x = np.asarray(mass, dtype=np.float64)
    member = (x > 0) & (frame.weight > 0)[:, None]
    relation = relation_of(x[:, 0], x[:, 1], frame)
    pair = _Columns(np.zeros_like(x), x, frame, theta, z, member, relation)
    contrast = z[:, 0] - z[:, 1]
    v = covariance(z, frame)
    scale = float(np.abs(theta).max(initial=0.0))
    se = float(np.sqrt(zero_small(covariance(contrast, frame)[0, 0], scale)))
    nu, d = _df(df, pair, contrast), float(theta[0] - theta[1])
    statistic, p = (float(value) for value in t_test(d, se, nu))
    n, e = member.sum(axis=0), effective_n(frame.weight, x)
    return Difference(
        d,
        se,
        nu,
        statistic,
        p,
        "design-based" if se > 0 and not np.isnan(p) else "no test",
        relation,
        theta,
        v,
        se,
        (int(n[0]), int(n[1])),
        (float(e[0]), float(e[1])),
    )


def relation_of(x_a: ArrayLike, x_b: ArrayLike, frame: DesignFrame) -> Relation:
    """How two bases relate, unit by unit; the same answer for a long and a wide file.

    A constant factor on one base (a loop that asked part of the sources) does not matter.
    """
    base = psu_sums(np.column_stack([np.asarray(x_a), np.asarray(x_b)]) * frame.weight[:, None], frame)
    if not ((base[:, 0] > 0) & (base[:, 1] > 0)).any():
        return "independent"
    share = base / base.sum(axis=0)
    gap = np.abs(share[:, 0] - share[:, 1])
    return "paired" if (gap <= 1e-9 * share.max(axis=1)).all() else "overlapping"


def _columns(y_a: ArrayLike, x_a: ArrayLike, y_b: ArrayLike, x_b: ArrayLike, frame: DesignFrame) -> _Columns:
    y = np.column_stack([np.asarray(y_a, dtype=np.float64), np.asarray(y_b, dtype=np.float64)])
    x = np.column_stack([np.asarray(x_a, dtype=np.float64), np.asarray(x_b, dtype=np.float64)])
    theta, z = ratio(y, x, frame)
    member = (x > 0) & (frame.weight > 0)[:, None]
    return _Columns(y, x, frame, theta, z, member, relation_of(x[:, 0], x[:, 1], frame))


def _df(rule: DfRule | float, pair: _Columns, z: Floats) -> float:
    if rule == "satterthwaite":
        return satterthwaite_df(z, pair.member[:, 0], pair.member[:, 1], pair.frame)
    if rule == "domain":
        return union_df(pair.member, pair.frame)
    return float(pair.frame.design_df) if rule == "design" else float(rule)


def is_extreme(theta: Floats, e: Floats) -> bool:
    """Whether a share of a pair has too few effective positives or negatives for its Wald variance."""
    return bool((np.minimum(e * theta, e * (1 - theta)) < SMALL - 1e-9).any())


def _has_null_form(pair: _Columns) -> bool:
    """Replicate weights have no variance about zero, so the same people keep the design-based one."""
    return pair.frame.replicates is None or pair.relation != "paired"


def _null_pooled(pair: _Columns, n_star: Floats) -> tuple[float, float]:
    """Standard error under equal shares and its degrees of freedom (0 when there is no test)."""
    nu = domain_df(pair.member, pair.frame)
    w = pair.frame.weight
    if pair.relation == "paired":
        share = w[:, None] * pair.y / (w @ pair.x)
        v = null_covariance(share[:, 0] - share[:, 1], pair.frame)[0, 0]
        return float(np.sqrt(zero_small(v, 1.0))), float(nu[0])
    pooled, z = ratio(pair.y.sum(axis=1), pair.x.sum(axis=1), pair.frame)
    spread = float(pooled[0] * (1 - pooled[0]))
    if not spread > 1e-12:
        return 0.0, float("nan")
    parts = spread / n_star
    return float(np.sqrt(_clustering(pair, z, spread) * parts.sum())), satterthwaite(parts, np.maximum(nu, 1))


def _clustering(pair: _Columns, z: Floats, spread: float) -> float:
    """Design effect of the pooled share, at least 1; 1 when no unit holds two rows of a column.

    Given replicate weights do not say what the units are: there it is always estimated.
    """
    rows = psu_sums(pair.member.astype(np.float64), pair.frame)
    if rows.max() <= 1 and (pair.frame.replicates is None or pair.frame.replicates.made):
        return 1.0
    wx = pair.frame.weight[:, None] * pair.x
    e_union = float(wx.sum()) ** 2 / float((wx**2).sum())
    return max(1.0, float(covariance(z, pair.frame)[0, 0]) / (spread / e_union))
