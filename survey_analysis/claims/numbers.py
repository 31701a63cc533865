"""A number in a draft against the figures of the study, by value and by what the sentence is about."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from survey_analysis.claims.catalogue import Figure
from survey_analysis.claims.context import Context
from survey_analysis.claims.percentages import percent_rule, relative_rule
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
from survey_analysis.results.claims import Verdict
from survey_analysis.wording.numbers import count, p_value, points, ratio, units
from survey_analysis.wording.phrases import in_sentence

_UP_TO: Final = re.compile(r"\bup to\s*$", re.IGNORECASE)


def rule(q: Quantity, context: Context, study: Study) -> Ruling:
    """The verdict on one number."""
    return _RULES[q.kind](q, context, study)


def _points(q: Quantity, c: Context, study: Study) -> Ruling:
    gaps = common_first([f for f in study.figures if f.kind == "difference" and f.unit == "points"])
    mine = [f for f in gaps if c.of_number(f, q)]
    least = next((f for f in mine if "detect" in c.text and _detectable(q, f)), None)
    if least is not None:
        return Ruling(
            "supported", f"smallest difference that could have been detected: {name(least)}", "", least
        )
    hit = next((f for f in mine if is_it(q, f)), None)
    if hit is None:
        bounded = OVER.search(c.text[: q.start]) and mine
        if bounded:
            best = best_of(mine, c)
            far = min(abs(best.low or 0.0), abs(best.high or 0.0))
            beyond = (best.low or 0.0) * (best.high or 0.0) > 0 and far > q.value / 100
            toward = abs(best.value) > q.value / 100
            verdict: Verdict = "supported" if beyond else "overclaimed" if toward else "unsupported"
            return Ruling(verdict, plain(best), "" if beyond else plain(best), best)
        return not_found(q, c, mine, gaps)
    same = next(
        (f for f in mine if f.base == "common" and (f.facts.a, f.facts.b) == (hit.facts.a, hit.facts.b)), None
    )
    if hit.base == "own" and not c.own_bases and same is not None and abs(same.value - hit.value) > 0.02:
        why = f"{points(abs(hit.value)).lstrip('+')} points is the gap over all who rated each; among the same people it is {plain(same)}"
        return Ruling("overclaimed", why, plain(same), hit)
    which = "among the same people" if hit.base == "common" else "on own bases"
    return Ruling("supported", f"{plain(hit)} {which}", "", hit)


def _detectable(q: Quantity, figure: Figure) -> bool:
    mdd = figure.facts.mdd
    return mdd is not None and units(100 * mdd, q.decimals) == units(q.value, q.decimals)


def _times(q: Quantity, c: Context, study: Study) -> Ruling:
    tops = [f for f in study.figures if f.kind == "largest" and c.about(f)]
    ratios = [f for f in study.figures if f.kind == "ratio" and c.of_number(f, q)]
    near = _is_beside(q, c, tops)
    if near is not None:
        return near
    top = next((f for f in tops if is_it(q, f)), None)
    if top is not None:
        largest = top.facts.largest
        k = largest.k if largest else 0
        if _UP_TO.search(c.text[: q.start]):
            return Ruling("supported", f"the largest of {k}: {plain(top)}", "", top)
        return Ruling(
            "overclaimed", f"it is the largest of {k} ratios, not one for all", _say_largest(top), top
        )
    hit = next((f for f in ratios if is_it(q, f)), None)
    if hit is not None:
        return Ruling("supported", plain(hit), "", hit)
    if tops:
        return Ruling(
            "unsupported", f"{NO_MATCH}; the largest is {plain(tops[0])}", _say_largest(tops[0]), tops[0]
        )
    return not_found(q, c, ratios, [f for f in study.figures if f.kind == "ratio"])


def _is_beside(q: Quantity, c: Context, tops: Sequence[Figure]) -> Ruling | None:
    """The median or the smallest ratio, named so."""
    for top in tops:
        for word, value in top.others.items():
            if word in c.text.lower() and units(value, 1) == units(q.value, 1):
                return Ruling("supported", f"the {word} of the ratios is {ratio(value)}", "", top)
    return None


def _say_largest(top: Figure) -> str:
    t = top.facts.largest
    if t is None:
        return plain(top)
    return f"“up to {ratio(t.ratio)} times as many in {in_sentence(t.category)}, the largest of {t.k}; median {ratio(t.median)}”"


def _people(q: Quantity, c: Context, study: Study) -> Ruling:
    hit = next((f for f in study.figures if q.value in f.people and (c.about(f) or not c.questions)), None)
    if hit is not None:
        return Ruling("supported", f"the base of {name(hit)}", "", hit)
    known = next((text for n, text in study.counts if n == q.value), None)
    if known is not None:
        return Ruling("supported", known)
    mine = [f for f in study.figures if f.people and c.of_number(f, q)]
    if mine:
        best = best_of(mine, c)
        return Ruling(
            "unsupported",
            f"no base of the study is {count(q.value)}",
            f"n = {count(best.people[0])} ({name(best)})",
            best,
        )
    near = ", ".join(text for _, text in study.counts[:3])
    return Ruling("unsupported", f"no base of the study is {count(q.value)}", near)


def _p(q: Quantity, c: Context, study: Study) -> Ruling:
    tests = [f for f in study.figures if f.facts.p_adjusted is not None and c.of_number(f, q)]
    for f in tests:
        p = f.facts.p_adjusted
        if p is not None and (
            p < q.value if "<" in q.text else units(p, q.decimals) == units(q.value, q.decimals)
        ):
            return Ruling("supported", f"adjusted p {p_value(p)}", "", f)
    if tests and tests[0].facts.p_adjusted is not None:
        said = f"adjusted p {p_value(tests[0].facts.p_adjusted)}"
        return Ruling("unsupported", f"{NO_MATCH}; {said}", said, tests[0])
    return Ruling("unsupported", "no test of the study matches it", DECLARE)


def _interval(q: Quantity, c: Context, study: Study) -> Ruling:
    d = q.decimals
    mine = [
        f
        for f in study.figures
        if f.low is not None and f.high is not None and c.about(f) and c.fits(f, None)
    ]
    for f in mine:
        scale = 100.0 if f.unit in ("share", "points") else 1.0
        assert f.low is not None and f.high is not None and q.high is not None  # noqa: S101, PT018  filtered above
        ends = {
            (units(scale * f.low, d), units(scale * f.high, d)),
            (units(-scale * f.high, d), units(-scale * f.low, d)),
        }
        if (units(q.value, d), units(q.high, d)) in ends:
            return Ruling("supported", f"the interval of {name(f)}", "", f)
    if mine:
        best = best_of(mine, c)
        return Ruling(
            "unsupported",
            f"no interval of the study matches it; {name(best)} is {plain(best)}",
            plain(best),
            best,
        )
    return Ruling("unsupported", "no interval of the study matches it", DECLARE)


def _number(q: Quantity, c: Context, study: Study) -> Ruling:
    scores = [f for f in study.figures if f.kind == "level" and f.unit == "score" and c.of_number(f, q)]
    hit = next((f for f in scores if q.decimals and is_it(q, f)), None)
    if hit is not None:
        return Ruling("supported", f"the mean of {name(hit)}", "", hit)
    gaps = [f for f in study.figures if f.kind == "difference" and f.unit == "score" and c.of_number(f, q)]
    gap = next((f for f in gaps if q.decimals and is_it(q, replace(f, value=abs(f.value)))), None)
    if gap is not None:
        return Ruling("supported", f"the difference of {name(gap)}", "", gap)
    least = next(
        (
            f
            for f in gaps
            if "detect" in c.text and f.facts.mdd is not None and is_it(q, replace(f, value=f.facts.mdd))
        ),
        None,
    )
    if least is not None:
        return Ruling(
            "supported", f"smallest difference that could have been detected: {name(least)}", "", least
        )
    beside = _is_beside(q, c, [f for f in study.figures if f.kind == "largest" and c.about(f)])
    if beside is not None:
        return beside
    after = c.text[q.start :].split()
    near = " ".join(after[:2]).lower().rstrip(".,;:)")
    known = next((text for n, text in study.counts if n == q.value and _noun(text) in near), None)
    if known is not None:
        return Ruling("supported", known)
    if len(after) > 1 and near in study.wordings:
        return Ruling("supported", "as worded in the questionnaire")
    if q.decimals and scores:
        best = best_of(scores, c)
        return Ruling("unsupported", f"{NO_MATCH}; {name(best)} is {plain(best)}", plain(best), best)
    return Ruling("unsupported", NO_MATCH, DECLARE)


def _noun(text: str) -> str:
    return text.rsplit(" ", 1)[-1][:5].lower()


_RULES: Final[dict[str, Callable[[Quantity, Context, Study], Ruling]]] = {
    "percent": percent_rule,
    "relative": relative_rule,
    "points": _points,
    "times": _times,
    "people": _people,
    "p": _p,
    "interval": _interval,
    "number": _number,
}
