"""What would make shares of R² meaningless, said before they are computed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from survey_analysis.core.importance import SINGULAR
from survey_analysis.drivers.ratings import Ratings
from survey_analysis.errors import EstimationError
from survey_analysis.results.drivers import Pooling
from survey_analysis.typing import FloatArray

_HOW = {
    "no": "",
    "source-fixed-effects": " once differences between what was rated are taken out",
    "within-person": " within a person",
    "between-and-within": "",
}


def check_ratings(ratings: Ratings, R: FloatArray, names: Sequence[str], pooled: Pooling) -> None:
    """Raise for groups too small, answers all the same, and predictors that are combinations of others.

    Parameters
    ----------
    R : ndarray, shape (k + 1, k + 1)
        Weighted correlations, the outcome last; NaN where a variable does not vary.
    names : sequence of str
        Predictors, then the outcome.
    """
    k = len(names) - 1
    where = f"group: {ratings.group}; " if ratings.group else ""
    if ratings.people <= k + 1:
        raise EstimationError(
            f"{k} predictor{'s' if k > 1 else ''} need more than {k + 1} people with complete answers; "
            f"there {'are' if ratings.people > 1 else 'is'} {ratings.people}.",
            where=f"{where}missing: {missing_text(ratings, names)}",
            hint="take fewer predictors, construct scores instead of items, or a larger group.",
        )
    flat = [x for x, v in zip(names, np.diag(R), strict=True) if np.isnan(v)]
    if flat:
        what = "outcome" if names[-1] in flat else "predictor"
        name = names[-1] if what == "outcome" else flat[0]
        raise EstimationError(
            f"The {what} '{name}' does not vary{_HOW[pooled]}: {ratings.people:,} people, one answer.",
            where=f"{where}it can be associated with nothing.",
            hint="leave it out, take a wider group, or count other answers.",
        )
    _check_collinear(R, names, where)


def missing_text(ratings: Ratings, names: Sequence[str]) -> str:
    """How many of those asked lack each variable, in words."""
    named = dict(zip((names[-1], *names[:-1]), ratings.missing, strict=True))
    return ", ".join(f"{x} {m:,}" for x, m in named.items() if m) or "nothing"


def _check_collinear(R: FloatArray, names: Sequence[str], where: str) -> None:
    """Predictors one after the other, as in a regression; the first that the earlier ones fix is named."""
    for j in range(1, len(names) - 1):
        A, r = R[:j, :j], R[:j, j]
        b = np.linalg.lstsq(A, r, rcond=None)[0]
        if 1 - float(r @ b) <= SINGULAR * 10:
            of = [names[i] for i in range(j) if abs(b[i]) > 1e-6]
            raise EstimationError(
                f"The predictor '{names[j]}' is a combination of {', '.join(repr(x) for x in of)}.",
                where=f"{where}nothing is left of it once they are known.",
                hint="leave one of them out: R² cannot be shared out between them.",
            )
    if np.linalg.eigvalsh(R[:-1, :-1])[0] <= SINGULAR:
        raise EstimationError(
            "The predictors are nearly combinations of each other.",
            where=f"{where}smallest eigenvalue of their correlations below {SINGULAR:g}.",
            hint="merge items that measure the same into constructs.",
        )
