"""Internal consistency of a construct, weighted, on complete answers."""

from __future__ import annotations

import numpy as np

from survey_analysis.typing import FloatArray


def alpha(items: FloatArray, weight: FloatArray) -> float:
    """Cronbach's alpha of item columns (n, k), weighted; Spearman-Brown for two items.

    Rows with a missing item are left out. NaN where an item does not vary or fewer than two items stand.

    Notes
    -----
    k/(k-1) (1 - sum s_j^2 / s_X^2), variances and covariances weighted; for two items 2r/(1+r)
    (statistics 2.19).

    Examples
    --------
    >>> import numpy as np
    >>> round(alpha(np.array([[1.0, 2, 1], [2, 2, 3], [4, 5, 4], [5, 4, 5]]), np.ones(4)), 3)
    0.946
    """
    complete = ~np.isnan(items).any(axis=1) & (weight > 0)
    x, w = items[complete], weight[complete]
    k = x.shape[1]
    if k < 2 or len(x) < 3:
        return float("nan")
    centred = x - (w @ x) / w.sum()
    cov = (centred * w[:, None]).T @ centred / w.sum()
    if not (np.diag(cov) > 0).all():
        return float("nan")
    if k == 2:
        r = cov[0, 1] / np.sqrt(cov[0, 0] * cov[1, 1])
        return float(2 * r / (1 + r))
    return float(k / (k - 1) * (1 - np.trace(cov) / cov.sum()))
