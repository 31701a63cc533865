"""Exclusive columns against each other from sums of weights by stratum, column and answer.

The numbers of `core.pair_tests` for designs without clusters and calibration: a row answers once and stands in one of
the columns compared, so squares of influence are sums over the cells of one table.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.core.covariance import stratum_scale, zero_small
from survey_analysis.core.frame import DesignFrame, Floats
from survey_analysis.core.pair_tests import PairTests, extremes
from survey_analysis.core.table_sums import CellSums


def pair_sums(
    sums: CellSums,
    scores: Floats,
    pairs: Sequence[tuple[int, int]],
    frame: DesignFrame,
    is_share: np.ndarray,
    factor: Floats | None = None,
) -> PairTests:
    """Test differences between columns that share nobody.

    Parameters
    ----------
    sums : CellSums
    scores : ndarray, shape (K, L)
        What each answer adds to each line.
    pairs : sequence of (int, int)
        Columns compared; no row is in both.
    frame : DesignFrame
        Rows are units; one factor a stratum; no calibration.
    is_share : ndarray of bool, shape (K,)
    factor : ndarray, shape (L,), optional
        Factor of each answer on the weight of its rows; ones.

    Notes
    -----
    V(a - b) = V_a + V_b + 2 Σ_h scale_h m_h ē_ah ē_bh, with ē_h the mean influence over all units of the stratum;
    degrees of freedom by Satterthwaite from V_a and V_b.

    Examples
    --------
    >>> frame = DesignFrame.of(np.ones(4))
    >>> from survey_analysis.core.columns import Columns
    >>> sums = CellSums.of(np.array([0, 1, 1, 1]), 2, Columns.of([[0, 0, 1, 1]], [2]), frame)
    >>> pair_sums(sums, np.array([[1.0, 2.0]]), [(0, 1)], frame, np.array([False])).estimate.tolist()
    [[-0.5]]
    """
    out = PairTests.empty(len(scores), len(pairs))
    if not pairs:
        return out
    a, b = np.array(pairs).T
    f = np.ones(scores.shape[1]) if factor is None else factor
    base, theta, unit = influence_of(sums, scores, f)
    m, scale = frame.psu_per_stratum.astype(np.float64), stratum_scale(frame)
    centre = np.matmul(unit, sums.weight[..., None])[..., 0] / m[:, None, None]  # (H, C, K)
    own = _variances(sums, unit, centre, scale, m)
    shared = 2 * np.tensordot(scale * m, centre[:, a] * centre[:, b], axes=1)
    size = np.where(is_share, 1.0, np.abs(scores).max(axis=1))
    nu = _df(sums)
    out.estimate[:] = (theta[a] - theta[b]).T
    out.std_error[:] = np.sqrt(zero_small((own[a] + own[b] + shared).T, size[:, None]))
    out.df[:] = _satterthwaite(own[a], own[b], nu[a], nu[b]).T
    return finished(out, sums, theta, base, nu, pairs, is_share, f)


def influence_of(sums: CellSums, scores: Floats, f: Floats) -> tuple[Floats, Floats, Floats]:
    """Bases (C,), estimates (C, K) and the influence of a row with weight 1 (C, K, L)."""
    base = sums.weight.sum(axis=0) @ f
    with np.errstate(divide="ignore", invalid="ignore"):
        theta = (sums.weight.sum(axis=0) @ (scores * f).T) / base[:, None]
        unit = (scores[None] - theta[:, :, None]) * f / base[:, None, None]
    return base, theta, unit


def finished(
    out: PairTests,
    sums: CellSums,
    theta: Floats,
    base: Floats,
    nu: Floats,
    pairs: Sequence[tuple[int, int]],
    is_share: np.ndarray,
    f: Floats,
) -> PairTests:
    """Statistics and p; shares near 0 and 100% get the form pooled under the hypothesis."""
    a, b = np.array(pairs).T
    n, n_effective = sums.bases(f)
    extreme = extremes(theta, n_effective, is_share)
    near = (extreme[a] | extreme[b]).T & (n[a] * n[b] > 0)[None]
    if near.any():
        _null_pooled(out, near, theta, base, np.minimum(n, n_effective), nu, a, b)
    out.conclude(near)
    return out


def _variances(sums: CellSums, unit: Floats, centre: Floats, scale: Floats, m: Floats) -> Floats:
    """Σ_h scale_h Σ_i (e_i - ē_h)² of each column and line (C, K); rows outside the column count as zeros."""
    about = sums.mean[:, :, None, :] * unit[None] - centre[..., None]  # (H, C, K, L)
    about *= about
    within = np.matmul(about, sums.count[..., None])[..., 0]  # (H, C, K)
    outside = m[:, None] - sums.count.sum(axis=2)
    within += outside[..., None] * centre**2
    spread = np.tensordot(scale, sums.squares, axes=1)  # (C, L)
    return np.asarray(np.tensordot(scale, within, axes=1) + np.matmul(unit * unit, spread[..., None])[..., 0])


def _df(sums: CellSums) -> Floats:
    held = sums.count.sum(axis=2)
    return np.asarray(np.maximum(held.sum(axis=0) - (held > 0).sum(axis=0), 1.0))


def _satterthwaite(v_a: Floats, v_b: Floats, nu_a: Floats, nu_b: Floats) -> Floats:
    total = v_a + v_b
    with np.errstate(divide="ignore", invalid="ignore"):
        found = total**2 / (v_a**2 / nu_a[:, None] + v_b**2 / nu_b[:, None])
    return np.asarray(np.where(total > 0, found, np.nan))


def _null_pooled(
    out: PairTests,
    near: np.ndarray,
    theta: Floats,
    base: Floats,
    n_star: Floats,
    nu: Floats,
    a: np.ndarray,
    b: np.ndarray,
) -> None:
    """Equal shares assumed, where a column is near 0 or 100% (statistics 2.4)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        pooled = (theta[a] * base[a, None] + theta[b] * base[b, None]) / (base[a] + base[b])[:, None]
        spread = (pooled * (1 - pooled)).T
        parts = 1 / n_star[a] + 1 / n_star[b]
        df = parts**2 / (1 / n_star[a] ** 2 / nu[a] + 1 / n_star[b] ** 2 / nu[b])
        defined = spread > 1e-12
        out.std_error[:] = np.where(
            near, np.where(defined, np.sqrt(np.maximum(spread, 0) * parts[None]), np.nan), out.std_error
        )
        out.df[:] = np.where(near, np.where(defined, df[None], np.nan), out.df)
