"""Raking (iterative proportional fitting) to several margins, with an optional cap on the weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import Codes, Floats
from survey_analysis.errors import ConvergenceError, WeightingError
from survey_analysis.plurals import counted


@dataclass(frozen=True, eq=False)
class RakeResult:
    """Raked weights and how they were reached.

    Attributes
    ----------
    weight, factor : ndarray, shape (n,)
        weight = start * factor.
    iterations : int
    converged : bool
        Every margin within the tolerance, and no weight above the cap.
    gap : float
        Largest miss of a category, as a share of its margin's total.
    targets, before, after : tuple of ndarray
        Weighted totals of each category of each margin: asked, under the starting weights, under the result.
    capped : int
        Rows held at the cap.
    """

    weight: Floats
    factor: Floats
    iterations: int
    converged: bool
    gap: float
    targets: tuple[Floats, ...]
    before: tuple[Floats, ...]
    after: tuple[Floats, ...]
    capped: int


def rake(
    codes: Sequence[ArrayLike],
    targets: Sequence[ArrayLike],
    start: ArrayLike,
    *,
    cap: float | None = None,
    tolerance: float = 1e-12,
    max_iterations: int = 500,
    on_miss: Literal["raise", "return"] = "raise",
) -> RakeResult:
    """Adjust weights until every margin has its target.

    Parameters
    ----------
    codes : sequence of int arrays, shape (n,)
        Category of each row on each margin. -1 is a category without a target: the margin leaves these rows
        alone (factor 1).
    targets : sequence of arrays
        For each margin, shares that sum to 1, or population counts. Shares are scaled to the starting weight
        of the rows that have a target on that margin.
    start : array_like, shape (n,)
        Base weights; not negative. Rows with weight 0 stay at 0.
    cap : float, optional
        Largest weight, as a multiple of the mean weight. The weights are then min(start * factors, cap):
        capping and raking are repeated until both hold.
    tolerance : float
        Largest miss of a category, as a share of its margin's total.
    max_iterations : int
        Rounds over all margins.
    on_miss : {"raise", "return"}
        What to do when the margins are not met: an error that names the worst one, or the result with
        `converged=False`.

    Returns
    -------
    RakeResult

    Raises
    ------
    WeightingError
        Targets that are not shares or counts, an empty category with a target, respondents in a category
        whose target is 0, or margins whose counts disagree.
    ConvergenceError
        The margins were not met, with on_miss="raise".

    Notes
    -----
    Without a cap the sweeps run over the cells of the cross of all margins, not over rows.

    Examples
    --------
    >>> got = rake([[0, 0, 1, 1], [0, 1, 0, 1]], [[0.5, 0.5], [0.3, 0.7]], [1, 1, 1, 1])
    >>> got.weight.round(9).tolist()
    [0.6, 1.4, 0.6, 1.4]
    """
    d = np.asarray(start, dtype=np.float64)
    margins = [np.asarray(column, dtype=np.intp) for column in codes]
    asked = _preflight(margins, [np.asarray(t, dtype=np.float64) for t in targets], d)
    before = tuple(_sums(m, d, len(t)) for m, t in zip(margins, asked, strict=True))
    if cap is None:
        cell, cell_margins = crossed(margins)
        base = _sums(cell, d, int(cell.max()) + 1)
        swept = _sweep(cell_margins, asked, base, None, tolerance=tolerance, max_rounds=max_iterations)
        factor = swept.factor[cell]
    else:
        if not cap > 1:
            raise WeightingError(f"a cap of {cap:g} times the mean weight cannot hold; it must be above 1.")
        swept = _sweep(margins, asked, d, cap, tolerance=tolerance, max_rounds=max_iterations)
        factor = swept.factor
    weight = d * factor
    after = tuple(_sums(m, weight, len(t)) for m, t in zip(margins, asked, strict=True))
    gaps = [_miss(a, t) for a, t in zip(after, asked, strict=True)]
    converged = swept.converged and max(gaps) <= 10 * max(tolerance, 1e-14 * len(d) ** 0.5)
    result = RakeResult(
        weight, factor, swept.rounds, converged, max(gaps), tuple(asked), before, after, swept.capped
    )
    if not converged and on_miss == "raise":
        _raise_miss(result, gaps, cap)
    return result


@dataclass(frozen=True, eq=False)
class _Swept:
    factor: Floats
    rounds: int
    converged: bool
    capped: int


def _sweep(
    margins: Sequence[Codes],
    targets: Sequence[Floats],
    base: Floats,
    cap: float | None,
    *,
    tolerance: float,
    max_rounds: int,
) -> _Swept:
    """Rounds over the margins; `latent` holds the factors before the cap, so that caps can open again."""
    latent, used = np.ones(len(base)), base > 0
    ceiling = np.inf if cap is None else cap * float(base[used].mean())
    rounds, gap = 0, np.inf
    while rounds < max_rounds and gap > tolerance:
        rounds += 1
        for codes, target in zip(margins, targets, strict=True):
            latent = np.minimum(latent * _step(codes, target, base * latent, ceiling), 1e100)
        weight = np.minimum(base * latent, ceiling)
        if cap is not None:
            ceiling = cap * float(weight[used].mean())
            weight = np.minimum(base * latent, ceiling)
        gap = max(_miss(_sums(c, weight, len(t)), t) for c, t in zip(margins, targets, strict=True))
    capped = int((base * latent > ceiling).sum())
    factor = np.divide(weight, base, out=np.ones_like(base), where=base > 0)
    return _Swept(factor, rounds, gap <= tolerance, capped)


def _step(codes: Codes, target: Floats, latent_weight: Floats, ceiling: float) -> Floats:
    """Factor of each row for one margin: free weight takes what the capped weight leaves of the target."""
    free = latent_weight < ceiling
    free_sum = _sums(codes, np.where(free, latent_weight, 0.0), len(target))
    held = _sums(codes, np.where(free, 0.0, ceiling), len(target)) if np.isfinite(ceiling) else 0.0
    usable = free_sum > 0
    ratio = np.divide(target - held, free_sum, out=np.ones_like(free_sum), where=usable)
    if np.isfinite(ceiling):
        # a full category, or one with more held than its target, moves all rows towards the target
        whole = free_sum + held
        plain = np.divide(target, whole, out=np.ones_like(whole), where=whole > 0)
        ratio = np.where(usable & (ratio > 0), ratio, plain)
    return np.append(ratio, 1.0)[codes]


def _sums(codes: Codes, weight: Floats, size: int) -> Floats:
    inside = codes >= 0
    return np.asarray(np.bincount(codes[inside], weights=weight[inside], minlength=size), dtype=np.float64)


def _miss(found: Floats, target: Floats) -> float:
    return float(np.abs(found - target).max() / target.sum())


def crossed(margins: Sequence[Codes]) -> tuple[Codes, list[Codes]]:
    """Cells of the cross of all margins that occur, and the category of each cell on each margin."""
    key = np.zeros(len(margins[0]), dtype=np.intp)
    for column in margins:  # renumbered at each step, so that many margins cannot overflow
        key = np.unique(key * (int(column.max()) + 2) + column + 1, return_inverse=True)[1].reshape(-1)
    first = np.zeros(int(key.max()) + 1, dtype=np.intp)
    first[key[::-1]] = np.arange(len(key))[::-1]
    return key, [column[first] for column in margins]


def _preflight(margins: Sequence[Codes], targets: Sequence[Floats], d: Floats) -> list[Floats]:
    """Targets as weighted totals, after every check that can be made before iterating."""
    if not margins or len(margins) != len(targets):
        raise WeightingError(f"{len(margins)} margins and {len(targets)} targets were given.")
    if not np.isfinite(d).all() or (d < 0).any() or not (d > 0).any():
        raise WeightingError("base weights are missing, negative or all zero.")
    totals = [_checked(j, c, t, d) for j, (c, t) in enumerate(zip(margins, targets, strict=True))]
    complete = [float(t.sum()) for c, t in zip(margins, totals, strict=True) if (c[d > 0] >= 0).all()]
    if complete and max(complete) - min(complete) > 1e-6 * max(complete):
        raise WeightingError(
            "margins that cover everyone have targets with different totals.",
            where=", ".join(f"{t:.10g}" for t in complete),
            hint="give shares, or counts of the same population.",
        )
    return totals


def _checked(j: int, codes: Codes, target: Floats, d: Floats) -> Floats:
    where = f"margin {j + 1}"
    if codes.shape != d.shape or (codes.size and (codes.min() < -1 or codes.max() >= len(target))):
        raise WeightingError(
            f"codes of {where} do not fit its {counted(len(target), 'target')} and {counted(len(d), 'row')}."
        )
    if not np.isfinite(target).all() or (target < 0).any() or not (target > 0).any():
        raise WeightingError("a target is missing or negative, or all are zero.", where=where)
    sample = _sums(codes, d, len(target))
    for what, bad in {
        "has a target and no respondent": (sample == 0) & (target > 0),
        "has respondents and a target of 0": (sample > 0) & (target == 0),
    }.items():
        if bad.any():
            raise WeightingError(
                f"category {int(np.flatnonzero(bad)[0]) + 1} {what}.",
                where=where,
                hint="merge it with a neighbour, or leave its rows without a target (code -1).",
            )
    total = float(target.sum())
    if abs(total - 1) <= 1e-6:
        return target / total * float(sample.sum())
    if (target <= 1).all():
        raise WeightingError(
            f"the target shares sum to {total:.6g}, not 1.",
            where=where,
            hint="correct the shares, or give counts.",
        )
    return target


def _raise_miss(result: RakeResult, gaps: Sequence[float], cap: float | None) -> None:
    j = int(np.argmax(gaps))
    miss = np.abs(result.after[j] - result.targets[j])
    k = int(np.argmax(miss))
    raise ConvergenceError(
        f"raking did not reach its targets in {result.iterations} rounds.",
        where=f"margin {j + 1}, category {k + 1}: {result.after[j][k]:.6g} against {result.targets[j][k]:.6g}"
        + (f"; {result.capped} weights at the cap of {cap:g} times the mean" if cap is not None else ""),
        hint="raise the cap." if cap is not None else "merge small categories, or use fewer margins.",
    )
