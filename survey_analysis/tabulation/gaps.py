"""Differences between the items of a grid within each banner column: own bases and the same people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from survey_analysis.core.differences import Kind, difference
from survey_analysis.core.intervals import t_interval
from survey_analysis.errors import ColumnNotFoundError, EstimationError, closest
from survey_analysis.estimation.loops import loop_of
from survey_analysis.frames.data import SurveyData
from survey_analysis.results.estimate import Evidence
from survey_analysis.significance.compare import columns as sides_of
from survey_analysis.significance.pairs import Pair
from survey_analysis.tabulation.banner import Banner
from survey_analysis.tabulation.grids import Grid
from survey_analysis.tabulation.letters import SMALL_BASE
from survey_analysis.tabulation.lines import Lines

CompareTo = str | Sequence[tuple[str, str]] | None
FIELDS = (
    "a", "b", "base", "column", "span", "key", "estimate_a", "estimate_b", "estimate", "std_error", "conf_low",
    "conf_high", "df", "statistic", "p_value", "n", "n_a", "n_b", "method",
)  # fmt: skip
NOBODY = "nobody"


def compared_pairs(grids: Sequence[Grid], compare_to: CompareTo) -> list[list[tuple[int, int]]]:
    """Pairs of items by grid: every other item against the one named, or the pairs given.

    Raises
    ------
    ColumnNotFoundError
        A name that is an item of no grid.
    """
    if compare_to is None:
        return [[] for _ in grids]
    chosen = [(None, compare_to)] if isinstance(compare_to, str) else [_pair(p) for p in compare_to]
    known = [x for g in grids for i in g.items for x in i.names]
    for name in (x for pair in chosen for x in pair if x is not None):
        if name not in known:
            raise ColumnNotFoundError(
                f"'{name}' of compare_to= is no item of the summaries.", hint=closest(name, known)
            )
    out = [_in_grid(grid, chosen) for grid in grids]
    if not any(out):
        raise EstimationError(
            "No grid holds both items of a pair of compare_to=.", hint="name two items of one grid."
        )
    return out


def _pair(pair: object) -> tuple[str | None, str]:
    if isinstance(pair, tuple | list) and len(pair) == 2 and all(isinstance(x, str) for x in pair):
        a, b = pair
        if a != b:
            return a, b
    raise EstimationError(
        f"compare_to= holds {pair!r}, which is no pair of items.",
        hint='give one item, or pairs: compare_to=[("micro", "average")].',
    )


def _in_grid(grid: Grid, chosen: Sequence[tuple[str | None, str]]) -> list[tuple[int, int]]:
    place = {name: i for i, item in enumerate(grid.items) for name in item.names}
    out = []
    for a, b in chosen:
        if b not in place or (a is not None and a not in place):
            continue
        others = range(len(grid.items)) if a is None else (place[a],)
        out += [(i, place[b]) for i in others if i != place[b]]
    return out


def gaps_of(
    survey: SurveyData,
    grid: Grid,
    lines: Sequence[Lines],
    banner: Banner,
    pairs: Sequence[tuple[int, int]],
    level: float,
    min_base: float,
) -> pd.DataFrame:
    """Differences a - b in every column, on own bases and among those who rated both.

    Every number is that of `compare_sources` within the column (statistics 2.4, 2.27), unrounded; nothing is tested
    where the smaller of n and effective base is under `min_base`.
    """
    if not pairs:
        return pd.DataFrame(columns=list(FIELDS))
    kind: Kind = "share" if lines[0].is_share[0] else "mean"
    loop, asked = loop_of(survey, grid.over)
    y = np.column_stack([x.y[:, 0] for x in lines])
    base = np.column_stack([x.base[:, 0] & i.mask for x, i in zip(lines, grid.items, strict=True)])
    subject = tuple(i.subject for i in grid.items)
    rows = []
    for column, mask in zip(banner.columns, banner.masks, strict=True):
        member = base & mask[:, None]
        evidence = Evidence(
            y * member, None, member, survey.frame, subject, loop=loop, asked=asked, person=survey.person
        )
        for a, b in pairs:
            names = {"a": grid.items[a].label, "b": grid.items[b].label}
            about = {"column": column.label, "span": column.span, "key": column.key}
            for which in ("own", "common"):
                found = _one(evidence, Pair(a, b, 0), which, kind, level, min_base)
                rows.append(names | {"base": which} | about | found)
    made = pd.DataFrame(rows, columns=list(FIELDS))
    order = [made[(made["a"] == grid.items[a].label) & (made["b"] == grid.items[b].label)] for a, b in pairs]
    by_base = [part[part["base"] == which] for part in order for which in ("own", "common")]
    return pd.concat(by_base, ignore_index=True)


def _one(
    evidence: Evidence, pair: Pair, base: str, kind: Kind, level: float, min_base: float
) -> dict[str, object]:
    ya, xa, yb, xb = sides_of(evidence, pair, base)
    counted = evidence.frame.weight > 0
    people = [evidence.people((x > 0) & counted) for x in (xa, xb)]
    n = evidence.people(((xa > 0) | (xb > 0)) & counted)
    if not all(people):
        blank = dict.fromkeys(FIELDS[6:15], np.nan)
        return blank | {"n": n, "n_a": people[0], "n_b": people[1], "method": NOBODY}
    found = difference(ya, xa, yb, xb, evidence.frame, kind=kind)
    low, high = t_interval(found.estimate, found.wald_se**2, found.df, level)
    small = min(*people, *found.n_effective) < min_base
    return {
        "estimate_a": float(found.theta[0]),
        "estimate_b": float(found.theta[1]),
        "estimate": found.estimate,
        "std_error": found.se,
        "conf_low": float(low),
        "conf_high": float(high),
        "df": found.df,
        "statistic": np.nan if small else found.statistic,
        "p_value": np.nan if small else found.p,
        "n": n,
        "n_a": people[0],
        "n_b": people[1],
        "method": SMALL_BASE if small else found.method,
    }
