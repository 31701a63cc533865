"""Verdicts on comparisons: differences, ratios, the largest of several, ranks, equivalence, trends."""

from __future__ import annotations

from survey_analysis.claims.measure import Measured, ranked
from survey_analysis.claims.verdicts import FORMS, Judged, beyond, rounds_to
from survey_analysis.results.claims import Verdict
from survey_analysis.wording import conditions as c
from survey_analysis.wording.facts import ALPHA, Facts, facts_of
from survey_analysis.wording.levels import SHARES, unit_of
from survey_analysis.wording.numbers import count, fixed, interval, number, p_value, percent_interval, ratio
from survey_analysis.wording.phrases import in_sentence, listed
from survey_analysis.wording.precision import row_of, value_of
from survey_analysis.wording.ratios import largest_from


def _gap(m: Measured) -> tuple[Facts, str]:
    assert m.test is not None  # noqa: S101  comparisons have one
    return facts_of(m.test, 0, delta=m.says.margin), m.test.topic.unit


def difference_verdict(m: Measured) -> Judged:
    """Whether one side is higher, by the adjusted test and by the margin stated."""
    f, unit = _gap(m)
    stated, op = m.says.number, m.says.op
    d, low, high, p = f.difference, f.difference_low, f.difference_high, f.p_adjusted
    assert stated is not None  # noqa: S101  the parser gives it
    if d is None or low is None or high is None:
        return Judged("cannot be checked", "the difference could not be estimated", FORMS["difference"])
    plain = f"{_points(d, unit)} ({_span(low, high, unit)}){_whose(m)}"
    told = f"{plain}, adjusted p {p_value(p)}" if p is not None else f"{plain}, no test"
    given = (d, low, high, _of_gap(unit))
    if not (rounds_to(d, stated, unit) if op == "==" else beyond(d, op, stated.value)):
        return Judged("unsupported", f"the difference is {plain}", FORMS["difference"], *given, plain)
    up, margin = op.startswith(">"), stated.value
    short_of_zero = (
        op != "==" and margin * (1 if up else -1) < 0
    )  # "at most 2 points less": no difference is claimed
    if not short_of_zero and (p is None or p >= ALPHA):
        why = f"the difference is not clear: {told}"
        return Judged("overclaimed", why, FORMS["difference"], *given, c.say_unclear(f))
    if op != "==" and margin and not beyond(low if up else high, op, margin):
        why = f"the interval of the difference reaches {_points(margin, unit)}: {plain}"
        return Judged("overclaimed", why, FORMS["difference"], *given, plain)
    return Judged("supported", told, FORMS["difference"], *given)


def _of_gap(unit: str) -> str:
    """The unit of a difference: points, where shares are compared."""
    return "points" if unit == "share" else unit


def _points(d: float, unit: str) -> str:
    if unit not in SHARES:
        return fixed(d, 2)
    text = fixed(100 * d, 0)
    return f"{text} point" if text in ("1", "−1") else f"{text} points"


def _span(low: float, high: float, unit: str) -> str:
    return percent_interval(low, high) if unit in SHARES else interval(low, high, 2)


def _whose(m: Measured) -> str:
    """On which base; own bases beside the same people."""
    assert m.test is not None  # noqa: S101
    if m.own is None:
        return ""
    own = value_of(row_of(m.own), "estimate")
    n = count(value_of(row_of(m.test), "n") or 0)
    beside = f"; {_points(own, m.test.topic.unit)} on own bases" if own is not None else ""
    return f" among the {n} who are in both{beside}"


def ratio_verdict(m: Measured) -> Judged:
    """How many times as many one side has."""
    assert m.test is not None  # noqa: S101
    assert m.says.number is not None  # noqa: S101
    row, k, op = row_of(m.test), m.says.number.value, m.says.op
    r, low, high, p = (value_of(row, x) for x in ("estimate", "conf_low", "conf_high", "p_adjusted"))
    if r is None or low is None or high is None or p is None:
        return Judged("cannot be checked", "no ratio: no event on one side", FORMS["ratio"])
    given = (r, low, high, "ratio")
    plain = f"{ratio(r)} times ({interval(low, high, 1)})"
    if op == "==":
        inside = 0.875 * k <= low and high <= 1.125 * k
        if inside:
            return Judged(
                "supported",
                f"{plain}, inside an eighth of {number(k, m.says.number.decimals)}",
                FORMS["ratio"],
                *given,
            )
        fair = rounds_to(r, m.says.number, "ratio")
        why = f"{plain}: the interval leaves an eighth of {number(k, m.says.number.decimals)}"
        return Judged("overclaimed" if fair else "unsupported", why, FORMS["ratio"], *given, plain)
    near = low if op.startswith(">") else high
    if beyond(near, op, k) and p < ALPHA:
        return Judged("supported", f"{plain}, adjusted p {p_value(p)}", FORMS["ratio"], *given)
    verdict: Verdict = "overclaimed" if beyond(r, op, k) else "unsupported"
    return Judged(verdict, f"the ratio is {plain}", FORMS["ratio"], *given, plain)


