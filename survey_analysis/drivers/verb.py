"""The verb `drivers`: shares of R² among predictors, by group, with intervals from replicates or the design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, get_args

import numpy as np

from survey_analysis.core import importance
from survey_analysis.core.covariance import covariance
from survey_analysis.core.frame import DesignFrame
from survey_analysis.core.replicate_plan import ReplicatePlan
from survey_analysis.core.statistic import estimate
from survey_analysis.drivers.checks import check_ratings
from survey_analysis.drivers.points import Refit
from survey_analysis.drivers.ratings import Group, Outcome, Ratings, groups_of, ratings_of
from survey_analysis.drivers.rows import Layout, Solved, driver_rows, fit_rows, level_rows, missing_rows
from survey_analysis.drivers.statistic import DriverStatistic, Products
from survey_analysis.drivers.values import Named, named, predictors_of
from survey_analysis.errors import DesignError, EstimationError, closest, names_of, numbers_of
from survey_analysis.estimation.assemble import Asked
from survey_analysis.estimation.cells import Cell, Cells, cells
from survey_analysis.estimation.origin import base_texts, provenance, topic
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.drivers import DriversData, Measure, Pooling
from survey_analysis.results.estimate import Dim, Topic
from survey_analysis.typing import BoolArray, By, IntArray, Where

BOOTSTRAP: Final = 200
ORDERS: Final = 4000
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
"""Measures there are, in the order of the docstring."""


def drivers(
    survey: SurveyData,
    outcome: str,
    on: str | Sequence[str],
    *,
    top: int | None = None,
    answers: Sequence[str] | None = None,
    by: By = None,
    where: Where = None,
    level: float = 0.95,
    method: Measure | Sequence[Measure] = ("lmg", "johnson"),
    pooled: Pooling = "no",
    bootstrap: int | None = None,
    seed: int = 1,
    orders: int | None = None,
) -> DriversData:
    """Estimate how the R² of an outcome is shared among predictors that are associated with each other.

    The field calls it key driver analysis. It describes association among answers, never what would follow from
    changing one of them.

    Parameters
    ----------
    outcome : str
        A question, battery or construct; its scores are used unless `top` or `answers` count some answers.
    on : str or sequence of str
        Predictors: constructs and scored questions, asked about the same subjects as the outcome or about the
        person. Only complete cases have correlations; the others stay in the design and are counted.
    top, answers
        The outcome is the share in the top box, or giving any of these answers (a linear model of 0 and 1).
    by
        Groups. A battery is always broken down by its subjects (by source).
    where, level
        As in `proportion`.
    method : one or several of {"lmg", "johnson", "first", "last", "pratt", "kruskal", "beta"}
        "lmg" averages what a predictor adds to R² over all orders of entry (squared semi-partial correlations; also
        called Shapley); "johnson" are relative weights; "first" its R² alone, "last" what it adds to all
        others, "pratt" coefficient times correlation, "kruskal" averaged squared *partial* correlations, "beta"
        standardised coefficients. LMG and Johnson stand side by side because each has its critics.
    pooled : {"no", "source-fixed-effects", "within-person", "between-and-within"}
        Ratings of several subjects in one model, never by default. "source-fixed-effects": differences
        between subjects are taken out, one intercept each. "within-person": a person's ratings as deviations from
        that person's mean, differences between subjects taken out too; only people with several ratings count.
        "between-and-within": ratings as they are, which mixes differences between people, within people and between
        subjects; labelled so.
    bootstrap : int, optional
        Replicates of the Rao-Wu bootstrap of sampling units within strata, weighting repeated in each; 200
        unless given. A survey with replicate weights uses its own. 0 takes Taylor linearisation instead.
    seed : int
        Of the bootstrap and of sampled orders.
    orders : int, optional
        Average LMG and Kruskal over this many sampled orders (half of them reverses of the others). All subsets
        are gone through up to 20 predictors; above, 4,000 orders are sampled unless told otherwise.

    Returns
    -------
    DriversData
        A row a group, predictor and measure; `fits` holds R², `levels` the mean of each predictor.

    Raises
    ------
    EstimationError, EmptyDomainError
        Too few people, answers that do not vary, predictors that are combinations of others, an item beside its
        construct, several rows of a person that were not asked to be pooled.
    DesignError
        bootstrap= for a survey with replicate weights.

    Notes
    -----
    All measures are functions of the weighted correlation matrix (`core.importance`). Intervals: percentiles of
    the bootstrap; t with the design's variance otherwise. Grömping (2007); Johnson (2000); Rao and Wu (1988).

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> data = pd.DataFrame({"y": [1, 2, 2, 4, 5, 3, 4, 5], "a": [1, 2, 3, 3, 5, 2, 4, 4], "b": [2, 1, 1, 3, 2, 3, 1, 3]})
    >>> found = sa.read(data).drivers("y", on=["a", "b"], bootstrap=0)
    >>> found["lmg"].round(3).to_dict(), round(found.r2, 3)
    ({'a': 0.774, 'b': 0.172}, 0.946)
    """
    Asked(where, level)  # a level that is none is an error
    methods = _methods(method)
    if pooled not in get_args(Pooling):
        raise EstimationError(
            f"pooled={pooled!r} is not known.", hint=closest(str(pooled), get_args(Pooling))
        )
    target = Outcome(named(survey, outcome), top, None if answers is None else tuple(answers))
    if top is not None and answers is not None:
        raise EstimationError("Give only one of top= and answers=.")
    about = _topic(survey, target)
    chosen = predictors_of(survey, target.named, on)
    found = cells(survey, target.named.items[0], by, where)
    dims, groups, over = groups_of(found, pooled)
    sampled = _orders(len(chosen), orders, seed, methods)
    names = (*(c.name for c in chosen), target.named.name)
    ratings = []
    for group in groups:
        said = ", ".join(d.label_of(k) for d, k in zip(dims, group.keys, strict=True))
        ratings.append(ratings_of(survey, group, said, target, chosen, pooled, where, found.over))
    member = np.asarray(np.any([r.member(len(survey)) for r in ratings], axis=0), dtype=bool)
    frame, how = _frame(survey, bootstrap, seed, member)
    solved = [_solve(r, names, methods, pooled, frame, sampled) for r in ratings]
    V = covariance(np.hstack([s.z for s in solved]), frame)
    layout = Layout(
        about.question, dims, tuple(g.keys for g in groups), tuple((c.name, c.label) for c in chosen), methods
    )
    origin = provenance(survey, where, member)
    bases = _bases(target.named, where, found, groups, dims)
    ranges = {c.scale_range for c in chosen}
    return DriversData(
        rows=driver_rows(layout, solved, V, frame, survey.frame, level),
        fits=fit_rows(layout, solved, V, frame, survey.frame, level),
        levels=level_rows(layout, solved, survey.frame, level),
        missing=missing_rows(layout, solved, (target.named.name, *names[:-1])),
        vcov=V[np.ix_(*[layout.places(len(solved))] * 2)],
        topic=about,
        dims=dims,
        keys=layout.keys,
        bases=bases,
        predictors=layout.predictors,
        scale_range=next(iter(ranges)) if len(ranges) == 1 else None,
        one_scale=len(ranges) == 1,
        methods=methods,
        pooled=pooled,
        pooled_over=over,
        replicates=0 if frame.replicates is None else frame.replicates.count,
        made=how != "",
        provenance=replace(origin, variance=how or origin.variance),
        level=level,
        orders=0 if sampled is None else len(sampled),
        order_error=max(s.order_error for s in solved),
        refit=Refit(survey, target, tuple(chosen), tuple(ratings), about, dims, bases, pooled, level),
    )


def _whole(given: object, option: str, example: str) -> None:
    value = numbers_of(given, option, example)[0]
    if not isinstance(given, int | np.integer):
        raise EstimationError(
            f"{option} holds {value:g}, which is no whole number.", hint=f"for example {example}."
        )


def _methods(method: Measure | Sequence[Measure]) -> tuple[Measure, ...]:
    wanted = names_of(method, "method=")
    for name in wanted:
        if name not in MEASURES:
            raise EstimationError(f"There is no measure '{name}'.", hint=closest(name, MEASURES))
    if not wanted or len(set(wanted)) < len(wanted):
        raise EstimationError("method= names no measure, or one twice.", hint="known: " + ", ".join(MEASURES))
    return tuple(m for m in MEASURES if m in wanted)


def _topic(survey: SurveyData, outcome: Outcome) -> Topic:
    one = outcome.named
    if outcome.counted:
        subject = next(iter(one.items[0].columns)) if one.over else ""
        _, _, labels, score = one.boxed(survey, subject, outcome.top, outcome.answers)
        return topic(survey, one.items[0], "proportion", "share", score=score, answers=labels)
    about = topic(survey, one.items[0], "mean", "score", score="score")
    if one.construct is None:
        return about
    return replace(about, question=one.name, wording="", short=one.label, score="construct mean")


def _frame(
    survey: SurveyData, bootstrap: int | None, seed: int, member: BoolArray
) -> tuple[DesignFrame, str]:
    """The design that makes the intervals, and how in words where that is not the survey's own variance.

    Weighting steps of people without a rating here are not repeated: they change no number.
    """
    _whole(seed, "seed=", "seed=1")
    if bootstrap is not None:
        _whole(bootstrap, "bootstrap=", "bootstrap=200")
    if survey.frame.replicates is not None:
        if bootstrap is not None:
            raise DesignError(
                "The survey has replicate weights, which make the intervals.",
                where=f"bootstrap={bootstrap}; {survey.frame.replicates.count} replicates in the survey.",
                hint="leave bootstrap= out.",
            )
        return survey.frame, ""
    if bootstrap == 0:
        return survey.frame, ""
    if survey.frame.pps is not None:
        raise DesignError(
            "A bootstrap of units drawn with unequal probability and without replacement is not known.",
            hint="bootstrap=0 takes the linearised variance of the design.",
        )
    n = BOOTSTRAP if bootstrap is None else bootstrap
    made = ReplicatePlan("bootstrap", n, seed).make(survey.frame)
    repeated = ", the weighting repeated in each" if survey.calibration else ""
    steps = tuple(block for block in survey.calibration if bool(member[block.rows].any()))
    return (
        replace(survey.frame, replicates=made, calibration=steps),
        f"{n} replicates of the Rao-Wu bootstrap of sampling units within strata (seed {seed}){repeated}",
    )


def _orders(k: int, orders: int | None, seed: int, methods: Sequence[str]) -> IntArray | None:
    """Orders to average over, None for all subsets."""
    if orders is not None:
        _whole(orders, "orders=", "orders=4000")
        if not {"lmg", "kruskal"} & set(methods):
            raise EstimationError("orders= is for LMG and Kruskal.", hint="leave it out.")
        if orders < 4 or orders % 2:
            raise EstimationError(f"orders={orders} is not an even number of at least 4.", hint="orders=4000")
    elif k <= importance.EXACT:
        return None
    return importance.sampled_orders(k, ORDERS if orders is None else orders, seed)


def _solve(
    ratings: Ratings,
    names: Sequence[str],
    methods: tuple[Measure, ...],
    pooled: Pooling,
    frame: DesignFrame,
    orders: IntArray | None,
) -> Solved:
    products = Products.of(ratings, pooled, frame.weight)
    R = products.correlations((frame.weight @ products.summed)[None, :])
    check_ratings(ratings, R[0], names, pooled)
    theta, z = estimate(DriverStatistic(products, methods, orders), frame)
    error = 0.0 if orders is None else float(importance.monte_carlo_error(R, orders).max())
    return Solved(ratings, theta, z, importance.betas(R)[0], R[0, :-1, -1], error)


def _bases(
    outcome: Named, where: Where, found: Cells, groups: Sequence[Group], dims: Sequence[Dim]
) -> tuple[str, ...]:
    """Base text of each group; of pooled ratings that of the outcome, what was rated left open."""
    stem = (outcome.construct.base if outcome.construct else "") or outcome.items[0].base
    made = Cells(tuple(dims), tuple(Cell(g.keys, g.cells[0].mask, "") for g in groups), found.over)
    return tuple(
        text.replace("{" + found.over + "}", f"that {found.over}") if found.over else text
        for text in base_texts(stem, outcome.name, where, made)
    )
