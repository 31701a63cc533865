"""Association within strata: Cochran-Mantel-Haenszel and its common odds ratio."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.result import SimpleTest
from survey_analysis.typing import FloatArray

if TYPE_CHECKING:
    from scipy import stats
    from statsmodels.stats import contingency_tables as sm_contingency_tables
else:
    stats = Lazily("scipy.stats")
    sm_contingency_tables = Lazily("statsmodels.stats.contingency_tables")


def cochran_mantel_haenszel(
    tables: ArrayLike, *, correction: bool = False, level: float = 0.95
) -> SimpleTest:
    """Association of rows and columns, given strata.

    Parameters
    ----------
    tables : array_like of counts, shape (r, c, strata)
        2 x 2 strata give the Mantel-Haenszel odds ratio with the Robins-Breslow-Greenland interval;
        larger ones the generalised test on (r - 1)(c - 1) df.
    correction : bool
        Continuity correction, 2 x 2 strata only.

    Notes
    -----
    R `mantelhaen.test(correct = correction)`; 2 x 2 through statsmodels `StratifiedTable`.

    Examples
    --------
    >>> t = np.array([[[10, 12], [5, 6]], [[4, 3], [9, 14]]])
    >>> round(cochran_mantel_haenszel(t).estimate, 4)
    6.5233
    """
    t = np.asarray(tables, dtype=np.float64)
    if t.ndim != 3 or min(t.shape[:2]) < 2 or t.shape[2] < 1:
        raise EstimationError("give tables of rows x columns x strata.", where=f"shape {t.shape}")
    if (t < 0).any() or (t != np.floor(t)).any():
        raise EstimationError("tables of counts hold whole numbers from 0.")
    if t.shape[:2] != (2, 2):
        if correction:
            raise EstimationError("the continuity correction is for 2 x 2 strata.", where=f"shape {t.shape}")
        return _general(t)
    found = sm_contingency_tables.StratifiedTable(t)
    test = found.test_null_odds(correction=correction)
    low, high = found.oddsratio_pooled_confint(alpha=1 - level)
    return SimpleTest(
        "Mantel-Haenszel" + (" with continuity correction" if correction else ""),
        float(test.statistic),
        float(stats.chi2.sf(test.statistic, 1)),
        int(t.sum()),
        df=1.0,
        estimate=float(found.oddsratio_pooled),
        estimate_name="common odds ratio",
        low=float(low),
        high=float(high),
        level=level,
    )


def _general(t: FloatArray) -> SimpleTest:
    """Sum over strata of the deviations and covariances of all cells but the last row and column."""
    r, c, _ = t.shape
    gap, V = np.zeros((r - 1) * (c - 1)), np.zeros(((r - 1) * (c - 1),) * 2)
    for k in range(t.shape[2]):
        one = t[:, :, k]
        n = one.sum()
        if n < 2:
            continue
        rows, columns = one.sum(1), one.sum(0)
        gap += (one - np.outer(rows, columns) / n)[:-1, :-1].ravel()
        row_part = n * np.diag(rows) - np.outer(rows, rows)
        column_part = n * np.diag(columns) - np.outer(columns, columns)
        V += np.kron(row_part[:-1, :-1], column_part[:-1, :-1]) / (n * n * (n - 1))
    statistic = float(gap @ np.linalg.solve(V, gap))
    df = float((r - 1) * (c - 1))
    return SimpleTest(
        "generalised Cochran-Mantel-Haenszel",
        statistic,
        float(stats.chi2.sf(statistic, df)),
        int(t.sum()),
        df=df,
    )
