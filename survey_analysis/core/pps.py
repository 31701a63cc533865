"""Units drawn with unequal probability and without replacement: joint inclusion probabilities.

With D_ij = (pi_ij - pi_i pi_j) / pi_ij and unit totals t of the weighted influence values the variance is

    Horvitz-Thompson   Σ_i Σ_j D_ij t_i t_j′
    Yates-Grundy       Σ_i Σ_j D_ij t_i t_j′ - Σ_i Σ_j D_ij t_i t_i′

(R `svydesign(pps = , variance = "HT" or "YG")`). Overton's and Hartley and Rao's approximations of D are linear
in the probabilities, so that no matrix of units by units is made:

    Overton        D_ij = -(1 - (pi_i + pi_j) / 2) / (n - 1)
    Hartley-Rao    D_ij = -(1 - (pi_i + pi_j) + c) / (n - 1),  c = Σ_U pi² / n, by default the sample mean of pi

inside a stratum, with D_ii = 1 - pi_i, and 0 between two units that were both certain. Brewer's needs no D: it
is the with-replacement form times 1 - pi_i and belongs to `core.lonely`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from survey_analysis.core.blocks import group_sums
from survey_analysis.core.lonely import LonelyRule, refuse_lonely
from survey_analysis.core.stages import CERTAIN, Floats, Level
from survey_analysis.errors import DesignError

PpsMethod: TypeAlias = Literal["brewer", "overton", "hartley-rao", "joint"]
PpsVariance: TypeAlias = Literal["horvitz-thompson", "yates-grundy"]
NEGATIVE = 1e-9


@dataclass(frozen=True, eq=False)
class Pps:
    """How units were drawn with unequal probability.

    Attributes
    ----------
    method : {"brewer", "overton", "hartley-rao", "joint"}
    variance : {"horvitz-thompson", "yates-grundy"}
    sum_p2 : float, mapping of stratum to float, or None
        Of Hartley-Rao: Σ_U pi² / n over the population of the stratum, the argument of R `HR()`. None
        estimates it by the mean of pi in the sample.
    joint : ndarray, shape (m, m), or None
        Joint inclusion probabilities of the m units, in the order in which they first occur.
    tolerance : float
        Of an exact matrix: |D_ij| below it is read as 0. R `ppsmat` has 1e-4 by default; here it is 0.
    """

    method: PpsMethod
    variance: PpsVariance = "horvitz-thompson"
    sum_p2: float | Mapping[str, float] | None = None
    joint: Floats | None = None
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        if self.method not in get_args(PpsMethod):
            raise DesignError(
                f"there is no PPS method '{self.method}'.",
                hint="pps is 'brewer', 'overton', 'hartley-rao' or a matrix of joint inclusion probabilities.",
            )
        if self.variance not in get_args(PpsVariance):
            raise DesignError(
                f"there is no PPS variance '{self.variance}'.", hint="'horvitz-thompson' or 'yates-grundy'."
            )
        if (self.joint is not None) != (self.method == "joint"):
            raise DesignError("a matrix of joint inclusion probabilities goes with the method 'joint' alone.")
        if self.tolerance and self.method != "joint":
            raise DesignError(f"tolerance has no use in the method '{self.method}'.", hint="leave it out.")
        if self.sum_p2 is not None and self.method != "hartley-rao":
            raise DesignError(f"sum_p2 has no use in the method '{self.method}'.", hint="leave it out.")
        if self.variance != "horvitz-thompson" and self.method == "brewer":
            raise DesignError(
                "the variance of Brewer's method has one form.",
                hint="leave the variance out, or say overton.",
            )

    @property
    def uses_joint(self) -> bool:
        """True where the variance is a form in joint probabilities, exact or approximated."""
        return self.method != "brewer"


def as_pps(value: object) -> Pps | None:
    """`Pps` of what a user gives: a name, a mapping, a square matrix, or nothing.

    Examples
    --------
    >>> as_pps({"method": "hartley-rao", "sum_p2": 0.4}).sum_p2
    0.4
    """
    if value is None or isinstance(value, Pps):
        return value
    if isinstance(value, str):
        return Pps(value) if value else None  # type: ignore[arg-type]  # checked when made
    if isinstance(value, Mapping):
        content = dict(value)
        unknown = sorted(set(content) - {"method", "variance", "sum_p2", "joint", "tolerance"})
        if unknown:
            raise DesignError(
                f"pps has no option '{unknown[0]}'.",
                hint="options are method, variance, sum_p2, joint and tolerance.",
            )
        if content.get("joint") is not None:
            content["joint"] = np.array(content["joint"], dtype=np.float64)
            content.setdefault("method", "joint")
        if "method" not in content:
            raise DesignError("pps names no method.", hint="pps = {'method': 'hartley-rao', 'sum_p2': 0.4}")
        return Pps(**content)
    return Pps("joint", joint=np.array(value, dtype=np.float64))


def check_joint(joint: Floats, units: int) -> None:
    """Refuse a matrix that cannot hold joint inclusion probabilities of that many units."""
    if joint.shape != (units, units):
        raise DesignError(
            f"the joint inclusion probabilities have shape {joint.shape}, the design has {units} units.",
            hint="one row and one column a sampled unit, in the order of the file; cleaning may not remove units.",
        )
    if not np.isfinite(joint).all() or (joint <= 0).any() or (joint > 1).any():
        raise DesignError(
            "joint inclusion probabilities must lie above 0 and at most at 1.",
            hint="a pair that can never be drawn together has no unbiased variance.",
        )
    if not np.allclose(joint, joint.T, rtol=1e-9, atol=0):
        raise DesignError("the joint inclusion probabilities are not symmetric.")


def joint_covariance(
    z: Floats, pps: Pps, level: Level, rule: LonelyRule, *, may_be_negative: bool = False
) -> Floats:
    """Covariance from joint inclusion probabilities; see the head of the module.

    Raises
    ------
    DesignError
        A negative variance: the Horvitz-Thompson form can give one.
    LonelyPsuError
        A stratum with one uncertain unit under rule error; an exact matrix needs no rule.
    """
    t = level.sums(z)
    v = _exact(t, pps) if pps.joint is not None else _approximate(t, pps, level, rule)
    d = np.diag(v)
    size = (t**2).sum(axis=0)
    negative = np.flatnonzero(d < -NEGATIVE * size)
    if len(negative) and not may_be_negative:
        raise DesignError(
            f"the {pps.variance.replace('-', ' ').title()} variance of {len(negative)} of {len(d)} estimates "
            "is negative.",
            where=f"the first is {d[negative[0]]:g}",
            hint="say pps = {'method': ..., 'variance': 'yates-grundy'}, or the method 'brewer'.",
        )
    return v


def _exact(t: Floats, pps: Pps) -> Floats:
    joint = pps.joint
    assert joint is not None  # noqa: S101
    p = np.diag(joint)
    D = 1.0 - np.outer(p, p) / joint
    np.fill_diagonal(D, 1.0 - p)
    D = np.where(np.abs(D) < pps.tolerance, 0.0, D)
    v = t.T @ (D @ t)
    if pps.variance == "yates-grundy":
        v = v - t.T @ (D.sum(axis=1)[:, None] * t)
    return np.asarray((v + v.T) / 2)


def _approximate(t: Floats, pps: Pps, level: Level, rule: LonelyRule) -> Floats:
    if rule == "error":
        refuse_lonely(level)
    p, h, n = level.fraction, level.stratum, level.count.astype(np.float64)
    a, b = _terms(pps, level)
    scale = np.where(n > 1, 1.0 / np.maximum(n - 1.0, 1.0), 0.0)
    certain = (1.0 - p < CERTAIN).astype(np.float64)[:, None]
    S, T = (group_sums(v, h, len(n)) for v in (t, p[:, None] * t))
    S1 = group_sums(certain * t, h, len(n))
    sa, sb, sc = (scale * a)[:, None], (scale * b)[:, None], (scale * (a - 2 * b))[:, None]
    v = -(S.T @ (sa * S)) + T.T @ (sb * S) + S.T @ (sb * T) + S1.T @ (sc * S1)
    own = (scale * a)[h] - 2 * (scale * b)[h] * p  # the pairs (i, i) that the sums above hold
    own = np.where(certain[:, 0] > 0, 0.0, own)
    diagonal = 1.0 - p + own
    if pps.variance == "yates-grundy":
        diagonal = diagonal - _row_sums(p, certain[:, 0], level, a, b, scale)
    factor = np.ones(len(t))
    if len(level.lonely) and rule != "adjust":
        factor[np.isin(h, level.lonely)] = 0.0
    v = v + t.T @ ((diagonal * factor)[:, None] * t)
    if len(level.lonely) and rule == "average":
        known = len(n) - len(level.lonely)
        v = v * (len(n) / known if known else np.nan)
    return np.asarray((v + v.T) / 2)


def _terms(pps: Pps, level: Level) -> tuple[Floats, Floats]:
    """A and b of D_ij = -(a - b (pi_i + pi_j)) / (n - 1), by stratum."""
    strata = len(level.count)
    if pps.method == "overton":
        return np.ones(strata), np.full(strata, 0.5)
    if pps.sum_p2 is None:
        mean = group_sums(level.fraction[:, None], level.stratum, strata)[:, 0] / level.count
        return 1.0 + mean, np.ones(strata)
    if isinstance(pps.sum_p2, Mapping):
        names = level.names or tuple(str(i) for i in range(strata))
        missing = [x for x in names if x not in pps.sum_p2]
        if missing:
            raise DesignError(f"sum_p2 has no value for stratum '{missing[0]}'.", hint="one a stratum.")
        return 1.0 + np.array([float(pps.sum_p2[x]) for x in names]), np.ones(strata)
    if strata > 1:
        raise DesignError(
            f"sum_p2 is one number, the design has {strata} strata.",
            hint="give one a stratum, {'north': 0.3, ...}, or leave it out to estimate it.",
        )
    return np.array([1.0 + float(pps.sum_p2)]), np.ones(1)


def _row_sums(
    p: Floats, certain: Floats, level: Level, a: Floats, b: Floats, scale: Floats
) -> NDArray[np.float64]:
    """Σ_j D_ij of each unit, shape (m,)."""
    h, n = level.stratum, level.count
    total = np.bincount(h, weights=p, minlength=len(n))
    sure = np.bincount(h, weights=certain, minlength=len(n))
    off = (a * (n - 1))[h] - b[h] * ((n - 1)[h] * p + total[h] - p)
    off = off - np.where(certain > 0, (a - 2 * b)[h] * (sure[h] - 1), 0.0)
    return np.asarray(1.0 - p - scale[h] * off)
