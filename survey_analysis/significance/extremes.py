"""'Up to k times': the largest of several ratios, never without the median and the smallest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from survey_analysis.core.simultaneous import correlation, max_t_quantile
from survey_analysis.errors import EstimationError
from survey_analysis.results.extremes import ExtremesData, Sensitivity, Standing
from survey_analysis.results.test import TestData
from survey_analysis.significance.counts import (
    FEW_EVENTS,
    TOP,
    effective_events,
    heaping,
    of_counts,
    without_largest,
)
from survey_analysis.typing import FloatArray

SEED = 20161107
"""Of the simultaneous quantile's normal draws."""
WITHOUT_TOP = f"without the largest {100 * TOP:g}% of counts in each group and category"
WITHOUT_RARE = f"without categories under {FEW_EVENTS} effective events on either side"


@dataclass(frozen=True, eq=False)
class Ranked:
    """Own-base ratios of one pair, in the order of the categories; `places` are their rows in the test."""

    values: FloatArray
    names: tuple[str, ...]
    places: tuple[int, ...]
    undefined: tuple[str, ...]

    @property
    def top(self) -> int:
        """Position of the largest."""
        return int(np.argmax(self.values))

    @property
    def last(self) -> int:
        """Position of the smallest."""
        return int(np.argmin(self.values))

    @property
    def median(self) -> float:
        """Median of the ratios."""
        return float(np.median(self.values))


def ranked(test: TestData) -> Ranked:
    """The ratios of a test by category, and the categories without one.

    Raises
    ------
    EstimationError
        The result holds no ratios, or of several pairs, or none that could be estimated.
    """
    if test.kind != "ratio":
        raise EstimationError("largest() is defined for ratios.", hint='compare(..., as_="ratio").largest()')
    own = test.rows[(test.rows["base"] == "own").to_numpy()]
    if len(own[["a", "b"]].drop_duplicates()) != 1:
        raise EstimationError("largest() needs one pair of groups compared in several categories.")
    dims = [d.name for d in test.dims if d.name in own]
    if not dims:
        raise EstimationError("largest() needs a dimension of categories.", hint="estimate with by=[...].")
    names = [", ".join(str(x) for x in row) for row in own[dims].itertuples(index=False)]
    values = own["estimate"].to_numpy(dtype=float)
    known = [i for i, v in enumerate(values) if np.isfinite(v)]
    if not known:
        raise EstimationError("No category has a ratio.", where=", ".join(names))
    places = np.flatnonzero((test.rows["base"] == "own").to_numpy())
    return Ranked(
        values[known],
        tuple(names[i] for i in known),
        tuple(int(places[i]) for i in known),
        tuple(n for i, n in enumerate(names) if i not in known),
    )


def extremes(test: TestData) -> ExtremesData:
    """Largest, median and smallest of the ratios, with the simultaneous interval of the largest.

    Raises
    ------
    EstimationError
        The result is not a set of ratios of one pair.

    Notes
    -----
    c = the `level` quantile of max_j |Z_j|, Z ~ N(0, corr V), seeded draws (statistics 2.26). Sensitivity: the
    counts above the weighted 99% point of their group and category left out; categories left out whose effective
    events (sum w y)² / sum w² y are under 30 on a side.

    Examples
    --------
    >>> import survey_analysis as sa
    >>> survey = sa.datasets.load("micro_influencer").clean().weight()
    >>> talk = survey.mean("conversations", by=["category", "sample"])
    >>> found = talk.compare(to="control", as_="ratio", base="own").largest()
    >>> found.categories
    12
    """
    found = ranked(test)
    if test.vcov is None:
        raise EstimationError(
            "These ratios no longer hold their covariance.", hint="call largest() on the whole comparison."
        )
    V = test.vcov[np.ix_(found.places, found.places)]
    main = standing(found.names, np.log(found.values), V, test.level, found.undefined)
    pair = test.rows.iloc[found.places[0]]
    shown = {d.name for d in test.dims if d.name in test.rows}
    counted = of_counts(test)
    return ExtremesData(
        **vars(main),
        a=str(pair["a"]),
        b=str(pair["b"]),
        between=next((d.name for d in test.dims if d.name not in shown), ""),
        level=test.level,
        topic=test.topic,
        provenance=test.provenance,
        sensitivity=(_trimmed(test), _frequent(test, found, main, V)) if counted else (),
        heaping=heaping(test, str(pair["a"]), str(pair["b"])) if counted else (),
    )


def standing(
    names: tuple[str, ...], theta: FloatArray, V: FloatArray, level: float, undefined: tuple[str, ...]
) -> Standing:
    """Largest, median and smallest of log ratios with covariance V; a ratio without variance is undefined."""
    se = np.sqrt(np.diag(V))
    known = np.isfinite(theta) & np.isfinite(se) & (se > 0)
    lost = tuple(n for n, k in zip(names, known, strict=True) if not k)
    if known.sum() < 2:
        raise EstimationError("Fewer than two categories have a ratio.")
    names = tuple(n for n, k in zip(names, known, strict=True) if k)
    theta, se, corr = theta[known], se[known], correlation(V[np.ix_(known, known)])
    c = max_t_quantile(corr, level, seed=SEED)
    c1 = max_t_quantile(corr, level, seed=SEED, side="one-sided")
    top, last = int(np.argmax(theta)), int(np.argmin(theta))
    return Standing(
        largest=float(np.exp(theta[top])),
        largest_label=names[top],
        low=float(np.exp(theta[top] - c * se[top])),
        high=float(np.exp(theta[top] + c * se[top])),
        at_least=float(np.exp((theta - c1 * se).max())),
        median=float(np.median(np.exp(theta))),
        smallest=float(np.exp(theta[last])),
        smallest_label=names[last],
        categories=len(theta),
        undefined=(*undefined, *lost),
        critical=float(c),
    )


def _trimmed(test: TestData) -> Sensitivity:
    """Without the largest counts of each group and category."""
    theta, V, answers = without_largest(test)
    names = _all_names(test)
    try:
        left = standing(names, theta, V, test.level, ())
    except EstimationError:
        left = None
    return Sensitivity(WITHOUT_TOP, left, (), answers)


def _frequent(test: TestData, found: Ranked, main: Standing, V: FloatArray) -> Sensitivity:
    """Without the categories in which few events carry a mean."""
    own = [i for i, base in enumerate(test.rows["base"]) if base == "own"]
    events = effective_events(test)[[own.index(p) for p in found.places]].min(axis=1)
    enough = events >= FEW_EVENTS
    left_out = tuple(n for n, e in zip(found.names, enough, strict=True) if not e)
    if not left_out:
        return Sensitivity(WITHOUT_RARE, main)
    names = tuple(n for n, e in zip(found.names, enough, strict=True) if e)
    left = None
    if len(names) > 1:
        theta = np.log(found.values[enough])
        left = standing(names, theta, V[np.ix_(enough, enough)], test.level, found.undefined)
    return Sensitivity(WITHOUT_RARE, left, left_out)


def _all_names(test: TestData) -> tuple[str, ...]:
    own = test.rows[(test.rows["base"] == "own").to_numpy()]
    dims = [d.name for d in test.dims if d.name in own]
    return tuple(", ".join(str(x) for x in row) for row in own[dims].itertuples(index=False))
