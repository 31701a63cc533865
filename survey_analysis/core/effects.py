"""Effect sizes with intervals from the design variance: d_av of means, Cohen's h of shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.covariance import covariance, satterthwaite_df, zero_small
from survey_analysis.core.frame import DesignFrame, Floats
from survey_analysis.core.influence import delta, ratio
from survey_analysis.core.intervals import t_interval
from survey_analysis.core.statistic import estimate

_NAN = float("nan")


@dataclass(frozen=True)
class Effect:
    """A named effect size, its standard error and interval; NaN where it is not defined."""

    name: Literal["d_av", "h"]
    estimate: float
    se: float
    df: float
    low: float
    high: float
    level: float


def d_av(
    y_a: ArrayLike, x_a: ArrayLike, y_b: ArrayLike, x_b: ArrayLike, frame: DesignFrame, *, level: float = 0.95
) -> Effect:
    """Standardised mean difference, (m_a - m_b) / S with S² = (s_a² + s_b²) / 2, paired or not.

    Parameters
    ----------
    y_a, x_a, y_b, x_b : array_like, shape (n,)
        As in `core.differences.difference`; y = x * answer.
    frame : DesignFrame
    level : float

    Notes
    -----
    Influence infl(D)/S - D/(4 S³) (infl s_a² + infl s_b²), infl s_a² = w x_a [(v - m_a)² - s_a²] / N_a
    (statistics 2.28). d_z is not offered: it grows with the correlation and cannot be compared between
    studies.

    Examples
    --------
    >>> one = np.ones(4)
    >>> got = d_av([5, 4, 4, 2], one, [3, 4, 2, 1], one, DesignFrame.of(one))
    >>> round(got.estimate, 4)
    1.1323
    """
    y, x = _two(y_a, y_b), _two(x_a, x_b)
    theta, z = estimate(_DAv(y, x), frame)
    if not np.isfinite(theta[0]):
        return Effect("d_av", _NAN, _NAN, _NAN, _NAN, _NAN, level)
    return _effect("d_av", float(theta[0]), z[:, 0], x, frame=frame, level=level)


@dataclass(frozen=True, eq=False)
class _DAv:
    """d_av of two columns as a function of the weights."""

    y: Floats
    x: Floats

    def theta(self, w: Floats) -> Floats:
        """D / S; NaN where nobody differs."""
        return self.influence(w)[0]

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """D / S and its influence values."""
        means, z = ratio(self.y, self.x, w)
        answers = np.divide(self.y, self.x, out=np.zeros_like(self.y), where=self.x > 0)
        variances, z2 = ratio(self.x * (answers - means) ** 2, self.x, w)
        d, s2 = float(means[0] - means[1]), float(variances.mean())
        if not s2 > 0:
            return np.array([_NAN]), np.full((len(w), 1), _NAN)
        s = s2**0.5
        influence = (z[:, 0] - z[:, 1]) / s - d / (4 * s**3) * z2.sum(axis=1)
        return np.array([d / s]), influence[:, None]


def cohen_h(
    y_a: ArrayLike, x_a: ArrayLike, y_b: ArrayLike, x_b: ArrayLike, frame: DesignFrame, *, level: float = 0.95
) -> Effect:
    """Cohen's h = 2 asin √p_a - 2 asin √p_b; no interval at a share of 0 or 1.

    Parameters are those of `core.differences.difference` for shares.
    """
    x = _two(x_a, x_b)
    p, z = ratio(_two(y_a, y_b), x, frame)
    angle = 2 * np.arcsin(np.sqrt(np.clip(p, 0.0, 1.0)))
    h = float(angle[0] - angle[1])
    if not ((p > 1e-12) & (p < 1 - 1e-12)).all():
        return Effect("h", h, _NAN, _NAN, _NAN, _NAN, level)
    slope = 1 / np.sqrt(p * (1 - p))
    return _effect("h", h, delta(z, [slope[0], -slope[1]])[:, 0], x, frame=frame, level=level)


def _two(a: ArrayLike, b: ArrayLike) -> Floats:
    return np.column_stack([np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)])


def _effect(
    name: Literal["d_av", "h"], value: float, z: Floats, x: Floats, *, frame: DesignFrame, level: float
) -> Effect:
    variance = float(zero_small(covariance(z, frame)[0, 0], 1.0))
    df = satterthwaite_df(z, x[:, 0] > 0, x[:, 1] > 0, frame)
    low, high = (
        (float(limit) for limit in t_interval(value, variance, df, level)) if variance > 0 else (value,) * 2
    )
    return Effect(name, value, variance**0.5, df, low, high, level)
