"""The one variance kernel: the covariance of a sum of influence values under the design.

Every standard error of the package is `covariance(z, frame)`. The variance is the with-replacement Taylor
form of Binder (1983) with a finite population correction at the first stage, as R `survey::svyrecvar`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from survey_analysis.core.frame import CalibrationBlock, Codes, DesignFrame, Floats
from survey_analysis.errors import LonelyPsuError

EXACT_ZERO = 1e-12

Members = NDArray[np.bool_]


def covariance(z: ArrayLike, frame: DesignFrame) -> Floats:
    """Estimate the design covariance of k estimates from their weighted influence values.

    V = Σ_h (1 - f_h) m_h / (m_h - 1) Σ_c (e_hc - ē_h)(e_hc - ē_h)′, e_hc the sum over unit c of the
    calibration residuals of z. Units without a row in the domain count as zeros.

    Parameters
    ----------
    z : array_like, shape (n, k) or (n,)
        Weighted influence values, w_i u_i; zero outside the domain. NaN columns give NaN. For a design
        with R replicate weights the deviations theta_r - theta, shape (R, k) (`core.statistic.estimate`).
    frame : DesignFrame

    Returns
    -------
    ndarray, shape (k, k)

    Raises
    ------
    LonelyPsuError
        A stratum with one unit that was not taken with certainty.

    Examples
    --------
    >>> frame = DesignFrame.of([1.0, 1.0, 1.0, 1.0])
    >>> y = np.array([0.0, 1.0, 1.0, 0.0])
    >>> float(covariance((y - y.mean()) / 4, frame)[0, 0])  # p q / (n - 1)
    0.0833...
    """
    if frame.replicates is not None:
        return frame.replicates.covariance(_columns(z, frame.replicates.weights.count))
    return _quadratic(psu_sums(residuals(z, frame), frame), frame)


def null_covariance(z: ArrayLike, frame: DesignFrame) -> Floats:
    """Covariance about zero instead of the stratum mean: for sums whose mean is zero under the hypothesis.

    The weights are taken as fixed. McNemar's null variance is this form (statistics 2.4).
    """
    return _quadratic(psu_sums(_columns(z, frame.n), frame), frame, centred=False)


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
            out[block.rows] = _block_residuals(part, frame.weight[block.rows], block)
    return out


def psu_sums(z: ArrayLike, frame: DesignFrame) -> Floats:
    """Sum influence values over the rows of each unit; shape (n_psu, k)."""
    if frame.rows_are_units:
        return _columns(z, frame.n)
    return group_sums(_columns(z, frame.n), frame.psu, frame.n_psu)


def group_sums(values: Floats, codes: Codes, n_groups: int) -> Floats:
    """Column sums of `values` (n, k) by group code; shape (n_groups, k)."""
    out = np.empty((n_groups, values.shape[1]))
    for j in range(values.shape[1]):
        out[:, j] = np.bincount(codes, weights=values[:, j], minlength=n_groups)
    return out


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
        R `degf(subset(design, ...))`; 0 for an empty domain.
    """
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
        NaN when the contrast has no variance.
    """
    totals = psu_sums(residuals(z, frame), frame)
    units = _units_with(np.column_stack([np.asarray(member_a, bool), np.asarray(member_b, bool)]), frame)
    in_a, in_b = units.T
    v, nu = [], []
    for group in (in_a & ~in_b, in_b & ~in_a, in_a & in_b):
        if group.any():
            v.append(float(_quadratic(np.where(group[:, None], totals, 0.0), frame)[0, 0]))
            nu.append(max(1, int(group.sum()) - len(np.unique(frame.psu_stratum[group]))))
    return satterthwaite(v, nu)


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


def _block_residuals(z: Floats, weight: Floats, block: CalibrationBlock) -> Floats:
    used = weight != 0  # linear calibration may give a negative weight
    w = weight[:, None]
    x = block.x / np.maximum(np.abs(block.x).max(axis=0), 1e-300)  # one scale, so that rank is not a unit
    dx = x * block.start[:, None]
    inverse = np.linalg.pinv(x.T @ dx, rcond=1e-11, hermitian=True)
    for _ in range(2):  # the second pass removes the rounding that the first one leaves
        u = np.divide(z, w, out=np.zeros_like(z), where=used[:, None])
        z = z - w * (x @ (inverse @ (dx.T @ u)))
    return z


def _quadratic(totals: Floats, frame: DesignFrame, *, centred: bool = True) -> Floats:
    """Σ_h (1 - f_h) m_h/(m_h - 1) Σ_c t_c t_c′ over unit totals."""
    scale = _stratum_scale(frame)
    if centred:
        means = group_sums(totals, frame.psu_stratum, frame.n_strata) / frame.psu_per_stratum[:, None]
        totals = totals - means[frame.psu_stratum]
    root = totals * np.sqrt(scale)[frame.psu_stratum][:, None]
    return np.asarray(root.T @ root)


def _stratum_scale(frame: DesignFrame) -> Floats:
    m, f = frame.psu_per_stratum, frame.stratum_fraction
    certain = 1.0 - f < 1e-7
    lonely = np.flatnonzero((m == 1) & ~certain)
    if len(lonely):
        names = ", ".join(f"'{frame.stratum_name(int(h))}'" for h in lonely[:5])
        more = ", ..." if len(lonely) > 5 else ""
        raise LonelyPsuError(
            f"{len(lonely)} of {frame.n_strata} strata have one PSU, so their variance cannot be estimated.",
            where=f"strata {names}{more}",
            hint="merge each with a similar stratum, or give fpc = 1 to strata that were taken completely.",
        )
    return np.where(certain, 0.0, (1.0 - f) * m / np.maximum(m - 1, 1))


def _units_with(member: ArrayLike, frame: DesignFrame) -> Members:
    """Which units hold a row of each domain with positive weight; shape (n_psu, k)."""
    m = np.asarray(member, dtype=bool)
    columns = (m[:, None] if m.ndim == 1 else m) & (frame.weight > 0)[:, None]
    out = np.zeros((frame.n_psu, columns.shape[1]), dtype=bool)
    for j in range(columns.shape[1]):
        out[frame.psu[columns[:, j]], j] = True
    return out
