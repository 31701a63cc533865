"""Exclusive columns against each other in clustered designs, from one table of units by column and answer.

The numbers of `core.pair_tests`: variances of all pairs of a variable come from products of the columns' unit totals,
and the parts for the degrees of freedom from those of the units that one column of a pair is in and the other is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from survey_analysis.core.covariance import Members, stratum_scale, zero_small
from survey_analysis.core.frame import Codes, DesignFrame, Floats
from survey_analysis.core.pair_tests import PairTests, extremes
from survey_analysis.core.table_sums import UnitSums

LOST = 1e-6
"""Part of the squares that must be left when the mean is taken out; below, they are taken about the mean."""


def pair_units(
    sums: UnitSums,
    scores: Floats,
    pairs: Sequence[tuple[int, int]],
    frame: DesignFrame,
    is_share: Members,
    factor: Floats | None = None,
) -> PairTests:
    """Test differences between columns that share nobody.

    Parameters
    ----------
    sums : UnitSums
    scores : ndarray, shape (K, L)
        What each answer adds to each line.
    pairs : sequence of (int, int)
        Columns compared; no row is in both.
    frame : DesignFrame
        One factor a stratum; no calibration.
    is_share : ndarray of bool, shape (K,)
    factor : ndarray, shape (L,), optional
        Factor of each answer on the weight of its rows; ones.

    Notes
    -----
    With e the unit totals of influence and s the factor of a stratum of m units, the variance of a - b is
    Σ s e_a² + Σ s e_b² - 2 Σ s e_a e_b - Σ_h s_h / m_h (Σ e_a - Σ e_b)²; degrees of freedom by Satterthwaite from the
    same sums over the units in a alone, in b alone, and in both (statistics 2.4).

    Examples
    --------
    >>> from survey_analysis.core.columns import Columns
    >>> frame = DesignFrame.of(np.ones(6), psu=np.array([0, 0, 1, 1, 2, 2]))
    >>> sums = UnitSums.of(np.array([0, 1, 1, 1, 0, 0]), 2, Columns.of([[0, 1, 0, 1, 0, 1]], [2]), frame)
    >>> found = pair_units(sums, np.array([[0.0, 1.0]]), [(0, 1)], frame, np.array([False]))
    >>> round(float(found.estimate[0, 0]), 6), round(float(found.std_error[0, 0]), 6)
    (-0.333333, 0.333333)
    """
    out = PairTests.empty(len(scores), len(pairs))
    f = np.ones(scores.shape[1]) if factor is None else factor
    totals = sums.totals * f
    base = totals.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        theta = (totals @ scores.T) / base[:, None]  # (C, K)
        unit = (scores[None] - theta[:, :, None]) * f / base[:, None, None]
    unit = np.nan_to_num(unit)
    units = _Units.of(frame)
    variances = np.empty(out.std_error.shape)
    for columns, places, a, b in _together(tuple(pairs)):
        e = np.matmul(unit[columns], sums.weight[columns])  # (M, K, U)
        variances[:, places], out.df[:, places] = units.of_pairs(e, sums.rows[columns] > 0, a, b)
    size = np.where(is_share, 1.0, np.abs(scores).max(axis=1, initial=0.0))
    out.std_error[:] = np.sqrt(zero_small(variances, size[:, None]))
    left, right = np.array(pairs).T
    out.estimate[:] = (theta[left] - theta[right]).T
    n, n_effective = sums.bases(f)
    extreme = extremes(theta, n_effective, is_share)
    near = (extreme[left] | extreme[right]).T & (n[left] * n[right] > 0)[None]
    for k, p in zip(*np.nonzero(near), strict=True):
        pooled = _null_pooled(sums, theta[:, k], scores[k], f, pairs[p], units)
        out.std_error[k, p], out.df[k, p] = pooled
    out.conclude(near)
    return out


@lru_cache(maxsize=64)  # the tables of a book compare the same pairs
def _together(pairs: tuple[tuple[int, int], ...]) -> list[tuple[list[int], list[int], Codes, Codes]]:
    """Columns that are compared with each other, directly or through others; places and sides of their pairs."""
    group: dict[int, int] = {}
    for a, b in pairs:
        one, two = group.setdefault(a, a), group.setdefault(b, b)
        if one != two:
            group = {c: one if g == two else g for c, g in group.items()}
    columns: dict[int, list[int]] = {}
    places: dict[int, list[int]] = {}
    for column, g in group.items():
        columns.setdefault(g, []).append(column)
    for place, (a, _) in enumerate(pairs):
        places.setdefault(group[a], []).append(place)
    out = []
    for g, members in columns.items():
        sides = np.array([[members.index(c) for c in pairs[p]] for p in places[g]], dtype=np.intp)
        out.append((members, places[g], sides[:, 0], sides[:, 1]))
    return out


@dataclass(frozen=True, eq=False)
class _Units:
    """Units stratum by stratum: where each stratum begins, its factor and size; stratum and factor of each unit."""

    first: Codes
    scale: Floats
    size: Floats
    stratum: Codes
    each: Floats

    @classmethod
    def of(cls, frame: DesignFrame) -> _Units:
        _, first = frame.units_by_stratum
        scale, size = stratum_scale(frame), frame.psu_per_stratum
        stratum = np.repeat(np.arange(len(size)), size)
        return cls(first, scale, size.astype(np.float64), stratum, scale[stratum])

    def by_stratum(self, values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(values, self.first, axis=-1))

    def variance(self, z: Floats) -> Floats:
        """Σ_h scale_h Σ (z - z̄_h)² over the last axis, squares about the mean."""
        counts = self.size.astype(np.intp)
        about = z - np.repeat(self.by_stratum(z) / self.size, counts, axis=-1)
        return np.asarray((about * about) @ self.each)

    def of_pairs(self, e: Floats, present: Members, a: Codes, b: Codes) -> tuple[Floats, Floats]:
        """Variances and degrees of freedom of e_a - e_b (K, P), from unit totals e (M, K, U)."""
        t = e.transpose(1, 0, 2)  # (K, M, U)
        scaled, absent = t * self.each, (~present).astype(np.float64)
        cross = np.matmul(scaled, t.transpose(0, 2, 1))  # Σ s e_a e_b (K, M, M)
        own = np.diagonal(cross, axis1=1, axis2=2)  # (K, M)
        alone = np.matmul(scaled * t, absent.T)  # Σ s e_a² where b is absent (K, M, M)
        whole_first = self.by_stratum(t)  # (K, M, H)
        without = self._where_absent(e, present)  # (M, K, M, H)
        first = without[a, :, b].transpose(1, 0, 2), without[b, :, a].transpose(1, 0, 2)  # (K, P, H)
        ratio = self.scale / self.size
        rest = whole_first[:, a] - whole_first[:, b]
        square = own[:, a] + own[:, b] - 2 * cross[:, a, b]
        parts = [
            alone[:, a, b] - first[0] ** 2 @ ratio,
            alone[:, b, a] - first[1] ** 2 @ ratio,
            square - alone[:, a, b] - alone[:, b, a] - (rest - first[0] + first[1]) ** 2 @ ratio,
        ]
        variance = square - rest**2 @ ratio
        for k, p in zip(*np.nonzero(variance < LOST * (own[:, a] + own[:, b])), strict=True):
            variance[k, p] = self.variance(t[k, a[p]] - t[k, b[p]])
        return np.maximum(variance, 0.0), self._df(parts, present, a, b)

    def _where_absent(self, e: Floats, present: Members) -> Floats:
        """Sums by stratum of e_a over the units in which b is absent; they are few, and only they are read."""
        (m, k, units), strata = e.shape, len(self.size)
        absent, unit = np.nonzero(~present)  # column by column, units stratum by stratum
        out = np.zeros((m * k, m * strata))
        if len(unit):
            place = absent * strata + self.stratum[unit]
            start = np.flatnonzero(np.diff(place, prepend=-1))
            out[:, place[start]] = np.add.reduceat(e.reshape(m * k, units)[:, unit], start, axis=1)
        return out.reshape(m, k, m, strata)

    def _df(self, parts: list[Floats], present: Members, a: Codes, b: Codes) -> Floats:
        """(Σ V_g)² / Σ V_g² / ν_g over the units in a alone, in b alone, in both."""
        inside = present.astype(np.float64)
        held, both = self.by_stratum(inside), self.by_stratum(inside[a] * inside[b])
        v = np.maximum(np.array(parts), 0.0)  # (3, K, P)
        nu = np.array([_degrees(units) for units in (held[a] - both, held[b] - both, both)])  # (3, P)
        total = v.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            df = total**2 / (v**2 / nu[:, None, :]).sum(axis=0)
        return np.asarray(np.where(total > 0, df, np.nan))


def _degrees(units: Floats) -> Floats:
    """Units less strata, of numbers of units by stratum in the last axis; at least 1."""
    return np.asarray(np.maximum(units.sum(axis=-1) - (units > 0).sum(axis=-1), 1.0))


def _null_pooled(
    sums: UnitSums, theta: Floats, score: Floats, f: Floats, pair: tuple[int, int], units: _Units
) -> tuple[float, float]:
    """Standard error and degrees of freedom of one line and pair under equal shares (statistics 2.4)."""
    both = list(pair)
    weight = sums.totals[both] @ f
    base = float(weight.sum())
    pooled = float(theta[both] @ weight) / base
    spread = pooled * (1 - pooled)
    if not spread > 1e-12:
        return float("nan"), float("nan")
    n, n_effective = sums.bases(f)
    parts = spread / np.minimum(n, n_effective)[both]
    rows = sums.rows[both]
    deff = 1.0
    if rows.max() > 1:
        z = ((score - pooled) * f / base) @ sums.weight[both].sum(axis=0)
        e = base**2 / float((sums.squares[both] @ f**2).sum())
        deff = max(1.0, float(units.variance(z)) / (spread / e))
    share = parts / parts.sum()
    nu = _degrees(units.by_stratum((rows > 0).astype(np.float64)))
    return float(np.sqrt(deff * parts.sum())), 1.0 / float((share**2 / nu).sum())
