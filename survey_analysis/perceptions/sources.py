"""`compare_sources`: everything one asks of sources that the same people rated, from one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from survey_analysis.errors import EstimationError, closest
from survey_analysis.frames.data import SurveyData
from survey_analysis.perceptions.classical import classical
from survey_analysis.perceptions.equivalent import check_margin, equivalent
from survey_analysis.perceptions.everyone import evidence_of, measures, on_everyone
from survey_analysis.perceptions.interaction import interaction
from survey_analysis.perceptions.order import order_effects
from survey_analysis.perceptions.ranking import SEED, Pairwise, RankMethod, all_pairwise, max_t, ranks
from survey_analysis.perceptions.ratings import (
    Ratings,
    check_segment,
    ratings,
    read_request,
    scores,
    source_of,
)
from survey_analysis.perceptions.within import within
from survey_analysis.results.estimate import EstimateData
from survey_analysis.results.sources import Classical, SourceData, Worded
from survey_analysis.results.test import Family, TestData
from survey_analysis.significance.against import against
from survey_analysis.significance.compare import compare
from survey_analysis.significance.omnibus import omnibus
from survey_analysis.significance.prepare import check_option
from survey_analysis.typing import Adjustment, Where


def compare_sources(
    survey: SurveyData,
    question: str | Sequence[str],
    *,
    top: int | None = None,
    bottom: int | None = None,
    answers: Sequence[str] | None = None,
    to: str | None = None,
    segment: str | None = None,
    margin: float | None = None,
    base: Literal["both", "all"] = "both",
    adjust: Adjustment = "holm",
    by: str | None = None,
    where: Where = None,
    level: float = 0.95,
    method: RankMethod = "simultaneous",
    seed: int = SEED,
) -> SourceData:
    """Compare sources that people rated: levels, differences on both bases, ranks, within-person shares.

    Paired, independent or partly overlapping is found from the data. Every difference stands on own bases (all
    who rated each) and among the same people (those who rated both); findings are worded from the same people,
    unless the study file says that who rates what was assigned at random.

    Parameters
    ----------
    question : str or sequence of str
        A battery, several on one scale, one or more constructs, or two or more plain questions that rate one
        source each.
    top, bottom, answers
        Answers counted, as in `proportion`; without them means are compared.
    to : str, optional
        Source that the others are compared with; all pairs by default. Ranks always rest on all pairs.
    segment : str, optional
        Groups of people: the interaction with the source, and the differences in each group.
    margin : float, optional
        Largest difference that does not matter, in the unit of the estimate (0.05 for 5 points). Without a
        declared margin nothing is called equivalent.
    base : {"both", "all"}
        The same people: pair by pair those who rated both, or those who rated every source.
    adjust : {"holm", "bh", "bonferroni", "by", "sidak", "none"}
        Adjustment over all differences, own bases and same people separately.
    by : str, optional
        In a file with one row a rating: the variable that says what was rated.
    where, level
        As in `proportion`.
    method : {"simultaneous", "stepwise"}
        How sources are told apart in rank: by simultaneous intervals of all differences, or by steps, which can
        show more.
    seed : int
        Of the bootstrap and the normal draws behind ranks.

    Returns
    -------
    SourceData
        `levels`, `differences`, `omnibus`, `ranks`, `within`, and where asked for or possible `equivalence`,
        `order`, `interaction`, `by_segment`, `classical`.

    Raises
    ------
    EstimationError
        One source, nobody who rated every source (base="all"), an unknown segment, a margin that is none.
    ScoreError
        Boxes of a construct, or questions on different scales.

    Notes
    -----
    Differences: statistics 2.4 and 2.27; effect sizes 2.28; equivalence by two one-sided tests (Schuirmann 1987);
    ranks by Mogstad, Romano, Shaikh and Wilhelm (2024), statistics 2.29. Among the same people the test of all
    sources at once is the largest |t| of all pairs, which needs nobody who rated every source.

    Examples
    --------
    >>> import pandas as pd, survey_analysis as sa
    >>> likes = pd.DataFrame({"ann": [5, 4, 5, 3, 4, 5], "bob": [3, 3, 4, 3, 2, 4], "eve": [2, 3, 3, 1, 2, 3]})
    >>> found = sa.read(likes).compare_sources(["ann", "bob", "eve"])
    >>> found.ranks.best_set
    ('ann',)
    >>> found.differences.to_frame()["base"].unique().tolist()
    ['own', 'common']
    """
    check_option("base", base, ("both", "all"))
    check_option("method", method, ("simultaneous", "stepwise"))
    _check_seed(seed)
    wanted = read_request(
        survey, question, top=top, bottom=bottom, answers=answers, by=by, where=where, level=level
    )
    levels = ratings(survey, wanted)
    dim = source_of(levels)
    check_segment(segment, levels)
    if margin is not None:
        check_margin(margin, levels.topic.unit)
    core = compare_levels(survey, levels, to=to, base=base, adjust=adjust, method=method, seed=seed)
    numbers = scores(survey, wanted) if wanted.boxed else levels
    order, unplaced = order_effects(survey, levels, dim, adjust=adjust, where=where, level=level)
    by_segment, crossed = _segments(survey, wanted, dim, segment, to, adjust)
    return replace(
        core,
        within=within(
            survey,
            numbers or levels,
            dim,
            where=where,
            level=level,
            favourable=levels.topic.favourable if wanted.boxed and numbers is not None else "last",
        ),
        equivalence=equivalent(core.differences, margin) if margin is not None else None,
        order=order,
        interaction=crossed,
        by_segment=by_segment,
        classical=classical(survey, levels, dim, level=level),
        margin=margin,
        segment=segment or "",
        notes=(*core.notes, *((unplaced,) if unplaced else ())),
    )


def compare_levels(
    survey: SurveyData,
    levels: EstimateData,
    *,
    to: str | None = None,
    base: Literal["both", "all"] = "both",
    adjust: Adjustment = "holm",
    method: RankMethod = "simultaneous",
    seed: int = SEED,
) -> SourceData:
    """Differences, omnibus tests and ranks of levels that are there already; the other parts are left out.

    `levels` holds a row a source (and measure), its sources named as the subject of its topic.
    """
    dim = source_of(levels)
    unrated = _check_sources(levels, dim)
    everyone = on_everyone(levels, dim)
    if base == "all" and everyone is None:
        raise _nobody_rated_all(levels, dim)
    whole = everyone if base == "all" else None
    every, worded = _all_pairs(survey, levels, whole, dim, adjust)
    pairs = all_pairwise(levels if whole is None else whole, every, dim, worded)
    own = pairs if worded == "own" else all_pairwise(levels, every, dim, "own")
    ranked = ranks(
        pairs, own, evidence_of(levels).frame, worded, level=levels.level, method=method, seed=seed
    )
    return SourceData(
        levels=levels,
        differences=every if to is None else _against(every, levels, dim, to, adjust),
        omnibus=_omnibus(levels, everyone, pairs if worded == "common" else {}, dim, seed),
        ranks=ranked,
        within=None,
        equivalence=None,
        order=None,
        interaction=None,
        by_segment=None,
        classical=Classical(pd.DataFrame()),
        dim=dim,
        worded=worded,
        unrated=unrated,
        notes=tuple(_notes(every, unrated, worded)),
    )


def _check_seed(seed: int) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise EstimationError(f"seed = {seed!r} is no seed.", hint="give a whole number of at least 0.")


def _check_sources(levels: EstimateData, dim: str) -> tuple[str, ...]:
    """Labels of sources nobody rated; an error when fewer than two were rated."""
    source = next(d for d in levels.dims if d.name == dim)
    place = [d.name for d in levels.dims].index(dim)
    rated = {k[place] for k, n in zip(levels.keys, levels.rows["n"], strict=True) if n > 0}
    gone = tuple(label for key, label in source.levels if key not in rated)
    if len(rated) < 2:
        only = next((label for key, label in source.levels if key in rated), "none")
        raise EstimationError(
            f"Only one source was rated, '{only}': there is nothing to compare it with.",
            where=f"nobody rated: {', '.join(gone)}" if gone else f"{dim} has one member.",
            hint="check where= and the columns of the battery.",
        )
    if not any(len(rows) > 1 for rows in measures(levels, dim).values()):
        raise EstimationError(
            "No measure was asked about two sources.", hint="compare questions about several sources."
        )
    return gone


def _nobody_rated_all(levels: EstimateData, dim: str) -> EstimationError:
    source = next(d for d in levels.dims if d.name == dim)
    asked = levels.evidence.asked if levels.evidence is not None else 0
    why = f"at most {asked} of {len(source.levels)} were asked of one person." if asked else ""
    return EstimationError(
        f"Nobody rated all {len(source.levels)} sources.",
        where=why,
        hint="leave base= out: pairs are compared among those who rated both; or name fewer sources with where=.",
    )


def _compared(levels: EstimateData, everyone: EstimateData | None, dim: str, adjust: Adjustment) -> TestData:
    """All pairs on own bases and among the same people: pair by pair, or those who rated every source."""
    if everyone is None:
        return compare(levels, dim=dim, base="both", adjust=adjust)
    own = compare(levels, dim=dim, base="own", adjust=adjust)
    same = compare(everyone, dim=dim, base="own", adjust=adjust)
    rows = pd.concat([own.rows, same.rows.assign(base="all")], ignore_index=True)
    return replace(own, rows=rows, bases=(*own.bases, *same.bases))


def _against(every: TestData, levels: EstimateData, dim: str, to: str, adjust: Adjustment) -> TestData:
    """All others against one source."""
    source = next(d for d in levels.dims if d.name == dim)
    key = source.key_of(to)
    label = source.label_of(key or to)
    if key is None or label not in {*every.rows["a"], *every.rows["b"]}:
        known = [x for level in source.levels for x in level]
        raise EstimationError(f"'{to}' is not a level of {dim} that was rated.", hint=closest(to, known))
    return against(every, label, adjust=adjust, declared=f"every {source.label.lower()} against {label}")


def _all_pairs(
    survey: SurveyData,
    levels: EstimateData,
    everyone: EstimateData | None,
    dim: str,
    adjust: Adjustment,
) -> tuple[TestData, Worded]:
    """Every pair, and the base that findings are worded from."""
    every = _compared(levels, everyone, dim, adjust)
    found = set(every.rows["base"])
    if survey.study.design.randomised == dim or found == {"own"}:
        return every, "own"
    return every, "all" if "all" in found else "common"


def _omnibus(
    levels: EstimateData, everyone: EstimateData | None, pairs: Mapping[str, Pairwise], dim: str, seed: int
) -> TestData:
    """Own bases by Wald F; people who rated every source by Wald F; all same-people pairs by the largest |t|."""
    own = omnibus(levels, dim=dim)
    frames, bases = [own.rows], list(own.bases)
    if everyone is not None:
        same = omnibus(everyone, dim=dim)
        frames.append(same.rows.assign(base="all"))
        bases += same.bases
    if pairs:
        frames.append(_largest(pairs, own.rows, seed))
        bases += ["people who rated both sources of a pair"] * len(frames[-1])
    rows = pd.concat(frames, ignore_index=True)
    return replace(
        own,
        rows=rows,
        bases=tuple(bases),
        family=Family("none", len(rows), "one test a measure and base, not adjusted"),
    )


def _largest(pairs: Mapping[str, Pairwise], like: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The max-|t| test over same-people pairs, one row a measure, in the order of the own-base tests."""
    rows = []
    for i, found in enumerate(pairs.values()):
        statistic, p = max_t(found, seed=seed)
        rows.append(
            like.iloc[i].to_dict()
            | {
                "base": "common",
                "statistic": statistic,
                "symbol": "max |t|",
                "df": float(len(found.pairs)),
                "df_residual": np.nan,
                "p_value": p,
                "p_adjusted": p,
                "n": int(found.n.min()),
                "method": "largest |t| of all pairs, simultaneous",
            }
        )
    return pd.DataFrame(rows)


def _segments(
    survey: SurveyData, wanted: Ratings, dim: str, segment: str | None, to: str | None, adjust: Adjustment
) -> tuple[TestData | None, TestData | None]:
    """Differences in each segment, and the interaction of source and segment."""
    if segment is None:
        return None, None
    split = ratings(survey, wanted, segment=segment)
    return compare(split, to, dim=dim, base="both", adjust=adjust), interaction(split, dim, segment)


def _notes(every: TestData, unrated: Sequence[str], worded: Worded) -> list[str]:
    out = []
    if unrated:
        out.append(f"no ratings of {', '.join(unrated)}")
    pairs = every.rows[every.rows["base"] == "own"]["contrast"].drop_duplicates().tolist()
    same = set(every.rows[every.rows["base"] != "own"]["contrast"])
    apart = [p for p in pairs if p not in same]
    if apart and not same:
        out.append(
            "no two sources were rated by the same respondents: differences compare those who rated the one with those who rated the other"
        )
    elif apart:
        out.append(f"no respondent rated both of {'; '.join(apart)}: there, own bases are compared")
    if worded == "own" and same:
        out.append("who rated what was assigned at random: findings are worded from own bases")
    return out
