"""What a weighting step leaves in the design: how weights came about, for variances and for replicates.

A block answers two questions. Taylor variance asks for the influence values once the step is taken into
account (`residuals`); replicate weights ask for the step again, from other starting weights (`reweigh`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from survey_analysis.errors import DesignError

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


class Reweigh(Protocol):
    """A weighting step that can be repeated: weights of the block's rows before it -> after it."""

    def __call__(self, start: Floats, /) -> Floats:
        """Weights (m,) after the step; `ConvergenceError` or `WeightingError` where it cannot be done."""
        ...


@dataclass(frozen=True, eq=False)
class CalibrationBlock:
    """Rows whose weights were calibrated together (one sample, one set of margins).

    Attributes
    ----------
    rows : ndarray of int, shape (m,)
        Positions in the frame of everyone who was calibrated.
    start : ndarray, shape (m,)
        Weights before calibration (the d of statistics 2.25).
    x : ndarray, shape (m, p)
        Calibration variables: margin dummies, or any auxiliary variables. A category without a target is
        zero in all dummies of its margin. No columns: the step changed weights and is taken as fixed.
    weight : ndarray, shape (m,), optional
        Weights this calibration gave; None when they are those of the frame. They differ from the frame's
        when a later step changed them.
    spread : ndarray, shape (m,), optional
        Working variance of the calibration model; None is constant.
    reweigh : Reweigh, optional
        The same step from other starting weights; None: it cannot be repeated.
    """

    rows: Codes
    start: Floats
    x: Floats
    weight: Floats | None = field(default=None, kw_only=True)
    spread: Floats | None = field(default=None, kw_only=True)
    reweigh: Reweigh | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        m = len(self.rows)
        columns = {"weight": self.weight, "spread": self.spread}
        odd = [name for name, c in columns.items() if c is not None and c.shape != (m,)]
        if self.start.shape != (m,) or self.x.ndim != 2 or len(self.x) != m or odd:
            raise DesignError(
                "a calibration block needs one starting weight and one row of variables per calibrated row.",
                where=f"rows {m}, start {self.start.shape}, x {self.x.shape} {' '.join(odd)}".rstrip(),
            )

    def residuals(self, z: Floats, weight: Floats) -> Floats:
        """Influence values z (m, k) after this step; `weight` are the rows' weights in the frame.

        Regression of the unweighted influence on x with the starting weights (statistics 2.25).
        """
        if not self.x.shape[1]:
            return z
        w = weight if self.weight is None else self.weight
        x = self.x / np.maximum(np.abs(self.x).max(axis=0), 1e-300)  # one scale, so that rank is not a unit
        return _regress(z, w, x, self.start if self.spread is None else self.start / self.spread)


@dataclass(frozen=True, eq=False)
class SweptBlock(CalibrationBlock):
    """R `rake`'s own variance: ten sweeps of unweighted margin means (parity only, statistics 2.25).

    Attributes
    ----------
    margins : tuple of ndarray of int, each (m,)
        Category of each row on each margin.
    passed : tuple of ndarray, each (m,)
        Weights after each margin of the last round.
    """

    margins: tuple[Codes, ...] = field(default=(), kw_only=True)
    passed: tuple[Floats, ...] = field(default=(), kw_only=True)

    def residuals(self, z: Floats, weight: Floats) -> Floats:  # noqa: ARG002  the block has its own weights
        """Influence values less the margin means of z / w, in ten sweeps over the margins."""
        for _ in range(10):
            for codes, w in zip(self.margins, self.passed, strict=True):
                u = np.divide(z, w[:, None], out=np.zeros_like(z), where=w[:, None] != 0)
                z = z - w[:, None] * group_mean(u, codes, int(codes.max()) + 1)[codes]
        return z


