"""Proportional odds on the same ratings: how many points more in the top answers go with a higher predictor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import get_args

import numpy as np
import pandas as pd

from survey_analysis.core.covariance import covariance, domain_df
from survey_analysis.core.quadratic import t_test
from survey_analysis.core.statistic import Statistic, estimate
from survey_analysis.drivers.ratings import Outcome, Ratings
from survey_analysis.drivers.rows import effective, weighted_sd
from survey_analysis.drivers.values import Named
from survey_analysis.errors import EstimationError, NotReducibleError, ScoreError
from survey_analysis.estimation.origin import labels, provenance
from survey_analysis.estimation.scoring import box
from survey_analysis.frames.data import SurveyData
from survey_analysis.frames.variables import Categorical
from survey_analysis.models.fit import wald
from survey_analysis.models.margins import Averages
from survey_analysis.models.ordinal import Ordinal
from survey_analysis.plurals import counted
from survey_analysis.results.drivers import DriversData, Per, PointsData, Pooling
from survey_analysis.results.estimate import Dim, Topic
from survey_analysis.typing import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Refit:
    """What a second model of the same ratings needs."""

    survey: SurveyData
    outcome: Outcome
    predictors: tuple[Named, ...]
    ratings: tuple[Ratings, ...]
    topic: Topic
    dims: tuple[Dim, ...]
    bases: tuple[str, ...]
    pooled: Pooling
    level: float


def points(
    drivers: DriversData,
    *,
    top: int | None = None,
    answers: Sequence[str] | None = None,
    per: Per = "point",
    level: float | None = None,
) -> PointsData:
    """Fit proportional odds to the same ratings: points more in the top answers with a higher predictor.

    Parameters
    ----------
    top, answers : optional
        The box counted, or the answers; those of the drivers unless given.
    per : {"point", "sd"}
        Compare ratings one point apart on the predictor's scale, or one weighted standard deviation; half of
        it on either side of each rating, the other predictors as they are.
    level : float, optional
        That of the drivers unless given.

    Returns
    -------
    PointsData
        A row a group and predictor; shares as 0-1: times 100 they are percentage points.

    Raises
    ------
    ScoreError
        An outcome without three answers in an order.
    EstimationError
        Drivers within a person: proportional odds with an intercept for each person cannot be estimated.
    NotReducibleError
        A result that was stored without its data.

    Notes
    -----
    d_j = Σ w [P(top | x_j + h/2) - P(top | x_j - h/2)] / Σ w, from `models.ordinal`; variance of the design, of
    coefficients and people jointly (`models.margins.Averages`).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> y, x = [1, 2, 3, 1, 2, 3, 2, 3, 1, 2], [1, 2, 3, 2, 3, 3, 1, 4, 2, 2]
    >>> found = sa.read(pd.DataFrame({"y": y, "x": x})).drivers("y", on="x", answers=["3"], bootstrap=0)
    >>> found.points().to_frame()["estimate"].round(2).tolist()
    [0.27]
    """
    refit = drivers.refit
    if not isinstance(refit, Refit):
        raise NotReducibleError(
            "These drivers hold no ratings any more.", hint="make them again from a survey."
        )
    if per not in get_args(Per):
        raise EstimationError(f"per={per!r} is not known.", hint='use "point" or "sd".')
    if refit.pooled == "within-person":
        raise EstimationError(
            "Proportional odds within a person are not estimated: each person would need an intercept.",
            hint='use pooled="source-fixed-effects", or drivers by source.',
        )
    order, chosen, topic = _answers(refit, top, answers)
    frame = refit.survey.frame
    made = [_margins(refit, one, order, chosen, per) for one in refit.ratings]
    found = [estimate(statistic, frame) for statistic, _ in made]
    theta, z = np.concatenate([t for t, _ in found]), np.hstack([part for _, part in found])
    member = np.repeat(
        np.column_stack([r.member(frame.n) for r in refit.ratings]), len(refit.predictors), axis=1
    )
    V = covariance(z, frame, member=member if frame.replicates is None else None)
    rows = _rows(
        refit, drivers.keys, theta, np.sqrt(np.diag(V)), [s for _, s in made], per, level or refit.level
    )
    everybody = np.asarray(member.any(axis=1), dtype=bool)
    origin = provenance(refit.survey, drivers.provenance.where or None, everybody)
    return PointsData(
        rows, V, topic, refit.dims, drivers.keys, refit.bases, per, refit.pooled, drivers.pooled_over, origin,
        level or refit.level,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Boxed:
    """Averages of the ratings of each row, their answers summed over a box; a `Statistic` of the survey."""

    inner: Averages
    ratings: Ratings
    box: FloatArray  # 1 for the answers counted

    def _summed(self, values: FloatArray) -> FloatArray:
        shape = values.shape[:-1]
        return np.asarray(values.reshape(*shape, -1, len(self.box)) @ self.box)

    def _own(self, w: FloatArray) -> FloatArray:
        return np.asarray(w[self.ratings.row] * self.ratings.factor)

    def theta(self, w: FloatArray) -> FloatArray:
        """Differences at weights w (n,)."""
        return self._summed(self.inner.theta(self._own(w)))

    def influence(self, w: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Differences and weighted influence values (n, k)."""
        theta, z = self.inner.influence(self._own(w))
        return self._summed(theta), self.ratings.by_row(self._summed(z), len(w))


