"""Comparisons of the levels of a factor on the reference grid of a model."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from survey_analysis.core.multiplicity import adjust as adjusted
from survey_analysis.errors import EstimationError, closest
from survey_analysis.lazily import Lazily
from survey_analysis.models.fit import fit_of
from survey_analysis.models.margins import reference_means
from survey_analysis.models.predict import estimates
from survey_analysis.results.model import ModelData, ModelEstimates
from survey_analysis.typing import Adjustment, FloatArray

if TYPE_CHECKING:
    from scipy import stats
else:
    stats = Lazily("scipy.stats")


def pairwise(
    model: ModelData,
    factor: str,
    *,
    to: str | None = None,
    level: float | None = None,
    adjust: Adjustment | Literal["tukey"] = "holm",
) -> ModelEstimates:
    """Compare the levels of a factor on the reference grid.

    Parameters
    ----------
    factor : str
        A factor of the formula.
    to : str, optional
        Compare every level with this one (level - to); all pairs, earlier - later, when left out.
    level : float, optional
        Of the unadjusted intervals.
    adjust : str
        A multiplicity method, or "tukey": the studentized range, exact for equal variances, conservative else.

    Notes
    -----
    R `pairs(emmeans(model, ~ factor), adjust = )`.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1.5, 2.5, 2.0, 4.5, 3.1, 2.2, 3.3, 4.1], "x": [1, 2, 3, 4, 5, 6, 7, 9]})
    >>> data["g"] = list("abcabcab")
    >>> fit = sa.read(data).glm("y ~ x + g")
    >>> fit.pairwise("g").rows["estimate"].round(3).tolist()
    [0.188, 1.12, 0.933]
    """
    means = reference_means(model, factor, level=level)
    labels = [str(x) for x in fit_of(model).matrix.levels[factor]]
    if to is not None and to not in labels:
        raise EstimationError(f"'{to}' is no level of '{factor}'.", hint=closest(to, labels))
    pairs = list(combinations(labels, 2)) if to is None else [(x, to) for x in labels if x != to]
    L = np.zeros((len(pairs), len(labels)))
    for i, (a, b) in enumerate(pairs):
        L[i, labels.index(a)], L[i, labels.index(b)] = 1.0, -1.0
    rows = pd.DataFrame({"variable": factor, "contrast": [f"{a} - {b}" for a, b in pairs]})
    values = L @ means.rows["estimate"].to_numpy(dtype=np.float64)
    what = f"Differences of reference-grid means of {factor}, p adjusted by {adjust}"
    out = estimates(rows, values, L @ means.vcov @ L.T, model, what, level=level, test=True)
    p = out.rows["p_value"].to_numpy(dtype=np.float64)
    if adjust == "tukey":
        if to is not None:
            raise EstimationError("Tukey's adjustment is for all pairs.", hint='use adjust="holm" with to=.')
        p = _tukey(out.rows["statistic"].to_numpy(dtype=np.float64), len(labels), model.df_residual)
    else:
        p = adjusted(p, adjust)
    out.rows.insert(list(out.rows.columns).index("p_value") + 1, "p_adjusted", p)
    return out


def _tukey(t: FloatArray, k: int, df: float) -> FloatArray:
    return np.asarray(stats.studentized_range.sf(np.abs(t) * np.sqrt(2), k, df), dtype=np.float64)
