"""`published`: figures printed by others, with their bases known, ranged or unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import pandas as pd

from survey_analysis.errors import EstimationError
from survey_analysis.frames.data import SurveyData
from survey_analysis.printed import given as check
from survey_analysis.printed.cases import check_correlation
from survey_analysis.printed.counts import check_printed
from survey_analysis.printed.rows import (
    check_rows,
    figure_rows,
    groups,
    needed_rows,
    pair_rows,
    pairs_of,
    verdict_row,
)
from survey_analysis.printed.sources import cited, shipped
from survey_analysis.results.published import (
    Assumptions,
    People,
    PrintedFigure,
    PublishedData,
    Unit,
)
from survey_analysis.study.study import Study

Base = int | tuple[int, int]


def published(
    figures: Mapping[str, Any] | str | Study | SurveyData,
    *,
    n: Base | Mapping[str, Base] | None = None,
    same_people: People = "unknown",
    deff: float | tuple[float, float] = 1.0,
    rounding: float = 0.005,
    correlation: float | tuple[float, float] | Literal["bounds"] = "bounds",
    unit: Unit = "persons",
    events_per_person: float | tuple[float, float] | None = None,
    icc: float | tuple[float, float] = (0.0, 1.0),
    up_to: bool = False,
    cite: str = "",
    level: float = 0.95,
    method: Literal["wilson", "clopper-pearson"] = "wilson",
) -> PublishedData:
    """Figures printed by others: intervals and comparisons under stated assumptions, bounds over the unknowns.

    What is not known is not guessed: each comparison is made at the end of every assumption that is least, and
    at the one that is most favourable to it. Both must hold before it "holds under every assumption".

    Parameters
    ----------
    figures : mapping, str, Study or Survey
        {subject: share as 0-1}, or {item: {subject: share}}; "micro_influencer", the table printed about the
        founding study; or a study or survey whose file has `[[published]]` entries.
    n : int, (int, int) or mapping, optional
        People behind each figure: a number, a range, or either by subject. Left out, it is not known: nothing is
        said to hold, and the answer is how many it takes.
    same_people : {"unknown", "yes", "no"}
        Whether the figures of an item come from the same people; "unknown" considers both. Partly the same
        people lie between.
    deff : float or (float, float)
        Design effect; above 1 a share need not be a count of people over their number.
    rounding : float
        Half of the last unit printed: 0.005 for whole percent. The true share lies within it, half-up.
    correlation : float, (float, float) or "bounds"
        Phi of two answers of one person; "bounds" takes all that the two shares allow (Fréchet).
    unit : {"persons", "recommendations", "times"}
        What is counted. Of recommendations, `n` is the people who made them.
    events_per_person : float or (float, float), optional
        Recommendations a person made, the same for all; one where not known.
    icc : float or (float, float)
        Correlation of two recommendations of one person.
    up_to : bool
        The figure is printed as "up to": the largest of several.
    cite : str
        Where it was printed.
    level : float
    method : {"wilson", "clopper-pearson"}
        Interval of a single figure.

    Returns
    -------
    PublishedData

    Raises
    ------
    EstimationError
        A figure that cannot have been printed so, an impossible correlation, an option that nothing uses.

    Notes
    -----
    Effective people n / deff (of recommendations n m / (deff [1 + (m-1) rho]), Kish 1965). Wilson (1927)
    or Clopper and Pearson (1934) limits of a share; Newcombe (1998) of a difference, with the pooled z test for
    different people and McNemar's for the same. Unweighted shares are counts over n (after Brown & Heathers
    2017). Nothing here is compared with an estimate of ours.

    Examples
    --------
    >>> found = published({"Micro-influencer": 0.82, "Average person": 0.73}, n=500, cite="release of 2016")
    >>> found.verdicts["verdict"].tolist()
    ['holds']
    >>> found.needed[["people", "case", "n_needed"]].astype({"n_needed": int}).values.tolist()
    [['different', 'least', 210], ['different', 'most', 135], ['same', 'least', 271], ['same', 'most', 46]]
    """
    if isinstance(figures, Mapping):
        known = check.figures(figures, rounding=rounding, unit=unit, cite=cite, up_to=up_to)
    else:
        if unit != "persons" or up_to or cite:
            raise EstimationError(
                "unit=, up_to= and cite= go with figures given as a mapping.",
                hint="the table or the study file says them.",
            )
        known = shipped(figures, rounding) if isinstance(figures, str) else cited(_study(figures), rounding)
    told = check.assumptions(
        n=check.bases(n, [f.subject for f in known]),
        same_people=same_people,
        deff=deff,
        correlation=correlation,
        events_per_person=events_per_person,
        icc=icc,
        method=method,
        level=level,
    )
    _check(known, told, default_icc=icc == (0.0, 1.0))
    pairs = pairs_of(known)
    rows = pd.DataFrame([r for f in known if f.unit != "times" for r in figure_rows(f, told)])
    compared = pd.DataFrame([r for pair in pairs for r in pair_rows(pair, told)])
    needed = pd.DataFrame([r for pair in pairs for r in needed_rows(pair, told)])
    verdicts = pd.DataFrame([verdict_row(pair, compared, needed, told) for pair in pairs])
    checks = pd.DataFrame(check_rows(known, told))
    return PublishedData(known, told, rows, compared, needed, verdicts, checks)


def _study(given: object) -> Study:
    if isinstance(given, SurveyData):
        return given.study
    if isinstance(given, Study):
        return given
    raise EstimationError(
        f"figures is a {type(given).__name__}.",
        hint='give {subject: share}, "micro_influencer", a study or a survey.',
    )


def _check(known: tuple[PrintedFigure, ...], told: Assumptions, *, default_icc: bool) -> None:
    for f in known:
        if f.unit != "times":
            check_printed(f.value, f.rounding, f"the figure of '{f.subject}'")
        elif f.value <= 0:
            raise EstimationError(f"a ratio of {f.value:g} is not above 0.")
        if told.same_people == "yes" and f.same_people == "no":
            raise EstimationError(
                f"The figures of '{f.item}' are those of different people.",
                hint="leave same_people= out: items that do not say are then taken both ways.",
            )
    fewest = min((low for low, _ in told.n.values()), default=told.deff[1])
    if fewest < told.deff[1]:
        raise EstimationError(
            f"{fewest:g} people under a design effect of {told.deff[1]:g} count as less than one.",
            hint="give a larger n, or a smaller design effect.",
        )
    events = any(f.unit == "recommendations" for f in known)
    if not events and (told.events_per_person is not None or not default_icc):
        raise EstimationError(
            "events_per_person= and icc= go with recommendations.", hint='unit="recommendations".'
        )
    if told.correlation is not None and not any("same" in groups(p, told) for p in pairs_of(known)):
        raise EstimationError("A correlation is given, but no two figures can be of the same people.")
    for a, b in pairs_of(known):
        if "same" in groups((a, b), told):
            check_correlation(a, b, told.correlation)
