"""Whether correlations can be described by factors: KMO, Bartlett's test, parallel analysis."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from survey_analysis.core.frame import Floats
from survey_analysis.core.reliability import is_singular
from survey_analysis.errors import EstimationError
from survey_analysis.plurals import counted


class Kmo(NamedTuple):
    """Kaiser-Meyer-Olkin measure of sampling adequacy, overall and of each item."""

    overall: float
    items: Floats


class Bartlett(NamedTuple):
    """Bartlett's test that all correlations are zero."""

    statistic: float
    df: int
    p_value: float


class Parallel(NamedTuple):
    """Eigenvalues, those of uncorrelated normal answers (mean and 95% quantile), and how many exceed them."""

    eigenvalues: Floats
    simulated_mean: Floats
    simulated_quantile: Floats
    above_mean: int
    above_quantile: int


def kmo(correlation: ArrayLike) -> Kmo:
    """Σ r² / (Σ r² + Σ q²) off the diagonal, q the partial correlations given all other items.

    Raises
    ------
    EstimationError
        A singular matrix has no partial correlations.

    Notes
    -----
    Kaiser (1970, 1974); R `psych::KMO`.

    Examples
    --------
    >>> round(kmo([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]).overall, 4)
    0.6923
    """
    r = np.asarray(correlation, dtype=np.float64)
    _refuse_singular(r)
    inverse = np.linalg.inv(r)
    root = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(root, root)
    own, others = r**2, partial**2
    np.fill_diagonal(own, 0.0)
    np.fill_diagonal(others, 0.0)
    return Kmo(float(own.sum() / (own.sum() + others.sum())), own.sum(axis=0) / (own + others).sum(axis=0))


def bartlett(correlation: ArrayLike, n: float) -> Bartlett:
    """-log|R| (n - 1 - (2p + 5)/6), χ² with p (p - 1)/2 degrees of freedom, for a simple sample of n.

    Raises
    ------
    EstimationError
        A singular matrix.

    Notes
    -----
    Bartlett (1951); R `psych::cortest.bartlett`.
    """
    r = np.asarray(correlation, dtype=np.float64)
    _refuse_singular(r)
    p = len(r)
    statistic = -float(np.linalg.slogdet(r)[1]) * (n - 1 - (2 * p + 5) / 6)
    df = p * (p - 1) // 2
    return Bartlett(statistic, df, float(stats.chi2.sf(statistic, df)))


def parallel(correlation: ArrayLike, n: int, *, seed: int, draws: int = 200) -> Parallel:
    """Compare eigenvalues with those of uncorrelated normal answers of n people.

    Notes
    -----
    Horn (1965), Glorfeld (1995). The eigenvalues that count are those before the first that fails. The
    correlation matrices of normal answers are drawn directly (Wishart, by its Bartlett decomposition).
    """
    r = np.asarray(correlation, dtype=np.float64)
    p = len(r)
    if n <= p:
        raise EstimationError(
            f"{counted(n, 'person answered', 'people answered')} {counted(p, 'item')}; parallel analysis needs more people than items."
        )
    rng = np.random.default_rng(seed)
    found = np.linalg.eigvalsh(r)[::-1]
    size = (draws, p, p)
    root = np.tril(rng.standard_normal(size), -1)
    at = np.arange(p)
    root[:, at, at] = np.sqrt(rng.chisquare(n - 1 - at, size=(draws, p)))
    cross = root @ root.transpose(0, 2, 1)
    sd = np.sqrt(cross[:, at, at])
    drawn = np.linalg.eigvalsh(cross / (sd[:, :, None] * sd[:, None, :]))[:, ::-1]
    mean, quantile = drawn.mean(axis=0), np.asarray(np.quantile(drawn, 0.95, axis=0), dtype=np.float64)
    return Parallel(
        np.asarray(found, dtype=np.float64),
        mean,
        quantile,
        _leading(found > mean),
        _leading(found > quantile),
    )


def _leading(above: np.ndarray) -> int:
    return int(np.cumprod(above).sum())


def _refuse_singular(r: Floats) -> None:
    if is_singular(r):
        raise EstimationError(
            "the correlation matrix is singular: an item is a sum of others.", hint="leave one of them out."
        )
