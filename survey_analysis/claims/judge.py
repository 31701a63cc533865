"""Does what was measured bear out what a claim says? The numbers only; words are judged in `claims.words`.

supported: the interval or the adjusted test licenses it. overclaimed: the estimate points that way and the licence does not
reach. unsupported: the estimate says otherwise. cannot be checked: no licence could ever be given on this base.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from survey_analysis.claims.judge_gaps import (
    best_verdict,
    difference_verdict,
    largest_verdict,
    ratio_verdict,
    same_verdict,
    trend_verdict,
    unclear_verdict,
)
from survey_analysis.claims.language import Form
from survey_analysis.claims.measure import Measured, ranked
from survey_analysis.claims.verdicts import FORMS, Judged, beyond, rounds_to, shown
from survey_analysis.results.estimate import EstimateData
from survey_analysis.wording.facts import MINIMUM, Facts, facts_of
from survey_analysis.wording.intervals import interval_allowed
from survey_analysis.wording.levels import SHARES, printed, unit_of
from survey_analysis.wording.numbers import count, interval, percent_interval
from survey_analysis.wording.precision import row_of, value_of
from survey_analysis.wording.ratios import largest_from


def judge(m: Measured) -> Judged:
    """The verdict on the numbers of a claim, after its p-value was adjusted."""
    bare = m.says.form == "level" and m.says.op == "=="
    if not bare and not interval_allowed(m.levels.provenance):
        return Judged(
            "cannot be checked",
            "an opt-in sample that is neither weighted nor checked against a benchmark has no interval",
            FORMS[m.says.form],
        )
    facts = facts_for(m)
    base = min((f.base for f in facts if f.n is not None), default=0.0)
    if base < MINIMUM:
        return Judged("cannot be checked", f"the base is under {MINIMUM} ({count(base)})", FORMS[m.says.form])
    return _VERDICTS[m.says.form](m)


def facts_for(m: Measured) -> tuple[Facts, ...]:
    """Everything that may license the words of a claim."""
    levels = tuple(facts_of(m.levels, i) for i in range(len(m.levels)))
    least = min(levels, key=lambda f: f.base)
    if m.largest is not None:
        found = replace(least, largest=largest_from(m.largest), p=None, low=None, high=None)
        return (replace(found, labels=labels_of(m.levels)),)
    if m.says.form == "best":
        which, row = ranked(m)
        return (replace(levels[row], a=which.label_of(which.key_of(m.says.member) or ""), best=m.best),)
    if m.says.form == "trend":
        return (replace(least, trend_p=m.p, trend_reversed=m.reversed_, p=None, low=None, high=None),)
    if m.test is None:
        return levels
    return (facts_of(m.test, 0, delta=m.says.margin), *levels)


def labels_of(estimate: EstimateData) -> tuple[str, ...]:
    """Labels of every level of every dimension: names, not words to be licensed."""
    return tuple(label for dim in estimate.dims for _, label in dim.levels)


def _level(m: Measured) -> Judged:
    row, unit = row_of(m.levels), unit_of(m.levels)
    p, low, high = (value_of(row, k) for k in ("estimate", "conf_low", "conf_high"))
    stated = m.says.number
    assert stated is not None  # noqa: S101  the parser gives it
    if p is None:
        return Judged("cannot be checked", "nothing could be estimated", FORMS["level"])
    plain = printed(p, unit, m.levels.topic.statistic) + _limits(m, low, high, unit)
    limit = shown(stated.value, unit, stated.decimals)
    if m.says.op == "==":
        fair = rounds_to(p, stated, unit)
        why = "prints as" if fair else "does not print as"
        exact = shown(p, unit, stated.decimals + 1)
        return Judged(
            "supported" if fair else "unsupported", f"{exact} {why} {limit}", "rounding", p, low, high, unit,
            "" if fair else plain,
        )  # fmt: skip
    near = low if m.says.op.startswith(">") else high
    assert near is not None  # noqa: S101  an estimate has limits
    side = "lower" if m.says.op.startswith(">") else "upper"
    does = "exceeds" if side == "lower" else "stays under"
    if beyond(near, m.says.op, stated.value):
        return Judged("supported", f"the {side} limit {does} {limit}", FORMS["level"], p, low, high, unit)
    if beyond(p, m.says.op, stated.value):
        why = f"the estimate {does} {limit}, the {side} limit does not"
        return Judged("overclaimed", why, FORMS["level"], p, low, high, unit, plain)
    why = f"the estimate is {shown(p, unit, stated.decimals + 1)}"
    return Judged("unsupported", why, FORMS["level"], p, low, high, unit, plain)


def _limits(m: Measured, low: float | None, high: float | None, unit: str) -> str:
    if low is None or high is None or not interval_allowed(m.levels.provenance):
        return ""
    if unit in SHARES:
        return f" ({percent_interval(low, high)})"
    return f" ({interval(low, high, 1 if unit == 'ratio' else 2)})"


_VERDICTS: Final[dict[Form, Callable[[Measured], Judged]]] = {
    "level": _level,
    "difference": difference_verdict,
    "ratio": ratio_verdict,
    "largest": largest_verdict,
    "best": best_verdict,
    "same": same_verdict,
    "unclear": unclear_verdict,
    "trend": trend_verdict,
}
