"""`plan`: how many people a comparison of sources needs, or what difference it can find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import get_args

import pandas as pd

from survey_analysis.bound.plan import plans
from survey_analysis.errors import EstimationError, closest, numbers_of
from survey_analysis.planning.expected import expected
from survey_analysis.planning.reach import check_reach
from survey_analysis.planning.rows import Planned, curves_of, overlaps, part, row_of, settings
from survey_analysis.results.plan import Fieldwork, PlanAdjust, PlanData


@plans
def plan(
    sources: Mapping[str, float] | Sequence[str],
    *,
    difference: float | None = None,
    share: float | None = None,
    sd: float | None = None,
    to: str | None = None,
    correlation: float | Sequence[float] = 0.3,
    deff: float | Sequence[float] = 1.0,
    incidence: float | Mapping[str, float] | None = None,
    rates: int | None = None,
    overlap: Mapping[tuple[str, str], float] | None = None,
    n: float | None = None,
    power: float = 0.8,
    excluded: float = 0.0,
    attrition: float = 0.0,
    response: float | None = None,
    adjust: PlanAdjust = "holm",
    level: float = 0.95,
) -> PlanData:
    """People that a comparison of sources needs, or the difference it can find.

    Parameters
    ----------
    sources : mapping or sequence
        Expected share (0-1), or mean with `sd`, of each source; or their names, with `difference`.
    difference : float, optional
        Difference to find between any two named sources, around `share`.
    share : float, optional
        Level of named sources; 0.5, where a difference is hardest to find, by default.
    sd : float, optional
        Standard deviation of the answers: the outcome is a mean.
    to : str, optional
        Source that the others are compared with; all pairs without it.
    correlation : float or sequence
        Correlation of a person's two answers (phi of shares); several make a row each.
    deff : float or sequence
        Design effect of weights and clusters. That of the loop is added from `rates`.
    incidence : float or mapping, optional
        Share of the people asked who know a source and can rate it; everybody by default.
    rates : int, optional
        Sources a person rates at most, drawn at random from those known; 1 makes different people of them.
    overlap : mapping, optional
        {(source, source): share who rate both}, where it is known to differ from what independence gives.
    n : float, optional
        People analysed: power and smallest detectable difference are found. Left out, n is.
    power : float
        Power of each comparison.
    excluded, attrition, response : float
        Share of finished interviews removed for quality; share of those started that break off or are not
        eligible; share of those invited who start.
    adjust : {"holm", "bonferroni", "none"}
        Over all comparisons. Holm is planned at its first step, alpha / m: it has that power at the least.
    level : float

    Returns
    -------
    PlanData

    Raises
    ------
    EstimationError
        A correlation that two shares do not allow, equal values, impossible shares, options that do not fit.

    Notes
    -----
    Rows are for the same people (McNemar, Connor 1987; paired t) and for own bases (`power.overlapping`), at
    alpha / m. People asked are those in the base over the share of people they are.

    Examples
    --------
    >>> found = plan({"micro": 0.82, "average": 0.73}, correlation=0.3, deff=1.5)
    >>> found.n, found.main["base"].tolist()
    (361, ['same people'])
    """
    given = expected(sources, difference, share, sd)
    if n is None and not given.stated:
        raise EstimationError(
            "There is nothing to solve for.", hint="give difference=, values of the sources, or n=."
        )
    _check(given.names, to, power, level, adjust, n)
    known = check_reach(given.names, incidence, rates)
    names = given.names
    pairs = [(s, to) for s in names if s != to] if to is not None else list(combinations(names, 2))
    shares = overlaps(pairs, overlap)
    alpha = (1 - level) / (1 if adjust == "none" else len(pairs))
    planned = [
        Planned(a, b, *given.pair(a, b), told)
        for a, b in pairs
        for told in settings(
            [names.index(x) for x in (a, b)], known, rates, shares.get((a, b)),
            alpha=alpha, sd=sd, correlations=_several("correlation", correlation), deffs=_several("deff", deff),
        )
    ]  # fmt: skip
    rows = pd.DataFrame([row_of(p, given, n, power) for p in planned])
    field = Fieldwork(
        None if response is None else part("response", response, least=1e-9),
        part("attrition", attrition, most=1 - 1e-9),
        part("excluded", excluded, most=1 - 1e-9),
    )
    made = PlanData(
        sources=names, rows=rows, curves=pd.DataFrame(), comparisons=len(pairs),
        solved="n" if n is None else "difference", to=to or "", adjust=adjust, power=power, level=level,
        mean=sd is not None, rates=rates, incidence=known, fieldwork=field,
    )  # fmt: skip
    return replace(made, curves=curves_of(planned, made)) if given.stated else made


def _several(name: str, given: float | Sequence[float]) -> list[float]:
    values = numbers_of(given, name, "0.3, or [0.1, 0.3, 0.5]")
    if not values:
        raise EstimationError(f"{name} is empty.")
    return values


def _check(
    names: tuple[str, ...], to: str | None, power: float, level: float, adjust: str, n: float | None
) -> None:
    if to is not None and to not in names:
        raise EstimationError(f"to = '{to}' is not one of the sources.", hint=closest(to, names))
    if adjust not in get_args(PlanAdjust):
        raise EstimationError(
            f"adjust = '{adjust}' cannot be planned for.", hint='"holm", "bonferroni" or "none".'
        )
    if not 0 < power < 1 or not 0 < level < 1:
        raise EstimationError(f"power = {power}, level = {level}: both lie between 0 and 1.")
    if n is not None and not n >= 2:
        raise EstimationError(f"n = {n} must be 2 or more.")
