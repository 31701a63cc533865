"""Many columns against each other, line by line: the numbers of `core.differences.difference` for a whole table.

Influence values are made once a column; each pair is a difference of two of them, summed to units, and its variance
and degrees of freedom come from the parts of the units that are in one column, the other, or both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from survey_analysis.core.blocks import group_sums
from survey_analysis.core.calibrate import effective_n
from survey_analysis.core.covariance import Members, covariance, residuals, stratum_scale, zero_small
from survey_analysis.core.differences import SMALL, difference
from survey_analysis.core.frame import Codes, DesignFrame, Floats
from survey_analysis.core.quadratic import t_test

LARGEST = 30_000_000
"""Numbers of influence held at once; more lines are done in turns."""


@dataclass(frozen=True, eq=False)
class PairTests:
    """Differences a minus b of K lines and P pairs; each array has shape (K, P), see `core.differences.Difference`."""

    estimate: Floats
    std_error: Floats
    df: Floats
    statistic: Floats
    p: Floats
    method: NDArray[np.object_]

    @classmethod
    def empty(cls, lines: int, pairs: int) -> PairTests:
        """No test anywhere."""
        a, b, c, d, e = (np.full((lines, pairs), np.nan) for _ in range(5))
        return cls(a, b, c, d, e, np.full((lines, pairs), "no test", dtype=object))

    def conclude(self, near: Members) -> None:
        """Statistics, p and methods from estimates and errors; `near` (K, P) have the pooled form."""
        statistic, p = t_test(self.estimate, self.std_error, self.df)
        self.statistic[:], self.p[:] = statistic, p
        made = (self.std_error > 0) & ~np.isnan(p)
        self.method[:] = np.where(made, np.where(near, "null-pooled", "design-based"), "no test")

    def put(self, lines: Sequence[int], other: PairTests) -> None:
        """Write the rows of some lines (the arrays are this object's own)."""
        for field in fields(self):
            getattr(self, field.name)[list(lines)] = getattr(other, field.name)


@dataclass(frozen=True, eq=False)
class Sides:
    """What is compared: masks of the columns within the base (n, M), their sums of weights, bases, unit members."""

    member: Members
    weighted: Floats
    n: Floats
    effective: Floats
    units: Members
    df: Floats
    factor: Floats

    @classmethod
    def of(cls, masks: Sequence[Members], base: Members, frame: DesignFrame, factor: Floats) -> Sides:
        """Members are the rows of the base with positive weight."""
        member = np.column_stack(masks) & (base & (frame.weight > 0))[:, None]
        x = member * factor[:, None]
        units = member if frame.rows_are_units else _units(member, frame)
        strata = np.zeros((frame.n_strata, member.shape[1]), dtype=bool)
        for j in range(member.shape[1]):
            strata[frame.psu_stratum[units[:, j]], j] = True
        df = (units.sum(axis=0) - strata.sum(axis=0)).astype(np.float64)
        return cls(
            member,
            frame.weight @ x,
            member.sum(axis=0).astype(np.float64),
            effective_n(frame.weight, x),
            units,
            df,
            factor,
        )


def pair_tests(
    y: Floats,
    base: Members,
    masks: Sequence[Members],
    pairs: Sequence[tuple[int, int]],
    frame: DesignFrame,
    *,
    is_share: Members,
    factor: Floats | None = None,
) -> PairTests:
    """Test differences between columns, whatever they share.

    Parameters
    ----------
    y : ndarray, shape (n, K)
        What each row adds to each line, 0 outside the base.
    base : ndarray of bool, shape (n,)
        Rows in the base of these lines.
    masks : sequence of ndarray of bool, each (n,)
        Rows in each column.
    pairs : sequence of (int, int)
        Positions of the columns compared.
    frame : DesignFrame
    is_share : ndarray of bool, shape (K,)
        Lines that are shares; the others are means, which have no rule for 0% and 100%.
    factor : ndarray, shape (n,), optional
        Factor on each row's weight (a loop that asked part of the subjects); ones.

    Returns
    -------
    PairTests

    Notes
    -----
    Statistics 2.4, Satterthwaite with the groups of the header. Designs of several stages, joint probabilities,
    replicates or rules for lone units go through `difference` one by one.

    Examples
    --------
    >>> frame = DesignFrame.of(np.ones(6))
    >>> y, left = np.array([[1.0], [2], [3], [1], [1], [4]]), np.array([True, True, True, False, False, False])
    >>> found = pair_tests(y, np.ones(6, bool), [left, ~left], [(0, 1)], frame, is_share=np.array([False]))
    >>> found.estimate.tolist(), round(float(found.df[0, 0]), 6)
    ([[0.0]], 3.2)
    """
    out = PairTests.empty(y.shape[1], len(pairs))
    if not pairs or not y.shape[1]:
        return out
    sides = Sides.of(masks, base, frame, np.ones(frame.n) if factor is None else factor)
    if not frame.one_scale_a_stratum:
        for j in range(y.shape[1]):
            out.put([j], _one_by_one(y[:, j], sides, pairs, frame, share=bool(is_share[j])))
        return out
    each = max(1, LARGEST // (frame.n * len(masks)))
    for start in range(0, y.shape[1], each):
        lines = list(range(start, min(start + each, y.shape[1])))
        out.put(lines, _by_units(y[:, lines], sides, pairs, frame, is_share[lines]))
    return out


def _one_by_one(
    y: Floats, sides: Sides, pairs: Sequence[tuple[int, int]], frame: DesignFrame, *, share: bool
) -> PairTests:
    out = PairTests.empty(1, len(pairs))
    x = sides.member * sides.factor[:, None]
    for p, (a, b) in enumerate(pairs):
        if not (sides.n[a] and sides.n[b]):
            continue
        got = difference(y * x[:, a], x[:, a], y * x[:, b], x[:, b], frame, kind="share" if share else "mean")
        values = (got.estimate, got.se, got.df, got.statistic, got.p, got.method)
        for field, value in zip(fields(out), values, strict=True):
            getattr(out, field.name)[0, p] = value
    return out


def _by_units(
    y: Floats, sides: Sides, pairs: Sequence[tuple[int, int]], frame: DesignFrame, is_share: Members
) -> PairTests:
    w, k, m = frame.weight, y.shape[1], sides.member.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        scaled = (
            np.where(sides.member, (w * sides.factor)[:, None], 0.0) / sides.weighted
        )  # w x / B, a column a side
    theta = scaled.T @ y  # (M, K)
    spread = _Spread.of(frame)
    if frame.rows_are_units or frame.calibration:
        z = (scaled[:, :, None] * (y[:, None, :] - theta[None])).reshape(frame.n, m * k)
        e = spread.units(residuals(z, frame)).reshape(-1, m, k).transpose(1, 0, 2)
    else:
        e = spread.summed(scaled, y, theta)
    scale = np.where(is_share, 1.0, np.abs(y).max(axis=0, initial=0.0))
    out = PairTests.empty(k, len(pairs))
    units = spread.members(sides.units)
    for p, (a, b) in enumerate(pairs):
        if not (sides.n[a] and sides.n[b]):
            continue
        d, in_a, in_b = e[a] - e[b], units[:, a], units[:, b]
        if frame.calibration:
            variance = spread.variance(d, None)
            out.df[:, p] = spread.df(d, (in_a & ~in_b, in_b & ~in_a, in_a & in_b))
        else:
            variance, out.df[:, p] = spread.of_pair(d, in_a, in_b)
        out.estimate[:, p] = theta[a] - theta[b]
        out.std_error[:, p] = np.sqrt(zero_small(variance, scale))
    _tested(out, theta, y, sides, pairs, frame, is_share)
    return out


def _tested(
    out: PairTests,
    theta: Floats,
    y: Floats,
    sides: Sides,
    pairs: Sequence[tuple[int, int]],
    frame: DesignFrame,
    is_share: Members,
) -> None:
    """Statistics and p; shares near 0 and 100% get the form pooled under the hypothesis."""
    a, b = np.array(pairs).T
    extreme = extremes(theta, sides.effective, is_share)
    near = (extreme[a] | extreme[b]).T & (sides.n[a] * sides.n[b] > 0)[None]
    null_pooled(out, near, theta, y, sides, pairs, frame)
    out.conclude(near)


def extremes(theta: Floats, effective: Floats, is_share: Members) -> Members:
    """Columns (M, K) with under 5 effective positives or negatives, as `core.differences.is_extreme`."""
    e = effective[:, None]
    few = np.minimum(e * theta, e * (1 - theta)) < SMALL - 1e-9
    return np.asarray(few & is_share[None])


def null_pooled(
    out: PairTests,
    near: Members,
    theta: Floats,
    y: Floats,
    sides: Sides,
    pairs: Sequence[tuple[int, int]],
    frame: DesignFrame,
) -> None:
    """Standard errors and degrees of freedom under equal shares, where `near` says so (statistics 2.4)."""
    n_star = np.minimum(sides.n, sides.effective)
    nu = np.maximum(sides.df, 1.0)
    several = not frame.rows_are_units and _several(sides, frame)
    for k, p in zip(*np.nonzero(near), strict=True):
        a, b = pairs[p]
        if (sides.member[:, a] == sides.member[:, b]).all():  # the same people: their answers do not differ
            out.std_error[k, p] = np.nan
            out.df[k, p] = sides.df[a]
            continue
        base = sides.weighted[a] + sides.weighted[b]
        pooled = (theta[a, k] * sides.weighted[a] + theta[b, k] * sides.weighted[b]) / base
        spread = pooled * (1 - pooled)
        if not spread > 1e-12:
            out.std_error[k, p] = out.df[k, p] = np.nan
            continue
        parts = spread / n_star[[a, b]]
        deff = _clustering(y[:, k], sides, (a, b), pooled, frame) if several else 1.0
        out.std_error[k, p] = np.sqrt(deff * parts.sum())
        share = parts / parts.sum()
        out.df[k, p] = 1.0 / float((share**2 / nu[[a, b]]).sum())


def _clustering(y: Floats, sides: Sides, pair: tuple[int, int], pooled: float, frame: DesignFrame) -> float:
    """Design effect of the pooled share, at least 1; 1 where no unit holds two rows of either column."""
    member = sides.member[:, list(pair)]
    rows = np.column_stack([np.bincount(frame.psu[m], minlength=frame.n_psu) for m in member.T])
    if rows.max(initial=0) <= 1:
        return 1.0
    wx = (frame.weight * sides.factor)[:, None] * member
    base = float(wx.sum())
    v = float(covariance(wx.sum(axis=1) * (y - pooled) / base, frame)[0, 0])
    e = base**2 / float((wx**2).sum())
    return max(1.0, v / (pooled * (1 - pooled) / e))


def _several(sides: Sides, frame: DesignFrame) -> bool:
    """Whether any unit holds more than one row of any base."""
    anybody = sides.member.any(axis=1)
    return bool(np.bincount(frame.psu[anybody], minlength=frame.n_psu).max(initial=0) > 1)


def _units(member: Members, frame: DesignFrame) -> Members:
    out = np.zeros((frame.n_psu, member.shape[1]), dtype=bool)
    for j in range(member.shape[1]):
        out[frame.psu[member[:, j]], j] = True
    return out


@dataclass(frozen=True, eq=False)
class _Spread:
    """Squares about stratum means, of designs with one factor a stratum; units stand stratum by stratum."""

    frame: DesignFrame
    order: Codes | None  # unit at each place; None where units already stand so
    stratum: Codes
    scale: Floats
    size: Floats

    @classmethod
    def of(cls, frame: DesignFrame) -> _Spread:
        sorted_ = bool((np.diff(frame.psu_stratum) >= 0).all())
        order = None if sorted_ else np.argsort(frame.psu_stratum, kind="stable")
        stratum = frame.psu_stratum if order is None else frame.psu_stratum[order]
        return cls(frame, order, stratum, stratum_scale(frame), frame.psu_per_stratum.astype(np.float64))

    def units(self, z: Floats) -> Floats:
        """Sums over units, stratum by stratum."""
        frame = self.frame
        sums = z if frame.rows_are_units else group_sums(z, frame.psu, frame.n_psu)
        return sums if self.order is None else sums[self.order]

    def summed(self, scaled: Floats, y: Floats, theta: Floats) -> Floats:
        """Σ_unit s (y - theta) of each side and line (M, units, K), a column of numbers at a time."""
        psu, units = self.frame.psu, self.frame.n_psu
        out = np.empty((scaled.shape[1], units, y.shape[1]))
        lines = np.ascontiguousarray(y.T)
        for m, s in enumerate(np.ascontiguousarray(scaled.T)):
            rows = np.flatnonzero(s)
            place, weight = psu[rows], s[rows]
            base = np.bincount(place, weights=weight, minlength=units)
            for k, line in enumerate(lines):
                sums = np.bincount(place, weights=weight * line[rows], minlength=units)
                out[m, :, k] = sums - theta[m, k] * base
        return out if self.order is None else out[:, self.order]

    def members(self, units: Members) -> Members:
        return units if self.order is None else units[self.order]

    def variance(self, d: Floats, inside: Codes | None) -> Floats:
        """Σ_h scale_h Σ (d - d̄_h)² with d 0 outside the units `inside` (all, when None)."""
        strata = len(self.scale)
        part = d if inside is None else d[inside]
        if strata == 1:
            mean = part.sum(axis=0) / self.size[0]
            rest = self.size[0] - len(part)
            return np.asarray(self.scale[0] * (((part - mean) ** 2).sum(axis=0) + rest * mean**2))
        h = self.stratum if inside is None else self.stratum[inside]
        starts = np.flatnonzero(np.diff(h, prepend=-1))
        present = h[starts] if len(h) else h
        sums = np.add.reduceat(part, starts, axis=0) if len(h) else np.zeros((0, d.shape[1]))
        mean = sums / self.size[present][:, None]
        count = np.diff(np.append(starts, len(h)))
        square = (part - np.repeat(mean, count, axis=0)) ** 2
        within = np.add.reduceat(square, starts, axis=0) if len(h) else sums
        total = within + (self.size[present] - count)[:, None] * mean**2
        return np.asarray(self.scale[present] @ total)

    def of_pair(self, d: Floats, in_a: Members, in_b: Members) -> tuple[Floats, Floats]:
        """Variance and degrees of freedom of a contrast that is 0 outside its units, from one pass of sums.

        Where little is left of the squares after the mean is taken out, they are taken about it instead.
        """
        inside = np.flatnonzero(in_a | in_b)
        group = in_a[inside].astype(np.intp) + 2 * in_b[inside] - 1
        key, strata, part = group * len(self.scale) + self.stratum[inside], len(self.scale), d[inside].T
        size = 3 * strata
        count = np.bincount(key, minlength=size).reshape(3, strata)
        first = np.array([np.bincount(key, weights=x, minlength=size) for x in part]).reshape(-1, 3, strata)
        second = np.array([np.bincount(key, weights=x * x, minlength=size) for x in part]).reshape(
            -1, 3, strata
        )
        v = np.maximum((second - first**2 / self.size) @ self.scale, 0.0)  # (K, 3)
        whole = (second.sum(axis=1) - first.sum(axis=1) ** 2 / self.size) @ self.scale
        lost = whole < 1e-6 * (second.sum(axis=1) @ self.scale)
        if lost.any():
            whole[lost] = self.variance(d[:, lost], inside)
        nu = np.maximum(count.sum(axis=1) - (count > 0).sum(axis=1), 1)
        total = v.sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            df = np.where(total > 0, 1.0 / ((v / total[:, None]) ** 2 / nu).sum(axis=1), np.nan)
        return np.maximum(whole, 0.0), df

    def df(self, d: Floats, groups: tuple[Members, Members, Members]) -> Floats:
        """(ΣV_g)² / Σ V_g²/ν_g over the units in one column, the other, both; NaN without variance."""
        v, nu = [], []
        for group in groups:
            inside = np.flatnonzero(group)
            if len(inside):
                v.append(np.maximum(self.variance(d, inside), 0.0))
                nu.append(max(1.0, len(inside) - len(np.unique(self.stratum[inside]))))
        parts = np.array(v)
        total = parts.sum(axis=0)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(
                total > 0, 1.0 / ((parts / total) ** 2 / np.array(nu)[:, None]).sum(axis=0), np.nan
            )