def _answers(
    refit: Refit, top: int | None, answers: Sequence[str] | None
) -> tuple[IntArray, IntArray, Topic]:
    """Positions of the answers from least to most favourable, those counted, and the topic of their share."""
    one, scale = refit.outcome.named, refit.outcome.named.items[0].scale
    variable = refit.survey.table.variable(one.name, next(iter(one.items[0].columns)) if one.over else "")
    if one.construct is not None or not isinstance(variable, Categorical) or scale is None:
        raise ScoreError(
            f"'{one.name}' has no answers in an order; proportional odds are for a question on a scale.",
            hint="take one item as the outcome.",
        )
    places = np.arange(len(variable.scale.levels))
    if len(places) < 3:
        raise ScoreError(
            f"'{one.name}' has {counted(len(places), 'answer')}; proportional odds need three or more."
        )
    if top is not None and answers is not None:
        raise EstimationError("Give only one of top= and answers=.")
    own = top is None and answers is None
    size, answers = (refit.outcome.top, refit.outcome.answers) if own else (top, answers)
    if size is None and answers is None:
        raise EstimationError(
            "The box to count is not known.", hint="give top=2 for the two most favourable."
        )
    chosen, score = box(one.items[0], variable.scale, size, None, answers)
    labelled = tuple(variable.scale.answers[j].label for j in chosen)
    ordered = places if variable.scale.favourable == "last" else places[::-1]
    about = about_share(refit, labelled, score)
    return ordered.astype(np.int64), np.asarray(sorted(chosen), dtype=np.int64), about


def about_share(refit: Refit, labelled: tuple[str, ...], score: str) -> Topic:
    """The topic of the drivers, as the share giving some answers."""
    return replace(refit.topic, statistic="proportion", unit="share", score=score, answers=labelled)


def _margins(
    refit: Refit, ratings: Ratings, order: IntArray, chosen: IntArray, per: Per
) -> tuple[Statistic, FloatArray]:
    """Differences of one group as a statistic, and the step of each predictor."""
    r = ratings.only(np.isin(ratings.code, order))
    seen = [int(place) for place in order if bool((r.code == place).any())]
    if len(seen) < 3:
        raise ScoreError(
            f"{counted(len(seen), 'answer of the outcome was', 'answers of the outcome were')} given{f' in {r.group}' if r.group else ''}; proportional "
            "odds need three or more.",
            hint="take a wider group.",
        )
    y = np.array([seen.index(c) for c in range(int(order.max()) + 1) if c in seen], dtype=np.float64)
    y = y[np.searchsorted(np.sort(seen), r.code)]
    k = r.X.shape[1]
    steps = np.ones(k) if per == "point" else weighted_sd(r, refit.survey.frame.weight)
    dummies = np.zeros((len(y), 0))
    if refit.pooled == "source-fixed-effects":
        dummies = (r.part[:, None] == np.arange(1, len(r.parts))).astype(np.float64)
    X = np.hstack([r.X, dummies])
    names = (*(p.name for p in refit.predictors), *r.parts[1 : 1 + dummies.shape[1]])
    offset, rows = np.zeros(len(y)), np.arange(len(y), dtype=np.int64)
    outcomes = tuple(str(place) for place in seen)
    engine = Ordinal(X, y, offset, rows, (*names, *(f"{a}|{b}" for a, b in pairwise(outcomes))), outcomes)
    engine = engine.start_at(engine.theta(refit.survey.frame.weight[r.row] * r.factor))
    half = np.zeros((k, X.shape[1]))
    half[np.arange(k), np.arange(k)] = steps / 2
    moved = tuple(((1.0, X + half[j]), (-1.0, X - half[j])) for j in range(k))
    box_ = np.isin(seen, chosen).astype(np.float64)
    return Boxed(Averages(engine, moved, offset), r, box_), steps


def _rows(
    refit: Refit,
    keys: Sequence[tuple[str, ...]],
    theta: FloatArray,
    se: FloatArray,
    steps: Sequence[FloatArray],
    per: Per,
    level: float,
) -> pd.DataFrame:
    frame, k = refit.survey.frame, len(refit.predictors)
    out = []
    for g, ratings in enumerate(refit.ratings):
        df = float(domain_df(ratings.member(frame.n), frame)[0]) - k - max(len(ratings.parts) - 1, 0)
        at = slice(g * k, (g + 1) * k)
        statistic, p = t_test(theta[at], se[at], np.full(k, df))
        low, high = wald(theta[at], se[at], df, level)
        base = effective(ratings, frame.weight)
        for j, one in enumerate(refit.predictors):
            out.append({
                **labels(refit.dims, keys[g]), "predictor": one.name, "label": one.label,
                "contrast": "one point higher" if per == "point" else "one standard deviation higher",
                "size": float(steps[g][j]), "estimate": float(theta[at][j]), "std_error": float(se[at][j]),
                "statistic": float(statistic[j]), "df": df, "p_value": float(p[j]), "conf_low": float(low[j]),
                "conf_high": float(high[j]), "n": ratings.people, "n_effective": base,
            })  # fmt: skip
    return pd.DataFrame(out)
