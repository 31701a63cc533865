"""Agreement of raters: kappas and intraclass correlations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from survey_analysis.core.icc import FORMS, icc_classical, mean_squares
from survey_analysis.errors import EstimationError
from survey_analysis.lazily import Lazily
from survey_analysis.significance.simple.result import EffectSize, SimpleTest, counts, known, matrix

if TYPE_CHECKING:
    from scipy import stats
    from statsmodels.stats import inter_rater as sm_inter_rater
else:
    stats = Lazily("scipy.stats")
    sm_inter_rater = Lazily("statsmodels.stats.inter_rater")

ICC = Literal["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]


def cohen_kappa(
    table: ArrayLike,
    *,
    weights: Literal["none", "linear", "quadratic"] = "none",
    level: float = 0.95,
) -> SimpleTest:
    """Cohen's kappa of two raters, plain or weighted, with the large-sample standard error.

    Parameters
    ----------
    table : array_like of counts, shape (k, k)
    weights : {"none", "linear", "quadratic"}
        Credit of near misses: none, 1 - |i-j|/(k-1), or its squared form (Fleiss & Cohen 1973).

    Returns
    -------
    SimpleTest
        `statistic` is z under no agreement (its own null standard error); `details["std_error"]` belongs
        to the interval.

    Notes
    -----
    Fleiss, Cohen & Everitt (1969), through statsmodels `cohens_kappa`; `vcd::Kappa`.

    Examples
    --------
    >>> round(cohen_kappa([[20, 5], [10, 15]]).estimate, 4)
    0.4
    """
    known("weights", weights, ("none", "linear", "quadratic"))
    t = counts(table, square=True)
    if len(t) == 2 and weights != "none":
        raise EstimationError("two answers have no near misses.", hint='weights="none"')
    found = sm_inter_rater.cohens_kappa(t, wt=None if weights == "none" else weights)
    kappa, se = float(found.kappa), float(found.std_kappa)
    z = kappa / float(found.std_kappa0)
    half = float(stats.norm.ppf(0.5 + level / 2)) * se
    return SimpleTest(
        "Cohen's kappa" + ("" if weights == "none" else f", {weights} weights"),
        z,
        float(2 * stats.norm.sf(abs(z))),
        int(t.sum()),
        estimate=kappa,
        estimate_name="kappa",
        low=kappa - half,
        high=kappa + half,
        level=level,
        effects=(EffectSize("kappa", kappa, kappa - half, kappa + half, level),),
        details={"std_error": se, "agreement": float(np.trace(t) / t.sum())},
    )


def fleiss_kappa(answers: ArrayLike, *, level: float = 0.95) -> SimpleTest:
    """Fleiss' kappa of three raters or more.

    Parameters
    ----------
    answers : array_like, shape (subjects, raters)
        Codes; every subject is rated by as many raters.

    Notes
    -----
    kappa = (P - Pe) / (1 - Pe); standard error under no agreement, Fleiss, Nee & Landis (1979). The
    interval uses that standard error (as R `irr::kappam.fleiss` and SPSS do) and is for small kappas only.

    Examples
    --------
    >>> round(fleiss_kappa([[1, 1, 1], [1, 2, 2], [2, 2, 2], [1, 1, 2]]).estimate, 4)
    0.3333
    """
    m = matrix(answers)
    n, k = m.shape
    levels, place = np.unique(m, return_inverse=True)
    if len(levels) < 2:
        raise EstimationError("all raters gave one answer: agreement by chance is complete.")
    table = np.zeros((n, len(levels)))
    np.add.at(table, (np.repeat(np.arange(n), k), place.reshape(-1)), 1.0)
    p = table.sum(0) / (n * k)
    observed = float(((table**2).sum(1) - k).mean() / (k * (k - 1)))
    chance = float((p**2).sum())
    kappa = (observed - chance) / (1 - chance)
    q = p * (1 - p)
    variance = (
        2 / (n * k * (k - 1)) * (float(q.sum()) ** 2 - float((q * (1 - 2 * p)).sum())) / float(q.sum()) ** 2
    )
    se = variance**0.5
    half = float(stats.norm.ppf(0.5 + level / 2)) * se
    return SimpleTest(
        "Fleiss' kappa",
        kappa / se,
        float(2 * stats.norm.sf(abs(kappa / se))),
        n,
        estimate=kappa,
        estimate_name="kappa",
        low=kappa - half,
        high=kappa + half,
        level=level,
        effects=(EffectSize("kappa", kappa, kappa - half, kappa + half, level),),
        details={"std_error": se, "agreement": observed},
    )


def intraclass_correlation(ratings: ArrayLike, *, kind: ICC = "ICC2", level: float = 0.95) -> SimpleTest:
    """Intraclass correlation of ratings, with the F test and interval of Shrout & Fleiss (1979).

    Parameters
    ----------
    ratings : array_like, shape (subjects, raters)
    kind : {"ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"}
        1: each subject has raters of its own; 2: the raters are a sample, absolute agreement; 3: these
        raters, consistency. "k": of the mean of all raters.

    Notes
    -----
    Intervals of McGraw & Wong (1996); R `psych::ICC(lmer = FALSE)`.

    Examples
    --------
    >>> sf = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> round(intraclass_correlation(sf, kind="ICC2").estimate, 4)
    0.2898
    """
    known("kind", kind, FORMS)
    m = matrix(ratings)
    n = len(m)
    means, covariance = m.mean(0), np.atleast_2d(np.cov(m.T))
    squares = mean_squares(means, covariance, n)
    if squares.residual <= 0 or squares.within <= 0:
        raise EstimationError("the raters do not differ at all: the variance within subjects is 0.")
    found = icc_classical(means, covariance, n, level=level)[FORMS.index(kind)]
    return SimpleTest(
        f"intraclass correlation, {kind}",
        found.statistic,
        found.p_value,
        n,
        df=found.df1,
        df_residual=found.df2,
        estimate=found.value,
        estimate_name=kind,
        low=found.low,
        high=found.high,
        level=level,
        effects=(EffectSize(kind, found.value, found.low, found.high, level),),
    )
