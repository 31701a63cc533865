"""The one variance kernel: the covariance of a sum of influence values under the design.

Every standard error of the package is `covariance(z, frame)`. The variance is the Taylor form of Binder (1983)
with a finite population correction at each stage that has one, as R `survey::svyrecvar`, or that of replicates.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey_analysis.core.blocks import group_sums
from survey_analysis.core.frame import DesignFrame, Floats
from survey_analysis.core.lonely import level_covariance, refuse_lonely
from survey_analysis.core.pps import joint_covariance
from survey_analysis.errors import EstimationError

EXACT_ZERO = 1e-12

Members = NDArray[np.bool_]


def covariance(z: ArrayLike, frame: DesignFrame, *, member: ArrayLike | None = None) -> Floats:
    """Estimate the design covariance of k estimates from their weighted influence values.

    V = Σ_h (1 - f_h) m_h / (m_h - 1) Σ_c (e_hc - ē_h)(e_hc - ē_h)′, e_hc the sum over unit c of the
    calibration residuals of z. Units without a row in the domain count as zeros.

    Parameters
    ----------
    z : array_like, shape (n, k) or (n,)
        Weighted influence values, w_i u_i; zero outside the domain. NaN columns give NaN. For a design
        with R replicate weights the deviations theta_r - theta, shape (R, k) (`core.statistic.estimate`).
    frame : DesignFrame
    member : array_like of bool, shape (n, k) or (n,), optional
        Who is in the domain of each estimate. Only rules for strata with one unit ask: average counts the
        strata of the domain, and `lonely_domain` its units. Without it, the rows where z is not zero.

    Returns
    -------
    ndarray, shape (k, k)

    Raises
    ------
    LonelyPsuError
        A stratum with one unit that was not taken with certainty, under the rule error.
    DesignError
        A negative Horvitz-Thompson variance (`core.pps`).

    Notes
    -----
    Later stages with an fpc add the same form over their units inside each unit above, times the sampling
    fractions above it (`core.stages`); units drawn with unequal probability have (1 - pi_c) in place of
    (1 - f_h), or a form in joint probabilities (`core.pps`).

    Examples
    --------
    >>> frame = DesignFrame.of([1.0, 1.0, 1.0, 1.0])
    >>> y = np.array([0.0, 1.0, 1.0, 0.0])
    >>> float(covariance((y - y.mean()) / 4, frame)[0, 0])  # p q / (n - 1)
    0.0833...
    """
    if frame.replicates is not None:
        return frame.replicates.covariance(_columns(z, frame.replicates.weights.count))
    return _taylor(residuals(z, frame), frame, member=member)


def null_covariance(z: ArrayLike, frame: DesignFrame) -> Floats:
    """Covariance about zero instead of the stratum mean: for sums whose mean is zero under the hypothesis.

    The weights are taken as fixed. McNemar's null variance is this form (statistics 2.4). Replicate weights
    have no such form: their deviations are about the estimate.
    """
    if frame.replicates is not None:
        raise EstimationError("replicate weights have no variance about zero; use covariance().")
    return _taylor(_columns(z, frame.n), frame, centred=False)


def residuals(z: ArrayLike, frame: DesignFrame) -> Floats:
    """Influence values after calibration: z_i = w_i (u_i - x_i′B), B fitted with the starting weights.

    Parameters
    ----------
    z : array_like, shape (n, k) or (n,)
        Weighted influence values of the estimates with the final weights.
    frame : DesignFrame
        Its calibration blocks are applied one after the other; rows in no block are unchanged.

    Returns
    -------
    ndarray, shape (n, k)

    Notes
    -----
    Statistics 2.25; R `calibrate` and `postStratify`. Everyone who was calibrated is in the regression, so
    people outside the domain get values other than zero.
    """
    columns = _columns(z, frame.n)
    if not frame.calibration:
        return columns
    out = columns.copy()
    for block in frame.calibration:
        part = out[block.rows]
        if part.any():  # NaN counts: an undefined estimate stays undefined
            out[block.rows] = block.residuals(part, frame.weight[block.rows])
    return out


def psu_sums(z: ArrayLike, frame: DesignFrame) -> Floats:
    """Sum influence values over the rows of each unit; shape (n_psu, k)."""
    if frame.rows_are_units:
        return _columns(z, frame.n)
    return group_sums(_columns(z, frame.n), frame.psu, frame.n_psu)


def zero_small(variance: ArrayLike, scale: ArrayLike) -> Floats:
    """Read a standard error of at most 1e-12 times the scale of its estimate as exactly zero.

    Parameters
    ----------
    variance, scale : array_like
        Broadcast together. The scale is 1 for a share, the size of the answers for a mean.

    Returns
    -------
    ndarray
        Variances, 0 where rounding is all that is left (a constant mean of 3.3 gives 6e-18, not 0).
    """
    v, s = np.broadcast_arrays(np.asarray(variance, dtype=np.float64), np.asarray(scale, dtype=np.float64))
    return np.where(v <= (EXACT_ZERO * np.abs(s)) ** 2, 0.0, v)


def zero_small_matrix(V: ArrayLike, scale: ArrayLike) -> Floats:
    """`zero_small` for a covariance matrix: an estimate without variance has no covariance either.

    Parameters
    ----------
    V : array_like, shape (k, k)
    scale : array_like, shape (k,) or scalar

    Returns
    -------
    ndarray, shape (k, k)
    """
    v = np.asarray(V, dtype=np.float64)
    fixed = zero_small(np.diag(v), scale) == 0
    return np.where(fixed[:, None] | fixed[None, :], 0.0, v)


def domain_df(member: ArrayLike, frame: DesignFrame) -> Floats:
    """Degrees of freedom of domains: units with a member minus strata with a member.

    Parameters
    ----------
    member : array_like of bool, shape (n, k) or (n,)
        Who is in each domain; rows with weight 0 never are.
    frame : DesignFrame

    Returns
    -------
    ndarray, shape (k,)
        R `degf(subset(design, ...))`; 0 for an empty domain. For replicate weights the rank of the weights
        in the domain minus one, at most the degrees of freedom of the design.
    """
    if frame.replicates is not None:
        columns = np.asarray(member, dtype=bool).reshape(frame.n, -1) & (frame.weight != 0)[:, None]
        known = frame.replicates.degf
        df = [frame.replicate_weights.df(column) for column in columns.T]
        return np.minimum(df, np.inf if known is None else known)
    units = _units_with(member, frame)
    strata = np.zeros((frame.n_strata, units.shape[1]), dtype=bool)
    for j in range(units.shape[1]):
        strata[frame.psu_stratum[units[:, j]], j] = True
    return np.asarray(units.sum(axis=0) - strata.sum(axis=0), dtype=np.float64)


def union_df(member: ArrayLike, frame: DesignFrame) -> float:
    """Degrees of freedom of the union of domains (omnibus tests, Rao-Scott)."""
    m = np.asarray(member, dtype=bool)
    return float(domain_df(m.reshape(frame.n, -1).any(axis=1), frame)[0])


def satterthwaite_df(z: ArrayLike, member_a: ArrayLike, member_b: ArrayLike, frame: DesignFrame) -> float:
    """Degrees of freedom of a contrast between two domains that may share units.

    The units of the union are split into groups g: only in a, only in b, in both. ν = (Σ V_g)² / Σ V_g²/ν_g,
    with V_g the variance of the contrast when the other groups are set to zero and ν_g the units minus the
    strata of the group, at least 1 (Bell-McCaffrey; statistics, header).

    Parameters
    ----------
    z : array_like, shape (n,)
        Weighted influence of the contrast.
    member_a, member_b : array_like of bool, shape (n,)
    frame : DesignFrame

    Returns
    -------
    float
        NaN when the contrast has no variance. Replicate weights do not tell the parts of a variance apart:
        the degrees of freedom are those of the union.
    """
    return float(
        satterthwaite_dfs(np.asarray(z, dtype=np.float64).reshape(-1, 1), member_a, member_b, frame)[0]
    )


def satterthwaite_dfs(
    z: Floats, member_a: ArrayLike, member_b: ArrayLike, frame: DesignFrame, *, calibrated: bool = False
) -> Floats:
    """`satterthwaite_df` of several contrasts between the same two domains.

    z is (n, k), or (R, k) of replicates; `calibrated` says that it holds calibration residuals already.
    """
    both = np.column_stack([np.asarray(member_a, bool), np.asarray(member_b, bool)])
    if frame.replicates is not None:
        return np.where(np.diag(covariance(z, frame)) > 0, union_df(both, frame), np.nan)
    rows = z if calibrated else residuals(z, frame)
    in_a, in_b = _units_with(both, frame).T
    v, nu = [], []
    for group in (in_a & ~in_b, in_b & ~in_a, in_a & in_b):
        if group.any():
            part = np.where(group[frame.psu][:, None], rows, 0.0)
            v.append(np.fmax(0.0, np.diag(_taylor(part, frame, may_be_negative=True))))
            nu.append(max(1, int(group.sum()) - len(np.unique(frame.psu_stratum[group]))))
    return np.array([satterthwaite([x[j] for x in v], nu) for j in range(rows.shape[1])])


def satterthwaite(variances: ArrayLike, df: ArrayLike) -> float:
    """(ΣV)² / Σ(V²/ν) of independent parts; NaN when all variances are zero."""
    v, nu = np.asarray(variances, dtype=np.float64), np.asarray(df, dtype=np.float64)
    total = float(v.sum())
    if not total > 0:
        return float("nan")
    share = v[v > 0] / total
    return 1.0 / float((share**2 / nu[v > 0]).sum())


def _columns(z: ArrayLike, rows: int) -> Floats:
    values = np.asarray(z, dtype=np.float64)
    columns = values[:, None] if values.ndim == 1 else values
    if columns.ndim != 2 or len(columns) != rows:
        raise ValueError(f"influence values of shape {values.shape} do not fit a design of {rows} rows.")
    return columns


def _taylor(
    rows: Floats,
    frame: DesignFrame,
    *,
    member: ArrayLike | None = None,
    centred: bool = True,
    may_be_negative: bool = False,
) -> Floats:
    """Sum over the stages; about zero at the first stage unless `centred`."""
    first, *later = frame.levels
    if frame.pps is not None and frame.pps.uses_joint:
        return joint_covariance(rows, frame.pps, first, frame.lonely, may_be_negative=may_be_negative)
    everybody = (
        bool(frame.calibration) or frame.pps is not None
    )  # as R, which then keeps all rows of a subset
    known = np.ones(frame.n, dtype=bool) if everybody else member
    inside = None if known is None else _broadcast(known, rows)
    out = level_covariance(
        rows, first, frame.lonely, domain=frame.lonely_domain, member=inside, centred=centred
    )
    for level in later:
        out = out + level_covariance(rows, level, frame.lonely, domain=frame.lonely_domain, member=inside)
    return out


def _broadcast(member: ArrayLike, rows: Floats) -> Members:
    m = np.asarray(member, dtype=bool)
    return np.broadcast_to(m[:, None] if m.ndim == 1 else m, rows.shape)


def stratum_scale(frame: DesignFrame) -> Floats:
    """(1 - f_h) m_h / (m_h - 1) of each stratum, for designs with `frame.one_scale_a_stratum`.

    Raises
    ------
    LonelyPsuError
        A stratum with one unit that was not taken with certainty.
    """
    if not frame.one_scale_a_stratum:
        raise ValueError("the variance of this design is not one factor a stratum.")
    refuse_lonely(frame.levels[0])
    m, f = frame.psu_per_stratum, frame.stratum_fraction
    return np.where(frame.levels[0].certain, 0.0, (1.0 - f) * m / np.maximum(m - 1, 1))


def _units_with(member: ArrayLike, frame: DesignFrame) -> Members:
    """Which units hold a row of each domain with positive weight; shape (n_psu, k)."""
    m = np.asarray(member, dtype=bool)
    columns = (m[:, None] if m.ndim == 1 else m) & (frame.weight != 0)[:, None]
    out = np.zeros((frame.n_psu, columns.shape[1]), dtype=bool)
    for j in range(columns.shape[1]):
        out[frame.psu[columns[:, j]], j] = True
    return out
