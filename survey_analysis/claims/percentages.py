"""A percentage in a draft: a share of the study, a limit held against it, a published figure, or another statistic."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from survey_analysis.claims.catalogue import Figure
from survey_analysis.claims.context import Context
from survey_analysis.claims.quantities import Quantity
from survey_analysis.claims.ruling import (
    DECLARE,
    NO_MATCH,
    OVER,
    Ruling,
    Study,
    best_of,
    common_first,
    is_it,
    name,
    not_found,
    plain,
)
from survey_analysis.wording.numbers import count, percent

_RATED_ABOVE: Final = re.compile(
    r"\b(?:believe|say|said|think|find|found|rate|consider|agree|see|call|feel)s?\b[^.;]*?"
    r"\b(?:more|better|higher|less|worse)\b[^.;]*?\bthan\b", re.IGNORECASE,
)  # fmt: skip
_APPROXIMATE: Final = re.compile(
    r"(?:\b(?:about|around|roughly|some|nearly|almost|approximately|close to)|~|≈)\s*$", re.IGNORECASE
)
_UP_TO: Final = re.compile(r"\b(?:up to|as (?:many|much|high) as)\s*$", re.IGNORECASE)
_UNDER: Final = re.compile(r"\b(?:(?:fewer|less|lower) than|under|below|at most)\s*$", re.IGNORECASE)


def percent_rule(q: Quantity, c: Context, study: Study) -> Ruling:
    """The verdict on a percentage."""
    levels = [f for f in study.figures if f.kind == "level" and f.unit == "share"]
    printed = [f for f in study.figures if f.kind == "published"]
    mine = [f for f in levels if c.of_number(f, q)]
    if c.denied(q.end):
        mine = [_others(f) for f in mine]
        printed = []
    if _UP_TO.search(c.text[: q.start]) and mine:
        best = best_of(mine, c)
        return Ruling(
            "overclaimed", f"an upper end is no estimate: {name(best)} is {plain(best)}", plain(best), best
        )
    if _RATED_ABOVE.search(c.text, q.end):
        return _rated_above(q, [*mine, *(f for f in printed if c.about(f))])
    if not c.attributed:
        bounded = _bounded(q, c, mine)
        if bounded is not None:
            return bounded
        exact = next((f for f in mine if is_it(q, f)), None)
        if exact is not None:
            return _with_base(exact, c)
    cited = [f for f in printed if is_it(q, f) and c.of_number(f, q)]
    if cited:
        return _cited(cited[0], c)
    return not_found(q, c, mine, levels)


def _others(f: Figure) -> Figure:
    """The share giving any other answer: what "would not" counts."""
    low, high = (None if x is None else 1 - x for x in (f.high, f.low))
    return replace(f, question=f"not {f.question}", value=1 - f.value, low=low, high=high)


def _bounded(q: Quantity, c: Context, every: Sequence[Figure]) -> Ruling | None:
    """Hold a limit ("more than 80%", "about 80%") against the interval."""
    before, mine = c.text[: q.start], [f for f in every if not f.beside]
    over, under, near = OVER.search(before), _UNDER.search(before), _APPROXIMATE.search(before)
    if not (over or under or near) or not mine:
        return None
    figure, v = best_of(mine, c), q.value / 100
    low, high = figure.low, figure.high
    if low is None or high is None:
        return Ruling("cannot be checked", "the estimate has no interval", plain(figure), figure)
    if near:
        inside = low <= v <= high
        why = f"the interval {'holds' if inside else 'does not hold'} it"
        return Ruling("supported" if inside else "unsupported", why, "" if inside else plain(figure), figure)
    beyond = low > v if over else high < v
    if beyond:
        return Ruling("supported", f"the {'lower' if over else 'upper'} limit lies beyond it", "", figure)
    toward = figure.value > v if over else figure.value < v
    why = f"the {'lower' if over else 'upper'} limit does not lie beyond it: {plain(figure)}"
    return Ruling("overclaimed" if toward else "unsupported", why, plain(figure), figure)


def _with_base(figure: Figure, c: Context) -> Ruling:
    why = f"{percent(figure.value, 1)} of {name(figure)}" + (
        " among those who rated both" if figure.beside else ""
    )
    if c.based:
        return Ruling("supported", why, "", figure)
    n = f", n = {count(figure.facts.n)}" if figure.facts.n is not None else ""
    return Ruling(
        "overclaimed", "a percentage without its base", f"say of whom: {figure.base_text}{n}", figure
    )


def _rated_above(q: Quantity, near: Sequence[Figure]) -> Ruling:
    """The share said to rate one above the other ("94% believe they are more credible than ...")."""
    hit = next((f for f in near if is_it(q, f)), None)
    why = "the share that rates one above the other is another statistic"
    if hit is None:
        return Ruling("unsupported", f"{NO_MATCH}, and {why}", DECLARE)
    own = f"{percent(hit.value)} is the share for {name(hit)}" + (f" ({hit.cite})" if hit.cite else "")
    return Ruling("overclaimed", f"{own}; {why}", "give the share for each side", hit)


def _cited(figure: Figure, c: Context) -> Ruling:
    if not c.attributed:
        return Ruling(
            "unsupported", f"it is the published figure ({figure.cite}), not an estimate of this study",
            f"say that it was published: {figure.cite}", figure,
        )  # fmt: skip
    note = "cited as published, not computed"
    return Ruling("supported", f"{note}: {figure.cite}", "", figure)


def relative_rule(q: Quantity, c: Context, study: Study) -> Ruling:
    """The verdict on "13% more": a ratio of shares, where the study has a difference in points."""
    gaps = [f for f in study.figures if f.kind == "difference" and f.unit == "points" and c.of_number(f, q)]
    why = "“k% more” is a ratio; a difference of shares is in points"
    if not gaps:
        return Ruling("unsupported", f"{NO_MATCH}; {why}", DECLARE)
    hit = next((f for f in gaps if is_it(q, f)), None)
    best = hit or best_of(common_first(gaps), c)
    return Ruling("overclaimed" if hit else "unsupported", f"{why}: {plain(best)}", plain(best), best)
