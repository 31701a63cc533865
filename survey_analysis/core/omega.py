"""Omega of a correlation matrix: total by one factor, hierarchical by Schmid and Leiman's transformation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.efa import Extraction, factor_model, minres
from survey_analysis.core.factors import ml_factors
from survey_analysis.core.frame import Floats
from survey_analysis.core.rotation import oblimin
from survey_analysis.errors import EstimationError


class Schmid(NamedTuple):
    """Loadings on a general factor (p,) and on group factors (p, q), orthogonal to each other.

    `phi` are the correlations of the oblique factors, `higher` their loadings on the general one.
    """

    general: Floats
    group: Floats
    communality: Floats
    phi: Floats
    higher: Floats


class Omegas(NamedTuple):
    """Omega total and hierarchical; `limit` is hierarchical over total (omega asymptotic).

    `group` (1 + q, 3): total, general and group share of the whole scale, then of each group's items (the
    items that load highest on it; NaN where none does).
    """

    total: float
    hierarchical: float
    limit: float
    group: Floats
    schmid: Schmid


def omega_one_factor(correlation: ArrayLike) -> tuple[float, float]:
    """Omega total from one minres factor, over the observed and over the model's variance of the sum.

    Returns
    -------
    observed, model : float
        (Σ R - Σ u²) / Σ R as R `psych::omega(nfactors = 1)`, and (Σ λ)² / ((Σ λ)² + Σ u²).

    Notes
    -----
    McDonald (1999). The two differ as far as one factor does not reproduce the correlations.

    Examples
    --------
    >>> [round(x, 3) for x in omega_one_factor([[1, 0.56, 0.48], [0.56, 1, 0.42], [0.48, 0.42, 1]])]
    [0.745, 0.745]
    """
    r = np.asarray(correlation, dtype=np.float64)
    loading = minres(r, 1)[:, 0]
    unique = 1 - loading**2
    common = float(loading.sum()) ** 2
    return float(1 - unique.sum() / r.sum()), common / (common + float(unique.sum()))


def schmid_leiman(
    correlation: ArrayLike,
    factors: int,
    *,
    extraction: Extraction = "minres",
    tolerance: float | None = None,
) -> Schmid:
    """Transform oblique factors to a general factor and orthogonal group factors.

    Parameters
    ----------
    correlation : array_like, shape (p, p)
    factors : int
        Group factors, at least two; with two the general factor loads both alike, √|φ|.
    extraction : {"minres", "ml"}
    tolerance : float, optional
        As in `core.rotation.rotate`.

    Raises
    ------
    EstimationError
        Fewer than two factors.

    Notes
    -----
    Schmid and Leiman (1957): varimax, then oblimin, then one factor of the factor correlations; R
    `psych::schmid`, which makes omega hierarchical what `psych::omega` prints.
    """
    r = np.asarray(correlation, dtype=np.float64)
    if factors < 2:
        raise EstimationError("a general factor needs at least two group factors.", hint="factors=3")
    start = factor_model(r, factors, extraction=extraction, rotation="varimax", tolerance=tolerance)
    return schmid_of(start.loadings, extraction=extraction, tolerance=tolerance)


def schmid_of(
    loadings: ArrayLike, *, extraction: Extraction = "minres", tolerance: float | None = None
) -> Schmid:
    """Schmid and Leiman's transformation of orthogonal loadings (p, q), q at least 2."""
    start = np.asarray(loadings, dtype=np.float64)
    oblique = oblimin(start, tolerance=tolerance or 1e-10)
    if start.shape[1] == 2:
        phi = oblique.phi[0, 1]
        higher = np.array([1.0, np.sign(phi)]) * np.sqrt(abs(phi))
    elif extraction == "minres":
        higher = minres(oblique.phi, 1)[:, 0]
    else:
        higher = ml_factors(oblique.phi, 1, rotation="none").loadings[:, 0]
    general = oblique.loadings @ higher
    left = np.maximum(oblique.loadings**2 * (1 - higher**2), 0.0)
    group = np.sign(oblique.loadings) * np.sqrt(left)
    return Schmid(general, group, (start**2).sum(axis=1), oblique.phi, higher)


def omega(
    correlation: ArrayLike,
    factors: int,
    *,
    extraction: Extraction = "minres",
    tolerance: float | None = None,
) -> Omegas:
    """Omega total and hierarchical by Schmid-Leiman, over the observed variance of the sum.

    Notes
    -----
    ω_t = 1 - Σ u² / Σ R, ω_h = (Σ g)² / Σ R (Zinbarg, Revelle, Yovel and Li 2005; R `psych::omega`). Items are
    taken as they are: an item with a negative general loading lowers both and is not turned.
    """
    r = np.asarray(correlation, dtype=np.float64)
    return omegas_of(r, schmid_leiman(r, factors, extraction=extraction, tolerance=tolerance))


def omegas_of(r: Floats, found: Schmid) -> Omegas:
    """Omega of a correlation matrix and its Schmid-Leiman loadings."""
    whole, common = float(r.sum()), float(found.general.sum()) ** 2
    true = whole - float((1 - found.communality).sum())
    rows = [[true / whole, common / whole, 0.0]]
    home = np.abs(found.group).argmax(axis=1)
    added = 0.0
    for j in range(found.group.shape[1]):
        inside = home == j
        if not inside.any():
            rows.append([float("nan")] * 3)
            continue
        part = float(r[np.ix_(inside, inside)].sum())
        own = float(found.group[inside, j].sum()) ** 2
        shared = float(found.general[inside].sum()) ** 2
        added += own
        rows.append([(own + shared) / part, shared / part, own / part])
    rows[0][2] = added / whole
    return Omegas(true / whole, common / whole, common / true, np.array(rows), found)
