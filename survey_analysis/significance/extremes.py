"""'Up to k times': the largest of several ratios, never without the median and the smallest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_analysis.core.simultaneous import correlation, max_t_quantile
from survey_analysis.errors import EstimationError
from survey_analysis.results.test import TestData

SEED = 20161107
"""Of the simultaneous quantile's normal draws."""


@dataclass(frozen=True)
class Extremes:
    """The largest ratio of a pre-listed set, with what keeps it honest.

    Attributes
    ----------
    largest, median, smallest : float
    largest_label, smallest_label : str
    low, high : float
        Interval of the selected category that allows for the selection: exp(theta_j +- c se_j).
    at_least : float
        "The largest is at least": one-sided simultaneous lower limit.
    categories : int
        Ratios that exist; `undefined` lists those with no event on one side.
    critical : float
        c of the simultaneous interval.
    """

    largest: float
    largest_label: str
    low: float
    high: float
    at_least: float
    median: float
    smallest: float
    smallest_label: str
    categories: int
    undefined: tuple[str, ...]
    critical: float
    a: str
    b: str
    level: float


def extremes(test: TestData) -> Extremes:
    """Largest, median and smallest of the ratios, with the simultaneous interval of the largest.

    Raises
    ------
    EstimationError
        The result is not a set of ratios of one pair.

    Notes
    -----
    c = the `level` quantile of max_j |Z_j|, Z ~ N(0, corr V), seeded draws (statistics 2.26).

    Examples
    --------
    >>> import survey_analysis as sa
    >>> survey = sa.datasets.load("micro_influencer").clean().weight()
    >>> talk = survey.mean("conversations", by=["category", "sample"])
    >>> found = talk.compare(to="control", as_="ratio", base="own").largest()
    >>> found.categories
    12
    """
    if test.kind != "ratio" or test.vcov is None:
        raise EstimationError("largest() is defined for ratios.", hint='compare(..., as_="ratio").largest()')
    rows = test.rows
    own = np.flatnonzero((rows["base"] == "own").to_numpy())
    if rows.iloc[own][["a", "b"]].drop_duplicates().shape[0] != 1:
        raise EstimationError("largest() needs one pair of groups compared in several categories.")
    label = _label_column(test)
    defined = [
        int(i) for i in own if np.isfinite(rows["std_error"].iloc[i]) and rows["std_error"].iloc[i] > 0
    ]
    if len(defined) < 2:
        raise EstimationError("Fewer than two categories have a ratio.")
    theta = np.log(rows["estimate"].to_numpy(dtype=float)[defined])
    se = rows["std_error"].to_numpy(dtype=float)[defined]
    corr = correlation(test.vcov[np.ix_(defined, defined)])
    c = max_t_quantile(corr, test.level, seed=SEED)
    c1 = max_t_quantile(corr, test.level, seed=SEED, side="one-sided")
    top, last = int(np.argmax(theta)), int(np.argmin(theta))
    names = [str(rows[label].iloc[i]) for i in defined]
    undefined = tuple(str(rows[label].iloc[i]) for i in own if int(i) not in defined)
    return Extremes(
        largest=float(np.exp(theta[top])),
        largest_label=names[top],
        low=float(np.exp(theta[top] - c * se[top])),
        high=float(np.exp(theta[top] + c * se[top])),
        at_least=float(np.exp((theta - c1 * se).max())),
        median=float(np.median(np.exp(theta))),
        smallest=float(np.exp(theta[last])),
        smallest_label=names[last],
        categories=len(defined),
        undefined=undefined,
        critical=float(c),
        a=str(rows["a"].iloc[own[0]]),
        b=str(rows["b"].iloc[own[0]]),
        level=test.level,
    )


def _label_column(test: TestData) -> str:
    names = [d.name for d in test.dims if d.name in test.rows]
    if len(names) != 1:
        raise EstimationError("largest() needs exactly one dimension of categories.")
    return names[0]
