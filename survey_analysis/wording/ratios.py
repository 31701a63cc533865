"""Sentences about ratios: one ratio, the range of several, "up to k times" with what must stand beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_analysis.plurals import counted
from survey_analysis.results.extremes import ExtremesData, Sensitivity, Standing
from survey_analysis.results.provenance import Provenance
from survey_analysis.results.test import TestData
from survey_analysis.significance.extremes import WITHOUT_TOP, ranked
from survey_analysis.wording.facts import Facts, Largest
from survey_analysis.wording.intervals import label_of
from survey_analysis.wording.licences import licensed
from survey_analysis.wording.numbers import count, fixed, interval, p_value, percent, ratio, ratio_decimals
from survey_analysis.wording.phrases import SIMULATED, capitalised, in_sentence, listed
from survey_analysis.wording.precision import row_of, value_of


def adjusted_p(test: TestData, row: Mapping[str, Any]) -> str:
    """The p-value of a row with its name ("adjusted p .023"); empty without one."""
    p = value_of(row, "p_adjusted")
    return "" if p is None else f"{'p' if test.family.adjust == 'none' else 'adjusted p'} {p_value(p)}"


def ratio_sentence(test: TestData, i: int) -> str:
    """One ratio with its interval, without "times more"."""
    row = row_of(test, i)
    value = value_of(row, "estimate")
    a, b = in_sentence(str(row["a"])), in_sentence(str(row["b"]))
    dims = ", ".join(str(row[d.name]) for d in test.dims if d.name in row and d.name not in ("a", "b"))
    where = f" ({dims})" if dims and dims.lower() not in (a, b) else ""
    if value is None:
        return f"The ratio of {a} to {b}{where} could not be estimated."
    low, high = value_of(row, "conf_low"), value_of(row, "conf_high")
    label = label_of(test.provenance, level=test.level)
    span = (
        f"{label} {interval(low, high, ratio_decimals(value))}"
        if label and low is not None and high is not None
        else ""
    )
    inside = "; ".join(x for x in (span, adjusted_p(test, row)) if x)
    of = in_sentence(test.topic.short or test.topic.question)
    return f"The ratio of {a} to {b}{where} in {of} is {ratio(value)}{f' ({inside})' if inside else ''}."


def category_of(test: TestData, i: int) -> str:
    """What a ratio is about: the labels of its remaining dimensions, else its contrast."""
    row = row_of(test, i)
    names = [str(row[d.name]) for d in test.dims if d.name in row]
    return ", ".join(names) or str(row.get("contrast", ""))


def largest_from(found: Standing) -> Largest:
    """The facts of "up to k times" from `.largest()`, with its simultaneous limits."""
    return Largest(
        category=found.largest_label,
        ratio=found.largest,
        k=found.categories,
        median=found.median,
        smallest=found.smallest,
        low=found.low,
        high=found.high,
        smallest_category=found.smallest_label,
        undefined=found.undefined,
    )


def largest_of(test: TestData, *, low: float | None = None, high: float | None = None) -> Largest:
    """Largest, median and smallest of the ratios of a test, as `significance.extremes` ranks them.

    Parameters
    ----------
    test
        Ratios of one pair, one row a category.
    low, high
        Simultaneous limits of the largest, where they were computed.

    Raises
    ------
    EstimationError
        If the test holds no ratio that could be estimated.
    """
    found = ranked(test)
    return Largest(
        category=found.names[found.top],
        ratio=float(found.values[found.top]),
        k=len(found.values),
        median=found.median,
        smallest=float(found.values[found.last]),
        low=low,
        high=high,
        smallest_category=found.names[found.last],
        undefined=found.undefined,
    )


def extremes_sentence(found: ExtremesData, what: str = "") -> str:
    """The sentence of `.largest()`; `what` names the events ("recommendations a week").

    The group compared with stands as "the control sample" where samples are compared.
    """
    b = f"the {found.b.lower()} sample" if found.between == "sample" else in_sentence(found.b)
    counted = what or in_sentence(found.topic.short or found.topic.question)
    return sentence_up_to(largest_from(found), found.provenance, subject_a=found.a, subject_b=b, what=counted)


def overshoot_line(found: ExtremesData) -> str:
    """Why the largest of several estimates is not to be taken at its word, and what allows for the choice."""
    return (
        f"The largest of {found.categories} estimates overshoots the largest true ratio on average: the interval of "
        f"{limits_text(found)} allows for the choice of the largest (critical value {fixed(found.critical, 2)}); some "
        f"category is at least {ratio(found.at_least)} times."
    )


def limits_text(found: Standing) -> str:
    """The simultaneous limits as printed: "12.2 to 28.4"."""
    places = ratio_decimals(found.largest)
    return f"{fixed(found.low, places)} to {fixed(found.high, places)}"


def sensitivity_line(found: ExtremesData) -> str:
    """The largest and the median ratio on fewer answers and categories; empty where it was not computed."""
    said = [_on_fewer(s) for s in found.sensitivity]
    return f"{capitalised('; '.join(said))}." if said else ""


def trimmed_largest(found: ExtremesData) -> float | None:
    """The largest ratio without the largest 1% of counts; None where it was not computed."""
    left = next((s.standing for s in found.sensitivity if s.what == WITHOUT_TOP), None)
    return left.largest if left is not None else None


def _on_fewer(s: Sensitivity) -> str:
    if s.standing is None:
        return f"{s.what} fewer than two ratios are left"
    if not s.left_out and not s.answers:
        return f"{s.what} nothing changes: there is none to leave out"
    gone = f"{counted(s.answers, 'answer')}" if s.answers else listed([in_sentence(x) for x in s.left_out])
    t = s.standing
    return (
        f"{s.what} ({gone}) the largest ratio is {ratio(t.largest)} ({in_sentence(t.largest_label)}; "
        f"{limits_text(t)}) and the median {ratio(t.median)}"
    )


def heaping_line(found: ExtremesData) -> str:
    """How many of the counts above 0 end in 0 or 5, by group; empty where it was not computed."""
    if not found.heaping:
        return ""
    said = [f"{percent(h.share)} ({in_sentence(h.group)}, n = {count(h.n)})" for h in found.heaping]
    return f"Of the counts above 0, {listed(said)} end in 0 or 5: counts are recalled, and often rounded."


def extremes_text(found: ExtremesData, what: str = "", *more: str) -> str:
    """The sentence of `.largest()`, its sensitivity, rounding and `more`, the simulated mark last."""
    lead = extremes_sentence(found, what).removesuffix(f" {SIMULATED}")
    mark = SIMULATED if found.simulated else ""
    parts = (lead, sensitivity_line(found), heaping_line(found), *more, mark)
    return " ".join(p for p in parts if p)


def sentence_up_to(
    largest: Largest, provenance: Provenance, *, subject_a: str, subject_b: str, what: str
) -> str:
    """The largest of k ratios with median and smallest; "up to" only where it is licensed.

    Examples
    --------
    >>> top = Largest("outdoor gear", 22.2, 12, 11.5, 4.0, 14.0, 35.1, "travel")
    >>> print(sentence_up_to(top, Provenance("s", "opt-in", weighting="Raked."), subject_a="Members",
    ...     subject_b="controls", what="recommendations a week"))
    Members report up to 22.2 times as many recommendations a week as controls in the largest of 12
    categories, outdoor gear (95% interval allowing for the choice 14.0–35.1); in the median category 11.5
    times, in the smallest (travel) 4.0 times.
    """
    t = largest
    least = f" ({in_sentence(t.smallest_category)})" if t.smallest_category else ""
    tail = (
        f"in the median category {ratio(t.median)} times, in the smallest{least} {ratio(t.smallest)} times."
    )
    name = in_sentence(t.category)
    word = f"up to {ratio(t.ratio)} times"
    label = label_of(provenance, length="short")
    span = ""
    if t.low is not None and t.high is not None and label:
        span = f" ({label} allowing for the choice {interval(t.low, t.high, 1)})"
    if licensed(word, Facts(largest=t), text=f"{word} {t.category} median {t.k}"):
        said = f"{word} as many {what} as {subject_b} in the largest of {t.k} categories, {name}{span}"
    else:
        of = f"the largest of {t.k} categories"
        said = f"{ratio(t.ratio)} times as many {what} as {subject_b} in {name}, {of}{span}"
    mark = f" {SIMULATED}" if provenance.simulated else ""
    none = (
        f" No ratio in {listed([in_sentence(x) for x in t.undefined])}: no event on one side."
        if t.undefined
        else ""
    )
    return f"{subject_a} report {said}; {tail}{none}{mark}"