@dataclass(frozen=True, eq=False)
class ModelBlock(CalibrationBlock):
    """Weights that hang on coefficients γ estimated in the same sample (non-response, propensity).

    z gains S H⁻¹ D′u: γ solves Σ s_i(γ) = 0 over the rows with H = -∂Σs/∂γ, D = ∂w/∂γ, u = z / w.

    Attributes
    ----------
    score : ndarray, shape (m, p)
        s_i at the estimate, sampling weights included.
    slope : ndarray, shape (m, p)
        ∂w_i/∂γ.
    information : ndarray, shape (p, p)
        H.
    """

    score: Floats = field(default_factory=lambda: np.zeros((0, 0)), kw_only=True)
    slope: Floats = field(default_factory=lambda: np.zeros((0, 0)), kw_only=True)
    information: Floats = field(default_factory=lambda: np.zeros((0, 0)), kw_only=True)

    def residuals(self, z: Floats, weight: Floats) -> Floats:
        """Influence values with the part that comes from estimating the coefficients."""
        w = (weight if self.weight is None else self.weight)[:, None]
        u = np.divide(z, w, out=np.zeros_like(z), where=w != 0)
        inverse = np.linalg.pinv(self.information, rcond=1e-12, hermitian=True)
        return np.asarray(z + self.score @ (inverse @ (self.slope.T @ u)))


def cluster_means(x: Floats, weight: Floats, cluster: Codes) -> Floats:
    """Each row's x (n, p) replaced by the weighted mean of its cluster: calibrating on it gives equal factors."""
    groups = int(cluster.max()) + 1
    size = np.bincount(cluster, weights=weight, minlength=groups)
    sums = group_sums(x * weight[:, None], cluster, groups)
    return np.asarray((sums / np.where(size != 0, size, 1.0)[:, None])[cluster])


def before_calibration(weight: Floats, blocks: Sequence[CalibrationBlock]) -> Floats:
    """Weights before the first of the blocks."""
    out = weight.copy()
    for block in reversed(blocks):
        out[block.rows] = block.start
    return out


def repeat_calibration(base: Floats, blocks: Sequence[CalibrationBlock]) -> Floats:
    """All blocks again, one after the other, from base weights of the whole frame (a replicate's).

    Raises
    ------
    DesignError
        A block that cannot be repeated.
    ConvergenceError, WeightingError
        A step that cannot be done from these weights.
    """
    out = base.copy()
    for i, block in enumerate(blocks, start=1):
        if block.reweigh is None:
            raise DesignError(
                f"weighting step {i} cannot be repeated on replicate weights.",
                hint="weight with the verbs of the survey, or take the weights as fixed.",
            )
        out[block.rows] = block.reweigh(out[block.rows])
    return out


def group_sums(values: Floats, codes: Codes, groups: int) -> Floats:
    """Column sums of `values` (n, k) by group code."""
    columns = [np.bincount(codes, weights=values[:, j], minlength=groups) for j in range(values.shape[1])]
    return np.column_stack(columns) if columns else np.zeros((groups, 0))


def group_mean(values: Floats, codes: Codes, groups: int) -> Floats:
    """Means by group code, of a column (n,) or of columns (n, k); 0 for an empty group."""
    size = np.maximum(np.bincount(codes, minlength=groups), 1)
    if values.ndim == 1:
        return np.asarray(np.bincount(codes, weights=values, minlength=groups) / size)
    return np.asarray(group_sums(values, codes, groups) / size[:, None])


def _regress(z: Floats, w: Floats, x: Floats, d: Floats) -> Floats:
    """Values w (u - x′B), u = z / w, B fitted with weights d; rows of weight 0 are left alone."""
    used = (w != 0)[:, None]  # linear calibration may give a negative weight
    dx = x * d[:, None]
    inverse = np.linalg.pinv(x.T @ dx, rcond=1e-11, hermitian=True)
    for _ in range(2):  # the second pass removes the rounding that the first one leaves
        u = np.divide(z, w[:, None], out=np.zeros_like(z), where=used)
        z = z - w[:, None] * (x @ (inverse @ (dx.T @ u)))
    return z
