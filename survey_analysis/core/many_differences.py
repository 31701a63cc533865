"""Many differences under one design at once: the numbers of `core.differences.difference`, the kernel called once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.calibrate import effective_n
from survey_analysis.core.covariance import (
    covariance,
    residuals,
    satterthwaite_dfs,
    zero_small,
)
from survey_analysis.core.differences import difference, is_extreme
from survey_analysis.core.frame import DesignFrame, Floats
from survey_analysis.core.influence import ratio
from survey_analysis.core.quadratic import t_test


@dataclass(frozen=True, eq=False)
class Differences:
    """K differences a minus b; see `core.differences.Difference`. Each array has shape (K,)."""

    estimate: Floats
    se: Floats
    wald_se: Floats
    df: Floats
    statistic: Floats
    p: Floats


def differences(
    y_a: Floats, x_a: Floats, y_b: Floats, x_b: Floats, frame: DesignFrame, *, share: ArrayLike = True
) -> Differences:
    """Differences of K pairs of domain ratios, degrees of freedom by Satterthwaite.

    Parameters
    ----------
    y_a, x_a, y_b, x_b : ndarray, shape (n, K)
        As in `difference`, a column a pair.
    frame : DesignFrame
    share : bool or array_like of bool, shape (K,)
        Which pairs are shares; the others are means.

    Notes
    -----
    One regression on the calibration variables serves all columns; pairs of shares near 0 or 100%, which have
    their own rule, go through `difference` one by one.

    Examples
    --------
    >>> frame = DesignFrame.of(np.ones(4))
    >>> one = np.ones((4, 1))
    >>> a, b = np.array([[5.0], [4], [4], [2]]), np.array([[3.0], [4], [2], [1]])
    >>> got = differences(a, one, b, one, frame, share=False)
    >>> float(got.estimate[0]), round(float(got.se[0]), 6)
    (1.25, 0.478714)
    """
    theta_a, z_a = ratio(y_a, x_a, frame)
    theta_b, z_b = ratio(y_b, x_b, frame)
    z = z_a - z_b
    is_share = np.broadcast_to(np.asarray(share, dtype=bool), (z.shape[1],))
    largest = np.maximum(np.abs(y_a).max(axis=0, initial=0.0), np.abs(y_b).max(axis=0, initial=0.0))
    variance, df = _spread(z, x_a, x_b, frame)
    wald = np.sqrt(zero_small(variance, np.where(is_share, 1.0, largest)))
    estimate, se = theta_a - theta_b, wald.copy()
    statistic, p = (np.array(v, dtype=np.float64) for v in t_test(estimate, se, df))
    e = np.stack([effective_n(frame.weight, x_a), effective_n(frame.weight, x_b)])
    theta = np.stack([theta_a, theta_b])
    for j in np.flatnonzero(is_share):
        if is_extreme(theta[:, j], e[:, j]):
            one = difference(y_a[:, j], x_a[:, j], y_b[:, j], x_b[:, j], frame, kind="share")
            se[j], df[j], statistic[j], p[j] = one.se, one.df, one.statistic, one.p
    return Differences(estimate, se, wald, df, statistic, p)


def _spread(z: Floats, x_a: Floats, x_b: Floats, frame: DesignFrame) -> tuple[Floats, Floats]:
    """Variances and degrees of freedom; pairs on the same bases together."""
    variance, df = np.full(z.shape[1], np.nan), np.full(z.shape[1], np.nan)
    plain = frame.replicates is None
    rows = residuals(z, frame) if plain else z
    variance = np.diag(covariance(z, frame))
    used = (frame.weight > 0)[:, None]
    in_a, in_b = (x_a > 0) & used, (x_b > 0) & used
    groups: dict[bytes, list[int]] = {}
    for j in range(z.shape[1]):
        key = np.packbits(in_a[:, j]).tobytes() + np.packbits(in_b[:, j]).tobytes()
        groups.setdefault(key, []).append(j)
    for columns in groups.values():
        first = columns[0]
        df[columns] = satterthwaite_dfs(
            rows[:, columns], in_a[:, first], in_b[:, first], frame, calibrated=plain
        )
    return np.asarray(variance), df
