"""The seam between estimators and variances: an estimator is a function of the weights.

An estimator states its value at any weights, `theta(w)`, and its linearised influence values. Designs of
strata and units use the influence values; replicate weights use the values at every replicate. Either way
`estimate` gives a z whose covariance is `core.covariance.covariance(z, frame)`, so no estimator knows
which of the two it met.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.frame import DesignFrame, Floats


class Statistic(Protocol):
    """k estimates as a function of the weights.

    For replicate weights it may also have `theta_block(weights (n, b)) -> (b, k)`, or, where it is a function
    of weighted sums, `parts() -> (n, m)` and `of_sums(sums (b, m)) -> (b, k)` (`core.replicates.OfSums`).
    """

    def theta(self, w: Floats) -> Floats:
        """Estimates at weights w (n,); shape (k,), NaN where undefined."""
        ...

    def influence(self, w: Floats) -> tuple[Floats, Floats]:
        """Estimates (k,) and weighted influence values (n, k), zero outside the domain."""
        ...


def estimate(statistic: Statistic, design: DesignFrame | ArrayLike) -> tuple[Floats, Floats]:
    """Estimates and the z that `covariance` takes.

    Parameters
    ----------
    statistic : Statistic
    design : DesignFrame or array_like, shape (n,)
        A design, or weights alone (then z are the influence values).

    Returns
    -------
    theta : ndarray, shape (k,)
    z : ndarray, shape (n, k) or (R, k)
        Weighted influence values of the rows; for a design with R replicate weights one row a replicate,
        theta_r - theta. Linear combinations of columns hold in both cases.
    """
    if not isinstance(design, DesignFrame):
        return statistic.influence(np.asarray(design, dtype=np.float64))
    if design.replicates is None:
        return statistic.influence(design.weight)
    theta = statistic.theta(design.weight)
    return theta, design.replicates.deviations(statistic, theta, design.replicate_weights)
