"""Exclusive columns against each other after calibration, from sums by calibration cell, column and answer.

As `core.pair_sums`, with residuals: w (u - x′B), where u depends on column and answer and x on the cell. Residuals are
formed before they are squared, so the standard error of a raked margin is zero here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from survey_analysis.core.calibration_cells import CalibrationCells
from survey_analysis.core.covariance import stratum_scale, zero_small
from survey_analysis.core.frame import Codes, DesignFrame, Floats
from survey_analysis.core.pair_sums import finished, influence_of
from survey_analysis.core.pair_tests import PairTests
from survey_analysis.core.table_sums import CellSums


def pair_cells(
    sums: CellSums,
    cells: CalibrationCells,
    scores: Floats,
    pairs: Sequence[tuple[int, int]],
    frame: DesignFrame,
    is_share: np.ndarray,
    factor: Floats | None = None,
) -> PairTests:
    """Test differences between columns that share nobody, weights calibrated.

    Parameters
    ----------
    sums : CellSums
        By calibration cell (G, C, L), with starting weights.
    cells : CalibrationCells
    scores, pairs, frame, is_share, factor
        As in `pair_sums`.
    """
    assert sums.starts is not None  # noqa: S101  weights are calibrated
    out = PairTests.empty(len(scores), len(pairs))
    f = np.ones(scores.shape[1]) if factor is None else factor
    base, theta, unit = influence_of(sums, scores, f)
    filled = np.nan_to_num(unit)
    c, k = theta.shape
    used: Floats = np.bincount(
        cells.code, weights=np.where(frame.weight > 0, cells.start, 0.0), minlength=len(cells.stratum)
    ).astype(np.float64)
    fitted = cells.fitted(
        np.einsum("gcl,ckl->gck", sums.starts, filled, optimize=True).reshape(-1, c * k), used
    )
    spread = _Spread.of(sums, cells.stratum, frame)
    g = fitted.reshape(-1, c, k).transpose(1, 2, 0)  # (C, K, G)
    size = np.where(is_share, 1.0, np.abs(scores).max(axis=1))
    nu = spread.df
    for p, (a, b) in enumerate(pairs):
        shift = g[a] - g[b]
        variance, v_a, v_b = spread.pair(a, b, filled[a], filled[b], shift)
        out.estimate[:, p] = theta[a] - theta[b]
        out.std_error[:, p] = np.sqrt(zero_small(variance, size))
        total = v_a + v_b
        with np.errstate(divide="ignore", invalid="ignore"):
            df = total**2 / (v_a**2 / nu[a] + v_b**2 / nu[b])
        out.df[:, p] = np.where(total > 0, df, np.nan)
    return finished(out, sums, theta, base, nu, pairs, is_share, f)


@dataclass(frozen=True, eq=False)
class _Spread:
    """Σ_h scale_h Σ_i (w_i v_i - v̄_h)² where v depends on cell, column and answer."""

    sums: CellSums
    mean: Floats
    raw: Floats  # sums of squared weights
    first: Codes  # where the cells of each stratum begin
    scale: Floats
    size: Floats
    all_count: Floats  # rows of each cell, in any column or none
    all_weight: Floats
    all_raw: Floats
    df: Floats

    @classmethod
    def of(cls, sums: CellSums, stratum: Codes, frame: DesignFrame) -> _Spread:
        first = np.flatnonzero(np.diff(stratum, prepend=-1))
        held = np.add.reduceat(sums.count.sum(axis=2), first, axis=0)
        n = held.sum(axis=0)
        present = stratum[first]
        return cls(
            sums, sums.mean, sums.squares + sums.mean * sums.weight, first, stratum_scale(frame)[present],
            frame.psu_per_stratum[present].astype(np.float64), *sums.everybody,
            df=np.maximum(n - (held > 0).sum(axis=0), 1.0),
        )  # fmt: skip

    def pair(self, a: int, b: int, u_a: Floats, u_b: Floats, shift: Floats) -> tuple[Floats, Floats, Floats]:
        """Variance of a minus b, and of its parts in a and in b (K,)."""
        v_a, v_b = u_a[:, None, :] - shift[:, :, None], -u_b[:, None, :] - shift[:, :, None]
        one, two, rest = self._part(a, v_a), self._part(b, v_b), self._others(a, b, -shift)
        mean = (one.total + two.total + rest.total) / self.size
        whole = one.about(mean, self) + two.about(mean, self) + rest.about(mean, self)
        return (
            whole @ self.scale,
            one.alone(self) @ self.scale,
            two.alone(self) @ self.scale,
        )

    def _part(self, c: int, v: Floats) -> _Part:
        count, mean, squares = self.sums.count[:, c], self.mean[:, c], self.sums.squares[:, c]
        wv = mean * v
        return _Part(
            self._by(np.einsum("kgl,gl->kg", wv, count)),
            self._by(np.einsum("kgl,gl->kg", v * v, squares)),
            wv, count, self._by(count.sum(axis=1)[None])[0],
        )  # fmt: skip

    def _others(self, a: int, b: int, v: Floats) -> _Part:
        """Rows in neither column: their residual depends on the cell alone."""
        taken = [
            x[:, a].sum(axis=1) + x[:, b].sum(axis=1) for x in (self.sums.count, self.sums.weight, self.raw)
        ]
        count, weight, raw = (
            x - y for x, y in zip((self.all_count, self.all_weight, self.all_raw), taken, strict=True)
        )
        count = np.maximum(count, 0.0)
        mean = np.where(count > 0, weight / np.maximum(count, 1.0), 0.0)
        squares = np.maximum(raw - mean * weight, 0.0)
        wv = (mean * v)[:, :, None]
        return _Part(
            self._by(mean * count * v),
            self._by(v * v * squares),
            wv,
            count[:, None],
            self._by(count[None])[0],
        )

    def _by(self, values: Floats) -> Floats:
        """Sums over the cells of each stratum (K, H)."""
        return np.asarray(np.add.reduceat(values, self.first, axis=1))


@dataclass(frozen=True, eq=False)
class _Part:
    """Rows of one column: Σ w v and Σ v² of the spread of weights by stratum (K, H); mean w times v by cell."""

    total: Floats
    within: Floats
    wv: Floats
    count: Floats
    n: Floats

    def about(self, mean: Floats, spread: _Spread) -> Floats:
        """Σ (w v - mean)² by stratum."""
        lengths = np.diff(np.append(spread.first, self.wv.shape[1]))
        gap = self.wv - np.repeat(mean, lengths, axis=1)[:, :, None]
        return self.within + spread._by(np.einsum("kgl,gl->kg", gap * gap, self.count))  # noqa: SLF001

    def alone(self, spread: _Spread) -> Floats:
        """The same about its own mean, everybody else counted as zero."""
        mean = self.total / spread.size
        return self.about(mean, spread) + (spread.size - self.n) * mean**2
