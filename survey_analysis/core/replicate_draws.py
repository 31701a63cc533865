"""How far estimates move from sample to sample, draw by draw: what ranks are counted over."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.covariance import covariance, residuals
from survey_analysis.core.frame import DesignFrame, Floats
from survey_analysis.core.replicate_make import bootstrap

FULL_SIZE = 0.05
"""Replicates whose deviations are within this share of the size that samples have are used as they are."""


class Draws(NamedTuple):
    """Deviations (R, k) of k estimates, and what each row is."""

    deviations: Floats
    what: str


def deviations(z: ArrayLike, frame: DesignFrame, *, seed: int, n: int = 1000) -> Draws:
    """Deviations of estimates from replicate to replicate.

    Parameters
    ----------
    z : array_like, shape (n, k) or (R, k)
        What `covariance` takes.
    frame : DesignFrame
    seed : int
    n : int
        Draws, where the design brings no replicates of its own.

    Returns
    -------
    Draws
        Replicates of the design where each deviates as far as a sample would (bootstrap, balanced half samples);
        a bootstrap of the sampling units (Rao and Wu 1988) over the calibration residuals; and for designs whose
        units are not resampled so (jackknife, several stages, unequal probabilities, lone units) normal vectors
        with the estimates' covariance.

    Examples
    --------
    >>> frame = DesignFrame.of(np.ones(400))
    >>> y = np.tile([0.0, 1.0], 200)
    >>> found = deviations((y - 0.5) / 400, frame, seed=1)
    >>> found.what, bool(abs(found.deviations.std() / 0.025 - 1) < 0.1)
    ('bootstrap of sampling units', True)
    """
    columns = np.asarray(z, dtype=np.float64)
    columns = columns[:, None] if columns.ndim == 1 else columns
    made = frame.replicates
    if made is not None:
        size = made.scale * made.rscales * made.count
        if (np.abs(size - 1) <= FULL_SIZE).all() and np.isfinite(columns).all():
            return Draws(columns, f"replicate weights of the design ({made.method})")
    elif frame.one_scale_a_stratum:
        e = residuals(columns, frame)
        drawn = bootstrap(frame, n=n, seed=seed)
        return Draws(drawn.weights.sums(np.ones(frame.n), e) - e.sum(axis=0), "bootstrap of sampling units")
    values, vectors = np.linalg.eigh(covariance(columns, frame))
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    normal = np.random.default_rng(seed).standard_normal((n, len(values)))
    return Draws(normal @ root.T, "normal draws with the design covariance")