def largest_verdict(m: Measured) -> Judged:
    """The largest of several ratios, with the interval that allows for the choice."""
    e, stated = m.largest, m.says.number
    assert e is not None  # noqa: S101
    assert stated is not None  # noqa: S101
    given = (e.largest, e.low, e.high, "ratio")
    say = c.say_largest(Facts(largest=largest_from(e)))
    plain = (
        f"{ratio(e.largest)} times in {in_sentence(e.largest_label)} ({interval(e.low, e.high, 1)} allowing for the "
        f"choice among {e.categories}; median {ratio(e.median)})"
    )
    if m.says.op == "==":
        if not rounds_to(e.largest, stated, "ratio"):
            return Judged("unsupported", f"the largest is {plain}", FORMS["largest"], *given, say)
        if e.low <= 1:
            return Judged(
                "overclaimed",
                f"the simultaneous lower limit does not exceed 1: {plain}",
                FORMS["largest"],
                *given,
                say,
            )
        return Judged("supported", plain, FORMS["largest"], *given)
    if not m.says.op.startswith(">"):
        return Judged(
            "cannot be checked", "a largest ratio has no upper licence", FORMS["largest"], *given, say
        )
    if e.at_least > stated.value:
        return Judged(
            "supported", f"some category is at least {ratio(e.at_least)} times", FORMS["largest"], *given
        )
    verdict: Verdict = "overclaimed" if e.largest > stated.value else "unsupported"
    return Judged(
        verdict, f"the largest is {plain}; at least {ratio(e.at_least)}", FORMS["largest"], *given, say
    )


def best_verdict(m: Measured) -> Judged:
    """Whether a member is alone in the simultaneous best set."""
    which, place = ranked(m)
    name, row = which.label_of(which.key_of(m.says.member) or ""), row_of(m.levels, place)
    given = (
        value_of(row, "estimate"), value_of(row, "conf_low"), value_of(row, "conf_high"), unit_of(m.levels),
    )  # fmt: skip
    among = c.say_best(Facts(best=m.best))
    if m.best == (name,):
        return Judged(
            "supported",
            f"{in_sentence(name)} stands alone in the simultaneous best set, among the same people where there are any",
            FORMS["best"],
            *given,
        )
    if name in m.best:
        others = listed([in_sentence(x) for x in m.best if x != name])
        return Judged(
            "overclaimed", f"{others} cannot be told from the best either", FORMS["best"], *given, among
        )
    return Judged(
        "unsupported", f"{listed([in_sentence(x) for x in m.best])} is higher", FORMS["best"], *given, among
    )


def same_verdict(m: Measured) -> Judged:
    """Two one-sided tests against the declared margin."""
    f, unit = _gap(m)
    if f.difference is None or f.tost_low is None or f.tost_high is None or f.delta is None:
        return Judged("cannot be checked", "the difference could not be estimated", FORMS["same"])
    given = (f.difference, f.tost_low, f.tost_high, _of_gap(unit))
    plain = f"{_points(f.difference, unit)}, 90% interval {_span(f.tost_low, f.tost_high, unit)}"
    margin = _points(f.delta, unit)
    if c.equivalent(f, "", ""):
        return Judged(
            "supported", f"{plain}, inside the declared margin of {margin}{_whose(m)}", FORMS["same"], *given
        )
    outside = abs(f.difference) >= f.delta or (f.p_adjusted or 1.0) < ALPHA
    why = f"{plain} is not inside the declared margin of {margin}{_whose(m)}"
    return Judged("unsupported" if outside else "overclaimed", why, FORMS["same"], *given, c.say_unclear(f))


def unclear_verdict(m: Measured) -> Judged:
    """Neither a difference nor equivalence, and the detectable size known."""
    f, unit = _gap(m)
    if f.difference is None or f.p_adjusted is None or f.difference_low is None or f.difference_high is None:
        return Judged("cannot be checked", "the difference could not be estimated", FORMS["unclear"])
    given = (f.difference, f.difference_low, f.difference_high, _of_gap(unit))
    plain = f"{_points(f.difference, unit)} ({_span(f.difference_low, f.difference_high, unit)}){_whose(m)}"
    if c.unclear(f, "", "") and f.mdd is not None:
        least = f"differences under {_points(f.mdd, unit)} could not have been detected"
        return Judged("supported", f"{plain}; {least}", FORMS["unclear"], *given)
    return Judged("unsupported", f"the difference is clear: {plain}", FORMS["unclear"], *given, plain)


def trend_verdict(m: Measured) -> Judged:
    """An adjusted linear trend over ordered groups without reversal."""
    given = (m.slope, None, None, _of_gap(m.levels.topic.unit))
    if m.slope is None or m.p is None:
        return Judged("cannot be checked", "the trend could not be estimated", FORMS["trend"])
    step = f"{_points(m.slope, m.levels.topic.unit)} a step, adjusted p {p_value(m.p)}"
    if (m.slope > 0) is not m.says.rising:
        return Judged(
            "unsupported", f"it goes the other way: {step}", FORMS["trend"], *given, "the shares by group"
        )
    if m.p < ALPHA and not m.reversed_:
        return Judged("supported", f"{step}, no neighbours reversed", FORMS["trend"], *given)
    why = "neighbours reverse it" if m.reversed_ else "the trend is not clear"
    return Judged("overclaimed", f"{why}: {step}", FORMS["trend"], *given, "the shares by group")
